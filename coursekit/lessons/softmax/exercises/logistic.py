"""The logistic regression inside a softmax of two classes: to write."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.softmax import softmax


def logistic_weights(W):
    return W[:, 1] - W[:, 0]


def _two_shares(seen: Seen) -> str:
    """Say what softmax and the learner's weights give for an example of ones."""
    W = seen.args[0]
    right, theirs = (1 / (1 + np.exp(-np.sum(w))) for w in (seen.expected, np.asarray(seen.got, float)))
    example = f"W = {np.round(W, 2).tolist()} and x = ({', '.join(['1'] * len(W))})"
    return f"For {example}, class 1 gets {right:.3f} by softmax, {theirs:.3f} by yours"


LOGISTIC_WEIGHTS = Exercise(
    name="11.3",
    prompt="Write `logistic_weights(W)`: from the weights of a softmax with two classes, shape `(n, 2)`, the weights `w`, shape `(n,)`, with which `sigmoid(X @ w)` is the share of class 1.",
    solution=logistic_weights,
    cases=lambda: [
        (np.array([[-0.4, 1.3], [2.0, 0.5], [0.1, 0.7]]),),
        (np.random.default_rng(2).normal(size=(2, 2)),),
        (np.array([[0.0, 1.0], [0.0, -2.0], [0.0, 0.5], [3.0, 3.0]]),),
    ],
    shows=_two_shares,
    wrong_answers=(
        WrongAnswer(
            lambda W: W[:, 0] - W[:, 1],
            "{shown}. That is the share of the other class: they sum to 1.",
        ),
        WrongAnswer(
            lambda W: W[:, 1],
            "{shown}. Class 1 does not compete with 0, but with the logit of class 0.",
        ),
        WrongAnswer(
            lambda W: (W[:, 1] - W[:, 0]) / 2,
            "{shown}. The boundary is right, but you are half as sure. Why half?",
        ),
        WrongAnswer(
            lambda W: W[:, 0] + W[:, 1],
            "{shown}. Adding the same to both logits would change your answer; should it?",
        ),
        WrongAnswer(
            lambda W: W[:, 1:] - W[:, :1],
            lambda seen: (
                f"The numbers are right; their shape is {np.shape(seen.got)}, a column, and {seen.expected.shape} was asked for."
            ),
        ),
        WrongAnswer(
            lambda W: softmax(W)[:, 1],
            "{shown}. Softmax is for the logits, `X @ W`, not for the weights.",
        ),
    ),
    otherwise="{shown}.",
    hints=(
        "Divide numerator and denominator of e^z1 / (e^z0 + e^z1) by e^z1. Where do you know 1 / (1 + e^-d) from?",
        "So the sigmoid sees d = z1 \u2212 z0, the difference of the logits, and z1 is `X @ W[:, 1]`.",
        "`X @ p - X @ q` is `X @ (p - q)`.",
    ),
    why="Softmax with two classes has twice the weights of logistic regression, and half of them are idle: only the difference counts. With C classes it is the same: C \u2212 1 columns would do.",
)
