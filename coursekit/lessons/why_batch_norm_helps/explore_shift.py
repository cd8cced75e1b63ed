"""Covariate shift on digits: the pictures change, the labels stay, and the statistics are re-measured or not."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from coursekit.types import Array
from coursekit.datasets import Split, digits
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.why_batch_norm_helps.picture_shift import STATISTICS, TRAINING, Shifted
from coursekit.lessons.why_batch_norm_helps.picture_shift import shift as shift_picture
from coursekit.network import Cache, accuracy, forward, init_network
from coursekit.normalize import Standardizer
from coursekit.scales import LinearScale
from coursekit.training import fit

N_SHOWN = 6


class Pair(NamedTuple):
    """Two networks 64-50-10 trained on one split: (parameters, statistics) without batch norm and with it."""

    data: Split
    standardizer: Standardizer
    plain: dict[str, Any]
    normed: dict[str, Any]
    statistics: dict[str, Any]


@lru_cache
def trained_pair(seed: int = 0) -> Pair:
    """Train both networks on digits as they are, for 5 epochs of Adam.

    Parameters
    ----------
    seed : int, optional
        Of the split, the first weights and the mini-batches.

    Returns
    -------
    Pair
        ``data`` holds pixels from 0 to 16; the networks take them standardised by the training set.

    Examples
    --------
    >>> float(trained_pair().data.X_test.max())
    16.0
    """
    data = digits(np.random.default_rng(seed), standardize=False)
    standardizer, networks = Standardizer.fit(data.X_train), []
    for batch_norm in (None, "before"):
        start = init_network([64, 50, 10], np.random.default_rng([seed, 1]), batch_norm=batch_norm)
        networks.append(fit(start, standardizer.apply(data.X_train), data.y_train, learning_rate=0.01, n_epochs=5,
                            rng=np.random.default_rng([seed, 2])))  # fmt: skip
    (plain, _), (normed, history) = networks
    return Pair(data, standardizer, plain, normed, history.statistics)


def changed(X: Array, brightness: float, contrast: float) -> Array:
    """Multiply every pixel, then add to it; what comes out need not lie between 0 and 16."""
    return np.asarray(contrast * X + brightness)


def accuracies(pair: Pair, brightness: float, contrast: float) -> Array:
    """Judge the changed test set: without batch norm, with training statistics, with the test set's own."""
    X = pair.standardizer.apply(changed(pair.data.X_test, brightness, contrast))
    y = pair.data.y_test
    each = [accuracy(pair.plain, X, y), accuracy(pair.normed, X, y, statistics=pair.statistics),
            accuracy(pair.normed, X, y)]  # fmt: skip
    return np.array(each)


def shifted_digits(brightness: float, contrast: float, statistics: str) -> Shifted:
    """Change the test digits, and look at one hidden unit before and after its batch norm."""
    pair = trained_pair()
    X = changed(pair.data.X_test, brightness, contrast)
    used = pair.statistics if statistics == TRAINING else None
    after = _unit(forward(pair.normed, pair.standardizer.apply(X), statistics=used)[1], used)
    before = _unit(forward(pair.normed, pair.standardizer.apply(pair.data.X_test), statistics=pair.statistics)[1],
                   pair.statistics)  # fmt: skip
    pictures = X[:N_SHOWN].reshape(-1, 8, 8)
    return Shifted(brightness, contrast, statistics, pictures, accuracies(pair, brightness, contrast), before, after)


def _unit(cache: Cache, statistics: Any) -> Array:
    """Return the normalised z of the first hidden unit, for every digit."""
    layer = cache.layers[0]
    z = (layer.x @ layer.parameters["W"])[:, 0]
    mean, var = (z.mean(), z.var()) if statistics is None else (statistics["mean1"][0], statistics["var1"][0])
    return np.asarray((z - mean) / np.sqrt(var + 1e-5))


def describe_shift(state: Shifted) -> Words:
    """Say how many digits each network gets right, and where the hidden unit's values have gone."""
    plain, training, own = state.accuracies
    after = state.after
    mean = round(float(after.mean()), 1) + 0.0  # no -0.0
    return Words(
        f"Without {plain:.3f}, with batch norm {training:.3f}, re-measured {own:.3f}",
        f"Pixels times {state.contrast:g}, plus {state.brightness:g}. By {state.statistics} the normalised values of "
        f"one hidden unit have mean {mean:.1f} and standard deviation {after.std():.1f}; in training they had "
        f"0 and 1. Their correlation with those of the unchanged digits is {_correlation(state):.1f}.",
    )


def _correlation(state: Shifted) -> float:
    if state.after.std() < 1e-6:
        return 0.0
    return float(np.corrcoef(state.before, state.after)[0, 1])


SHIFT = Explorer(
    name="covariate-shift",
    title="What does batch norm do about digits that have changed since the training?",
    task="Make the digits brighter until batch norm with training statistics fails, then re-measure. Then turn the "
    "contrast to -0.5: find out what re-measuring does and does not bring back.",
    controls=(
        Slider("brightness", LinearScale(0, 16), 4.0, "added brightness", steps=32),
        Slider("contrast", LinearScale(-1, 1), 1.0, "contrast", steps=20),
        Dropdown("statistics", STATISTICS, TRAINING, "normalised by"),
    ),
    compute=shifted_digits,
    picture=shift_picture,
    describe=describe_shift,
)
