"""Where a search lays its trials: a grid, random points, or Halton's in between; and who comes closer.

All points lie in the unit cube, as a scale maps them there: axis -2 counts the points, axis -1 the hyperparameters.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import MANY, a_generator, a_number, a_whole_number, an_array, no_overflow, of_unit_size, refuse
from coursekit.types import Array

MOST_AXES = 32  # of a NumPy array, before version 2
PRIMES = (2, 3, 5, 7, 11, 13)


def grid_points(n_per_axis: int, d: int = 2, *, ends: bool = False) -> Array:
    """Lay out every combination of ``n_per_axis`` evenly spaced values on each of ``d`` axes.

    Parameters
    ----------
    n_per_axis : int
        How many values on each axis; with ``ends``, at least 2.
    d : int, optional
        How many axes.
    ends : bool, optional
        False: the midpoints of equal cells. True: both ends and what lies evenly between them.

    Returns
    -------
    array, shape (n_per_axis^d, d)
        The last axis changes fastest.

    Raises
    ------
    ValueError
        If a count is not whole or too small.

    Examples
    --------
    >>> grid_points(2).tolist()
    [[0.25, 0.25], [0.25, 0.75], [0.75, 0.25], [0.75, 0.75]]
    """
    n = a_whole_number("grid_points", "n_per_axis", n_per_axis, least=2 if ends else 1, most=MANY)
    d = a_whole_number("grid_points", "d", d, most=MOST_AXES)
    if n**d > MANY:
        refuse("grid_points", "n_per_axis", f"give at most {MANY:,} points", f"{n}, to the power of {d}")
    axis = np.linspace(0, 1, n) if ends else (np.arange(n) + 0.5) / n
    return np.stack(np.meshgrid(*[axis] * d, indexing="ij"), axis=-1).reshape(-1, d)


def radical_inverse(i: int, base: int) -> float:
    """Write a whole number in a base and mirror its digits at the point: 6 is 110 in base 2, and becomes 0.011.

    Parameters
    ----------
    i : int
        At least 0.
    base : int
        At least 2.

    Returns
    -------
    float
        In [0, 1). Each next number falls into the largest gap that those before it have left.

    Raises
    ------
    ValueError
        If ``i`` or ``base`` is not whole or too small.

    References
    ----------
    van der Corput 1935.

    Examples
    --------
    >>> [radical_inverse(i, 2) for i in range(1, 8)]
    [0.5, 0.25, 0.75, 0.125, 0.625, 0.375, 0.875]
    """
    i = a_whole_number("radical_inverse", "i", i, least=0)
    base = a_whole_number("radical_inverse", "base", base, least=2, most=MANY)
    x, place = 0.0, 1.0
    while i > 0:
        i, digit = divmod(i, base)
        place /= base
        x += digit * place
    return min(x, math.nextafter(1, 0))  # of many digits, the last may round up


def halton(n: int, d: int = 2, *, rng: np.random.Generator | None = None) -> Array:
    """Lay out ``n`` points that keep out of each other's way, in the cube and on each of its axes.

    Axis j mirrors the numbers 1 to n in the j-th prime base. It is called quasi-random, though nothing about it is
    random until ``rng`` shifts it.

    Parameters
    ----------
    n : int
        How many; more points start with those of fewer.
    d : int, optional
        How many axes, at most 6: in larger bases the first points lie on lines.
    rng : numpy.random.Generator, optional
        Draw one shift of the whole set, and wrap around what sticks out of the cube. None: no shift.

    Returns
    -------
    array, shape (n, d)

    Raises
    ------
    TypeError, ValueError
        If a count is not whole or out of its range, or ``rng`` is not a Generator.

    References
    ----------
    Halton 1960, Numerische Mathematik 2. Cranley & Patterson 1976, on the shift. SciPy has it as
    ``scipy.stats.qmc.Halton``, whose first point is that of 0, the corner.

    Examples
    --------
    >>> halton(3).round(3).tolist()
    [[0.5, 0.333], [0.25, 0.667], [0.75, 0.111]]
    """
    n = a_whole_number("halton", "n", n, most=MANY)
    d = a_whole_number("halton", "d", d)
    if d > len(PRIMES):
        refuse("halton", "d", f"be at most {len(PRIMES)}", d, hint="Draw at random instead.")
    points = np.array([[radical_inverse(i, base) for base in PRIMES[:d]] for i in range(1, n + 1)])
    return points if rng is None else (points + a_generator("halton", rng).random(d)) % 1


def distance_to_nearest(points: ArrayLike, optima: ArrayLike, relevance: ArrayLike = 1.0) -> NDArray[np.float64]:
    """Measure how near the nearest trial comes to the optimum, in each of k searches.

    Parameters
    ----------
    points : array_like, shape (n, d) or (k, n, d)
        The trials: the same in all searches, or those of each.
    optima : array_like, shape (k, d)
        Where the best setting of each search is.
    relevance : float or array_like, shape (d,), optional
        How much a step along each axis counts; 0 for a hyperparameter that does not matter.

    Returns
    -------
    array, shape (k,)
        The distance to the nearest point, after each axis was stretched by its relevance.

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, or a relevance is below 0.

    Notes
    -----
    Its square is how far the best trial stays below the peak of a score that falls with the square of the distance.

    Examples
    --------
    >>> distance_to_nearest([[0.5, 0.5], [0.9, 0.1]], [[0.9, 0.3]], relevance=[1, 0.5]).round(4).tolist()
    [0.1]
    """
    points = an_array("distance_to_nearest", "points", points, min_ndim=2)
    optima = an_array("distance_to_nearest", "optima", optima, min_ndim=2)
    weights = an_array("distance_to_nearest", "relevance", relevance)
    if (
        optima.ndim != 2
        or not optima.size
        or points.ndim > 3
        or points.shape[-1] != optima.shape[1]
        or not points.shape[-2]
    ):
        rule = f"have shape (n, {optima.shape[-1]}) or (k, n, {optima.shape[-1]}), an axis a hyperparameter"
        refuse("distance_to_nearest", "points", rule, f"shape {points.shape}")
    if points.ndim == 3 and len(points) != len(optima):
        refuse("distance_to_nearest", "points", f"hold {len(optima)} searches, one an optimum", len(points))
    if weights.ndim and weights.shape != optima.shape[1:]:
        rule = f"be a number or have shape ({optima.shape[1]},), one an axis"
        refuse("distance_to_nearest", "relevance", rule, f"shape {weights.shape}")
    if np.any(weights < 0):
        refuse("distance_to_nearest", "relevance", "be at least 0", weights.min())
    with np.errstate(over="ignore", invalid="ignore"):
        differences: Array = (points.astype(np.float64) - optima[:, None, :]) * weights
        differences, size = of_unit_size(differences)  # the square of 1e200 is no float, that of 1e-200 is 0
        squares = sum(differences[..., j] ** 2 for j in range(optima.shape[1]))
        nearest = np.asarray(np.ldexp(np.sqrt(np.min(squares, axis=-1)), size), np.float64)
    no_overflow("distance_to_nearest", "points", points, "the distances", differences, nearest)
    return nearest


class Score(NamedTuple):
    """In how many of the searches each of the two came closer, and in how many neither did."""

    first: int
    second: int
    ties: int


def compare(first: ArrayLike, second: ArrayLike, *, tolerance: float = 1e-12) -> Score:
    """Count who comes closer to the optimum, search by search.

    Parameters
    ----------
    first, second : array_like, shape (k,)
        The distances of the one and of the other, as from `distance_to_nearest`.
    tolerance : float, optional
        Up to this difference it is a tie.

    Returns
    -------
    Score

    Raises
    ------
    ValueError
        If there is not one number a search in both.

    Examples
    --------
    >>> compare([0.1, 0.2, 0.3, 0.3], [0.2, 0.1, 0.4, 0.3])
    Score(first=2, second=1, ties=1)
    """
    first, second = an_array("compare", "first", first), an_array("compare", "second", second)
    if first.shape != second.shape or first.ndim != 1:
        refuse("compare", "second", f"have shape {first.shape}, as first has", f"shape {second.shape}")
    tolerance = a_number("compare", "tolerance", tolerance, least=0)
    with np.errstate(over="ignore"):  # an infinite difference has the right sign
        difference = second.astype(np.float64) - first
    ties = np.abs(difference) <= tolerance
    return Score(int(np.sum((difference > 0) & ~ties)), int(np.sum((difference < 0) & ~ties)), int(np.sum(ties)))
