"""Choose a learning rate again after a drift, over 10 seeds: writes drift.csv in about two minutes.

A number is the accuracy at one of 17 rates; month 0 is the last one, before the drift. In month 1 each way to
standardise is tried without drift too: that control shows what chance does.
"""

from collections.abc import Iterator

from coursekit.lab.measured import write_table
from coursekit.lessons.panda_or_caviar.drift import KEPT, KINDS, MONTHLY_RATES, SHIFT, WAYS, WHOLE, a_month

N_SEEDS, STRENGTHS, NO_DRIFT = 10, (0.25, 0.5, 1.0), "none"
COLUMNS = (
    "seed", "month", "kind", "strength", "way", "size",
    *(f"{name}{i}" for name in ("dev", "test") for i in range(len(MONTHLY_RATES))),
)  # fmt: skip


def rows() -> Iterator[tuple[object, ...]]:
    """Train in every month; a row per seed."""
    months = [(0, NO_DRIFT, 0.0, way) for way in (KEPT, WHOLE)] + [(1, NO_DRIFT, 0.0, way) for way in WAYS]
    months += [(1, kind, strength, way) for kind in KINDS for strength in STRENGTHS for way in WAYS]
    for number, kind, strength, way in months:
        for seed in range(1, N_SEEDS + 1):
            month = a_month(seed, number, SHIFT if kind == NO_DRIFT else kind, strength, by=way)
            scores = (f"{score:.3f}" for score in (*month.dev, *month.test))
            yield seed, number, kind, strength, WAYS.index(way), f"{month.size:.3f}", *scores


if __name__ == "__main__":
    write_table("panda_or_caviar", "drift", COLUMNS, rows())
