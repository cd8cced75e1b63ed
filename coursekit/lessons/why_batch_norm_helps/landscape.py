"""Look ahead: the loss after steps of several lengths, all from where a network stands."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import an_array, refuse
from coursekit._network_checks import checked_labels
from coursekit.network import Network, backward, forward
from coursekit.softmax import softmax_loss_unchecked
from coursekit.types import Array, Parameters


def along_gradient(
    network: Network, parameters: Mapping[str, ArrayLike], X: ArrayLike, y: ArrayLike, lengths: ArrayLike
) -> NDArray[np.float64]:
    """Take steps of several lengths down one gradient, and measure the loss where each ends.

    References
    ----------
    Santurkar et al. 2018 (arXiv 1805.11604), section 3.1 and figure 4: their "variation of the loss" is its range.

    Examples
    --------
    >>> parameters = {"W1": [[1.0, -1.0]], "b1": [0.0, 0.0]}
    >>> along_gradient(Network([1, 2]), parameters, [[2.0], [-1.0]], [0, 1], [0.0, 0.5]).round(3)
    array([0.073, 0.064])
    """
    lengths = _a_row("along_gradient", "lengths", lengths, "learning rate")
    here, gradient = _here(network, parameters, X, y)
    with np.errstate(over="ignore", invalid="ignore"):
        ends = {name: here[name] - np.multiply.outer(lengths, d) for name, d in gradient.items()}  # s networks
        return _losses("along_gradient", network, ends, X, y)


def relative_steps(
    network: Network, parameters: Mapping[str, ArrayLike], X: ArrayLike, y: ArrayLike, shares: ArrayLike
) -> NDArray[np.float64]:
    """Move every W against its gradient by a share of its own length, and measure the loss where each step ends.

    Unlike a length times the gradient, this does not change when weights are rescaled and the network's function is
    not: ten times the W, and a tenth of the gradient, give the same steps. The other parameters stay.

    Examples
    --------
    >>> parameters = {"W1": [[1.0, -1.0]], "b1": [0.0, 0.0]}
    >>> relative_steps(Network([1, 2]), parameters, [[2.0], [-1.0]], [0, 1], [0.0, 0.1]).round(3)
    array([0.073, 0.059])
    """
    shares = _a_row("relative_steps", "shares", shares, "share of each W's length")
    ends, gradient = _here(network, parameters, X, y)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for name in [name for name in ends if name.startswith("W")]:
            W, d_W = ends[name], np.nan_to_num(gradient[name], posinf=0, neginf=0)
            direction = np.nan_to_num(d_W / np.linalg.norm(d_W))
            ends[name] = W - np.multiply.outer(shares, np.linalg.norm(W) * direction)
        return _losses("relative_steps", network, ends, X, y)


def _a_row(function: str, name: str, value: ArrayLike, meaning: str) -> Array:
    row = an_array(function, name, value)
    if row.ndim != 1:
        refuse(function, name, f"have shape (s,), one {meaning} per step", row.shape)
    return row


def _here(
    network: Network, parameters: Mapping[str, ArrayLike], X: ArrayLike, y: ArrayLike
) -> tuple[dict[str, Any], Parameters]:
    z, cache = forward(network, parameters, X)
    _, d_z = softmax_loss_unchecked(z, checked_labels("along_gradient", y, z.shape))
    return {name: np.asarray(value, dtype=float) for name, value in parameters.items()}, backward(d_z, cache)


def _losses(
    function: str, network: Network, ends: Mapping[str, Any], X: ArrayLike, y: ArrayLike
) -> NDArray[np.float64]:
    z, _ = forward(network, ends, X)
    losses, _ = softmax_loss_unchecked(z, checked_labels(function, y, z.shape))
    return np.asarray(losses, dtype=float)
