"""How far back an exponentially weighted average looks."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from coursekit.averages import ewa, window
from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import GREEN, GREY, INK, Picture, canvas, label, line
from coursekit.lab.task import Part
from coursekit.scales import LinearScale, ReverseLogScale
from coursekit.types import Array

N_STEPS = 8000
LOOK_BACK = (1, 10_000)  # steps: from the last one to the widest window that the controls allow


class Averages(NamedTuple):
    """One series averaged with two neighbouring decays.

    Attributes
    ----------
    decays : tuple of float
        The decay, and the one a little closer to 1.
    windows : tuple of float
        1 / (1 - decay), in steps.
    series : array, shape (n,)
        What is averaged.
    averages : tuple of array, each shape (n,)
        The averages, freed of the bias of their start.
    """

    decays: tuple[float, float]
    windows: tuple[float, float]
    series: Array
    averages: tuple[Array, Array]


def steps(window: float) -> str:
    """Write a window as a reader wants it: 10.05, 200, 10,000."""
    return f"{window:,.2f}".rstrip("0").rstrip(".") if window < 100 else f"{window:,.0f}"


def averages() -> Picture:
    """Show the series with both averages, and the weight that each average gives to every step of the past."""
    figure, axes = canvas(1000, 400, columns=2, width_ratios=(3, 2))
    left, right = axes
    left.set(
        xlim=(0, N_STEPS), ylim=(-2.6, 2.6), xlabel="step", ylabel="value", title="a noisy series and its averages"
    )
    right.set(xscale="log", xlim=LOOK_BACK, ylim=(0, 1.12), xlabel="steps ago (log axis)", ylabel="weight, newest = 1")
    right.xaxis.set_major_locator(FixedLocator([1, 10, 100, 1000, 10_000]))
    right.xaxis.set_major_formatter(FixedFormatter(["1", "10", "100", "1,000", "10,000"]))
    right.xaxis.set_minor_locator(NullLocator())
    right.axhline(np.exp(-1), color=GREY, linewidth=1, linestyle=":")
    label(right, 1.2, np.exp(-1) + 0.025, "1/e", color=GREY)
    noise = line(left, "#c9c9c9", marker=".", markersize=3, linestyle="")
    ages = np.geomspace(*LOOK_BACK, 200)
    styles = (INK, "-"), (GREEN, "--")
    smooth, weights = ([line(ax, color, linestyle=dash, linewidth=2.2) for color, dash in styles] for ax in axes)
    drops = [line(right, color, linewidth=1.2, linestyle=":") for color, _ in styles]
    names = [label(right, 0, 0, color=color, fontweight="bold", ha="center") for color, _ in styles]

    def move(state: Averages) -> None:
        noise.set_data(np.arange(0, N_STEPS, 8), state.series[::8])
        for i, (decay, wide) in enumerate(zip(state.decays, state.windows, strict=True)):
            smooth[i].set_data(np.arange(0, N_STEPS, 8), state.averages[i][::8])
            weights[i].set_data(ages, decay**ages)
            drops[i].set_data([wide, wide], [0, decay**wide])
            names[i].set_text(f"{steps(wide)} steps")
            names[i].set_position((np.clip(wide, 2.2, 4500), 1.04 - 0.085 * i))

    moving = [noise, *smooth, *weights, *drops, *names]
    return Picture(figure, move, moving, ghosts=[*smooth[:1], *weights])


def average_twice(decay: float, nudge: float) -> Averages:
    """Average one noisy series with a decay, and with one that is larger by ``nudge``."""
    decays = decay, decay + nudge
    series = _noisy_series()
    smooth = [ewa(series, each, bias_correction=True) for each in decays]
    return Averages(decays, (window(decays[0]), window(decays[1])), series, (smooth[0], smooth[1]))


@lru_cache
def _noisy_series() -> Array:
    return np.sin(2 * np.pi * np.arange(N_STEPS) / 4000) + 0.5 * np.random.default_rng(0).normal(size=N_STEPS)


def describe_averages(state: Averages) -> Words:
    """Say what both decays are, and how far back each looks."""
    (decay, nudged), (window_, widened) = state.decays, state.windows
    return Words(
        f"{decay:.6g} looks back {steps(window_)} steps, {nudged:.6g} looks back {steps(widened)}",
        f"The nudge of {nudged - decay:.2g} makes the window {widened / window_:.3g} times as wide. Beside the "
        f"newest value, one from {steps(window_)} steps ago weighs {decay**window_:.2f} with the one decay and "
        f"{nudged**window_:.2f} with the other.",
    )


AVERAGING_WINDOW = Explorer(
    name="averaging-window",
    title="How far back does an average look?",
    task="At 0.9 the nudge of 0.0005 hardly widens the window. Find where the same nudge doubles it, and then a "
    "nudge that makes it ten times as wide.",
    controls=(
        Slider("decay", ReverseLogScale(0.9, 0.999), 0.9, "decay"),
        Slider("nudge", LinearScale(0, 0.0009), 0.0005, "nudge", steps=9),
    ),
    compute=average_twice,
    picture=averages,
    describe=describe_averages,
    marks=(Along("x", "decay", axes=1, place=lambda decay: 1 / (1 - decay)),),
    parts=(
        Part("where the same nudge doubles the window",
             lambda values, state: values["nudge"] < 0.00051 and state.windows[1] > 1.9 * state.windows[0],
             "The window is 1 / (1 − decay), so near 1 a step that halves the rest doubles it.", {"decay": 0.999}),
        Part("ten times as wide", lambda _, state: state.windows[1] > 9.5 * state.windows[0],
             "0.999 to 0.9999 is a decade of windows, so a decay is drawn on the log scale of 1 − decay.",
             {"decay": 0.999, "nudge": 0.0009}),
    ),
)  # fmt: skip
