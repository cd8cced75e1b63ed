"""Asking an answer, and the solution, what they make of other arguments."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.lab.calls import SECONDS, attempt, numpy_as_it_was, observed, settled
from coursekit.lab.evidence import Evidence, close, is_number, leaves
from coursekit.lab.raised import Raised

MOST_CASES, N_MOVES = 5, 4
MOVED, ROUNDING = 1e-7, 1e-12  # by how much a result differs that has moved, and one that has not


class Path(NamedTuple):
    """One thing that was passed in: an argument, or what stands in a tuple or dict."""

    name: str
    argument: int
    key: Any = None

    def get(self, args: tuple[Any, ...]) -> Any:
        """Return it."""
        return args[self.argument] if self.key is None else args[self.argument][self.key]

    def put(self, args: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
        """Return the arguments with something else in its place."""
        if self.key is not None:
            holder = args[self.argument]
            items = dict(holder) if isinstance(holder, dict) else list(holder)
            items[self.key] = value
            value = items if isinstance(holder, dict) else tuple(items)
        return (*args[: self.argument], value, *args[self.argument + 1 :])


class Asker:
    """Asks the solution and the answer again, with other arguments, until patience ends."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self._unused: list[list[tuple[Any, ...]]] = [[] for _ in evidence.cases]

    @property
    def numbers(self) -> range:
        """The cases that are asked about."""
        return range(min(MOST_CASES, len(self.evidence.cases)))

    def args(self, i: int) -> tuple[Any, ...]:
        """Return the arguments of a case, made anew."""
        if not self._unused[i]:
            for unused, args in zip(self._unused, self.evidence.exercise.cases(), strict=True):
                unused.append(args)
        return self._unused[i].pop()

    def solution(self, args: tuple[Any, ...]) -> Any:
        """Return what the solution makes of these arguments; Raised where it can't, or where patience has ended."""
        with numpy_as_it_was():
            return self._ask(self.evidence.exercise.solution, args)

    def answer(self, args: tuple[Any, ...]) -> Any:
        """Return what the answer makes of these arguments."""
        return self._ask(self.evidence.answer, args)

    def moves(self, i: int, change: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> tuple[bool, bool]:
        """Say whether a change of the arguments of a case moves the solution, and whether it moves the answer."""
        case = self.evidence.cases[i]
        theirs = self.solution(change(self.args(i)))
        if isinstance(theirs, Raised):
            return False, False
        mine = self.answer(change(self.args(i)))
        return differ(theirs, case.expected, MOVED), isinstance(mine, Raised) or differ(mine, case.got, ROUNDING)

    def _ask(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        if time.process_time() > self.evidence.ends:
            return Raised("", "")
        return attempt(lambda: settled(observed(self.evidence.exercise, function, args)), SECONDS)


def paths(evidence: Evidence) -> list[Path]:
    """Return all that was passed in that can be moved, by its name in the prompt."""
    found = []
    for i, (name, arg) in enumerate(zip(evidence.names, evidence.cases[0].args, strict=False)):
        if isinstance(arg, tuple) and any(isinstance(each, np.ndarray) for each in arg):
            found += [Path(f"{name}[{key}]", i, key) for key in range(len(arg))]
        elif isinstance(arg, dict) and all(isinstance(key, str) for key in arg):
            found += [Path(f'{name}["{key}"]', i, key) for key in arg]
        else:
            found.append(Path(name, i))
    return found


def moved(value: Any, move: int) -> Any:
    """Return something near a value, one of N_MOVES, or None if there is no such thing."""
    if isinstance(value, list | tuple):
        each = [moved(part, move) for part in value if isinstance(part, np.ndarray | float)]
        return type(value)(each) if value and len(each) == len(value) else None
    if isinstance(value, np.ndarray):
        return _moved_array(value, move)
    if isinstance(value, np.random.Generator):
        return np.random.default_rng(100 + move)
    if not is_number(value):
        return None
    if isinstance(value, int | np.integer):
        return (value + 1, value - 1, 2 * value, value // 2)[move]
    return (1.1 * value, 0.5 * value, 2 * value, (value + 1) / 2)[move] if value else 0.1 * (move + 1)


def _moved_array(value: NDArray[Any], move: int) -> NDArray[Any] | None:
    rng = np.random.default_rng(move)
    if value.dtype.kind == "f" and move < 2:
        return (value * rng.uniform(0.5, 1.5, value.shape)).astype(value.dtype)
    if value.dtype.kind == "f":  # another order: what only picks a place notices it
        return value[::-1].copy() if move == 2 else rng.permutation(value, axis=-1)
    if value.dtype.kind not in "iu" or not value.size:
        return None
    if move == 0:
        return value[::-1].copy()
    if move == 1:  # the same values, each at another place
        return np.roll(value, 1)
    return np.full_like(value, value.flat[0]) if move == 2 else value.max() + value.min() - value


def differ(a: Any, b: Any, tolerance: float) -> bool:
    """Say whether two results differ by more than a share of their size."""
    mine, theirs = leaves(a), leaves(b)
    if mine is None or theirs is None:
        try:
            return bool(a != b)
        except Exception:  # noqa: BLE001 - it can't be compared
            return True
    return not close(mine, theirs, rtol=tolerance, atol=tolerance / 1000)
