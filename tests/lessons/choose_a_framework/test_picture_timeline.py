"""The frameworks on a line of time: what the picture shows, and what its words say."""

import pytest

from coursekit.lab.frame import Frame
from coursekit.lab.picture import BLUE
from coursekit.lessons.choose_a_framework.frameworks import frameworks
from coursekit.lessons.choose_a_framework.picture_timeline import in_words, timeline


@pytest.mark.seconds
def test_every_framework_has_its_mark_in_its_month_and_the_new_ones_are_blue():
    picture = timeline(frameworks())
    (ax,) = picture.figure.axes
    rows = sorted(frameworks(), key=lambda each: each.released)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [each.name for each in rows]
    marks = [mark for mark in ax.lines if mark.get_marker() == "o"]
    assert [int(mark.get_xdata()[0]) for mark in marks] == [int(each.released[:4]) for each in rows]
    blue = {rows[int(mark.get_ydata()[0])].name for mark in marks if mark.get_color() == BLUE}
    assert blue == {each.name for each in rows if each.released > "2024-11"}
    Frame(picture).draw(None)


def test_no_words_leave_the_picture():
    figure = timeline(frameworks()).figure
    figure.canvas.draw()
    box = figure.bbox
    for text in figure.axes[0].texts:
        extent = text.get_window_extent()
        assert box.x0 <= extent.x0 < extent.x1 <= box.x1, text.get_text()


def test_its_words_say_what_became_of_each():
    said = in_words(frameworks()).splitlines()
    assert len(said) == len(frameworks())
    for each in frameworks():
        (line,) = [line for line in said if line.startswith(f"{each.name}: ")]
        assert all(fact in line for fact in (each.released, each.licence, each.fate, each.successor, each.governed_by))
