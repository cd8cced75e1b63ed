"""Training sets as they come: with wrong labels, or with a rare class; and a loss that weighs the examples."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import (
    MANY,
    a_generator,
    a_mapping,
    a_number,
    a_whole_number,
    an_array,
    as_array,
    of_unit_size,
    one_of,
    refuse,
)
from coursekit._network_checks import checked_labels
from coursekit.network import Network, backward, forward
from coursekit.optimizers import adam
from coursekit.softmax import softmax_loss_unchecked
from coursekit.types import Array, Labels, Parameters

KINDS = ("random", "systematic")


class Mislabeled(NamedTuple):
    """Labels, some of them wrong.

    Attributes
    ----------
    y : array of int, shape (m,)
        As given to the learner.
    is_wrong : array of bool, shape (m,)
        Which of them are not what they were.
    """

    y: Labels
    is_wrong: NDArray[np.bool_]


def mislabeled(
    y: ArrayLike, share: float, rng: np.random.Generator, *, n_classes: int, kind: str = "random"
) -> Mislabeled:
    """Spoil a share of the labels.

    References
    ----------
    Rolnick et al. 2017, arXiv 1705.10694, "uniform" and "structured" label noise.

    Examples
    --------
    >>> mislabeled([0, 1, 2, 0], 0.5, np.random.default_rng(0), n_classes=3, kind="systematic").y.tolist()
    [1, 1, 0, 0]
    """
    share = a_number("mislabeled", "share", share, least=0, most=1)
    n_classes = a_whole_number("mislabeled", "n_classes", n_classes, least=2, most=2**31)
    one_of("mislabeled", "kind", kind, KINDS)
    y, rng = as_array("mislabeled", "y", y), a_generator("mislabeled", rng)
    if y.ndim != 1 or y.dtype.kind not in "iu" or ((y < 0) | (y >= n_classes)).any():
        rule = f"hold labels from 0 to {n_classes - 1}, shape (m,)"
        refuse("mislabeled", "y", rule, f"{y.dtype} of shape {y.shape}")
    who = rng.permutation(len(y))[: round(share * len(y))]
    steps = rng.integers(1, n_classes, size=len(who)) if kind == "random" else 1
    given = y.astype(np.intp)
    given[who] = (given[who] + steps) % n_classes
    return Mislabeled(given, given != y)


def fit_weighted(
    network: Network, parameters: Mapping[str, ArrayLike], X: ArrayLike, y: ArrayLike, weights: ArrayLike, *,
    learning_rate: float, n_epochs: int, rng: np.random.Generator, batch_size: int = 50,
) -> Parameters:  # fmt: skip
    """Train with Adam on a weighted mean of the losses: an example of weight 2 counts twice, one of weight 0 not.

    Notes
    -----
    The loss of a batch is sum w_i L_i, divided by what the weights of a whole batch sum to on average, and not by
    what those of this batch do: the step then is, on average, that of the whole set's weighted mean.

    Examples
    --------
    >>> network, start = Network([1, 2]), {"W1": [[0.0, 0.0]], "b1": [0.0, 0.0]}
    >>> trained = fit_weighted(network, start, [[1.0], [1.0]], [0, 1], [1, 3], learning_rate=0.1, n_epochs=300,
    ...                        rng=np.random.default_rng(0))
    >>> z, _ = forward(network, trained, [[1.0]])
    >>> np.exp(z[0, 1] - z[0, 0]).round(2)  # the odds: 3 to 1
    np.float64(3.0)
    """
    parameters = a_mapping("fit_weighted", "parameters", parameters)
    X, w = an_array("fit_weighted", "X", X, min_ndim=2), an_array("fit_weighted", "weights", weights, min_ndim=1)
    if X.ndim != 2:
        refuse("fit_weighted", "X", "have shape (m, n)", f"shape {X.shape}")
    y = checked_labels("fit_weighted", y, (len(X), 2**31))
    rng = a_generator("fit_weighted", rng)
    batch_size = a_whole_number("fit_weighted", "batch_size", batch_size)
    if w.shape[-1:] != y.shape or not w.size or (w < 0).any() or not w.any(axis=-1).all():
        rule = f"have a number of at least 0 for each of {len(y)} examples, and not only zeros"
        refuse("fit_weighted", "weights", rule, f"shape {w.shape}, from {w.min(initial=0):g}")
    w, _ = of_unit_size(w)
    w = w / w.mean(axis=-1, keepdims=True)
    trained: Parameters = {name: np.asarray(value) for name, value in parameters.items()}
    state = None
    for _ in range(a_whole_number("fit_weighted", "n_epochs", n_epochs, most=MANY)):
        order = rng.permutation(len(y))
        for start in range(0, len(y), batch_size):
            batch = order[start : start + batch_size]
            z, cache = forward(network, trained, X[batch])
            _, d_z = softmax_loss_unchecked(z, _for_each_model(y[batch], z))
            with np.errstate(over="ignore", invalid="ignore"):  # as in fit: a model that diverges ends nothing
                gradients = backward(d_z * w[..., batch, None], cache)
            trained, state = adam(trained, gradients, state, learning_rate=learning_rate)
    return trained


def _for_each_model(y: Labels, z: Array) -> Labels:
    return np.broadcast_to(y, z.shape[:-1])
