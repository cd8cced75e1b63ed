"""What batch norm undoes: the b of the layer before it, and the scale of its weights."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator
from numpy.typing import NDArray

from coursekit.datasets import Split, digits
from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.network import Network, backward, forward, init_network
from coursekit.scales import LinearScale, LogScale
from coursekit.softmax import softmax_loss_unchecked
from coursekit.types import Array, Labels, Parameters

WITHOUT, WITH = "without batch norm", "with batch norm"
STYLES = (ORANGE, "o", "--"), (BLUE, "D", "-")
Z_EDGE, A_EDGE = 50.0, 10.0
LEAST = 0.02  # of the right axis
PLACES = -0.13, 0.13, 1.17, 1.43  # of the loss without and with, and of the gradient


class Redundant(NamedTuple):
    """A network without batch norm and one with it, which have the same weights and the same b.

    Attributes
    ----------
    b, scale : float
        What stands in the b of every unit of the first layer, and the factor at all its weights.
    z : array, shape (m,)
        A unit of the first layer before batch norm and activation; the same in both networks.
    a : array, shape (2, m)
        What the activation gets to see of it: without, with.
    loss, length, d_b : array, shape (2,)
        The loss, the length of its gradient with respect to W1, and the largest part of that to b1: without, with.
    first_loss, first_length : array, shape (2,)
        The same at b = 0 and scale 1.
    """

    b: float
    scale: float
    z: Array
    a: Array
    loss: Array
    length: Array
    d_b: Array
    first_loss: Array
    first_length: Array


def redundant() -> Picture:
    """Show the unit's z, what the activation sees of it, and the loss and the gradient that follow."""
    figure, (left, middle, right) = canvas(1000, 410, columns=3, width_ratios=(8, 8, 9))
    left.set(xlim=(-Z_EDGE, Z_EDGE), xlabel="z = x W + b of one unit", title="goes in: the same in both")
    middle.set(xlim=(-A_EDGE, A_EDGE), xlabel="before the ReLU, of that unit", title="what the activation sees")
    for ax in (left, middle):
        ax.set(ylim=(0, 1.13), yticks=[])
        ax.axvline(0, color="#e0e0e0", linewidth=1, zorder=0)
    left.set_ylabel("how many of 1,200 digits")
    for i, name in enumerate(("without", "with batch norm")):
        label(middle, A_EDGE * (-0.97, -0.15)[i], 1.06, name, color=STYLES[i][0], fontweight="bold")
    z = line(left, INK, linewidth=2)
    seen = [line(middle, color, linewidth=2.2, linestyle=dash) for color, _, dash in STYLES]
    right.set(
        yscale="log",
        ylim=(LEAST, 200),
        xlim=(-0.75, 2.2),
        xticks=[0, 1.3],
        title="what the loss makes of it",
        ylabel="loss, and length of its gradient (log axis)",
    )
    right.set(xticklabels=["loss", "length of its gradient\nfor the weights"])
    right.yaxis.set_major_locator(FixedLocator([0.1, 1, 10, 100]))
    right.yaxis.set_major_formatter(FixedFormatter(["0.1", "1", "10", "100"]))
    right.yaxis.set_minor_locator(NullLocator())
    marks = [_mark(right, x, i % 2) for i, x in enumerate(PLACES)]

    def move(state: Redundant) -> None:
        z.set_data(*outline(state.z, Z_EDGE))
        for curve, values in zip(seen, state.a, strict=True):
            curve.set_data(*outline(values, A_EDGE))
        now = np.concatenate([state.loss, state.length])
        first = np.concatenate([state.first_loss, state.first_length])
        for x, (before, dot, number), y, y0 in zip(PLACES, marks, now, first, strict=True):
            before.set_data([x], [y0])
            dot.set_data([x], [max(y, LEAST)])
            number.set(text=f"{y:#.3g}" if y else "0", y=max(y, LEAST))

    return Picture(figure, move, [z, *seen, *(artist for mark in marks for artist in flat(*mark))],
                   ghosts=[z, *seen, *(mark[1] for mark in marks)])  # fmt: skip


def _mark(ax: Axes, x: float, i: int) -> tuple[Any, ...]:
    color, marker, _ = STYLES[i]
    before = line(ax, GREY, marker="_", markersize=20, markeredgewidth=2, linestyle="")
    dot = line(ax, color, marker=marker, markersize=12, linestyle="", markeredgecolor="white")
    side = ("right", "left")[i]
    number = label(ax, x + (-0.12, 0.12)[i], 1, color=color, size=12, fontweight="bold", ha=side, va="center")
    return before, dot, number


