"""The controls of an explorer: what each is called, where it starts, and the ends that its tests go to."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit._checks import refuse
from coursekit.scales import IntegerScale, LinearScale, LogScale, ReverseLogScale


@dataclass(frozen=True)
class Slider:
    """A slider over any of the course's scales, with a number box beside it for exact values.

    Parameters
    ----------
    name : str
        The argument of ``compute`` that it sets.
    scale : LinearScale, LogScale, ReverseLogScale or IntegerScale
        Equal steps of the hand are equal steps on this scale.
    start : float
        Where it stands at first and after "reset".
    label : str
        What stands beside it, with the unit where there is one.
    steps : int, optional
        How many steps there are from end to end; an integer scale has its own.
    plays : bool, optional
        Whether a play button moves it: for what passes in time.

    Raises
    ------
    ValueError
        If ``start`` is outside the scale, or not whole where the scale is.

    Examples
    --------
    >>> from coursekit.scales import LogScale
    >>> rate = Slider("learning_rate", LogScale(1e-4, 1), start=0.01, label="learning rate")
    >>> rate.at(0), rate.at(60), rate.at(rate.last)
    (0.0001, 0.0251, 1.0)
    >>> rate.position(0.01)
    50
    """

    name: str
    scale: LinearScale | LogScale | ReverseLogScale | IntegerScale
    start: float
    label: str
    steps: int = 100
    plays: bool = False

    def __post_init__(self) -> None:
        low, high = self.ends
        if not low <= self.start <= high:
            refuse("Slider", "start", f"lie in [{low}, {high}]", self.start)
        if self.whole and self.start != int(self.start):
            refuse("Slider", "start", "be a whole number, as all of its scale are", self.start)

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers."""
        return isinstance(self.scale, IntegerScale)

    @property
    def last(self) -> int:
        """The last position; the first is 0."""
        return self.scale.high - self.scale.low if isinstance(self.scale, IntegerScale) else self.steps

    @property
    def ends(self) -> tuple[float, float]:
        """The values at both ends."""
        return self.scale.low, self.scale.high

    def at(self, position: int) -> float:
        """Return the value at a position of the handle, to three significant digits of what the scale counts in."""
        if isinstance(self.scale, IntegerScale):
            return self.scale.low + position
        if position in (0, self.last):
            return self.ends[position > 0]
        low, high = self.ends
        value = float(self.scale.from_unit(position / self.last))
        counts_in = {LinearScale: (high - low) / self.last, LogScale: value, ReverseLogScale: 1 - value}
        digits = 2 - math.floor(math.log10(counts_in[type(self.scale)]))
        return min(max(round(value, digits), low), high) + 0.0  # which makes -0.0 a zero

    def position(self, value: float) -> int:
        """Return the position of the handle nearest to a value."""
        if isinstance(self.scale, IntegerScale):
            return int(value) - self.scale.low
        return int(np.rint(float(self.scale.to_unit(value)) * self.last))


@dataclass(frozen=True)
class Dropdown:
    """A choice among a few named options.

    Parameters
    ----------
    name : str
        The argument of ``compute`` that it sets.
    options : sequence of str
        The options, in the order in which they are listed.
    start : str
        The one chosen at first.
    label : str
        What stands beside it.

    Raises
    ------
    ValueError
        If ``start`` is not among the options.
    """

    name: str
    options: Sequence[str]
    start: str
    label: str

    def __post_init__(self) -> None:
        if self.start not in self.options:
            refuse("Dropdown", "start", f"be one of {', '.join(map(repr, self.options))}", repr(self.start))

    @property
    def ends(self) -> tuple[str, ...]:
        """Every option: all of them are ends."""
        return tuple(self.options)


@dataclass(frozen=True)
class Checkbox:
    """Something that is on or off.

    Parameters
    ----------
    name : str
        The argument of ``compute`` that it sets.
    start : bool
        Whether it is on at first.
    label : str
        What stands beside it.
    """

    name: str
    start: bool
    label: str

    @property
    def ends(self) -> tuple[bool, bool]:
        """Off and on."""
        return (False, True)


Control = Slider | Dropdown | Checkbox
Value = Any  # what a control gives: a number, an option's name, or a bool
