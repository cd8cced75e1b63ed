"""What lesson 02 says of grid, random and Halton holds: in what was measured, and in networks trained now."""

import re

import numpy as np
import pytest
from matplotlib.text import Text
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.lab.measured import measured
from coursekit.lessons.random_beats_grid import explore_random_grid_digits
from coursekit.lessons.random_beats_grid.explore_random_grid import (
    N_SEARCHES,
    describe_search,
    look_for_it,
    play,
    searches,
)
from coursekit.lessons.random_beats_grid.explore_random_grid_digits import (
    BETA1,
    N_RATES,
    N_SEEDS,
    PAIRS,
    RANDOM_GRID_DIGITS,
    RATES,
    WEIGHTS,
    describe_digits,
    replay,
    search_digits,
    train,
    train_again,
    trainings,
)
from coursekit.lessons.random_beats_grid.explore_random_grid_trials import (
    LINEAR,
    LOG,
    RANDOM_GRID_TRIALS,
    describe_trials,
    draw_trials,
    ranked,
)
from coursekit.lessons.random_beats_grid.picture_random_grid import ENDS, MIDPOINTS, around, share_won
from coursekit.lessons.random_beats_grid.picture_random_grid_digits import stretched
from coursekit.search.chance import chance_of_a_hit, trials_needed
from coursekit.search.layouts import distance_to_nearest, grid_points, halton

pytestmark = pytest.mark.seconds

HUNDREDTH = 30  # the row of the learning rate 0.01


# ---- an objective with a known optimum


@pytest.mark.parametrize(
    ("kind", "relevance", "low", "high"),
    [(MIDPOINTS, 0, 0.78, 0.83), (MIDPOINTS, 0.25, 0.47, 0.53), (MIDPOINTS, 1, 0.32, 0.38),
     (ENDS, 0, 0.83, 0.87), (ENDS, 0.6, 0.48, 0.54), (ENDS, 0.7, 0.46, 0.51), (ENDS, 1, 0.45, 0.51)],
)  # fmt: skip
def test_the_explorer_counts_what_the_lesson_counts(kind, relevance, low, high):
    state = look_for_it(relevance, kind, 5, 1)
    assert low < share_won(state.scores[0]) < high
    assert all(score.ties == 0 and sum(score) == N_SEARCHES for score in state.scores)
    assert share_won(state.scores[1]) > share_won(state.scores[0]), "Halton does better against the grid than random"
    assert 0.56 < share_won(state.scores[2]) < 0.63


def test_the_curve_goes_through_the_score():
    for kind in (MIDPOINTS, ENDS):
        state = look_for_it(0.5, kind, 4, 1)
        at = np.flatnonzero(np.isclose(state.curve_at, 0.5))[0]
        assert_allclose(state.curves[:, at], [share_won(score) for score in state.scores[:2]])
        assert np.all(np.diff(state.curves, axis=1) < 0.01), "the more the second counts, the better for the grid"
    assert play(4, MIDPOINTS, 0.5) != play(4, ENDS, 0.5)


def test_all_layouts_have_as_many_trials_and_the_search_is_one_of_those_counted():
    state = look_for_it(0.3, ENDS, 6, 17)
    assert [points.shape for points in state.points] == [(36, 2)] * 3
    assert_allclose(state.points[0], grid_points(6, ends=True))
    optima, random, quasi = searches(36)
    assert_array_equal(state.points[1], random[17])
    assert_allclose((state.points[2] - halton(36)) % 1, np.broadcast_to((quasi[17, 0] - halton(1)[0]) % 1, (36, 2)))
    for points, distance in zip(state.points, state.distances, strict=True):
        assert_allclose(distance_to_nearest(points, optima[17][None], [1, 0.3]), [distance])


def test_the_line_around_the_optimum_goes_through_the_nearest_trial():
    state = look_for_it(0.4, MIDPOINTS, 5, 2)
    for points, distance in zip(state.points, state.distances, strict=True):
        steps = (points - state.optimum) * [1, 0.4]
        nearest = points[np.argmin(np.hypot(*steps.T))]
        x, y = around(state.optimum, float(distance), 0.4)
        assert np.hypot(x - nearest[0], y - nearest[1]).min() < 0.01


def test_the_words_say_how_many_values_are_tried():
    words = describe_search(look_for_it(0, MIDPOINTS, 7, 1))
    assert "tries 7 values of the first hyperparameter, the others 49." in words.sentence
    assert words.answer.startswith("Closer than the grid: random in 8")


# ---- what was measured on digits, and what is measured now


