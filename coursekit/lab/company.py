"""A trained network with batch norm, and test digits in batches: what two lessons look at."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.batchnorm import batchnorm_inference
from coursekit.datasets import Split, digits
from coursekit.network import Network, init_network
from coursekit.training import fit
from coursekit.types import Array, Labels, Parameters

RANDOM, SORTED = "random", "sorted by class"
N_EPOCHS, BATCH_SIZE, LEARNING_RATE = 5, 50, 0.01
N_HIDDEN = 2
NETWORK = Network([64, *[50] * N_HIDDEN, 10], batch_norm="before")


class Trained(NamedTuple):
    """A small network with batch norm, trained on digits; ``pictures`` are the test digits, shape (597, 8, 8)."""

    data: Split
    parameters: Parameters
    statistics: Parameters
    pictures: Array


@lru_cache
def trained(seed: int = 0) -> Trained:
    """Train 64-50-50-10 on digits for 5 epochs of Adam; in float64, so that it is the same network everywhere.

    Parameters
    ----------
    seed : int, optional
        Of the split, the first weights and the mini-batches.

    Returns
    -------
    Trained
        In a tenth of a second, and from then on at once.

    Examples
    --------
    >>> sorted(trained().statistics)
    ['mean1', 'mean2', 'var1', 'var2']
    """
    data, raw = (digits(np.random.default_rng(seed), standardize=choice) for choice in (True, False))
    start = init_network(NETWORK, np.random.default_rng([seed, 1]))
    parameters, history = fit(NETWORK, start, data.X_train, data.y_train, learning_rate=LEARNING_RATE,
                              n_epochs=N_EPOCHS, batch_size=BATCH_SIZE,
                              rng=np.random.default_rng([seed, 2]))  # fmt: skip
    return Trained(data, parameters, history.statistics, raw.X_test.reshape(-1, 8, 8))


def logits(parameters: Parameters, X: Array, statistics: Parameters | None = None) -> Array:
    """Compute the logits at test time, if need be with the batch's own statistics: of a batch of 1 as well.

    Parameters
    ----------
    parameters : dict of array
        Of a network with ReLUs and batch norm before them.
    X : array, shape (m, 64) or (k, m, 64)
        A batch, or k batches that know nothing of each other.
    statistics : dict of array, optional
        None: each batch's own mean and variance.

    Returns
    -------
    array, shape (m, 10) or (k, m, 10)

    Examples
    --------
    >>> data, parameters, statistics, _ = trained()
    >>> alone = logits(parameters, data.X_test[:4, None])
    >>> bool(np.ptp(alone, axis=0).max() < 1e-9)
    True
    """
    a = X
    for i in range(1, N_HIDDEN + 1):
        z = a @ parameters[f"W{i}"]
        mean, var = (z.mean(axis=-2), z.var(axis=-2)) if statistics is None else _layer(statistics, i)
        a = np.maximum(batchnorm_inference(z, parameters[f"gamma{i}"], parameters[f"beta{i}"], mean, var), 0)
    last = N_HIDDEN + 1
    return a @ parameters[f"W{last}"] + parameters[f"b{last}"]


def _layer(statistics: Parameters, i: int) -> tuple[Array, Array]:
    return statistics[f"mean{i}"], statistics[f"var{i}"]


def deal(y: Labels, order: str, seed: int) -> NDArray[np.intp]:
    """Shuffle the examples; then sort them by class, if that is the order."""
    shuffled = np.random.default_rng(seed).permutation(len(y))
    return shuffled[np.argsort(y[shuffled], kind="stable")] if order == SORTED else shuffled


def in_batches(order: NDArray[np.intp], m: int) -> NDArray[np.intp]:
    """Cut an order into batches of m, shape (k, m); the last one is filled up from the first."""
    return np.resize(order, (-(-len(order) // m), m))
