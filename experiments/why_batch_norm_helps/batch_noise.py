"""Train with the noise of small batches and with dropout's: writes batch_noise.csv in four minutes."""

import csv

from coursekit.lab.measured import data_of
from coursekit.lessons.why_batch_norm_helps.explore_batch_noise import (
    BATCHES,
    DROPOUT,
    GROUPS,
    N_SEEDS,
    N_TRAIN,
    chances,
    train,
)

COLUMNS = ("n_train", "noise", "m", "seed", "accuracy", "loss", "train_accuracy", "train_loss", "spread")


def main() -> None:
    """Train every network and write it down.

    ``spread`` is how much the probability of a digit's class varies in the network of lesson 10: the standard deviation
    from draw to draw, averaged over the digits.
    """
    with (data_of("why_batch_norm_helps") / "batch_noise.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for noise in (BATCHES, DROPOUT):
            for m in GROUPS:
                for seed in range(N_SEEDS):
                    spread = chances(noise, m, seed).std(axis=0).mean()
                    for n_train in N_TRAIN:
                        result = train(n_train, noise, m, seed)
                        rows.writerow((n_train, noise, m, seed, *(f"{each:.4f}" for each in (*result, spread))))


if __name__ == "__main__":
    main()
