"""What turns the right result into the one that came, if it is one and the same thing in every call."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.lab.evidence import Evidence, Pair, Piece, close, leaves, wrong_pieces
from coursekit.lab.factors import a_factor, an_offset, upside_down

Leaf = NDArray[Any]
Change = tuple[str, Callable[[Leaf], Any]]


def _of_several(change: Callable[[Leaf], Any]) -> Callable[[Leaf], Any]:
    """Refuse to change a single number: its softmax is 1, whatever it is."""

    def changed(x: Leaf) -> Any:
        if x.size < 2:
            raise ValueError
        return change(x)

    return changed


_WHOLE: tuple[Change, ...] = (
    ("minus what it should be: the sign is the other way round", lambda x: -x),
    ("1 minus what it should be", lambda x: 1 - x),
    ("1 divided by what it should be: it is upside down", lambda x: 1 / x),
    ("x / (1 - x), x being what it should be: the part over the rest", lambda x: x / (1 - x)),
    ("True where it should be False, and the other way round", lambda x: ~x if x.dtype == bool else x),
    ("the absolute value of what it should be: the signs are lost", np.abs),
    ("what it should be, from back to front", lambda x: x[::-1]),
    ("what it should be, transposed", lambda x: x.T),
    ("what it should be, cut to whole numbers", np.trunc),
    ("what it should be, rounded to whole numbers", np.rint),
    ("what it should be, rounded up to whole numbers", np.ceil),
    ("the square of what it should be", np.square),
    ("the root of what it should be", np.sqrt),
    ("the logarithm of what it should be", np.log),
    ("the logarithm, to base 10, of what it should be", np.log10),
    ("the logarithm, to base 2, of what it should be", np.log2),
    ("e to the power of what it should be", np.exp),
    ("10 to the power of what it should be", lambda x: 10.0**x),
    ("what it should be, with everything below 0 made 0", lambda x: np.maximum(x, 0)),
    ("the softmax of what it should be", _of_several(lambda x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True))),
    ("what it should be, divided by its sum", _of_several(lambda x: x / x.sum())),
    ("what it should be, sorted", lambda x: np.sort(x, axis=0)),
    ("what it should be, summed up as it goes along", lambda x: np.cumsum(x, axis=0)),
    ("what it should be, without its first number or row", lambda x: x[1:]),
    ("what it should be, without its last number or row", lambda x: x[:-1]),
)
_NOT_YET: tuple[Change, ...] = (
    ("not whole: cut to a whole number, it would be right", np.trunc),
    ("not whole: rounded, it would be right", np.rint),
    ("not whole: rounded up, it would be right", np.ceil),
    ("right but for the signs", np.abs),
    ("right but for what is below 0", lambda x: np.maximum(x, 0)),
)
_TO_FEWER: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("sum", np.sum), ("mean", np.mean), ("largest value", np.max), ("smallest value", np.min),
    ("median", np.median), ("standard deviation", np.std), ("variance", np.var),
)  # fmt: skip


def _along(reduce: Callable[..., Any], axis: int | None) -> Callable[[Leaf], Any]:
    return partial(reduce, axis=axis)


_TAKEN: tuple[Change, ...] = (
    ("{} itself", lambda x: x),
    *(
        (f"the {what} of {{}}{along}", _along(reduce, axis))
        for axis, along in ((None, ""), (0, " along axis 0"), (-1, " along its last axis"))
        for what, reduce in _TO_FEWER
    ),
    ("the number of entries of {}", len),
)  # fmt: skip


def what_lies_between(evidence: Evidence) -> str:
    """Say what turns the right result into this one, piece by piece; the first that is found."""
    for piece in wrong_pieces(evidence):
        subject = piece.place[0].upper() + piece.place[1:] if piece.place else "What you return"
        for look in LOOKS:
            if said := look(evidence, piece):
                return f"{subject} is {said}" + ("" if said.endswith("?") else ".")
    return ""


def one_argument_alone(evidence: Evidence) -> str:
    """Say that what came is an argument itself, or its largest number, its mean and so on, in every call."""
    if evidence.is_random:
        return ""
    for i, name in enumerate(evidence.names):
        for words, take in _TAKEN:
            if all(_is_taken(case.args[i : i + 1], take, case.got) for case in evidence.cases):
                return f"What you return is {words.format(f'`{name}`')}, and nothing else."
    return ""


def _is_taken(arg: tuple[Any, ...], take: Callable[[Leaf], Any], got: Any) -> bool:
    """Say whether this made of an argument is what came."""
    there, mine = leaves(arg[0]) if arg else None, leaves(got)
    if there is None or mine is None or len(there) != 1 or len(mine) != 1 or there[0].size < 2:
        return False
    try:
        return close(mine, [np.asarray(take(there[0]))])
    except Exception:  # noqa: BLE001 - it has no such thing
        return False


def _a_transform(evidence: Evidence, piece: Piece) -> str:
    """Find what makes of the right result the one that came, or of this one the right result."""
    back = Piece(piece.place, [Pair(args, expected, got) for args, got, expected in piece.pairs])
    there = [words for words, change in _WHOLE if _holds(evidence, piece, change)]
    if len(there) > 1 and "without its" in there[0]:  # which end is left out can't be told
        return "what it should be, one number or row short"
    return next((words for words, change in _NOT_YET if _holds(evidence, back, change)), "") if not there else there[0]


def _holds(evidence: Evidence, piece: Piece, change: Callable[[Leaf], Any]) -> bool:
    """Say whether the change makes of the right result what came, in every call, and changes it at all."""
    changes = False
    for pair in piece.pairs:
        try:
            changed = [np.asarray(change(each)) for each in pair.expected]
        except Exception:  # noqa: BLE001 - it can't be done to such an array
            return False
        fits = close(pair.got, changed) or (evidence.is_random and evidence.alike(pair.got[0], changed[0]))
        if not fits or not all(np.isfinite(each).any() and not np.isnan(each).any() for each in changed):
            return False
        changes |= not close(changed, pair.expected) and any(np.any(each) for each in pair.expected)
    return changes


def _same_numbers(evidence: Evidence, piece: Piece) -> str:
    """Find the right numbers in another shape or order."""
    if evidence.is_random:
        return ""
    if _all(piece, lambda got, wanted: got.shape != wanted.shape and close([got.ravel()], [wanted.ravel()])):
        pair = piece.pairs[0]
        return f"made of the right numbers, in shape {pair.got[0].shape} instead of {pair.expected[0].shape}"
    if _all(piece, lambda got, wanted: got.size > 2 and close([np.sort(got, axis=None)], [np.sort(wanted, axis=None)])):
        return "made of the right numbers, in another order"
    return ""


def _fewer(_: Evidence, piece: Piece) -> str:
    """Find one number, or one row, where many are asked for."""
    for what, reduce in _TO_FEWER:
        for axis in (None, 0, 1, -1):
            if _all(piece, partial(_is_made_of, _along(reduce, axis))):
                return f"the {what} of what was asked for: all of its numbers are wanted"
    for which, i in (("first", 0), ("last", -1)):
        if _all(piece, partial(_is_made_of, partial(_part, i))):
            return f"the {which} of the numbers or rows that were asked for, alone"
    return ""


def _not_brought_together(_: Evidence, piece: Piece) -> str:
    """Find many numbers where their sum, their mean or one of them is asked for."""
    for which, i in (("first", 0), ("last", -1)):
        if _all(piece, partial(_can_be_made, partial(_part, i))):
            return f"more than was asked for: its {which} number or row would do"
    for what, reduce in _TO_FEWER:
        for axis in (None, 0, 1, -1):
            if _all(piece, partial(_can_be_made, _along(reduce, axis))):
                return f"not brought together yet: its {what} would be right"
    return ""


def _longer(_: Evidence, piece: Piece) -> str:
    """Find the right numbers or rows with others behind or before them."""
    for where, part in (("behind", slice), ("before", lambda n: slice(-n, None))):
        if _all(
            piece, lambda got, wanted, part=part: len(got) > len(wanted) and close([got[part(len(wanted))]], [wanted])
        ):
            n = {len(pair.got[0]) - len(pair.expected[0]) for pair in piece.pairs}
            return f"what it should be, with {n.pop() if len(n) == 1 else 'some'} more {where} it"
    return ""


def _part(i: int, array: Leaf) -> Any:
    return array[i]


def _is_made_of(make: Callable[[Leaf], Any], few: Leaf, many: Leaf) -> bool:
    return few.ndim < many.ndim and close([few], [np.asarray(make(many))])


def _can_be_made(make: Callable[[Leaf], Any], many: Leaf, few: Leaf) -> bool:
    return len(many) > 1 and _is_made_of(make, few, many)


def _places(evidence: Evidence, piece: Piece) -> str:
    """Find values where their places are asked for, or the other way round."""
    for i, name in enumerate(evidence.names):
        args = [
            np.asarray(pair.args[i]) if isinstance(pair.args[i], list | np.ndarray) else None for pair in piece.pairs
        ]
        if any(arg is None or arg.ndim != 1 for arg in args):
            continue
        if _are_taken(args, [pair.expected for pair in piece.pairs], [pair.got for pair in piece.pairs]):
            return f"made of the values of `{name}`: their places were asked for"
        if _are_taken(args, [pair.got for pair in piece.pairs], [pair.expected for pair in piece.pairs]):
            return f"made of places in `{name}`: the values there were asked for"
    if _all(
        piece, lambda got, wanted: got.dtype == bool and np.array_equal(np.flatnonzero(got), np.sort(wanted.ravel()))
    ):
        return "made of True and False: the places of the True ones were asked for"
    return ""


def _are_taken(args: list[Any], places: list[list[Leaf]], values: list[list[Leaf]]) -> bool:
    """Say whether the values stand at these places of an argument, in every call."""
    for arg, (place, *_), value in zip(args, places, values, strict=True):
        if place.dtype.kind not in "iu" or not place.size or place.max() >= len(arg) or not close([arg[place]], value):
            return False
    return True


LOOKS = (_a_transform, _same_numbers, _longer, _fewer, _not_brought_together, a_factor, an_offset, upside_down, _places)


def _all(piece: Piece, test: Callable[..., Any]) -> bool:
    """Say whether something holds of the one array of every call."""

    def holds(pair: Pair) -> bool:
        return len(pair.got) == len(pair.expected) == 1 and bool(test(pair.got[0], pair.expected[0]))

    try:
        return all(map(holds, piece.pairs))
    except Exception:  # noqa: BLE001 - no such axis, for instance
        return False
