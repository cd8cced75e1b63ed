"""How many trials are enough: against the binomial distribution, by its own definition, and by drawing."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from coursekit.search.chance import chance_of_a_hit, trials_needed

shares = st.floats(1e-4, 0.99)


@given(shares, st.integers(0, 5000))
def test_it_is_the_chance_of_at_least_one_success(q, n):
    assert_allclose(chance_of_a_hit(q, n), stats.binom.sf(0, n, q), rtol=1e-9, atol=1e-15)


@given(st.floats(0.001, 0.99), st.floats(0.01, 0.999))
def test_it_is_the_smallest_number_that_is_enough(q, chance):
    n = trials_needed(q, chance)
    assert n >= 1
    assert chance_of_a_hit(q, n) >= chance - 1e-9
    assert n == 1 or chance_of_a_hit(q, n - 1) < chance


def test_the_numbers_of_the_lesson():
    assert trials_needed(0.05, 0.95) == 59
    assert trials_needed(0.01, 0.95) == 299
    assert chance_of_a_hit(0.05, 58) < 0.95 < chance_of_a_hit(0.05, 59)
    assert_allclose(1 - chance_of_a_hit(0.05, 20), 0.36, atol=0.005)
    assert trials_needed(0.5, 0.75) == 2, "0.75 exactly: no third trial"


def test_draws_hit_as_often_as_it_says():
    hits = (np.random.default_rng(0).random((20_000, 59)) < 0.05).any(axis=1)
    assert_allclose(hits.mean(), chance_of_a_hit(0.05, 59), atol=0.005)


def test_a_tiny_share_is_not_rounded_away():
    assert_allclose(chance_of_a_hit(1e-12, 10), 1e-11, rtol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: chance_of_a_hit(0, 5), "chance_of_a_hit: q must be a number above 0 and below 1; got 0."),
        (lambda: chance_of_a_hit(0.5, [1, -2]), "chance_of_a_hit: n must be at least 0; got -2.0."),
        (lambda: trials_needed(1, 0.9), "trials_needed: q must be a number above 0 and below 1; got 1."),
        (lambda: trials_needed(0.1, 1), "trials_needed: chance must be a number above 0 and below 1; got 1."),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
