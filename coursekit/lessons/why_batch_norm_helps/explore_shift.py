"""Covariate shift on digits: the pictures change, the labels stay, and the statistics are re-measured or not."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from coursekit.datasets import Split, digits
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import BLUE, GREEN, GREY, ORANGE, PALE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.network import Cache, Network, accuracy, forward, init_network
from coursekit.normalize import Standardizer
from coursekit.scales import LinearScale
from coursekit.training import fit
from coursekit.types import Array

TRAINING, OWN = "training statistics", "the changed digits' own statistics"
STATISTICS = (TRAINING, OWN)
ROWS = ("without batch norm", ORANGE, "o"), ("training statistics", BLUE, "D"), ("its own statistics", GREEN, "s")
BINS = np.linspace(-4, 4, 33)
TILES = 3, 2


class Shifted(NamedTuple):
    """Digits that have changed since the training.

    Attributes
    ----------
    brightness, contrast : float
        Every pixel is multiplied by the contrast; then the brightness is added.
    statistics : str
        By what the hidden unit is normalised.
    pictures : array, shape (6, 8, 8)
        Some of them.
    accuracies : array, shape (3,)
        Without batch norm, with it by training statistics, with it by the changed digits' own.
    before, after : array, shape (597,)
        The normalised values of one hidden unit: of the unchanged digits by training statistics, and now.
    """

    brightness: float
    contrast: float
    statistics: str
    pictures: Array
    accuracies: Array
    before: Array
    after: Array


def shift() -> Picture:
    """Show some digits, the accuracy of three ways to judge them, and one hidden unit's values."""
    figure, (left, middle, right) = canvas(1000, 380, columns=3, width_ratios=(5, 9, 9))
    left.set(xticks=[], yticks=[], title="six test digits now")
    image = left.imshow(np.zeros((30, 20)), cmap="Greys", vmin=-16, vmax=32)
    middle.set(xlim=(-0.03, 1.1), ylim=(-0.6, 2.75), yticks=[], xlabel="test accuracy", title="who still reads them")
    middle.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    middle.spines["left"].set_visible(False)
    rows = []
    for i, (name, color, marker) in enumerate(ROWS):
        y = 2 - i
        middle.plot([0, 1], [y, y], color=PALE, linewidth=1)
        label(
            middle, 0, y + 0.38, ("", "batch norm by ", "batch norm by ")[i] + name, color=color, va="center", size=12
        )
        bar = line(middle, color, linewidth=5, solid_capstyle="butt")
        dot = line(middle, color, marker=marker, markersize=12, linestyle="", markeredgecolor="white")
        rows.append((bar, dot, label(middle, 0, y - 0.28, color=color, ha="center", va="center", size=13)))
    right.set(
        xlim=(-4.2, 4.2),
        ylim=(0, 1.04),
        xlabel="normalised z of one hidden unit",
        yticks=[0, 0.5, 1],
        yticklabels=["0", "10%", "20%"],
    )
    right.set_ylabel("share of the digits")
    right.set_title("what a hidden unit gets; grey: in training")
    past = line(right, GREY, linewidth=2, drawstyle="steps-mid")
    now = line(right, BLUE, linewidth=2.5, drawstyle="steps-mid")
    away = label(right, 0, 0.93, ha="center", va="center", size=12)

    def move(state: Shifted) -> None:
        image.set_data(_mosaic(state.pictures))
        for i, (bar, dot, number) in enumerate(rows):
            value = state.accuracies[i]
            is_shown = i < 2 or state.statistics == OWN  # who has not re-measured does not know
            bar.set_data([0, value] if is_shown else [], [2 - i] * 2 if is_shown else [])
            dot.set_data([value] if is_shown else [], [2 - i] if is_shown else [])
            number.set(
                text=f"{value:.3f}" if is_shown else "not measured", x=np.clip(value, 0.05, 1.0) if is_shown else 0.18
            )
        color = BLUE if state.statistics == TRAINING else GREEN
        past.set_data(*_outline(state.before))
        now.set_data(*_outline(state.after))
        now.set_color(color)
        gone = np.mean(np.abs(state.after) > 4)
        away.set(text=f"{gone:.0%} are beyond 4 or -4" if gone > 0.01 else "", color=color)

    return Picture(figure, move, flat(image, *(flat(*row) for row in rows), past, now, away),
                   ghosts=[now, *(dot for _, dot, _ in rows)])  # fmt: skip


