"""Batch norm of one real unit over 1,200 digits, and what the activation behind it gets."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.gridspec import GridSpec

from coursekit.datasets import digits
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import BLUE, GREY, INK, Picture, canvas, label
from coursekit.lab.task import Part
from coursekit.lessons.batch_norm_step_by_step.batchnorm_pieces import forward_pieces
from coursekit.network import Network, init_network
from coursekit.scales import LinearScale, LogScale
from coursekit.training import fit
from coursekit.types import Array

Z_EDGES = np.linspace(-20, 20, 81)
NORM_EDGES = np.linspace(-5, 5, 51)
SIGMOID_EDGES = np.linspace(0, 1, 34)  # the first and the last bar are what is called saturated
RELU_EDGES = np.linspace(-0.5, 20, 42)  # the first bar is 0 and what is nearly 0


class Through(NamedTuple):
    """One unit over 1,200 digits, on its way through batch norm.

    Attributes
    ----------
    unit : str
        Which unit.
    gamma, beta, eps : float
    z, z_norm, out : array, shape (m,)
        Before, normalised, and scaled and shifted.
    """

    unit: str
    gamma: float
    beta: float
    eps: float
    z: Array
    z_norm: Array
    out: Array


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + exp(-z)), which tanh computes without an overflow."""
    return (1 + np.tanh(z / 2)) / 2


def heights(values: Array, edges: Array) -> Array:
    """Return the share of the values in each bar; those beyond the ends count in the outermost bars.

    Examples
    --------
    >>> heights(np.array([-9.0, 0.5, 1.5, 1.6]), np.array([0.0, 1.0, 2.0]))
    array([0.5, 0.5])
    """
    inside = np.clip(values, edges[0], edges[-1])
    return np.histogram(inside, edges)[0] / len(values)


def through_the_activation() -> Picture:
    """Show five histograms: z, z_norm and out above; what the sigmoid and ReLU make of out below, over those of z."""
    figure, _ = canvas(1000, 560)
    figure.clear()
    grid = GridSpec(2, 6, figure=figure)
    top = [figure.add_subplot(grid[0, 2 * i : 2 * i + 2]) for i in range(3)]
    bottom = [figure.add_subplot(grid[1, 3 * i : 3 * i + 3]) for i in range(2)]
    names = ("z", "z_norm", "out = γ z_norm + β", "sigmoid(out)", "ReLU(out)")
    titles = ("before", "normalised", "scaled and shifted (outline: z)", "through the sigmoid (outline: of z)",
              "through ReLU (outline: of z)")  # fmt: skip
    edges = (Z_EDGES, NORM_EDGES, Z_EDGES, SIGMOID_EDGES, RELU_EDGES)
    now = [_bars(*each) for each in zip((*top, *bottom), edges, names, titles, strict=True)]
    now[0].set(facecolor=GREY)
    was = [ax.stairs(bars.get_data().values, bars.get_data().edges, color=INK, linewidth=1.4)
           for ax, bars in zip((top[2], *bottom), now[2:], strict=True)]  # fmt: skip
    laid: list[Array] = [*edges, edges[2], *edges[3:]]
    for ax in (top[0], bottom[0]):
        ax.set_ylabel("share of digits (root axis)", size=12)
    texts = [label(ax, 0.5, 0.88, color=BLUE, ha="center", transform=ax.transAxes) for ax in bottom]
    notes = [label(ax, 0.03, 0.88, color=color, transform=ax.transAxes)
             for ax, color in zip(top, (GREY, BLUE, BLUE), strict=True)]  # fmt: skip

    def move(state: Through) -> None:
        a, before = sigmoid(state.out), sigmoid(state.z)
        relu, relu_before = np.maximum(state.out, 0), np.maximum(state.z, 0)
        everything = (state.z, state.z_norm, state.out, a, relu, state.z, before, relu_before)
        for bars, values, ends in zip((*now, *was), everything, laid, strict=True):
            bars.set_data(shown(values, ends))
        for text, values in zip(notes, (state.z, state.z_norm, state.out), strict=True):
            text.set_text(f"mean {values.mean():.2f}, sd {values.std():.2f}".replace("-0.00", "0.00"))
        texts[0].set_text(f"saturated: {saturated(before):.1%} of z, {saturated(a):.1%} of out")
        texts[1].set_text(f"zero: {np.mean(state.z <= 0):.1%} of z, {np.mean(state.out <= 0):.1%} of out")

    return Picture(figure, move, [*now, *was, *texts, *notes], ghosts=now[1:])


def shown(values: Array, edges: Array) -> Array:
    """Return the heights on the picture's axis, whose unit is the root: small bars stay visible beside one of 100%."""
    return np.sqrt(heights(values, edges))


def saturated(a: Array) -> float:
    """Return the share of a sigmoid's results within 0.03 of 0 or of 1."""
    return float(np.mean((a < 0.03) | (a > 0.97)))


