"""What every explorer must keep to, as checks that judge the views of one explorer each.

The tests run them on every declared explorer, and on broken ones that they must catch.
"""

import itertools
import re
from typing import Any

import numpy as np
from explorer_views import Look, look
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.text import Text

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Touch
from coursekit.lab.marks import Along, settings, stops
from coursekit.lab.picture import Picture
from coursekit.lab.strokes import NO_STROKES, Strokes

LEAVE_THEIR_AXES = {"first-descent"}  # a descent that diverges flies off, and is meant to


def is_named_and_asks(seen: Look) -> None:
    explorer = seen.explorer
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", explorer.name), "a name is words joined by hyphens"
    assert explorer.title.endswith("?"), "a title is the question that the explorer answers"
    assert re.search(r"\w+ \w+.*[.?!]$", explorer.task), "a task is a sentence"
    assert explorer.controls, "there is something to move"
    assert all(control.label.strip() for control in explorer.controls), "every control has a label"


def sliders_have_no_dead_steps(seen: Look) -> None:
    for slider in (control for control in seen.explorer.controls if isinstance(control, Slider)):
        positions = range(slider.last + 1)
        values = [slider.at(position) for position in positions]
        assert values == sorted(set(values)), f"every step of {slider.name} is a value of its own"
        assert [slider.position(value) for value in values] == list(positions), f"{slider.name} stays where it is put"


def every_control_is_wired(seen: Look) -> None:
    for control in seen.explorer.controls:
        views = seen.of(control.name)
        assert len({view.pixels for view in views}) > 1, f"{control.name} moves the picture"
        assert len({view.words for view in views}) > 1, f"{control.name} changes the words"


def words_have_numbers(seen: Look) -> None:
    for view in seen.views:
        for text in view.words:
            assert re.search(r"\d", text), f"{view.where}: no number in {text!r}"
            assert not re.search(r"\b(nan|None)\b", text), f"{view.where}: a number is missing in {text!r}"
    for texts in zip(*(view.words for view in seen.views), strict=True):
        assert len(set(texts)) > 1, f"whatever is moved, it says {texts[0]!r}"


def words_are_bearable(seen: Look) -> None:
    for view in seen.views:
        answer, sentence = view.words
        length = len(f"{answer}. {sentence}")
        assert length <= 400, f"{view.where}: a screen reader has to read out {length} characters"
        assert not answer.endswith("."), "the answer is a headline"
        assert sentence.endswith("."), "the sentence is a sentence"


def is_the_same_each_time(seen: Look) -> None:
    first, last = seen.views[0], seen.views[-1]
    assert first.words == last.words, "the same values give the same words"
    assert first.pixels == last.pixels, "the same values give the same picture, whatever was shown before"


def is_the_same_in_a_new_panel(seen: Look) -> None:
    first, fresh = seen.views[0], look(seen.explorer, only_start=True, every=0).views[0]
    assert first.words == fresh.words, "the same values give the same words"
    assert first.pixels == fresh.pixels, "the same values give the same picture in a new panel"


def nothing_else_moves(seen: Look) -> None:
    for view in (view for view in seen.views if view.full is not None):
        assert view.pixels == view.full, f"{view.where}: `moving` must hold all that `move` touches"


def axes_stay(seen: Look) -> None:
    for view in seen.views:
        assert view.limits == seen.still, f"{view.where}: an axis has moved"


def axes_hold_what_moves(seen: Look) -> None:
    strays = {f"{view.where}: {', '.join(view.strays)}" for view in seen.views if view.strays}
    if seen.explorer.name in LEAVE_THEIR_AXES:
        assert strays, f"{seen.explorer.name} is no exception any more"
    else:
        assert not strays, f"something is outside of its axes at {strays}"


