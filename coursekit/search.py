"""Search spaces: where the trials lie, how to look closer around the best one, and how to stop the worst ones early.

A setting is a plain dict, such as ``{"learning_rate": 0.01, "units": 64}``; a batch of settings is a list of them.
"""

import dataclasses
import itertools
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import MANY, a_generator, a_number, a_sequence, a_whole_number, an_array, refuse, shown
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
                refuse("Space", name, "be a scale, such as LogScale(0.0001, 1)", repr(scale), error=TypeError)
        self.scales: Mapping[str, Scale] = MappingProxyType(scales)

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
                except (TypeError, ValueError):
                    refuse("Space.to_unit", name, f"be a value of {scale}", shown(setting[name]))
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
        axes = []
        for scale in self.scales.values():
            values = scale.grid(n, ends=ends).tolist()
            axes.append([value for i, value in enumerate(values) if value not in values[:i]])
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
            near_an_end = min(u, 1 - u) <= border + 1e-9 or around[name] in scale.from_unit([0, 1]).tolist()
            if near_an_end and not isinstance(scale, ChoiceScale):
                on_border.append(name)
        return Zoom(Space(**scales), tuple(on_border))


class Zoom(NamedTuple):
    """A narrower space; what is best on the border of a space may be better still beyond it."""

    space: Space
    on_border: tuple[str, ...]


class Rung(NamedTuple):
    """How many trials go on, by how many epochs each, and how many each then has behind it."""

    n_trials: int
    epochs: int
    epochs_so_far: int


class Halving(NamedTuple):
    """The rungs from the first to the last; the epochs that all trials take together, with halving and without."""

    rungs: tuple[Rung, ...]
    total: int
    total_without: int


def halving(n: int, keep: float, rungs: Sequence[int], *, up_to: bool = False) -> Halving:
    """Plan a search that gives every trial a little, and more only to the best.

    Parameters
    ----------
    n : int
        The number of trials on the first rung.
    keep : float
        The share that goes on to the next rung, above 0 and below 1; rounded down, but at least one trial.
    rungs : sequence of int
        The epochs of each rung.
    up_to : bool, optional
        False: a rung *adds* its epochs to what a trial has behind it. True: it resumes the trial and trains it *up to*
        its epochs. The same numbers make two different searches.

    Returns
    -------
    Halving
        For each rung, train ``n_trials`` by ``epochs`` more, and take the best of them to the next.

    Raises
    ------
    TypeError, ValueError
        If ``n`` or an epoch is not a whole number of at least 1, ``keep`` is out of its range, there is no rung, or
        with ``up_to`` they do not rise.

    References
    ----------
    Jamieson & Talwalkar 2016 (arXiv 1502.07943), successive halving.

    Examples
    --------
    >>> halving(27, 1 / 3, [1, 3, 9])
    Halving(rungs=(Rung(n_trials=27, epochs=1, epochs_so_far=1), Rung(n_trials=9, epochs=3, epochs_so_far=4),
    Rung(n_trials=3, epochs=9, epochs_so_far=13)), total=81, total_without=351)
    >>> halving(27, 1 / 3, [1, 3, 9], up_to=True)[1:]
    (63, 243)
    """
    n = a_whole_number("halving", "n", n)
    keep = a_number("halving", "keep", keep, above=0, below=1)
    rungs = a_sequence("halving", "rungs", rungs, "numbers of epochs")
    given = [a_whole_number("halving", "rungs", epochs) for epochs in rungs]
    if not given:
        refuse("halving", "rungs", "hold at least one number of epochs", "none")
    so_far = given if up_to else list(itertools.accumulate(given))
    added = [after - before for before, after in itertools.pairwise([0, *so_far])]
    if min(added) <= 0:
        refuse("halving", "rungs", "rise from each to the next, as a trial trains up to them", given)
    plan = []
    for epochs, reached in zip(added, so_far, strict=True):
        plan.append(Rung(n, epochs, reached))
        n = max(1, math.floor(n * keep + 1e-9))  # 100 * 0.29 is 28.999999999999996
    total = sum(rung.n_trials * rung.epochs for rung in plan)
    return Halving(tuple(plan), total, plan[0].n_trials * so_far[-1])


def _narrowed(scale: Any, low: float, high: float) -> Scale:
    if isinstance(scale, ChoiceScale):
        return scale
    low, high = scale.from_unit([low, high]).tolist()
    if low == high and isinstance(low, int):
        low, high = max(low - 1, scale.low), min(high + 1, scale.high)
    narrowed: Scale = dataclasses.replace(scale, low=low, high=high)
    return narrowed
