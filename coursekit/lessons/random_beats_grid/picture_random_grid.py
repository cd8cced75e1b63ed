"""A picture of three ways to lay out a search, and of who comes closer to the best setting, over many searches."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from coursekit.lab.picture import BLUE, GREEN, GREY, INK, ORANGE, Picture, canvas, flat, label, line
from coursekit.search.layouts import Score
from coursekit.types import Array

MIDPOINTS, ENDS = "midpoints", "ends"
GRID, RANDOM, HALTON = range(3)
LAYOUTS = ("grid", ORANGE, "s"), ("random", BLUE, "o"), ("Halton", GREEN, "D")
TURN = np.linspace(0, 2 * np.pi, 721)
FAR = 20.0  # half the height of a strip: an ellipse so long that it leaves the square straight


class Search(NamedTuple):
    """One search laid out in three ways, and the score of many.

    Attributes
    ----------
    kind : str
        ``MIDPOINTS`` or ``ENDS``: what kind of grid.
    relevance : float
        How much a step along the second axis counts, of one along the first.
    number : int
        Which search it is.
    optimum : array, shape (2,)
        The best setting.
    points : sequence of array, shape (n, 2)
        Of the grid, of the random search, of Halton's.
    distances : array, shape (3,)
        From the nearest point of each to the optimum, the second axis stretched by its relevance.
    scores : sequence of Score
        Random against the grid, Halton against the grid, Halton against random: at this relevance.
    curve_at : array, shape (c,)
        Relevances from 0 to 1.
    curves : array, shape (2, c)
        At each of them, the share of searches in which random, and in which Halton, comes closer than the grid.
    """

    kind: str
    relevance: float
    number: int
    optimum: Array
    points: tuple[Array, ...]
    distances: Array
    scores: tuple[Score, ...]
    curve_at: Array
    curves: Array


def share_won(score: Score) -> float:
    """Return the share of all searches that the first has won: a tie is a win for nobody.

    Examples
    --------
    >>> share_won(Score(6, 3, 1))
    0.6
    """
    return score.first / sum(score)


def around(optimum: Array, distance: float, relevance: float) -> tuple[Array, Array]:
    """Draw all that is as near to the optimum as the nearest point: an ellipse, cut off at the unit square.

    Examples
    --------
    >>> x, y = around(np.array([0.5, 0.5]), 0.1, 0)
    >>> float(x.min()), float(x.max()), float(y.min()), float(y.max())
    (0.4, 0.6, 0.0, 1.0)
    """
    height = FAR if relevance * FAR <= distance else distance / relevance
    x, y = optimum[0] + distance * np.cos(TURN), optimum[1] + height * np.sin(TURN)
    return np.clip(x, 0, 1), np.clip(y, 0, 1)


def search() -> Picture:
    """Show the trials of each layout with their shadows on both axes; and the share of searches won, by relevance."""
    figure, axes = canvas(1000, 360, columns=4, width_ratios=(10, 10, 10, 12))
    rows = [_square(ax, *style) for ax, style in zip(axes, LAYOUTS, strict=False)]
    axes[0].set_ylabel("second hyperparameter")
    curves, dots, names = _shares(axes[3])

    def move(state: Search) -> None:
        for artists, points, distance in zip(rows, state.points, state.distances, strict=True):
            _show(artists, points, float(distance), state)
        for i, (curve, dot, name) in enumerate(zip(curves, dots, names, strict=True)):
            won, so_far = share_won(state.scores[i]), state.curve_at < state.relevance
            curve.set_data([*state.curve_at[so_far], state.relevance], [*state.curves[i][so_far], won])
            dot.set_data([state.relevance], [won])
            name.set_text(f"{LAYOUTS[i + 1][0]} {won:.0%}")

    return Picture(figure, move, flat(*rows, *curves, *dots, *names), ghosts=[*dots, *(row[0] for row in rows)])


def _square(ax: Axes, name: str, color: str, marker: str) -> list[Artist]:
    ax.set(xlim=(-0.13, 1.05), ylim=(-0.13, 1.05), xlabel="first hyperparameter", xticks=[], yticks=[], title=name)
    ax.title.set(color=color, fontweight="bold")
    ax.set_box_aspect(1)
    ax.plot([0, 1, 1, 0, 0], [0, 0, 1, 1, 0], color="#d0d0d0", linewidth=1)
    dots = line(ax, color, marker=marker, linestyle="", markersize=5, markeredgewidth=0)
    shadows = [line(ax, color, marker=mark, linestyle="", markersize=8, markeredgewidth=1.5) for mark in "|_"]
    near = line(ax, INK, linewidth=1.2)
    star = line(ax, INK, marker="*", markersize=13, linestyle="", markeredgecolor="white")
    nearest = line(ax, color, marker=marker, markersize=10, linestyle="", markeredgecolor=INK, markeredgewidth=1.5)
    return [dots, *shadows, near, nearest, star]


def _show(artists: list[Any], points: Array, distance: float, state: Search) -> None:
    dots, first, second, near, nearest, star = artists
    x, y = points.T
    dots.set(data=(x, y))
    first.set(data=(x, np.full_like(x, -0.08)))
    second.set(data=(np.full_like(y, -0.08), y))
    near.set(data=around(state.optimum, distance, state.relevance))
    best = np.argmin((x - state.optimum[0]) ** 2 + (state.relevance * (y - state.optimum[1])) ** 2)
    nearest.set(data=([x[best]], [y[best]]))
    star.set(data=([state.optimum[0]], [state.optimum[1]]))


def _shares(ax: Axes) -> tuple[list[Any], list[Any], list[Any]]:
    ax.set(xlim=(-0.04, 1.04), ylim=(0, 1.04), xlabel="how much the second counts", title="closer than the grid")
    ax.set_yticks(np.linspace(0, 1, 5), [f"{tick:.0%}" for tick in np.linspace(0, 1, 5)])
    ax.set_ylabel("share of the searches")
    ax.axhline(0.5, color=GREY, linewidth=1, linestyle=":")
    curves = [line(ax, color, linewidth=2, linestyle=dash)
              for (_, color, _), dash in zip(LAYOUTS[1:], ("-", "--"), strict=True)]  # fmt: skip
    dots = [line(ax, color, marker=marker, markersize=11, linestyle="", markeredgecolor="white")
            for _, color, marker in LAYOUTS[1:]]  # fmt: skip
    names = [label(ax, 1.02, y, color=color, size=14, fontweight="bold", ha="right")
             for (_, color, _), y in zip(LAYOUTS[1:], (0.83, 0.93), strict=True)]  # fmt: skip
    return curves, dots, names
