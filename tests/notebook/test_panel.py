"""The live panel: real widgets, moved as a learner moves them, with no kernel behind."""

import gc
from dataclasses import replace

import ipywidgets as widgets
import psutil
import pytest

from coursekit.lab.controls import Drawing
from coursekit.lab.marks import Along
from coursekit.lab.strokes import NO_STROKES, Strokes
from coursekit.notebook import showing
from coursekit.notebook.showing import Panel


def handle(panel, name="rate"):
    return panel.knobs[name].widget.children[0]


def box(panel, name="rate"):
    return panel.knobs[name].widget.children[1]


def shown(panel):
    """What the page is sent: the ghost, and what moves."""
    view = panel.view
    return view.ghost, [getattr(view, f"moving_{i}") for i in range(view.n_moving)]


def drawn(explorer, **values):
    """What a fresh picture shows for these values: no ghost, nothing of a panel."""
    *_, state = explorer.states(**values)
    strokes = Strokes(explorer.picture())
    strokes.draw(state)
    return NO_STROKES, strokes.moving


@pytest.fixture
def panel(explorer):
    return Panel(explorer)


def test_a_panel_starts_with_the_start_of_its_explorer(panel, explorer):
    assert panel.words == ("rate 0.05", "SGD, raw.")
    assert panel.view.alt == "rate 0.05. SGD, raw."
    assert panel.view.size == [120, 80]
    assert (panel.view.error, panel.view.progress) == ("", 1)
    assert shown(panel) == drawn(explorer)


def test_a_move_sends_its_picture_and_what_follows_its_slider_and_nothing_else(panel, monkeypatch):
    sent = []
    monkeypatch.setattr(widgets.Widget, "_send", lambda sender, message, **_options: sent.append((sender, message)))
    handle(panel).value += 1
    senders = [sender for sender, message in sent if message["method"] == "update"]
    assert senders == [handle(panel), panel.view, box(panel)]


def test_the_heading_asks_and_gives_the_task(panel):
    heading = panel.widget.children[0].value
    assert heading == ("<strong>Is 1 &lt; 2?</strong><br><strong>Your task:</strong> Find <code>rate</code> &amp; see.")


def test_everything_that_takes_the_keyboard_has_a_name(panel):
    named = [handle(panel), panel.knobs["optimizer"].widget, panel.knobs["centred"].widget, panel.reset]
    assert [widget.description for widget in named] == ["rate", "optimizer", "centred", "Reset"]


@pytest.mark.parametrize("move", ["handle", "box"])
def test_a_slider_moves_the_box_the_picture_and_the_words(panel, explorer, move):
    if move == "handle":
        handle(panel).value = 75
        assert box(panel).value == "0.1"
    else:
        box(panel).value = "0,1"
        assert handle(panel).value == 75
    assert panel.words.answer == "rate 0.1"
    assert panel.view.alt == "rate 0.1. SGD, raw."
    assert shown(panel) == drawn(explorer, rate=0.1)


def test_an_exact_value_is_computed_with_exactly(panel, explorer):
    box(panel).value = "0.012345"
    assert panel.words.answer == "rate 0.012345"
    assert shown(panel) == drawn(explorer, rate=0.012345)


def test_a_dropdown_and_a_checkbox_move_too_and_all_values_count(panel):
    panel.knobs["optimizer"].widget.value = "Adam"
    assert panel.words.sentence == "Adam, raw."
    panel.knobs["centred"].widget.value = True
    assert panel.words.sentence == "Adam, centred."
    handle(panel).value = 100
    assert panel.words == ("rate 1", "Adam, centred.")


@pytest.mark.seconds
def test_reset_sets_everything_back(panel, explorer):
    box(panel).value = "0.3"
    panel.knobs["optimizer"].widget.value = "Adam"
    panel.knobs["centred"].widget.value = True
    panel.reset.click()
    assert {name: each.value for name, each in panel.knobs.items()} == explorer.start
    assert (handle(panel).value, box(panel).value) == (67, "0.05")
    assert panel.words == ("rate 0.05", "SGD, raw.")
    assert shown(panel) == drawn(explorer)


