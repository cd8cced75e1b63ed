"""Softmax: from logits to probabilities, and the loss that is made for them."""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import an_array, is_a_place, no_overflow, one_of, refuse, shown
from coursekit.types import Array, Labels

FEW = 50  # classes


def softmax(z: ArrayLike, axis: int = -1) -> Array:
    """Turn logits into probabilities: e^z, divided by its sum over the classes.

    Parameters
    ----------
    z : array_like, shape (..., C, ...)
        Logits.
    axis : int, optional
        The axis of the C classes.

    Returns
    -------
    array, shape of ``z``
        At least 0, with sum 1 along ``axis``.

    Raises
    ------
    TypeError, ValueError
        If ``z`` does not hold finite real numbers or has no class, or ``axis`` is none of its axes.

    Notes
    -----
    The largest logit is taken off first: e^(z - max) has the same proportions, and none of it overflows. No relative
    error is above 4 eps (1 + |z - max|), with eps that of the float type, where the probability is not below ``tiny``.
    Course notation: a_i = t_i / sum_j t_j with t = e^z, down a column. Course 2, week 3, "Softmax regression".

    Examples
    --------
    >>> softmax([5, 2, -1, 3]).round(3)
    array([0.842, 0.042, 0.002, 0.114])
    """
    z = _logits("softmax", z, axis)
    with np.errstate(over="ignore", under="ignore"):
        t = np.exp(z - z.max(axis=axis, keepdims=True))
        return np.asarray(t / t.sum(axis=axis, keepdims=True))


def log_softmax(z: ArrayLike, axis: int = -1) -> Array:
    """Take the logarithm of softmax(z), without passing through probabilities that round to 0 or 1.

    Parameters
    ----------
    z : array_like, shape (..., C, ...)
        Logits.
    axis : int, optional
        The axis of the C classes.

    Returns
    -------
    array, shape of ``z``
        At most 0.

    Raises
    ------
    TypeError, ValueError
        If ``z`` does not hold finite real numbers or has no class, its logits are further apart than a float can hold,
        or ``axis`` is none of its axes.

    Notes
    -----
    With the largest logit taken off, the exponentials sum to 1 + rest, where the 1 is the largest one's own, and
    log1p(rest) keeps what 1 + rest would round away: Blanchard, Higham & Higham 2021, "Accurately computing the
    log-sum-exp and softmax functions", IMA Journal of Numerical Analysis 41(4). No error is above
    4 eps (1 + |z - max|); that of the largest logit's is so as a share of it, with the second largest for z.

    Examples
    --------
    >>> log_softmax([0.0, -50.0])
    array([-1.92874985e-22, -5.00000000e+01])
    """
    z = np.moveaxis(_logits("log_softmax", z, axis), axis, -1)
    with np.errstate(over="ignore", under="ignore"):
        s, _, largest = _below_the_largest(z)
        s -= np.log1p(_sum_of_the_others(np.exp(s), largest))[:, None]
        logarithms = np.moveaxis(s.reshape(z.shape), -1, axis)
    no_overflow("log_softmax", "z", z, "how far its logits are apart", logarithms)
    return logarithms


def hardmax(z: ArrayLike, axis: int = -1) -> Array:
    """Give the largest logit a 1 and all others a 0: what softmax is the soft version of.

    Parameters
    ----------
    z : array_like, shape (..., C, ...)
        Logits.
    axis : int, optional
        The axis of the C classes.

    Returns
    -------
    array, shape of ``z``
        One 1 along ``axis``; of a tie, the first gets it.

    Raises
    ------
    TypeError, ValueError
        If ``z`` does not hold finite real numbers or has no class, or ``axis`` is none of its axes.

    Examples
    --------
    >>> hardmax([5, 2, -1, 5])
    array([1., 0., 0., 0.])
    """
    z = _logits("hardmax", z, axis)
    a = np.zeros_like(z)
    np.put_along_axis(a, z.argmax(axis=axis, keepdims=True), 1, axis=axis)
    return a


