"""What lesson 15 says of a plan's choices, and of range against budget: in the tables, and in a fresh slice."""

import itertools
import re

import notebook_files
import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.lab.measured import measured
from coursekit.lessons.tune_a_real_network.explore_tuning import board
from coursekit.lessons.tune_a_real_network.explore_tuning_plan import SPLIT
from coursekit.lessons.tune_a_real_network.explore_tuning_range import BUDGETS, ENDS, in_range
from coursekit.lessons.tune_a_real_network.strategies import GRID_LINEAR, RANDOM, STRATEGIES
from coursekit.lessons.tune_a_real_network.tuning import ADAM, MOMENTUM, SPACES, sets_of, train, unscaled

pytestmark = pytest.mark.seconds


def test_what_the_choices_cost():
    table = measured("choices")
    plain = table[table["choice"] == "none"]
    assert plain["search"].tolist() == list(range(20))

    def cost(choice):
        gaps = table[table["choice"] == choice]["again_test"] - plain["again_test"]
        return gaps.mean(), gaps.std(ddof=1) / np.sqrt(20)

    costs = {choice: cost(choice) for choice in set(table["choice"].tolist()) - {"none"}}
    assert min(costs, key=lambda choice: costs[choice][0]) == "rates end at 0.001"
    for choice in ("rates end at 0.001", "rate on a linear scale", "no batch norm", "neither"):
        assert costs[choice][0] < -2 * costs[choice][1], choice
    assert abs(costs["momentum on a linear scale"][0]) < 2 * costs["momentum on a linear scale"][1]
    assert costs["inputs not normalized"][0] > 2 * costs["inputs not normalized"][1]
    assert (table[table["choice"] == "rates end at 0.001"]["again_test"] < plain["again_test"]).all()


def in_each_split(end, budget, table="range_or_trials"):
    rows = measured(table)
    rows = rows[(rows["rates_end_at"] == end) & (rows["trials"] == budget)]
    assert rows["search"].tolist() == list(range(20))
    return rows["again_test"]


def test_more_trials_in_a_range_that_ends_early_win_back_a_part_and_never_reach_the_long_range():
    gaps = [in_each_split(0.001, budget) - in_each_split(1, 27) for budget in BUDGETS]
    means = [gap.mean() for gap in gaps]
    assert means == sorted(means), "each further trial helps on average"
    assert 0.35 < 1 - means[-1] / means[0] < 0.47, "about two fifths"
    assert (gaps[-1] < 0).all(), "in no split"


def test_longer_trials_win_back_nearly_all_at_the_cost_of_more_trials_that_do_not():
    short, long = (in_each_split(end, 27, "range_or_epochs") for end in (0.001, 1))
    assert [f"{each.mean():.3f}" for each in (short, long)] == ["0.957", "0.966"]
    assert (short > in_each_split(0.001, 108)).sum() >= 18
    assert 0 < (in_each_split(1, 27) - short).mean() < 0.006, "nearly all of eight points"
    assert (long - short).mean() > 2 * (long - short).std(ddof=1) / np.sqrt(20), "the short range is still behind"
    for end in ENDS:
        assert in_range(end, 27).longer.size == 0
        assert in_range(end, 108).longer.size == 20 * (end in {0.001, 1})


def test_at_equal_budgets_the_short_range_is_behind_too():
    for budget in BUDGETS:
        gap = in_each_split(1, budget) - in_each_split(0.001, budget)
        assert (gap > 0).all()
        assert gap.mean() > 0.04


def test_in_a_range_that_holds_what_is_good_more_than_27_trials_add_next_to_nothing():
    for end in (0.01, 0.1, 1):
        gain = in_each_split(end, 108) - in_each_split(end, 27)
        assert -0.003 < gain.mean() < 0.006


def test_what_the_table_and_the_explorer_say_is_one():
    for end, budget in itertools.product(ENDS, BUDGETS):
        state = in_range(end, budget)
        assert state.scores[state.row, state.column].tolist() == in_each_split(end, budget).tolist()


@pytest.mark.parametrize(("end", "choice"), [(0.001, "rates end at 0.001"), (1, "none")])
def test_the_first_27_of_a_longer_search_are_those_of_the_choices(end, choice):
    rows, table = measured("range_or_trials"), measured("choices")
    rows = rows[(rows["rates_end_at"] == end) & (rows["trials"] == 27)]
    assert_allclose(rows["found"], table[table["choice"] == choice]["found"], atol=0.02)


