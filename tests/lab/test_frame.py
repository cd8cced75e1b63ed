"""The fast frame: what it shows is what a full draw of the same state would show."""

import gc
import io
import subprocess
import sys

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import imread

from coursekit.lab.frame import Frame, encode_png
from coursekit.lab.picture import BLUE, ORANGE, Picture, canvas, label, line

STATES = (0.1, 0.9, 0.5, 0.25)


def picture():
    """A line with markers, a half transparent dot in axes of its own, and a number."""
    figure, (left, right) = canvas(400, 200, columns=2)
    left.set(xlim=(0, 1), ylim=(0, 1), xlabel="x", title="still")
    right.set(xlim=(0, 1), ylim=(0, 1))
    path = line(left, BLUE, marker="o")
    dot = line(right, ORANGE, marker="D", markersize=15, alpha=0.6)
    number = label(right, 0.5, 0.8, ha="center", color=ORANGE)

    def move(x):
        path.set_data([0.05, x], [0.1, 0.8])
        dot.set_data([x], [x / 2])
        number.set_text(f"{x:.2f}")

    return Picture(figure, move, [path, dot, number], ghosts=[path, dot])


def drawn_in_full(state):
    """A new figure, drawn as a whole with what moves on top: nothing of the fast way is used."""
    fresh = picture()
    for order, artist in enumerate(fresh.moving):
        artist.set_zorder(100 + order)
    fresh.move(state)
    shown = FigureCanvasAgg(fresh.figure)
    shown.draw()
    return np.array(shown.buffer_rgba())


@pytest.fixture
def frame():
    return Frame(picture())


def decoded(png):
    return np.rint(imread(io.BytesIO(png)) * 255).astype(np.uint8)


@pytest.mark.parametrize("state", STATES)
def test_a_frame_is_a_full_draw_pixel_for_pixel(frame, state):
    np.testing.assert_array_equal(frame.draw(state), drawn_in_full(state))
    np.testing.assert_array_equal(frame.pixels, drawn_in_full(state))


def test_a_frame_remembers_nothing_of_the_moves_before(frame):
    for i in range(200):
        frame.draw(i / 200)
    np.testing.assert_array_equal(frame.draw(0.3), drawn_in_full(0.3))


def test_what_a_picture_showed_before_is_no_part_of_what_stands_still():
    moved = picture()
    moved.move(0.9)
    np.testing.assert_array_equal(Frame(moved).draw(0.1), drawn_in_full(0.1))


def test_what_moves_does_not_move_the_axes(frame):
    before = [ax.get_position().bounds for ax in frame._picture.figure.axes]
    frame._picture.moving[-1].set_position((0.5, 3))
    frame.draw(0.5)
    frame._picture.figure.canvas.draw()
    assert [ax.get_position().bounds for ax in frame._picture.figure.axes] == before


def test_a_ghost_is_pale_and_stands_behind(frame):
    empty, old, new = np.array(frame.pixels), np.array(frame.draw(0.2)), drawn_in_full(0.8)
    frame.leave_ghost()
    both = np.array(frame.draw(0.8))
    trace = (both != new).any(axis=-1)
    assert trace.any()
    assert not (trace & (old == empty).all(axis=-1)).any(), "it stands where the state before stood"
    alone = trace & (new == empty).all(axis=-1)
    assert alone.any()
    strength_now, strength_then = (np.abs(shown[alone].astype(int) - empty[alone]).sum() for shown in (both, old))
    assert 0.25 < strength_now / strength_then < 0.35, "and is pale"


def test_a_ghost_does_not_change_the_artists(frame):
    frame.draw(0.2)
    frame.leave_ghost()
    assert [artist.get_alpha() for artist in frame._picture.moving] == [None, 0.6, None]


def test_only_the_last_ghost_stays(frame):
    frame.draw(0.2)
    frame.leave_ghost()
    once = np.array(frame.draw(0.8))
    frame.draw(0.5)
    frame.leave_ghost()
    frame.draw(0.2)
    frame.leave_ghost()
    np.testing.assert_array_equal(frame.draw(0.8), once)


def test_a_forgotten_ghost_is_gone(frame):
    frame.draw(0.2)
    frame.leave_ghost()
    frame.draw(0.8)
    frame.forget_ghost()
    np.testing.assert_array_equal(frame.draw(0.8), drawn_in_full(0.8))
    np.testing.assert_array_equal(frame.draw(0.1), drawn_in_full(0.1))


def test_a_thousand_moves_leave_nothing_behind(frame):
    process = psutil.Process()  # its memory as the system sees it: matplotlib keeps pixels where tracemalloc can't look

    def memory_after(n):
        for i in range(n):
            frame.draw(i / n)
            if i % 10 == 0:
                frame.leave_ghost()
        gc.collect()
        return process.memory_info().rss

    before = memory_after(100)
    assert memory_after(1000) - before < 10_000_000  # bytes


@pytest.mark.deep
def test_no_picture_needs_pyplot():
    program = (
        "import sys; from coursekit.lessons import EXPLORERS\n"
        "from coursekit.lab.frame import Frame\n"
        "for explorer in EXPLORERS.values(): Frame(explorer.picture())\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@settings(max_examples=30, deadline=None)
@given(npst.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4))), st.integers(1, 9))
def test_a_png_holds_every_pixel(pixels, level):
    np.testing.assert_array_equal(decoded(encode_png(pixels, level=level)), pixels[:, :, :3])


def test_a_frame_survives_the_way_through_a_png(frame):
    shown = frame.draw(0.4)
    assert (shown[:, :, 3] == 255).all(), "opaque: nothing is lost with the alpha channel"
    small, fast = encode_png(shown, level=9), encode_png(shown)
    assert len(small) < len(fast)
    np.testing.assert_array_equal(decoded(small), shown[:, :, :3])
    np.testing.assert_array_equal(decoded(fast), shown[:, :, :3])


def test_a_point_of_the_picture_has_a_place_in_the_axes_that_it_lies_in():
    sound = picture()
    frame, (left, right) = Frame(sound), sound.figure.axes
    for i, ax in enumerate((left, right)):
        x, y = ax.transData.transform([0.25, 0.75])
        across, down = x / 400, 1 - y / 200
        assert frame.axes_at(across, down) == i
        assert frame.place_in(i, across, down) == pytest.approx((0.25, 0.75))
    assert frame.axes_at(0, 1) is None
    assert frame.place_in(0, across, down) == pytest.approx((1, 0.75)), "in the other axes: at the border of these"
    assert frame.place_in(0, -3, 7) == pytest.approx((0, 0))
