"""Noise in training: what a batch's statistics bring, what dropout brings, what can be put back after batch norm."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from coursekit._checks import (
    a_generator,
    a_mapping,
    a_number,
    a_whole_number,
    an_array,
    as_array,
    no_overflow,
    refuse,
    shown,
)
from coursekit._network_checks import checked, checked_labels
from coursekit.batchnorm import BatchNormCache, batchnorm_backward_unchecked, batchnorm_forward_unchecked
from coursekit.network import Network, a_network, forward
from coursekit.softmax import softmax_loss_unchecked
from coursekit.types import Array, Labels, Parameters

MOST_NOISE = 1e150
Kept: TypeAlias = tuple[Array, BatchNormCache | None, Array]


def equal_drop_rate(m: int) -> float:
    """Say which dropout is about as noisy as batch norm in batches of m.

    Notes
    -----
    For normal z, the mean of m examples has variance 1/m, and their standard deviation about 1/(2m), in units of the
    population's. So the normalised value of an example at z varies by (1 + z^2 / 2) / m: 1.5 / m on average. Dropout
    at rate p, scaled by 1 / (1 - p), varies by p / (1 - p) times the square of what it drops. Set equal, that gives
    p / (1 - p) = 1.5 / m. A ReLU in between cuts both by the same half. From groups of 8 on the two
    variances agree to within a fifth; for pairs the formula gives dropout twice as much.

    Examples
    --------
    >>> [round(equal_drop_rate(m), 3) for m in (2, 4, 32, 128)]
    [0.429, 0.273, 0.045, 0.012]
    """
    m = a_whole_number("equal_drop_rate", "m", m, least=2, most=10**300)
    return 1.5 / (m + 1.5)


def noisy_gradients(
    network: Network, parameters: Mapping[str, Array], X: Array, y: Labels, rng: np.random.Generator, *, ghost: int,
    drop: float = 0.0,
) -> tuple[float, Parameters]:  # fmt: skip
    """Compute the loss of a batch, and its gradient, with as much noise as is asked for.

    References
    ----------
    Hoffer et al. 2017 (arXiv 1705.08741): "ghost" batches. Srivastava et al. 2014, JMLR 15: dropout.

    Examples
    --------
    >>> from coursekit.network import init_network
    >>> rng = np.random.default_rng(0)
    >>> network = Network([3, 5, 2], batch_norm="before")
    >>> start = init_network(network, rng)
    >>> X, y = rng.normal(size=(8, 3)), np.arange(8) % 2
    >>> loss, gradients = noisy_gradients(network, start, X, y, rng, ghost=4, drop=0.5)
    >>> sorted(gradients)
    ['W1', 'W2', 'b2', 'beta1', 'gamma1']
    """
    ghost = a_whole_number("noisy_gradients", "ghost", ghost, least=2)
    drop = a_number("noisy_gradients", "drop", drop, least=0, below=1)
    rng = a_generator("noisy_gradients", rng)
    _check_batch(network, parameters, X, y)
    if len(X) % ghost:
        refuse("noisy_gradients", "ghost", f"divide {len(X)}, the number of examples", ghost)
    with np.errstate(over="ignore", invalid="ignore"):  # as in forward: one that diverges ends nothing
        z, kept = _noisy_forward(network, parameters, X, rng, ghost, drop)
        loss, d_z = softmax_loss_unchecked(z, y)
        return float(loss), _noisy_backward(parameters, d_z, kept, ghost)


def _check_batch(network: Network, parameters: Mapping[str, Array], X: Array, y: Labels) -> None:
    network = a_network("noisy_gradients", network)
    if network.activation != "relu" or network.batch_norm != "before":
        refuse("noisy_gradients", "network", "have batch norm before ReLUs", shown(network))
    layers, k = checked("noisy_gradients", network.sizes, network.batch_norm, parameters, None)
    if k or not all(list(own) == ["W", "gamma", "beta"] for own in layers[:-1]):
        rule = "be one network's, with W, gamma and beta in each layer but the last"
        refuse("noisy_gradients", "parameters", rule, ", ".join(parameters))
    n = len(layers[0]["W"])
    if an_array("noisy_gradients", "X", X) is not X or X.ndim != 2 or X.shape[1] != n or not len(X):
        refuse("noisy_gradients", "X", f"be an array of floats, shape (m, {n})", shown(np.shape(X)))
    if as_array("noisy_gradients", "y", y) is not y or y.dtype.kind not in "iu":
        refuse("noisy_gradients", "y", "be an array of integers", shown(y), error=TypeError)
    checked_labels("noisy_gradients", y, (len(X), layers[-1]["W"].shape[-1]))


def _noisy_forward(  # noqa: PLR0917
    network: Network, parameters: Mapping[str, Array], X: Array, rng: np.random.Generator, ghost: int, drop: float
) -> tuple[Array, list[Kept]]:
    """Return the logits; and of each layer what came in, its batch norm's cache, and the slope of ReLU and dropout."""
    kept: list[Kept] = []
    a, n_layers = X, len(network.sizes) - 1
    for i in range(1, n_layers):
        out, norm = batchnorm_forward_unchecked(
            _grouped(a @ parameters[f"W{i}"], ghost), *_gamma_and_beta(parameters, i), network.eps
        )
        z: Array = out.reshape(len(X), -1)
        slope: Array = (z > 0).astype(z.dtype)
        if drop:
            slope = slope * (rng.random(z.shape) >= drop) / (1 - drop)
        kept.append((a, norm, slope))
        a = z * slope
    kept.append((a, None, np.ones(())))
    return a @ parameters[f"W{n_layers}"] + parameters[f"b{n_layers}"], kept


