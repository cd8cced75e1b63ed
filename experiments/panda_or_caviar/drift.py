"""Choose a learning rate again after a drift, over 10 seeds: writes drift.csv in about two minutes.

A number is the accuracy at one of 17 rates; month 0 is the last one, before the drift.
"""

import csv

from coursekit.lab.measured import data_of
from coursekit.lessons.panda_or_caviar.drift import KINDS, MONTHLY_RATES, NOISE, a_month

N_SEEDS, STRENGTHS = 10, (0.0, 0.25, 0.5, 0.75, 1.0)
COLUMNS = (
    "seed", "month", "kind", "strength", "refit", "size",
    *(f"{name}{i}" for name in ("dev", "test") for i in range(len(MONTHLY_RATES))),
)  # fmt: skip


def main() -> None:
    """Train in every month and write it down."""
    months = [(0, NOISE, 0.0, True)]
    months += [(1, kind, strength, refit) for kind in KINDS for strength in STRENGTHS for refit in (True, False)]
    with (data_of("panda_or_caviar") / "drift.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for number, kind, strength, refit in months:
            for seed in range(1, N_SEEDS + 1):
                dev, test, size = a_month(seed, number, kind, strength, refit=refit)
                scores = (f"{score:.3f}" for score in (*dev, *test))
                rows.writerow((seed, number, kind, strength, int(refit), f"{size:.3f}", *scores))


if __name__ == "__main__":
    main()
