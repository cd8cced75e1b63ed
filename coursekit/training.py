"""Training: minibatches, epochs, and a record of how it went."""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import (
    MANY,
    a_function,
    a_generator,
    a_whole_number,
    an_array,
    as_array,
    per_model,
    refuse,
    shown,
    truth,
)
from coursekit._network_checks import checked_labels
from coursekit.batchnorm import RunningStats
from coursekit.network import (
    Cache,
    Network,
    a_network,
    accuracy_unchecked,
    backward,
    forward,
    forward_unchecked,
)
from coursekit.optimizers import Schedule, adam, adam_unchecked, momentum, rmsprop, sgd
from coursekit.softmax import softmax_loss_unchecked
from coursekit.types import Array, Labels, Parameters

Optimizer: TypeAlias = Callable[..., tuple[Parameters, Any]]

ELEMENTWISE = (sgd, momentum, rmsprop, adam)


class Epoch(NamedTuple):
    """What there is after an epoch; of a stack, each measure is an array of shape (k,).

    Attributes
    ----------
    parameters : dict of array
        As trained so far.
    statistics : dict of array
        What batch norm needs beside them at test time: ``mean1``, ``var1`` and so on. Empty without batch norm.
    loss, accuracy : float or array, shape (k,)
        On the training set: means over the epoch's batches, each taken before its own step.
    validation_loss, validation_accuracy : float or array, shape (k,)
        On the validation set, after the epoch; nan without one.
    learning_rate : float or array, shape (k,)
        In this epoch.
    """

    parameters: Parameters
    statistics: Parameters
    loss: Any
    accuracy: Any
    validation_loss: Any
    validation_accuracy: Any
    learning_rate: Any


class History(NamedTuple):
    """How a training went: arrays of shape (n_epochs,), or (n_epochs, k) for a stack.

    Attributes
    ----------
    statistics : dict of array
        As in `Epoch`, the last.
    loss, accuracy, validation_loss, validation_accuracy, learning_rate : array of float64
        As in `Epoch`, each with a leading axis of the epochs.
    """

    statistics: Parameters
    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    validation_loss: NDArray[np.float64]
    validation_accuracy: NDArray[np.float64]
    learning_rate: NDArray[np.float64]


def minibatches(
    X: ArrayLike, y: ArrayLike, *, batch_size: int, rng: np.random.Generator
) -> Iterator[tuple[Array, Labels]]:
    """Deal the examples out in random order, a batch at a time: each once.

    Parameters
    ----------
    X : array_like, shape (m, n) or (k, m, n)
        The examples.
    y : array_like of int, shape (m,) or (k, m)
        Their labels.
    batch_size : int
        How many make a batch; the last one may be shorter.
    rng : numpy.random.Generator
        Where the order comes from. It is the same for all k models.

    Returns
    -------
    iterator of (X, y)
        Copies, shapes (batch_size, n) or (k, batch_size, n), and (batch_size,) or (k, batch_size).

    Raises
    ------
    TypeError, ValueError
        If ``X`` and ``y`` do not fit, ``batch_size`` is no whole number above 0, or ``rng`` is no Generator.

    References
    ----------
    Course 2, week 2, "Understanding mini-batch gradient descent".

    Examples
    --------
    >>> X, y = np.arange(10).reshape(5, 2), np.arange(5)
    >>> [y_batch.tolist() for _, y_batch in minibatches(X, y, batch_size=2, rng=np.random.default_rng(0))]
    [[2, 4], [3, 0], [1]]
    """
    X, y = an_array("minibatches", "X", X, min_ndim=2), as_array("minibatches", "y", y)
    m = X.shape[-2]
    if y.shape not in ((m,), X.shape[:-1]):
        refuse("minibatches", "y", f"have {m} labels, one per row of X with shape {X.shape}", f"shape {y.shape}")
    batch_size = a_whole_number("minibatches", "batch_size", batch_size)
    order = a_generator("minibatches", rng).permutation(m)
    batches = (order[start : start + batch_size] for start in range(0, m, batch_size))
    return ((X[..., batch, :], y[..., batch]) for batch in batches)


