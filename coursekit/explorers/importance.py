"""Four random searches over all hyperparameters at once, on real digits."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.datasets import Split, digits
from coursekit.explorers.controls import Dropdown, Slider
from coursekit.explorers.declare import Explorer, Words
from coursekit.figures.importance import ROWS, Filtered, Importance
from coursekit.figures.importance import filtered as filtered_picture
from coursekit.figures.importance import importance as importance_picture
from coursekit.importance import N_BINS, main_shares, marginal, noise_share, resampled_shares
from coursekit.measured import measured
from coursekit.network import init_network
from coursekit.optimizers import adam, inverse_time_decay, momentum
from coursekit.scales import ChoiceScale, IntegerScale, LinearScale, LogScale, ReverseLogScale, Scale
from coursekit.search import Setting, Space
from coursekit.training import fit

N_EPOCHS, N_TRIALS, N_REPEATED, N_SEEDS = 10, 600, 100, 3
LEAST = 50  # trials: with fewer, a share is luck
ADAM, NARROW, MOMENTUM, CLASSICAL = "Adam", "Adam at narrow rates", "momentum", "momentum as in PyTorch"
SIZES: dict[str, Any] = {
    "layers": IntegerScale(1, 4),
    "units": ChoiceScale([8, 16, 32, 64, 128]),
    "decay_rate": LogScale(0.01, 1),
    "batch_size": ChoiceScale([16, 32, 64, 128, 256]),
}
ADAMS_OWN: dict[str, Any] = {
    "beta1": ReverseLogScale(0.5, 0.999), "beta2": ReverseLogScale(0.9, 0.9999), "eps": LogScale(1e-10, 1e-2)
}  # fmt: skip
SPACES = {
    ADAM: Space(learning_rate=LogScale(1e-4, 1), **ADAMS_OWN, **SIZES),
    NARROW: Space(learning_rate=LogScale(2e-3, 2e-2), **ADAMS_OWN, **SIZES),
    MOMENTUM: Space(learning_rate=LogScale(1e-3, 10), momentum=ReverseLogScale(0.5, 0.999), **SIZES),
    CLASSICAL: Space(learning_rate=LogScale(1e-4, 1), momentum=ReverseLogScale(0.5, 0.999), **SIZES),
}


@lru_cache
def _digits(seed: int) -> Split:
    return digits(np.random.default_rng(seed), dtype=np.float32)


@lru_cache
def settings(search: str) -> list[Setting]:
    """Draw the 600 settings of a search, always the same."""
    return SPACES[search].random(N_TRIALS, np.random.default_rng([1, list(SPACES).index(search)]))


def train(search: str, trial: int, seed: int = 0) -> float:
    """Train one setting for ten epochs; return its accuracy on the 597 digits that it did not learn from.

    Parameters
    ----------
    search : str
        A name of ``SPACES``.
    trial : int
        Which of its settings, from 0.
    seed : int, optional
        With the trial, it decides the split of the digits, the first weights and the mini-batches.

    Returns
    -------
    float

    Examples
    --------
    >>> train("Adam", 0) > 0.5
    True
    """
    own = settings(search)[trial]
    return score(
        own, split=seed * 10 + trial % 10, rng=np.random.default_rng([seed, trial]), classical=search == CLASSICAL
    )


def score(setting: Setting, *, split: int, rng: np.random.Generator, classical: bool = False) -> float:
    """Train any setting of a search, and return its accuracy.

    Parameters
    ----------
    setting : dict
        Of one of the ``SPACES``.
    split : int
        The seed that parts the digits.
    rng : numpy.random.Generator
        Where the first weights and the mini-batches come from.
    classical : bool, optional
        Whether the rate is meant for v = momentum * v + d_w, which takes steps 1 / (1 - momentum) times as long.

    Returns
    -------
    float
    """
    own = dict(setting)
    rate, decay_rate, batch_size = (own.pop(name) for name in ("learning_rate", "decay_rate", "batch_size"))
    if classical:
        rate /= 1 - own["momentum"]
    data = _digits(split)
    start = init_network([64, *[own.pop("units")] * own.pop("layers"), 10], rng, dtype=np.float32)
    optimizer = momentum if "momentum" in own else adam
    _, history = fit(start, data.X_train, data.y_train, learning_rate=inverse_time_decay(rate, decay_rate=decay_rate),
                     n_epochs=N_EPOCHS, batch_size=batch_size, rng=rng, optimizer=optimizer,
                     validation=(data.X_test, data.y_test), **own)  # fmt: skip
    return float(history.validation_accuracy[-1])


@lru_cache
def trials(search: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Look up the trials of experiments/importance.py.

    Parameters
    ----------
    search : str
        A name of ``SPACES``.

    Returns
    -------
    u : array, shape (600, d)
        Each setting as a point of the unit cube, a column a hyperparameter of the search.
    scores : array, shape (600,)
        Its accuracy, with the first seed.
    """
    rows = _rows(search)
    return SPACES[search].to_unit(settings(search)), rows["accuracy"][rows["seed"] == 0]


