"""Where an answer would be right: with an argument at 0 or 1, or with two that are the same."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from coursekit.lab.asking import Asker, Path, paths
from coursekit.lab.evidence import Evidence, close, is_number, leaves
from coursekit.lab.raised import Raised
from coursekit.lab.stand_ins import pairs

Args = tuple[Any, ...]


def would_be_right(evidence: Evidence) -> str:
    """Name the argument on which the mistake hangs: were it 0 or 1, or the same as another, all would be right."""
    if evidence.is_random:
        return ""
    asker = Asker(evidence)
    for words, change in _changes(evidence):
        if all(_agree(asker, change, i) for i in asker.numbers):
            return words
    return ""


def _changes(evidence: Evidence) -> Iterator[tuple[str, Callable[[Args], Args]]]:
    for path in paths(evidence):
        value = path.get(evidence.cases[0].args)
        if isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.ndim < 2):
            for number in (0.0, 1.0):
                words = f"It would be right if `{path.name}` were {number:g}: look at where `{path.name}` comes in."
                yield words, partial(_filled, path, number)
    for first, second in pairs(evidence):
        both = f"`{first.name}` and `{second.name}`"
        words = f"It would be right if {both} were the same: one of them stands where the other is meant."
        yield words, partial(_same, first, second)


def _filled(path: Path, number: float, args: Args) -> Args:
    value = path.get(args)
    return path.put(args, np.full_like(value, number) if isinstance(value, np.ndarray) else number)


def _same(first: Path, second: Path, args: Args) -> Args:
    return second.put(args, first.get(args))


def _agree(asker: Asker, change: Callable[[Args], Args], i: int) -> bool:
    """Say whether the answer and the solution agree on changed arguments, where something is left to agree on."""
    args = change(asker.args(i))
    theirs, mine = asker.solution(change(asker.args(i))), asker.answer(args)
    if isinstance(theirs, Raised) or isinstance(mine, Raised) or not asker.evidence.alike(mine, theirs):
        return False
    return not any(_is_plain(each, args) for each in (theirs if isinstance(theirs, tuple) else (theirs,)))


def _is_plain(result: Any, args: Args) -> bool:
    """Say whether a result is the same number, or row, throughout, no number at all, or an argument as it came in."""
    there = leaves(result)
    if there is None or not all(np.isfinite(each).all() for each in there):
        return True
    if len(there) == 1 and not there[0].ndim and there[0] in (0, 1):
        return True
    if any(each.ndim and len(each) > 1 and np.all(np.ptp(each, axis=0) < 1e-12) for each in there) or not any(
        map(np.any, there)
    ):
        return True
    given = [leaves(arg) for arg in args if is_number(arg) or isinstance(arg, np.ndarray)]
    return any(each is not None and close(there, each) for each in given)
