"""Gradient descent on a bowl: what a learning rate does."""

import numpy as np

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.start_here.picture_descent import Descent
from coursekit.lessons.start_here.picture_descent import descent as descent_picture
from coursekit.scales import IntegerScale, LinearScale


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
    task="Find a learning rate that is too small, one that is too large, and the one that arrives in a single step.",
    controls=(
        Slider("learning_rate", LinearScale(0.01, 1.1), 0.05, "learning rate", steps=109),
        Slider("n_steps", IntegerScale(0, 40), 10, "steps", plays=True),
    ),
    compute=descend,
    picture=descent_picture,
    describe=describe_descent,
)