def _noisy_backward(parameters: Mapping[str, Array], d_z: Array, kept: list[Kept], ghost: int) -> Parameters:
    gradients: Parameters = {f"b{len(kept)}": d_z.sum(axis=0)}
    for i, (a, norm, slope) in reversed(list(enumerate(kept, start=1))):
        if norm is not None:
            d_out = _grouped(d_z @ parameters[f"W{i + 1}"].T * slope, ghost)
            grouped, gradients[f"gamma{i}"], gradients[f"beta{i}"] = batchnorm_backward_unchecked(d_out, norm)
            d_z = grouped.reshape(len(a), -1)
        gradients[f"W{i}"] = a.T @ d_z
    return gradients


def _grouped(z: Array, ghost: int) -> Array:
    return z.reshape(-1, ghost, z.shape[-1])


def _gamma_and_beta(parameters: Mapping[str, Array], i: int) -> tuple[Array, Array]:
    return parameters[f"gamma{i}"], parameters[f"beta{i}"]


def population_statistics(network: Network, parameters: Mapping[str, ArrayLike], X: ArrayLike) -> Parameters:
    """Measure what batch norm needs at test time on many examples at once, after the training.

    Examples
    --------
    >>> parameters = {"W1": [[2.0]], "gamma1": [1.0], "beta1": [0.0], "W2": [[1.0]], "b2": [0.0]}
    >>> population_statistics(Network([1, 1, 1], batch_norm="before"), parameters, [[1.0], [3.0]])
    {'mean1': array([4.]), 'var1': array([4.])}
    """
    _, cache = forward(network, parameters, X)
    statistics: Parameters = {}
    for i, layer in enumerate(cache.layers, start=1):
        if layer.norm:
            statistics |= {f"mean{i}": layer.norm.mean, f"var{i}": layer.norm.var}
    return statistics


def shaken(parameters: Mapping[str, Array], rng: np.random.Generator, *, shift: float, stretch: float) -> Any:
    """Put noise back after batch norm: every unit's output is stretched and shifted, by amounts drawn anew.

    References
    ----------
    Santurkar et al. 2018 (arXiv 1805.11604), section 2.1 and appendix A, without their small noise per example.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> seen, back = shaken({"gamma1": np.ones(1), "beta1": np.zeros(1)}, rng, shift=0, stretch=1)
    >>> seen
    {'gamma1': array([1.]), 'beta1': array([0.])}
    """
    parameters, rng = a_mapping("shaken", "parameters", parameters), a_generator("shaken", rng)
    shift = a_number("shaken", "shift", shift, least=0, most=MOST_NOISE) + 0.0  # between 0 and -0 nothing is drawn
    stretch = a_number("shaken", "stretch", stretch, least=1, most=MOST_NOISE)
    seen, stretches = dict(parameters), {}
    for name in [name for name in parameters if name.startswith("gamma")]:
        other = name.replace("gamma", "beta")
        if other not in parameters:
            refuse("shaken", "parameters", f"hold {other} beside {name}", ", ".join(parameters))
        gamma, beta = (an_array("shaken", word, parameters[word]) for word in (name, other))
        if beta.shape != gamma.shape:
            refuse("shaken", other, f"have shape {gamma.shape}, that of {name}", beta.shape)
        s = rng.uniform(1, stretch, gamma.shape)
        with np.errstate(over="ignore", invalid="ignore"):
            seen[name], seen[other] = gamma * s, beta * s + rng.uniform(-shift, shift, s.shape)
        no_overflow("shaken", "stretch", stretch, "gamma and beta", seen[name], seen[other])
        stretches[name] = stretches[other] = s

    def back(gradients: Mapping[str, Array]) -> Parameters:
        return {name: d * stretches.get(name, 1.0) for name, d in gradients.items()}

    return seen, back
