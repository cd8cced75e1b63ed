"""When two results count as equal."""

import numpy as np


def same_values(got: object, expected: object, *, rtol: float = 1e-6, atol: float = 1e-12) -> bool:
    """Say whether two results are arrays of one shape with values that agree; tuples are compared piece by piece.

    Parameters
    ----------
    got, expected : array_like, or tuple of array_like
        What came and what should have come.
    rtol, atol : float, optional
        Relative and absolute tolerance.

    Returns
    -------
    bool

    Examples
    --------
    >>> same_values([1.0, 2.0], [1.0, 2.0 + 1e-9]), same_values([1.0], [[1.0]])
    (True, False)
    """
    if isinstance(expected, tuple):
        if not isinstance(got, tuple) or len(got) != len(expected):
            return False
        return all(same_values(*pair, rtol=rtol, atol=atol) for pair in zip(got, expected, strict=True))
    got, expected = np.asarray(got), np.asarray(expected)
    return got.shape == expected.shape and np.allclose(got, expected, rtol=rtol, atol=atol)


def same_distribution(got: object, expected: object, *, distance: float = 0.03) -> bool:
    """Say whether two samples may come from one distribution.

    They may when they have one shape, one kind of number, and no point at which the shares below it differ by more than
    ``distance`` (the Kolmogorov-Smirnov distance; for two fair samples of 20,000 it passes 0.02 once in 2,000 times).

    Parameters
    ----------
    got, expected : array_like
        The samples.
    distance : float, optional
        The largest difference of shares that is put down to chance.

    Returns
    -------
    bool

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> same_distribution(rng.normal(size=20_000), rng.normal(size=20_000))
    True
    >>> same_distribution(rng.normal(size=20_000), rng.uniform(size=20_000))
    False
    """
    got, expected = np.asarray(got), np.asarray(expected)
    kinds = {array.dtype.kind.replace("u", "i") for array in (got, expected)}  # unsigned ones are whole as well
    if got.shape != expected.shape or len(kinds) > 1 or np.isnan(got).any():
        return False
    points = np.sort(np.concatenate([got.ravel(), expected.ravel()]))
    shares = [
        np.searchsorted(np.sort(sample.ravel()), points, side="right") / sample.size for sample in (got, expected)
    ]
    return bool(np.max(np.abs(shares[0] - shares[1])) <= distance)


def same_even_where_nan(got: object, expected: object) -> bool:
    """Say whether two arrays agree, nan with nan: a known wrong answer may give it, and is recognised by it."""
    ours, theirs = np.asarray(got, float), np.asarray(expected, float)
    if ours.shape != theirs.shape:
        return False
    are_nan = np.isnan(ours) & np.isnan(theirs)
    return same_values(np.where(are_nan, 0, ours), np.where(are_nan, 0, theirs))