def fit(
    network: Network, parameters: Mapping[str, ArrayLike], X: ArrayLike, y: ArrayLike, *,
    learning_rate: ArrayLike | Schedule, n_epochs: int, rng: np.random.Generator, batch_size: int = 50,
    optimizer: Optimizer = adam, validation: tuple[ArrayLike, ArrayLike] | None = None,
    callback: Callable[[History], object] | None = None, **options: ArrayLike,
) -> tuple[Parameters, History]:  # fmt: skip
    """Train a network, or a stack of them, on the mean softmax loss of minibatches.

    Parameters
    ----------
    network : Network
        What it is made of.
    parameters : dict of array
        Where to start, as from `init_network`.
    X : array_like, shape (m, n) or (k, m, n)
        The training set, the same for all models or not.
    y : array_like of int, shape (m,) or (k, m)
        Its labels.
    learning_rate : float; array, shape (k,); or a schedule
        A schedule is a function from the epoch, counted from 0, to a number or to one per model.
    n_epochs : int
        How many times to go through the training set.
    rng : numpy.random.Generator
        Where the order of the examples comes from.
    batch_size : int, optional
        How many examples make a step.
    optimizer : function, optional
        `sgd`, `momentum`, `rmsprop`, `adam` or another that is called like them.
    validation : (X, y), optional
        Examples to measure by after each epoch, not to learn from.
    callback : function, optional
        Is called with the History so far after each epoch; the training ends when it returns something true.
    **options : float or array, shape (k,)
        The optimizer's own, such as ``momentum=0.95``.

    Returns
    -------
    parameters : dict of array
        New arrays, in the dtype of the old.
    history : History

    Raises
    ------
    TypeError, ValueError
        If an argument is none of the above, or a batch of 1 is left where batch norm needs 2. A model that diverges
        raises nothing: its loss is nan or infinite from there on, and the others train on as if it were not there.

    Examples
    --------
    >>> from coursekit.network import init_network
    >>> network = Network([2, 8, 2])
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((200, 2))
    >>> y = np.sum(X**2, axis=1) > 1
    >>> start = init_network(network, rng, n_models=3)
    >>> _, history = fit(network, start, X, y, learning_rate=[1e-5, 1e-1, 1e4], n_epochs=20, rng=rng)
    >>> history.accuracy.shape, history.accuracy[-1] > 0.9
    ((20, 3), array([False,  True, False]))
    """
    if callback is not None:
        a_function("fit", "callback", callback, "the History so far")
    measures: list[Any] = []
    for epoch in epochs(
        network, parameters, X, y, learning_rate=learning_rate, n_epochs=n_epochs, rng=rng, batch_size=batch_size,
        optimizer=optimizer, validation=validation, **options,
    ):  # fmt: skip
        measures.append(epoch[2:])
        columns = (np.array(column, np.float64) for column in zip(*measures, strict=True))
        history = History(epoch.statistics, *columns)
        if callback is not None and truth("fit", "callback", callback(history)):
            break
    return epoch.parameters, history


