"""Layer norm, and all norms of its kind: one function, and the axes that its mean and variance are taken over."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from coursekit._checks import a_kind, a_whole_number, an_array, in_type, is_finite, no_overflow, refuse
from coursekit.batchnorm import _arguments, _checked_eps
from coursekit.types import Array


class NormCache(NamedTuple):
    """What the backward pass needs; ``mean`` and ``var`` have length 1 along the ``axes``."""

    centered: Array
    mean: Array
    var: Array
    inv_sd: Array
    gamma: Array
    beta: Array
    axes: tuple[int, ...]


class LayerNormCache(NamedTuple):
    """What the backward pass of a layer norm needs, and the shapes that gamma and beta had."""

    norm: NormCache
    shapes: tuple[tuple[int, ...], tuple[int, ...]]


def norm_forward(
    z: ArrayLike, gamma: ArrayLike, beta: ArrayLike, *, axes: int | Sequence[int], eps: float = 1e-5
) -> tuple[Array, NormCache]:
    """Take mean and variance over some axes, normalise by them, then scale and shift.

    Parameters
    ----------
    z : array_like, any shape
        What comes in: examples in rows, or images ``(N, H, W, C)``.
    gamma, beta : array_like
        The scale and the shift, of any shape that broadcasts to that of ``z``: ``(C,)`` is one number per channel.
    axes : int or sequence of int
        What a mean is taken over. Negative ones count from the end.
    eps : float, optional
        Added to the variance, under the root.

    Returns
    -------
    out : array, shape of ``z``
        In the dtype of ``z``, like all that follows from it.
    cache : NormCache
        For `norm_backward`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or an axis is no whole number.
    ValueError
        If an axis is not there or named twice, there are fewer than 2 numbers along the axes, a shape does not fit, a
        value is nan or infinite, ``eps`` is not above 0, ``z`` is so large that its variance overflows, or ``gamma``
        so large that ``out`` does.

    Notes
    -----
    For images ``(N, H, W, C)``, these are the norms by name:

    =============  =========================================  ===============
    norm           z                                          axes
    =============  =========================================  ===============
    batch norm     as it is                                   ``(0, 1, 2)``
    layer norm     as it is                                   ``(1, 2, 3)``, or ``-1`` in transformers
    instance norm  as it is                                   ``(1, 2)``
    group norm     reshaped to ``(N, H, W, G, C // G)``       ``(1, 2, 4)``
    =============  =========================================  ===============

    As in `batchnorm_forward`, numbers are measured from the first of them before their mean is taken.

    References
    ----------
    Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3.2, for images; Ba et al. 2016 (arXiv 1607.06450): layer norm;
    Ulyanov et al. 2016 (arXiv 1607.08022): instance norm; Wu & He 2018 (arXiv 1803.08494), figure 2: all of them.

    Examples
    --------
    >>> images = np.arange(16.0).reshape(2, 2, 2, 2)
    >>> out, cache = norm_forward(images, [1, 1], [0, 0], axes=(1, 2))
    >>> cache.mean.shape, cache.mean[:, 0, 0]
    ((2, 1, 1, 2), array([[ 3.,  4.],
           [11., 12.]]))
    """
    z = an_array("norm_forward", "z", z, min_ndim=1, finite=False)
    places = _checked_axes(axes, z)
    gamma, beta = (_fitting(name, value, z) for name, value in (("gamma", gamma), ("beta", beta)))
    eps = _checked_eps("norm_forward", eps, z)
    return _checked_forward("norm_forward", (z, gamma, beta), places, eps)


def norm_backward(d_out: ArrayLike, cache: NormCache) -> tuple[Array, Array, Array]:
    """Take a gradient back through `norm_forward`, by way of the mean and of the variance too.

    Parameters
    ----------
    d_out : array_like, shape of ``z``
        The gradient of the loss with respect to ``out``.
    cache : NormCache
        What `norm_forward` returned beside ``out``.

    Returns
    -------
    d_z : array, shape of ``z``
    d_gamma, d_beta : array, shapes of ``gamma`` and ``beta``
        Summed over all that share them.

    Raises
    ------
    TypeError
        If ``cache`` is something else.
    ValueError
        If ``d_out`` has another shape than ``z``, is not finite, or so large that a gradient overflows.

    Notes
    -----
    With d_norm = d_out * gamma, sd = sqrt(var + eps) and means over the axes:
    d_z = (d_norm - mean(d_norm) - z_norm * mean(d_norm * z_norm)) / sd.

    Examples
    --------
    >>> out, cache = norm_forward([[2, 4], [6, 8]], [1], [0], axes=(0, 1))
    >>> d_z, d_gamma, d_beta = norm_backward([[0, 0], [0, 1]], cache)
    >>> d_z.round(3), d_gamma.round(3), d_beta
    (array([[ 0.089, -0.045],
           [-0.179,  0.134]]), array([1.342]), array([1.]))
    """
    cache = a_kind("norm_backward", "cache", cache, NormCache, "be what norm_forward returned beside out")
    return _checked_backward("norm_backward", d_out, cache)


def layernorm_forward(
    z: ArrayLike, gamma: ArrayLike, beta: ArrayLike, *, eps: float = 1e-5
) -> tuple[Array, LayerNormCache]:
    """Normalise each example over its features, then scale and shift every feature: layer norm.

    Parameters
    ----------
    z : array_like, shape (m, n) or (k, m, n)
        m examples with n features, of one model or of k. No example depends on another, so m may be 1.
    gamma, beta : array_like, shape (n,) or (k, n)
        The scale and the shift: one row that all models share, or one row a model.
    eps : float, optional
        Added to the variance, under the root.

    Returns
    -------
    out : array, shape of ``z``
        In the dtype of ``z``, like all that follows from it.
    cache : LayerNormCache
        For `layernorm_backward`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If there are fewer than 2 features, a shape does not fit, a value is nan or infinite, ``eps`` is not above 0,
        ``z`` is so large that its variance overflows, or ``gamma`` so large that ``out`` does.

    Notes
    -----
    No error is above 8 u (|gamma| (1 + |mean| / sd + |z_norm|) + |beta|), where u is the float type's eps, and
    sd = sqrt(var + eps): held against 50 digits, for up to 100 features.

    Course notation: a column an example; mu and sigma^2 are means over the units of a layer, one of each per example.

    References
    ----------
    Ba et al. 2016 (arXiv 1607.06450), equation 3.

    Examples
    --------
    >>> out, cache = layernorm_forward([[2, 4, 6, 8]], gamma=[2, 2, 2, 1], beta=[5, 5, 5, 0])
    >>> out.round(3), cache.norm.mean
    (array([[2.317, 4.106, 5.894, 1.342]]), array([[5.]]))
    """
    z, gamma, beta = _arguments("layernorm_forward", z, gamma=gamma, beta=beta)
    eps = _checked_eps("layernorm_forward", eps, z)
    if z.shape[-1] < 2:
        rule = "hold at least 2 features, as one alone is its own mean and leaves nothing but beta"
        refuse("layernorm_forward", "z", rule, f"shape {z.shape}")
    arrays = z, gamma[..., None, :], beta[..., None, :]
    out, cache = _checked_forward("layernorm_forward", arrays, (z.ndim - 1,), eps)
    return out, LayerNormCache(cache, (gamma.shape, beta.shape))


def layernorm_backward(d_out: ArrayLike, cache: LayerNormCache) -> tuple[Array, Array, Array]:
    """Take a gradient back through `layernorm_forward`, by way of the mean and of the variance too.

    Parameters
    ----------
    d_out : array_like, shape of ``z``
        The gradient of the loss with respect to ``out``.
    cache : LayerNormCache
        What `layernorm_forward` returned beside ``out``.

    Returns
    -------
    d_z : array, shape of ``z``
        Its sum over the features is 0, as moving all of an example moves nothing.
    d_gamma, d_beta : array, shapes of ``gamma`` and ``beta``
        Summed over the examples, and over the models where they are shared.

    Raises
    ------
    TypeError
        If ``cache`` is something else.
    ValueError
        If ``d_out`` has another shape than ``z``, is not finite, or so large that a gradient overflows.

    Examples
    --------
    >>> out, cache = layernorm_forward([[2, 4, 6, 8]], gamma=[2, 2, 2, 1], beta=[5, 5, 5, 0])
    >>> d_z, d_gamma, d_beta = layernorm_backward([[0, 0, 0, 1]], cache)
    >>> d_z.round(3), d_gamma.round(3), d_beta
    (array([[ 0.089, -0.045, -0.179,  0.134]]), array([0.   , 0.   , 0.   , 1.342]), array([0., 0., 0., 1.]))
    """
    rule = "be what layernorm_forward returned beside out"
    cache = a_kind("layernorm_backward", "cache", cache, LayerNormCache, rule)
    d_z, d_gamma, d_beta = _checked_backward("layernorm_backward", d_out, cache.norm)
    return d_z, d_gamma.reshape(cache.shapes[0]), d_beta.reshape(cache.shapes[1])


def _checked_forward(
    function: str, arrays: tuple[Array, Array, Array], axes: tuple[int, ...], eps: float
) -> tuple[Array, NormCache]:
    z, gamma, beta = arrays
    first = z[tuple(slice(0, 1) if axis in axes else slice(None) for axis in range(z.ndim))]
    with np.errstate(all="ignore"):
        centered = z - first
        mean = centered.mean(axis=axes, keepdims=True)
        centered -= mean
        out = centered * centered
        var = out.mean(axis=axes, keepdims=True)
        sd2 = var + z.dtype.type(eps)
        inv_sd = np.sqrt(sd2) / sd2  # 1 / sd of a variance that overflowed would be 0, which looks like a number
        np.multiply(centered, gamma * inv_sd, out=out)
        out += beta
    if not is_finite(out):  # one look for all: whatever comes in as nan or infinite, or overflows, ends here
        for name, value in (("z", z), ("gamma", gamma), ("beta", beta)):
            an_array(function, name, value)
        no_overflow(function, "z", z, "its variance", var)
        no_overflow(function, "gamma", gamma, "out", out)
    return out, NormCache(centered, mean + first, var, inv_sd, gamma, beta, axes)


def _checked_backward(function: str, d_out: ArrayLike, cache: NormCache) -> tuple[Array, Array, Array]:
    centered, _, _, inv_sd, gamma, beta, axes = cache
    d_out = in_type(function, "d_out", an_array(function, "d_out", d_out, finite=False), centered.dtype)
    if d_out.shape != centered.shape:
        refuse(function, "d_out", f"have the shape of z, {centered.shape}", d_out.shape)
    with np.errstate(all="ignore"):
        z_norm, d_norm = centered * inv_sd, d_out * gamma
        by_the_variance = z_norm * (d_norm * z_norm).mean(axis=axes, keepdims=True)
        d_z: Array = (d_norm - d_norm.mean(axis=axes, keepdims=True) - by_the_variance) * inv_sd
        d_gamma, d_beta = _sum_shared(d_out * z_norm, gamma.shape), _sum_shared(d_out, beta.shape)
    if not (is_finite(d_z) and is_finite(d_gamma) and is_finite(d_beta)):
        an_array(function, "d_out", d_out)
        no_overflow(function, "d_out", d_out, "the gradients", d_z, d_gamma, d_beta)
    return d_z, d_gamma, d_beta


def _sum_shared(gradient: Array, shape: tuple[int, ...]) -> Array:
    """Sum over all that broadcasting repeated."""
    missing = gradient.ndim - len(shape)
    repeated = tuple(i for i in range(gradient.ndim) if i < missing or shape[i - missing] == 1)
    return np.asarray(gradient.sum(axis=repeated)).reshape(shape)


def _checked_axes(axes: int | Sequence[int], z: Array) -> tuple[int, ...]:
    is_row = isinstance(axes, list | tuple | range) or (isinstance(axes, np.ndarray) and axes.ndim > 0)
    given = list(axes) if is_row else [axes]  # type: ignore[arg-type]
    whole = [a_whole_number("norm_forward", "axes", axis, least=-z.ndim, most=z.ndim - 1) for axis in given]
    places = tuple(sorted(axis % z.ndim for axis in whole))
    if len(set(places)) < len(places):
        refuse("norm_forward", "axes", "be different ones", axes)
    if math.prod(z.shape[axis] for axis in places) < 2 or not places:
        rule = "hold at least 2 numbers along the axes, as one alone is its own mean and leaves nothing but beta"
        refuse("norm_forward", "z", rule, f"shape {z.shape}, and axes {places}")
    return places


def _fitting(name: str, value: ArrayLike, z: Array) -> Array:
    array = in_type("norm_forward", name, an_array("norm_forward", name, value, finite=False), z.dtype)
    missing = z.ndim - array.ndim
    if missing < 0 or any(size not in (1, z.shape[missing + i]) for i, size in enumerate(array.shape)):
        refuse("norm_forward", name, f"have a shape that broadcasts to that of z, {z.shape}", array.shape)
    return array
