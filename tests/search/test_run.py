"""Searching for real: the same result whoever computes it, and nothing lost, whatever happens. With real processes."""

import asyncio
import itertools
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import joblib
import numpy as np
import psutil
import pytest

from coursekit.network import Network, init_network
from coursekit.scales import ChoiceScale, IntegerScale, LogScale
from coursekit.search import Space, run
from coursekit.training import fit

SPACE = Space(rate=LogScale(1e-4, 1), units=IntegerScale(2, 64), activation=ChoiceScale(["relu", "tanh"]))
NUMBERS = [{"x": x} for x in range(6)]


def what(trials):
    """Leave out the seconds."""
    return [(trial.number, trial.setting, trial.score, trial.error) for trial in trials]


class TestTheSameResult:
    def objective(self, setting, rng):
        return np.log10(setting["rate"]) + setting["units"] + rng.random()

    def alone(self):
        return what(run(self.objective, SPACE, n_trials=9, seed=3, n_jobs=1))

    @pytest.mark.seconds
    def test_on_two_processes(self):
        assert what(run(self.objective, SPACE, n_trials=9, seed=3, n_jobs=2)) == self.alone()

    @pytest.mark.seconds
    def test_on_one_that_is_not_this_one(self):
        assert what(run(self.objective, SPACE, n_trials=9, seed=3, n_jobs=1, time_limit=60)) == self.alone()

    @pytest.mark.seconds
    @pytest.mark.parametrize("options", [{}, {"n_jobs": 2}])
    def test_stacked(self, options):
        def all_at_once(settings, rngs):
            assert len(settings) == len(rngs) in (4, 1)
            return [self.objective(setting, rng) for setting, rng in zip(settings, rngs, strict=True)]

        assert what(run(all_at_once, SPACE, n_trials=9, seed=3, stack=4, **options)) == self.alone()

    def test_of_networks_that_are_trained_as_one_stack(self, rng):
        X = rng.standard_normal((90, 4))
        y = (X[:, 0] * X[:, 1] > 0).astype(int)

        network = Network([4, 8, 2])

        def train(start, rates):
            _, history = fit(network, start, X, y, learning_rate=rates, n_epochs=3, rng=np.random.default_rng(1))
            return -history.loss[-1]

        def one(setting, rng):
            return train(init_network(network, rng), setting["rate"])

        def many(settings, rngs):
            starts = [init_network(network, rng) for rng in rngs]
            start = {name: np.stack([each[name] for each in starts]) for name in starts[0]}
            return train(start, [setting["rate"] for setting in settings])

        alone, stacked = run(one, SPACE, n_trials=6, seed=0, n_jobs=1), run(many, SPACE, n_trials=6, seed=0, stack=4)
        assert alone.settings == stacked.settings
        assert len(set(alone.scores)) == 6
        np.testing.assert_allclose(stacked.scores, alone.scores, rtol=1e-9)

    def test_more_trials_start_with_those_of_fewer_and_another_seed_gives_others(self):
        assert what(run(self.objective, SPACE, n_trials=4, seed=3, n_jobs=1)) == self.alone()[:4]
        assert what(run(self.objective, SPACE, n_trials=9, seed=4, n_jobs=1))[0] != self.alone()[0]

    def test_each_trial_draws_from_a_child_of_its_own(self):
        for trial, child in zip(self.alone(), np.random.SeedSequence(3).spawn(9), strict=True):
            for_the_setting, for_the_objective = (np.random.default_rng(each) for each in child.spawn(2))
            (setting,) = SPACE.from_unit([for_the_setting.random(3)])
            assert trial[1:3] == (setting, self.objective(setting, for_the_objective))

    def test_a_big_seed_keeps_all_its_digits(self):
        one, other = (run(self.objective, SPACE, n_trials=1, seed=2**100 + i, n_jobs=1) for i in (0, 1))
        assert what(one) != what(other)


