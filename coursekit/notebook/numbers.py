"""What is typed into a number box: taken as it is meant, or refused in words."""

import math

from coursekit.lab.controls import Slider


def read_number(text: str, control: Slider) -> float:
    """Return the number that a text means for a slider.

    Parameters
    ----------
    text : str
        Such as ``"0.5"``, ``"0,5"`` or ``"5e-1"``.
    control : Slider
        Says where the number must lie, and whether it must be whole; one that counts takes the nearest of its numbers.

    Returns
    -------
    float
        An ``int`` where the control's numbers are whole.

    Raises
    ------
    ValueError
        If it is no number, not whole where it must be, or out of range; the message is for the learner.

    Examples
    --------
    >>> from coursekit.scales import IntegerScale
    >>> read_number("1e1", Slider("layers", IntegerScale(2, 40), 3, "layers"))
    10
    """
    low, high = control.ends
    between = f"from {write_number(low)} to {write_number(high)}"
    try:
        value = float(text.strip().replace("\N{MINUS SIGN}", "-").replace(",", "."))
    except ValueError:
        value = math.nan
    if math.isnan(value):
        raise ValueError(f"{control.label}: “{text}” is no number. Write one {between}.")
    if control.whole and not value.is_integer():
        raise ValueError(f"{control.label}: {text} is no whole number. Write one {between}.")
    if not low <= value <= high:
        raise ValueError(f"{control.label}: {text} is out of range. It goes {between}.")
    return control.nearest(value) if control.counted else value


def write_number(value: float) -> str:
    """Write a number for its box, whole where it is whole.

    Examples
    --------
    >>> write_number(0.0251), write_number(40), write_number(1.0)
    ('0.0251', '40', '1')
    """
    return f"{value:.10g}"
