"""Normalised inputs: measured on the training set, applied to everything, so that all features weigh the same."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import an_array, is_finite, no_overflow, of_unit_size, refuse
from coursekit.types import Array


@dataclass(frozen=True, eq=False)
class Standardizer:
    """Give each feature mean 0 and standard deviation 1, as measured on the training set.

    Parameters
    ----------
    mean, sd : array, shape (n,) or (k, n)
        What `apply` subtracts, and what it divides by.

    Notes
    -----
    Divided by the variance instead, a feature is left with a standard deviation of 1 / sd. Fitted anew
    on the test set, two equal examples would no longer become equal ones.

    References
    ----------
    Course 2, week 1, "Normalizing inputs"; the course writes mu and sigma.

    Examples
    --------
    >>> standardizer = Standardizer.fit([[2.0, 7.0], [4.0, 7.0], [6.0, 7.0], [8.0, 7.0]])
    >>> standardizer.mean, standardizer.sd.round(3)
    (array([5., 7.]), array([2.236, 1. ]))
    >>> standardizer.apply([[2.0, 9.0]]).round(3)
    array([[-1.342, 2. ]])
    """

    mean: Array
    sd: Array

    @classmethod
    def fit(cls, X: ArrayLike) -> Self:
        """Measure the mean and the standard deviation (over m, not m - 1) of each feature.

        Parameters
        ----------
        X : array_like, shape (m, n) or (k, m, n)
            The training set. A feature that is constant in it gets sd 1: a test example that differs by 1 is then 1
            away from the others, and not 1e8. One that varies by no more than its own rounding is constant.

        Returns
        -------
        Standardizer
            In the dtype of ``X``.

        Raises
        ------
        TypeError, ValueError
            If ``X`` has no example, does not hold real and finite numbers, or is so large that its sums overflow.
        """
        X = _examples("Standardizer.fit", X)
        with np.errstate(over="ignore", invalid="ignore"):
            first = X[..., :1, :]  # measured from it, a constant feature is exactly 0, whatever rounding does to a mean
            mean = first + np.mean(X - first, axis=-2, keepdims=True)
            # The square of 1e200 is infinite, and that of 1e-200 is 0: neither may pass for its variance.
            centered, exponent = of_unit_size(X - mean, axis=-2)
            sd = np.ldexp(np.sqrt(np.mean(centered**2, axis=-2)), exponent[..., 0, :])
        no_overflow("Standardizer.fit", "X", X, "its sums", sd, mean)
        return cls(mean[..., 0, :], np.where(_is_constant(X) | (sd == 0), 1, sd).astype(X.dtype))

    def apply(self, X: ArrayLike) -> Array:
        """Subtract the mean and divide by sd: ``X``, shape (m, n) or (k, m, n), in its own dtype."""
        X, mean, sd = _fitting("Standardizer.apply", X, self.mean, self.sd)
        return _held("Standardizer.apply", X, lambda: (X - mean) / sd)

    def undo(self, X: ArrayLike) -> Array:
        """Go back to the original units: multiply by sd and add the mean."""
        X, mean, sd = _fitting("Standardizer.undo", X, self.mean, self.sd)
        return _held("Standardizer.undo", X, lambda: X * sd + mean)


@dataclass(frozen=True, eq=False)
class MinMax:
    """Give each feature the range 0 to 1, as measured on the training set: what standardising is often taken for.

    Parameters
    ----------
    low, width : array, shape (n,) or (k, n)
        What `apply` subtracts, and what it divides by.

    Notes
    -----
    One outlier decides the width, and a test example may still fall outside of 0 to 1.

    Examples
    --------
    >>> scaler = MinMax.fit([[2.0], [4.0], [6.0], [102.0]])
    >>> scaler.apply([[4.0], [6.0], [112.0]])[:, 0]
    array([0.02, 0.04, 1.1 ])
    """

    low: Array
    width: Array

    @classmethod
    def fit(cls, X: ArrayLike) -> Self:
        """Measure the lowest value and the range of each feature of ``X``; a constant one, as above, gets width 1.

        Parameters
        ----------
        X : array_like, shape (m, n) or (k, m, n)
            The training set.

        Returns
        -------
        MinMax
            In the dtype of ``X``.

        Raises
        ------
        TypeError, ValueError
            If ``X`` has no example, does not hold real and finite numbers, or its range overflows.
        """
        X = _examples("MinMax.fit", X)
        low = X.min(axis=-2)
        with np.errstate(over="ignore"):
            width = X.max(axis=-2) - low
        no_overflow("MinMax.fit", "X", X, "its range", width)
        return cls(low, np.where(_is_constant(X), 1, width).astype(X.dtype))

    def apply(self, X: ArrayLike) -> Array:
        """Subtract low and divide by width: ``X``, shape (m, n) or (k, m, n), in its own dtype."""
        X, low, width = _fitting("MinMax.apply", X, self.low, self.width)
        return _held("MinMax.apply", X, lambda: (X - low) / width)

    def undo(self, X: ArrayLike) -> Array:
        """Go back to the original units: multiply by width and add low."""
        X, low, width = _fitting("MinMax.undo", X, self.low, self.width)
        return _held("MinMax.undo", X, lambda: X * width + low)


def _examples(function: str, X: ArrayLike) -> Array:
    X = an_array(function, "X", X, min_ndim=2)
    if X.shape[-2] == 0:
        refuse(function, "X", "hold at least one example", f"shape {X.shape}")
    return X


def _is_constant(X: Array) -> NDArray[np.bool_]:
    """Whether a feature has one value but for rounding: 0.1 + 0.2 is not 0.3 in the last place, and no more is meant.

    scikit-learn has such a bound as well; this one does not grow with the number of examples.
    """
    with np.errstate(over="ignore"):
        spread = X.max(axis=-2) - X.min(axis=-2)
    return np.asarray(spread <= 10 * np.finfo(X.dtype).eps * np.abs(X).max(axis=-2))


def _fitting(function: str, X: ArrayLike, shift: Array, scale: Array) -> list[Array]:
    X = an_array(function, "X", X, min_ndim=2)
    for row in (shift, scale):
        if X.shape[-1:] != row.shape[-1:] or row.shape[:-1] not in ((), X.shape[:-2]):
            models = f" and {row.shape[:-1]} models" if row.ndim > 1 else ""
            refuse(function, "X", f"have {row.shape[-1]} features{models}, as in fit", f"shape {X.shape}")
    with np.errstate(over="ignore"):
        rows = [row[..., None, :].astype(X.dtype, copy=False) for row in (shift, scale)]
    if not all(map(is_finite, rows)):
        refuse(function, "X", "have a type that holds what was measured in fit", f"{X.dtype}")
    return [X, *rows]


def _held(function: str, X: Array, formula: Callable[[], Array]) -> Array:
    with np.errstate(all="ignore"):
        result = formula()
    no_overflow(function, "X", X, "the result", result)
    return result
