"""What a panel's page is sent: everything at first, then only what has changed, in one message."""

import re

import ipywidgets as widgets
import pytest

from coursekit.lab.picture import Picture, canvas, label, line
from coursekit.lab.strokes import Strokes
from coursekit.notebook.views import MODULES, GroupState, PanelState, group, one_module


@pytest.fixture
def strokes():
    """A dot that follows the state, one that does not, and a word."""
    figure, ax = canvas(120, 80)
    ax.set(xlim=(0, 9), ylim=(0, 1))
    dot, rock, word = line(ax, "k", marker="o"), line(ax, "r", marker="o"), label(ax, 1, 0.5)
    rock.set_data([1], [0.5])

    def move(state):
        dot.set_data([len(state)], [0.5])
        word.set_text(state)

    strokes = Strokes(Picture(figure, move, [dot, rock, word], ghosts=[dot]))
    strokes.draw("a")
    return strokes


@pytest.fixture
def sent(monkeypatch):
    """The states of all messages to the page, in their order."""
    messages = []
    monkeypatch.setattr(widgets.Widget, "_send", lambda _, message, **_options: messages.append(message["state"]))
    return messages


@pytest.fixture
def view(strokes):
    return PanelState(strokes, ("one", "It is one."), label="How many?")


def test_the_page_has_everything_from_the_start(view, strokes):
    state = view.get_state()
    assert [state[f"moving_{i}"] for i in range(3)] == strokes.moving
    assert (state["still"], state["ghost"], state["alphabet"]) == (strokes.still, strokes.ghost, strokes.alphabet)
    assert (state["size"], state["columns"], state["n_moving"]) == ([120, 80], [0, 120], 3)
    assert (state["answer"], state["sentence"], state["error"], state["progress"]) == ("one", "It is one.", "", 1)
    assert state["_model_module"] == "@jupyter-widgets/base", "no module of its own that could come too late"


def test_a_move_is_one_message_with_what_has_changed(view, strokes, sent):
    strokes.draw("aa")
    view.put(strokes, "two", "It is two.")
    (state,) = sent
    assert state.keys() == {"answer", "sentence", "moving_0", "moving_2"}
    assert (state["moving_0"], state["moving_2"]) == (strokes.moving[0], strokes.moving[2])


def test_a_new_letter_comes_with_the_text_that_needs_it(view, strokes, sent):
    strokes.draw("b")
    view.put(strokes, "one", "It is one.")
    (state,) = sent
    assert state.keys() == {"moving_2", "alphabet"}


def test_a_ghost_travels_with_the_move_that_left_it(view, strokes, sent):
    strokes.leave_ghost()
    strokes.draw("aa")
    view.put(strokes, "one", "It is one.", progress=0.5)
    (state,) = sent
    assert state.keys() == {"moving_0", "moving_2", "ghost", "progress"}


def test_an_error_stands_beside_the_words_until_the_next_good_picture(view, strokes, sent):
    view.put_error("ValueError: no")
    view.put(strokes, "one", "It is one.")
    assert sent == [{"error": "ValueError: no"}, {"error": ""}]


def test_the_front_of_a_group_shows_its_state_and_never_gets_a_message(view, strokes, sent):
    box = group([], state=view, kind="panel")
    (front,) = box.children
    sent.clear()
    assert front.get_state("state") == {"state": f"IPY_MODEL_{view.model_id}"}
    strokes.draw("aa")
    view.put(strokes, "two", "It is two.")
    assert len(sent) == 1, "the state's own"
    assert box._dom_classes == ("coursekit-group", "coursekit-panel")
    assert group([], state=GroupState(label="Prediction"), kind="prediction").children[0].state.label == "Prediction"


def test_its_module_is_one_text_without_imports(view):
    (front,) = group([], state=view, kind="panel").children
    assert "import {" not in front.code
    for name in ("class Stage", "class Words", "function giveAccess", "export function render"):
        assert front.code.count(name) == 1
    assert one_module("words.js") in front.code
    assert len(str(front._esm)) < 1000, "what is loaded for each panel"


def test_the_player_knows_no_kernel_and_fetches_nothing():
    text = one_module("ground.js", "player.js")
    assert [word for word in ("import", "model", "kernel.", "jupyter", "fetch(") if word in text] == []


def test_no_two_modules_of_the_page_declare_one_name():
    declaration = r"^(?:export )?(?:async )?(?:const|let|class|function) (\w+)"
    declared = re.findall(declaration, one_module(*MODULES), re.MULTILINE)
    assert len(declared) > 20
    assert sorted(declared) == sorted(set(declared)), "they are one text, where that is an error"
