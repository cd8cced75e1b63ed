"""A learning rate on J(w): the error shrinks, or grows, by one factor a step."""

import math
from typing import NamedTuple

import numpy as np

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import BLUE, GREY, ORANGE, PALE, Picture, canvas, label, line
from coursekit.lab.task import Part
from coursekit.scales import LinearScale
from coursekit.tape import gradient
from coursekit.types import Array

N_STEPS = 100
LOWEST, HIGHEST = 5e-6, 1e3  # errors that are shown: a millionth of what there is at the start, and more
RATES = (0.0, 1.1)


class Course(NamedTuple):
    """Gradient descent on J(w) = a (w^2 - 10 w + 25).

    Attributes
    ----------
    learning_rate, steepness : float
        The rate, and a.
    w : array, shape (101,)
        Where it stood, from the start on.
    """

    learning_rate: float
    steepness: float
    w: Array

    @property
    def factor(self) -> float:
        """What each step multiplies the error by."""
        return round(1 - 2 * self.steepness * self.learning_rate, 12)


def course() -> Picture:
    """Show the error over the steps, on a log axis, and the size of the factor over the rate."""
    figure, (left, right) = canvas(1000, 380, columns=2, width_ratios=(3, 2))
    left.set(xlim=(-2, N_STEPS + 2), ylim=(LOWEST, HIGHEST), yscale="log", xlabel="step", ylabel="error, |w − 5|",
             title="the error, step by step")  # fmt: skip
    left.axhline(5, color=GREY, linewidth=1, linestyle=":")
    label(left, N_STEPS, 8, "as at the start", color=GREY, ha="right")
    right.set(xlim=RATES, ylim=(0, 1.5), xlabel="learning rate", ylabel="size of the factor, |1 − 2a × rate|",
              title="what is left of the error after a step")  # fmt: skip
    right.axhspan(1, 1.5, color=PALE, alpha=0.5)
    label(right, 0.03, 1.4, "the error grows", color=ORANGE, va="center")
    errors = line(left, BLUE, marker="o", markersize=4, linewidth=1.5)
    gone = label(left, N_STEPS, 1, color=BLUE, ha="right", va="center", size=12)
    curve = line(right, GREY, linewidth=2)
    now = line(right, BLUE, marker="o", markersize=11, linestyle="")

    def move(state: Course) -> None:
        error = np.abs(state.w - 5)
        shown = np.where((error >= LOWEST) & (error <= HIGHEST), error, np.nan)
        errors.set_data(np.arange(len(error)), shown)
        end = ("the error is 0 from step 1 on" if state.factor == 0
               else "then less than a millionth of it is left" if error[-1] < LOWEST
               else "then it has left the picture" if error[-1] > HIGHEST else "")  # fmt: skip
        gone.set(text=end, y=100 if abs(state.factor) < 1 else 0.01)  # where the line is not
        rates = np.linspace(*RATES, 111)
        sizes = np.abs(1 - 2 * state.steepness * rates)
        curve.set_data(rates, np.where(sizes <= 1.5, sizes, np.nan))
        now.set_data([state.learning_rate], [min(abs(state.factor), 1.5)])

    return Picture(figure, move, [errors, gone, curve, now], ghosts=[errors, curve, now])


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
    task="Find a rate that crawls, the one that arrives in one step, the one that jumps to and fro for ever, and "
    "one that diverges. Then make J twice as steep: which rate arrives in one step now?",
    controls=(
        Slider("learning_rate", LinearScale(0.01, 1.1), 0.2, "learning rate", steps=109),
        Slider("steepness", LinearScale(0.5, 2), 1, "steepness a of J", steps=30),
    ),
    compute=descend_by_tape,
    picture=course,
    describe=describe_course,
    marks=(Along("x", "learning_rate", axes=1),),
    parts=(
        Part("a rate that crawls", lambda _, state: 0.9 < state.factor < 1,
             "More than nine tenths of the error are left after each step.", {"learning_rate": 0.02}),
        Part("the rate that arrives in one step", lambda _, state: state.steepness == 1 and state.factor == 0,
             "It multiplies the error by 0: it is the inverse of the curvature, 1 / 2a.", {"learning_rate": 0.5}),
        Part("the rate that jumps for ever", lambda _, state: state.factor == -1,
             "Each step lands as far away on the other side, at twice the rate that arrives.", {"learning_rate": 1.0}),
        Part("a rate that diverges", lambda _, state: state.factor < -1,
             "Each step makes the error larger than it was.", {"learning_rate": 1.05}),
        Part("one step, twice as steep", lambda _, state: state.steepness == 2 and state.factor == 0,
             "Twice as steep takes half the rate: a rate is good for a curvature.",
             {"learning_rate": 0.25, "steepness": 2.0}),
    ),
)  # fmt: skip
