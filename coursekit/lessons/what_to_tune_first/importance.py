"""Which hyperparameter matters: how much of the scores' variance goes with each, from the trials of a random search.

The trials are points of the unit cube, one column a hyperparameter, as `Space.to_unit` gives them.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import MANY, a_generator, a_whole_number, an_array, no_overflow, of_unit_size, refuse
from coursekit.types import Array

N_BINS = 8


class Marginal(NamedTuple):
    """What becomes of the score along one hyperparameter, whatever the others do.

    Attributes
    ----------
    edges : array, shape (n_bins + 1,)
        Of the bins, in the unit interval.
    means : array, shape (n_bins,)
        The mean score of the trials in each bin; nan where there is none.
    counts : array of int, shape (n_bins,)
        How many trials each bin holds.
    """

    edges: NDArray[np.float64]
    means: NDArray[np.float64]
    counts: NDArray[np.intp]


def bins(u: ArrayLike, n_bins: int = N_BINS) -> NDArray[np.intp]:
    """Say which of ``n_bins`` equal bins each point of the unit interval falls into.

    Examples
    --------
    >>> bins([0, 0.2, 0.5, 1], n_bins=4)
    array([0, 0, 2, 3])
    """
    u, n_bins = an_array("bins", "u", u), a_whole_number("bins", "n_bins", n_bins, most=MANY)
    if u.size and not 0 <= u.min() <= u.max() <= 1:
        refuse("bins", "u", "lie in [0, 1]", f"values from {u.min():g} to {u.max():g}")
    return np.minimum((u * n_bins).astype(np.intp), n_bins - 1)


def marginal(u: ArrayLike, scores: ArrayLike, *, n_bins: int = N_BINS) -> Marginal:
    """Average the scores in each bin of one hyperparameter.

    Examples
    --------
    >>> marginal([0.1, 0.2, 0.9], [0.5, 0.7, 0.9], n_bins=2).means.round(3)
    array([0.6, 0.9])
    """
    n_bins = a_whole_number("marginal", "n_bins", n_bins, most=MANY)
    groups, scores = bins(u, n_bins), an_array("marginal", "scores", scores)
    if groups.shape != scores.shape or scores.ndim != 1:
        refuse("marginal", "scores", f"have shape {groups.shape}, one per trial", f"shape {scores.shape}")
    counts = np.bincount(groups, minlength=n_bins)
    sums = np.bincount(groups, scores, minlength=n_bins)
    no_overflow("marginal", "scores", scores, "their sums", sums)
    with np.errstate(invalid="ignore"):
        means = sums / counts
    return Marginal(np.linspace(0, 1, n_bins + 1), means, counts)


def explained_share(groups: ArrayLike, scores: ArrayLike) -> float:
    """Measure how much of the scores' variance is gone once each group has its own mean.

    Notes
    -----
    Both variances are unbiased, that within has n - (number of groups) degrees of freedom: so more groups do not look
    better for being more. This is Kelley's (1935) epsilon squared. The share of one hyperparameter alone is fANOVA's
    main effect (Hutter, Hoos and Leyton-Brown 2014), with bins in place of their forest.

    Examples
    --------
    >>> scores = [0.1, 0.1, 0.9, 0.9]
    >>> round(explained_share([0, 0, 1, 1], scores), 3), round(explained_share([0, 1, 0, 1], scores), 3)
    (1.0, -0.5)
    """
    names, groups = np.unique(an_array("explained_share", "groups", groups), return_inverse=True)
    scores, _ = of_unit_size(
        an_array("explained_share", "scores", scores).astype(np.float64)
    )  # a share, of whatever size
    if groups.shape != scores.shape or scores.ndim != 1:
        refuse("explained_share", "scores", f"have shape {groups.shape}, one per trial", f"shape {scores.shape}")
    n, k = len(scores), len(names)
    if n <= k:
        refuse("explained_share", "groups", "hold a group of two trials or more", f"{n} trials in {k} groups")
    means = np.bincount(groups, scores) / np.bincount(groups)
    within, total = np.sum((scores - means[groups]) ** 2) / (n - k), np.var(scores, ddof=1)
    return float(1 - within / total) if total > 0 else 0.0


def main_shares(u: ArrayLike, scores: ArrayLike, *, n_bins: int = N_BINS) -> NDArray[np.float64]:
    """Measure how much each hyperparameter explains alone.

    Examples
    --------
    >>> u = np.random.default_rng(0).random((500, 2))
    >>> main_shares(u, u[:, 0] ** 2).round(2)
    array([0.98, 0.  ])
    """
    u, n_bins = _trials("main_shares", u, n_bins)
    groups = bins(u, n_bins)
    return np.array([explained_share(column, scores) for column in groups.T])


def pair_share(u: ArrayLike, scores: ArrayLike, *, n_bins: int = 5) -> float:
    """Measure what two hyperparameters explain together, beyond what each explains alone: their interaction.

    Examples
    --------
    >>> u = np.random.default_rng(0).random((2000, 2))
    >>> differ = (u[:, 0] > 0.5) != (u[:, 1] > 0.5)  # neither says anything alone
    >>> round(pair_share(u, differ, n_bins=4), 2)
    1.0
    """
    u, n_bins = _trials("pair_share", u, n_bins)
    groups = bins(u, n_bins)
    if groups.shape[1] != 2:
        refuse("pair_share", "u", "have shape (n, 2), a column a hyperparameter", f"shape {groups.shape}")
    one, other = groups.T
    alone = explained_share(one, scores) + explained_share(other, scores)
    return explained_share(one * n_bins + other, scores) - alone


def _trials(function: str, u: ArrayLike, n_bins: int) -> tuple[Array, int]:
    u = an_array(function, "u", u, min_ndim=2)
    if u.ndim != 2 or not u.size:
        refuse(function, "u", "have shape (n, d), a trial a row", f"shape {u.shape}")
    return u, a_whole_number(function, "n_bins", n_bins, most=MANY)


def resampled_shares(
    u: ArrayLike, scores: ArrayLike, rng: np.random.Generator, *, n_resamples: int = 100, n_bins: int = N_BINS
) -> NDArray[np.float64]:
    """Repeat `main_shares` on trials drawn with replacement from the trials: the bootstrap.

    References
    ----------
    Efron 1979. A trial drawn twice agrees with itself, so the resampled shares lie a little too high, by about the
    number of bins over n: use their spread, not their mean. Where there is no effect, the spread is rather too large.

    Examples
    --------
    >>> u = np.random.default_rng(0).random((200, 3))
    >>> resampled_shares(u, u[:, 0], np.random.default_rng(1), n_resamples=10).shape
    (10, 3)
    """
    (u, n_bins), scores = _trials("resampled_shares", u, n_bins), an_array("resampled_shares", "scores", scores)
    if scores.shape != u.shape[:1]:
        refuse("resampled_shares", "scores", f"have shape {u.shape[:1]}, one per trial", f"shape {scores.shape}")
    n_resamples = a_whole_number("resampled_shares", "n_resamples", n_resamples, most=MANY)
    draws = a_generator("resampled_shares", rng).integers(len(u), size=(n_resamples, len(u)))
    return np.stack([main_shares(u[draw], scores[draw], n_bins=n_bins) for draw in draws])


def noise_share(scores: ArrayLike, repeats: ArrayLike) -> float:
    """Measure the share of the scores' variance that comes from the seed alone.

    Examples
    --------
    >>> round(noise_share([0.1, 0.5, 0.9], [[0.5, 0.5], [0.8, 0.9]]), 4)
    0.0156
    """
    scores, repeats = an_array("noise_share", "scores", scores), an_array("noise_share", "repeats", repeats, min_ndim=2)
    if repeats.shape[-1] < 2 or not repeats.size:
        refuse("noise_share", "repeats", "have shape (r, s) with s of at least 2, a column a seed", repeats.shape)
    if scores.ndim != 1 or len(scores) < 2:
        refuse("noise_share", "scores", "have shape (n,) with n of at least 2", scores.shape)
    scores, size = of_unit_size(scores.astype(np.float64))
    repeats, own_size = of_unit_size(repeats.astype(np.float64))
    total = np.var(scores, ddof=1)
    if not total > 0:
        refuse("noise_share", "scores", "differ from each other", f"a variance of {total:g}")
    with np.errstate(over="ignore"):
        share = np.ldexp(np.mean(np.var(repeats, axis=-1, ddof=1)) / total, 2 * (own_size - size))
    no_overflow("noise_share", "repeats", repeats, "the share", share)
    return float(share)