def test_the_lessons_own_split_is_none_that_the_tables_show():
    (path,) = notebook_files.find(["15"])
    code = "".join(cell.source for cell in notebook_files.read(path).cells)
    (own,) = re.findall(r"seal\(sets_of\((\d+)\)\)", code)
    shown = (
        measured(name)["search"].tolist() for name in ("choices", "range_or_trials", "leaderboard", "tuning_trials")
    )
    assert int(own) not in {SPLIT, *itertools.chain(*shown)}


def for_new_digits(gaps):
    """The mean gap in standard errors that Nadeau and Bengio (2003) correct for splits that overlap."""
    return gaps.mean() / (gaps.std(ddof=1) * np.sqrt(1 / gaps.size + 597 / 900))


def test_for_new_digits_only_the_linear_grids_gap_is_larger_than_two_standard_errors():
    large = []
    for optimizer in (ADAM, MOMENTUM):
        state = board(optimizer)
        gaps = state.scores - state.scores[STRATEGIES.index(RANDOM)]
        large += [(optimizer, name) for name, gap in zip(STRATEGIES, gaps, strict=True)
                  if name != RANDOM and abs(for_new_digits(gap)) > 2]  # fmt: skip
    assert large == [(ADAM, GRID_LINEAR)]
    table = measured("choices")
    plain = table[table["choice"] == "none"]["again_test"]
    sure = {choice: for_new_digits(table[table["choice"] == choice]["again_test"] - plain)
            for choice in set(table["choice"].tolist()) - {"none"}}  # fmt: skip
    assert min(sure, key=sure.get) == "rates end at 0.001"
    assert -2 < sure.pop("rates end at 0.001") < -1.5, "comes near two"
    assert max(map(abs, sure.values())) < 1.5


@pytest.mark.deep
def test_the_mean_by_which_a_finalist_was_picked_flatters_too_and_less_than_the_best_score():
    flattery = []
    for split in range(40, 52):
        sets, settings = sets_of(split), SPACES[ADAM].random(27, np.random.default_rng([split, 3]))

        def scores(settings, tag, sets=sets, split=split):
            rngs = [np.random.default_rng([split, tag, i]) for i in range(len(settings))]
            *_, found = train(settings, rngs, sets, order=tag)
            return found.validation

        first = scores(settings, 2)
        finalists = np.argsort(-first)[:3]
        means = np.mean([scores([settings[i] for i in finalists], tag) for tag in range(11, 16)], axis=0)
        winner = settings[finalists[means.argmax()]]
        fresh = np.mean([scores([winner], tag) for tag in range(30, 35)])
        flattery.append((first.max() - fresh, means.max() - fresh))
    by_best, by_mean = np.mean(flattery, axis=0)
    assert 0.006 < by_best < 0.012
    assert 0.001 < by_mean < by_best / 2


@pytest.mark.deep
def test_without_batch_norm_one_scale_for_all_pixels_does_as_well_as_one_for_each():
    ways = {"each": [], "all": [], "raw": []}
    for split in range(6):
        settings, each, raw = (
            SPACES[ADAM].random(27, np.random.default_rng([split, 3])),
            sets_of(split),
            unscaled(sets_of(split)),
        )
        mean, sd = raw.X_train.mean(), raw.X_train.std()
        scaled = {name: (getattr(raw, name) - mean) / sd for name in ("X_train", "X_validation", "X_test")}
        for name, sets in (("each", each), ("all", raw._replace(**scaled)), ("raw", raw)):
            rngs = [np.random.default_rng([split, 2, i]) for i in range(27)]
            *_, found = train(settings, rngs, sets, batch_norm=False)
            best = settings[int(np.nan_to_num(found.validation).argmax())]
            *_, again = train([best] * 3, [np.random.default_rng([split, 4, i]) for i in range(3)], sets, order=1,
                              batch_norm=False)  # fmt: skip
            ways[name].append(again.test.mean())
    means = {name: np.mean(scores) for name, scores in ways.items()}
    assert means["all"] > means["each"] - 0.004
    assert means["raw"] < min(means["all"], means["each"]) - 0.008
