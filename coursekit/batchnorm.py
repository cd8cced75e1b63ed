"""Batch norm: every feature normalised over its batch, then scaled by gamma and shifted by beta.

The lesson writes it in four plain lines. This does the same in as few passes over z as it can, as a pass is what costs.
"""

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from coursekit._checks import (
    FLOATS,
    MANY,
    a_kind,
    a_number,
    a_whole_number,
    an_array,
    in_type,
    is_finite,
    no_overflow,
    refuse,
)
from coursekit.types import Array

LIMITS = {dtype: (float(np.finfo(dtype).tiny), float(np.finfo(dtype).max)) for dtype in FLOATS}


class BatchNormCache(NamedTuple):
    """What the backward pass needs; ``mean`` and ``var`` are the batch's statistics, shape (n,) or (k, n)."""

    centered: Array
    mean: Array
    var: Array
    inv_std: Array
    gamma: Array
    beta: Array


def batchnorm_forward(
    z: ArrayLike, gamma: ArrayLike, beta: ArrayLike, *, eps: float = 1e-5
) -> tuple[Array, BatchNormCache]:
    """Normalise each feature over the batch, then scale and shift it: the forward pass in training.

    Parameters
    ----------
    z : array_like, shape (m, n) or (k, m, n)
        m examples with n features, of one model or of k.
    gamma, beta : array_like, shape (n,) or (k, n)
        The scale and the shift: one row that all models share, or one row a model.
    eps : float, optional
        Added to the variance, under the root.

    Returns
    -------
    out : array, shape of ``z``
        In the dtype of ``z``, like all that follows from it.
    cache : BatchNormCache
        For `batchnorm_backward`. Its ``mean`` and ``var`` (a mean over m, not m - 1) are for `RunningStats`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If there are fewer than 2 examples, a shape does not fit, a value is nan or infinite, ``eps`` is not above 0,
        ``z`` is so large that its variance overflows (from about 1e154 on, in float32 from 1e19 on), or ``gamma`` so
        large that ``out`` does.

    Notes
    -----
    A feature is measured from its first example before its mean is taken. The float32 mean of 512 times 1000.1 can be
    off by more than sqrt(eps), which would put a constant feature near beta + gamma, or beta - gamma, and not at beta.
    No error is above 8 u (|gamma| (1 + |mean| / sd + |z_norm|) + |beta|), where u is the float type's eps, and
    sd = sqrt(var + eps): held against 50 digits, in batches of up to 100. Where gamma / sd underflows,
    out loses digits.

    Course notation: a column an example; mu and sigma^2 are means over i, z~(i) = gamma z_norm(i) + beta.

    References
    ----------
    Ioffe & Szegedy 2015 (arXiv 1502.03167), Algorithm 1. Course 2, week 3, "Normalizing activations in a network".

    Examples
    --------
    >>> out, cache = batchnorm_forward([[2], [4], [6], [8]], gamma=[2], beta=[5])
    >>> out[:, 0].round(3), cache.mean, cache.var
    (array([2.317, 4.106, 5.894, 7.683]), array([5.]), array([5.]))
    """
    z, gamma, beta = _arguments("batchnorm_forward", z, gamma=gamma, beta=beta)
    eps = _checked_eps("batchnorm_forward", eps, z)
    if z.shape[-2] < 2:
        rule = "hold at least 2 examples, as one alone is its own mean and leaves nothing but beta"
        hint = "batchnorm_inference takes its mean and variance from elsewhere."
        refuse("batchnorm_forward", "z", rule, f"shape {z.shape}", hint=hint)
    out, cache = batchnorm_forward_unchecked(z, gamma, beta, eps)
    if not is_finite(out):  # one look for all: whatever comes in as nan or infinite, or overflows, ends here
        for name, value in (("z", z), ("gamma", gamma), ("beta", beta)):
            an_array("batchnorm_forward", name, value)
        no_overflow("batchnorm_forward", "z", z, "its variance", cache.var)
        no_overflow("batchnorm_forward", "gamma", gamma, "out", out)
    return out, cache


