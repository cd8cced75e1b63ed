"""What a committed notebook looks like, and what it must not hold. That its outputs are current is nbval's part."""

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import nbformat
import notebook_files
import pytest
from bands import BANDS, TAG
from nbformat import NotebookNode

README = notebook_files.ROOT / "README.md"
PATHS = notebook_files.find([])
MAP = PATHS[0]
MORE = "## If you have more time"
NOT_PROSE = re.compile(
    r"```.*?```|\$\$.*?\$\$|^\|[^\n]*$|\]\([^)]*\)|<summary>.*?</summary>|</?details>", re.DOTALL | re.MULTILINE
)
ABSOLUTE = re.compile(r"(?<![\w./~<])/(home|root|tmp|Users|usr|opt|work|var|mnt)/|\b[A-Z]:\\")
NOT_IN_CODE = {
    "a magic": re.compile(r"^\s*[%!]", flags=re.MULTILINE),
    "an installation": re.compile(r"\b(pip|conda|subprocess|os\.system)\b"),
    "the network": re.compile(r"\b(urllib|requests|httpx|socket|wget|curl|fetch_\w+)\b|https?://"),
}
NOT_IN_OUTPUT = {
    "a live view, which no reader can open": re.compile(re.escape(notebook_files.WIDGET_VIEW)),
    "an address in memory": re.compile(" at 0x"),
    "a number without a format": re.compile(r"np\.(float|int)\d+\("),
    "an absolute path": ABSOLUTE,
}


def problems(notebook: NotebookNode) -> Iterator[str]:
    """Yield a line for everything in a notebook that should not be there, or is missing."""
    if "widgets" in notebook.metadata:
        yield "widget state in the metadata"
    if notebook.metadata.language_info != {"name": "python"}:
        yield "the version of somebody's Python in the metadata"
    for i, cell in enumerate(notebook.cells):
        if ABSOLUTE.search(cell.source):
            yield f"cell {i}: an absolute path"
        if cell.cell_type == "code":
            yield from (f"cell {i}: {problem}" for problem in problems_of_code(cell))


