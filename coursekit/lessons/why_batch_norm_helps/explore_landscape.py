"""Two explanations on one screen: how a hidden unit's input moves, and what the loss does along the gradient."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator
from numpy.typing import NDArray

from coursekit.datasets import Split, digits
from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREEN, INK, ORANGE, Picture, canvas, line
from coursekit.lessons.why_batch_norm_helps.batch_noise import shaken
from coursekit.lessons.why_batch_norm_helps.landscape import along_gradient
from coursekit.network import Cache, Network, backward, forward, init_network
from coursekit.optimizers import sgd
from coursekit.scales import IntegerScale
from coursekit.softmax import softmax_loss_unchecked
from coursekit.types import Array, Parameters

NETWORKS = (
    ("without", ORANGE, "o"),
    ("with batch norm", BLUE, "D"),
    ("with noise put back after it", GREEN, "s"),
)
N_STEPS, LENGTHS = 120, (0.05, 0.1, 0.2, 0.4)
LOW, HIGH = 0.005, 20.0  # of the loss's axis
BOTTOM, TOP = -3.0, 6.0  # of the inputs'


class Descent(NamedTuple):
    """A step of three trainings: without batch norm, with it, and with noise put back after it.

    Attributes
    ----------
    step, run : int
        Which, from 1.
    inputs : array, shape (3, 3, 120)
        Of each network, the 15th, 50th and 85th percentile of what one unit of the last hidden layer gets.
    losses : array, shape (3, 5)
        Here, and after a step of 0.05, 0.1, 0.2 and 0.4 times the gradient.
    changes : array, shape (3,)
        The largest change of the gradient among those steps.
    accuracies : array, shape (3,)
        On the test set, before this step.
    """

    step: int
    run: int
    inputs: Array
    losses: Array
    changes: Array
    accuracies: Array

    @property
    def ranges(self) -> Array:
        """How far apart the highest and the lowest loss along the gradient are, shape (3,)."""
        return np.asarray(np.ptp(self.losses, axis=-1))


def landscape() -> Picture:
    """Show the unit's input so far in three networks on the left, and the loss along the gradient on the right."""
    figure, axes = canvas(1000, 520, rows=3, columns=2, sharex="col", width_ratios=(6, 5))
    grid = axes[0, 1].get_gridspec()
    for ax in axes[:, 1]:
        ax.remove()
    right = figure.add_subplot(grid[:, 1])
    rows = [_row(ax, *each) for ax, each in zip(axes[:, 0], NETWORKS, strict=True)]
    axes[2, 0].set_xlabel("step (15, 50 and 85% of the test digits lie below the lines)")
    _losses(right)
    curves = [line(right, color, marker=marker, linewidth=2.2, markersize=7) for _, color, marker in NETWORKS]

    def move(state: Descent) -> None:
        for i, (bands, now, number) in enumerate(rows):
            for band, values in zip(bands, state.inputs[i], strict=True):
                band.set_data(np.arange(1, state.step + 1), np.clip(values[: state.step], BOTTOM, TOP))
            here = np.clip(state.inputs[i, :, state.step - 1], BOTTOM, TOP)
            now.set_data([state.step] * 3, here)
            number.set_text(f"accuracy {state.accuracies[i]:.2f}")
        for curve, losses in zip(curves, state.losses, strict=True):
            curve.set_data([0, *LENGTHS], np.clip(losses, LOW, HIGH))

    left = [artist for bands, now, number in rows for artist in (*bands, now, number)]
    return Picture(figure, move, [*left, *curves], ghosts=curves)


def _row(ax: Axes, name: str, color: str, _: str) -> tuple[list[Any], Any, Any]:
    ax.set(xlim=(0, N_STEPS + 1), ylim=(BOTTOM, TOP), yticks=[-3, 0, 3, 6])
    ax.set_ylabel("a unit's input")
    ax.set_title(name, color=color, fontweight="bold", loc="left")
    bands = [line(ax, color, linewidth=width, linestyle=style) for width, style in ((1.1, "--"), (2, "-"), (1.1, "--"))]
    number = ax.text(1, 1.03, "", transform=ax.transAxes, ha="right", va="bottom", color=color, fontsize=12)
    return bands, line(ax, color, marker="o", markersize=6, linewidth=1), number


def _losses(ax: Axes) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(colors=INK, labelsize=11)
    ax.set(xlim=(-0.01, 0.42), yscale="log", ylim=(LOW / 1.3, HIGH * 1.3), xticks=[0, *LENGTHS])
    ax.set_xlabel("length of the step, times the gradient", fontsize=12, color=INK)
    ax.set_ylabel("loss of the batch (log axis)", fontsize=12, color=INK)
    ax.set_title("the loss along the gradient, at this step", fontsize=12, color=INK)
    ax.yaxis.set_major_locator(FixedLocator([0.01, 0.1, 1, 10]))
    ax.yaxis.set_major_formatter(FixedFormatter(["0.01", "0.1", "1", "10"]))
    ax.yaxis.set_minor_locator(NullLocator())


N_HIDDEN, BATCH_SIZE, LEARNING_RATE, N_SEEDS = 5, 50, 0.1, 10
SHIFT, STRETCH = 0.5, 1.25  # of the noise that is put back, as in the paper


class Moment(NamedTuple):
    """One step of a training, measured before it is taken.

    Attributes
    ----------
    inputs : array, shape (3, 50)
        The 15th, 50th and 85th percentile, over the test set, of what each unit of the last hidden layer gets.
    losses : array, shape (1 + s,)
        Of this step's batch: here, and after a step of each length along the gradient.
    change : float
        The largest change of the gradient among them.
    accuracy : float
        On the test set, taken as one batch.
    """

    inputs: Array
    losses: Array
    change: float
    accuracy: float


