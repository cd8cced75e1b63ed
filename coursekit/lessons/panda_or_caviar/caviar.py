"""Many at once: what the best of many is worth, how long each may train, and the trials and keepers that are measured.

The same stack that trains a search trains here the rule that babysits, so that both are measured on the same digits.
"""

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import MANY, a_number, a_whole_number, an_array, refuse
from coursekit.lessons.panda_or_caviar.panda import (
    NETWORK,
    RATES,
    WORTH_KEEPING,
    Model,
    nursery,
    score,
    train_on,
    training_loss,
)
from coursekit.network import init_network
from coursekit.scales import LogScale
from coursekit.search.halving import Halving, halving
from coursekit.types import Array, Parameters

FIRST_RUNGS = (1, 2, 3, 4, 6, 8, 12)  # epochs


def epochs_each(n_models: int, *, machines: int, minutes: float, minutes_per_epoch: float) -> int:
    """Say how many epochs each of n trainings gets until the deadline.

    Examples
    --------
    >>> [epochs_each(n, machines=4, minutes=60, minutes_per_epoch=5) for n in (1, 4, 5)]
    [12, 12, 6]
    """
    n_models, machines = (a_whole_number("epochs_each", name, value)
                          for name, value in (("n_models", n_models), ("machines", machines)))  # fmt: skip
    minutes, minutes_per_epoch = (a_number("epochs_each", name, value, above=0) for name, value in
                                  (("minutes", minutes), ("minutes_per_epoch", minutes_per_epoch)))  # fmt: skip
    turns = -(-n_models // machines)  # rounded up, in whole numbers: 1 / 10**400 would be 0
    return math.floor(Fraction(minutes) / Fraction(minutes_per_epoch) / turns + Fraction(1, 10**9))


def halvings(epochs: int, machines: int = 1, *, most: int = 64) -> list[Halving]:
    """List the ways to halve a stack of trials in the time that one training of ``epochs`` epochs takes.

    Examples
    --------
    >>> [[rung[::2] for rung in plan.rungs] for plan in halvings(8)]
    [[(4, 1), (2, 3)], [(2, 2), (1, 6)]]
    """
    plans = []
    for n_rungs in (2, 3, 4):
        for first in (each for each in FIRST_RUNGS if each * n_rungs <= epochs):
            n = min(epochs // (first * n_rungs) * machines, most)
            plan = halving(n, 1 / 2, [first * 2**i for i in range(n_rungs)])
            time = sum(-(-rung.n_trials // machines) * rung.epochs for rung in plan.rungs)
            if n >= 2 ** (n_rungs - 1) and time <= epochs:
                plans.append(plan)
    return plans


def halved(dev: Array, test: Array, plan: Halving, draws: NDArray[np.intp]) -> Array:
    """Follow halving through trials that were all trained to the end: what each draw's winner gets of the test set.

    ``dev`` and ``test`` have a row per epoch and a column per trial; ``draws`` a row per search, which trials it has.
    """
    alive = draws
    for rung, following in itertools.pairwise(plan.rungs):
        places = np.unique(-dev[rung.epochs_so_far - 1], return_inverse=True)[1].astype(np.int16)
        ranked = np.argsort(places[alive], axis=-1, kind="stable")  # small whole numbers sort several times as fast
        alive = np.take_along_axis(alive, ranked[:, : following.n_trials], axis=-1)
    last = plan.rungs[-1].epochs_so_far - 1
    winners = np.take_along_axis(alive, dev[last][alive].argmax(axis=-1)[:, None], axis=-1)[:, 0]
    return np.asarray(test[last][winners])


class Progress(NamedTuple):
    """A stack of k trainings after an epoch: their settings, and their accuracies, arrays of shape (k,)."""

    learning_rates: Array
    momenta: Array
    dev: Array
    test: Array


def many_at_once(seed: int, n_models: int, n_epochs: int, n_train: int) -> Iterator[Progress]:
    """Train networks at settings drawn at random: rates log-uniform in [0.001, 10], a momentum of 0 or 0.9.

    Examples
    --------
    >>> *_, last = many_at_once(1, n_models=3, n_epochs=2, n_train=100)
    >>> last.dev.shape
    (3,)
    """
    n_models, n_epochs = _counts("many_at_once", n_models=n_models, n_epochs=n_epochs)
    data, rng = nursery(seed, n_train), np.random.default_rng([int(seed), int(n_train), 3])
    rates = LogScale(RATES[0], RATES[-1]).sample(n_models, rng)
    momenta = np.where(rng.random(n_models) < 0.5, 0.0, 0.9)
    model = Model(NETWORK, init_network(NETWORK, rng, n_models=n_models, dtype=np.float32))
    yield Progress(rates, momenta, score(model, *data[2:4]), score(model, *data[4:]))
    for _ in range(n_epochs):
        model = train_on(model, data.X_train, data.y_train, learning_rate=rates, momentum=momenta, n_epochs=1, rng=rng)
        yield Progress(rates, momenta, score(model, *data[2:4]), score(model, *data[4:]))


def _counts(function: str, **counts: int) -> list[int]:
    return [a_whole_number(function, name, value, least=0 if name == "n_epochs" else 1, most=MANY)
            for name, value in counts.items()]  # fmt: skip


class Decision(NamedTuple):
    """What the rule does next: whether it goes back to the best; the places of its rate and of the first too large."""

    goes_back: NDArray[np.bool_]
    rate: NDArray[np.intp]
    ceiling: NDArray[np.intp]


def decide(now: ArrayLike, last: ArrayLike, rate: ArrayLike, ceiling: ArrayLike) -> Decision:
    """Babysit by a rule that reads the training loss alone, for one keeper or for k.

    A loss that did not fall, or is no number, says that the rate is too large: back to the best, and a third. One that
    fell by less than half says that it is too small: three times, but never again as large as one that was too large.

    Examples
    --------
    >>> decision = decide(now=2.2, last=2.5, rate=2, ceiling=9)
    >>> bool(decision.goes_back), int(decision.rate)
    (False, 3)
    """
    now, last = (
        an_array("decide", name, loss, finite=False).astype(np.float64) for name, loss in (("now", now), ("last", last))
    )
    rate = _places("rate", rate, len(RATES) - 1)
    ceiling = _places("ceiling", ceiling, len(RATES))
    shapes = [array.shape for array in (now, last, rate, ceiling)]
    if len({shape for shape in shapes if shape}) > 1 or max(map(len, shapes)) > 1:
        refuse("decide", "now", "have one shape with the others, () or (k,)", ", ".join(map(str, shapes)))
    goes_back = ~(now < last)
    lowest = np.where(goes_back, np.minimum(ceiling, rate), ceiling)
    is_slow = (now > last / 2) & (rate + 1 < lowest)
    return Decision(goes_back, np.where(goes_back, np.maximum(rate - 1, 0), rate + is_slow), lowest)


def _places(argument: str, value: ArrayLike, last: int) -> NDArray[np.intp]:
    places = an_array("decide", argument, value)
    wrong = places[(places < 0) | (places > last) | (places % 1 != 0)]
    if wrong.size:
        refuse("decide", argument, f"hold whole numbers from 0 to {last}, places in RATES", f"{wrong.flat[0]:g}")
    return places.astype(np.intp)


def keepers(seed: int, n_epochs: int, n_train: int) -> Iterator[Progress]:
    """Babysit nine models by the rule of `decide`, one from each rate of ``RATES``, looking every two epochs.

    Examples
    --------
    >>> *_, last = keepers(1, n_epochs=4, n_train=100)
    >>> last.dev.shape
    (9,)
    """
    (n_epochs,) = _counts("keepers", n_epochs=n_epochs)
    data, rng, k = nursery(seed, n_train), np.random.default_rng([int(seed), int(n_train), 4]), len(RATES)
    parameters = init_network(NETWORK, rng, n_models=k, dtype=np.float32)
    model = best = Model(NETWORK, parameters, {name: np.zeros_like(array) for name, array in parameters.items()})
    rate, ceiling = np.arange(k), np.full(k, k)
    best_dev, loss = score(model, *data[2:4]), training_loss(model, *data[:2])
    best_loss = loss
    for _ in range(n_epochs // 2):
        how = {"learning_rate": np.asarray(RATES)[rate], "momentum": np.zeros(k)}
        model = train_on(model, data.X_train, data.y_train, **how, n_epochs=2, rng=rng)
        dev, now = score(model, *data[2:4]), training_loss(model, *data[:2])
        goes_back, rate, ceiling = decide(now, loss, rate, ceiling)
        is_best = (dev > best_dev) & (dev > WORTH_KEEPING)
        best = _where(is_best, model, best)
        best_dev, best_loss = np.where(is_best, dev, best_dev), np.where(is_best, now, best_loss)
        model, loss = _where(goes_back, best, model), np.where(goes_back, best_loss, now)
        yield Progress(how["learning_rate"], how["momentum"], best_dev, score(best, *data[4:]))


def _where(condition: NDArray[np.bool_], one: Model, other: Model) -> Model:
    """Take each of k models from one stack or from the other."""

    def chosen(ours: Parameters, theirs: Parameters) -> Parameters:
        return {name: np.where(condition.reshape(-1, *[1] * (array.ndim - 1)), array, theirs[name])
                for name, array in ours.items()}  # fmt: skip

    return one._replace(parameters=chosen(one.parameters, other.parameters),
                        velocity=chosen(one.velocity or {}, other.velocity or {}))  # fmt: skip
