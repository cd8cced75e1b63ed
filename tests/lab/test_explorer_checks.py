"""The checks that every explorer must pass catch what they are for: each on an explorer broken in one way."""

from dataclasses import replace
from itertools import count
from typing import Any, NamedTuple

import explorer_checks
import numpy as np
import pytest
from explorer_checks import CHECKS
from explorer_views import look

from coursekit.lab.controls import Checkbox, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import Picture, canvas, label, line
from coursekit.scales import LinearScale, LogScale

pytestmark = pytest.mark.seconds


class Square(NamedTuple):
    side: float
    area: float
    progress: float = 1.0


def square(side):
    return Square(side, side**2)


def describe(state):
    return Words(f"area {state.area:.3g}", f"A square of side {state.side:.3g} has an area of {state.area:.3g}.")


def picture(paint=lambda *_: None, *, width=500, **style: Any):
    """A dot over the side, and its height in words; what ``paint`` does at each move is where it goes wrong."""
    figure, ax = canvas(width, 300)
    ax.set(**{"xlim": (-0.1, 2.1), "ylim": (-0.5, 5), "xlabel": "side", "ylabel": "area"} | style)
    dot, height = line(ax, "#0072b2", marker="o"), label(ax, 1, 4.5, ha="center")

    def move(state):
        dot.set_data([state.side], [state.area])
        height.set_text(f"{state.area:.3g}")
        paint(ax, state)

    return Picture(figure, move, [dot, height], ghosts=[dot])


def painted(paint=lambda *_: None, **style):
    return replace(SOUND, picture=lambda: picture(paint, **style))


SOUND = Explorer(
    name="square",
    title="How large is a square?",
    task="Find the side of a square of area 2.",
    controls=(Slider("side", LinearScale(0, 2), 1, "side"),),
    compute=square,
    picture=picture,
    describe=describe,
)
CALLS = count()


def with_label(x, y, text, **style):
    """A picture with one more label in it."""

    def more():
        sound = picture()
        label(sound.figure.axes[0], x, y, text, **style)
        return sound

    return replace(SOUND, picture=more)


def goes_back(side):
    yield Square(side, side**2, 0.7)
    yield Square(side, side**2, 0.2)
    yield Square(side, side**2, 1.0)


def never_done(side):
    yield Square(side, side**2, 0.5)


