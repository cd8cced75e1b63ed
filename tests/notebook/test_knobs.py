"""Knobs: whatever the learner moves, all parts of a control show one value, and one move is told once."""

import queue
import time

import pytest

from coursekit.lab.controls import Checkbox, Drawing, Dropdown, Moves, Slider
from coursekit.notebook.knobs import knob
from coursekit.notebook.numbers import write_number
from coursekit.notebook.playing import A_STEP
from coursekit.scales import ChoiceScale, IntegerScale, LogScale, ReverseLogScale

RATE = Slider("rate", LogScale(0.0001, 1), 0.05, "learning rate")


@pytest.fixture
def moves():
    return []


def made(control, moves, refusals=None):
    made = knob(control, lambda: moves.append(made.value), [].append if refusals is None else refusals.append)
    return made, *getattr(made.widget, "children", (made.widget,))


def test_a_slider_starts_where_its_control_does(moves):
    rate, handle, box = made(RATE, moves)
    assert (rate.value, handle.value, box.value) == (0.05, 67, "0.05")
    assert (handle.min, handle.max) == (0, 100)
    assert handle.description == "learning rate"
    assert moves == []


def test_the_handle_sets_the_box(moves):
    rate, handle, box = made(RATE, moves)
    handle.value = 60
    assert (rate.value, box.value) == (0.0251, "0.0251")
    handle.value = 100
    assert (rate.value, box.value) == (1, "1")
    assert moves == [0.0251, 1]


def test_the_box_sets_the_handle_and_keeps_its_exact_value(moves):
    rate, handle, box = made(RATE, moves)
    box.value = "0.0123456"
    assert (rate.value, box.value) == (0.0123456, "0.0123456")
    assert handle.value == RATE.position(0.0123456) == 52
    assert moves == [0.0123456]


def test_a_box_that_is_set_to_what_it_shows_is_no_move(moves):
    rate, handle, box = made(RATE, moves)
    box.value = "0.05"
    box.value = "5e-2"
    handle.value = 67
    assert moves == []
    assert rate.value == 0.05


