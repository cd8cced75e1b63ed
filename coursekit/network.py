"""The multi-layer network: linear, activation, linear, ..., linear; its logits forward, its gradients backward.

What a network is made of stands in one record, `Network`, which every function takes first. What it has learned is one
flat dict, ``{"W1": ..., "b1": ..., "W2": ...}``; gradients have the same names and shapes. With a model axis, W
``(k, n_in, n_out)`` and b ``(k, n_out)``, the same lines compute k networks at once.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from coursekit._checks import (
    MANY,
    a_float_type,
    a_generator,
    a_kind,
    a_number,
    a_sequence,
    a_whole_number,
    an_array,
    in_type,
    one_of,
    refuse,
)
from coursekit._layers import ACTIVATIONS, Layer, layer_backward_unchecked, layer_forward_unchecked
from coursekit._network_checks import checked, checked_examples, checked_labels, standard_deviation
from coursekit.types import Array, Labels, Parameters

Statistics: TypeAlias = Mapping[str, ArrayLike] | Literal["batch"] | None
POSITIONS = ("before", "after")
FLOAT32 = np.finfo(np.float32)


@dataclass(frozen=True)
class Network:
    """What a network is made of, said once; its parameters are kept apart, as training changes them.

    Parameters
    ----------
    sizes : sequence of int
        The numbers of features, of units in each hidden layer, and of classes.
    activation : {"relu", "tanh", "sigmoid", "linear"}, optional
        What follows each hidden layer.
    batch_norm : {None, "before", "after"}, optional
        Whether the hidden layers have gamma and beta, and on which side of the activation. Before it, they need no b,
        as batch norm takes the mean, and b with it, off again; one that stands there all the same is used. Such
        parameters fit both sides, and nothing in them says for which they were trained: keep the Network beside them.
    eps : float, optional
        Batch norm's, added to the variance: the same in training, at test time and folded.

    Raises
    ------
    TypeError, ValueError
        If an argument is none of the above, or ``eps`` is nothing that float32 can hold.

    Examples
    --------
    >>> Network([64, 50, 10], batch_norm="before")
    Network(sizes=(64, 50, 10), activation='relu', batch_norm='before', eps=1e-05)
    """

    sizes: Sequence[int]
    activation: str = "relu"
    batch_norm: str | None = None
    eps: float = 1e-5

    def __post_init__(self) -> None:
        sizes = tuple(a_whole_number("Network", "sizes", size, most=MANY)
                      for size in a_sequence("Network", "sizes", self.sizes, "the numbers of units"))  # fmt: skip
        if len(sizes) < 2:
            refuse("Network", "sizes", "hold at least the numbers of features and of classes", list(sizes))
        one_of("Network", "activation", self.activation, ACTIVATIONS)
        if self.batch_norm is not None:
            one_of("Network", "batch_norm", self.batch_norm, POSITIONS)
        eps = a_number("Network", "eps", self.eps, least=float(FLOAT32.tiny), most=float(FLOAT32.max))
        object.__setattr__(self, "sizes", sizes)
        object.__setattr__(self, "eps", eps)


class Cache(NamedTuple):
    """What `backward` needs of `forward`."""

    layers: list[Layer]
    network: Network


def init_network(
    network: Network, rng: np.random.Generator, *, scale: str | ArrayLike = "he", n_models: int | None = None,
    dtype: DTypeLike = np.float64,
) -> Parameters:  # fmt: skip
    """Draw the first parameters of a network, or of a stack of them: W normal around 0, b and beta 0, gamma 1.

    Parameters
    ----------
    network : Network
        What it is made of.
    rng : numpy.random.Generator
        Where the randomness comes from.
    scale : "he", float, or array, shape (k,), optional
        The standard deviation of all weights, or of each model's. "he": sqrt(2 / n_in), which keeps the size of the
        signal through layers of ReLUs.
    n_models : int, optional
        k, for a leading model axis: each model has weights of its own.
    dtype : float64 or float32, optional
        Of the parameters, and so of all that is computed with them. The weights are the same, but for rounding.

    Returns
    -------
    dict of array
        For each layer i, ``Wi``, shape (n_in, n_out) or (k, n_in, n_out), and ``bi``, ``gammai`` and ``betai``, shape
        (n_out,) or (k, n_out); no ``bi`` before batch norm.

    Raises
    ------
    TypeError, ValueError
        If an argument is none of the above.

    References
    ----------
    He et al. 2015, arXiv 1502.01852, equation 10. Course notation: W has shape (n_out, n_in), and b (n_out, 1).

    Examples
    --------
    >>> network = Network([64, 50, 10], batch_norm="before")
    >>> parameters = init_network(network, np.random.default_rng(0), n_models=3)
    >>> {name: array.shape for name, array in parameters.items()}
    {'W1': (3, 64, 50), 'gamma1': (3, 50), 'beta1': (3, 50), 'W2': (3, 50, 10), 'b2': (3, 10)}
    """
    network = a_network("init_network", network)
    rng = a_generator("init_network", rng)
    dtype = a_float_type("init_network", "dtype", dtype)
    models = () if n_models is None else (a_whole_number("init_network", "n_models", n_models, most=MANY),)
    n_weights = math.prod(models) * max(n_in * n_out for n_in, n_out in pairwise(network.sizes))
    if n_weights > 100 * MANY:
        refuse("init_network", "network", f"have at most {100 * MANY:,} weights a layer", f"{n_weights:,}")
    std = standard_deviation(scale, models)
    parameters: Parameters = {}
    for i, (n_in, n_out) in enumerate(pairwise(network.sizes), start=1):
        is_normed = network.batch_norm is not None and i < len(network.sizes) - 1
        parameters[f"W{i}"] = rng.standard_normal((*models, n_in, n_out)) * (np.sqrt(2 / n_in) if std is None else std)
        if not is_normed or network.batch_norm == "after":
            parameters[f"b{i}"] = np.zeros((*models, n_out))
        if is_normed:
            parameters[f"gamma{i}"], parameters[f"beta{i}"] = np.ones((*models, n_out)), np.zeros((*models, n_out))
    return {name: in_type("init_network", "scale", array, dtype) for name, array in parameters.items()}


def forward(
    network: Network, parameters: Mapping[str, ArrayLike], X: ArrayLike, *,
    statistics: Mapping[str, ArrayLike] | None = None,
) -> tuple[Array, Cache]:  # fmt: skip
    """Compute the logits.

    Parameters
    ----------
    network : Network
        What it is made of.
    parameters : dict of array
        As from `init_network`. Those without a model axis are shared by all models.
    X : array_like, shape (m, n) or (k, m, n)
        m examples with n features, the same for all models or not.
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
        If the parameters are not those of the network, X does not fit or is not finite, or batch norm has one example
        and no statistics.

    Notes
    -----
    Course notation: Z = W A + b with a column an example; its W and its Z are the transposes of those here.

    Examples
    --------
    >>> parameters = {"W1": [[1, -1]], "b1": [0, 0], "W2": [[1], [2]], "b2": [0.5]}
    >>> z, cache = forward(Network([1, 2, 1]), parameters, [[3], [-4]])
    >>> z
    array([[3.5],
           [8.5]])
    """
    network = a_network("forward", network)
    layers, k = checked("forward", network.sizes, network.batch_norm, parameters, statistics)
    return forward_unchecked(network, layers, checked_examples(X, layers, k))


# One model of a stack may diverge: its nan tells it, and nothing may end what the others do.
@np.errstate(over="ignore", invalid="ignore")
def forward_unchecked(network: Network, own_parameters: list[Parameters], x: Array) -> tuple[Array, Cache]:
    """Do what `forward` does, unchecked, for training loops: from each layer's own parameters, without its number.

    Examples
    --------
    >>> forward_unchecked(Network([1, 2]), [{"W": np.array([[1.0, -1.0]]), "b": np.zeros(2)}], np.array([[3.0]]))[0]
    array([[ 3., -3.]])
    """
    layers: list[Layer] = []
    for own in own_parameters:
        activation = "linear" if own is own_parameters[-1] else network.activation
        layers.append(layer_forward_unchecked(own, x, activation, network.batch_norm, network.eps))
        x = layers[-1].out
    return x, Cache(layers, network)


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
    >>> parameters = {"W1": [[1, -1]], "b1": [0, 0], "W2": [[1], [2]], "b2": [0.5]}
    >>> z, cache = forward(Network([1, 2, 1]), parameters, [[3], [-4]])
    >>> gradients = backward([[1], [1]], cache)
    >>> gradients["W1"], gradients["b2"]
    (array([[ 3., -8.]]), array([2.]))
    """
    layers, network = a_kind("backward", "cache", cache, Cache, "be what forward returned beside the logits")
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
            activation = "linear" if layer is layers[-1] else network.activation
            d_z, d_own = layer_backward_unchecked(d_out, layer, activation, network.batch_norm)
            gradients = {f"{word}{i}": d for word, d in d_own.items()} | gradients
            if i > 1:  # nobody moves X
                d_out = d_z @ layer.parameters["W"].swapaxes(-1, -2)
    return gradients


