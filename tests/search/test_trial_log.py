"""The log of a search: readable, never half believed, and of this search alone."""

import functools
import json
import math
import re
import subprocess
import sys

import numpy as np
import pytest

from coursekit.scales import ChoiceScale, LinearScale, LogScale, ReverseLogScale, Scale
from coursekit.search import Space, run
from coursekit.search._trial_log import alike, plain

SPACE = Space(rate=LogScale(1e-4, 1), decay=ReverseLogScale(0.9, 0.999), activation=ChoiceScale(["relu", "tanh"]))


def objective(setting, rng):
    if setting["rate"] < 0.001:
        raise ValueError("too slow: “ä”")
    return setting["rate"] * rng.random()


@pytest.fixture
def log(tmp_path):
    return tmp_path / "deep" / "inside" / "log.jsonl"


def search(log, n_trials=5, *, objective=objective, space=SPACE, seed=1, **options):
    return run(objective, space, n_trials=n_trials, seed=seed, n_jobs=1, log=log, **options)


def never(_):
    raise AssertionError("nothing is to be computed again")


class TestWhatStandsInIt:
    def test_a_header_and_a_line_a_trial(self, log):
        trials = search(log)
        header, *lines = map(json.loads, log.read_text(encoding="utf-8").splitlines())
        assert header == {
            "coursekit search": 1, "seed": 1,
            "space": {
                "rate": "LogScale(low=0.0001, high=1.0)", "decay": "ReverseLogScale(low=0.9, high=0.999)",
                "activation": 'ChoiceScale(options=["relu", "tanh"])',
            },
        }  # fmt: skip
        assert {trial.failed for trial in trials} == {True, False}
        for line, trial in zip(lines, trials, strict=True):
            assert list(line)[:4] == ["number", "score", "setting", "seconds"]
            assert line["setting"] == trial.setting
            assert line["seconds"] == round(trial.seconds, 6)
            assert (line["score"], line.get("error", "")) == (None if trial.failed else trial.score, trial.error)

    def test_it_is_for_people(self, log):
        search(log)
        assert "too slow: “ä”" in log.read_text(encoding="utf-8")

    def test_it_is_there_before_the_callback_is_told(self, log):
        seen = []
        search(log, callback=lambda trial, _: seen.append((trial.number, log.read_bytes().count(b"\n"))))
        assert seen == [(i, i + 2) for i in range(5)]

    def test_what_json_lacks(self, log):
        odd = {
            "a": np.float32(0.5), "b": np.int64(3), "c": np.array([1, 2]), "d": math.inf, "e": math.nan, "f": (1, "x"),
            "g": math.sqrt, "h": search, "i": functools.partial(search, 1), "j": None, "k": {1: np.True_},
            "l": object(),
        }  # fmt: skip
        run(lambda _: 1, [odd], seed=0, n_jobs=1, log=log)
        text = log.read_text().splitlines()[1]
        assert "NaN" not in text
        assert json.loads(text)["setting"] == {
            "a": 0.5, "b": 3, "c": [1, 2], "d": "inf", "e": "nan", "f": [1, "x"], "g": "sqrt", "h": "search",
            "i": "functools.partial(<function search>, 1)", "j": None, "k": {"1": True}, "l": "<object object>",
        }  # fmt: skip
        assert len(run(never, [odd], seed=0, n_jobs=1, log=log)) == 1

    def test_an_error_that_is_no_text(self, log):
        def objective(_):
            raise ValueError("\udc80\n\0")

        first = search(log, 1, objective=objective)
        assert log.read_bytes().count(b"\n") == 2
        again = search(log, 1, objective=never)
        assert again[0].error == first[0].error

    def test_a_list_of_settings(self, log):
        run(lambda setting: setting["x"], [{"x": 1}, {"x": 2}], seed=0, n_jobs=1, log=log)
        assert json.loads(log.read_text().splitlines()[0])["space"] == "a list of settings"
        longer = run(lambda setting: setting["x"], [{"x": 1}, {"x": 2}, {"x": 3}], seed=0, n_jobs=1, log=log)
        assert list(longer.scores) == [1, 2, 3]


class TestTakenUp:
    def test_nothing_is_computed_again(self, log):
        first = search(log)
        again = search(log, objective=never)
        assert [trial[:3] for trial in again if not trial.failed] == [trial[:3] for trial in first if not trial.failed]
        assert [trial.error for trial in again] == [trial.error for trial in first]
        assert again.note == "5 of them were taken from log.jsonl."
        assert log.read_bytes().count(b"\n") == 6

    def test_it_may_become_longer_and_shorter(self, log):
        search(log, 3)
        longer = search(log, 6)
        assert [trial[:3] for trial in longer if not trial.failed] == [
            trial[:3] for trial in search(None, 6) if not trial.failed
        ]
        assert log.read_bytes().count(b"\n") == 7
        shorter = search(log, 2, objective=never)
        assert [trial.number for trial in shorter] == [0, 1]
        assert log.read_bytes().count(b"\n") == 7

    def test_wherever_it_is_torn(self, log):
        whole = search(log, 3)
        text = log.read_bytes()
        for cut in range(0, len(text), 7):
            log.write_bytes(text[:cut])
            again = search(log, 3)
            assert [trial[1:3] for trial in again if not trial.failed] == [t[1:3] for t in whole if not t.failed]
            assert [trial.error for trial in again] == [trial.error for trial in whole]
            lines = log.read_bytes().splitlines()
            assert [json.loads(line).get("number") for line in lines] == [None, 0, 1, 2]
            is_torn = cut > 0 and text[cut - 1 : cut] != b"\n"
            assert ("Its last line was torn, and counts for nothing." in again.note) == is_torn

    def test_a_line_that_was_deleted_is_computed_again(self, log):
        whole = search(log)
        lines = log.read_bytes().splitlines(keepends=True)
        log.write_bytes(b"".join(lines[:3] + lines[4:]))
        again = search(log)
        assert [trial.setting for trial in again] == [trial.setting for trial in whole]
        assert json.loads(log.read_bytes().splitlines()[-1])["number"] == 2

    def test_of_two_lines_the_first_counts(self, log):
        first = search(log, 1)
        line = log.read_bytes().splitlines()[1]
        with log.open("ab") as file:
            file.write(re.sub(rb'"score": [\d.e-]+', b'"score": 77', line) + b"\n")
        assert search(log, 1, objective=never)[0].score == first[0].score

    def test_choices_are_the_objects_themselves(self, log):
        space = Space(activation=ChoiceScale([math.tanh, math.sin]))
        first = search(log, space=space, objective=lambda setting: setting["activation"](1.0))
        again = search(log, space=space, objective=never)
        assert again.settings == first.settings
        assert callable(again.best.setting["activation"])


