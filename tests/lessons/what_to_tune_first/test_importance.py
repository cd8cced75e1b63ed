"""Shares of the variance, against cases whose shares are known, formulas written another way, and planted mistakes."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.lessons.what_to_tune_first.importance import (
    bins,
    explained_share,
    main_shares,
    marginal,
    noise_share,
    pair_share,
    resampled_shares,
)


def f_statistic(groups, scores):
    """The F of a one-way analysis of variance, group by group: from it the share follows by another way."""
    members = [scores[groups == group] for group in np.unique(groups)]
    n, k = len(scores), len(members)
    between = sum(len(each) * (each.mean() - scores.mean()) ** 2 for each in members) / (k - 1)
    return between / (sum(((each - each.mean()) ** 2).sum() for each in members) / (n - k)), n, k


def test_the_share_follows_from_the_f_statistic() -> None:
    rng = np.random.default_rng(0)
    groups = rng.choice([0, 2, 3, 7], p=[0.1, 0.5, 0.3, 0.1], size=90)
    scores = 0.1 * groups + rng.normal(size=90)
    f, n, k = f_statistic(groups, scores)
    between, within = f * (k - 1), n - k  # in units of the variance within
    assert_allclose(explained_share(groups, scores), 1 - (within / (n - k)) / ((between + within) / (n - 1)))


def test_the_names_and_the_order_of_the_groups_do_not_matter() -> None:
    rng = np.random.default_rng(1)
    groups, scores = rng.integers(5, size=60), rng.random(60)
    renamed = np.array([40, -3, 7, 0, 12])[groups]
    order = rng.permutation(60)
    assert_allclose(explained_share(renamed, scores), explained_share(groups, scores))
    assert_allclose(explained_share(groups[order], scores[order]), explained_share(groups, scores))
    assert_allclose(explained_share(groups, 3 - 2 * scores), explained_share(groups, scores))


def test_what_has_no_effect_has_no_share_on_average_however_many_the_bins() -> None:
    rng = np.random.default_rng(2)
    for n_bins in (2, 8, 25):
        shares = [main_shares(rng.random((100, 1)), rng.random(100), n_bins=n_bins)[0] for _ in range(400)]
        assert abs(np.mean(shares)) < 3 * np.std(shares) / np.sqrt(400)
    raw = [explained_share(bins(rng.random(100), 25), rng.random(100)) for _ in range(400)]
    without_divisors = [1 - (1 - share) * 75 / 99 for share in raw]
    assert np.mean(without_divisors) > 0.2, "the mistake that the divisors mend"


def test_known_effects_get_their_shares() -> None:
    """Of 3x + y, x has 9 tenths; of the product of two centred ones, nobody has anything alone."""
    u = np.random.default_rng(3).random((20_000, 3))
    assert_allclose(main_shares(u, 3 * u[:, 0] + u[:, 1], n_bins=20), [0.9, 0.1, 0], atol=0.01)
    product = (u[:, 0] - 0.5) * (u[:, 1] - 0.5)
    assert_allclose(main_shares(u, product), [0, 0, 0], atol=0.01)
    assert_allclose(pair_share(u[:, :2], product, n_bins=20), 1, atol=0.02)
    assert_allclose(pair_share(u[:, 1:], product, n_bins=20), 0, atol=0.02)
    assert_allclose(pair_share(u[:, :2], u[:, 0] + u[:, 1], n_bins=10), 0, atol=0.01)


def test_a_hill_has_a_share_and_no_correlation() -> None:
    u = np.random.default_rng(4).random((2000, 1))
    hill = 1 - (2 * u[:, 0] - 1) ** 2
    assert main_shares(u, hill)[0] > 0.9
    assert np.corrcoef(u[:, 0], hill)[0, 1] ** 2 < 0.01


def test_bins_hold_both_ends() -> None:
    assert_array_equal(bins([[0, 0.999], [0.25, 1]], 4), [[0, 3], [1, 3]])
    assert bins(np.array([], float)).shape == (0,)


def test_a_marginal_is_the_mean_of_each_bin_and_nan_where_nobody_is() -> None:
    found = marginal([0.1, 0.2, 0.9, 1.0], [1.0, 3.0, 5.0, 6.0], n_bins=3)
    assert_allclose(found.edges, [0, 1 / 3, 2 / 3, 1])
    assert_allclose(found.means, [2, np.nan, 5.5])
    assert_array_equal(found.counts, [2, 0, 2])


def test_resamples_spread_as_new_trials_would() -> None:
    """The bootstrap's spread from one sample is about the spread over many samples."""

    def draw(rng):
        u = rng.random((200, 2))
        return u, u[:, 0] + 0.3 * rng.normal(size=200)

    rng = np.random.default_rng(5)
    over_samples = np.std([main_shares(*draw(rng)) for _ in range(200)], axis=0)
    u, scores = draw(rng)
    resampled = resampled_shares(u, scores, np.random.default_rng(0), n_resamples=200)
    assert resampled.shape == (200, 2)
    ratio = resampled.std(axis=0) / over_samples
    assert 0.7 < ratio[0] < 1.3
    assert 0.7 < ratio[1] < 2, "without an effect it is rather too large, which is the safe side"
    again = resampled_shares(u, scores, np.random.default_rng(0), n_resamples=200)
    assert_array_equal(again, resampled)


