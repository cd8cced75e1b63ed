"""A picture of how many random trials are enough: the formula, and real trainings that were drawn at random."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from coursekit.types import Array
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, label, line
from coursekit.search.chance import chance_of_a_hit, trials_needed

MOST = 300  # trials
GOAL = 0.95
RANKS = 0.0003, 1.0  # the best of 300 trials lies among the best 0.3%, give or take
PERCENT = {0.001: "0.1%", 0.01: "1%", 0.05: "5%", 0.2: "20%", 1.0: "100%"}


class Trials(NamedTuple):
    """A number of random trials: the chance that one is good, and what real ones found.

    Attributes
    ----------
    q : float
        The share of all trials that counts as good.
    n : int
        How many trials make a search.
    scale : str
        On which the learning rates were drawn.
    ranks, accuracies : array, shape (r,)
        All measured trainings, from the best down: the share of draws that are at least as good, and the accuracy.
    best_ranks, best_accuracies : array, shape (k,)
        The best trial of each of k searches.
    """

    q: float
    n: int
    scale: str
    ranks: Array
    accuracies: Array
    best_ranks: Array
    best_accuracies: Array

    @property
    def hits(self) -> float:
        """The share of the searches whose best trial is among the good ones."""
        return float(np.mean(self.best_ranks <= self.q))

    @property
    def threshold(self) -> float:
        """The accuracy of the worst training that counts as good."""
        return float(self.accuracies[np.searchsorted(self.ranks, self.q)])


def counted(n: int) -> str:
    """Say how many trials.

    Parameters
    ----------
    n : int

    Returns
    -------
    str

    Examples
    --------
    >>> counted(1), counted(2)
    ('1 trial', '2 trials')
    """
    return f"{n} trial{'s' * (n != 1)}"


def trials() -> Picture:
    """Show the chance of a good trial over their number; and the best of real searches among all trainings.

    Returns
    -------
    Picture
        Follows a ``Trials``.
    """
    figure, (left, right) = canvas(1000, 380, columns=2)
    left.set(xlim=(-8, MOST + 8), ylim=(-0.03, 1.05), xlabel="trials", ylabel="chance of at least one good trial")
    left.set_title("the formula")
    left.axhline(GOAL, color=GREY, linewidth=1, linestyle=":")
    curve, need = line(left, BLUE, linewidth=2), line(left, GREY, linewidth=1.2, linestyle="--")
    dot = line(left, BLUE, marker="o", markersize=12, linestyle="", markeredgecolor="white")
    number = label(left, MOST - 5, 0.12, color=BLUE, size=15, fontweight="bold", ha="right")
    needed = label(left, MOST - 5, 0.03, color=INK, size=12, ha="right")
    band, level, bests, count = _trainings(right)

    def move(state: Trials) -> None:
        n, chance = np.arange(MOST + 1), float(chance_of_a_hit(state.q, state.n))
        curve.set_data(n, chance_of_a_hit(state.q, n))
        dot.set_data([state.n], [chance])
        number.set_text(f"{counted(state.n)}: {chance:.1%}")
        enough = trials_needed(state.q, GOAL)
        need.set_data([enough, enough] if enough <= MOST else [], [0, GOAL] if enough <= MOST else [])
        needed.set_text(f"{GOAL:.0%} needs {enough}")
        band.set_bounds(RANKS[0], 0, state.q - RANKS[0], 1.04)
        level.set_data(np.maximum(state.ranks, RANKS[0]), state.accuracies)
        shown = slice(0, 200)
        bests.set_data(np.maximum(state.best_ranks[shown], RANKS[0]), state.best_accuracies[shown])
        count.set_text(f"{state.hits:.1%} of the searches hit")

    return Picture(figure, move, [curve, need, dot, number, needed, band, level, bests, count], ghosts=[dot, bests])


def _trainings(ax: Axes) -> tuple[Any, Any, Any, Any]:
    ax.set(xscale="log", xlim=(RANKS[0] / 1.15, 1.15), ylim=(0, 1.04), ylabel="validation accuracy")
    ax.set(xlabel="share of the draws that are as good (log axis)", title="real trainings: the best of 200 searches")
    ax.xaxis.set_major_locator(FixedLocator(list(PERCENT)))
    ax.xaxis.set_major_formatter(FixedFormatter(list(PERCENT.values())))
    ax.xaxis.set_minor_locator(NullLocator())
    band = ax.add_patch(Rectangle((RANKS[0], 0), 0.1, 1.04, color="#dbe9f4"))
    level = line(ax, GREY, linewidth=2)
    bests = line(ax, ORANGE, marker="o", markersize=7, linestyle="", alpha=0.5, markeredgewidth=0)
    count = label(ax, RANKS[0] * 1.2, 0.06, color=ORANGE, size=15, fontweight="bold")
    return band, level, bests, count
