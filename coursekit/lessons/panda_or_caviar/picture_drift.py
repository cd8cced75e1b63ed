"""A picture of drift: some digits before and after, and the learning rates' scores then and now."""

from typing import NamedTuple

import numpy as np

from coursekit.types import Array
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, label, line, powers_of_ten

N_DIGITS, SIDE = 6, 10  # each of 8 x 8 pixels and a margin


class Retest(NamedTuple):
    """Learning rates tried again after a drift.

    Attributes
    ----------
    images : array, shape (2, 6, 8, 8)
        Some digits, before and after, from 0 to 16.
    kind, strength, refit : str, float, bool
        Of the drift; whether mean and standard deviation are measured anew.
    rates : array, shape (r,)
        What was tried.
    then, now : array, shape (r,)
        The mean test accuracies before and after.
    best_then, best_now : int
        Which rate was chosen, on other digits.
    cost : array, shape (s,)
        In each of s repetitions, how much better today's choice is than last month's.
    size : float
        The root of the mean square of what the networks read.
    """

    images: Array
    kind: str
    strength: float
    refit: bool
    rates: Array
    then: Array
    now: Array
    best_then: int
    best_now: int
    cost: Array
    size: float


def retest() -> Picture:
    """Show the digits, and the accuracy over the learning rate, with both months' choices.

    Returns
    -------
    Picture
        Follows a ``Retest``.
    """
    figure, (left, right) = canvas(1000, 420, columns=2, width_ratios=(2, 5))
    left.set(xticks=[], yticks=[], title="last month | this month")
    left.spines[:].set_visible(False)
    name = label(left, 2 * SIDE - 0.5, 3 * SIDE + 0.5, ha="center", va="top", size=12)
    image = left.imshow(np.zeros((3 * SIDE, 4 * SIDE)), cmap="Greys", vmin=0, vmax=16, interpolation="nearest")
    left.axvline(2 * SIDE - 0.5, color=GREY, linewidth=1)
    powers_of_ten(right, -3, 1)
    right.set(xlim=(0.8e-3, 12.5), ylim=(-0.02, 1.05), xlabel="learning rate (log axis)", ylabel="test accuracy")
    right.set_title("mean of 10 repetitions; diamonds: last month's choice, ring: this month's")
    then, now = line(right, GREY, linewidth=2, linestyle="--"), line(right, BLUE, marker="o", linewidth=2)
    chosen_then = line(right, GREY, marker="D", markersize=11, linestyle="", markeredgecolor="white")
    staying = line(right, ORANGE, marker="D", markersize=11, linestyle="", markeredgecolor="white")
    chosen_now = line(right, "none", marker="o", markersize=16, linestyle="", markeredgecolor=INK, markeredgewidth=1.5)
    gap = line(right, ORANGE, linewidth=1.5, linestyle=":")
    label(right, 2.2, 0.66, "to keep the old\nrate costs", color=ORANGE, va="bottom")
    cost = label(right, 2.2, 0.6, color=ORANGE, size=14, fontweight="bold", va="center")
    label(right, 1e-3, 0.99, "last month", color=GREY)
    label(right, 1e-3, 0.92, "this month", color=BLUE)

    def move(state: Retest) -> None:
        image.set_data(_mosaic(state.images))
        name.set_text(f"{state.kind}\nstrength {state.strength:g}")
        then.set_data(state.rates, state.then)
        now.set_data(state.rates, state.now)
        old, new = state.best_then, state.best_now
        chosen_then.set_data([state.rates[old]], [state.then[old]])
        staying.set_data([state.rates[old]], [state.now[old]])
        chosen_now.set_data([state.rates[new]], [state.now[new]])
        gap.set_data(state.rates[[new, old, old]], state.now[[new, new, old]])
        cost.set_text(f"{state.cost.mean():.3f}")

    return Picture(
        figure, move, [image, name, then, now, gap, chosen_then, staying, chosen_now, cost], ghosts=[now, staying]
    )


def _mosaic(images: Array) -> Array:
    """Lay three rows of two digits before beside the same after."""
    tiles = np.zeros((2, N_DIGITS, SIDE, SIDE))
    tiles[:, :, 1:-1, 1:-1] = images
    halves = tiles.reshape(2, 3, 2, SIDE, SIDE).swapaxes(2, 3).reshape(2, 3 * SIDE, 2 * SIDE)
    return np.concatenate(halves, axis=1)
