"""Many at once: a budget of epochs shared by many networks, live; and a planner that asks whether they pay."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from coursekit.lab.controls import Checkbox, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.panda_or_caviar.caviar import epochs_each, many_at_once
from coursekit.lessons.panda_or_caviar.explore_panda import WAYS, marks, table
from coursekit.lessons.panda_or_caviar.panda import BUDGET, N_DEV, N_GAMES, N_TRAIN
from coursekit.lessons.panda_or_caviar.picture_caviar import NUMBERS, Plans, Shoal, plans, shoal
from coursekit.metrics import best_of_weights, expected_best
from coursekit.scales import ChoiceScale, IntegerScale, LogScale
from coursekit.types import Array

N_TEST = 597
MARKS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48)  # the epochs after which the trials were looked at
LOOKS = (2, 4, 6, 8, 12, 16, 24, 32, 48)  # the keepers'
NARROW = (0.03, 1.0)
N_NOISES = 40  # how often the noise of the scores is drawn


@lru_cache
def trials(n_train: int, *, narrow: bool = False) -> tuple[list[Array], list[Array]]:
    """Look up the trials of experiments/panda_or_caviar/caviar.py."""
    chosen = table("caviar")
    chosen = chosen[chosen["n_train"] == n_train]
    if narrow:
        chosen = chosen[(chosen["learning_rate"] >= NARROW[0]) & (chosen["learning_rate"] <= NARROW[1])]
    splits = [chosen[chosen["seed"] == seed] for seed in range(1, N_GAMES + 1)]
    return tuple([np.stack([rows[f"{name}{mark}"] / n for mark in MARKS]) for rows in splits]
                 for name, n in (("dev", N_DEV), ("test", N_TEST)))  # type: ignore[return-value]  # fmt: skip


@lru_cache
def expected_in_24() -> Array:
    """Return the expected best dev score of each way to share 24 epochs, shape (8, 8): a row a split."""
    dev, _ = trials(N_TRAIN)
    return np.array([[expected_best(split[MARKS.index(BUDGET // n)], n) for n in WAYS] for split in dev])


def share_the_budget(n_models: int, draw: int) -> Iterator[Shoal]:
    """Train n networks side by side, on a split that was not measured, each for its share of the epochs."""
    each = BUDGET // n_models
    rule = float(np.mean([marks(game).rule for game in range(1, N_GAMES + 1)]))
    curves: list[Array] = []
    for progress in many_at_once(N_GAMES + draw, n_models, each, N_TRAIN):
        curves.append(progress.dev)
        yield Shoal(np.stack(curves, axis=1), *progress[:2], each, WAYS, expected_in_24(), rule)


def describe_shoal(state: Shoal) -> Words:
    """Say which network is ahead, and what its number of companions leads to on average."""
    n, best = len(state.curves), state.best
    expected = state.expected[:, state.ways.index(n)]
    mean = state.expected.mean(axis=0)
    return Words(
        f"Best of {n}, after {state.epoch} of {state.n_epochs} epochs each: {state.curves[best, -1]:.3f}",
        f"Its rate is {state.rates[best]:.3g}, its momentum {state.momenta[best]:g}. On 8 measured splits the best of "
        f"{n} is {expected.mean():.3f} on average ({expected.min():.3f} to {expected.max():.3f}); of all ways to share "
        f"{BUDGET} epochs, {state.ways[int(mean.argmax())]} at once are best, with {mean.max():.3f}. One babysat by "
        f"the rule: {state.rule:.3f}.",
    )


def plan(  # noqa: PLR0917
    minutes_per_1000: float, n_train: int, machines: int, hours: float, noise: float, narrow: bool
) -> Plans:
    """Simulate each number of trainings, and the keeper's rule, on what was measured."""
    per_epoch = {"minutes": 60 * hours, "minutes_per_epoch": minutes_per_1000 * n_train / 1000}
    dev, test = trials(n_train, narrow=narrow)
    n_trials = min(split.shape[1] for split in dev)
    numbers = [n for n in NUMBERS if n <= n_trials]
    epochs = [min(epochs_each(n, machines=machines, **per_epoch), MARKS[-1]) for n in numbers]
    many = np.stack([_chosen(dev, test, n, each, noise) for n, each in zip(numbers, epochs, strict=True)], axis=1)
    panda_epochs = min(epochs_each(1, machines=1, **per_epoch), LOOKS[-1])
    panda = _babysat(n_train, panda_epochs, noise, narrow)
    known = f"rate known to be in {NARROW[0]:g} to {NARROW[1]:g}" if narrow else "rate in 0.001 to 10"
    terms = (
        f"machines: {machines}, hours: {hours:.3g}\nan epoch takes {per_epoch['minutes_per_epoch']:.3g} minutes\n"
        f"extra noise of a score: {noise:g}\n{known}"
    )
    return Plans(np.array(numbers), np.array(epochs), many, panda_epochs, panda, terms)


