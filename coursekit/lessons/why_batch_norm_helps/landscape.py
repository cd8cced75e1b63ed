"""The loss along the gradient: how far a step can trust what it was told."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import an_array, refuse
from coursekit._network_checks import checked_labels
from coursekit.network import Network, backward, forward
from coursekit.softmax import softmax_loss_unchecked


class Along(NamedTuple):
    """What a network meets on its way down the gradient.

    Attributes
    ----------
    loss : float
        Where it stands.
    size : float
        The length of the gradient there.
    losses : array, shape (s,)
        After each of the steps, all of them taken from where it stands.
    changes : array, shape (s,)
        How far the gradient there is from the one that was followed: the length of the difference.
    """

    loss: float
    size: float
    losses: NDArray[np.float64]
    changes: NDArray[np.float64]


def along_gradient(
    network: Network, parameters: Mapping[str, ArrayLike], X: ArrayLike, y: ArrayLike, lengths: ArrayLike
) -> Along:
    """Take steps of several lengths down one gradient, and measure loss and gradient where each ends.

    References
    ----------
    Santurkar et al. 2018 (arXiv 1805.11604), section 3.1 and figure 4: the "variation of the loss" is the range of
    ``losses``, the "gradient predictiveness" the range of ``changes``.

    Examples
    --------
    >>> parameters = {"W1": [[1.0, -1.0]], "b1": [0.0, 0.0]}
    >>> along = along_gradient(Network([1, 2]), parameters, [[2.0], [-1.0]], [0, 1], [0.0, 0.5])
    >>> round(along.loss, 3), along.losses.round(3), along.changes.round(3)
    (0.073, array([0.073, 0.064]), array([0.   , 0.014]))
    """
    lengths = an_array("along_gradient", "lengths", lengths)
    if lengths.ndim != 1:
        refuse("along_gradient", "lengths", "have shape (s,), one learning rate per step", lengths.shape)
    loss, gradient = _loss_and_gradient(network, parameters, X, y)
    here = {name: np.asarray(value, dtype=float) for name, value in parameters.items()}
    with np.errstate(over="ignore", invalid="ignore"):
        ends = {name: here[name] - np.multiply.outer(lengths, d) for name, d in gradient.items()}  # s networks
        losses, gradients = _loss_and_gradient(network, ends, X, y)
        squares = [np.sum((gradients[name] - d) ** 2, axis=tuple(range(1, d.ndim + 1))) for name, d in gradient.items()]
        changes = np.sqrt(np.sum(squares, axis=0))
        size = float(np.sqrt(sum(np.sum(d**2) for d in gradient.values())))
    return Along(float(loss), size, np.asarray(losses, dtype=float), changes)


def _loss_and_gradient(
    network: Network, parameters: Mapping[str, ArrayLike], X: ArrayLike, y: ArrayLike
) -> tuple[Any, dict[str, Any]]:
    z, cache = forward(network, parameters, X)
    loss, d_z = softmax_loss_unchecked(z, checked_labels("along_gradient", y, z.shape))
    return loss, backward(d_z, cache)
