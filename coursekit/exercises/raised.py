"""An error of the learner's function, in words: what it was, in which of their lines, and how large the arrays were."""

import ast
import linecache
import re
import sysconfig
import textwrap
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, NamedTuple

import numpy as np

_NOT_THEIRS = (
    str(Path(__file__).parents[1]), *(sysconfig.get_path(each) for each in ("stdlib", "purelib", "platlib"))
)  # fmt: skip
_NOISE = ("File ", "[[", "Detected at", "<stack traces", "in user code", "Graph execution error", "Original stack",
          "Traceback", "node ", "To call ", "The above exception", "Call arguments")  # fmt: skip
_IN_OTHER_WORDS = (
    (r"truth value of an array",
     "`if`, `and`, `or`, `max` and `min` want one truth, and a whole array has many: work entry by entry."),
    (r"unsupported operand .*'list'|can't multiply sequence|only concatenate list|bad operand type for unary -: 'list'",
     "A list can't be calculated with as an array can."),
    (r"slice indices must be|only integers, slices|only integer scalar arrays|be interpreted as an integer",
     "Counts and places must be whole numbers, of type `int`."),
    (r"matmul: .* mismatch|shapes .* not aligned",
     "A product wants as many columns on the left as rows on the right."),
    (r"could not be broadcast",
     "Shapes are set side by side from the right; two lengths must be equal, or one of them 1."),
    (r"Cannot cast ufunc", "An array of whole numbers can't take fractions in place."),
    (r"not callable", "Round brackets after a name call it: is there a `*` or a `[` missing?"),
    (r"'NoneType'", "Something there is `None`: a function without `return`, or a gradient that does not exist."),
    (r"math domain error|expected a positive input|expected a nonnegative input",
     "A logarithm wants a number above 0, and a root none below 0."),
    (r"not enough values to unpack|too many values to unpack", "The names on the left must be as many as the values."),
    (r"not in index|referenced before assignment|cannot access local variable",
     "The name is used before it gets a value."),
    (r"name '\w+' is not defined", "Is it misspelled, or made only later?"),
    (r"tuple indices must be integers or slices, not str", "The parts of a record are read with a dot."),
    (r"read-only", "That array may not be written to: make one of your own."),
)  # fmt: skip


class TimeUp(BaseException):
    """An answer has run for too long."""


class Raised(NamedTuple):
    """An error of a function.

    Attributes
    ----------
    what : str
        Its type and its text: two errors are the same if these are.
    where : str
        The learner's own line, as a sentence; "" where none of theirs was running.
    is_late : bool
        Whether it was stopped because it did not end.
    """

    what: str
    where: str
    is_late: bool = False


def describe_error(error: BaseException) -> Raised:
    """Return an error's type and text, and the learner's line that it came from.

    Parameters
    ----------
    error : BaseException
        It may be one that can't even be written.

    Returns
    -------
    Raised
    """
    place = _their_place(error.__traceback__)
    if isinstance(error, TimeUp):
        return Raised("", _their_loop(*place) if place else "", is_late=True)
    try:
        text = _what_counts(str(error))
    except BaseException:  # noqa: BLE001 - a class of the learner's own
        text = ""
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return Raised(what, _their_line(*place) if place else "")


def in_words(raised: Raised, seconds: float) -> str:
    """Say what an error means, with the learner's line.

    Parameters
    ----------
    raised : Raised
        What came.
    seconds : float
        How long it ran.

    Returns
    -------
    str
    """
    if raised.is_late:
        return f"It was stopped after {seconds:.0f} seconds of work.{raised.where or ' Does it ever end?'}"
    words = next((f" {words}" for pattern, words in _IN_OTHER_WORDS if re.search(pattern, raised.what)), "")
    end = "" if raised.what.endswith((".", "!", "?")) or not (raised.where or words) else "."
    return f"It raised {raised.what}{end}{raised.where}{words}"


def _what_counts(text: str) -> str:
    """Shorten a message that holds a traceback to the line that says what is wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and any(line.startswith(_NOISE) for line in lines):
        lines = [line for line in lines if not line.startswith(_NOISE)][-1:] or lines[-1:]
    return textwrap.shorten(" ".join(lines), 240, placeholder=" ...")


def _their_place(traceback: TracebackType | None) -> tuple[FrameType, int] | None:
    """Return the innermost frame of the learner's own code, and the line it was in."""
    place = None
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        generated = file.startswith(("<frozen", "<__array")) or "__autograph_generated" in file
        if not generated and not file.startswith(_NOT_THEIRS) and linecache.getline(file, traceback.tb_lineno).strip():
            place = traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next
    return place


def _their_line(frame: FrameType, number: int) -> str:
    line = linecache.getline(frame.f_code.co_filename, number).strip()
    if re.match(r"raise\b", line):  # they say themselves what is wrong
        return ""
    sizes = {name: _size(frame.f_locals.get(name)) for name in _names(line)}
    known = sorted((name for name in sizes if sizes[name]), key=lambda name: "shape" not in sizes[name])
    there = [f"`{name}` {sizes[name]}" for name in known[:4]]
    code = textwrap.shorten(line, 100, placeholder=" ...").replace("`", "'")
    return f" Your line: `{code}`" + (f", where {_listed(there)}." if there else ".")


def _their_loop(frame: FrameType, number: int) -> str:
    """Name the loop that a line stands in, the innermost one."""
    source = linecache.getlines(frame.f_code.co_filename)
    try:
        tree = ast.parse("".join(source))
    except SyntaxError:
        tree = ast.Module([], [])
    loops = [
        node.lineno for node in ast.walk(tree)
        if isinstance(node, ast.While | ast.For) and node.lineno <= number <= (node.end_lineno or 0)
    ]  # fmt: skip
    line = source[max(loops, default=number) - 1].strip().replace("`", "'")
    if not loops:
        return f" Then it was in your line `{line}`. Does it ever end?"
    return f" Then it was in your loop `{line}`. What ends it?"


def _names(line: str) -> list[str]:
    try:
        tree = ast.parse(line.rstrip(":") if not line.endswith(":") else f"{line} pass")
    except SyntaxError:
        return []
    return list(dict.fromkeys(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)))


def _size(value: Any) -> str:
    """Say how large something is, if that can explain an error: "has shape (3, 4)", "is 0.5"."""
    match value:
        case np.ndarray():
            return f"has shape {value.shape}"
        case bool() | int() | float() | np.number():
            return f"is {value:.6g}"
        case list() | tuple():
            return f"is a {type(value).__name__} of {len(value)}"
        case None:
            return ""
        case _:
            return ""


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
