"""A learning rate on J(w): the error shrinks, or grows, by one factor a step."""

import math

import numpy as np

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.choose_a_framework.picture_learning_rate import N_STEPS, Course
from coursekit.lessons.choose_a_framework.picture_learning_rate import course as course_picture
from coursekit.scales import LinearScale
from coursekit.tape import gradient


def descend_by_tape(learning_rate: float, steepness: float) -> Course:
    """Take 100 steps down J(w) = a (w^2 - 10 w + 25) from w = 0; the slope comes from the tape."""
    path = [np.array(0.0)]
    for _ in range(N_STEPS):
        (d_w,) = gradient(lambda w: steepness * (w**2 - 10 * w + 25), path[-1])
        path.append(path[-1] - learning_rate * d_w)
    return Course(learning_rate, steepness, np.array(path))


def describe_course(state: Course) -> Words:
    """Say the factor, the first steps, and how many steps leave a millionth of the error."""
    factor, size = state.factor, abs(state.factor)
    if size == 0:
        end = "1 step leaves nothing of the error"
    elif size < 1:
        n_steps = math.ceil(math.log(1e-6) / math.log(size))
        end = f"{n_steps} {'step leaves' if n_steps == 1 else 'steps leave'} a millionth of the error"
    else:
        end = "the error stays for ever" if size == 1 else f"after {N_STEPS} steps the error is {size**N_STEPS * 5:.3g}"
    first = ", ".join(f"{round(w, 3) + 0.0:g}" for w in state.w[:4])
    a = "" if state.steepness == 1 else f"{state.steepness:.3g} × "
    return Words(
        f"Each step multiplies the error by {factor:.3g}",
        f"1 − 2 × {a}{state.learning_rate:.3g} = {factor:.3g}. From 0 on, w goes {first}, and so on; {end}.",
    )


DESCENT_BY_TAPE = Explorer(
    name="descent-by-tape",
    title="How fast does the error go, and when does it not?",
    task="Find a rate that crawls, the one that arrives in one step, the one that jumps to and fro for ever, and one "
    "that diverges. Then make J twice as steep: which rate arrives in one step now?",
    controls=(
        Slider("learning_rate", LinearScale(0.01, 1.1), 0.01, "learning rate", steps=109),
        Slider("steepness", LinearScale(0.5, 2), 1, "steepness a of J", steps=30),
    ),
    compute=descend_by_tape,
    picture=course_picture,
    describe=describe_course,
)