@pytest.mark.parametrize(
    ("text", "value"),
    [("0,5", 0.5), (" 0.5 ", 0.5), ("5e-1", 0.5), ("1E-3", 0.001), ("1", 1.0), ("\N{MINUS SIGN}0.5", None)],
)
def test_a_number_is_taken_as_it_is_written(text, value, moves):
    rate, _, box = made(RATE, moves)
    box.value = text
    assert moves == ([] if value is None else [value])
    assert box.value == write_number(rate.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("half", "learning rate: “half” is no number. Write one from 0.0001 to 1."),
        ("", "learning rate: “” is no number. Write one from 0.0001 to 1."),
        ("nan", "learning rate: “nan” is no number. Write one from 0.0001 to 1."),
        ("1,000.5", "learning rate: “1,000.5” is no number. Write one from 0.0001 to 1."),
        ("30", "learning rate: 30 is out of range. It goes from 0.0001 to 1."),
        ("-inf", "learning rate: -inf is out of range. It goes from 0.0001 to 1."),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words_and_the_box_shows_what_stands(text, why, moves):
    refusals = []
    rate, handle, box = made(RATE, moves, refusals)
    box.value = text
    assert refusals == [why]
    assert (rate.value, handle.value, box.value) == (0.05, 67, "0.05")
    assert moves == []


def test_a_whole_control_refuses_parts(moves):
    refusals = []
    layers, _, box = made(Slider("layers", IntegerScale(2, 40), 3, "layers"), moves, refusals)
    for text in ("7.6", "inf", "1e1", "8,0"):
        box.value = text
    assert refusals == [
        "layers: 7.6 is no whole number. Write one from 2 to 40.",
        "layers: inf is no whole number. Write one from 2 to 40.",
    ]
    assert moves == [10, 8]
    assert type(layers.value) is int


@pytest.mark.parametrize("scale", [LogScale(0.001, 0.3), ReverseLogScale(0.9, 0.999), IntegerScale(2, 40)], ids=str)
def test_every_position_of_the_handle_has_a_value_that_the_box_can_show(scale, moves):
    control = Slider("x", scale, scale.low, "x")
    slider, handle, box = made(control, moves)
    for position in [*range(1, control.last + 1), 0]:
        handle.value = position
        assert handle.value == position
        assert slider.value == float(box.value) == control.at(position)
    assert len(moves) == control.last + 1


def test_a_whole_control_has_a_box_for_whole_numbers(moves):
    _, handle, box = made(Slider("layers", IntegerScale(2, 40), 3, "layers"), moves)
    box.value = "7"
    assert handle.value == 5
    handle.value = 6
    assert box.value == "8"
    assert [type(value) for value in moves] == [int, int]


def test_setting_a_slider_is_no_move(moves):
    rate, handle, box = made(RATE, moves)
    handle.value = 3
    rate.set(0.05)
    assert (rate.value, handle.value, box.value) == (0.05, 67, "0.05")
    handle.value = 3
    assert moves == [RATE.at(3), RATE.at(3)]


def test_only_a_control_that_plays_has_a_play_button(moves):
    assert len(made(RATE, moves)) == 3
    assert len(made(Slider("step", IntegerScale(0, 40), 10, "step", plays=True), moves)) == 4


@pytest.mark.parametrize(
    ("control", "other"),
    [
        (Dropdown("optimizer", ["Adam", "SGD"], "SGD", "optimizer"), "Adam"),
        (Checkbox("on", start=False, label="on"), True),
    ],
)
def test_a_plain_knob_shows_what_is_chosen(control, other, moves):
    plain, widget = made(control, moves)
    assert plain.value == widget.value == control.start
    assert widget.description == control.label
    widget.value = other
    assert plain.value == other
    plain.set(control.start)
    assert widget.value == control.start
    assert moves == [other], "setting it is no move"
    widget.value = other
    assert moves == [other, other]


def test_a_slider_over_a_choice_takes_what_is_typed_to_the_nearest(moves):
    batch, handle, box = made(Slider("m", ChoiceScale((1, 8, 64)), 8, "batch size"), moves)
    assert (handle.max, handle.value) == (2, 1)
    box.value = "50"
    assert (batch.value, handle.value, box.value) == (64, 2, "64")
    handle.value = 0
    assert (batch.value, box.value) == (1, "1")
    assert moves == [64, 1]


@pytest.fixture
def playing(moves):
    steps, label, train, halve, undo = made(Moves("steps", ("train", "halve"), "your `move`", most=3), moves)
    return steps, label, train, halve, undo


def test_buttons_collect_what_was_done_and_undo_takes_the_last_back(playing, moves):
    steps, label, train, halve, undo = playing
    assert [button.description for button in (train, halve, undo)] == ["train", "halve", "Undo"]
    assert "your <code>move</code>" in label.value
    train.click()
    halve.click()
    undo.click()
    halve.click()
    assert steps.value == ("train", "halve")
    assert moves == [("train",), ("train", "halve"), ("train",), ("train", "halve")]


def test_there_is_nothing_to_undo_at_first_and_nothing_to_do_at_the_end(playing):
    steps, _, train, halve, undo = playing
    assert (train.disabled, halve.disabled, undo.disabled) == (False, False, True)
    for button in (train, train, halve):
        button.click()
    assert (train.disabled, halve.disabled, undo.disabled) == (True, True, False)
    undo.click()
    assert (train.disabled, halve.disabled) == (False, False)
    steps.set(())
    assert undo.disabled


def test_a_drawing_can_be_cleared(moves):
    sheet, clear = made(Drawing("pixels", (0.0, 1.0), "the sheet"), moves)
    assert (clear.description, clear.disabled) == ("Clear the sheet", True)
    sheet.set((0.5, 0.0))
    assert not clear.disabled
    assert moves == [], "setting it is no move"
    clear.click()
    assert (sheet.value, clear.disabled) == ((), True)
    assert moves == [()]


@pytest.fixture
def steps():
    """A slider that plays, and a queue of where it was moved to."""
    told = queue.Queue()
    made = knob(Slider("step", IntegerScale(0, 12), 9, "step", plays=True), lambda: told.put(made.value), print)
    return made, made.widget.children[2], told


@pytest.mark.seconds
def test_play_goes_on_from_the_slider_to_its_end_and_then_begins_anew(steps):
    step, button, told = steps
    assert button.icon == "play"
    button.click()
    assert button.icon == "pause"
    assert [told.get(timeout=20) for _ in range(3)] == [10, 11, 12]
    while button.icon == "pause":
        time.sleep(0.01)
    button.click()
    assert told.get(timeout=20) == 0
    step.rest()
    assert (button.icon, step.value) == ("play", 0)


@pytest.mark.seconds
def test_play_goes_on_from_where_a_hand_has_put_it_and_rests_when_it_is_told_to(steps):
    step, button, told = steps
    button.click()
    assert told.get(timeout=20) == 10
    step.widget.children[0].value = 2
    while (now := told.get(timeout=20)) != 2:
        assert now == 11, "a step that came before the hand"
    assert told.get(timeout=20) == 3
    button.click()
    assert button.icon == "play"
    time.sleep(3 * A_STEP)
    assert told.qsize() <= 1, "the step that was under way"
