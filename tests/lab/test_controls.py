"""Controls: what the hand can set, and that every value it sets is one that the scale has."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from coursekit.lab.controls import Checkbox, Drawing, Dropdown, Moves, Slider
from coursekit.scales import ChoiceScale, IntegerScale, LinearScale, LogScale, ReverseLogScale

# bounds as somebody writes them in a declaration: 0.25, 30, -4
WRITTEN = st.decimals(-100, 100, places=2, allow_nan=False).map(float)


def slider(scale, start=None, **options):
    low = scale.options[0] if isinstance(scale, ChoiceScale) else scale.low
    return Slider("x", scale, low if start is None else start, "x", **options)


@st.composite
def sliders(draw):
    low, high = sorted([draw(WRITTEN), draw(WRITTEN)])
    steps = draw(st.integers(1, 100))
    kind = draw(st.sampled_from([LinearScale, LogScale, ReverseLogScale, IntegerScale]))
    if kind is LinearScale:
        assume(low < high)
        return slider(LinearScale(low, high), steps=steps)
    if kind is IntegerScale:
        assume(int(low) < int(high))
        return slider(IntegerScale(int(low), int(high)))
    assume(low > 0 and high >= 2 * low)
    return slider(LogScale(low, high) if kind is LogScale else ReverseLogScale(1 - high, 1 - low), steps=steps)


@pytest.mark.seconds
@settings(max_examples=150, deadline=None)
@given(sliders())
def test_a_handle_reaches_both_ends_exactly_and_stays_where_it_is_put(slider):
    positions = range(slider.last + 1)
    values = [slider.at(position) for position in positions]
    assert (values[0], values[-1]) == (slider.scale.low, slider.scale.high) == slider.ends
    assert values == sorted(values)
    slider.scale.to_unit(values)  # refuses what is out of range
    drift = [abs(slider.position(value) - position) for value, position in zip(values, positions, strict=True)]
    assert max(drift) <= 1


@pytest.mark.parametrize("scale", [LogScale(0.001, 0.3), ReverseLogScale(0.7, 0.999), LinearScale(0.1, 0.7)])
def test_a_slider_may_start_at_either_end(scale):
    # 10 to the power of log10(0.3) is 0.29999999999999993
    assert slider(scale, scale.high).position(scale.high) == 100
    assert slider(scale, scale.low).position(scale.low) == 0


@pytest.mark.parametrize(
    ("scale", "position", "value"),
    [
        (LogScale(0.0001, 1), 60, 0.0251),
        (LogScale(1, 1e6), 50, 1000.0),
        (ReverseLogScale(0.9, 0.999), 75, 0.99684),  # three digits of 1 - x = 0.00316
        (ReverseLogScale(0, 0.99), 25, 0.684),
        (LinearScale(0, 0.0009), 50, 0.00045),
        (LinearScale(1000, 1100), 7, 1007.0),
        (IntegerScale(2, 40), 7, 9),
    ],
    ids=str,
)
def test_a_value_has_the_digits_that_count(scale, position, value):
    assert slider(scale).at(position) == value


def test_zero_is_zero_on_a_linear_slider_and_no_residue_of_rounding():
    # 4 of 18 steps up from -4 a plain sum comes to -4.4e-16
    assert [str(slider(LinearScale(-4, 14), steps=18).at(position)) for position in (3, 4, 5)] == ["-1.0", "0.0", "1.0"]


def test_rounding_does_not_leave_the_range():
    fine = slider(LogScale(0.012341, 1), steps=10_000)  # 0.012346 next to the low end, which would be 0.0123
    assert fine.at(1) == 0.012341
    fine = slider(ReverseLogScale(0, 0.987659), steps=10_000)
    assert fine.at(9_999) == 0.987659


def test_the_handle_stands_nearest_to_an_exact_value():
    rate = slider(LogScale(0.0001, 1))
    assert [rate.position(value) for value in (0.01, 0.0101, 0.0109, 0.3)] == [50, 50, 51, 87]


def test_only_an_integer_slider_is_whole_and_it_has_a_step_for_each_number():
    layers = slider(IntegerScale(2, 4), steps=100)
    assert layers.whole
    assert [layers.at(position) for position in range(layers.last + 1)] == [2, 3, 4]
    assert all(isinstance(layers.at(position), int) for position in range(3))
    assert [layers.position(value) for value in (2, 3.0, 4)] == [0, 1, 2]
    assert not slider(LinearScale(2, 4)).whole


@pytest.mark.parametrize(
    ("scale", "start", "message"),
    [
        (LogScale(0.01, 1), 2, "Slider: start must lie in [0.01, 1.0]; got 2."),
        (LogScale(0.01, 1), 0.001, "Slider: start must lie in [0.01, 1.0]; got 0.001."),
        (LinearScale(0, 1), float("nan"), "Slider: start must lie in [0.0, 1.0]; got nan."),
        (IntegerScale(2, 4), 5, "Slider: start must lie in [2, 4]; got 5."),
        (IntegerScale(2, 4), 2.5, "Slider: start must be a whole number, as all of its scale are; got 2.5."),
    ],
)
def test_a_slider_refuses_a_start_that_its_scale_does_not_have(scale, start, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        slider(scale, start)


def test_a_slider_over_a_choice_steps_through_the_listed_numbers():
    batch = slider(ChoiceScale((1, 2, 4, 64)), start=4)
    assert (batch.last, batch.ends, batch.whole) == (3, (1, 64), True)
    assert [batch.at(position) for position in range(4)] == [1, 2, 4, 64]
    assert [batch.position(value) for value in (1, 2, 4, 64, 3.1, 33, 35)] == [0, 1, 2, 3, 2, 2, 3]
    assert not slider(ChoiceScale((0.5, 1.5))).whole


@pytest.mark.parametrize(
    ("scale", "start", "message"),
    [
        (ChoiceScale((1, 2, 4)), 3, "Slider: start must be one of 1, 2, 4; got 3."),
        (ChoiceScale((1, 2, 4)), 8, "Slider: start must lie in [1, 4]; got 8."),
        (ChoiceScale((4, 1, 2)), 2, "Slider: scale must list its numbers from low to high; got (4, 1, 2)."),
    ],
)
def test_a_slider_over_a_choice_refuses_what_it_does_not_list(scale, start, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        slider(scale, start)


@pytest.mark.parametrize(
    ("scale", "value", "nearest"),
    [
        (LogScale(0.0001, 1), 0.0123456, 0.012),
        (LogScale(0.0001, 1), -5, 0.0001),
        (LinearScale(0, 1), 7, 1),
        (IntegerScale(2, 40), 7.4, 7),
        (ChoiceScale((1, 8, 64)), 40, 64),
        (ChoiceScale((1, 8, 64)), 1e9, 64),
    ],
    ids=str,
)
def test_a_hand_on_the_picture_means_the_nearest_step(scale, value, nearest):
    assert slider(scale).nearest(value) == nearest


def test_moves_start_with_none_and_their_ends_are_each_alone_and_as_many_as_there_are():
    moves = Moves("moves", ("train", "halve"), "your move", most=5)
    assert moves.start == ()
    assert moves.ends == (("train",), ("halve",), ("train", "halve", "train", "halve", "train"))
    with pytest.raises(ValueError, match=r"^Moves: options must hold at least one thing to do; got none\.$"):
        Moves("moves", (), "your move")


def test_a_drawing_starts_empty():
    drawing = Drawing("pixels", (0.0, 1.0), "the drawing")
    assert (drawing.start, drawing.ends) == ((), ((), (0.0, 1.0)))


def test_a_dropdown_has_every_option_as_an_end():
    optimizer = Dropdown("optimizer", ["Adam", "SGD"], "SGD", "optimizer")
    assert optimizer.ends == ("Adam", "SGD")
    message = "Dropdown: start must be one of 'Adam', 'SGD'; got 'RMSprop'."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Dropdown("optimizer", ["Adam", "SGD"], "RMSprop", "optimizer")


def test_a_checkbox_is_off_or_on():
    assert Checkbox("centred", start=True, label="centred").ends == (False, True)
