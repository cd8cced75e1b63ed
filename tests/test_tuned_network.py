"""What the search of lesson 15 comes to, computed anew: the bands that its cells are read by."""

import numpy as np
import pytest

from coursekit.advice import on_borders
from coursekit.network import accuracy, init_network
from coursekit.scales import LogScale
from coursekit.sealed import seal
from coursekit.search import Space, run
from coursekit.training import fit
from coursekit.tuning import ADAM, SPACES, sets_of
from coursekit.tuning import train as train_stack

SETS, TEST = seal(sets_of(15))


def train(setting, rng):
    start = init_network([64, *[setting["units"]] * 3, 10], rng, batch_norm="before", dtype=np.float32)
    how = {"learning_rate": setting["learning_rate"], "beta1": setting["momentum"]}
    trained, history = fit(start, SETS.X_train, SETS.y_train, n_epochs=9, rng=rng, **how)
    return trained, history.statistics


def score(setting, rng):
    trained, statistics = train(setting, rng)
    return accuracy(trained, SETS.X_validation, SETS.y_validation, statistics=statistics)


@pytest.fixture(scope="module")
def trials():
    return run(score, SPACES[ADAM], n_trials=27, seed=15, n_jobs=1)


def test_the_rate_decides_and_the_best_lie_within_the_range(trials):
    assert 0.955 < trials.best.score < 0.985
    rates = np.array([setting["learning_rate"] for setting in trials.settings])
    best = rates[np.argsort(-trials.scores)[:6]]
    assert 3e-3 < best.min() < best.max() < 0.2
    assert trials.scores[rates < 1e-4].max() < 0.6
    assert on_borders(SPACES[ADAM], trials.settings, trials.scores) == []


def test_closer_by_the_typical_trial_is_better_and_the_finalists_fall(trials):
    fine = run(score, SPACES[ADAM].zoom(trials.best.setting, 0.5).space, n_trials=9, seed=16, n_jobs=1)
    assert np.median(fine.scores) > np.median(trials.scores) + 0.01
    finalists = sorted([*trials, *fine], key=lambda trial: -trial.score)[:3]
    again = [[score(trial.setting, np.random.default_rng([15, seed])) for seed in range(5)] for trial in finalists]
    falls = [trial.score - np.mean(new) for trial, new in zip(finalists, again, strict=True)]
    assert np.mean(falls) > 0
    assert max(falls) > 0.01
    assert max(map(min, again)) < min(map(max, again)), "their ranges overlap"
    winner = finalists[int(np.argmax(np.mean(again, axis=1)))].setting
    trained, statistics = train(winner, np.random.default_rng([15, 0]))
    assert 0.94 < TEST.open(trained, statistics=statistics) < 0.98
    assert TEST.times == 1


@pytest.mark.parametrize("split", [0, 1])
def test_a_range_that_ends_early_shows_at_its_upper_end(split):
    space = Space(**{**SPACES[ADAM].scales, "learning_rate": LogScale(1e-5, 1e-3)})
    settings = space.random(27, np.random.default_rng([split, 3]))
    *_, last = train_stack(settings, [np.random.default_rng([split, 2, i]) for i in range(27)], sets_of(split))
    best = np.argsort(-last.validation)[:3]
    assert min(settings[i]["learning_rate"] for i in best) > 10**-3.6
    assert last.validation.max() < 0.95
