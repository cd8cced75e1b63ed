"""A planner: from how many machines on many at once pay, beside one that is babysat, and beside halving."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from coursekit.lab.controls import Checkbox, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import BLUE, GREEN, ORANGE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.lessons.panda_or_caviar.caviar import epochs_each, halved, halvings
from coursekit.lessons.panda_or_caviar.explore_panda import draws, kept, trials
from coursekit.lessons.panda_or_caviar.panda import N_GAMES, RATES
from coursekit.metrics import best_of_weights
from coursekit.scales import ChoiceScale
from coursekit.types import Array

MACHINES = (1, 2, 3, 4, 6, 8, 12, 16)
TIMES = (6, 12, 24, 48)
NARROW = (0.03, 1.0)
NUMBERS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
LEVELS = (0.1, 0.9)
FLOOR, TOP, A_LABEL = 0.4, 0.95, 0.035  # of the picture, and the height of a line of text in it
Sheets = list[tuple[Array, Array]]  # dev and test of each split
Outcome = tuple[Array, str]
A_LEAD = 0.005  # a smaller one counts for nothing: 8 splits can't tell


class Way(NamedTuple):
    """What one way to train gets of the test set, and how it is done.

    Attributes
    ----------
    outcome : array, shape (3, m)
        For each number of machines, its mean, and what it stays below once and nine times in ten.
    how : list of str
        For each, in words.
    """

    outcome: Array
    how: list[str]


class Plans(NamedTuple):
    """Four ways to use the machines until a deadline: one keeper, a rule for each machine, many at once, halving."""

    keeper: Way
    rules: Way
    many: Way
    halving: Way
    machines: int
    epochs: int
    known: bool

    @property
    def ways(self) -> tuple[Way, Way, Way, Way]:
        """All four."""
        return self.keeper, self.rules, self.many, self.halving

    @property
    def place(self) -> int:
        """Where the number of machines stands in ``MACHINES``."""
        return MACHINES.index(self.machines)


def first_that_pays(way: Way, keeper: Way) -> int | None:
    """Say from how many machines on a way is better than one keeper, by half a point or more; None: never."""
    pays = np.flatnonzero(way.outcome[0] > keeper.outcome[0] + A_LEAD)
    return MACHINES[int(pays[0])] if pays.size else None


def plan(epochs: int, known: bool, machines: int) -> Plans:
    """Simulate all ways, on what was measured."""
    return Plans(*_ways(epochs, known), machines, epochs, known)


@lru_cache
def _ways(epochs: int, known: bool) -> tuple[Way, Way, Way, Way]:
    low, high = NARROW if known else (RATES[0], RATES[-1])
    sheets = [trials(game, low, high) for game in range(1, N_GAMES + 1)]
    runs = [kept(game, epochs, low, high) for game in range(1, N_GAMES + 1)]
    n_starts = len(runs[0][0])
    keeper = _best_of(runs, 1)
    rules = [_best_of(runs, min(machines, n_starts)) for machines in MACHINES]
    pairs = [_of_trials(sheets, epochs, machines) for machines in MACHINES]
    return (
        Way(np.stack([keeper] * len(MACHINES), axis=1), ["one network"] * len(MACHINES)),
        Way(np.stack(rules, axis=1), [f"{min(machines, n_starts)} networks" for machines in MACHINES]),
        _way_of([many for many, _ in pairs]),
        _way_of([halving for _, halving in pairs]),
    )


def _way_of(outcomes: list[Outcome]) -> Way:
    return Way(np.stack([outcome for outcome, _ in outcomes], axis=1), [how for _, how in outcomes])


def _of_trials(sheets: Sheets, epochs: int, machines: int) -> tuple[Outcome, Outcome]:
    """Return the best number to train at once, and the best way to halve: both are chosen by their mean."""
    most = min(dev.shape[1] for dev, _ in sheets)
    many = []
    for n in (n for n in NUMBERS if n <= most):
        each = epochs_each(n, machines=machines, minutes=epochs, minutes_per_epoch=1)
        if each:
            at = [(dev[each - 1], test[each - 1]) for dev, test in sheets]
            many.append((_best_of(at, n), f"{n} networks, {each} epoch{'s' * (each > 1)} each"))
    halves = []
    for way in (each for each in halvings(epochs, machines, most=most) if each.rungs[-1].epochs_so_far <= TIMES[-1]):
        winners = [halved(dev, test, way, draws(dev.shape[1], way.rungs[0].n_trials)) for dev, test in sheets]
        rungs = ", ".join(f"{rung.n_trials} to epoch {rung.epochs_so_far}" for rung in way.rungs)
        halves.append((_summary(np.concatenate(winners), np.ones(sum(map(len, winners)))), rungs))
    return max(many, key=lambda each: each[0][0]), max(halves, key=lambda each: each[0][0])


def _best_of(sheets: Sheets, n: int) -> Array:
    """Summarise the test accuracy of whoever has the best dev score of n, over all ways to draw them."""
    values = [test[np.argsort(dev, kind="stable")] for dev, test in sheets]
    return _summary(np.concatenate(values), np.concatenate([best_of_weights(len(dev), n) for dev, _ in sheets]))


def _summary(values: Array, weights: Array) -> Array:
    order = np.argsort(values, kind="stable")
    values, weights = values[order], weights[order] / weights.sum()
    low, high = values[np.minimum(np.searchsorted(np.cumsum(weights), LEVELS), len(values) - 1)]
    return np.array([values @ weights, low, high])


STYLES = (
    ("one keeper", ORANGE, "-", "D"), ("the rule on each machine", ORANGE, ":", ""), ("many at once", BLUE, "-", "o"),
    ("halving", GREEN, "--", "s"),
)  # fmt: skip


def plans() -> Picture:
    """Show what each way gets over the number of machines, and how far one search may lie from its mean."""
    figure, ax = canvas(1000, 440)
    places = np.arange(len(MACHINES))
    ax.set(xlim=(-0.4, len(MACHINES) + 1.2), ylim=(FLOOR - 0.01, TOP + 0.01), xlabel="machines")
    ax.set(ylabel=f"test accuracy (below {FLOOR}: drawn there)")
    ax.set_xticks(places, [str(n) for n in MACHINES])
    ax.set_title("mean over 8 splits; bars: eight of ten searches lie within")
    here = ax.axvline(0, color="#ececec", linewidth=34, zorder=0)
    ways = [_way(ax, *style) for style in STYLES]

    def move(state: Plans) -> None:
        here.set_xdata([state.place] * 2)
        for i, (means, bar, _) in enumerate(ways):
            mean, *ends = np.maximum(state.ways[i].outcome, FLOOR)
            means.set_data(places[: state.place + 1], mean[: state.place + 1])  # those on fewer machines, and on these
            is_shown = STYLES[i][3] != ""
            x = state.place + 0.09 * (i - 1.5)
            bar.set_data([x, x] if is_shown else [], [end[state.place] for end in ends] if is_shown else [])
        height = TOP
        for i in np.argsort([-way.outcome[0, state.place] for way in state.ways], kind="stable"):
            height = min(float(state.ways[i].outcome[0, state.place]) + A_LABEL, height)
            ways[i][2].set(x=state.place + 0.2, y=height)
            height -= A_LABEL

    return Picture(figure, move, flat(here, *(list(way) for way in ways)), ghosts=[way[0] for way in ways])


def _way(ax: Axes, word: str, color: str, dash: str, marker: str) -> tuple[Any, Any, Any]:
    means = line(ax, color, linestyle=dash, marker=marker, markersize=7, markeredgecolor="white", linewidth=2)
    return (
        means,
        line(ax, color, linewidth=5, alpha=0.4),
        label(ax, len(MACHINES) - 0.8, 0.6, word, color=color, va="center"),
    )


def describe_plans(state: Plans) -> Words:
    """Say whether the many pay on this number of machines, and what each way gets."""
    (keeper, *_), (rules, *_), (many, low, high), (halving, halving_low, halving_high) = (
        way.outcome[:, state.place] for way in state.ways
    )
    n = state.machines
    return Words(
        f"Many at once {_against(many - keeper)}; halving {_against(halving - keeper)}",
        f"{n} machine{'s' * (n > 1)}, time for {state.epochs} epochs. One keeper: {keeper:.3f}; the rule on each "
        f"machine: {rules:.3f}. Many at once: {many:.3f} ({state.many.how[state.place]}; eight of ten searches: "
        f"{low:.2f} to {high:.2f}). Halving: {halving:.3f} ({state.halving.how[state.place]}; {halving_low:.2f} to "
        f"{halving_high:.2f}).",
    )


def _against(lead: float) -> str:
    if abs(lead) <= A_LEAD:
        return "as good as one keeper, within 0.005"
    return f"{abs(lead):.3f} {'better' if lead > 0 else 'worse'} than one keeper"


PANDA_OR_CAVIAR = Explorer(
    name="panda-or-caviar",
    title="From how many machines on do the many pay?",
    task="On how many machines do many at once beat one keeper? And on one machine, in which time does it help the "
    "many most to know the good range?",
    controls=(
        Slider("machines", ChoiceScale(MACHINES), 1, "machines"),
        Slider("epochs", ChoiceScale(TIMES), 24, "epochs in the time"),
        Checkbox("known", start=False, label="rates 0.03 to 1 only"),
    ),
    compute=plan,
    picture=plans,
    describe=describe_plans,
    marks=(Along("x", "machines", place=MACHINES.index),),
    parts=(
        Part("the machines on which many at once beat one keeper",
             lambda values, state: (values["epochs"] == 24 and not values["known"]
                                    and values["machines"] == first_that_pays(state.many, state.keeper)),
             "On fewer machines one network that is watched does as well or better.", {"machines": 8}),
        Part("where the range helps the many most",
             lambda values, _: values["known"] and values["epochs"] == 12 and values["machines"] == 1,
             "With little time and one machine you can't afford bad rates: the range is worth a fifth of all digits.",
             {"known": True, "epochs": 12}),
    ),
)  # fmt: skip
