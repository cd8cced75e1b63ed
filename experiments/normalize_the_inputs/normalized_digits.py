"""Train on digits in four forms and count the steps: writes normalized_digits.csv in five minutes."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from coursekit.datasets import digits
from coursekit.lab.measured import write_table
from coursekit.network import Network, init_network
from coursekit.normalize import Standardizer
from coursekit.optimizers import adam, sgd
from coursekit.training import History, Optimizer, fit

COLUMNS = ("optimizer", "pixels", "seed", "learning_rate", "steps")
FORMS: dict[str, Callable[..., NDArray[np.float64]]] = {
    "0 to 16": lambda X: X,
    "0 to 1": lambda X: X / 16,
    "0 to 1 and centred": lambda X: (X - X.mean(axis=0)) / 16,
    "standardised": lambda X: Standardizer.fit(X).apply(X),
}
RATES: dict[str, tuple[Optimizer, NDArray[np.float64]]] = {
    "SGD": (sgd, np.logspace(-3, 1, 17)),
    "Adam": (adam, np.logspace(-4, 0, 17)),
}
LOSS, MOST, N_SEEDS = 0.1, 400, 5


def steps_to_loss(form: str, optimizer: str, seed: int) -> NDArray[np.float64]:
    """Train 64-50-10 on the whole training set at every rate, and return the first step with a loss of 0.1."""
    data, rng = digits(np.random.default_rng(seed), standardize=False), np.random.default_rng([seed, 1])
    X, (step, rates) = FORMS[form](data.X_train).astype(np.float32), RATES[optimizer]
    network = Network([64, 50, 10])
    start = init_network(network, rng, n_models=len(rates), dtype=np.float32)

    def all_there(history: History) -> bool:
        return bool((history.loss <= LOSS).any(axis=0).all())

    _, history = fit(network, start, X, data.y_train, learning_rate=rates, optimizer=step, n_epochs=MOST,
                     batch_size=len(X), rng=rng, callback=all_there)  # fmt: skip
    there = history.loss <= LOSS  # the loss of a step is measured before it is taken
    return np.where(there.any(axis=0), there.argmax(axis=0), np.inf)


def rows() -> Iterator[tuple[object, ...]]:
    """Count for every form, optimizer and seed, and write it down."""
    for optimizer, (_, rates) in RATES.items():
        for form in FORMS:
            for seed in range(N_SEEDS):
                for rate, steps in zip(rates, steps_to_loss(form, optimizer, seed), strict=True):
                    yield optimizer, form, seed, f"{rate:.4g}", f"{steps:g}"


if __name__ == "__main__":
    write_table("normalize_the_inputs", "normalized_digits", COLUMNS, rows())
