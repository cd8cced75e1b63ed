"""The log of a search: readable, never half believed, and of this search alone."""

import functools
import json
import math
import os
import re
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

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


HOLDING = """
import sys, time
from coursekit.search import run
print("begins", flush=True)
run(lambda s: time.sleep(60), [{"x": 0}, {"x": 1}], seed=0, n_jobs=1, log=sys.argv[1],
    callback=lambda *_: print("done", flush=True))
"""
ELSEWHERE = r"^run: log must be a file that no other search writes to at the same time; got log.jsonl. Wait until "


@pytest.mark.seconds
class TestTwoSearchesOnOneLog:
    def test_the_second_is_refused_and_leaves_it_as_it_was(self, log):
        first = subprocess.Popen([sys.executable, "-c", HOLDING, log], stdout=subprocess.PIPE, text=True)
        try:
            assert first.stdout.readline() == "begins\n"
            while not (log.exists() and log.read_bytes().endswith(b"\n")):
                time.sleep(0.02)
            before = log.read_bytes()
            with pytest.raises(ValueError, match=ELSEWHERE):
                run(never, [{"x": 0}, {"x": 1}], seed=0, n_jobs=1, log=log)
            assert log.read_bytes() == before
        finally:
            first.kill()
            first.communicate()
        assert len(run(lambda s: s["x"], [{"x": 0}, {"x": 1}], seed=0, n_jobs=1, log=log)) == 2, "killed: free again"

    def test_in_one_process_too(self, log):
        def nested(setting):
            return run(lambda _: 1.0, [{"x": 1}], seed=0, n_jobs=1, log=log)[0].score

        (trial,) = run(nested, [{"x": 1}], seed=0, n_jobs=1, log=log)
        assert "no other search writes to" in trial.error

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="of systems that can fork")
    @pytest.mark.parametrize("late", [0, 2])
    def test_a_child_that_the_objective_left_behind_holds_no_lock(self, log, tmp_path, monkeypatch, late):
        dup2 = os.dup2
        monkeypatch.setattr(os, "dup2", lambda *files, **how: (time.sleep(late), dup2(*files, **how)))  # in the child

        def objective(setting):
            pid = os.fork()
            if not pid:
                time.sleep(60)
                os._exit(0)
            (tmp_path / "child").write_text(str(pid))
            return setting["x"]

        try:
            with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of a fork beside threads
                run(objective, [{"x": 1}], seed=0, n_jobs=1, log=log)
            assert len(run(never, [{"x": 1}], seed=0, n_jobs=1, log=log)) == 1
        finally:
            os.kill(int((tmp_path / "child").read_text()), signal.SIGKILL)
            os.wait()

    def test_several_at_once_one_works_and_nothing_is_torn(self, log):
        code = """
import sys
from coursekit.search import run
run(lambda setting: setting["x"], [{"x": x, "y": "y" * 3000} for x in range(60)], seed=0, n_jobs=1, log=sys.argv[1])
"""
        log.parent.mkdir(parents=True)
        all_three = [subprocess.Popen([sys.executable, "-c", code, log], stderr=subprocess.PIPE) for _ in range(3)]
        errors = [each.communicate()[1].decode() for each in all_three]
        assert all(not error or "no other search writes to" in error for error in errors)
        assert "" in errors
        settings = [{"x": x, "y": "y" * 3000} for x in range(60)]
        assert len(run(never, settings, seed=0, n_jobs=1, log=log)) == 60
        assert log.read_bytes().count(b"\n") == 61


