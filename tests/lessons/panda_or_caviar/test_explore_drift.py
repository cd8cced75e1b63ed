"""What lesson 05 says of drift holds: in what was measured, and in months trained now."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.lab.measured import measured
from coursekit.lessons.panda_or_caviar.drift import (
    KINDS,
    MONTHLY_RATES,
    NOISE,
    SCANNER,
    SHIFT,
    THICK,
    a_month,
    cost_of_staying,
)
from coursekit.lessons.panda_or_caviar.explore_drift import KEPT, REFIT, describe_retest, last_month, months, try_again

pytestmark = pytest.mark.seconds

STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
NEW_SEEDS = (21, 22, 23)


def cost(kind, strength, *, refit):
    dev_then, *_ = last_month()
    dev, test, _ = months(kind, strength, refit=refit)
    return cost_of_staying(dev_then, dev, test)


def test_every_month_was_measured():
    assert measured("drift").size == 10 * (1 + len(KINDS) * len(STRENGTHS) * 2)
    for kind in KINDS:
        for strength in STRENGTHS:
            for refit in (True, False):
                dev, test, size = months(kind, strength, refit=refit)
                assert dev.shape == test.shape == (10, 17)
                assert size > 0


def test_last_month_the_best_rate_was_about_a_third():
    dev, test, size = last_month()
    assert MONTHLY_RATES[dev.mean(axis=0).argmax()] == pytest.approx(0.316)
    assert 0.85 < test.mean(axis=0).max() < 0.92
    assert 0.9 < size <= 1
    good = np.array(MONTHLY_RATES)[test.mean(axis=0) > 0.78]
    assert 5 < good.max() / good.min() < 20, "about a decade"


@pytest.mark.parametrize(
    ("kind", "strength"), [(SHIFT, 0.5), (SHIFT, 1.0), (THICK, 0.5), (THICK, 1.0), (SCANNER, 0.75)]
)
def test_with_last_months_mean_and_sd_the_old_rate_is_no_longer_best(kind, strength):
    costs = cost(kind, strength, refit=False)
    assert costs.mean() > 0.15
    assert costs.mean() > 3 * costs.std() / np.sqrt(10), "more than chance gives"
    dev, _, size = months(kind, strength, refit=False)
    assert MONTHLY_RATES[dev.mean(axis=0).argmax()] < 0.316 / 5
    assert size > 5


def test_measured_anew_the_old_rate_stays_good_under_every_drift():
    for kind in KINDS:
        for strength in STRENGTHS:
            costs = cost(kind, strength, refit=True)
            assert costs.mean() < (0.05 if kind == NOISE else 0.025)
            dev, _, size = months(kind, strength, refit=True)
            assert 0.17 < MONTHLY_RATES[dev.mean(axis=0).argmax()] < 1
            assert 0.8 < size <= 1.001


def test_under_noise_the_best_rate_is_a_little_larger_time_and_again():
    for strength in STRENGTHS[1:]:
        costs = cost(NOISE, strength, refit=True)
        assert costs.mean() > 0.015
        assert MONTHLY_RATES[months(NOISE, strength, refit=True)[0].mean(axis=0).argmax()] > 0.316


def test_a_month_of_the_table_comes_out_again():
    _, test, size = months(SHIFT, 0.5, refit=False)
    month = a_month(3, 1, SHIFT, 0.5, refit=False)
    assert np.mean(np.abs(month.test - test[2]) < 0.05) > 0.8
    assert month.size == pytest.approx(size, rel=0.5)


def test_on_digits_that_nobody_measured_it_goes_the_same_way():
    old = MONTHLY_RATES.index(0.316)
    then, kept, anew = (
        np.mean([a_month(seed, number, SHIFT, strength, refit=refit).test for seed in NEW_SEEDS], axis=0)
        for number, strength, refit in ((0, 0, True), (1, 1.0, False), (1, 1.0, True))
    )
    assert then[old] > 0.8
    assert kept[old] < kept.max() - 0.1
    assert anew[old] > anew.max() - 0.05


def test_the_explorer_shows_both_choices_and_what_staying_costs():
    state = try_again(SHIFT, 0.5, KEPT)
    assert_allclose(state.cost.mean(), state.now[state.best_now] - state.now[state.best_then], atol=1e-9)
    assert state.images.shape == (2, 6, 8, 8)
    assert_allclose(state.images[1, :, :, 1:], state.images[0, :, :, :-1])
    words = describe_retest(state)
    assert words.answer.startswith("Last month's rate 0.316 gives way to 0.0562; to keep it costs 0.2")
    assert "this month's mean" in describe_retest(try_again(SHIFT, 0.5, REFIT)).sentence
    assert "16 times as bright" in describe_retest(try_again(SCANNER, 1.0, KEPT)).sentence
