"""What training a classifier needs beside the training: three sets, and ways to see where it errs."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from coursekit._checks import MANY, a_float_type, a_generator, a_whole_number, an_array, as_array, refuse
from coursekit.datasets import digits, split
from coursekit.normalize import Standardizer
from coursekit.types import Array, Labels

MANY_CLASSES = 3000  # a table of 9 million counts
N_TRAIN, N_VALIDATION, N_TEST = 900, 300, 597


class ThreeSets(NamedTuple):
    """Digits to learn from, digits to choose by, and digits to be judged by, once, at the end.

    Attributes
    ----------
    X_train, X_validation, X_test : array, shape (900, 64), (300, 64) and (597, 64)
        Standardised by the mean and the standard deviation of the training set.
    y_train, y_validation, y_test : array of int
        Their labels.
    standardizer : Standardizer
        What makes such rows of pixels from 0 to 16, and undoes it.
    """

    X_train: Array
    y_train: Labels
    X_validation: Array
    y_validation: Labels
    X_test: Array
    y_test: Labels
    standardizer: Standardizer


def three_sets(rng: np.random.Generator, *, dtype: DTypeLike = np.float64) -> ThreeSets:
    """Split the digits into 900 for training, 300 for validation and 597 for the test, each class in proportion.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the randomness of the split comes from.
    dtype : float64 or float32, optional
        The type of the pixels.

    Returns
    -------
    ThreeSets

    Raises
    ------
    TypeError
        If ``rng`` is not a Generator, or ``dtype`` another type.

    Examples
    --------
    >>> sets = three_sets(np.random.default_rng(0))
    >>> sets.X_train.shape, sets.X_validation.shape, sets.X_test.shape
    ((900, 64), (300, 64), (597, 64))
    """
    dtype = a_float_type("three_sets", "dtype", dtype)
    whole = digits(a_generator("three_sets", rng), n_train=N_TRAIN + N_VALIDATION, standardize=False)
    inner = split(whole.X_train, whole.y_train, rng, n_train=N_TRAIN, standardize=False)
    standardizer = Standardizer.fit(inner.X_train)
    X_train, X_validation, X_test = (
        standardizer.apply(X).astype(dtype) for X in (inner.X_train, inner.X_test, whole.X_test)
    )
    return ThreeSets(X_train, inner.y_train, X_validation, inner.y_test, X_test, whole.y_test, standardizer)


def confusion_matrix(y: ArrayLike, named: ArrayLike, *, n_classes: int) -> NDArray[np.intp]:
    """Count how often each class was named for each class.

    Parameters
    ----------
    y : array_like of int, shape (m,) or (k, m)
        The true labels, the same for k models or not.
    named : array_like of int, shape (m,) or (k, m)
        What was named instead, or rightly.
    n_classes : int
        C, at most 3000.

    Returns
    -------
    array of int, shape (C, C) or (k, C, C)
        The row is the true class, the column the one that was named: what is right lies on the diagonal.

    Raises
    ------
    TypeError, ValueError
        If a label is not a whole number from 0 to C - 1, or the shapes do not fit.

    Examples
    --------
    >>> confusion_matrix([0, 0, 1, 2], [0, 2, 1, 2], n_classes=3)
    array([[1, 0, 1],
           [0, 1, 0],
           [0, 0, 1]])
    """
    n_classes = a_whole_number("confusion_matrix", "n_classes", n_classes, most=MANY_CLASSES)
    y, named = (_labels("confusion_matrix", *each, n_classes) for each in (("y", y), ("named", named)))
    both = {array.shape[:-1] for array in (y, named)} - {()}  # the models, the same in both
    if y.shape[-1:] != named.shape[-1:] or max(y.ndim, named.ndim) > 2 or len(both) > 1:
        rule = "hold a label for each one of y, shape (m,) or (k, m)"
        refuse("confusion_matrix", "named", rule, f"shape {named.shape} for y of shape {y.shape}")
    y, named = np.broadcast_arrays(y, named)
    counts = np.zeros((*y.shape[:-1], n_classes**2), np.intp)
    for i in np.ndindex(y.shape[:-1]):
        counts[i] = np.bincount(y[i] * n_classes + named[i], minlength=n_classes**2)
    return counts.reshape(*y.shape[:-1], n_classes, n_classes)


def best_guesses(p: ArrayLike, *, n: int = 3) -> NDArray[np.intp]:
    """Name the classes with the largest values, the largest first.

    Parameters
    ----------
    p : array_like, shape (..., C)
        Probabilities, or logits: the order is the same.
    n : int, optional
        How many, C at most.

    Returns
    -------
    array of int, shape (..., n)
        Of a tie, the smaller label comes first.

    Raises
    ------
    TypeError, ValueError
        If ``p`` is not finite or has no axis, or ``n`` is not a whole number from 1 to C.

    Examples
    --------
    >>> best_guesses([0.3, 0.2, 0.1, 0.4], n=2)
    array([3, 0])
    """
    p, n = an_array("best_guesses", "p", p, min_ndim=1), a_whole_number("best_guesses", "n", n)
    if n > p.shape[-1]:
        refuse("best_guesses", "n", f"be at most {p.shape[-1]}, the number of classes", n)
    return np.asarray(np.argsort(-p, axis=-1, kind="stable")[..., :n])


def class_weights(y: ArrayLike, *, n_classes: int) -> NDArray[np.float64]:
    """Weigh each example so that all classes weigh the same, and the mean weight is 1.

    Parameters
    ----------
    y : array_like of int, shape (m,)
        The labels.
    n_classes : int
        C.

    Returns
    -------
    array of float64, shape (m,)
        m / (C * how many examples the own class has).

    Raises
    ------
    TypeError, ValueError
        If a label is not a whole number from 0 to C - 1, or a class has no example: nothing can make up for that.

    References
    ----------
    King and Zeng 2001, "Logistic regression in rare events data"; scikit-learn's ``class_weight="balanced"``.

    Examples
    --------
    >>> class_weights([0, 0, 0, 1], n_classes=2).round(3)
    array([0.667, 0.667, 0.667, 2.   ])
    """
    n_classes = a_whole_number("class_weights", "n_classes", n_classes, most=MANY)
    y = _labels("class_weights", "y", y, n_classes)
    if y.ndim != 1:
        refuse("class_weights", "y", "have shape (m,)", f"shape {y.shape}")
    counts = np.bincount(y, minlength=n_classes)
    if not counts.all():
        refuse("class_weights", "y", "have an example of each class", f"none of class {int(counts.argmin())}")
    return np.asarray(len(y) / (n_classes * counts[y]))


def _labels(function: str, argument: str, value: ArrayLike, n_classes: int) -> NDArray[np.intp]:
    labels = as_array(function, argument, value)
    if labels.dtype.kind not in "iu":
        refuse(function, argument, "hold integers", f"an array of {labels.dtype}", error=TypeError)
    if labels.ndim == 0:
        refuse(function, argument, "have at least 1 axis", f"shape {labels.shape}")
    wrong = labels[(labels < 0) | (labels >= n_classes)]
    if wrong.size:
        refuse(function, argument, f"hold labels from 0 to {n_classes - 1}", int(wrong[0]))
    return labels.astype(np.intp, copy=False)
