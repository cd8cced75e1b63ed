"""Run the notebooks and store their outputs, clean: ``python tools/refresh_notebooks.py 00 03``, or all of them.

A second run changes nothing, on another machine neither: outputs stay where their numbers are within the cell's bands.
A picture is drawn anew only where the cell or its words changed, so that another build of matplotlib does not churn;
after a change that only a picture shows, say ``--pictures``.
"""

import argparse
import os
import sys
import time
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

from bands import BANDS, NUMBER, outputs_differ
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from notebook_files import drop_live_views, find, read, text, write

KEPT_OF_A_CELL = ("tags", BANDS)  # the rest is folding, scrolling and timing: the state of somebody's screen


def refresh(path: Path, *, pictures: bool = False) -> bool:
    """Run one notebook and write it if what it shows has changed; return whether it did."""
    stored, notebook = read(path), run(path)
    if not pictures:
        keep_pictures(stored, notebook)
    changed = text(notebook) != path.read_text(encoding="utf-8")
    if changed:
        write(path, notebook)
    return changed


def run(path: Path, environment: Mapping[str, str] | None = None) -> NotebookNode:
    """Run one notebook, in this environment or another, and return it clean."""
    notebook = read(path)
    os.environ["JUPYTER_PATH"] = str(Path(sys.prefix, "share", "jupyter"))  # this kernel, whatever else is installed
    NotebookClient(
        notebook, kernel_name="python3", timeout=600, record_timing=False, coalesce_streams=True,
        resources={"metadata": {"path": path.parent}}, extra_arguments=["--log-level=ERROR"],
    ).execute(env=dict(os.environ if environment is None else environment))  # fmt: skip
    clean(notebook)
    return notebook


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
    """Take over the stored outputs of each cell whose source and words are what they were, or within its bands."""
    before = {cell["id"]: cell for cell in stored["cells"]}
    for cell in notebook["cells"]:
        old = before[cell["id"]]
        if cell["cell_type"] != "code" or _without_words(old) != _without_words(cell):
            continue
        if not list(outputs_differ(old["outputs"], cell["outputs"], cell["metadata"].get(BANDS))):
            cell["outputs"] = old["outputs"]


def _without_words(cell: NotebookNode) -> NotebookNode:
    cell = deepcopy(cell)
    cell.pop("execution_count")
    for output in cell["outputs"]:
        output.pop("execution_count", None)
        output.pop("text", None)
        output["data"] = sorted(output.get("data", {}))
        if BANDS in cell["metadata"]:  # the numbers in a picture's alternative text move with the words
            output["metadata"] = NUMBER.sub("#", str(output.get("metadata")))
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
