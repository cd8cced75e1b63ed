"""Who matters: the trials of the searches, one hyperparameter at a time; and what each explains, by two methods."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.task import Part
from coursekit.lessons.what_to_tune_first.explore_searches import (
    ADAM,
    CLASSICAL,
    MOMENTUM,
    N_TRIALS,
    SPACES,
    forest,
    repeats,
    trials,
    within,
)
from coursekit.lessons.what_to_tune_first.importance import N_BINS, main_shares, marginal, noise_share, resampled_shares
from coursekit.lessons.what_to_tune_first.picture_importance import ROWS, Filtered, Importance
from coursekit.lessons.what_to_tune_first.picture_importance import filtered as filtered_picture
from coursekit.lessons.what_to_tune_first.picture_importance import importance as importance_picture
from coursekit.scales import ChoiceScale, IntegerScale, LinearScale, LogScale, ReverseLogScale, Scale

LEAST = 50  # trials: with fewer, a share is luck


def column(search: str, row: str) -> int | None:
    """Return which column of a search a row of the pictures is; None if the search has none."""
    name = dict(ROWS)[row]
    names = list(SPACES[search].scales)
    if name == "momentum" and "beta1" in names:
        name = "beta1"
    return names.index(name) if name in names else None


def in_rows(search: str, values: Any) -> NDArray[np.float64]:
    """Lay out what belongs to the columns of a search by the rows of the pictures, nan where there is none."""
    columns = [column(search, row) for row, _ in ROWS]
    return np.array([np.nan if j is None else values[j] for j in columns])


@lru_cache
def _shares(search: str, low: float, high: float, n_trials: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the shares and their spread, of the first trials whose rate is within a window; nan for fewer than 50."""
    u, scores = (values[:n_trials] for values in trials(search))
    inside = within(search, low, high)[:n_trials]
    if inside.sum() < LEAST:
        return np.full(u.shape[1], np.nan), np.full(u.shape[1], np.nan)
    u, scores = u[inside], scores[inside]
    resampled = resampled_shares(u, scores, np.random.default_rng(0), n_resamples=50)
    return main_shares(u, scores), resampled.std(axis=0)


def marks(scale: Scale) -> tuple[tuple[float, str], ...]:
    """Choose up to five values of a scale to stand below its axis."""
    ends = scale.grid(5, ends=True).tolist() if not isinstance(scale, ReverseLogScale) else [
        scale.low, *(x for x in (0.9, 0.99, 0.999) if scale.low < x < scale.high), scale.high]  # fmt: skip
    return tuple((float(scale.to_unit(value)), f"{value:.4g}") for value in dict.fromkeys(ends))


def count(scale: Scale) -> int:
    """Count the values of a scale; 0 if they are numbers without gaps."""
    if isinstance(scale, IntegerScale):
        return scale.high - scale.low + 1
    return len(scale.options) if isinstance(scale, ChoiceScale) else 0


def look_at(search: str, row: str, middle: float, decades: float) -> Filtered:
    """Look at one hyperparameter in the trials whose learning rate is within some decades of ``middle``."""
    low, high = middle / 10 ** (decades / 2), middle * 10 ** (decades / 2)
    inside = within(search, low, high)
    j = column(search, row)
    if j is None:  # momentum has no beta2 and no epsilon
        j, row = 0, ROWS[0][0]
    u, scores = trials(search)
    scale = list(SPACES[search].scales.values())[j]
    shares, spread = (in_rows(search, values) for values in _shares(search, low, high, N_TRIALS))
    n_values = count(scale)
    found = marginal(u[inside, j], scores[inside], n_bins=n_values or N_BINS)
    shown = u[:, j] + (0.4 / n_values * (np.modf(np.arange(len(u)) * 0.618034)[0] - 0.5) if n_values else 0)
    rates = SPACES[search].scales["learning_rate"].from_unit([0, 1])
    low, high = max(low, rates[0]), min(high, rates[1])
    return Filtered(search, row, low, high, shown, scores, inside, found, marks(scale), shares, spread)


