"""Ctrl-C is put off, not lost; a second one gets through. And wherever it comes, a log holds what counts."""

import itertools
import signal
import sys
import threading

import pytest

from coursekit.search import run
from coursekit.search._interrupts import uninterrupted


def test_what_stands_inside_comes_to_its_end_first():
    done = []

    def work():
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["all of it"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_one_counts_at_once():
    done = []

    def work():
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            done.append("a part")
            signal.raise_signal(signal.SIGINT)
            done.append("the rest")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["a part"]


def test_without_one_nothing_happens():
    with uninterrupted(), uninterrupted():
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_error_inside_comes_through():
    with pytest.raises(KeyError), uninterrupted():
        raise KeyError


def test_other_threads_are_never_interrupted_anyway():
    done = []

    def work():
        with uninterrupted():
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [1]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a file that nobody had hold of yet
def test_at_whatever_line_of_the_search_it_comes_the_log_holds_what_is_returned(tmp_path):
    """Press Ctrl-C at the first line that runs in ``run``, in the next search at the second, to the last."""
    n_lines, sizes = 0, set()

    def count(frame, event, _):
        nonlocal n_lines
        if event == "line":
            n_lines -= 1
            if not n_lines:
                signal.raise_signal(signal.SIGINT)
        return count

    def search(log):
        return run(lambda setting: setting["x"], [{"x": 1}, {"x": 2}], seed=0, n_jobs=1, log=log)

    before = sys.gettrace()
    for line in itertools.count(1):
        n_lines, log = line, tmp_path / f"{line}.jsonl"
        sys.settrace(lambda frame, *_: count if frame.f_code is run.__code__ else None)
        try:
            trials = search(log)
        except KeyboardInterrupt:  # before the first trial, or when all is done
            continue
        finally:
            sys.settrace(before)
        if n_lines > 0:  # it has come to its end before
            break
        n = len(trials)
        assert f"Ctrl-C stopped the search: {2 - n} of 2" in trials.note
        assert search(log).note == (f"{n} of them were taken from {log.name}." if n else ""), f"line {line}"
        sizes.add(n)
    assert sizes == {0, 1, 2}