def problems_of_code(cell: NotebookNode) -> Iterator[str]:
    if cell.execution_count is None:
        yield "not run"
    if (TAG in cell.metadata.get("tags", [])) != (BANDS in cell.metadata):
        yield f"of {TAG} and {BANDS} only one: who compares its numbers?"
    yield from (what for what, pattern in NOT_IN_CODE.items() if pattern.search(cell.source))
    for output in cell.outputs:
        if output.output_type == "error" or output.get("name") == "stderr":
            yield "an error"
        words = {kind: text for kind, text in output.get("data", {}).items() if kind != "image/png"}
        shown = f"{output.get('text', '')}{words}"
        yield from (what for what, pattern in NOT_IN_OUTPUT.items() if pattern.search(shown))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_is_as_committed(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert list(problems(notebook)) == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_is_run_from_top_to_bottom(path: Path) -> None:
    code = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


def sittings(path: Path) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """Return a lesson's cells, its last one among them, and those before it for whoever has more time."""
    cells = nbformat.read(path, as_version=4).cells
    more = next((i for i, cell in enumerate(cells) if cell.source.startswith(MORE)), len(cells) - 1)
    return [*cells[:more], cells[-1]], cells[more:-1]


def words(cells: list[NotebookNode]) -> int:
    """Count what is read: not code, formulas, tables and the targets of links."""
    prose = (NOT_PROSE.sub("", cell.source) for cell in cells if cell.cell_type == "markdown")
    return sum(bool(re.search(r"\w", word)) for text in prose for word in text.split())


def minutes(cells: list[NotebookNode]) -> int:
    """Estimate how long a learner takes, by the rule in CONTRIBUTING."""
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    lines = sum(bool(line.strip()) for line in code.splitlines())
    asked = {name: len(re.findall(rf"^{name}\(", code, re.MULTILINE)) for name in ("check", "show", "predict")}
    estimate = words(cells) / 150 + lines / 20 + 4 * asked["check"] + 2 * asked["show"] + asked["predict"] / 2
    return math.ceil(estimate / 5) * 5


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_lesson_is_one_sitting(path: Path) -> None:
    core, more = sittings(path)
    least = 15 if path.stem.startswith("00") else 25
    assert least <= len(core) <= 45
    assert words(core) <= 1500
    assert minutes(core) <= 60
    listed = [f"takes about {minutes(core)} minutes", *([f"another {minutes(more)} if"] if more else [])]
    assert [each for each in listed if each not in core[0].source] == []
    row = re.compile(rf"{path.stem[:2]} [^|]*\| (\d+) \|")
    for listing in (README, MAP):
        assert row.findall(listing.read_text(encoding="utf-8")) == [f"{minutes(core)}"]
    assert not more or f"(About {minutes(more)} minutes.)" in more[0].source


def test_what_a_lesson_takes_is_counted_by_the_rule() -> None:
    prose = "[two words](x.ipynb) of five " * 60 + "\n\n| a | table |\n\n$$a formula$$\n\n```\ncode\n```"
    code = 'predict("99.a")\n\nshow(X)\n' + "a = 1\n" * 17 + 'check("99.1", a)'
    cells = [nbformat.v4.new_markdown_cell(prose), nbformat.v4.new_code_cell(code)]
    assert words(cells) == 240
    assert minutes(cells) == 10  # 240 / 150 + 20 / 20 + 4 + 2 + 1 / 2 is 9.1
    assert minutes([*cells, cells[1]]) == 20


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_cell_has_at_most_twelve_lines(path: Path) -> None:
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [source for source in code if sum(bool(line.strip()) for line in source.splitlines()) > 12] == []


FOLLOWING = [(path, other) for path, other in pairwise(PATHS) if int(other.stem[:2]) == int(path.stem[:2]) + 1]


@pytest.mark.parametrize(("path", "following"), FOLLOWING, ids=lambda path: path.stem[:2])
def test_a_lesson_ends_on_the_next_one(path: Path, following: Path) -> None:
    last = nbformat.read(path, as_version=4).cells[-1]
    assert re.search(rf"Next: \[lesson {following.stem[:2]}, .+\]\({following.name}\)[^\n]*$", last.source)


def test_the_last_lesson_says_where_to_go_on() -> None:
    assert "**Where to go on.**" in nbformat.read(FOLLOWING[-1][1], as_version=4).cells[-1].source


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_predictions_come_in_the_order_of_their_letters(path: Path) -> None:
    asked = re.findall(
        r'^predict\("(.+)"\)', "\n".join(cell.source for cell in nbformat.read(path, 4).cells), re.MULTILINE
    )
    assert asked == sorted(asked)


def test_the_readme_lists_every_notebook_and_no_other() -> None:
    listed = re.findall(r"\(notebooks/([^)]+\.ipynb)\)", README.read_text(encoding="utf-8"))
    assert listed == [path.name for path in PATHS]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_links_between_notebooks_lead_somewhere(path: Path) -> None:
    for cell in nbformat.read(path, as_version=4).cells:
        for target in re.findall(r"\]\(([^):#]+\.ipynb)", cell.source):
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize(
    ("source", "output", "seen"),
    [
        ("%matplotlib inline", {}, "cell 0: a magic"),
        ("x = 1\n!ls", {}, "cell 0: a magic"),
        ("import pip", {}, "cell 0: an installation"),
        ("fetch_openml('mnist')", {}, "cell 0: the network"),
        ("open('/home/ada/x')", {}, "cell 0: an absolute path"),
        ("object()", {"text/plain": "<object object at 0x7f>"}, "cell 0: an address in memory"),
        ("x", {"text/plain": "np.float64(0.1)"}, "cell 0: a number without a format"),
        ("x", {"text/plain": "read from /tmp/x"}, "cell 0: an absolute path"),
        ("show(X)", {notebook_files.WIDGET_VIEW: {}}, "cell 0: a live view, which no reader can open"),
    ],
)
def test_what_should_not_be_there_is_seen(source: str, output: dict[str, object], seen: str) -> None:
    notebook = nbformat.v4.new_notebook(metadata={"language_info": {"name": "python"}})
    cell = nbformat.v4.new_code_cell(source, execution_count=1)
    cell.outputs = [nbformat.v4.new_output("display_data", output)] if output else []
    notebook.cells = [cell]
    assert seen in list(problems(notebook))


@pytest.mark.parametrize("metadata", [{"tags": [TAG]}, {BANDS: {"dev": 0.02}}])
def test_a_cell_that_nobody_compares_is_seen(metadata: dict[str, object]) -> None:
    cell = nbformat.v4.new_code_cell("print(1)", execution_count=1, metadata=metadata)
    assert list(problems_of_code(cell)) == ["of nbval-ignore-output and bands only one: who compares its numbers?"]
    both = nbformat.v4.new_code_cell("print(1)", execution_count=1, metadata={"tags": [TAG], BANDS: {}})
    assert list(problems_of_code(both)) == []


def test_what_is_missing_is_seen() -> None:
    cell = nbformat.v4.new_code_cell("1 / 0", outputs=[nbformat.v4.new_output("error", ename="", evalue="")])
    notebook = nbformat.v4.new_notebook(
        metadata={"language_info": {"name": "python", "version": "3.11"}, "widgets": {}}
    )
    notebook.cells = [cell]
    expected = {"widget state in the metadata", "the version of somebody's Python in the metadata"}
    assert set(problems(notebook)) == expected | {"cell 0: not run", "cell 0: an error"}
