"""Judging an answer: by what it does, never by how it is written, and never with an exception."""

import inspect
import time
import warnings
from collections.abc import Callable
from types import CodeType, EllipsisType
from typing import Any, Literal, NamedTuple

import numpy as np

from coursekit.lab.calls import SECONDS, Run, argument_names, attempt, numpy_as_it_was, run_cases
from coursekit.lab.clues import what_is_wrong
from coursekit.lab.drawn import not_as_drawn
from coursekit.lab.evidence import Case, Evidence, as_asked, brief, parts_of
from coursekit.lab.exercise import Exercise
from coursekit.lab.known import is_same, recognised
from coursekit.lab.raised import Raised, in_words

PATIENCE = 3.0  # seconds to find out what is wrong with an answer that nobody has met


class Verdict(NamedTuple):
    """What the learner is told.

    Attributes
    ----------
    status : {"not attempted", "not yet", "correct"}
    message : str
        The reason, or why it matters; code stands between backticks.
    """

    status: Literal["not attempted", "not yet", "correct"]
    message: str


class _Found(NamedTuple):
    """A verdict, and whether it is the reason of a known wrong answer."""

    status: Literal["not attempted", "not yet", "correct"]
    message: str
    is_known: bool = False


def judge(exercise: Exercise, answer: object) -> Verdict:
    """Say whether an answer is right, and why not.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    answer : object
        What the learner gave: a function, as a rule. It may raise, return nonsense or change its arguments.

    Returns
    -------
    Verdict
    """
    if _is_stub(answer):
        return Verdict("not attempted", "Replace the `...`.")
    if not callable(answer):
        wanted = f"the function itself, `{exercise.solution.__name__}` without brackets"
        return Verdict("not yet", f"Hand over {wanted}; this is {brief(answer)}.")
    if missing := exercise.missing():
        return Verdict("not attempted", f"Nobody can judge it here: {missing} is missing.")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        with numpy_as_it_was() as replaced:
            right = run_cases(exercise, exercise.solution)
        if right.error:  # a fault of ours, and no learner's
            raise RuntimeError(f"exercise {exercise.name}: {right.error.what}")
        run = run_cases(exercise, answer, limit=SECONDS + 10 * right.seconds)
        verdict = attempt(lambda: _of_run(exercise, answer, run, right.outcomes))
        if isinstance(verdict, Raised):  # what came raises when it is looked at
            verdict = _Found("not yet", in_words(verdict, run.seconds))
        if replaced and verdict.status != "correct":
            return _with_numpys_own(exercise, answer, verdict, replaced)
        damage = [name for name in run.damaged if name not in right.damaged]
        if not damage or verdict.is_known:  # a known mistake's own words say all
            return Verdict(*verdict[:2])
        return Verdict(verdict.status, verdict.message + _damage(damage))


def _of_run(exercise: Exercise, answer: Callable[..., Any], run: Run, expected: list[Any]) -> _Found:
    got, error = run.outcomes, run.error
    if error and error.is_late:
        return _Found("not yet", in_words(error, run.seconds))
    if nothing := _not_there(got, expected):
        return nothing
    unpacked = [as_asked(*pair) for pair in zip(got, expected, strict=True)]
    if all(parts_of(mine) == parts_of(theirs) for mine, theirs in zip(unpacked, expected, strict=True)):
        got = unpacked
    right = [is_same(exercise, *pair) for pair in zip(got, expected, strict=True)]
    if all(right):
        return _of_right_values(exercise, answer)
    cases = [Case(*each) for each in zip(exercise.cases(), got, expected, right, strict=True)]
    reason, in_every_case = recognised(exercise, cases)
    if in_every_case and reason:
        return _Found("not yet", reason, is_known=True)
    if error:
        return _Found("not yet", _arguments(exercise, answer) or in_words(error, run.seconds))
    evidence = Evidence(exercise, answer, cases, time.process_time() + PATIENCE, reason)
    return _Found("not yet", what_is_wrong(evidence))


def _not_there(got: list[Any], expected: list[Any]) -> _Found | None:
    """Judge an answer that still has a ``...``, or returns nothing."""
    if any(isinstance(each, Raised) and "ellipsis" in each.what.lower() for each in got):
        return _Found("not attempted", "There is still a `...` in it: replace it.")
    if any(isinstance(each, EllipsisType) for each in got):
        return _Found("not attempted", "It returns the `...`: replace it.")
    if any(each is None for each in got) and not any(each is None for each in expected):
        return _Found("not yet", "It returns `None`. Is the `return` missing?")
    return None


def _of_right_values(exercise: Exercise, answer: Callable[..., Any]) -> _Found:
    not_drawn = attempt(lambda: not_as_drawn(exercise, answer), SECONDS)
    if isinstance(not_drawn, Raised):
        return _Found("not yet", f"Called once more, it fails. {in_words(not_drawn, SECONDS)}")
    return _Found("not yet", not_drawn) if not_drawn else _Found("correct", exercise.why)


def _arguments(exercise: Exercise, answer: Callable[..., Any]) -> str:
    """Say that a function takes more or fewer arguments than it is called with."""
    names = argument_names(exercise)
    try:
        taken = inspect.signature(answer)
    except (TypeError, ValueError):
        return ""
    try:
        taken.bind(*names)
    except TypeError:
        arguments = "1 argument" if len(names) == 1 else f"{len(names)} arguments"
        return f"It is called with {arguments}, `({', '.join(names)})`; yours takes `{taken}`."
    return ""


def _with_numpys_own(exercise: Exercise, answer: Callable[..., Any], verdict: _Found, replaced: list[str]) -> Verdict:
    """Say that it is right, but for what stands in the place of a function of NumPy's."""
    with numpy_as_it_was():
        outcomes = run_cases(exercise, answer, limit=SECONDS).outcomes
        expected = run_cases(exercise, exercise.solution).outcomes
    if len(outcomes) < len(expected) or not all(map(is_same, [exercise] * len(expected), outcomes, expected)):
        return Verdict(*verdict[:2])
    what = ", ".join(f"`{name}`" for name in replaced)
    return Verdict("not yet", f"It would be right, but {what} is no longer NumPy's own: some cell has put something "
                              "else in its place. Restart the kernel.")  # fmt: skip


def _damage(names: list[str]) -> str:
    what = " and ".join(f"`{name}`" for name in names)
    return (f" It also changes {what}, which belong{'s' * (len(names) == 1)} to whoever calls it: "
            "they find other numbers there afterwards. Work on a copy.")  # fmt: skip


def _is_stub(answer: object) -> bool:
    """Whether nothing is written in it yet; `pass` is no more than ``...``."""

    def stub() -> None: ...

    def described() -> None:
        """Say what it will do."""

    if answer is None or isinstance(answer, EllipsisType):
        return True
    code = getattr(answer, "__code__", None)
    empty = [stub.__code__.co_code, described.__code__.co_code]
    return isinstance(code, CodeType) and code.co_code in empty and code.co_consts[-1:] == (None,)
