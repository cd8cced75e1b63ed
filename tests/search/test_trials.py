"""The records of a search."""

import re
import subprocess
import sys

import numpy as np
import pytest

from coursekit.search.trials import Trial, Trials

FAILED = Trial(1, {"rate": 0.5, "units": 4}, float("nan"), 0.1, "ValueError: no")
TRIALS = Trials(
    [Trial(0, {"rate": 0.1, "units": 2}, 0.5, 1.0), FAILED, Trial(2, {"rate": 0.2, "units": 8}, 0.75, 2.0),
     Trial(3, {"rate": 0.3, "units": 8}, 0.75, 3.0)]
)  # fmt: skip


def test_it_is_a_sequence():
    assert len(TRIALS) == 4
    assert list(TRIALS) == [TRIALS[i] for i in range(4)]
    assert TRIALS[-1].number == 3
    assert TRIALS[1:3] == Trials(TRIALS.trials[1:3])
    assert FAILED in TRIALS
    assert not Trials([])


def test_its_columns():
    np.testing.assert_array_equal(TRIALS.scores, [0.5, np.nan, 0.75, 0.75])
    assert [setting["units"] for setting in TRIALS.settings] == [2, 4, 8, 8]
    assert TRIALS.failed == [FAILED]
    assert [trial.failed for trial in TRIALS] == [False, True, False, False]


def test_the_best_has_the_highest_score_and_is_the_first_of_equals():
    assert TRIALS.best.number == 2
    assert TRIALS[:2].best.number == 0


@pytest.mark.parametrize(
    ("trials", "got"),
    [(Trials([]), "none"), (Trials([FAILED]), "1 that failed"), (Trials([FAILED] * 2), "2 that failed")],
)
def test_no_best_among_failures(trials, got):
    with pytest.raises(ValueError, match=f"^Trials.best: trials must hold one with a score; got {got}.$"):
        _ = trials.best


def test_it_says_what_happened():
    assert repr(Trials([])) == "Trials: 0 done."
    assert repr(Trials([FAILED], "It was late.")) == "Trials: 1 done, 1 of them failed. It was late."
    assert repr(TRIALS) == (
        "Trials: 4 done, 1 of them failed. The best is number 2 with 0.75: {'rate': 0.2, 'units': 8}."
    )


def test_a_table_of_pandas():
    frame = TRIALS.to_frame()
    assert list(frame.columns) == ["rate", "units", "score", "seconds", "error"]
    assert list(frame.index) == [0, 1, 2, 3]
    assert frame.index.name == "number"
    assert frame.score.isna().tolist() == [False, True, False, False]
    assert frame.loc[2, "units"] == 8
    assert frame.loc[1, "error"] == "ValueError: no"
    assert frame.score.idxmax() == TRIALS.best.number
    assert list(Trials([]).to_frame().columns) == ["score", "seconds", "error"]


def test_a_table_of_lists_and_of_a_hyperparameter_called_score():
    frame = Trials([Trial(5, {"score": 3, "layers": [64, 32]}, 0.5, 1.0)]).to_frame()
    assert frame.loc[5].tolist() == [3, [64, 32], 0.5, 1.0, ""]
    assert list(frame.columns) == ["score of the setting", "layers", "score", "seconds", "error"]
    assert frame.score.tolist() == [0.5]


def test_without_pandas_it_says_what_is_missing():
    code = """
import sys
sys.modules["pandas"] = None
from coursekit.search.trials import Trials
Trials([]).to_frame()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    last = done.stderr.splitlines()[-1]
    assert re.fullmatch(
        r"ModuleNotFoundError: Trials.to_frame needs pandas, which is not installed: pip install pandas", last
    ), last


@pytest.mark.parametrize(
    ("trial", "message"),
    [
        (Trial("0", {}, 1.0, 0.1), "number must be a whole number of at least 0; got '0'"),
        (Trial(True, {}, 1.0, 0.1), "number must be a whole number of at least 0; got True"),
        (Trial(0, 3, 1.0, 0.1), "setting must be a dict; got int"),
        (Trial(0, {}, np.nan, 0.1), "score must be a number; got nan"),
        (Trial(0, {}, None, 0.1), "score must be a number; got None"),
        (Trial(0, {}, True, 0.1), "score must be a number; got True"),
        (Trial(0, {}, 1.0, -1), "seconds must be a number of at least 0; got -1"),
        (Trial(0, {}, 1.0, 0.1, None), "error must be a text; got NoneType"),
        ((0, {}, 1.0, 0.1, ""), r"trials must be a list of trials; got \(0, \{\}, 1.0, 0.1, ''\) in it"),
    ],
)
def test_the_fields_of_a_trial_are_checked(trial, message):
    with pytest.raises((TypeError, ValueError), match=f"^Trials: {message}"):
        Trials([trial])


def test_a_setting_that_can_not_be_written_or_is_long():
    class Silent:
        def __repr__(self):
            raise RuntimeError

    assert repr(Trials([Trial(0, {"x": Silent()}, 1.0, 0.1)])).endswith("with 1: a dict that can't be written.")
    assert len(repr(Trials([Trial(0, {"x": "x" * 10**6}, 1.0, 0.1)]))) < 400