def batchnorm_backward(d_out: ArrayLike, cache: BatchNormCache) -> tuple[Array, Array, Array]:
    """Take a gradient back through `batchnorm_forward`, by way of the mean and of the variance too.

    Parameters
    ----------
    d_out : array_like, shape of ``z``
        The gradient of the loss with respect to ``out``.
    cache : BatchNormCache
        What `batchnorm_forward` returned beside ``out``.

    Returns
    -------
    d_z : array, shape of ``z``
        Its sum over the batch is 0, as moving all of ``z`` moves nothing.
    d_gamma, d_beta : array, shapes of ``gamma`` and ``beta``
        Summed over the models where they are shared.

    Raises
    ------
    TypeError
        If ``cache`` is something else.
    ValueError
        If ``d_out`` has another shape than ``z``, is not finite, or so large that a gradient overflows.

    Notes
    -----
    With sd = sqrt(var + eps): d_z = gamma / sd * (d_out - d_beta / m - z_norm * d_gamma / m). The second term comes by
    way of the mean, the third by way of the variance. No error of d_z is above 8 u |gamma| / sd (1 + |mean| / sd)
    max |d_out|, and none of d_gamma and d_beta above 8 u m (1 + |mean| / sd) max |d_out|, in the units of
    `batchnorm_forward`.

    References
    ----------
    Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3: their six equations, put together.

    Examples
    --------
    >>> out, cache = batchnorm_forward([[2], [4], [6], [8]], gamma=[2], beta=[5])
    >>> d_z, d_gamma, d_beta = batchnorm_backward([[0], [0], [0], [1]], cache)
    >>> d_z[:, 0].round(3), d_gamma.round(3), d_beta
    (array([ 0.179, -0.089, -0.358, 0.268]), array([1.342]), array([1.]))
    """
    rule = "be what batchnorm_forward returned beside out"
    cache = a_kind("batchnorm_backward", "cache", cache, BatchNormCache, rule)
    d_out = an_array("batchnorm_backward", "d_out", d_out, finite=False)
    d_out = in_type("batchnorm_backward", "d_out", d_out, cache.centered.dtype)
    if d_out.shape != cache.centered.shape:
        refuse("batchnorm_backward", "d_out", f"have the shape of z, {cache.centered.shape}", d_out.shape)
    d_z, d_gamma, d_beta = batchnorm_backward_unchecked(d_out, cache)
    if not (is_finite(d_z) and is_finite(d_gamma) and is_finite(d_beta)):
        an_array("batchnorm_backward", "d_out", d_out)
        no_overflow("batchnorm_backward", "d_out", d_out, "the gradients", d_z, d_gamma, d_beta)
    return d_z, d_gamma, d_beta


