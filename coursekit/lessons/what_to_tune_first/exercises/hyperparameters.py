"""What each hyperparameter does: to predict, and momentum's update to write."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer


def momentum_step(w, v, d_w, learning_rate, momentum):
    v = momentum * v + (1 - momentum) * d_w
    return w - learning_rate * v, v


def _momentum_cases():
    rng = np.random.default_rng(1)
    return [
        (1.0, 0.0, 2.0, 0.5, 0.9),
        (rng.normal(size=3), rng.normal(size=3), rng.normal(size=3), 0.1, 0.75),
        (rng.normal(size=(2, 4)), rng.normal(size=(2, 4)), rng.normal(size=(2, 4)), 0.03, 0.99),
    ]


def _after_one(seen: Seen) -> str:
    w, v, d_w, rate, momentum = seen.args
    got = tuple(f"{np.ravel(part)[0]:.4g}" for part in seen.got)
    first = tuple(f"{np.ravel(part)[0]:.4g}" for part in (w, v, d_w))
    return f"From w = {first[0]} and v = {first[1]}, with the gradient {first[2]}, rate {rate:g} and momentum {momentum:g} you get w = {got[0]} and v = {got[1]}"


MOMENTUM_STEP = Exercise(
    name="01.1",
    prompt="Write `momentum_step(w, v, d_w, learning_rate, momentum)`: average the gradients into v, step along it, return the new w and the new v.",
    solution=momentum_step,
    cases=_momentum_cases,
    shows=_after_one,
    wrong_answers=(
        WrongAnswer(
            lambda w, v, d_w, learning_rate, momentum: (
                w - learning_rate * ((1 - momentum) * v + momentum * d_w), (1 - momentum) * v + momentum * d_w
            ),
            "{shown}. Of the gradient you took the share {args[4]:g}. Which of the two should keep the momentum's share?",
        ),
        WrongAnswer(
            lambda w, v, d_w, learning_rate, momentum: (
                w - learning_rate * (momentum * v + d_w), momentum * v + d_w
            ),
            lambda seen: f"{_after_one(seen)}. That is the form of PyTorch and Keras, whose v is a sum; its steps are {1 / (1 - seen.args[4]):.3g} times as long. Here v is an average: its shares add up to 1.",
        ),
        WrongAnswer(
            lambda w, v, d_w, learning_rate, momentum: (
                w + learning_rate * (momentum * v + (1 - momentum) * d_w), momentum * v + (1 - momentum) * d_w
            ),
            "{shown}. The average is right, and the step goes uphill.",
        ),
        WrongAnswer(
            lambda w, v, d_w, learning_rate, momentum: (
                w - learning_rate * v, momentum * v + (1 - momentum) * d_w
            ),
            "{shown}. You step along the old v: this gradient counts from the next step on.",
        ),
        WrongAnswer(
            lambda w, v, d_w, learning_rate, momentum: (
                w - learning_rate * d_w, momentum * v + (1 - momentum) * d_w
            ),
            "{shown}. v is kept well, but the step goes along the gradient and never uses it.",
        ),
        WrongAnswer(
            lambda w, v, d_w, learning_rate, momentum: w - learning_rate * (momentum * v + (1 - momentum) * d_w),
            "The new w is right. The next step needs the average as well: return both.",
        ),
        WrongAnswer(
            lambda w, v, d_w, learning_rate, momentum: (
                momentum * v + (1 - momentum) * d_w, w - learning_rate * (momentum * v + (1 - momentum) * d_w)
            ),
            "Both numbers are right, in the other order: the new w first, then the new v.",
        ),
        WrongAnswer(
            lambda w, v, d_w, learning_rate, momentum: (w + momentum * v - learning_rate * d_w, momentum * v - learning_rate * d_w),
            "{shown}. Your v holds steps, with the learning rate in it. Here v is the average of the gradients: the rate comes in when w moves.",
        ),
        WrongAnswer(
            lambda w, v, d_w, learning_rate, momentum: (w - (momentum * v + (1 - momentum) * learning_rate * d_w), momentum * v + (1 - momentum) * learning_rate * d_w),
            "{shown}. The learning rate is inside of your average. v averages gradients: the rate comes in when w moves.",
        ),
        WrongAnswer(
            lambda w, v, d_w, learning_rate, momentum: (w - learning_rate * (momentum * (momentum * v + (1 - momentum) * d_w) + (1 - momentum) * d_w), momentum * v + (1 - momentum) * d_w),
            "{shown}. You look a step ahead, as Nesterov's momentum does. Step along v as it is.",
        ),
    ),
    otherwise=lambda seen: f"{_after_one(seen)}; expected {np.ravel(seen.expected[0])[0]:.4g} and {np.ravel(seen.expected[1])[0]:.4g}.",
    hints=(
        "First the average: what of the old v stays, and how much of the gradient comes in? The shares add up to 1.",
        "Then the step of gradient descent, with the new v where the gradient stood.",
    ),
    why="Two lines, and one more array to remember. In coursekit it is `momentum`, for whole networks. Other libraries leave the factor 1 - momentum out: the same rate is then ten times as large at 0.9.",
)  # fmt: skip


TEN_TIMES = Prediction(
    name="01.a",
    question="A small network reaches 97% in ten epochs with a learning rate of 0.3 (momentum 0.9). You train it with a rate of 3, all else the same. Where does it end?",
    options=("about 97%, only faster", "about 90%", "about 50%", "about 10%"),
    answer="about 10%",
    why="The steps overshoot, the loss jumps above that of guessing, and the network never comes back. A rate a hundred times too small does better: it still reaches about 50%, as it learns, only too slowly.",
)
