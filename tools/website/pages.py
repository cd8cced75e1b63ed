"""The lessons' notebooks as Sphinx reads them: what they stored becomes what is alive on a page."""

import ast
import base64
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from notebook_files import read, write

from coursekit.lessons import EXERCISES, EXPLORERS, PREDICTIONS
from website.markup import exercise_html, explorer_html, picture, prediction_html
from website.recording import Recording

JUPYTER = """<details class="jupyter"><summary>Open this in Jupyter</summary>
<p>There you write code, and every control goes everywhere. In the project's folder, two commands:</p>
<pre>make lab                   # opens the course in your browser
make fresh LESSON={number}       # this lesson anew, should you have changed it</pre></details>"""


def explorers_of(notebook: NotebookNode) -> list[str]:
    """Return the names of the explorers that a notebook shows, from top to bottom."""
    outputs = (output for cell in notebook["cells"] for output in cell.get("outputs", []))
    shown = (output.get("metadata", {}).get("coursekit", {}).get("show") for output in outputs)
    return [name for name in shown if name]


def lay_page(path: Path, folder: Path, pictures: Path, recordings: Mapping[str, Recording]) -> None:
    """Write a lesson's notebook for Sphinx.

    Parameters
    ----------
    path : Path
        The notebook.
    folder : Path
        Where Sphinx reads.
    pictures : Path
        Where the stored pictures go, which stand in a folder of this name on the site.
    recordings : mapping
        Of its explorers, by name.
    """
    notebook = read(path)
    first = next(iter(explorers_of(notebook)), None)
    for cell in notebook["cells"]:
        if _only_shows(cell):
            cell["metadata"]["tags"] = ["remove-input"]
        outputs = [_alive(output, pictures, recordings, first) for output in cell.get("outputs", [])]
        if outputs:
            cell["outputs"] = [output for output in outputs if output is not None]
    head = notebook["cells"][0]
    title, _, rest = head["source"].partition("\n")
    head["source"] = f"{title}\n\n{JUPYTER.format(number=path.name[:2])}\n{rest}"
    write(folder / path.name, notebook)


def _only_shows(cell: NotebookNode) -> bool:
    """Whether a cell has a single line that shows what is alive, which then says all that the line does."""
    if cell["cell_type"] != "code":
        return False
    kinds = [output.get("metadata", {}).get("coursekit", {}) for output in cell["outputs"]]
    return len(ast.parse(cell["source"]).body) == 1 and any("show" in kind or "predict" in kind for kind in kinds)


def _alive(
    output: NotebookNode, pictures: Path, recordings: Mapping[str, Recording], first: str | None
) -> NotebookNode | None:
    """Return what stands on the page in place of an output; None where nothing does."""
    what: dict[str, str] = output.get("metadata", {}).get("coursekit", {})
    make: dict[str, Callable[[str], str]] = {
        "show": lambda name: explorer_html(EXPLORERS[name], recordings[name], is_first=name == first),
        "predict": lambda name: prediction_html(PREDICTIONS[name]),
        "check": lambda name: exercise_html(EXERCISES[name], _said(output)),
    }
    if "words" in what:
        return None
    for kind, name in what.items():
        return _html(output, make[kind](name))
    data = output.get("data", {})
    if "image/png" in data:
        return _html(output, _stored(data["image/png"], output["metadata"].get("image/png", {}), pictures))
    return output


def _said(output: NotebookNode) -> str:
    """Return what the check said of the cell as it is stored, unless that nothing was written in it."""
    _, not_yet, words = output["data"]["text/plain"].partition(" Not yet. ")
    return words if not_yet else ""


def _stored(png: str, about: Mapping[str, Any], pictures: Path) -> str:
    content = base64.b64decode(png)
    file = pictures / f"{hashlib.sha256(content).hexdigest()[:16]}.png"
    file.write_bytes(content)
    size = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    return picture(f"{pictures.name}/{file.name}", about.get("alt", ""), *(about.get(side, n) for side, n in
                   zip(("width", "height"), size, strict=True)))  # fmt: skip


def _html(output: NotebookNode, html: str) -> NotebookNode:
    return NotebookNode(output | {"data": NotebookNode({"text/html": html}), "metadata": NotebookNode()})
