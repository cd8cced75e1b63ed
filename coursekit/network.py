"""The multi-layer network: linear, activation, linear, ..., linear; its logits forward, its gradients backward.

Parameters are one flat dict, ``{"W1": ..., "b1": ..., "W2": ...}``; gradients have the same names and shapes. With a
model axis, W ``(k, n_in, n_out)`` and b ``(k, n_out)``, the same lines compute k networks at once. A hidden layer that
has ``gamma`` and ``beta`` has batch norm, and need not have ``b``.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from coursekit._checks import (
    MANY,
    a_float_type,
    a_generator,
    a_kind,
    a_mapping,
    a_sequence,
    a_whole_number,
    an_array,
    as_array,
    in_type,
    is_a_place,
    one_of,
    refuse,
    shown,
)
from coursekit._network_checks import checked, checked_examples, checked_labels, standard_deviation
from coursekit.batchnorm import BatchNormCache, normalize_batch, normalize_batch_backward, sum_of_rows
from coursekit.types import Array, Labels, Parameters

# Each activation, and its slope as a function of its own result a, so that z need not be kept.
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], NDArray[Any]]]] = {
    "relu": (lambda z: np.maximum(z, 0), lambda a: a > 0),
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
    "linear": (lambda z: z, np.ones_like),
}
POSITIONS = ("before", "after")
EPS = 1e-5  # batch norm's, the same in training, at test time and folded


class Layer(NamedTuple):
    """What the forward pass keeps of a layer: its own parameters, what came in, what its activation made, what left."""

    parameters: Parameters
    x: Array
    a: Array
    norm: BatchNormCache | None
    out: Array


class Cache(NamedTuple):
    """What `backward` needs of `forward`."""

    layers: list[Layer]
    activation: str
    batch_norm: str


def init_network(
    sizes: Sequence[int], rng: np.random.Generator, *, scale: str | ArrayLike = "he", n_models: int | None = None,
    batch_norm: str | None = None, dtype: DTypeLike = np.float64,
) -> Parameters:  # fmt: skip
    """Draw a network, or a stack of them: W normal around 0, b and beta 0, gamma 1.

    Parameters
    ----------
    sizes : sequence of int
        The numbers of features, of units in each hidden layer, and of classes.
    rng : numpy.random.Generator
        Where the randomness comes from.
    scale : "he", float, or array, shape (k,), optional
        The standard deviation of all weights, or of each model's. "he": sqrt(2 / n_in), which keeps the size of the
        signal through layers of ReLUs.
    n_models : int, optional
        k, for a leading model axis: each model has weights of its own.
    batch_norm : {None, "before", "after"}, optional
        Whether the hidden layers have gamma and beta, and on which side of the activation. Before it, they have no b,
        as batch norm takes the mean, and b with it, off again.
    dtype : float64 or float32, optional
        Of the parameters, and so of all that is computed with them. The weights are the same, but for rounding.

    Returns
    -------
    dict of array
        For each layer i, ``Wi``, shape (n_in, n_out) or (k, n_in, n_out), and ``bi``, ``gammai`` and ``betai``, shape
        (n_out,) or (k, n_out).

    Raises
    ------
    TypeError, ValueError
        If an argument is none of the above.

    References
    ----------
    He et al. 2015, arXiv 1502.01852, equation 10. Course notation: W has shape (n_out, n_in), and b (n_out, 1).

    Examples
    --------
    >>> parameters = init_network([64, 50, 10], np.random.default_rng(0), n_models=3, batch_norm="before")
    >>> {name: array.shape for name, array in parameters.items()}
    {'W1': (3, 64, 50), 'gamma1': (3, 50), 'beta1': (3, 50), 'W2': (3, 50, 10), 'b2': (3, 10)}
    """
    sizes = [a_whole_number("init_network", "sizes", size, most=MANY)
             for size in a_sequence("init_network", "sizes", sizes, "the numbers of units")]  # fmt: skip
    if len(sizes) < 2:
        refuse("init_network", "sizes", "hold at least the numbers of features and of classes", sizes)
    rng = a_generator("init_network", rng)
    if batch_norm is not None:
        one_of("init_network", "batch_norm", batch_norm, POSITIONS)
    dtype = a_float_type("init_network", "dtype", dtype)
    models = () if n_models is None else (a_whole_number("init_network", "n_models", n_models, most=MANY),)
    n_weights = math.prod(models) * max(n_in * n_out for n_in, n_out in pairwise(sizes))
    if n_weights > 100 * MANY:
        refuse("init_network", "sizes", f"make at most {100 * MANY:,} weights a layer", f"{n_weights:,}")
    sd = standard_deviation(scale, models)
    parameters: Parameters = {}
    for i, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        is_normed = batch_norm is not None and i < len(sizes) - 1
        parameters[f"W{i}"] = rng.standard_normal((*models, n_in, n_out)) * (np.sqrt(2 / n_in) if sd is None else sd)
        if not is_normed or batch_norm == "after":
            parameters[f"b{i}"] = np.zeros((*models, n_out))
        if is_normed:
            parameters[f"gamma{i}"], parameters[f"beta{i}"] = np.ones((*models, n_out)), np.zeros((*models, n_out))
    return {name: in_type("init_network", "scale", array, dtype) for name, array in parameters.items()}


def forward(
    parameters: Mapping[str, ArrayLike], X: ArrayLike, *, activation: str = "relu", batch_norm: str = "before",
    statistics: Mapping[str, ArrayLike] | None = None,
) -> tuple[Array, Cache]:  # fmt: skip
    """Compute the logits.

    Parameters
    ----------
    parameters : dict of array
        As from `init_network`. Those without a model axis are shared by all models.
    X : array_like, shape (m, n) or (k, m, n)
        m examples with n features, the same for all models or not.
    activation : {"relu", "tanh", "sigmoid", "linear"}, optional
        What follows each hidden layer.
    batch_norm : {"before", "after"}, optional
        On which side of the activation, in layers that have gamma and beta.
    statistics : dict of array, shapes (n_out,) or (k, n_out), optional
        For test time: ``meani`` and ``vari`` of each layer with batch norm. None, as in training: those of the batch.

    Returns
    -------
    z : array, shape (m, n_classes) or (k, m, n_classes)
        In the dtype of the parameters. A model that has diverged gets nan, without a warning, and leaves the others
        as they are.
    cache : Cache
        For `backward`.

    Raises
    ------
    TypeError, ValueError
        If a name is missing, shapes do not fit, X is not finite, or batch norm has one example and no statistics.

    Notes
    -----
    Course notation: Z = W A + b with a column an example; its W and its Z are the transposes of those here.

    Examples
    --------
    >>> z, cache = forward({"W1": [[1, -1]], "b1": [0, 0], "W2": [[1], [2]], "b2": [0.5]}, [[3], [-4]])
    >>> z
    array([[3.5],
           [8.5]])
    """
    one_of("forward", "activation", activation, ACTIVATIONS)
    one_of("forward", "batch_norm", batch_norm, POSITIONS)
    own_parameters, k = checked("forward", parameters, statistics)
    return run_layers(own_parameters, checked_examples(X, own_parameters, k), activation, batch_norm)


# One model of a stack may diverge: its nan tells it, and nothing may end what the others do.
@np.errstate(over="ignore", invalid="ignore")
def run_layers(own_parameters: list[Parameters], x: Array, activation: str, batch_norm: str) -> tuple[Array, Cache]:
    """Do what `forward` does, without its checks: for training loops.

    Parameters
    ----------
    own_parameters : list of dict of array
        Those of each layer, without its number.
    x, activation, batch_norm
        As for `forward`, in the dtype of the parameters.

    Returns
    -------
    z, cache
        As of `forward`.

    Examples
    --------
    >>> z, _ = run_layers([{"W": np.array([[1.0, -1.0]]), "b": np.zeros(2)}], np.array([[3.0]]), "relu", "before")
    >>> z
    array([[ 3., -3.]])
    """
    layers: list[Layer] = []
    for own in own_parameters:
        g, _ = ACTIVATIONS["linear" if own is own_parameters[-1] else activation]
        layers.append(_layer_forward(own, x, g, batch_norm))
        x = layers[-1].out
    return x, Cache(layers, activation, batch_norm)


def backward(d_z: ArrayLike, cache: Cache) -> Parameters:
    """Take the gradient of a loss back through the network.

    Parameters
    ----------
    d_z : array_like, shape (m, n_classes) or (k, m, n_classes)
        The gradient with respect to the logits, as from `softmax_loss`.
    cache : Cache
        What `forward` returned beside the logits, without statistics.

    Returns
    -------
    dict of array
        The gradient with respect to each parameter, in its shape: summed over the models that share it.

    Raises
    ------
    TypeError, ValueError
        If ``d_z`` does not fit, or the cache is not one of training.

    Notes
    -----
    Course notation: dW = 1/m dZ A.T and db = 1/m sum dZ; here 1/m is in ``d_z`` already, if the loss is a mean.

    Examples
    --------
    >>> z, cache = forward({"W1": [[1, -1]], "b1": [0, 0], "W2": [[1], [2]], "b2": [0.5]}, [[3], [-4]])
    >>> gradients = backward([[1], [1]], cache)
    >>> gradients["W1"], gradients["b2"]
    (array([[ 3., -8.]]), array([2.]))
    """
    cache = a_kind("backward", "cache", cache, Cache, "be what forward returned beside the logits")
    layers, activation, batch_norm = cache
    if any("mean" in layer.parameters for layer in layers):
        rule = "come from training, as the gradient also goes through the statistics of the batch"
        refuse("backward", "cache", rule, "one of a forward pass with statistics")
    z = layers[-1].out
    d_out = in_type("backward", "d_z", an_array("backward", "d_z", d_z, finite=False), z.dtype)
    if d_out.shape != z.shape:
        refuse("backward", "d_z", f"have shape {z.shape}, that of the logits", d_out.shape)
    gradients: Parameters = {}
    with np.errstate(over="ignore", invalid="ignore"):
        for i, layer in reversed(list(enumerate(layers, start=1))):
            _, slope = ACTIVATIONS["linear" if layer is layers[-1] else activation]
            d_z, d_own = _layer_backward(d_out, layer, slope, batch_norm)
            gradients = {f"{word}{i}": d for word, d in d_own.items()} | gradients
            if i > 1:  # nobody moves X
                d_out = d_z @ layer.parameters["W"].swapaxes(-1, -2)
    return gradients


def _layer_forward(own: Parameters, x: Array, g: Callable[[Array], Array], batch_norm: str) -> Layer:
    z: Array = x @ own["W"]
    norm = None
    if "b" in own:
        b = own["b"][..., None, :]
        z = np.add(z, b, out=z if z.ndim >= b.ndim else None)  # z is new: no need for another
    if "gamma" in own and batch_norm == "before":
        z, norm = _normalize(own, z)
    out = a = g(z)
    if "gamma" in own and batch_norm == "after":
        out, norm = _normalize(own, a)
    return Layer(own, x, a, norm, out)


def _layer_backward(
    d_out: Array, layer: Layer, slope: Callable[[Array], NDArray[Any]], batch_norm: str
) -> tuple[Array, Parameters]:
    own, x, a, norm, _ = layer
    d_own: dict[str, Any] = {}
    if norm and batch_norm == "after":
        d_out, d_own["gamma"], d_own["beta"] = normalize_batch_backward(d_out, norm)
    d_z = d_out if slope is np.ones_like else d_out * slope(a)
    if norm and batch_norm == "before":
        d_z, d_own["gamma"], d_own["beta"] = normalize_batch_backward(d_z, norm)
    d_own["W"], d_own["b"] = x.swapaxes(-1, -2) @ d_z, sum_of_rows(d_z)
    # A parameter that models share hears them all.
    return d_z, {word: d_own[word] if d_own[word].ndim == own[word].ndim else d_own[word].sum(axis=0) for word in own}


def _normalize(own: Parameters, z: Array) -> tuple[Array, BatchNormCache | None]:
    if "mean" in own:
        slope, shift = _test_time_line(own)
        return z * slope[..., None, :] + shift[..., None, :], None
    gamma, beta = own["gamma"], own["beta"]
    shape = np.broadcast_shapes(z.shape, gamma[..., None, :].shape, beta[..., None, :].shape)
    return normalize_batch(np.broadcast_to(z, shape), gamma, beta, EPS)


def _test_time_line(own: Parameters) -> tuple[Array, Array]:
    slope: Array = own["gamma"] / np.sqrt(own["var"] + EPS)
    return slope, own["beta"] - own["mean"] * slope


def fold_batch_norm(
    parameters: Mapping[str, ArrayLike], statistics: Mapping[str, ArrayLike], *, batch_norm: str = "before"
) -> Parameters:
    """Write a trained network without its batch norm, which at test time is linear: W and b can hold it.

    Parameters
    ----------
    parameters, statistics, batch_norm
        As for `forward`.

    Returns
    -------
    dict of array
        ``Wi`` and ``bi`` of a network that has the same logits, but for rounding; of one that has diverged, not finite.

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
    >>> folded = fold_batch_norm(parameters, {"mean1": [4], "var1": [0.25]})
    >>> folded["W1"].round(3), folded["b1"].round(3)
    (array([[12.]]), array([-23.]))
    """
    one_of("fold_batch_norm", "batch_norm", batch_norm, POSITIONS)
    layers, _ = checked("fold_batch_norm", parameters, a_mapping("fold_batch_norm", "statistics", statistics))
    folded: Parameters = {}
    with np.errstate(over="ignore", invalid="ignore"):  # as in forward: one of a stack may have diverged
        for i, own in enumerate(layers, start=1):
            W, b = own["W"], own.get("b", np.zeros_like(own["W"][..., 0, :]))
            if batch_norm == "before" and "gamma" in own:
                slope, shift = _test_time_line(own)
                W, b = W * slope[..., None, :], b * slope + shift
            if batch_norm == "after" and i > 1 and "gamma" in layers[i - 2]:
                slope, shift = _test_time_line(layers[i - 2])
                W, b = slope[..., :, None] * W, (shift[..., None, :] @ W)[..., 0, :] + b
            folded[f"W{i}"], folded[f"b{i}"] = W, b
    return folded


def predict(parameters: Mapping[str, ArrayLike], X: ArrayLike, **options: Any) -> NDArray[np.intp]:
    """Name the most probable class of each example.

    Parameters
    ----------
    parameters, X, **options
        As for `forward`, which refuses what does not fit. Without statistics, batch norm uses those of X.

    Returns
    -------
    array of int, shape (m,) or (k, m)
        The first of a tie, and so class 0 throughout for a model that has diverged.

    Examples
    --------
    >>> predict({"W1": [[1, -1]], "b1": [0, 0.5]}, [[3], [-4], [0]])
    array([0, 1, 1])
    """
    z, _ = forward(parameters, X, **options)
    labels: NDArray[np.intp] = np.argmax(z, axis=-1)
    return labels


def accuracy(parameters: Mapping[str, ArrayLike], X: ArrayLike, y: ArrayLike, **options: Any) -> Any:
    """Measure the share of examples whose most probable class is the right one.

    Parameters
    ----------
    parameters, X, **options
        As for `forward`, which refuses what does not fit. Without statistics, batch norm uses those of X.
    y : array_like of int, shape (m,) or (k, m)
        The labels.

    Returns
    -------
    float, or array of float64, shape (k,)

    Raises
    ------
    TypeError, ValueError
        If ``y`` does not hold a label for each example, or there is none.

    Examples
    --------
    >>> accuracy({"W1": [[1, -1]], "b1": [0, 0.5]}, [[3], [-4], [0], [5]], [0, 1, 0, 0])
    0.75
    """
    z, _ = forward(parameters, X, **options)
    if z.shape[-2] == 0:
        refuse("accuracy", "X", "hold at least one example", f"shape {np.shape(X)}")
    return share_right(z, checked_labels("accuracy", y, z.shape))


def share_right(z: Array, y: Labels) -> Any:
    """Do what `accuracy` does, from logits and without its checks: for training loops.

    Parameters
    ----------
    z : array, shape (m, n_classes) or (k, m, n_classes)
        The logits; a row with nan counts as class 0.
    y : array of int, shape (m,) or (k, m)
        The labels.

    Returns
    -------
    float, or array of float64, shape (k,)

    Examples
    --------
    >>> share_right(np.array([[0.1, 0.2], [0.9, 0.3]]), np.array([1, 1]))
    0.5
    """
    share: Array = (z.argmax(axis=-1) == y).sum(axis=-1) / z.shape[-2]
    return share if share.ndim else float(share)


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
    >>> stack = init_network([64, 10], np.random.default_rng(0), n_models=3)
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
