"""A picture of a planned search: where its trials lie, what they come to, and what the lessons object."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from coursekit.types import Array
from coursekit.lessons.tune_a_real_network.advice import Objection
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, label, line, powers_of_ten

LOWEST, HIGHEST = -6, 1
MOST_LINES = 9
AT_WORK = 0.9


class Planned(NamedTuple):
    """A plan, its trials as far as they have come, and what is held against it.

    Attributes
    ----------
    rates, memories : array, shape (n,)
        The learning rate of each trial, and the 1 / (1 - momentum) of it.
    chosen_by : str
        The set whose accuracy the scores are.
    scores : array, shape (n,)
        nan before the first epoch.
    epoch, n_epochs : int
        How far they are.
    again : array, shape (r,)
        The validation accuracies of the winner with new seeds; empty before the end.
    n_again : int
        How many there will be.
    ends : (float, float)
        The range of the learning rates.
    objections : sequence of Objection
    """

    rates: Array
    memories: Array
    chosen_by: str
    scores: Array
    epoch: int
    n_epochs: int
    again: Array
    n_again: int
    ends: tuple[float, float]
    objections: Sequence[Objection]

    @property
    def progress(self) -> float:
        """The share of the work that is done."""
        return (self.epoch + self.again.size) / (self.n_epochs + self.n_again)

    @property
    def best(self) -> int | None:
        """The trial with the highest score so far."""
        return int(np.nanargmax(self.scores)) if np.isfinite(self.scores).any() else None


def plan() -> Picture:
    """Show the trials as rate and memory, their scores over the rate, and a line for each objection.

    Returns
    -------
    Picture
        Follows a ``Planned``.
    """
    figure, axes = canvas(1000, 600, rows=2, columns=2, height_ratios=(3, 2))
    (left, right), (below, gone) = axes
    grid = below.get_gridspec()
    below.remove()
    gone.remove()
    below = figure.add_subplot(grid[1, :])
    for ax in (left, right):
        powers_of_ten(ax, LOWEST, HIGHEST)
        ax.set_xlabel("learning rate (log axis)")
    left.set(yscale="log", ylim=(1.6, 1500), ylabel="memory, 1 / (1 \u2212 momentum)")
    left.set(title=f"where the trials lie (large: above {AT_WORK})")
    left.set_yticks([2, 10, 100, 1000], ["2", "10", "100", "1000"])
    left.minorticks_off()
    right.set(ylim=(-0.02, 1.04), ylabel="accuracy", title="what they come to")
    below.set(xlim=(0, 1), ylim=(MOST_LINES + 0.6, -0.4), xticks=[], yticks=[])
    below.spines[:].set_visible(False)
    edges = [line(ax, GREY, linestyle=":", linewidth=1.2) for ax in (left, right)]
    there = line(left, BLUE, marker="o", markersize=8, linestyle="", markeredgecolor="white")
    good = line(left, BLUE, marker="o", markersize=13, linestyle="", markeredgecolor="white")
    dots = line(right, BLUE, marker="o", markersize=8, linestyle="", markeredgecolor="white")
    stars = [line(ax, INK, marker="*", markersize=17, linestyle="", markeredgecolor="white") for ax in (left, right)]
    again = line(right, ORANGE, marker="D", markersize=7, linestyle="", markeredgecolor="white")
    says = label(below, 1, 0, color=INK, va="center", ha="right", size=12)
    head = label(below, 0, 0, color=INK, size=12, fontweight="bold", va="center")
    lines = [label(below, 0, i + 1, color=INK, va="center") for i in range(MOST_LINES)]

    def move(state: Planned) -> None:
        low, high = state.ends
        for edge, (bottom, top) in zip(edges, ((1.6, 1500), (-0.02, 1.04)), strict=True):
            edge.set_data([low, low, np.nan, high, high], [bottom, top, np.nan, bottom, top])
        there.set_data(state.rates, state.memories)
        at_work = np.nan_to_num(state.scores) > AT_WORK
        good.set_data(state.rates[at_work], state.memories[at_work])
        dots.set_data(state.rates, state.scores)
        best = state.best
        place = [] if best is None else [best]
        stars[0].set_data(state.rates[place], state.memories[place])
        stars[1].set_data(state.rates[place], state.scores[place])
        again.set_data(np.full(state.again.size, state.rates[place[0]] if place else 1), state.again)
        says.set_text(_says(state))
        n = len(state.objections)
        head.set_text(f"{n} objection{'s' * (n != 1)}" + " to this plan" * (n > 0) + ": go ahead" * (n == 0))
        shown = [f"{each.lesson}  {each.words}" for each in state.objections]
        if n > MOST_LINES:
            shown = [*shown[: MOST_LINES - 1], f"and {n - MOST_LINES + 1} more"]
        for artist, text in zip(lines, [*shown, *[""] * (MOST_LINES - len(shown))], strict=True):
            artist.set_text(text)

    moving = [*edges, there, good, dots, *stars, again, says, head, *lines]
    return Picture(figure, move, moving, ghosts=[there, dots])


def _says(state: Planned) -> str:
    if state.best is None:
        return f"{len(state.rates)} trials, not trained yet"
    return f"epoch {state.epoch} of {state.n_epochs}, {state.chosen_by} set; star: the best"