def classify(
    network: Network, parameters: Mapping[str, ArrayLike], X: ArrayLike, *, statistics: Statistics = None
) -> NDArray[np.intp]:
    """Name the most probable class of each example.

    Parameters
    ----------
    network, parameters, X, statistics
        As for `accuracy`.

    Returns
    -------
    array of int, shape (m,) or (k, m)
        The first of a tie, and so class 0 throughout for a model that has diverged.

    Examples
    --------
    >>> classify(Network([1, 2]), {"W1": [[1, -1]], "b1": [0, 0.5]}, [[3], [-4], [0]])
    array([0, 1, 1])
    """
    labels: NDArray[np.intp] = np.argmax(_logits("classify", network, parameters, X, statistics), axis=-1)
    return labels


def accuracy(
    network: Network, parameters: Mapping[str, ArrayLike], X: ArrayLike, y: ArrayLike, *, statistics: Statistics = None
) -> Any:
    """Measure the share of examples whose most probable class is the right one.

    Parameters
    ----------
    network, parameters, X
        As for `forward`, which refuses what does not fit.
    y : array_like of int, shape (m,) or (k, m)
        The labels.
    statistics : dict of array, or "batch"; None without batch norm
        As for `forward`; "batch" says that batch norm is to use the mean and variance of X itself.

    Returns
    -------
    float, or array of float64, shape (k,)

    Raises
    ------
    TypeError, ValueError
        If ``y`` does not hold a label for each example, there is none, or a network with batch norm comes without
        statistics.

    Examples
    --------
    >>> accuracy(Network([1, 2]), {"W1": [[1, -1]], "b1": [0, 0.5]}, [[3], [-4], [0], [5]], [0, 1, 0, 0])
    0.75
    """
    z = _logits("accuracy", network, parameters, X, statistics)
    if z.shape[-2] == 0:
        refuse("accuracy", "X", "hold at least one example", f"shape {np.shape(X)}")
    return accuracy_unchecked(z, checked_labels("accuracy", y, z.shape))


