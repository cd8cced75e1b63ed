"""A picture of activations, layer by layer: two rows of histograms, without batch norm and with it."""

from typing import Any, NamedTuple

import numpy as np

from coursekit.types import Array
from coursekit.lab.picture import BLUE, INK, ORANGE, Picture, canvas, flat

N_HIDDEN, N_STEPS = 5, 120
BINS, LIMIT = np.linspace(-1, 1, 41), 0.97
TALLEST = 0.4  # a bin that holds more is drawn as high as this
ROWS = ("without", ORANGE), ("with batch norm", BLUE)


class Layers(NamedTuple):
    """The activations of two networks at one step: without batch norm first.

    Attributes
    ----------
    sd : float
        The standard deviation of the first weights.
    step : int
        How far the training is.
    counts : array, shape (2, 5, 40)
        The share of each layer's activations in each bin.
    saturated, spread : array, shape (2, 5)
        The share beyond 0.97 or -0.97, and the standard deviation.
    accuracy : array, shape (2,)
        On the test set.
    """

    sd: float
    step: int
    counts: Array
    saturated: Array
    spread: Array
    accuracy: Array


def saturation() -> Picture:
    """Show a histogram for each of five layers, without batch norm above, with it below.

    Returns
    -------
    Picture
        Follows a ``Layers``.
    """
    figure, axes = canvas(1000, 430, rows=2, columns=N_HIDDEN, sharex=True, sharey=True)
    parts = [[_panel(ax, color) for ax in row] for row, (_, color) in zip(axes, ROWS, strict=True)]
    for i, ax in enumerate(axes[0], start=1):
        ax.set_title(f"hidden layer {i}")
    for ax, (name, color) in zip(axes[:, 0], ROWS, strict=True):
        ax.set_ylabel(f"{name}\n(share in a bin)", color=color, fontweight="bold")
    for ax in axes[1]:
        ax.set_xlabel("activation")

    def move(state: Layers) -> None:
        for row in range(2):
            for i, (curve, ends, word) in enumerate(parts[row]):
                counts = np.minimum(state.counts[row, i], TALLEST)
                curve.set_data((BINS[1:] + BINS[:-1]) / 2, counts)
                ends.set_data([BINS[0], BINS[-1]], [counts[0], counts[-1]])
                word.set_text(f"{state.saturated[row, i]:.0%} saturated\nsd {state.spread[row, i]:.2g}")

    return Picture(figure, move, flat(*(flat(*panel) for row in parts for panel in row)),
                   ghosts=[panel[0] for row in parts for panel in row])  # fmt: skip


def _panel(ax: Any, color: str) -> tuple[Any, Any, Any]:
    ax.set(xlim=(-1.1, 1.1), ylim=(0, TALLEST * 1.42), xticks=[-1, 0, 1], yticks=[0, 0.2, 0.4])
    (curve,) = ax.plot([], [], color=color, linewidth=2, drawstyle="steps-mid")
    (ends,) = ax.plot([], [], color=color, marker="o", markersize=8, linestyle="")
    word = ax.text(0, TALLEST * 1.4, "", ha="center", va="top", fontsize=12, color=INK)
    return curve, ends, word
