"""The stored picture: its fast draw is a full draw, and its PNG is small and shows what was drawn."""

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
from pictures import STATES, picture

from coursekit.lab.frame import Frame, encode_png


def drawn_in_full(state, scale=1):
    """A new figure, drawn as a whole with what moves on top: nothing of the fast way is used."""
    fresh = picture()
    fresh.figure.set_dpi(100 * scale)
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
    return np.rint(imread(io.BytesIO(png))[:, :, :3] * 255).astype(np.uint8)


@pytest.mark.parametrize("state", STATES)
def test_a_frame_is_a_full_draw_pixel_for_pixel(frame, state):
    np.testing.assert_array_equal(frame.draw(state), drawn_in_full(state))


def test_a_frame_can_be_twice_as_fine():
    shown = Frame(picture(), scale=2).draw(0.5)
    assert shown.shape == (400, 800, 4)
    np.testing.assert_array_equal(shown, drawn_in_full(0.5, scale=2))


@pytest.mark.seconds
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


@pytest.mark.seconds
def test_a_thousand_moves_leave_nothing_behind(frame):
    process = psutil.Process()  # its memory as the system sees it: matplotlib keeps pixels where tracemalloc can't look

    def memory_after(n):
        for i in range(n):
            frame.draw(i / n)
        gc.collect()
        return process.memory_info().rss

    before = memory_after(100)
    assert memory_after(1000) - before < 10_000_000  # bytes


@pytest.mark.deep
def test_no_picture_needs_pyplot():
    program = (
        "import sys; from coursekit.lessons import EXPLORERS\n"
        "from coursekit.lab.strokes import Strokes\n"
        "for explorer in EXPLORERS.values(): Strokes(explorer.picture())\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@settings(max_examples=30, deadline=None)
@given(npst.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4))))
def test_a_png_of_few_colours_holds_every_pixel(pixels):
    np.testing.assert_array_equal(decoded(encode_png(pixels)), pixels[:, :, :3])


def test_a_frame_survives_the_way_through_a_png():
    shown = Frame(picture(), scale=2).draw(0.4)
    assert (shown[:, :, 3] == 255).all(), "opaque: nothing is lost with the alpha channel"
    apart = np.abs(decoded(encode_png(shown)).astype(int) - shown[:, :, :3])
    assert apart.max() < 8, "of 255: no eye sees that"
