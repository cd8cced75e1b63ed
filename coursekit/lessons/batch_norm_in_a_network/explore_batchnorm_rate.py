"""The effective learning rate: what a factor at the weights does to the steps, if batch norm follows."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from coursekit.datasets import digits
from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import BLUE, GREY, Picture, canvas, label, line
from coursekit.lab.task import Part
from coursekit.lessons.batch_norm_in_a_network.explore_batchnorm_redundant import NORMED, loss_and_gradients
from coursekit.network import init_network
from coursekit.scales import LogScale
from coursekit.training import minibatches
from coursekit.types import Array, Parameters

N_STEPS = 120


class Scaled(NamedTuple):
    """A training that begins with scaled weights, beside the one that does not.

    Attributes
    ----------
    scale, rate : float
        The factor at the weights of the hidden layers at first, and their learning rate.
    loss, length : array, shape (t,)
        Of each step's mini-batch, smoothed; and how long W1 is at that step.
    first_loss, first_length : array, shape (n_steps,)
        The same at scale 1 and rate 0.1, to the end.
    """

    scale: float
    rate: float
    loss: Array
    length: Array
    first_loss: Array
    first_length: Array

    @property
    def progress(self) -> float:
        """The share of the training that is done."""
        return len(self.loss) / len(self.first_loss)

    @property
    def effective(self) -> Array:
        """The rate over the square of the weights' length, in units of the unscaled training's at first."""
        effective: Array = self.rate / 0.1 * (self.first_length[0] / self.length) ** 2
        return effective


def times(factor: float) -> str:
    """Write a factor to two digits, without a power of ten.

    Examples
    --------
    >>> times(1e5), times(0.9953), times(1e-4)
    ('100,000', '1', '0.0001')
    """
    return f"{float(f'{factor:.2g}'):,g}"


def scaled() -> Picture:
    """Show the loss and the effective rate, step by step, over those of the unscaled training in grey."""
    figure, (left, right) = canvas(1000, 400, columns=2)
    left.set(xlim=(-2, N_STEPS + 2), ylim=(0, 3), xlabel="step", ylabel="loss, mean of the last 10 mini-batches")
    left.set_title("the loss; in grey: scale 1, rate 0.1")
    right.set(xlim=(-2, N_STEPS + 2), yscale="log", ylim=(0.5e-5, 2e5), xlabel="step")
    right.set(ylabel="effective rate, log axis", title="rate / length² of W1, against the grey one's")
    right.yaxis.set_major_locator(FixedLocator([1e-4, 1e-2, 1, 1e2, 1e4]))
    right.yaxis.set_major_formatter(FixedFormatter(["1 / 10,000", "1 / 100", "1", "100", "10,000"]))
    right.yaxis.set_minor_locator(NullLocator())
    grey = [line(ax, GREY, linewidth=4, alpha=0.5) for ax in (left, right)]
    curves = [line(ax, BLUE, linewidth=2) for ax in (left, right)]
    ends = [line(ax, BLUE, marker="D", markersize=9, linestyle="", markeredgecolor="white") for ax in (left, right)]
    number = label(right, N_STEPS * 0.97, 3e4, color=BLUE, size=13, fontweight="bold", ha="right")

    def move(state: Scaled) -> None:
        first = (state.first_length[0] / state.first_length) ** 2
        effective = np.clip(state.effective, 1e-5, 1e5)
        for curve, end, behind, now, before in zip(
            curves, ends, grey, (state.loss, effective), (state.first_loss, first), strict=True
        ):
            behind.set_data(np.arange(1, len(before) + 1), before)
            curve.set_data(np.arange(1, len(now) + 1), now)
            end.set_data([len(now)], [now[-1]])
        number.set_text(f"at first × {times(state.effective[0])}, now × {times(state.effective[-1])}")

    return Picture(figure, move, [*grey, *curves, *ends, number], ghosts=curves)


HIDDEN = "W1", "W2"  # the weights that batch norm follows
RATE = 0.1  # of all that is not scaled
EACH = 12  # steps from one state to the next
BATCH_SIZE = 50


def train_scaled(
    scale: float, rate: float, seed: int = 0, n_steps: int = N_STEPS
) -> Iterator[tuple[float, Parameters]]:
    """Train 64-50-50-10 with batch norm by gradient descent, with a factor at the hidden weights to begin with."""
    data = digits(np.random.default_rng(seed))
    parameters = init_network(NORMED, np.random.default_rng([seed, 1]))
    parameters |= {name: parameters[name] * scale for name in HIDDEN}
    rng = np.random.default_rng([seed, 2])
    for step in range(n_steps):
        if step % (1200 // BATCH_SIZE) == 0:
            batches = minibatches(data.X_train, data.y_train, batch_size=BATCH_SIZE, rng=rng)
        X, y = next(batches)
        loss, gradients = loss_and_gradients(NORMED, parameters, X, y)
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


def _is_on_the_grey_one(state: Scaled) -> bool:
    return bool(np.abs(state.loss - state.first_loss[: len(state.loss)]).max() < 0.05)


EFFECTIVE_RATE = Explorer(
    name="effective-rate",
    title="Which learning rate fits scaled weights?",
    task="The weights are ten times as large. Find the rate at which the blue loss lies on the grey one again. Do "
    "the same for a scale of 0.1. Then leave the scale at 1, and set the rate to 100: what do the weights do?",
    controls=(
        Slider("scale", LogScale(0.1, 10), 10.0, "W1 and W2 times", steps=40),
        Slider("rate", LogScale(1e-3, 100), 0.1, "their learning rate", steps=50),
    ),
    compute=scale_weights,
    picture=scaled,
    describe=describe_scaled,
    quick={"n_steps": 24},
    parts=(
        Part("the rate for ten times the weights",
             lambda values, state: values["scale"] > 9 and _is_on_the_grey_one(state),
             "Ten times the weights want a hundred times the rate: a tenth of the gradient, ten times the way.",
             {"rate": 10.0}),
        Part("the rate for a tenth", lambda values, state: values["scale"] < 0.11 and _is_on_the_grey_one(state),
             "The effective rate is rate / length², so a tenth of the weights wants a hundredth of the rate.",
             {"scale": 0.1, "rate": 0.001}),
        Part("weights that flee a rate of 100",
             lambda values, state: (0.9 < values["scale"] < 1.1 and values["rate"] > 90
                                    and state.length[-1] > 5 * state.length[0]),
             "Each long step makes them longer, and long weights turn more slowly: they lower the rate themselves.",
             {"scale": 1.0, "rate": 100.0}),
    ),
)  # fmt: skip
