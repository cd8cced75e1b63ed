"""How far back an exponentially weighted average looks."""

from functools import lru_cache

import numpy as np

from coursekit.types import Array
from coursekit.averages import ewa, window
from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.pick_the_right_scale.picture_averages import N_STEPS, Averages, steps
from coursekit.lessons.pick_the_right_scale.picture_averages import averages as averages_picture
from coursekit.scales import LinearScale, ReverseLogScale


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
    task="Nudge the decay by 0.0005 at 0.9, then at 0.999. How much wider does the window get, each time?",
    controls=(
        Slider("decay", ReverseLogScale(0.9, 0.999), 0.9, "decay"),
        Slider("nudge", LinearScale(0, 0.0009), 0.0005, "nudge", steps=9),
    ),
    compute=average_twice,
    picture=averages_picture,
    describe=describe_averages,
)
