"""Numbers that move with the machine: a wrong one fails, one in the last place passes, the words must stay."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import bands
import nbformat
import notebook_files
import pytest

pytestmark = pytest.mark.seconds

STORED = "game 1: dev 0.91, par 0.71; rates 10 0.3\nmoved to the right:  -0.01   0.24"


@pytest.mark.parametrize(
    ("new", "named", "said"),
    [
        ("dev 0.91", {}, None),
        ("dev 0.92", {}, None),  # one unit of the last place
        ("dev 0.90", {}, None),
        ("dev 0.93", {}, "is 0.93, was 0.91, and may move by 0.01"),
        ("dev 0.93", {"dev": 0.02}, None),
        ("dev 0.94", {"dev": 0.02}, "is 0.94, was 0.91, and may move by 0.02"),
        ("dev 0.93", {"par": 0.5}, "is 0.93, was 0.91, and may move by 0.01"),  # another number's band
        ("dev 0.93", {"dev": 0.02, "#: dev": 0.01}, "is 0.93, was 0.91, and may move by 0.01"),  # the longer key
        ("dev 0.93", {"": 0.02}, None),  # of all that have no other
        ("dev 9.1e-01", {}, None),
        ("dev nan", {"dev": 1}, "the words differ"),
        ("dev -0.91", {}, "is -0.91, was 0.91, and may move by 0.01"),
        ("dev", {}, "the words differ"),  # a number is missing
        ("dev 0.91 0.91", {}, "the words differ"),  # a number more
        ("test 0.91", {}, "the words differ"),
        ("dev  0.91", {}, None),  # a column that shifts
    ],
)
def test_a_number_stays_in_its_band_and_the_words_stay(new: str, named: dict[str, float], said: str | None) -> None:
    found = list(bands.differences(STORED, STORED.replace("dev 0.91", new), named))
    assert len(found) == (said is not None)
    assert said is None or said in found[0]


def test_a_whole_number_moves_only_if_a_band_says_so() -> None:
    after = STORED.replace("game 1", "game 2")
    assert list(bands.differences(STORED, after, {})) == ["^game: is 2, was 1, and may move by 0"]
    assert list(bands.differences(STORED, after, {"game": 1})) == []


def test_a_row_of_a_table_has_one_name_and_each_of_its_columns_another() -> None:
    after = STORED.replace("0.24", "0.29")
    assert list(bands.differences(STORED, after, {"the right:": 0.05})) == []
    assert list(bands.differences(STORED, after, {"the right: #": 0.05})) == []
    assert list(bands.differences(STORED.replace("-0.01", "0.05"), after, {"the right: #": 0.05})) != []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("W1, 05.2, 2nd, float64, 0.9213x", []),
        ("1,200 of 39,711; [1,2]", ["1,200", "39,711", "1", "2"]),
        ("1.1e-17 (−0.01), x=-0.5, 64-50, +3", ["1.1e-17", "−0.01", "-0.5", "64", "50", "+3"]),
        ("100%, 0.524. 8.", ["100", "0.524", "8"]),
    ],
)
def test_what_is_a_number_and_what_a_word(text: str, found: list[str]) -> None:
    assert [number.printed for number in bands.numbers(text)] == found


def shown(text: str, kind: str = "") -> list[Any]:
    if kind:
        return [nbformat.v4.new_output("display_data", {kind: text, "image/png": "AAAA"})]
    return [nbformat.v4.new_output("stream", text=part) for part in (text[:5], text[5:])]


@pytest.mark.parametrize("kind", ["", "text/plain", "text/markdown", "text/html"])
def test_every_kind_of_output_is_compared(kind: str) -> None:
    stored = shown(STORED, kind)
    assert list(bands.outputs_differ(stored, shown(STORED.replace("0.71", "0.72"), kind), {})) == []
    assert len(list(bands.outputs_differ(stored, shown(STORED.replace("0.71", "0.75"), kind), {}))) == 1
    assert len(list(bands.outputs_differ(stored, shown(STORED.replace("0.71", "0.72"), kind), None))) == 1
    assert list(bands.outputs_differ(stored, [], {})) == [f"0 outputs of {kind or 'stdout'}, there were 1"]


def test_what_is_proposed_is_twice_what_the_runs_showed_and_means_no_number_of_another_precision() -> None:
    stored = "sgd: the largest b1 is 9e-18\nadam: the largest b1 is 3e-02\ndev 0.91 of 12 networks"
    runs = [stored.replace("9e-18", "2e-17"), stored.replace("0.91", "0.93"), stored.replace("0.91", "0.90")]
    found = bands.propose(shown(stored), [shown(run) for run in runs])
    assert found == {"sgd: the largest b1 is": 2.2e-17, "dev": 0.04}
    assert all(list(bands.differences(stored, run, found)) == [] for run in runs)


CELLS = {  # what a cell shows when it is run, and what is stored in its place
    "a last digit that flips": ("0.92", "0.91", {}, "passed"),
    "a wrong number": ("0.95", "0.91", {}, "failed"),
    "a number in its band": ("0.95", "0.91", {"dev": 0.04}, "passed"),
    "a number out of its band": ("0.96", "0.91", {"dev": 0.04}, "failed"),
    "a number that is missing": ("", "0.91", {"dev": 1}, "failed"),
    "changed words": ("0.91 at last", "0.91", {"dev": 1}, "failed"),
    "no bands, as nbval has it": ("0.95", "0.91", None, "passed"),
}
SHOWS = """
from IPython.display import display
print("dev {0}")
display({{"text/html": "<b>dev {0}</b>", "text/plain": "dev {0}"}}, raw=True)
"""


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook of the cells above, beside the plugin, in a project that has the tools."""
    folder = tmp_path_factory.mktemp("project")
    cells = []
    for now, was, named, _ in CELLS.values():
        displayed = {"text/html": f"<b>dev {was}</b>", "text/plain": f"dev {was}"}
        stored = [
            nbformat.v4.new_output("stream", text=f"dev {was}\n"),
            nbformat.v4.new_output("display_data", displayed),
        ]
        metadata = {"tags": [bands.TAG]} | ({} if named is None else {bands.BANDS: named})
        source = SHOWS.format(now).strip()
        cells.append(nbformat.v4.new_code_cell(source, outputs=stored, metadata=metadata, execution_count=1))
    notebook_files.write(folder / "planted.ipynb", nbformat.v4.new_notebook(cells=cells))
    (folder / "conftest.py").write_bytes((notebook_files.NOTEBOOKS / "conftest.py").read_bytes())
    return folder


def nbval(folder: Path, *options: str) -> str:
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-rA", "-c", os.devnull, *options, "."]
    paths = os.pathsep.join([str(notebook_files.ROOT / "tools"), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": paths}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False).stdout


def test_the_plugin_holds_a_cell_that_nbval_ignores_to_its_bands(planted: Path) -> None:
    said = nbval(planted)
    outcomes = re.findall(r"^(PASSED|FAILED) \S+::Cell (\d+)", said, flags=re.MULTILINE)
    assert {int(cell): outcome.lower() for outcome, cell in outcomes} == dict(
        enumerate(outcome for *_, outcome in CELLS.values())
    )
    assert "^dev: is 0.95, was 0.91, and may move by 0.01" in said


def test_without_the_plugin_nbval_is_green(planted: Path) -> None:
    assert f"{len(CELLS)} passed" in nbval(planted, "--noconftest")
