"""Learning rate and first weights: which pairs a network puts up with, measured, and one pair trained live."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import zip_longest
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from coursekit.lab.controls import Checkbox, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, ORANGE, Picture, canvas, flat, label, line
from coursekit.lab.splits import digits_of
from coursekit.lab.task import Part
from coursekit.network import Network, init_network
from coursekit.optimizers import sgd
from coursekit.scales import IntegerScale, LogScale
from coursekit.training import epochs
from coursekit.types import Array, Parameters

RATES, SCALES = np.logspace(-3, 1, 9), np.logspace(-2, 2, 9)
NETWORKS = ("without", ORANGE, "o"), ("with batch norm", BLUE, "D")
GOOD = 0.9


class Point(NamedTuple):
    """Two networks, trained at one learning rate and from one scale of the weights.

    Attributes
    ----------
    rate, scale : float
        The learning rate, and the first weights in units of He's.
    seed : int
        Which run.
    accuracies : two lists of float
        Without batch norm and with it, after each epoch so far.
    n_epochs : int
        How many there will be.
    whole : bool
        Whether the whole maps are shown, or this rate's row and this scale's column.
    """

    rate: float
    scale: float
    seed: int
    accuracies: list[list[float]]
    n_epochs: int
    whole: bool

    @property
    def progress(self) -> float:
        """The share of the training that is done."""
        return len(self.accuracies[0]) / self.n_epochs

    @property
    def place(self) -> tuple[float, float]:
        """Where it is on the maps: column and row."""
        return _column(self.scale), _row(self.rate)

    @property
    def cell(self) -> tuple[int, int]:
        """The nearest point that was measured: its row and its column."""
        column, row = (int(np.rint(each)) for each in self.place)
        return row, column

    def seen(self, accuracies: Array) -> Array:
        """Leave of a map what is shown; the rest is nan."""
        rows, columns = np.indices(accuracies.shape)
        row, column = self.cell
        return np.where(self.whole | (rows == row) | (columns == column), accuracies, np.nan)


def _column(scale: float) -> float:
    return float(2 * np.log10(scale) + 4)


def _row(rate: float) -> float:
    return float(2 * np.log10(rate) + 6)


@lru_cache
def measured_maps() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Look up the mean accuracy over ten seeds, without batch norm and with it; shape (9 rates, 9 scales) each."""
    table = measured("tolerance")
    shape = -1, len(RATES), len(SCALES)
    without, normed = (table["accuracy"][table["network"] == name].reshape(shape).mean(axis=0) for name in
                       ("without", "with"))  # fmt: skip
    return without, normed


def tolerance() -> Picture:
    """Show both maps, as far as they are seen, with the point, and both trainings at it."""
    figure, axes = canvas(1000, 400, columns=4, width_ratios=(20, 20, 1, 22))
    *maps, shades, right = axes
    images, dots, markers = zip(*(_map(ax, *network) for ax, network in zip(maps, NETWORKS, strict=True)), strict=True)
    maps[0].set_ylabel("learning rate")
    figure.colorbar(images[1], cax=shades, ticks=[0.1, 0.5, 0.9])
    shades.tick_params(labelsize=11)
    shades.set_ylim(0, 1)
    shades.set_ylabel(f"mean of ten runs (dot: above {GOOD})", fontsize=12)
    right.set(
        xlim=(0, 6.6),
        ylim=(-0.03, 1.05),
        xticks=range(6),
        xlabel="epoch",
        ylabel="test accuracy",
        title="this run, at the point",
    )
    curves = [line(right, color, marker=marker, linewidth=2, markersize=7) for _, color, marker in NETWORKS]
    numbers = [label(right, 5.15, 0, color=color, size=13, fontweight="bold", va="center") for _, color, _ in NETWORKS]
    note = label(right, 3.3, 0.5, ha="center", va="center", size=12)

    def move(state: Point) -> None:
        for image, good, marker, accuracies in zip(images, dots, markers, measured_maps(), strict=True):
            seen = state.seen(accuracies)
            image.set_data(seen)
            good.set_data(*np.nonzero(seen > GOOD)[::-1])
            marker.set_data([state.place[0]], [state.place[1]])
        last = [each[-1] if each else np.nan for each in state.accuracies]
        heights = _apart(*last)
        note.set_text("" if state.accuracies[0] else "not trained yet")
        for curve, number, each, height in zip(curves, numbers, state.accuracies, heights, strict=True):
            curve.set_data(np.arange(1, len(each) + 1), each)
            number.set_text(f"{each[-1]:.2f}" if each else "")
            number.set_position((len(each) + 0.25, height if each else 0.5))

    return Picture(figure, move, flat(*images, *dots, *markers, *curves, *numbers, note), ghosts=[*markers, *curves])


