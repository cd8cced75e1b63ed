"""A picture of covariate shift: changed digits, who still reads them, and one hidden unit's values."""

from typing import NamedTuple

import numpy as np

from coursekit.types import Array
from coursekit.lab.picture import BLUE, GREEN, GREY, ORANGE, PALE, Picture, canvas, flat, label, line

TRAINING, OWN = "training statistics", "the changed digits' own statistics"
STATISTICS = (TRAINING, OWN)
ROWS = ("without batch norm", ORANGE, "o"), ("training statistics", BLUE, "D"), ("its own statistics", GREEN, "s")
BINS = np.linspace(-4, 4, 33)
TILES = 3, 2


class Shifted(NamedTuple):
    """Digits that have changed since the training.

    Attributes
    ----------
    brightness, contrast : float
        Every pixel is multiplied by the contrast; then the brightness is added.
    statistics : str
        By what the hidden unit is normalised.
    pictures : array, shape (6, 8, 8)
        Some of them.
    accuracies : array, shape (3,)
        Without batch norm, with it by training statistics, with it by the changed digits' own.
    before, after : array, shape (597,)
        The normalised values of one hidden unit: of the unchanged digits by training statistics, and now.
    """

    brightness: float
    contrast: float
    statistics: str
    pictures: Array
    accuracies: Array
    before: Array
    after: Array


def shift() -> Picture:
    """Show some digits, the accuracy of three ways to judge them, and one hidden unit's values.

    Returns
    -------
    Picture
        Follows a ``Shifted``.
    """
    figure, (left, middle, right) = canvas(1000, 380, columns=3, width_ratios=(5, 9, 9))
    left.set(xticks=[], yticks=[], title="six test digits now")
    image = left.imshow(np.zeros((30, 20)), cmap="Greys", vmin=-16, vmax=32)
    middle.set(xlim=(-0.03, 1.1), ylim=(-0.6, 2.75), yticks=[], xlabel="test accuracy", title="who still reads them")
    middle.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    middle.spines["left"].set_visible(False)
    rows = []
    for i, (name, color, marker) in enumerate(ROWS):
        y = 2 - i
        middle.plot([0, 1], [y, y], color=PALE, linewidth=1)
        label(
            middle, 0, y + 0.38, ("", "batch norm by ", "batch norm by ")[i] + name, color=color, va="center", size=12
        )
        bar = line(middle, color, linewidth=5, solid_capstyle="butt")
        dot = line(middle, color, marker=marker, markersize=12, linestyle="", markeredgecolor="white")
        rows.append((bar, dot, label(middle, 0, y - 0.28, color=color, ha="center", va="center", size=13)))
    right.set(
        xlim=(-4.2, 4.2),
        ylim=(0, 1.04),
        xlabel="normalised z of one hidden unit",
        yticks=[0, 0.5, 1],
        yticklabels=["0", "10%", "20%"],
    )
    right.set_ylabel("share of the digits")
    right.set_title("what a hidden unit gets; grey: in training")
    past = line(right, GREY, linewidth=2, drawstyle="steps-mid")
    now = line(right, BLUE, linewidth=2.5, drawstyle="steps-mid")
    away = label(right, 0, 0.93, ha="center", va="center", size=12)

    def move(state: Shifted) -> None:
        image.set_data(_mosaic(state.pictures))
        for i, (bar, dot, number) in enumerate(rows):
            value = state.accuracies[i]
            bar.set_data([0, value], [2 - i] * 2)
            dot.set_data([value], [2 - i])
            number.set_text(f"{value:.3f}")
            number.set_x(np.clip(value, 0.05, 1.0))
        color = BLUE if state.statistics == TRAINING else GREEN
        past.set_data(*_outline(state.before))
        now.set_data(*_outline(state.after))
        now.set_color(color)
        gone = np.mean(np.abs(state.after) > 4)
        away.set(text=f"{gone:.0%} are beyond 4 or -4" if gone > 0.01 else "", color=color)

    return Picture(figure, move, flat(image, *(flat(*row) for row in rows), past, now, away),
                   ghosts=[now, *(dot for _, dot, _ in rows)])  # fmt: skip


def _outline(values: Array) -> tuple[Array, Array]:
    """Count in bins; the scale is the same for all: a bar that holds a fifth of the digits or more is full height."""
    counts = np.histogram(values, BINS)[0] / len(values)
    return (BINS[1:] + BINS[:-1]) / 2, np.minimum(counts / 0.2, 1.0)


def _mosaic(pictures: Array) -> Array:
    """Lay six pictures out, two in a row, with a pixel of paper around each."""
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)), constant_values=-16)
    return np.asarray(padded.reshape(*TILES, 10, 10).swapaxes(1, 2).reshape(30, 20))
