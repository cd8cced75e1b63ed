"""Numerical gradients: the judge of every backward pass.

Nudge an input up and down, watch the output, divide. It needs no calculus, so it can judge the calculus.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import (
    a_function,
    a_generator,
    a_number,
    an_array,
    as_array,
    is_real,
    no_overflow,
    of_unit_size,
    refuse,
    shown,
)

STEP = 6e-6  # about eps^(1/3): halfway between rounding, which falls with the step, and curvature, which grows with it


def numerical_gradient(
    f: Callable[[NDArray[np.float64]], ArrayLike], x: ArrayLike, *, step: float = STEP
) -> NDArray[np.float64]:
    """Estimate the gradient of a function with one number as its result, one element of ``x`` at a time.

    Parameters
    ----------
    f : callable
        From an array of x's shape, in float64, to one number.
    x : array_like, any shape
        Where the gradient is taken.
    step : float, optional
        How far an element is moved each way, times its size where that is above 1.

    Returns
    -------
    array of float64, shape of ``x``
        Entry i is (f(x + h e_i) - f(x - h e_i)) / 2h.

    Raises
    ------
    ValueError
        If ``x`` is not finite, ``step`` is not above 0 or so large that x + h overflows, or ``f`` returns anything but
        one finite number.

    Notes
    -----
    The error of central differences is of order step^2, and of one-sided ones of order step. Closer than a step to a
    kink, such as that of ReLU at 0, the estimate is the mean of both sides. What is used is float64 whatever the type
    of ``x``: float32 has too few digits to subtract two losses.

    References
    ----------
    Course 2, week 1, "Numerical approximation of gradients".

    Examples
    --------
    >>> numerical_gradient(lambda w: np.sum(w**2), [1.0, -3.0]).round(6)
    array([ 2., -6.])
    """
    step = a_number("numerical_gradient", "step", step, above=0)
    x = an_array("numerical_gradient", "x", x).astype(np.float64)
    a_function("numerical_gradient", "f", f, "an array")
    with np.errstate(over="ignore"):
        h = step * np.maximum(1, np.abs(x))
        farthest = np.abs(x) + h
    no_overflow("numerical_gradient", "x", x, "x + h", farthest)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        before, after = x.copy(), x.copy()
        before[i] -= h[i]
        after[i] += h[i]
        values = _returned("numerical_gradient", "f", f(after)), _returned("numerical_gradient", "f", f(before))
        for value in values:
            if value.shape != ():
                refuse("numerical_gradient", "f", "return one number", f"shape {value.shape}", hint="Sum it first.")
            if not np.isfinite(value):
                refuse("numerical_gradient", "f", "return a finite number", value)
        gradient[i] = (values[0] / 2 - values[1] / 2) / h[i]  # halved first, as 2 h may overflow
    return gradient


def projection_error(
    forward: Callable[[NDArray[np.float64]], ArrayLike], backward: Callable[[NDArray[np.float64]], ArrayLike],
    x: ArrayLike, rng: np.random.Generator, *, step: float = STEP,
) -> float:  # fmt: skip
    """Check a whole backward pass with two forward passes: along one random direction, for one random ``d_out``.

    A wrong backward pass agrees by chance with probability 0, so one direction is enough.

    Parameters
    ----------
    forward : callable
        From an array of x's shape, in float64, to ``out``: an array of any shape, or a number.
    backward : callable
        From ``d_out``, shape of ``out``, to ``d_x``, shape of ``x``. Of a loss whose gradient ``d_x`` is known, it is
        ``lambda d_out: d_out * d_x``.
    x : array_like, any shape
        Where the derivative is taken.
    rng : numpy.random.Generator
        Where the direction and ``d_out`` come from.
    step : float, optional
        How far an element is moved, in standard deviations, times its size where that is above 1.

    Returns
    -------
    float
        The relative error: about 1e-9 for a right backward pass, and rarely below 1e-3 for a wrong one. A gradient
        that is 0 everywhere has nothing to be relative to: hold that one against 0 itself.

    Raises
    ------
    ValueError
        If ``x`` holds nothing, it or what ``backward`` returns is not finite, their shapes differ, or ``step`` is not
        above 0.

    References
    ----------
    The idea is ``check_vjp`` of autograd (Maclaurin, Duvenaud & Adams).

    Examples
    --------
    >>> rng, x = np.random.default_rng(0), np.array([[0.5, -1.0, 2.0], [3.0, 0.1, -0.7]])
    >>> right = projection_error(np.tanh, lambda d_a: d_a * (1 - np.tanh(x) ** 2), x, rng)
    >>> wrong = projection_error(np.tanh, lambda d_a: d_a * (1 - np.tanh(x)), x, rng)
    >>> right < 1e-7 < wrong
    True
    """
    step = a_number("projection_error", "step", step, above=0)
    x = an_array("projection_error", "x", x).astype(np.float64)
    if x.size == 0:
        refuse("projection_error", "x", "hold at least one number", f"shape {x.shape}")
    rng = a_generator("projection_error", rng)
    a_function("projection_error", "forward", forward, "an array")
    a_function("projection_error", "backward", backward, "d_out")
    with np.errstate(over="ignore", invalid="ignore"):
        v = step * rng.standard_normal(x.shape) * np.maximum(1, np.abs(x))
        before, after = x - v, x + v
    no_overflow("projection_error", "x", x, "x moved by a step", before, after)
    risen, fallen = (_returned("projection_error", "forward", forward(moved)) for moved in (after, before))
    if risen.shape != fallen.shape:
        rule = f"return an array of the same shape each time, {risen.shape}"
        refuse("projection_error", "forward", rule, f"shape {fallen.shape}")
    with np.errstate(over="ignore", invalid="ignore"):
        rise = risen - fallen
    d_out = np.asarray(rng.standard_normal(rise.shape))
    d_x = _returned("projection_error", "backward", backward(d_out.copy()))
    if d_x.shape != x.shape:
        refuse("projection_error", "backward", f"return an array of shape {x.shape}, that of x", f"shape {d_x.shape}")
    for name, value in (("backward", d_x), ("forward", rise)):
        if not np.isfinite(value).all():
            refuse("projection_error", name, "return finite numbers", shown(value))
    with np.errstate(over="ignore", invalid="ignore"):
        measured, terms = np.sum(d_out * rise), d_x * (after - before)
        # Compared with the length of the terms: their sum may come out near 0 by chance.
        scale = abs(measured) + np.linalg.norm(terms)
    no_overflow("projection_error", "x", x, "what is compared", scale)
    return float(abs(measured - np.sum(terms)) / scale) if scale else 0.0


def _returned(function: str, argument: str, value: Any) -> Any:
    """Return what a function of the learner's gave back as an array of floats, and refuse what holds no real numbers.

    It may be nan: whoever asks says so in words of its own.
    """
    array = as_array(function, argument, value)
    if not is_real(array.dtype):
        refuse(function, argument, "return real numbers", shown(value), error=TypeError)
    return array.astype(np.float64, copy=False)


def relative_error(a: ArrayLike, b: ArrayLike) -> float:
    """Measure how far two gradients are apart, from 0 (equal) to 1 (opposite, or one of them 0).

    Parameters
    ----------
    a, b : array_like, of one shape
        The gradients.

    Returns
    -------
    float
        ||a - b|| / (||a|| + ||b||); 0 if both are 0.

    Raises
    ------
    ValueError
        If a value is not finite, or the shapes differ: broadcasting would hide a swapped axis.

    References
    ----------
    Course 2, week 1, "Gradient checking": with a step of 1e-7, 1e-7 is great, 1e-5 wants a look, 1e-3 is a bug.

    Examples
    --------
    >>> f"{relative_error([3.0, 4.0], [3.0, 4.1]):.4f}"
    '0.0099'
    """
    a, b = (an_array("relative_error", name, value) for name, value in (("a", a), ("b", b)))
    if a.shape != b.shape:
        refuse("relative_error", "b", f"have shape {a.shape}, the shape of a", f"shape {b.shape}")
    both, _ = of_unit_size(np.stack([a.astype(np.float64), b.astype(np.float64)]))  # a share, of whatever size
    scale = np.linalg.norm(both[0]) + np.linalg.norm(both[1])
    return float(np.linalg.norm(both[0] - both[1]) / scale) if scale else 0.0
