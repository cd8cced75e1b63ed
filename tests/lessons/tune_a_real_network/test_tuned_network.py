"""What the search of lesson 15 comes to, computed anew: the bands that its cells are read by."""

import re

import numpy as np
import pytest
from notebook_files import find, read

from coursekit.lab.measured import measured
from coursekit.lessons.tune_a_real_network.advice import on_borders
from coursekit.lessons.tune_a_real_network.exercises.tuning_winner import pick
from coursekit.lessons.tune_a_real_network.own import halve
from coursekit.lessons.tune_a_real_network.sealed import seal
from coursekit.lessons.tune_a_real_network.strategies import HALVING, RANDOM, ZOOM
from coursekit.lessons.tune_a_real_network.tuning import ADAM, SPACES, sets_of
from coursekit.lessons.tune_a_real_network.tuning import train as train_stack
from coursekit.network import Network, accuracy, init_network
from coursekit.scales import LogScale
from coursekit.search import Space, run
from coursekit.training import fit

pytestmark = pytest.mark.seconds

SETS, TEST = seal(sets_of(21))


def train(setting, rng, n_epochs=9):
    network = Network([64, *[setting["units"]] * 3, 10], batch_norm="before")
    start = init_network(network, rng, dtype=np.float32)
    how = {"learning_rate": setting["learning_rate"], "beta1": setting["momentum"]}
    trained, history = fit(network, start, SETS.X_train, SETS.y_train, n_epochs=n_epochs, rng=rng, **how)
    return network, trained, history.statistics


def score(setting, rng, n_epochs=9):
    network, trained, statistics = train(setting, rng, n_epochs)
    return accuracy(network, trained, SETS.X_validation, SETS.y_validation, statistics=statistics)


@pytest.fixture(scope="module")
def trials():
    return run(score, SPACES[ADAM], n_trials=27, seed=21, n_jobs=1)


def test_the_rate_decides_and_the_best_lie_within_the_range(trials):
    assert 0.955 < trials.best.score < 0.985
    rates = np.array([setting["learning_rate"] for setting in trials.settings])
    best = rates[np.argsort(-trials.scores)[:6]]
    assert 1e-3 < best.min() < best.max() < 10**-0.5, "the outer tenth begins there"
    assert trials.scores[rates < 1e-4].max() < 0.6
    assert on_borders(SPACES[ADAM], trials.settings, trials.scores) == []
    assert 0.35 < np.mean(trials.scores < 0.9) < 0.65, "about half"


def test_a_trial_that_starts_again_from_its_seed_repeats_its_epochs():
    setting = {"learning_rate": 0.01, "momentum": 0.9, "units": 12}
    losses = []
    for n_epochs in (1, 3):
        rng = np.random.default_rng([17, 5])
        network = Network([64, 12, 10], batch_norm="before")
        start = init_network(network, rng, dtype=np.float32)
        losses.append(
            fit(network, start, SETS.X_train, SETS.y_train, n_epochs=n_epochs, rng=rng, learning_rate=0.01)[1].loss
        )
    assert losses[1][:1] == pytest.approx(losses[0])
    again = [score(setting, np.random.default_rng([23, 0]), n_epochs) for n_epochs in (1, 9)]
    assert again[0] < again[1]


def test_the_winners_fall_and_as_a_rule_the_highest_falls_furthest():
    table = measured("leaderboard")
    rows = [np.sort(table[(table["optimizer"] == ADAM) & (table["strategy"] == name)], order="search")
            for name in (RANDOM, ZOOM, HALVING)]  # fmt: skip
    found = np.stack([row["validation"] for row in rows])
    falls = found - np.stack([row["again_validation"] for row in rows])
    assert (falls.mean(axis=0) > 0).all()
    furthest = np.take_along_axis(found, falls.argmax(axis=0)[None], axis=0)[0]
    assert np.mean(furthest == found.max(axis=0)) > 0.7


@pytest.mark.deep
@pytest.mark.parametrize("plan", ["(1e-4, 1e-1), (0.6, 0.99), (8, 16), 4", "(1e-3, 1e30), (0.5, 0.9), (8, 9), 2"])
def test_the_cells_work_for_another_plan(plan):
    cells = [cell.source for cell in read(find(["15_tune_a_real_network"])[0]).cells if cell.cell_type == "code"]
    (first,) = [line for cell in cells for line in cell.splitlines() if "# your plan: change it" in line]
    names, last = {"__name__": "lesson"}, next(i for i, cell in enumerate(cells) if "test.open(" in cell)
    for cell in cells[: last + 1]:
        if not re.search(r"^(predict|show|draw)\(", cell, re.MULTILINE):
            exec(cell.replace(first, f"rates, momenta, units, budget = {plan}"), names)  # noqa: S102 - the learner runs it
    assert names["budget"] == len(names["trials"])
    assert names["plan"].total <= 9 * names["budget"]
    assert names["test"].times == 1


@pytest.mark.deep
def test_closer_by_the_typical_trial_is_better_and_the_finalists_fall(trials):
    fine = run(score, SPACES[ADAM].zoom(trials.best.setting, 0.5).space, n_trials=9, seed=22, n_jobs=1)
    assert np.median(fine.scores) > np.median(trials.scores) + 0.01
    plan, halved = halve(score, SPACES[ADAM], 9 * 27, seed=23, n_jobs=1)
    assert plan.total == 243
    assert len(halved) == 11
    assert halved.best.score > 0.955
    settings = [*trials.settings, *fine.settings, *halved.settings]
    scores, again = np.concatenate([trials.scores, fine.scores, halved.scores]), {}

    def retrain(i, seed):
        again.setdefault(i, []).append(score(settings[i], np.random.default_rng([24, seed])))
        return again[i][-1]

    winner = settings[pick(scores, retrain, 3)]
    falls = [scores[i] - np.mean(new) for i, new in again.items()]
    assert len(falls) == 3
    assert np.mean(falls) > 0, "they fall on average"
    *_, second, first = sorted(again.values(), key=np.mean)
    assert min(first) < max(second), "the ranges of the two best overlap"
    network, trained, statistics = train(winner, np.random.default_rng([24, 0]))
    assert 0.94 < TEST.open(network, trained, statistics=statistics) < 0.98
    assert TEST.times == 1


@pytest.mark.deep
def test_a_range_that_ends_early_shows_at_its_upper_end_and_is_not_always_warned_of():
    space = Space(**{**SPACES[ADAM].scales, "learning_rate": LogScale(1e-5, 1e-3)})
    warned = []
    for split in range(6):
        settings = space.random(27, np.random.default_rng([split, 3]))
        *_, last = train_stack(settings, [np.random.default_rng([split, 2, i]) for i in range(27)], sets_of(split))
        best = np.argsort(-last.validation)[:3]
        assert min(settings[i]["learning_rate"] for i in best) > 1e-4, "the upper half"
        assert last.validation.max() < 0.95
        warned.append(len(on_borders(space, settings, last.validation)))
    assert set(warned) == {0, 1}, "no warning is no proof"
