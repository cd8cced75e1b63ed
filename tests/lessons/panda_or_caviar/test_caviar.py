"""Many at once: the best of n against every way to draw, the time that each gets, and the keeper's rule."""

import itertools
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.lessons.panda_or_caviar.caviar import decide, epochs_each, halved, halvings, keepers, many_at_once
from coursekit.lessons.panda_or_caviar.panda import RATES
from coursekit.metrics import best_of_weights, expected_best


@pytest.mark.parametrize(("t", "n"), [(1, 1), (5, 1), (5, 3), (8, 8), (9, 4)])
def test_the_best_of_n_is_the_mean_over_all_ways_to_draw(t, n):
    scores, judged = np.random.default_rng([t, n]).random((2, t))
    draws = list(itertools.combinations(range(t), n))
    assert_allclose(expected_best(scores, n), np.mean([max(scores[list(draw)]) for draw in draws]))
    chosen = [judged[max(draw, key=lambda i: scores[i])] for draw in draws]
    assert_allclose(expected_best(scores, n, of=judged), np.mean(chosen))


def test_it_is_neither_the_first_n_nor_with_replacement():
    scores = np.array([0.2, 0.9, 0.4, 0.6])
    below = np.arange(5) / 4
    assert expected_best(scores, 2) > np.sort(scores) @ np.diff(below**2) + 0.01
    assert_allclose(expected_best(scores[::-1], 2), expected_best(scores, 2))


def test_weights_are_shares_and_rise():
    for n in (1, 2, 7, 64):
        weights = best_of_weights(64, n)
        assert_allclose(weights.sum(), 1)
        assert np.all(np.diff(weights) >= 0)
        assert np.count_nonzero(weights) == 64 - n + 1


def test_leading_axes_are_other_sets_of_trials():
    scores = np.random.default_rng(0).random((2, 3, 10))
    assert_allclose(expected_best(scores, 4)[1, 2], expected_best(scores[1, 2], 4))


def test_of_a_tie_the_later_one_is_chosen():
    assert_allclose(expected_best([0.5, 0.5], 2, of=[1.0, 0.0]), 0)


@pytest.mark.parametrize("n_models", range(1, 10))
@pytest.mark.parametrize("machines", [1, 3, 4])
def test_epochs_each_fit_before_the_deadline_and_one_more_does_not(n_models, machines):
    epochs = epochs_each(n_models, machines=machines, minutes=50, minutes_per_epoch=3)
    busiest = max(len(range(machine, n_models, machines)) for machine in range(machines))
    assert busiest * epochs * 3 <= 50 < busiest * (epochs + 1) * 3


@pytest.mark.parametrize(
    ("now", "last", "rate", "ceiling", "expected"),
    [
        (2.2, 2.4, 2, 9, (False, 3, 9)),  # it fell by less than half: three times the rate
        (1.2, 2.4, 2, 9, (False, 2, 9)),  # it fell to half: leave it
        (2.2, 2.4, 2, 3, (False, 2, 3)),  # not as high as what has failed
        (2.4, 2.4, 5, 9, (True, 4, 5)),  # it did not fall: back, and a third
        (np.nan, 2.4, 8, 9, (True, 7, 8)),  # no number
        (np.inf, 2.4, 8, 9, (True, 7, 8)),
        (2.5, 2.4, 0, 9, (True, 0, 0)),  # no lower rate
        (2.5, 2.4, 5, 3, (True, 4, 3)),  # a ceiling only falls
    ],
)
def test_the_rule_decides_as_it_says(now, last, rate, ceiling, expected):
    goes_back, new_rate, new_ceiling = decide(now, last, rate, ceiling)
    assert (bool(goes_back), int(new_rate), int(new_ceiling)) == expected


def test_keepers_report_the_best_so_far_and_spend_what_they_have():
    looks = list(keepers(1, n_epochs=8, n_train=100))
    assert len(looks) == 4
    assert_allclose(looks[0].learning_rates, RATES)
    assert np.all(looks[-1].dev >= looks[0].dev)


def test_the_rule_is_told_the_range_and_nothing_else():
    """What it does depends on losses alone: the same losses at other rates lead to the same steps."""
    losses = np.random.default_rng(0).uniform(0.1, 3, (2, 500))
    steps = [decide(*losses, np.full(500, rate), np.full(500, 9)).rate - rate for rate in (1, 4, 7)]
    for each in steps[1:]:
        np.testing.assert_array_equal(each, steps[0])


def halved_by_hand(dev, test, rungs, trials):
    reached = 0
    for i, (n, epochs) in enumerate(rungs):
        reached += epochs
        following = rungs[i + 1][0] if i + 1 < len(rungs) else 1
        trials = sorted(trials, key=lambda trial: -dev[reached - 1, trial])[:following]
        assert i == 0 or n == len(trials) or following < n
    return test[reached - 1, trials[0]]


@pytest.mark.parametrize("machines", [1, 4])
def test_every_halving_fits_into_the_time_and_keeps_whom_it_says(machines):
    dev, test = np.random.default_rng(1).random((2, 24, 64))
    plans = halvings(24, machines)
    assert len(plans) > 5
    for plan in plans:
        time = sum(-(-rung.n_trials // machines) * rung.epochs for rung in plan.rungs)
        assert time <= 24
        assert len(plan.rungs) > 1
        draws = np.random.default_rng(2).permuted(np.tile(np.arange(64), (5, 1)), axis=1)[:, : plan.rungs[0].n_trials]
        rungs = [rung[:2] for rung in plan.rungs]
        by_hand = [halved_by_hand(dev, test, rungs, list(draw)) for draw in draws]
        assert_allclose(halved(dev, test, plan, draws), by_hand)


@pytest.mark.seconds
def test_many_begin_untrained_and_keep_their_settings():
    looks = list(many_at_once(1, n_models=5, n_epochs=3, n_train=100))
    assert len(looks) == 4
    for look in looks:
        assert_allclose(look.learning_rates, looks[0].learning_rates)
    assert looks[0].dev.max() < 0.35
    assert set(looks[0].momenta) <= {0.0, 0.9}
    rates = next(many_at_once(2, n_models=500, n_epochs=1, n_train=100)).learning_rates
    assert RATES[0] <= rates.min() < 0.0015
    assert 6 < rates.max() <= RATES[-1]
    assert np.mean(rates < 0.1) == pytest.approx(0.5, abs=0.07)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: expected_best([1, 2], 3), "best_of_weights: n must be at most 2, as there are no more scores; got 3."),
        (lambda: expected_best([1, np.nan], 1), "expected_best: scores must"),
        (lambda: expected_best([1, 2], 1, of=[1]),
         "expected_best: of must have shape (2,), that of scores; got (1,)."),
        (lambda: epochs_each(0, machines=1, minutes=1, minutes_per_epoch=1), "epochs_each: n_models must"),
        (lambda: epochs_each(1, machines=1, minutes=0, minutes_per_epoch=1), "epochs_each: minutes must"),
    ],
)  # fmt: skip
def test_errors_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        call()
