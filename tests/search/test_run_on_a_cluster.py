"""The same search on a Dask cluster of separate worker processes: the same result, and nothing lost there either."""

import os
import signal
import threading
import time

import joblib
import numpy as np
import psutil
import pytest
from dask import config
from dask.distributed import Client, LocalCluster

from coursekit.scales import LogScale
from coursekit.search import Space, run

pytestmark = pytest.mark.seconds

SPACE = Space(rate=LogScale(1e-4, 1))
NUMBERS = [{"x": x} for x in range(6)]


@pytest.fixture(scope="module")
def cluster():
    with (
        config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        Client(cluster),
        joblib.parallel_config("dask"),
    ):
        yield cluster


def workers(cluster):
    """Return the processes of the workers: nannies live here, their children are what works."""
    return {worker.process.pid for worker in cluster.workers.values()}


def test_the_same_result_as_here(cluster, tmp_path):
    def objective(setting, rng):
        return np.log10(setting["rate"]) + rng.random()

    def where(_):
        return psutil.Process(os.getppid()).pid

    there = run(objective, SPACE, n_trials=8, seed=5, log=tmp_path / "log.jsonl")
    here = run(objective, SPACE, n_trials=8, seed=5, n_jobs=1)
    assert [trial[:3] for trial in there] == [trial[:3] for trial in here]
    assert (tmp_path / "log.jsonl").read_bytes().count(b"\n") == 9
    assert {int(score) for score in run(where, NUMBERS, seed=0).scores} <= workers(cluster)


def test_a_stack_goes_there_too(cluster):
    pids = run(lambda settings: [os.getppid()] * len(settings), NUMBERS, seed=0, stack=2).scores
    assert set(pids) <= workers(cluster)


def test_failures_are_recorded(cluster):
    def objective(setting):
        match setting["x"]:
            case 1:
                raise ValueError("no")
            case 2:
                os.kill(os.getpid(), signal.SIGKILL)
            case 3:
                time.sleep(1000)
        return setting["x"]

    before = workers(cluster)
    errors = [trial.error.partition(" (line")[0] for trial in run(objective, NUMBERS, seed=0, time_limit=2)]
    late = "it took more than 2 s, and its process was ended"
    assert errors == ["", "ValueError: no", "its process ended 5 times (signal 9)", late, "", ""]
    assert workers(cluster) == before, "the cluster's own processes are not touched"


def test_what_goes_on_ends_with_the_search(cluster, tmp_path):
    def objective(setting):
        (tmp_path / str(os.getpid())).touch()
        time.sleep(60 if setting["x"] else 0)
        return 1.0

    start = time.perf_counter()
    assert len(run(objective, NUMBERS, seed=0, callback=lambda *_: True)) == 1
    assert time.perf_counter() - start < 10
    end = time.monotonic() + 10
    while any(psutil.pid_exists(int(file.name)) for file in tmp_path.iterdir()):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_worker_of_the_cluster_that_is_killed_costs_nothing(cluster, tmp_path):
    def objective(setting):
        if setting["x"] == 2 and not (tmp_path / "seen").exists():
            (tmp_path / "seen").touch()
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(1000)
        return setting["x"]

    before = workers(cluster)
    assert list(run(objective, NUMBERS, seed=0).scores) == list(range(6))
    assert workers(cluster) != before


def test_a_setting_that_ends_the_workers_of_the_cluster_has_failed(cluster, tmp_path):
    def objective(setting):
        if setting["x"] == 4:
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(1000)
        return setting["x"]

    trials = run(objective, NUMBERS, seed=0)
    assert [trial.number for trial in trials.failed] == [4]
    assert trials[4].error.startswith("its workers of the cluster ended (Attempted to run task ")
    assert [trial.score for trial in trials if not trial.failed] == [0, 1, 2, 3, 5]


def test_a_worker_of_the_cluster_that_is_stopped_keeps_nobody_who_interrupts_waiting(cluster, tmp_path):
    def objective(setting):
        (tmp_path / str(os.getppid())).touch()
        time.sleep(100)

    stopped, begun = [], []

    def stop_one_and_interrupt():
        while not (seen := list(tmp_path.iterdir())):
            time.sleep(0.05)
        stopped.append(int(seen[0].name))
        os.kill(stopped[0], signal.SIGSTOP)
        time.sleep(0.5)
        begun.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=stop_one_and_interrupt, daemon=True)
    thread.start()
    try:
        trials = run(objective, NUMBERS, seed=0)
        assert time.perf_counter() - begun[0] < 5
    finally:
        thread.join(10)
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    assert trials.note == "Ctrl-C stopped the search: 6 of 6 trials are left."
