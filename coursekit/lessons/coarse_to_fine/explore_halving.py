"""Successive halving on digits: train many a little, and only the best of them on."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.task import Part
from coursekit.lessons.coarse_to_fine.explore_coarse_to_fine import deal, held_out_split
from coursekit.lessons.coarse_to_fine.picture_coarse_to_fine import SPACE
from coursekit.lessons.coarse_to_fine.picture_halving import MOST_TRIALS, Rungs
from coursekit.lessons.coarse_to_fine.picture_halving import halving as halving_picture
from coursekit.network import Network, forward, init_network
from coursekit.optimizers import momentum
from coursekit.scales import IntegerScale, LinearScale
from coursekit.search import Setting
from coursekit.search.halving import Halving, halving
from coursekit.training import epochs

LATER_RUNGS = (3, 9)  # after the first, which is one epoch, or two
ADD, RESUME = "add their epochs: 3 more, 9 more", "resume: up to 3, up to 9"
N_VALIDATION = 300


def settings_of(search: int, n_trials: int) -> list[Setting]:
    """Draw the settings of a search: more of them start with fewer."""
    return SPACE.random(n_trials, np.random.default_rng([search, 4]))


def train_on(search: int, n_trials: int, n_epochs: int) -> Iterator[NDArray[np.bool_]]:
    """Train all trials of a search to the end, as one stack."""
    data, rng = held_out_split(search), np.random.default_rng([search, 5])
    settings = settings_of(search, n_trials)
    rates, momenta = (np.array([setting[name] for setting in settings]) for name in ("learning_rate", "momentum"))
    network = Network([64, 32, 10])
    start = init_network(network, rng, n_models=n_trials)
    for epoch in epochs(network, start, data.X_train, data.y_train, learning_rate=rates, momentum=momenta,
                        n_epochs=n_epochs, optimizer=momentum, rng=rng):  # fmt: skip
        z, _ = forward(network, epoch.parameters, data.X_test)
        yield z.argmax(axis=-1) == data.y_test


def survivors(accuracies: NDArray[np.float64], plan: Halving) -> list[NDArray[np.intp]]:
    """Say who starts on each rung, as far as the training has come.

    Examples
    --------
    >>> survivors(np.array([[0.2, 0.9, 0.5, 0.7]]), halving(4, 0.5, [1, 2]))
    [array([0, 1, 2, 3]), array([1, 3])]
    """
    alive = [np.arange(accuracies.shape[1])]
    for rung, following in zip(plan.rungs, plan.rungs[1:], strict=False):
        if rung.epochs_so_far > len(accuracies):
            break
        scores = accuracies[rung.epochs_so_far - 1, alive[-1]]
        alive.append(alive[-1][np.argsort(-scores, kind="stable")[: following.n_trials]])
    return alive


def climb(n_trials: int, keep: float, first: int, rungs: str, search: int) -> Iterator[Rungs]:
    """Train every trial to the end, epoch by epoch, and follow whom halving keeps."""
    plan = halving(n_trials, keep, [first, *LATER_RUNGS], up_to=rungs == RESUME)
    chosen_by, others = deal(N_VALIDATION, search)
    scores: list[NDArray[np.float64]] = []
    for right in train_on(search, n_trials, plan.rungs[-1].epochs_so_far):
        scores.append(right[:, chosen_by].mean(axis=-1))
        accuracies = np.stack(scores)
        yield Rungs(accuracies, plan, survivors(accuracies, plan), right[:, others].mean(axis=-1), rungs == ADD)


def describe_rungs(state: Rungs) -> Words:
    """Say what halving costs, who won, and whether the best of all was cut."""
    plan, winner, best = state.plan, state.winner, state.best
    kept = ", ".join(f"{rung.n_trials} to epoch {rung.epochs_so_far}" for rung in plan.rungs)
    first, now = state.ranks
    cut = f"was cut after rung {state.cut_after}" if state.cut_after else "is still in"
    if best == winner:
        rest = f"no other trial scores more. On other digits: {state.test[winner]:.3f}."
    else:
        rest = (
            f"the best of all (ring) was {first[best]} of {len(first)} after the first rung, {cut}, and scores "
            f"{state.accuracies[-1, best]:.3f} now. On other digits: {state.test[winner]:.3f} and "
            f"{state.test[best]:.3f}."
        )
    return Words(
        f"{plan.total} epochs instead of {plan.total_without}; the winner scores {state.accuracies[-1, winner]:.3f}",
        f"{kept}. Now, after epoch {len(state.accuracies)}, the winner (star) is {now[winner]} of {len(now)}; {rest}",
    )


HALVING = Explorer(
    name="successive-halving",
    title="Who is cut too early?",
    task="Here the best of all (ring) was cut. Keep more, or make the first rung longer, until it stays in: what "
    "does that cost? Then take search 15: was its cut deserved, on other digits?",
    controls=(
        Slider("n_trials", IntegerScale(9, MOST_TRIALS), 27, "trials"),
        Slider("keep", LinearScale(0.1, 0.7), 0.34, "share that goes on", steps=30),
        Slider("first", IntegerScale(1, 2), 1, "first rung, epochs"),
        Dropdown("rungs", (ADD, RESUME), ADD, "the later rungs"),
        Slider("search", IntegerScale(1, 20), 3, "search number"),
    ),
    compute=climb,
    picture=halving_picture,
    describe=describe_rungs,
    parts=(
        Part("a plan that keeps the best",
             lambda values, state: values["search"] == 3 and values["n_trials"] == 27 and state.best == state.winner,
             "What stays in longer costs more epochs: only a plan that cuts no trial can't err.",
             {"keep": 0.6}),
        Part("a cut that was deserved",
             lambda values, state: (values["search"] == 15 and state.cut_after > 0
                                    and state.test[state.winner] >= state.test[state.best]),
             "On digits that nothing was chosen by the winner is as good: the ring was ahead by luck.", {"search": 15}),
    ),
)  # fmt: skip
