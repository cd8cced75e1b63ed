"""A picture of the winner's curse: one setting, trained many times, and the best of its scores."""

from typing import NamedTuple

import numpy as np

from coursekit.types import Array
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, label, line

MOST = 100
FLOOR = 0.8


class Luck(NamedTuple):
    """Trainings of one setting, and what the best of them pretends.

    Attributes
    ----------
    scores : array, shape (n,)
        What each got on the digits to choose by.
    mean : float
        That of all trainings, those that are not shown included.
    expected : array, shape (100,)
        The best of 1, 2, ... 100 trainings, on average.
    test : float
        The accuracy of the best on the digits that it was not chosen by.
    n_validation : int
    """

    scores: Array
    mean: float
    expected: Array
    test: float
    n_validation: int


def luck() -> Picture:
    """Show a score for each training, the best, and its other digits; and how the best grows with their number.

    Returns
    -------
    Picture
        Follows a ``Luck``.
    """
    figure, (left, right) = canvas(1000, 380, columns=2, width_ratios=(3, 2), sharey=True)
    left.set(xlim=(-1.5, MOST + 2.5), ylim=(0.75, 1.02), xlabel="training number (the same setting each time)")
    left.set(ylabel="accuracy (below 0.8: drawn at 0.8)", title="one setting, trained again and again")
    right.set(xlim=(-1.5, MOST + 2.5), xlabel="number of trainings", title="the best of them, on average")
    mean = [line(ax, GREY, linewidth=1.5, linestyle="--") for ax in (left, right)]
    says = label(right, MOST, 0.9, "mean of all", color=GREY, ha="right", va="top")
    dots = line(left, BLUE, marker="o", markersize=7, linestyle="", markeredgecolor="white")
    fall = line(left, ORANGE, linewidth=2)
    test = line(left, ORANGE, marker="D", markersize=10, linestyle="", markeredgecolor="white")
    star = line(left, INK, marker="*", markersize=18, linestyle="", markeredgecolor="white")
    curve = line(right, BLUE, linewidth=2)
    dot = line(right, ORANGE, marker="o", markersize=11, linestyle="", markeredgecolor="white")
    number = label(left, 1, 0.77, color=ORANGE, size=12, fontweight="bold", va="center")

    def move(state: Luck) -> None:
        n, best = state.scores.size, int(np.argmax(state.scores))
        for artist in mean:
            artist.set_data([1, MOST], [state.mean] * 2)
        says.set_position((MOST, state.mean - 0.006))
        dots.set_data(np.arange(1, n + 1), np.maximum(state.scores, FLOOR))
        fall.set_data([best + 1] * 2, np.maximum([state.scores[best], state.test], FLOOR))
        test.set_data([best + 1], [state.test])
        star.set_data([best + 1], [max(state.scores[best], FLOOR)])
        number.set_text(f"the best network on the other digits: {state.test:.3f}")
        curve.set_data(np.arange(1, MOST + 1), state.expected)
        dot.set_data([n], state.expected[n - 1 : n])

    return Picture(figure, move, [*mean, says, dots, fall, test, star, number, curve, dot], ghosts=[dots, dot])
