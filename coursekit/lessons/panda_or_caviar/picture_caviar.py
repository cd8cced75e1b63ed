"""Pictures of many trainings at once: how they go side by side, and how many would pay."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, PALE, Picture, canvas, flat, label, line
from coursekit.types import Array, Labels

MOST = 24


class Shoal(NamedTuple):
    """Networks that share a budget of epochs, trained side by side.

    Attributes
    ----------
    curves : array, shape (n, t + 1)
        The dev accuracy of each of n networks, before the first and after each of the t epochs so far.
    rates, momenta : array, shape (n,)
        Their settings.
    n_epochs : int
        How many each gets.
    ways : tuple of int
        The numbers of networks that the budget can be shared by.
    expected : array, shape (s, w)
        On each of s splits, the expected best of each number of networks.
    rule : float
        What one network reaches that a rule babysits with the whole budget.
    """

    curves: Array
    rates: Array
    momenta: Array
    n_epochs: int
    ways: tuple[int, ...]
    expected: Array
    rule: float

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
    """Show every network's curve, the best in the strong colour; and the best so far over what is measured."""
    figure, (left, right) = canvas(1000, 420, columns=2, width_ratios=(3, 2), sharey=True)
    left.set(xlim=(-0.3, MOST + 0.5), ylim=(-0.02, 1.05), xlabel="epochs of each network", ylabel="dev accuracy")
    left.set(xticks=range(0, MOST + 1, 4), title="24 epochs, shared by all")
    right.set(xlim=(-0.5, 7.5), xlabel="networks at once", title="the best; in grey, 8 splits measured")
    curves = [line(left, "#9fb8c8", linewidth=1.2) for _ in range(MOST)]
    winner = line(left, BLUE, marker="o", linewidth=2.4)
    number = label(left, 0, 0, color=BLUE, size=14, fontweight="bold")
    splits = [line(right, PALE, linewidth=1.2) for _ in range(8)]
    mean = line(right, GREY, linewidth=2)
    rule = line(right, ORANGE, linewidth=2, linestyle="--")
    rule_name = label(right, 7.4, 0, color=ORANGE, ha="right", va="bottom")
    dot = line(right, BLUE, marker="o", markersize=12, linestyle="", markeredgecolor="white")

    def move(state: Shoal) -> None:
        x, best = np.arange(state.epoch + 1), state.best
        for i, curve in enumerate(curves):
            is_there = i < len(state.curves)
            curve.set_data(x if is_there else [], state.curves[i] if is_there else [])
        winner.set_data(x, state.curves[best])
        top = state.curves[best, -1]
        number.set(text=f"{top:.3f}", x=min(state.epoch + 0.4, MOST - 3), y=min(top + 0.03, 0.98))
        places = np.arange(len(state.ways))
        for split, values in zip(splits, state.expected, strict=True):
            split.set_data(places, values)
        mean.set_data(places, state.expected.mean(axis=0))
        rule.set_data([-0.5, 7.5], [state.rule] * 2)
        rule_name.set(text=f"one, babysat by a rule: {state.rule:.3f}", y=state.rule + 0.015)
        dot.set_data([state.ways.index(len(state.curves))], [top])

    right.set_xticks(range(8), ["1", "2", "3", "4", "6", "8", "12", "24"])
    return Picture(figure, move, flat(splits, mean, rule, curves, winner, number, rule_name, dot),
                   ghosts=[winner, dot])  # fmt: skip


NUMBERS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48)
ASSUMPTIONS = """Assumed, and measured:
\N{BULLET} digits, a network with 4 hidden layers;
  a random rate, a momentum of 0 or 0.9
\N{BULLET} one training needs one machine;
  a machine takes the next when it is free
\N{BULLET} an epoch takes as long as it has examples
\N{BULLET} the many are scored once, at their end;
  after 1, 2, 3, 4, 6, 8, 12 ... epochs
\N{BULLET} the keeper's rule looks every 2 epochs,
  uses one machine, and costs nothing
\N{BULLET} without an epoch it guesses: 0.1;
  48 epochs are the longest training
\N{BULLET} who wins is chosen on 300 digits, and
  counts by 597 others"""


