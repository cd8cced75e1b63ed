"""What is done with parameters once they are trained: one network taken out of a stack, batch norm folded away."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from coursekit._checks import a_mapping, as_array, is_a_place, refuse, shown
from coursekit._layers import line_at_test_time
from coursekit._network_checks import checked
from coursekit.network import Network, a_network
from coursekit.types import Parameters


def fold_batch_norm(
    network: Network, parameters: Mapping[str, ArrayLike], statistics: Mapping[str, ArrayLike]
) -> tuple[Network, Parameters]:
    """Write a trained network without its batch norm, which at test time is linear: W and b can hold it.

    Parameters
    ----------
    network, parameters, statistics
        As for `forward`.

    Returns
    -------
    network : Network
        The same, without batch norm.
    parameters : dict of array
        ``Wi`` and ``bi``, with the same logits, but for rounding; of a model that has diverged, not finite.

    Raises
    ------
    TypeError, ValueError
        If a name is missing, or shapes do not fit.

    Notes
    -----
    At test time, batch norm is slope * z + shift, with slope = gamma / sqrt(var + eps) and shift = beta - slope * mean.
    Before the activation, it goes into the W and b that z comes from; after it, into those of the next layer.

    Examples
    --------
    >>> parameters = {"W1": [[2]], "gamma1": [3], "beta1": [1], "W2": [[1]], "b2": [0]}
    >>> network = Network([1, 1, 1], batch_norm="before")
    >>> plain, folded = fold_batch_norm(network, parameters, {"mean1": [4], "var1": [0.25]})
    >>> plain.batch_norm, folded["W1"].round(3), folded["b1"].round(3)
    (None, array([[12.]]), array([-23.]))
    """
    network = a_network("fold_batch_norm", network)
    statistics = a_mapping("fold_batch_norm", "statistics", statistics)
    layers, _ = checked("fold_batch_norm", network.sizes, network.batch_norm, parameters, statistics)
    folded: Parameters = {}
    with np.errstate(over="ignore", invalid="ignore"):  # as in forward: one of a stack may have diverged
        for i, own in enumerate(layers, start=1):
            W, b = own["W"], own.get("b", np.zeros_like(own["W"][..., 0, :]))
            if network.batch_norm == "before" and "gamma" in own:
                slope, shift = line_at_test_time(own, network.eps)
                W, b = W * slope[..., None, :], b * slope + shift
            if network.batch_norm == "after" and i > 1:
                slope, shift = line_at_test_time(layers[i - 2], network.eps)
                W, b = slope[..., :, None] * W, (shift[..., None, :] @ W)[..., 0, :] + b
            folded[f"W{i}"], folded[f"b{i}"] = W, b
    return Network(network.sizes, activation=network.activation), folded


def one_model(parameters: Mapping[str, ArrayLike], i: int) -> Parameters:
    """Take one network out of a stack.

    Parameters
    ----------
    parameters : dict of array
        As for `forward`; or gradients, or statistics.
    i : int
        Which model, from 0; or from the end, from -1.

    Returns
    -------
    dict of array
        Views, without the model axis. What all models share is as it was.

    Raises
    ------
    ValueError
        If there is no such model.

    Examples
    --------
    >>> from coursekit.network import init_network
    >>> stack = init_network(Network([64, 10]), np.random.default_rng(0), n_models=3)
    >>> one_model(stack, 2)["W1"].shape
    (64, 10)
    """
    parameters = a_mapping("one_model", "parameters", parameters)
    arrays = {name: as_array("one_model", name, value) for name, value in parameters.items()}
    is_stacked = {name: array.ndim > (2 if name.startswith("W") else 1) for name, array in arrays.items()}
    for name, array in arrays.items():
        if is_stacked[name] and not is_a_place(i, len(array)):
            refuse("one_model", "i", f"be one of the {len(array)} models of {name}", shown(i))
    return {name: array[i] if is_stacked[name] else array for name, array in arrays.items()}
