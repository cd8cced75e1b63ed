"""The pen: what matplotlib draws, written down as strokes, held against numbers worked out by hand."""

import base64
import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.collections import LineCollection
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from PIL import Image

from coursekit.lab.glyphs import Alphabet, letter_path, outline, whole, write, write_math
from coursekit.lab.pen import STEPS, Pen
from coursekit.lab.picture import canvas, line

PLAIN = FontProperties(size=12)


@pytest.fixture
def ax():
    """Axes that fill 200 x 100 pixels, with the units of pixels, y up."""
    figure, ax = canvas(200, 100)
    figure.set_layout_engine("none")
    ax.set_position((0, 0, 1, 1))
    ax.set(xlim=(0, 200), ylim=(0, 100))
    FigureCanvasAgg(figure).draw()
    return ax


def strokes(artist):
    pen = Pen(200, 100, 100)
    artist.draw(pen)
    return pen.take()


def places(numbers):
    """Points of a stroke in pixels."""
    return np.cumsum(np.reshape(numbers, (-1, 2)), axis=0) / STEPS


def test_a_line_is_its_points_with_y_down(ax):
    artist = line(ax, "#112233", linewidth=1.44, linestyle=":", alpha=0.5)
    artist.set_data([10, 60, 110.5], [20, 30.25, 90])
    ((kind, style, commands, numbers),) = strokes(artist)
    assert (kind, commands) == ("p", "")
    np.testing.assert_allclose(places(numbers), [[10, 80], [60, 69.75], [110.5, 10]], atol=1 / STEPS)
    assert (style["s"], style["w"], style["c"]) == ("#11223380", 2, [0, 0, 200, 100])
    assert style["d"] == [2, 3.3]


def test_a_gap_in_a_line_lifts_the_pen(ax):
    artist = line(ax, "k")
    artist.set_data([0, 10, 20, 30, 40], [0, 10, np.nan, 30, 40])
    ((_, _, commands, numbers),) = strokes(artist)
    assert commands == "MLML"
    assert len(places(numbers)) == 4


def test_markers_are_one_outline_at_many_places(ax):
    artist = line(ax, "k", marker="s", linestyle="", markersize=7.2)
    artist.set_data([10, 20, np.inf], [30, 50, 1])
    ((kind, style, commands, numbers, where),) = strokes(artist)
    assert (kind, commands) == ("m", "MLLLZ")
    np.testing.assert_allclose(np.ptp(places(numbers), axis=0), [100, 100])  # ten times as fine
    np.testing.assert_allclose(places(where), [[10, 70], [20, 50]])
    assert style["f"] == style["s"] == "#000000"


def test_a_bar_is_four_corners_and_its_colour(ax):
    bar = ax.add_patch(Rectangle((10, 20), 30, 40, facecolor="#ff0000", edgecolor="none"))
    ((kind, style, commands, numbers),) = strokes(bar)
    assert (kind, commands, style["f"]) == ("p", "MLLLZ", "#ff0000")
    assert "s" not in style
    np.testing.assert_allclose(places(numbers), [[10, 80], [40, 80], [40, 40], [10, 40]])


def test_lines_of_one_look_are_one_stroke_unless_they_shine_through_each_other(ax):
    segments = [[(0, 0), (10, 10)], [(20, 20), (30, 30), (40, 20)]]
    ((_, _, commands, numbers),) = strokes(ax.add_collection(LineCollection(segments, colors="k")))
    assert commands == "MLMLL"
    np.testing.assert_allclose(places(numbers), [[0, 100], [10, 90], [20, 80], [30, 70], [40, 80]])
    assert len(strokes(ax.add_collection(LineCollection(segments, colors=[(0, 0, 0, 0.5)])))) == 2


def test_what_cannot_be_seen_is_no_stroke(ax):
    for look in ({"linewidth": 0}, {"alpha": 0}, {"color": "none"}):
        artist = line(ax, "k")
        artist.set(**look)
        artist.set_data([0, 100], [0, 100])
        assert strokes(artist) == []


