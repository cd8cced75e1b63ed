"""Three sets that share no digit, and the counts by which a classifier is judged, against scikit-learn's."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_digits
from sklearn.metrics import confusion_matrix as sklearn_confusion_matrix
from sklearn.utils.class_weight import compute_sample_weight

from coursekit.datasets import three_sets
from coursekit.metrics import best_guesses, class_weights, confusion_matrix


def test_each_digit_is_in_one_set_and_only_the_training_set_is_measured():
    sets = three_sets(np.random.default_rng(3))
    pixels, labels = load_digits(return_X_y=True)
    label_of = {row.tobytes(): label for row, label in zip(pixels, labels, strict=True)}
    seen = set()
    for X, y in ((sets.X_train, sets.y_train), (sets.X_validation, sets.y_validation), (sets.X_test, sets.y_test)):
        raw = [row.tobytes() for row in sets.standardizer.undo(X).round() + 0.0]
        assert [label_of[row] for row in raw] == y.tolist()
        assert np.ptp(np.bincount(y) / len(y)) < 0.02
        assert not seen & set(raw)
        seen |= set(raw)
    assert seen == label_of.keys()
    assert_allclose(sets.X_train.mean(axis=0), 0, atol=1e-9)
    assert np.isin(sets.X_train.std(axis=0).round(9), (0, 1)).all()
    assert abs(sets.X_test.mean(axis=0)).max() > 0.02
    assert three_sets(np.random.default_rng(3), dtype=np.float32).X_test.dtype == np.float32


def test_counts_are_scikit_learns_for_one_model_and_for_a_stack():
    rng = np.random.default_rng(0)
    y, named = rng.integers(0, 4, 50), rng.integers(0, 4, (3, 50))
    expected = [sklearn_confusion_matrix(y, each, labels=range(5)) for each in named]
    assert_array_equal(confusion_matrix(y, named, n_classes=5), expected)
    assert_array_equal(confusion_matrix(y, named[1], n_classes=5), expected[1])
    assert_array_equal(confusion_matrix(np.stack([y] * 3), named, n_classes=5), expected)


def test_guesses_come_in_order_and_the_smaller_label_first():
    p = np.array([[0.1, 0.4, 0.4, 0.1], [0.0, 0.1, 0.2, 0.7]])
    assert_array_equal(best_guesses(p), [[1, 2, 0], [3, 2, 1]])
    assert_array_equal(best_guesses(np.log(p[:1])), best_guesses(p[:1]))


def test_weights_are_scikit_learns():
    y = np.random.default_rng(1).permutation([0] * 30 + [1] * 3 + [2] * 7)
    assert_allclose(class_weights(y, n_classes=3), compute_sample_weight("balanced", y))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: confusion_matrix([0, 3], [0, 1], n_classes=3),
            "confusion_matrix: y must hold labels from 0 to 2; got 3.",
        ),
        (
            lambda: confusion_matrix([0, 1], [0], n_classes=3),
            "confusion_matrix: named must hold a label for each one of y, shape (m,) or (k, m); "
            "got shape (1,) for y of shape (2,).",
        ),
        (lambda: best_guesses([0.5, 0.5]), "best_guesses: n must be at most 2, the number of classes; got 3."),
        (
            lambda: class_weights([0, 2], n_classes=3),
            "class_weights: y must have an example of each class; got none of class 1.",
        ),
        (lambda: class_weights([[0, 1]], n_classes=2), "class_weights: y must have shape (m,); got shape (1, 2)."),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()


def test_labels_are_integers():
    with pytest.raises(TypeError, match=re.escape("class_weights: y must hold integers; got an array of float64.")):
        class_weights([0.0, 1.0], n_classes=2)
