"""The controls of an explorer: what each is called, where it starts, and the ends that its tests go to."""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit._checks import refuse
from coursekit.scales import ChoiceScale, IntegerScale, LinearScale, LogScale, ReverseLogScale


@dataclass(frozen=True)
class Slider:
    """A slider over any of the course's scales, with a number box beside it for exact values.

    Parameters
    ----------
    name : str
        The argument of ``compute`` that it sets.
    scale : LinearScale, LogScale, ReverseLogScale, IntegerScale or ChoiceScale
        Equal steps of the hand are equal steps on this scale. A choice is one among numbers, listed from low to high.
    start : float
        Where it stands at first and after "reset".
    label : str
        What stands beside it, with the unit where there is one.
    steps : int, optional
        How many steps there are from end to end; integers and listed numbers are steps themselves.
    plays : bool, optional
        Whether a play button moves it: for what passes in time.

    Raises
    ------
    ValueError
        If ``start`` is outside the scale, or none of the numbers that it counts, or those do not go up.

    Examples
    --------
    >>> from coursekit.scales import LogScale
    >>> rate = Slider("learning_rate", LogScale(1e-4, 1), start=0.01, label="learning rate")
    >>> rate.at(0), rate.at(60), rate.at(rate.last)
    (0.0001, 0.0251, 1.0)
    >>> rate.position(0.01)
    50
    >>> from coursekit.scales import ChoiceScale
    >>> batch = Slider("batch_size", ChoiceScale((1, 8, 64)), start=8, label="batch size")
    >>> batch.at(2), batch.position(50), batch.nearest(50)
    (64, 2, 64)
    """

    name: str
    scale: LinearScale | LogScale | ReverseLogScale | IntegerScale | ChoiceScale
    start: float
    label: str
    steps: int = 100
    plays: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.scale, ChoiceScale) and list(self.scale.options) != sorted(self.scale.options):
            refuse("Slider", "scale", "list its numbers from low to high", self.scale.options)
        low, high = self.ends
        if not low <= self.start <= high:
            refuse("Slider", "start", f"lie in [{low}, {high}]", self.start)
        if self.counted and self.start not in self.counted:
            rule = f"be one of {', '.join(map(str, self.counted))}"
            whole = isinstance(self.scale, IntegerScale)
            refuse("Slider", "start", "be a whole number, as all of its scale are" if whole else rule, self.start)

    @property
    def counted(self) -> Sequence[float]:
        """The numbers that it steps through one by one; none where the scale is continuous."""
        if isinstance(self.scale, ChoiceScale):
            return self.scale.options
        return range(self.scale.low, self.scale.high + 1) if isinstance(self.scale, IntegerScale) else ()

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers."""
        return bool(self.counted) and all(value == int(value) for value in self.counted)

    @property
    def last(self) -> int:
        """The last position; the first is 0."""
        return len(self.counted) - 1 if self.counted else self.steps

    @property
    def ends(self) -> tuple[float, float]:
        """The values at both ends."""
        if isinstance(self.scale, ChoiceScale):
            return self.counted[0], self.counted[-1]
        return self.scale.low, self.scale.high

    def at(self, position: int) -> float:
        """Return the value at a position of the handle, to three significant digits of what the scale counts in."""
        if self.counted:
            return self.counted[position]
        if position in (0, self.last):
            return self.ends[position > 0]
        low, high = self.ends
        value = float(self.scale.from_unit(position / self.last))
        step = (high - low) / self.last
        counts_in: dict[type, float] = {LinearScale: step, LogScale: value, ReverseLogScale: 1 - value}
        digits = 2 - math.floor(math.log10(counts_in[type(self.scale)]))
        return min(max(round(value, digits), low), high) + 0.0  # which makes -0.0 a zero

    def position(self, value: float) -> int:
        """Return the position of the handle nearest to a value."""
        if self.counted:
            return int(np.argmin(np.abs(np.asarray(self.counted) - value)))
        return int(np.rint(float(self.scale.to_unit(value)) * self.last))

    def nearest(self, value: float) -> float:
        """Return the value nearest to any number that the handle can be put on, as a hand on the picture means it."""
        low, high = self.ends
        return self.at(self.position(min(max(value, low), high)))


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


@dataclass(frozen=True)
class Moves:
    """Buttons for what a learner can do, one thing after the other; the last can be taken back.

    Its value is the tuple of all that was done, so that ``compute`` stays pure: it does it all again. The start is ().

    Parameters
    ----------
    name : str
        The argument of ``compute`` that it sets.
    options : sequence of str
        What can be done: the words on the buttons.
    label : str
        What stands beside them.
    most : int, optional
        How many moves there are.
    allows : callable, what was done -> options, optional
        Which options can act now; the buttons of all others are grey. None: all of them can, always.

    Raises
    ------
    ValueError
        If there are no options.

    Examples
    --------
    >>> Moves("moves", ("train", "halve the rate"), "your move", most=3).ends
    (('train',), ('halve the rate',), ('train', 'halve the rate', 'train'))
    """

    name: str
    options: Sequence[str]
    label: str
    most: int = 12
    allows: Callable[[tuple[str, ...]], Collection[str]] | None = None

    def __post_init__(self) -> None:
        if not self.options:
            refuse("Moves", "options", "hold at least one thing to do", "none")

    def allowed(self, done: tuple[str, ...]) -> Collection[str]:
        """Return the options that can act after what was done."""
        if len(done) >= self.most:
            return ()
        return self.options if self.allows is None else self.allows(done)

    @property
    def start(self) -> tuple[str, ...]:
        """Nothing done yet."""
        return ()

    @property
    def ends(self) -> tuple[tuple[str, ...], ...]:
        """Each option alone; and as many moves as there are, the options by turns."""
        by_turns = (tuple(self.options) * self.most)[: self.most]
        return (*((option,) for option in self.options), by_turns)


@dataclass(frozen=True)
class Drawing:
    """What the learner draws on the picture with the pointer, and a button to clear it.

    The explorer's ``touch`` says what a stroke makes of its value. The start is (), nothing drawn.

    Parameters
    ----------
    name : str
        The argument of ``compute`` that it sets.
    example : tuple of float
        A value that it may have, for the tests.
    label : str
        What stands beside the button.
    cells : (int, int), optional
        How many cells the sheet has, across and down: the keyboard draws in one after the other.
    nib : float, optional
        How wide a stroke is, in cells.
    axes : int, optional
        The number of the axes, in ``figure.axes``, that are the sheet.
    """

    name: str
    example: tuple[float, ...]
    label: str
    cells: tuple[int, int] = (8, 8)
    nib: float = 1.4
    axes: int = 0

    @property
    def start(self) -> tuple[float, ...]:
        """Nothing drawn yet."""
        return ()

    @property
    def ends(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """An empty sheet, and the example."""
        return (), self.example


Control = Slider | Dropdown | Checkbox | Moves | Drawing
Value = Any  # what a control gives: a number, an option's name, a bool, or a tuple of what was done
