"""The loss along the gradient: to write, and to predict."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer


def losses_along_gradient(loss, gradient, w, lengths):
    d_w = gradient(w)
    return np.array([loss(w - length * d_w) for length in lengths])


def _walked(loss, gradient, w, lengths):
    losses = []
    for length in lengths:
        w = w - length * gradient(w)
        losses.append(loss(w))
    return np.array(losses)


def _unit(d_w):
    return d_w / np.linalg.norm(d_w)


def _cases():
    def valley(w):
        return w[0] ** 2 + 10 * w[1] ** 2

    def valley_gradient(w):
        return np.array([2 * w[0], 20 * w[1]])

    def wave(w):
        return float(np.sum(1 - np.cos(w)))

    return [
        (valley, valley_gradient, np.array([3.0, 1.0]), (0.01, 0.2, 0.05)),
        (wave, np.sin, np.array([0.5, 1.0, 2.0]), (0.1, 2.0, 4.0, 1.0)),
    ]


def _second(seen: Seen) -> str:
    lengths, got, expected = seen.args[3], np.ravel(seen.got), np.ravel(seen.expected)
    return f"After the step of length {lengths[1]:g} your loss is {got[1]:.4g}; expected {expected[1]:.4g}"


LOSSES_ALONG_GRADIENT = Exercise(
    name="09.1",
    prompt="Write `losses_along_gradient(loss, gradient, w, lengths)`: the loss after one step of each length times the gradient, all from w and against the gradient at w. `loss` and `gradient` are functions of w.",
    solution=losses_along_gradient,
    cases=_cases,
    shows=_second,
    wrong_answers=(
        WrongAnswer(
            lambda loss, gradient, w, lengths: np.array([loss(w + length * gradient(w)) for length in lengths]),
            "{shown}. Your steps go uphill.",
        ),
        WrongAnswer(
            _walked,
            "{shown}. The first one is right: then you walk on from there, along a new gradient. Where does every step begin?",
        ),
        WrongAnswer(
            lambda loss, gradient, w, lengths: np.array([loss(w - length * _unit(gradient(w))) for length in lengths]),
            "{shown}. You made the gradient 1 long first. A learning rate multiplies it as it is, steep or flat.",
        ),
        WrongAnswer(
            lambda loss, gradient, w, lengths: np.array(
                [loss(w) - length * np.sum(gradient(w) ** 2) for length in lengths]
            ),
            "{shown}. Yours falls along a straight line: that is what the gradient promises. Measure what loss does.",
        ),
        WrongAnswer(
            lambda loss, gradient, w, lengths: np.array(
                [loss(w) - loss(w - length * gradient(w)) for length in lengths]
            ),
            "{shown}. Yours is how much the step gains. Asked for is the loss itself.",
        ),
        WrongAnswer(
            lambda loss, gradient, w, lengths: np.array(
                [loss(w - length * gradient(w)) for length in np.cumsum(lengths)]
            ),
            "{shown}. Each of your steps begins where the one before it ended: all begin at w.",
        ),
        WrongAnswer(
            lambda loss, gradient, w, lengths: np.array(
                [loss(w - length * gradient(w)) - loss(w) for length in lengths]
            ),
            "{shown}. You return by how much the loss changed. Asked for is the loss itself.",
        ),
        WrongAnswer(
            lambda loss, gradient, w, lengths: np.array([loss(w - length**2 * gradient(w)) for length in lengths]),
            "{shown}. You square the length.",
        ),
    ),
    otherwise="{shown}.",
    hints=(
        "Take the gradient once, before anything moves.",
        "A step of gradient descent is w minus a length times the gradient.",
        "One loss for every length, in an array.",
    ),
    why="Five lines, and you can look at any network's loss where it matters: on the way that the next step will take.",
)


def relative_step(w, d_w, share):
    return w - share * np.linalg.norm(w) / np.linalg.norm(d_w) * d_w


def _weights():
    rng = np.random.default_rng(92)
    W, d_W = rng.normal(0, 2, (4, 3)), rng.normal(0, 0.01, (4, 3))
    return [(np.array([3.0, 4.0]), np.array([0.0, 2.0]), 0.1), (W, d_W, 0.05), (10 * W, d_W / 10, 0.05)]


def _moved(seen: Seen) -> str:
    w = np.asarray(seen.args[0])
    far = np.linalg.norm(np.asarray(seen.got, float) - w) / np.linalg.norm(w)
    return f"For a share of {seen.args[2]:g} your step is {far:.3g} of the length of w"


RELATIVE_STEP = Exercise(
    name="09.2",
    prompt="Write `relative_step(w, d_w, share)`: return w after a step against its gradient d_w, whose length is a share of the length of w itself. The length of an array is the root of the sum of its squares.",
    solution=relative_step,
    cases=_weights,
    shows=_moved,
    wrong_answers=(
        WrongAnswer(
            lambda w, d_w, share: w - share * d_w,
            "{shown}. You multiply the gradient by the share. Where weights are large and gradients small, that is hardly a step: measure it by w.",
        ),
        WrongAnswer(
            lambda w, d_w, share: w - share * d_w / np.linalg.norm(d_w),
            "{shown}. The direction is right and has length 1. How long is a share of w?",
        ),
        WrongAnswer(
            lambda w, d_w, share: w + share * np.linalg.norm(w) / np.linalg.norm(d_w) * d_w,
            "{shown}, as it should be, but uphill.",
        ),
        WrongAnswer(
            lambda w, d_w, share: w - share * np.linalg.norm(w) * d_w,
            "{shown}. The length of w is in it; the gradient brings a length of its own.",
        ),
        WrongAnswer(
            lambda w, d_w, share: w - share * np.abs(w) * np.sign(d_w),
            "{shown}, but every number moves by the same share of itself. That is another direction than the gradient's.",
        ),
        WrongAnswer(
            lambda w, d_w, share: w - share * np.sum(w**2) / np.sum(d_w**2) * d_w,
            "{shown}. You took the squares of the lengths: the roots are missing.",
        ),
        WrongAnswer(
            lambda w, d_w, share: (1 - share) * w,
            "{shown}, but it shrinks w. The step goes against the gradient.",
        ),
        WrongAnswer(
            lambda w, d_w, share: w - share * np.sqrt(np.sum(d_w**2) / np.sum(w**2)) * d_w,
            "{shown}. Your ratio of the two lengths is upside down: the longer the gradient, the longer your step.",
        ),
        WrongAnswer(
            lambda w, d_w, share: w - share * np.sqrt(np.sum(w**2, axis=0) / np.sum(d_w**2, axis=0)) * d_w,
            "{shown}. You give every column a length of its own. An array has one: the root of the sum of all its squares.",
        ),
        WrongAnswer(
            lambda w, d_w, share: w - share * np.abs(w).sum() / np.abs(d_w).sum() * d_w,
            "{shown}. You take the sum of the absolute values for the length. It is the root of the sum of the squares.",
        ),
        WrongAnswer(
            lambda w, d_w, share: w - share * np.abs(w).max() / np.abs(d_w).max() * d_w,
            "{shown}. You take the largest number for the length. All of them count: the root of the sum of their squares.",
        ),
    ),
    otherwise="{shown}.",
    hints=(
        "Which way? Against d_w. Divide it by its own length, so that only the direction is left.",
        "How far? `share * np.linalg.norm(w)`.",
    ),
    why="With batch norm behind it, W times 10 gives a tenth of the gradient and the same network. A step that is measured by the weights' own length does not notice; a learning rate times the gradient does.",
)

NOISE_PUT_BACK = Prediction(
    name="09.c",
    question="A third network has batch norm, and after it noise: at every step each unit's output is stretched and shifted by other amounts, drawn anew. From step to step its hidden inputs move about ten times as far as with batch norm. At learning rate 0.5, how does it learn?",
    options=(
        "no better than without batch norm",
        "halfway between the two",
        "nearly as well as with batch norm",
    ),
    answer="nearly as well as with batch norm",
    why="If still inputs were what helps, the noise would have to undo the help. It undoes little of it: what batch norm gives survives inputs that jump at every step. So the stillness from step to step cannot be the main part of it.",
)
