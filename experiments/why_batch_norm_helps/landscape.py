"""Look along the gradient at every step of 30 trainings: writes landscape.csv in two minutes."""

import csv

import numpy as np

from coursekit.lab.measured import data_of
from coursekit.lessons.why_batch_norm_helps.explore_landscape import LENGTHS, N_SEEDS, NETWORKS, train

LOSSES = tuple(f"loss{i}" for i in range(len(LENGTHS)))
COLUMNS = ("network", "seed", "step", "low", "median", "high", "moved", "loss", *LOSSES, "change", "accuracy")


def main() -> None:
    """Train every network and write every step down; ``low`` to ``high`` are those of the last layer's first unit.

    ``moved`` is how far the median moved since the step before, of the typical unit, in units of half the distance from
    the 15th to the 85th percentile.
    """
    with (data_of("why_batch_norm_helps") / "landscape.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for number, (name, *_) in enumerate(NETWORKS):
            for seed in range(N_SEEDS):
                before = None
                for step, moment in enumerate(train(name, seed), start=1):
                    half = (moment.inputs[2] - moment.inputs[0]) / 2
                    moved = 0.0 if before is None else np.median(np.abs(moment.inputs[1] - before) / half)
                    before = moment.inputs[1]
                    numbers = (*moment.inputs[:, 0], moved, *moment.losses, moment.change, moment.accuracy)
                    rows.writerow((number, seed, step, *(f"{each:.3g}" for each in numbers)))


if __name__ == "__main__":
    main()