@pytest.mark.parametrize("origin", ["upper", "lower"])
def test_an_image_keeps_its_own_pixels_whichever_way_it_stands(ax, origin):
    pixels = np.arange(6, dtype=np.uint8).reshape(2, 3) * 40
    image = ax.imshow(pixels, cmap="gray", vmin=0, vmax=255, extent=(10, 40, 20, 40), origin=origin, aspect="auto",
                      interpolation="none")  # fmt: skip
    ((kind, _, box, smooth, url),) = strokes(image)
    assert (kind, smooth, [v / STEPS for v in box]) == ("i", False, [10, 60, 30, 20])
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))))
    np.testing.assert_array_equal(shown, pixels if origin == "upper" else pixels[::-1])


@pytest.mark.parametrize("text", ["accuracy, in percent", "AVATAR", "$10^{-3}$ of it", "0.001"])
@pytest.mark.parametrize("size", [11, 14, 20])
def test_a_text_is_as_wide_as_agg_makes_it(ax, text, size):
    prop = FontProperties(size=size)
    rows = [stroke for stroke in strokes(ax.text(20, 30, text, fontproperties=prop)) if stroke[0] == "t"]
    assert rows
    (x, y, angle, _), letters, xs = rows[0][2], rows[0][3], rows[0][4]
    assert (x / STEPS, angle) == (20, 0)
    assert y / STEPS == pytest.approx(70, abs=1)
    wide, *_ = RendererAgg(1, 1, 100).get_text_width_height_descent(text, prop, "$" in text)
    assert len(letters) == len(xs)
    assert 0.75 * wide < max(max(row[4]) for row in rows) / STEPS < wide


def test_a_text_that_is_turned_says_so(ax):
    ((_, _, (_, _, angle, size), _, _, ys),) = strokes(ax.text(20, 30, "up", rotation=90, size=14.4))
    assert (angle, size, ys) == (90, 20, 0)


def test_a_fraction_has_a_bar(ax):
    assert {stroke[0] for stroke in strokes(ax.text(20, 30, r"$\frac{1}{2}$"))} == {"t", "p"}


def test_letters_are_kerned_and_named_by_their_font():
    (row,) = write("AV", PLAIN).rows
    (apart,) = write("A", PLAIN).rows
    assert row.x[1] < write("A", PLAIN).width, "V reaches under A"
    assert row.letters[0] == apart.letters[0]
    bold = write("A", FontProperties(size=12, weight="bold")).rows[0].letters
    assert bold != apart.letters
    assert len(write_math("$x^2$", PLAIN).rows) == 2, "a power is smaller"


def test_an_outline_is_written_once_and_stays_what_it_was():
    alphabet = Alphabet()
    names = write("aba", PLAIN).rows[0].letters
    assert [alphabet.number(name) for name in names] == [0, 1, 0]
    assert len(alphabet) == 2
    commands, numbers = outline(letter_path(names[1]), 10)
    assert set(commands) <= set("MLQCZ")
    assert commands.startswith("M")
    assert commands.endswith("Z")
    assert 500 < np.ptp(np.cumsum(np.reshape(numbers, (-1, 2)), axis=0)[:, 1]) < 900, "of 1000 to an em"


def test_a_space_has_a_place_and_no_outline():
    alphabet = Alphabet()
    for name in write("a b", PLAIN).rows[0].letters:
        alphabet.number(name)
    assert '["",[]]' in str(alphabet)


def test_whole_numbers_are_steps_from_point_to_point():
    assert whole(np.array([[1.0, 2.0], [1.5, 0.0], [1.5, 0.25]]), 4) == [4, 8, 2, -8, 0, 1]


def test_curves_keep_their_handles():
    path = Path([(0, 0), (1, 1), (2, 0), (3, 1), (4, 1), (5, 0), (0, 0)], [1, 3, 3, 4, 4, 4, 79])
    assert outline(path, 1) == ("MQCZ", [0, 0, 1, 1, 1, -1, 1, 1, 1, 0, 1, -1])