@pytest.mark.seconds
class TestWhere:
    def pid(self, _):
        return os.getpid()

    def pids(self, **options):
        return {int(score) for score in run(self.pid, NUMBERS, seed=0, **options).scores}

    def test_one_job_stays_here(self):
        assert self.pids(n_jobs=1) == {os.getpid()}

    def test_usually_a_process_a_core(self):
        pids = self.pids()
        assert 1 <= len(pids) <= joblib.cpu_count()
        assert (os.getpid() in pids) == (joblib.cpu_count() == 1)

    def test_a_stack_stays_here_too(self):
        assert set(run(lambda settings: [os.getpid()] * len(settings), NUMBERS, seed=0, stack=2).scores) == {
            os.getpid()
        }

    def test_as_joblib_says(self):
        with joblib.parallel_config(n_jobs=1):
            assert self.pids() == {os.getpid()}
            assert os.getpid() not in self.pids(n_jobs=2)
        with joblib.parallel_config("loky", n_jobs=2):
            assert os.getpid() not in self.pids()
        with joblib.parallel_config(n_jobs=-1000):
            assert self.pids() == {os.getpid()}

    def test_they_are_gone_afterwards(self):
        for pid in self.pids(n_jobs=2):
            assert not psutil.pid_exists(pid)

    def test_of_a_notebook_too(self):
        code = """
            import sys
            from coursekit.search import run
            offset = 10
            class Model:
                def score(self, setting): return setting["x"] + offset
            def objective(setting):
                print("this is not for the pipe")
                return Model().score(setting)
            print(run(objective, [{"x": 1}, {"x": 2}], seed=0, n_jobs=2).scores)
        """
        buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        command = [sys.executable, "-c", textwrap.dedent(code)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=buffered)
        assert done.stdout == "[11. 12.]\n"
        assert done.stderr == "this is not for the pipe\n" * 2

    def test_each_process_has_one_thread(self):
        trials = run(lambda _: int(os.environ["OMP_NUM_THREADS"]), NUMBERS[:1], seed=0, n_jobs=2)
        assert trials[0].score == int(os.environ.get("OMP_NUM_THREADS", "1"))


class TestSettings:
    def test_a_list_of_them(self):
        trials = run(lambda setting: -((setting["x"] - 2.2) ** 2), NUMBERS, seed=0, n_jobs=1)
        assert trials.settings == NUMBERS
        assert trials.best.setting == {"x": 2}
        assert len(run(lambda _: 0, NUMBERS, n_trials=2, seed=0, n_jobs=1)) == 2

    def test_the_objective_may_change_its_own(self):
        assert run(lambda setting: setting.pop("x"), NUMBERS, seed=0, n_jobs=1).settings == NUMBERS
        assert [setting["x"] for setting in NUMBERS] == list(range(6))


def moody(setting):
    """Fail in all the ways that a function has; in a process of its own it may do worse."""
    match setting["x"]:
        case 0:
            return np.float32(0.5)
        case 1:
            raise ValueError("no such thing")
        case 2:
            return float("nan")
        case 3:
            return None
        case 4:
            sys.exit("that's it")
        case 5:
            return np.array([1.0])
    return 1


MOODS = [
    (0, 0.5, ""),
    (1, None, "ValueError: no such thing (line 7 of moody)"),
    (2, None, "objective: the score must be a number; got nan."),
    (3, None, "objective: the score must be a number; got None."),
    (4, None, "SystemExit: that's it (line 13 of moody)"),
    (5, None, "objective: the score must be a number; got array([1.])."),
]


def moods(trials):
    first = moody.__code__.co_firstlineno
    in_words = [re.sub(r"line (\d+)", lambda found: f"line {int(found[1]) - first + 1}", t.error) for t in trials]
    return [
        (trial.number, None if np.isnan(trial.score) else trial.score, words)
        for trial, words in zip(trials, in_words, strict=True)
    ]


