"""Activations layer by layer, over a training: how many stand at the ends of tanh, with batch norm and without."""

from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from coursekit.datasets import Split
from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import BLUE, INK, ORANGE, Picture, canvas, flat
from coursekit.lab.splits import digits_of
from coursekit.lab.task import Part
from coursekit.network import Network, backward, forward, init_network
from coursekit.optimizers import sgd
from coursekit.scales import ChoiceScale, LogScale
from coursekit.softmax import softmax_loss_unchecked
from coursekit.training import minibatches
from coursekit.types import Array

N_HIDDEN, N_STEPS = 5, 120
BINS, LIMIT = np.linspace(-1, 1, 41), 0.97
TALLEST = 0.4  # a bin that holds more is drawn as high as this
ROWS = ("without", ORANGE), ("with batch norm", BLUE)


class Layers(NamedTuple):
    """The activations of two networks at one step: without batch norm first.

    Attributes
    ----------
    sd : float
        The standard deviation of the first weights.
    step : int
        How far the training is.
    counts : array, shape (2, 5, 40)
        The share of each layer's activations in each bin.
    saturated, spread : array, shape (2, 5)
        The share beyond 0.97 or -0.97, and the standard deviation.
    accuracy : array, shape (2,)
        On the test set.
    """

    sd: float
    step: int
    counts: Array
    saturated: Array
    spread: Array
    accuracy: Array


def saturation() -> Picture:
    """Show a histogram for each of five layers, without batch norm above, with it below."""
    figure, axes = canvas(1000, 430, rows=2, columns=N_HIDDEN, sharex=True, sharey=True)
    parts = [[_panel(ax, color) for ax in row] for row, (_, color) in zip(axes, ROWS, strict=True)]
    for i, ax in enumerate(axes[0], start=1):
        ax.set_title(f"hidden layer {i}")
    for ax, (name, color) in zip(axes[:, 0], ROWS, strict=True):
        ax.set_ylabel(f"{name}\n(share in a bin)", color=color, fontweight="bold")
    for ax in axes[1]:
        ax.set_xlabel("activation")

    def move(state: Layers) -> None:
        for row in range(2):
            for i, (curve, ends, word) in enumerate(parts[row]):
                counts = np.minimum(state.counts[row, i], TALLEST)
                curve.set_data((BINS[1:] + BINS[:-1]) / 2, counts)
                ends.set_data([BINS[0], BINS[-1]], [counts[0], counts[-1]])
                word.set_text(f"{state.saturated[row, i]:.0%} saturated\nsd {state.spread[row, i]:.2g}")

    return Picture(figure, move, flat(*(flat(*panel) for row in parts for panel in row)),
                   ghosts=[panel[0] for row in parts for panel in row])  # fmt: skip


def _panel(ax: Any, color: str) -> tuple[Any, Any, Any]:
    ax.set(xlim=(-1.1, 1.1), ylim=(0, TALLEST * 1.42), xticks=[-1, 0, 1], yticks=[0, 0.2, 0.4])
    (curve,) = ax.plot([], [], color=color, linewidth=2, drawstyle="steps-mid")
    (ends,) = ax.plot([], [], color=color, marker="o", markersize=8, linestyle="")
    word = ax.text(0, TALLEST * 1.4, "", ha="center", va="top", fontsize=12, color=INK)
    return curve, ends, word


EVERY, BATCH_SIZE, LEARNING_RATE = 4, 50, 0.1  # an epoch has 24 steps
SMALLEST, LARGEST = 0.02, 2.0


class Course(NamedTuple):
    """A training, looked at every fourth step; arrays with a leading axis of the looks.

    Attributes
    ----------
    counts : array, shape (n, 5, 40)
        How the activations of each hidden layer are spread over ``BINS``, as shares.
    saturated : array, shape (n, 5)
        The share of each layer's activations beyond 0.97 or -0.97.
    sd : array, shape (n, 5)
        Their standard deviation.
    accuracy : array, shape (n,)
        On the test set, taken as one batch.
    """

    counts: Array
    saturated: Array
    sd: Array
    accuracy: Array


