"""Where the controls of a panel stand: a few in sight, the rest behind a button, and what is pressed in one row."""

from collections.abc import Iterable, Sequence

import ipywidgets as widgets

IN_SIGHT = 4  # controls; the page puts the rest behind "more"


def laid_out(knobs: Iterable[widgets.Widget], buttons: Sequence[widgets.Widget]) -> widgets.Box:
    """Lay controls out in as many columns as there is room for, and buttons in a row behind them.

    Parameters
    ----------
    knobs : iterable of Widget
        In their order.
    buttons : sequence of Widget
        Start and Stop, what clears a drawing, Reset.

    Returns
    -------
    Box
    """
    all_of_them = list(knobs)
    for widget in all_of_them[IN_SIGHT:]:
        widget.add_class("coursekit-extra")
    bar = widgets.HBox(list(buttons)).add_class("coursekit-bar")
    return widgets.Box([*all_of_them, bar]).add_class("coursekit-controls")