def _chosen(dev: list[Array], test: list[Array], n: int, epochs: int, noise: float) -> Array:
    """Return the mean and the 10% and 90% quantiles of the test accuracy of whoever has the best score of n."""
    if epochs == 0:
        return np.full(3, 0.1)
    look = np.searchsorted(MARKS, epochs, side="right") - 1
    rng = np.random.default_rng(0)
    values, weights = [], []
    for dev_split, test_split in zip(dev, test, strict=True):
        t = dev_split.shape[1]
        scores = dev_split[look] + noise * rng.standard_normal((N_NOISES, t))
        values.append(test_split[look][np.argsort(scores, axis=-1, kind="stable")].ravel())
        weights.append(np.tile(best_of_weights(t, n), N_NOISES))
    return _summary(np.concatenate(values), np.concatenate(weights))


def _babysat(n_train: int, epochs: int, noise: float, narrow: bool) -> Array:
    """Return the same of the keepers."""
    if epochs < LOOKS[0]:
        return np.full(3, 0.1)
    runs = table("panda")
    runs = runs[(runs["n_train"] == n_train) & (runs["noise"] == noise)]
    if narrow:
        runs = runs[(runs["start"] >= NARROW[0]) & (runs["start"] <= NARROW[1])]
    look = LOOKS[np.searchsorted(LOOKS, epochs, side="right") - 1]
    values = runs[f"test{look}"] / N_TEST
    return _summary(values, np.ones(len(values)))


def _summary(values: Array, weights: Array) -> Array:
    order = np.argsort(values, kind="stable")
    values, weights = values[order], weights[order] / weights.sum()
    places = np.searchsorted(np.cumsum(weights), [0.1, 0.9])
    low, high = values[np.minimum(places, len(values) - 1)]
    return np.array([values @ weights, low, high])


def describe_plans(state: Plans) -> Words:
    """Say which pays, by how much, and how sure one plan is of its outcome."""
    best = int(state.many[0].argmax())
    n, epochs = state.n_models[best], state.epochs[best]
    (many, low, high), (panda, panda_low, panda_high) = state.many[:, best], state.panda
    if max(*state.epochs, state.panda_epochs) == 0:
        return Words(
            "0 epochs until the deadline: nothing pays",
            f"No time for even 1 epoch: {state.terms.replace(chr(10), '; ')}.",
        )
    name = f"{n} at once" if n > 1 else "one that nobody watches"
    pays = f"The panda pays: {panda:.3f}, against {many:.3f} for {name}"
    if many > panda:
        pays = f"{name.capitalize()} pay{'s' if n == 1 else ''}: {many:.3f}, against {panda:.3f} for the panda"
    return Words(
        pays,
        f"Best is {n} at once; epochs each: {epochs}. In eight of ten such searches the chosen one gets between "
        f"{low:.3f} and {high:.3f}. One babysat by the rule, for {state.panda_epochs} epochs: {panda_low:.3f} to "
        f"{panda_high:.3f}. The most trainings measured, {state.n_models[-1]}: {state.many[0, -1]:.3f}.",
    )


MANY_AT_ONCE = Explorer(
    name="many-at-once",
    title="How many should share 24 epochs?",
    task="Train 24 at once, then 1, then find the number that does best; repeat it with other draws. Does one of them "
    "reach what the babysat network reaches?",
    controls=(
        Slider("n_models", ChoiceScale(WAYS), 24, "networks at once"),
        Slider("draw", IntegerScale(1, 20), 1, "draw"),
    ),
    compute=share_the_budget,
    picture=shoal,
    describe=describe_shoal,
)
PANDA_OR_CAVIAR = Explorer(
    name="panda-or-caviar",
    title="Which pays, the panda or the caviar?",
    task="From how many machines on do the many pay? Let the range of the rate be known: and now? Go back to one "
    "machine and an unknown range, and add noise to the scores until the panda no longer pays.",
    controls=(
        Slider("minutes_per_1000", LogScale(0.1, 100), 10, "minutes for 1,000 digits"),
        Slider("n_train", ChoiceScale((100, 300, 900)), 300, "training digits"),
        Slider("machines", IntegerScale(1, 16), 1, "machines"),
        Slider("hours", LogScale(0.1, 48), 1.2, "hours to the deadline"),
        Slider("noise", ChoiceScale((0.0, 0.02, 0.05, 0.1)), 0.0, "extra noise of a score"),
        Checkbox("narrow", start=False, label="the rate is known to be in 0.03 to 1"),
    ),
    compute=plan,
    picture=plans,
    describe=describe_plans,
)
