"""Lesson 15's explorers: a plan is judged and run, the leaderboard says what was measured, and its claims hold."""

import numpy as np
import pytest
from matplotlib.text import Text
from numpy.testing import assert_allclose

from coursekit.lab.measured import measured
from coursekit.lab.standard_error import standard_error
from coursekit.lessons.tune_a_real_network.explore_tuning import (
    FOUND,
    JUDGED,
    LEADERBOARD,
    N_SEARCHES,
    NEW_SEEDS,
    TEST,
    board,
    describe_board,
)
from coursekit.lessons.tune_a_real_network.explore_tuning_best_of import best_of, describe_best_of, trials
from coursekit.lessons.tune_a_real_network.explore_tuning_plan import (
    BY_MEMORY,
    LOG,
    N_EPOCHS,
    PLAN,
    SEED,
    SPLIT,
    describe_plan,
)
from coursekit.lessons.tune_a_real_network.strategies import (
    GRID_LINEAR,
    HALVING,
    RANDOM,
    RANDOM_LINEAR,
    STRATEGIES,
    TPE,
    ZOOM,
    again,
    search,
)
from coursekit.lessons.tune_a_real_network.tuning import ADAM, MOMENTUM, sets_of, train

pytestmark = pytest.mark.seconds

GOOD = {"rate_scale": LOG, "normalized": True, "n_again": 2}


def last(**values):
    *_, state = PLAN.states(**values)
    return state


# ---- a plan


def test_it_begins_with_objections_and_its_task_can_be_reached():
    assert [each.lesson for each in next(PLAN.states()).objections] == ["03", "04", "06"]
    assert len(PLAN.controls) == 4
    first = next(PLAN.states(**GOOD))
    assert not first.objections
    assert describe_plan(first) == ("0 objections", "27 trials are planned, and none is trained yet.")


def test_it_trains_what_it_shows_as_train_does():
    state = last(**GOOD, n_trials=8, n_epochs=2)
    assert state.progress == 1
    assert state.again.size == 2
    settings = [{"learning_rate": rate, "momentum": 1 - 1 / memory, "units": 0}
                for rate, memory in zip(state.rates, state.memories, strict=True)]  # fmt: skip
    from coursekit.lessons.tune_a_real_network.explore_tuning_plan import lay_out, the_space

    laid = lay_out(the_space(1e-5, 1, LOG, BY_MEMORY), "random", 8)
    for mine, theirs in zip(settings, laid, strict=True):
        assert mine["learning_rate"] == theirs["learning_rate"]
        assert mine["momentum"] == pytest.approx(theirs["momentum"])
    rngs = [np.random.default_rng([SEED, 2, i]) for i in range(8)]
    *_, scores = train(laid, rngs, sets_of(SPLIT), n_epochs=2)
    assert_allclose(state.scores, scores.validation, atol=0.02)


def test_a_grid_repeats_its_values_and_a_range_that_ends_early_is_seen():
    grid = next(PLAN.states(**GOOD, layout="grid"))
    assert len(grid.rates) == 27
    assert len(set(grid.rates.tolist())) == 3
    assert [each.lesson for each in grid.objections] == ["02"]
    (slider,) = [control for control in PLAN.controls if control.name == "high"]
    short = last(**GOOD, high=slider.scale.low, n_trials=27)
    assert short.ends == (1e-5, 1e-3)
    assert short.epoch == N_EPOCHS
    best = np.argsort(-short.scores)[:3]
    assert short.rates[best].min() > 1e-4


@pytest.mark.deep
def test_what_its_choices_come_to_here():
    # the task: which objections come true, and which do not
    good, raw, learned = last(**GOOD), last(**GOOD | {"normalized": False}), last(**GOOD | {"chosen_by": "training"})
    linear = last(**GOOD | {"rate_scale": "linear"})
    assert np.median(linear.scores) < np.median(good.scores)
    assert raw.again.mean() > 0.93
    assert learned.scores.max() > good.scores.max()


def test_it_opens_no_test_set_of_the_lesson():
    assert SPLIT not in {21, *measured("leaderboard")["search"].tolist(), *measured("choices")["search"].tolist()}


# ---- the leaderboard


@pytest.mark.parametrize("optimizer", [ADAM, MOMENTUM])
def test_the_board_says_what_was_measured(optimizer):
    table = measured("leaderboard")
    for judged, column in JUDGED.items():
        state = board(optimizer, judged, 7)
        for name, scores in zip(STRATEGIES, state.scores, strict=True):
            rows = table[(table["optimizer"] == optimizer) & (table["strategy"] == name)]
            assert scores.tolist() == rows[np.argsort(rows["search"])][column][:7].tolist()
        assert_allclose(state.gaps[state.leader], 0)
        assert (state.gaps.mean(axis=1) <= 0).all()
    assert board(optimizer).scores.shape == (7, {ADAM: N_SEARCHES, MOMENTUM: 10}[optimizer])


def ahead_of_random(optimizer, judged=TEST):
    state = board(optimizer, judged)
    gaps = state.scores - state.scores[STRATEGIES.index(RANDOM)]
    means, errors = gaps.mean(axis=1), gaps.std(axis=1, ddof=1) / np.sqrt(gaps.shape[1])
    return dict(zip(STRATEGIES, zip(means, errors, strict=True), strict=True))


def test_with_adam_scales_decide_and_cleverness_is_within_the_noise():
    gaps = ahead_of_random(ADAM)
    for name in (GRID_LINEAR, RANDOM_LINEAR):
        mean, error = gaps.pop(name)
        assert mean < -2 * error
    assert gaps.pop(RANDOM) == (0, 0)
    for mean, error in gaps.values():
        assert abs(mean) < 2 * error
    leads = [f"{gaps[name][0] / gaps[name][1]:.1f}" for name in (ZOOM, HALVING, TPE)]
    assert leads == ["0.0", "1.9", "1.7"]


