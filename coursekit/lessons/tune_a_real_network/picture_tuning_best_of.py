"""A picture of optimism: what the best of n trials scores where it was chosen, and on the test set."""

from typing import NamedTuple

import numpy as np

from coursekit.lab.picture import BLUE, GREY, ORANGE, Picture, canvas, label, line
from coursekit.lab.standard_error import standard_error
from coursekit.types import Array

MOST, FLOOR = 27, 0.75


class BestOf(NamedTuple):
    """The best of 1 to 27 trials, on average over all ways to draw them, split by split.

    Attributes
    ----------
    optimizer : str
    n : int
        How many trials are looked at.
    found, test : array, shape (27, s)
        The score of the best where it was chosen, and the test accuracy of that very network.
    """

    optimizer: str
    n: int
    found: Array
    test: Array

    @property
    def gaps(self) -> Array:
        """How much too high the score is, shape (27, s)."""
        return np.asarray(self.found - self.test)


def best_of() -> Picture:
    """Show both curves up to this number of trials, and how far apart they are."""
    figure, (left, right) = canvas(1000, 360, columns=2)
    for ax in (left, right):
        ax.set(xlim=(0, MOST + 1), xlabel="trials", xticks=[1, 5, 10, 15, 20, 27])
    left.set(
        ylim=(FLOOR - 0.01, 1), ylabel=f"accuracy (below {FLOOR}: drawn there)", title="the best of them, on average"
    )
    right.set(
        ylim=(-0.012, 0.022), ylabel="validation less test", title="how much too high (band: two standard errors)"
    )
    right.axhline(0, color=GREY, linewidth=1, linestyle=":")
    found, test = line(left, BLUE, linewidth=2.2), line(left, ORANGE, linewidth=2.2, linestyle="--")
    dots = [line(left, color, marker=marker, markersize=11, linestyle="", markeredgecolor="white")
            for color, marker in ((BLUE, "o"), (ORANGE, "D"))]  # fmt: skip
    edges = [line(right, GREY, linewidth=1, linestyle="--") for _ in range(2)]
    middle = line(right, BLUE, linewidth=2.2)
    dot = line(right, BLUE, marker="o", markersize=11, linestyle="", markeredgecolor="white")
    names = [label(left, MOST, y, color=color, ha="right", va="center", size=12, fontweight="bold")
             for y, color in ((0.83, BLUE), (0.80, ORANGE))]  # fmt: skip
    number = label(right, MOST, -0.009, color=BLUE, ha="right", va="center", size=12, fontweight="bold")

    def move(state: BestOf) -> None:
        n, x = state.n, np.arange(1, state.n + 1)
        means = [np.maximum(scores.mean(axis=1), FLOOR) for scores in (state.found, state.test)]
        for curve, point, mean in zip((found, test), dots, means, strict=True):
            curve.set_data(x, mean[:n])
            point.set_data([n], mean[n - 1 : n])
        gap, error = state.gaps.mean(axis=1), standard_error(state.gaps)
        middle.set_data(x, gap[:n])
        dot.set_data([n], gap[n - 1 : n])
        for edge, sign in zip(edges, (-2, 2), strict=True):
            edge.set_data(x, (gap + sign * error)[:n])
        for text, word, scores in zip(
            names, ("\u25cf validation", "\u25c6 test"), (state.found, state.test), strict=True
        ):
            text.set_text(f"{word} {scores[n - 1].mean():.3f}")
        number.set_text(f"best of {n}: {gap[n - 1]:.3f} too high")

    moving = [found, test, *dots, *edges, middle, dot, *names, number]
    return Picture(figure, move, moving, ghosts=[found, test, middle, *dots, dot])