@pytest.mark.seconds
class TestAFailure:
    @pytest.mark.parametrize("n_jobs", [1, 2])
    def test_is_recorded_and_ends_nothing(self, n_jobs):
        assert moods(run(moody, NUMBERS, seed=0, n_jobs=n_jobs)) == MOODS

    def test_in_a_stack_only_the_guilty_fail(self):
        def all_at_once(settings):
            return [moody(setting) for setting in settings]

        found = moods(run(all_at_once, NUMBERS, seed=0, stack=4))
        assert [each[:2] for each in found] == [each[:2] for each in MOODS]
        assert found[1][2].startswith("ValueError: no such thing (line ")

    def test_the_trials_of_a_stack_share_the_time_and_the_limit(self):
        def slow(settings):
            time.sleep(0.2 * len(settings))
            return [len(settings)] * len(settings)

        trials = run(slow, NUMBERS[:4], seed=0, stack=4, time_limit=0.5)
        assert list(trials.scores) == [4] * 4, "nobody had to be asked again"
        assert all(0.2 <= trial.seconds < 0.5 for trial in trials)

    def test_a_stack_that_returns_too_few_scores(self):
        trials = run(lambda _: [0.5], NUMBERS[:3], seed=0, stack=2)
        assert list(trials.scores) == [0.5] * 3
        (trial,) = run(lambda _: [0.5, 0.6], NUMBERS[:1], seed=0, stack=2)
        assert trial.error == "objective: the scores must be as many as the settings, 1; got 2."

    @pytest.mark.parametrize(
        ("end", "times", "told"),
        [(lambda: os._exit(7), 2, "twice (exit code 7)"), (lambda: os.kill(os.getpid(), signal.SIGSEGV), 2, "twice"),
         (lambda: os.kill(os.getpid(), signal.SIGKILL), 5, "5 times (signal 9)")],
    )  # fmt: skip
    def test_ending_its_process_again_and_again(self, tmp_path, end, times, told):
        def deadly(setting):
            if setting["x"] in (1, 4):
                with (tmp_path / f"{setting['x']}").open("a") as file:
                    file.write("x")
                if setting["x"] == 1 or (tmp_path / "4").read_text() == "x":
                    end()
            return setting["x"]

        trials = run(deadly, NUMBERS, seed=0, n_jobs=2)
        assert trials[1].error.startswith(f"its process ended {told}")
        assert [trial.score for trial in trials if not trial.failed] == [0, 2, 3, 4, 5]
        assert [(tmp_path / name).read_text() for name in "14"] == ["x" * times, "xx"]

    @pytest.mark.parametrize("n_jobs", [1, 2])
    def test_taking_too_long(self, n_jobs, tmp_path):
        def endless(setting):
            (tmp_path / f"{setting['x']}").write_text(str(os.getpid()))
            if setting["x"] == 1:
                time.sleep(1000)
            if setting["x"] == 2:
                re.match("(a*)*b", "a" * 100)  # holds the interpreter's lock: no thread of the process could end it
            return setting["x"]

        start = time.perf_counter()
        trials = run(endless, NUMBERS[:4], seed=0, n_jobs=n_jobs, time_limit=1)
        assert time.perf_counter() - start < 100
        late = "it took more than 1 s, and its process was ended"
        assert [trial.error for trial in trials] == ["", late, late, ""]
        assert all(1 <= trial.seconds < 50 for trial in trials.failed)
        wait_for(lambda: not any(psutil.pid_exists(int(file.read_text())) for file in tmp_path.iterdir()))

    def test_in_a_stack_on_processes_only_the_guilty_fail(self):
        def all_at_once(settings):
            for setting in settings:
                if setting["x"] == 1:
                    os._exit(7)
                if setting["x"] == 3:
                    time.sleep(1000)
            return [setting["x"] for setting in settings]

        errors = [trial.error for trial in run(all_at_once, NUMBERS, seed=0, stack=3, time_limit=2)]
        late = "it took more than 2 s, and its process was ended"
        assert errors == ["", "its process ended twice (exit code 7)", "", late, "", ""]

    def test_what_it_started_ends_too(self, tmp_path):
        def with_a_child(setting):
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
            (tmp_path / "child").write_text(str(child.pid))
            child.wait()

        (trial,) = run(with_a_child, NUMBERS[:1], seed=0, n_jobs=1, time_limit=1.5)
        assert trial.failed
        pid = int((tmp_path / "child").read_text())
        wait_for(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


SEARCH = """
import os, signal, sys, time
from pathlib import Path
from coursekit.search import run

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs in the background without it
folder, n_jobs = Path(sys.argv[1]), int(sys.argv[2])

def objective(setting):
    (folder / f"{setting['x']}.{os.getpid()}").touch()
    time.sleep(60 if setting["x"] > 3 else 0.01)
    return setting["x"]

trials = run(objective, [{"x": x} for x in range(8)], seed=0, n_jobs=n_jobs, log=folder / "log.jsonl")
print(time.time(), trials, sep="\\n")
"""


@pytest.fixture
def searching(tmp_path):
    """Start a search that hangs at trial 4; return its process and its folder."""
    started = []

    def start(n_jobs):
        command = [sys.executable, "-W", "error", "-c", SEARCH, tmp_path, str(n_jobs)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        started.append(process)
        wait_for(lambda: list(tmp_path.glob("4.*")) and len(log_lines(tmp_path)) == 5)
        return process, tmp_path

    yield start
    for process in started:
        process.kill()
        process.communicate()


def log_lines(folder: Path) -> list[str]:
    log = folder / "log.jsonl"
    return log.read_text().splitlines() if log.exists() else []


def workers(folder):
    return {int(file.suffix[1:]) for file in folder.glob("?.*")}


@pytest.mark.seconds
class TestNothingIsLost:
    @pytest.mark.parametrize("n_jobs", [1, 2])
    def test_ctrl_c_stops_within_a_second_and_keeps_what_there_is(self, searching, n_jobs):
        process, folder = searching(n_jobs)
        start = time.time()
        os.killpg(process.pid, signal.SIGINT)  # as the terminal does: everyone in it
        said, errors = process.communicate(timeout=30)
        assert errors.decode() == ""
        end, words = said.decode().split("\n", 1)
        assert float(end) - start < 1
        assert words == (
            "Trials: 4 done. The best is number 3 with 3: {'x': 3}. "
            "Ctrl-C stopped the search: 4 of 8 trials are left.\n"
        )
        wait_for(lambda: not any(map(psutil.pid_exists, workers(folder))))

    @pytest.mark.parametrize("n_jobs", [1, 2])
    def test_a_killed_search_goes_on_where_it_was(self, searching, n_jobs):
        process, folder = searching(n_jobs)
        process.kill()
        process.wait()
        wait_for(lambda: not any(map(psutil.pid_exists, workers(folder) - {process.pid})))

        def the_rest(setting):
            assert setting["x"] > 3
            return setting["x"]

        trials = run(the_rest, [{"x": x} for x in range(8)], seed=0, n_jobs=1, log=folder / "log.jsonl")
        assert list(trials.scores) == list(range(8))
        assert trials.note == "4 of them were taken from log.jsonl."
        again = run(lambda _: 1 / 0, trials.settings, seed=0, n_jobs=2, log=folder / "log.jsonl")
        assert what(again) == what(trials)
        assert len(log_lines(folder)) == 9

    def test_a_worker_that_is_killed_from_outside_costs_nothing(self, tmp_path):
        def objective(setting):
            first = not list(tmp_path.glob(f"{setting['x']}.*"))
            (tmp_path / f"{setting['x']}.{os.getpid()}").touch()
            time.sleep(60 if first and setting["x"] == 3 else 0)
            return setting["x"]

        def kill(trial, trials):
            if len(trials) == 5:
                (file,) = tmp_path.glob("3.*")
                os.kill(int(file.suffix[1:]), signal.SIGKILL)

        trials = run(objective, NUMBERS, seed=0, n_jobs=2, callback=kill)
        assert list(trials.scores) == list(range(6))
        assert len(list(tmp_path.glob("3.*"))) == 2
        assert len(list(tmp_path.glob("[!3].*"))) == 5


class TestCallback:
    def test_is_told_of_each_and_of_all_so_far(self):
        seen = []
        run(lambda setting: -setting["x"], NUMBERS, seed=0, n_jobs=1,
            callback=lambda trial, trials: seen.append((trial.number, len(trials), trials.best.number)))  # fmt: skip
        assert seen == [(i, i + 1, 0) for i in range(6)]

    @pytest.mark.parametrize("n_jobs", [1, 2])
    def test_may_end_the_search(self, n_jobs):
        def slow(setting):
            time.sleep(60 if setting["x"] > 2 else 0)
            return setting["x"]

        trials = run(slow, NUMBERS, seed=0, n_jobs=n_jobs, callback=lambda _, trials: len(trials) == 3)
        assert list(trials.scores) == [0, 1, 2]

    def test_of_a_stack_is_told_of_each(self):
        seen = []
        run(lambda settings: [0] * len(settings), NUMBERS, seed=0, stack=3, callback=lambda *both: seen.append(both))
        assert [(trial.number, len(trials)) for trial, trials in seen] == [(i, 3 + 3 * (i > 2)) for i in range(6)]

    @pytest.mark.parametrize("n_jobs", [1, 2])
    def test_what_it_raises_comes_through_and_the_log_has_what_was_done(self, n_jobs, tmp_path):
        def fail(trial, trials):
            raise KeyError("mine")

        with pytest.raises(KeyError, match="mine"):
            run(lambda _: 1.0, NUMBERS, seed=0, n_jobs=n_jobs, log=tmp_path / "log.jsonl", callback=fail)
        assert len(log_lines(tmp_path)) == 2


def test_an_objective_that_no_process_can_load():
    class Odd:
        def __call__(self, _):
            return 1.0

        def __reduce__(self):
            return int, ("no number",)

    message = (
        "run: objective must be such that a new process can load it; got ValueError: invalid literal for int() with "
        "base 10: 'no number'."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        run(Odd(), NUMBERS, seed=0, n_jobs=2)


def objective(setting):
    return 1.0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: run(3, SPACE, n_trials=1, seed=0), TypeError,
            "run: objective must be a function of a setting; got 3.",
        ),
        (
            lambda: run(objective, SPACE, seed=0), ValueError,
            "run: n_trials must say how many settings to draw; got None.",
        ),
        (
            lambda: run(objective, SPACE, n_trials=0, seed=0), ValueError,
            "run: n_trials must be a whole number of at least 1; got 0.",
        ),
        (
            lambda: run(objective, NUMBERS, n_trials=7, seed=0), ValueError,
            "run: n_trials must be at most 6, the number of settings; got 7.",
        ),
        (
            lambda: run(objective, SPACE, n_trials=1, seed=-1), ValueError,
            "run: seed must be a whole number of at least 0; got -1.",
        ),
        (
            lambda: run(objective, SPACE, n_trials=1, seed=0.5), ValueError,
            "run: seed must be a whole number of at least 0; got 0.5.",
        ),
        (
            lambda: run(objective, {"rate": LogScale(1, 2)}, n_trials=1, seed=0), TypeError,
            "run: space must be a Space, or a list of settings, each a dict; "
            "got {'rate': LogScale(low=1.0, high=2.0)}.",
        ),
        (
            lambda: run(objective, [], seed=0), TypeError,
            "run: space must be a Space, or a list of settings, each a dict; got [].",
        ),
        (
            lambda: run(objective, SPACE, n_trials=1, seed=0, stack=0), ValueError,
            "run: stack must be a whole number of at least 1; got 0.",
        ),
        (
            lambda: run(objective, SPACE, n_trials=1, seed=0, n_jobs=0), ValueError,
            "run: n_jobs must be a whole number of at least 1; got 0.",
        ),
        (
            lambda: run(objective, SPACE, n_trials=1, seed=0, time_limit=0), ValueError,
            "run: time_limit must be a number above 0; got 0.",
        ),
        (
            lambda: run(lambda _, rng: rng, SPACE, n_trials=1, seed=0, stack=2), ValueError,
            "run: objective must take rngs, a Generator for each setting, as it takes a stack; got one with rng.",
        ),
    ],
)  # fmt: skip
def test_refused_in_words(call, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        call()


class BrokenError(Exception):
    """An error, and a score, that raise whatever they are asked."""

    def _never(self, *_):
        raise RuntimeError("on another device")

    __str__ = __repr__ = __float__ = __bool__ = __iter__ = __len__ = __array__ = _never


def raising(error):
    def objective(_):
        raise error

    return objective


class MineError(BaseException):
    """No Exception at all."""


@pytest.mark.seconds
@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize(
    ("objective", "told"),
    [
        (raising(BrokenError()), r"BrokenError: its text can't be written \(line \d+ of <lambda>\)"),
        (raising(asyncio.CancelledError("stop")), r"CancelledError: stop \(line "),
        (raising(MineError("mine")), r"MineError: mine \(line "),
        (raising(GeneratorExit()), "GeneratorExit: "),
        (raising(ValueError("x" * 10**7)), r"ValueError: x{900,}\.\.\. \(line \d+ of <lambda>\)$"),
        (lambda _: BrokenError(), "objective: the score must be a number; got a BrokenError that can't be written."),
        (lambda _: np.ma.masked, "objective: the score must be a number; got masked."),
        (lambda _: True, "objective: the score must be a number; got True."),
        (lambda _: [0.5] * 10**6, r"objective: the score must be a number; got \[0.5, .*\.\.\.\."),
        (lambda setting: setting["y"], "KeyError: 'y'"),
        (lambda _: objective_of_itself(), "RecursionError: "),
    ],
)  # fmt: skip
def test_whatever_the_objective_raises_or_returns_is_said_and_ends_nothing(objective, told, n_jobs):
    trials = run(lambda setting: objective(setting) if setting["x"] else 7, NUMBERS[:2], seed=0, n_jobs=n_jobs)
    assert trials[0].score == 7
    assert re.match(told, trials[1].error), trials[1].error
    assert len(trials[1].error) < 1200


def objective_of_itself():
    return objective_of_itself()


@pytest.mark.parametrize(
    "scores",
    [{0: 0.9, 1: 0.9}, {0.9, 0.8}, "99", b"99", 0.9, None, iter([0.9]), BrokenError(), [0.9] * 3],
)
def test_what_is_no_list_of_scores_fails_its_trials(scores):
    def objective(many):
        return scores if len(many) > 1 else [0.9] if many[0]["x"] else scores

    trials = run(objective, NUMBERS[:2], seed=0, stack=2)
    assert trials[0].failed or trials[0].score == 0.9
    assert trials[1].score == 0.9


def test_a_score_that_cannot_be_read_fails_its_trial_alone():
    first, second = run(lambda many: [0.9, BrokenError()][: len(many)], NUMBERS[:2], seed=0, stack=2)
    assert first.score == 0.9
    assert second.failed
    assert second.error == "objective: the score must be a number; got a BrokenError that can't be written."


def test_scores_without_an_end():
    (trial,) = run(lambda _: itertools.count(), NUMBERS[:1], seed=0, stack=2)
    assert trial.error == "objective: the scores must be as many as the settings, 1; got 2."


@pytest.mark.seconds
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_objective_that_changes_its_setting_changes_nothing_else(n_jobs):
    def objective(setting):
        setting["units"].append(10)
        setting["table"]["a"][0] += 1
        return len(setting["units"]) + setting["table"]["a"][0]

    space = Space(units=ChoiceScale([[64, 32], [64]]), table=ChoiceScale([{"a": np.zeros(2)}]))
    trials = run(objective, space, n_trials=8, seed=0, n_jobs=n_jobs)
    assert space.scales["units"].options == ([64, 32], [64])
    assert space.scales["table"].options[0]["a"].tolist() == [0, 0]
    assert [trial.score for trial in trials] == [len(trial.setting["units"]) + 2 for trial in trials]
    shared = [1]
    settings = [{"x": shared}, {"x": shared}]
    assert list(run(lambda s: s["x"].append(1) or len(s["x"]), settings, seed=0, n_jobs=n_jobs).scores) == [2, 2]
    assert shared == [1]


@pytest.mark.parametrize("returned", [np.zeros(2), BrokenError()])
def test_a_callback_whose_answer_is_neither_true_nor_false(returned):
    with pytest.raises(TypeError, match=r"^run: callback must return something true or false; got "):
        run(objective, NUMBERS, seed=0, n_jobs=1, callback=lambda *_: returned)


def test_a_callback_that_is_no_function_is_refused_before_the_first_trial():
    calls = []
    with pytest.raises(TypeError, match=r"^run: callback must be a function of a trial and all so far; got 3\.$"):
        run(lambda _: calls.append(1) or 1.0, NUMBERS, seed=0, n_jobs=1, callback=3)
    assert not calls