def softmax_loss(z: ArrayLike, y: ArrayLike, *, reduction: str = "mean") -> tuple[Any, Array]:
    """Measure the cross-entropy of softmax(z) against y, with its gradient.

    Parameters
    ----------
    z : array_like, shape (m, C) or (k, m, C)
        Logits of m examples and C classes, of one model or of k.
    y : array_like
        Labels from 0 to C - 1, shape (m,), shared by the models, or (k, m): integers, or floats that are whole. Or
        rows of probabilities, such as one-hot ones, shape (m, C), shared, or (k, m, C).
    reduction : {"mean", "sum", "none"}, optional
        What becomes of the losses of the m examples.

    Returns
    -------
    loss : number, or array of shape (k,)
        In nats; with "none", the losses of the examples, shape (m,) or (k, m).
    d_z : array, shape of ``z``
        The gradient of each model's loss: softmax(z) - y, and with "mean" 1/m of it.

    Raises
    ------
    TypeError, ValueError
        If ``z`` does not hold finite real numbers or has no example, if ``y`` does not fit it or holds what is neither
        a label nor a row of probabilities with sum 1, if the loss overflows, or if ``reduction`` is another word.

    Notes
    -----
    One axis always means labels, and as many axes as ``z`` has always mean rows. Of a stack, two axes could be (k, m)
    or (m, C): there the type decides, and never the sizes. Integers are labels, floats are shared rows.

    No loss of an example is off by more than 4 eps (1 + |z - max|), and no gradient by 4 eps (1 + a |z - max|).

    Course notation: L = -sum_j y_j log a_j, dz = a - y. Course 2, week 3; cs231n, "Linear classification".

    Examples
    --------
    >>> loss, d_z = softmax_loss(np.log([[0.3, 0.2, 0.1, 0.4]]), [1])
    >>> f"{loss:.3f}", d_z.round(3)
    ('1.609', array([[ 0.3, -0.8,  0.1,  0.4]]))
    """
    one_of("softmax_loss", "reduction", reduction, ("mean", "sum", "none"))
    z = an_array("softmax_loss", "z", z, min_ndim=2)
    if z.size == 0:
        refuse("softmax_loss", "z", "have at least one example and one class", f"shape {z.shape}")
    loss, d_z = softmax_loss_unchecked(z, _targets(z, y), reduction)
    no_overflow("softmax_loss", "z", z, "its loss", loss)
    return loss, d_z


@np.errstate(all="ignore")
def softmax_loss_unchecked(z: Array, y: NDArray[Any], reduction: str = "mean") -> tuple[Any, Array]:
    """Do what `softmax_loss` does, unchecked: for a training loop, whose labels are checked once, before it starts.

    Parameters
    ----------
    z : array of float32 or float64, shape (..., m, C)
        Logits. Where a model has nan or infinity, its loss is useless, without a warning; the others stay right.
    y : array
        Integers are labels, shape (m,) or (..., m); floats are rows of probabilities, shape (m, C) or (..., m, C).
    reduction : {"mean", "sum", "none"}, optional
        What becomes of the losses of the m examples.

    Returns
    -------
    loss : number, or array of shape (...); with "none", (..., m)
        In nats.
    d_z : array, shape of ``z``
        The gradient of each model's loss.

    Examples
    --------
    >>> loss, _ = softmax_loss_unchecked(np.array([[[0.0, 0.0]], [[np.nan, 0.0]]]), np.array([1]))
    >>> loss.round(3)
    array([0.693,   nan])
    """
    share = 1 / z.shape[-2] if reduction == "mean" else 1
    s, place, largest = _below_the_largest(z)
    if y.dtype.kind == "f":
        t = np.exp(s)
        rest = _sum_of_the_others(t, largest)
        log_y_hat = (s - np.log1p(rest)[:, None]).reshape(z.shape)
        loss = -np.sum(y * log_y_hat, axis=-1, where=y > 0)
        t *= (share / (1 + rest))[:, None]
        d_z = t.reshape(z.shape) - share * y
    else:
        true = place(y)
        s_true = s.ravel("K")[true]
        t = np.exp(s, out=s)
        rest = _sum_of_the_others(t, largest)
        loss = np.log1p(rest).reshape(z.shape[:-1]) - s_true
        t *= (share / (1 + rest))[:, None]
        t.ravel("K")[true] -= share
        d_z = t.reshape(z.shape)
    return loss if reduction == "none" else loss.sum(axis=-1) * share, d_z


