"""A picture of one digit under the learner's hand, and what a trained network says of it as it moves."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from coursekit.lab.picture import BLUE, GREY, ORANGE, Picture, canvas, flat, label, line
from coursekit.types import Array


class Handled(NamedTuple):
    """A picture, what the network says of it, and of all validation digits handled in the same way.

    Attributes
    ----------
    picture : array, shape (8, 8)
        From 0 to 16.
    truth : int or None
        What it was before it was handled; None for an empty sheet.
    p : array, shape (10,)
        The network's probabilities.
    shares : array, shape (10,)
        The share of each class's validation digits that is still named rightly.
    accuracy : float
        On all of them together.
    nearest : int
        The class of the training digit that is most like the picture.
    distance : float
        How far away that one is: the root of the summed squares of the pixels' differences.
    """

    picture: Array
    truth: int | None
    p: Array
    shares: Array
    accuracy: float
    nearest: int
    distance: float


def under_the_hand() -> Picture:
    """Show the digit, the ten probabilities, and how many of all validation digits survive the same."""
    figure, (sheet, chances, shares) = canvas(1000, 400, columns=3, width_ratios=(5, 4, 4))
    sheet.set(xticks=[], yticks=[], xlim=(-0.5, 7.5), ylim=(7.5, -0.5), title="the sheet: draw on it with the pointer")
    image = sheet.imshow(np.zeros((8, 8)), cmap="Greys", vmin=0, vmax=16, interpolation="nearest")
    sheet.set_aspect("equal")
    sheet.spines[:].set_visible(True)
    _classes(chances, "probability", "what the network says of it")
    chances.set_ylabel("class")
    _classes(shares, "share named rightly", "")
    bars = {color: _bars(chances, color) for color in (GREY, ORANGE, BLUE)}
    rights = _bars(shares, GREY)
    numbers = [[label(ax, 0, i, va="center") for i in range(10)] for ax in (chances, shares)]
    title = label(shares, 0.7, -0.85, size=12, ha="center", va="bottom")

    def move(state: Handled) -> None:
        image.set_data(state.picture)
        classes, named = np.arange(10), int(state.p.argmax())
        is_true = classes == state.truth
        for color, shown in ((BLUE, is_true), (ORANGE, (classes == named) & ~is_true)):
            _fill(bars[color], state.p, shown)
        _fill(bars[GREY], state.p, ~is_true & (classes != named))
        _fill(rights, state.shares, classes >= 0)
        for texts, values in zip(numbers, (state.p, state.shares), strict=True):
            for text, value, i in zip(texts, values, classes, strict=True):
                text.set(text=f" {value:.2f}", position=(value, i))
        title.set_text(f"all 300, handled alike: {state.accuracy:.0%}")

    moving = flat(image, *bars.values(), rights, *(flat(texts) for texts in numbers), title)
    return Picture(figure, move, moving, ghosts=[*bars.values(), rights])


def _classes(ax: Axes, name: str, title: str) -> None:
    ax.set(xlim=(0, 1.4), xticks=[0, 0.5, 1], xticklabels=["0", "0.5", "1"], xlabel=name, title=title)
    ax.set(ylim=(9.7, -0.7), yticks=range(10))
    ax.tick_params(axis="y", length=0)


def _bars(ax: Axes, color: str) -> Any:
    return line(ax, color, linewidth=13, solid_capstyle="butt")


def _fill(bars: Any, values: Array, shown: Any) -> None:
    rows = np.flatnonzero(shown)
    ends = np.stack([np.zeros(len(rows)), values[rows], np.full(len(rows), np.nan)], axis=1)
    bars.set_data(ends.ravel(), np.repeat(rows, 3))
