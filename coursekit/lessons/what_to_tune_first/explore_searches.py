"""Four random searches over all hyperparameters at once, on real digits: what they draw, train and have found."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.lab.measured import measured
from coursekit.lab.splits import digits_of
from coursekit.network import Network, init_network
from coursekit.optimizers import adam, inverse_time_decay, momentum
from coursekit.scales import ChoiceScale, IntegerScale, LogScale, ReverseLogScale
from coursekit.search import Setting, Space
from coursekit.training import fit

N_EPOCHS, N_TRIALS, N_REPEATED, N_SEEDS = 10, 600, 100, 3
ADAM, NARROW, MOMENTUM, CLASSICAL = "Adam", "Adam at narrow rates", "momentum", "momentum as in PyTorch"
SIZES: dict[str, Any] = {
    "layers": IntegerScale(1, 4),
    "units": ChoiceScale([8, 16, 32, 64, 128]),
    "decay_rate": LogScale(0.01, 1),
    "batch_size": ChoiceScale([16, 32, 64, 128, 256]),
}
ADAMS_OWN: dict[str, Any] = {
    "beta1": ReverseLogScale(0.5, 0.999), "beta2": ReverseLogScale(0.9, 0.9999), "eps": LogScale(1e-10, 1e-2)
}  # fmt: skip
SPACES = {
    ADAM: Space(learning_rate=LogScale(1e-4, 1), **ADAMS_OWN, **SIZES),
    NARROW: Space(learning_rate=LogScale(2e-3, 2e-2), **ADAMS_OWN, **SIZES),
    MOMENTUM: Space(learning_rate=LogScale(1e-3, 10), momentum=ReverseLogScale(0.5, 0.999), **SIZES),
    CLASSICAL: Space(learning_rate=LogScale(1e-4, 1), momentum=ReverseLogScale(0.5, 0.999), **SIZES),
}


@lru_cache
def settings(search: str) -> list[Setting]:
    """Draw the 600 settings of a search, always the same."""
    return SPACES[search].random(N_TRIALS, np.random.default_rng([1, list(SPACES).index(search)]))


def train(search: str, trial: int, seed: int = 0) -> float:
    """Train one setting for ten epochs; return its accuracy on the 597 digits that it did not learn from.

    Examples
    --------
    >>> train("Adam", 0) > 0.5
    True
    """
    own = settings(search)[trial]
    return score(
        own, split=seed * 10 + trial % 10, rng=np.random.default_rng([seed, trial]), classical=search == CLASSICAL
    )


def score(setting: Setting, *, split: int, rng: np.random.Generator, classical: bool = False) -> float:
    """Train any setting of a search, and return its accuracy."""
    own = dict(setting)
    rate, decay_rate, batch_size = (own.pop(name) for name in ("learning_rate", "decay_rate", "batch_size"))
    if classical:
        rate /= 1 - own["momentum"]
    data = digits_of(split, np.float32)
    network = Network([64, *[own.pop("units")] * own.pop("layers"), 10])
    start = init_network(network, rng, dtype=np.float32)
    optimizer = momentum if "momentum" in own else adam
    _, history = fit(network, start, data.X_train, data.y_train, learning_rate=inverse_time_decay(rate,
                     decay_rate=decay_rate), n_epochs=N_EPOCHS, batch_size=batch_size, rng=rng, optimizer=optimizer,
                     validation=(data.X_test, data.y_test), **own)  # fmt: skip
    return float(history.validation_accuracy[-1])


@lru_cache
def trials(search: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Look up the trials of experiments/what_to_tune_first/importance.py."""
    rows = _rows(search)
    return SPACES[search].to_unit(settings(search)), rows["accuracy"][rows["seed"] == 0]


@lru_cache
def repeats(search: str) -> NDArray[np.float64]:
    """Look up the accuracies of the first 100 settings with each of three seeds, shape (100, 3)."""
    rows = _rows(search)
    by_seed: NDArray[np.float64] = rows["accuracy"][rows["trial"] < N_REPEATED].reshape(N_SEEDS, N_REPEATED)
    return by_seed.T


def _rows(search: str) -> NDArray[Any]:
    table = measured("importance")
    rows: NDArray[Any] = table[table["search"] == search]
    return rows


def within(search: str, low: float, high: float) -> NDArray[np.bool_]:
    """Say which trials of a search have a learning rate from ``low`` to ``high``."""
    rates = np.array([setting["learning_rate"] for setting in settings(search)])
    return (low <= rates) & (rates <= high)


def forest(search: str, n_trials: int, seen: str = "all") -> NDArray[np.float64]:
    """Look up the shares of experiments/what_to_tune_first/importance_forest.py, shape (20 refits, d).

    Each refit has seen all of the first ``n_trials``, or a random half of them.
    """
    table = measured("importance_forest")
    rows = table[(table["search"] == search) & (table["n_trials"] == n_trials) & (table["seen"] == seen)]
    by_name: list[NDArray[np.float64]] = [
        rows["share"][rows["hyperparameter"] == name] for name in SPACES[search].scales
    ]
    return np.stack(by_name, axis=-1)
