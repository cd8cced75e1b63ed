"""Refreshing: what a notebook shows is stored clean, and a second run changes nothing."""

import sys
from pathlib import Path

import nbformat
import notebook_files
import pytest
import refresh_notebooks
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

pytestmark = pytest.mark.seconds

SEEN = """
import sys, warnings
from IPython.display import display
print(sys.prefix, end="")
display({"image/png": "AAAA", "text/plain": "its words"}, raw=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "00_a_lesson.ipynb", SEEN)


def write(path: Path, *sources: str) -> Path:
    cells = [nbformat.v4.new_code_cell(source.strip(), id=f"cell-{i}") for i, source in enumerate(sources)]
    metadata = {
        "kernelspec": {"name": "nowhere", "display_name": "x"},
        "language_info": {"name": "python", "version": "2"},
    }
    cells[0].metadata = {"tags": ["nbval-skip"], "scrolled": True}
    path.write_text(notebook_files.text(nbformat.v4.new_notebook(cells=cells, metadata=metadata)), encoding="utf-8")
    return path


def outputs(path: Path, cell: int = 0) -> list[NotebookNode]:
    return list(notebook_files.read(path).cells[cell].outputs)


def test_it_runs_in_this_environment_and_stores_no_trace_of_it(path: Path) -> None:
    assert refresh_notebooks.refresh(path)
    notebook = notebook_files.read(path)
    assert outputs(path)[0].text == sys.prefix
    assert notebook.metadata.language_info == {"name": "python"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.cells[0].metadata == {"tags": ["nbval-skip"]}
    assert (notebook.cells[0].execution_count, notebook.cells[0].id) == (1, "cell-0")


def test_another_kernel_of_that_name_is_not_taken(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = tmp_path / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text('{"argv": ["false"], "display_name": "another", "language": "python"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    refresh_notebooks.refresh(path)
    assert outputs(path)[0].text == sys.prefix


def test_a_second_run_changes_nothing(path: Path) -> None:
    refresh_notebooks.refresh(path)
    before = path.read_bytes()
    assert not refresh_notebooks.refresh(path)
    assert path.read_bytes() == before


def test_a_notebook_that_fails_stays_as_it_was(tmp_path: Path) -> None:
    path = write(tmp_path / "00_a_lesson.ipynb", "1 / 0")
    before = path.read_bytes()
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        refresh_notebooks.refresh(path)
    assert path.read_bytes() == before


def stored_and_new(words: str, source: str = "show(X)") -> tuple[NotebookNode, NotebookNode]:
    """Two runs of one cell, whose pictures differ: the first said "its words"."""
    runs = []
    for picture, said, code in (("OLD", "its words", "show(X)"), ("NEW", words, source)):
        output = nbformat.v4.new_output("display_data", {"image/png": picture, "text/plain": said})
        cell = nbformat.v4.new_code_cell(code, id="a-cell", outputs=[output], execution_count=1)
        runs.append(nbformat.v4.new_notebook(cells=[cell]))
    stored, new = runs
    return stored, new


@pytest.mark.parametrize(
    ("words", "source", "picture"),
    [("its words", "show(X)", "OLD"), ("other words", "show(X)", "NEW"), ("its words", "show(Y)", "NEW")],
)
def test_a_picture_stays_while_the_cell_and_its_words_do(words: str, source: str, picture: str) -> None:
    stored, new = stored_and_new(words, source)
    refresh_notebooks.keep_pictures(stored, new)
    assert new.cells[0].outputs[0].data["image/png"] == picture


def test_pictures_can_be_drawn_anew(path: Path) -> None:
    refresh_notebooks.refresh(path)
    notebook = notebook_files.read(path)
    notebook.cells[0].outputs[1].data["image/png"] = "BBBB"
    path.write_text(notebook_files.text(notebook))
    assert not refresh_notebooks.refresh(path)
    assert refresh_notebooks.refresh(path, pictures=True)
    assert outputs(path)[1].data["image/png"] == "AAAA"
