"""Searches at equal cost: seven ways to spend the same epochs on the network of lesson 15."""

import bisect
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from coursekit._checks import MANY, a_sequence, a_whole_number, one_of
from coursekit.lessons.tune_a_real_network.tuning import (
    ADAM,
    LINEAR,
    N_EPOCHS,
    N_TRIALS,
    RATES,
    SPACES,
    Scores,
    sets_of,
    train,
)
from coursekit.search import Setting, Space
from coursekit.search.halving import halving
from coursekit.types import Array

BUDGET = N_TRIALS * N_EPOCHS
RUNGS, KEEP, SHRINK = (1, 3, 9), 1 / 3, 0.5
GRID_LINEAR, RANDOM_LINEAR = "grid on linear scales", "random on linear scales"
GRID, RANDOM = "grid on log scales", "random on log scales"
ZOOM, HALVING, TPE = "coarse to fine", "halving", "TPE of Optuna"
STRATEGIES = (GRID_LINEAR, RANDOM_LINEAR, GRID, RANDOM, ZOOM, HALVING, TPE)
Trainer = Callable[[Sequence[Setting], int, int], Array]


class Found(NamedTuple):
    """What a strategy has spent, and what it ends with.

    Attributes
    ----------
    setting : dict
        The one that it chose.
    score : float
        By which it was chosen.
    n_trials : int
        How many settings were tried.
    epochs : int
        How many all trials took together.
    """

    setting: Setting
    score: float
    n_trials: int
    epochs: int


def trainer(split: int, optimizer: str = ADAM) -> Trainer:
    """Make a function that trains settings on one split of the digits, and returns their validation accuracies.

    Examples
    --------
    >>> score = trainer(0)
    >>> score([{"learning_rate": 0.01, "momentum": 0.9, "units": 32}], 0, 2) > 0.5
    array([ True])
    """
    split = a_whole_number("trainer", "split", split, least=0)
    one_of("trainer", "optimizer", optimizer, RATES)

    def score(settings: Sequence[Setting], first: int, n_epochs: int) -> Array:
        return scored(settings, range(first, first + len(settings)), split, optimizer, n_epochs).validation

    return score


def scored(settings: Sequence[Setting], numbers: Sequence[int], split: int, optimizer: str, n_epochs: int) -> Scores:
    """Train settings whose first weights their numbers decide.

    Examples
    --------
    >>> setting = {"learning_rate": 0.01, "momentum": 0.9, "units": 16}
    >>> scored([setting], [0], 0, "Adam", 1).validation.shape
    (1,)
    """
    split = a_whole_number("scored", "split", split, least=0)
    n_epochs = a_whole_number("scored", "n_epochs", n_epochs, most=MANY)
    numbers = [a_whole_number("scored", "numbers", number, least=0)
               for number in a_sequence("scored", "numbers", numbers, "numbers of trials")]  # fmt: skip
    rngs = [np.random.default_rng([split, 2, number]) for number in numbers]
    *_, scores = train(settings, rngs, sets_of(split), optimizer=optimizer, n_epochs=n_epochs)
    return scores


def search(strategy: str, split: int, optimizer: str = ADAM) -> Found:
    """Search once, with 243 epochs.

    Examples
    --------
    >>> found = search("grid on log scales", 0)
    >>> found.n_trials, found.epochs, found.score > 0.9
    (27, 243, True)
    """
    one_of("search", "strategy", strategy, STRATEGIES[:-1])
    one_of("search", "optimizer", optimizer, RATES)
    split = a_whole_number("search", "split", split, least=0)
    rng, space = np.random.default_rng([split, 3]), (LINEAR if "linear" in strategy else SPACES)[optimizer]
    if strategy == ZOOM:
        return _coarse_to_fine(space, split, optimizer, rng)
    if strategy == HALVING:
        return _by_halving(space, split, optimizer, rng)
    settings = space.grid(3) if "grid" in strategy else space.random(N_TRIALS, rng)
    return _best_of(settings, trainer(split, optimizer)(settings, 0, N_EPOCHS))


def _best_of(settings: Sequence[Setting], scores: ArrayLike) -> Found:
    best = int(np.argmax(scores))
    return Found(settings[best], float(np.asarray(scores)[best]), len(settings), len(settings) * N_EPOCHS)


def _coarse_to_fine(space: Space, split: int, optimizer: str, rng: np.random.Generator, n_rounds: int = 3) -> Found:
    """Draw in three rounds of nine: the second and the third look closer around the best so far."""
    score, settings, scores = trainer(split, optimizer), list[Setting](), list[float]()
    for i in range(n_rounds):
        if i:
            space = space.zoom(settings[int(np.argmax(scores))], SHRINK).space
        drawn = space.random(N_TRIALS // n_rounds, rng)
        scores += score(drawn, len(settings), N_EPOCHS).tolist()
        settings += drawn
    return _best_of(settings, scores)


def most_to_halve(budget: int = BUDGET) -> int:
    """Count how many trials can start on the first rung, so that all rungs together cost at most the budget.

    Examples
    --------
    >>> n = most_to_halve(243)
    >>> n, halving(n, 1 / 3, (1, 3, 9), up_to=True).total
    (107, 243)
    """
    budget = a_whole_number("most_to_halve", "budget", budget, most=MANY)
    several = range(1, budget + 1)  # each costs an epoch at least, and more of them never cost less
    return max(1, bisect.bisect_right(several, budget, key=lambda n: halving(n, KEEP, RUNGS, up_to=True).total))


def _by_halving(space: Space, split: int, optimizer: str, rng: np.random.Generator) -> Found:
    """Train 107 for an epoch, 35 of them up to the third and 11 up to the ninth."""
    plan = halving(most_to_halve(), KEEP, RUNGS, up_to=True)
    settings, alive = space.random(plan.rungs[0].n_trials, rng), list(range(plan.rungs[0].n_trials))
    for rung in plan.rungs:
        alive = alive[: rung.n_trials]
        scores = scored([settings[i] for i in alive], alive, split, optimizer, rung.epochs_so_far).validation
        order = np.argsort(-scores, kind="stable")
        alive, scores = [alive[i] for i in order], scores[order]
    return Found(settings[alive[0]], float(scores[0]), len(settings), plan.total)


def again(settings: Sequence[Setting], split: int, optimizer: str = ADAM, n_times: int = 5) -> Scores:
    """Train each setting with new seeds: other weights, and another order of the mini-batches.

    Examples
    --------
    >>> again([{"learning_rate": 0.01, "momentum": 0.9, "units": 8}], 0, n_times=2).test.shape
    (2, 1)
    """
    settings = a_sequence("again", "settings", settings, "settings")
    split = a_whole_number("again", "split", split, least=0)
    n_times = a_whole_number("again", "n_times", n_times, most=MANY)
    repeats = []
    for repeat in range(1, n_times + 1):
        rngs = [np.random.default_rng([split, 4, repeat]) for _ in settings]
        *_, scores = train(settings, rngs, sets_of(split), optimizer=optimizer, order=repeat)
        repeats.append(scores)
    return Scores(*(np.stack(column) for column in zip(*repeats, strict=True)))
