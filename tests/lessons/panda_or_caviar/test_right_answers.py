"""Many ways to keep the best, to count draws and to share time. None of them is refused."""

import itertools

import numpy as np
import pytest

from coursekit import metrics
from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES
from coursekit.lessons.panda_or_caviar import caviar, drift


def by_every_draw(scores, n):
    return np.mean([max(draw) for draw in itertools.combinations(scores, n)])


def by_recurrence(scores, n):
    ranked, weight, total = sorted(scores, reverse=True), n / len(scores), 0.0
    for above, score in enumerate(ranked):
        total += weight * score
        left = len(scores) - above - 1
        weight = weight * (left - n + 1) / left if left else 0
    return total


def split_by_hand(scores, budget):
    best = (-1.0, 0)
    for n in range(1, budget + 1):
        if budget % n == 0:
            best = max(best, (by_recurrence(scores[:, budget // n - 1].tolist(), n), n))
    return best[1]


def babysit_by_index(w, gradients, scores, learning_rate):
    weights = [w.copy()]
    for d_w in gradients:
        weights.append(weights[-1] - learning_rate * d_w)
    return weights[int(np.argmax(scores))]


def babysit_with_copies(w, gradients, scores, learning_rate):
    kept, best_score = w.copy(), scores[0]
    for d_w, score in zip(gradients, scores[1:], strict=True):
        w -= learning_rate * d_w
        if score > best_score:
            kept, best_score = w.copy(), score
    return kept


def cost_in_steps(then, now, judged):
    mean = judged.mean(axis=0)
    return mean[np.mean(now, axis=0).argmax()] - mean[np.mean(then, axis=0).argmax()]


RIGHT = {
    "05.1": (by_every_draw, by_recurrence, metrics.expected_best),
    "05.2": (split_by_hand,),
    "05.3": (
        lambda n, machines, minutes, each: int(minutes // (each * -(-n // machines))),
        lambda n, machines, minutes, each: caviar.epochs_each(
            n, machines=machines, minutes=minutes, minutes_per_epoch=each
        ),
    ),
    "05.5": (babysit_by_index, babysit_with_copies),
    "05.6": (
        lambda losses: int(np.argmin(np.where(np.isnan(losses), np.inf, losses))),
        lambda losses: min((i for i in range(len(losses)) if losses[i] == losses[i]), key=lambda i: losses[i]),
        lambda losses: np.argsort(losses)[0],
    ),
    "05.4": (cost_in_steps, lambda then, now, judged: drift.cost_of_staying(then, now, judged).mean()),
}


@pytest.mark.parametrize("name", RIGHT)
def test_other_ways_to_be_right_are_right(name):
    for i, answer in enumerate(RIGHT[name]):
        status, message = judge(EXERCISES[name], answer)
        assert status == "correct", f"way {i}: {message}"


def test_every_exercise_of_the_lesson_has_more_than_one_right_answer():
    assert RIGHT.keys() == {name for name in EXERCISES if name.startswith("05.")}
