"""The loss counts one probability, and the gradient moves the logits as lesson 12 says."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.datasets import three_sets
from coursekit.lessons.train_a_softmax_classifier.explore_softmax_loss import CAT, CLASSES, answer, descend
from coursekit.network import Network, forward, init_network
from coursekit.softmax import softmax_loss


def test_it_starts_at_the_lectures_cat():
    state = answer("cat", 0.2, 0.375, 0.2)
    assert_allclose(state.p, CAT)
    assert round(state.loss, 3) == 1.609


@pytest.mark.parametrize("none", [0.05, 0.5, 0.95])
@pytest.mark.parametrize("dog", [0.05, 0.5, 0.95])
def test_the_rest_counts_for_nothing_while_the_cat_is_true(none, dog):
    state = answer("cat", 0.2, none, dog)
    assert_allclose(state.p.sum(), 1)
    assert_allclose(state.loss, -np.log(0.2))
    assert np.count_nonzero(state.terms) == 1


@pytest.mark.parametrize("truth", CLASSES)
def test_the_pushes_sum_to_zero_and_the_leading_wrong_class_is_pushed_hardest(truth):
    state = descend(truth, 0.5, 7)
    push, wrong = -state.gradient, np.arange(4) != CLASSES.index(truth)
    assert_allclose(push.sum(), 0, atol=1e-12)
    assert push[~wrong] > 0
    assert push[wrong].argmin() == state.p[-1][wrong].argmax()
    assert_allclose(descend(truth, 0.5, 8).z[-1], state.z[-1] + 0.5 * push)
    assert np.all(np.diff(state.losses) < 0)


@pytest.mark.parametrize("seed", range(10, 15))
def test_the_first_loss_is_log_10_only_where_the_logits_are_small(seed):
    network = Network([64, 50, 10])
    sets, start = three_sets(np.random.default_rng(seed)), init_network(network, np.random.default_rng([seed, 1]))
    small = {**start, "W2": start["W2"] / 100}
    usual, near = (softmax_loss(forward(network, each, sets.X_train)[0], sets.y_train)[0] for each in (start, small))
    assert 2.5 < usual < 3.6
    assert abs(near - np.log(10)) < 0.02


def test_a_product_of_1200_halves_is_nothing_to_a_float():
    assert np.prod(np.full(1200, 0.5)) == 0
