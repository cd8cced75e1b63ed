"""What lesson 04 says of zooming holds: in what was measured, and in searches run now."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.lab.measured import measured
from coursekit.lessons.coarse_to_fine.explore_coarse_to_fine import (
    N_EPOCHS,
    Round,
    coarse_to_fine,
    deal,
    describe_search,
    held_out_split,
    moved,
    outcome,
    rounds,
    train,
)
from coursekit.lessons.coarse_to_fine.explore_on_the_border import describe_border, search_up_to, space_up_to
from coursekit.lessons.coarse_to_fine.explore_winners_curse import SETTING, best_of, lucky, same_setting
from coursekit.lessons.coarse_to_fine.picture_coarse_to_fine import N_AGAIN, SPACE, corners, points
from coursekit.network import Network, accuracy, init_network
from coursekit.optimizers import momentum
from coursekit.scales import LogScale
from coursekit.search import Space
from coursekit.training import fit

SHRINKS = (1, 0.75, 0.5, 0.25, 0.05)
GOOD = {"learning_rate": 0.8, "momentum": 0.8}
BAD = {"learning_rate": 0.001, "momentum": 0.9}
NEW_SEEDS = range(2001, 2009)  # searches that no experiment ran


def rows(n_validation, per_round, shrink):
    table = measured("coarse_to_fine")
    is_kind = (table["n_validation"] == n_validation) & (table["per_round"] == per_round)
    return table[is_kind & (table["shrink"] == shrink)]


def border(high, way):
    table = measured("on_the_border")
    return table[(table["high"] == high) & (table["way"] == way)]


def gain(n_validation, per_round, shrink):
    """The mean gain over random search on digits that nothing was chosen by, and its standard error."""
    gains = rows(n_validation, per_round, shrink)["test"] - rows(n_validation, per_round, 1)["test"]
    return gains.mean(), gains.std() / np.sqrt(gains.size)


# ---- what was measured


def test_every_search_was_run_at_every_speed():
    for n_validation, per_round, n_searches in ((30, 6, 100), (300, 6, 100), (300, 16, 40)):
        for shrink in SHRINKS:
            assert_array_equal(rows(n_validation, per_round, shrink)["search"], np.arange(1001, 1001 + n_searches))
    for high in (0.1, 10):
        for way in ("random", "zoom", "move"):
            assert_array_equal(border(high, way)["search"], np.arange(1001, 1051))


def test_a_slow_zoom_draws_and_a_fast_one_loses():
    mean, error = gain(300, 6, 0.75)
    assert abs(mean) < 2 * error
    for n_validation, least in ((300, 0.03), (30, 0.02)):
        mean, error = gain(n_validation, 6, 0.05)
        assert mean < -least
        assert mean < -2.5 * error
    gains = [gain(300, 6, shrink)[0] for shrink in SHRINKS[1:]]
    assert np.all(np.diff(gains) < 0), "the faster, the worse"
    assert 0.25 < np.mean(rows(300, 6, 0.05)["test"] < 0.9) < 0.35, "more than one in four is lost"


def test_what_a_slow_zoom_finds_looks_better_than_it_is():
    zoom, random = rows(300, 6, 0.75), rows(300, 6, 1)
    assert zoom["found"].mean() - random["found"].mean() > 0.004
    assert abs(zoom["test"].mean() - random["test"].mean()) < 0.004


def test_the_best_falls_and_that_of_a_fast_zoom_on_a_noisy_score_falls_most():
    for n_validation in (30, 300):
        falls = [np.mean(rows(n_validation, 6, shrink)["found"] - rows(n_validation, 6, shrink)["again"])
                 for shrink in SHRINKS]  # fmt: skip
        assert min(falls) > 0.005
        assert falls[0] == min(falls)
        assert max(falls) == max(falls[-2:])
    noisy, calm = (rows(n, 6, 0.05)["found"] - rows(n, 6, 0.05)["again"] for n in (30, 300))
    assert 0.05 < noisy.mean() < 0.07
    assert noisy.mean() > 1.7 * calm.mean()


def test_noise_spoils_the_choice_at_every_speed_by_about_a_point():
    for shrink in SHRINKS:
        lost = rows(300, 6, shrink)["test"] - rows(30, 6, shrink)["test"]
        assert 0.007 < lost.mean() < 0.018
        assert lost.mean() > 2.5 * lost.std() / np.sqrt(lost.size)
    assert abs(gain(30, 6, 0.05)[0] - gain(300, 6, 0.05)[0]) < 0.005, "a fast zoom loses as much to random search"


def test_with_30_digits_random_loses_four_points_to_its_luck_and_a_fast_zoom_six():
    losses = [np.mean(rows(30, 6, shrink)["found"] - rows(30, 6, shrink)["test"]) for shrink in (1, 0.05)]
    assert_allclose(losses, [0.04, 0.06], atol=0.006)


def test_with_large_rounds_a_slow_zoom_draws_too_and_a_fast_one_loses_less():
    mean, error = gain(300, 16, 0.75)
    assert abs(mean) < 2 * error < 0.01
    assert gain(300, 16, 0.05)[0] > gain(300, 6, 0.05)[0] + 0.01
    assert np.mean(rows(300, 16, 0.05)["test"] < 0.9) < 0.15


def test_moving_the_range_pays_where_it_ends_too_early_and_costs_nothing_elsewhere():
    test = {(high, way): border(high, way)["test"] for high in (0.1, 10) for way in ("random", "zoom", "move")}
    assert 0.11 < np.mean(test[0.1, "move"] - test[0.1, "zoom"]) < 0.15
    assert 0.08 < np.mean(test[0.1, "move"] - test[0.1, "random"]) < 0.12
    assert np.mean(test[10, "move"] - test[10, "zoom"]) > 0
    assert np.sum(border(0.1, "move")["learning_rate"] > 0.1) == 41
    assert max(border(0.1, way)["learning_rate"].max() for way in ("random", "zoom")) <= 0.1


def test_the_map_has_a_ridge_inside_of_the_space():
    table = measured("tuning_map")
    accuracies = table["accuracy"].reshape(25, 25)
    assert_allclose(table["learning_rate"][:25], LogScale(0.001, 10).grid(25), rtol=1e-3)
    row, column = np.unravel_index(accuracies.argmax(), (25, 25))
    assert 0.93 < accuracies.max() < 0.98
    assert row < 12
    assert 12 < column < 22
    assert accuracies[:, 0].max() < 0.2


# ---- the same, run now


@pytest.mark.deep
def test_it_is_the_small_first_round_that_loses_and_not_the_number_of_trainings():
    def worth(sizes, search):
        rng, (chosen_by, _) = np.random.default_rng([search, 0]), deal(300, search)
        space, done = SPACE, []
        for i, size in enumerate(sizes):
            drawn = space.random(size, rng)
            done.append(Round(space, drawn, train(drawn, [search, 1, i], search=search)))
            scores = np.concatenate([each.right[:, chosen_by].mean(axis=-1) for each in done])
            best = [setting for each in done for setting in each.settings][int(np.argmax(scores))]
            space = space.zoom(best, 0.05).space
        return outcome(done, 300, search).test

    searches = range(3001, 3025)
    small, large = (np.mean([worth(sizes, each) for each in searches]) for sizes in ((6, 20, 20, 18), (16,) * 4))
    assert large > small + 0.008


@pytest.mark.deep
def test_new_searches_give_what_was_measured():
    done = {shrink: [] for shrink in (None, 0.05)}
    for search in NEW_SEEDS:
        for shrink, results in done.items():
            results.append(outcome(list(rounds(search, 4, 6, shrink, 30)), 30, search))
    random, fast = done.values()
    for results in (random, fast):
        assert np.mean([each.found - each.again.mean() for each in results]) > 0.01, "the best falls"
    assert np.mean([each.test for each in fast]) < np.mean([each.test for each in random]) + 0.01


def test_a_search_of_the_table_gives_its_row():
    (row,) = rows(300, 6, 0.5)[:1]
    result = outcome(list(rounds(1001, 4, 6, 0.5, 300)), 300, 1001)
    assert_allclose([result.found, result.again.mean(), result.test], [row["found"], row["again"], row["test"]],
                    atol=0.01)  # fmt: skip


@pytest.mark.deep
def test_new_searches_leave_a_range_that_ends_too_early():
    tests = {}
    for way in (False, True):
        tests[way] = [outcome(list(rounds(s, 4, 6, 0.5, 300, space=space_up_to(0.1), widen=way)), 300, s).test
                      for s in NEW_SEEDS]  # fmt: skip
    assert np.mean(tests[True]) > np.mean(tests[False]) + 0.03


def test_the_map_measured_again():
    table = measured("tuning_map")
    for i in (300, 180, 20):
        setting = {name: float(table[i][name]) for name in ("learning_rate", "momentum")}
        now = train([setting] * 10, 8).mean()
        assert abs(now - table[i]["accuracy"]) < 0.02 + 2 * table[i]["sd"]


# ---- the functions


def test_a_stack_is_trained_as_each_alone_would_be_and_as_fit_does():
    data, seed = held_out_split(), [4, 1]
    right = train([GOOD, BAD], seed)
    rng = np.random.default_rng(seed)
    network = Network([64, 32, 10])
    start = init_network(network, rng, n_models=2)
    parameters, _ = fit(network, start, data.X_train, data.y_train, learning_rate=[0.8, 0.001], momentum=[0.8, 0.9],
                        n_epochs=N_EPOCHS, optimizer=momentum, rng=rng)  # fmt: skip
    assert_allclose(right.mean(axis=-1), accuracy(network, parameters, data.X_test, data.y_test))
    assert right.shape == (2, 597)
    assert right[0].mean() > 0.9
    assert right[1].mean() < 0.3


def test_the_digits_to_choose_by_are_not_those_to_test_by():
    for n in (30, 300):
        chosen_by, others = deal(n, 3)
        assert chosen_by.size == n
        assert_array_equal(np.sort(np.concatenate([chosen_by, others])), np.arange(597))
    assert_array_equal(deal(30, 3)[0], deal(300, 3)[0][:30])
    assert not np.array_equal(deal(30, 3)[0], deal(30, 4)[0])


def test_each_round_zooms_around_the_best_so_far():
    chosen_by, _ = deal(50, 7)
    space, tried, scores = SPACE, [], []
    for i, each in enumerate(rounds(7, 3, 5, 0.4, 50)):
        if i:
            space = space.zoom(tried[int(np.argmax(scores))], 0.4).space
        assert repr(each.space) == repr(space)
        inside = space.to_unit(each.settings)
        assert inside.min() >= 0
        assert inside.max() <= 1
        assert_array_equal(each.right, train(each.settings, [7, 1, i], search=7))
        tried += each.settings
        scores += each.right[:, chosen_by].mean(axis=-1).tolist()


def test_random_search_never_zooms_and_shares_the_first_round():
    zoomed, plain = list(rounds(7, 2, 5, 0.4, 50)), list(rounds(7, 2, 5, None, 50))
    assert [repr(each.space) for each in plain] == [repr(SPACE)] * 2
    assert plain[0].settings == zoomed[0].settings
    assert plain[1].settings != zoomed[1].settings


def test_the_outcome_is_of_the_best_and_of_new_seeds():
    done = list(rounds(7, 2, 5, 0.4, 50))
    chosen_by, others = deal(50, 7)
    result = outcome(done, 50, 7)
    scores = np.concatenate([each.right[:, chosen_by].mean(axis=-1) for each in done])
    assert result.found == scores.max()
    assert result.setting == [*done[0].settings, *done[1].settings][scores.argmax()]
    again = train([result.setting] * N_AGAIN, [7, 2], search=7)
    assert_array_equal(result.again, again[:, chosen_by].mean(axis=-1))
    assert_allclose(result.test, again[:, others].mean())


def test_a_range_moves_as_wide_as_it_is_and_stays_on_the_map():
    assert moved(Space(learning_rate=LogScale(0.01, 1)), 1).scales["learning_rate"] == LogScale(0.1, 10)
    scale = moved(space_up_to(0.1), 0.09).scales["learning_rate"]
    assert_allclose([scale.low, scale.high], [0.009, 0.9])
    assert moved(space_up_to(1), 0.9).scales["learning_rate"].high == 10
    assert moved(space_up_to(0.1), 0.09).scales["momentum"] is SPACE.scales["momentum"]


def test_it_moves_at_the_border_of_the_learning_rate_alone():
    for each, following in zip(*(list(rounds(9, 4, 6, 0.5, 300, widen=True))[i:] for i in (0, 1)), strict=False):
        widths = [SPACE.to_unit(corners(space)).max(axis=0) - SPACE.to_unit(corners(space)).min(axis=0)
                  for space in (each.space, following.space)]  # fmt: skip
        assert widths[1][0] <= widths[0][0] + 1e-9


def test_corners_go_round_the_window():
    unit, own = points(corners(SPACE))
    assert_allclose(unit, [[0, 0], [1, 0], [1, 1], [0, 1]])
    assert_allclose(own, [[0.001, 0], [10, 0], [10, 0.999], [0.001, 0.999]])


# ---- what the explorers show


@pytest.mark.seconds
def test_the_search_tells_what_it_found_and_what_is_left():
    *before, last = coarse_to_fine(3, 0.5, 4, 60, 2)
    assert [state.progress for state in before] == [0.25, 0.5, 0.75]
    assert last.progress == 1
    assert describe_search(before[0]).answer.startswith("Best score so far")
    result = outcome(list(rounds(2, 3, 4, 0.5, 60)), 60, 2)
    plain = outcome(list(rounds(2, 3, 4, None, 60)), 60, 2)
    assert last.best == result.setting
    assert (last.test, last.random_test) == (result.test, plain.test)
    answer, sentence = describe_search(last)
    assert answer == f"Found {result.found:.3f}; again {result.again.mean():.3f}; other digits {result.test:.3f}"
    assert f"found {plain.found:.3f}, again {plain.again.mean():.3f}" in sentence


@pytest.mark.seconds
def test_the_border_shows_where_the_windows_go():
    *_, stays = search_up_to(0.1, False, 1)
    *_, moves = search_up_to(0.1, True, 1)
    for state, beyond in ((stays, False), (moves, True)):
        ends = [window.scales["learning_rate"].high for window in state.windows]
        assert ends[0] == 0.1
        assert (max(ends) > 0.1) is beyond
    assert describe_border(moves).answer > describe_border(stays).answer
    assert moves.again.mean() > stays.again.mean() + 0.05


@pytest.mark.parametrize("n", [1, 2, 7, 100])
def test_the_best_of_n_on_average(n):
    rng = np.random.default_rng(0)
    scores = rng.normal(size=50)
    drawn = rng.choice(scores, (100_000, n)).max(axis=-1)
    assert_allclose(best_of(scores)[n - 1], drawn.mean(), atol=0.015)


@pytest.mark.seconds
def test_luck_alone_lifts_the_best_by_some_four_points():
    right, rng = same_setting(), np.random.default_rng(1)
    gaps = []
    for _ in range(300):
        scores = right[np.ix_(rng.choice(200, 24, replace=False), rng.choice(597, 50, replace=False))].mean(axis=-1)
        gaps.append(scores.max() - scores.mean())
    assert 0.035 < np.mean(gaps) < 0.05
    again = train([SETTING] * 24, [99, 6])  # new networks
    others = [again[:, rng.choice(597, 50, replace=False)].mean(axis=-1) for _ in range(100)]
    assert 0.03 < np.mean([scores.max() - scores.mean() for scores in others]) < 0.06


def test_on_other_digits_the_best_is_hardly_better_than_the_mean_of_all():
    gaps = [(state.scores.max() - state.mean, state.test - state.mean_test)
            for state in (lucky(24, 50, deal) for deal in range(1, 21))]  # fmt: skip
    chosen_by, others = np.mean(gaps, axis=0)
    assert 0.03 < chosen_by < 0.05
    assert abs(others) < 0.01


def test_each_search_has_a_split_of_its_own():
    splits = [held_out_split(search) for search in (1, 2)]
    assert not np.array_equal(splits[0].y_test, splits[1].y_test)
    assert held_out_split(1) is splits[0]


def test_the_best_is_scored_on_digits_that_it_was_not_chosen_by():
    state = lucky(40, 50, 3)
    assert state.scores.size == 40
    assert_allclose(state.expected[0], state.mean)
    means = [np.mean([lucky(100, n, deal).scores.max() - lucky(100, n, deal).test for deal in range(1, 21)])
             for n in (30, 300)]  # fmt: skip
    assert means[0] > means[1] > 0
