"""Train 64 random settings on each of 8 splits of the digits: writes caviar.csv in a minute.

Each is looked at after every epoch up to 48; a number is how many of the 300 digits of the dev set, or of the 597 of
the test set, are right.
"""

from collections.abc import Iterator

import numpy as np

from coursekit.lab.measured import write_table
from coursekit.lessons.panda_or_caviar.caviar import many_at_once
from coursekit.lessons.panda_or_caviar.panda import N_DEV, N_TRAIN

N_SEEDS, N_TRIALS, N_EPOCHS, N_TEST = 8, 64, 48, 597
COLUMNS = (
    "seed", "trial", "learning_rate", "momentum",
    *(f"{name}{epoch}" for name in ("dev", "test") for epoch in range(1, N_EPOCHS + 1)),
)  # fmt: skip


def rows() -> Iterator[tuple[object, ...]]:
    """Train every stack, and give a row per network."""
    for seed in range(1, N_SEEDS + 1):
        _, *looks = many_at_once(seed, N_TRIALS, N_EPOCHS, N_TRAIN)
        dev, test = (np.rint(n * np.array([getattr(look, name) for look in looks])).astype(int)
                     for name, n in (("dev", N_DEV), ("test", N_TEST)))  # fmt: skip
        for i, (rate, momentum) in enumerate(zip(*looks[-1][:2], strict=True)):
            yield seed, i, f"{rate:.3g}", momentum, *dev[:, i], *test[:, i]


if __name__ == "__main__":
    write_table("panda_or_caviar", "caviar", COLUMNS, rows())
