"""Train at 81 pairs of rate and first weights, ten seeds: writes tolerance.csv in two minutes."""

import csv

from coursekit.lab.measured import data_of
from coursekit.lessons.why_batch_norm_helps.explore_tolerance import N_SEEDS, RATES, SCALES, sweep

COLUMNS = ("network", "seed", "rate", "scale", "accuracy")


def main() -> None:
    """Train every network and write it down."""
    with (data_of("why_batch_norm_helps") / "tolerance.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for network, batch_norm in (("without", None), ("with", "before")):
            for seed in range(N_SEEDS):
                accuracies = sweep(seed, batch_norm)
                for i, rate in enumerate(RATES):
                    for j, scale in enumerate(SCALES):
                        rows.writerow((network, seed, f"{rate:.3g}", f"{scale:.3g}", f"{accuracies[i, j]:.4f}"))


if __name__ == "__main__":
    main()
