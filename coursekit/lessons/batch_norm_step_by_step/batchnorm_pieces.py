"""Batch norm along its computation graph: one piece a node, forward and backward, as lesson 07 builds it up.

`coursekit.batchnorm` does the same in as few passes as it can. Here every number on the way has a name.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from coursekit._checks import a_kind, an_array, in_type, no_overflow, refuse
from coursekit.batchnorm import _arguments, _checked_eps
from coursekit.types import Array


class Pieces(NamedTuple):
    """What stands at each node after the forward pass.

    Attributes
    ----------
    z, centered, z_norm, out : array, shape (m, n) or (k, m, n)
        A number per example and feature.
    mean, var, sd : array, shape (n,) or (k, n)
        A number per feature: sd = sqrt(var + eps).
    gamma, beta : array, shape (n,) or (k, n)
        As they came.
    """

    z: Array
    mean: Array
    centered: Array
    var: Array
    sd: Array
    z_norm: Array
    gamma: Array
    beta: Array
    out: Array


class PieceGradients(NamedTuple):
    """The gradient of the loss at each node, in the order in which the backward pass comes to it.

    Each has the shape of its namesake in `Pieces`, but for ``d_gamma`` and ``d_beta``: one row a model.
    """

    d_beta: Array
    d_gamma: Array
    d_z_norm: Array
    d_sd: Array
    d_var: Array
    d_centered: Array
    d_mean: Array
    d_z: Array


def forward_pieces(z: ArrayLike, gamma: ArrayLike, beta: ArrayLike, *, eps: float = 1e-5) -> Pieces:
    """Take batch norm's forward pass node by node.

    References
    ----------
    Ioffe & Szegedy 2015 (arXiv 1502.03167), Algorithm 1. Course notation: a column an example, means over i.

    Examples
    --------
    >>> pieces = forward_pieces([[2], [4], [5], [6], [8]], gamma=[2], beta=[5])
    >>> pieces.mean, pieces.var, pieces.sd.round(3), pieces.z_norm[:, 0].round(3)
    (array([5.]), array([4.]), array([2.]), array([-1.5, -0.5,  0. ,  0.5,  1.5]))
    """
    z, gamma, beta = _arguments("forward_pieces", z, gamma=gamma, beta=beta)
    for name, array in (("z", z), ("gamma", gamma), ("beta", beta)):
        an_array("forward_pieces", name, array)
    if z.shape[-2] == 0:
        refuse("forward_pieces", "z", "hold at least one example", f"shape {z.shape}")
    eps = _checked_eps("forward_pieces", eps, z)
    with np.errstate(over="ignore", invalid="ignore"):
        mean = z.mean(axis=-2)
        centered = z - mean[..., None, :]
        var = np.mean(centered**2, axis=-2)
        sd = np.sqrt(var + eps)
        z_norm = centered / sd[..., None, :]
        out = gamma[..., None, :] * z_norm + beta[..., None, :]
    no_overflow("forward_pieces", "z", z, "its variance", var)
    no_overflow("forward_pieces", "gamma", gamma, "out", out)
    return Pieces(z, mean, centered, var, sd, z_norm, gamma, beta, out)


def backward_pieces(
    d_out: ArrayLike, pieces: Pieces, *, mean_path: bool = True, var_path: bool = True
) -> PieceGradients:
    """Take a gradient back through `forward_pieces` node by node; if wanted, wrongly, with a path cut.

    References
    ----------
    Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3: their six equations, one at a time.

    Examples
    --------
    >>> pieces = forward_pieces([[2], [4], [5], [6], [8]], gamma=[2], beta=[5])
    >>> whole = backward_pieces([[0], [0], [0], [0], [1]], pieces)
    >>> whole.d_z[:, 0].round(3) + 0.0
    array([ 0.25, -0.05, -0.2 , -0.35,  0.35])
    >>> backward_pieces([[0], [0], [0], [0], [1]], pieces, mean_path=False, var_path=False).d_z[:, 0].round(3)
    array([0., 0., 0., 0., 1.])
    """
    pieces = a_kind("backward_pieces", "pieces", pieces, Pieces, "be what forward_pieces returned")
    d_out = in_type("backward_pieces", "d_out", an_array("backward_pieces", "d_out", d_out), pieces.z.dtype)
    if d_out.shape != pieces.z.shape:
        refuse("backward_pieces", "d_out", f"have the shape of z, {pieces.z.shape}", d_out.shape)
    m, sd = d_out.shape[-2], pieces.sd
    with np.errstate(over="ignore", invalid="ignore"):
        d_beta = d_out.sum(axis=-2)
        d_gamma = np.sum(d_out * pieces.z_norm, axis=-2)
        d_z_norm = d_out * pieces.gamma[..., None, :]
        d_sd = -np.sum(d_z_norm * pieces.z_norm, axis=-2) / sd
        d_var = d_sd / (2 * sd) if var_path else np.zeros_like(sd)
        d_centered = d_z_norm / sd[..., None, :] + 2 * pieces.centered / m * d_var[..., None, :]
        d_mean = -d_centered.sum(axis=-2) if mean_path else np.zeros_like(sd)
        d_z = d_centered + d_mean[..., None, :] / m
    gradients = PieceGradients(d_beta, d_gamma, d_z_norm, d_sd, d_var, d_centered, d_mean, d_z)
    no_overflow("backward_pieces", "d_out", d_out, "the gradients", *gradients)
    return gradients