unwired = Checkbox("filled", start=False, label="filled")
narrow = Slider("side", LogScale(1, 1.2), 1, "side")
BROKEN = {
    "no kebab": (replace(SOUND, name="The Square"), "is_named_and_asks", "joined by hyphens"),
    "no question": (replace(SOUND, title="Squares"), "is_named_and_asks", "is the question"),
    "no task": (replace(SOUND, task=""), "is_named_and_asks", "a task is a sentence"),
    "dead steps": (replace(SOUND, controls=(narrow,)), "sliders_have_no_dead_steps", "a value of its own"),
    "unwired slider": (
        replace(SOUND, compute=lambda side: square(0 * side + 1)),
        "every_control_is_wired",
        "side moves the",
    ),
    "unwired second control": (
        replace(SOUND, controls=(*SOUND.controls, unwired), compute=lambda **values: square(values["side"])),
        "every_control_is_wired",
        "filled moves the picture",
    ),
    "deaf words": (
        replace(SOUND, describe=lambda _: Words("area 1", "A square of side 1 has an area of 1.")),
        "every_control_is_wired",
        "side changes the words",
    ),
    "words without a number": (
        replace(SOUND, describe=lambda state: describe(state)._replace(answer="large" if state.area > 1 else "small")),
        "words_have_numbers",
        "no number in 'small'",
    ),
    "nan in words": (
        replace(SOUND, compute=lambda side: Square(side or np.nan, side**2)),
        "words_have_numbers",
        "side = 0.0: a number is missing in 'A square of side nan",
    ),
    "answer that never changes": (
        replace(SOUND, describe=lambda state: describe(state)._replace(answer="1 square")),
        "words_have_numbers",
        "it says '1 square'",
    ),
    "endless words": (
        replace(SOUND, describe=lambda state: describe(state)._replace(sentence=f"It is {state.area} " * 50 + ".")),
        "words_are_bearable",
        "a screen reader has to read out",
    ),
    "chance": (
        replace(SOUND, compute=lambda side: square(side + next(CALLS) / 1000)),
        "is_the_same_each_time",
        "the same values give the same words",
    ),
    "memory": (
        painted(lambda ax, state: ax.lines[0].set_marker("s" if state.side == 2 else ax.lines[0].get_marker())),
        "is_the_same_each_time",
        "whatever was shown before",
    ),
    "chance in the picture": (
        replace(SOUND, picture=lambda: picture(width=500 + next(CALLS))),
        "is_the_same_in_a_new_panel",
        "the same picture in a new panel",
    ),
    "moves what it does not say": (
        painted(lambda ax, state: ax.patch.set_facecolor("yellow" if state.area > 1 else "white")),
        "nothing_else_moves",
        "side = 2.0: `moving` must hold all",
    ),
    "moving axis": (
        painted(lambda ax, state: ax.set_xlim(-0.1, 2.1 + state.side)),
        "axes_stay",
        "at the start: an axis has moved",
    ),
    "data off the axis": (painted(ylim=(-0.5, 3.5)), "axes_hold_what_moves", "side = 2.0: Line2D"),
    "x without a label": (painted(xlabel=""), "axes_are_labelled", "what is x in axes 0"),
    "y without a label": (painted(ylabel=""), "axes_are_labelled", "what is y in axes 0"),
    "too wide": (painted(width=1200), "fits_the_page", "1200 pixels are wider"),
    "small text": (with_label(0.5, 2, "tiny", size=8), "texts_are_readable", "'tiny' has 8.0 points"),
    "pale text": (with_label(0.5, 2, "pale", color="#999999"), "texts_are_readable", "'pale' in #999999 is too pale"),
    "overlapping labels": (with_label(1, 4.45, "maximum"), "texts_keep_apart", "'maximum' and '1' overlap"),
    "text off the page": (
        painted(lambda ax, _: ax.texts[0].set(x=2, text="a label far too long for here")),
        "texts_keep_apart",
        "'a label far too long for here' leaves the picture",
    ),
    "no ghost": (
        replace(SOUND, picture=lambda: replace(picture(), ghosts=())),
        "leaves_a_ghost",
        "the start leaves no ghost",
    ),
    "progress that goes back": (replace(SOUND, compute=goes_back), "says_how_far_it_is", "progress goes back"),
    "progress that never ends": (replace(SOUND, compute=never_done), "says_how_far_it_is", "progress ends at 0.5"),
    "dead picture": (replace(SOUND, touch=lambda *_: {}), "a_touch_sets_its_controls", "sets nothing, wherever"),
    "touch of nothing": (
        replace(SOUND, touch=lambda touch, _: {"area": touch.y}),
        "a_touch_sets_its_controls",
        "a touch sets area",
    ),
    "a mark at another place": (
        replace(SOUND, marks=(Along("x", "side", place=lambda side: 3 - side),)),
        "marks_stand_where_they_say",
        "nothing stands at",
    ),
    "a mark beyond its axis": (
        replace(SOUND, marks=(Along("x", "side", place=lambda side: 5 * side),)),
        "marks_stand_where_they_say",
        "values stand on the axis",
    ),
    "a mark that goes to and fro": (
        replace(SOUND, marks=(Along("x", "side", place=lambda side: (side - 1) ** 2),)),
        "marks_stand_where_they_say",
        "do not go one way",
    ),
}


@pytest.fixture(scope="module")
def sound():
    return look(SOUND)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_sound_explorer_passes(check, sound):
    check(sound)


def test_a_sound_touch_passes():
    explorer_checks.a_touch_sets_its_controls(look(replace(SOUND, touch=lambda touch, _: {"side": touch.x})))


@pytest.mark.parametrize(("broken", "check", "says"), BROKEN.values(), ids=BROKEN)
def test_a_broken_explorer_is_caught(broken, check, says):
    with pytest.raises(AssertionError, match=says):
        getattr(explorer_checks, check)(look(broken))


def test_a_move_that_draws_the_whole_figure_is_caught():
    with pytest.raises(AssertionError, match="a move draws the whole figure"):
        look(painted(lambda ax, _: ax.figure.canvas.draw()))


def test_every_check_is_proven():
    assert {check for _, check, _ in BROKEN.values()} == {check.__name__ for check in CHECKS}
