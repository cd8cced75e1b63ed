"""The real network of lesson 15, and its search: what is tuned, how a setting is scored, and in which space.

A setting is trained alone, or with others as one stack: both give the same scores, to rounding.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np

from coursekit._checks import a_kind, a_number, a_sequence, a_whole_number, one_of, refuse, shown
from coursekit.datasets import ThreeSets, three_sets
from coursekit.network import Network, accuracy_unchecked, forward, init_network
from coursekit.optimizers import adam, momentum
from coursekit.scales import IntegerScale, LinearScale, LogScale, ReverseLogScale
from coursekit.search import Setting, Space
from coursekit.training import epochs
from coursekit.types import Array, Parameters

ADAM, MOMENTUM = "Adam", "momentum"
N_LAYERS, N_EPOCHS, N_TRIALS, BATCH_SIZE = 3, 9, 27, 50
RATES = {ADAM: (1e-5, 1), MOMENTUM: (1e-4, 10)}
MOMENTA, UNITS = (0.5, 0.999), (8, 64)
MOST_UNITS = 1_000  # a layer: beyond it, patience ends


def space(optimizer: str, *, linear: Sequence[str] = ()) -> Space:
    """Make the space of a search: five decades of rates, a memory of 2 to 1,000 steps, 8 to 64 units a layer.

    Examples
    --------
    >>> space("Adam").scales["learning_rate"]
    LogScale(low=1e-05, high=1.0)
    """
    one_of("space", "optimizer", optimizer, RATES)
    linear = [one_of("space", "linear", name, ("learning_rate", "momentum"))
              for name in a_sequence("space", "linear", linear, "names")]  # fmt: skip
    return Space(
        learning_rate=(LinearScale if "learning_rate" in linear else LogScale)(*RATES[optimizer]),
        momentum=(LinearScale if "momentum" in linear else ReverseLogScale)(*MOMENTA),
        units=IntegerScale(*UNITS),
    )


SPACES = {optimizer: space(optimizer) for optimizer in RATES}
LINEAR = {optimizer: space(optimizer, linear=("learning_rate", "momentum")) for optimizer in RATES}


class Scores(NamedTuple):
    """What k trained networks get right.

    Attributes
    ----------
    train, validation, test : array, shape (k,)
        Accuracies on the digits that they learned from, on those that are chosen by, and on the others: for
        experiments, which open the test set of many splits.
    """

    train: Array
    validation: Array
    test: Array


def sets_of(split: int) -> ThreeSets:
    """Split the digits: always alike for a number.

    Examples
    --------
    >>> sets_of(0).X_train.shape
    (900, 64)
    """
    return _sets_of(a_whole_number("sets_of", "split", split, least=0))


@lru_cache(maxsize=128)
def _sets_of(split: int) -> ThreeSets:
    return three_sets(np.random.default_rng([split, 15]), dtype=np.float32)


def unscaled(sets: ThreeSets) -> ThreeSets:
    """Undo the standardising: pixels from 0 to 16, as they come.

    Examples
    --------
    >>> float(unscaled(sets_of(0)).X_train.max())
    16.0
    """
    sets = a_kind("unscaled", "sets", sets, ThreeSets, "be a ThreeSets")
    pixels = [sets.standardizer.undo(X).round().astype(X.dtype) for X in (sets.X_train, sets.X_validation, sets.X_test)]
    return sets._replace(X_train=pixels[0], X_validation=pixels[1], X_test=pixels[2])


def start(
    settings: Sequence[Setting], rngs: Sequence[np.random.Generator], *, batch_norm: bool = True
) -> tuple[Network, Parameters]:
    """Draw a network for each setting, and stack them: each as wide as the widest, with zeros where it has no unit.

    Examples
    --------
    >>> rngs = [np.random.default_rng(i) for i in range(2)]
    >>> network, parameters = start([{"units": 8}, {"units": 16}], rngs)
    >>> network.sizes, parameters["W2"].shape
    ((64, 16, 16, 16, 10), (2, 16, 16))
    """
    settings, rngs = _fitting("start", settings), a_sequence("start", "rngs", rngs, "generators")
    if not settings or len(settings) != len(rngs):
        refuse("start", "rngs", "hold one for each of at least 1 setting", f"{len(rngs)} for {len(settings)}")
    for rng in rngs:
        a_kind("start", "rngs", rng, np.random.Generator, "hold a numpy.random.Generator for each setting")
    widest = max(setting["units"] for setting in settings)
    networks = [_network(setting["units"], batch_norm=batch_norm) for setting in settings]
    own = [init_network(network, rng, dtype=np.float32) for network, rng in zip(networks, rngs, strict=True)]
    stack: Parameters = {}
    for name in own[0]:
        shape = {"W1": (64, widest), f"W{N_LAYERS + 1}": (widest, 10), f"b{N_LAYERS + 1}": (10,)}.get(
            name, (widest, widest) if name.startswith("W") else (widest,)
        )
        stack[name] = np.zeros((len(own), *shape), np.float32)
        for model, parameters in zip(stack[name], own, strict=True):
            model[tuple(slice(n) for n in parameters[name].shape)] = parameters[name]
    return _network(widest, batch_norm=batch_norm), stack


def _network(units: int, *, batch_norm: bool) -> Network:
    return Network([64, *[units] * N_LAYERS, 10], batch_norm="before" if batch_norm else None)


def train(
    settings: Sequence[Setting], rngs: Sequence[np.random.Generator], sets: ThreeSets | Sequence[ThreeSets], *,
    optimizer: str = ADAM, n_epochs: int = N_EPOCHS, order: int = 0, batch_size: int = BATCH_SIZE,
    batch_norm: bool = True,
) -> Iterator[Scores]:  # fmt: skip
    """Train a network at each setting, all as one stack, and score them after each epoch.

    Examples
    --------
    >>> setting = {"learning_rate": 0.1, "momentum": 0.9, "units": 32}
    >>> for scores in train([setting], [np.random.default_rng(0)], sets_of(0), n_epochs=2):
    ...     print(scores.validation > 0.5)
    [ True]
    [ True]
    """
    one_of("train", "optimizer", optimizer, RATES)
    settings, order = _fitting("train", settings), a_whole_number("train", "order", order, least=0)
    data = sets if isinstance(sets, ThreeSets) else _stacked(sets)
    rates, momenta = (np.array([setting[name] for setting in settings], np.float32)
                      for name in ("learning_rate", "momentum"))  # fmt: skip
    own: Any = (
        {"optimizer": adam, "beta1": momenta} if optimizer == ADAM else {"optimizer": momentum, "momentum": momenta}
    )
    network, parameters = start(settings, rngs, batch_norm=batch_norm)
    training = epochs(
        network, parameters, data.X_train, data.y_train, learning_rate=rates,
        n_epochs=n_epochs, batch_size=batch_size, rng=np.random.default_rng([order, 15]),
        validation=(data.X_validation, data.y_validation), **own,
    )  # fmt: skip
    for epoch in training:
        z, _ = forward(network, epoch.parameters, data.X_test, statistics=epoch.statistics or None)
        yield Scores(epoch.accuracy, epoch.validation_accuracy, accuracy_unchecked(z, data.y_test))


def _fitting(function: str, settings: object) -> list[Setting]:
    """Return the settings with plain numbers, and refuse what can't be trained; none of them may lack its units."""
    return [_of_numbers(function, setting) for setting in a_sequence(function, "settings", settings, "settings")]


def _of_numbers(function: str, setting: object) -> Setting:
    names = ("units",) if function == "start" else ("learning_rate", "momentum", "units")
    if not isinstance(setting, Mapping) or not set(names) <= set(setting):
        refuse(function, "settings", f"hold dicts with {', '.join(names)}", shown(setting), error=TypeError)
    checks: dict[str, Callable[..., float]] = {
        "learning_rate": partial(a_number, least=0, most=float(np.finfo(np.float32).max)),
        "momentum": partial(a_number, least=0, below=1),
        "units": partial(a_whole_number, most=MOST_UNITS),
    }
    return {name: checks[name](function, name, setting[name]) for name in names}


def _stacked(sets: Sequence[ThreeSets]) -> ThreeSets:
    for each in a_sequence("train", "sets", sets, "ThreeSets"):
        a_kind("train", "sets", each, ThreeSets, "be ThreeSets, one for all settings or one for each")
    if not len(sets):
        refuse("train", "sets", "hold one for each setting", "none")
    arrays: dict[str, Any] = {name: np.stack([getattr(each, name) for each in sets]) for name in ThreeSets._fields[:-1]}
    return sets[0]._replace(**arrays)
