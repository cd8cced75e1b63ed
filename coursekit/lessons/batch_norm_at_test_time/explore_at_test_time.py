"""Batch norm at test time: what becomes of an example when its companions change."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from coursekit.lab.company import RANDOM, Trained, deal, in_batches, logits, trained
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.batch_norm_at_test_time.picture_at_test_time import N_DEALS, ORDERS, OWN, RUNNING, Company
from coursekit.lessons.batch_norm_at_test_time.picture_at_test_time import company as company_picture
from coursekit.scales import IntegerScale
from coursekit.softmax import softmax
from coursekit.types import Array, Parameters


def probabilities(network: Trained, order: NDArray[np.intp], m: int, statistics: Parameters | None) -> Array:
    """Judge the test set in batches of ``m``."""
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
