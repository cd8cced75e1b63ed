"""Many at once: a budget of epochs shared by many networks, live, each trained to its share and the best kept."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from coursekit.lab.controls import Checkbox, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.task import Part
from coursekit.lessons.panda_or_caviar.caviar import halved, halvings, many_at_once
from coursekit.lessons.panda_or_caviar.explore_panda import N_TRIALS, WAYS, draws, kept, trials
from coursekit.lessons.panda_or_caviar.panda import BUDGET, N_GAMES, N_TRAIN
from coursekit.lessons.panda_or_caviar.picture_caviar import Shoal, shoal
from coursekit.metrics import expected_best
from coursekit.scales import ChoiceScale, IntegerScale
from coursekit.search.halving import Halving
from coursekit.types import Array

GAMES = range(1, N_GAMES + 1)


@lru_cache
def expected_in_24() -> Array:
    """Return what the best of each way to share 24 epochs gets of the test set, on average: a row per split, (8, 8).

    It is chosen by the dev set.
    """
    at = [[(dev[BUDGET // n - 1], test[BUDGET // n - 1], n) for n in WAYS] for dev, test in map(trials, GAMES)]
    return np.array([[expected_best(dev, n, of=test) for dev, test, n in row] for row in at])


@lru_cache
def halved_in_24() -> tuple[Halving, Array]:
    """Return the best way to halve within 24 epochs, and what its winner gets of the test set on each split, (8,)."""
    plans = halvings(BUDGET)
    worth = np.array([[halved(*trials(game), plan, draws(N_TRIALS, plan.rungs[0].n_trials)).mean() for game in GAMES]
                      for plan in plans])  # fmt: skip
    best = int(worth.mean(axis=1).argmax())
    return plans[best], worth[best]


@lru_cache
def kept_in_24() -> Array:
    """Return what a network that the rule babysits for 24 epochs gets of the test set, on each split, (8,)."""
    return np.array([kept(game, BUDGET)[1].mean() for game in GAMES])


def share_the_budget(n_models: int, draw: int, measured: bool) -> Iterator[Shoal]:
    """Train n networks side by side, on a split that was not measured, each for its share of the epochs."""
    each = BUDGET // n_models
    levels = (float(halved_in_24()[1].mean()), float(kept_in_24().mean())) if measured else None
    curves: list[Array] = []
    for progress in many_at_once(N_GAMES + draw, n_models, each, N_TRAIN):
        curves.append(progress.dev)
        yield Shoal(np.stack(curves, axis=1), progress.test, *progress[:2], each, WAYS, expected_in_24(), levels)


def describe_shoal(state: Shoal) -> Words:
    """Say which network is ahead, and, where that is asked for, what all ways to share lead to on average."""
    n, best = len(state.curves), state.best
    words = (
        f"Its rate is {state.rates[best]:.3g}, its momentum {state.momenta[best]:g}. It is ahead with "
        f"{state.curves[best, -1]:.3f} of the dev set."
    )
    if state.levels:
        expected = state.expected[:, state.ways.index(n)]
        means = state.expected.mean(axis=0)
        halving, rule = state.levels
        words += (
            f" On 8 measured splits the best of {n} gets {expected.mean():.3f} on average ({expected.min():.3f} to "
            f"{expected.max():.3f}). Of all ways to share {BUDGET} epochs, {state.ways[int(means.argmax())]} at once "
            f"do best, with {means.max():.3f}. Halving: {halving:.3f}. One babysat by the rule: {rule:.3f}."
        )
    epochs = "epoch" if state.n_epochs == 1 else "epochs"
    return Words(f"Best of {n}, after {state.epoch} of {state.n_epochs} {epochs}: {state.test[best]:.3f}", words)


MANY_AT_ONCE = Explorer(
    name="many-at-once",
    title="How many should share 24 epochs?",
    task="Train 24 at once, then 1, then the numbers between, with several draws: which number would you bet on? "
    "Write it down. Then show what 8 splits say of it.",
    controls=(
        Slider("n_models", ChoiceScale(WAYS), 24, "networks at once"),
        Slider("draw", IntegerScale(1, 20), 1, "draw"),
        Checkbox("measured", start=False, label="the mean of 8 splits"),
    ),
    compute=share_the_budget,
    picture=shoal,
    describe=describe_shoal,
    marks=(Along("x", "n_models", axes=1, place=WAYS.index),),
    parts=(
        Part("one that has all 24 epochs", lambda values, _: values["n_models"] == 1,
             "A single network is as good as its rate, and that was luck: other draws end far above or below.",
             {"n_models": 1}),
        Part("the number that does best on 8 splits",
             lambda values, state: (values["measured"]
                                    and state.expected.mean(axis=0).argmax() == state.ways.index(values["n_models"])),
             "Few at once can afford six epochs each, and are still enough for one of them to have a good rate.",
             {"n_models": 4, "measured": True}),
    ),
)  # fmt: skip
