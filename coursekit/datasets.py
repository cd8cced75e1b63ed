"""Data to learn on: real handwritten digits, a table with units, and points in the plane whose classes can be seen."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from coursekit._checks import MANY, a_float_type, a_generator, a_number, a_whole_number, an_array, as_array, refuse
from coursekit.normalize import Standardizer
from coursekit.types import Array, Labels

N_TRAIN, N_VALIDATION, N_TEST = 900, 300, 597  # of the digits, in three sets
MOST_NOISE = 1e300  # a draw may be some standard deviations away, and is to be a float


class Split(NamedTuple):
    """Examples to learn from, and others to judge by.

    Attributes
    ----------
    X_train, X_test : array, shape (n_train, n) and (m - n_train, n)
        The examples.
    y_train, y_test : array of int, shape (n_train,) and (m - n_train,)
        Their labels.
    """

    X_train: Array
    y_train: Labels
    X_test: Array
    y_test: Labels


def split(X: ArrayLike, y: ArrayLike, rng: np.random.Generator, *, n_train: int, standardize: bool = True) -> Split:
    """Part examples at random into training and test set, each class in proportion.

    Parameters
    ----------
    X : array_like, shape (m, n)
        The examples.
    y : array_like of int, shape (m,)
        Their labels.
    rng : numpy.random.Generator
        Where the randomness comes from.
    n_train : int
        How many examples the training set gets, fewer than m.
    standardize : bool, optional
        Shift and scale each feature by its mean and standard deviation over the *training* set, so that nothing leaks
        from the test set. A feature that is constant there is only shifted.

    Returns
    -------
    Split
        Both parts in random order.

    Raises
    ------
    TypeError, ValueError
        If ``X`` and ``y`` do not fit each other, ``n_train`` leaves no test set, or ``rng`` is not a Generator.

    Notes
    -----
    A search chooses by a validation set, and the test set is for the winner alone. Split twice: the training set of
    the first split, split again, gives the search its training set and, as "test", its validation set.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> whole = digits(rng)
    >>> search = split(whole.X_train, whole.y_train, rng, n_train=900)
    >>> len(search.y_train), len(search.y_test), len(whole.y_test)
    (900, 300, 597)
    """
    X, y = an_array("split", "X", X), as_array("split", "y", y)
    if X.ndim != 2 or y.shape != X.shape[:1] or y.dtype.kind not in "iu":
        rule = "hold integers, shape (m,), one label per row of X, shape (m, n)"
        refuse("split", "y", rule, f"{y.dtype} of shape {y.shape} for X with shape {X.shape}")
    n_train = a_whole_number("split", "n_train", n_train)
    if n_train >= len(y):
        refuse("split", "n_train", f"be below {len(y)}, the number of examples", n_train)
    train, test = _stratified(y, n_train, a_generator("split", rng))
    if standardize:
        X = Standardizer.fit(X[train]).apply(X)
    return Split(X[train], y[train], X[test], y[test])


def _stratified(y: Labels, n_train: int, rng: np.random.Generator) -> tuple[Labels, Labels]:
    order, place = rng.permutation(len(y)), np.empty(len(y))
    for label in np.unique(y):
        members = order[y[order] == label]
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
    # Each class lies evenly over the places from 0 to 1, so the first n_train places hold each class in proportion.
    is_train = np.isin(order, order[np.argsort(place[order], kind="stable")[:n_train]])
    return order[is_train], order[~is_train]


def digits(
    rng: np.random.Generator, *, n_train: int = 1200, standardize: bool = True, dtype: DTypeLike = float
) -> Split:
    """Load scikit-learn's 1797 handwritten digits of 8 x 8 pixels (Alpaydin & Kaynak 1998), and split them.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the randomness of the split comes from.
    n_train : int, optional
        How many digits the training set gets; the others are the test set.
    standardize : bool, optional
        Standardise each pixel by the training set, as `split` does. Otherwise pixels go from 0 to 16.
    dtype : numpy.float64 or numpy.float32, optional
        The type of the pixels.

    Returns
    -------
    Split
        X with 64 columns, a pixel each, row by row; y from 0 to 9. The same split for the same ``rng``.

    Raises
    ------
    TypeError, ValueError
        If ``n_train`` is not a whole number from 1 to 1796, ``rng`` is not a Generator, or ``dtype`` is another.

    Examples
    --------
    >>> X_train, y_train, X_test, y_test = digits(np.random.default_rng(0))
    >>> X_train.shape, X_test.shape
    ((1200, 64), (597, 64))
    """
    dtype = a_float_type("digits", "dtype", dtype)
    from sklearn.datasets import load_digits  # noqa: PLC0415 - takes a second, and only digits needs it

    X, y = load_digits(return_X_y=True)
    parts = split(X, y, rng, n_train=n_train, standardize=standardize)
    return parts._replace(X_train=parts.X_train.astype(dtype), X_test=parts.X_test.astype(dtype))


class Table(NamedTuple):
    """Measurements, each column in a unit of its own.

    Attributes
    ----------
    X : array, shape (m, n)
        An example a row.
    y : array, shape (m,)
        What is to be predicted.
    names : tuple of str
        What each column is.
    """

    X: Array
    y: Array
    names: tuple[str, ...]


def diabetes() -> Table:
    """Load scikit-learn's table of 442 people with diabetes (Efron et al. 2004), unscaled.

    Returns
    -------
    Table
        Age in years, and nine more columns; y is how far the disease has gone on after a year, from 25 to 346.

    Examples
    --------
    >>> X, y, names = diabetes()
    >>> X.shape, names[2], round(float(X[:, 2].mean()), 1)
    ((442, 10), 'body mass index', 26.4)
    """
    from sklearn.datasets import load_diabetes  # noqa: PLC0415 - as above

    X, y = load_diabetes(return_X_y=True, scaled=False)
    return Table(X, y, ("age", "sex", "body mass index", "blood pressure", "cholesterol", "LDL", "HDL",
                        "cholesterol / HDL", "log triglycerides", "blood sugar"))  # fmt: skip


def blobs(m: int, rng: np.random.Generator, *, n_classes: int = 3, noise: float = 0.2) -> tuple[Array, Labels]:
    """Draw points around one centre a class, the centres evenly on the unit circle.

    Parameters
    ----------
    m : int
        How many points.
    rng : numpy.random.Generator
        Where the randomness comes from.
    n_classes : int, optional
        How many classes, the points dealt out evenly among them.
    noise : float, optional
        The standard deviation around a centre, in each direction.

    Returns
    -------
    X, y : array, shape (m, 2), and array of int, shape (m,)
        The points, in random order, and their labels.

    Raises
    ------
    TypeError, ValueError
        If a count is not a whole number above 0, ``noise`` is below 0, or ``rng`` is not a Generator.

    Examples
    --------
    >>> X, y = blobs(5, np.random.default_rng(0))
    >>> X.shape, y.tolist()
    ((5, 2), [2, 1, 0, 0, 1])
    """
    y = _labels("blobs", m, n_classes, noise, rng)
    return _on_circle(np.ones(len(y)), y / n_classes, noise, rng), y


def rings(m: int, rng: np.random.Generator, *, n_classes: int = 2, noise: float = 0.1) -> tuple[Array, Labels]:
    """Draw points on one ring a class around the origin, with the radius 1, 2, 3, ...: no line can part them.

    Parameters
    ----------
    m : int
        How many points.
    rng : numpy.random.Generator
        Where the randomness comes from.
    n_classes : int, optional
        How many classes, the points dealt out evenly among them.
    noise : float, optional
        The standard deviation around the ring, in each direction.

    Returns
    -------
    X, y : array, shape (m, 2), and array of int, shape (m,)
        The points, in random order, and their labels.

    Raises
    ------
    TypeError, ValueError
        If a count is not a whole number above 0, ``noise`` is below 0, or ``rng`` is not a Generator.

    Examples
    --------
    >>> X, y = rings(200, np.random.default_rng(0), noise=0)
    >>> np.unique(np.hypot(*X.T).round(3)).tolist()
    [1.0, 2.0]
    """
    y = _labels("rings", m, n_classes, noise, rng)
    return _on_circle(y + 1, rng.random(len(y)), noise, rng), y


def spirals(m: int, rng: np.random.Generator, *, n_classes: int = 3, noise: float = 0.03) -> tuple[Array, Labels]:
    """Draw points on one spiral arm a class, wound three quarters of the way around the origin (after cs231n).

    Parameters
    ----------
    m : int
        How many points.
    rng : numpy.random.Generator
        Where the randomness comes from.
    n_classes : int, optional
        How many classes, the points dealt out evenly among them.
    noise : float, optional
        The standard deviation around the arm, in each direction.

    Returns
    -------
    X, y : array, shape (m, 2), and array of int, shape (m,)
        The points, in random order, and their labels.

    Raises
    ------
    TypeError, ValueError
        If a count is not a whole number above 0, ``noise`` is below 0, or ``rng`` is not a Generator.

    Examples
    --------
    >>> X, y = spirals(300, np.random.default_rng(0), noise=0)
    >>> bool(np.hypot(*X.T).max() <= 1)
    True
    """
    y = _labels("spirals", m, n_classes, noise, rng)
    radius = rng.random(len(y))
    return _on_circle(radius, y / n_classes + 0.75 * radius, noise, rng), y


def _labels(function: str, m: int, n_classes: int, noise: float, rng: np.random.Generator) -> Labels:
    m, n_classes = (a_whole_number(function, name, value, most=MANY)
                    for name, value in (("m", m), ("n_classes", n_classes)))  # fmt: skip
    a_number(function, "noise", noise, least=0)
    a_number(function, "noise", noise, most=MOST_NOISE)
    return a_generator(function, rng).permutation(np.arange(m) % n_classes)


def _on_circle(radius: ArrayLike, turn: ArrayLike, noise: float, rng: np.random.Generator) -> Array:
    angle = 2 * np.pi * np.asarray(turn)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return rng.normal(points, abs(noise))  # NumPy 2.0 takes -0.0 for less than 0


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
