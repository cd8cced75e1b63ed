"""What lesson 04 says of successive halving holds: in what was measured, and in searches run now."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.lab.measured import measured
from coursekit.lessons.coarse_to_fine.explore_coarse_to_fine import deal
from coursekit.lessons.coarse_to_fine.explore_halving import (
    ADD,
    RESUME,
    climb,
    describe_rungs,
    settings_of,
    survivors,
    train_on,
)
from coursekit.lessons.coarse_to_fine.picture_halving import halving as halving_picture
from coursekit.lessons.coarse_to_fine.picture_halving import paths
from coursekit.search.halving import halving

pytestmark = pytest.mark.seconds


def rows(kind):
    table = measured("halving")
    return table[table["rungs"] == kind]


# ---- what was measured


@pytest.mark.parametrize(("kind", "total", "without"), [("add", 81, 351), ("resume", 63, 243)])
def test_every_search_was_run_for_what_the_plan_says(kind, total, without):
    assert_array_equal(rows(kind)["search"], np.arange(1001, 1101))
    assert set(rows(kind)["epochs"]) == {total}
    assert set(rows(kind)["epochs_without"]) == {without}


@pytest.mark.parametrize("kind", ["add", "resume"])
def test_the_best_of_all_is_often_cut_and_it_costs_nothing(kind):
    table = rows(kind)
    assert 0.15 <= np.mean(table["cut_after"] > 0) <= 0.25, "in about a fifth"
    assert np.sum(table["cut_after"] == 2) > 1.5 * np.sum(table["cut_after"] == 1)
    assert np.all(table["winner"][table["cut_after"] == 0] == table["best"][table["cut_after"] == 0])
    assert np.mean(table["winner"] == table["best"]) > 0.8
    difference = table["winner_test"] - table["best_test"]
    assert -0.001 < difference.mean() < 0.006, "as good, or a hair better"
    assert 0.25 < np.mean(table["rank_at_first"] == 1) < 0.45, "the first does not stay first"


@pytest.mark.parametrize("kind", ["add", "resume"])
def test_it_beats_the_best_way_to_share_the_same_epochs_alike_by_about_a_point(kind):
    leads = {n: rows(kind)["winner_test"] - rows(kind)[f"test{n}"] for n in (6, 7, 9, 13, 20, 27)}
    closest = min(leads.values(), key=np.mean)
    assert closest is leads[9]
    assert 0.006 < closest.mean() < 0.016
    assert closest.mean() > 3 * closest.std() / 10


@pytest.mark.deep
def test_most_that_are_cut_start_slowly():
    momenta = {"cut": [], "kept": []}
    for search in rows("add")["search"][rows("add")["cut_after"] == 1]:
        *_, state = climb(27, 1 / 3, 1, ADD, int(search))
        settings = settings_of(int(search), 27)
        assert state.best not in state.alive[1]
        assert state.accuracies[0, state.best] < state.accuracies[0, state.winner]
        momenta["cut"].append(settings[state.best]["momentum"])
        momenta["kept"].append(settings[state.winner]["momentum"])
    assert np.median(momenta["cut"]) > 0.95 > np.median(momenta["kept"])


# ---- the same, run now


def test_a_search_of_the_table_gives_its_row():
    row = rows("add")[8]
    *_, state = climb(27, 1 / 3, 1, ADD, 1009)
    end = state.accuracies[-1]
    assert_allclose([end[state.winner], end[state.best]], [row["winner"], row["best"]], atol=0.01)
    assert_allclose(state.test[state.winner], row["winner_test"], atol=0.01)
    assert state.accuracies[0, state.best] < 0.6
    assert end[state.best] > 0.97


@pytest.mark.deep
def test_new_searches_go_the_same_way():
    won, few = [], []
    for search in range(3001, 3009):
        *_, state = climb(27, 1 / 3, 1, ADD, search)
        won.append(state.test[state.winner])
        few.append(state.test[np.argmax(state.accuracies[-1, :6])])
        assert state.accuracies[-1, state.best] - state.accuracies[-1, state.winner] < 0.03
    assert np.mean(won) > np.mean(few)


# ---- the functions


def test_survivors_are_the_best_of_those_before_at_the_end_of_each_rung():
    accuracies = np.array([[0.1, 0.9, 0.8, 0.7], [0.9, 0.2, 0.6, 0.5], [0.9, 0.1, 0.3, 0.9]])
    plan = halving(4, 0.5, [1, 1, 1])
    alive = survivors(accuracies, plan)
    for got, expected in zip(alive, ([0, 1, 2, 3], [1, 2], [2]), strict=True):
        assert_array_equal(got, expected)
    assert len(survivors(accuracies[:1], plan)) == 2


def test_train_on_is_the_same_whatever_is_cut():
    first = list(train_on(5, 4, 3))
    assert len(first) == 3
    assert first[0].shape == (4, 597)
    assert_array_equal(first[1], list(train_on(5, 4, 2))[-1])
    assert settings_of(5, 4) == settings_of(5, 9)[:4]


def test_paths_have_a_gap_after_each_trial():
    accuracies = np.array([[0.6, 0.2], [0.8, 0.9]])
    x, y = paths(accuracies, np.array([1, 1]), np.array([2, 5]))
    assert_array_equal(x, [1, 2, np.nan, 1, 2, np.nan])
    assert_array_equal(y, [0.6, 0.8, np.nan, 0.5, 0.9, np.nan])
    assert paths(accuracies, np.array([1, 1]), np.array([0, 0]))[0].size == 0


# ---- what the explorer shows


@pytest.mark.parametrize(("rungs", "epochs", "total"), [(ADD, [1, 4, 13], 81), (RESUME, [1, 3, 9], 63)])
def test_the_later_rungs_add_or_resume(rungs, epochs, total):
    *_, state = climb(27, 0.34, 1, rungs, 5)
    assert [rung.epochs_so_far for rung in state.plan.rungs] == epochs
    assert len(state.accuracies) == epochs[-1]
    assert state.plan.total == total
    assert [len(who) for who in state.alive] == [27, 9, 3]
    assert describe_rungs(state).answer.startswith(f"{total} epochs instead of")


def test_it_follows_the_training_epoch_by_epoch():
    states = list(climb(9, 0.34, 1, ADD, 2))
    assert_allclose([state.progress for state in states], np.arange(1, 14) / 13)
    assert [len(state.alive) for state in states] == [2] * 3 + [3] * 10
    chosen_by, others = deal(300, 2)
    *_, right = train_on(2, 9, 13)
    assert_allclose(states[-1].accuracies[-1], right[:, chosen_by].mean(axis=-1))
    assert_allclose(states[-1].test, right[:, others].mean(axis=-1))


def test_ring_and_star_where_the_best_was_cut():
    *_, state = climb(27, 0.34, 1, ADD, 3)
    assert state.best not in state.alive[-1]
    assert state.winner in state.alive[-1]
    assert state.until[state.best] < 13 == state.until[state.winner]
    first, now = state.ranks
    assert now[state.best] == 1 < first[state.best]
    assert_array_equal(np.sort(now), np.arange(1, 28))
    assert "cut" in describe_rungs(state).sentence
    *_, calm = climb(27, 0.34, 1, ADD, 1)
    assert "no other trial scores more" in describe_rungs(calm).sentence


def test_the_picture_rings_the_best_at_its_rank_then_and_now():
    *_, state = climb(27, 0.34, 1, ADD, 3)
    picture = halving_picture()
    picture.move(state)
    first, now = state.ranks
    ring, star = picture.moving[-2:]
    for artist, who in ((ring, state.best), (star, state.winner)):
        assert_array_equal(artist.get_xydata(), [[first[who], now[who]]])
