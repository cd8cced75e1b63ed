"""Train with the noise of small batches and with dropout's: writes batch_noise.csv in four minutes."""

from collections.abc import Iterator

from coursekit.lab.measured import write_table
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


def rows() -> Iterator[tuple[object, ...]]:
    """Train every network, and yield a row for each.

    ``spread`` is how much the probability of a digit's class varies in the network of lesson 10: the standard deviation
    from draw to draw, averaged over the digits.
    """
    for noise in (BATCHES, DROPOUT):
        for m in GROUPS:
            for seed in range(N_SEEDS):
                spread = chances(noise, m, seed).std(axis=0).mean()
                for n_train in N_TRAIN:
                    result = train(n_train, noise, m, seed)
                    yield n_train, noise, m, seed, *(f"{each:.4f}" for each in (*result, spread))


if __name__ == "__main__":
    write_table("why_batch_norm_helps", "batch_noise", COLUMNS, rows())
