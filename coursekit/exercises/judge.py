"""Judging an answer: by what it does, never by how it is written, and never with an exception."""

import inspect
import warnings
from collections.abc import Callable
from types import EllipsisType
from typing import Any, Literal, NamedTuple

import numpy as np

from coursekit.exercises.declare import Exercise, Reason, Seen


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
        name = exercise.solution.__name__
        return Verdict("not yet", f"Hand over the function itself, `{name}` without brackets; this is {answer!r}.")
    try:
        got = _results(exercise, answer)
    except Exception as error:  # noqa: BLE001 - a learner's function may raise anything
        if "ellipsis" in str(error).lower():
            return Verdict("not attempted", "There is still a `...` in it: replace it.")
        return Verdict("not yet", f"It raised {type(error).__name__}: {error}")
    return _compare(exercise, got)


def _compare(exercise: Exercise, got: list[Any]) -> Verdict:
    expected = _results(exercise, exercise.solution)
    if any(isinstance(result, EllipsisType) for result in got):
        return Verdict("not attempted", "It returns the `...`: replace it.")
    if any(result is None for result in got) and not any(result is None for result in expected):
        return Verdict("not yet", "It returns `None`. Is the `return` missing?")
    wrong = [i for i, pair in enumerate(zip(got, expected, strict=True)) if not _same(exercise, *pair)]
    if not wrong:
        return Verdict("correct", exercise.why)
    seen = Seen(exercise.cases()[wrong[0]], got[wrong[0]], expected[wrong[0]])
    for known in exercise.wrong_answers:
        theirs = _results(exercise, known.answer)
        if all(_same(exercise, *pair) for pair in zip(got, theirs, strict=True)):
            return Verdict("not yet", _say(known.reason, seen))
    if not isinstance(seen.expected, tuple) and _shape(seen.got) != _shape(seen.expected):
        shapes = f"{_shape(seen.got)} where {_shape(seen.expected)} was expected"
        return Verdict("not yet", f"It returns an array of shape {shapes}. Does it use every argument?")
    return Verdict("not yet", _say(exercise.otherwise, seen))


def _results(exercise: Exercise, function: Callable[..., Any]) -> list[Any]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return [function(*args) for args in exercise.cases()]


def _same(exercise: Exercise, got: object, expected: object) -> bool:
    try:
        return exercise.same(got, expected)
    except (TypeError, ValueError, AttributeError, IndexError):  # not even the same kind of thing
        return False


def _shape(result: object) -> tuple[int, ...] | None:
    try:
        return np.shape(result)  # type: ignore[arg-type]
    except ValueError:  # rows of different lengths
        return None


def _say(reason: Reason, seen: Seen) -> str:
    try:
        return reason if isinstance(reason, str) else reason(seen)
    except (TypeError, ValueError, AttributeError, IndexError):
        return f"It returns {seen.got!r}, which is not the kind of thing that was asked for: see the prompt."


def _is_stub(answer: object) -> bool:
    def stub() -> None: ...

    if answer is None or isinstance(answer, EllipsisType):
        return True
    code = getattr(inspect.unwrap(answer), "__code__", None) if callable(answer) else None
    return code is not None and code.co_code == stub.__code__.co_code and code.co_consts[-1:] == (None,)


def same_values(got: object, expected: object, *, rtol: float = 1e-6, atol: float = 1e-12) -> bool:
    """Say whether two results are arrays of one shape with values that agree; tuples are compared piece by piece.

    Parameters
    ----------
    got, expected : array_like, or tuple of array_like
        What came and what should have come.
    rtol, atol : float, optional
        Relative and absolute tolerance.

    Returns
    -------
    bool

    Examples
    --------
    >>> same_values([1.0, 2.0], [1.0, 2.0 + 1e-9]), same_values([1.0], [[1.0]])
    (True, False)
    """
    if isinstance(expected, tuple):
        return isinstance(got, tuple) and len(got) == len(expected) and all(map(same_values, got, expected))
    got, expected = np.asarray(got), np.asarray(expected)
    return got.shape == expected.shape and np.allclose(got, expected, rtol=rtol, atol=atol)


def same_distribution(got: object, expected: object, *, distance: float = 0.03) -> bool:
    """Say whether two samples may come from one distribution.

    They may when they have one shape, one kind of number, and no point at which the shares below it differ by more than
    ``distance`` (the Kolmogorov-Smirnov distance; for two fair samples of 20,000 it passes 0.02 once in 2,000 times).

    Parameters
    ----------
    got, expected : array_like
        The samples.
    distance : float, optional
        The largest difference of shares that is put down to chance.

    Returns
    -------
    bool

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> same_distribution(rng.normal(size=20_000), rng.normal(size=20_000))
    True
    >>> same_distribution(rng.normal(size=20_000), rng.uniform(size=20_000))
    False
    """
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape or got.dtype.kind != expected.dtype.kind or np.isnan(got).any():
        return False
    points = np.sort(np.concatenate([got.ravel(), expected.ravel()]))
    shares = [
        np.searchsorted(np.sort(sample.ravel()), points, side="right") / sample.size for sample in (got, expected)
    ]
    return bool(np.max(np.abs(shares[0] - shares[1])) <= distance)
