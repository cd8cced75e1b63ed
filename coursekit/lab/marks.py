"""Which axis of a picture is which control: what a pointer on it sets, and what is read off under it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from coursekit.lab.controls import Checkbox, Control, Drawing, Dropdown, Slider, Value


@dataclass(frozen=True)
class Along:
    """A control whose values stand along an axis of the picture.

    Parameters
    ----------
    axis : "x" or "y"
        The axis.
    control : str
        The name of a slider, a drop-down or a checkbox.
    axes : int, optional
        The number of the axes in ``figure.axes``.
    place : callable, value -> float, optional
        Where a value stands on the axis. None: where its number is; the options of a drop-down, at 0, 1, 2, ...
    within : (float, float), optional
        From where to where on the other axis a pointer means this control: the row of one bar among many. None: all
        over the axes.

    Examples
    --------
    >>> tuple(Along("x", f"z{i}", within=(i - 0.5, i + 0.5)) for i in range(4))[3].within
    (2.5, 3.5)
    """

    axis: Literal["x", "y"]
    control: str
    axes: int = 0
    place: Callable[[Any], float] | None = None
    within: tuple[float, float] | None = None


def settings(control: Control) -> Sequence[Value]:
    """Return the values that a control can be put on, in the order of its positions."""
    if isinstance(control, Slider):
        return [control.at(i) for i in range(control.last + 1)]
    return control.ends if isinstance(control, Dropdown | Checkbox) else ()


def stops(mark: Along, control: Control, figure: Figure, among: Sequence[Value] | None = None) -> list[float]:
    """Say how far from the picture's left, or from its top, each value stands: all, or those among which it can go."""
    ax, values = figure.axes[mark.axes], settings(control) if among is None else among
    if mark.place is not None:
        places = [mark.place(value) for value in values]
    else:
        places = list(values) if isinstance(control, Slider) else list(range(len(values)))
    pixels = _pixels(ax, mark.axis, places)
    return list(pixels) if mark.axis == "x" else list(figure.bbox.height - pixels)


def readable(mark: Along, control: Control, figure: Figure, among: Sequence[Value] | None = None) -> dict[str, Any]:
    """Write a mark down for a page: the box in which a pointer means it, and its stops, in pixels from the top left.

    Parameters
    ----------
    mark : Along
    control : Control
        The one that it names.
    figure : matplotlib.figure.Figure
        Laid out.
    among : sequence, optional
        The values that the control can be put on; None: all that it has.

    Returns
    -------
    dict
        JSON: ``axis``; ``box``, the left, top, right and bottom; ``stops``; and ``texts``, what each stop is.
    """
    ax, height = figure.axes[mark.axes], figure.bbox.height
    (left, bottom), (right, top) = ax.bbox.get_points()
    if mark.within is not None and mark.axis == "x":
        bottom, top = sorted(_pixels(ax, "y", mark.within))
    elif mark.within is not None:
        left, right = sorted(_pixels(ax, "x", mark.within))
    box = [round(float(v)) for v in (left, height - top, right, height - bottom)]
    texts = [f"{control.label} {value:g}" if isinstance(control, Slider) else f"{control.label}: {value}"
             for value in (settings(control) if among is None else among)]  # fmt: skip
    rounded = [round(float(stop), 1) for stop in stops(mark, control, figure, among)]
    return {"axis": mark.axis, "box": box, "stops": rounded, "texts": texts}


def sheet_of(drawing: Drawing, figure: Figure) -> dict[str, Any]:
    """Write a sheet down for a page: its ``box`` and the width of the ``nib`` in pixels, and its ``cells``."""
    (left, bottom), (right, top) = figure.axes[drawing.axes].bbox.get_points()
    height, cell = figure.bbox.height, (right - left) / drawing.cells[0]
    box = [round(float(v)) for v in (left, height - top, right, height - bottom)]
    return {"box": box, "cells": list(drawing.cells), "nib": round(float(drawing.nib * cell))}


def _pixels(ax: Axes, axis: str, places: Sequence[float]) -> Any:
    middle = ax.transData.inverted().transform(ax.transAxes.transform((0.5, 0.5)))
    other = np.full(len(places), middle[1 if axis == "x" else 0])
    points = np.stack([places, other] if axis == "x" else [other, places], axis=1)
    return ax.transData.transform(points)[:, 0 if axis == "x" else 1]
