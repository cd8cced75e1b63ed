"""The panel of a slow explorer: states come one by one, and the next move ends the training before.

Nothing here waits for a time to pass. A training stands at a gate before each state until the test opens it, and every
word that appears on the page comes through a queue.
"""

import queue
import threading
from dataclasses import replace
from typing import NamedTuple

import pytest

from coursekit.explorers.controls import Slider
from coursekit.explorers.declare import Explorer, Words
from coursekit.notebook import showing
from coursekit.notebook.showing import Panel
from coursekit.scales import IntegerScale

PATIENCE = 20  # seconds until a test that hangs gives up


class Epoch(NamedTuple):
    rate: float
    run: int
    epoch: int

    @property
    def progress(self):
        return self.epoch / 3


class Trainings:
    """Three epochs a run, each behind the gate; counts how many run at once."""

    def __init__(self):
        self.gate, self.started, self.running, self.most = threading.Semaphore(3), queue.Queue(), 0, 0

    def train(self, run):
        self.running += 1
        self.most = max(self.most, self.running)
        self.started.put(run)
        try:
            for epoch in (1, 2, 3):
                assert self.gate.acquire(timeout=PATIENCE)
                if run == 13:
                    raise ArithmeticError("diverged")
                yield Epoch(run / 100, run, epoch)
        finally:
            self.running -= 1

    def open(self, n):
        self.gate.release(n)


@pytest.fixture
def trainings():
    return Trainings()


@pytest.fixture
def threads(monkeypatch):
    """The threads that a panel starts; all must have ended when the test does."""
    started = []

    class Recorded(threading.Thread):
        def start(self):
            started.append(self)
            super().start()

    monkeypatch.setattr(showing, "Thread", Recorded)
    return started


@pytest.fixture
def panel(trainings, threads, explorer):
    def train(run):
        yield from trainings.train(run)

    def picture():
        sound = explorer.picture()
        return replace(sound, move=lambda state: sound.move({"rate": state.rate}))

    slow = Explorer("slow", "How far?", "Wait for it.", (Slider("run", IntegerScale(0, 99), 0, "run"),), train, picture,
                    lambda state: Words(f"run {state.run}, epoch {state.epoch}", "It trains."))  # fmt: skip
    panel = Panel(slow)
    panel.seen = queue.Queue()
    panel.caption.observe(lambda change: panel.seen.put(change.new), "answer")
    assert trainings.started.get(timeout=PATIENCE) == 0
    yield panel
    trainings.open(100)
    ended(threads)


def ended(threads):
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def move(panel, run):
    panel.knobs["run"].widget.children[0].value = run


def next_words(panel):
    return panel.seen.get(timeout=PATIENCE)


def test_the_first_training_is_done_when_the_panel_stands_there(panel):
    assert panel.words.answer == "run 0, epoch 3"
    assert panel.caption.progress == 1


def test_states_arrive_one_by_one_with_their_progress(panel, trainings, threads):
    progress = queue.Queue()
    panel.caption.observe(lambda change: progress.put(change.new), "progress")
    move(panel, 5)
    pictures = {panel.picture.png}
    for epoch in (1, 2, 3):
        trainings.open(1)
        assert next_words(panel) == f"run 5, epoch {epoch}"
        assert progress.get(timeout=PATIENCE) == epoch / 3
        pictures.add(panel.picture.png)
    ended(threads)
    assert len(pictures) == 2, "the dot of run 0, and that of run 5"
    assert panel.seen.empty()


def test_a_newer_move_ends_the_training_before(panel, trainings, threads):
    move(panel, 5)
    trainings.open(1)
    assert next_words(panel) == "run 5, epoch 1"
    move(panel, 6)
    trainings.open(1)  # run 5 comes to its second epoch, which nobody wants any more
    assert trainings.started.get(timeout=PATIENCE) == 5
    assert trainings.started.get(timeout=PATIENCE) == 6
    for epoch in (1, 2, 3):
        trainings.open(1)
        assert next_words(panel) == f"run 6, epoch {epoch}"
    ended(threads)
    assert panel.seen.empty()
    assert (trainings.most, trainings.running) == (1, 0)


def test_moves_that_were_passed_over_are_never_trained(panel, trainings, threads):
    move(panel, 5)
    assert trainings.started.get(timeout=PATIENCE) == 5
    for run in (6, 7, 8, 9):
        move(panel, run)
    trainings.open(4)
    ended(threads)
    assert trainings.started.get(timeout=PATIENCE) == 9
    assert trainings.started.empty()
    assert panel.words.answer == "run 9, epoch 3"
    assert (trainings.most, trainings.running) == (1, 0)


def test_reset_ends_a_training_too(panel, trainings, threads):
    move(panel, 5)
    assert trainings.started.get(timeout=PATIENCE) == 5
    panel.reset.click()
    trainings.open(4)
    ended(threads)
    assert panel.words.answer == "run 0, epoch 3"
    assert panel.knobs["run"].value == 0


@pytest.mark.parametrize("act", ["move", "reset"])
def test_no_move_waits_for_a_training_not_even_one_that_leaves_a_ghost(panel, trainings, monkeypatch, act):
    monkeypatch.setattr(showing, "REST", -1)  # every move comes after a rest
    move(panel, 5)
    assert trainings.started.get(timeout=PATIENCE) == 5
    hand = threading.Thread(target=lambda: move(panel, 6) if act == "move" else panel.reset.click(), daemon=True)
    hand.start()
    hand.join(PATIENCE / 4)
    assert not hand.is_alive(), "the training stands at its gate, and the page with it"


def test_a_training_that_fails_says_so_and_the_next_one_recovers(panel, trainings, threads):
    failed = queue.Queue()
    panel.caption.observe(lambda change: failed.put(change.new), "error")
    move(panel, 13)
    trainings.open(1)
    assert failed.get(timeout=PATIENCE) == "ArithmeticError: diverged"
    assert panel.words.answer == "run 0, epoch 3"
    assert panel.caption.progress == 1
    move(panel, 14)
    trainings.open(3)
    ended(threads)
    assert panel.caption.error == ""
    assert panel.words.answer == "run 14, epoch 3"
    assert trainings.running == 0
