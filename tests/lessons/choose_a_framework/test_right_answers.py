"""Many ways to write the rules of the tape, the walk back and the rest of lesson 13. None of them is refused."""

import math

import numpy as np
import pytest

from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES
from coursekit.tape import gradient


def by_columns(inputs, slopes):
    """The gradient of each value, asked of those that used it."""
    d = [0.0] * len(inputs)
    d[-1] = 1.0
    for j in range(len(inputs) - 2, -1, -1):
        d[j] = sum(
            slope * d[i] for i in range(len(inputs)) for k, slope in zip(inputs[i], slopes[i], strict=True) if k == j
        )
    return np.array(d)


def by_paths(inputs, slopes):
    """The sum over all ways from the last value, each way the product of its slopes."""
    d = np.zeros(len(inputs))
    waiting = [(len(inputs) - 1, 1.0)]
    while waiting:
        i, brought = waiting.pop()
        d[i] += brought
        waiting += [(j, brought * slope) for j, slope in zip(inputs[i], slopes[i], strict=True)]
    return d


def by_matrix(inputs, slopes):
    n = len(inputs)
    local = np.zeros((n, n))
    for i in range(n):
        np.add.at(local[i], list(inputs[i]), slopes[i])
    return np.linalg.inv(np.eye(n) - local)[-1]


def counted(learning_rate, share):
    error, n_steps = 1.0, 0
    while error > share * (1 + 1e-12):
        error, n_steps = error * abs(1 - 2 * learning_rate), n_steps + 1
    return n_steps


def known_one_by_one(numbers, weights):
    means = []
    for row in numbers:
        known = [(number, weight) for number, weight in zip(row, weights, strict=True) if not math.isnan(number)]
        means.append(sum(number * weight for number, weight in known) / sum(weight for _, weight in known))
    return means


RIGHT = {
    "13.1": (
        lambda d, a, b: (d * (1 / b), d * (-a / (b * b))),
        lambda d, a, b: (d / b, -(a / b) * d / b),
        lambda d, a, b: (np.divide(d, b), -np.multiply(d, a) * b**-2.0),
        lambda d, a, b: [d / b, -d * a / b**2],
        lambda d, a, b: np.array([d / b, -d * a / b**2]),
    ),
    "13.2": (by_columns, by_paths, by_matrix, lambda inputs, slopes: list(by_paths(inputs, slopes))),
    "13.3": (
        lambda d, a, n: n * np.power(a, n - 1.0) * d,
        lambda d, a, n: d * n * a ** (n - 1),
        lambda d, a, n: gradient(lambda x: np.sum(d * x**n), a)[0],
    ),
    "13.4": (
        counted,
        lambda learning_rate, share: math.ceil(math.log10(share) / math.log10(abs(1 - 2 * learning_rate))),
        lambda learning_rate, share: int(np.ceil(2 * np.log(share) / np.log((1 - 2 * learning_rate) ** 2))),
    ),
    "13.5": (
        lambda w, learning_rate, n_steps: 5 + (w - 5) * (1 - 2 * learning_rate) ** np.arange(n_steps + 1),
        lambda w, learning_rate, n_steps: [5 + (w - 5) * (1 - 2 * learning_rate) ** i for i in range(n_steps + 1)],
    ),
    "13.6": (
        known_one_by_one,
        lambda numbers, weights: (
            np.nansum(numbers * weights, axis=1) / np.sum(np.where(np.isnan(numbers), 0, weights), axis=1)
        ),
        lambda numbers, weights: [np.average(row[~np.isnan(row)], weights=weights[~np.isnan(row)]) for row in numbers],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "answer"), [(name, answer) for name, answers in RIGHT.items() for answer in answers])
def test_other_ways_to_be_right(name, answer):
    assert judge(EXERCISES[name], answer).status == "correct"


def test_every_exercise_of_the_lesson_has_some():
    assert set(RIGHT) == {name for name in EXERCISES if name.startswith("13.")}


def test_the_walk_back_is_told_what_overwriting_does():
    message = judge(EXERCISES["13.2"], EXERCISES["13.2"].wrong_answers[0].answer).message
    assert message.startswith("For J(w) at w = 3 you get 6, 1, -1, 1, 1. w is used twice there")


def test_the_slipped_power_gives_the_slope_that_the_prompt_says():
    d = EXERCISES["13.3"].found(1.0, 3.0, 2) - 10
    assert d == 7
    assert "has the slope 7" in EXERCISES["13.3"].prompt


def test_the_descent_that_is_never_zeroed_goes_to_10_and_back():
    path = EXERCISES["13.5"].found(0.0, 0.01, 1000)
    assert path.max() == pytest.approx(10, abs=0.1)
    assert path[-300:].min() < 0.5
