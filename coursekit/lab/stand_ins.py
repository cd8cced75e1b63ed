"""Something else in an argument's place: the solution, asked with it, returns what the answer does."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from coursekit.lab.asking import Asker, Path, paths
from coursekit.lab.evidence import Evidence, is_number, is_whole, wrong_pieces
from coursekit.lab.raised import Raised

Change = tuple[str, Callable[[Any], Any]]


def another_argument(evidence: Evidence) -> str:
    """Say for which other argument the solution returns what the answer does, in every call."""
    asker = Asker(evidence)
    for first, second in pairs(evidence):
        if _is_solution_with(asker, partial(_exchanged, first, second)):
            return f"Your result would be right if `{first.name}` and `{second.name}` changed places."
    wrong = [each for piece in wrong_pieces(evidence) for pair in piece.pairs for each in pair.expected]
    is_discrete = all(is_whole(each) for each in wrong)  # too easily the same by chance
    for path in [] if all(each.dtype == bool for each in wrong) else paths(evidence):
        value = path.get(evidence.cases[0].args)
        for words, change in [*_parts_of(path.name, value), *([] if is_discrete else _functions_of(path.name, value))]:
            if _is_solution_with(asker, partial(_put, path, change)):
                place = "" if " = " in words else f" in place of `{path.name}`"
                return f"Your result is the right one for {words}{place}."
    return ""


def _exchanged(first: Path, second: Path, args: tuple[Any, ...]) -> tuple[Any, ...]:
    return first.put(second.put(args, first.get(args)), second.get(args))


def _put(path: Path, change: Callable[[Any], Any], args: tuple[Any, ...]) -> tuple[Any, ...]:
    return path.put(args, change(path.get(args)))


def pairs(evidence: Evidence) -> Iterator[tuple[Path, Path]]:
    """Yield each two arguments that could stand in each other's place."""
    there = paths(evidence)
    args = evidence.cases[0].args
    for i, first in enumerate(there):
        for second in there[i + 1 :]:
            a, b = first.get(args), second.get(args)
            numbers = is_number(a) and is_number(b)
            arrays = isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.shape == b.shape
            if numbers or arrays:
                yield first, second


def _is_solution_with(asker: Asker, change: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> bool:
    """Say whether the solution returns what the answer did when all arguments are changed in this way."""
    evidence = asker.evidence
    order = sorted(range(len(evidence.cases)), key=lambda i: evidence.cases[i].is_right)  # the wrong ones first
    for i in order:
        try:
            args = change(asker.args(i))
        except Exception:  # noqa: BLE001 - it can't be done to such an argument
            return False
        theirs = asker.solution(args)
        if isinstance(theirs, Raised) or not evidence.alike(evidence.cases[i].got, theirs):
            return False
    return True


def _parts_of(name: str, value: Any) -> list[Change]:
    """List what may be taken in place of an argument, and can't lead to the same places or counts by chance."""
    if is_number(value):
        return [(f"`-{name}`", lambda x: -x), (f"`1 - {name}`", lambda x: 1 - x)]
    if isinstance(value, np.ndarray) and value.dtype.kind in "if" and value.ndim:
        part = "row" if value.ndim > 1 else "entry"
        return [
            (f"`-{name}`", lambda x: -x), (f"the transposed `{name}`", lambda x: x.T if x.ndim == 2 else x),
            (f"`{name}` without its last {part}", lambda x: x[:-1]),
            (f"`{name}` without its first {part}", lambda x: x[1:]), (f"the reversed `{name}`", lambda x: x[::-1]),
        ]  # fmt: skip
    if isinstance(value, list) and len(value) > 1:
        return [
            (f"`{name}` without its last entry", lambda x: x[:-1]),
            (f"`{name}` without its first entry", lambda x: x[1:]),
            (f"the reversed `{name}`", lambda x: x[::-1]), (f"the last entry of `{name}` alone", lambda x: x[-1:]),
            (f"the first entry of `{name}` alone", lambda x: x[:1]),
        ]  # fmt: skip
    return []


def _functions_of(name: str, value: Any) -> list[Change]:
    """List what may be calculated with in place of an argument."""
    if is_number(value):
        near: list[Change] = [
            (f"`{name} + 1`", lambda x: x + 1), (f"`{name} - 1`", lambda x: x - 1), (f"`{name} = 0`", lambda x: 0 * x),
            (f"`{name} = 1`", lambda x: 0 * x + 1),
        ]  # fmt: skip
        if isinstance(value, int | np.integer):  # a size, squared, would fill the memory
            return near
        return [
            *near, (f"`1 / {name}`", lambda x: 1 / x), (f"`2 * {name}`", lambda x: 2 * x),
            (f"`{name} / 2`", lambda x: x / 2),
            (f"the square of `{name}`", lambda x: x**2), (f"the root of `{name}`", lambda x: x**0.5),
        ]  # fmt: skip
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or not value.ndim:
        return []
    return [
        (f"the squares of `{name}`", np.square), (f"the roots of `{name}`", np.sqrt),
        (f"the absolute values of `{name}`", np.abs),
        (f"`1 - {name}`", lambda x: 1 - x), (f"`1 / {name}`", lambda x: 1 / x), (f"`exp({name})`", np.exp),
        (f"`log({name})`", np.log), (f"`2 * {name}`", lambda x: 2 * x), (f"`{name} / 2`", lambda x: x / 2),
        (f"the sorted `{name}`", lambda x: np.sort(x, axis=0)),
        (f"`{name}` with its column means taken off", lambda x: x - x.mean(axis=0)),
        (f"`{name}` with its row means taken off", lambda x: x - x.mean(axis=-1, keepdims=True)),
        (f"the mean of all of `{name}`", lambda x: np.full_like(x, x.mean())), (f"`{name} = 0`", np.zeros_like),
        (f"`{name} = 1`", np.ones_like),
    ]  # fmt: skip
