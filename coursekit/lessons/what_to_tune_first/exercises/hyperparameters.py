"""What each hyperparameter does: to predict, and momentum's update and a schedule to write."""

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


def rate_in_epoch(learning_rate, keep, every, epoch):
    return learning_rate * keep ** (epoch // every)


RATE_IN_EPOCH = Exercise(
    name="01.3",
    prompt="Write `rate_in_epoch(learning_rate, keep, every, epoch)`: stairs that keep the share `keep` of the rate once in `every` epochs. Epochs count from 0, and the first `every` of them have the full rate.",
    solution=rate_in_epoch,
    cases=lambda: [(0.4, 0.5, 3, 2), (0.4, 0.5, 3, 3), (0.4, 0.5, 3, 0), (0.1, 0.8, 2, 9), (1.0, 0.1, 5, 14)],
    wrong_answers=(
        WrongAnswer(
            lambda learning_rate, keep, every, epoch: learning_rate * keep ** (epoch / every),
            "In epoch {args[3]} your rate is {got:.3g}: it slides where it should stand on a stair of {args[2]} epochs.",
        ),
        WrongAnswer(
            lambda learning_rate, keep, every, epoch: learning_rate * keep ** ((epoch + 1) // every),
            lambda seen: (
                f"In epoch {seen.args[3]} your rate is {seen.got:.3g}, an epoch too early: the epochs 0 to {seen.args[2] - 1} have the full one."
            ),
        ),
        WrongAnswer(
            lambda learning_rate, keep, every, epoch: learning_rate * keep ** (epoch % every),
            "In epoch {args[3]} your rate is {got:.3g}: it falls within each stair, and is back at the top at the next.",
        ),
        WrongAnswer(
            lambda learning_rate, keep, every, epoch: learning_rate * keep if epoch >= every else learning_rate,
            "One stair, and then none: in epoch {args[3]}, with a stair every {args[2]} epochs, your rate is {got:.3g}.",
        ),
        WrongAnswer(
            lambda learning_rate, keep, every, epoch: learning_rate * keep * (epoch // every),
            "In epoch {args[3]} your rate is {got:.3g}. Each stair keeps a share of the one before.",
        ),
        WrongAnswer(
            lambda learning_rate, keep, every, epoch: learning_rate * (1 - keep) ** (epoch // every),
            "With `keep` {args[1]:g} your rate in epoch {args[3]} is {got:.3g}: that is what each stair takes away.",
        ),
        WrongAnswer(
            lambda learning_rate, keep, every, epoch: learning_rate / (1 + (1 - keep) * epoch),
            "In epoch {args[3]} your rate is {got:.3g}: that is 1 / (1 + ...), not stairs.",
        ),
        WrongAnswer(
            lambda learning_rate, keep, every, epoch: learning_rate * keep ** round(epoch / every),
            "You round to the nearest stair: half-way through the first `every` epochs, the rate falls already.",
        ),
        WrongAnswer(
            lambda learning_rate, keep, every, epoch: learning_rate * (keep if epoch and epoch % every == 0 else 1),
            "In the epoch of a step the rate falls, and in the next it is back. Each stair is for good.",
        ),
    ),
    otherwise="From {args[0]:g}, with {args[1]:g} kept every {args[2]} epochs, epoch {args[3]} has {got:.4g}; expected {expected:.4g}.",
    hints=(
        "How many whole stairs lie behind epoch 7, if a stair is 3 epochs long?",
        "Python's `//` counts whole stairs. Each of them multiplies the rate once more.",
    ),
    why="coursekit's `exponential_decay(rate, decay=keep, every=every)` is this function. Note that `every` counts epochs: counted in steps, the mini-batch size would change the schedule.",
)

TEN_TIMES = Prediction(
    name="01.a",
    question="A small network reaches 97% in ten epochs with a learning rate of 0.3 (momentum 0.9). You train it with a rate of 3, all else the same. Where does it end?",
    options=("about 97%, only faster", "about 90%", "about 50%", "about 10%"),
    answer="about 10%",
    why="The steps overshoot, the loss jumps above that of guessing, and the network never comes back. A rate a hundred times too small does better: it still reaches about 50%, as it learns, only too slowly.",
)
