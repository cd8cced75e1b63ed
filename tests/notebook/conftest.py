"""What the tests of the notebook room share: real widgets without a kernel, and a page that remembers."""

from typing import Any, NamedTuple

import ipywidgets as widgets
import pytest

from coursekit.lab.controls import Checkbox, Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import Picture, canvas, line
from coursekit.notebook import checking, course_map, showing
from coursekit.scales import LogScale


class Output(NamedTuple):
    """What was put on the page: MIME type to content, and to metadata."""

    data: dict[str, Any]
    metadata: dict[str, Any]


@pytest.fixture
def page(monkeypatch):
    """Everything that is displayed, in its order."""
    outputs = []

    def display(data, *, metadata=None, raw):
        assert raw
        outputs.append(Output(data, metadata or {}))

    for room in (showing, checking, course_map):
        monkeypatch.setattr(room, "display", display)
    return outputs


@pytest.fixture(autouse=True)
def _no_widget_stays():
    yield
    widgets.Widget.close_all()


def small_picture():
    figure, ax = canvas(120, 80)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    dot = line(ax, "k", marker="o")
    return Picture(figure, lambda state: dot.set_data([state["rate"]], [0.5]), [dot], ghosts=[dot])


def describe(state):
    return Words(f"rate {state['rate']:g}", f"{state['optimizer']}, {'centred' if state['centred'] else 'raw'}.")


def compute(rate, optimizer, centred):
    if rate < 0.001:
        raise ValueError("the rate is too small")
    return {"rate": rate, "optimizer": optimizer, "centred": centred}


@pytest.fixture
def explorer():
    """Three controls of three kinds; it refuses rates below 0.001."""
    return Explorer(
        name="small",
        title="Is 1 < 2?",
        task="Find `rate` & see.",
        controls=(
            Slider("rate", LogScale(0.0001, 1), 0.05, "rate", plays=True),
            Dropdown("optimizer", ("Adam", "SGD"), "SGD", "optimizer"),
            Checkbox("centred", start=False, label="centred"),
        ),
        compute=compute,
        picture=small_picture,
        describe=describe,
    )
