"""Many ways to write softmax, hardmax and their like. None of them is refused; and all ways to damage z are seen."""

import numpy as np
import pytest
from scipy import special

from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES
from coursekit.softmax import hardmax, log_softmax, softmax


def by_loops(z):
    rows = []
    for row in z.tolist():
        powers = [np.exp(value - max(row)) for value in row]
        rows.append([power / sum(powers) for power in powers])
    return rows


def on_a_copy(z):
    z = z.astype(float)
    z -= z.max(axis=1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=1, keepdims=True)
    return z


def one_place_in_each_row(z):
    a = np.zeros_like(z)
    for i, row in enumerate(z):
        a[i, list(row).index(max(row))] = 1
    return a


def from_shares(W):
    """The sigmoid's own inverse, from the shares of examples with a single 1."""
    return special.logit(softmax(W)[:, 1])


RIGHT = {
    "11.1": (
        by_loops,
        on_a_copy,
        softmax,
        lambda z: special.softmax(z, axis=1),
        lambda z: np.exp(log_softmax(z)),
        lambda z: (np.exp(z.T - z.max(axis=1)) / np.exp(z.T - z.max(axis=1)).sum(axis=0)).T,
        lambda z: np.exp(z - special.logsumexp(z, axis=-1)[:, None]),
    ),
    "11.2": (
        one_place_in_each_row,
        hardmax,
        lambda z: (np.arange(z.shape[1]) == z.argmax(axis=1)[:, None]).astype(int),
        lambda z: np.arange(z.shape[1]) == np.argmax(z, axis=1, keepdims=True),
        lambda z: [[int(j == row.argmax()) for j in range(len(row))] for row in z],
    ),
    "11.3": (
        from_shares,
        lambda W: W @ [-1, 1],
        lambda W: np.diff(W)[:, 0],
        lambda W: [w1 - w0 for w0, w1 in W],
    ),
    "11.4": (
        softmax,
        lambda z: np.exp(z) / np.exp(z).sum(),
        lambda z: [1 / sum(np.exp(each - z_i) for each in z) for z_i in z],
    ),
    "11.5": (
        special.logsumexp,
        np.logaddexp.reduce,
        lambda z: z[0] - log_softmax(z)[0],
        lambda z: z.min() + special.logsumexp(z - z.min()),
        lambda z: z.mean() + np.log(np.exp(z - z.mean()).sum()),
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_other_ways_to_be_right_are_right(name):
    for i, answer in enumerate(RIGHT[name]):
        status, message = judge(EXERCISES[name], answer)
        assert status == "correct", f"way {i}: {message}"


def test_every_exercise_of_the_lesson_has_more_than_one_right_answer():
    assert list(RIGHT) == [name for name in EXERCISES if name.startswith("11.")]


def through_a_view(z):
    z[...] = z - z.max(axis=-1, keepdims=True)
    t = np.exp(z)
    return t / t.sum(axis=-1, keepdims=True)


def out_is_z(z):
    np.subtract(z, z.max(axis=-1, keepdims=True), out=z)
    return softmax(z)


def loop_over_views(z):
    return [softmax(np.subtract(row, row.max(), out=row)) for row in z]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (through_a_view, "writes into `z`"),
        (out_is_z, "writes into `z`"),
        (loop_over_views, "to change it is to change"),
    ],
)
def test_whoever_damages_z_is_told_so(answer, says):
    status, message = judge(EXERCISES["11.1"], answer)
    assert status == "not yet"
    assert says in message


def test_every_wrong_row_is_a_row_that_differs():
    """The first row may be right: the reason shows one that is not."""
    message = judge(EXERCISES["11.1"], loop_over_views).message
    assert "Row 1 should be [0.039 0.175 0.786]; yours is [0.002 0.011 0.987]." in message
