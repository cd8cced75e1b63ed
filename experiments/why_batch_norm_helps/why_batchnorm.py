"""Measure where batch norm helps and where it does not: writes why_batchnorm.csv in four minutes."""

import csv
from collections.abc import Iterator

import numpy as np

from coursekit.datasets import digits
from coursekit.lab.measured import data_of
from coursekit.lessons.why_batch_norm_helps.batch_noise import population_statistics
from coursekit.lessons.why_batch_norm_helps.explore_landscape import NETWORKS
from coursekit.lessons.why_batch_norm_helps.explore_landscape import train as descend
from coursekit.lessons.why_batch_norm_helps.explore_shift import accuracies, trained_pair
from coursekit.network import Network, accuracy, backward, forward, init_network
from coursekit.optimizers import adam, sgd
from coursekit.softmax import softmax_loss_unchecked
from coursekit.training import fit
from coursekit.types import Parameters

COLUMNS = ("question", "setting", "network", "seed", "accuracy")
PLAIN_AND_NORMED = (("without", None), ("with", "before"))
SCALES = (0.001, 0.01, 0.1, 1.0)
RATES = (0.1, 0.5, 1.0)
BATCHES = ((50, "shuffled"), (50, "sorted"), (4, "shuffled"), (2, "shuffled"))
SHIFTS = {
    "as they are": (0, 1),
    "plus 1": (1, 1),
    "plus 4": (4, 1),
    "half the contrast": (0, 0.5),
    "inverted": (16, -1),
}
N_SEEDS, N_SIGMOID = 10, 5


def first_weights(seed: int) -> Iterator[tuple[object, ...]]:
    """Train 64-50x5-10 from weights of four sizes, with Adam at 0.001 for 10 epochs."""
    data = digits(np.random.default_rng(seed), dtype=np.float32)
    for network, batch_norm in PLAIN_AND_NORMED:
        architecture = Network([64, *[50] * 5, 10], batch_norm=batch_norm)
        start = init_network(architecture, np.random.default_rng([seed, 1]), scale=SCALES, n_models=len(SCALES),
                             dtype=np.float32)  # fmt: skip
        _, history = fit(architecture, start, data.X_train, data.y_train, learning_rate=0.001, n_epochs=10,
                         rng=np.random.default_rng([seed, 2]), validation=(data.X_test, data.y_test))  # fmt: skip
        for scale, share in zip(SCALES, history.validation_accuracy[-1], strict=True):
            yield "first weights", f"{scale:g}", network, seed, share


def sigmoids(seed: int) -> Iterator[tuple[object, ...]]:
    """Train the network of the paper's first figure, 3 x 100 sigmoids, for 2,000 steps of gradient descent at 0.5."""
    data = digits(np.random.default_rng(seed), dtype=np.float32)
    for network, batch_norm in PLAIN_AND_NORMED:
        architecture = Network([64, 100, 100, 100, 10], batch_norm=batch_norm, activation="sigmoid")
        start = init_network(architecture, np.random.default_rng([seed, 1]), scale=0.1, dtype=np.float32)
        _, history = fit(architecture, start, data.X_train, data.y_train, optimizer=sgd, learning_rate=0.5,
                         n_epochs=100, batch_size=60, rng=np.random.default_rng([seed, 2]),
                         validation=(data.X_test, data.y_test))  # fmt: skip
        for step in (100, 500, 2000):
            yield "sigmoids", f"step {step}", network, seed, history.validation_accuracy[step // 20 - 1]


def rates(seed: int) -> Iterator[tuple[object, ...]]:
    """Train the three networks of the two explanations for 120 steps, at three learning rates."""
    for rate in RATES:
        for (name, _, _), network in zip(NETWORKS, ("without", "with", "noise"), strict=True):
            *_, last_moment = descend(name, seed, rate, look=False)
            yield "rates", f"{rate:g}", network, seed, last_moment.accuracy


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


def main() -> None:
    """Measure all of it and write it down."""
    with (data_of("why_batch_norm_helps") / "why_batchnorm.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for measure, n_seeds in ((shifts, N_SEEDS), (first_weights, N_SEEDS), (rates, N_SEEDS), (batches, N_SEEDS),
                                 (sigmoids, N_SIGMOID)):  # fmt: skip
            for seed in range(n_seeds):
                for *labels, share in measure(seed):
                    rows.writerow((*labels, f"{share:.4f}"))


if __name__ == "__main__":
    main()
