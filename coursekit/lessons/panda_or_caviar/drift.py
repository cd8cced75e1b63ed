"""Drift: digits as they come in later, when the camera, the light or the pen has changed; and what it costs to stay.

A strength goes from 0, as they were, to 1.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import a_generator, a_number, a_whole_number, an_array, no_overflow, of_unit_size, one_of, refuse
from coursekit.datasets import Split, digits, split
from coursekit.lessons.panda_or_caviar.panda import NETWORK, Model, score, train_on
from coursekit.network import init_network
from coursekit.normalize import Standardizer
from coursekit.types import Array, Labels

SHIFT, NOISE, THICK, SCANNER = KINDS = "moved to the right", "noise", "a thicker pen", "a new scanner"
KEPT, WHOLE, REFIT = WAYS = (
    "last month's, pixel by pixel", "last month's, one for all pixels", "this month's, pixel by pixel",
)  # fmt: skip
SIDE, WHITE = 8, 16.0
MOST_PIXELS, MOST_NOISE, MOST_GAIN = 2.0, 8.0, 16.0
N_MONTH, N_EPOCHS = 300, 12
MONTHLY_RATES = tuple(float(f"{10 ** (-3 + i / 4):.3g}") for i in range(17))  # 0.001 to 10, four a decade


def drifted(X: ArrayLike, kind: str, strength: float, rng: np.random.Generator) -> Array:
    """Let digits drift.

    Examples
    --------
    >>> X = np.zeros((1, 64))
    >>> X[0, 27] = 16
    >>> [np.flatnonzero(drifted(X, kind, 1, np.random.default_rng(0))[0]).tolist() for kind in (SHIFT, SCANNER)]
    [[29], [27]]
    """
    X = an_array("drifted", "X", X, min_ndim=2)
    if X.shape[-1] != SIDE**2:
        refuse("drifted", "X", f"have {SIDE**2} columns, a pixel each", f"shape {X.shape}")
    one_of("drifted", "kind", kind, KINDS)
    strength = a_number("drifted", "strength", strength, least=0, most=1)
    rng = a_generator("drifted", rng)
    if kind == SCANNER:
        with np.errstate(over="ignore"):
            gained = np.asarray(X * MOST_GAIN**strength)
        no_overflow("drifted", "X", X, "the result", gained)
        return gained
    if kind == NOISE:
        return np.clip(X + MOST_NOISE * strength * rng.standard_normal(X.shape), 0, WHITE).astype(X.dtype, copy=False)
    images = X.reshape(*X.shape[:-1], SIDE, SIDE)
    moved = _moved(images, MOST_PIXELS * strength) if kind == SHIFT else _thickened(images, strength)
    return moved.reshape(X.shape)


def _moved(images: Array, pixels: float) -> Array:
    """Move to the right, what is between two pixels shared by them; the left is filled with 0."""
    whole, part = divmod(pixels, 1)
    padded = np.concatenate([np.zeros((*images.shape[:-1], 3), images.dtype), images], axis=-1)
    start = 3 - int(whole)
    near, far = (padded[..., first : first + SIDE] for first in (start, start - 1))
    moved: Array = (1 - part) * near + part * far
    return moved


def _thickened(images: Array, strength: float) -> Array:
    padded = np.pad(images, [(0, 0)] * (images.ndim - 2) + [(1, 1)] * 2)
    darkest = np.max([padded[..., i : i + SIDE, j : j + SIDE] for i in range(3) for j in range(3)], axis=0)
    thickened: Array = (1 - strength) * images + strength * darkest
    return thickened


def cost_of_staying(then: ArrayLike, now: ArrayLike, judged: ArrayLike) -> NDArray[np.float64]:
    """Say what it costs to keep the setting that was best then: how much better today's choice is, on other examples.

    Examples
    --------
    >>> cost_of_staying(then=[[0.9, 0.8]], now=[[0.6, 0.7]], judged=[[0.5, 0.75]])
    array([0.25])
    """
    then, now, judged = (
        an_array("cost_of_staying", name, values, min_ndim=2)
        for name, values in (("then", then), ("now", now), ("judged", judged))
    )
    if then.ndim != 2 or not then.size:
        refuse(
            "cost_of_staying", "then", "have shape (s, r), seeds by rates, and hold at least one of each", then.shape
        )
    if not then.shape == now.shape == judged.shape:
        rule = f"have shape {then.shape}, as then and judged"
        refuse("cost_of_staying", "now", rule, f"{now.shape}, {judged.shape}")
    best_then, best_now = (of_unit_size(scores)[0].mean(axis=-2).argmax(axis=-1) for scores in (then, now))
    with np.errstate(over="ignore"):
        cost: NDArray[np.float64] = judged[..., best_now] - judged[..., best_then]
    no_overflow("cost_of_staying", "judged", judged, "the result", cost)
    return cost


class Month(NamedTuple):
    """What a month of 300 new digits tells of 17 learning rates.

    Attributes
    ----------
    dev, test : array, shape (17,)
        The accuracy of a network trained on them at each of ``MONTHLY_RATES``, on a dev and a test set that drifted
        as well.
    by_pixel : array, shape (64,)
        The root of the mean square of what the networks read; 1 where a pixel's mean and sd are up to date.
    """

    dev: Array
    test: Array
    by_pixel: Array

    @property
    def size(self) -> float:
        """The root of the mean square over all pixels."""
        return float(np.sqrt(np.mean(self.by_pixel**2)))


def a_month(seed: int, number: int, kind: str, strength: float, *, by: str) -> Month:
    """Take in a month's digits, and train a network at each learning rate, for 12 epochs, with momentum.

    Examples
    --------
    >>> a_month(1, 0, NOISE, 0, by=KEPT).dev.shape
    (17,)
    """
    sets, labels, rng = _standardized(seed, number, kind, strength, by)
    X_train, X_dev, X_test = sets
    model = Model(NETWORK, init_network(NETWORK, rng, n_models=len(MONTHLY_RATES), dtype=np.float32))
    how = {"learning_rate": np.array(MONTHLY_RATES), "momentum": np.full(len(MONTHLY_RATES), 0.9)}
    model = train_on(model, X_train, labels[0], **how, n_epochs=N_EPOCHS, rng=rng)
    return Month(score(model, X_dev, labels[1]), score(model, X_test, labels[2]), _size_by_pixel(X_train))


def size_by_pixel(seed: int, number: int, kind: str, strength: float, *, by: str) -> Array:
    """Say how large each pixel of a month's inputs is, root mean square, without training anything.

    Examples
    --------
    >>> size_by_pixel(1, 1, SHIFT, 0.5, by=KEPT).shape
    (64,)
    """
    return _size_by_pixel(_standardized(seed, number, kind, strength, by)[0][0])


def last_months_sd(seed: int) -> Array:
    """Return the standard deviation of each pixel last month, shape (64,): what this month's pixels are divided by."""
    pool, *_ = _raw(seed)
    return np.asarray(pool.X_train[:N_MONTH].std(axis=0))


