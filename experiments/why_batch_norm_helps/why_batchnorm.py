"""Measure where batch norm helps and where it does not: writes why_batchnorm.csv in two minutes."""

from collections.abc import Iterator

import numpy as np

from coursekit.datasets import digits
from coursekit.lab.measured import write_table
from coursekit.lessons.why_batch_norm_helps.batch_noise import population_statistics
from coursekit.lessons.why_batch_norm_helps.explore_shift import accuracies, trained_pair
from coursekit.network import Network, accuracy, backward, forward, init_network
from coursekit.optimizers import adam
from coursekit.softmax import softmax_loss_unchecked
from coursekit.types import Parameters

COLUMNS = ("question", "setting", "network", "seed", "accuracy")
PLAIN_AND_NORMED = (("without", None), ("with", "before"))
BATCHES = ((50, "shuffled"), (50, "sorted"), (4, "shuffled"), (2, "shuffled"))
SHIFTS = {
    "as they are": (0, 1),
    "plus 1": (1, 1),
    "plus 4": (4, 1),
    "half the contrast": (0, 0.5),
    "inverted": (16, -1),
}
N_SEEDS = 10


def in_batches(seed: int, m: int, order: str, batch_norm: str | None) -> float:
    """Train 64-50-50-10 with Adam at 0.001 for 5 epochs; in batches of one class each, if they are sorted."""
    data, rng = digits(np.random.default_rng(seed)), np.random.default_rng([seed, 2])
    architecture = Network([64, 50, 50, 10], batch_norm=batch_norm)
    parameters = init_network(architecture, np.random.default_rng([seed, 1]))
    state = None
    for _ in range(5):
        shuffled = rng.permutation(len(data.y_train))
        if order == "sorted":
            shuffled = shuffled[np.argsort(data.y_train[shuffled], kind="stable")]
        for batch in rng.permutation(shuffled.reshape(-1, m)):
            z, cache = forward(architecture, parameters, data.X_train[batch])
            _, d_z = softmax_loss_unchecked(z, data.y_train[batch])
            parameters, state = adam(parameters, backward(d_z, cache), state, learning_rate=0.001)
    return judged(architecture, parameters, data.X_train, data.X_test, data.y_test)


def judged(architecture: Network, parameters: Parameters, X_train: np.ndarray, X: np.ndarray, y: np.ndarray) -> float:
    """Measure the accuracy, by the statistics of the whole training set where there is batch norm."""
    statistics = population_statistics(architecture, parameters, X_train)
    return float(accuracy(architecture, parameters, X, y, statistics=statistics))


def batches(seed: int) -> Iterator[tuple[object, ...]]:
    """Train in batches of 50, in sorted ones, in fours and in pairs."""
    for m, order in BATCHES:
        for network, batch_norm in PLAIN_AND_NORMED:
            yield "batches", f"{m} {order}", network, seed, in_batches(seed, m, order, batch_norm)


def shifts(seed: int) -> Iterator[tuple[object, ...]]:
    """Judge changed digits without batch norm, with training statistics and with their own."""
    for setting, change in SHIFTS.items():
        for network, share in zip(("without", "training", "own"), accuracies(trained_pair(seed), *change), strict=True):
            yield "shift", setting, network, seed, share


def rows() -> Iterator[tuple[object, ...]]:
    """Yield a row for each network, whatever was asked of it."""
    for measure in (shifts, batches):
        for seed in range(N_SEEDS):
            for *labels, share in measure(seed):
                yield *labels, f"{share:.4f}"


if __name__ == "__main__":
    write_table("why_batch_norm_helps", "why_batchnorm", COLUMNS, rows())
