"""Learning rate and first weights: which pairs a network puts up with, measured, and one pair trained live."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import zip_longest

import numpy as np

from coursekit.types import Array, Parameters
from coursekit.datasets import Split, digits
from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.why_batch_norm_helps.picture_tolerance import GOOD, RATES, SCALES, Point, measured_maps
from coursekit.lessons.why_batch_norm_helps.picture_tolerance import tolerance as tolerance_picture
from coursekit.network import init_network
from coursekit.optimizers import sgd
from coursekit.scales import IntegerScale, LogScale
from coursekit.training import epochs

SIZES = (64, 50, 50, 50, 10)
N_SEEDS, N_EPOCHS, BATCH_SIZE = 10, 5, 50


@lru_cache
def _digits(seed: int) -> Split:
    return digits(np.random.default_rng(seed), dtype=np.float32)


def first_weights(scales: Array, seed: int, batch_norm: str | None) -> Parameters:
    """Draw one network, and scale its weights: a stack of networks that differ in nothing else.

    Parameters
    ----------
    scales : array, shape (k,)
        Of the weights, in units of He's.
    seed : int
    batch_norm : {None, "before"}

    Returns
    -------
    dict of array, each with a leading axis of k, float32

    Examples
    --------
    >>> first_weights(np.array([1.0, 10.0]), 0, None)["W1"].std(axis=(1, 2)).round(2)
    array([0.18, 1.77], dtype=float32)
    """
    one = init_network(SIZES, np.random.default_rng([seed, 1]), batch_norm=batch_norm)
    by_name = {name: scales if name.startswith("W") else np.ones_like(scales) for name in one}
    return {name: np.multiply.outer(by_name[name], array).astype(np.float32) for name, array in one.items()}


def train(rates: Array, scales: Array, seed: int, batch_norm: str | None, n_epochs: int = N_EPOCHS) -> Iterator[Array]:
    """Train a stack of networks with gradient descent, each at its own rate and from its own scale.

    Parameters
    ----------
    rates, scales : array, shape (k,)
        Learning rates, and first weights in units of He's.
    seed : int
        Of the split, the first weights and the mini-batches.
    batch_norm : {None, "before"}
    n_epochs : int, optional

    Yields
    ------
    array, shape (k,)
        The accuracy on the 597 digits of the test set, after each epoch.
    """
    data = _digits(seed)
    training = epochs(first_weights(scales, seed, batch_norm), data.X_train, data.y_train, learning_rate=rates,
                      optimizer=sgd, n_epochs=n_epochs, batch_size=BATCH_SIZE, rng=np.random.default_rng([seed, 2]),
                      validation=(data.X_test, data.y_test))  # fmt: skip
    for epoch in training:
        yield epoch.validation_accuracy


def sweep(seed: int, batch_norm: str | None) -> Array:
    """Train at every pair of rate and scale, and return the accuracies, shape (9 rates, 9 scales)."""
    rates, scales = (grid.ravel() for grid in np.meshgrid(RATES, SCALES, indexing="ij"))
    *_, accuracies = train(rates, scales, seed, batch_norm)
    return accuracies.reshape(len(RATES), len(SCALES))


def one_point(rate: float, scale: float, seed: int, n_epochs: int = N_EPOCHS) -> Iterator[Point]:
    """Train two networks, without batch norm and with it, from a seed that was not measured."""
    pair = np.array([rate]), np.array([scale])
    sofar: list[list[float]] = [[], []]
    yield Point(rate, scale, seed, sofar, n_epochs)
    trainings = [train(*pair, N_SEEDS + seed, batch_norm, n_epochs) for batch_norm in (None, "before")]
    for both in zip_longest(*trainings):
        sofar = [[*old, float(new[0])] for old, new in zip(sofar, both, strict=True)]
        yield Point(rate, scale, seed, sofar, n_epochs)


def describe_point(state: Point) -> Words:
    """Say how both fared at this point, and how many points of the map each puts up with."""
    here = [accuracies[state.cell] for accuracies in measured_maps()]
    good = [int(np.sum(accuracies > GOOD)) for accuracies in measured_maps()]
    where = f"rate {state.rate:g}, weights {state.scale:g} times He's"
    if state.progress == 0:
        answer = f"{where}: not trained yet, 0 of {state.n_epochs} epochs"
    else:
        plain, normed = (each[-1] for each in state.accuracies)
        answer = f"Without {plain:.2f}, with batch norm {normed:.2f}"
    return Words(
        answer,
        f"At {where}, run {state.seed}, epoch {len(state.accuracies[0])} of {state.n_epochs}. Ten runs measured before "
        f"gave {here[0]:.2f} without and {here[1]:.2f} with batch norm on average. Above {GOOD} are {good[0]} of the "
        f"{RATES.size * SCALES.size} points without, {good[1]} with.",
    )


TOLERANCE = Explorer(
    name="batch-norm-tolerance",
    title="Which learning rates and first weights does a network put up with?",
    task="Find a point where only batch norm learns, one where it is worse by 0.2 or more, and one where neither "
    "learns. Then explain why the dark region of the map with batch norm leans.",
    controls=(
        Slider("rate", LogScale(RATES[0].item(), RATES[-1].item()), 1.0, "learning rate", steps=len(RATES) - 1),
        Slider("scale", LogScale(SCALES[0].item(), SCALES[-1].item()), 1.0, "weights / He's",
               steps=len(SCALES) - 1),
        Slider("seed", IntegerScale(1, 10), 1, "run"),
    ),
    compute=one_point,
    picture=tolerance_picture,
    describe=describe_point,
    quick={"n_epochs": 2},
)  # fmt: skip
