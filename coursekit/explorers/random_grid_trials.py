"""How many random trials are enough: the formula, held against real trainings."""

from functools import lru_cache

import numpy as np

from coursekit._checks import Array
from coursekit.explorers.controls import Dropdown, Slider
from coursekit.explorers.declare import Explorer, Words
from coursekit.explorers.random_grid_digits import N_RATES, N_SEEDS, RATES, WEIGHTS, trainings
from coursekit.figures.random_grid_trials import GOAL, MOST, Trials, counted
from coursekit.figures.random_grid_trials import trials as trials_picture
from coursekit.random_grid_trials import chance_of_a_hit, trials_needed
from coursekit.scales import IntegerScale, LogScale

LOG, LINEAR = "log", "linear"
N_SEARCHES = 2000
LOW, HIGH = 1e-4, 1.0


@lru_cache
def ranked(scale: str) -> tuple[Array, Array, Array]:
    """Rank all measured trainings with a learning rate from 1e-4 to 1, as a random search on a scale would draw them.

    Parameters
    ----------
    scale : str
        ``LOG`` or ``LINEAR``: of the learning rate.

    Returns
    -------
    ranks, accuracies, weights : array, shape (5330,)
        From the best down: the share of the draws that are at least as good, the accuracy, and how likely it is drawn.
        Equal accuracies are ranked by lot.

    Examples
    --------
    >>> ranks, accuracies, weights = ranked(LOG)
    >>> len(ranks), round(float(ranks[-1]), 9), bool(accuracies[0] > 0.97)
    (5330, 1.0, True)
    """
    rates = RATES.grid(N_RATES, ends=True)
    inside = (rates > LOW * 0.99) & (rates < HIGH * 1.01)
    accuracies = trainings(WEIGHTS)[inside]
    by_rate = _cells(np.log10(rates[inside]) if scale == LOG else rates[inside])
    by_second = _cells(np.linspace(0, 1, accuracies.shape[1]))
    weights = np.repeat(np.outer(by_rate, by_second), N_SEEDS)
    lot = np.random.default_rng(0).random(weights.size)
    order = np.lexsort((lot, -accuracies.ravel()))
    weights = weights[order] / weights.sum()
    return np.cumsum(weights), accuracies.ravel()[order], weights


def _cells(values: Array) -> Array:
    """Return how wide the stretch is to which each of the rising values is the nearest."""
    edges = np.concatenate([values[:1], (values[1:] + values[:-1]) / 2, values[-1:]])
    return np.diff(edges)


def draw_trials(n: int, q: float, scale: str, draw: int) -> Trials:
    """Draw n trainings at random, over and over, and keep the best of each search."""
    ranks, accuracies, weights = ranked(scale)
    drawn = np.random.default_rng(draw).choice(len(ranks), size=(N_SEARCHES, n), p=weights)
    best = drawn.min(axis=-1)  # they are in order: the first is the best
    return Trials(q, n, scale, ranks, accuracies, ranks[best], accuracies[best])


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
        Slider("q", LogScale(0.01, 0.5), 0.05, "share that counts as good"),
        Dropdown("scale", (LOG, LINEAR), LOG, "learning rates drawn on"),
        Slider("draw", IntegerScale(1, 20), 1, "draw number"),
    ),
    compute=draw_trials,
    picture=trials_picture,
    describe=describe_trials,
)
