"""The same space as an Optuna study: every scale is drawn as ours draws it."""

import re

import numpy as np
import optuna
import optuna_study
import pytest
from scipy import stats

from coursekit.scales import ChoiceScale, IntegerScale, LinearScale, LogScale, ReverseLogScale, Scale
from coursekit.search import Space

SPACE = Space(
    rate=LogScale(1e-4, 1), decay=ReverseLogScale(0.9, 0.999), dropout=LinearScale(0, 0.5), units=IntegerScale(3, 12),
    layers=ChoiceScale([(64,), (32, 16), None]),
)  # fmt: skip


@pytest.fixture(autouse=True)
def quiet():
    optuna.logging.set_verbosity(optuna.logging.WARNING)


@pytest.mark.seconds
def test_every_scale_is_uniform_on_its_own_scale():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    settings = [optuna_study.suggest(study.ask(), SPACE) for _ in range(600)]
    u = SPACE.to_unit(settings)  # refuses what is out of its range
    for column in u[:, :3].T:
        assert stats.kstest(column, "uniform").pvalue > 0.01
    for column, n in ((u[:, 3], 10), (u[:, 4], 3)):
        counts = np.unique(column, return_counts=True)[1]
        assert len(counts) == n
        assert stats.chisquare(counts).pvalue > 0.01


def test_the_values_are_those_that_optuna_suggests():
    params = {"rate": 0.01, "1 - decay": 0.01, "dropout": 0.25, "units": 7, "layers": "(32, 16)"}
    setting = optuna_study.suggest(optuna.trial.FixedTrial(params), SPACE)
    assert setting == {"rate": 0.01, "decay": 0.99, "dropout": 0.25, "units": 7, "layers": (32, 16)}
    for end, missing in ((0.999, 1 - 0.999), (0.9, 1 - 0.9)):
        assert optuna_study.suggest(optuna.trial.FixedTrial(params | {"1 - decay": missing}), SPACE)["decay"] == end


def test_a_scale_that_optuna_does_not_know():
    class OwnScale(Scale):
        def to_unit(self, x):
            return x

        from_unit = to_unit

    with pytest.raises(TypeError, match=r"^suggest: x must have a scale that Optuna knows; got <.*OwnScale.*>.$"):
        optuna_study.suggest(optuna.trial.FixedTrial({}), Space(x=OwnScale()))


@pytest.mark.seconds
def test_the_example_finds_good_networks(capsys):
    optuna_study.main(n_trials=12)
    random, tpe = capsys.readouterr().out.splitlines()
    for line, name in ((random, "random: Trials: "), (tpe, "Optuna: Trials: ")):
        assert line.startswith(f"{name}12 done. The best is number ")
        assert 0.8 < float(re.search(r"with (\d\.\d+)", line)[1]) <= 1
    trials = optuna_study.study(optuna_study.SPACE, 3, seed=1)
    assert [trial.number for trial in trials] == [0, 1, 2]
    assert all(trial.seconds > 0 for trial in trials)
