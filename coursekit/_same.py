"""Whether two options are the same, whatever they are: == alone raises for arrays, and takes True for 1."""

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

HOLDERS = (np.ndarray, list, tuple, dict)


def is_among(thing: object, options: Sequence[Any]) -> bool:
    """Whether a thing is one of the options.

    Examples
    --------
    >>> is_among(True, [1, 2]), is_among(np.array([1, 2]), [[1, 2], np.array([1, 2])]), is_among(1.0, [1])
    (False, True, True)
    """
    return any(is_same(thing, option) for option in options)


def once_each(options: Sequence[Any]) -> list[Any]:
    """Return each option once, the first of those that are the same: quickly, as there may be thousands.

    Examples
    --------
    >>> once_each([1, True, "relu", [1], "relu", [1]])
    [1, True, 'relu', [1]]
    """
    return [options[place] for place in sorted(place for alike in drawers(options).values() for place in alike)]


def drawers(options: Sequence[Any]) -> dict[object, list[int]]:
    """Return the places of the options, each option once, by what those that may be the same have in common.

    Examples
    --------
    >>> drawers([1, True, "relu", [1], "relu", [1]])
    {1: [0, 1], 'relu': [2], None: [3]}
    """
    found: dict[object, list[int]] = {}
    for place, option in enumerate(options):
        alike = found.setdefault(drawer(option), [])
        if not any(is_same(option, options[each]) for each in alike):
            alike.append(place)
    return found


def drawer(option: Any) -> object:
    """Return a number or a name itself, and None of everything else: what is to be compared one by one.

    Examples
    --------
    >>> drawer("relu"), drawer(np.float64(1)), drawer([1])
    ('relu', 1.0, None)
    """
    plain = option.item() if isinstance(option, np.generic) else option
    is_nan = isinstance(plain, float) and math.isnan(plain)
    return plain if type(plain) in (bool, int, float, str) and not is_nan else None  # what has a hash, and ==


def is_same(one: Any, other: Any) -> bool:
    """Whether two things are the same option.

    Arrays, lists and dicts are if all that they hold is. True is no 1, and nan is nan. What can't be compared is the
    same only as itself.

    Examples
    --------
    >>> is_same([64, (1, float("nan"))], [64, (1, float("nan"))]), is_same([1], (1,))
    (True, False)
    """
    if one is other:
        return True
    try:
        one, other = (each.item() if isinstance(each, np.generic) else each for each in (one, other))
        if isinstance(one, bool) != isinstance(other, bool):
            return False
        if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
            return math.isnan(other)
        if isinstance(one, HOLDERS) or isinstance(other, HOLDERS):
            return type(one) is type(other) and _hold_the_same(one, other)
        with warnings.catch_warnings(action="ignore"):  # of a time beside a number
            return bool(one == other)
    except Exception:  # noqa: BLE001 - what an option of the user's makes of == may be anything
        return False


def _hold_the_same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        if one.dtype != object:
            equal_nan = one.dtype.kind in "fc"
            return one.dtype == other.dtype and bool(np.array_equal(one, other, equal_nan=equal_nan))
        return one.shape == other.shape and all(map(is_same, one.flat, other.flat))
    if isinstance(one, dict):
        return list(one) == list(other) and all(is_same(one[key], other[key]) for key in one)
    return len(one) == len(other) and all(map(is_same, one, other))