def _outline(values: Array) -> tuple[Array, Array]:
    """Count in bins; the scale is the same for all: a bar that holds a fifth of the digits or more is full height."""
    counts = np.histogram(values, BINS)[0] / len(values)
    return (BINS[1:] + BINS[:-1]) / 2, np.minimum(counts / 0.2, 1.0)


def _mosaic(pictures: Array) -> Array:
    """Lay six pictures out, two in a row, with a pixel of paper around each."""
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)), constant_values=-16)
    return np.asarray(padded.reshape(*TILES, 10, 10).swapaxes(1, 2).reshape(30, 20))


N_SHOWN = 6
PLAIN, NORMED = Network([64, 50, 10]), Network([64, 50, 10], batch_norm="before")


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

    Examples
    --------
    >>> float(trained_pair().data.X_test.max())
    16.0
    """
    data = digits(np.random.default_rng(seed), standardize=False)
    standardizer, networks = Standardizer.fit(data.X_train), []
    for network in (PLAIN, NORMED):
        start = init_network(network, np.random.default_rng([seed, 1]))
        networks.append(fit(network, start, standardizer.apply(data.X_train), data.y_train, learning_rate=0.01,
                            n_epochs=5, rng=np.random.default_rng([seed, 2])))  # fmt: skip
    (plain, _), (normed, history) = networks
    return Pair(data, standardizer, plain, normed, history.statistics)


def changed(X: Array, brightness: float, contrast: float) -> Array:
    """Multiply every pixel, then add to it; what comes out need not lie between 0 and 16."""
    return np.asarray(contrast * X + brightness)


def accuracies(pair: Pair, brightness: float, contrast: float) -> Array:
    """Judge the changed test set: without batch norm, with training statistics, with the test set's own."""
    X = pair.standardizer.apply(changed(pair.data.X_test, brightness, contrast))
    y = pair.data.y_test
    normed = [accuracy(NORMED, pair.normed, X, y, statistics=used) for used in (pair.statistics, "batch")]
    return np.array([accuracy(PLAIN, pair.plain, X, y), *normed])


def shifted_digits(brightness: float, contrast: float, statistics: str) -> Shifted:
    """Change the test digits, and look at one hidden unit before and after its batch norm."""
    pair = trained_pair()
    X = changed(pair.data.X_test, brightness, contrast)
    used = pair.statistics if statistics == TRAINING else None
    after = _unit(forward(NORMED, pair.normed, pair.standardizer.apply(X), statistics=used)[1], used)
    X_test = pair.standardizer.apply(pair.data.X_test)
    before = _unit(forward(NORMED, pair.normed, X_test, statistics=pair.statistics)[1], pair.statistics)
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
    remeasured = f", re-measured {own:.3f}" if state.statistics == OWN else ""
    return Words(
        f"Without {plain:.3f}, with batch norm {training:.3f}{remeasured}",
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
    task="Make the digits brighter until batch norm with training statistics fails, then re-measure: take the "
    "changed digits' own. Then turn the contrast to -0.5: find out what re-measuring does and does not bring back.",
    controls=(
        Slider("brightness", LinearScale(0, 16), 0.0, "added brightness", steps=32),
        Slider("contrast", LinearScale(-1, 1), 1.0, "contrast", steps=20),
        Dropdown("statistics", STATISTICS, TRAINING, "normalised by"),
    ),
    compute=shifted_digits,
    picture=shift,
    describe=describe_shift,
    parts=(
        Part("a brightness at which it fails",
             lambda values, state: (values["statistics"] == TRAINING and values["contrast"] == 1
                                    and state.accuracies[1] < 0.3),
             "Batch norm does not protect from a shift: the mean that it takes off is that of the training.",
             {"brightness": 2.0}),
        Part("the same digits, re-measured",
             lambda values, state: (values["statistics"] != TRAINING and values["contrast"] == 1
                                    and values["brightness"] >= 1 and state.accuracies[2] > 0.9),
             "With the mean of the changed digits the shift is taken off again, whatever its size.",
             {"brightness": 2.0, "statistics": STATISTICS[1]}),
        Part("a change that it does not bring back",
             lambda values, state: (values["statistics"] != TRAINING and -0.55 < values["contrast"] < -0.2
                                    and state.accuracies[2] < 0.3),
             "Mean and sd are right again, but ink has become paper: what was high is low, and an sd can't turn it.",
             {"contrast": -0.5, "statistics": STATISTICS[1]}),
    ),
)  # fmt: skip