def accuracy_unchecked(z: Array, y: Labels) -> Any:
    """Do what `accuracy` does, unchecked, for training loops: from logits, where a row with nan counts as class 0.

    Examples
    --------
    >>> accuracy_unchecked(np.array([[0.1, 0.2], [0.9, 0.3]]), np.array([1, 1]))
    0.5
    """
    share: Array = (z.argmax(axis=-1) == y).sum(axis=-1) / z.shape[-2]
    return share if share.ndim else float(share)


def a_network(function: str, value: object) -> Network:
    """Return ``value`` if it is a Network, and refuse it otherwise: for what takes one first.

    Parameters
    ----------
    function : str
        Who speaks.
    value : object
        What came.

    Returns
    -------
    Network

    Raises
    ------
    TypeError
        If it is something else.

    Examples
    --------
    >>> a_network("forward", Network([2, 3])).sizes
    (2, 3)
    """
    return a_kind(function, "network", value, Network, "be a Network, such as Network([64, 50, 10])")


def _logits(
    function: str, network: Network, parameters: Mapping[str, ArrayLike], X: ArrayLike, statistics: Statistics
) -> Array:
    network = a_network(function, network)
    if isinstance(statistics, str):
        one_of(function, "statistics", statistics, ["batch"])
        return forward(network, parameters, X)[0]
    if statistics is None and network.batch_norm is not None and len(network.sizes) > 2:
        rule = "be given for a network with batch norm, such as history.statistics, or be 'batch' for those of X itself"
        refuse(function, "statistics", rule, statistics)
    return forward(network, parameters, X, statistics=statistics)[0]
