"""The learner's own functions where they are right; and halving by any score."""

import numpy as np
import pytest

from coursekit.lessons.tune_a_real_network.own import WRITTEN, halve, yours
from coursekit.lessons.tune_a_real_network.tuning import ADAM, SPACES


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_right_is_taken_and_what_is_not_is_stood_in_for(name, capsys):
    exercise = WRITTEN[name]

    def mine(*args):
        return exercise.solution(*args)

    assert yours(name, mine) is mine
    assert capsys.readouterr().out == f"{exercise.solution.__name__}: yours.\n"
    for wrong in (lambda *_: ..., exercise.wrong_answers[0].answer):
        assert yours(name, wrong) is exercise.solution
        assert f"until {name} is right" in capsys.readouterr().out


def test_the_notebook_calls_all_four_of_them():
    import notebook_files

    (path,) = notebook_files.find(["15"])
    code = "".join(cell.source for cell in notebook_files.read(path).cells if cell.cell_type == "code")
    for name, exercise in WRITTEN.items():
        assert code.index(f'check("{name}"') < code.index(f'yours("{name}", {exercise.solution.__name__})')


def test_the_best_third_goes_on_twice_and_a_trial_keeps_its_seed():
    seen = []

    def score(setting, rng, n_epochs):
        seen.append((setting["number"], n_epochs, rng.random()))
        return float(setting["number"]) / 1000

    plan, last = halve(score, SPACES[ADAM], 243, seed=3, n_jobs=1)
    assert plan.total == 243
    assert [rung.n_trials for rung in plan.rungs] == [107, 35, 11]
    assert [setting["number"] for setting in last.settings] == list(range(106, 95, -1))
    luck = {}
    for number, _, drawn in seen:
        assert luck.setdefault(number, drawn) == drawn
    assert len(set(np.round(list(luck.values()), 12))) == 107
