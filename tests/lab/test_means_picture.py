"""Measured means: each bar as long as it says, each number beside its own dot, and the same in words."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from coursekit.lab.means_picture import Means, Panel, in_words, mean_and_bar, means_picture

ACCURACY = {("none", "Adam"): (0.9, 0.01), ("none", "SGD"): (0.8, 0.02), ("decay", "SGD"): (0.7, 0.05)}
MEANS = Means("bars: two standard errors; thick: over splits, thin: for new digits", [
    Panel("test accuracy", ACCURACY),
    Panel("lead", {("decay", ""): (-0.1, 0.02, 0.06), ("none", ""): (0.0, 0.0)}, "+.2f", at=0),
    Panel("lead", {("decay", ""): (0.3, 0.1)}, ".0%", title="again"),
])  # fmt: skip


def dots(ax):
    """Return where the dots of an axes are, and how far each of its bars reaches."""
    spans = [(*each.get_xdata(), each.get_ydata()[0]) for each in ax.lines if each.get_linestyle() == "-"]
    middles = {(x, y) for *x_, y in spans if len(x_) == 1 for x in x_}
    return middles, [(x, y) for *x, y in spans if len(x) == 2 and x != [0, 1]]


def test_a_bar_is_two_standard_errors_of_independent_runs():
    runs = np.random.default_rng(0).normal(3, 2, size=(20_000, 25))
    means, bars = zip(*map(mean_and_bar, runs[:2000]), strict=True)
    assert np.mean(bars) == pytest.approx(2 * np.std(runs.mean(axis=1)), rel=0.02)
    assert 0.93 < np.mean(np.abs(np.array(means) - 3) < bars) < 0.96
    won = np.arange(100) < 64
    assert mean_and_bar(won) == pytest.approx((0.64, 2 * np.sqrt(0.64 * 0.36 / 99)))


def test_each_mean_has_its_dot_and_its_bars():
    accuracy, lead, again = means_picture(MEANS).figure.axes
    middles, bars = dots(accuracy)
    assert {x for x, _ in middles} == {0.9, 0.8, 0.7}
    assert [x for x, _ in bars] == [pytest.approx(ends) for ends in ([0.89, 0.91], [0.78, 0.82], [0.65, 0.75])]
    assert [x for x, _ in dots(lead)[1]] == [pytest.approx(ends) for ends in ([-0.12, -0.08], [-0.16, -0.04], [0, 0])]
    assert [tick.get_text() for tick in accuracy.get_yticklabels()] == ["none", "decay"]
    for ax in (accuracy, lead, again):
        said = {text.get_position()[1]: text.get_text() for text in ax.texts}
        assert {y for _, y in dots(ax)[0]} == set(said), "a number stands as high as its dot"
    assert [text.get_text() for text in lead.texts] == ["−0.10 ± 0.02", "+0.00 ± 0.00"]


def test_panels_of_one_measure_share_their_axis():
    accuracy, lead, again = means_picture(MEANS).figure.axes
    assert lead.get_xlim() == again.get_xlim() != accuracy.get_xlim()
    assert lead.get_xlim()[0] < -0.16 < 0.4 < lead.get_xlim()[1]


@pytest.mark.seconds
def test_no_words_leave_the_picture_or_lie_on_others():
    figure = means_picture(MEANS).figure
    FigureCanvasAgg(figure).draw()
    words = [text for ax in figure.axes for text in (*ax.texts, ax.xaxis.label, ax.title)]
    boxes = [text.get_window_extent() for text in words if text.get_text()]
    assert all(figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1 for box in boxes)
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])


def test_its_words_say_every_number():
    assert in_words(MEANS).splitlines() == [
        "bars: two standard errors; thick: over splits, thin: for new digits",
        "test accuracy",
        "none, Adam: 0.900 ± 0.010, SGD: 0.800 ± 0.020",
        "decay, SGD: 0.700 ± 0.050",
        "lead",
        "decay, −0.10 ± 0.02 ± 0.06",
        "none, +0.00 ± 0.00",
        "again, lead",
        "decay, 30% ± 10%",
    ]
