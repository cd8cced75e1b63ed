"""The learner's copy: laid without answers, never overwritten once it is theirs."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import notebook_files
import pytest
import workbook
from nbformat import NotebookNode

pytestmark = pytest.mark.seconds

LESSON = "03_pick_the_right_scale.ipynb"
NEWER = "03_pick_the_right_scale_newer.ipynb"
BESIDE = f"{LESSON} got newer: the new one is workbook/{NEWER}, beside yours."


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    (tmp_path / "notebooks").mkdir()
    write_lesson(tmp_path / "notebooks", "the first version")
    return tmp_path / "notebooks"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "workbook"


def write_lesson(folder: Path, source: str, *, output: str = "an answer", name: str = LESSON) -> None:
    out = nbformat.v4.new_output("stream", text=output)
    cell = nbformat.v4.new_code_cell(source, id="a-cell", outputs=[out], execution_count=1)
    (folder / name).write_text(notebook_files.text(nbformat.v4.new_notebook(cells=[cell])), encoding="utf-8")


def source_of(path: Path) -> str:
    (cell,) = notebook_files.read(path).cells
    return str(cell.source)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.ipynb"))


def test_it_is_laid_without_outputs(lessons: Path, book: Path) -> None:
    assert workbook.lay(lessons, book) == []
    (cell,) = notebook_files.read(book / LESSON).cells
    assert (cell.source, cell.outputs, cell.execution_count, cell.id) == ("the first version", [], None, "a-cell")


def test_what_the_learner_changed_stays(lessons: Path, book: Path) -> None:
    workbook.lay(lessons, book)
    write_lesson(book, "mine")
    assert workbook.lay(lessons, book) == []
    assert source_of(book / LESSON) == "mine"
    assert names(book) == [LESSON]


def test_a_newer_lesson_replaces_what_nobody_touched(lessons: Path, book: Path) -> None:
    workbook.lay(lessons, book)
    write_lesson(lessons, "the second version")
    assert workbook.lay(lessons, book) == []
    assert source_of(book / LESSON) == "the second version"
    assert names(book) == [LESSON]


def test_a_newer_lesson_is_put_beside_the_learners_and_said_once(lessons: Path, book: Path) -> None:
    workbook.lay(lessons, book)
    write_lesson(book, "mine")
    write_lesson(lessons, "the second version")
    assert workbook.lay(lessons, book) == [BESIDE]
    assert workbook.lay(lessons, book) == []
    assert (source_of(book / LESSON), source_of(book / NEWER)) == ("mine", "the second version")


def test_the_one_beside_is_brought_up_to_date_until_it_is_theirs_too(lessons: Path, book: Path) -> None:
    workbook.lay(lessons, book)
    write_lesson(book, "mine")
    for version in ("the second version", "the third version"):
        write_lesson(lessons, version)
        assert workbook.lay(lessons, book) == [BESIDE]
    write_lesson(book, "mine as well", name=NEWER)
    assert workbook.lay(lessons, book) == []
    write_lesson(lessons, "the fourth version")
    assert workbook.lay(lessons, book) == [BESIDE.replace("_newer", "_newer_2")]
    sources = [source_of(book / name) for name in (LESSON, NEWER, NEWER.replace("newer", "newer_2"))]
    assert sources == ["mine", "mine as well", "the fourth version"]


def test_new_outputs_alone_are_no_newer_lesson(lessons: Path, book: Path) -> None:
    workbook.lay(lessons, book)
    write_lesson(book, "mine")
    write_lesson(lessons, "the first version", output="another answer")
    assert workbook.lay(lessons, book) == []
    assert names(book) == [LESSON]


@pytest.mark.parametrize("memory", [None, "{", "[1, 2]"])
def test_without_its_memory_it_takes_what_it_does_not_know_for_the_learners(
    lessons: Path, book: Path, memory: str | None
) -> None:
    workbook.lay(lessons, book)
    write_lesson(book, "mine")
    (book / ".laid.json").unlink()
    if memory:
        (book / ".laid.json").write_text(memory)
    workbook.lay(lessons, book)
    assert source_of(book / LESSON) == "mine"


def test_a_lesson_is_had_afresh_and_the_learners_is_kept(lessons: Path, book: Path) -> None:
    workbook.lay(lessons, book)
    for i, kept in enumerate(["03_pick_the_right_scale_mine.ipynb", "03_pick_the_right_scale_mine_2.ipynb"]):
        write_lesson(book, f"mine {i}")
        said = workbook.keep_aside(LESSON, book)
        assert said == f"workbook/{LESSON} is laid afresh; yours is now workbook/{kept}."
        workbook.lay(lessons, book)
        assert (source_of(book / LESSON), source_of(book / kept)) == ("the first version", f"mine {i}")


def test_a_lesson_had_afresh_asks_anew_and_what_was_done_in_it_is_kept(lessons: Path, book: Path) -> None:
    workbook.lay(lessons, book)
    done = {"03": {"predictions": {"03.a": "yes \u2264"}}, "04": {"exercises": {"04.1": True}}}
    (book / ".progress.json").write_text(json.dumps({"lessons": done}), encoding="utf-8")
    workbook.keep_aside(LESSON, book)
    assert json.loads((book / ".progress.json").read_bytes())["lessons"] == {"04": done["04"]}
    kept = book / ".progress_03_pick_the_right_scale_mine.json"
    assert json.loads(kept.read_bytes()) == done["03"]
    workbook.lay(lessons, book)
    workbook.keep_aside(LESSON, book)
    assert len(list(book.glob(".progress*"))) == 2, "there was nothing more to keep"


def test_progress_that_nobody_can_read_stays_as_it_is(lessons: Path, book: Path) -> None:
    workbook.lay(lessons, book)
    for content in ("{", "[1]", '{"lessons": 3}'):
        (book / ".progress.json").write_text(content)
        workbook.lay(lessons, book)
        workbook.keep_aside(LESSON, book)
        assert (book / ".progress.json").read_text() == content


def test_an_unknown_lesson_is_said_with_those_there_are(lessons: Path) -> None:
    with pytest.raises(SystemExit, match=r"^There is no notebook '07'; there are: 03_pick_the_right_scale.$"):
        notebook_files.find(["03", "07"], lessons)


def test_saving_keeps_the_picture_and_drops_the_view() -> None:
    notebook = with_a_live_view()
    workbook.before_saving({"type": "notebook", "content": notebook}, path="x", contents_manager=None)
    (picture,) = notebook.cells[0].outputs  # the output that was nothing but a view is gone
    assert picture.data == {"image/png": "AAAA", "text/plain": "its words"}
    assert "widgets" not in notebook.metadata
    nbformat.validate(notebook)


def test_saving_leaves_other_files_alone() -> None:
    model = {"type": "file", "content": "x"}
    workbook.before_saving(model, path="x", contents_manager=None)
    assert model == {"type": "file", "content": "x"}


def with_a_live_view() -> NotebookNode:
    view = {notebook_files.WIDGET_VIEW: {"model_id": "x", "version_major": 2, "version_minor": 0}}
    outputs = [
        nbformat.v4.new_output("display_data", view | {"image/png": "AAAA", "text/plain": "its words"}),
        nbformat.v4.new_output("display_data", view),
    ]
    cell = nbformat.v4.new_code_cell("show(X)", outputs=outputs)
    return nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {}})


@pytest.mark.parametrize(("display", "quiet"), [("", True), (":0", False)])
def test_without_a_display_the_address_is_printed_instead(
    display: str, monkeypatch: pytest.MonkeyPatch, *, quiet: bool
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", display)
    assert ("--no-browser" in workbook._for_this_machine()) == quiet


@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_a_containers_root_may_open_it(user: int, monkeypatch: pytest.MonkeyPatch, *, allowed: bool) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user, raising=False)
    assert ("--allow-root" in workbook._for_this_machine()) == allowed


def run_tool(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the real tool in a project of one lesson."""
    (folder / "tools").mkdir(exist_ok=True)
    for tool in (workbook, notebook_files):
        shutil.copy(tool.__file__, folder / "tools")
    command = [sys.executable, *options, folder / "tools" / "workbook.py", "lay"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_runs_isolated_from_what_the_user_set(lessons: Path, book: Path) -> None:
    done = run_tool(lessons.parent, "-I")
    assert (done.returncode, done.stderr) == (0, "")
    assert names(book) == [LESSON]


@pytest.mark.parametrize("what", ["a file", "a dangling link", "a folder in a lesson's place"])
def test_what_stands_in_the_way_is_said_in_one_line(lessons: Path, book: Path, what: str) -> None:
    if what == "a file":
        book.touch()
    elif what == "a dangling link":
        book.symlink_to(book.parent / "nowhere")
    else:
        (book / LESSON).mkdir(parents=True)
    done = run_tool(lessons.parent)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("The lessons can't be laid in your workbook: ")
    assert line.endswith("Move it away, or free it.")


def test_a_copy_that_nothing_changes_is_not_written_to(lessons: Path, book: Path) -> None:
    workbook.lay(lessons, book)
    before = {path.name: path.stat().st_mtime_ns for path in book.iterdir()}
    workbook.lay(lessons, book)
    assert {path.name: path.stat().st_mtime_ns for path in book.iterdir()} == before