class TestWhatSomebodyDidToIt:
    def changed(self, log, change):
        search(log, 3, objective=lambda setting: setting["rate"])
        before = change(log.read_text(encoding="utf-8"))
        log.write_text(before, encoding="utf-8")
        return before

    @pytest.mark.parametrize(
        "change",
        [
            lambda text: text + "\n",
            lambda text: text.replace("\n", "\n\n"),
            lambda text: "\n  \n" + text,
            lambda text: text + text.splitlines(keepends=True)[0],
            lambda text: text.replace("\n", "\r\n"),
            lambda text: "\ufeff" + text,
            lambda text: text.replace(": ", ":   "),
        ],
    )
    def test_is_no_fault_where_it_says_the_same(self, log, change):
        self.changed(log, change)
        again = search(log, 3, objective=never)
        assert again.note == "3 of them were taken from log.jsonl."

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("number", '"0"'), ("number", "0.0"), ("number", "true"), ("number", "-1"), ("number", "null"),
            ("number", "[0]"), ("score", "NaN"), ("score", "Infinity"), ("score", "null"), ("score", "true"),
            ("score", '"0.5"'), ("score", "[0.5]"), ("score", "1" * 400), ("setting", "3"), ("setting", "null"),
            ("setting", "[]"), ("seconds", '"1"'), ("seconds", "NaN"), ("seconds", "-1"), ("seconds", "null"),
        ],
    )  # fmt: skip
    def test_is_refused_in_words_where_a_field_is_no_longer_ours(self, log, field, value):
        def change(text):
            header, line, *rest = text.splitlines()
            entry = json.loads(line)
            changed = ", ".join(f'"{k}": {value if k == field else json.dumps(v)}' for k, v in entry.items())
            return "\n".join([header, f"{{{changed}}}", *rest, ""])

        before = self.changed(log, change)
        with pytest.raises(ValueError, match=rf"got one whose line 2 is no trial(: its {field} is .+)?\. Name another"):
            search(log, 3, objective=never)
        assert log.read_text(encoding="utf-8") == before

    @pytest.mark.parametrize("error", ['""', "3", "null", '["no"]'])
    def test_so_is_an_error_that_is_no_text(self, log, error):
        self.changed(log, lambda text: re.sub(r'"score": [\d.e-]+', f'"score": null, "error": {error}', text))
        with pytest.raises(ValueError, match=r"got one whose line 2 is no trial: its (error|score) is "):
            search(log, 3, objective=never)

    def test_a_line_of_endless_brackets(self, log):
        self.changed(log, lambda text: text + "[" * 100_000 + "\n")
        with pytest.raises(ValueError, match=r"got one whose line 5 is no trial\."):
            search(log, 3, objective=never)

    def test_a_boolean_is_no_seed_and_no_option(self, log):
        run(lambda _: 1.0, [{"x": 1}], seed=1, n_jobs=1, log=log)
        text = log.read_text()
        log.write_text(text.replace('"seed": 1', '"seed": true'))
        with pytest.raises(ValueError, match="one with the seed True, where it is now 1"):
            run(never, [{"x": 1}], seed=1, n_jobs=1, log=log)
        log.write_text(text.replace('"x": 1', '"x": true'))
        with pytest.raises(ValueError, match="another setting for trial 0"):
            run(never, [{"x": 1}], seed=1, n_jobs=1, log=log)

    @pytest.mark.parametrize("replaced", [False, True])
    def test_is_said_where_it_was_taken_away_meanwhile(self, log, replaced):
        def take_away(trial, trials):
            if len(trials) == 2:
                log.unlink()
                if replaced:
                    log.write_text("")

        trials = search(log, 4, objective=lambda _: 1.0, callback=take_away)
        assert len(trials) == 4
        assert trials.note == "Its log log.jsonl was taken away meanwhile, and holds nothing of it."


class TestAPath:
    def test_of_the_home_folder(self, tmp_path, monkeypatch):
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        monkeypatch.chdir(tmp_path)
        search("~/logs/log.jsonl", 1)
        assert (tmp_path / "home/logs/log.jsonl").exists()
        assert [each.name for each in tmp_path.iterdir()] == ["home"]

    def test_stays_where_it_was_when_the_objective_moves(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "elsewhere").mkdir()
        trials = search("log.jsonl", 2, objective=lambda _: os.chdir(tmp_path / "elsewhere") or 1.0)
        assert trials.note == ""
        assert (tmp_path / "log.jsonl").read_bytes().count(b"\n") == 3

    @pytest.mark.parametrize("path", [3, "", b"log", "a\0b", ["log"], True])
    def test_that_is_none(self, path):
        with pytest.raises(TypeError, match=r"^run: log must be the path of a file; got "):
            search(path)

    def test_of_a_folder(self, tmp_path):
        with pytest.raises(
            ValueError, match=r"^run: log must be a new file, or one of the same search; got a folder\. "
        ):
            search(tmp_path)

    def test_of_what_is_no_file(self):
        with pytest.raises(ValueError, match=r"one of the same search; got something that is no file\. "):
            search("/dev/null")

    def test_inside_of_a_file(self, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(
            ValueError, match=r"^run: log must be a file that can be read and written; got .+/file/log: "
        ):
            search(tmp_path / "file" / "log")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
def test_a_full_disk_ends_the_search_with_what_there_is(log, monkeypatch):
    def fill_up(trial, trials):
        if len(trials) == 2:
            (file,) = [each for each in Path("/proc/self/fd").iterdir() if each.exists() and each.samefile(log)]
            full = os.open("/dev/full", os.O_WRONLY)
            os.dup2(full, int(file.name))
            os.close(full)

    trials = search(log, 5, objective=lambda setting: setting["rate"], callback=fill_up)
    assert len(trials) == 3
    assert trials.note.startswith("The log could not be written (No space left on device): 2 of 5 trials are left.")
    assert log.read_bytes().count(b"\n") == 3


def test_odd_options_and_settings_are_written_and_found_again(log):
    class Silent:
        def __repr__(self):
            raise RuntimeError("never")

    endless: list[object] = []
    endless.append(endless)
    odd = {"a": np.longdouble(1.5), "b": 10**5000, "c": Silent(), "d": endless, "e": {Silent(): 1}}
    run(lambda _: 1, [odd], seed=0, n_jobs=1, log=log)
    assert len(run(never, [odd], seed=0, n_jobs=1, log=log)) == 1
