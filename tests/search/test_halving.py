"""Successive halving: what each rung costs, and what all of them do."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.search.halving import Rung, halving


class TestHalving:
    def test_figures_of_rungs_that_add_and_that_resume(self):
        added = halving(27, 1 / 3, [1, 3, 9])
        assert added.rungs == (Rung(27, 1, 1), Rung(9, 3, 4), Rung(3, 9, 13))
        assert (added.total, added.total_without) == (81, 351)
        resumed = halving(27, 1 / 3, [1, 3, 9], up_to=True)
        assert resumed.rungs == (Rung(27, 1, 1), Rung(9, 2, 3), Rung(3, 6, 9))
        assert (resumed.total, resumed.total_without) == (63, 243)

    def test_a_trial_counts_whole_and_one_is_always_left(self):
        assert [rung.n_trials for rung in halving(100, 0.29, [1] * 5).rungs] == [100, 29, 8, 2, 1]
        assert [rung.n_trials for rung in halving(3, 0.1, [1] * 3).rungs] == [3, 1, 1]

    @given(
        n=st.integers(1, 200), keep=st.floats(0.01, 0.99), rungs=st.lists(st.integers(1, 20), min_size=1, max_size=6)
    )  # fmt: skip
    @settings(max_examples=50)
    def test_both_readings_of_one_schedule_agree(self, n, keep, rungs):
        added = halving(n, keep, rungs)
        assert halving(n, keep, np.cumsum(rungs), up_to=True) == added
        n_trials = [rung.n_trials for rung in added.rungs]
        assert n_trials == sorted(n_trials, reverse=True)
        assert added.total <= added.total_without == n * sum(rungs)

    def test_walking_through_it_spends_the_total(self):
        schedule = halving(27, 1 / 3, [1, 3, 9])
        losses = np.random.default_rng(0).random(27)
        alive, spent = np.arange(27), np.zeros(27)
        for rung in schedule.rungs:
            alive = alive[np.argsort(losses[alive])[: rung.n_trials]]
            spent[alive] += rung.epochs
            assert set(spent[alive]) == {rung.epochs_so_far}
        assert spent.sum() == schedule.total
        assert losses.argmin() in alive


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: halving(0, 0.5, [1]), ValueError, "halving: n must be a whole number of at least 1; got 0."),
        (lambda: halving(2**53 + 1, 0.5, [1]), ValueError,
         "halving: n must be a whole number of at most 9,007,199,254,740,992; got 9007199254740993."),
        (lambda: halving(9, 1, [1]), ValueError, "halving: keep must be a number above 0 and below 1; got 1."),
        (lambda: halving(9, 0.5, []), ValueError, "halving: rungs must hold at least one number of epochs; got none."),
        (
            lambda: halving(9, 0.5, [1, 0]), ValueError,
            "halving: rungs must be a whole number of at least 1; got 0.",
        ),
        (
            lambda: halving(9, 0.5, [3, 3], up_to=True), ValueError,
            "halving: rungs must rise from each to the next, as a trial trains up to them; got [3, 3].",
        ),
    ],
)  # fmt: skip
def test_refused_in_words(call, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        call()
