"""Where the trials lie: a scale for each hyperparameter, and how to look closer around the best setting."""

import dataclasses
import itertools
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import MANY, a_generator, a_number, a_sequence, a_whole_number, an_array, refuse, shown
from coursekit._same import is_among, once_each
from coursekit.scales import ChoiceScale, Scale

Setting: TypeAlias = dict[str, Any]

MOST = 1_000_000  # settings in a grid: beyond it, memory ends before the search does


class Space:
    """A scale for each hyperparameter: the box that a search looks through.

    Parameters
    ----------
    **scales : Scale
        By the name of the hyperparameter.

    Attributes
    ----------
    scales : mapping of str to Scale
        Read-only, in the order given.

    Raises
    ------
    TypeError, ValueError
        If something is no scale, or there is none.

    References
    ----------
    Course 2, week 3, "Tuning process". Bergstra & Bengio 2012 (JMLR 13), on random search against the grid.

    Examples
    --------
    >>> from coursekit.scales import IntegerScale, LogScale
    >>> space = Space(learning_rate=LogScale(1e-4, 1), units=IntegerScale(50, 100))
    >>> for setting in space.random(2, np.random.default_rng(0)):
    ...     print(f"{setting['learning_rate']:.5f} {setting['units']}")
    0.03531 63
    0.00015 50
    """

    def __init__(self, /, **scales: Scale) -> None:
        if not scales:
            refuse("Space", "scales", "hold at least one scale", "none")
        for name, scale in scales.items():
            if not isinstance(scale, Scale):
                refuse("Space", name, "be a scale, such as LogScale(0.0001, 1)", shown(scale), error=TypeError)
        self.scales: Mapping[str, Scale] = MappingProxyType(scales)

    def __getstate__(self) -> dict[str, Scale]:
        return dict(self.scales)  # what is read-only can't be pickled or copied

    def __setstate__(self, scales: dict[str, Scale]) -> None:
        self.scales = MappingProxyType(scales)

    def __repr__(self) -> str:
        return f"Space({', '.join(f'{name}={scale!r}' for name, scale in self.scales.items())})"

    def to_unit(self, settings: Sequence[Setting]) -> NDArray[np.float64]:
        """Map settings to points of the unit cube: shape (n, d), d in the order of the scales.

        Parameters
        ----------
        settings : sequence of dict
            Each with every name of the space, and its value in the range of the scale.

        Returns
        -------
        array, shape (n, d)

        Raises
        ------
        ValueError
            If a name is missing or too many, or a value is out of its range.
        """
        several: Sequence[Any] = a_sequence("Space.to_unit", "settings", settings, "settings")
        u = np.empty((len(several), len(self.scales)))
        for i, setting in enumerate(several):
            if not isinstance(setting, Mapping) or set(setting) != set(self.scales):
                rule = f"hold dicts with {', '.join(self.scales)}, and no other names"
                refuse("Space.to_unit", "settings", rule, shown(setting, str))
            for j, (name, scale) in enumerate(self.scales.items()):
                try:
                    u[i, j] = scale.to_unit(setting[name])
                except Exception:  # noqa: BLE001 - a scale or an option may be the user's own
                    refuse("Space.to_unit", name, f"be a value of {shown(scale)}", shown(setting[name]))
        return u

    def from_unit(self, u: ArrayLike) -> list[Setting]:
        """Map points of the unit cube to settings.

        Parameters
        ----------
        u : array_like, shape (n, d)
            In [0, 1], d in the order of the scales.

        Returns
        -------
        list of dict
            The values are plain Python ones: float, int, or an option.

        Raises
        ------
        ValueError
            If the shape does not fit, or a value is out of [0, 1].
        """
        u = an_array("Space.from_unit", "u", u)
        if u.ndim != 2 or u.shape[1] != len(self.scales):
            refuse("Space.from_unit", "u", f"have shape (n, {len(self.scales)}), a column a scale", f"shape {u.shape}")
        columns = [scale.from_unit(u[:, j]).tolist() for j, scale in enumerate(self.scales.values())]
        return [dict(zip(self.scales, row, strict=True)) for row in zip(*columns, strict=True)]

    def random(self, n: int, rng: np.random.Generator) -> list[Setting]:
        """Draw ``n`` settings, each uniform on its scales and independent of the others.

        Parameters
        ----------
        n : int
            How many. With the same seed, more settings start with those of fewer.
        rng : numpy.random.Generator
            Where the randomness comes from.

        Returns
        -------
        list of dict

        Raises
        ------
        TypeError, ValueError
            If ``n`` is not a whole number of at least 1, or ``rng`` not a Generator.
        """
        n = a_whole_number("Space.random", "n", n, most=MANY)
        return self.from_unit(a_generator("Space.random", rng).random((n, len(self.scales))))

    def grid(self, n_per_axis: int, *, ends: bool = False) -> list[Setting]:
        """Lay out every combination of ``n_per_axis`` values of each scale, those of the last one changing fastest.

        Parameters
        ----------
        n_per_axis : int
            How many values of each; a discrete scale gives fewer if they would repeat.
        ends : bool, optional
            False: the midpoints of equal cells. True: both ends and what lies evenly between them.

        Returns
        -------
        list of dict

        Raises
        ------
        ValueError
            If ``n_per_axis`` is not whole or too small, or leads to more than a million settings.

        Examples
        --------
        >>> from coursekit.scales import ChoiceScale, LogScale
        >>> space = Space(learning_rate=LogScale(0.01, 1), activation=ChoiceScale(["relu", "tanh"]))
        >>> for setting in space.grid(3, ends=True):
        ...     print(setting)
        {'learning_rate': 0.01, 'activation': 'relu'}
        {'learning_rate': 0.01, 'activation': 'tanh'}
        {'learning_rate': 0.1, 'activation': 'relu'}
        {'learning_rate': 0.1, 'activation': 'tanh'}
        {'learning_rate': 1.0, 'activation': 'relu'}
        {'learning_rate': 1.0, 'activation': 'tanh'}
        """
        n = a_whole_number("Space.grid", "n_per_axis", n_per_axis, least=2 if ends else 1, most=MOST)
        axes = [once_each(scale.grid(n, ends=ends).tolist()) for scale in self.scales.values()]
        size = math.prod(map(len, axes))
        if size > MOST:
            rule = f"give at most {MOST:,} settings"
            refuse("Space.grid", "n_per_axis", rule, f"{n}, which gives {size:,}", hint="Draw them at random instead.")
        return [dict(zip(self.scales, values, strict=True)) for values in itertools.product(*axes)]

    def zoom(self, around: Setting, shrink: float, *, border: float = 0.1) -> "Zoom":
        """Narrow every scale to a window around a setting: from coarse to fine.

        Parameters
        ----------
        around : dict
            Most often the best setting so far; it is the middle of the window.
        shrink : float
            The width of the window, as a share of the range on its scale, above 0 and at most 1. What sticks out of
            the range is cut off. A choice keeps all its options, a whole number at least its neighbours.
        border : float, optional
            How near to an end of the range, as a share of it, counts as on the border.

        Returns
        -------
        Zoom
            The narrower space, and the names of those that lie on the border of this one.

        Raises
        ------
        TypeError, ValueError
            If ``around`` does not fit the space, or a number is out of its range.

        References
        ----------
        Course 2, week 3, "Tuning process": coarse to fine.

        Examples
        --------
        >>> from coursekit.scales import IntegerScale, LogScale
        >>> space = Space(learning_rate=LogScale(1e-4, 1), units=IntegerScale(50, 100))
        >>> space.zoom({"learning_rate": 0.01, "units": 99}, shrink=0.5)
        Zoom(space=Space(learning_rate=LogScale(low=0.001, high=0.1), units=IntegerScale(low=86, high=100)),
        on_border=('units',))
        """
        shrink = a_number("Space.zoom", "shrink", shrink, above=0, most=1)
        border = a_number("Space.zoom", "border", border, least=0, below=0.5)
        middle = self.to_unit([around])[0]
        scales, on_border = {}, []
        for (name, scale), u in zip(self.scales.items(), middle, strict=True):
            scales[name] = _narrowed(scale, max(0, u - shrink / 2), min(1, u + shrink / 2))
            near_an_end = min(u, 1 - u) <= border + 1e-9 or is_among(around[name], scale.from_unit([0, 1]).tolist())
            if near_an_end and not isinstance(scale, ChoiceScale):
                on_border.append(name)
        return Zoom(Space(**scales), tuple(on_border))


class Zoom(NamedTuple):
    """A narrower space; what is best on the border of a space may be better still beyond it."""

    space: Space
    on_border: tuple[str, ...]


def _narrowed(scale: Any, low: float, high: float) -> Scale:
    if isinstance(scale, ChoiceScale):
        return scale
    low, high = scale.from_unit([low, high]).tolist()
    if low == high and isinstance(low, int):
        low, high = max(low - 1, scale.low), min(high + 1, scale.high)
    if low == high:  # no number lies between, after many zooms: the neighbours are as near as it gets
        low, high = max(math.nextafter(low, -math.inf), scale.low), min(math.nextafter(high, math.inf), scale.high)
    narrowed: Scale = dataclasses.replace(scale, low=low, high=high)
    return narrowed
