"""Scales: where a search spends its trials.

A scale is a one-to-one map between a hyperparameter's range and the unit interval. Whatever is uniform in the unit
interval (a random draw, a grid) is spread over the range as the scale says: evenly, by ratio, or crowded towards 1.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import MANY, a_generator, a_number, a_whole_number, an_array, as_array, is_masked, refuse, shown
from coursekit._same import drawer, drawers, is_same


class Scale(ABC):
    """What every scale can do once it knows the way to the unit interval and back."""

    @abstractmethod
    def to_unit(self, x: ArrayLike) -> NDArray[np.float64]:
        """Map values of the range to the unit interval."""

    @abstractmethod
    def from_unit(self, u: ArrayLike) -> NDArray[Any]:
        """Map the unit interval to values of the range."""

    def sample(self, size: int | tuple[int, ...], rng: np.random.Generator) -> NDArray[Any]:
        """Draw values that are uniform on this scale.

        Parameters
        ----------
        size : int or tuple of int
            The shape of the result.
        rng : numpy.random.Generator
            Where the randomness comes from.

        Returns
        -------
        array, shape ``size``
            In the unit of the range.

        Raises
        ------
        TypeError, ValueError
            If ``rng`` is not a Generator, or ``size`` no shape, or one of more than 10 million values.

        Examples
        --------
        >>> draws = LogScale(1e-4, 1).sample(10_000, np.random.default_rng(0))
        >>> f"{np.mean(draws < 0.01):.0%} below 0.01"
        '50% below 0.01'
        """
        where = f"{type(self).__name__}.sample"
        sizes = size if isinstance(size, tuple) else (size,)
        shape = [a_whole_number(where, "size", n, least=0, most=MANY) for n in sizes]
        if math.prod(shape) > MANY:
            refuse(where, "size", f"ask for at most {MANY:,} values", size)
        return self.from_unit(a_generator(where, rng).random(shape))

    def grid(self, n: int, *, ends: bool = False) -> NDArray[Any]:
        """Lay ``n`` values out evenly on this scale.

        Parameters
        ----------
        n : int
            How many; with ``ends``, at least 2.
        ends : bool, optional
            False: the midpoints of ``n`` equal cells. True: both ends and what lies evenly between them.

        Returns
        -------
        array, shape (n,)
            In the unit of the range. On a discrete scale, values may repeat.

        Raises
        ------
        ValueError
            If ``n`` is too small or not whole.

        Examples
        --------
        >>> LogScale(1e-4, 1).grid(5, ends=True)
        array([1.e-04, 1.e-03, 1.e-02, 1.e-01, 1.e+00])
        >>> LinearScale(0, 1).grid(5)
        array([0.1, 0.3, 0.5, 0.7, 0.9])
        """
        n = a_whole_number(f"{type(self).__name__}.grid", "n", n, least=2 if ends else 1, most=MANY)
        return self.from_unit(np.linspace(0, 1, n) if ends else (np.arange(n) + 0.5) / n)

    def _in_range(self, method: str, argument: str, value: ArrayLike, low: float, high: float) -> NDArray[np.float64]:
        where = f"{type(self).__name__}.{method}"
        array = an_array(where, argument, value).astype(np.float64)
        outside = array[(array < low) | (array > high)]
        if outside.size:
            refuse(where, argument, f"lie in [{low:g}, {high:g}]", outside.flat[0])
        return array


@dataclass(frozen=True)
class _Interval(Scale):
    low: float
    high: float

    def __post_init__(self) -> None:
        name = type(self).__name__
        low, high = a_number(name, "low", self.low), a_number(name, "high", self.high)
        if low >= high:
            refuse(name, "low", f"be below high = {self.high}", self.low)
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)


def _way(r: NDArray[np.float64], a: float, b: float) -> NDArray[np.float64]:
    """How far r has come from a to b, as a share."""
    width = b / 2 - a / 2  # in halves, as b - a may overflow
    return np.clip((r / 2 - a / 2) / (width or 1), 0, 1)  # 1: a and b may have been rounded to one place


@dataclass(frozen=True)
class LinearScale(_Interval):
    """Equal differences get equal shares: uniform in x.

    Parameters
    ----------
    low, high : float
        The ends of the range, low below high, in the unit of the hyperparameter.

    Raises
    ------
    ValueError
        If the bounds are not finite or not in order.

    Examples
    --------
    >>> LinearScale(0.0001, 1).from_unit([0, 0.5, 1])
    array([1.0000e-04, 5.0005e-01, 1.0000e+00])
    """

    def to_unit(self, x: ArrayLike) -> NDArray[np.float64]:
        """Map values in [low, high] to [0, 1], any shape."""
        x = self._in_range("to_unit", "x", x, self.low, self.high)
        return _way(x, self.low, self.high)

    def from_unit(self, u: ArrayLike) -> NDArray[np.float64]:
        """Map values in [0, 1] to [low, high], any shape."""
        u = self._in_range("from_unit", "u", u, 0, 1)
        return np.clip(self.low * (1 - u) + self.high * u, self.low, self.high)


@dataclass(frozen=True)
class LogScale(_Interval):
    """Equal ratios get equal shares: uniform in log x.

    Parameters
    ----------
    low, high : float
        The ends of the range, 0 < low < high, in the unit of the hyperparameter.

    Raises
    ------
    ValueError
        If the bounds are not finite, not positive or not in order.

    Notes
    -----
    Course notation: a = log10(low), b = log10(high), r uniform in [a, b], the hyperparameter is 10^r.

    Examples
    --------
    >>> LogScale(0.0001, 1).from_unit([0, 0.5, 1])
    array([1.e-04, 1.e-02, 1.e+00])
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.low <= 0:
            refuse("LogScale", "low", "be above 0, as its logarithm is taken", self.low)

    def to_unit(self, x: ArrayLike) -> NDArray[np.float64]:
        """Map values in [low, high] to [0, 1], any shape."""
        x = self._in_range("to_unit", "x", x, self.low, self.high)
        return _way(np.log10(x), np.log10(self.low), np.log10(self.high))

    def from_unit(self, u: ArrayLike) -> NDArray[np.float64]:
        """Map values in [0, 1] to [low, high], any shape."""
        u = self._in_range("from_unit", "u", u, 0, 1)
        r: NDArray[np.float64] = np.log10(self.low) * (1 - u) + np.log10(self.high) * u
        with np.errstate(over="ignore"):  # at the largest float, r may be rounded up
            return np.clip(10**r, self.low, self.high)


