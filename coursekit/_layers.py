"""One layer of a network, forward and back, unchecked: x W + b, batch norm where it has some, an activation."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.batchnorm import (
    BatchNormCache,
    batchnorm_backward_unchecked,
    batchnorm_forward_unchecked,
    sum_of_rows,
)
from coursekit.types import Array, Parameters

# Each activation, and its slope as a function of its own result a, so that z need not be kept.
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], NDArray[Any]]]] = {
    "relu": (lambda z: np.maximum(z, 0), lambda a: a > 0),
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
    "linear": (lambda z: z, np.ones_like),
}


class Layer(NamedTuple):
    """What the forward pass keeps of a layer: its own parameters, what came in, what its activation made, what left."""

    parameters: Parameters
    x: Array
    a: Array
    norm: BatchNormCache | None
    out: Array


def layer_forward_unchecked(own: Parameters, x: Array, activation: str, batch_norm: str | None, eps: float) -> Layer:
    z: Array = x @ own["W"]
    norm = None
    if "b" in own:
        b = own["b"][..., None, :]
        z = np.add(z, b, out=z if z.ndim >= b.ndim else None)  # z is new: no need for another
    if "gamma" in own and batch_norm == "before":
        z, norm = _normalize(own, z, eps)
    g, _ = ACTIVATIONS[activation]
    out = a = g(z)
    if "gamma" in own and batch_norm == "after":
        out, norm = _normalize(own, a, eps)
    return Layer(own, x, a, norm, out)


def layer_backward_unchecked(
    d_out: Array, layer: Layer, activation: str, batch_norm: str | None
) -> tuple[Array, Parameters]:
    own, x, a, norm, _ = layer
    d_own: dict[str, Any] = {}
    if norm and batch_norm == "after":
        d_out, d_own["gamma"], d_own["beta"] = batchnorm_backward_unchecked(d_out, norm)
    _, slope = ACTIVATIONS[activation]
    d_z = d_out if activation == "linear" else d_out * slope(a)
    if norm and batch_norm == "before":
        d_z, d_own["gamma"], d_own["beta"] = batchnorm_backward_unchecked(d_z, norm)
    d_own["W"], d_own["b"] = x.swapaxes(-1, -2) @ d_z, sum_of_rows(d_z)
    # A parameter that models share hears them all.
    return d_z, {word: d_own[word] if d_own[word].ndim == own[word].ndim else d_own[word].sum(axis=0) for word in own}


def _normalize(own: Parameters, z: Array, eps: float) -> tuple[Array, BatchNormCache | None]:
    if "mean" in own:
        slope, shift = line_at_test_time(own, eps)
        return z * slope[..., None, :] + shift[..., None, :], None
    gamma, beta = own["gamma"], own["beta"]
    shape = np.broadcast_shapes(z.shape, gamma[..., None, :].shape, beta[..., None, :].shape)
    return batchnorm_forward_unchecked(np.broadcast_to(z, shape), gamma, beta, eps)


def line_at_test_time(own: Parameters, eps: float) -> tuple[Array, Array]:
    """Return slope and shift: at test time, batch norm is slope * z + shift."""
    slope: Array = own["gamma"] / np.sqrt(own["var"] + eps)
    return slope, own["beta"] - own["mean"] * slope
