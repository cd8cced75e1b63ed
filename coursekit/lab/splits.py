"""The digits as experiments split them: a split for each seed, made once."""

from functools import lru_cache
from typing import Any

import numpy as np

from coursekit.datasets import Split, digits


@lru_cache
def digits_of(seed: int, dtype: Any = np.float64) -> Split:
    """Return the split of a seed, 1,200 digits to learn from and 597 others; whoever asks again gets the same arrays.

    Examples
    --------
    >>> digits_of(3) is digits_of(3), digits_of(3, np.float32).X_train.dtype
    (True, dtype('float32'))
    """
    return digits(np.random.default_rng(seed), dtype=dtype)
