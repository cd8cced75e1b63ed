"""Knobs: whatever the learner moves, all parts of a control show one value, and one move is told once."""

import pytest

from coursekit.lab.controls import Checkbox, Drawing, Dropdown, Moves, Slider
from coursekit.notebook.knobs import knob
from coursekit.scales import ChoiceScale, IntegerScale, LogScale, ReverseLogScale

RATE = Slider("rate", LogScale(0.0001, 1), 0.05, "learning rate")


@pytest.fixture
def moves():
    return []


def made(control, moves):
    made = knob(control, lambda: moves.append(made.value))
    return made, *getattr(made.widget, "children", (made.widget,))


def test_a_slider_starts_where_its_control_does(moves):
    rate, handle, box = made(RATE, moves)
    assert (rate.value, handle.value, box.value) == (0.05, 67, 0.05)
    assert (handle.min, handle.max, box.min, box.max) == (0, 100, 0.0001, 1)
    assert handle.description == "learning rate"
    assert moves == []


def test_the_handle_sets_the_box(moves):
    rate, handle, box = made(RATE, moves)
    handle.value = 60
    assert (rate.value, box.value) == (0.0251, 0.0251)
    handle.value = 100
    assert (rate.value, box.value) == (1, 1)
    assert moves == [0.0251, 1]


def test_the_box_sets_the_handle_and_keeps_its_exact_value(moves):
    rate, handle, box = made(RATE, moves)
    box.value = 0.0123456
    assert (rate.value, box.value) == (0.0123456, 0.0123456)
    assert handle.value == RATE.position(0.0123456) == 52
    assert moves == [0.0123456]


def test_a_box_that_is_set_to_what_it_shows_is_no_move(moves):
    rate, handle, box = made(RATE, moves)
    box.value = 0.05
    handle.value = 67
    assert moves == []
    assert rate.value == 0.05


def test_the_box_stays_in_the_range(moves):
    rate, handle, box = made(RATE, moves)
    box.value = 30
    assert (rate.value, box.value, handle.value) == (1, 1, 100)
    box.value = -3
    assert (rate.value, box.value, handle.value) == (0.0001, 0.0001, 0)


@pytest.mark.parametrize("scale", [LogScale(0.001, 0.3), ReverseLogScale(0.9, 0.999), IntegerScale(2, 40)], ids=str)
def test_every_position_of_the_handle_has_a_value_that_the_box_can_show(scale, moves):
    control = Slider("x", scale, scale.low, "x")
    slider, handle, box = made(control, moves)
    for position in [*range(1, control.last + 1), 0]:
        handle.value = position
        assert handle.value == position
        assert slider.value == box.value == control.at(position)
    assert len(moves) == control.last + 1


def test_a_whole_control_has_a_box_for_whole_numbers(moves):
    _, handle, box = made(Slider("layers", IntegerScale(2, 40), 3, "layers"), moves)
    box.value = 7
    assert handle.value == 5
    handle.value = 6
    assert box.value == 8
    assert [type(value) for value in moves] == [int, int]
    assert box.step == 1


def test_setting_a_slider_is_no_move(moves):
    rate, handle, box = made(RATE, moves)
    handle.value = 3
    rate.set(0.05)
    assert (rate.value, handle.value, box.value) == (0.05, 67, 0.05)
    handle.value = 3
    assert moves == [RATE.at(3), RATE.at(3)]


def test_only_a_control_that_plays_has_a_play_button(moves):
    assert len(made(RATE, moves)) == 3
    _, handle, _, play = made(Slider("step", IntegerScale(0, 40), 10, "step", plays=True), moves)
    assert (play.min, play.max, play.value) == (0, handle.max, handle.value)


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
    assert (handle.max, handle.value, box.min, box.max) == (2, 1, 1, 64)
    box.value = 50
    assert (batch.value, handle.value, box.value) == (64, 2, 64)
    handle.value = 0
    assert (batch.value, box.value) == (1, 1)
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


def test_play_and_slider_move_each_other_here_and_not_in_the_page(moves):
    step, handle, box, play = made(Slider("step", IntegerScale(0, 40), 10, "step", plays=True), moves)
    handle.value = 30
    assert play.value == 30
    play.value = 31
    assert (step.value, handle.value, box.value) == (31, 31, 31)
    step.set(5)
    assert (handle.value, play.value) == (5, 5)
    assert moves == [30, 31]
