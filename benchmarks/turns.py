"""Timing by turns: a busy moment of the machine, or a warm cache, then hits all sides alike."""

import gc
import time
from collections.abc import Callable
from statistics import median

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


def _time(side: Callable[[], object]) -> float:
    start = time.perf_counter()
    side()
    return time.perf_counter() - start
