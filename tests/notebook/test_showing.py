"""``show``: what stays on the page where no kernel runs, and what a machine can compare."""

import base64
import json
import queue
import re
import struct
from dataclasses import replace

import ipywidgets as widgets
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from coursekit.lab.controls import Moves
from coursekit.lessons import EXPLORERS
from coursekit.notebook import show, showing
from coursekit.notebook.showing import Panel
from coursekit.notebook.views import PanelState

VIEW = "application/vnd.jupyter.widget-view+json"


def test_two_outputs_a_picture_with_its_alternative_and_the_words_beneath(explorer, page):
    show(explorer)
    picture, words = page
    assert picture.data.keys() == {VIEW, "image/png", "text/plain"}
    assert picture.data["text/plain"] == "Is 1 < 2?\n(rate 0.05, optimizer SGD, centred False)"
    assert picture.metadata == {
        "image/png": {"alt": "rate 0.05. SGD, raw.", "width": 120, "height": 80}, "coursekit": {"show": "small"},
    }  # fmt: skip
    assert words.data.keys() == {VIEW, "text/markdown", "text/plain"}
    assert words.data["text/plain"] == "rate 0.05. SGD, raw."
    assert words.data["text/markdown"] == (
        "**Is 1 < 2?**\n\n**rate 0.05**\n\nSGD, raw.\n\n"
        "*Drawn for rate 0.05, optimizer SGD, centred False. Run the notebook to move it; your task then: "
        "Find `rate` & see.*"
    )
    assert words.metadata == {"coursekit": {"words": "small"}}


def test_the_picture_is_a_png_of_the_start(explorer, page):
    show(explorer)
    png = base64.b64decode(page[0].data["image/png"], validate=True)
    assert png == explorer.still()[0]
    assert struct.unpack(">II", png[16:24]) == (240, 160), "two pixels a point"


@pytest.mark.seconds
def test_a_picture_is_laid_out_once_and_lives_on_at_its_own_size(page, monkeypatch):
    explorer, pictures, panels = EXPLORERS["sampling-scale"], [], []

    def picture():
        pictures.append(explorer.picture())
        return pictures[-1]

    monkeypatch.setattr(showing, "Panel", lambda explorer: panels.append(Panel(explorer)) or panels[-1])
    show(replace(explorer, picture=picture))
    assert len(pictures) == 1
    shown, never_stored = *panels, Panel(explorer)
    for panel in (shown, never_stored):
        panel.knobs["low"].widget.children[0].value = 7
    assert [shown.view.get_state()[f"moving_{i}"] for i in range(shown.view.n_moving)] == [
        never_stored.view.get_state()[f"moving_{i}"] for i in range(shown.view.n_moving)
    ]


@pytest.mark.seconds
@pytest.mark.sampled(9)
@pytest.mark.parametrize("name", [name for name, explorer in EXPLORERS.items() if not explorer.is_slow])
def test_what_is_compared_has_the_numbers_and_is_the_same_each_time(name, page):
    show(EXPLORERS[name])
    show(EXPLORERS[name])
    first, again = page[:2], page[2:]
    for one, other in zip(first, again, strict=True):
        assert one.data["text/plain"] == other.data["text/plain"]
        assert one.metadata == other.metadata
        json.dumps(one.data)
    assert first[0].data["image/png"] == again[0].data["image/png"]
    assert first[1].data["text/plain"] == first[0].metadata["image/png"]["alt"]
    assert re.search(r"\d", first[1].data["text/plain"])
    title, settings = first[0].data["text/plain"].split("\n")
    assert title == EXPLORERS[name].title
    for control in EXPLORERS[name].controls:
        said = ": nothing yet" if control.start == () else f" {control.start}"
        assert f"{control.label}{said}" in settings


def test_the_live_view_is_the_one_of_the_panel(explorer, page, monkeypatch):
    panels = []

    class Remembered(Panel):
        def __init__(self, explorer):
            super().__init__(explorer)
            panels.append(self)

    monkeypatch.setattr("coursekit.notebook.showing.Panel", Remembered)
    show(explorer)
    (panel,) = panels
    picture, words = (output.data[VIEW]["model_id"] for output in page)
    assert picture == panel.widget.model_id
    assert widgets.widget._instances[words].layout.display == "none", "live, the words stand in the panel"


def test_one_that_waits_shows_the_reader_its_end_and_the_learner_its_beginning(explorer, page, monkeypatch):
    answers = queue.Queue()

    class Watched(PanelState):
        def put(self, strokes, *words, progress=1.0):
            answers.put(words[0])
            super().put(strokes, *words, progress=progress)

    def compute(**values):
        yield from (explorer.compute(**{**values, "rate": rate}) for rate in (0.1, 0.2, 0.3))

    monkeypatch.setattr(showing, "PanelState", Watched)
    show(replace(explorer, compute=compute, waits=True))
    assert page[0].metadata["image/png"]["alt"] == page[1].data["text/plain"] == "rate 0.3. SGD, raw."
    assert answers.get(timeout=20) == "rate 0.1"


def test_what_was_not_done_yet_is_said_so(explorer, page):
    moves = Moves("moves", ("train",), "moves")
    plain = replace(
        explorer, controls=(moves,), compute=lambda moves: {"rate": len(moves), "optimizer": 0, "centred": 0}
    )
    show(plain)
    assert page[0].data["text/plain"] == "Is 1 < 2?\n(moves: nothing yet)"


@pytest.mark.parametrize("thing", ["sampling-scale", EXPLORERS, None, Panel], ids=["name", "registry", "None", "class"])
def test_what_is_no_explorer_is_refused_in_words(thing, page):
    message = f"show: explorer must be an Explorer, one of coursekit.lessons.EXPLORERS; got {thing!r}."
    with pytest.raises(TypeError, match=f"^{re.escape(message[:200])}"):  # a long one is cut
        show(thing)
    assert page == []


def test_ipython_itself_takes_the_outputs(explorer):
    InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    try:
        with capture_output() as captured:
            show(explorer)
    finally:
        InteractiveShell.clear_instance()
    picture, words = captured.outputs
    assert picture.metadata["image/png"]["alt"] == words.data["text/plain"] == "rate 0.05. SGD, raw."
    assert captured.stdout == captured.stderr == ""
