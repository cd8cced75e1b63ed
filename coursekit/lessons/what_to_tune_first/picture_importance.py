"""Pictures of the trials of a random search: one hyperparameter's scatter, and who explains how much."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, flat, label, line
from coursekit.lessons.what_to_tune_first.importance import Marginal
from coursekit.types import Array

# In the order of the notes that rank all of them; momentum's place is beta1's where Adam trains.
ROWS = (
    ("learning rate", "learning_rate"), ("momentum, beta1", "momentum"), ("mini-batch size", "batch_size"),
    ("hidden units", "units"), ("hidden layers", "layers"), ("learning-rate decay", "decay_rate"),
    ("Adam's beta2", "beta2"), ("Adam's epsilon", "eps"),
)  # fmt: skip
LOW = -0.08  # where the axis of the shares begins: chance alone gives a little below 0, too


class Filtered(NamedTuple):
    """The trials of a search, those within a window of learning rates, and what these say.

    Attributes
    ----------
    search, row : str
        Which search; which hyperparameter is shown, as a label of ``ROWS``.
    low, high : float
        The window of the learning rate.
    u, scores : array, shape (n,)
        The hyperparameter's place in its range and the accuracy, of all trials. Places that many trials share are
        spread a little, to be seen.
    inside : array of bool, shape (n,)
        Whose learning rate is within the window.
    marginal : Marginal
        Of those inside.
    marks : tuple of (float, str)
        Places in the range of the hyperparameter, and the values there.
    shares, spread : array, shape (8,)
        What each row of ``ROWS`` explains alone, and the standard deviation over resamples; nan where it has no part,
        or where too few trials are left.
    """

    search: str
    row: str
    low: float
    high: float
    u: Array
    scores: Array
    inside: NDArray[np.bool_]
    marginal: Marginal
    marks: tuple[tuple[float, str], ...]
    shares: Array
    spread: Array


class Importance(NamedTuple):
    """Who explains how much of a search, by two methods; each of shape (8,), nan where it has no part.

    Attributes
    ----------
    search, n_trials : str, int
        Which search; how many of its trials are looked at.
    shares, spread : array, shape (8,)
        Alone, by bins; and the standard deviation over resamples.
    totals, totals_spread : array, shape (8,)
        With all interactions, by a forest on trials held out; and the standard deviation over random halves of the
        trials, which says how far other trials would move it.
    noise : float
        The share that the seed explains.
    """

    search: str
    n_trials: int
    shares: Array
    spread: Array
    totals: Array
    totals_spread: Array
    noise: float


def filtered() -> Picture:
    """Show a hyperparameter against the accuracy, and beside it what all of them explain."""
    figure, (left, right) = canvas(1000, 440, columns=2, width_ratios=(5, 4))
    left.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.04), xticks=[], ylabel="validation accuracy")
    left.set_title("blue: in the window", loc="right")
    left.set_xlabel("its value, on the scale that it was drawn on", labelpad=26)
    title = left.text(0, 1.02, "", transform=left.transAxes, va="bottom", size=13, color=ORANGE, fontweight="bold")
    marks = [left.text(0, -0.08, "", transform=left.get_xaxis_transform(), ha="center", size=11, color=INK)
             for _ in range(5)]  # fmt: skip
    _rows(right)
    right.set_title("variance explained alone")
    past = line(left, "#c4c4c4", marker=".", markersize=5, linestyle="")
    dots = line(left, BLUE, marker="o", markersize=5, linestyle="", alpha=0.6, markeredgecolor="white")
    mean = line(left, ORANGE, linewidth=3.5)
    bars, whiskers, numbers = _bars(right, BLUE, 12, 0)

    def move(state: Filtered) -> None:
        inside = state.inside
        past.set_data(state.u[~inside], state.scores[~inside])
        dots.set_data(state.u[inside], state.scores[inside])
        mean.set_data(_steps(state.marginal))
        title.set_text(state.row)
        for i, text in enumerate(marks):
            place, words = state.marks[i] if i < len(state.marks) else (0, "")
            text.set(text=words, x=place)
        _move_bars(bars, whiskers, numbers, state.shares, state.spread)

    moving = flat(past, dots, mean, title, marks, bars, whiskers, numbers)
    return Picture(figure, move, moving, ghosts=flat(mean, bars))


def _steps(marginal: Marginal) -> tuple[Array, Array]:
    """Return the means as a line: flat in each bin that has trials, with a gap where there is none."""
    low, high = marginal.edges[:-1], marginal.edges[1:]
    x = np.stack([low, (low + high) / 2, high, high], axis=-1)
    y = np.stack([marginal.means, marginal.means, marginal.means, np.full(len(low), np.nan)], axis=-1)
    there = marginal.counts > 0
    return x[there].ravel(), y[there].ravel()


def importance() -> Picture:
    """Show what each hyperparameter explains alone and in all, in the order of the notes."""
    figure, ax = canvas(1000, 470)
    _rows(ax, "the seed (noise)")
    ax.set_title("in the order of the numbered notes; whiskers: one sd over other trials")
    bars, whiskers, numbers = _bars(ax, BLUE, 9, 0.2, n_rows=len(ROWS) + 1)
    for artist in (bars[-1], numbers[-1]):  # the seed is nothing to tune
        artist.set_color(GREY)
    totals, total_ends, total_numbers = _bars(ax, ORANGE, 5, -0.23)
    label(ax, 1.0, 6.55, "alone (bins)", color=BLUE, ha="right", size=13, fontweight="bold")
    label(ax, 1.0, 7.1, "with all interactions (forest)", color=ORANGE, ha="right", size=13, fontweight="bold")

    def move(state: Importance) -> None:
        _move_bars(bars, whiskers, numbers, np.append(state.shares, state.noise), np.append(state.spread, 0))
        _move_bars(totals, total_ends, total_numbers, state.totals, state.totals_spread)

    moving = flat(bars, whiskers, numbers, totals, total_ends, total_numbers)
    return Picture(figure, move, moving, ghosts=flat(bars, totals))


def _rows(ax: Axes, *more: str) -> None:
    labels = [*(row for row, _ in ROWS), *more]
    ax.set(xlim=(LOW, 1.02), ylim=(len(labels) - 0.5, -0.6), yticks=range(len(labels)), yticklabels=labels)
    ax.set(xticks=[0, 0.25, 0.5, 0.75, 1], xticklabels=["0", "25%", "50%", "75%", "100%"])
    ax.set_xlabel("share of the variance of the accuracy")
    ax.axvline(0, color=GREY, linewidth=1)
    ax.set_ylabel("hyperparameter")
    ax.tick_params(axis="y", length=0)


def _bars(ax: Axes, color: str, width: float, up: float, n_rows: int = len(ROWS)) -> tuple[list[Any], ...]:
    """Make a bar, a whisker and a number for each row: thick lines, which are cheap to draw."""
    bars, whiskers, numbers = [], [], []
    for i in range(n_rows):
        bars.append(line(ax, color, linewidth=width, solid_capstyle="butt", alpha=0.85))
        whiskers.append(line(ax, INK, linewidth=1.3))
        numbers.append(label(ax, 0, i - up, color=color, va="center"))
        for artist in (bars[-1], whiskers[-1]):
            artist.set_data([0, 0], [i - up] * 2)
    return bars, whiskers, numbers


def _move_bars(bars: list[Any], whiskers: list[Any], numbers: list[Any], shares: Array, spread: Array) -> None:
    for bar, whisker, number, share, sd in zip(bars, whiskers, numbers, shares, spread, strict=True):
        if np.isnan(share):
            bar.set_xdata([0, 0])
            whisker.set_xdata([0, 0])
            number.set_text("")
            continue
        ends = np.clip([share - sd, share + sd], LOW, 1.0)
        bar.set_xdata(np.clip([0, share], LOW, 1.0))
        whisker.set_xdata(ends)
        number.set(text=f"{share:.0%}".replace("-0%", "0%"), x=max(ends[1], 0) + 0.012)