@dataclass(frozen=True)
class ReverseLogScale(_Interval):
    """Equal ratios of the distance to 1 get equal shares: uniform in log(1 - x).

    For a decay near 1, whose window 1 / (1 - decay) is what matters.

    Parameters
    ----------
    low, high : float
        The ends of the range, low < high < 1.

    Raises
    ------
    ValueError
        If the bounds are not finite, not below 1 or not in order.

    Notes
    -----
    Course notation: r uniform in [log10(1 - high), log10(1 - low)], 1 - beta = 10^r. Any base gives the same shares;
    here it is e, whose log1p and expm1 do not round 1 - x.

    Examples
    --------
    >>> ReverseLogScale(0.9, 0.999).from_unit([0, 0.5, 1])
    array([0.9  , 0.99 , 0.999])
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.high >= 1:
            refuse("ReverseLogScale", "high", "be below 1, as the logarithm of 1 - high is taken", self.high)

    def to_unit(self, x: ArrayLike) -> NDArray[np.float64]:
        """Map values in [low, high] to [0, 1], any shape."""
        x = self._in_range("to_unit", "x", x, self.low, self.high)
        return _way(-np.log1p(-x), -np.log1p(-self.low), -np.log1p(-self.high))

    def from_unit(self, u: ArrayLike) -> NDArray[np.float64]:
        """Map values in [0, 1] to [low, high], any shape."""
        u = self._in_range("from_unit", "u", u, 0, 1)
        r: NDArray[np.float64] = np.log1p(-self.low) * (1 - u) + np.log1p(-self.high) * u
        with np.errstate(over="ignore"):  # at the largest float, r may be rounded up
            return np.clip(-np.expm1(r), self.low, self.high)


@dataclass(frozen=True)
class IntegerScale(Scale):
    """Every whole number from low to high, both included, gets an equal share.

    Parameters
    ----------
    low, high : int
        The ends of the range, low below high.

    Raises
    ------
    ValueError
        If the bounds are not whole or not in order.

    Examples
    --------
    >>> IntegerScale(2, 4).grid(3)
    array([2, 3, 4])
    """

    low: int
    high: int

    def __post_init__(self) -> None:
        for name, bound in (("low", self.low), ("high", self.high)):
            number = a_number("IntegerScale", name, bound)
            if abs(number) >= 2**53:
                refuse("IntegerScale", name, "be below 2^53 in size, where floats begin to skip whole numbers", bound)
            if number != int(number):
                refuse("IntegerScale", name, "be a whole number", bound)
            object.__setattr__(self, name, int(number))
        if self.low >= self.high:
            refuse("IntegerScale", "low", f"be below high = {self.high}", self.low)

    def to_unit(self, x: ArrayLike) -> NDArray[np.float64]:
        """Map whole numbers in [low, high] to the midpoints of their cells in [0, 1], any shape."""
        x = self._in_range("to_unit", "x", x, self.low, self.high)
        if (x != np.floor(x)).any():
            refuse("IntegerScale.to_unit", "x", "hold whole numbers", x[x != np.floor(x)].flat[0])
        return (x - self.low + 0.5) / (self.high - self.low + 1)

    def from_unit(self, u: ArrayLike) -> NDArray[np.int64]:
        """Map values in [0, 1] to the whole numbers low to high, any shape."""
        u = self._in_range("from_unit", "u", u, 0, 1)
        cell = np.floor(u * (self.high - self.low + 1)).astype(np.int64)
        return np.minimum(self.low + cell, self.high)


@dataclass(frozen=True)
class ChoiceScale(Scale):
    """Every option gets an equal share: for what has no order, such as the activation function.

    Parameters
    ----------
    options : sequence
        What to choose from, each once.

    Raises
    ------
    TypeError
        If ``options`` is not a sequence of things.
    ValueError
        If there are none, or one stands twice.

    Examples
    --------
    >>> ChoiceScale(["relu", "tanh"]).from_unit([0.1, 0.9]).tolist()
    ['relu', 'tanh']
    """

    options: Sequence[Any]

    def __post_init__(self) -> None:
        if isinstance(self.options, str) or not isinstance(self.options, Sequence):
            refuse("ChoiceScale", "options", "be a list of things to choose from", shown(self.options), error=TypeError)
        options = tuple(self.options)
        if not options:
            refuse("ChoiceScale", "options", "hold at least one thing to choose", "none")
        object.__setattr__(self, "options", options)
        places = {place for alike in self._drawers.values() for place in alike}
        if len(places) < len(options):
            again = next(option for place, option in enumerate(options) if place not in places)
            refuse("ChoiceScale", "options", "hold each thing once", f"{shown(again)} twice")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ChoiceScale):
            return NotImplemented
        return is_same(self.options, other.options)

    def __hash__(self) -> int:
        return hash(("ChoiceScale", len(self.options)))  # an option may have no hash

    def to_unit(self, x: ArrayLike) -> NDArray[np.float64]:
        """Map options to the midpoints of their cells in [0, 1], any shape: one option, or lists of them."""
        if isinstance(x, np.ma.MaskedArray) or is_masked(x):
            x = as_array("ChoiceScale.to_unit", "x", x)
        cells = as_array("ChoiceScale.to_unit", "x", self._cells(x))
        if isinstance(x, np.ndarray) and not cells.size:  # a list can't say how long the rows of none are
            cells = cells.reshape(x.shape)
        return np.asarray((cells + 0.5) / len(self.options))

    def from_unit(self, u: ArrayLike) -> NDArray[np.object_]:
        """Map values in [0, 1] to options, any shape; the result is an array of objects."""
        u = self._in_range("from_unit", "u", u, 0, 1)
        table = np.empty(len(self.options), dtype=object)
        for i, option in enumerate(self.options):  # one by one: together, NumPy would look into them
            table[i] = option
        cell = np.minimum((u * len(table)).astype(np.int64), len(table) - 1)
        return np.take(table, cell, out=np.empty(u.shape, dtype=object))

    @cached_property
    def _drawers(self) -> dict[object, list[int]]:
        return drawers(self.options)

    def _cells(self, x: Any) -> Any:
        """Return the number of an option; of a list, or an array, the numbers of what it holds."""
        mine, rest = drawer(x), self._drawers.get(None, [])
        for i in range(len(self.options)) if mine is None else self._drawers.get(mine, []) + rest:
            if is_same(self.options[i], x):
                return i
        if isinstance(x, list | tuple) or (isinstance(x, np.ndarray) and x.ndim):
            return [self._cells(each) for each in x]
        if isinstance(x, np.ndarray):
            return self._cells(x[()])
        return refuse("ChoiceScale.to_unit", "x", f"hold only {', '.join(map(shown, self.options[:100]))}", shown(x))
