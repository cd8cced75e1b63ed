"""Train one hidden layer on 900 digits at every rate, with every optimizer: writes classifier.csv."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from coursekit.datasets import three_sets
from coursekit.lab.measured import write_table
from coursekit.lessons.train_a_softmax_classifier.explore_classifier import OPTIMIZERS
from coursekit.network import Network, accuracy, init_network
from coursekit.training import fit

COLUMNS = ("optimizer", "batch_norm", "learning_rate", "seed", "loss", "validation_loss", "validation", "test")
RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
N_SEEDS, N_EPOCHS, BATCH_SIZE, N_HIDDEN = 10, 20, 32, 64


def train(optimizer: str, batch_norm: bool, seed: int) -> list[tuple[float, ...]]:
    """Train a network at each rate, all of them from one start; return a row of measures for each."""
    sets = three_sets(np.random.default_rng(seed), dtype=np.float32)
    rng = np.random.default_rng([seed, 1])
    network = Network([64, N_HIDDEN, 10], batch_norm="before" if batch_norm else None)
    start = init_network(network, rng, dtype=np.float32)
    start = {name: np.repeat(array[None], len(RATES), axis=0) for name, array in start.items()}
    trained, history = fit(
        network, start, sets.X_train, sets.y_train, learning_rate=np.array(RATES), n_epochs=N_EPOCHS,
        batch_size=BATCH_SIZE,
        optimizer=OPTIMIZERS[optimizer], rng=rng, validation=(sets.X_validation, sets.y_validation),
    )  # fmt: skip
    statistics = history.statistics or None
    test = accuracy(network, trained, sets.X_test, sets.y_test, statistics=statistics)
    return list(zip(history.loss[-1], history.validation_loss[-1], history.validation_accuracy[-1], test, strict=True))


def measures() -> Iterator[tuple[Any, ...]]:
    """Train everything; yield a row for each optimizer, with and without batch norm, each split and each rate."""
    for optimizer in OPTIMIZERS:
        for batch_norm in (False, True):
            for seed in range(N_SEEDS):
                for rate, measured in zip(RATES, train(optimizer, batch_norm, seed), strict=True):
                    yield optimizer, int(batch_norm), rate, seed, *(f"{value:.4g}" for value in measured)


if __name__ == "__main__":
    write_table("train_a_softmax_classifier", "classifier", COLUMNS, measures())