class Plans(NamedTuple):
    """What comes of training n at once until a deadline, for each n, and of babysitting one.

    Attributes
    ----------
    n_models, epochs : array of int, shape (w,)
        How many are trained, and for how many epochs each; 0 where there is no time.
    many : array, shape (3, w)
        The test accuracy of the one that is chosen: its mean, and what it stays below once and nine times in ten.
    panda_epochs : int
        How many the babysat model gets.
    panda : array, shape (3,)
        Its test accuracy, likewise.
    terms : str
        The machines, the time, the noise and what is known of the rate, line by line.
    """

    n_models: Labels
    epochs: Labels
    many: Array
    panda_epochs: int
    panda: Array
    terms: str


def plans() -> Picture:
    """Show what each number of trainings leads to, and the babysat one beside it."""
    figure, (ax, notes) = canvas(1000, 480, columns=2, width_ratios=(5, 2.6))
    places = np.arange(len(NUMBERS))
    ax.set(xlim=(-1.6, len(NUMBERS) - 0.5), ylim=(0, 1.12), xlabel="trainings until the deadline")
    ax.set(ylabel="test accuracy of the chosen one")
    ax.set_xticks([-1, *places], ["panda", *map(str, NUMBERS)])
    ax.set_yticks(np.arange(0, 1.01, 0.2))
    label(ax, -1.5, 1.11, "epochs each:", va="top")
    notes.set(xticks=[], yticks=[])
    notes.spines[:].set_visible(False)
    label(notes, 0, 0.98, ASSUMPTIONS, va="top", linespacing=1.3, transform=notes.transAxes)
    terms = label(notes, 0, 0.02, color=BLUE, va="bottom", linespacing=1.3, transform=notes.transAxes)
    one = _outcome(ax, ORANGE, "D")
    level = line(ax, ORANGE, linewidth=1.2, linestyle=":")
    many = _outcome(ax, BLUE, "o", linewidth=2)
    winner = line(ax, "none", marker="o", markersize=17, linestyle="", markeredgecolor=INK, markeredgewidth=1.5)
    numbers = [label(ax, x, 1.04, ha="center", va="top") for x in [-1, *places]]

    def move(state: Plans) -> None:
        n = len(state.n_models)
        terms.set_text(state.terms)
        _put(one, np.array([-1.0]), state.panda[:, None])
        level.set_data([-1, len(NUMBERS) - 0.5], [state.panda[0]] * 2)
        _put(many, places[:n].astype(float), state.many)
        best = int(state.many[0].argmax())
        panda_pays = state.panda[0] >= state.many[0, best]
        winner.set_data([-1 if panda_pays else best], [max(state.panda[0], state.many[0, best])])
        shown = [state.panda_epochs, *state.epochs, *[None] * len(places)]
        for number, epochs in zip(numbers, shown, strict=False):
            number.set_text("" if epochs is None else f"{epochs}")

    return Picture(figure, move, flat(terms, level, one, many, winner, numbers), ghosts=[one[1], many[1]])


def _outcome(ax: Axes, color: str, marker: str, **style: Any) -> tuple[Any, Any]:
    bars = line(ax, color, linewidth=5, alpha=0.35)
    return bars, line(ax, color, marker=marker, markersize=9, markeredgecolor="white", **style)


def _put(artists: tuple[Any, Any], x: Array, outcome: Array) -> None:
    bars, means = artists
    mean, low, high = outcome
    means.set_data(x, mean)
    gap = np.full_like(mean, np.nan)
    bars.set_data(np.repeat(x, 3), np.stack([low, high, gap], axis=-1).ravel())
