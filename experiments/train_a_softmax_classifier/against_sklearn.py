"""The same architecture here and in scikit-learn's MLPClassifier, 10 seeds: writes against_sklearn.csv.

Both train 64-50-10 with ReLU and Adam at 0.001, in batches of 50, for 30 epochs, without weight decay and without an
early end, in float64, one by one; coursekit then trains its ten once more as one stack. Seconds are of the processor,
on one core; they are this machine's, and only their ratio travels.
"""

import csv
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from coursekit.datasets import ThreeSets, three_sets
from coursekit.lab.measured import data_of
from coursekit.network import Network, accuracy, init_network
from coursekit.training import fit

COLUMNS = ("program", "seed", "test", "seconds")
N_SEEDS, N_EPOCHS, N_HIDDEN, RATE, BATCH_SIZE = 10, 30, 50, 0.001, 50


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


def by_coursekit(sets: ThreeSets, seed: int, n_models: int | None = None) -> float:
    """Train coursekit's network; return its accuracy on the test set."""
    rng = np.random.default_rng([seed, 1])
    architecture = Network([64, N_HIDDEN, 10])
    start = init_network(architecture, rng, n_models=n_models)
    trained, _ = fit(architecture, start, sets.X_train, sets.y_train, learning_rate=RATE, n_epochs=N_EPOCHS,
                     batch_size=BATCH_SIZE, rng=rng)  # fmt: skip
    return accuracy(architecture, trained, sets.X_test, sets.y_test)


def main() -> None:
    """Train in turns, and write it down."""
    with (data_of("train_a_softmax_classifier") / "against_sklearn.csv").open(
        "w", newline="", encoding="utf-8"
    ) as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        by_sklearn(three_sets(np.random.default_rng(99)), 99)  # the first call of all pays for what is loaded
        for seed in range(N_SEEDS):
            sets = three_sets(np.random.default_rng(seed))
            for program, train in (("scikit-learn", by_sklearn), ("coursekit", by_coursekit)):
                start = time.process_time()
                test = train(sets, seed)
                rows.writerow((program, seed, f"{test:.4f}", f"{time.process_time() - start:.3f}"))
        sets = three_sets(np.random.default_rng(0))
        start = time.process_time()
        tests = by_coursekit(sets, 0, n_models=N_SEEDS)
        seconds = (time.process_time() - start) / N_SEEDS
        for seed, test in enumerate(np.asarray(tests)):
            rows.writerow(("coursekit stacked", seed, f"{test:.4f}", f"{seconds:.3f}"))


if __name__ == "__main__":
    main()
