"""A picture of two noises: one digit's probability in many draws, how much it varies, and what it does in training."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator
from numpy.typing import NDArray

from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREEN, GREY, PALE, Picture, canvas, flat, label, line
from coursekit.types import Array

BATCHES, DROPOUT = "batches", "dropout"
KINDS = (BATCHES, BLUE, "D", "-"), (DROPOUT, GREEN, "s", "--")
GROUPS = (2, 4, 8, 16, 32, 64, 128)
N_DRAWS = 30
LEAST, MOST = -3.0, 2.5  # of the gains' axis, in points
FEW, MANY = 256, 1024
N_TRAIN = (FEW, MANY)


class Noise(NamedTuple):
    """One digit, judged under two noises of one strength.

    Attributes
    ----------
    m, digit : int
        How many share mean and variance; the class of the digit.
    drop : float
        The share of units that dropout takes.
    chances : array, shape (2, 30)
        The probability of its class in each draw, of the batches and of dropout.
    n_train : int
        Which trainings the picture shows on the right.
    """

    m: int
    digit: int
    drop: float
    chances: Array
    n_train: int


@lru_cache
def noise_rows(noise: str, m: int, n_train: int) -> NDArray[Any]:
    """Look up what experiments/why_batch_norm_helps/batch_noise.py measured, a row a seed."""
    table = measured("batch_noise")
    rows: NDArray[Any] = table[(table["noise"] == noise) & (table["m"] == m) & (table["n_train"] == n_train)]
    return rows


def gains(noise: str, m: int, n_train: int) -> NDArray[np.float64]:
    """Compare with groups of 128, seed by seed: what the noise adds to the test accuracy, in points."""
    base = noise_rows(BATCHES, GROUPS[-1], n_train)["accuracy"]
    points: NDArray[np.float64] = 100 * (noise_rows(noise, m, n_train)["accuracy"] - base)
    return points


def _mean_and_error(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the mean of ten and two standard errors."""
    return float(values.mean()), float(2 * values.std() / np.sqrt(len(values)))


def noise() -> Picture:
    """Show one digit's probabilities, how much they vary over the size of the group, and the test accuracy."""
    figure, (left, middle, right) = canvas(1000, 400, columns=3, width_ratios=(8, 9, 9))
    left.set(xlim=(-0.6, 1.6), ylim=(-0.04, 1.04), xticks=[0, 1], xticklabels=["batches", "dropout"])
    left.set(ylabel="probability of its class", title="one digit, thirty times")
    draws = [line(left, color, marker=marker, markersize=7, linestyle="", alpha=0.7, markeredgecolor="white")
             for _, color, marker, _ in KINDS]  # fmt: skip
    for tick, (_, color, *_) in zip(left.get_xticklabels(), KINDS, strict=True):
        tick.set_color(color)
    _over_groups(middle, "sd of the probability, all digits", "how much it varies", (0, 0.42))
    _over_groups(right, "gain in test accuracy, points", "trained with this noise", (LEAST - 0.3, MOST))
    right.axhline(0, color=GREY, linewidth=1.5, linestyle=":")
    spreads = [[noise_rows(kind, m, FEW)["spread"].mean() for m in GROUPS] for kind, *_ in KINDS]
    for (kind, color, _, style), values, place in zip(KINDS, spreads, ((3.2, 0.37), (2.0, 0.12)), strict=True):
        middle.plot(GROUPS, values, color=color, linewidth=1.4, linestyle=style)
        label(middle, *place, kind, color=color, size=12)
    dots = [line(middle, color, marker=marker, markersize=12, linestyle="", markeredgecolor="white")
            for _, color, marker, _ in KINDS]  # fmt: skip
    courses = [_course(right, *kind[1:]) for kind in KINDS]
    below = label(right, 2.8, LEAST + 0.35, color=BLUE, size=12)

    def move(state: Noise) -> None:
        i = GROUPS.index(state.m)
        for k, ((kind, *_), (spread, mean, dot)) in enumerate(zip(KINDS, courses, strict=True)):
            draws[k].set_data(k + 0.7 * (np.arange(N_DRAWS) / (N_DRAWS - 1) - 0.5), state.chances[k])
            dots[k].set_data([state.m], [spreads[k][i]])
            means, errors = zip(*(_mean_and_error(gains(kind, m, state.n_train)) for m in GROUPS), strict=True)
            ends = [each for m, e in zip(means, errors, strict=True) for each in (m - e, m + e, np.nan)]
            spread.set_data(np.repeat(GROUPS, 3), np.clip(ends, LEAST, MOST))
            mean.set_data(GROUPS, np.clip(means, LEAST, MOST))
            dot.set_data([state.m], np.clip(means[i : i + 1], LEAST, MOST))
        lost = gains(BATCHES, 2, state.n_train).mean()
        below.set_text(f"pairs: {lost:.0f} points")

    return Picture(figure, move, flat(*draws, *dots, below, *(flat(*course) for course in courses)),
                   ghosts=[*draws, *dots])  # fmt: skip


def _over_groups(ax: Axes, ylabel: str, title: str, ylim: tuple[float, float]) -> None:
    ax.set(xscale="log", xlim=(1.7, 160), ylim=ylim, xlabel="group of m (log axis)", ylabel=ylabel)
    ax.set_title(title)
    ax.xaxis.set_major_locator(FixedLocator(GROUPS))
    ax.xaxis.set_major_formatter(FixedFormatter([str(m) for m in GROUPS]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.grid(axis="y", color=PALE, linewidth=0.6)


def _course(ax: Axes, color: str, marker: str, style: str) -> tuple[Any, Any, Any]:
    spread = line(ax, color, linewidth=4, alpha=0.3)
    mean = line(ax, color, linewidth=1.4, linestyle=style)
    return spread, mean, line(ax, color, marker=marker, markersize=12, linestyle="", markeredgecolor="white")