def _apart(one: float, other: float) -> tuple[float, float]:
    """Move two heights at which numbers stand away from each other."""
    push = max(0.0, 0.075 - abs(one - other)) / 2
    sign = 1 if one >= other else -1
    return float(np.clip(one + sign * push, 0.0, 1.0)), float(np.clip(other - sign * push, 0.0, 1.0))


def _map(ax: Axes, name: str, color: str, _: str) -> tuple[Any, Any, Any]:
    blank = np.full((len(RATES), len(SCALES)), np.nan)
    image = ax.imshow(blank, origin="lower", cmap="Greys", vmin=0, vmax=1.3, aspect="auto")
    dots = line(ax, "white", marker=".", linestyle="")
    ax.set_title(name, color=color, fontweight="bold")
    ax.set(xlim=(-0.75, 8.75), ylim=(-0.75, 8.75))  # the mark is wider than a point of the map
    ax.set(xticks=range(0, 9, 4), xticklabels=["0.01", "1", "100"], xlabel="first weights, times He's")
    ax.set(yticks=range(0, 9, 2), yticklabels=["0.001", "0.01", "0.1", "1", "10"])
    here = line(ax, color, marker="s", markersize=21, markerfacecolor="none", markeredgewidth=2.5, linestyle="")
    return image, dots, here


SIZES = (64, 50, 50, 50, 10)
N_SEEDS, N_EPOCHS, BATCH_SIZE = 10, 5, 50


def first_weights(scales: Array, seed: int, batch_norm: str | None) -> Parameters:
    """Draw one network, and scale its weights: a stack of networks that differ in nothing else.

    Examples
    --------
    >>> first_weights(np.array([1.0, 10.0]), 0, None)["W1"].std(axis=(1, 2)).round(2)
    array([0.18, 1.77], dtype=float32)
    """
    one = init_network(Network(SIZES, batch_norm=batch_norm), np.random.default_rng([seed, 1]))
    by_name = {name: scales if name.startswith("W") else np.ones_like(scales) for name in one}
    return {name: np.multiply.outer(by_name[name], array).astype(np.float32) for name, array in one.items()}


def train(rates: Array, scales: Array, seed: int, batch_norm: str | None, n_epochs: int = N_EPOCHS) -> Iterator[Array]:
    """Train a stack of networks with gradient descent, each at its own rate and from its own scale."""
    data = digits_of(seed, np.float32)
    network = Network(SIZES, batch_norm=batch_norm)
    training = epochs(network, first_weights(scales, seed, batch_norm), data.X_train, data.y_train,
                      learning_rate=rates, optimizer=sgd, n_epochs=n_epochs, batch_size=BATCH_SIZE,
                      rng=np.random.default_rng([seed, 2]), validation=(data.X_test, data.y_test))  # fmt: skip
    for epoch in training:
        yield epoch.validation_accuracy


