"""The winner's curse: the best of many scores is flattered, and the more there are, the more."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from coursekit.types import Array
from coursekit.lessons.coarse_to_fine.explore_coarse_to_fine import N_HELD_OUT, train
from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.coarse_to_fine.picture_winners_curse import MOST, Luck
from coursekit.lessons.coarse_to_fine.picture_winners_curse import luck as luck_picture
from coursekit.scales import IntegerScale

SETTING = {"learning_rate": 0.5, "momentum": 0.9}
N_TRAININGS = 200


@lru_cache
def same_setting() -> NDArray[np.bool_]:
    """Train one setting 200 times, each with weights of its own: which of the 597 digits each gets right."""
    return train([SETTING] * N_TRAININGS, [0, 6])


def best_of(scores: Array, most: int = MOST) -> Array:
    """Compute the best of n scores, on average, for n = 1 to ``most``.

    Parameters
    ----------
    scores : array, shape (m,)
        n of them are drawn, with replacement.
    most : int, optional

    Returns
    -------
    array, shape (most,)

    Examples
    --------
    >>> best_of(np.array([0.0, 1.0]), 3)
    array([0.5  , 0.75 , 0.875])
    """
    below = np.arange(scores.size + 1) / scores.size
    chances = np.diff(below ** np.arange(1, most + 1)[:, None], axis=-1)  # that a score is the best of n
    expected: Array = chances @ np.sort(scores)
    return expected


def lucky(n: int, n_validation: int, deal: int) -> Luck:
    """Deal the digits and the trainings out, and take the best of the first n."""
    rng, right = np.random.default_rng([deal, 7]), same_setting()
    order = rng.permutation(N_HELD_OUT)
    scores = rng.permutation(right)[:, order]
    on_validation = scores[:, :n_validation].mean(axis=-1)
    on_others = scores[:, n_validation:].mean(axis=-1)
    best = int(np.argmax(on_validation[:n]))
    return Luck(on_validation[:n], float(on_validation.mean()), best_of(on_validation), float(on_others[best]),
                n_validation)  # fmt: skip


def describe_luck(state: Luck) -> Words:
    """Say how far the best lies above the mean, and what it is worth on other digits."""
    n, best = state.scores.size, state.scores.max()
    return Words(
        f"Best of {n}: {best:.3f}; mean of all: {state.mean:.3f}",
        f"One setting, trained {n} times, scored on {state.n_validation} digits. The best lies {best - state.mean:.3f} "
        f"above the mean of {N_TRAININGS} trainings. On the {N_HELD_OUT - state.n_validation} other digits the best "
        f"network gets {state.test:.3f}. On average the best of {n} scores {state.expected[n - 1]:.3f}.",
    )


WINNERS_CURSE = Explorer(
    name="winners-curse",
    title="How good is the best of many?",
    task="Nothing differs here but luck. Raise the number of trainings from 1 to 100: how much better does the best "
    "get? Then choose by 300 digits.",
    controls=(
        Slider("n", IntegerScale(1, MOST), 24, "trainings"),
        Slider("n_validation", IntegerScale(30, 300), 50, "digits to choose by"),
        Slider("deal", IntegerScale(1, 20), 1, "deal of the digits"),
    ),
    compute=lucky,
    picture=luck_picture,
    describe=describe_luck,
)
