"""Judging an answer: by what it does, never by how it is written, and never with an exception."""

import reprlib
import warnings
from collections.abc import Callable
from types import CodeType, EllipsisType
from typing import Any, Literal, NamedTuple

import numpy as np

from coursekit.lab.exercise import Exercise, Reason, Seen


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
        wanted = f"the function itself, `{exercise.solution.__name__}` without brackets"
        return Verdict("not yet", f"Hand over {wanted}; this is {_brief(answer)}.")
    if missing := exercise.missing():
        return Verdict("not attempted", f"Nobody can judge it here: {missing} is missing.")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        got = _outcome(exercise, answer)
        if isinstance(got, str):
            return _raised(exercise, got)
        verdict = _compare(exercise, got)
        if verdict.status == "correct" and (reason := _not_drawn(exercise, answer)):
            return Verdict("not yet", reason)
        return verdict


def _outcome(exercise: Exercise, function: Callable[..., Any]) -> list[Any] | str:
    """Return what a function makes of each case, or the error that ended it, in words."""
    try:
        return _results(exercise, function)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a learner's function may raise anything
        return f"{type(error).__name__}: {error}"


def _raised(exercise: Exercise, error: str) -> Verdict:
    """Judge an answer that raised: some misconceptions do."""
    if "ellipsis" in error.lower():
        return Verdict("not attempted", "There is still a `...` in it: replace it.")
    for known in exercise.wrong_answers:
        if isinstance(known.reason, str) and _outcome(exercise, known.answer) == error:
            return Verdict("not yet", known.reason)
    return Verdict("not yet", f"It raised {error}")


def _not_drawn(exercise: Exercise, answer: Callable[..., Any]) -> str | None:
    """Say why values that are spread as they should be are no draws from ``rng``, if they are none."""
    args = exercise.cases()[0]
    if not any(isinstance(arg, np.random.Generator) for arg in args):
        return None

    def draw(seed: int) -> Any:
        return answer(*(np.random.default_rng(seed) if isinstance(arg, np.random.Generator) else arg for arg in args))

    if np.array_equal(draw(0), draw(1)):
        return "With another `rng` it returns the same values: they are laid out, not drawn. Draw from `rng`."
    if not np.array_equal(draw(0), draw(0)):
        return "With the same `rng` it returns other values each time. Draw from `rng`, not from `np.random`."
    return None


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
        theirs = _outcome(exercise, known.answer)
        if isinstance(theirs, list) and all(_same(exercise, *pair) for pair in zip(got, theirs, strict=True)):
            return Verdict("not yet", _say(known.reason, seen))
    return Verdict("not yet", _unknown(exercise, seen))


def _unknown(exercise: Exercise, seen: Seen) -> str:
    """Say what is wrong with an answer that nobody has met before."""
    shape, wanted = _shape(seen.got), None if isinstance(seen.expected, tuple) else _shape(seen.expected)
    if wanted is not None and shape is None:
        return _another_kind(seen)
    if wanted is not None and shape is not None and shape != wanted:
        return f"It returns {_count(shape)} where {_count(wanted)} was expected."
    return _say(exercise.otherwise, seen)


def _count(shape: tuple[int, ...]) -> str:
    return f"an array of shape {shape}" if shape else "a single number"


def _results(exercise: Exercise, function: Callable[..., Any]) -> list[Any]:
    observe = exercise.observe or (lambda answer, args: answer(*args))
    return [observe(function, args) for args in exercise.cases()]


def _same(exercise: Exercise, got: object, expected: object) -> bool:
    try:
        return exercise.same(got, expected)
    except Exception:  # noqa: BLE001 - not even the same kind of thing
        return False


def _shape(result: object) -> tuple[int, ...] | None:
    """Return the shape of a number or an array of numbers, and None for anything else."""
    try:
        array = np.asarray(result)
    except Exception:  # noqa: BLE001 - rows of different lengths, or an object of the learner's own
        return None
    return array.shape if array.dtype.kind in "biufc" else None


def _say(reason: Reason, seen: Seen) -> str:
    try:
        return reason if isinstance(reason, str) else reason(seen)
    except Exception:  # noqa: BLE001 - it counts on numbers, and there are none
        return _another_kind(seen)


def _another_kind(seen: Seen) -> str:
    return f"It returns {_brief(seen.got)}, which is not the kind of thing that was asked for: see the prompt."


def _brief(value: object) -> str:
    """Write any value so that it can be read: a long one is cut, and some objects can't be written at all."""
    writer = reprlib.Repr()
    writer.maxother = writer.maxstring = 80
    return writer.repr(value)


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
        if not isinstance(got, tuple) or len(got) != len(expected):
            return False
        return all(same_values(*pair, rtol=rtol, atol=atol) for pair in zip(got, expected, strict=True))
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
    kinds = {array.dtype.kind.replace("u", "i") for array in (got, expected)}  # unsigned ones are whole as well
    if got.shape != expected.shape or len(kinds) > 1 or np.isnan(got).any():
        return False
    points = np.sort(np.concatenate([got.ravel(), expected.ravel()]))
    shares = [
        np.searchsorted(np.sort(sample.ravel()), points, side="right") / sample.size for sample in (got, expected)
    ]
    return bool(np.max(np.abs(shares[0] - shares[1])) <= distance)
