"""Writing numbers small: what deflate then has little left to do with."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zlib import compress

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Stroke = tuple[int, Numbers]  # the number of its shape, and its own numbers
Frame = tuple[Stroke, ...]  # what one artist draws

PLAIN, ALONG, SINCE = 0, 1, 2  # a stroke's numbers: as they are; less the point before; less another frame's; 3: both
WAYS: tuple[tuple[int, ...], ...] = ((ALONG,), (SINCE,), (PLAIN, ALONG, SINCE, ALONG | SINCE))


def zigzag(numbers: Any) -> Numbers:
    """Write whole numbers as natural ones, the small ones small: 0, -1, 1, -2, ...

    Examples
    --------
    >>> zigzag([0, -1, 1, -2]).tolist()
    [0, 1, 2, 3]
    """
    signed = np.asarray(numbers, np.int64)
    result: Numbers = (signed << 1) ^ (signed >> 63)
    return result


def varints(numbers: Iterable[int] | Numbers) -> bytes:
    """Write natural numbers in bytes of 7 bits, the lowest first; the eighth bit says that more follow.

    Examples
    --------
    >>> varints([1, 127, 300]).hex()
    '017fac02'
    """
    n = np.fromiter(numbers, np.int64) if not isinstance(numbers, np.ndarray) else numbers
    steps = range(5)
    bits = np.stack([(n >> 7 * i) & 127 | (n >> 7 * (i + 1) > 0) * 128 for i in steps], axis=1)
    there = np.stack([n >> 7 * i > 0 if i else np.ones(len(n), bool) for i in steps], axis=1)
    return bytes(bits[there].astype(np.uint8))


def track_code(frames: Sequence[Frame], is_line: Sequence[bool], neighbours: Sequence[Iterable[int]]) -> list[int]:
    """Write the different frames of one artist, in whichever of three ways deflates best.

    Parameters
    ----------
    frames : sequence of Frame
        All that differ.
    is_line : sequence of bool
        For each shape, whether its numbers are points.
    neighbours : sequence of iterable of int
        For each frame the earlier ones that may be much like it.

    Returns
    -------
    list of int
        How many frames; each: how far back the one lies that it is the difference to (0: none), how many strokes; each:
        its shape, its way, how many numbers, the numbers.
    """
    bases = [_base(frames, i, near) for i, near in enumerate(neighbours)]
    codes = [_code(frames, bases, is_line, ways) for ways in WAYS]
    return min(codes, key=lambda code: len(compress(varints(code), 6)))


def _base(frames: Sequence[Frame], number: int, near: Iterable[int]) -> int | None:
    """Return the earlier frame that a frame differs least from."""
    earlier = sorted({i for i in near if i < number})
    if len(earlier) < 2:
        return earlier[0] if earlier else None
    return min(earlier, key=lambda i: sum(_cost(_less(*pair)) for pair in _paired(frames[number], frames[i])))


def _paired(now: Frame, before: Frame) -> Iterable[tuple[Numbers, Numbers | None]]:
    for place, (shape, numbers) in enumerate(now):
        old = before[place] if place < len(before) else None
        yield numbers, old[1] if old and old[0] == shape else None


def _less(numbers: Numbers, before: Numbers | None) -> Numbers:
    """Return the difference to another stroke; where that one was shorter, the numbers as they are."""
    if before is None:
        return numbers
    out = numbers.copy()
    n = min(len(before), len(out))
    out[:n] -= before[:n]
    return out


def _cost(numbers: Numbers) -> float:
    """Return about how many bits deflate will need for them."""
    return float(np.log2(1 + np.abs(numbers)).sum()) + 0.5 * np.count_nonzero(numbers)


def _along(numbers: Numbers) -> Numbers:
    """Return the xs, then the ys, each less the one before it: on a curve most of them are alike."""
    return np.concatenate([np.diff(numbers[axis::2], prepend=0) for axis in (0, 1)])


def _code(frames: Sequence[Frame], bases: Sequence[int | None], is_line: Sequence[bool], ways: Any) -> list[int]:
    out = [len(frames)]
    for number, (now, base) in enumerate(zip(frames, bases, strict=True)):
        out += [0 if base is None else number - base, len(now)]
        pairs = _paired(now, () if base is None else frames[base])
        for (shape, _), (numbers, before) in zip(now, pairs, strict=True):
            way, code = _cheapest(numbers, before, ways, is_line=is_line[shape])
            out += [shape, way, len(numbers), *zigzag(code).tolist()]
    return out


def _cheapest(numbers: Numbers, before: Numbers | None, ways: Any, *, is_line: bool) -> tuple[int, Numbers]:
    written: Mapping[int, Numbers] = {PLAIN: numbers} | ({} if before is None else {SINCE: _less(numbers, before)})
    if is_line:
        written = {**written, **{way | ALONG: _along(code) for way, code in written.items()}}
    allowed = [way for way in ways if way in written] or [min(written)]
    if ways == (SINCE,) and before is None and is_line:
        allowed = [ALONG]
    way = allowed[0] if len(allowed) == 1 else min(allowed, key=lambda each: _cost(written[each]))
    return way, written[way]
