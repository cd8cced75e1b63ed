"""Train with batch norm's backward pass cut short: writes batchnorm_paths.csv in a minute."""

from collections.abc import Callable, Iterator
from unittest.mock import patch

import numpy as np

from coursekit import _layers
from coursekit.batchnorm import BatchNormCache
from coursekit.datasets import Split, digits
from coursekit.lab.measured import write_table
from coursekit.lessons.batch_norm_step_by_step.batchnorm_pieces import Pieces, backward_pieces
from coursekit.network import Network, accuracy, backward, forward, init_network
from coursekit.softmax import softmax_loss
from coursekit.training import fit
from coursekit.types import Array, Parameters

COLUMNS = ("seed", "paths", "cosine_start", "cosine_trained", "loss", "accuracy")
NETWORK = Network([64, 50, 50, 10], batch_norm="before")
PATHS = {"all": (True, True), "no mean": (False, True), "no variance": (True, False), "neither": (False, False)}
N_SEEDS, N_EPOCHS, BATCH_SIZE, LEARNING_RATE = 10, 5, 50, 0.01


def cut(paths: str) -> Callable[[Array, BatchNormCache], tuple[Array, Array, Array]]:
    """Return a backward pass with paths cut, to stand in for coursekit's."""
    mean_path, var_path = PATHS[paths]

    def cut_short(d_out: Array, cache: BatchNormCache) -> tuple[Array, Array, Array]:
        centered, mean, var, inv_std, gamma, beta = cache
        z_norm = centered * inv_std[..., None, :]
        pieces = Pieces(centered, mean, centered, var, 1 / inv_std, z_norm, gamma, beta, z_norm)
        back = backward_pieces(d_out, pieces, mean_path=mean_path, var_path=var_path)
        return back.d_z, back.d_gamma, back.d_beta

    return cut_short


def gradient(parameters: Parameters, data: Split, paths: str) -> Array:
    """Return the gradient of all weights, in one row, for the first batch of the training set."""
    z, cache = forward(NETWORK, parameters, data.X_train[:BATCH_SIZE])
    _, d_z = softmax_loss(z, data.y_train[:BATCH_SIZE])
    with patch.object(_layers, "batchnorm_backward_unchecked", cut(paths)):
        gradients = backward(d_z, cache)
    return np.concatenate([gradients[name].ravel() for name in ("W1", "W2", "W3")])


def cosine(parameters: Parameters, data: Split, paths: str) -> float:
    """Return the cosine between the gradient with paths cut and the true one."""
    short, whole = (gradient(parameters, data, which) for which in (paths, "all"))
    return float(short @ whole / np.linalg.norm(short) / np.linalg.norm(whole))


def train(seed: int, paths: str) -> tuple[float, float, float, float]:
    """Train 64-50-50-10 on a split of its own; return cosines before and after, the last loss, the accuracy."""
    data = digits(np.random.default_rng(seed))
    start = init_network(NETWORK, np.random.default_rng([seed, 1]))
    with patch.object(_layers, "batchnorm_backward_unchecked", cut(paths)):
        trained, history = fit(NETWORK, start, data.X_train, data.y_train, learning_rate=LEARNING_RATE,
                               n_epochs=N_EPOCHS, batch_size=BATCH_SIZE,
                               rng=np.random.default_rng([seed, 2]))  # fmt: skip
    right = accuracy(NETWORK, trained, data.X_test, data.y_test, statistics=history.statistics)
    return cosine(start, data, paths), cosine(trained, data, paths), float(history.loss[-1]), float(right)


def rows() -> Iterator[tuple[object, ...]]:
    """Train every network in every way, and write it down."""
    for seed in range(N_SEEDS):
        for paths in PATHS:
            yield seed, paths, *(f"{value:.4f}" for value in train(seed, paths))


if __name__ == "__main__":
    write_table("batch_norm_step_by_step", "batchnorm_paths", COLUMNS, rows())
