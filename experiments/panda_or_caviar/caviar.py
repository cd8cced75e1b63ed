"""Train 64 random settings, on 8 splits and 3 sizes of the digits: writes caviar.csv in three minutes.

Each is looked at after 1 to 48 epochs; a number is how many of the 300 digits of the dev set, or of the 597 of the test
set, are right.
"""

import csv

import numpy as np

from coursekit.lab.measured import data_of
from coursekit.lessons.panda_or_caviar.caviar import many_at_once
from coursekit.lessons.panda_or_caviar.panda import N_DEV

MARKS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48)
N_TEST = 597
N_SEEDS, N_TRIALS, N_TRAIN = 8, 64, (100, 300, 900)
COLUMNS = (
    "seed", "n_train", "trial", "learning_rate", "momentum",
    *(f"dev{mark}" for mark in MARKS), *(f"test{mark}" for mark in MARKS),
)  # fmt: skip


def main() -> None:
    """Train every stack and write down every network."""
    with (data_of("panda_or_caviar") / "caviar.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for n_train in N_TRAIN:
            for seed in range(1, N_SEEDS + 1):
                looks = list(many_at_once(seed, N_TRIALS, MARKS[-1], n_train))
                dev, test = (np.rint(n * np.array([getattr(looks[mark], name) for mark in MARKS])).astype(int)
                             for name, n in (("dev", N_DEV), ("test", N_TEST)))  # fmt: skip
                for i, (rate, momentum) in enumerate(zip(*looks[-1][:2], strict=True)):
                    rows.writerow((seed, n_train, i, f"{rate:.3g}", momentum, *dev[:, i], *test[:, i]))


if __name__ == "__main__":
    main()
