"""What does the weight of a rare class's examples buy, and what does it cost? Writes rare_weights.csv.

Each digit is rare once, in each of ten splits, with 5, 10 or 20 examples left of 90 or so; each of these weighs from 1
to 90 times as much as any other. Recall and precision are those of the rare digit, "test" is the accuracy on all; each
is the mean over the ten digits.
"""

from itertools import product

import numpy as np

from coursekit.datasets import three_sets
from coursekit.lab.measured import write_table
from coursekit.lessons.train_a_softmax_classifier.flawed_data import fit_weighted
from coursekit.network import Network, classify, init_network

COLUMNS = ("kept", "weight", "seed", "recall", "precision", "test")
KEPT, WEIGHTS, N_SEEDS = (5, 10, 20), (1, 2, 4, 9, 18, 36, 90), 10
NETWORK, N_EPOCHS, RATE = Network([64, 50, 10]), 20, 0.003


def measure(kept: int, weight: float, seed: int) -> tuple[str, ...]:
    """Train ten networks as one stack, each with another rare digit, and return the means of what they come to."""
    sets, rng = three_sets(np.random.default_rng(seed), dtype=np.float32), np.random.default_rng([seed, kept])
    y, weights = sets.y_train, np.ones((10, len(sets.y_train)))
    for digit in range(10):
        own = np.flatnonzero(y == digit)
        weights[digit, own[:kept]], weights[digit, own[kept:]] = weight, 0
    start = init_network(NETWORK, rng, n_models=10, dtype=np.float32)
    trained = fit_weighted(NETWORK, start, sets.X_train, y, weights, learning_rate=RATE, n_epochs=N_EPOCHS,
                           rng=np.random.default_rng([seed, 2]))  # fmt: skip
    named, measures = classify(NETWORK, trained, sets.X_test), []
    for digit in range(10):
        is_rare, called = sets.y_test == digit, named[digit] == digit
        precision = is_rare[called].mean() if called.any() else np.nan  # of nothing, no share is right
        measures.append((called[is_rare].mean(), precision, np.mean(named[digit] == sets.y_test)))
    return tuple(f"{value:.4f}" for value in np.nanmean(measures, axis=0))


def main() -> None:
    """Train everything, and write it down."""
    settings = product(KEPT, WEIGHTS, range(N_SEEDS))
    write_table("train_a_softmax_classifier", "rare_weights", COLUMNS,
                ((*setting, *measure(*setting)) for setting in settings))  # fmt: skip


if __name__ == "__main__":
    main()
