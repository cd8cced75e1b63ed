"""Every explorer, the moment that it is declared: nobody has to write a test for it."""

import re
from dataclasses import replace

import numpy as np
import pytest
from explorer_checks import CHECKS, is_the_same_in_a_new_panel, leaves_a_ghost
from explorer_views import look
from matplotlib.image import imread

from coursekit.lab.controls import Checkbox, Dropdown, Slider
from coursekit.lab.explorer import Explorer, Touch, Words
from coursekit.lab.frame import Frame
from coursekit.lab.picture import Picture, canvas, line
from coursekit.lessons import EXPLORERS
from coursekit.scales import LinearScale


@pytest.fixture(scope="module", params=EXPLORERS.values(), ids=EXPLORERS)
def seen(request, deep):
    """An explorer at every end of every control, drawn in full; or at some, and not always in full."""
    return look(request.param, every=1 if deep else 6, briefly=not deep)


def named(check):
    is_long = check in (is_the_same_in_a_new_panel, leaves_a_ghost)
    return pytest.param(check, id=check.__name__, marks=[pytest.mark.sampled(3)] if is_long else [])


@pytest.mark.seconds
@pytest.mark.parametrize("check", [*map(named, CHECKS)])
def test_every_explorer(seen, check):
    check(seen)


def test_each_slider_of_the_course_finds_its_stops_again():
    """Or its handle would jump as soon as it is let go."""
    sliders = [each for explorer in EXPLORERS.values() for each in explorer.controls if isinstance(each, Slider)]
    assert sliders
    for each in sliders:
        assert [each.position(each.at(i)) for i in range(each.last + 1)] == list(range(each.last + 1)), each.name


# ---- what some of them claim, beyond what all must keep to


@pytest.mark.parametrize("low", EXPLORERS["sampling-scale"].controls[0].ends)
def test_both_scales_draw_from_the_range_of_the_control(low):
    *_, state = EXPLORERS["sampling-scale"].states(low=low, n_trials=500)
    for draws in (state.linear, state.log):
        assert low <= draws.min() < low + 0.02
        assert 0.9 < draws.max() <= 1
    assert np.mean(np.log10(state.log) < np.log10(low) / 2) == pytest.approx(0.5, abs=0.07)
    assert np.mean(state.linear < (low + 1) / 2) == pytest.approx(0.5, abs=0.07)


def test_the_words_count_what_was_drawn():
    sampling = EXPLORERS["sampling-scale"]
    *_, state = sampling.states()
    counts = re.findall(r"(\d+) of (\d+)", sampling.describe(state).answer)
    assert counts == [(str(np.count_nonzero(draws > 0.1)), "100") for draws in (state.linear, state.log)]


@pytest.mark.parametrize(
    ("learning_rate", "n_steps", "w", "course"),
    [
        (0.01, 1, "w = 0.1,", "it shrinks"),
        (0.5, 1, "w = 5,", "it arrives in one step"),
        (0.8, 1, "w = 8,", "it shrinks, from the other side each time"),
        (1.0, 3, "w = 10,", "it never shrinks: w jumps to and fro"),
        (1.0, 4, "w = 0,", "it never shrinks: w jumps to and fro"),
        (1.01, 40, "w = -6.0", "it grows: the descent diverges"),
    ],
)
def test_the_descent_goes_where_the_formula_says(learning_rate, n_steps, w, course):
    descent = EXPLORERS["first-descent"]
    *_, state = descent.states(learning_rate=learning_rate, n_steps=n_steps)
    assert state.w[-1] == pytest.approx(5 - 5 * (1 - 2 * learning_rate) ** n_steps)
    words = descent.describe(state)
    assert w in words.answer
    assert words.sentence.endswith(f"so {course}.")


# ---- what a declaration does


def dot():
    figure, ax = canvas(200, 100)
    artist = line(ax, "k", marker="o")
    return Picture(figure, lambda state: artist.set_data([state], [0.5]), [artist])


def explorer(compute, *controls, **options):
    def describe(state):
        return Words(f"{state}", f"It is {state}.")

    return Explorer("dot", "Where?", "Move it.", controls, compute, dot, describe, **options)


X = Slider("x", LinearScale(0, 1), 0.5, "x")


def test_values_that_are_not_given_stand_where_they_start():
    filled = Checkbox("filled", start=True, label="filled")
    color = Dropdown("color", ["red", "blue"], "blue", "colour")
    plain = explorer(lambda **values: values, X, filled, color)
    assert plain.start == {"x": 0.5, "filled": True, "color": "blue"}
    assert list(plain.states(filled=False)) == [{"x": 0.5, "filled": False, "color": "blue"}]
    assert list(plain.states(x=0, more=3)) == [{"x": 0, "filled": True, "color": "blue", "more": 3}]


def test_only_a_generator_is_slow_and_its_last_state_counts():
    def compute(x, n=2):
        yield from (x * i for i in range(n + 1))

    slow, fast = explorer(compute, X, quick={"n": 1}), explorer(lambda x: x, X)
    assert slow.is_slow
    assert not fast.is_slow
    assert list(slow.states(x=3)) == [0, 3, 6]
    assert list(slow.states(x=3, **slow.quick)) == [0, 3]
    assert slow.still(x=0.3) == fast.still(x=0.6)


def test_a_still_is_what_a_panel_would_draw(tmp_path):
    png, words = explorer(lambda x: x, X).still(x=0.25)
    assert words == ("0.25", "It is 0.25.")
    path = tmp_path / "still.png"
    path.write_bytes(png)
    shown = Frame(dot(), scale=2).draw(0.25)
    assert np.abs(np.rint(imread(path)[:, :, :3] * 255) - shown[:, :, :3]).max() < 8, "its palette shows no difference"


def test_two_controls_cannot_have_one_name():
    message = "Explorer: controls must have a name of their own each; got x, x."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        explorer(lambda x: x, X, X)


def test_only_a_slow_explorer_can_wait():
    message = "Explorer: waits must be False where compute is no generator: there is nothing to start; got True."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        explorer(lambda x: x, X, waits=True)


def test_a_touch_sets_a_slider_to_its_nearest_step_and_anything_else_as_it_says():
    filled = Checkbox("filled", start=True, label="filled")
    here = Touch(0, 0.123456, 7, before=(0, 0), pressed=(0, 0))
    untouchable = explorer(lambda **values: values, X, filled)
    assert untouchable.touched(here, untouchable.start) == {}
    touchable = replace(untouchable, touch=lambda touch, values: {"x": touch.x, "filled": not values["filled"]})
    assert touchable.touched(here, touchable.start) == {"x": 0.12, "filled": False}
    assert touchable.touched(here._replace(x=9), touchable.start)["x"] == 1
