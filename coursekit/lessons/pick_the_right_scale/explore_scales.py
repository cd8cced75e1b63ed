"""Where a scale spends its trials."""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, flat, label, line, powers_of_ten
from coursekit.lab.task import Part
from coursekit.scales import IntegerScale, LinearScale, LogScale
from coursekit.types import Array

DECADES = range(-6, 0)  # the whole range of the "low" control: the axes never move


class Draws(NamedTuple):
    """The same number of draws from [low, 1] on two scales.

    Attributes
    ----------
    low : float
        The low end of the range; the high end is 1.
    linear, log : array, shape (n,)
        The draws.
    """

    low: float
    linear: Array
    log: Array


def share_by_decade(values: Array) -> Array:
    """Return the share of the values in each decade of the picture.

    Examples
    --------
    >>> share_by_decade(np.array([0.002, 0.02, 0.2, 0.3]))
    array([0.  , 0.  , 0.  , 0.25, 0.25, 0.5 ])
    """
    exponents = np.clip(np.floor(np.log10(values)), DECADES[0], DECADES[-1])
    return np.array([np.mean(exponents == decade) for decade in DECADES])


def draws() -> Picture:
    """Show each sample on two rulers: one that counts differences, one that counts ratios."""
    figure, axes = canvas(1000, 420, rows=2, columns=2, width_ratios=(2, 3))
    styles = ("linear draws", ORANGE, "o"), ("log draws", BLUE, "D")
    rows = [_row(left, right, *style) for (left, right), style in zip(axes, styles, strict=True)]
    axes[0, 0].set_title("on a ruler of differences")
    axes[0, 1].set_title("on a ruler of ratios")
    axes[1, 0].set_xlabel("learning rate")
    axes[1, 1].set_xlabel("learning rate (log axis)")

    def move(state: Draws) -> None:
        for (dots, ends, shares), values in zip(rows, (state.linear, state.log), strict=True):
            height = 0.05 + 0.6 * np.modf(np.arange(len(values)) * 0.618034)[0]  # spread evenly, the same every time
            for artist in dots:
                artist.set_data(values, height)
            for artist in ends:
                artist.set_data([state.low, state.low], [0, 0.72])
            for text, share, decade in zip(shares, share_by_decade(values), DECADES, strict=True):
                text.set_text(f"{share:.0%}" if 10.0 ** (decade + 1) > state.low * 1.0001 else "")

    moving = [artist for row in rows for artist in flat(*row)]
    return Picture(figure, move, moving, ghosts=[dots for row in rows for dots in row[0]])


def _row(left: Axes, right: Axes, name: str, color: str, marker: str) -> tuple[list, list, list]:  # type: ignore[type-arg]
    left.set_xlim(-0.01, 1.01)
    powers_of_ten(right, DECADES[0], 0)
    right.set_xlim(10.0 ** DECADES[0] * 0.8, 1.25)
    for ax in (left, right):
        ax.set_ylim(0, 1)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
    left.set_ylabel(name, color=color, fontweight="bold")
    for decade in DECADES:
        right.axvline(10.0**decade, color="#e8e8e8", linewidth=1, zorder=0)
    dots = [line(ax, color, marker=marker, linestyle="", markersize=5, alpha=0.7, markeredgewidth=0)
            for ax in (left, right)]  # fmt: skip
    ends = [line(ax, GREY, linewidth=1.5, linestyle="--") for ax in (left, right)]
    shares = [label(right, 10.0 ** (decade + 0.5), 0.78, color=INK, ha="center", size=13) for decade in DECADES]
    return dots, ends, shares


def draw_both(low: float, n_trials: int, draw: int) -> Draws:
    """Draw learning rates from [low, 1] on the linear and on the log scale, with one seed a draw."""
    linear, log = (np.random.default_rng([draw, i]) for i in range(2))
    return Draws(low, LinearScale(low, 1).sample(n_trials, linear), LogScale(low, 1).sample(n_trials, log))


def describe_draws(state: Draws) -> Words:
    """Say how many draws of each kind lie in the last decade, and how few in all the others."""
    n = len(state.linear)
    (above, below), (log_above, log_below) = (
        (np.sum(draws >= 0.1), np.sum(draws < 0.01)) for draws in (state.linear, state.log)
    )
    return Words(
        f"Above 0.1: {above} of {n} linear draws, {log_above} of {n} log draws",
        f"The range is {state.low:g} to 1. Of the linear draws {above / n:.0%} lie in the last decade, {below} of {n} "
        f"below 0.01; of the log draws {log_above / n:.0%} and {log_below} of {n}. The median learning rate is "
        f"{np.median(state.linear):.2g} on the linear scale, {np.median(state.log):.2g} on the log scale.",
    )


SAMPLING_SCALE = Explorer(
    name="sampling-scale",
    title="Where does a scale spend its trials?",
    task="Drag the low end up to 0.1, then down to 0.000001. Which of the two samples hardly notices?",
    controls=(
        Slider("low", LogScale(1e-6, 0.1), 1e-4, "low end"),
        Slider("n_trials", IntegerScale(10, 500), 100, "number of draws"),
        Slider("draw", IntegerScale(1, 20), 1, "sample number"),
    ),
    compute=draw_both,
    picture=draws,
    describe=describe_draws,
    marks=(Along("x", "low", axes=1), Along("x", "low", axes=3)),
    parts=(
        Part("one decade", lambda _, state: state.low > 0.09,
             "Within a single decade both scales leave draws everywhere, and the choice matters little.", {"low": 0.1}),
        Part("six decades", lambda _, state: state.low < 2e-6,
             "The linear draws hardly notice: nine of ten stay in the last decade; the log draws go evenly to all six.",
             {"low": 1e-6}),
    ),
)  # fmt: skip
