"""A picture of gradient descent on a bowl that has one parameter."""

from typing import NamedTuple

import numpy as np

from coursekit.types import Array
from coursekit.lab.picture import BLUE, GREY, PALE, Picture, canvas, label, line

W_RANGE = (-4.0, 14.0)


class Descent(NamedTuple):
    """Gradient descent on J(w) = w^2 - 10 w + 25.

    Attributes
    ----------
    learning_rate : float
        The share of the gradient that each step takes off.
    w, cost : array, shape (n_steps + 1,)
        Where it stood, and J there; from the start on.
    """

    learning_rate: float
    w: Array
    cost: Array


def descent() -> Picture:
    """Show the bowl with the path on it, and the path as a curve over the steps.

    Returns
    -------
    Picture
        Follows a ``Descent``.
    """
    figure, (left, right) = canvas(1000, 380, columns=2, width_ratios=(3, 2))
    w = np.linspace(*W_RANGE, 200)
    left.plot(w, (w - 5) ** 2, color=PALE, linewidth=3)
    left.set(xlim=W_RANGE, ylim=(-4, 82), xlabel="w", ylabel="J(w)", title="the bowl: its minimum is at w = 5")
    right.set(xlim=(-1, 41), ylim=W_RANGE, xlabel="step", ylabel="w", title="w, step by step")
    right.axhline(5, color=GREY, linewidth=1, linestyle=":")
    label(right, 41.5, 5, "5", color=GREY, va="center")
    path = line(left, BLUE, marker="o", markersize=6, linewidth=1.5, alpha=0.8)
    now = line(left, BLUE, marker="o", markersize=13, fillstyle="none", markeredgewidth=2.5, linestyle="")
    gone = label(left, 5, 72, color=BLUE, ha="center", size=12)
    steps = line(right, BLUE, marker="o", markersize=5, linewidth=1.5)

    def move(state: Descent) -> None:
        path.set_data(state.w, state.cost)
        now.set_data(state.w[-1:], state.cost[-1:])
        gone.set_text("" if W_RANGE[0] <= state.w[-1] <= W_RANGE[1] else "w has left the picture")
        steps.set_data(np.arange(len(state.w)), state.w)

    return Picture(figure, move, [path, now, gone, steps], ghosts=[path, steps])