def test_a_move_is_computed_once(explorer):
    calls = []

    def compute(**values):
        calls.append(values["rate"])
        return explorer.compute(**values)

    panel = Panel(replace(explorer, compute=compute))
    handle(panel).value = 75
    box(panel).value = "0.3"
    panel.reset.click()
    assert calls == [0.05, 0.1, 0.3, 0.05]


@pytest.fixture
def touched(explorer):
    """A panel whose picture can be touched, what its explorer was told, and a hand that touches."""
    told = []

    def touch(touch, values):
        told.append((touch, values["rate"]))
        return {"rate": touch.x, "centred": touch.y > 0.5} if touch.pressed[1] > 0.1 else {}

    panel = Panel(replace(explorer, touch=touch))
    ax = panel._strokes._picture.figure.axes[0]

    def hand(press, first, *points):
        shares = [ax.transData.transform(point) / (120, 80) for point in points]
        panel.view.touched = [press, first, *(share for across, up in shares for share in (across, 1 - up))]

    return panel, told, hand


def test_a_pointer_on_the_picture_sets_the_controls(touched):
    panel, told, hand = touched
    hand(1, 0, (0.101, 0.75))
    assert (panel.knobs["rate"].value, box(panel).value) == (0.1, "0.1"), "the nearest step"
    assert panel.words == ("rate 0.1", "SGD, centred.")
    (touch, rate) = told[0]
    assert (touch.axes, touch.x, touch.y) == (0, pytest.approx(0.101), pytest.approx(0.75))
    assert touch.before == touch.pressed == (touch.x, touch.y)
    assert rate == 0.05
    assert panel.view.inked == [1, 1]


def test_no_point_is_lost_and_none_is_followed_twice(touched):
    panel, told, hand = touched
    hand(7, 0, (0.2, 0.75), (0.4, 0.6))
    hand(7, 0, (0.2, 0.75), (0.4, 0.6), (9, 0.3))  # sent before the page had heard of the first two
    hand(7, 2, (9, 0.3), (0.5, 0.5))
    hand(8, 0, (0.7, 0.7))
    touches = [touch for touch, _ in told]
    assert [touch.pressed for touch in touches] == [pytest.approx(p) for p in [(0.2, 0.75)] * 4 + [(0.7, 0.7)]]
    befores = [(0.2, 0.75), (0.2, 0.75), (0.4, 0.6), (1, 0.3), (0.7, 0.7)]
    assert [touch.before for touch in touches] == [pytest.approx(before) for before in befores]
    assert touches[2].x == pytest.approx(1), "a hand that has left the axes is at their border"
    assert panel.view.inked == [8, 1]


def test_a_press_beside_the_axes_or_on_nothing_moves_nothing(touched):
    panel, told, hand = touched
    before = shown(panel)
    panel.view.touched = [1, 0, 0, 1]
    assert told == []
    hand(2, 0, (0.5, 0.05))
    assert len(told) == 1
    assert shown(panel) == before
    assert panel.knobs["rate"].value == 0.05
    assert panel.view.inked == [2, 1], "it was heard all the same"


def test_only_a_drawing_has_a_sheet(panel, explorer):
    assert panel.view.pen == {}
    drawing = Drawing("ink", (0.5,), "the ink", cells=(4, 2), nib=0.5)
    sheet = Panel(
        replace(explorer, controls=(drawing,), touch=lambda *_: {"ink": (1.0,)}, compute=lambda ink: {
            **explorer.start, "optimizer": len(ink)})
    )  # fmt: skip
    left, top, right, bottom = sheet.view.pen["box"]
    assert 0 < left < right <= 120
    assert 0 <= top < bottom < 80
    assert sheet.view.pen["cells"] == [4, 2]
    assert sheet.view.pen["nib"] == pytest.approx((right - left) / 8, abs=1)


