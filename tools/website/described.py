"""What a page needs to know of a control, as JSON."""

from typing import Any

from coursekit.lab.controls import Checkbox, Control, Drawing, Moves, Slider, Value


def as_json(control: Control, stops: list[Value]) -> dict[str, Any]:
    """Describe a control and where it stops.

    Parameters
    ----------
    control : Control
    stops : list
        Its recorded values, in order.

    Returns
    -------
    dict
        With ``kind``, ``name``, ``label``, ``stops`` and ``start``, the number of the stop where it starts.
    """
    common: dict[str, Any] = {"name": control.name, "label": control.label, "start": stops.index(control.start)}
    if isinstance(control, Slider):
        numbers = [int(value) if control.whole else float(f"{value:.6g}") for value in stops]
        return {"kind": "slider", **common, "stops": numbers, "plays": control.plays, "last": control.last}
    if isinstance(control, Moves):
        done = [[list(control.options).index(move) for move in moves] for moves in stops]
        return {"kind": "moves", **common, "options": list(control.options), "stops": done, "most": control.most}
    if isinstance(control, Drawing):
        return {"kind": "drawing", **common, "stops": [[]]}
    return {"kind": "checkbox" if isinstance(control, Checkbox) else "choice", **common, "stops": list(stops)}
