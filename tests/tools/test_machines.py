"""The profiles: each takes effect, or says that it does not; a number that moves is named, and gets a band."""

import os
import platform
from pathlib import Path

import bands
import machines
import nbformat
import notebook_files
import pytest

pytestmark = pytest.mark.seconds

IS_INTEL = platform.machine().lower() in ("x86_64", "amd64")
MOVES = """
import os
number = {"1": 0.91, "2": 0.93}[os.environ["OPENBLAS_NUM_THREADS"]]
print(f"dev {number}, of 12 networks")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate((MOVES.strip(), "print(3)"))]
    for cell, words in zip(cells, ("dev 0.91, of 12 networks\n", "3\n"), strict=True):
        cell.outputs = [nbformat.v4.new_output("stream", text=words)]
    path = tmp_path / "00_a_lesson.ipynb"
    notebook_files.write(path, nbformat.v4.new_notebook(cells=cells))
    return path


@pytest.mark.slow
@pytest.mark.sampled(8)
@pytest.mark.parametrize("name", machines.PROFILES)
def test_a_profile_takes_effect(name: str) -> None:
    profile = machines.PROFILES[name]
    said = machines.took_effect(profile, machines.environment(profile))
    assert any(name in said for name in machines.NAMES.get(profile.core, [profile.core]))
    assert f"x {profile.threads}" in said


@pytest.mark.skipif(not IS_INTEL, reason="OpenBLAS has one kernel for such a processor")
def test_a_profile_that_does_not_take_effect_is_said() -> None:
    environment = dict(os.environ) | {"OPENBLAS_CORETYPE": "Nehalem", "OPENBLAS_NUM_THREADS": "1"}
    with pytest.raises(SystemExit, match=r"^openblas calculates as on Nehalem, and not as on Prescott\.$"):
        machines.took_effect(machines.Profile("Prescott"), environment)
    with pytest.raises(SystemExit, match=r"^OpenBLAS calculates with 1 threads, and not with 2\.$"):
        machines.took_effect(machines.Profile(threads=2), environment)


def test_a_number_that_moves_is_named_and_gets_a_band(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    threads = {"own": "1", "two threads": "2"}
    runs = machines.tried(path, {name: os.environ | {"OPENBLAS_NUM_THREADS": n} for name, n in threads.items()})
    assert machines.report(path, runs, store=False) == {"two threads"}
    line = "cell 0: ^dev: is 0.93, was 0.91, and may move by 0"
    assert capsys.readouterr().out == f"two threads: 00_a_lesson, {line}\n"
    assert machines.report(path, runs, store=True) == set()
    first, second = notebook_files.read(path).cells
    assert first.metadata == {"tags": [bands.TAG], "bands": {"dev": 0.04}}
    assert second.metadata == {}
    assert "dev 0.91" in first.outputs[0].text, "the outputs stay"
    assert capsys.readouterr().out == '00_a_lesson, cell 0: {"dev": 0.04}\n'
    before = path.read_bytes()
    assert machines.report(path, runs, store=True) == set()
    assert path.read_bytes() == before


def test_a_sign_of_nothing_that_moves_gets_the_tag(path: Path) -> None:
    stored, run = notebook_files.read(path), notebook_files.read(path)
    stored.cells[1].outputs[0].text, run.cells[1].outputs[0].text = "mean 0.00", "mean -0.00"
    notebook_files.write(path, stored)
    assert list(machines.failures(stored, run)) == ["cell 1: the words differ: are 'mean -0.00', were 'mean 0.00'"]
    assert list(machines.write_bands(path, [run])) == ["cell 1: {}"]
    assert list(machines.failures(notebook_files.read(path), run)) == []


def test_words_that_move_get_no_band(path: Path) -> None:
    stored = notebook_files.read(path)
    stored.cells[0].outputs[0].text = "dev 0.91, of twelve networks\n"
    run = notebook_files.read(path)
    notebook_files.write(path, stored)
    assert list(machines.write_bands(path, [run])) == ["cell 0: its words move, print it otherwise"]
    assert notebook_files.read(path).cells[0].metadata == {}


def test_a_notebook_that_stops_is_a_failure(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = machines.tried(path, {"own": os.environ | {"OPENBLAS_NUM_THREADS": "3"}})
    assert machines.report(path, runs, store=False) == {"own"}
    assert "KeyError" in capsys.readouterr().out
