"""A picture of what is left after each step."""

from typing import NamedTuple

import numpy as np

from coursekit.lab.picture import BLUE, Picture, canvas, line
from coursekit.types import Array


class Leftover(NamedTuple):
    """What a picture of this topic follows.

    Attributes
    ----------
    share : float
        The share that each step keeps.
    left : array, shape (n_steps + 1,)
        What is left after each step, from the start on.
    """

    share: float
    left: Array


def leftover() -> Picture:
    """Show what is left, step by step.

    Returns
    -------
    Picture
        Follows a ``Leftover``.
    """
    figure, ax = canvas(1000, 380)
    ax.set(xlim=(-0.5, 20.5), ylim=(-0.05, 1.05), xlabel="step", ylabel="share that is left")
    curve = line(ax, BLUE, marker="o", linewidth=2)

    def move(state: Leftover) -> None:
        curve.set_data(np.arange(len(state.left)), state.left)

    return Picture(figure, move, [curve], ghosts=[curve])
