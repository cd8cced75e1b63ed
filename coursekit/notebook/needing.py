"""``needs``: what a lesson can't run without; where it is missing, the lesson still teaches from its stored outputs."""

import ast
import json
import os
import platform
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from IPython.core.getipython import get_ipython
from IPython.display import display

from coursekit._checks import refuse
from coursekit.notebook.names import names_of, take_out_imports

LESSONS = Path(__file__).parents[2] / "notebooks"  # the project's; an installation from a wheel has none
RELEASED_FOR = ((3, 11), (3, 13))  # the Pythons, from and to, that TensorFlow 2.21 is for
MODULES = frozenset({"tensorflow", "keras"})


class Stored(NamedTuple):
    """A cell of a lesson, with what it showed where it was run.

    Attributes
    ----------
    lesson : str
        The name of its file.
    cell : str
        The cell's syntax tree, as a text: blanks and comments make no difference.
    outputs : list of dict
        As nbformat writes them.
    """

    lesson: str
    cell: str
    outputs: list[dict[str, Any]]


def needs(package: str) -> None:
    """Say whether a package is there; where it is not, pass over the cells that use it.

    It stands in a cell of its own above the one that imports the package. Where the package can't be had, that import
    is left out from then on; a cell that uses what it would have given is not run, and shows what it showed where the
    lesson was run, if the project's notebooks are at hand; and what such a cell would have stored is missing as well.
    All other cells run.

    Parameters
    ----------
    package : {"tensorflow"}
        Keras comes with it. Its messages at the start are kept quiet, its errors are not.

    Raises
    ------
    ValueError
        If it is another package.
    """
    if package != "tensorflow":
        refuse("needs", "package", "be 'tensorflow'", repr(package))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # its errors, but neither its news nor its warnings
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # sums in one order: the same figures on more machines
    try:
        import keras  # noqa: F401, PLC0415
        import tensorflow as tf  # noqa: PLC0415
    except ImportError as error:
        words, absent = why_not(error), True
    else:
        words, absent = f"TensorFlow {'.'.join(tf.__version__.split('.')[:2])} is here.", False
    display({"text/markdown": words, "text/plain": words.replace("`", "")}, raw=True)
    shell = get_ipython()
    if shell is not None:
        shell.ast_transformers[:] = [each for each in shell.ast_transformers if not isinstance(each, PassOver)]
        shell.ast_transformers += [PassOver()] * absent


def why_not(error: ImportError) -> str:
    """Say why TensorFlow is not here, and how to get it.

    Parameters
    ----------
    error : ImportError
        What came of its import.

    Returns
    -------
    str
    """
    python = ".".join(map(str, sys.version_info[:2]))
    span = " to ".join(".".join(map(str, each)) for each in RELEASED_FOR)
    rest = "The cells that need it are passed over, and show what they showed where it was; all others run."
    if not isinstance(error, ModuleNotFoundError):
        return f"TensorFlow is installed but does not start: {error}. {rest}"
    if not RELEASED_FOR[0] <= sys.version_info[:2] <= RELEASED_FOR[1]:
        return f"TensorFlow is missing: it has releases for Python {span}, none yet for this one, {python}. {rest}"
    if (sys.platform, platform.machine()) == ("darwin", "x86_64"):
        return f"TensorFlow is missing: it has no release any more for a Mac with an Intel processor. {rest}"
    light = (sys.platform, platform.machine()) == ("linux", "x86_64")
    command = f'pip install "tensorflow{"-cpu" if light else ""}==2.21.*"'
    return f"TensorFlow is missing: `{command}` where Jupyter runs, then restart the kernel. {rest}"


class PassOver(ast.NodeTransformer):
    """Keeps cells from running that can't: IPython hands it the syntax tree of each, and runs what it returns."""

    def __init__(self) -> None:
        self._absent: set[str] = set()
        self._lesson = ""

    def visit_Module(self, cell: ast.Module) -> ast.Module:
        """Return the cell without the imports that can't be had, or an empty one with its stored outputs shown."""
        whole = ast.dump(cell)
        absent = take_out_imports(cell, MODULES)
        names = names_of(cell, self._absent | absent, MODULES)
        self._absent |= absent
        if not names.missed:
            self._absent -= names.stored - absent
            return cell
        self._absent |= names.stored
        self._show_instead(whole, names.missed)
        return ast.Module(body=[], type_ignores=[])

    def _show_instead(self, cell: str, missed: Iterable[str]) -> None:
        copies = [each for each in stored_cells(LESSONS) if each.cell == cell]
        copies.sort(key=lambda each: each.lesson != self._lesson)  # of several lessons, the one that we are in
        what = ", ".join(f"`{name}`" for name in missed)
        words = f"Not run: it needs {what}, missing here."
        if copies and copies[0].outputs:
            words += " Where that was there, it showed:"
        display({"text/markdown": f"*{words}*", "text/plain": words.replace("`", "")}, raw=True)
        for copy in copies[:1]:
            self._lesson = copy.lesson
            for output in copy.outputs:
                _show_stored(output)


def _show_stored(output: dict[str, Any]) -> None:
    if output["output_type"] == "stream":
        print("".join(output["text"]), end="")
    elif "data" in output:
        data = {kind: "".join(content) for kind, content in output["data"].items()}
        display(data, metadata=output.get("metadata", {}), raw=True)


@cache
def stored_cells(folder: Path) -> list[Stored]:
    """Read all code cells of the lessons in a folder, with their outputs.

    Parameters
    ----------
    folder : Path
        It may be missing; then there are none.

    Returns
    -------
    list of Stored
    """
    found = []
    for path in sorted(folder.glob("[0-9][0-9]_*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                tree = ast.dump(ast.parse("".join(cell["source"])))
                found.append(Stored(path.name, tree, cell["outputs"]))
    return found
