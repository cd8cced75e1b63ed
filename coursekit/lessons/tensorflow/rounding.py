"""Where gradient descent stops for good: once a step is smaller than half the gap to the next number."""

from typing import NamedTuple

import numpy as np

from coursekit._checks import a_number, one_of
from coursekit.types import Array

PRECISIONS = {  # of w, and of its slope
    "float16": ("float16", "float16"),
    "float16, w in float32": ("float32", "float16"),
    "float32": ("float32", "float32"),
    "float64": ("float64", "float64"),
}
LONGEST = 20_000  # steps


class Descended(NamedTuple):
    """Gradient descent on J(w) = w^2 - 10w + 25, in numbers of limited precision.

    Attributes
    ----------
    w : array, shape (n_steps + 1,)
        Where it stood, from 0 on; the last is where it stands for good, or where it was left.
    step : array, shape (n_steps + 1,)
        The step that is due at each: learning rate times slope, without its sign.
    half_gap : array, shape (n_steps + 1,)
        Half the way from each w to the next number up. A step that is shorter rounds away.
    """

    w: Array
    step: Array
    half_gap: Array


def descend_until_still(learning_rate: float, precision: str) -> Descended:
    """Take steps of gradient descent on J(w) = w^2 - 10w + 25 from 0, until w does not change any more.

    References
    ----------
    Micikevicius et al. 2018, "Mixed precision training", section 3.1: a copy of the weights in float32.

    Notes
    -----
    It stands still where learning_rate * 2 * error is no more than half the gap to the next number, so at an error of
    about spacing(w) / (4 learning_rate): a larger rate comes nearer.

    Examples
    --------
    >>> path = descend_until_still(0.01, "float32")
    >>> len(path.w) - 1, f"{path.w[-1]:.5f}", bool(path.step[-1] < path.half_gap[-1])
    (636, '4.99999', True)
    """
    learning_rate = a_number("descend_until_still", "learning_rate", learning_rate, above=0, most=0.5)
    one_of("descend_until_still", "precision", precision, PRECISIONS)
    of_w, of_slope = (np.dtype(name).type for name in PRECISIONS[precision])
    w, steps = [of_w(0)], []
    while True:
        slope = of_slope(2) * of_slope(w[-1]) - of_slope(10)
        steps.append(of_w(learning_rate) * of_w(slope))
        following = w[-1] - steps[-1]
        if following == w[-1] or len(w) > LONGEST:
            return Descended(np.array(w), np.abs(steps), np.spacing(w) / 2)
        w.append(following)
