"""Train on digits with wrong labels, and with a rare class: writes wrong_labels.csv and rare_class.csv."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from coursekit.datasets import three_sets
from coursekit.lab.measured import write_table
from coursekit.lessons.train_a_softmax_classifier.flawed_data import KINDS, fit_weighted, mislabeled
from coursekit.metrics import class_weights
from coursekit.network import Network, accuracy, classify, forward, init_network
from coursekit.softmax import softmax_loss
from coursekit.training import epochs

LABELS = ("kind", "share", "seed", "epoch", "given", "test", "found")
RARE = ("cure", "kept", "seed", "digit", "recall", "precision", "test")
SHARES = (0.0, 0.05, 0.1, 0.2, 0.4)
WHEN = (5, 30)
KEPT = (5, 10, 20, 45, 90)  # 90, of a digit's 90 or so: nothing is rare, and that is what the cures are judged by
CURES = ("none", "weights", "resampling")
N_SEEDS, N_EPOCHS, N_HIDDEN, RATE = 10, 20, 50, 0.003


def learn_wrong_labels(seed: int) -> Iterator[tuple[Any, ...]]:
    """Train a network for each kind and share of mistakes, as one stack."""
    sets, rng = three_sets(np.random.default_rng(seed), dtype=np.float32), np.random.default_rng([seed, 1])
    settings = [(kind, share) for kind in KINDS for share in SHARES]
    labels = [mislabeled(sets.y_train, share, rng, n_classes=10, kind=kind) for kind, share in settings]
    y = np.stack([each.y for each in labels])
    network = Network([64, N_HIDDEN, 10])
    start = init_network(network, rng, n_models=len(y), dtype=np.float32)
    X = np.broadcast_to(sets.X_train, (len(y), *sets.X_train.shape))
    training = epochs(network, start, X, y, learning_rate=RATE, n_epochs=max(WHEN), rng=rng)
    for number, epoch in enumerate(training, start=1):
        if number not in WHEN:
            continue
        z, _ = forward(network, epoch.parameters, sets.X_train)
        losses, _ = softmax_loss(z, y, reduction="none")
        test = accuracy(network, epoch.parameters, sets.X_test, sets.y_test)
        given = np.mean(z.argmax(axis=-1) == y, axis=-1)
        for i, (kind, share) in enumerate(settings):
            n_wrong = labels[i].is_wrong.sum()
            worst = np.argsort(-losses[i])[:n_wrong]
            found = labels[i].is_wrong[worst].mean() if n_wrong else np.nan  # of none, no share is found
            yield kind, share, seed, number, f"{given[i]:.4f}", f"{test[i]:.4f}", f"{found:.4f}"


def learn_rare_class(seed: int, kept: int) -> Iterator[tuple[Any, ...]]:
    """Make each digit rare in turn, ten networks as one stack, and try to cure it."""
    sets, rng = three_sets(np.random.default_rng(seed), dtype=np.float32), np.random.default_rng([seed, kept])
    y, stays = sets.y_train, np.ones((10, len(sets.y_train)), bool)
    for digit in range(10):
        stays[digit, np.flatnonzero(y == digit)[kept:]] = False
    balanced = np.zeros(stays.shape)
    for digit in range(10):
        balanced[digit, stays[digit]] = class_weights(y[stays[digit]], n_classes=10)
    copies = np.stack([rng.multinomial(len(y), row / row.sum()) for row in balanced])
    network = Network([64, N_HIDDEN, 10])
    start = init_network(network, rng, n_models=10, dtype=np.float32)
    for cure, weights in zip(CURES, (stays.astype(float), balanced, copies.astype(float)), strict=True):
        trained = fit_weighted(network, start, sets.X_train, y, weights, learning_rate=RATE, n_epochs=N_EPOCHS,
                               rng=np.random.default_rng([seed, 2]))  # fmt: skip
        named = classify(network, trained, sets.X_test)
        for digit in range(10):
            is_rare, called = sets.y_test == digit, named[digit] == digit
            measures = called[is_rare].mean(), is_rare[called].mean(), np.mean(named[digit] == sets.y_test)
            yield cure, kept, seed, digit, *(f"{value:.4f}" for value in measures)


def main() -> None:
    """Train everything, and write it down."""
    labels = (row for seed in range(N_SEEDS) for row in learn_wrong_labels(seed))
    rare = (row for seed in range(N_SEEDS) for kept in KEPT for row in learn_rare_class(seed, kept))
    write_table("train_a_softmax_classifier", "wrong_labels", LABELS, labels)
    write_table("train_a_softmax_classifier", "rare_class", RARE, rare)


if __name__ == "__main__":
    main()