def axes_are_labelled(seen: Look) -> None:
    axes = seen.picture.figure.axes
    for i, ax in enumerate(axes):
        x = any(other.get_xlabel() for other in axes if _one_ruler(ax, other, "colspan", "get_xlim", "get_xscale"))
        y = any(other.get_ylabel() for other in axes if _one_ruler(ax, other, "rowspan", "get_ylim", "get_yscale"))
        assert x or _in_words(ax.xaxis), f"what is x in axes {i}?"
        assert y or _in_words(ax.yaxis), f"what is y in axes {i}?"


def _one_ruler(ax: Axes, other: Axes, span: str, *getters: str) -> bool:
    """Axes that stand in one column or row, and measure the same there, need only one label."""
    in_line = getattr(ax.get_subplotspec(), span) == getattr(other.get_subplotspec(), span)
    return in_line and all(getattr(ax, get)() == getattr(other, get)() for get in getters)


def _in_words(axis: Any) -> bool:
    """Whether the ticks are hidden, or say in words what they stand for."""
    texts = [text.get_text() for text in axis.get_ticklabels() if text.get_visible()]
    return not any(re.search(r"\d|^$", text) for text in texts)


def fits_the_page(seen: Look) -> None:
    width, height = seen.picture.figure.bbox.size
    assert width <= 1000, f"{width:.0f} pixels are wider than a notebook"
    assert height <= 600, f"{height:.0f} pixels are higher than a screen has room for beside the controls"


def texts_are_readable(seen: Look) -> None:
    for label in (label for view in seen.views for label in view.labels):
        assert label.size >= 11, f"{label.text!r} has {label.size} points"
        assert contrast_on_white(label.color) >= 4.5, f"{label.text!r} in {label.color} is too pale"


def contrast_on_white(color: Any) -> float:
    """The contrast of a colour on white, 1 to 21, as WCAG 2 defines it."""
    red, green, blue, alpha = to_rgba(color)
    shown = alpha * np.array([red, green, blue]) + 1 - alpha
    linear = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
    return float(1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05))


def texts_keep_apart(seen: Look) -> None:
    width, height = seen.picture.figure.bbox.size
    for view in seen.views:
        for label in view.labels:
            inside = min(label.box.min) >= -0.5 and label.box.x1 <= width + 0.5 and label.box.y1 <= height + 0.5
            assert inside, f"{view.where}: {label.text!r} leaves the picture"
        boxes = np.array([label.box.extents for label in view.labels]).reshape(-1, 4)
        common = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - np.maximum(boxes[:, None, :2], boxes[None, :, :2])
        overlap = np.argwhere(np.triu((common > 1).all(axis=-1), k=1))  # by more than a pixel
        pairs = [(view.labels[i].text, view.labels[j].text) for i, j in overlap]
        assert not pairs, f"{view.where}: {' and '.join(map(repr, pairs[0]))} overlap"


def leaves_a_ghost(seen: Look) -> None:
    picture = seen.picture  # its layout stands already, and nobody asks for its pixels any more
    assert set(picture.ghosts) <= set(picture.moving), "only what moves leaves a ghost"
    strokes = Strokes(picture)
    leaving = [i for i, artist in enumerate(picture.moving) if artist in picture.ghosts]

    def drawn(view: Any) -> list[str]:
        strokes.draw(view.state)
        return [strokes.moving[i] for i in leaving]

    start = drawn(seen.views[0])
    strokes.leave_ghost()
    assert strokes.ghost != NO_STROKES, "the start leaves no ghost"
    assert any(drawn(view) != start for view in seen.views if view.moved), "no move leaves its ghost behind"
    assert drawn(seen.views[0]) == start, "the same state is drawn otherwise after others"


def says_how_far_it_is(seen: Look) -> None:
    for view in seen.views:
        assert view.progress == sorted(view.progress), f"{view.where}: progress goes back, {view.progress}"
        assert view.progress[0] >= 0, f"{view.where}: progress begins at {view.progress[0]}"
        assert view.progress[-1] == 1, f"{view.where}: progress ends at {view.progress[-1]}"