def _bars(ax: Axes, edges: Array, name: str, title: str) -> Any:
    """Lay out an axes for a histogram, and return its bars."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(GREY)
    ax.tick_params(labelsize=11)
    marks = (0.01, 0.1, 0.25, 0.5, 1)
    ax.set(xlim=(edges[0], edges[-1]), ylim=(0, 1.25))
    ax.set_xlabel(name, size=12)
    ax.set_title(title, size=12)
    ax.set_yticks(np.sqrt(marks), [f"{mark:.0%}" for mark in marks])
    return ax.stairs(np.zeros(len(edges) - 1), edges, fill=True, facecolor=BLUE, alpha=0.7)


FRESH, LARGE, DEAD = "a fresh unit", "a unit with large weights", "a unit that died in training"
UNITS = (FRESH, LARGE, DEAD)
SIZES = (64, 50, 50, 10)


@lru_cache
def pre_activations(unit: str) -> Array:
    """Return one real unit's z over the 1,200 training digits; no network here has batch norm.

    Examples
    --------
    >>> bool(pre_activations(DEAD).max() < 0)
    True
    """
    data = digits(np.random.default_rng(0))
    network = Network(SIZES)
    parameters = init_network(network, np.random.default_rng([0, 1]), scale=0.5 if unit == LARGE else "he")
    if unit == DEAD:
        parameters, _ = fit(network, parameters, data.X_train, data.y_train, learning_rate=0.02, n_epochs=5,
                            rng=np.random.default_rng([0, 2]))  # fmt: skip
    z = data.X_train @ parameters["W1"] + parameters["b1"]
    if unit == LARGE:
        return z[:, 4]
    z = np.maximum(z, 0) @ parameters["W2"] + parameters["b2"]
    return z[:, 37 if unit == DEAD else 2]


def take_through(unit: str, gamma: float, beta: float, eps: float) -> Through:
    """Normalise a unit over all 1,200 digits as one batch."""
    pieces = forward_pieces(pre_activations(unit)[:, None], [gamma], [beta], eps=eps)
    return Through(unit, gamma, beta, eps, pieces.z[:, 0], pieces.z_norm[:, 0], pieces.out[:, 0])


def describe_through(state: Through) -> Words:
    """Say what share of the unit the two activations waste, without batch norm and with it."""
    sigmoids = [saturated(sigmoid(values)) for values in (state.z, state.out)]
    zeros = [np.mean(values <= 0) for values in (state.z, state.out)]
    return Words(
        f"Sigmoid saturated {sigmoids[0]:.1%} → {sigmoids[1]:.1%}, ReLU zero {zeros[0]:.1%} → {zeros[1]:.1%}",
        f"For {state.unit}, z has mean {state.z.mean() + 0.0:.2f} and sd {state.z.std():.2f}. With ε = "
        f"{state.eps:.1g} z_norm has variance {state.z_norm.var():.3f}; with γ = {state.gamma:.2f} and "
        f"β = {state.beta:.2f} out has mean {round(state.out.mean(), 2) + 0.0:.2f} and sd {state.out.std():.2f}, and "
        f"lies {np.mean(np.abs(state.out - state.z)):.2f} from z on average.",
    )


THROUGH_ACTIVATION = Explorer(
    name="through-activation",
    title="What does the activation get from batch norm?",
    task="Wake the dead unit: of how many digits is its ReLU zero now? Make it dead again with β alone. Then "
    "set γ and β for it so that out lies less than 0.1 from z: batch norm is undone.",
    controls=(
        Dropdown("unit", UNITS, LARGE, "unit"),
        Slider("gamma", LinearScale(0, 6), 1, "γ", steps=120),
        Slider("beta", LinearScale(-12, 12), 0, "β", steps=120),
        Slider("eps", LogScale(1e-5, 10), 1e-5, "ε (log)", steps=120),
    ),
    compute=take_through,
    picture=through_the_activation,
    describe=describe_through,
    parts=(
        Part("the dead unit awake",
             lambda values, _: values["unit"] == DEAD and values["gamma"] == 1 and values["beta"] == 0,
             "Normalised, it is above 0 for about half of the digits: no unit is dead with β at 0.", {"unit": DEAD}),
        Part("dead again, by β alone", lambda values, state: values["gamma"] == 1 and state.out.max() <= 0,
             "Batch norm does not keep a unit from dying: β can push all of it below 0, and β is learned.",
             {"unit": DEAD, "beta": -4.0}),
        Part("batch norm undone",
             lambda values, state: values["unit"] == DEAD and np.mean(np.abs(state.out - state.z)) < 0.1,
             "With γ as the sd and β as the mean out is z again: what the layer could do without, it still can.",
             {"unit": DEAD, "gamma": 3.55, "beta": -9.2}),
    ),
)  # fmt: skip
