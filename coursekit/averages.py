"""Exponentially weighted averages: the memory of momentum, RMSprop, Adam and batch norm's running statistics."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import MANY, a_number, a_whole_number, an_array
from coursekit.types import Array


def ewa(values: ArrayLike, decay: float, *, bias_correction: bool = False) -> Array:
    """Average a sequence as it comes, with weights that fall by ``decay`` for each step back.

    Parameters
    ----------
    values : array_like, shape (n, ...)
        The sequence, along the first axis.
    decay : float
        The share of the old average kept at each step, 0 <= decay < 1.
    bias_correction : bool, optional
        Divide by the weight given so far, 1 - decay^t: the average starts from 0, so the first ones are too small.

    Returns
    -------
    array, shape of ``values``
        The average after each step, in the unit of the values.

    Raises
    ------
    TypeError, ValueError
        If ``values`` are not finite real numbers, have no axis, or ``decay`` is not in [0, 1).

    Notes
    -----
    Course notation: v_t = beta v_(t-1) + (1 - beta) theta_t, v_0 = 0, with beta for decay. Course 2, week 2,
    "Exponentially weighted averages" and "Bias correction".

    Examples
    --------
    >>> ewa([10.0, 10.0, 10.0], 0.9).round(2)
    array([1.  , 1.9 , 2.71])
    >>> ewa([10.0, 10.0, 10.0], 0.9, bias_correction=True).round(2)
    array([10., 10., 10.])
    """
    values = an_array("ewa", "values", values, min_ndim=1)
    decay = a_number("ewa", "decay", decay, least=0, below=1)
    averages = np.empty_like(values)
    v = np.zeros(values.shape[1:])
    for t, value in enumerate(values, start=1):
        v = decay * v + (1 - decay) * value
        averages[t - 1] = v / (1 - decay**t) if bias_correction else v
    return averages


def window(decay: float) -> float:
    """Say over how many values an average with this decay looks back, roughly.

    Parameters
    ----------
    decay : float
        The share of the old average kept at each step, 0 <= decay < 1.

    Returns
    -------
    float
        1 / (1 - decay), in values: that far back, a value's weight has fallen to about 1/e of the newest one's.

    Raises
    ------
    TypeError, ValueError
        If ``decay`` is not a number in [0, 1).

    Examples
    --------
    >>> [f"{window(decay):.0f} values, where the weight is {decay ** window(decay):.3f}" for decay in (0.9, 0.999)]
    ['10 values, where the weight is 0.349', '1000 values, where the weight is 0.368']
    """
    return 1 / (1 - a_number("window", "decay", decay, least=0, below=1))


def weights(decay: float, n: int) -> NDArray[np.float64]:
    """List the weights that the last ``n`` values have in the average, the newest first.

    Parameters
    ----------
    decay : float
        The share of the old average kept at each step, 0 <= decay < 1.
    n : int
        How many values back.

    Returns
    -------
    array, shape (n,)
        (1 - decay) decay^i for the value i steps back; all of them together weigh 1 - decay^n.

    Raises
    ------
    TypeError, ValueError
        If ``decay`` is not a number in [0, 1), or ``n`` is not a whole number from 1 to 10 million.

    Examples
    --------
    >>> weights(0.5, 4)
    array([0.5   , 0.25  , 0.125 , 0.0625])
    """
    decay = a_number("weights", "decay", decay, least=0, below=1)
    return np.asarray((1 - decay) * decay ** np.arange(a_whole_number("weights", "n", n, most=MANY)))
