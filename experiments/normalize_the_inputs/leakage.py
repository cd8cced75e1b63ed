"""Standardise by the training set, or by the test set too: writes leakage.csv in half a minute."""

from collections.abc import Iterator

import numpy as np

from coursekit.datasets import digits
from coursekit.lab.measured import write_table
from coursekit.network import Network, accuracy, init_network
from coursekit.normalize import Standardizer
from coursekit.training import fit

COLUMNS = ("n_train", "seed", "training", "both")
N_TRAIN, N_SEEDS, N_STEPS = (20, 50, 100, 200, 1200), 40, 120


def accuracies(n_train: int, seed: int) -> list[float]:
    """Train one network twice, and return its test accuracy by the training set's statistics and by both sets'."""
    data = digits(np.random.default_rng(seed), n_train=n_train, standardize=False)
    found = []
    for seen in (data.X_train, np.concatenate([data.X_train, data.X_test])):
        standardizer, rng = Standardizer.fit(seen), np.random.default_rng([seed, 1])
        batch_size = min(50, n_train)
        architecture = Network([64, 50, 10])
        network, _ = fit(architecture, init_network(architecture, rng), standardizer.apply(data.X_train), data.y_train,
                         learning_rate=0.01, n_epochs=N_STEPS * batch_size // n_train, batch_size=batch_size,
                         rng=rng)  # fmt: skip
        found.append(float(accuracy(architecture, network, standardizer.apply(data.X_test), data.y_test)))
    return found


def rows() -> Iterator[tuple[object, ...]]:
    """Train for every size and seed, and write it down."""
    for n_train in N_TRAIN:
        for seed in range(N_SEEDS):
            yield n_train, seed, *(f"{each:.4f}" for each in accuracies(n_train, seed))


if __name__ == "__main__":
    write_table("normalize_the_inputs", "leakage", COLUMNS, rows())
