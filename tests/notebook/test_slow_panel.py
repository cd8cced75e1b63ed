"""The panel of a slow explorer: states come one by one, and the next move ends the training before.

Nothing here waits for a time to pass. A training stands at a gate before each state until the test opens it, and every
word that appears on the page comes through a queue.
"""

import queue
import threading
from dataclasses import replace
from typing import NamedTuple

import pytest

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
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
    yield from stand(trainings, threads, explorer)


@pytest.fixture
def waiting(trainings, threads, explorer):
    """A panel that waits, after its first training and a move to run 5: it stands there with one state."""
    for panel in stand(trainings, threads, explorer, waits=True):
        move(panel, 5)
        trainings.open(1)
        assert next_words(panel) == "run 5, epoch 1"
        assert trainings.started.get(timeout=PATIENCE) == 5
        yield panel
        panel._run.end()


def stand(trainings, threads, explorer, **options):
    def train(run):
        yield from trainings.train(run)

    def picture():
        sound = explorer.picture()
        return replace(sound, move=lambda state: sound.move({"rate": state.rate}))

    slow = Explorer("slow", "How far?", "Wait for it.", (Slider("run", IntegerScale(0, 99), 0, "run"),), train, picture,
                    lambda state: Words(f"run {state.run}, epoch {state.epoch}", "It trains."), **options)  # fmt: skip
    panel = Panel(slow)
    panel.seen = queue.Queue()
    panel.view.observe(lambda change: panel.seen.put(change.new), "answer")
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
    assert panel.view.progress == 1


def test_states_arrive_one_by_one_with_their_progress(panel, trainings, threads):
    progress = queue.Queue()
    panel.view.observe(lambda change: progress.put(change.new), "progress")
    move(panel, 5)
    pictures = {panel.view.moving_0}
    for epoch in (1, 2, 3):
        trainings.open(1)
        assert next_words(panel) == f"run 5, epoch {epoch}"
        assert progress.get(timeout=PATIENCE) == epoch / 3
        pictures.add(panel.view.moving_0)
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
    panel.view.observe(lambda change: failed.put(change.new), "error")
    move(panel, 13)
    trainings.open(1)
    assert failed.get(timeout=PATIENCE) == "ArithmeticError: diverged"
    assert panel.words.answer == "run 0, epoch 3"
    assert panel.view.progress == 1
    move(panel, 14)
    trainings.open(3)
    ended(threads)
    assert panel.view.error == ""
    assert panel.words.answer == "run 14, epoch 3"
    assert trainings.running == 0


def buttons(panel):
    go, stop, _ = panel.steering.widget.children
    return go.description, not stop.disabled


def says(panel):
    return panel.steering.widget.children[2].value


def row(panel):
    return panel.widget.children[1].children[-1].children


def press(panel, name):
    (button,) = (each for each in panel.steering.widget.children[:2] if each.description == name)
    assert not button.disabled
    button.click()


def nothing_comes(panel, trainings):
    trainings.open(1)
    with pytest.raises(queue.Empty):
        panel.seen.get(timeout=0.2)
    assert trainings.gate.acquire(timeout=PATIENCE), "nobody has come through the gate"


def test_only_an_explorer_that_waits_has_a_start_button(panel):
    assert row(panel) == (panel.reset,)


@pytest.mark.seconds
def test_nothing_trains_before_start(waiting, trainings):
    assert row(waiting) == (waiting.steering.widget, waiting.reset)
    assert buttons(waiting) == ("Start", False)
    assert says(waiting) == "waits for Start"
    nothing_comes(waiting, trainings)


def test_the_page_hears_where_the_kernel_believes_the_slider_to_stand(waiting):
    slider = waiting.knobs["run"].widget.children[0]
    assert waiting.view.heard == {slider.model_id: 5}
    move(waiting, 7)
    assert waiting.view.heard == {slider.model_id: 7}


def test_the_page_hears_of_a_number_that_is_typed_too(waiting):
    slider, box = waiting.knobs["run"].widget.children[:2]
    box.value = "8"
    assert waiting.view.heard == {slider.model_id: slider.value}, "or a click on Start would wait for it in vain"


def test_start_trains_to_the_end_and_can_be_pressed_again(waiting, trainings, threads):
    press(waiting, "Start")
    assert buttons(waiting) == ("Pause", True)
    assert says(waiting) == "training"
    trainings.open(2)
    assert [next_words(waiting) for _ in range(2)] == ["run 5, epoch 2", "run 5, epoch 3"]
    ended(threads)
    assert buttons(waiting) == ("Start", False)
    assert says(waiting) == "over"
    press(waiting, "Start")
    assert trainings.started.get(timeout=PATIENCE) == 5
    trainings.open(3)
    assert [next_words(waiting) for _ in range(3)] == [f"run 5, epoch {epoch}" for epoch in (1, 2, 3)]
    ended(threads)
    assert trainings.most == 1


@pytest.mark.seconds
def test_a_pause_holds_the_training_and_it_goes_on_where_it_stood(waiting, trainings, threads):
    press(waiting, "Start")
    press(waiting, "Pause")
    trainings.open(1)  # the epoch that was under way is still shown
    assert next_words(waiting) == "run 5, epoch 2"
    assert buttons(waiting) == ("Go on", True)
    assert says(waiting) == "paused"
    nothing_comes(waiting, trainings)
    press(waiting, "Go on")
    assert buttons(waiting) == ("Pause", True)
    trainings.open(1)
    assert next_words(waiting) == "run 5, epoch 3"
    ended(threads)
    assert trainings.started.empty(), "it was never begun again"


@pytest.mark.parametrize("held", [False, True])
def test_stop_means_stop(waiting, trainings, threads, held):
    press(waiting, "Start")
    trainings.open(1)
    assert next_words(waiting) == "run 5, epoch 2"
    if held:
        press(waiting, "Pause")
    press(waiting, "Stop")
    trainings.open(2)
    ended(threads)
    assert waiting.seen.empty()
    assert waiting.words.answer == "run 5, epoch 2", "what there is stays"
    assert buttons(waiting) == ("Start", False)
    assert says(waiting) == "stopped"
    assert trainings.running == 0


@pytest.mark.seconds
@pytest.mark.parametrize("held", [False, True])
def test_a_move_drops_the_training_and_waits_for_start(waiting, trainings, held):
    press(waiting, "Start")
    if held:
        press(waiting, "Pause")
    trainings.open(1)
    assert next_words(waiting) == "run 5, epoch 2"
    move(waiting, 6)
    trainings.open(1 if held else 2)  # a run that goes on comes to its third epoch, which nobody wants any more
    assert trainings.started.get(timeout=PATIENCE) == 6
    assert next_words(waiting) == "run 6, epoch 1"
    assert buttons(waiting) == ("Start", False)
    assert says(waiting) == "waits for Start"
    nothing_comes(waiting, trainings)
    assert trainings.running == 1


def test_a_training_that_fails_can_be_started_again(waiting, trainings, threads):
    move(waiting, 13)
    trainings.open(1)
    ended(threads)
    assert waiting.view.error == "ArithmeticError: diverged"
    assert buttons(waiting) == ("Start", False)
