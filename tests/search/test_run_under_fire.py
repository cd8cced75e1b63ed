"""A search whose objective forks, reads, crashes or hangs, or that is killed itself: no hang, no orphan."""

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import psutil
import pytest

import coursekit
from coursekit.search import run

pytestmark = [pytest.mark.seconds, pytest.mark.skipif(not hasattr(os, "fork"), reason="of systems that can fork")]
NUMBERS = [{"x": x} for x in range(4)]


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def is_there(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def square(x):
    return x * x


def with_a_pool(setting):
    import multiprocessing

    with multiprocessing.get_context("fork").Pool(2) as pool:
        return sum(pool.map(square, range(setting["x"] + 1)))


def with_an_executor(setting):
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
        return sum(pool.map(square, range(setting["x"] + 1)))


def with_bare_forks(setting):
    children = []
    for _ in range(2):
        pid = os.fork()
        if not pid:
            sys.stdin.close()
            sys.stdout.flush()
            sys.exit(0)  # through the interpreter's own end, with all its clean-up
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
    return sum(map(square, range(setting["x"] + 1)))


class TestAnObjectiveThatForks:
    @pytest.mark.parametrize("objective", [with_a_pool, with_an_executor, with_bare_forks])
    @pytest.mark.parametrize("options", [{"n_jobs": 2}, {"n_jobs": 1, "time_limit": 60}])
    def test_comes_to_its_end(self, objective, options):
        trials = run(objective, NUMBERS, seed=0, **options)
        assert [(trial.score, trial.error) for trial in trials] == [(0, ""), (1, ""), (5, ""), (14, "")]

    def test_and_whose_child_comes_back_as_well_answers_once(self):
        def twice(setting):
            os.fork()
            return setting["x"]

        assert list(run(twice, NUMBERS, seed=0, n_jobs=2).scores) == [0, 1, 2, 3]

    @pytest.mark.parametrize("how", ["crash", "hang"])
    def test_and_then_crashes_or_hangs_ends_in_time_with_its_child(self, how, tmp_path):
        def objective(setting):
            pid = os.fork()
            if not pid:
                time.sleep(1000)
            (tmp_path / str(pid)).touch()
            if how == "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
            time.sleep(1000)

        start = time.perf_counter()
        trials = run(objective, NUMBERS[:2], seed=0, n_jobs=2, time_limit=2)
        assert time.perf_counter() - start < 30
        said = "its process ended twice (signal 11)" if how == "crash" else "it took more than 2 s"
        assert all(trial.error.startswith(said) for trial in trials), trials[0].error
        wait_for(lambda: not any(is_there(int(file.name)) for file in tmp_path.iterdir()))

    def test_without_a_time_limit_either(self):
        def objective(setting):
            if not os.fork():
                time.sleep(1000)
            os._exit(3)

        start = time.perf_counter()
        trials = run(objective, NUMBERS[:2], seed=0, n_jobs=2)
        assert [trial.error for trial in trials] == ["its process ended twice (exit code 3)"] * 2
        assert time.perf_counter() - start < 30

    @pytest.mark.deep
    def test_a_hundred_times(self):
        trials = run(with_a_pool, [{"x": x} for x in range(100)], seed=0, n_jobs=2, time_limit=60)
        assert not trials.failed


class TestThereIsNobodyToAnswer:
    @pytest.mark.parametrize("n_jobs", [2])
    @pytest.mark.parametrize(
        "source",
        ['input("rate? ")', "import sys; sys.stdin.readline() and 1 / 0 or {}['nothing']",
         "import subprocess; subprocess.run(['cat'], check=True); raise EOFError",
         "import os; assert os.read(0, 9) == b''; raise EOFError"],
    )  # fmt: skip
    def test_so_what_reads_finds_nothing_at_once(self, n_jobs, source):
        start = time.perf_counter()
        trials = run(lambda _: exec(source), NUMBERS, seed=0, n_jobs=n_jobs, time_limit=20)  # noqa: S102
        assert time.perf_counter() - start < 20
        assert all(trial.error.startswith(("EOFError", "KeyError")) for trial in trials), trials[0].error

    def test_and_a_breakpoint_ends_its_trial(self):
        trials = run(lambda _: breakpoint(), NUMBERS[:2], seed=0, n_jobs=2, time_limit=20)  # noqa: T100
        assert all("BdbQuit" in trial.error for trial in trials), trials[0].error


SEARCH = """
import os, subprocess, sys, time
from pathlib import Path
from coursekit.search import run

folder, how = Path(sys.argv[1]), sys.argv[2]

def objective(setting):
    (folder / str(os.getpid())).touch()
    if how == "a program":
        child = subprocess.Popen(["sleep", "1000"])
        (folder / str(child.pid)).touch()
        child.wait()
    if how == "a long call":
        import re
        re.match("(a*)*b", "a" * 100)  # holds the interpreter's lock for ever
    if how == "asleep":
        time.sleep(1000)
    return 1.0

def tell(trial, trials):
    if os.fork() == 0:  # holds whatever the search holds
        (folder / f"{os.getpid()}.child").touch()
        time.sleep(1000)
    time.sleep(1000)

run(objective, [{"x": x} for x in range(4)], seed=0, n_jobs=2, callback=tell)
"""


class TestTheSearchIsKilled:
    @pytest.mark.parametrize("how", ["a program", "a long call", "asleep", "a callback that forked"])
    def test_and_leaves_no_orphan(self, how, tmp_path):
        process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", SEARCH, tmp_path, how])
        try:
            n_expected = 4 if how == "a program" else 2
            wait_for(lambda: len(list(tmp_path.iterdir())) >= n_expected)
            if how == "a callback that forked":
                wait_for(lambda: list(tmp_path.glob("*.child")))
        finally:
            process.kill()
            process.wait()
        children = {int(file.stem) for file in tmp_path.glob("*.child")}
        pids = {int(file.stem) for file in tmp_path.iterdir()} - children
        try:
            wait_for(lambda: not any(map(is_there, pids)), seconds=5)
        finally:
            for pid in pids | children:
                if is_there(pid):
                    os.kill(pid, signal.SIGKILL)


class TestWorkersAreKilledFromOutside:
    def kill_now_and_then(self, folder, stop, every):
        dice, n_kills, n_begun = random.Random(0), 0, 0  # noqa: S311
        while not stop.wait(0.01):
            begun = [*folder.glob("*.*")]
            if len(begun) < n_begun + every:  # of trials, so that a slow machine has no more kills
                continue
            there = [pid for pid in {int(file.suffix[1:]) for file in begun} if is_there(pid)]
            if there:
                os.kill(dice.choice(sorted(there)), signal.SIGKILL)
                n_kills, n_begun = n_kills + 1, len(begun)
        return n_kills

    @pytest.mark.parametrize("n", [12, pytest.param(240, marks=pytest.mark.deep)])
    def test_and_hardly_a_trial_fails(self, n, tmp_path):
        def objective(setting):
            (tmp_path / f"{setting['x']}.{os.getpid()}").touch()
            time.sleep(0.2)
            return setting["x"]

        stop, kills = threading.Event(), []
        killer = threading.Thread(target=lambda: kills.append(self.kill_now_and_then(tmp_path, stop, 5)))
        killer.start()
        try:
            trials = run(objective, [{"x": x} for x in range(n)], seed=0, n_jobs=2)
        finally:
            stop.set()
            killer.join()
        assert kills[0] >= n // 6
        assert len(trials.failed) <= 1 + n // 200
        assert [trial.score for trial in trials if not trial.failed] == [t.number for t in trials if not t.failed]


IN_A_FOLDER = """
import os, sys, joblib
from coursekit.search import run
os.chdir(sys.argv[1])
sys.path[:] = [folder for folder in sys.path if folder]
place = next(i for i, folder in enumerate(sys.path) if folder.endswith("site-packages"))
sys.path.insert(place, "")  # as IPython does: behind Python's own modules, before the installed ones

def objective(setting):
    import random, secrets
    return random.randint(3, 3) + setting["x"]

print([trial.error or trial.score for trial in run(objective, [{"x": x} for x in range(3)], seed=0, n_jobs=2)])
"""


class TestNamesInTheLearnersFolder:
    @pytest.mark.parametrize(
        "names", [["random", "secrets", "pickle", "select", "signal", "copy"], ["numpy"], ["coursekit"]]
    )
    def test_stand_in_for_no_module_of_the_search(self, names, tmp_path):
        for name in names:
            (tmp_path / f"{name}.py").write_text("input('your name? ')\n")
        done = subprocess.run(
            [sys.executable, "-c", IN_A_FOLDER, tmp_path], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.stdout.strip() == "[3.0, 4.0, 5.0]", done.stderr

    def test_and_another_coursekit_that_is_installed_is_not_taken_for_this_one(self, tmp_path):
        (tmp_path / "coursekit.py").write_text("raise ImportError('the other one')\n")
        home = Path(coursekit.__path__[0]).parent
        code = "import sys; sys.path[:0] = sys.argv[1:]" + IN_A_FOLDER
        done = subprocess.run(
            [sys.executable, "-c", code, home, tmp_path], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.stdout.strip() == "[3.0, 4.0, 5.0]", done.stderr

    def test_are_found_by_the_objective(self, tmp_path):
        (tmp_path / "my_model.py").write_text("BEST = 7\n")
        code = IN_A_FOLDER.replace("import random, secrets", "import random, my_model").replace(
            "3, 3", "my_model.BEST, 7"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.stdout.strip() == "[7.0, 8.0, 9.0]", done.stderr


class TestAProcessThatCannotStart:
    def python(self, tmp_path, monkeypatch, script):
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(path))

    @pytest.mark.parametrize(("script", "how"), [("exit 3", "exit code 3"), ("kill -ILL $$", "signal 4")])
    def test_is_no_failed_trial(self, tmp_path, monkeypatch, script, how):
        self.python(tmp_path, monkeypatch, script)
        message = (
            "^run: n_jobs must be 1, without a time_limit, where Python can't start another process; "
            rf"got one that did not get to its first trial \({how}\). What that one wrote says why.$"
        )
        with pytest.raises(ValueError, match=message):
            run(lambda _: 1.0, NUMBERS, seed=0, n_jobs=2, log=tmp_path / "log.jsonl")
        assert len((tmp_path / "log.jsonl").read_text().splitlines()) == 1

    def test_is_named_where_there_is_no_such_program(self, monkeypatch, tmp_path):
        monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere"))
        with pytest.raises(ValueError, match=r"^run: n_jobs must be 1, .*No such file or directory"):
            run(lambda _: 1.0, NUMBERS, seed=0, n_jobs=2)

    def test_any_more_ends_the_search_with_what_there_is(self, monkeypatch, tmp_path):
        def objective(setting):
            if setting["x"] == 2:
                os._exit(7)
            return setting["x"]

        trials = run(objective, NUMBERS[:2] + [{"x": 2}] * 3, seed=0, n_jobs=1, time_limit=60,
                     callback=lambda *_: monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere")))  # fmt: skip
        assert list(trials.scores) == [0, 1]
        assert trials.note.startswith("No process starts any more (")
        assert trials.note.endswith(": 3 of 5 trials are left.")


def test_what_can_not_be_sent_is_refused_in_words():
    lock = threading.Lock()
    message = (
        "run: n_jobs must be 1, without a time_limit, where what a trial needs can't be sent to another process; "
        "got {} with TypeError: cannot pickle '_thread.lock' object."
    )
    with pytest.raises(TypeError) as caught:
        run(lambda _: float(lock.locked()), NUMBERS, seed=0, n_jobs=2)
    assert str(caught.value) == message.format("the objective")
    with pytest.raises(TypeError) as caught:
        run(lambda _: 1.0, [{"x": lock}], seed=0, n_jobs=2)
    assert str(caught.value) == message.format("a setting")
    assert list(run(lambda setting: float(setting["x"].locked()), [{"x": lock}], seed=0, n_jobs=1).scores) == [0]


@pytest.mark.parametrize("n_times", [4, pytest.param(60, marks=pytest.mark.deep)])
def test_ctrl_c_at_a_random_moment_leaves_nothing_behind(n_times, tmp_path):
    code = textwrap.dedent("""
        import signal, sys, time
        from coursekit.search import run
        signal.signal(signal.SIGINT, signal.default_int_handler)
        print("begins", flush=True)
        trials = run(lambda s: time.sleep(0.05) or s["x"], [{"x": x} for x in range(400)], seed=0, n_jobs=2,
                     log=sys.argv[1])
        print(len(trials), trials.note)
    """)
    dice = random.Random(n_times)  # noqa: S311
    for i in range(n_times):
        log = tmp_path / f"{i}.jsonl"
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, log], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        try:
            assert process.stdout.readline() == "begins\n"
            wait_for(lambda: log.exists() and log.stat().st_size)  # noqa: B023 - it has begun
            time.sleep(dice.random() * 2)
            children = psutil.Process(process.pid).children(recursive=True)
            os.killpg(process.pid, signal.SIGINT)
            said, errors = process.communicate(timeout=20)
        finally:
            process.kill()
        assert "Ctrl-C stopped the search" in said, errors
        assert errors == ""
        assert int(said.split()[0]) == len(log.read_text().splitlines()) - 1, "what is returned stands in the log"
        wait_for(lambda: not any(is_there(child.pid) for child in children), seconds=5)  # noqa: B023
