"""Many networks as one stack, against one by one and against scikit-learn's random search; and one against one."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import PredefinedSplit, RandomizedSearchCV
from sklearn.neural_network import MLPClassifier

from benchmarks.results import Section, compared
from benchmarks.turns import by_turns
from coursekit.datasets import digits
from coursekit.network import Network, accuracy, backward, forward, init_network
from coursekit.optimizers import sgd
from coursekit.softmax import softmax_loss
from coursekit.training import fit

HIDDEN, BATCH = 32, 50
TRIED = (
    "all parameters are one array to the optimizer, and what fitted a batch ago is not checked again. What is left of "
    "one network is the start of 60 calls a step, and of a stack the arithmetic, small products one a network."
)
TRIED_NORM = "three passes over z for a mean, a variance and a product: nothing that a layer without it has to do."
SEARCH = "the same trainings by `RandomizedSearchCV` over `MLPClassifier`, 2 processes"
ABOUT = """\
Networks 64-32-10 on the digits, 10 epochs of Adam in batches of 50, 32 learning rates from 0.0001 to 0.1, float32 on
both sides; scored on the 597 digits that were held out. One thread each; scikit-learn's search has 2 processes, which
were started before, and trains each network once (a single split, no refit)."""


def measure(n_models: int = 32, n_epochs: int = 10, *, dtype: type = np.float32, seconds: float = 1.5) -> list[Section]:
    """Measure the stack against its peers, then a single network."""
    stacked, one_by_one, search, one, peer = sides(n_models, n_epochs, dtype)
    many = by_turns(stacked, one_by_one, search, seconds=seconds)
    single = by_turns(one, peer, seconds=seconds)
    steps = by_turns(*map(step, ("before", None)), seconds=seconds)
    results = [
        compared(f"{n_models} networks, against one by one", many[0], many[1], bar=1 / 3, tried=TRIED),
        compared(f"{n_models} networks, against {SEARCH}", many[0], many[2], bar=1 / 8, tried=TRIED),
        compared("one network, against `MLPClassifier`", single[0], single[1], bar=1 / 2, tried=TRIED),
        compared("a step of five hidden layers with batch norm, against without", *steps, bar=2, tried=TRIED_NORM),
    ]
    return [Section("Networks", ABOUT, ("coursekit", "the other"), results)]


def sides(n_models: int, n_epochs: int, dtype: type) -> tuple[Any, ...]:
    """Return calls: the stack, one by one, scikit-learn's search, one network, scikit-learn's; each returns scores."""
    data = digits(np.random.default_rng(0), dtype=dtype)
    rates = np.logspace(-4, -1, n_models)

    def train(learning_rate: Any, k: int | None) -> Any:
        network = Network([64, HIDDEN, 10])
        start = init_network(network, np.random.default_rng(0), n_models=k, dtype=dtype)
        trained, _ = fit(network, start, data.X_train, data.y_train, learning_rate=learning_rate, n_epochs=n_epochs,
                         batch_size=BATCH, rng=np.random.default_rng(1))  # fmt: skip
        return accuracy(network, trained, data.X_test, data.y_test)

    def peer(**options: Any) -> MLPClassifier:  # n_iter_no_change: it must not stop before the last epoch
        return MLPClassifier((HIDDEN,), alpha=0, batch_size=BATCH, max_iter=n_epochs, n_iter_no_change=n_epochs + 1,
                             random_state=0, **options)  # fmt: skip

    @without_warnings
    def search() -> Any:
        X, y = np.concatenate([data.X_train, data.X_test]), np.concatenate([data.y_train, data.y_test])
        fold = PredefinedSplit(np.r_[np.full(len(data.y_train), -1), np.zeros(len(data.y_test), int)])
        found = RandomizedSearchCV(peer(), {"learning_rate_init": list(rates)}, n_iter=n_models, cv=fold, refit=False,
                                   n_jobs=2, random_state=0).fit(X, y)  # fmt: skip
        return found.cv_results_["split0_test_score"]

    @without_warnings
    def train_peer() -> float:
        trained = peer(learning_rate_init=0.01).fit(data.X_train, data.y_train)
        return trained.score(data.X_test, data.y_test)

    return (lambda: train(rates, n_models), lambda: [train(rate, None) for rate in rates], search,
            lambda: train(0.01, None), train_peer)  # fmt: skip


def step(batch_norm: Any) -> Callable[[], Any]:
    """Return a call: one step of gradient descent on 50 digits, with batch norm or without it."""
    data = digits(np.random.default_rng(0))
    X, y = data.X_train[:50], data.y_train[:50]
    network = Network([64, *[50] * 5, 10], batch_norm=batch_norm)
    parameters = init_network(network, np.random.default_rng(0))

    def one() -> Any:
        z, cache = forward(network, parameters, X)
        return sgd(parameters, backward(softmax_loss(z, y)[1], cache), learning_rate=0.1)

    return one


def without_warnings(function: Callable[[], Any]) -> Callable[[], Any]:
    """Keep scikit-learn from warning, here and in its processes, that 10 epochs are too few to converge."""

    def quiet() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            return function()

    return quiet
