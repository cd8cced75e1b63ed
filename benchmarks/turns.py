"""Timing by turns: a busy moment of the machine, or a warm cache, then hits all sides alike."""

import gc
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median

import numpy as np

from benchmarks.results import Result, compared

TURN = 0.005  # seconds: long enough for caches to be a side's own, short enough for many turns
LEAST = 5


def by_turns(*sides: Callable[[], object], seconds: float = 1.5, most: int = 50) -> list[float]:
    """Return each side's median time of a call: at least `LEAST` turns each, and as many as ``seconds`` hold.

    In a turn, a short call is repeated, at most ``most`` times, and each repetition timed by itself.
    """
    for side in sides:
        side()
    calls = [max(1, min(most, int(TURN / _time(side)))) for side in sides]
    times: list[list[float]] = [[] for _ in sides]
    gc.collect()
    end, turns = time.perf_counter() + seconds, 0
    while turns < LEAST or time.perf_counter() < end:
        for side, n, mine in zip(sides, calls, times, strict=True):
            mine.extend(_time(side) for _ in range(n))
        turns += 1
    return [median(each) for each in times]


def against_two(
    sides: Callable[[int, int, type], Sequence[Callable[[], object]]], sizes: Iterable[tuple[int, int]], *,
    bars: Mapping[tuple[int, int], float], second_bar: float, tried: str, seconds: float,
) -> tuple[list[Result], list[Result]]:  # fmt: skip
    """Measure every size in both dtypes, the largest first: ours against each of two peers, all three in one run."""
    first, second = [], []
    for size in sorted(sizes, reverse=True):
        for dtype in (np.float32, np.float64):
            ours, one, other = by_turns(*sides(*size, dtype), seconds=seconds)
            what = f"{size[0]} x {size[1]}, {dtype.__name__}"
            first.append(compared(what, ours, one, bar=bars.get(size, 1), tried=tried))
            second.append(compared(what, ours, other, bar=second_bar, tried=tried))
    return first, second


def _time(side: Callable[[], object]) -> float:
    start = time.perf_counter()
    side()
    return time.perf_counter() - start