@lru_cache(maxsize=64)
def train(std: float, batch_norm: str | None, seed: int = 0) -> Course:
    """Train 64-50x5-10 of tanh for 5 epochs of gradient descent, and watch its layers."""
    data, rng = digits_of(seed), np.random.default_rng([seed, 2])
    network = Network([64, *[50] * N_HIDDEN, 10], batch_norm=batch_norm, activation="tanh")
    parameters = init_network(network, np.random.default_rng([seed, 1]), scale=std)
    looks, n_epochs = [look(network, parameters, data)], N_STEPS * BATCH_SIZE // len(data.y_train)
    epochs = [minibatches(data.X_train, data.y_train, batch_size=BATCH_SIZE, rng=rng) for _ in range(n_epochs)]
    for step, (X, y) in enumerate(chain(*epochs), start=1):
        z, cache = forward(network, parameters, X)
        _, d_z = softmax_loss_unchecked(z, y)
        parameters, _ = sgd(parameters, backward(d_z, cache), learning_rate=LEARNING_RATE)
        if step % EVERY == 0:
            looks.append(look(network, parameters, data))
    return Course(*(np.array(column) for column in zip(*looks, strict=True)))


def look(network: Network, parameters: Any, data: Split) -> tuple[Array, Array, Array, Any]:
    """Return the counts, the saturated shares, the standard deviations and the accuracy, on the test digits."""
    z, cache = forward(network, parameters, data.X_test)
    layers = [layer.out for layer in cache.layers[:-1]]
    bins, ends = len(BINS) - 1, (BINS[0], BINS[-1])  # of one width, which NumPy counts several times as fast
    counts = np.array([np.histogram(a, bins, ends)[0] / a.size for a in layers])
    saturated = np.array([np.mean(np.abs(a) > LIMIT) for a in layers])
    return counts, saturated, np.array([a.std() for a in layers]), np.mean(z.argmax(axis=-1) == data.y_test)


def layers_at(sd: float, step: int) -> Layers:
    """Look at both networks at a step; between two looks, at the earlier."""
    both = [train(sd, batch_norm) for batch_norm in (None, "before")]
    i = step // EVERY
    counts, saturated, spread, accuracy = (np.stack([getattr(each, name)[i] for each in both])
                                           for name in Course._fields)  # fmt: skip
    return Layers(sd, step, counts, saturated, spread, accuracy)


def describe_layers(state: Layers) -> Words:
    """Say which share is saturated in the first and the last layer, and how far the activations reach there."""
    (first, *_, last), (first_bn, *_, last_bn) = state.saturated
    return Words(
        f"Saturated in layer 1: {first:.0%} without, {first_bn:.0%} with batch norm; in layer 5: {last:.0%} and "
        f"{last_bn:.0%}",
        f"First weights of standard deviation {state.sd:g}, after {state.step} steps. The standard deviation of the "
        f"activations goes from {state.spread[0, 0]:.2f} in layer 1 to {state.spread[0, -1]:.3f} in layer 5 without, "
        f"and from {state.spread[1, 0]:.2f} to {state.spread[1, -1]:.2f} with it. Accuracy "
        f"{state.accuracy[0]:.2f} and {state.accuracy[1]:.2f}.",
    )


SATURATION = Explorer(
    name="saturation-by-layer",
    title="Where do five layers of activations stand, and do they come back?",
    task="At step 0, find first weights with which hardly anything in the upper row is saturated, and which do not "
    "die away towards layer 5. Then take 0.5 and 0.03, and play: does the training repair what the first weights "
    "spoilt?",
    controls=(
        Slider("sd", LogScale(SMALLEST, LARGEST), 0.5, "sd of the first weights", steps=20),
        Slider("step", ChoiceScale(range(0, N_STEPS + 1, EVERY)), 0, "step", plays=True),
    ),
    compute=layers_at,
    picture=saturation,
    describe=describe_layers,
    parts=(
        Part("weights that keep the upper row alike",
             lambda values, state: values["step"] == 0 and state.saturated[0].max() < 0.2 and state.spread[0, -1] > 0.4,
             "In between lies a narrow range in which the signal neither saturates nor dies; the lower row needs none.",
             {"sd": 0.2}),
        Part("large weights, after the training",
             lambda values, state: values["sd"] > 0.45 and values["step"] >= 112 and state.saturated[0, -1] > 0.4,
             "What is saturated has next to no gradient, so the training can't bring it back.",
             {"sd": 0.502, "step": 120}),
        Part("small weights, after the training",
             lambda values, state: values["sd"] < 0.04 and values["step"] >= 112 and state.accuracy[0] < 0.25,
             "A signal that has died brings next to no gradient back: after 120 steps the network still guesses.",
             {"sd": 0.0317, "step": 120}),
    ),
)  # fmt: skip
