"""A race in which both sides are tuned: many first weights and rates, chosen on some digits, counted on others."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.datasets import Split
from coursekit.lab.measured import measured
from coursekit.lab.splits import digits_of
from coursekit.lab.standard_error import standard_error
from coursekit.lessons.why_batch_norm_helps.batch_noise import population_statistics, shaken
from coursekit.network import Network, backward, forward, init_network
from coursekit.optimizers import adam, sgd
from coursekit.softmax import softmax_loss_unchecked
from coursekit.types import Array, Parameters

SHIFT, STRETCH = 0.5, 1.25  # of the noise that is put back after batch norm, as in the paper
BATCH_SIZE, N_SEEDS = 50, 10
N_VALIDATION = 297  # of the 597 held-out digits; the other 300 count
SIDES = ("without", "with", "noise")


class Contest(NamedTuple):
    """What is raced: a network, how it is trained, and what may be tuned."""

    sizes: tuple[int, ...]
    activation: str
    optimizer: str
    rates: tuple[float, ...]
    scales: tuple[float, ...]  # of the first weights, times He's
    looks: tuple[int, ...]  # after how many steps
    batch_size: int = BATCH_SIZE
    by_class: bool = False  # each batch of one class, if it can be


CONTESTS = {
    "relu_sgd": Contest(
        (64, *[50] * 5, 10), "relu", "sgd", (0.05, 0.1, 0.2, 0.5, 1, 2), (0.5, 0.7, 1, 1.4, 2), (24, 120)
    ),
    "relu_adam": Contest(
        (64, *[50] * 5, 10), "relu", "adam", (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02), (0.5, 0.7, 1, 1.4, 2), (24, 120)
    ),
    "sigmoid_sgd": Contest(
        (64, *[100] * 3, 10), "sigmoid", "sgd", (0.2, 0.5, 1, 2, 5, 10), (0.7, 1, 2, 3, 5), (24, 120)
    ),
}
BATCHES = {
    f"{m} {'sorted' if by_class else 'shuffled'}": Contest(
        (64, 50, 50, 10), "relu", "adam", (0.0003, 0.001, 0.003, 0.01, 0.03), (1,), (6000 // m,), m, by_class
    )
    for m, by_class in ((50, False), (50, True), (4, False), (2, False))
}


def stack(contest: Contest, side: str, seed: int) -> tuple[Network, Parameters, Array]:
    """Draw one network, and copy it to every pair of scale and rate: network, parameters and rates of a stack."""
    scales, rates = (grid.ravel() for grid in np.meshgrid(contest.scales, contest.rates, indexing="ij"))
    network = Network(contest.sizes, contest.activation, batch_norm=None if side == "without" else "before")
    one = init_network(network, np.random.default_rng([seed, 1]))  # fmt: skip
    by_name = {name: scales if name.startswith("W") else np.ones_like(scales) for name in one}
    parameters = {name: np.multiply.outer(by_name[name], array).astype(np.float32) for name, array in one.items()}
    return network, parameters, rates


def race(contest: Contest, side: str, seed: int) -> Iterator[tuple[int, Array, Array]]:
    """Train every pair of scale and rate; at each look, yield the step and the accuracies on both held-out parts."""
    data = digits_of(seed, np.float32)
    batches, noise = np.random.default_rng([seed, 2]), np.random.default_rng([seed, 3])
    network, parameters, rates = stack(contest, side, seed)
    step: Any = adam if contest.optimizer == "adam" else sgd
    state = None
    for t in range(max(contest.looks)):
        if t % (len(data.y_train) // contest.batch_size) == 0:
            order = dealt(contest, data, batches)
        batch = order[t % len(order)]
        seen, back = (parameters, _as_it_is) if side != "noise" else shaken(parameters, noise, shift=SHIFT,
                                                                            stretch=STRETCH)  # fmt: skip
        z, cache = forward(network, seen, data.X_train[batch])
        _, d_z = softmax_loss_unchecked(z, data.y_train[batch])
        with np.errstate(over="ignore", invalid="ignore"):
            parameters, state = step(parameters, back(backward(d_z, cache)), state, learning_rate=rates)
        if t + 1 in contest.looks:
            yield t + 1, *_judged(network, parameters, data)


def dealt(contest: Contest, data: Split, rng: np.random.Generator) -> NDArray[np.intp]:
    """Deal the training digits into the batches of one epoch."""
    order = rng.permutation(len(data.y_train))
    if contest.by_class:
        order = order[np.argsort(data.y_train[order], kind="stable")]
        return rng.permutation(order.reshape(-1, contest.batch_size))
    return order.reshape(-1, contest.batch_size)


def _as_it_is(gradients: Parameters) -> Parameters:
    return gradients


def _judged(network: Network, parameters: Parameters, data: Split) -> tuple[Array, Array]:
    """Judge without noise, and by the statistics of the training set where there is batch norm."""
    statistics = population_statistics(network, parameters, data.X_train)
    alive = {name: np.nan_to_num(array, posinf=0) for name, array in statistics.items()}
    z, _ = forward(network, parameters, data.X_test, statistics=alive or None)
    right = np.nan_to_num(z).argmax(axis=-1) == data.y_test
    return right[:, :N_VALIDATION].mean(axis=1), right[:, N_VALIDATION:].mean(axis=1)


class Tuned(NamedTuple):
    """A side at its pair of scale and rate: the best on the validation digits, counted on the others, seed by seed."""

    scale: float
    rate: float
    accuracies: NDArray[np.float64]


@lru_cache(maxsize=64)
def results(contest: str, side: str, step: int) -> NDArray[Any]:
    """Look up what tuned_race.py measured, shape (10 seeds, pairs of scale and rate)."""
    table = measured(f"race_{contest}")
    rows: NDArray[Any] = table[(table["side"] == side) & (table["step"] == step)]
    return rows.reshape(N_SEEDS, -1)


def at_best_of(contest: str, side: str, step: int, chooser: str) -> Tuned:
    """Choose the pair that is best for one side, by the mean over all seeds, and look up what another reached there.

    It is chosen on the validation digits, and counted on the others.
    """
    best = int(results(contest, chooser, step)["validation"].mean(axis=0).argmax())
    pairs = results(contest, side, step)
    return Tuned(float(pairs["scale"][0, best]), float(pairs["rate"][0, best]), pairs["test"][:, best])


def paired(
    one: NDArray[np.float64], other: NDArray[np.float64], n_test: int = 597 - N_VALIDATION
) -> tuple[float, float]:
    """Return the mean difference over splits of one data set, and its standard error for other digits."""
    differences = one - other
    return float(differences.mean()), float(standard_error(differences, n_test / 1200))
