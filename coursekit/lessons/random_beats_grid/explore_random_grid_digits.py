"""Grid, random and Halton points on real digits: two pairs of hyperparameters, measured densely, and trained live."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from coursekit.datasets import Split
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.measured import measured
from coursekit.lab.splits import digits_of
from coursekit.lab.task import Part
from coursekit.lessons.random_beats_grid.picture_random_grid import ENDS, MIDPOINTS
from coursekit.lessons.random_beats_grid.picture_random_grid_digits import DigitSearch
from coursekit.lessons.random_beats_grid.picture_random_grid_digits import digit_search as digit_search_picture
from coursekit.network import Network, init_network
from coursekit.optimizers import adam
from coursekit.scales import IntegerScale, LogScale, ReverseLogScale
from coursekit.search.layouts import grid_points, halton
from coursekit.training import epochs
from coursekit.types import Array

N_LAYERS, N_EPOCHS, BATCH_SIZE = 3, 5, 50
N_SEEDS, N_REPLAYS = 10, 200  # of the experiment; of the earlier searches that a picture shows
N_AGAIN = 5  # trainings that count: others than those that a search chose by
FRESH = 100  # the first split of those trainings in a live search
RATES = LogScale(1e-5, 10)
N_RATES = 61  # ten a decade
DECADES = 4  # of a search's range, which begins somewhere between 1e-5 and 1e-3
BETA1, WEIGHTS = "learning rate and beta1", "learning rate and starting weights"


class Pair(NamedTuple):
    """The learning rate and another hyperparameter: its name, its scale, and how many values of it were measured."""

    second: str
    scale: LogScale | ReverseLogScale
    n_measured: int


PAIRS = {
    BETA1: Pair("beta1 of Adam", ReverseLogScale(0.5, 0.99), 9),
    WEIGHTS: Pair("size of the starting weights", LogScale(0.01, 1), 13),
}


def train(
    pair: str, rates: Array, second: Array, seed: int, n_epochs: int = N_EPOCHS, *, stack: int = 1
) -> Iterator[Array]:
    """Train a network 64-32-32-32-10 with Adam at each of k settings, all of them as one stack."""
    data, rng = digits_of(seed, np.float32), np.random.default_rng([seed, stack])
    yield from _train(pair, rates, second, n_epochs, data=data, rng=rng)


def _train(
    pair: str, rates: Array, second: Array, n_epochs: int, *, data: Split, rng: np.random.Generator
) -> Iterator[Array]:
    scale: Any = second if pair == WEIGHTS else "he"
    options: dict[str, Any] = {} if pair == WEIGHTS else {"beta1": second}
    network = Network([64, *[32] * N_LAYERS, 10])
    start = init_network(network, rng, n_models=len(rates), scale=scale, dtype=np.float32)
    for epoch in epochs(network, start, data.X_train, data.y_train, optimizer=adam, learning_rate=rates,
                        n_epochs=n_epochs,
                        batch_size=BATCH_SIZE, rng=rng, validation=(data.X_test, data.y_test), **options):  # fmt: skip
        yield epoch.validation_accuracy


@lru_cache
def trainings(pair: str) -> Array:
    """Look up the trainings of experiments/random_beats_grid/random_grid.py.

    Examples
    --------
    >>> trainings(BETA1).shape, trainings(WEIGHTS).shape
    ((61, 9, 10), (61, 13, 10))
    """
    table = measured("random_grid")
    rows = table[table["pair"] == pair]
    by_seed = [rows[f"accuracy{seed}"] for seed in range(N_SEEDS)]
    return np.stack(by_seed, axis=-1).reshape(N_RATES, PAIRS[pair].n_measured, N_SEEDS)


class Replays(NamedTuple):
    """What many searches found: each trial is the nearest setting that was measured.

    What a search has chosen counts by the mean of five trainings that it did not choose by, so that luck does not pay.

    Attributes
    ----------
    seen : array, shape (3, k)
        The best accuracy that the grid, the random and the Halton search saw, one training per trial.
    worth : array, shape (3, k)
        What that choice is worth.
    less_noise : array, shape (3, k)
        What the choice is worth if each trial is scored by the mean of the five other trainings.
    """

    seen: Array
    worth: Array
    less_noise: Array


def replay(
    pair: str, kind: str, n_per_axis: int, starts: Array, rng: np.random.Generator, *, second: tuple[Array, float] = (
        np.zeros(1), 1.0)
) -> Replays:  # fmt: skip
    """Search the measured trainings in three layouts, once for each start of the range.

    ``second`` says where the other hyperparameter's range begins, and how wide it is, as shares of what was measured.

    Examples
    --------
    >>> found = replay(BETA1, MIDPOINTS, 5, np.full(100, 1e-4), np.random.default_rng(0))
    >>> found.seen.shape, bool(found.seen.mean() > found.worth.mean())
    ((3, 100), True)
    """
    k, all_ten = len(starts), trainings(pair)
    shape = k, n_per_axis**2, 2
    layouts = (np.broadcast_to(grid_points(n_per_axis, ends=kind == ENDS), shape), rng.random(shape),
               (halton(shape[1]) + rng.random((k, 1, 2))) % 1)  # fmt: skip
    found = []
    for points in layouts:
        low = RATES.to_unit(starts)[:, None]
        row = np.rint((low + points[..., 0] * DECADES / 6) * (N_RATES - 1)).astype(int)
        column = np.rint((second[0][:, None] + second[1] * points[..., 1]) * (all_ten.shape[1] - 1)).astype(int)
        scores = rng.permuted(all_ten[row, column], axis=-1)
        one, five, others = scores[..., 0], scores[..., :N_AGAIN].mean(axis=-1), scores[..., N_AGAIN:].mean(axis=-1)
        by_one, by_five = ((np.arange(k), chosen.argmax(axis=-1)) for chosen in (one, five))
        found.append((one[by_one], others[by_one], others[by_five]))
    return Replays(*np.stack(found, axis=1).round(9))  # so that what is equal is a tie, however it was added up


@lru_cache
def _earlier(pair: str, kind: str, n_per_axis: int, start: float) -> Array:
    return replay(pair, kind, n_per_axis, np.full(N_REPLAYS, start), np.random.default_rng(n_per_axis)).worth


def train_again(pair: str, rates: Array, second: Array, number: int, n_epochs: int) -> Iterator[Array]:
    """Train each of k settings on five more splits, all as one stack; yield their mean accuracies, shape (k,)."""
    splits = [digits_of(FRESH + N_AGAIN * number + i, np.float32) for i in range(N_AGAIN)]
    stacked = Split(*(np.concatenate([[part] * len(rates) for part in parts]) for parts in zip(*splits, strict=True)))
    rates, second, rng = np.tile(rates, N_AGAIN), np.tile(second, N_AGAIN), np.random.default_rng([FRESH, number])
    for accuracies in _train(pair, rates, second, n_epochs, data=stacked, rng=rng):
        yield accuracies.reshape(N_AGAIN, -1).mean(axis=0)


def search_digits(
    pair: str, kind: str, n_per_axis: int, start: float, number: int, *, n_epochs: int = N_EPOCHS
) -> Iterator[DigitSearch]:
    """Train every trial of the three layouts, on a split of its own; then train what each has chosen again."""
    chosen, rng, n = PAIRS[pair], np.random.default_rng([number, n_per_axis]), n_per_axis**2
    layouts = grid_points(n_per_axis, ends=kind == ENDS), rng.random((n, 2)), halton(n, rng=rng)
    exponents = tuple(np.log10(start) + DECADES * points[:, 0] for points in layouts)
    heights = tuple(points[:, 1] for points in layouts)
    rates, second = 10 ** np.concatenate(exponents), chosen.scale.from_unit(np.concatenate(heights))
    surface, earlier = trainings(pair).mean(axis=-1), _earlier(pair, kind, n_per_axis, start)
    state = DigitSearch(chosen.second, (chosen.scale.low, chosen.scale.high), surface, kind, start, DECADES,
                        exponents, heights, (), np.full(3, np.nan), earlier, 0, 2 * n_epochs)  # fmt: skip
    for accuracies in train(pair, rates, second, N_SEEDS + number, n_epochs):
        state = state._replace(accuracies=tuple(np.split(accuracies, 3)), epoch=state.epoch + 1)
        yield state
    best = np.arange(3) * n + [each.argmax() for each in state.accuracies]
    for worth in train_again(pair, rates[best], second[best], number, n_epochs):
        state = state._replace(worth=worth, epoch=state.epoch + 1)
        yield state


def describe_digits(state: DigitSearch) -> Words:
    """Say what each layout has found, now and in the searches before."""
    old_grid, old_random, old_halton = state.earlier
    n, half = len(state.heights[0]), state.n_epochs // 2
    if state.epoch > half:
        now, values = f"What {n} trials chose, trained again", state.worth
        stage = f"Epoch {state.epoch - half} of {half} of five new trainings per choice"
    else:
        now, values, stage = f"Best of {n} so far", state.best, f"Epoch {state.epoch} of {half} of the search"
    grid, random, halton_ = values
    return Words(
        f"{now}: grid {grid:.3f}, random {random:.3f}, Halton {halton_:.3f}",
        f"{stage}; learning rates from {state.start:.2g}, four decades, with "
        f"{state.second}; the grid has {state.kind}. Of {len(old_grid)} earlier searches in this range random chose "
        f"better in {np.mean(old_random > old_grid):.0%}, the grid in {np.mean(old_grid > old_random):.0%}, and the "
        f"rest tied. Their choices' means: grid {old_grid.mean():.3f}, random {old_random.mean():.3f}, "
        f"Halton {old_halton.mean():.3f}.",
    )


def _random_won(state: DigitSearch) -> float:
    grid, random, _ = state.earlier
    return float(np.mean(random > grid))


RANDOM_GRID_DIGITS = Explorer(
    name="random-grid-digits",
    title="Which layout finds the better network, on real digits?",
    task="At 9 trials, move the start of the range: whose choice gets better and worse with it? Find a start at "
    "which random chose better in most earlier searches, and one at which the grid did. Then take the other pair.",
    controls=(
        Dropdown("pair", tuple(PAIRS), BETA1, "what is searched"),
        Dropdown("kind", (MIDPOINTS, ENDS), MIDPOINTS, "grid"),
        Slider("n_per_axis", IntegerScale(3, 5), 3, "values per axis"),
        Slider("start", LogScale(1e-5, 1e-3), 1e-4, "range begins at", steps=20),
        Slider("number", IntegerScale(1, 20), 1, "search number"),
    ),
    compute=search_digits,
    picture=digit_search_picture,
    describe=describe_digits,
    quick={"n_epochs": 1},
    marks=(Along("x", "start", place=np.log10),),
    parts=(
        Part("a start that is bad for the grid",
             lambda values, state: values["n_per_axis"] == 3 and _random_won(state) > 0.75,
             "The grid's three rates fall beside the good ones; random does not notice where the range begins.",
             {"start": 0.000398}),
        Part("the other pair, with a start that is good for the grid",
             lambda values, state: values["pair"] == WEIGHTS and values["n_per_axis"] == 3 and _random_won(state) < 0.2,
             "A grid with a lucky start wins with any pair; but you know that only afterwards.",
             {"pair": WEIGHTS, "start": 0.000158}),
    ),
)  # fmt: skip