@lru_cache
def repeats(search: str) -> NDArray[np.float64]:
    """Look up the accuracies of the first 100 settings with each of three seeds, shape (100, 3)."""
    rows = _rows(search)
    by_seed: NDArray[np.float64] = rows["accuracy"][rows["trial"] < N_REPEATED].reshape(N_SEEDS, N_REPEATED)
    return by_seed.T


def _rows(search: str) -> NDArray[Any]:
    table = measured("importance")
    rows: NDArray[Any] = table[table["search"] == search]
    return rows


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
    """Return the shares and their spread, of the first trials whose rate is within a window; nan for fewer than 40."""
    u, scores = (values[:n_trials] for values in trials(search))
    inside = within(search, low, high)[:n_trials]
    if inside.sum() < LEAST:
        return np.full(u.shape[1], np.nan), np.full(u.shape[1], np.nan)
    u, scores = u[inside], scores[inside]
    resampled = resampled_shares(u, scores, np.random.default_rng(0), n_resamples=50)
    return main_shares(u, scores), resampled.std(axis=0)


def within(search: str, low: float, high: float) -> NDArray[np.bool_]:
    """Say which trials of a search have a learning rate from ``low`` to ``high``."""
    rates = np.array([setting["learning_rate"] for setting in settings(search)])
    return (low <= rates) & (rates <= high)


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
    task="Look at every hyperparameter in turn. Then narrow the window around 0.01 to one decade: who leads now?",
    controls=(
        Dropdown("row", tuple(row for row, _ in ROWS), "learning rate", "hyperparameter"),
        Slider("decades", LinearScale(0.5, 6), 6, "width of the window, in decades", steps=55),
        Slider("middle", LogScale(1e-3, 1), 0.01, "middle of the window", steps=60),
        Dropdown("search", (ADAM, MOMENTUM, CLASSICAL), ADAM, "search"),
    ),
    compute=look_at,
    picture=filtered_picture,
    describe=describe_filtered,
)


def forest(search: str, n_trials: int) -> NDArray[np.float64]:
    """Look up the shares of experiments/importance_forest.py, shape (20 refits, d)."""
    table = measured("importance_forest")
    rows = table[(table["search"] == search) & (table["n_trials"] == n_trials)]
    by_name: list[NDArray[np.float64]] = [
        rows["share"][rows["hyperparameter"] == name] for name in SPACES[search].scales
    ]
    return np.stack(by_name, axis=-1)


def weigh(search: str, n_trials: str) -> Importance:
    """Put both methods' answers side by side."""
    n = int(n_trials)
    shares, spread = _shares(search, 0, np.inf, n)
    totals = forest(search, n)
    return Importance(
        search, n, in_rows(search, shares), in_rows(search, spread), in_rows(search, totals.mean(axis=0)),
        in_rows(search, totals.std(axis=0)), noise_share(trials(search)[1][:n], repeats(search)),
    )  # fmt: skip


def describe_importance(state: Importance) -> Words:
    """Say who leads by each method, and how much they leave."""
    by_both = []
    for values, spread in ((state.shares, state.spread), (state.totals, state.total_spread)):
        order = np.argsort(-np.nan_to_num(values, nan=-1))[:3]
        by_both.append(", ".join(f"{ROWS[i][0]} {values[i]:.0%} \u00b1 {spread[i]:.0%}" for i in order))
    return Words(
        f"Learning rate: {state.shares[0]:.0%} alone, {state.totals[0]:.0%} with interactions",
        f"{state.n_trials} trials, {state.search}. Alone: {by_both[0]}; all together {np.nansum(state.shares):.0%}. "
        f"With interactions: {by_both[1]}. The seed: {state.noise:.1%}.",
    )


IMPORTANCE = Explorer(
    name="importance",
    title="Who explains the accuracy?",
    task="Is the order of the bars the order of the notes? Change the search, then see what 100 trials can tell.",
    controls=(
        Dropdown("search", tuple(SPACES), ADAM, "search"),
        Dropdown("n_trials", ("100", "300", "600"), "600", "trials"),
    ),
    compute=weigh,
    picture=importance_picture,
    describe=describe_importance,
)
