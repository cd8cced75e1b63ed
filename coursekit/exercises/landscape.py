"""The loss along the gradient: to write, and to predict."""

import numpy as np

from coursekit.exercises.declare import Exercise, Prediction, Seen, WrongAnswer
from coursekit.exercises.judge import same_values


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
    prompt="Write `losses_along_gradient(loss, gradient, w, lengths)`: the loss after one step of each length, all "
    "from w and all along the gradient at w. `loss` and `gradient` are functions of w.",
    solution=losses_along_gradient,
    cases=_cases,
    same=same_values,
    wrong_answers=(
        WrongAnswer(
            lambda loss, gradient, w, lengths: np.array([loss(w + length * gradient(w)) for length in lengths]),
            lambda seen: f"{_second(seen)}. Your steps go uphill.",
        ),
        WrongAnswer(
            _walked,
            lambda seen: (
                f"{_second(seen)}. The first one is right: then you walk on from there, along a new gradient. "
                "Where does every step begin?"
            ),
        ),
        WrongAnswer(
            lambda loss, gradient, w, lengths: np.array([loss(w - length * _unit(gradient(w))) for length in lengths]),
            lambda seen: (
                f"{_second(seen)}. You made the gradient 1 long first. A learning rate multiplies it as it is, steep "
                "or flat."
            ),
        ),
        WrongAnswer(
            lambda loss, gradient, w, lengths: np.array(
                [loss(w) - length * np.sum(gradient(w) ** 2) for length in lengths]
            ),
            lambda seen: (
                f"{_second(seen)}. Yours falls along a straight line: that is what the gradient promises. Measure what "
                "loss does."
            ),
        ),
        WrongAnswer(
            lambda loss, gradient, w, lengths: np.array(
                [loss(w) - loss(w - length * gradient(w)) for length in lengths]
            ),
            lambda seen: f"{_second(seen)}. Yours is how much the step gains. Asked for is the loss itself.",
        ),
        WrongAnswer(
            lambda loss, gradient, w, lengths: np.array(
                [loss(w - length * gradient(w)) for length in np.cumsum(lengths)]
            ),
            lambda seen: f"{_second(seen)}. Each of your steps begins where the one before it ended: all begin at w.",
        ),
    ),
    otherwise=lambda seen: f"{_second(seen)}.",
    hints=(
        "Take the gradient once, before anything moves.",
        "A step of gradient descent is w minus a length times the gradient.",
        "One loss for every length, in an array.",
    ),
    why="Five lines, and you can look at any network's loss where it matters: on the way that the next step will take.",
)


def gradient_change(gradient, w, lengths):
    d_w = gradient(w)
    return max(np.linalg.norm(gradient(w - length * d_w) - d_w) for length in lengths)


def _norms(gradient, w, lengths):
    here = np.linalg.norm(gradient(w))
    return [abs(np.linalg.norm(gradient(w - length * gradient(w))) - here) for length in lengths]


def _distances(gradient, w, lengths):
    return [np.linalg.norm(gradient(w - length * gradient(w)) - gradient(w)) for length in lengths]


def _got(seen: Seen) -> str:
    return f"For w with {np.size(seen.args[1])} numbers yours is {float(seen.got):.4g}; expected {seen.expected:.4g}"


GRADIENT_CHANGE = Exercise(
    name="09.2",
    prompt="Write `gradient_change(gradient, w, lengths)`: take steps of all lengths from w along the gradient at w, "
    "and return the largest distance of a new gradient from the one at w.",
    solution=gradient_change,
    cases=lambda: [case[1:] for case in _cases()],
    same=same_values,
    wrong_answers=(
        WrongAnswer(
            lambda gradient, w, lengths: max(_norms(gradient, w, lengths)),
            lambda seen: (
                f"{_got(seen)}. You compare how long the gradients are. One that turned round has the same length. "
                "Subtract before you measure."
            ),
        ),
        WrongAnswer(
            lambda gradient, w, lengths: np.mean(_distances(gradient, w, lengths)),
            lambda seen: f"{_got(seen)}. That is the mean distance. How bad can it get?",
        ),
        WrongAnswer(
            lambda gradient, w, lengths: _distances(gradient, w, lengths)[-1],
            lambda seen: f"{_got(seen)}. You return the last length's. Do they come in order?",
        ),
        WrongAnswer(
            lambda gradient, w, lengths: max(_distances(gradient, w, lengths)) ** 2,
            lambda seen: f"{_got(seen)}. Yours is its square: a distance has a root.",
        ),
        WrongAnswer(
            lambda gradient, w, lengths: max(
                np.linalg.norm(gradient(w + length * gradient(w)) - gradient(w)) for length in lengths
            ),
            lambda seen: f"{_got(seen)}. Your steps go uphill.",
        ),
        WrongAnswer(
            lambda gradient, w, lengths: max(
                np.abs(gradient(w - length * gradient(w)) - gradient(w)).sum() for length in lengths
            ),
            lambda seen: f"{_got(seen)}. You add up how far each number has moved. A distance goes straight.",
        ),
        WrongAnswer(
            lambda gradient, w, lengths: max(
                np.abs(gradient(w - length * gradient(w)) - gradient(w)).max() for length in lengths
            ),
            lambda seen: f"{_got(seen)}. You take the number that moved furthest. A distance counts them all.",
        ),
        WrongAnswer(
            lambda gradient, w, lengths: max(_distances(gradient, w, lengths)) / np.linalg.norm(gradient(w)),
            lambda seen: f"{_got(seen)}. You divide by the gradient at w: a share was not asked for.",
        ),
        WrongAnswer(
            lambda gradient, w, lengths: max(np.array(_distances(gradient, w, lengths)) / lengths),
            lambda seen: f"{_got(seen)}. You divide each distance by its length: that is a curvature.",
        ),
    ),
    otherwise=lambda seen: f"{_got(seen)}.",
    hints=(
        "One gradient here, one at the end of each step.",
        "The distance of two arrays is the length of their difference: `np.linalg.norm`.",
        "Of all lengths, the worst counts.",
    ),
    why="A learning rate trusts the gradient until the end of the step. This says how far off it is by then.",
)

NOISE_PUT_BACK = Prediction(
    name="09.c",
    question="A third network has batch norm, and after it noise: at every step each unit's output is stretched and "
    "shifted by other amounts, drawn anew. Its hidden inputs jump more than those of a network without batch norm. "
    "At learning rate 1, how does it learn?",
    options=(
        "not at all, like the network without",
        "about half as well as with batch norm",
        "about as well as with batch norm",
    ),
    answer="about as well as with batch norm",
    why="If still inputs were what helps, the noise would have to undo it. It does not: what batch norm gives survives "
    "inputs that jump at every step. So the stillness cannot be the whole of it.",
)
