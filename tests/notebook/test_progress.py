"""The bar of a search: in a terminal, and in a notebook."""

import random
import re
import subprocess
import sys
import time
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

from coursekit.notebook import ProgressBar

pytestmark = pytest.mark.seconds

SEARCH = """
import time
from coursekit.notebook import ProgressBar
from coursekit.search import run

def objective(setting):
    time.sleep(0.12)
    return 1 / setting["x"]

SETTINGS = [{"x": x} for x in (4, 0, 2, 8)][:N_TRIALS]
trials = run(objective, SETTINGS, seed=0, n_jobs=1, log=LOG, callback=ProgressBar(N_SHOWN))
"""


def search(n_trials: int, *, log: str | None = None, n_shown: int | None = None) -> str:
    """Fill in what the code leaves open."""
    return f"N_TRIALS, LOG, N_SHOWN = {n_trials}, {log!r}, {n_shown or n_trials}" + SEARCH


def last_bar(code: str) -> str:
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == ""
    return done.stderr.splitlines()[-1]


def test_in_a_terminal_with_the_best_and_the_time(tmp_path):
    log = str(tmp_path / "log.jsonl")
    bar = last_bar(search(3, log=log))
    assert re.fullmatch(r"100%\|█+\| 3/3 \[00:\d\d<00:00, .*(trial/s|s/trial), best 0.5, 1 failed\]", bar), bar
    goes_on = last_bar(search(4, log=log))
    assert " 4/4 [" in goes_on
    rate, unit = re.search(r"([\d.]+)(trial/s|s/trial)", goes_on).groups()
    assert (float(rate) if unit == "trial/s" else 1 / float(rate)) < 1 / 0.12, (
        "what the log held counts as no work done"
    )


def test_it_says_how_long_the_rest_takes():
    bar = last_bar(search(4, n_shown=100))
    assert re.search(r"4%\|.*\| 4/100 \[00:\d\d<00:[1-9]\d, ", bar), bar


def test_in_a_notebook():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(search(3))])
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    (output,) = notebook.cells[0].outputs
    assert "application/vnd.jupyter.widget-view+json" in output.data
    states = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    bars = [each["state"] for each in states if each["model_name"] == "FloatProgressModel"]
    assert [(bar["value"], bar["max"], bar["bar_style"]) for bar in bars] == [(3, 3, "success")]
    texts = [each["state"].get("value") for each in states if each["model_name"] == "HTMLModel"]
    assert any("best 0.5, 1 failed" in str(text).replace("\u2007", " ") for text in texts)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_interrupting_the_kernel_ends_the_search_and_keeps_what_there_is(n_jobs):
    code = f"""
import time
from coursekit.search import run

def objective(setting):
    time.sleep(100 if setting["x"] > 1 else 0)
    return setting["x"]

def tell(trial, _):
    print("done", trial.number)

run(objective, [{{"x": x}} for x in range(6)], seed=0, n_jobs={n_jobs}, callback=tell)
"""
    said: list[str] = []
    manager, client = start_new_kernel(kernel_name="python3")

    def hear(message: dict[str, Any]) -> None:
        text = message["content"].get("text") or message["content"].get("data", {}).get("text/plain")
        if text:  # the kernel says how busy it is as well
            said.append(text)
            if "".join(said).count("done") == 2:  # whichever of the two came first
                manager.interrupt_kernel()

    try:
        reply = client.execute_interactive(code, output_hook=hear, timeout=60)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["content"]["status"] == "ok"
    assert said[-1] == (
        "Trials: 2 done. The best is number 1 with 1: {'x': 1}. Ctrl-C stopped the search: 4 of 6 trials are left."
    )


INTERRUPTED = """
import psutil, time
from coursekit.notebook import ProgressBar
from coursekit.search import run

def objective(setting):
    time.sleep(0.02)
    return setting["x"]

def search(n_jobs):
    print("begins", flush=True)
    run(objective, [{"x": x} for x in range(1000)], seed=0, n_jobs=n_jobs, callback=ProgressBar(1000))
"""


@pytest.mark.parametrize("n_times", [4, pytest.param(116, marks=pytest.mark.deep)])
def test_a_kernel_that_is_interrupted_at_random_moments_never_hangs(n_times):
    dice = random.Random(0)  # noqa: S311
    manager, client = start_new_kernel(kernel_name="python3")

    def hear(message: dict[str, Any]) -> None:
        if message["content"].get("text") == "begins\n":
            time.sleep(dice.random())
            manager.interrupt_kernel()

    try:
        client.execute_interactive(INTERRUPTED, timeout=60)
        for i in range(n_times):
            reply = client.execute_interactive(f"search({1 + i % 2})", output_hook=hear, timeout=60)["content"]
            assert reply.get("ename", "KeyboardInterrupt") == "KeyboardInterrupt"
        reply = client.execute_interactive("assert not psutil.Process().children()", timeout=60)["content"]
        assert reply["status"] == "ok", "a process was left behind"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_refused_in_words():
    with pytest.raises(ValueError, match=r"^ProgressBar: n_trials must be a whole number of at least 1; got 0.$"):
        ProgressBar(0)
