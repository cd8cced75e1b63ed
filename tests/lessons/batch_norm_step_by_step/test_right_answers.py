"""Many ways to write batch norm, forward and backward. None is refused; and each piece is judged on its own."""

import numpy as np
import pytest

from coursekit.batchnorm import batchnorm_forward
from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES
from coursekit.lessons.batch_norm_step_by_step.exercises.batchnorm_pieces import PIECES


def unit_by_unit(z, gamma, beta, eps):
    columns = []
    for j in range(z.shape[1]):
        mean = sum(z[:, j]) / len(z)
        var = sum((each - mean) ** 2 for each in z[:, j]) / len(z)
        columns.append([gamma[j] * (each - mean) / (var + eps) ** 0.5 + beta[j] for each in z[:, j]])
    return np.array(columns).T


def paper(d_out, z_norm, centered, sd, gamma):
    """Compute the paper's six equations, in their order, then the pieces that the exercise asks for."""
    m = d_out.shape[0]
    d_norm = d_out * gamma
    d_var = np.einsum("mn,mn->n", d_norm, centered) * -0.5 * sd**-3.0
    d_mean = -np.sum(d_norm / sd, axis=0) + d_var * np.mean(-2 * centered, axis=0)
    d_centered = d_norm / sd + 2 / m * d_var * centered
    d_z = d_norm / sd + d_var * 2 * centered / m + d_mean / m
    return (d_out.sum(axis=0), (d_out * z_norm).sum(axis=0), d_norm, d_var * 2 * sd, d_var, d_centered, d_mean, d_z)


def by_matrix(d_out, z_norm, sd, gamma):
    m = len(d_out)
    columns = []
    for j, column in enumerate(z_norm.T):
        jacobian = gamma[j] / sd[j] * (np.eye(m) - 1 / m - np.outer(column, column) / m)
        columns.append(jacobian @ d_out[:, j])
    return np.stack(columns, axis=1)


RIGHT = {
    "07.1": (
        unit_by_unit,
        lambda z, gamma, beta, eps: batchnorm_forward(z, gamma, beta, eps=eps)[0],
        lambda z, gamma, beta, eps: (
            z * (gamma / np.sqrt(z.var(0) + eps)) + (beta - z.mean(0) * gamma / np.sqrt(z.var(0) + eps))
        ),
    ),
    "07.2": (
        lambda z, eps: ((np.mean((z - z.mean(axis=0)) ** 2, axis=0) + eps) ** 0.5, z.sum(axis=0) / len(z)),
        lambda z, eps: (np.hypot(z.std(axis=0), np.sqrt(eps)), np.average(z, axis=0)),
    ),
    "07.3": (paper, lambda *args: list(paper(*args))),
    "07.4": (
        by_matrix,
        lambda d_out, z_norm, sd, gamma: (
            gamma / (len(d_out) * sd) * (len(d_out) * d_out - d_out.sum(0) - z_norm * np.sum(d_out * z_norm, axis=0))
        ),
    ),
    "07.5": (
        lambda z, eps: (z - z.mean(axis=0)) * (z.var(axis=0) + eps) ** -0.5,
        lambda z, eps: batchnorm_forward(z, np.ones(z.shape[1]), np.zeros(z.shape[1]), eps=eps)[0],
    ),
    "07.6": (
        lambda var, eps: 1 - eps / (var + eps),
        lambda var, eps: [each / (each + eps) for each in var],
    ),
    "07.7": (
        lambda z, learned, eps: batchnorm_forward(z, learned["gamma"], learned["beta"], eps=eps)[0],
        lambda z, learned, eps: unit_by_unit(z, learned["gamma"], learned["beta"], eps),
    ),
    "07.8": (
        lambda X, W, eps: unit_by_unit(X @ W, np.ones(W.shape[1]), np.zeros(W.shape[1]), eps),
        lambda X, W, eps: ((X - X.mean(axis=0)) @ W) / np.sqrt(np.var(np.dot(X, W), axis=0) + eps),
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_other_ways_to_be_right_are_right(name):
    for i, answer in enumerate(RIGHT[name]):
        status, message = judge(EXERCISES[name], answer)
        assert status == "correct", f"way {i}: {message}"


def test_every_exercise_of_the_lesson_has_more_than_one_right_answer():
    assert RIGHT.keys() == {name for name in EXERCISES if name.startswith("07.")}


# ---- piece by piece

BACKWARD = EXERCISES["07.3"]


@pytest.mark.parametrize("n", range(1, 8))
def test_the_first_pieces_are_judged_without_the_rest(n):
    status, message = judge(BACKWARD, lambda *args: paper(*args)[:n])
    verb = "pieces are" if n > 1 else "pieces is"
    assert status == "not yet"
    assert message == f"{n} of 8 {verb} right. Next: {PIECES[n].name}. Return what you have so far, in order."


def test_dots_in_the_place_of_a_piece_are_what_comes_next():
    message = judge(BACKWARD, lambda *args: (*paper(*args)[:3], ..., None)).message
    assert message.startswith("3 of 8 pieces are right. Next: d_sd.")


def test_one_piece_needs_no_tuple():
    assert judge(BACKWARD, lambda d_out, *_: d_out.sum(axis=0)).message.startswith("1 of 8 pieces is right.")


def test_a_later_piece_is_judged_by_the_learner_s_own_before_it():
    def two_mistakes(*args):
        pieces = list(paper(*args))
        pieces[5] = args[0] * args[4] / args[3]  # the variance's way is missing
        pieces[6] = -pieces[5].sum(axis=0)
        pieces[7] = pieces[5]  # and the mean's
        return tuple(pieces)

    message = judge(BACKWARD, two_mistakes).message
    assert message.startswith("5 of 8 pieces are right. d_centered: the way through the variance is missing.")
    assert message.endswith("Wrong by itself, too: d_z.")


def test_what_follows_from_a_wrong_piece_is_not_blamed():
    def wrong_sign(*args):
        pieces = list(paper(*args))
        _, _, centered, sd, gamma = args
        pieces[3] = -pieces[3]
        pieces[4] = -pieces[4]
        pieces[5] = args[0] * gamma / sd + pieces[4] * 2 * centered / len(centered)
        pieces[7] = pieces[5] + pieces[6] / len(centered)
        return tuple(pieces)

    message = judge(BACKWARD, wrong_sign).message
    assert message.startswith("3 of 8 pieces are right. d_sd: the sign is wrong.")
    assert "by itself" not in message


def test_with_both_paths_dropped_it_says_which_way_is_missing_and_how_well_it_hides():
    message = judge(EXERCISES["07.4"], lambda d_out, _, sd, gamma: gamma / sd * d_out).message
    assert message.startswith("Two terms are missing: the way through the mean and the way through the variance.")
    assert "cosine" in message


def test_what_nobody_has_met_is_told_what_was_seen():
    message = judge(BACKWARD, lambda *args: (3 * args[0].sum(axis=0),)).message
    assert message.startswith("0 of 8 pieces are right. d_beta is")
    assert "expected" in message


def test_a_ninth_thing_is_noticed():
    message = judge(BACKWARD, lambda *args: (*paper(*args), 0)).message
    assert message == "8 of 8 pieces are right. You return 9 things, and the last of the eight is d_z."
