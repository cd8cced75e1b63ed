"""A picture of many trainings at once: how they go side by side, and what the best of them is worth."""

from typing import NamedTuple

import numpy as np

from coursekit.lab.picture import BLUE, GREEN, GREY, ORANGE, PALE, Picture, canvas, flat, label, line
from coursekit.types import Array

MOST = 24


class Shoal(NamedTuple):
    """Networks that share a budget of epochs, trained side by side.

    Attributes
    ----------
    curves : array, shape (n, t + 1)
        The dev accuracy of each of n networks, before the first and after each of the t epochs so far.
    test : array, shape (n,)
        Their test accuracy now.
    rates, momenta : array, shape (n,)
        Their settings.
    n_epochs : int
        How many each gets.
    ways : tuple of int
        The numbers of networks that the budget can be shared by.
    expected : array, shape (s, w)
        On each of s splits, the expected test accuracy of the best of each number of networks.
    levels : (float, float) or None
        What halving reaches, and what one network that a rule babysits; None: neither these nor ``expected`` is shown.
    """

    curves: Array
    test: Array
    rates: Array
    momenta: Array
    n_epochs: int
    ways: tuple[int, ...]
    expected: Array
    levels: tuple[float, float] | None

    @property
    def progress(self) -> float:
        """The share of the training that is done."""
        return self.epoch / self.n_epochs

    @property
    def epoch(self) -> int:
        """How many epochs each network has behind it."""
        return int(self.curves.shape[1]) - 1

    @property
    def best(self) -> int:
        """The network that is ahead now."""
        return int(np.argmax(self.curves[:, -1]))


def shoal() -> Picture:
    """Show every network's curve, the best in the strong colour; and what the best is worth."""
    figure, (left, right) = canvas(1000, 420, columns=2, width_ratios=(3, 2), sharey=True)
    left.set(xlim=(-0.3, MOST + 0.5), ylim=(-0.02, 1.05), xlabel="epochs of each network", ylabel="dev accuracy")
    left.set(xticks=range(0, MOST + 1, 4), title="24 epochs, shared by all")
    right.set(xlim=(-0.8, 7.8), xlabel="networks at once", ylabel="test accuracy", title="what the best is worth")
    right.tick_params(labelleft=True)
    curves = [line(left, "#9fb8c8", linewidth=1.2) for _ in range(MOST)]
    winner = line(left, BLUE, marker="o", linewidth=2.4)
    splits = [line(right, PALE, linewidth=1.2) for _ in range(8)]
    mean = line(right, GREY, linewidth=2)
    levels = [line(right, color, linewidth=2, linestyle=dash) for color, dash in ((GREEN, ":"), (ORANGE, "--"))]
    names = [label(right, 7.4, 0, color=color, ha="right", va=va)
             for color, va in ((GREEN, "top"), (ORANGE, "bottom"))]  # fmt: skip
    dot = line(right, BLUE, marker="o", markersize=12, linestyle="", markeredgecolor="white")
    number = label(right, 0, 0, color=BLUE, size=14, fontweight="bold", ha="center", va="top")

    def move(state: Shoal) -> None:
        x, best = np.arange(state.epoch + 1), state.best
        for i, curve in enumerate(curves):
            is_there = i < len(state.curves)
            curve.set_data(x if is_there else [], state.curves[i] if is_there else [])
        winner.set_data(x, state.curves[best])
        place, worth = state.ways.index(len(state.curves)), state.test[best]
        dot.set_data([place], [worth])
        number.set(text=f"{worth:.3f}", x=place, y=max(worth - 0.05, 0.06))
        places = np.arange(len(state.ways))
        expected = state.expected if state.levels else np.full_like(state.expected, np.nan)
        for split, values in zip(splits, expected, strict=True):
            split.set_data(places, values)
        mean.set_data(places, expected.mean(axis=0))
        for i, word in enumerate(("halving", "one, babysat by the rule")):
            level = state.levels[i] if state.levels else np.nan
            levels[i].set_data([-0.5, 7.5], [level] * 2)
            names[i].set(
                text=f"{word}: {level:.3f}" if state.levels else "", y=level + (2 * i - 1) * 0.01 if state.levels else 0
            )

    right.set_xticks(range(8), ["1", "2", "3", "4", "6", "8", "12", "24"])
    return Picture(figure, move, flat(splits, mean, levels, curves, winner, number, names, dot),
                   ghosts=[winner, dot])  # fmt: skip
