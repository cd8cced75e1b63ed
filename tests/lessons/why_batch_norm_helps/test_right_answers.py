"""Many ways to look along a gradient, to count and to measure. None of them is refused."""

import numpy as np
import pytest

from coursekit.batchnorm import batchnorm_forward
from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES


def step_by_step(loss, gradient, w, lengths):
    losses = []
    for length in lengths:
        end = [float(w[i]) - length * float(gradient(w)[i]) for i in range(len(w))]
        losses.append(float(loss(np.array(end))))
    return losses


def step_by_hand(w, d_w, share):
    ratio = share * (sum(x**2 for x in np.ravel(w)) / sum(x**2 for x in np.ravel(d_w))) ** 0.5
    return (
        [[x - ratio * d for x, d in zip(*row, strict=True)] for row in zip(w, d_w, strict=True)]
        if w.ndim > 1
        else [x - ratio * d for x, d in zip(w, d_w, strict=True)]
    )


def counted(layers, limit):
    shares = []
    for a in layers:
        values = [abs(value) > limit for row in a.tolist() for value in row]
        shares.append(sum(values) / len(values))
    return shares


def by_loop(batches, eps):
    firsts = [((z - z.mean(axis=0)) / (z.var(axis=0) + eps) ** 0.5)[0] for z in batches]
    return np.std(firsts, axis=0)


RIGHT = {
    "09.1": (
        step_by_step,
        lambda loss, gradient, w, lengths: [
            loss(end) for end in w - np.multiply.outer(np.asarray(lengths), gradient(w))
        ],
        lambda loss, gradient, w, lengths: np.fromiter((loss(w - a * gradient(w)) for a in lengths), float),
    ),
    "09.2": (
        step_by_hand,
        lambda w, d_w, share: w - d_w / np.sqrt(np.vdot(d_w, d_w)) * (share * np.sqrt(np.vdot(w, w))),
    ),
    "09.3": (
        counted,
        lambda layers, limit: [np.mean((a > limit) | (a < -limit)) for a in layers],
        lambda layers, limit: np.array([1 - np.mean(np.abs(a) <= limit) for a in layers]),
    ),
    "09.4": (
        by_loop,
        lambda batches, eps: batchnorm_forward(
            batches, np.ones(batches.shape[2]), np.zeros(batches.shape[2]), eps=eps
        )[0][:, 0].std(axis=0),
        lambda batches, eps: list(
            np.sqrt(np.var([(z[0] - np.mean(z, 0)) / np.sqrt(np.var(z, 0) + eps) for z in batches], axis=0))
        ),
    ),
    "09.5": (
        lambda z, gamma, beta, eps: (beta, gamma**2 * z.var(axis=0) / (z.var(axis=0) + eps)),
        lambda z, gamma, beta, eps: tuple(
            each(batchnorm_forward(z, gamma, beta, eps=eps)[0], axis=0) for each in (np.mean, np.var)
        ),
    ),
    "09.6": (
        lambda before, after: abs((after.mean(axis=0) - before.mean(axis=0)) / before.std(axis=0)),
        lambda before, after: [
            abs(new.mean() - old.mean()) / old.std() for old, new in zip(before.T, after.T, strict=True)
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_other_ways_to_be_right_are_right(name):
    for i, answer in enumerate(RIGHT[name]):
        status, message = judge(EXERCISES[name], answer)
        assert status == "correct", f"way {i}: {message}"


def test_every_exercise_of_the_lesson_has_more_than_one_right_answer():
    assert RIGHT.keys() == {name for name in EXERCISES if name.startswith("09.")}