def test_noise_is_what_is_left_within_a_setting() -> None:
    rng = np.random.default_rng(6)
    settings = rng.normal(0, 2, size=(4000, 1))
    repeats = settings + rng.normal(0, 1, size=(4000, 3))
    assert_allclose(noise_share(repeats[:, 0], repeats), 1 / 5, atol=0.02)
    assert noise_share([1.0, 2.0], [[3.0, 3.0], [4.0, 4.0]]) == 0


def test_all_scores_alike_leave_nothing_to_explain() -> None:
    assert explained_share([0, 0, 1, 1], [0.5] * 4) == 0


def test_arguments_are_left_alone() -> None:
    u, scores = np.random.default_rng(0).random((50, 2)), np.random.default_rng(1).random(50)
    kept = u.copy(), scores.copy()
    main_shares(u, scores)
    pair_share(u, scores)
    resampled_shares(u, scores, np.random.default_rng(2), n_resamples=2)
    assert_array_equal(u, kept[0])
    assert_array_equal(scores, kept[1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bins([0.5, 1.5]), "bins: u must lie in [0, 1]; got values from 0.5 to 1.5."),
        (lambda: bins([0.5], 0), "bins: n_bins must be a whole number of at least 1; got 0."),
        (
            lambda: marginal([0.1, 0.2], [1.0]),
            "marginal: scores must have shape (2,), one per trial; got shape (1,).",
        ),
        (
            lambda: explained_share([0, 1], [1.0, 2.0, 3.0]),
            "explained_share: scores must have shape (2,), one per trial; got shape (3,).",
        ),
        (
            lambda: explained_share([0, 1, 2], [1.0, 2.0, 3.0]),
            "explained_share: groups must hold a group of two trials or more; got 3 trials in 3 groups.",
        ),
        (
            lambda: pair_share(np.zeros((4, 3)), np.zeros(4)),
            "pair_share: u must have shape (n, 2), a column a hyperparameter; got shape (4, 3).",
        ),
        (
            lambda: noise_share([1.0, 2.0], [[1.0], [2.0]]),
            "noise_share: repeats must have shape (r, s) with s of at least 2, a column a seed; got (2, 1).",
        ),
        (
            lambda: noise_share([1.0, 1.0], [[1.0, 2.0]]),
            "noise_share: scores must differ from each other; got a variance of 0.",
        ),
        (
            lambda: resampled_shares(np.zeros((4, 1)), np.zeros(4), 0),
            "resampled_shares: rng must be a numpy.random.Generator; got 0. "
            "Make one with numpy.random.default_rng(seed).",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_words(call, message) -> None:
    with pytest.raises((TypeError, ValueError), match=f"^{re.escape(message)}$"):
        call()
