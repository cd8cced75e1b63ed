"""When two results count as equal, beside ``same_values``."""

import numpy as np

from coursekit.lab.judge import same_values


def same_even_where_nan(got: object, expected: object) -> bool:
    """Say whether two arrays agree, nan with nan: a known wrong answer may give it, and is recognised by it."""
    ours, theirs = np.asarray(got, float), np.asarray(expected, float)
    if ours.shape != theirs.shape:
        return False
    are_nan = np.isnan(ours) & np.isnan(theirs)
    return same_values(np.where(are_nan, 0, ours), np.where(are_nan, 0, theirs))
