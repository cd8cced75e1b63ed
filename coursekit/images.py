"""Pictures under the hand: moved, turned, thickened, blotted. Rows of pixels, any number of pictures at once."""

import math

import numpy as np
from numpy.typing import ArrayLike

from coursekit._checks import a_number, an_array, in_type, no_overflow
from coursekit.types import Array

FULL_INK = 16.0  # the darkest pixel of the digits


def moved(pictures: ArrayLike, *, right: float = 0, down: float = 0, degrees: float = 0) -> Array:
    """Turn pictures clockwise around their middle, then shift them.

    Parameters
    ----------
    pictures : array_like, shape (..., h, w)
        What is moved; beyond its edges everything is 0.
    right, down : float, optional
        How far, in pixels.
    degrees : float, optional
        How far clockwise, as one sees it with row 0 on top.

    Returns
    -------
    array, shape of ``pictures``

    Raises
    ------
    TypeError, ValueError
        If ``pictures`` has fewer than two axes, or a number is not finite.

    Notes
    -----
    For each new pixel it asks where it came from, and mixes the four old pixels around that place (bilinear
    interpolation): asked the other way round, there would be holes.

    References
    ----------
    Gonzalez and Woods, Digital Image Processing, "Geometric transformations" (inverse mapping).

    Examples
    --------
    >>> moved([[1.0, 2.0], [3.0, 4.0]], right=1)
    array([[0., 1.],
           [0., 3.]])
    >>> moved([[1.0, 2.0], [3.0, 4.0]], degrees=90).round(9)
    array([[3., 1.],
           [4., 2.]])
    """
    pictures = an_array("moved", "pictures", pictures, min_ndim=2)
    right, down, degrees = (
        a_number("moved", name, value) for name, value in (("right", right), ("down", down), ("degrees", degrees))
    )
    h, w = pictures.shape[-2:]
    right, down = (min(max(shift, -2 * (h + w)), 2 * (h + w)) for shift in (right, down))  # further, nothing is left
    degrees = math.fmod(degrees, 360)
    middle_row, middle_column = (h - 1) / 2, (w - 1) / 2
    y, x = np.mgrid[:h, :w].astype(float)
    y, x = y - middle_row - down, x - middle_column - right
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return _mixed(pictures, cos * y - sin * x + middle_row, cos * x + sin * y + middle_column)


def _mixed(pictures: Array, rows: Array, columns: Array) -> Array:
    """Look pictures up between their pixels: ``rows`` and ``columns``, shape (h, w), need not be whole."""
    h, w = pictures.shape[-2:]
    padded = np.pad(pictures, [(0, 0)] * (pictures.ndim - 2) + [(1, 1), (1, 1)])
    rows, columns = np.clip(rows + 1, 0, h + 1), np.clip(columns + 1, 0, w + 1)
    top, left = np.minimum(rows.astype(int), h), np.minimum(columns.astype(int), w)
    below, beside = (rows - top).astype(pictures.dtype), (columns - left).astype(pictures.dtype)
    upper = (1 - beside) * padded[..., top, left] + beside * padded[..., top, left + 1]
    lower = (1 - beside) * padded[..., top + 1, left] + beside * padded[..., top + 1, left + 1]
    return np.asarray((1 - below) * upper + below * lower)


def thickened(pictures: ArrayLike, amount: float) -> Array:
    """Make the strokes thicker or thinner.

    Parameters
    ----------
    pictures : array_like, shape (..., h, w)
        Bright 0, dark above.
    amount : float
        From -1 to 1. At 1 each pixel takes the darkest of itself and its four neighbours, at -1 the brightest; in
        between, that share of the way. Beyond the edges it is bright.

    Returns
    -------
    array, shape of ``pictures``

    Raises
    ------
    TypeError, ValueError
        If ``pictures`` has fewer than two axes, is not finite or too large, or ``amount`` is out of its bounds.

    References
    ----------
    Serra 1982, Image Analysis and Mathematical Morphology: dilation and erosion by a cross.

    Examples
    --------
    >>> thickened([[0.0, 0.0, 0.0, 8.0]], 0.5)
    array([[0., 0., 4., 8.]])
    """
    pictures = an_array("thickened", "pictures", pictures, min_ndim=2)
    amount = a_number("thickened", "amount", amount, least=-1, most=1)
    h, w = pictures.shape[-2:]
    padded = np.pad(pictures, [(0, 0)] * (pictures.ndim - 2) + [(1, 1), (1, 1)])
    cross = [padded[..., 1 + i : 1 + i + h, 1 + j : 1 + j + w] for i, j in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))]
    goal = np.max(cross, axis=0) if amount > 0 else np.min(cross, axis=0)
    with np.errstate(over="ignore", invalid="ignore"):
        result = np.asarray(pictures + abs(amount) * (goal - pictures))
    no_overflow("thickened", "pictures", pictures, "its differences", result)
    return result


def blotted(pictures: ArrayLike, *, x: float, y: float, radius: float, ink: float = FULL_INK) -> Array:
    """Drop a round blot of ink on pictures.

    Parameters
    ----------
    pictures : array_like, shape (..., h, w)
        What the blot falls on.
    x, y : float
        The column and the row of its middle.
    radius : float
        In pixels, at least 0; at 0 there is no blot. Its edge is soft, half a pixel to each side.
    ink : float, optional
        How dark it is: no pixel under it stays brighter.

    Returns
    -------
    array, shape of ``pictures``

    Raises
    ------
    TypeError, ValueError
        If ``pictures`` has fewer than two axes, a number is not finite, or ``radius`` is below 0.

    Examples
    --------
    >>> blotted([[1.0, 1.0, 1.0, 1.0]], x=0, y=0, radius=1, ink=9)
    array([[9. , 4.5, 1. , 1. ]])
    """
    pictures = an_array("blotted", "pictures", pictures, min_ndim=2)
    radius = a_number("blotted", "radius", radius, least=0)
    x, y, ink = (a_number("blotted", name, value) for name, value in (("x", x), ("y", y), ("ink", ink)))
    rows, columns = np.mgrid[: pictures.shape[-2], : pictures.shape[-1]]
    with np.errstate(over="ignore"):
        distance = np.hypot(rows - y, columns - x)
    covered = np.clip(radius + 0.5 - distance, 0, min(1, radius))
    return np.asarray(np.maximum(pictures, in_type("blotted", "ink", ink * covered, pictures.dtype)))
