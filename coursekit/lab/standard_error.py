"""How sure a mean of measured values is."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def standard_error(values: NDArray[Any], test_share: float = 0.0) -> NDArray[np.float64]:
    """Return the standard error of the mean along the last axis.

    Parameters
    ----------
    values : array, shape (..., n)
        One for each of n runs or splits. Of paired runs, their differences.
    test_share : float, optional
        The test digits over the training digits, where splits of one data set are to stand for all digits there are.
        Such splits share digits, so the variance is taken times 1 / n + test_share, in place of 1 / n [1]_.

    Returns
    -------
    array of float, shape (...)

    References
    ----------
    .. [1] Nadeau and Bengio (2003). Inference for the generalization error. Machine Learning 52.

    Examples
    --------
    >>> print(f"{standard_error(np.array([2, 4, 4, 6])):.2f}")
    0.82
    """
    n = values.shape[-1]
    return np.asarray(np.std(values, axis=-1, ddof=1) * np.sqrt(1 / n + test_share))
