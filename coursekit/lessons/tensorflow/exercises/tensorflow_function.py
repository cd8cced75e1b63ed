"""Exercises on tf.function: a function that is recorded again and again, and the predictions about it."""

import logging
from typing import Any

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer
from coursekit.lab.same import same_values
from coursekit.lab.tensorflow_lazily import no_tensorflow, tf


def descend(slope, rates):
    @tf.function
    def step(w, rate):
        return w - rate * slope(w)

    w = tf.constant(0.0)
    for rate in rates:
        w = step(w, tf.constant(rate))
    return float(w)


def found_descend(slope, rates):
    @tf.function
    def step(w, rate):
        return w - rate * slope(w)

    w = tf.constant(0.0)
    for rate in rates:
        w = step(w, rate)
    return float(w)


def _new_function_each_time(slope, rates):
    w = tf.constant(0.0)
    for rate in rates:
        step = tf.function(lambda w, rate: w - rate * slope(w))
        w = step(w, tf.constant(rate))
    return w


def _eager(slope, rates):
    w = tf.constant(0.0)
    for rate in rates:
        w = w - rate * slope(w)
    return w


def _one_rate(slope, rates):
    @tf.function
    def step(w):
        return w - rates[0] * slope(w)

    w = tf.constant(0.0)
    for _ in rates:
        w = step(w)
    return w


def _reduced(slope, rates):
    @tf.function(reduce_retracing=True)
    def step(w, rate):
        return w - rate * slope(w)

    w = tf.constant(0.0)
    for rate in rates:
        w = step(w, rate)
    return w


def _python_loop_inside(slope, rates):
    @tf.function
    def all_steps():
        w = tf.constant(0.0)
        for rate in rates:
            w = w - rate * slope(w)
        return w

    return all_steps()


class _Counted:
    """A slope that counts how often Python comes to it."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, w: Any) -> Any:
        self.times += 1
        return 2 * w - 10


def _count(answer: Any, args: tuple[Any, ...]) -> Any:
    """Return where it came to, and how often Python went through the slope."""
    logger = logging.getLogger("tensorflow")
    before = logger.level
    logger.setLevel(logging.ERROR)  # it warns of retracing, and that is the verdict's to say
    try:
        w = answer(*args)
    finally:
        logger.setLevel(before)
    return w if w is None or w is ... else (float(w), args[0].times)


def _same_and_once(got, expected):
    return same_values(got[0], expected[0], rtol=1e-5) and got[1] == expected[1]


def _times(seen: Seen) -> str:
    return f"In {len(seen.args[1])} steps, Python went through `slope` {seen.got[1]} times"


RETRACED = Exercise(
    name="14.3",
    prompt="This step is recorded anew for every learning rate. Make it be recorded once, for all rates.",
    solution=descend,
    found=found_descend,
    cases=lambda: [(_Counted(), rates) for rates in ((0.1, 0.05, 0.02, 0.01), (0.3, 0.2, 0.1))],
    same=_same_and_once,
    observe=_count,
    missing=no_tensorflow,
    shows=_times,
    wrong_answers=(
        WrongAnswer(
            found_descend,
            "{shown}: once for each rate. It is recorded for what it has not met before, a new Python number or a new function. What could stay the same?",
        ),
        WrongAnswer(
            _one_rate,
            lambda seen: (
                f"{'Once is right' if seen.got[1] == 1 else _times(seen)}, but w comes to {seen.got[0]:.4g}: the first rate is baked into the graph, and the other {len(seen.args[1]) - 1} are never used."
            ),
        ),
    ),
    otherwise="{shown}, and w comes to {got[0]:.4g}; expected once, and {expected[0]:.4g}. A new function, a new number or no function at all: each of them sends Python through it again.",
    hints=(
        "What does tf.function tell graphs apart by: for a Python number, and for a tensor?",
        "A tensor is told by its dtype and its shape. All rates have the same.",
    ),
    why="A schedule that hands over Python numbers records a new graph each epoch, and keeps every one of them. It gives the right result, slowly, and nobody notices.",
)

A_DESCRIPTION = Prediction(
    name="14.a",
    question="In TensorFlow 1 you write `cost = w**2 - 10*w + 25` for a w that starts at 0, and then `print(cost)`. What is printed?",
    options=("25.0", "0.0", "a description of a tensor, without a number", "an error"),
    answer="a description of a tensor, without a number",
    why="The line computes nothing. It adds nodes to a graph, and a node has a name, a shape and a dtype, but no value before a session runs it.",
)

ROUNDED_AWAY = Prediction(
    name="14.b",
    question="After a thousand steps at a rate of 0.01, w is 4.99999, and more steps do not move it. What brings it nearer to 5?",
    options=("a million steps more", "a smaller learning rate", "a larger learning rate", "nothing does"),
    answer="a larger learning rate",
    why="The step that is due has become shorter than half the gap to the next float32, and rounds away. A larger rate makes it longer, a smaller one shorter still.",
)

PRINTED_ONCE = Prediction(
    name="14.d",
    question="A function under `@tf.function` begins with `print('Python was here')`. You call it with `tf.constant(1.0)`, `tf.constant(2.0)` and `tf.constant(1)`. How many lines are printed?",
    options=("0", "1", "2", "3"),
    answer="2",
    why="Python runs only while a graph is recorded: once for float32, once for int32. The second call goes through the first graph, and the print is not in it.",
)

CLIPPED = Prediction(
    name="14.e",
    question="A network is sure, and wrong: `tf.nn.softmax` gives the true class two billionths. Line by line, outside of any `tf.function`, you hand these probabilities to Keras's cross-entropy in place of the logits. What is the gradient with respect to the true class's logit?",
    options=("about \u22121", "about \u22120.000000002", "exactly 0", "nan"),
    answer="exactly 0",
    why="Keras sees numbers, and not where they came from. It clips them at 0.0000001 before it takes the logarithm, and a clipped value has no slope: the worst mistakes teach nothing. From the logits it is p \u2212 1, about \u22121.",
)
