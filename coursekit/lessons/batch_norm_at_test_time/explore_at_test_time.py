"""Batch norm at test time: what becomes of an example when its companions change."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.batchnorm import batchnorm_inference
from coursekit.datasets import Split, digits
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.batch_norm_at_test_time.picture_at_test_time import (
    N_DEALS,
    ORDERS,
    OWN,
    RANDOM,
    RUNNING,
    SORTED,
    Company,
)
from coursekit.lessons.batch_norm_at_test_time.picture_at_test_time import company as company_picture
from coursekit.network import init_network
from coursekit.scales import IntegerScale
from coursekit.softmax import softmax
from coursekit.training import fit
from coursekit.types import Array, Labels, Parameters

N_HIDDEN = 2
N_EPOCHS, BATCH_SIZE, LEARNING_RATE = 5, 50, 0.01


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
    start = init_network([64, *[50] * N_HIDDEN, 10], np.random.default_rng([seed, 1]), batch_norm="before")
    parameters, history = fit(start, data.X_train, data.y_train, learning_rate=LEARNING_RATE, n_epochs=N_EPOCHS,
                              batch_size=BATCH_SIZE, rng=np.random.default_rng([seed, 2]))  # fmt: skip
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


def probabilities(network: Trained, order: NDArray[np.intp], m: int, statistics: Parameters | None) -> Array:
    """Judge the test set in batches of ``m``.

    Parameters
    ----------
    network : Trained
    order : array of int, shape (597,)
        Who comes when.
    m : int
        How many make a batch.
    statistics : dict of array, or None
        As for ``logits``.

    Returns
    -------
    array, shape (597, 10)
        Of each digit, in the order of the test set.
    """
    p = softmax(logits(network.parameters, network.data.X_test[in_batches(order, m)], statistics))
    in_place: Array = np.empty((len(order), p.shape[-1]))
    in_place[order] = p.reshape(-1, p.shape[-1])[: len(order)]
    return in_place


def keep_company(batch_size: int, statistics: str, order: str, digit: int, deal_number: int) -> Company:
    """Judge the test set in one deal, and one digit among the companions of thirty deals."""
    network = trained()
    X, y = network.data.X_test, network.data.y_test
    used = network.statistics if statistics == RUNNING else None
    orders = _thirty_deals(order)
    right = probabilities(network, orders[deal_number - 1], batch_size, used).argmax(axis=-1) == y
    who = _typical(digit)
    batches = np.stack([_batch_with(who, each, batch_size) for each in orders])
    p = softmax(logits(network.parameters, X[batches], used)[:, 0])
    mates = network.pictures[batches[deal_number - 1]]
    return Company(batch_size, statistics, order, digit, deal_number, float(right.mean()), p[:, digit], mates)


@lru_cache
def _typical(digit: int) -> int:
    """Return the test digit of a class whose probability, with running statistics, is the median of the class."""
    network = trained()
    p = softmax(logits(network.parameters, network.data.X_test, network.statistics))[:, digit]
    members = np.flatnonzero(network.data.y_test == digit)
    return int(members[np.argsort(p[members])[len(members) // 2]])


@lru_cache
def _thirty_deals(order: str) -> tuple[NDArray[np.intp], ...]:
    return tuple(deal(trained().data.y_test, order, seed) for seed in range(1, N_DEALS + 1))


def _batch_with(who: int, order: NDArray[np.intp], m: int) -> NDArray[np.intp]:
    """Return the batch that an example is in, the example first."""
    place = int(np.flatnonzero(order == who)[0])
    return np.roll(in_batches(order, m)[place // m], -(place % m))


def describe_company(state: Company) -> Words:
    """Say how many digits are right, and between which bounds one digit's probability moves."""
    p, m = state.chances, state.batch_size
    if state.statistics == RUNNING:
        rest = "with whomever it is judged: a digit needs no companions then"
    elif m == 1:
        rest = "like every other digit: alone, each is its own mean, and batch norm leaves nothing of it but beta"
    else:
        rest = f"in this company; in thirty such batches it goes from {p.min():.2f} to {p.max():.2f}"
    batches = f"{state.order} batches of {m}" if state.order == RANDOM else f"batches of {m}, {state.order}"
    return Words(
        f"{state.accuracy:.1%} right: {batches}, {state.statistics}",
        f"Deal {state.deal} of {N_DEALS}. The framed {state.digit} gets probability {state.chance:.2f} for its class, "
        f"{rest}. The standard deviation from deal to deal is {p.std():.3f}.",
    )


AT_TEST_TIME = Explorer(
    name="at-test-time",
    title="Does a prediction depend on who else is in the batch?",
    task="Make the batch smaller, from 200 to 1, and watch one digit's probability. Then sort the batches. Then change "
    "the statistics.",
    controls=(
        Slider("batch_size", IntegerScale(1, 200), 200, "batch size"),
        Dropdown("statistics", (OWN, RUNNING), OWN, "normalised by"),
        Dropdown("order", ORDERS, ORDERS[0], "batches"),
        Slider("digit", IntegerScale(0, 9), 8, "digit"),
        Slider("deal_number", IntegerScale(1, N_DEALS), 1, "deal"),
    ),
    compute=keep_company,
    picture=company_picture,
    describe=describe_company,
)
