"""Many ways to write an update, to share out a variance and to mend a search. None of them is refused."""

import numpy as np
import pytest

from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES
from coursekit.optimizers import adam, inverse_time_decay, momentum


def adam_by_coursekit(w, v, s, t, d_w, learning_rate, beta1, beta2, eps):  # noqa: PLR0917
    state = (t - 1, *({"w": np.atleast_1d(np.float64(each))} for each in (v, s)))
    parameters, (_, v, s) = adam(
        {"w": np.atleast_1d(np.float64(w))}, {"w": np.atleast_1d(np.float64(d_w))}, state,
        learning_rate=learning_rate, beta1=beta1, beta2=beta2, eps=eps,
    )  # fmt: skip
    return tuple(each["w"].reshape(np.shape(d_w)) for each in (parameters, v, s))


def adam_with_one_factor(w, v, s, t, d_w, learning_rate, beta1, beta2, eps):  # noqa: PLR0917
    v += (1 - beta1) * (d_w - v)
    s += (1 - beta2) * (d_w * d_w - s)
    rate = learning_rate * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
    return w - rate * v / (s**0.5 + eps * (1 - beta2**t) ** 0.5), v, s


def momentum_by_coursekit(w, v, d_w, learning_rate, momentum_):
    w, v, d_w = (np.atleast_1d(np.float64(each)) for each in (w, v, d_w))
    new, v_new = momentum({"w": w}, {"w": d_w}, {"w": v}, learning_rate=learning_rate, momentum=momentum_)
    shape = () if np.size(w) == 1 else np.shape(w)
    return new["w"].reshape(shape), v_new["w"].reshape(shape)


def share_from_means(groups, scores):
    names, inverse, counts = np.unique(groups, return_inverse=True, return_counts=True)
    means = np.array([scores[inverse == i].mean() for i in range(len(names))])
    return np.sum(counts * (means - scores.mean()) ** 2) / (scores.var() * len(scores))


def share_by_one_hot(groups, scores):
    columns = (groups[:, None] == np.unique(groups)).astype(float)
    fitted = columns @ np.linalg.lstsq(columns, scores, rcond=None)[0]
    return np.var(fitted) / np.var(scores)


def rank_in_a_loop(shares):
    found = [(column.mean(), j) for j, column in enumerate(shares.T) if column.mean() > 2 * column.std()]
    return [j for _, j in sorted(found, reverse=True)]


def epochs_by_counting(learning_rate, decay_rate, step, n_examples, batch_size):
    epoch, left = 0, n_examples
    for _ in range(step):
        left -= batch_size
        if left <= 0:
            epoch, left = epoch + 1, n_examples
    return inverse_time_decay(learning_rate, decay_rate=decay_rate)(epoch)


RIGHT = {
    "01.1": (
        momentum_by_coursekit,
        lambda w, v, d_w, learning_rate, momentum: (
            w - learning_rate * (v + (1 - momentum) * (d_w - v)), v + (1 - momentum) * (d_w - v)
        ),
    ),
    "01.2": (adam_by_coursekit, adam_with_one_factor),
    "01.4": (share_from_means, share_by_one_hot),
    "01.5": (
        rank_in_a_loop,
        lambda shares: np.array(
            [j for j in shares.mean(axis=0).argsort()[::-1] if shares[:, j].mean() / shares[:, j].std(ddof=1) > 2]
        ),
    ),
    "01.6": (
        lambda n, d, seed: np.stack([np.random.default_rng([seed, j]).random(n) for j in range(d)], axis=1),
        lambda n, d, seed: np.random.default_rng(seed).uniform(0, 1, (d, n)).T,
        lambda n, d, seed: np.random.RandomState(seed).rand(n, d).tolist(),
    ),
    "01.7": (
        lambda learning_rate, momentum: (learning_rate - momentum * learning_rate, momentum),
        lambda learning_rate, momentum: tuple(np.array([learning_rate * (1 - momentum), momentum])),
    ),
    "01.3": (
        epochs_by_counting,
        lambda learning_rate, decay_rate, step, n_examples, batch_size: (
            learning_rate / (1 + decay_rate * (step // int(np.ceil(n_examples / batch_size))))
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_other_ways_to_be_right_are_right(name):
    for i, answer in enumerate(RIGHT[name]):
        status, message = judge(EXERCISES[name], answer)
        assert status == "correct", f"way {i}: {message}"


def test_every_exercise_of_the_lesson_has_more_than_one_right_answer():
    assert RIGHT.keys() == {name for name in EXERCISES if name.startswith("01.")}