def describe_filtered(state: Filtered) -> Words:
    """Say who explains most, what is left of the variance, and where the best bin is."""
    n = int(state.inside.sum())
    window = f"{n} of {state.scores.size} trials have a rate from {state.low:.2g} to {state.high:.2g}"
    if np.isnan(state.shares).all():
        return Words(f"Only {n} trials: too few to say", f"{window}. Below {LEAST}, a share would be luck.")
    order = np.argsort(-np.nan_to_num(state.shares, nan=-1))
    first, second = (f"{ROWS[i][0]} {max(state.shares[i], 0):.0%}" for i in order[:2])
    sd = np.std(state.scores[state.inside])
    means = state.marginal.means[state.marginal.counts > 0]
    return Words(
        f"Most explained by: {first}, then {second}",
        f"{window}. Their accuracy has mean {np.mean(state.scores[state.inside]):.2f} and standard deviation {sd:.2f}. "
        f"Along {state.row}, the mean of a bin goes from {means.min():.2f} to {means.max():.2f}.",
    )


TRIALS = Explorer(
    name="trials",
    title="What is left to explain, once the learning rate is right?",
    task="Narrow the window around 0.01 to one decade: who leads now? Then find a window with too few trials to "
    "say anything.",
    controls=(
        Dropdown("row", tuple(row for row, _ in ROWS), "learning rate", "hyperparameter"),
        Slider("decades", LinearScale(0.5, 6), 6, "window, in decades", steps=55),
        Slider("middle", LogScale(1e-3, 1), 0.01, "middle of the window", steps=60),
        Dropdown("search", (ADAM, MOMENTUM, CLASSICAL), ADAM, "search"),
    ),
    compute=look_at,
    picture=filtered_picture,
    describe=describe_filtered,
    marks=(Along("y", "row", axes=1),),
    parts=(
        Part("the window in which another one leads",
             lambda values, state: (values["search"] == ADAM and values["decades"] <= 1.2
                                    and np.nan_to_num(state.shares).argmax() > 0),
             "Once the learning rate is about right, the number of hidden units explains the most of what is left.",
             {"decades": 1.0}),
        Part("a window with too few trials", lambda _, state: bool(np.isnan(state.shares).all()),
             f"With fewer than {LEAST} trials a share would be luck, so none is drawn.",
             {"decades": 0.5, "middle": 1.0}),
    ),
)  # fmt: skip


def weigh(search: str, n_trials: str) -> Importance:
    """Put both methods' answers side by side."""
    n = int(n_trials)
    shares, spread = _shares(search, 0, np.inf, n)
    of_all, of_halves = forest(search, n).mean(axis=0), forest(search, n, "half").std(axis=0, ddof=1)
    alone, alone_sd, in_all, in_all_sd = (in_rows(search, values) for values in (shares, spread, of_all, of_halves))
    seed = noise_share(trials(search)[1][:n], repeats(search))
    return Importance(search, n, alone, alone_sd, in_all, in_all_sd, seed)


def describe_importance(state: Importance) -> Words:
    """Say who leads by each method, and how much they leave."""
    by_bins, by_forest = (np.argsort(-np.nan_to_num(each, nan=-1))[:3] for each in (state.shares, state.totals))
    alone = ", ".join(f"{ROWS[i][0]} {state.shares[i]:.0%} \u00b1 {state.spread[i]:.0%}" for i in by_bins)
    in_all = ", ".join(f"{ROWS[i][0]} {state.totals[i]:.0%} \u00b1 {state.totals_spread[i]:.0%}" for i in by_forest)
    low, high = SPACES[state.search].scales["learning_rate"].from_unit([0, 1])
    return Words(
        f"Learning rate: {state.shares[0]:.0%} alone, {state.totals[0]:.0%} with interactions",
        f"{state.n_trials} trials, {state.search}, rates from {low:g} to {high:g}. Alone: {alone}; all "
        f"together {np.nansum(state.shares):.0%}. With interactions: {in_all}. The seed: {state.noise:.1%}.",
    )


IMPORTANCE = Explorer(
    name="importance",
    title="Who explains the accuracy?",
    task="Is the order of the bars the order of the notes? Find a search in which the learning rate does not lead, "
    "and a number of trials at which the two methods contradict each other.",
    controls=(
        Dropdown("search", tuple(SPACES), ADAM, "search"),
        Dropdown("n_trials", ("100", "300", "600"), "600", "trials"),
    ),
    compute=weigh,
    picture=importance_picture,
    describe=describe_importance,
    parts=(
        Part("a search that the learning rate does not lead", lambda _, state: np.nan_to_num(state.totals).argmax() > 0,
             "Importance belongs to the ranges: where all rates are good, another hyperparameter explains more.",
             {"search": "Adam at narrow rates"}),
        Part("too few trials for the two to agree", lambda _, state: state.shares[0] > state.totals[0],
             "Nothing explains more alone than with its interactions, so this many trials can't tell.",
             {"n_trials": "100"}),
    ),
)  # fmt: skip
