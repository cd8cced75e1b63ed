"""The look that all pictures share: a palette that can be read and told apart, axes, labels."""

import itertools

import numpy as np
import pytest
from explorer_checks import contrast_on_white
from matplotlib import colors
from matplotlib.backends.backend_agg import FigureCanvasAgg

from coursekit.lab import picture
from coursekit.lab.picture import canvas, flat, label, line, powers_of_ten

PALETTE = {name: color for name, color in vars(picture).items() if isinstance(color, str) and color.startswith("#")}
MEANING = ("BLUE", "ORANGE", "GREEN")
# how the cones of a colour-blind eye mix linear RGB: Machado, Oliveira and Fernandes 2009, severity 1
EYES = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def lab(rgb):
    """CIE L*a*b* of linear RGB: a distance of 2 can just be seen, one of 10 at a glance."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(to_xyz @ np.clip(rgb, 0, 1) / to_xyz.sum(axis=1))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def linear(color):
    shown = np.array(colors.to_rgb(color))
    return np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)


def test_the_contrast_is_the_one_of_wcag():
    assert contrast_on_white("black") == pytest.approx(21)
    assert contrast_on_white("white") == pytest.approx(1)
    assert contrast_on_white("#767676") == pytest.approx(4.54, abs=0.005)
    assert contrast_on_white((0, 0, 0, 0.5)) < contrast_on_white("#707070")  # half transparent


@pytest.mark.parametrize("name", [name for name in PALETTE if name != "PALE"])
def test_text_of_every_colour_can_be_read(name):
    assert contrast_on_white(PALETTE[name]) >= 4.5


def test_a_pale_line_is_too_pale_for_text():
    assert contrast_on_white(PALETTE["PALE"]) < 4.5


@pytest.mark.parametrize("eye", EYES)
def test_a_colour_blind_eye_tells_the_colours_that_mean_something_apart(eye):
    seen = {name: lab(np.array(EYES[eye]) @ linear(PALETTE[name])) for name in MEANING}
    distances = {pair: np.linalg.norm(seen[pair[0]] - seen[pair[1]]) for pair in itertools.combinations(MEANING, 2)}
    assert min(distances.values()) > 10, distances


@pytest.mark.seconds
def test_a_canvas_has_the_size_and_the_axes_that_were_asked_for():
    figure, axes = canvas(720, 310, rows=2, columns=3)
    FigureCanvasAgg(figure).draw()
    assert np.asarray(figure.canvas.buffer_rgba()).shape == (310, 720, 4)
    assert axes.shape == (2, 3)
    for ax in figure.axes:
        sizes = [ax.title.get_size(), ax.xaxis.label.get_size(), ax.yaxis.label.get_size()]
        assert min([*sizes, *(text.get_size() for text in ax.get_xticklabels())]) >= 11


def test_a_label_is_large_enough_where_nobody_says_how_large():
    _, ax = canvas(200, 100)
    assert label(ax, 0, 0, "here").get_size() >= 11


def test_a_log_axis_is_marked_at_the_powers_of_ten_and_nowhere_else():
    figure, ax = canvas(600, 200)
    powers_of_ten(ax, -3, 0)
    FigureCanvasAgg(figure).draw()
    assert ax.get_xlim() == (0.001, 1)
    np.testing.assert_allclose(ax.get_xticks(), [0.001, 0.01, 0.1, 1])
    assert list(ax.get_xticks(minor=True)) == []
    assert [text.get_text() for text in ax.get_xticklabels()] == [
        rf"$\mathdefault{{10^{{{r}}}}}$" for r in range(-3, 1)
    ]


def test_artists_and_lists_of_them_become_one_list():
    _, ax = canvas(200, 100)
    one, two, three = (line(ax, "k") for _ in range(3))
    assert flat(one, [two, three], []) == [one, two, three]
