"""What an answer made of every case, beside what was asked for, cut into pieces that can be compared."""

import contextlib
import reprlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.lab.calls import argument_names
from coursekit.lab.exercise import Exercise
from coursekit.lab.raised import Raised

Leaves = list[NDArray[Any]]
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


class Case(NamedTuple):
    """One call: its arguments, what came, what should have come, and whether that counts as the same."""

    args: tuple[Any, ...]
    got: Any
    expected: Any
    is_right: bool


class Evidence(NamedTuple):
    """All calls of an answer, and the answer itself, to ask it more as long as there is time."""

    exercise: Exercise
    answer: Callable[..., Any]
    cases: Sequence[Case]
    ends: float  # in seconds of ``time.process_time``
    reason: str = ""  # a known wrong answer's that does the same in most of the wrong calls

    @property
    def wrong(self) -> list[Case]:
        """The calls with another result than the solution's."""
        return [case for case in self.cases if not case.is_right]

    @property
    def names(self) -> list[str]:
        """The arguments, as the prompt calls them."""
        return argument_names(self.exercise)

    @property
    def is_random(self) -> bool:
        """Whether the answer draws: then two results are never equal number by number."""
        return any(isinstance(arg, np.random.Generator) for arg in self.cases[0].args)

    def alike(self, got: Any, wanted: Any) -> bool:
        """Say whether two results are the same: to the digit, or as draws from one distribution."""
        if self.is_random:
            with contextlib.suppress(Exception):
                return bool(self.exercise.same(got, wanted))
            return False
        mine, theirs = leaves(got), leaves(wanted)
        if mine is None or theirs is None:
            with contextlib.suppress(Exception):
                return bool(got == wanted)
            return False
        return close(mine, theirs)


class Pair(NamedTuple):
    """One piece of one call."""

    args: tuple[Any, ...]
    got: Leaves
    expected: Leaves


class Piece(NamedTuple):
    """A part of what an answer returns, in all calls in which it is wrong.

    Attributes
    ----------
    place : str
        Which it is: "" if it is all, otherwise such as "the second of your 3 values".
    pairs : list of Pair
    """

    place: str
    pairs: list[Pair]


def wrong_pieces(evidence: Evidence) -> list[Piece]:
    """Return each part of a result that is wrong in some call, as far as it is made of numbers."""
    n = parts_of(evidence.wrong[0].expected)
    if any(parts_of(case.got) != n for case in evidence.wrong):
        return []
    pieces = []
    for i in range(n or 1):
        pairs = []
        for args, got, expected, _ in evidence.wrong:
            one = (got, expected) if n is None else (got[i], expected[i])
            mine, theirs = map(leaves, one)
            if mine is None or theirs is None:
                return []
            if n is None or not close(mine, theirs):
                pairs.append(Pair(args, mine, theirs))
        if pairs:
            pieces.append(Piece(f"the {ORDINALS[i]} of your {n} values" if n else "", pairs))
    return pieces


def parts_of(value: Any) -> int | None:
    """Say how many values a tuple has, and None for anything else."""
    return len(value) if isinstance(value, tuple) else None


def as_asked(got: Any, expected: Any) -> Any:
    """Take a list, or an array of as many rows, for a tuple: whoever unpacks it finds the same."""
    if isinstance(got, Raised):  # an error is no answer in three parts
        return got
    if not isinstance(got, tuple | list | np.ndarray) or np.shape(got if isinstance(got, np.ndarray) else [0]) == ():
        return got
    if isinstance(expected, tuple) and len(got) == len(expected):
        return tuple(as_asked(*pair) for pair in zip(got, expected, strict=True))
    return list(got) if type(expected) is list else got


def leaves(value: Any) -> Leaves | None:
    """Return the arrays of numbers that a result is made of, or None if it is made of something else."""
    if value is None or isinstance(value, str | bytes):
        return None
    with contextlib.suppress(Exception):  # rows of different lengths, or an object of the learner's own
        array = np.asarray(value)
        if array.dtype.kind in "biufc":
            return [array]
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, tuple | list) or not value:
        return None
    inner = [leaves(each) for each in value]
    return None if any(each is None for each in inner) else [leaf for each in inner for leaf in each or []]


def close(got: Leaves, wanted: Leaves, *, rtol: float = 1e-6, atol: float = 1e-12) -> bool:
    """Say whether two results have the same arrays, up to rounding."""
    return len(got) == len(wanted) and all(
        a.shape == b.shape and np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
        for a, b in zip(got, wanted, strict=True)
    )


def is_number(value: Any) -> bool:
    """Say whether something is one number, and no truth."""
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def is_whole(array: NDArray[Any]) -> bool:
    """Say whether an array holds places, counts or truths alone."""
    return array.dtype.kind in "biu" or not np.any(array % 1)


def brief(value: object) -> str:
    """Write any value so that it can be read: a long one is cut, and some objects can't be written at all."""
    writer = reprlib.Repr()
    writer.maxother = writer.maxstring = 80
    return writer.repr(value)


class Dimension(NamedTuple):
    """A length of something that was passed in: ``unit`` is "row", ``of`` is "`X`"."""

    unit: str
    of: str
    length: int

    @property
    def number(self) -> str:
        """The length in words: "the number of rows of `X`"."""
        plural = {"entry": "entries", "batch": "batches"}.get(self.unit, f"{self.unit}s")
        return f"the number of {plural} of {self.of}"


def dimensions(names: Sequence[str], args: Sequence[Any]) -> list[Dimension]:
    """Return the lengths of all arrays and lists that were passed in."""
    found = []
    for name, arg in zip(names, args, strict=False):
        units: tuple[str, ...] = ()
        if isinstance(arg, np.ndarray):
            units = {1: ("entry",), 2: ("row", "column"), 3: ("batch", "row", "column")}.get(arg.ndim, ())
            if arg.ndim > 1:
                found.append(Dimension("entry", f"`{name}`", arg.size))
        lengths = arg.shape if isinstance(arg, np.ndarray) else [len(arg)] if isinstance(arg, list) else []
        found += [Dimension(unit, f"`{name}`", n) for unit, n in zip(units or ("entry",), lengths, strict=False)]
    return found
