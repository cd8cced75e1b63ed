"""Mistakes that an exercise knows: how each is written, and what the check says of it."""

import ast
import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from coursekit.lab.exercise import Exercise, source_of
from coursekit.lab.judge import judge

MOST = 3  # the first that an exercise declares; nobody has counted which are made most


class Mistake(NamedTuple):
    """A wrong answer.

    Attributes
    ----------
    code : str
        As a learner would have written it.
    verdict : str
        What the check says; code stands between backticks.
    """

    code: str
    verdict: str


def mistakes(exercise: Exercise) -> list[Mistake]:
    """Return the first mistakes that an exercise knows; where nothing can judge them here, none."""
    if exercise.missing():
        return []
    known = [wrong.answer for wrong in exercise.wrong_answers[:MOST]]
    return [Mistake(as_written(answer, exercise), judge(exercise, answer).message) for answer in known]


def as_written(answer: Callable[..., Any], exercise: Exercise) -> str:
    """Return a wrong answer as a function of the exercise's name.

    Parameters
    ----------
    answer : callable
        A function, or what a lambda made.
    exercise : Exercise

    Returns
    -------
    str
    """
    name = exercise.solution.__name__
    if answer.__name__ != "<lambda>":
        return source_of(answer).replace(f"def {answer.__name__}(", f"def {name}(", 1).rstrip()
    node = _lambda(answer)
    return f"def {name}({ast.unparse(node.args)}):\n    return {ast.unparse(node.body)}"


def _lambda(answer: Callable[..., Any]) -> ast.Lambda:
    """Find a lambda in the file that it was read from."""
    code = answer.__code__
    lines = {line for *_, line in code.co_lines() if line}
    found = [node for node in _lambdas(inspect.getfile(answer)) if node.lineno == code.co_firstlineno
             and [arg.arg for arg in node.args.args] == list(code.co_varnames[: code.co_argcount])
             and node.body.lineno in lines]  # fmt: skip
    return found[0]


@cache
def _lambdas(file: str) -> list[ast.Lambda]:
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