def _size_by_pixel(X: Array) -> Array:
    return np.asarray(np.sqrt(np.mean(np.asarray(X, np.float64) ** 2, axis=0)))


def _standardized(
    seed: int, number: int, kind: str, strength: float, by: str
) -> tuple[list[Array], list[Labels], np.random.Generator]:
    """Return a month's digits to learn from, to choose by and to test by, as the networks read them."""
    seed = a_whole_number("a_month", "seed", seed, least=0)
    if a_whole_number("a_month", "number", number, least=0) > 1:
        refuse("a_month", "number", "be 0 or 1", number)
    one_of("a_month", "kind", kind, KINDS)
    strength = a_number("a_month", "strength", strength, least=0, most=1)
    one_of("a_month", "by", by, WAYS)
    pool, X_test, y_test = _raw(seed)
    rng = np.random.default_rng([seed, 5, int(number)])
    first, mine = slice(0, N_MONTH), slice(int(number) * N_MONTH, (int(number) + 1) * N_MONTH)
    X_train, X_dev, X_test = (drifted(X, kind, strength, rng) for X in (pool.X_train[mine], pool.X_test, X_test))
    last_month = pool.X_train[first]
    standardizer = Standardizer.fit(X_train if by == REFIT else last_month)
    if by == WHOLE:
        standardizer = Standardizer(np.full(SIDE**2, last_month.mean()), np.full(SIDE**2, last_month.std()))
    sets = [standardizer.apply(X).astype(np.float32) for X in (X_train, X_dev, X_test)]
    return sets, [pool.y_train[mine], pool.y_test, y_test], rng


@lru_cache(maxsize=16)
def _raw(seed: int) -> tuple[Split, Array, Labels]:
    rng = np.random.default_rng([seed, 0])
    whole = digits(rng, standardize=False)
    return split(whole.X_train, whole.y_train, rng, n_train=900, standardize=False), whole.X_test, whole.y_test
