"""The winner's curse: the best of many scores is flattered, and the more there are, the more."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import BLUE, INK, ORANGE, Picture, canvas, label, line
from coursekit.lab.task import Part
from coursekit.lessons.coarse_to_fine.explore_coarse_to_fine import N_HELD_OUT, train
from coursekit.scales import IntegerScale
from coursekit.types import Array

MOST = 100
FLOOR = 0.8


class Luck(NamedTuple):
    """Trainings of one setting, and what the best of them pretends.

    Attributes
    ----------
    scores : array, shape (n,)
        What each got on the digits to choose by.
    mean, mean_test : float
        The mean of all 200 trainings on the digits to choose by, and on the other digits.
    expected : array, shape (100,)
        The best of 1, 2, ... 100 trainings, on average.
    test : float
        The accuracy of the best on the digits that it was not chosen by.
    n_validation : int
    """

    scores: Array
    mean: float
    mean_test: float
    expected: Array
    test: float
    n_validation: int


def luck() -> Picture:
    """Show the best against the mean, on the digits to choose by and on the others; and how the best grows."""
    figure, (left, right) = canvas(1000, 380, columns=2, width_ratios=(3, 2), sharey=True)
    left.set(xlim=(-1.5, MOST + 2.5), ylim=(0.75, 1.02), xlabel="training number (the same setting each time)")
    left.set(ylabel="accuracy (below 0.8: drawn at 0.8)", title="one setting, trained again and again")
    right.set(xlim=(-1.5, MOST + 2.5), xlabel="number of trainings", title="the best of them, on average")
    mean = [line(ax, BLUE, linewidth=1.5, linestyle="--") for ax in (left, right)]
    mean_test = line(left, ORANGE, linewidth=1.5, linestyle=":")
    says = label(right, MOST, 0.9, "mean of all", color=BLUE, ha="right", va="top")
    dots = line(left, BLUE, marker="o", markersize=7, linestyle="", markeredgecolor="white")
    fall = line(left, ORANGE, linewidth=2)
    test = line(left, ORANGE, marker="D", markersize=10, linestyle="", markeredgecolor="white")
    star = line(left, INK, marker="*", markersize=18, linestyle="", markeredgecolor="white")
    curve = line(right, BLUE, linewidth=2)
    dot = line(right, ORANGE, marker="o", markersize=11, linestyle="", markeredgecolor="white")
    label(left, 1, 0.785, "on the digits to choose by: each training, their mean, the best", color=BLUE, va="center")
    number = label(left, 1, 0.765, color=ORANGE, fontweight="bold", va="center")

    def move(state: Luck) -> None:
        n, best = state.scores.size, int(np.argmax(state.scores))
        for artist in mean:
            artist.set_data([1, MOST], [state.mean] * 2)
        mean_test.set_data([1, MOST], [state.mean_test] * 2)
        says.set_position((MOST, state.mean - 0.006))
        dots.set_data(np.arange(1, n + 1), np.maximum(state.scores, FLOOR))
        fall.set_data([best + 1] * 2, np.maximum([state.scores[best], state.test], FLOOR))
        test.set_data([best + 1], [state.test])
        star.set_data([best + 1], [max(state.scores[best], FLOOR)])
        number.set_text(f"on other digits: the best {state.test:.3f}, the mean (dotted) {state.mean_test:.3f}")
        curve.set_data(np.arange(1, MOST + 1), state.expected)
        dot.set_data([n], state.expected[n - 1 : n])

    return Picture(
        figure, move, [*mean, mean_test, says, dots, fall, test, star, number, curve, dot], ghosts=[dots, dot]
    )


SETTING = {"learning_rate": 0.5, "momentum": 0.9}
N_TRAININGS = 200


@lru_cache
def same_setting() -> NDArray[np.bool_]:
    """Train one setting 200 times, each with weights of its own: which of the 597 digits each gets right."""
    return train([SETTING] * N_TRAININGS, [0, 6])


def best_of(scores: Array, most: int = MOST) -> Array:
    """Compute the best of n scores, on average, for n = 1 to ``most``.

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
    return Luck(on_validation[:n], float(on_validation.mean()), float(on_others.mean()), best_of(on_validation),
                float(on_others[best]), n_validation)  # fmt: skip


def describe_luck(state: Luck) -> Words:
    """Say how far the best lies above the mean, and what it is worth on other digits."""
    n, best = state.scores.size, state.scores.max()
    return Words(
        f"Best of {n} against the mean: {best - state.mean:+.3f}; on other digits: {state.test - state.mean_test:+.3f}",
        f"One setting, trained {n} time{'s' * (n > 1)}. On the {state.n_validation} digits to choose by, the best "
        f"scores {best:.3f} and the mean of {N_TRAININGS} trainings {state.mean:.3f}. On the "
        f"{N_HELD_OUT - state.n_validation} other digits the same network gets {state.test:.3f}, and the mean is "
        f"{state.mean_test:.3f}. On average the best of {n} scores {state.expected[n - 1]:.3f}.",
    )


WINNERS_CURSE = Explorer(
    name="winners-curse",
    title="How good is the best of many?",
    task="Nothing differs here but luck. Lower the number of trainings to 1, and raise it to 100: how much better "
    "does the best get? Then choose among 100 by 300 digits.",
    controls=(
        Slider("n", IntegerScale(1, MOST), 24, "trainings"),
        Slider("n_validation", IntegerScale(30, 300), 50, "digits to choose by"),
        Slider("deal", IntegerScale(1, 20), 1, "deal of the digits"),
    ),
    compute=lucky,
    picture=luck,
    describe=describe_luck,
    marks=(Along("x", "n"), Along("x", "n", axes=1)),
    parts=(
        Part("one alone", lambda _, state: state.scores.size == 1,
             "A single training is not flattered: on average its score is the mean.", {"n": 1}),
        Part("the best of 100", lambda values, state: state.scores.size > 95 and values["n_validation"] <= 50,
             "It scores far above the mean, and on other digits next to nothing of that is left.", {"n": 100}),
        Part("the best of 100, by 300 digits",
             lambda values, state: state.scores.size > 95 and values["n_validation"] == 300,
             "With more digits to choose by luck is smaller, and so is the flattery; it does not go away.",
             {"n": 100, "n_validation": 300}),
    ),
)  # fmt: skip