def test_the_table_is_whole():
    table = measured("random_grid")
    assert table.size == N_RATES * sum(pair.n_measured for pair in PAIRS.values())
    assert table.size * N_SEEDS == 13_420
    for name, pair in PAIRS.items():
        rows = table[table["pair"] == name]
        shape = N_RATES, pair.n_measured
        rates, second = (rows[column].reshape(shape) for column in ("learning_rate", "second"))
        assert_allclose(rates, np.broadcast_to(RATES.grid(N_RATES, ends=True)[:, None], shape), rtol=1e-3)
        assert_allclose(second, np.broadcast_to(pair.scale.grid(pair.n_measured, ends=True), shape), rtol=1e-3)
        assert_allclose(trainings(name)[7, 3, 4], rows["accuracy4"].reshape(shape)[7, 3])
    assert_allclose(RATES.grid(N_RATES, ends=True)[HUNDREDTH], 0.01)


def test_beta1_hardly_matters_and_the_first_weights_do():
    at_best = {name: trainings(name)[HUNDREDTH].mean(axis=-1) for name in PAIRS}
    assert 0.935 < at_best[BETA1].min() < at_best[BETA1].max() < 0.96
    assert at_best[WEIGHTS].min() < 0.78
    assert at_best[WEIGHTS].max() > 0.95
    for name in PAIRS:
        mean = trainings(name).mean(axis=-1)
        assert np.ptp(mean[:, mean.shape[1] // 2]) > 0.8, "the learning rate matters most"


def test_good_rates_span_about_a_decade_and_a_seed_moves_the_score_by_a_point():
    mean = trainings(BETA1).mean(axis=-1)
    n_good = np.sum(mean > 0.93, axis=0)  # ten rates make a decade
    assert 8 <= np.median(n_good) <= 13
    sd = trainings(BETA1)[mean > 0.945].std(axis=-1, ddof=1).mean()
    assert 0.008 < sd < 0.012


def over_all_frames(pair, k, seed=0, kind=MIDPOINTS):
    starts = 10 ** np.random.default_rng(seed).uniform(-5, -3, size=4000)
    return replay(pair, kind, k, starts, np.random.default_rng([seed, k]))


@pytest.mark.parametrize(
    ("pair", "k", "random_wins", "grid_wins"),
    [
        (BETA1, 3, 0.64, 0.35),
        (BETA1, 4, 0.525, 0.47),
        (BETA1, 5, 0.49, 0.505),
        (WEIGHTS, 3, 0.36, 0.635),
        (WEIGHTS, 4, 0.5, 0.49),
        (WEIGHTS, 5, 0.41, 0.59),
    ],
)
def test_who_wins_on_digits(pair, k, random_wins, grid_wins):
    for seed in range(3):
        grid, random, _ = over_all_frames(pair, k, seed).worth
        assert_allclose([np.mean(random > grid), np.mean(grid > random)], [random_wins, grid_wins], atol=0.035)


@pytest.mark.parametrize(("k", "low", "high"), [(3, 0.43, 0.51), (5, 0.53, 0.58)])
def test_where_the_range_of_the_starting_weights_moves_too_the_grid_wins_less(k, low, high):
    """That it wins 60% in the whole range is a bet on the frame: the middle one of three or five sizes is 0.1."""
    sizes = PAIRS[WEIGHTS].scale.from_unit((np.arange(k) + 0.5) / k)
    assert_allclose(sizes[k // 2], 0.1)
    by_size = trainings(WEIGHTS).mean(axis=-1).max(axis=0)
    assert by_size[6] > by_size.max() - 0.003
    for seed in range(2):
        rng = np.random.default_rng(seed)
        starts, begins = 10 ** rng.uniform(-5, -3, size=4000), rng.uniform(0, 0.35, size=4000)
        grid, random, _ = replay(WEIGHTS, MIDPOINTS, k, starts, rng, second=(begins, 0.65)).worth
        assert low < np.mean(grid > random) < high


def test_the_means_differ_by_hardly_more_than_a_point_and_halton_is_near_the_best():
    for pair in PAIRS:
        for k in (3, 4, 5):
            found = over_all_frames(pair, k)
            for scores in (found.worth, found.less_noise):
                means = scores.mean(axis=-1)
                assert np.ptp(means) < 0.016
                assert means[2] > means.max() - 0.0035


def test_less_noise_helps_random_where_beta1_hardly_matters_and_nobody_where_the_first_weights_do():
    for pair, k, low, high in ((BETA1, 3, 0.02, 0.07), (BETA1, 5, 0.06, 0.13), (WEIGHTS, 3, -0.04, 0.04),
                               (WEIGHTS, 5, -0.04, 0.04)):  # fmt: skip
        for seed in range(3):
            found = over_all_frames(pair, k, seed)
            by_one, by_five = (np.mean(random > grid) for grid, random, _ in (found.worth, found.less_noise))
            assert low < by_five - by_one < high


def test_what_a_search_has_seen_flatters_it():
    found = over_all_frames(BETA1, 5)
    assert np.all(found.seen.mean(axis=-1) - found.worth.mean(axis=-1) > 0.008)


def test_a_choice_counts_by_other_trainings_than_it_was_chosen_by():
    """Of trainings that are all luck, the best seen is far above the mean, and the choice is worth no more than it."""
    rng = np.random.default_rng(0)
    luck = rng.normal(0.9, 0.01, size=trainings(BETA1).shape)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explore_random_grid_digits, "trainings", lambda _: luck)
        found = replay(BETA1, MIDPOINTS, 5, np.full(3000, 1e-4), rng)
    assert np.all(found.seen.mean(axis=-1) > 0.915)
    for scores in (found.worth, found.less_noise):
        assert_allclose(scores[1:].mean(axis=-1), 0.9, atol=0.0015)


def test_with_nine_trials_the_grid_bets_on_the_frame_and_random_does_not():
    slider = next(control for control in RANDOM_GRID_DIGITS.controls if control.name == "start")
    means, wins = [], []
    for position in range(slider.last + 1):
        found = replay(BETA1, MIDPOINTS, 3, np.full(1000, slider.at(position)), np.random.default_rng(position))
        means.append(found.worth.mean(axis=-1))
        wins.append(np.mean(found.worth[1] > found.worth[0]))
    grid, random, _ = np.transpose(means)
    assert np.ptp(grid) > 0.03
    assert np.ptp(random) < 0.006
    starts = [round(slider.at(position), 6) for position in range(slider.last + 1)]
    assert 0.15 < wins[starts.index(1e-4)] < 0.25, "the grid wins about four in five"
    assert 0.9 < wins[starts.index(0.000398)] < 0.97, "random wins more than nine in ten"


def test_a_replay_takes_the_nearest_setting_and_one_of_its_trainings():
    found = replay(BETA1, MIDPOINTS, 5, np.full(50, 1e-4), np.random.default_rng(0))
    rows = np.rint((np.arange(5) + 0.5) * 8 + 10).astype(int)  # eight measured rates a cell, from the tenth on
    columns = np.rint((np.arange(5) + 0.5) / 5 * 8).astype(int)
    possible = trainings(BETA1)[np.ix_(rows, columns)]
    assert np.all(np.isin(found.seen[0], possible.round(9)))
    flat = possible.reshape(-1, N_SEEDS)
    for seen, worth in zip(found.seen[0], found.worth[0], strict=True):
        chosen = flat[np.any(np.isclose(flat, seen), axis=-1)]
        assert np.any(np.abs(chosen.mean(axis=-1) - worth) < 3 * chosen.std(axis=-1) / np.sqrt(N_SEEDS))
    ends = replay(BETA1, ENDS, 2, np.full(50, 1e-5), np.random.default_rng(0))
    assert np.all(np.isin(ends.seen[0], trainings(BETA1)[np.ix_([0, 40], [0, 8])].round(9)))


@pytest.mark.parametrize(("pair", "seed"), [(BETA1, 0), (WEIGHTS, 3)])
def test_networks_trained_now_do_what_was_measured(pair, seed):
    """Not to the digit: float32 rounds differently on another machine."""
    chosen = PAIRS[pair]
    second = chosen.scale.grid(chosen.n_measured, ends=True)
    for row in (10, HUNDREDTH, 50):
        *_, accuracies = train(pair, np.full(len(second), RATES.grid(N_RATES, ends=True)[row]), second, seed)
        old = trainings(pair)[row]
        assert_allclose(accuracies.mean(), old.mean(), atol=0.04)
    *_, new_seed = train(pair, np.full(12, 0.01), np.full(12, second[len(second) // 2 + 1]), seed=N_SEEDS + 5)
    assert 0.93 < new_seed.mean() < 0.97


def test_a_live_search_trains_every_trial_of_every_layout_and_each_choice_again():
    states = list(search_digits(BETA1, MIDPOINTS, 3, 1e-4, 1, n_epochs=2))
    assert [state.progress for state in states] == [0.25, 0.5, 0.75, 1.0]
    assert np.isnan(states[1].worth).all()
    assert describe_digits(states[1]).answer.startswith("Best of 9 so far: grid 0.")
    state = states[-1]
    assert [accuracies.shape for accuracies in state.accuracies] == [(9,)] * 3
    assert_array_equal(state.best, states[1].best)
    assert_allclose(np.unique(state.exponents[0].round(9)), [-4 + 4 / 6, -2, -4 / 6])
    middle = np.abs(state.exponents[0] + 2) < 0.1
    assert state.accuracies[0][middle].min() > state.accuracies[0][~middle].max(), "the column at 0.01 is the good one"
    numbers = re.findall(r"\d\.\d{3}", describe_digits(state).answer)
    assert numbers == [f"{worth:.3f}" for worth in state.worth]


def test_a_choice_trained_again_is_worth_what_was_measured():
    """On splits that neither the experiment nor the search has seen: both sides by the mean of five trainings."""
    second = PAIRS[BETA1].scale.from_unit(np.array([0.0, 0.5, 1.0]))
    *_, worth = train_again(BETA1, np.array([0.01, 0.01, 0.1]), second, 3, 5)
    assert_allclose(worth[:2], trainings(BETA1)[HUNDREDTH, [0, 4]].mean(axis=-1), atol=0.02)
    assert worth[2] < worth[:2].min()


def test_where_the_explorer_opens_its_marks_say_what_its_words_say():
    *_, state = search_digits(**RANDOM_GRID_DIGITS.start)
    grid, random, _ = state.earlier
    assert np.mean(grid > random) > 0.7
    assert state.worth[0] > state.worth[1]
    assert np.all(np.abs(state.worth - state.earlier.mean(axis=-1)) < 0.012)


def test_the_words_give_ties_to_nobody():
    *_, state = search_digits(BETA1, MIDPOINTS, 6, 1e-4, 1, n_epochs=1)
    state = state._replace(earlier=state.earlier.round(2))  # so that many are equal
    grid, random, _ = state.earlier
    ties = np.mean(grid == random)
    assert ties > 0.1
    shares = [int(share) / 100 for share in re.findall(r"(\d+)%", describe_digits(state).sentence)]
    assert_allclose(shares, [np.mean(random > grid), np.mean(grid > random)], atol=0.0051)
    assert_allclose(sum(shares) + ties, 1, atol=0.0101)


def test_the_axis_is_stretched_near_1():
    assert_allclose(np.diff(stretched(np.array([0.2, 0.6, 0.8, 0.9]))), np.log10(2))


# ---- how many trials


@pytest.mark.parametrize("scale", [LOG, LINEAR])
@pytest.mark.parametrize(("n", "q"), [(1, 0.5), (20, 0.05), (59, 0.05), (300, 0.01)])
def test_real_searches_hit_as_often_as_the_formula_says(scale, n, q):
    hits = np.mean([draw_trials(n, q, scale, draw).hits for draw in range(1, 5)])
    assert_allclose(hits, chance_of_a_hit(q, n), atol=0.03)


def test_a_rank_is_the_share_of_the_draws_that_are_as_good():
    for scale in (LOG, LINEAR):
        table = ranked(scale)
        assert table.ranks.shape == table.accuracies.shape == (41, 13, 10)
        order = np.argsort(table.ranks, axis=None)
        assert np.all(np.diff(table.accuracies.ravel()[order]) <= 0)
        single = np.concatenate([draw_trials(1, 0.05, scale, draw).best_accuracies for draw in range(1, 11)])
        for accuracy in (0.95, 0.9, 0.5):
            expected = table.ranks[table.accuracies >= accuracy].max()
            assert_allclose(np.mean(single >= accuracy), expected, atol=0.015)


def test_on_the_linear_scale_good_draws_are_rare():
    shares = {scale: ranked(scale).ranks[ranked(scale).accuracies > 0.9].max() for scale in (LOG, LINEAR)}
    assert shares[LOG] > 3 * shares[LINEAR]


def test_a_good_trial_is_a_worse_one_on_the_linear_scale():
    for q in (0.01, 0.05, 0.5):
        log, linear = (draw_trials(20, q, scale, 1) for scale in (LOG, LINEAR))
        assert linear.threshold < log.threshold


def test_300_trials_on_the_linear_scale_find_less_than_59_on_the_log_scale():
    for draw in (1, 2, 3):
        log, linear = (
            np.median(draw_trials(n, 0.05, scale, draw).best_accuracies) for n, scale in ((59, LOG), (300, LINEAR))
        )
        assert linear < log


@pytest.mark.parametrize("q", [0.01, 0.1])
def test_no_picture_and_no_words_tell_the_number_that_the_task_asks_for(q):
    needed = str(trials_needed(q, 0.95))
    picture = RANDOM_GRID_TRIALS.picture()
    picture.move(draw_trials(20, q, LOG, 1))
    drawn = [text.get_text() for text in picture.figure.findobj(Text)]
    words = " ".join([*drawn, *describe_trials(draw_trials(20, q, LOG, 1))])
    assert needed not in re.findall(r"\d+", words)


def test_one_trial_is_not_said_to_be_many():
    assert describe_trials(draw_trials(1, 0.05, LOG, 1)).answer == "1 trial: a chance of 5.0% for one among the best 5%"
