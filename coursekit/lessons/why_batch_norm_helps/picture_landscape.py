"""A picture of two explanations: a hidden unit's input over training, and the loss along the gradient."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from coursekit.lab.picture import BLUE, GREEN, INK, ORANGE, Picture, canvas, line
from coursekit.types import Array

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