def outline(values: Array, edge: float) -> tuple[Array, Array]:
    """Draw the outline of a histogram of 48 bars, the highest of them at 1; beyond -edge and edge it is cut off.

    Examples
    --------
    >>> x, y = outline(np.array([0.0, 0.0, 1.0]), 2)
    >>> float(x.min()), float(x.max()), float(y.max())
    (0.0, 1.0, 1.0)
    """
    counts, edges = np.histogram(values, bins=48)
    x = np.repeat(edges, 2)
    y: Array = np.concatenate([[0], np.repeat(counts / counts.max(), 2), [0]])
    return np.clip(x, -edge, edge), np.where(_within(x, edge), y, np.nan)


def _within(x: Array, edge: float) -> NDArray[np.bool_]:
    """Whether a corner is inside, or the next one is: so that the line runs up to the edge."""
    inside = np.abs(x) <= edge
    near: NDArray[np.bool_] = inside | np.append(inside[1:], inside[-1:]) | np.append(inside[:1], inside[:-1])
    return near


UNIT = 7  # of the first layer
PLAIN = Network([64, 50, 50, 10])
NORMED = Network([64, 50, 50, 10], batch_norm="before")


@lru_cache
def _untrained() -> tuple[Split, tuple[Parameters, Parameters]]:
    """Return the digits, and two networks with the same weights: without batch norm, and with it beside a b."""
    plain, normed = (init_network(network, np.random.default_rng(1)) for network in (PLAIN, NORMED))
    return digits(np.random.default_rng(0)), (plain, normed | {"b1": plain["b1"], "b2": plain["b2"]})


def loss_and_gradients(network: Network, parameters: Parameters, X: Array, y: Labels) -> tuple[float, Parameters]:
    """Take one batch forward and backward."""
    z, cache = forward(network, parameters, X)
    loss, d_z = softmax_loss_unchecked(z, y)
    return float(loss), backward(d_z, cache)


def move_weights(b: float, scale: float) -> Redundant:
    """Put ``b`` into every b of the first layer, and multiply its weights by ``scale``."""
    data, starts = _untrained()
    now, first = [], []
    for network, start in zip((PLAIN, NORMED), starts, strict=True):
        moved = start | {"W1": start["W1"] * scale, "b1": start["b1"] + b}
        now.append(loss_and_gradients(network, moved, data.X_train, data.y_train))
        first.append(loss_and_gradients(network, start, data.X_train, data.y_train))
    z = data.X_train @ (starts[0]["W1"][:, UNIT] * scale) + b
    normed = (z - z.mean()) / np.sqrt(z.var() + 1e-5)  # gamma is 1 and beta 0
    loss, first_loss = (np.array([each[0] for each in both]) for both in (now, first))
    length, first_length = (np.array([np.linalg.norm(each[1]["W1"]) for each in both]) for both in (now, first))
    d_b = np.array([np.abs(each[1]["b1"]).max() for each in now])
    return Redundant(b, scale, z, np.stack([z, normed]), loss, length, d_b, first_loss, first_length)


def describe_redundant(state: Redundant) -> Words:
    """Say what has become of the loss and of the gradients."""
    ratio = state.length[1] / state.first_length[1]
    largest = "below 1e-15" if state.d_b[1] < 1e-15 else f"{state.d_b[1]:.1g}"
    return Words(
        f"Loss with batch norm {state.loss[1]:.3f}, without {state.loss[0]:.3g}",
        f"b = {state.b:.3g} and W1 × {state.scale:.3g} give this unit mean {_two(state.z.mean())} and sd "
        f"{state.z.std():.2f}; the activation sees mean {_two(state.a[1].mean())} and sd {state.a[1].std():.2f}. At b "
        f"= 0 and scale 1 the losses were {state.first_loss[1]:.3f} and {state.first_loss[0]:.3g}. With batch norm, "
        f"the gradient of W1 is {ratio:.3g} times what it was there; that of b is {largest}.",
    )


def _two(number: float) -> str:
    return f"{round(float(number), 2) + 0.0:.2f}"  # which makes -0.00 a zero


WHAT_IT_UNDOES = Explorer(
    name="what-batch-norm-undoes",
    title="What of a layer does batch norm undo?",
    task="Slide b to one end: what moves in blue? Then set it back, and set the scale to 10, and to 0.1: which "
    "blue number stays, and by which factor does the other one change?",
    controls=(
        Slider("b", LinearScale(-8, 8), 0.0, "b of the first layer", steps=64),
        Slider("scale", LogScale(0.1, 10), 1.0, "W1 times"),
    ),
    compute=move_weights,
    picture=redundant,
    describe=describe_redundant,
    parts=(
        Part("b at one end", lambda values, _: abs(values["b"]) > 7.5,
             "Nothing moves in blue: the batch's mean takes every b off again.", {"b": 8.0}),
        Part("ten times the weights", lambda values, _: values["scale"] > 9.5,
             "The loss stays, and the gradient of the weights is a tenth: large weights learn more slowly.",
             {"scale": 10.0}),
        Part("a tenth of the weights", lambda values, _: values["scale"] < 0.105,
             "The loss stays, and the gradient is ten times as long: small weights take larger steps.", {"scale": 0.1}),
    ),
)  # fmt: skip
