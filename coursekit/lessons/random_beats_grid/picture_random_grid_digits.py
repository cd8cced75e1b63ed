"""A picture of three layouts on real digits: where their trials lie on what was measured, and what each has found."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from coursekit.lab.picture import GREY, INK, Picture, canvas, flat, label, line
from coursekit.lessons.random_beats_grid.picture_random_grid import LAYOUTS
from coursekit.types import Array

LEVELS = (0.5, 0.8, 0.9, 0.945)  # of the mean accuracy: each is a lighter shade
SHADES = np.array([0.62, 0.70, 0.79, 0.89, 1.0])
TICKS = (0.1, 0.5, 0.8, 0.9, 0.95, 0.98)
LOW, HIGH = -5, 1  # the exponents of the learning rate that were measured


class DigitSearch(NamedTuple):
    """Three searches on digits, trained now, over what many earlier ones found in the same range.

    Attributes
    ----------
    second : str
        The name of the second hyperparameter.
    second_ends : tuple of float
        Its range.
    surface : array, shape (61, n)
        The mean accuracy that was measured, by learning rate and second hyperparameter.
    kind : str
        Of the grid.
    start, decades : float
        Where the range of learning rates begins, and how wide it is.
    exponents, heights : sequence of three arrays, shape (n_trials,)
        log10 of each trial's learning rate, and its second hyperparameter's place in its range, from 0 to 1.
    accuracies : sequence of three arrays, shape (n_trials,)
        So far, on digits that no network learns from. The search chooses by them.
    worth : array, shape (3,)
        The mean accuracy of five other trainings of what each layout has chosen, so far; nan before they begin.
    earlier : array, shape (3, r)
        The same of each earlier search.
    epoch, n_epochs : int
        How far the trainings are: the first half of the epochs are the search's.
    """

    second: str
    second_ends: tuple[float, float]
    surface: Array
    kind: str
    start: float
    decades: float
    exponents: tuple[Array, ...]
    heights: tuple[Array, ...]
    accuracies: tuple[Array, ...]
    worth: Array
    earlier: Array
    epoch: int
    n_epochs: int

    @property
    def progress(self) -> float:
        """The share of the training that is done."""
        return self.epoch / self.n_epochs

    @property
    def best(self) -> Array:
        """The best accuracy that each layout has seen, shape (3,)."""
        return np.array([accuracies.max() for accuracies in self.accuracies])


def stretched(accuracy: Array | float) -> Any:
    """Stretch accuracies near 1: halving the error is the same step everywhere.

    Examples
    --------
    >>> stretched(np.array([0.0, 0.9, 0.99])).round(9).tolist()
    [-0.0, 1.0, 2.0]
    """
    return -np.log10(1 - np.clip(accuracy, 0, 0.999))


def shaded(surface: Array) -> Array:
    """Turn accuracies into a few shades of grey, the best one white.

    Examples
    --------
    >>> shaded(np.array([[0.1, 0.95]])).tolist()
    [[0.62], [1.0]]
    """
    return np.asarray(SHADES[np.digitize(surface, LEVELS)]).T


def digit_search() -> Picture:
    """Show every trial on the measured accuracies; and what each layout's choice is worth, over earlier ones."""
    figure, (left, right) = canvas(1000, 400, columns=2, width_ratios=(5, 3))
    image, window, name = _map(left)
    dots = [line(left, color, marker=marker, linestyle="", markersize=6, alpha=0.9, markeredgecolor="white")
            for _, color, marker in LAYOUTS]  # fmt: skip
    winners = [line(left, color, marker=marker, linestyle="", markersize=11, markeredgecolor=INK)
               for _, color, marker in LAYOUTS]  # fmt: skip
    columns = _found(right)

    def move(state: DigitSearch) -> None:
        image.set_data(shaded(state.surface))
        window.set_bounds(np.log10(state.start), -0.02, state.decades, 1.04)
        low, high = state.second_ends
        name.set_text(f"{state.second}: {low:g} (bottom) to {high:g} (top)")
        for i, (dot, winner) in enumerate(zip(dots, winners, strict=True)):
            best = state.accuracies[i].argmax()
            dot.set_data(state.exponents[i], state.heights[i])
            winner.set_data(state.exponents[i][[best]], state.heights[i][[best]])
            _show(columns[i], i, state.earlier[i], float(state.worth[i]))

    return Picture(figure, move, flat([image, window, name], dots, winners, *columns),
                   ghosts=[window, *(column[2] for column in columns)])  # fmt: skip


def _map(ax: Axes) -> tuple[Any, Any, Any]:
    ax.set(xlim=(LOW - 0.1, HIGH + 0.1), ylim=(-0.16, 1.05), yticks=[], xlabel="learning rate (log axis)")
    ax.set_ylabel("second hyperparameter")
    ax.set_xticks(range(LOW, HIGH + 1), [f"$10^{{{k}}}$" for k in range(LOW, HIGH + 1)])
    ax.set_title(f"lighter: measured above {', '.join(map(str, LEVELS[:-1]))} and {LEVELS[-1]}")
    image = ax.imshow(np.ones((2, 2)), cmap="gray", vmin=0, vmax=1, origin="lower", aspect="auto",
                      extent=(LOW - 0.05, HIGH + 0.05, -0.03, 1.03))  # fmt: skip
    window = ax.add_patch(Rectangle((LOW, 0), 1, 1, fill=False, edgecolor=INK, linewidth=1.5, linestyle="--"))
    return image, window, label(ax, (LOW + HIGH) / 2, -0.12, size=12, ha="center")


def _found(ax: Axes) -> list[list[Artist]]:
    ax.set(xlim=(-0.5, 2.5), ylim=(stretched(-0.1), stretched(0.9895)), ylabel="accuracy of the choice, trained again")
    ax.set_xticks(range(3), [name for name, *_ in LAYOUTS])
    ax.set_yticks(stretched(np.array(TICKS)), [f"{tick:g}" for tick in TICKS])
    ax.set_title("grey: earlier searches, and their mean")
    for tick, (_, color, _) in zip(ax.get_xticklabels(), LAYOUTS, strict=True):
        tick.set(color=color, fontweight="bold", fontsize=12)
    return [[line(ax, "#b8b8b8", marker=".", markersize=5, linestyle=""), line(ax, GREY, linewidth=2),
             line(ax, color, marker=marker, markersize=12, linestyle="", markeredgecolor="white"),
             label(ax, i, stretched(0.03), color=color, size=14, fontweight="bold", ha="center")]
            for i, (_, color, marker) in enumerate(LAYOUTS)]  # fmt: skip


def _show(artists: list[Any], i: int, earlier: Array, worth: float) -> None:
    spread, mean, dot, number = artists
    spread.set_data(i - 0.32 + 0.64 * np.modf(np.arange(len(earlier)) * 0.618034)[0], stretched(earlier))
    mean.set_data([i - 0.38, i + 0.38], [stretched(float(np.mean(earlier)))] * 2)
    dot.set_data([i], [stretched(worth)])
    number.set_text("" if np.isnan(worth) else f"{worth:.3f}")