def a_touch_sets_its_controls(seen: Look) -> None:
    explorer = seen.explorer
    if explorer.touch is None:
        return
    news = [explorer.touched(touch, explorer.start) for touch in _touches(seen.picture.figure.axes)]
    assert any(news), "a pointer on the picture sets nothing, wherever it is pressed"
    for new in news:
        assert set(new) <= set(explorer.start), f"a touch sets {', '.join(new)}"
    for new in filter(None, (news[0], news[len(news) // 2], news[-1])):
        *_, state = explorer.states(**{**explorer.quick, **new})
        assert explorer.describe(state)


def _touches(axes: list[Axes]) -> list[Touch]:
    """The pointer pressed at the corners and in the middle of all axes, and dragged a little."""
    touches = []
    for i, ax in enumerate(axes):
        for shares in itertools.product((0, 0.5, 1), repeat=2):
            x, y = ax.transData.inverted().transform(ax.transAxes.transform(shares))
            there = ax.transData.inverted().transform(ax.transAxes.transform((0.6, 0.4)))
            touches += [Touch(i, x, y, before=(x, y), pressed=(x, y)), Touch(i, *there, before=(x, y), pressed=(x, y))]
    return touches


def marks_stand_where_they_say(seen: Look) -> None:
    """Wherever a marked control is put, something in its axes stands where a pointer puts it there."""
    explorer, figure = seen.explorer, seen.picture.figure
    controls = {control.name: control for control in explorer.controls}
    for mark in explorer.marks:
        control = controls[mark.control]
        places, values = np.array(stops(mark, control, figure)), settings(control)
        low, high = _span(figure, mark)
        assert (np.diff(places) > 0).all() or (np.diff(places) < 0).all(), f"{mark}: its values do not go one way"
        inside = np.flatnonzero((places >= low - 1) & (places <= high + 1))
        assert len(inside) > len(values) / 2, f"{mark}: {len(inside)} of {len(values)} values stand on the axis"
        for i in (inside[0], inside[len(inside) // 2], inside[-1]):
            *_, state = explorer.states(**{**explorer.quick, mark.control: values[i]})
            seen.picture.move(state)
            away = np.nanmin(np.abs(_drawn_along(seen.picture, mark) - places[i]), initial=np.inf)
            assert away < 8, f"{mark}: nothing stands at {values[i]}, but {away:.0f} pixels away"


def _span(figure: Any, mark: Along) -> tuple[float, float]:
    (x0, y0), (x1, y1) = figure.axes[mark.axes].bbox.get_points()
    height = figure.bbox.height
    return (x0, x1) if mark.axis == "x" else (height - y1, height - y0)


def _drawn_along(picture: Picture, mark: Along) -> Any:
    """The pixels, along the axis of a mark, of all that moves in its axes."""
    ax, height = picture.figure.axes[mark.axes], picture.figure.bbox.height
    points = [np.reshape(_points(artist), (-1, 2)) for artist in picture.moving if artist.axes is ax]
    points = [each for each in points if len(each)]
    if not points:
        return np.array([])
    x, y = np.concatenate(points).T
    return x if mark.axis == "x" else height - y


def _points(artist: Any) -> Any:
    if isinstance(artist, Line2D):
        return artist.get_transform().transform(artist.get_xydata())
    if isinstance(artist, Text):
        return artist.get_transform().transform([artist.get_unitless_position()])
    return artist.get_window_extent().get_points()


CHECKS = (
    is_named_and_asks,
    sliders_have_no_dead_steps,
    every_control_is_wired,
    words_have_numbers,
    words_are_bearable,
    is_the_same_each_time,
    is_the_same_in_a_new_panel,
    nothing_else_moves,
    axes_stay,
    axes_hold_what_moves,
    axes_are_labelled,
    fits_the_page,
    texts_are_readable,
    texts_keep_apart,
    leaves_a_ghost,
    says_how_far_it_is,
    a_touch_sets_its_controls,
    marks_stand_where_they_say,
)