def test_a_mark_names_the_model_that_it_moves(explorer):
    marks = (Along("x", "rate"), Along("y", "optimizer", place=lambda name: len(name) / 10), Along("y", "centred"))
    panel = Panel(replace(explorer, marks=marks))
    rate, optimizer, centred = panel.view.marks
    assert (rate["model"], rate["attribute"]) == (handle(panel).model_id, "value")
    assert (optimizer["model"], optimizer["attribute"]) == (panel.knobs["optimizer"].widget.model_id, "index")
    assert (centred["model"], centred["attribute"]) == (panel.knobs["centred"].widget.model_id, "truth")
    assert rate["texts"][:1] == ["rate 0.0001"]
    assert optimizer["texts"] == ["optimizer: Adam", "optimizer: SGD"]
    left, top, right, bottom = rate["box"]
    assert rate["stops"][0] == pytest.approx(left, abs=1)
    assert rate["stops"][-1] == pytest.approx(right, abs=1)
    assert optimizer["stops"] == pytest.approx([bottom - share * (bottom - top) for share in (0.4, 0.3)], abs=1)


def test_a_touch_that_fails_says_so(explorer):
    panel = Panel(replace(explorer, touch=lambda touch, _: {"rate": touch.x / 0}))
    panel.view.touched = [1, 0, 0.5, 0.5]
    assert panel.view.error == "ZeroDivisionError: float division by zero"
    assert panel.words.answer == "rate 0.05"


def test_an_error_stands_beside_the_last_good_picture_and_goes_with_the_next_good_value(panel, explorer):
    handle(panel).value = 75
    before = shown(panel)
    handle(panel).value = 0
    assert panel.view.error == "ValueError: the rate is too small"
    assert panel.words.answer == "rate 0.1"
    assert shown(panel) == before
    assert panel.view.alt == "rate 0.1. SGD, raw."
    handle(panel).value = 100
    assert panel.view.error == ""
    assert panel.words.answer == "rate 1"
    assert shown(panel) == drawn(explorer, rate=1.0)


@pytest.mark.parametrize("part", ["describe", "picture"])
def test_an_error_in_words_or_picture_keeps_the_last_good_ones_too(explorer, part):
    def refuse(state):
        if state["rate"] == 1:
            raise ZeroDivisionError(part)

    def picture():
        sound = explorer.picture()
        return replace(sound, move=lambda state: (refuse(state), sound.move(state)))

    changes = {"picture": picture} if part == "picture" else {
        "describe": lambda state: refuse(state) or explorer.describe(state)
    }  # fmt: skip
    panel = Panel(replace(explorer, **changes))
    before = shown(panel)
    handle(panel).value = 100
    assert panel.view.error == f"ZeroDivisionError: {part}"
    assert shown(panel) == before
    assert panel.words.answer == "rate 0.05"
    handle(panel).value = 75
    assert panel.view.error == ""
    assert shown(panel) == drawn(explorer, rate=0.1)


def test_an_error_at_the_start_is_raised(explorer):
    def compute(**values):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Panel(replace(explorer, compute=compute))


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is set."""
    now = [100.0]
    monkeypatch.setattr(showing.time, "monotonic", lambda: now[0])
    return now


def test_a_move_after_a_rest_leaves_a_ghost_and_one_while_dragging_does_not(clock, explorer):
    panel = Panel(explorer)
    handle(panel).value = 75
    assert shown(panel) == drawn(explorer, rate=0.1)
    clock[0] += showing.REST + 0.1
    handle(panel).value = 90
    with_ghost = shown(panel)
    assert with_ghost == (drawn(explorer, rate=0.1)[1][0], drawn(explorer, rate=panel.knobs["rate"].value)[1])
    handle(panel).value = 91
    handle(panel).value = 90
    assert shown(panel) == with_ghost


def test_reset_takes_the_ghost_away_and_leaves_none(clock, explorer):
    panel = Panel(explorer)
    for position in (75, 90):
        clock[0] += showing.REST + 0.1
        handle(panel).value = position
    clock[0] += showing.REST + 0.1
    panel.reset.click()
    assert shown(panel) == drawn(explorer)
    handle(panel).value = 75
    assert shown(panel) == drawn(explorer, rate=0.1)


@pytest.mark.seconds
def test_a_thousand_moves_leave_nothing_behind(panel):
    process = psutil.Process()

    def memory_after(n):
        for i in range(n):
            handle(panel).value = 40 + i % 61
        gc.collect()
        return process.memory_info().rss

    before, n_widgets = memory_after(100), len(widgets.widget._instances)
    assert memory_after(1000) - before < 10_000_000  # bytes
    assert len(widgets.widget._instances) == n_widgets
