"""Optimizers: how a gradient becomes a step; and learning rates that shrink with the epochs.

Every optimizer is a pure function, called alike: ``parameters, state = adam(parameters, gradients, state,
learning_rate=0.001)``, with ``state`` None at the first step. Momentum averages the gradients, RMSprop divides by the
root of their averaged squares, Adam does both. With a model axis, a learning rate or a decay may be one per model.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import (
    a_kind,
    a_mapping,
    a_number,
    a_whole_number,
    an_array,
    as_array,
    in_type,
    is_finite,
    no_overflow,
    per_model,
    refuse,
)
from coursekit.types import Array, Parameters

PerModel: TypeAlias = float | NDArray[np.float64]
Schedule: TypeAlias = Callable[[int], PerModel]


class AdamState(NamedTuple):
    """What Adam remembers: the count of its steps, the averages of the gradients and of their squares."""

    t: int
    v: Parameters
    s: Parameters


def sgd(
    parameters: Parameters, gradients: Parameters, state: None = None, *, learning_rate: ArrayLike
) -> tuple[Parameters, None]:
    """Take one step of gradient descent: W - learning_rate * d_W.

    Parameters
    ----------
    parameters, gradients : dict of array, shapes (...) or (k, ...)
        What is learned, and the loss's gradient with respect to each: the same names and shapes.
    state : None
        Gradient descent remembers nothing.
    learning_rate : float or array, shape (k,)
        At least 0; where each of k models has its own, k is the first axis of every parameter.

    Returns
    -------
    parameters : dict of array
        New arrays, in the dtypes of the old. What overflows, in this or any other optimizer, has diverged: it becomes
        infinite or nan without a warning, as of a stack the other models go on.
    state : None

    Raises
    ------
    TypeError, ValueError
        If the gradients do not match the parameters, a number is out of its bounds or has another shape, or there is
        a state.

    Examples
    --------
    >>> sgd({"w": np.array([1.0, 2.0])}, {"w": np.array([0.5, -1.0])}, learning_rate=0.1)
    ({'w': array([0.95, 2.1 ])}, None)
    """
    if state is not None:
        refuse("sgd", "state", "be None, as gradient descent remembers nothing", state)
    parameters, gradients = _arrays("sgd", parameters, gradients)
    learning_rate = per_model("sgd", "learning_rate", learning_rate, parameters)
    return _step(parameters, gradients, learning_rate), state


def momentum(
    parameters: Parameters, gradients: Parameters, state: Parameters | None = None, *,
    learning_rate: ArrayLike, momentum: ArrayLike = 0.9,
) -> tuple[Parameters, Parameters]:  # fmt: skip
    """Step along the average of the gradients, v = momentum * v + (1 - momentum) * d_W: W - learning_rate * v.

    Parameters
    ----------
    parameters, gradients, learning_rate
        As for `sgd`; refused likewise.
    state : dict of array, shapes of the parameters, or None
        v so far.
    momentum : float or array, shape (k,), optional
        The share of the old average that is kept, in [0, 1).

    Returns
    -------
    parameters, state : dict of array

    Notes
    -----
    Course notation: beta is ``momentum``, alpha the learning rate. The classical form, v = momentum * v + d_W (Polyak
    1964; PyTorch, Keras, scikit-learn), makes steps 1 / (1 - momentum) times as long: a rate of 0.01 there is 0.1 here.

    Examples
    --------
    >>> momentum({"w": np.array([1.0])}, {"w": np.array([2.0])}, learning_rate=0.5)
    ({'w': array([0.9])}, {'w': array([0.2])})
    """
    parameters, gradients = _arrays("momentum", parameters, gradients)
    learning_rate = per_model("momentum", "learning_rate", learning_rate, parameters)
    share = per_model("momentum", "momentum", momentum, parameters, below=1)
    v = _averaged(_state("momentum", state, gradients), gradients, share)
    return _step(parameters, v, learning_rate), v


def rmsprop(
    parameters: Parameters, gradients: Parameters, state: Parameters | None = None, *,
    learning_rate: ArrayLike, decay: ArrayLike = 0.9, eps: float = 1e-8,
) -> tuple[Parameters, Parameters]:  # fmt: skip
    """Divide by the recent size, s = decay * s + (1 - decay) * d_W^2: W - learning_rate * d_W / (sqrt(s) + eps).

    Parameters
    ----------
    parameters, gradients, learning_rate
        As for `sgd`; refused likewise.
    state : dict of array, shapes of the parameters, or None
        s so far.
    decay : float or array, shape (k,), optional
        The share of the old average that is kept, in [0, 1).
    eps : float, optional
        Above 0: where all gradients were 0, the step is 0.

    Returns
    -------
    parameters, state : dict of array

    Notes
    -----
    Tieleman and Hinton 2012, lecture 6e. Course notation: beta2 is ``decay``.

    Examples
    --------
    >>> rmsprop({"w": np.array([1.0])}, {"w": np.array([2.0])}, learning_rate=0.1, decay=0.75)
    ({'w': array([0.8])}, {'w': array([1.])})
    """
    parameters, gradients = _arrays("rmsprop", parameters, gradients)
    learning_rate = per_model("rmsprop", "learning_rate", learning_rate, parameters)
    decay, eps = per_model("rmsprop", "decay", decay, parameters, below=1), _checked_eps("rmsprop", eps, parameters)
    s = _averaged(_state("rmsprop", state, gradients), gradients, decay, squared=True)
    return _step(parameters, _over_root(gradients, s, eps), learning_rate), s


def adam(
    parameters: Parameters, gradients: Parameters, state: AdamState | None = None, *,
    learning_rate: ArrayLike, beta1: ArrayLike = 0.9, beta2: ArrayLike = 0.999, eps: float = 1e-8,
) -> tuple[Parameters, AdamState]:  # fmt: skip
    """Step along momentum's v over the root of RMSprop's s, both freed of the bias of their start at 0.

    Parameters
    ----------
    parameters, gradients, learning_rate
        As for `sgd`; refused likewise.
    state : AdamState or None
        t, v and s so far.
    beta1, beta2 : float or array, shape (k,), optional
        The shares of the old averages that are kept, v's and s's, in [0, 1).
    eps : float, optional
        Above 0: where all gradients were 0, the step is 0.

    Returns
    -------
    parameters : dict of array
    state : AdamState

    Notes
    -----
    Kingma and Ba 2015, arXiv 1412.6980, Algorithm 1. Course notation: v and s as here; the paper writes m and v.

    Examples
    --------
    The first step is as long as the learning rate, whatever the gradient:

    >>> parameters, state = adam({"w": np.array([1.0, 1.0])}, {"w": np.array([200, -0.02])}, learning_rate=0.1)
    >>> parameters["w"].round(6)
    array([0.9, 1.1])
    """
    parameters, gradients = _arrays("adam", parameters, gradients)
    learning_rate = per_model("adam", "learning_rate", learning_rate, parameters)
    beta1 = per_model("adam", "beta1", beta1, parameters, below=1)
    beta2 = per_model("adam", "beta2", beta2, parameters, below=1)
    eps = _checked_eps("adam", eps, parameters)
    state = AdamState(*state) if isinstance(state, tuple) and len(state) == 3 else state  # a plain one will do
    none = AdamState(0, {}, {})
    t, v, s = none if state is None else a_kind("adam", "state", state, AdamState, "be an AdamState or None")
    t = a_whole_number("adam", "t", t, least=0, most=2**53)
    state = AdamState(t, _state("adam", v, gradients) or {}, _state("adam", s, gradients) or {})
    tightest = min((W.dtype for W in parameters.values()), default=np.dtype(np.float64))
    with np.errstate(over="ignore"):
        corrected = np.asarray(learning_rate / (1 - beta1 ** (t + 1))).astype(tightest)
    no_overflow("adam", "learning_rate", learning_rate, "a step freed of the bias", corrected)
    return adam_unchecked(parameters, gradients, state, learning_rate=learning_rate, beta1=beta1, beta2=beta2, eps=eps)


def adam_unchecked(
    parameters: Parameters, gradients: Parameters, state: AdamState, *,
    learning_rate: PerModel, beta1: PerModel = 0.9, beta2: PerModel = 0.999, eps: float = 1e-8,
) -> tuple[Parameters, AdamState]:  # fmt: skip
    """Do what `adam` does, unchecked: for training loops.

    Parameters
    ----------
    parameters, gradients : dict of array
        As for `adam`, all of one float dtype.
    state : AdamState
        At the first step, t = 0 and two empty dicts.
    learning_rate, beta1, beta2, eps : float; the first three also array of float64, shape (k,)

    Returns
    -------
    parameters, state
        As of `adam`.

    Examples
    --------
    >>> w, gradient = {"w": np.array([1.0])}, {"w": np.array([200.0])}
    >>> adam_unchecked(w, gradient, AdamState(0, {}, {}), learning_rate=0.1)[0]["w"].round(6)
    array([0.9])
    """
    t, v, s = state
    t, v, s = t + 1, _averaged(v, gradients, beta1), _averaged(s, gradients, beta2, squared=True)
    # Both corrections in one factor, two passes less: v_corrected / (sqrt(s_corrected) + eps), as at the paper's end of
    # section 2, times sqrt(1 - beta2^t) above and below.
    root = (1 - beta2**t) ** 0.5
    return _step(parameters, _over_root(v, s, eps * root), learning_rate * root / (1 - beta1**t)), AdamState(t, v, s)


def inverse_time_decay(learning_rate: ArrayLike, *, decay_rate: ArrayLike) -> Schedule:
    """Return the schedule learning_rate / (1 + decay_rate * epoch).

    Parameters
    ----------
    learning_rate, decay_rate : float or array, shape (k,)
        At least 0, the first one for epoch 0: in all schedules, the first epoch trains at the full rate.

    Returns
    -------
    function: int -> float or array, shape (k,)

    Raises
    ------
    TypeError, ValueError
        If a number is out of its bounds.

    Examples
    --------
    >>> rate = inverse_time_decay(0.2, decay_rate=1)
    >>> [round(rate(epoch), 3) for epoch in range(4)]
    [0.2, 0.1, 0.067, 0.05]
    """
    rate = per_model("inverse_time_decay", "learning_rate", learning_rate)
    decay_rate = per_model("inverse_time_decay", "decay_rate", decay_rate)
    return np.errstate(over="ignore")(lambda epoch: rate / (1 + decay_rate * epoch))


def exponential_decay(learning_rate: ArrayLike, *, decay: ArrayLike, every: int = 1) -> Schedule:
    """Return the schedule that keeps the share ``decay`` of the rate each epoch, or once in ``every`` epochs.

    Parameters
    ----------
    learning_rate, decay : float or array, shape (k,)
        At least 0; a decay is at most 1.
    every : int, optional
        The length of a stair, in epochs: above 1, the rate falls in steps.

    Returns
    -------
    function: int -> float or array, shape (k,)

    Examples
    --------
    >>> smooth, stairs = exponential_decay(0.4, decay=0.5), exponential_decay(0.4, decay=0.5, every=2)
    >>> [(smooth(epoch), stairs(epoch)) for epoch in range(4)]
    [(0.4, 0.4), (0.2, 0.4), (0.1, 0.2), (0.05, 0.2)]
    """
    rate = per_model("exponential_decay", "learning_rate", learning_rate)
    decay = per_model("exponential_decay", "decay", decay)
    a_number("exponential_decay", "decay", np.max(decay, initial=0), most=1)
    every = a_whole_number("exponential_decay", "every", every)
    return lambda epoch: rate * decay ** (epoch // every)


def _arrays(function: str, parameters: Parameters, gradients: Parameters) -> tuple[Parameters, Parameters]:
    a_mapping(function, "parameters", parameters)
    a_mapping(function, "gradients", gradients)
    if parameters.keys() != gradients.keys():
        rule = f"have the names of the parameters, {', '.join(parameters)}"
        refuse(function, "gradients", rule, ", ".join(gradients) or "none")
    arrays = {name: an_array(function, name, W, finite=False) for name, W in parameters.items()}
    d_arrays = {}
    for name, W in arrays.items():
        d = an_array(function, f"d_{name}", gradients[name], finite=False)
        if d.shape != W.shape:
            refuse(function, f"d_{name}", f"have shape {W.shape}, that of {name}", d.shape)
        d_arrays[name] = in_type(function, f"d_{name}", d, W.dtype)
    return arrays, d_arrays


def _checked_eps(function: str, eps: float, parameters: Parameters) -> float:
    """Check that eps is not below what squares underflow to, as they would then be 0 where the gradient is not."""
    tiny = max((float(np.finfo(W.dtype).tiny) for W in parameters.values()), default=0.0)
    eps = a_number(function, "eps", eps, above=0)
    return a_number(function, "eps", eps, least=float(f"{math.sqrt(tiny):.2g}"))


def _state(function: str, average: Any, gradients: Parameters) -> Parameters | None:
    if average is None or (isinstance(average, Mapping) and not average):
        return None
    average = a_mapping(function, "state", average)
    for name, d in gradients.items():
        if name not in average or as_array(function, "state", average[name]).shape != d.shape:
            refuse(function, "state", f"hold {name}, shape {d.shape}, as the parameters do", ", ".join(average))
    return {name: an_array(function, "state", array, finite=False) for name, array in average.items()}


def _beside(value: PerModel, array: Array) -> PerModel | Array:
    """Lay one value per model along the first axis of ``array``, in its dtype; one number is left alone."""
    if isinstance(value, float):
        return value
    with np.errstate(over="ignore"):
        return value.astype(array.dtype).reshape(-1, *[1] * (array.ndim - 1))


@np.errstate(over="ignore", invalid="ignore")
def _averaged(average: Parameters | None, news: Parameters, decay: PerModel, *, squared: bool = False) -> Parameters:
    averaged = {}
    for name, new in news.items():
        averaged[name] = new * _beside(1 - decay, new)
        if squared:
            averaged[name] *= new
        if average:
            averaged[name] += _beside(decay, new) * average[name]
    return averaged


@np.errstate(over="ignore", invalid="ignore")
def _over_root(direction: Parameters, s: Parameters, eps: PerModel) -> Parameters:
    divided: Parameters = {}
    for name, d in direction.items():
        divided[name] = np.asarray(np.sqrt(s[name]))
        divided[name] += _beside(eps, d)
        np.divide(d, divided[name], out=divided[name])
        if not is_finite(s[name]):  # a square that overflowed would stop the step, which looks like a number
            divided[name][np.isinf(s[name])] = np.nan
    return divided


@np.errstate(over="ignore", invalid="ignore")
def _step(parameters: Parameters, direction: Parameters, learning_rate: PerModel) -> Parameters:
    moved: Parameters = {}
    for name, W in parameters.items():
        moved[name] = np.asarray(direction[name] * _beside(learning_rate, W))
        np.subtract(W, moved[name], out=moved[name])  # in place: for a stack, a new array costs as much as a pass
    return moved
