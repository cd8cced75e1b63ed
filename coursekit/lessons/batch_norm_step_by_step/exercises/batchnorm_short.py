"""Batch norm backward in one line: three terms, and what is seen when one is missing."""

from collections.abc import Callable

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.lessons.batch_norm_step_by_step.exercises.batchnorm_pieces import cases
from coursekit.types import Array


def short_form(d_out, z_norm, sd, gamma):
    by_the_mean = d_out.mean(axis=0)
    by_the_variance = z_norm * np.mean(d_out * z_norm, axis=0)
    return gamma / sd * (d_out - by_the_mean - by_the_variance)


def _terms(direct: float, mean: float, var: float) -> Callable[..., Array]:
    def answer(d_out, z_norm, sd, gamma):
        term = z_norm * np.mean(d_out * z_norm, axis=0)
        return gamma / sd * (direct * d_out + mean * d_out.mean(axis=0) + var * term)

    return answer


def _cosine(seen: Seen) -> str:
    got, right = np.ravel(seen.got), np.ravel(seen.expected)
    return f"{got @ right / np.linalg.norm(got) / np.linalg.norm(right):.2f}"


def _sums(seen: Seen) -> str:
    return f"over the batch your d_z sums to {np.sum(np.asarray(seen.got)[:, 0]):.3g} in the first feature"


SHORT_FORM = Exercise(
    name="07.4",
    prompt="Write `short_form(d_out, z_norm, sd, gamma)`: d_z from three terms, one for each way back, without the pieces between.",
    solution=short_form,
    cases=lambda: [(d_out, z_norm, sd, gamma) for d_out, z_norm, _, sd, gamma in cases()],
    shows=_cosine,
    wrong_answers=(
        WrongAnswer(
            _terms(1, 0, 0),
            "Two terms are missing: the way through the mean and the way through the variance. It hides well, as its cosine with the truth is still {shown}.",
        ),
        WrongAnswer(
            _terms(1, 0, -1),
            lambda seen: (
                f"One term is missing: {_sums(seen)}. Moving the whole batch moves no output; what should the sum be? The cosine with the truth is {_cosine(seen)}."
            ),
        ),
        WrongAnswer(
            _terms(1, -1, 0),
            "One term is missing. The sums over the batch are 0, so the mean has its part; the way through the variance has not. The cosine with the truth is {shown}.",
        ),
        WrongAnswer(
            _terms(1, -1, 1),
            "The way through the variance has the wrong sign: a larger variance draws the outputs together.",
        ),
        WrongAnswer(
            _terms(1, 1, -1),
            lambda seen: f"The way through the mean has the wrong sign: {_sums(seen)}.",
        ),
        WrongAnswer(
            lambda d_out, z_norm, sd, gamma: (
                gamma / sd * (d_out - d_out.sum(axis=0) - z_norm * np.sum(d_out * z_norm, axis=0))
            ),
            "Both further terms are too large by the factor m. One example is only a part of the mean, and of the variance.",
        ),
        WrongAnswer(
            lambda d_out, z_norm, sd, gamma: _terms(1, -1, -1)(d_out, z_norm, sd, np.ones_like(gamma)),
            "The three terms are right, and γ is missing: out is γ times z_norm.",
        ),
        WrongAnswer(
            lambda d_out, z_norm, sd, gamma: _terms(1, -1, -1)(d_out, z_norm, np.ones_like(sd), gamma),
            "The three terms are right, and the division by sd is missing. A unit whose z is ten times as wide gets a tenth of the gradient.",
        ),
        WrongAnswer(
            lambda d_out, z_norm, sd, gamma: (
                gamma / sd * (d_out - d_out.mean(axis=0) - np.mean(d_out * z_norm, axis=0))
            ),
            "In the way through the variance each example gets the same. How much does one z move the variance? That depends on how far out it lies.",
        ),
        WrongAnswer(
            lambda d_out, z_norm, sd, gamma: gamma / sd * (d_out - d_out.mean() - z_norm * np.mean(d_out * z_norm)),
            "You take the means over all features together. Each feature has a mean and a variance of its own.",
        ),
    ),
    otherwise=lambda seen: (
        f"The first d_z is {np.ravel(seen.got)[0]:.4g}, expected {np.ravel(seen.expected)[0]:.4g}; the cosine with the truth is {_cosine(seen)}, and {_sums(seen)}."
    ),
    hints=(
        "The direct way alone is d_out. What the other two ways do is to subtract something from it.",
        "Through the mean: d_out without its own mean over the batch. Then no part of it can move all outputs together.",
        "Through the variance: subtract from it what it has in common with z_norm, a multiple of z_norm.",
    ),
    why="d_out loses its mean, and its part along z_norm: the two things that batch norm would undo anyway. The rest is scaled. In coursekit it is `batchnorm_backward`.",
)