OTHER = Space(rate=LogScale(1e-3, 1), decay=ReverseLogScale(0.9, 0.999), activation=ChoiceScale(["relu", "tanh"]))


class TestRefused:
    def refusal(self, log, **options):
        before = log.read_bytes()
        with pytest.raises(
            ValueError, match=r"^run: log must be a new file, or one of the same search; got ."
        ) as caught:
            search(log, **options)
        assert log.read_bytes() == before
        message, _, hint = str(caught.value).partition("; got ")[2].partition(". Name")
        assert hint == f" another file, or delete {log}."
        return message

    def test_another_seed(self, log):
        search(log)
        assert self.refusal(log, seed=2) == "one with the seed 1, where it is now 2"

    def test_another_space(self, log):
        search(log)
        was, now = "{'rate': 'LogScale(low=0.0001, high=1.0)'", "{'rate': 'LogScale(low=0.001, high=1.0)'"
        found = self.refusal(log, space=OTHER)
        assert found.startswith(f"one with the space {was}")
        assert f", where it is now {now}" in found
        names = Space(**{"speed" if name == "rate" else name: scale for name, scale in SPACE.scales.items()})
        assert self.refusal(log, space=names).startswith("one with the space")

    def test_a_list_in_place_of_a_space(self, log):
        search(log)
        assert self.refusal(log, space=[{"x": 1}], n_trials=1).endswith("where it is now a list of settings")

    def test_another_list(self, log):
        search(log, space=[{"x": 1}, {"x": 2}], n_trials=2, objective=lambda setting: setting["x"])
        assert self.refusal(log, space=[{"x": 1}, {"x": 3}], n_trials=2) == (
            "one whose line 3 has another setting for trial 1"
        )

    @pytest.mark.parametrize(
        "text", ["# my notes", "# my notes\n", "{}\n", "[]\n", '{"coursekit search": 2}\n', "\0\0"]
    )
    def test_a_file_of_another_kind(self, log, text):
        log.parent.mkdir(parents=True)
        log.write_text(text)
        assert self.refusal(log) == "a file of another kind"

    @pytest.mark.parametrize("line", ["hello", "{}", '{"number": 0}', "[1]", "\0"])
    def test_a_line_that_is_no_trial(self, log, line):
        search(log, 2)
        first, second, third = log.read_text(encoding="utf-8").splitlines()
        log.write_text(f"{first}\n{second}\n{line}\n{third}\n", encoding="utf-8")
        assert self.refusal(log) == "one whose line 3 is no trial"


class OwnScale(Scale):
    """Not one of ours."""

    def to_unit(self, x):
        return np.asarray(x)

    def from_unit(self, u):
        return np.asarray(u)


def test_a_space_reads_the_same_in_every_process(log):
    space = Space(own=OwnScale(), f=ChoiceScale([search, math.sin]), x=LinearScale(0, 1))
    search(log, space=space, objective=lambda setting: setting["x"])
    assert json.loads(log.read_text().splitlines()[0])["space"] == {
        "own": "<tests.search.test_trial_log.OwnScale object>", "f": 'ChoiceScale(options=["search", "sin"])',
        "x": "LinearScale(low=0.0, high=1.0)",
    }  # fmt: skip


def test_a_number_that_was_rounded_elsewhere_is_the_same():
    assert alike(plain({"x": 0.1, "y": [1.0]}), {"x": 0.1 * (1 + 1e-15), "y": [1.0]})
    assert not alike({"x": 0.1}, {"x": 0.1001})
    assert not alike({"x": 0.1}, {"y": 0.1})
    assert not alike([1, 2], [1, 2, 3])
    assert not alike({"x": 1}, {"x": "1"})


def test_two_searches_at_once_do_not_tear_each_others_lines(log):
    code = """
import sys
from coursekit.search import run
run(lambda setting: setting["x"], [{"x": x, "y": "y" * 3000} for x in range(60)], seed=0, n_jobs=1, log=sys.argv[1])
"""
    log.parent.mkdir(parents=True)
    both = [subprocess.Popen([sys.executable, "-c", code, log]) for _ in range(2)]
    assert [each.wait() for each in both] == [0, 0]
    settings = [{"x": x, "y": "y" * 3000} for x in range(60)]
    assert len(run(never, settings, seed=0, n_jobs=1, log=log)) == 60