def epochs(
    network: Network, parameters: Mapping[str, ArrayLike], X: ArrayLike, y: ArrayLike, *,
    learning_rate: ArrayLike | Schedule, n_epochs: int, rng: np.random.Generator, batch_size: int = 50,
    optimizer: Optimizer = adam, validation: tuple[ArrayLike, ArrayLike] | None = None,
    **options: ArrayLike,
) -> Iterator[Epoch]:  # fmt: skip
    """Train as `fit` does, and hand over each epoch as it comes: to draw it, or to stop.

    Parameters
    ----------
    network, parameters, X, y, learning_rate, n_epochs, rng, batch_size, optimizer, validation, **options
        As for `fit`, and refused alike, when the first epoch is asked for.

    Yields
    ------
    Epoch

    Examples
    --------
    >>> from coursekit.network import accuracy, init_network
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((200, 2))
    >>> y = X[:, 0] > X[:, 1]
    >>> network = Network([2, 2])
    >>> for epoch in epochs(network, init_network(network, rng), X, y, learning_rate=0.1, n_epochs=100, rng=rng):
    ...     if epoch.accuracy > 0.95:
    ...         break
    >>> accuracy(network, epoch.parameters, X, y) > 0.95
    True
    """
    network = a_network("fit", network)
    n_epochs = a_whole_number("fit", "n_epochs", n_epochs, most=MANY)
    batch_size = a_whole_number("fit", "batch_size", batch_size)
    a_function("fit", "optimizer", optimizer, "parameters, gradients and state, such as coursekit.optimizers.adam")
    if isinstance(learning_rate, type):  # a class can be called, and is no schedule
        rule = "be a number, one per model, or a schedule"
        refuse("fit", "learning_rate", rule, shown(learning_rate), error=TypeError)
    X, y = _checked_set(network, parameters, X, y)
    if any(name.startswith("gamma") for name in parameters) and 1 in (batch_size, X.shape[-2] % batch_size):
        rule = f"leave no batch of 1, as batch norm needs 2, and there are {X.shape[-2]} examples"
        refuse("fit", "batch_size", rule, batch_size)
    held_out = None if validation is None else _checked_set(network, parameters, *_a_pair(validation))
    trained, state = {name: np.asarray(value) for name, value in parameters.items()}, None
    is_ours = any(optimizer is each for each in ELEMENTWISE)
    layout = _as_one_array(trained) if is_ours else None
    optimizer = optimizer if is_ours else _checked_step(optimizer)
    running: dict[int, RunningStats] = {}
    for number in range(n_epochs):
        rate = learning_rate(number) if callable(learning_rate) else learning_rate
        if not is_ours:
            rate = per_model("fit", "learning_rate", rate, trained)
        steps = _each_step(optimizer, {"learning_rate": rate, **options})
        batches = zip(minibatches(X, y, batch_size=batch_size, rng=rng), steps, strict=False)
        trained, state, loss, share = _one_epoch(network, trained, state, batches, layout=layout, running=running)
        statistics = {f"{word}{i}": getattr(stats, word) for i, stats in running.items() for word in ("mean", "var")}
        held_out_loss = held_out_share = np.full_like(loss, np.nan)
        if held_out:
            z, _ = forward(network, trained, held_out[0], statistics=statistics)
            held_out_loss, held_out_share = (
                softmax_loss_unchecked(z, held_out[1])[0],
                accuracy_unchecked(z, held_out[1]),
            )
        yield Epoch(trained, statistics, loss, share, held_out_loss, held_out_share, rate)


def _a_pair(validation: object) -> tuple[Any, Any]:
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        rule = "be a pair (X, y): examples to measure by, and their labels"
        refuse("fit", "validation", rule, shown(validation), error=TypeError)
    return validation[0], validation[1]


def _checked_step(optimizer: Optimizer) -> Optimizer:
    """Let an optimizer that is not ours say so in words where it does not return new parameters and a state."""

    def step(parameters: Parameters, gradients: Parameters, state: Any, **options: Any) -> tuple[Parameters, Any]:
        returned: object = optimizer(parameters, gradients, state, **options)
        new, news = returned if isinstance(returned, tuple) and len(returned) == 2 else (None, None)
        if not isinstance(new, Mapping) or list(new) != list(parameters):
            rule = f"return a pair: the new parameters, {', '.join(parameters)}, and a state"
            refuse("fit", "optimizer", rule, shown(returned), error=TypeError)
        arrays = {name: an_array("fit", name, array, finite=False) for name, array in new.items()}
        for name, array in arrays.items():
            if array.shape != np.shape(parameters[name]):
                rule = f"return {name} with shape {np.shape(parameters[name])}, as it was given"
                refuse("fit", "optimizer", rule, f"shape {array.shape}")
        return arrays, news

    return step


class _Layout(NamedTuple):
    """Where each parameter lies in one array of all: a step on that takes a quarter of the calls."""

    models: tuple[int, ...]
    shapes: dict[str, tuple[int, ...]]
    places: list[slice]

    def join(self, arrays: Parameters) -> Array:
        return np.concatenate([arrays[name].reshape(*self.models, -1) for name in self.shapes], axis=-1)

    def split(self, joined: Array) -> Parameters:
        return {name: joined[..., place].reshape(shape)
                for (name, shape), place in zip(self.shapes.items(), self.places, strict=True)}  # fmt: skip


