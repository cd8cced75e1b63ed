"""How many random trials are enough: the formula, held against real trainings."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import BLUE, GREY, ORANGE, Picture, canvas, label, line
from coursekit.lab.task import Part
from coursekit.lessons.random_beats_grid.explore_random_grid_digits import N_RATES, N_SEEDS, RATES, WEIGHTS, trainings
from coursekit.scales import IntegerScale, LinearScale, LogScale
from coursekit.search.chance import chance_of_a_hit
from coursekit.types import Array

MOST = 300  # trials
N_SEARCHES, N_DRAWN = 1000, 200  # those that are counted, and those of them that have a dot
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

    Examples
    --------
    >>> counted(1), counted(2)
    ('1 trial', '2 trials')
    """
    return f"{n} trial{'s' * (n != 1)}"


def trials() -> Picture:
    """Show the chance of a good trial over their number; and the best of real searches among all trainings."""
    figure, (left, right) = canvas(1000, 380, columns=2)
    left.set(xlim=(-8, MOST + 8), ylim=(-0.03, 1.05), xlabel="trials", ylabel="chance of at least one good trial")
    left.set_title("the formula")
    left.axhline(GOAL, color=GREY, linewidth=1, linestyle=":")
    curve = line(left, BLUE, linewidth=2)
    dot = line(left, BLUE, marker="o", markersize=12, linestyle="", markeredgecolor="white")
    number = label(left, MOST - 5, 0.06, color=BLUE, size=15, fontweight="bold", ha="right")
    band, level, bests, count = _trainings(right)

    def move(state: Trials) -> None:
        n, chance = np.arange(state.n + 1), float(chance_of_a_hit(state.q, state.n))  # the learner finds the rest
        curve.set_data(n, chance_of_a_hit(state.q, n))
        dot.set_data([state.n], [chance])
        number.set_text(f"{counted(state.n)}: {chance:.1%}")
        band.set_bounds(RANKS[0], 0, state.q - RANKS[0], 1.04)
        level.set_data(np.maximum(state.ranks, RANKS[0]), state.accuracies)
        shown = slice(0, N_DRAWN)
        bests.set_data(np.maximum(state.best_ranks[shown], RANKS[0]), state.best_accuracies[shown])
        count.set_text(f"{state.hits:.1%} of the searches hit")

    return Picture(figure, move, [curve, dot, number, band, level, bests, count], ghosts=[dot, bests])


def _trainings(ax: Axes) -> tuple[Any, Any, Any, Any]:
    ax.set(xscale="log", xlim=(RANKS[0] / 1.15, 1.15), ylim=(0, 1.04), ylabel="validation accuracy")
    ax.set(
        xlabel="share of the draws that are as good (log axis)",
        title=f"real trainings: {N_DRAWN} of {N_SEARCHES:,} searches",
    )
    ax.xaxis.set_major_locator(FixedLocator(list(PERCENT)))
    ax.xaxis.set_major_formatter(FixedFormatter(list(PERCENT.values())))
    ax.xaxis.set_minor_locator(NullLocator())
    band = ax.add_patch(Rectangle((RANKS[0], 0), 0.1, 1.04, color="#dbe9f4"))
    level = line(ax, GREY, linewidth=2)
    bests = line(ax, ORANGE, marker="o", markersize=7, linestyle="", alpha=0.5, markeredgewidth=0)
    count = label(ax, RANKS[0] * 1.2, 0.06, color=ORANGE, size=15, fontweight="bold")
    return band, level, bests, count


LOG, LINEAR = "log", "linear"
SCALES = {LOG: LogScale, LINEAR: LinearScale}
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
    """Say the chance, and how many real searches hit."""
    chance, worst = float(chance_of_a_hit(state.q, state.n)), state.best_accuracies.min()
    return Words(
        f"{counted(state.n)}: a chance of {chance:.1%} for one among the best {100 * state.q:.3g}%",
        f"Of {N_SEARCHES:,} searches among real trainings {state.hits:.1%} hit. With learning rates drawn on the "
        f"{state.scale} scale, the best {100 * state.q:.3g}% begin at an accuracy of {state.threshold:.3f}. "
        f"The median search found {np.median(state.best_accuracies):.3f}, the unluckiest {worst:.3f}.",
    )


def _is_enough(state: Trials) -> bool:
    """Say whether it is the smallest number of trials with a chance of 95%."""
    return bool(chance_of_a_hit(state.q, state.n - 1) < GOAL <= chance_of_a_hit(state.q, state.n))


RANDOM_GRID_TRIALS = Explorer(
    name="random-grid-trials",
    title="How many random trials are enough?",
    task="Find the smallest number of trials with a chance of 95% for the best 10% (q = 0.1), then for the best 1%. "
    "Then draw the rates on the linear scale: what gets worse, and what stays?",
    controls=(
        Slider("n", IntegerScale(1, MOST), 20, "trials"),
        Slider("q", LogScale(0.01, 0.5), 0.05, "good share q"),
        Dropdown("scale", (LOG, LINEAR), LOG, "rates drawn on"),
        Slider("draw", IntegerScale(1, 20), 1, "draw number"),
    ),
    compute=draw_trials,
    picture=trials,
    describe=describe_trials,
    marks=(Along("x", "n"), Along("x", "q", axes=1)),
    parts=(
        Part("enough for the best 10%", lambda _, state: 0.09 < state.q < 0.11 and _is_enough(state),
             "Fewer than thirty random trials are enough, however many hyperparameters there are.",
             {"q": 0.101, "n": 29}),
        Part("enough for the best 1%", lambda _, state: state.q < 0.0105 and _is_enough(state),
             "Ten times as rare takes ten times as many: about 3 / q trials.", {"q": 0.01, "n": 299}),
        Part("the rates on the other scale", lambda values, _: values["scale"] == LINEAR,
             "The chance stays, as it counts ranks; but the best 5% of what this scale draws are worse.",
             {"scale": LINEAR}),
    ),
)  # fmt: skip
