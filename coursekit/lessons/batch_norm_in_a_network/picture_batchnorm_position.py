"""A picture of batch norm before and after the activation: accuracies over the learning rate, and pair by pair."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from coursekit.lab.picture import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE,
    Picture,
    canvas,
    flat,
    label,
    line,
    powers_of_ten,
)  # fmt: skip
from coursekit.types import Array

WITHOUT, BEFORE, AFTER = POSITIONS = ("without", "before", "after")
STYLES = (ORANGE, "o", "--"), (BLUE, "D", "-"), (GREEN, "s", "-.")
RATES = np.logspace(-3, 1, 9).round(5)


class Positions(NamedTuple):
    """Networks of one kind without batch norm, with it before the activation, and after it.

    Attributes
    ----------
    accuracies : array, shape (3, r, n)
        Position by position, network by network, learning rate by learning rate.
    at : int
        Which of the rates is looked at.
    """

    accuracies: Array
    at: int


def positions() -> Picture:
    """Show the accuracies up to one learning rate, and the pairs of networks at it."""
    figure, (left, right) = canvas(1000, 430, columns=2, width_ratios=(3, 2), sharey=True)
    powers_of_ten(left, -3, 1)
    left.set(xlim=(0.75e-3, 13), ylim=(0, 1.17), yticks=np.linspace(0, 1, 6))
    left.set(xlabel="learning rate (log axis)", ylabel="test accuracy after 5 epochs")
    left.set_title("12 networks of each kind: mean, worst and best")
    right.set(xlim=(-0.5, 2.5), xticks=[0, 1, 2], xticklabels=POSITIONS, title="at the chosen rate; a grey line a seed")
    for tick, (color, *_) in zip(right.get_xticklabels(), STYLES, strict=True):
        tick.set(color=color, fontweight="bold", fontsize=12)
    rate = line(left, GREY, linewidth=1.2)
    pairs = [line(right, PALE, linewidth=1) for _ in range(12)]
    rows = [_position(left, right, i) for i in range(3)]

    def move(state: Positions) -> None:
        rate.set_data([RATES[state.at]] * 2, [0, 1.06])
        here = state.accuracies[:, :, state.at]
        for pair, values in zip(pairs, here.T, strict=True):
            pair.set_data([0, 1, 2], values)
        for i, (curve, bars, now, dots, number) in enumerate(rows):
            accuracies = state.accuracies[i]
            places, accuracies = _aside(i)[: state.at + 1], accuracies[:, : state.at + 1]
            curve.set_data(places, accuracies.mean(axis=0))
            low, high = accuracies.min(axis=0), accuracies.max(axis=0)
            gap = np.full_like(low, np.nan)
            bars.set_data(np.repeat(places, 3), np.stack([low, high, gap], axis=-1).ravel())
            now.set_data(places[-1:], [here[i].mean()])
            dots.set_data(np.full(len(here[i]), i), here[i])
            number.set_text(f"{here[i].mean():.3f}")

    return Picture(figure, move, [rate, *pairs, *(artist for row in rows for artist in flat(*row))],
                   ghosts=[row[0] for row in rows] + [row[3] for row in rows])  # fmt: skip


def _aside(i: int) -> Array:
    """Move the three curves apart, by less than a tenth of the rate."""
    moved: Array = RATES * 1.05 ** (i - 1)
    return moved


def _position(left: Axes, right: Axes, i: int) -> tuple[Any, ...]:
    color, marker, dash = STYLES[i]
    label(left, 1.2e-3 * 6**i, 1.1, POSITIONS[i], color=color, size=12, fontweight="bold")
    left.plot([0.9e-3 * 6**i, 1.15e-3 * 6**i], [1.12, 1.12], color=color, linestyle=dash, linewidth=2)
    curve = line(left, color, linewidth=2, linestyle=dash)
    bars = line(left, color, linewidth=1.2, alpha=0.6)
    now = line(left, color, marker=marker, markersize=11, linestyle="", markeredgecolor=INK)
    dots = line(right, color, marker=marker, markersize=8, linestyle="", alpha=0.8, markeredgecolor="white")
    number = label(right, i, 1.1, color=color, ha="center", size=14, fontweight="bold")
    return curve, bars, now, dots, number
