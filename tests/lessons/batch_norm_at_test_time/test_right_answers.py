"""Many ways to keep and to use running statistics. None of them is refused."""

import numpy as np
import pytest

from coursekit.averages import ewa
from coursekit.batchnorm import RunningStats, batchnorm_forward, batchnorm_inference
from coursekit.lab.judge import judge
from coursekit.layernorm import norm_forward
from coursekit.lessons import EXERCISES


def by_coursekit(batches, decay):
    stats = RunningStats(batches[0].shape[1], decay=decay)
    for z in batches:
        stats.update(z.mean(axis=0), z.var(axis=0))
    return stats.mean, stats.var


def step_by_step(batches, decay):
    mean, var = [0.0] * batches[0].shape[1], [1.0] * batches[0].shape[1]
    for z in batches:
        for j, column in enumerate(z.T):
            mean[j] += (1 - decay) * (sum(column) / len(column) - mean[j])
            var[j] += (1 - decay) * (np.mean(column**2) - np.mean(column) ** 2 - var[j])
    return mean, var


RIGHT = {
    "10.1": (
        lambda z, gamma, beta, running_mean, running_var, eps: batchnorm_inference(
            z, gamma, beta, running_mean, running_var, eps=eps
        ),
        lambda z, gamma, beta, running_mean, running_var, eps: (
            z * (gamma / np.sqrt(running_var + eps)) + (beta - running_mean * gamma / np.sqrt(running_var + eps))
        ),
        lambda z, gamma, beta, running_mean, running_var, eps: [
            list(gamma * (row - running_mean) * (running_var + eps) ** -0.5 + beta) for row in z
        ],
    ),
    "10.2": (
        by_coursekit,
        step_by_step,
        lambda batches, decay: (
            ewa([z.mean(axis=0) for z in batches], decay)[-1],
            ewa([z.var(axis=0) for z in batches], decay)[-1] + decay ** len(batches),
        ),
    ),
    "10.3": (
        lambda batches, running_mean, running_var, eps: (
            (np.concatenate(batches) - running_mean) / np.sqrt(running_var + eps)
        ),
        lambda batches, running_mean, running_var, eps: np.vstack(
            [batchnorm_inference(z, np.ones_like(z[0]), 0 * z[0], running_mean, running_var, eps=eps) for z in batches]
        ),
    ),
    "10.4": (
        lambda running, new, momentum: running + momentum * (new - running),
        lambda running, new, momentum: np.average([running, new], axis=0, weights=[1 - momentum, momentum]),
    ),
    "10.5": (
        lambda running_mean, running_var, mean, var, decay: (
            running_mean + (1 - decay) * (mean - running_mean), running_var + (1 - decay) * (var - running_var)
        ),
        lambda running_mean, running_var, mean, var, decay: tuple(
            decay * np.array([running_mean, running_var]) + (1 - decay) * np.array([mean, var])
        ),
    ),
    "10.6": (
        lambda z, axes, eps: norm_forward(z, 1, 0, axes=axes, eps=eps)[0],
        lambda z, axes, eps: (z - np.mean(z, axes, keepdims=True)) * (np.var(z, axes, keepdims=True) + eps) ** -0.5,
    ),
    "10.7": (
        lambda images, eps: norm_forward(images, 1, 0, axes=(0, 2, 3), eps=eps)[0],
        lambda images, eps: np.stack([(each - each.mean()) / np.sqrt(each.var() + eps)
                                      for each in images.swapaxes(0, 1)], axis=1),
        lambda images, eps: (
            batchnorm_forward(
                images.transpose(0, 2, 3, 1).reshape(-1, images.shape[1]), *[[x] * images.shape[1] for x in (1, 0)],
                eps=eps,
            )[0]
            .reshape(images.transpose(0, 2, 3, 1).shape)
            .transpose(0, 3, 1, 2)
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_other_ways_to_be_right_are_right(name):
    for i, answer in enumerate(RIGHT[name]):
        status, message = judge(EXERCISES[name], answer)
        assert status == "correct", f"way {i}: {message}"


def test_every_exercise_of_the_lesson_has_more_than_one_right_answer():
    assert RIGHT.keys() == {name for name in EXERCISES if name.startswith("10.")}
