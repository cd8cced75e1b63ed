"""The same NETWORK here and in scikit-learn's MLPClassifier, 10 seeds: writes against_sklearn.csv.

Both train 64-50-10 with ReLU and Adam at 0.001, in batches of 50, for 30 epochs, without weight decay and without an
early end, in float64, one by one, on ten splits of the digits. They start differently, coursekit by He's rule and
scikit-learn by Glorot's, so coursekit trains from Glorot's as well. Then it trains its ten as one stack, each on its
own split. Seconds are of the processor, on one core; they are this machine's, and only their ratio travels.
"""

import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from coursekit.datasets import ThreeSets, three_sets
from coursekit.lab.measured import write_table
from coursekit.network import Network, accuracy, init_network
from coursekit.training import fit
from coursekit.types import Array, Labels, Parameters

COLUMNS = ("program", "seed", "test", "seconds")
N_SEEDS, N_EPOCHS, N_HIDDEN, RATE, BATCH_SIZE = 10, 30, 50, 0.001, 50
NETWORK = Network([64, N_HIDDEN, 10])
hes_start = partial(init_network, NETWORK)


def by_sklearn(sets: ThreeSets, seed: int) -> float:
    """Train MLPClassifier; return its accuracy on the test set."""
    network = MLPClassifier(
        (N_HIDDEN,), solver="adam", learning_rate_init=RATE, batch_size=BATCH_SIZE, max_iter=N_EPOCHS, alpha=0,
        tol=0, n_iter_no_change=N_EPOCHS, random_state=seed,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is told to end after 30 epochs, and says so
        network.fit(sets.X_train, sets.y_train)
    return float(network.score(sets.X_test, sets.y_test))


def glorots_start(rng: np.random.Generator, n_models: int | None = None) -> Parameters:
    """Start as scikit-learn does (Glorot and Bengio 2010): uniform up to sqrt(6 / (n_in + n_out)), biases too."""
    stack, start = () if n_models is None else (n_models,), {}
    for i, (n_in, n_out) in enumerate(pairwise(NETWORK.sizes), start=1):
        most = np.sqrt(6 / (n_in + n_out))
        start[f"W{i}"] = rng.uniform(-most, most, (*stack, n_in, n_out))
        start[f"b{i}"] = rng.uniform(-most, most, (*stack, n_out))
    return start


def by_coursekit(
    X: Array, y: Labels, seed: int, n_models: int | None = None, draw: Callable[..., Parameters] = hes_start
) -> Parameters:
    """Train coursekit's network, or a stack of them, each on its own data."""
    rng = np.random.default_rng([seed, 1])
    start = draw(rng, n_models=n_models)
    trained, _ = fit(NETWORK, start, X, y, learning_rate=RATE, n_epochs=N_EPOCHS, batch_size=BATCH_SIZE, rng=rng)
    return trained


def score(sets: ThreeSets, seed: int, draw: Callable[..., Parameters] = hes_start) -> float:
    """Train coursekit's network; return its accuracy on the test set."""
    trained = by_coursekit(sets.X_train, sets.y_train, seed, draw=draw)
    return float(accuracy(NETWORK, trained, sets.X_test, sets.y_test))


def compared() -> Iterator[tuple[Any, ...]]:
    """Train in turns, then all as one stack."""
    splits = [three_sets(np.random.default_rng(seed)) for seed in range(N_SEEDS)]
    by_sklearn(three_sets(np.random.default_rng(99)), 99)  # the first call of all pays for what is loaded
    for seed, sets in enumerate(splits):
        for program, train in (
            ("scikit-learn", by_sklearn),
            ("coursekit", score),
            ("coursekit Glorot", partial(score, draw=glorots_start)),
        ):
            start = time.process_time()
            test = train(sets, seed)
            yield program, seed, f"{test:.4f}", f"{time.process_time() - start:.3f}"
    X, y = np.stack([each.X_train for each in splits]), np.stack([each.y_train for each in splits])
    start = time.process_time()
    stack = by_coursekit(X, y, 0, n_models=N_SEEDS)
    seconds = (time.process_time() - start) / N_SEEDS
    for seed, sets in enumerate(splits):
        one = {name: array[seed] for name, array in stack.items()}
        yield "coursekit stacked", seed, f"{accuracy(NETWORK, one, sets.X_test, sets.y_test):.4f}", f"{seconds:.3f}"


if __name__ == "__main__":
    write_table("train_a_softmax_classifier", "against_sklearn", COLUMNS, compared())
