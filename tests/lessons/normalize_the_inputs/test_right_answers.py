"""Many ways to standardise and to find a Hessian. None of them is refused."""

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES
from coursekit.lessons.normalize_the_inputs.bowl import least_squares_bowl
from coursekit.normalize import Standardizer


def by_loops(X_train, X):
    rows = [[0.0] * X.shape[1] for _ in X]
    for j, column in enumerate(X_train.T):
        mean = sum(column) / len(column)
        sd = (sum((value - mean) ** 2 for value in column) / len(column)) ** 0.5
        for i, row in enumerate(rows):
            row[j] = (X[i, j] - mean) / sd
    return rows


def in_place(X_train, X):
    X -= X_train.mean(axis=0)
    X /= X_train.std(axis=0)
    return X


def second_differences(X):
    """The Hessian is what the gradient changes by when a weight grows by 1."""
    y, n = np.arange(len(X)), X.shape[1]

    def gradient(w):
        return X.T @ (X @ w - y) / len(X)

    return np.array([gradient(unit) - gradient(np.zeros(n)) for unit in np.eye(n)])


def filled(X_train, X_test):
    sd = X_train.std(axis=0)
    sd[sd == 0] = 1
    return (X_test - X_train.mean(axis=0)) / sd


RIGHT = {
    "06.1": (
        by_loops,
        in_place,
        lambda X_train, X: Standardizer.fit(X_train).apply(X),
        lambda X_train, X: StandardScaler().fit(X_train).transform(X),
        lambda X_train, X: (X - np.mean(X_train, 0)) / np.sqrt(np.mean(X_train**2, 0) - np.mean(X_train, 0) ** 2),
    ),
    "06.2": (
        second_differences,
        lambda X: np.mean([np.outer(x, x) for x in X], axis=0),
        lambda X: np.einsum("ij,ik->jk", X, X) / X.shape[0],
        lambda X: [[np.mean(a * b) for a in X.T] for b in X.T],
    ),
    "06.3": (
        lambda X: least_squares_bowl(X, np.zeros(len(X))).largest_stable_rate,
        lambda X: 2 * len(X) / np.linalg.norm(X, 2) ** 2,
        lambda X: 2 / np.max(np.linalg.eig(X.T @ X / len(X))[0].real),
        lambda X: 2 / np.linalg.svd(X.T @ X / len(X))[1][0],
    ),
    "06.4": (
        lambda X: (X - X.mean(axis=0)) / X.std(axis=0),
        lambda X: (X - X.mean(axis=0)) / X.var(axis=0) ** 0.5,
        lambda X: StandardScaler().fit_transform(X),
    ),
    "06.5": (
        lambda X: X.var(axis=0),
        lambda X: sum((x - X.mean(axis=0)) ** 2 for x in X) / len(X),
        lambda X: np.diag(np.cov(X.T, bias=True).reshape(X.shape[1], X.shape[1])),
        lambda X: [np.mean(column**2) - np.mean(column) ** 2 for column in X.T],
    ),
    "06.6": (
        lambda X: Standardizer.fit(X).apply(X),
        lambda X: ((X.T - X.T.mean(axis=1, keepdims=True)) / X.T.std(axis=1, keepdims=True)).T,
    ),
    "06.7": (
        lambda X: X.mean(axis=0),
        lambda X: np.ones(len(X)) @ X / len(X),
        lambda X: [sum(column) / len(column) for column in X.T],
    ),
    "06.8": (
        filled,
        lambda X_train, X_test: Standardizer.fit(X_train).apply(X_test),
        lambda X_train, X_test: StandardScaler().fit(X_train).transform(X_test),
    ),
    "06.9": (
        lambda X_train, X_test: Standardizer.fit(X_train).apply(X_test),
        by_loops,
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_other_ways_to_be_right_are_right(name):
    for i, answer in enumerate(RIGHT[name]):
        status, message = judge(EXERCISES[name], answer)
        assert status == "correct", f"way {i}: {message}"


def test_every_exercise_has_more_than_one_right_answer():
    assert list(RIGHT) == [name for name in EXERCISES if name.startswith("06")]
