"""What training a classifier needs beside the training: three sets, and ways to see where it errs."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import MANY, a_whole_number, an_array, as_array, refuse

MANY_WAYS = 10_000  # scores of which all ways to draw n are counted, each with thousands of digits
MANY_CLASSES = 3000  # a table of 9 million counts


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


def best_of_weights(n_scores: int, n: int) -> NDArray[np.float64]:
    """Say how often each of the scores, from the worst to the best, is the best of n among them.

    Parameters
    ----------
    n_scores : int
        How many were measured.
    n : int
        How many of them are drawn, each at most once.

    Returns
    -------
    array, shape (n_scores,)
        Of all ways to draw n, the share in which the first, the second and so on is the best; they add up to 1.

    Raises
    ------
    TypeError, ValueError
        If a number is not whole or below 1, ``n_scores`` above 10,000, or ``n`` above ``n_scores``.

    Notes
    -----
    The i-th is the best if the others come from the i - 1 below it: C(i - 1, n - 1) of the C(n_scores, n) ways.

    Examples
    --------
    >>> best_of_weights(4, 2).round(3).tolist()
    [0.0, 0.167, 0.333, 0.5]
    """
    n_scores = a_whole_number("best_of_weights", "n_scores", n_scores, most=MANY_WAYS)
    n = a_whole_number("best_of_weights", "n", n)
    if n > n_scores:
        refuse("best_of_weights", "n", f"be at most {n_scores}, as there are no more scores", n)
    shares, way, ways = np.zeros(n_scores), 1, math.comb(n_scores, n)
    for i in range(n - 1, n_scores):
        shares[i] = way / ways
        way = way * (i + 1) // (i + 2 - n)  # C(i + 1, n - 1) from C(i, n - 1)
    return shares


def expected_best(scores: ArrayLike, n: int, *, of: ArrayLike | None = None) -> NDArray[np.float64]:
    """Estimate, from measured scores, the best of n: the mean over all ways to draw n of them.

    Parameters
    ----------
    scores : array_like, shape (..., t)
        Of t trials with settings drawn at random.
    n : int
        How many trials somebody would run, at most t.
    of : array_like, shape (..., t), optional
        What the trial with the best score counts for: its score on other examples. None: its score itself.

    Returns
    -------
    array, shape (...)

    Raises
    ------
    TypeError, ValueError
        If ``n`` is not a whole number from 1 to t, a score is not finite, or the shapes differ.

    References
    ----------
    Tang et al. 2020 (arXiv 2004.13705): unbiased, unlike the estimate with replacement of Dodge et al. 2019 (arXiv
    1909.03004).

    Examples
    --------
    >>> [round(float(expected_best([0.5, 0.9, 0.7], n)), 3) for n in (1, 2, 3)]
    [0.7, 0.833, 0.9]
    """
    scores = an_array("expected_best", "scores", scores, min_ndim=1)
    judged = scores if of is None else an_array("expected_best", "of", of, min_ndim=1)
    if judged.shape != scores.shape:
        refuse("expected_best", "of", f"have shape {scores.shape}, that of scores", judged.shape)
    order = np.argsort(scores, axis=-1, kind="stable")
    ranked: NDArray[np.float64] = np.take_along_axis(judged, order, axis=-1).astype(np.float64)
    return np.asarray(ranked @ best_of_weights(scores.shape[-1], n))
