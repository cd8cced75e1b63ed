"""Where gradient descent comes to rest: not at the minimum, but where its steps round away."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import BLUE, GREEN, GREY, ORANGE, Picture, canvas, flat, label, line, powers_of_ten
from coursekit.lab.task import Part
from coursekit.lessons.tensorflow.rounding import PRECISIONS, Descended, descend_until_still
from coursekit.scales import LogScale
from coursekit.types import Array

LOWEST = 1e-17


class Rested(NamedTuple):
    """A descent on J(w) = w^2 - 10 w + 25, and how it was made.

    Attributes
    ----------
    learning_rate : float
    precision : str
        A name of ``PRECISIONS``.
    path : Descended
    """

    learning_rate: float
    precision: str
    path: Descended


def rest() -> Picture:
    """Show the distance to 5, the step that is due and half the gap between numbers, step by step."""
    figure, ax = canvas(1000, 440)
    powers_of_ten(ax, 0, 5)
    ax.set_yscale("log")
    ax.set(
        ylim=(LOWEST, 1e2),
        yticks=10.0 ** np.arange(-15, 2, 3),
        xlabel="step, counted from 1",
        ylabel="distance, on a log scale",
    )
    distance = line(ax, BLUE, linewidth=2.5)
    step = line(ax, ORANGE, linewidth=2.5, linestyle="--")
    gap = line(ax, GREY, linewidth=1.5, linestyle=":")
    end = line(ax, GREEN, marker="o", markersize=9, linestyle="")
    curves = [distance, step, gap]
    texts = [label(ax, 1, 1, text, color=color, va="center") for text, color in (
        ("distance from 5", BLUE), ("the next step", ORANGE), ("half a gap", GREY))]  # fmt: skip

    def move(state: Rested) -> None:
        path = state.path
        steps = np.arange(1, len(path.w) + 1)
        heights = [
            np.abs(path.w.astype(np.float64) - 5),
            path.step.astype(np.float64),
            path.half_gap.astype(np.float64),
        ]
        for curve, height in zip(curves, heights, strict=True):
            curve.set_data(steps, np.where(height > LOWEST, height, np.nan))
        end.set_data(steps[-1:], np.maximum(heights[0][-1:], LOWEST))
        above_0 = [each[each > 0][-1] for each in heights]  # a last step of 0 has no place on a log scale
        for text, y in zip(texts, _apart(above_0), strict=True):
            text.set_position((1.15 * steps[-1], y))

    return Picture(figure, move, flat(curves, end, texts), ghosts=[distance, step])


def _apart(heights: list[float]) -> Array:
    """Keep three labels from lying on each other: at least a factor of 8 between any two, the highest kept highest."""
    logs = np.log10(np.clip(heights, 1e-16, 10))
    order = np.argsort(logs, kind="stable")
    for lower, upper in pairwise(order):
        logs[upper] = max(logs[upper], logs[lower] + 0.9)
    return np.asarray(10**logs)


def descend(learning_rate: float, precision: str) -> Rested:
    """Descend on J(w) = w^2 - 10 w + 25 from 0 until w rests."""
    return Rested(learning_rate, precision, descend_until_still(learning_rate, precision))


def describe_rest(state: Rested) -> Words:
    """Say where it rests, how far from 5, and why."""
    w, step, half_gap = (each[-1] for each in state.path)
    n_steps, error = len(state.path.w) - 1, abs(float(w) - 5)
    where = f"{error:.1e} from 5" if error else "at 5 exactly"
    why = "the slope is 0 there" if step == 0 else f"the next step would be {step:.2e}, half a gap is {half_gap:.2e}"
    return Words(
        f"After {n_steps:,} step{'s' * (n_steps != 1)} w rests, {where}",
        f"{state.precision}, learning rate {state.learning_rate:.3g}: w = {w!s}; {why}.",
    )


ROUNDED_AWAY = Explorer(
    name="rounded-away",
    title="Where does gradient descent come to rest?",
    task="Make the rate ten times smaller. Does w rest nearer to 5, or farther? Then choose float16: where does it "
    "rest at a rate of 0.001? Leave the rate, and keep only w in float32: how near does it come now?",
    controls=(
        Slider("learning_rate", LogScale(0.001, 0.4), 0.01, "learning rate"),
        Dropdown("precision", tuple(PRECISIONS), "float32", "numbers"),
    ),
    compute=descend,
    picture=rest,
    describe=describe_rest,
    parts=(
        Part("a rate ten times smaller",
             lambda values, _: values["precision"] == "float32" and values["learning_rate"] <= 0.00105,
             "It rests ten times farther away: a step shorter than half a gap between numbers is rounded away.",
             {"learning_rate": 0.001}),
        Part("float16", lambda values, _: values["precision"] == "float16" and values["learning_rate"] <= 0.00105,
             "Its gaps are thousands of times as wide, so w rests nearly 1 away from 5.",
             {"precision": "float16", "learning_rate": 0.001}),
        Part("float16, and w in float32",
             lambda values, _: values["precision"] == "float16, w in float32" and values["learning_rate"] <= 0.00105,
             "The small steps count again: it comes as near as the slope can say, and most of the work is in float16.",
             {"precision": "float16, w in float32", "learning_rate": 0.001}),
    ),
)  # fmt: skip