@lru_cache
def _digits(seed: int) -> Split:
    return digits(np.random.default_rng(seed))


def train(name: str, seed: int, learning_rate: float = LEARNING_RATE, *, look: bool = True) -> Iterator[Moment]:
    """Train 64-50x5-10 of ReLUs for 120 steps of gradient descent."""
    data, batches, noise = _digits(seed), np.random.default_rng([seed, 2]), np.random.default_rng([seed, 3])
    is_normed, is_shaken = name != NETWORKS[0][0], name == NETWORKS[2][0]
    network = Network([64, *[50] * N_HIDDEN, 10], batch_norm="before" if is_normed else None)
    parameters = init_network(network, np.random.default_rng([seed, 1]))
    for t in range(N_STEPS):
        if t % (len(data.y_train) // BATCH_SIZE) == 0:
            order = batches.permutation(len(data.y_train)).reshape(-1, BATCH_SIZE)
        batch = order[t % len(order)]
        X, y = data.X_train[batch], data.y_train[batch]
        seen, back = shaken(parameters, noise, shift=SHIFT, stretch=STRETCH) if is_shaken else (parameters, _as_it_is)
        z, cache = forward(network, seen, X)
        loss, d_z = softmax_loss_unchecked(z, y)
        yield _moment(network, seen, data, (X, y), float(loss), look=look)
        with np.errstate(over="ignore", invalid="ignore"):
            parameters, _ = sgd(parameters, back(backward(d_z, cache)), learning_rate=learning_rate)


def _as_it_is(gradients: Parameters) -> Parameters:
    return gradients


def _moment(
    network: Network, seen: Parameters, data: Split, batch: tuple[Array, Any], loss: float, *, look: bool
) -> Moment:
    z, cache = forward(network, seen, data.X_test)
    accuracy = float(np.mean(z.argmax(axis=-1) == data.y_test))
    with np.errstate(invalid="ignore"):
        inputs = np.percentile(last_inputs(cache), [15, 50, 85], axis=0)
    if not look:
        return Moment(inputs, np.array([loss]), np.nan, accuracy)
    along = along_gradient(network, seen, *batch, LENGTHS)
    return Moment(inputs, np.concatenate([[loss], along.losses]), float(along.changes.max()), accuracy)


def last_inputs(cache: Cache) -> Array:
    """Return what the units of the last hidden layer get, as their activation function sees it, shape (m, 50)."""
    layer = cache.layers[-2]
    own, norm = layer.parameters, layer.norm
    if norm is None:
        with np.errstate(over="ignore", invalid="ignore"):  # at a large rate it diverges, and may
            return np.asarray(layer.x @ own["W"] + own["b"])
    return np.asarray(norm.centered * norm.inv_std * own["gamma"] + own["beta"])


def movement(inputs: Array) -> tuple[float, float]:
    """Say how far the inputs move: from step to step, and from the first step to the last."""
    medians, half = inputs[:, 1], (inputs[:, 2] - inputs[:, 0]) / 2
    a_step = np.median(np.abs(np.diff(medians, axis=0)) / half[1:])
    return float(a_step), float(np.median(np.abs(medians[-1] - medians[0]) / half[0]))


@lru_cache
def measured_descents() -> dict[str, NDArray[Any]]:
    """Look up what the experiment landscape.py measured: for each network a table, shape (10 seeds, 120 steps)."""
    table = measured("landscape")
    return {name: table[table["network"] == i].reshape(N_SEEDS, N_STEPS) for i, (name, *_) in enumerate(NETWORKS)}


def descents(step: int, run: int) -> Descent:
    """Look at one step of one of the measured runs, in all three networks."""
    rows = [table[run - 1] for table in measured_descents().values()]
    inputs = np.stack([[row["low"], row["median"], row["high"]] for row in rows])
    losses = np.stack([[row[step - 1][column] for column in ("loss", *(f"loss{i}" for i in range(len(LENGTHS))))]
                       for row in rows])  # fmt: skip
    return Descent(step, run, inputs, losses, np.array([row["change"][step - 1] for row in rows]),
                   np.array([row["accuracy"][step - 1] for row in rows]))  # fmt: skip


def describe_descent(state: Descent) -> Words:
    """Say how far the loss goes up and down along the gradient, and how far the unit's input has moved."""
    ranges, moves = state.ranges, np.abs(np.diff(state.inputs[:, 1, : state.step + 1], axis=-1)).mean(axis=-1)
    return Words(
        f"Along the gradient the loss ranges over {ranges[0]:.2f} without, {ranges[1]:.2f} with batch norm, "
        f"{ranges[2]:.2f} with noise",
        f"Run {state.run}, step {state.step}: accuracy {state.accuracies[0]:.2f}, {state.accuracies[1]:.2f} and "
        f"{state.accuracies[2]:.2f}, in this order. So far the middle of the unit's input has moved by "
        f"{moves[0]:.2f}, {moves[1]:.2f} and {moves[2]:.2f} a step; the gradient changes by up to "
        f"{state.changes[0]:.1f}, {state.changes[1]:.1f} and {state.changes[2]:.1f}.",
    )


LANDSCAPE = Explorer(
    name="two-explanations",
    title="Still inputs or a smooth loss: which of them does batch norm need?",
    task="Play the steps, in several runs. Find the network whose inputs jump the most. Does it learn as the jumps "
    "say, or as the curve on the right says?",
    controls=(
        Slider("step", IntegerScale(1, N_STEPS), 60, "step", plays=True),
        Slider("run", IntegerScale(1, N_SEEDS), 1, "run"),
    ),
    compute=descents,
    picture=landscape,
    describe=describe_descent,
)