@pytest.mark.deep
def test_in_20_further_splits_halving_leads_random_by_as_much_again():
    def reached(name, split):
        return again([search(name, split).setting], split).test.mean()

    gaps = np.array([reached(HALVING, split) - reached(RANDOM, split) for split in range(40, 60)])
    assert 0.001 < gaps.mean() < 0.006, "0.0025 to 0.0045, by the processor"
    assert 1 < gaps.mean() / standard_error(gaps) < 4.1, "1.8 to 3.0 errors"


def test_the_digits_that_chose_put_halving_and_tpe_ahead():
    for judged in (FOUND, NEW_SEEDS):
        gaps = ahead_of_random(ADAM, judged)
        for name in (HALVING, TPE):
            mean, error = gaps[name]
            assert mean > 2 * error, (judged, name)
    found, new_seeds = (ahead_of_random(ADAM, judged)[ZOOM][0] for judged in (FOUND, NEW_SEEDS))
    assert found > 0.003, "by the score it was chosen by, coarse to fine gains as well"
    assert new_seeds < 0.001


def test_the_score_it_was_chosen_by_flatters_those_most_whose_choice_trains_unsteadily():
    table = measured("leaderboard")
    rows = [table[(table["optimizer"] == ADAM) & (table["strategy"] == name)] for name in STRATEGIES]
    gains = dict(zip(STRATEGIES, (np.mean(each["validation"] - each["again_test"]) for each in rows), strict=True))
    spread = [np.mean(each["again_sd"]) for each in rows]
    assert min(gains.values()) > 0.009
    assert max(gains.values()) < 0.031
    assert max(gains, key=gains.get) == GRID_LINEAR
    assert abs(gains[HALVING] - gains[RANDOM]) < 0.002, "it looked more closely, and gains no more"
    assert np.corrcoef(list(gains.values()), spread)[0, 1] > 0.9


def test_with_momentum_the_order_turns_over():
    gaps = ahead_of_random(MOMENTUM)
    for name in (RANDOM_LINEAR, HALVING, TPE):
        mean, error = gaps[name]
        assert mean > 2 * error, name
    assert 0.005 < gaps[RANDOM_LINEAR][0] < 0.0105
    mean, error = gaps[ZOOM]
    assert 3 * mean < error < 4 * mean
    rows = trials(MOMENTUM)
    assert rows["learning_rate"][rows["validation"] > 0.95].min() > 0.1
    assert rows["learning_rate"][rows["validation"] > 0.9].min() < 0.1


def test_its_leader_changes_with_the_number_of_splits():
    assert LEADERBOARD.start == {"optimizer": ADAM, "judged": TEST, "n_searches": 3}
    leaders = {board(ADAM, TEST, n).leader for n in range(3, N_SEARCHES + 1)}
    assert len(leaders) > 1
    words = describe_board(board(ADAM, TEST))
    assert "two standard errors" in words.sentence
    behind = [name for name, is_tied in zip(STRATEGIES, board(ADAM).is_tied, strict=True) if not is_tied]
    assert behind == [GRID_LINEAR, RANDOM_LINEAR]


def test_the_picture_says_who_judges():
    picture = LEADERBOARD.picture()
    for judged in JUDGED:
        picture.move(board(ADAM, judged))
        assert any(judged in text.get_text() for text in picture.figure.findobj(Text))


# ---- the best of n


def test_the_best_of_27_is_the_best_trial():
    for optimizer in (ADAM, MOMENTUM):
        rows, state = trials(optimizer), best_of(optimizer, 27)
        assert_allclose(state.found[-1], rows["validation"].max(axis=1))
        best = rows["validation"] == rows["validation"].max(axis=1, keepdims=True)
        for split, value in enumerate(state.test[-1]):
            assert value in rows["test"][split][best[split]]
        assert_allclose(state.found[0], rows["validation"].mean(axis=1))
        assert_allclose(state.test[0], rows["test"].mean(axis=1))


def test_one_trial_is_not_flattered_and_the_best_of_many_is():
    state = best_of(ADAM, 27)
    gap, error = state.gaps.mean(axis=1), state.gaps.std(axis=1, ddof=1) / np.sqrt(state.gaps.shape[1])
    assert abs(gap[0]) < 2 * error[0]
    assert gap[-1] > 2 * error[-1]
    assert (np.diff(gap) > -1e-3).all()
    assert "too high" in describe_best_of(state).sentence


def test_choosing_by_the_training_set_costs_nothing_here():
    rows = trials(ADAM)
    every = np.arange(len(rows))
    by_training = rows["test"][every, rows["train"].argmax(axis=1)]
    by_validation = rows["test"][every, rows["validation"].argmax(axis=1)]
    assert f"{by_training.mean():.3f}" == "0.962"
    assert by_training.mean() - by_validation.mean() == pytest.approx(0, abs=0.003)


def test_most_random_settings_are_poor_and_a_fifth_is_good():
    scores = trials(ADAM)["validation"]
    assert f"{np.mean(scores < 0.9):.0%}" == "56%"
    assert 0.15 < np.mean(scores > 0.95) < 0.25


def test_the_winning_networks_and_their_settings_are_two_numbers():
    networks, settings = best_of(ADAM, 27).test[-1], board(ADAM).scores[STRATEGIES.index(RANDOM)]
    assert f"{settings.mean():.3f}" == "0.959"
    assert 0 < (networks - settings).mean() < 0.006