def _below_the_largest(z: Array) -> tuple[Array, Callable[[Labels], Labels], Labels]:
    """Return s = z - max, shape (examples, C); where in memory a class of each example lies; and where the largest."""
    n_examples, n_classes = math.prod(z.shape[:-1]), z.shape[-1]
    are_few = n_classes < FEW  # then one class lies after the other: a pass along many examples takes a third as long
    step, stride = (1, n_examples) if are_few else (n_classes, 1)
    first, largest = np.arange(0, step * n_examples, step).reshape(z.shape[:-1]), z.argmax(axis=-1)
    rows = z.reshape(n_examples, n_classes)
    top = rows[np.arange(n_examples), largest.ravel()]
    s = np.subtract(rows, top[:, None], order="F" if are_few else "C")

    def place(label: Labels) -> Labels:  # one number, which is looked up in a third of the time of a row and a column
        return first + stride * label

    return s, place, place(largest)


def _sum_of_the_others(t: Array, largest: Labels) -> Array:
    """Return what t = e^s sums to, beside the largest one's own 1."""
    flat = t.ravel("K")
    flat[largest] = 0
    rest: Array = t.dot(_ones(t.shape[-1], t.dtype))  # takes a third of the time of a sum
    flat[largest] = 1
    return rest


@lru_cache
def _ones(n: int, dtype: np.dtype[Any]) -> Array:
    return np.ones(n, dtype)


def _logits(function: str, z: ArrayLike, axis: int) -> Array:
    z = an_array(function, "z", z, min_ndim=1)
    if not is_a_place(axis, z.ndim):
        refuse(function, "axis", f"be an axis of z with shape {z.shape}", shown(axis))
    if z.shape[axis] == 0:
        refuse(function, "z", f"have at least one class along axis {axis}", f"shape {z.shape}")
    return z


def _targets(z: Array, y: ArrayLike) -> NDArray[Any]:
    """Return y as integers if it holds labels, and as floats if it holds rows of probabilities."""
    are_integers = type(y) is np.ndarray and y.dtype.kind in "iu"  # a subclass may hide a mask
    values = np.asarray(y) if are_integers else an_array("softmax_loss", "y", y)
    labels, rows = (z.shape[-2:-1], z.shape[:-1]), (z.shape[-2:], z.shape)
    are_labels = values.ndim < 2 or (values.ndim < z.ndim and np.asarray(y).dtype.kind in "iu")
    if values.shape not in (labels if are_labels else rows):
        either, other = (" or ".join(dict.fromkeys(map(str, shapes))) for shapes in (labels, rows))
        rule = f"hold labels, shape {either}, or rows of probabilities, shape {other}, for z with shape {z.shape}"
        hint = "Of two axes, integers are labels and floats are rows." if z.ndim > 2 else ""
        refuse("softmax_loss", "y", rule, f"shape {values.shape}", hint=hint)
    if are_labels:
        if are_integers and values.astype(np.uintp, copy=False).max() < z.shape[-1]:  # what was negative is huge now
            return values.astype(np.intp, copy=False)
        wrong = (values < 0) | (values >= z.shape[-1]) | (values % 1 != 0)
        _refuse_first(values, wrong, f"hold whole labels from 0 to {z.shape[-1] - 1}, one for each class")
        return values.astype(np.intp, copy=False)
    _refuse_first(values, values < 0, "hold probabilities of at least 0")
    total = values.sum(axis=-1)
    _refuse_first(total, abs(total - 1) > 1e-5, "hold rows of probabilities with sum 1")
    return values.astype(z.dtype, copy=False)


def _refuse_first(values: NDArray[Any], wrong: NDArray[np.bool_], rule: str) -> None:
    if wrong.any():
        where = tuple(int(i) for i in np.argwhere(wrong)[0])
        refuse("softmax_loss", "y", rule, f"{values[where]:g} at index {where}")
