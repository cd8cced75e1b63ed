"""What lesson 01 says of who matters holds: in the trials that were measured, in halves of them, and in new ones."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.lab.measured import measured
from coursekit.lessons.what_to_tune_first.explore_importance import (
    column,
    describe_filtered,
    describe_importance,
    in_rows,
    look_at,
    marks,
    weigh,
)
from coursekit.lessons.what_to_tune_first.explore_searches import (
    ADAM,
    CLASSICAL,
    MOMENTUM,
    N_REPEATED,
    N_SEEDS,
    N_TRIALS,
    NARROW,
    SPACES,
    forest,
    repeats,
    score,
    settings,
    train,
    trials,
    within,
)
from coursekit.lessons.what_to_tune_first.importance import bins, main_shares, noise_share, pair_share, resampled_shares
from coursekit.lessons.what_to_tune_first.picture_importance import ROWS

pytestmark = pytest.mark.seconds

ADAMS_THREE = ("beta1", "beta2", "eps")


def alone(search, chosen=slice(None)):
    u, scores = trials(search)
    return dict(zip(SPACES[search].scales, main_shares(u[chosen], scores[chosen]), strict=True))


def in_all(search):
    return dict(zip(SPACES[search].scales, forest(search, N_TRIALS).mean(axis=0), strict=True))


# ---- what was measured, and what is measured now


@pytest.mark.parametrize("search", SPACES)
def test_the_table_holds_every_setting_with_its_seeds(search):
    table = measured("importance")
    rows = table[table["search"] == search]
    assert rows.size == N_TRIALS + (N_SEEDS - 1) * N_REPEATED
    first = rows[rows["seed"] == 0]
    assert_array_equal(first["trial"], np.arange(N_TRIALS))
    for name in SPACES[search].scales:
        assert_allclose(first[name], [setting[name] for setting in settings(search)], rtol=1e-5)
    assert_array_equal(repeats(search)[:, 0], first["accuracy"][:N_REPEATED])
    assert_array_equal(repeats(search)[:, 2], rows["accuracy"][-N_REPEATED:])


@pytest.mark.sampled(4)
@pytest.mark.parametrize("search", SPACES)
def test_a_trial_run_now_gives_what_was_measured(search):
    scores = trials(search)[1]
    again = [train(search, trial) for trial in range(20, 26)]
    assert np.median(np.abs(again - scores[20:26])) < 0.02  # one that nearly diverges may end anywhere by rounding
    again = [train(search, trial, seed=1) for trial in range(4, 9)]
    assert np.median(np.abs(again - repeats(search)[4:9, 1])) < 0.02


@pytest.mark.parametrize("search", [ADAM, MOMENTUM, CLASSICAL])
def test_over_four_decades_the_learning_rate_leads_by_both_methods_and_in_each_half(search):
    for shares in (alone(search), in_all(search), alone(search, slice(0, 300)), alone(search, slice(300, 600))):
        assert max(shares, key=shares.get) == "learning_rate"
    assert np.mean(forest(search, N_TRIALS).argmax(axis=1) == 0) == 1


@pytest.mark.deep
def test_new_networks_show_the_hill_of_the_learning_rate_and_what_depth_makes_of_it():
    rng = np.random.default_rng(2024)
    drawn = SPACES[ADAM].random(60, rng)
    means = []
    for low, high in ((1e-4, 1e-3), (3e-3, 3e-2), (0.2, 1)):
        news = [{**setting, "learning_rate": float(low * (high / low) ** rng.random())} for setting in drawn[:20]]
        means.append(np.mean([score(setting, split=99, rng=rng) for setting in news]))
    assert means[1] > 0.8
    assert max(means[0], means[2]) < 0.65


def test_with_adam_the_shares_are_those_of_the_lesson():
    shares, spread = alone(ADAM), resampled_shares(*trials(ADAM), np.random.default_rng(0)).std(axis=0)
    assert 0.40 < shares["learning_rate"] < 0.50
    assert 0.03 < shares["layers"] < 0.09
    assert shares["learning_rate"] > 5 * shares["layers"], "by far"
    assert 0.5 < sum(shares.values()) < 0.6
    for (name, share), sd in zip(shares.items(), spread, strict=True):
        assert (share > 2 * sd) == (name in {"learning_rate", "layers"}) or 1.5 < share / sd < 2.5, name
        assert name not in {*ADAMS_THREE, "decay_rate"} or share < 0.02
    assert max(in_all(ADAM)[name] for name in ADAMS_THREE) < 0.01
    assert max(shares[name] for search in (ADAM, NARROW) for shares in (alone(search), in_all(search))
               for name in ("beta2", "eps")) < 0.025  # fmt: skip


def test_within_one_decade_the_hidden_units_lead_by_both_methods_and_in_each_half():
    for shares in (alone(NARROW), in_all(NARROW), alone(NARROW, slice(0, 300)), alone(NARROW, slice(300, 600))):
        assert max(shares, key=shares.get) == "units"
    assert alone(NARROW)["learning_rate"] < 0.14
    assert alone(NARROW)["layers"] < 0.02
    assert in_all(ADAM)["layers"] > 0.13, "where the rate is wide, they were second"
    assert 4.5 < trials(ADAM)[1].var() / trials(NARROW)[1].var() < 6.5
    u, scores = trials(ADAM)
    inside = within(ADAM, 0.01 / 10**0.5, 0.01 * 10**0.5)
    shares = dict(zip(SPACES[ADAM].scales, main_shares(u[inside], scores[inside]), strict=True))
    assert max(shares, key=shares.get) == "units"
    assert shares["learning_rate"] < 0.07, "the wide search says so too, within the window"
    assert 8 < scores.var() / scores[inside].var() < 13
    assert noise_share(scores[inside], repeats(ADAM)[inside[:N_REPEATED]]) < 0.8 * shares["units"]


def test_who_comes_second_depends_on_the_optimizer_and_on_how_it_is_written():
    def seconds(search):
        return [list(SPACES[search].scales)[j] for j in np.argsort(forest(search, N_TRIALS), axis=1)[:, -2]]

    assert seconds(ADAM).count("layers") >= 18
    assert seconds(MOMENTUM).count("batch_size") >= 18
    assert seconds(CLASSICAL).count("batch_size") >= 15
    assert max(alone(MOMENTUM)["batch_size"], alone(CLASSICAL)["batch_size"]) < 0.02, "alone, it has nothing"
    assert in_all(ADAM)["beta1"] < 0.005
    assert_allclose(alone(CLASSICAL)["learning_rate"] / alone(MOMENTUM)["learning_rate"], 0.5, atol=0.1)
    assert list(np.argsort(-forest(NARROW, N_TRIALS).mean(axis=0))[:3]) == [5, 7, 0], "units, mini-batch, rate"


def test_the_forest_predicts_most_of_what_it_has_not_seen_but_not_all():
    table = measured("importance_forest")
    for search, low, high in ((ADAM, 0.8, 0.9), (NARROW, 0.75, 0.87), (MOMENTUM, 0.63, 0.77), (CLASSICAL, 0.5, 0.7)):
        rows = table[(table["search"] == search) & (table["n_trials"] == N_TRIALS) & (table["seen"] == "all")]
        assert low < rows["r2"].mean() < high


def test_depth_narrows_the_range_of_right_rates():
    u, scores = trials(ADAM)
    fast, layers = within(ADAM, 0.1, 1), bins(u[:, list(SPACES[ADAM].scales).index("layers")], 4) + 1
    one, two, three, four = (scores[fast & (layers == n)].mean() for n in range(1, 5))
    assert 0.88 < one < 0.95
    assert 0.25 < two < 0.4
    assert 0.12 < min(three, four) <= max(three, four) < 0.22


def test_the_learning_rate_is_in_the_two_strongest_interactions():
    u, scores = trials(ADAM)
    names = list(SPACES[ADAM].scales)
    extra = {(a, b): pair_share(u[:, [names.index(a), names.index(b)]], scores)
             for a, b in itertools.combinations(names, 2)}  # fmt: skip
    first, second = sorted(extra, key=extra.get)[:-3:-1]
    assert first == ("learning_rate", "layers")
    assert second == ("learning_rate", "units")
    assert 0.1 < extra[first] < 0.2


def test_the_seed_explains_a_few_percent():
    for search in SPACES:
        assert 0.02 < noise_share(trials(search)[1], repeats(search)) < 0.06
    seeds = repeats(ADAM)
    good = seeds.mean(axis=1) > 0.9
    assert 0.005 < np.median(seeds[good].std(axis=1, ddof=1)) < 0.012


def test_with_100_trials_the_forest_gives_the_rate_less_than_half():
    few, many = weigh(ADAM, "100"), weigh(ADAM, "600")
    assert 0.3 < few.totals[0] / many.totals[0] < 0.5


@pytest.mark.parametrize("search", SPACES)
def test_with_100_trials_the_whiskers_are_three_to_four_times_as_long(search):
    few, many = weigh(search, "100"), weigh(search, "600")
    assert 3 < np.nanmean(few.spread) / np.nanmean(many.spread) < 4.2


def test_600_trials_do_not_order_the_mini_batch_and_the_rate_of_the_narrow_search():
    u, scores = trials(NARROW)
    names = list(SPACES[NARROW].scales)
    resampled = resampled_shares(u, scores, np.random.default_rng(0), n_resamples=400)
    units, batch, rate = (resampled[:, names.index(name)] for name in ("units", "batch_size", "learning_rate"))
    assert 0.4 < np.mean(batch > rate) < 0.8, "either order"
    assert np.mean(units > np.maximum(batch, rate)) > 0.99, "that the units lead is sure"
    other = resampled[:, names.index("layers")]
    assert np.mean(np.minimum(batch, rate) > other) > 0.95


def test_with_adam_600_trials_do_not_order_layers_and_units_alone():
    names = list(SPACES[ADAM].scales)
    resampled = resampled_shares(*trials(ADAM), np.random.default_rng(0), n_resamples=400)
    layers, units = (resampled[:, names.index(name)] for name in ("layers", "units"))
    assert 0.5 < np.mean(layers > units) < 0.95


def test_two_pairs_stand_far_above_what_chance_gives_the_best_of_28_and_the_fourth_does_not():
    u, scores = trials(ADAM)
    pairs, rng = list(itertools.combinations(range(8), 2)), np.random.default_rng(0)
    extra = sorted((pair_share(u[:, pair], scores) for pair in pairs), reverse=True)
    by_chance = [max(pair_share(u[:, pair], mixed) for pair in pairs)
                 for mixed in (rng.permutation(scores) for _ in range(40))]  # fmt: skip
    assert extra[1] > 1.5 * np.max(by_chance)
    assert extra[3] < np.mean(by_chance)


@pytest.mark.parametrize("search", SPACES)
def test_half_of_the_trials_scatter_as_much_as_the_bootstrap_says(search):
    """The whiskers of both methods mean the same: held against each other where both can be computed, on the bins."""
    (u, scores), rng = trials(search), np.random.default_rng(0)
    halves = [main_shares(u[half], scores[half]) for half in (rng.permutation(N_TRIALS)[:300] for _ in range(100))]
    spread = resampled_shares(u, scores, rng).std(axis=0)
    assert_allclose(np.std(halves, axis=0, ddof=1).mean(), spread.mean(), rtol=0.25)
    assert weigh(search, "600").totals_spread[0] > 0.01


# ---- the functions


def test_rows_find_their_columns():
    assert [column(ADAM, row) for row, _ in ROWS] == [0, 1, 7, 5, 4, 6, 2, 3]
    assert [column(MOMENTUM, row) for row, _ in ROWS] == [0, 1, 5, 3, 2, 4, None, None]
    laid = in_rows(MOMENTUM, np.arange(6.0))
    assert_array_equal(laid, [0, 1, 5, 3, 2, 4, np.nan, np.nan])


def test_momentum_as_in_pytorch_is_momentum_at_a_longer_rate():
    setting = {"learning_rate": 0.03, "momentum": 0.9, "layers": 1, "units": 16, "decay_rate": 0.1, "batch_size": 64}
    longer = {**setting, "learning_rate": 0.03 / (1 - 0.9)}
    there = score(setting, split=0, rng=np.random.default_rng(0), classical=True)
    assert there == score(longer, split=0, rng=np.random.default_rng(0))
    assert there > score(setting, split=0, rng=np.random.default_rng(0)) + 0.05


def test_a_window_looks_at_its_trials_only():
    seen = look_at(ADAM, "hidden units", middle=0.01, decades=1.0)
    rates = np.array([setting["learning_rate"] for setting in settings(ADAM)])
    assert_array_equal(seen.inside, (rates >= 0.01 / 10**0.5) & (rates <= 0.01 * 10**0.5))
    units = np.array([setting["units"] for setting in settings(ADAM)])
    expected = [seen.scores[seen.inside & (units == value)].mean() for value in (8, 16, 32, 64, 128)]
    assert_allclose(seen.marginal.means, expected)
    assert [words for _, words in seen.marks] == ["8", "16", "32", "64", "128"]
    assert f"{seen.inside.sum()} of 600" in describe_filtered(seen).sentence


def test_a_row_that_a_search_has_not_shows_the_learning_rate():
    assert look_at(MOMENTUM, "Adam's beta2", 0.01, 6.0).row == "learning rate"


def test_too_few_trials_are_told_and_not_weighed():
    seen = look_at(ADAM, "learning rate", middle=1.0, decades=0.5)
    assert seen.inside.sum() < 50
    assert np.isnan(seen.shares).all()
    assert "too few" in describe_filtered(seen).answer


def test_marks_stand_where_their_values_are():
    for space in SPACES.values():
        for scale in space.scales.values():
            for place, words in marks(scale):
                assert_allclose(place, scale.to_unit(type(scale.from_unit(0.5).tolist())(float(words))), atol=1e-3)


def test_the_words_are_those_of_the_state():
    state = weigh(ADAM, "300")
    assert f"{state.shares[0]:.0%} alone" in describe_importance(state).answer
    assert "300 trials, Adam, rates from 0.0001 to 1." in describe_importance(state).sentence
