"""Many ways to score, to say a space, to pick and to compare. None of them is refused."""

import statistics

import numpy as np
import pytest

from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES
from coursekit.network import classify
from coursekit.scales import ChoiceScale, IntegerScale, LogScale, ReverseLogScale
from coursekit.search import Space


def by_counting(train, setting, sets, rng):
    network, parameters, its = train(setting, sets.X_train, sets.y_train, rng)
    named = classify(network, parameters, sets.X_validation, statistics=its)
    return sum(named == sets.y_validation) / len(named)


def by_name(rates, momenta, units):
    scales = {"units": IntegerScale(units[0], units[1])}
    scales["momentum"] = ReverseLogScale(low=momenta[0], high=momenta[1])
    return Space(learning_rate=LogScale(low=rates[0], high=rates[1]), **scales)


def from_a_list(rates, momenta, units):
    low, high = units
    scales = {"learning_rate": LogScale(*rates), "momentum": ReverseLogScale(*momenta)}
    return Space(**scales, units=ChoiceScale(range(low, high + 1)))


def by_sorting_pairs(scores, retrain, n_finalists):
    ranked = sorted((i for i in range(len(scores)) if scores[i] == scores[i]), key=lambda i: -scores[i])
    return max(ranked[:n_finalists], key=lambda i: sum(retrain(i, seed) for seed in range(5)))


def without_failed(scores, retrain, n_finalists):
    order = np.argsort(np.nan_to_num(scores, nan=-np.inf))[::-1][:n_finalists]
    return order[np.argmax([np.mean([retrain(i, seed) for seed in range(5)]) for i in order])]


def by_the_standard_library(a, b):
    gaps = [float(x - y) for x, y in zip(a, b, strict=True)]
    return statistics.mean(gaps), statistics.stdev(gaps) / len(gaps) ** 0.5


def all_but_done(scale, n_trials, seed, done):
    rates = scale.sample(n_trials, np.random.default_rng(seed))
    return np.delete(rates, list(done))


def with_a_mask(scale, n_trials, seed, done):
    return scale.sample(n_trials, np.random.default_rng(seed))[[i not in done for i in range(n_trials)]]


RIGHT = {
    "15.1": (by_counting,),
    "15.2": (by_name, from_a_list),
    "15.3": (by_sorting_pairs, without_failed),
    "15.4": (by_the_standard_library, lambda a, b: (a.mean() - b.mean(), (a - b).std(ddof=1) / len(a) ** 0.5)),
    "15.5": (all_but_done, with_a_mask),
    "15.6": (lambda networks, validation, open_test: open_test(networks[validation.index(max(validation))]),),
}


@pytest.mark.parametrize("name", RIGHT)
def test_other_ways_to_be_right_are_right(name):
    for i, answer in enumerate(RIGHT[name]):
        status, message = judge(EXERCISES[name], answer)
        assert status == "correct", f"way {i}: {message}"


def test_every_exercise_of_the_lesson_has_more_than_one_right_answer():
    assert RIGHT.keys() == {name for name in EXERCISES if name.startswith("15.")}
