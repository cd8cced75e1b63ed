"""What is left after each step: the explorer that every new lesson begins with."""

import numpy as np

from coursekit.figures.a_topic import Leftover, leftover
from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.scales import IntegerScale, LinearScale


def keep(share: float, n_steps: int) -> Leftover:
    """Keep a share, over and over: math, which moves to ``coursekit/a_topic.py`` once it is worth a test."""
    return Leftover(share, share ** np.arange(n_steps + 1))


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
)
