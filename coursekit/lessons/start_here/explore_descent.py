"""Gradient descent on a bowl: what a learning rate does."""

from typing import NamedTuple

import numpy as np

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import BLUE, GREY, PALE, Picture, canvas, label, line
from coursekit.lab.task import Part
from coursekit.scales import IntegerScale, LinearScale
from coursekit.types import Array

W_RANGE = (-4.0, 14.0)


class Descent(NamedTuple):
    """Gradient descent on J(w) = w^2 - 10 w + 25.

    Attributes
    ----------
    learning_rate : float
        The share of the gradient that each step takes off.
    w, cost : array, shape (n_steps + 1,)
        Where it stood, and J there; from the start on.
    """

    learning_rate: float
    w: Array
    cost: Array


def descent() -> Picture:
    """Show the bowl with the path on it, and the path as a curve over the steps."""
    figure, (left, right) = canvas(1000, 380, columns=2, width_ratios=(3, 2))
    w = np.linspace(*W_RANGE, 200)
    left.plot(w, (w - 5) ** 2, color=PALE, linewidth=3)
    left.set(xlim=W_RANGE, ylim=(-4, 82), xlabel="w", ylabel="J(w)", title="the bowl: its minimum is at w = 5")
    right.set(xlim=(-1, 41), ylim=W_RANGE, xlabel="step", ylabel="w", title="w, step by step")
    right.axhline(5, color=GREY, linewidth=1, linestyle=":")
    label(right, 41.5, 5, "5", color=GREY, va="center")
    path = line(left, BLUE, marker="o", markersize=6, linewidth=1.5, alpha=0.8)
    now = line(left, BLUE, marker="o", markersize=13, fillstyle="none", markeredgewidth=2.5, linestyle="")
    gone = label(left, 5, 72, color=BLUE, ha="center", size=12)
    steps = line(right, BLUE, marker="o", markersize=5, linewidth=1.5)

    def move(state: Descent) -> None:
        path.set_data(state.w, state.cost)
        now.set_data(state.w[-1:], state.cost[-1:])
        gone.set_text("" if W_RANGE[0] <= state.w[-1] <= W_RANGE[1] else "w has left the picture")
        steps.set_data(np.arange(len(state.w)), state.w)

    return Picture(figure, move, [path, now, gone, steps], ghosts=[path, steps])


def descend(learning_rate: float, n_steps: int) -> Descent:
    """Take ``n_steps`` of gradient descent on J(w) = w^2 - 10 w + 25 from w = 0."""
    w = [0.0]
    for _ in range(n_steps):
        d_w = 2 * w[-1] - 10
        w.append(w[-1] - learning_rate * d_w)
    path = np.array(w)
    return Descent(learning_rate, path, (path - 5) ** 2)


def describe_descent(state: Descent) -> Words:
    """Say where it stands, and by which factor the error changes at each step."""
    factor = 1 - 2 * state.learning_rate
    if abs(factor) < 1e-9:
        course = "it arrives in one step"
    elif abs(factor) > 1 + 1e-9:
        course = "it grows: the descent diverges"
    elif abs(factor) > 1 - 1e-9:
        course = "it never shrinks: w jumps to and fro"
    else:
        course = "it shrinks" if factor > 0 else "it shrinks, from the other side each time"
    return Words(
        f"After {len(state.w) - 1} steps: w = {state.w[-1]:.5g}, J = {state.cost[-1]:.3g}",
        f"At learning rate {state.learning_rate:.3g} each step multiplies the distance to the minimum by "
        f"1 - 2 \u00d7 {state.learning_rate:.3g} = {factor:.3g}, so {course}.",
    )


FIRST_DESCENT = Explorer(
    name="first-descent",
    title="What does a learning rate do?",
    task="Find a learning rate that is too small, one that is too large, and the one that arrives in a single "
    "step.",
    controls=(
        Slider("learning_rate", LinearScale(0.01, 1.1), 0.05, "learning rate", steps=109),
        Slider("n_steps", IntegerScale(0, 40), 10, "steps", plays=True),
    ),
    compute=descend,
    picture=descent,
    describe=describe_descent,
    marks=(Along("x", "n_steps", axes=1),),
    parts=(
        Part("a rate that is too small", lambda values, state: values["n_steps"] >= 10 and 0 < state.w[-1] < 2.5,
             "After ten steps and more, w is not even half way: each step takes off next to nothing.",
             {"learning_rate": 0.02}),
        Part("a rate that is too large", lambda values, _: values["n_steps"] > 0 and values["learning_rate"] > 1,
             "Each step overshoots by more than it was off, so w flies further out every time.",
             {"learning_rate": 1.05}),
        Part("the rate that arrives in one step", lambda _, state: len(state.w) > 1 and abs(state.w[1] - 5) < 1e-9,
             "It multiplies the distance to the minimum by 0; at twice this rate w begins to jump to and fro.",
             {"learning_rate": 0.5}),
    ),
)  # fmt: skip
