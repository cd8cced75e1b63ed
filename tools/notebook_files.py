"""What the file of a notebook may hold: shared by the refresher, the learner's copy and the running JupyterLab."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def find(names: list[str], folder: Path = NOTEBOOKS) -> list[Path]:
    """Return the notebooks whose file name starts with one of ``names``, or all of them; stop where there is none."""
    paths = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    for name in names:
        if not any(path.name.startswith(name) for path in paths):
            raise SystemExit(f"There is no notebook {name!r}; there are: {', '.join(path.stem for path in paths)}.")
    return [path for path in paths if not names or path.name.startswith(tuple(names))]


def read(path: Path) -> NotebookNode:
    """Return the notebook in a file."""
    return nbformat.read(path, as_version=4)


def text(notebook: NotebookNode) -> str:
    """Return what stands in the notebook's file."""
    return nbformat.writes(notebook) + "\n"


def write(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook, with the same line ends on every system."""
    path.write_text(text(notebook), encoding="utf-8", newline="\n")


def drop_live_views(notebook: NotebookNode) -> None:
    """Take out the widget views, which only the kernel that made them can draw; the still picture beside them stays.

    A saved view opens to "model not found", in the very place where its picture would have been.
    """
    notebook["metadata"].pop("widgets", None)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
            output.get("metadata", {}).pop(WIDGET_VIEW, None)
        if "outputs" in cell:
            cell["outputs"] = [output for output in cell["outputs"] if output.get("data") != {}]


def drop_outputs(notebook: NotebookNode) -> None:
    """Take out all outputs, so that no answer stands below its question."""
    notebook["metadata"].pop("widgets", None)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
