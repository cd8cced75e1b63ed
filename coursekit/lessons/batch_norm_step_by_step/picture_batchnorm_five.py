"""A picture of a batch of five: what comes in, and what batch norm makes of all of them."""

from typing import NamedTuple

import numpy as np

from coursekit.types import Array
from coursekit.lab.picture import BLUE, GREY, INK, PALE, Picture, canvas, flat, label, line

RANGE = (0.0, 10.0)
M = 5


class Five(NamedTuple):
    """Five numbers, normalised together.

    Attributes
    ----------
    z, out : array, shape (5,)
        What comes in and what goes out.
    mean, sd : float
        Of the batch.
    start, start_out : array, shape (5,)
        The five before anybody moved them.
    """

    z: Array
    out: Array
    mean: float
    sd: float
    start: Array
    start_out: Array


def batch_of_five() -> Picture:
    """Show the five before and after, a row each; hollow is where they began.

    Returns
    -------
    Picture
        Follows a ``Five``. In its first axes a row is an example, and x its z: a pointer can drag a point there.
    """
    figure, (left, right) = canvas(1000, 400, columns=2)
    rows = np.arange(1, M + 1)
    for ax, name in ((left, "z: what comes in (drag a point)"), (right, "z_norm: what goes out")):
        ax.set(ylim=(M + 0.9, 0.1), yticks=rows, xlabel=name)
        for row in rows:
            ax.axhline(row, color=PALE, linewidth=1, zorder=0)
    left.set(xlim=(RANGE[0] - 0.5, RANGE[1] + 0.5), ylabel="example")
    right.set(xlim=(-2.4, 2.4))
    right.axvline(0, color=GREY, linewidth=1, linestyle=":")
    hollow = [line(ax, GREY, marker="o", markersize=12, linestyle="", fillstyle="none", markeredgewidth=1.5)
              for ax in (left, right)]  # fmt: skip
    ways = [line(right, BLUE, linewidth=3, alpha=0.4) for _ in rows]
    dots = [line(ax, BLUE, marker="o", markersize=12, linestyle="") for ax in (left, right)]
    mean, low, high = (line(left, INK, linewidth=1.5, linestyle=style) for style in ("-", "--", "--"))
    numbers = [label(right, 0, row - 0.3, color=BLUE, ha="center", va="center") for row in rows]
    middle = label(left, 0, 0.35, ha="center", va="center")

    def move(state: Five) -> None:
        for values, dot in zip((state.z, state.out), dots, strict=True):
            dot.set_data(values, rows)
        for values, ring in zip((state.start, state.start_out), hollow, strict=True):
            ring.set_data(values, rows)
        for way, row, before, after, text in zip(ways, rows, state.start_out, state.out, numbers, strict=True):
            way.set_data([before, after], [row, row])
            text.set(x=after, text=f"{after + 0.0:.2f}")
        for artist, x in ((mean, state.mean), (low, state.mean - state.sd), (high, state.mean + state.sd)):
            artist.set_data(*(([x, x], [0.6, M + 0.9]) if abs(x - 5) <= 5.5 else ([], [])))
        middle.set(x=np.clip(state.mean, 1.5, 8.5), text=f"mean {state.mean:.2f}, sd {state.sd:.2f}")

    moving = flat(mean, low, high, middle, hollow, ways, dots, numbers)
    return Picture(figure, move, moving, ghosts=dots)
