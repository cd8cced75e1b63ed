"""What is left after each step: the explorer that every new lesson begins with."""

from typing import NamedTuple

import numpy as np

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import BLUE, Picture, canvas, line
from coursekit.lab.task import Part
from coursekit.scales import IntegerScale, LinearScale
from coursekit.types import Array


class Leftover(NamedTuple):
    """The share that each step keeps, and what is left after each step from the start on, shape (n_steps + 1,)."""

    share: float
    left: Array


def keep(share: float, n_steps: int) -> Leftover:
    """Keep a share, over and over."""
    return Leftover(share, share ** np.arange(n_steps + 1))


def leftover() -> Picture:
    """Show what is left, step by step."""
    figure, ax = canvas(1000, 380)
    ax.set(xlim=(-0.5, 20.5), ylim=(-0.05, 1.05), xlabel="step", ylabel="share that is left")
    curve = line(ax, BLUE, marker="o", linewidth=2)

    def move(state: Leftover) -> None:
        curve.set_data(np.arange(len(state.left)), state.left)

    return Picture(figure, move, [curve], ghosts=[curve])


def describe_keep(state: Leftover) -> Words:
    """Say how much is left."""
    n_steps = len(state.left) - 1
    return Words(
        f"After {n_steps} steps: {state.left[-1]:.2%}",
        f"Each step keeps {state.share:.0%} of what was there, so {n_steps} steps keep {state.left[-1]:.2%}.",
    )


A_TOPIC = Explorer(
    name="a-topic",
    title="How much is left?",
    task="Find the share of which 20 steps leave a half.",
    controls=(
        Slider("share", LinearScale(0.5, 0.99), 0.9, "share that a step keeps"),
        Slider("n_steps", IntegerScale(1, 20), 10, "steps", plays=True),
    ),
    compute=keep,
    picture=leftover,
    describe=describe_keep,
    parts=(
        Part("a share of which 20 steps leave a half",
             lambda _, state: len(state.left) == 21 and abs(state.left[-1] - 0.5) < 0.03,
             "What it means, in a sentence.", {"share": 0.9655, "n_steps": 20}),
    ),
)  # fmt: skip
