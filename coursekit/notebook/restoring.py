"""Whether a control can stand where a file says that it stood: the course may be newer, or somebody wrote into it."""

import math
from collections.abc import Sequence
from typing import Any

from coursekit.lab.controls import Checkbox, Control, Dropdown, Moves, Slider, Value


def fitting(controls: Sequence[Control], stored: object) -> dict[str, Value]:
    """Return those of the stored values that their controls can have, by name.

    Parameters
    ----------
    controls : sequence of Control
    stored : object
        What the file holds: name to value, if it is sound.

    Returns
    -------
    dict
    """
    values = stored if isinstance(stored, dict) else {}
    both = ((control, _plain(values[control.name])) for control in controls if control.name in values)
    return {control.name: value for control, value in both if _can_have(control, value)}


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _can_have(control: Control, value: Any) -> bool:
    if isinstance(control, Slider):
        low, high = control.ends
        return _is_number(value) and low <= value <= high and (not control.counted or value in control.counted)
    if isinstance(control, Dropdown):
        return value in control.options
    if isinstance(control, Checkbox):
        return isinstance(value, bool)
    if not isinstance(value, tuple):
        return False
    if isinstance(control, Moves):
        return all(move in control.allowed(value[:i]) for i, move in enumerate(value))
    return len(value) in (0, len(control.example)) and all(map(_is_number, value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
