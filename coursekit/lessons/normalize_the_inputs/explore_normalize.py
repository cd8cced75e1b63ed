"""The loss bowl of two features: what centring and scaling do to it, and what they leave."""

from functools import lru_cache

import numpy as np

from coursekit.lab.controls import Checkbox, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import Picture
from coursekit.lab.task import Part
from coursekit.lessons.normalize_the_inputs.bowl import descent_path, least_squares_bowl, steps_to_tolerance
from coursekit.lessons.normalize_the_inputs.picture_normalize import (
    GOAL,
    Stage,
    Stages,
    Tilt,
    condition,
    in_steps,
    three_bowls,
    tilted_bowl,
)
from coursekit.normalize import Standardizer
from coursekit.scales import IntegerScale, LinearScale, LogScale
from coursekit.types import Array

MOST_ALIKE = 0.98
X2 = 4  # the range of the second feature


@lru_cache
def two_features() -> Array:
    """Draw 80 examples of two features in [0, 1] that are equally spread, and not correlated at all."""
    points = np.random.default_rng(2).uniform(-1, 1, size=(20, 2))
    turned = points[:, ::-1] * [1, -1]
    every = np.concatenate([points, turned, -points, -turned])
    unit: Array = 0.5 + 0.5 * every / np.abs(every).max()
    return unit


def stage(name: str, X: Array, y: Array, share: float, n_steps: int) -> Stage:
    """Descend the bowl of y = w1 x1 + w2 x2 from w = 0."""
    bowl = least_squares_bowl(X, y)
    rate, start = share * bowl.largest_stable_rate, np.zeros(2)
    steps = steps_to_tolerance(bowl, start, rate, GOAL, of="cost")
    return Stage(name, X, bowl, descent_path(bowl, start, rate, n_steps), steps)


def normalize_in_stages(*, x1: float, centre: bool, share: float, n_steps: int) -> Stages:
    """Stretch two features to the ranges [0, x1] and [0, 4]; then subtract their means; then divide by their sd."""
    unit = two_features()
    raw, y = unit * [x1, X2], unit @ [1.0, -0.6]  # whatever the unit of a feature, it matters as much
    standardizer = Standardizer.fit(raw)
    centred, y_centred = (raw - standardizer.mean, y - y.mean()) if centre else (raw, y)
    return Stages(x1, share, (
        stage("raw", raw, y, share, n_steps),
        stage("centred" if centre else "not centred", centred, y_centred, share, n_steps),
        stage("standardised" if centre else "scaled", centred / standardizer.sd, y_centred, share, n_steps),
    ))  # fmt: skip


def describe_stages(state: Stages) -> Words:
    """Say how round each bowl is, how far the descent came, and when it gets to 1%."""
    stages = state.stages
    steps = ", ".join(f"{each.name} {in_steps(each.steps)}" for each in stages)
    numbers = [condition(each.bowl) for each in stages]
    left = [_percent(each.left) for each in stages]
    return Words(
        f"Steps to 1%: {steps}",
        f"x1 goes from 0 to {state.x1:,.4g}, x2 from 0 to {X2}. The condition numbers are {_three(numbers)}. "
        f"{_steps(len(stages[0].path) - 1)} at {state.share:.3g} of the largest stable rate leave {_three(left)} "
        "of the first loss.",
    )


def correlate(correlation: float, n_steps: int) -> Tilt:
    """Make x2 repeat x1 to a share, standardise both, and descend at half of the largest stable rate."""
    first, second = Standardizer.fit(two_features()).apply(two_features()).T
    X = np.column_stack([first, correlation * first + np.sqrt(1 - correlation**2) * second])
    return Tilt(correlation, stage("standardised", X, first + 2 * second, 0.5, n_steps))


def describe_tilt(state: Tilt) -> Words:
    """Say how elongated the bowl is, and what that costs."""
    steepest, flattest = state.stage.bowl.curvatures[::-1]
    return Words(
        f"Steps to 1% at correlation {state.correlation:g}: {in_steps(state.stage.steps)}",
        f"Both features have mean 0 and standard deviation 1. The bowl's curvatures are {steepest:.3g} and "
        f"{flattest:.3g}, the condition number is {condition(state.stage.bowl)}. After "
        f"{_steps(len(state.stage.path) - 1)}, {_percent(state.stage.left)} of the first loss is left.",
    )


def tilted_picture() -> Picture:
    """Draw the picture of `correlate`, with the steps at every correlation."""
    correlations = np.linspace(-MOST_ALIKE, MOST_ALIKE, 99)
    return tilted_bowl(correlations, np.array([correlate(each, 0).stage.steps for each in correlations]))


def _three(texts: list[str]) -> str:
    return f"{texts[0]}, {texts[1]} and {texts[2]}"


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= 0.0005 or share == 0 else "less than 0.05%"


def _steps(n: int) -> str:
    return f"{n} step{'s' * (n != 1)}"


THREE_BOWLS = Explorer(
    name="three-bowls",
    title="What do centring and scaling do to the bowl?",
    task="Drag the end of x1 to 2,000: which bowls become a line, and how many steps do they take? Make both "
    "ranges equal, 4: what is left for the sd to do? Last, find the rate at which the third bowl takes one step.",
    controls=(
        Slider("x1", LogScale(1, 2000), 20, "x1 goes from 0 to"),
        Checkbox("centre", start=True, label="subtract the mean"),
        Slider("share", LinearScale(0.05, 1), 0.8, "rate / largest", steps=95),
        Slider("n_steps", IntegerScale(0, 40), 10, "steps", plays=True),
    ),
    compute=normalize_in_stages,
    picture=three_bowls,
    describe=describe_stages,
    parts=(
        Part("two bowls that are a line", lambda values, state: values["centre"] and state.stages[1].steps > 100_000,
             "Centring does not mend a stretch. Dividing by the sd does: the third bowl takes as many steps as before.",
             {"x1": 2000}),
        Part("equal ranges", lambda values, _: values["centre"] and 3.8 < values["x1"] < 4.2,
             "Where the features are equally wide already, nothing is left for the sd to do: centring was enough.",
             {"x1": 3.93}),
        Part("the third bowl in one step", lambda values, state: values["centre"] and state.stages[2].steps == 1,
             "In a round bowl every direction has the same best rate, and it is half of the largest.", {"share": 0.5}),
    ),
)  # fmt: skip

TILTED_BOWL = Explorer(
    name="tilted-bowl",
    title="What does standardising leave?",
    task="Find a correlation that makes the descent take more than 100 steps, and a negative one that does. Which "
    "way do the points lean, and which way the bowl?",
    controls=(
        Slider("correlation", LinearScale(-MOST_ALIKE, MOST_ALIKE), 0.9, "correlation", steps=98),
        Slider("n_steps", IntegerScale(0, 40), 10, "steps", plays=True),
    ),
    compute=correlate,
    picture=tilted_picture,
    describe=describe_tilt,
    marks=(Along("x", "correlation", axes=2),),
    parts=(
        Part("more than 100 steps", lambda values, state: values["correlation"] > 0 and state.stage.steps > 100,
             "Standardising does nothing about correlation: the points lean one way, and the bowl lies across them.",
             {"correlation": 0.98}),
        Part("more than 100 steps, leaning the other way",
             lambda values, state: values["correlation"] < 0 and state.stage.steps > 100,
             "The sign turns the bowl and keeps its shape: features that disagree are as bad as two that agree.",
             {"correlation": -0.98}),
    ),
)  # fmt: skip
