"""A picture as strokes: its still part once, then what moves; a ghost; where a pointer is."""

import gc
import json

import psutil
import pytest
from pictures import STATES, picture

from coursekit.lab.picture import Picture, canvas, label, line
from coursekit.lab.strokes import NO_STROKES, Strokes


@pytest.fixture
def strokes():
    return Strokes(picture())


def drawn(state):
    fresh = Strokes(picture())
    fresh.draw(state)
    return fresh.moving


def kinds(text):
    return [stroke[0] for stroke in json.loads(text)]


def test_there_is_a_text_for_what_stands_still_and_one_for_each_artist(strokes):
    strokes.draw(0.5)
    assert [kinds(text) for text in strokes.moving] == [["p", "m"], ["m"], ["t"]]
    assert {"p", "t"} <= set(kinds(strokes.still))
    assert strokes.size == (400, 200)


@pytest.mark.seconds
@pytest.mark.parametrize("state", STATES)
def test_strokes_remember_nothing_of_the_moves_before(strokes, state):
    for other in STATES:
        strokes.draw(other)
    strokes.draw(state)
    assert strokes.moving == drawn(state)


def test_only_what_a_state_moves_is_another_text():
    figure, ax = canvas(300, 200)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    one, other = line(ax, "k", marker="o"), line(ax, "b", marker="o")
    other.set_data([0.5], [0.5])
    strokes = Strokes(Picture(figure, lambda x: one.set_data([x], [0.5]), [one, other]))
    strokes.draw(0.1)
    before = strokes.moving
    strokes.draw(0.9)
    assert [text == old for text, old in zip(strokes.moving, before, strict=True)] == [False, True]


def test_what_does_not_show_has_no_strokes():
    figure, ax = canvas(300, 200)
    dot = line(ax, "k", marker="o")
    strokes = Strokes(Picture(figure, dot.set_visible, [dot]))
    strokes.draw(False)
    assert strokes.moving == [NO_STROKES]


def test_a_ghost_is_what_its_artists_drew_before(strokes):
    assert strokes.ghost == NO_STROKES
    strokes.draw(0.2)
    path, dot, _ = strokes.moving
    strokes.leave_ghost()
    strokes.draw(0.8)
    assert json.loads(strokes.ghost) == json.loads(path) + json.loads(dot), "the number leaves none"
    assert strokes.moving == drawn(0.8)
    strokes.forget_ghost()
    assert strokes.ghost == NO_STROKES


def test_only_the_last_ghost_stays(strokes):
    for state in (0.2, 0.5):
        strokes.draw(state)
        strokes.leave_ghost()
    assert json.loads(strokes.ghost) == [stroke for text in drawn(0.5)[:2] for stroke in json.loads(text)]


def test_a_picture_that_fails_keeps_the_last_good_one(strokes):
    strokes.draw(0.2)
    before = strokes.moving
    with pytest.raises(TypeError):
        strokes.draw("nowhere")
    assert strokes.moving == before
    strokes.draw(0.5)
    assert strokes.moving == drawn(0.5)


def test_a_picture_that_fails_half_way_leaves_nothing_old_behind():
    figure, ax = canvas(300, 200)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    dot, word = line(ax, "k", marker="o"), label(ax, 0.5, 0.5)

    def move(state):
        if state != "still":
            dot.set_data([state], [0.5])
        word.set_text("$x_{$" if state == 0.9 else "good")

    strokes = Strokes(Picture(figure, move, [dot, word]))
    strokes.draw(0.1)
    old, good = strokes.moving
    with pytest.raises(ValueError, match="x_"):
        strokes.draw(0.9)
    assert strokes.moving == [old, good]
    strokes.draw("still")  # the dot was drawn before the word failed: it is not stale, and yet it is not what is shown
    assert strokes.moving[0] != old
    assert strokes.moving[1] == good


def test_letters_are_counted_on_as_texts_bring_new_ones():
    figure, ax = canvas(300, 200)
    word = label(ax, 0.5, 0.5)
    strokes = Strokes(Picture(figure, word.set_text, [word]))
    strokes.draw("a")
    few, first = strokes.n_letters, json.loads(strokes.alphabet)
    strokes.draw("axa")
    assert strokes.n_letters == few + 1
    assert json.loads(strokes.alphabet)[:few] == first, "a letter keeps its number"
    ((*_, letters, _, _),) = json.loads(strokes.moving[0])
    assert letters == [letters[0], few, letters[0]]


@pytest.mark.seconds
def test_columns_are_cut_where_nothing_stands(strokes):
    left, cut, right = strokes.columns
    assert (left, right) == (0, 400)
    one, other = (ax.bbox for ax in strokes._picture.figure.axes)
    assert one.x1 < cut < other.x0
    assert Strokes(Picture(canvas(300, 200)[0], lambda _: None, [])).columns == [0, 300]


@pytest.mark.seconds
def test_a_point_of_the_picture_has_a_place_in_the_axes_that_it_lies_in(strokes):
    left, right = strokes._picture.figure.axes
    for i, ax in enumerate((left, right)):
        x, y = ax.transData.transform([0.25, 0.75])
        across, down = x / 400, 1 - y / 200
        assert strokes.axes_at(across, down) == i
        assert strokes.place_in(i, across, down) == pytest.approx((0.25, 0.75))
    assert strokes.axes_at(0, 1) is None
    assert strokes.place_in(0, across, down) == pytest.approx((1, 0.75)), "in the other axes: at the border of these"
    assert strokes.place_in(0, -3, 7) == pytest.approx((0, 0))


@pytest.mark.seconds
def test_a_thousand_moves_leave_nothing_behind(strokes):
    process = psutil.Process()

    def memory_after(n):
        for i in range(n):
            strokes.draw(i / n)
            if i % 10 == 0:
                strokes.leave_ghost()
        gc.collect()
        return process.memory_info().rss

    before = memory_after(100)
    assert memory_after(1000) - before < 10_000_000  # bytes
