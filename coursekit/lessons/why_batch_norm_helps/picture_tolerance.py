"""A picture of what networks put up with: two maps over learning rate and first weights, and a training at a point."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from coursekit.lab.picture import BLUE, ORANGE, Picture, canvas, flat, label, line
from coursekit.lab.measured import measured

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
    """

    rate: float
    scale: float
    seed: int
    accuracies: list[list[float]]
    n_epochs: int

    @property
    def progress(self) -> float:
        """The share of the training that is done."""
        return len(self.accuracies[0]) / self.n_epochs

    @property
    def place(self) -> tuple[float, float]:
        """Where it is on the maps: column and row."""
        return 2 * np.log10(self.scale) + 4, 2 * np.log10(self.rate) + 6

    @property
    def cell(self) -> tuple[int, int]:
        """The nearest point that was measured: its row and its column."""
        column, row = (int(np.rint(each)) for each in self.place)
        return row, column


@lru_cache
def measured_maps() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Look up the mean accuracy over ten seeds, without batch norm and with it; shape (9 rates, 9 scales) each.

    Returns
    -------
    without, with_batch_norm : array, shape (9, 9)
    """
    table = measured("tolerance")
    shape = -1, len(RATES), len(SCALES)
    without, normed = (table["accuracy"][table["network"] == name].reshape(shape).mean(axis=0) for name in
                       ("without", "with"))  # fmt: skip
    return without, normed


def tolerance() -> Picture:
    """Show both maps with the point, and both trainings at it.

    Returns
    -------
    Picture
        Follows a ``Point``.
    """
    figure, axes = canvas(1000, 400, columns=3, width_ratios=(10, 10, 11))
    *maps, right = axes
    markers = [_map(ax, *each) for ax, each in zip(maps, zip(measured_maps(), NETWORKS, strict=True), strict=True)]
    maps[0].set_ylabel("learning rate")
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
        for marker in markers:
            marker.set_data([state.place[0]], [state.place[1]])
        last = [each[-1] if each else np.nan for each in state.accuracies]
        heights = _apart(*last)
        note.set_text("" if state.accuracies[0] else "not trained yet")
        for curve, number, each, height in zip(curves, numbers, state.accuracies, heights, strict=True):
            curve.set_data(np.arange(1, len(each) + 1), each)
            number.set_text(f"{each[-1]:.2f}" if each else "")
            number.set_position((len(each) + 0.25, height if each else 0.5))

    return Picture(figure, move, flat(*markers, *curves, *numbers, note), ghosts=[*markers, *curves])


def _apart(one: float, other: float) -> tuple[float, float]:
    """Move two heights at which numbers stand away from each other."""
    push = max(0.0, 0.075 - abs(one - other)) / 2
    sign = 1 if one >= other else -1
    return float(np.clip(one + sign * push, 0.0, 1.0)), float(np.clip(other - sign * push, 0.0, 1.0))


def _map(ax: Axes, mean: Any, network: tuple[str, str, str]) -> Any:
    name, color, _ = network
    ax.imshow(mean, origin="lower", cmap="Greys", vmin=0, vmax=1.9, aspect="auto")
    for row, column in np.ndindex(*mean.shape):
        if mean[row, column] > GOOD:
            label(ax, column, row, f"{mean[row, column]:.2f}".removeprefix("0"), ha="center", va="center")
    ax.set_title(name, color=color, fontweight="bold")
    ax.set(xlim=(-0.75, 8.75), ylim=(-0.75, 8.75))  # the mark is wider than a point of the map
    ax.set(xticks=range(0, 9, 2), xticklabels=["0.01", "0.1", "1", "10", "100"], xlabel="first weights, times He's")
    ax.set(yticks=range(0, 9, 2), yticklabels=["0.001", "0.01", "0.1", "1", "10"])
    return line(ax, color, marker="s", markersize=24, markerfacecolor="none", markeredgewidth=3.5, linestyle="")
