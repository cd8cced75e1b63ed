"""A picture of what a learning rate does to the error, step by step, and of the factor behind it."""

from typing import NamedTuple

import numpy as np

from coursekit.types import Array
from coursekit.lab.picture import BLUE, GREY, ORANGE, PALE, Picture, canvas, label, line

N_STEPS = 100
LOWEST, HIGHEST = 5e-6, 1e3  # errors that are shown: a millionth of what there is at the start, and more
RATES = (0.0, 1.1)


class Course(NamedTuple):
    """Gradient descent on J(w) = a (w^2 - 10 w + 25).

    Attributes
    ----------
    learning_rate, steepness : float
        The rate, and a.
    w : array, shape (101,)
        Where it stood, from the start on.
    """

    learning_rate: float
    steepness: float
    w: Array

    @property
    def factor(self) -> float:
        """What each step multiplies the error by."""
        return round(1 - 2 * self.steepness * self.learning_rate, 12)


def course() -> Picture:
    """Show the error over the steps, on a log axis, and the size of the factor over the rate.

    Returns
    -------
    Picture
        Follows a ``Course``.
    """
    figure, (left, right) = canvas(1000, 380, columns=2, width_ratios=(3, 2))
    left.set(xlim=(-2, N_STEPS + 2), ylim=(LOWEST, HIGHEST), yscale="log", xlabel="step", ylabel="error, |w − 5|",
             title="the error, step by step")  # fmt: skip
    left.axhline(5, color=GREY, linewidth=1, linestyle=":")
    label(left, N_STEPS, 8, "as at the start", color=GREY, ha="right")
    right.set(xlim=RATES, ylim=(0, 1.5), xlabel="learning rate", ylabel="size of the factor, |1 − 2a × rate|",
              title="what is left of the error after a step")  # fmt: skip
    right.axhspan(1, 1.5, color=PALE, alpha=0.5)
    label(right, 0.03, 1.4, "the error grows", color=ORANGE, va="center")
    errors = line(left, BLUE, marker="o", markersize=4, linewidth=1.5)
    gone = label(left, N_STEPS, 1, color=BLUE, ha="right", va="center", size=12)
    curve = line(right, GREY, linewidth=2)
    now = line(right, BLUE, marker="o", markersize=11, linestyle="")

    def move(state: Course) -> None:
        error = np.abs(state.w - 5)
        shown = np.where((error >= LOWEST) & (error <= HIGHEST), error, np.nan)
        errors.set_data(np.arange(len(error)), shown)
        end = ("the error is 0 from step 1 on" if state.factor == 0
               else "then less than a millionth of it is left" if error[-1] < LOWEST
               else "then it has left the picture" if error[-1] > HIGHEST else "")  # fmt: skip
        gone.set(text=end, y=100 if abs(state.factor) < 1 else 0.01)  # where the line is not
        rates = np.linspace(*RATES, 111)
        sizes = np.abs(1 - 2 * state.steepness * rates)
        curve.set_data(rates, np.where(sizes <= 1.5, sizes, np.nan))
        now.set_data([state.learning_rate], [min(abs(state.factor), 1.5)])

    return Picture(figure, move, [errors, gone, curve, now], ghosts=[errors, curve, now])
