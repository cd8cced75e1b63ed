"""Many ways to write the loss, its gradient and the training loop. None of them is refused."""

import numpy as np
import pytest
from scipy import special

from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES
from coursekit.metrics import class_weights
from coursekit.softmax import log_softmax, softmax, softmax_loss


def one_by_one(z, y):
    return sum(special.logsumexp(row) - row[label] for row, label in zip(z, y, strict=True)) / len(y)


def gradient_in_place(z, y):
    d_z = softmax(z)
    for i, label in enumerate(y):
        d_z[i, label] -= 1
    d_z /= len(d_z)
    return d_z


def with_array_split(X, y, W, learning_rate, batch_size, n_epochs):  # noqa: PLR0917
    for rows in n_epochs * np.split(np.arange(len(y)), range(batch_size, len(y), batch_size)):
        d_z = softmax(X[rows] @ W) - np.eye(W.shape[1])[y[rows]]
        W = W - learning_rate / len(rows) * X[rows].T @ d_z
    return W


def in_place(X, y, W, learning_rate, batch_size, n_epochs):  # noqa: PLR0917
    for step in range(n_epochs * -(-len(y) // batch_size)):
        start = step % -(-len(y) // batch_size) * batch_size
        d_z = softmax_loss(X[start : start + batch_size] @ W, y[start : start + batch_size])[1]
        W -= learning_rate * X[start : start + batch_size].T @ d_z
    return W


def back_by_a_matrix(p, true):
    d_p = -np.eye(len(p))[true] / p
    slopes = np.diag(p) - np.outer(p, p)
    return np.stack([d_p, slopes[true], slopes @ d_p])


RIGHT = {
    "12.1": (
        one_by_one,
        lambda z, y: softmax_loss(z, y)[0],
        lambda z, y: -np.mean(log_softmax(z)[range(len(y)), y]),
        lambda z, y: np.mean(special.logsumexp(z, axis=1) - np.take_along_axis(z, y[:, None], axis=1)[:, 0]),
    ),
    "12.7": (
        back_by_a_matrix,
        lambda p, true: [-np.eye(len(p))[true] / p, p[true] * (np.eye(len(p))[true] - p), p - np.eye(len(p))[true]],
    ),
    "12.2": (
        gradient_in_place,
        lambda z, y: softmax_loss(z, y)[1],
        lambda z, y: (special.softmax(z, axis=1) - np.eye(z.shape[1])[y]) / len(z),
        lambda z, y: (softmax(z) - (np.arange(z.shape[1]) == y[:, None])) / z.shape[0],
    ),
    "12.3": (with_array_split, in_place),
    "12.8": (
        lambda z, y, n: np.argsort(softmax_loss(z, y, reduction="none")[0])[::-1][:n],
        lambda z, y, n: sorted(range(len(y)), key=lambda i: log_softmax(z)[i, y[i]])[:n],
    ),
    "12.4": (
        lambda X, y, W: X.T @ softmax_loss(X @ W, y)[1],
        lambda X, y, W: X.T @ (softmax(X @ W) - np.eye(W.shape[1])[y]) / len(X),
        lambda X, y, W: sum(np.outer(x, d) for x, d in zip(X, gradient_in_place(X @ W, y), strict=True)),
    ),
    "12.5": (lambda z, y: softmax_loss(z, y)[0], one_by_one),
    "12.6": (
        lambda x, y, seed: [each[np.random.default_rng(seed).permutation(len(x))] for each in (x, y)],
        lambda x, y, seed: tuple(np.random.default_rng(seed).permutation(np.stack([x, y], axis=1)).T),
    ),
    "12.9": (
        lambda y, n_classes: class_weights(y, n_classes=n_classes),
        lambda y, n_classes: [len(y) / n_classes / np.sum(y == label) for label in y],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_other_ways_to_be_right_are_right(name):
    for i, answer in enumerate(RIGHT[name]):
        status, message = judge(EXERCISES[name], answer)
        assert status == "correct", f"way {i}: {message}"


def test_every_exercise_of_the_lesson_has_more_than_one_right_answer():
    assert RIGHT.keys() == {name for name in EXERCISES if name.startswith("12.")}
