"""How many random trials are enough: the formula, held against real trainings."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from coursekit.types import Array
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.random_beats_grid.explore_random_grid_digits import N_RATES, N_SEEDS, RATES, WEIGHTS, trainings
from coursekit.lessons.random_beats_grid.picture_random_grid_trials import GOAL, MOST, Trials, counted
from coursekit.lessons.random_beats_grid.picture_random_grid_trials import trials as trials_picture
from coursekit.search.chance import chance_of_a_hit, trials_needed
from coursekit.scales import IntegerScale, LinearScale, LogScale

LOG, LINEAR = "log", "linear"
SCALES = {LOG: LogScale, LINEAR: LinearScale}
N_SEARCHES = 1000
LOW, HIGH = 1e-4, 1.0


class Ranked(NamedTuple):
    """All measured trainings in a range, and how good each is among the draws of a random search.

    Attributes
    ----------
    rates : array, shape (41,)
        The learning rates.
    accuracies, ranks : array, shape (41, n_second, 10)
        Of each training, and the share of the draws that are at least as good. Equal accuracies are ranked by lot.
    """

    rates: Array
    accuracies: Array
    ranks: Array


@lru_cache
def ranked(scale: str) -> Ranked:
    """Rank the measured trainings with a learning rate from 1e-4 to 1 by what a random search would draw.

    Parameters
    ----------
    scale : str
        ``LOG`` or ``LINEAR``: of the learning rate.

    Returns
    -------
    Ranked

    Examples
    --------
    >>> table = ranked(LOG)
    >>> table.ranks.size, round(float(table.ranks.max()), 9), bool(table.accuracies[table.ranks < 0.01].min() > 0.96)
    (5330, 1.0, True)
    """
    rates = RATES.grid(N_RATES, ends=True)
    inside = (rates > LOW * 0.99) & (rates < HIGH * 1.01)
    rates, accuracies = rates[inside], trainings(WEIGHTS)[inside]
    by_second = _cells(np.linspace(0, 1, accuracies.shape[1]))
    weights = np.repeat(np.outer(_cells(_ruler(rates, scale)), by_second), N_SEEDS) / N_SEEDS
    order = np.lexsort((np.random.default_rng(0).random(weights.size), -accuracies.ravel()))
    ranks: Array = np.empty(weights.size)
    ranks[order] = np.cumsum(weights[order]) / weights.sum()
    return Ranked(rates, accuracies, ranks.reshape(accuracies.shape))


def _ruler(rates: Array, scale: str) -> Array:
    return np.asarray(np.log10(rates) if scale == LOG else rates)


def _cells(values: Array) -> Array:
    """Return how wide the stretch is to which each of the rising values is the nearest."""
    return np.diff(np.concatenate([values[:1], (values[1:] + values[:-1]) / 2, values[-1:]]))


def draw_trials(n: int, q: float, scale: str, draw: int) -> Trials:
    """Draw n settings at random, over and over, and keep the best of each search.

    A setting is the nearest that was measured, with one of its ten trainings.
    """
    table, rng, size = ranked(scale), np.random.default_rng(draw), (N_SEARCHES, n)
    places = _ruler(table.rates, scale)
    drawn = _ruler(SCALES[scale](LOW, HIGH).sample(size, rng), scale)
    row = np.searchsorted((places[1:] + places[:-1]) / 2, drawn)
    column = np.rint(rng.random(size) * (table.ranks.shape[1] - 1)).astype(int)
    ranks = table.ranks[row, column, rng.integers(N_SEEDS, size=size)]
    order = np.argsort(table.ranks, axis=None)
    all_ranks, all_accuracies = table.ranks.ravel()[order], table.accuracies.ravel()[order]
    best = ranks.min(axis=-1)
    return Trials(q, n, scale, all_ranks, all_accuracies, best, all_accuracies[np.searchsorted(all_ranks, best)])


def describe_trials(state: Trials) -> Words:
    """Say the chance, the number that would be enough, and how many real searches hit."""
    chance, worst = float(chance_of_a_hit(state.q, state.n)), state.best_accuracies.min()
    return Words(
        f"{counted(state.n)}: a chance of {chance:.1%} for one among the best {state.q:.3g}",
        f"{GOAL:.0%} needs {trials_needed(state.q, GOAL)} trials. Of {N_SEARCHES:,} searches among real trainings "
        f"{state.hits:.1%} hit. With learning rates drawn on the {state.scale} scale, the best {state.q:.3g} begins at "
        f"an accuracy of {state.threshold:.3f}. The median search found {np.median(state.best_accuracies):.3f}, the "
        f"unluckiest {worst:.3f}.",
    )


RANDOM_GRID_TRIALS = Explorer(
    name="random-grid-trials",
    title="How many random trials are enough?",
    task="Find the smallest number of trials with a chance of 95% for the best 0.05, then for the best 0.01.",
    controls=(
        Slider("n", IntegerScale(1, MOST), 20, "trials"),
        Slider("q", LogScale(0.01, 0.5), 0.05, "good share q"),
        Dropdown("scale", (LOG, LINEAR), LOG, "rates drawn on"),
        Slider("draw", IntegerScale(1, 20), 1, "draw number"),
    ),
    compute=draw_trials,
    picture=trials_picture,
    describe=describe_trials,
)
