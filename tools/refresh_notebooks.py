"""Run the notebooks and store their outputs, clean: ``python tools/refresh_notebooks.py 00 03``, or all of them.

A second run changes nothing. A picture is drawn anew only where the cell or its words changed, so that another build of
matplotlib does not churn; after a change that only a picture shows, say ``--pictures``.
"""

import argparse
import os
import sys
import time
from copy import deepcopy
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from notebook_files import drop_live_views, find, read, text

KEPT_OF_A_CELL = ("tags",)  # the rest is folding, scrolling and timing: the state of somebody's screen


def refresh(path: Path, *, pictures: bool = False) -> bool:
    """Run one notebook and write it if what it shows has changed; return whether it did."""
    stored = read(path)
    notebook = deepcopy(stored)
    os.environ["JUPYTER_PATH"] = str(Path(sys.prefix, "share", "jupyter"))  # this kernel, whatever else is installed
    NotebookClient(
        notebook, kernel_name="python3", timeout=600, record_timing=False, coalesce_streams=True,
        resources={"metadata": {"path": path.parent}}, extra_arguments=["--log-level=ERROR"],
    ).execute()  # fmt: skip
    clean(notebook)
    if not pictures:
        keep_pictures(stored, notebook)
    changed = text(notebook) != path.read_text(encoding="utf-8")
    if changed:
        path.write_text(text(notebook), encoding="utf-8", newline="\n")
    return changed


def clean(notebook: NotebookNode) -> None:
    """Leave what every machine stores alike: no widget state, no version of Python, nothing of the screen."""
    drop_live_views(notebook)
    notebook["metadata"] = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook["cells"]:
        cell["metadata"] = {key: cell["metadata"][key] for key in KEPT_OF_A_CELL if key in cell["metadata"]}


def keep_pictures(stored: NotebookNode, notebook: NotebookNode) -> None:
    """Take over the stored outputs of each cell whose source and words are what they were."""
    before = {cell["id"]: cell for cell in stored["cells"]}
    for cell in notebook["cells"]:
        old = before[cell["id"]]
        if cell["cell_type"] == "code" and _words(old) == _words(cell):
            cell["outputs"] = old["outputs"]


def _words(cell: NotebookNode) -> NotebookNode:
    cell = deepcopy(cell)
    cell.pop("execution_count")
    for output in cell["outputs"]:
        if "image/png" in output.get("data", {}):
            output["data"]["image/png"] = "a picture"
        output.pop("execution_count", None)
    return cell


def main() -> None:
    """Refresh the notebooks that the command line names."""
    parser = argparse.ArgumentParser(description="Run the notebooks and store their outputs.")
    parser.add_argument("lessons", nargs="*", help="how their file names start, such as 03; all, where none is given")
    parser.add_argument("--pictures", action="store_true", help="draw every picture anew")
    arguments = parser.parse_args()
    for path in find(arguments.lessons):
        start = time.perf_counter()
        try:
            changed = refresh(path, pictures=arguments.pictures)
        except CellExecutionError as error:
            sys.exit(f"{path.name} stopped, and stays as it was:\n{error}")
        print(f"{path.name}: {'written' if changed else 'unchanged'}, {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