def _checked_set(
    network: Network, parameters: Mapping[str, ArrayLike], X: ArrayLike, y: ArrayLike
) -> tuple[Array, Labels]:
    X = an_array("fit", "X", X, min_ndim=2)
    if X.shape[-2] == 0:
        refuse("fit", "X", "hold at least one example", f"shape {X.shape}")
    z, _ = forward(network, parameters, X[..., [0, -1], :])  # two rows tell whether all fits
    return X, checked_labels("fit", y, (*z.shape[:-2], X.shape[-2], z.shape[-1]))


def _one_epoch(
    network: Network, parameters: Parameters, state: Any, batches: Iterable[tuple[tuple[Array, Labels], Optimizer]], *,
    layout: _Layout | None, running: dict[int, RunningStats],
) -> tuple[Parameters, Any, Array, Array]:  # fmt: skip
    losses, shares, sizes = [], [], []
    words: list[list[str]] = []
    dtype: Any = None
    for (X, y), step in batches:
        if not words or X.dtype != dtype:
            z, cache = forward(network, parameters, X)
            words, dtype = [list(layer.parameters) for layer in cache.layers], z.dtype
        else:  # what fitted a batch ago fits, and checks would take a tenth of the time
            own = [{word: parameters[f"{word}{i}"] for word in names} for i, names in enumerate(words, start=1)]
            z, cache = forward_unchecked(network, own, X)
        loss, d_z = softmax_loss_unchecked(z, y)
        with np.errstate(over="ignore", invalid="ignore"):  # as in forward: a model that diverges ends nothing
            parameters, state = _stepped(step, parameters, backward(d_z, cache), state, layout)
        _update(running, cache)
        losses.append(loss)
        shares.append(accuracy_unchecked(z, y))
        sizes.append(y.shape[-1])
    with np.errstate(over="ignore", invalid="ignore"):  # losses may be finite each, and too large to add
        loss = np.average(losses, axis=0, weights=sizes)
    return parameters, state, loss, np.average(shares, axis=0, weights=sizes)


def _each_step(optimizer: Optimizer, options: dict[str, Any]) -> Iterator[Optimizer]:
    """Yield the optimizer with its options, step after step of an epoch."""
    yield partial(optimizer, **options)
    if optimizer is adam:  # what fitted a step ago fits, and checks would take a tenth of the time
        numbers = {name: np.asarray(value, np.float64) for name, value in options.items()}
        optimizer, options = adam_unchecked, {name: x if x.ndim else float(x) for name, x in numbers.items()}
    yield from itertools.repeat(partial(optimizer, **options))


def _as_one_array(start: Parameters) -> _Layout | None:
    """Return None where only some parameters have a model axis: each is then stepped on as it is."""
    stacked = {array.ndim - name.startswith("W") - 1 for name, array in start.items()}
    if len(stacked) > 1 or len({array.dtype for array in start.values()}) > 1:
        return None
    models = next(iter(start.values())).shape[: stacked.pop()]
    sizes = [math.prod(array.shape[len(models) :]) for array in start.values()]
    places = [slice(end - size, end) for size, end in zip(sizes, itertools.accumulate(sizes), strict=True)]
    return _Layout(models, {name: array.shape for name, array in start.items()}, places)


def _stepped(
    step: Optimizer, parameters: Parameters, gradients: Parameters, state: Any, layout: _Layout | None
) -> tuple[Parameters, Any]:
    """Make a step of an optimizer that does the same to every number on all of them as one array."""
    if layout is None:
        return step(parameters, gradients, state)
    joined, own_state = state or (layout.join(parameters), None)
    moved, own_state = step({"W": joined}, {"W": layout.join(gradients)}, own_state)
    return layout.split(moved["W"]), (moved["W"], own_state)


def _update(running: dict[int, RunningStats], cache: Cache) -> None:
    for i, layer in enumerate(cache.layers, start=1):
        if layer.norm:
            # A model that has diverged has no statistics, and needs none: its weights are nan.
            mean, var = (np.nan_to_num(array, posinf=0) for array in (layer.norm.mean, layer.norm.var))
            if i not in running:
                n_models = len(mean) if mean.ndim == 2 else None
                running[i] = RunningStats(mean.shape[-1], n_models=n_models, bias_correction=True)
            running[i].update(mean, var)
