"""The descents that the explorer of two explanations shows: trained, and looked at before every step."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from coursekit.datasets import Split
from coursekit.lab.splits import digits_of
from coursekit.lessons.why_batch_norm_helps.batch_noise import population_statistics, shaken
from coursekit.lessons.why_batch_norm_helps.landscape import along_gradient, relative_steps
from coursekit.lessons.why_batch_norm_helps.race import SHIFT, STRETCH
from coursekit.network import Cache, Network, backward, forward, init_network
from coursekit.optimizers import sgd
from coursekit.softmax import softmax_loss_unchecked
from coursekit.types import Array, Parameters

SIDES = ("without", "with", "noise")
RATES, N_STEPS = (0.1, 0.5, 1.0), 120
LENGTHS, SHARES = (0.1, 0.2, 0.5, 1.0), (0.02, 0.05, 0.1, 0.2)
N_HIDDEN, BATCH_SIZE, N_SEEDS = 5, 50, 10
EVERY, N_LOOKED_AT = 10, 200  # how often it is judged, and on how many digits a unit's input is looked at


class Moment(NamedTuple):
    """One step of a training, measured before it is taken.

    Attributes
    ----------
    inputs : array, shape (3, 50)
        The 15th, 50th and 85th percentile, over 200 test digits, of what each unit of the last hidden layer gets.
    loss : float
        Of this step's batch.
    along : array, shape (4,)
        The loss after each length times the gradient.
    relative : array, shape (4,)
        The loss after moving each W against its gradient by each share of its own length.
    accuracy : float
        On the test set, at every tenth step: without noise, and by the statistics of the training set.
    """

    inputs: Array
    loss: float
    along: Array
    relative: Array
    accuracy: float


def train(side: str, seed: int, rate: float) -> Iterator[Moment]:
    """Train 64-50x5-10 of ReLUs from He's weights for 120 steps of gradient descent."""
    data, batches, noise = digits_of(seed), np.random.default_rng([seed, 2]), np.random.default_rng([seed, 3])
    network = Network([64, *[50] * N_HIDDEN, 10], batch_norm=None if side == "without" else "before")
    parameters = init_network(network, np.random.default_rng([seed, 1]))  # fmt: skip
    for t in range(N_STEPS):
        if t % (len(data.y_train) // BATCH_SIZE) == 0:
            order = batches.permutation(len(data.y_train)).reshape(-1, BATCH_SIZE)
        batch = order[t % len(order)]
        X, y = data.X_train[batch], data.y_train[batch]
        seen, back = (parameters, _as_it_is) if side != "noise" else shaken(parameters, noise, shift=SHIFT,
                                                                            stretch=STRETCH)  # fmt: skip
        z, cache = forward(network, seen, X)
        loss, d_z = softmax_loss_unchecked(z, y)
        along, relative = along_gradient(network, seen, X, y, LENGTHS), relative_steps(network, seen, X, y, SHARES)
        if t % EVERY == 0 or t == N_STEPS - 1:
            accuracy = _accuracy(network, parameters, data)
        yield Moment(_inputs(network, seen, data), float(loss), along, relative, accuracy)
        with np.errstate(over="ignore", invalid="ignore"):
            parameters, _ = sgd(parameters, back(backward(d_z, cache)), learning_rate=rate)


def _as_it_is(gradients: Parameters) -> Parameters:
    return gradients


def _accuracy(network: Network, parameters: Parameters, data: Split) -> float:
    statistics = population_statistics(network, parameters, data.X_train) or None
    z, _ = forward(network, parameters, data.X_test, statistics=statistics)
    return float(np.mean(z.argmax(axis=-1) == data.y_test))


def _inputs(network: Network, seen: Parameters, data: Split) -> Array:
    with np.errstate(invalid="ignore"):
        return np.percentile(last_inputs(forward(network, seen, data.X_test[:N_LOOKED_AT])[1]), [15, 50, 85], axis=0)


def last_inputs(cache: Cache) -> Array:
    """Return what the units of the last hidden layer get, as their activation function sees it, shape (m, 50)."""
    layer = cache.layers[-2]
    own, norm = layer.parameters, layer.norm
    if norm is None:
        with np.errstate(over="ignore", invalid="ignore"):  # at a large rate it diverges, and may
            return np.asarray(layer.x @ own["W"] + own["b"])
    return np.asarray(norm.centered * norm.inv_std * own["gamma"] + own["beta"])


class Run(NamedTuple):
    """What one training comes to.

    Attributes
    ----------
    moved : float
        How far the median of a hidden unit's input moves per step, in half distances from the 15th to the 85th
        percentile: the median over steps and units.
    lowered, lowered_relative : array, shape (4,)
        How often a step of each length, or each share, lowers the loss of its batch.
    accuracy : float
        Before the last step.
    """

    moved: float
    lowered: Array
    lowered_relative: Array
    accuracy: float


def summary(moments: list[Moment]) -> Run:
    """Count over a whole training."""
    inputs = np.stack([moment.inputs for moment in moments])
    half = (inputs[:, 2] - inputs[:, 0]) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        moves = np.median(np.abs(np.diff(inputs[:, 1], axis=0)) / half[1:], axis=1)
    along, relative = (np.mean([getattr(moment, name) < moment.loss for moment in moments], axis=0)
                       for name in ("along", "relative"))  # fmt: skip
    return Run(float(np.nanmedian(moves)), along, relative, moments[-1].accuracy)


def row(moment: Moment) -> dict[str, Any]:
    """Write a moment as the table has it: of the first unit's input, and every loss."""
    low, median, high = moment.inputs[:, 0]
    losses = {f"along{i}": loss for i, loss in enumerate(moment.along)}
    losses |= {f"relative{i}": loss for i, loss in enumerate(moment.relative)}
    return {"low": low, "median": median, "high": high, "loss": moment.loss, **losses, "accuracy": moment.accuracy}