def sweep(seed: int, batch_norm: str | None) -> Array:
    """Train at every pair of rate and scale, and return the accuracies, shape (9 rates, 9 scales)."""
    rates, scales = (grid.ravel() for grid in np.meshgrid(RATES, SCALES, indexing="ij"))
    *_, accuracies = train(rates, scales, seed, batch_norm)
    return accuracies.reshape(len(RATES), len(SCALES))


def one_point(
    rate: float, scale: float, seed: int, n_epochs: int = N_EPOCHS, *, whole: bool = False
) -> Iterator[Point]:
    """Train two networks, without batch norm and with it, from a seed that was not measured."""
    pair = np.array([rate]), np.array([scale])
    sofar: list[list[float]] = [[], []]
    yield Point(rate, scale, seed, sofar, n_epochs, whole)
    trainings = [train(*pair, N_SEEDS + seed, batch_norm, n_epochs) for batch_norm in (None, "before")]
    for both in zip_longest(*trainings):
        sofar = [[*old, float(new[0])] for old, new in zip(sofar, both, strict=True)]
        yield Point(rate, scale, seed, sofar, n_epochs, whole)


def describe_point(state: Point) -> Words:
    """Say how both fared at this point, and of the whole maps how many points each puts up with."""
    here = [accuracies[state.cell] for accuracies in measured_maps()]
    good = [int(np.sum(accuracies > GOOD)) for accuracies in measured_maps()]
    where = f"rate {state.rate:g}, weights {state.scale:g} times He's"
    if state.progress == 0:
        answer = f"{where}: not trained yet, 0 of {state.n_epochs} epochs"
    else:
        plain, normed = (each[-1] for each in state.accuracies)
        answer = f"Without {plain:.2f}, with batch norm {normed:.2f}"
    counts = f" Above {GOOD} are {good[0]} of the {RATES.size * SCALES.size} points without, {good[1]} with."
    return Words(
        answer,
        f"At {where}, run {state.seed}, epoch {len(state.accuracies[0])} of {state.n_epochs}. Ten runs measured before "
        f"gave {here[0]:.2f} without and {here[1]:.2f} with batch norm on average." + (counts if state.whole else ""),
    )


TOLERANCE = Explorer(
    name="batch-norm-tolerance",
    title="Which learning rates and first weights does a network put up with?",
    task="Find a point where only batch norm learns, one where it is worse by 0.2 or more, and one where neither "
    "learns. Then look at the whole maps, and explain why the dark region of the map with batch norm leans.",
    controls=(
        Slider("rate", LogScale(RATES[0].item(), RATES[-1].item()), 0.1, "learning rate", steps=len(RATES) - 1),
        Slider("scale", LogScale(SCALES[0].item(), SCALES[-1].item()), 1.0, "weights / He's",
               steps=len(SCALES) - 1),
        Slider("seed", IntegerScale(1, 10), 1, "run"),
        Checkbox("whole", start=False, label="whole maps"),
    ),
    compute=one_point,
    picture=tolerance,
    describe=describe_point,
    quick={"n_epochs": 2},
    marks=tuple(each for i in (0, 1) for each in (Along("x", "scale", i, _column), Along("y", "rate", i, _row))),
    parts=(
        Part("only batch norm learns",
             lambda _, state: state.accuracies[0] and state.accuracies[0][-1] < 0.3 and state.accuracies[1][-1] > 0.8,
             "It puts up with a larger rate, and with first weights that would let the signal die or explode.",
             {"rate": 1.0}),
        Part("batch norm is worse",
             lambda _, state: state.accuracies[0] and state.accuracies[0][-1] > state.accuracies[1][-1] + 0.2,
             "Large weights want a larger rate with it, as only rate / length² counts; the one without learns anyway.",
             {"rate": 0.00316, "scale": 10.0}),
        Part("neither learns",
             lambda _, state: state.accuracies[0] and max(each[-1] for each in state.accuracies) < 0.3,
             "Nothing helps against steps that are too short for the epochs there are, or far too long.",
             {"rate": 0.001}),
    ),
)  # fmt: skip
