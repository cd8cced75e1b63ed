"""Where a scale spends its trials."""

import numpy as np

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.pick_the_right_scale.picture_scales import Draws
from coursekit.lessons.pick_the_right_scale.picture_scales import draws as draws_picture
from coursekit.scales import IntegerScale, LinearScale, LogScale


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
    task="Drag the low end from 0.1 down to 0.000001. Which of the two samples hardly notices?",
    controls=(
        Slider("low", LogScale(1e-6, 0.1), 1e-4, "low end"),
        Slider("n_trials", IntegerScale(10, 500), 100, "number of draws"),
        Slider("draw", IntegerScale(1, 20), 1, "sample number"),
    ),
    compute=draw_both,
    picture=draws_picture,
    describe=describe_draws,
)