@np.errstate(all="ignore")
def batchnorm_forward_unchecked(z: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> tuple[Array, BatchNormCache]:
    """Do what `batchnorm_forward` does, unchecked: for training loops.

    Parameters
    ----------
    z, gamma, beta, eps
        As for `batchnorm_forward`, all arrays of one float dtype. A feature that is not finite, or whose variance
        overflows, becomes nan without a warning: one model that diverges does not end the training of a stack.

    Returns
    -------
    out, cache
        As of `batchnorm_forward`.

    Examples
    --------
    >>> out, cache = batchnorm_forward_unchecked(np.array([[1e200, 0.0], [-1e200, 2.0]]), np.ones(2), np.zeros(2))
    >>> out.round(3)
    array([[nan, -1.],
           [nan,  1.]])
    """
    first = z[..., 0, :]
    centered = z - first[..., None, :]
    mean = _mean(centered)
    centered -= mean[..., None, :]
    out = centered * centered  # the squares for now: one array less, and a pass in place costs half of one that is not
    var = _mean(out)
    sd2 = var + eps
    inv_std = np.sqrt(sd2) / sd2  # 1 / sd of a variance that overflowed would be 0, which looks like a number
    np.multiply(centered, (gamma * inv_std)[..., None, :], out=out)
    out += beta[..., None, :]
    return out, BatchNormCache(centered, mean + first, var, inv_std, gamma, beta)


@np.errstate(all="ignore")
def batchnorm_backward_unchecked(d_out: Array, cache: BatchNormCache) -> tuple[Array, Array, Array]:
    """Do what `batchnorm_backward` does, unchecked: for training loops.

    Parameters
    ----------
    d_out, cache
        As for `batchnorm_backward`, of one float dtype.

    Returns
    -------
    d_z, d_gamma, d_beta
        As of `batchnorm_backward`.

    Examples
    --------
    >>> _, cache = batchnorm_forward_unchecked(np.array([[1.0, 0.0], [3.0, 2.0]]), np.ones(2), np.zeros(2))
    >>> batchnorm_backward_unchecked(np.array([[1.0, np.nan], [1.0, 1.0]]), cache)[2]
    array([ 2., nan])
    """
    centered, _, _, inv_std, gamma, beta = cache
    m = d_out.shape[-2]
    d_z = d_out * centered  # for the sum alone
    d_gamma = sum_of_rows(d_z) * inv_std
    d_beta = sum_of_rows(d_out)
    np.multiply(centered, (d_gamma * inv_std / -m)[..., None, :], out=d_z)
    d_z += d_out
    d_z -= (d_beta / m)[..., None, :]
    d_z *= (gamma * inv_std)[..., None, :]
    return d_z, _sum_shared(d_gamma, gamma), _sum_shared(d_beta, beta)


def batchnorm_inference(
    z: ArrayLike, gamma: ArrayLike, beta: ArrayLike, mean: ArrayLike, var: ArrayLike, *, eps: float = 1e-5
) -> Array:
    """Normalise with a mean and variance from elsewhere, so that no example depends on its companions: at test time.

    Parameters
    ----------
    z : array_like, shape (m, n) or (k, m, n)
        Any number of examples, one too.
    gamma, beta, mean, var : array_like, shape (n,) or (k, n)
        The last two most often from `RunningStats`. A batch's own give what training gives, and a batch of 1: beta.
    eps : float, optional
        As in training.

    Returns
    -------
    out : array, shape and dtype of ``z``

    Raises
    ------
    TypeError, ValueError
        If an argument does not hold real numbers, or is not finite; a shape does not fit, a variance is negative, or
        ``out`` overflows.

    References
    ----------
    Ioffe & Szegedy 2015 (arXiv 1502.03167), Algorithm 2. Course 2, week 3, "Batch norm at test time".

    Examples
    --------
    >>> batchnorm_inference([[9.0]], gamma=[2], beta=[5], mean=[5], var=[4]).round(3)
    array([[9.]])
    >>> batchnorm_inference([[9.0]], gamma=[2], beta=[5], mean=[9], var=[0])
    array([[5.]])
    """
    arrays = _arguments("batchnorm_inference", z, gamma=gamma, beta=beta, mean=mean, var=var)
    for name, array in zip(("z", "gamma", "beta", "mean", "var"), arrays, strict=True):
        an_array("batchnorm_inference", name, array)
    z, gamma, beta, mean, var = arrays
    _no_negative("batchnorm_inference", var)
    eps = _checked_eps("batchnorm_inference", eps, z)
    with np.errstate(over="ignore", invalid="ignore"):
        out = z - mean[..., None, :]
        sd2 = var + eps
        out *= (gamma / np.sqrt(sd2))[..., None, :]
        out += beta[..., None, :]
    no_overflow("batchnorm_inference", "var", var, "var + eps", sd2)  # gamma / infinity is 0, which looks like a number
    no_overflow("batchnorm_inference", "z", z, "out", out)
    return out


class RunningStats:
    """The mean and the variance of each feature, averaged over the batches of a training, for inference.

    Parameters
    ----------
    n : int
        The number of features.
    n_models : int, optional
        k, for a leading model axis.
    decay : float or None, optional
        The share of the old value that an update keeps, at least 0 and below 1. None: every batch counts the same.
    bias_correction : bool, optional
        False: the averages start at mean 0 and variance 1, and after t updates hold decay^t of it still. True: they
        start at 0 and are divided by 1 - decay^t, so that only batches count.

    Attributes
    ----------
    mean, var : array, shape (n,) or (k, n)
        In the dtype of what came in. With ``bias_correction``, refused before the first update.
    n_updates : int
        The number of batches seen.

    Raises
    ------
    TypeError, ValueError
        If ``n``, ``n_models`` or ``decay`` is not such a number.

    Notes
    -----
    PyTorch and Keras start at 0 and 1 and correct nothing. PyTorch's momentum of 0.1 is a decay of 0.9; Keras calls the
    decay momentum, and takes 0.99.

    References
    ----------
    Ioffe & Szegedy 2015 (arXiv 1502.03167), Algorithm 2: the population estimate is that of ``decay=None`` and updates
    with ``m``, over batches that the trained network sees. Course 2, week 3, "Batch norm at test time".

    Examples
    --------
    >>> plain, corrected = RunningStats(1), RunningStats(1, bias_correction=True)
    >>> for stats in (plain, corrected):
    ...     stats.update([5.0], [4.0])
    >>> plain.mean.round(3), plain.var.round(3), corrected.mean.round(3), corrected.var.round(3)
    (array([0.5]), array([1.3]), array([5.]), array([4.]))
    """

    def __init__(
        self, n: int, *, n_models: int | None = None, decay: float | None = 0.9, bias_correction: bool = False
    ) -> None:
        models = () if n_models is None else (a_whole_number("RunningStats", "n_models", n_models, most=MANY),)
        shape = (*models, a_whole_number("RunningStats", "n", n, most=MANY // math.prod(models)))
        self.decay = None if decay is None else a_number("RunningStats", "decay", decay, least=0, below=1)
        self.bias_correction = bias_correction and decay is not None
        self.n_updates = 0
        self._mean: Array = np.zeros(shape)
        self._var: Array = np.zeros(shape) if self.bias_correction else np.ones(shape)

    def update(self, mean: ArrayLike, var: ArrayLike, *, m: int | None = None) -> None:
        """Take in the statistics of one more batch.

        Parameters
        ----------
        mean, var : array_like, shape (n,) or (k, n)
            As in the cache of `batchnorm_forward`.
        m : int, optional
            The size of the batch, to take its variance times m / (m - 1), as the paper and PyTorch do: it then
            estimates that of the population. Without it the variance counts as it is, as in Keras.

        Raises
        ------
        TypeError, ValueError
            If a shape does not fit, a value is not finite, a variance is negative or too large for its average, or
            ``m`` is below 2.
        """
        mean = self._fitting("mean", mean)
        var = self._fitting("var", var)
        _no_negative("RunningStats.update", var)
        correction = 1.0
        if m is not None:
            m = a_whole_number("RunningStats.update", "m", m, least=2)
            correction = m / (m - 1)
        old = self.n_updates / (self.n_updates + 1) if self.decay is None else self.decay
        with np.errstate(over="ignore"):
            new_mean = old * self._mean.astype(mean.dtype) + (1 - old) * mean
            new_var = old * self._var.astype(var.dtype) + (1 - old) * (var * correction)
        no_overflow("RunningStats.update", "mean", mean, "its average", new_mean)
        no_overflow("RunningStats.update", "var", var, "its average", new_var)
        self._mean, self._var = new_mean, new_var
        self.n_updates += 1

    @property
    def mean(self) -> Array:
        """The average of the means."""
        return self._mean / self._share("mean")

    @property
    def var(self) -> Array:
        """The average of the variances."""
        return self._var / self._share("var")

    def _share(self, name: str) -> float:
        if not self.bias_correction or self.decay is None:
            return 1.0
        if self.n_updates == 0:
            refuse("RunningStats", name, "wait for the first update, as 0 / 0 is no average", "0 updates")
        return 1 - self.decay**self.n_updates

    def _fitting(self, name: str, value: ArrayLike) -> Array:
        array = an_array("RunningStats.update", name, value)
        if array.shape != self._mean.shape:
            refuse("RunningStats.update", name, f"have shape {self._mean.shape}, one number per feature", array.shape)
        return array


def sum_of_rows(x: Array, weight: float = 1) -> Array:
    """Do what ``weight * x.sum(axis=-2)`` does, as a product: in a third of the time.

    Parameters
    ----------
    x : array of float32 or float64, shape (..., m, n)
    weight : float, optional
        1 / m makes it the mean.

    Returns
    -------
    array, shape (..., n)

    Examples
    --------
    >>> sum_of_rows(np.array([[1.0, 2.0], [3.0, 5.0]]))
    array([4., 7.])
    """
    row = _row(weight, x.shape[-2], x.dtype)
    return row.dot(x) if x.ndim == 2 else row @ x  # dot starts in half the time of @, but takes long for a stack


def _mean(x: Array) -> Array:
    return sum_of_rows(x, 1 / x.shape[-2])


@lru_cache
def _row(value: float, m: int, dtype: np.dtype[Any]) -> Array:
    return np.full(m, value, dtype)


def _sum_shared(gradient: Array, parameter: Array) -> Array:
    return gradient if gradient.shape == parameter.shape else gradient.sum(axis=tuple(range(gradient.ndim - 1)))


def _checked_eps(function: str, eps: float, z: Array) -> float:
    tiny, largest = LIMITS[z.dtype]  # below the first, a number loses digits
    eps = a_number(function, "eps", eps, least=tiny)
    return a_number(function, "eps", eps, most=largest)


def _no_negative(function: str, var: Array) -> None:
    if (var < 0).any():
        refuse(function, "var", "be at least 0, as it is a mean of squares", var.min())


def _arguments(function: str, z: ArrayLike, **parameters: ArrayLike) -> list[Array]:
    z = an_array(function, "z", z, min_ndim=2, finite=False)
    arrays, shapes = [z], (z.shape[-1:], z.shape[:-2] + z.shape[-1:])
    for name, value in parameters.items():
        row = in_type(function, name, an_array(function, name, value, finite=False), z.dtype)
        if row.shape not in shapes:
            allowed = " or ".join(map(str, dict.fromkeys(shapes)))
            meaning = {"gamma": "scale", "beta": "shift", "mean": "mean", "var": "variance"}[name]
            rule = f"have shape {allowed}, one {meaning} per feature of z with shape {z.shape}"
            refuse(function, name, rule, row.shape)
        arrays.append(row)
    return arrays
