"""A picture of a race between two scales, over what many such races gave."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from coursekit.types import Array
from coursekit.lab.picture import BLUE, GREY, ORANGE, Picture, canvas, flat, label, line, powers_of_ten

ROWS = ("linear", ORANGE, "o"), ("log", BLUE, "D")


class Race(NamedTuple):
    """Networks trained at learning rates that two scales drew; the first row is the linear scale, the second the log.

    Attributes
    ----------
    rates, accuracies : array, shape (2, n)
        Each network's learning rate, and its validation accuracy so far.
    measured_rates, measured_accuracies : array, shape (2, r, n)
        The same of r races that were run before.
    epoch, n_epochs : int
        How far the training is.
    """

    rates: Array
    accuracies: Array
    measured_rates: Array
    measured_accuracies: Array
    epoch: int
    n_epochs: int

    @property
    def progress(self) -> float:
        """The share of the training that is done."""
        return self.epoch / self.n_epochs

    @property
    def best(self) -> Array:
        """The best accuracy of each scale, shape (2,)."""
        best: Array = np.max(self.accuracies, axis=-1)
        return best

    @property
    def measured_best(self) -> Array:
        """The best accuracy of each scale in each race that was run before, shape (2, r)."""
        best: Array = np.max(self.measured_accuracies, axis=-1)
        return best


def race() -> Picture:
    """Show every network at its learning rate, over earlier ones in grey; and the winner, over earlier winners.

    Returns
    -------
    Picture
        Follows a ``Race``.
    """
    figure, (left, right) = canvas(1000, 430, columns=2, width_ratios=(5, 2), sharey=True)
    powers_of_ten(left, -4, 0)
    left.set(xlim=(0.8e-4, 1.25), ylim=(-0.08, 1.04), xlabel="learning rate (log axis)", ylabel="validation accuracy")
    left.set_title("each trial of this race; in grey, the trials of 50 earlier ones")
    right.set(xlim=(-0.5, 1.5), xticks=[0, 1], xticklabels=["linear", "log"], title="best of each race; mean")
    for tick, (_, color, _) in zip(right.get_xticklabels(), ROWS, strict=True):
        tick.set(color=color, fontweight="bold", fontsize=12)
    past = line(left, "#d0d0d0", marker=".", markersize=4, linestyle="")
    rows = [_row(left, right, i, *row) for i, row in enumerate(ROWS)]

    def move(state: Race) -> None:
        past.set_data(state.measured_rates.ravel(), state.measured_accuracies.ravel())
        for i, (dots, spread, mean, best, number) in enumerate(rows):
            dots.set_data(state.rates[i], state.accuracies[i])
            earlier = state.measured_best[i]
            spread.set_data(i - 0.3 + 0.6 * np.modf(np.arange(len(earlier)) * 0.618034)[0], earlier)
            mean.set_data([i - 0.36, i + 0.36], [np.mean(earlier)] * 2)
            best.set_data([i], state.best[i : i + 1])
            number.set_text(f"{state.best[i]:.3f}")

    return Picture(figure, move, [past, *(artist for row in rows for artist in flat(*row))],
                   ghosts=[row[0] for row in rows])  # fmt: skip


def _row(left: Axes, right: Axes, i: int, _: str, color: str, marker: str) -> tuple[Any, ...]:
    dots = line(left, color, marker=marker, linestyle="", markersize=8, alpha=0.85, markeredgecolor="white")
    spread = line(right, "#b8b8b8", marker=".", markersize=6, linestyle="")
    mean = line(right, GREY, linewidth=2)
    best = line(right, color, marker=marker, linestyle="", markersize=12, markeredgecolor="white")
    number = label(right, i, -0.055, color=color, ha="center", size=14, fontweight="bold")
    return dots, spread, mean, best, number
