"""Many ways to count, to measure and to lay out a search. None of them is refused."""

import math

import numpy as np
import pytest

from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES
from coursekit.scales import LogScale
from coursekit.search.chance import trials_needed
from coursekit.search.layouts import distance_to_nearest

pytestmark = pytest.mark.seconds


def by_trying(q, chance):
    n = 0
    while 1 - (1 - q) ** n < chance:
        n += 1
    return n


def step_by_step(points, optima):
    worst = 0.0
    for optimum in optima:
        worst = max(worst, min(math.dist(optimum, point) for point in points))
    return worst


def by_columns(n, rng):
    first = rng.random(n)
    second = rng.random(n)
    return np.stack([first, second], axis=1)


def middles_by_ratio(low, high, n):
    edges = np.geomspace(low, high, n + 1)
    return np.sqrt(edges[1:] * edges[:-1])


RIGHT = {
    "02.1": (
        lambda points: [len(set(column)) for column in points.T],
        lambda points: [np.unique(points[:, j]).size for j in range(points.shape[1])],
        lambda points: np.sum(np.diff(np.sort(points, axis=0), axis=0) > 0, axis=0) + 1,
    ),
    "02.2": (
        step_by_step,
        lambda points, optima: distance_to_nearest(points, optima).max(),
        lambda points, optima: np.linalg.norm(points[:, None] - optima, axis=-1).min(axis=0).max(),
    ),
    "02.3": (
        by_trying,
        trials_needed,
        lambda q, chance: math.ceil(math.log(1 - chance, 1 - q)),
        lambda q, chance: np.ceil(np.log2(1 - chance) / np.log2(1 - q)),
    ),
    "02.4": (
        middles_by_ratio,
        lambda low, high, n: LogScale(low, high).grid(n),
        lambda low, high, n: (
            10 ** (np.log10(low) + (np.log10(high) - np.log10(low)) * np.linspace(0.5 / n, 1 - 0.5 / n, n))
        ),
        lambda low, high, n: [math.exp(math.log(low) + math.log(high / low) * (i + 0.5) / n) for i in range(n)],
    ),
    "02.5": (
        by_columns,
        lambda n, rng: rng.random((n, 2)),
        lambda n, rng: rng.uniform(size=(2, n)).T,
        lambda n, rng: [list(rng.uniform(0, 1, 2)) for _ in range(n)],
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_other_ways_to_be_right_are_right(name):
    for i, answer in enumerate(RIGHT[name]):
        status, message = judge(EXERCISES[name], answer)
        assert status == "correct", f"way {i}: {message}"


def test_every_exercise_of_the_lesson_has_more_than_one_right_answer():
    assert RIGHT.keys() == {name for name in EXERCISES if name.startswith("02.")}


@pytest.mark.parametrize(
    ("name", "answer", "seen"),
    [
        ("02.5", lambda n, rng: np.random.default_rng(0).random((n, 2)), "With another `rng` it returns the same"),  # noqa: ARG005
        ("02.5", lambda n, rng: rng.random((n, 2)).round(2), "with 101 different values"),
        ("02.5", lambda n, rng: rng.random((n, 2)) / 2, "the means are [0.25 0.25]"),
        ("02.5", lambda n, rng: np.column_stack([u := rng.random(n), 1 - u]), "the correlation of the two is -1.00"),
        (
            "02.1",
            lambda points: [len(points.T), 0],
            "It returns an array of shape (2,) where an array of shape (3,), one per column of `points`, was expected.",
        ),
        ("02.3", lambda q, chance: 60, "it gives 60; expected 59"),  # noqa: ARG005
    ],
)
def test_what_nobody_has_met_is_told_what_was_seen(name, answer, seen):
    status, message = judge(EXERCISES[name], answer)
    assert status == "not yet"
    assert seen in message
