"""The effective learning rate: what a factor at the weights does to the steps, if batch norm follows."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from coursekit.types import Array, Parameters
from coursekit.datasets import digits
from coursekit.lessons.batch_norm_in_a_network.explore_batchnorm_redundant import SIZES, loss_and_gradients
from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_rate import N_STEPS, Scaled, times
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_rate import scaled as scaled_picture
from coursekit.network import init_network
from coursekit.scales import LogScale
from coursekit.training import minibatches

HIDDEN = "W1", "W2"  # the weights that batch norm follows
RATE = 0.1  # of all that is not scaled
EACH = 12  # steps from one state to the next
BATCH_SIZE = 50


def train_scaled(
    scale: float, rate: float, seed: int = 0, n_steps: int = N_STEPS
) -> Iterator[tuple[float, Parameters]]:
    """Train 64-50-50-10 with batch norm by gradient descent, with a factor at the hidden weights to begin with.

    Parameters
    ----------
    scale : float
        The factor at W1 and W2.
    rate : float
        Their learning rate; gamma, beta and the last layer keep 0.1.
    seed : int, optional
        Of the split, the weights and the mini-batches.
    n_steps : int, optional
        How long to train.

    Yields
    ------
    loss : float
        Of a mini-batch, before its step.
    parameters : dict of array
        With which it was computed.
    """
    data = digits(np.random.default_rng(seed))
    parameters = init_network(SIZES, np.random.default_rng([seed, 1]), batch_norm="before")
    parameters |= {name: parameters[name] * scale for name in HIDDEN}
    rng = np.random.default_rng([seed, 2])
    for step in range(n_steps):
        if step % (1200 // BATCH_SIZE) == 0:
            batches = minibatches(data.X_train, data.y_train, batch_size=BATCH_SIZE, rng=rng)
        X, y = next(batches)
        loss, gradients = loss_and_gradients(parameters, X, y)
        yield loss, parameters
        rates = dict.fromkeys(parameters, RATE) | dict.fromkeys(HIDDEN, rate)
        parameters = {name: value - rates[name] * gradients[name] for name, value in parameters.items()}


def smoothed(losses: Array) -> Array:
    """Average each loss with up to nine before it."""
    sums = np.cumsum(np.concatenate([[0], losses]))
    first = np.maximum(np.arange(len(losses)) - 9, 0)
    means: Array = (sums[1:] - sums[first]) / (np.arange(1, len(losses) + 1) - first)
    return means


@lru_cache
def unscaled(n_steps: int) -> tuple[Array, Array]:
    """Train at scale 1 and rate 0.1: the losses, smoothed, and the lengths of W1."""
    losses, lengths = zip(*_lengths(1.0, RATE, n_steps), strict=True)
    return smoothed(np.array(losses)), np.array(lengths)


def _lengths(scale: float, rate: float, n_steps: int) -> Iterator[tuple[float, float]]:
    for loss, parameters in train_scaled(scale, rate, n_steps=n_steps):
        yield loss, float(np.linalg.norm(parameters["W1"]))


def scale_weights(scale: float, rate: float, n_steps: int = N_STEPS) -> Iterator[Scaled]:
    """Train, and look up every twelve steps."""
    losses, lengths = [], []
    for step, (loss, length) in enumerate(_lengths(scale, rate, n_steps), start=1):
        losses.append(loss)
        lengths.append(length)
        if step % EACH == 0 or step == n_steps:
            yield Scaled(scale, rate, smoothed(np.array(losses)), np.array(lengths), *unscaled(n_steps))


def describe_scaled(state: Scaled) -> Words:
    """Say how far the loss is from the unscaled training's, and what the effective rate was and is."""
    n = len(state.loss)
    loss, first = state.loss[-1], state.first_loss[n - 1]
    apart = np.abs(state.loss - state.first_loss[:n]).max()
    apart_words = f"at most {apart:.2f} apart" if apart >= 0.005 else "never 0.005 apart"
    grown = float(f"{state.length[-1] / state.length[0]:.3g}")
    return Words(
        f"Loss {loss:.2f}, unscaled {first:.2f}",
        f"After {n} steps with W1 and W2 × {state.scale:.3g} at first, at rate {state.rate:.3g}. The loss curves are "
        f"{apart_words}. The effective rate of W1, rate / length², began at {times(state.effective[0])} times that "
        f"of the unscaled training, and is now at {times(state.effective[-1])} times; W1 is {grown:,g} times as long "
        "as it was.",
    )


EFFECTIVE_RATE = Explorer(
    name="effective-rate",
    title="Which learning rate fits scaled weights?",
    task="The weights are ten times as large. Find the rate at which the blue loss lies on the grey one again. Do the "
    "same for a scale of 0.1. Then leave the scale at 1, and set the rate to 100: what do the weights do?",
    controls=(
        Slider("scale", LogScale(0.1, 10), 10.0, "W1 and W2 times", steps=40),
        Slider("rate", LogScale(1e-3, 100), 0.1, "their learning rate", steps=50),
    ),
    compute=scale_weights,
    picture=scaled_picture,
    describe=describe_scaled,
    quick={"n_steps": 24},
)
