"""The loss along the gradient: against a loop, against calculus, and against mistakes that must be seen."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.gradcheck import numerical_gradient
from coursekit.lessons.why_batch_norm_helps.landscape import along_gradient
from coursekit.network import Network, backward, forward, init_network
from coursekit.softmax import softmax_loss

LENGTHS = (0.0, 0.05, 0.3, 2.0)


def drawn(batch_norm, activation="relu"):
    rng = np.random.default_rng(4)
    network = Network([3, 5, 4, 2], activation, batch_norm)
    return network, init_network(network, rng), rng.normal(size=(7, 3)), np.array([0, 1, 1, 0, 1, 0, 0])


def loss_and_gradient(network, parameters, X, y):
    z, cache = forward(network, parameters, X)
    loss, d_z = softmax_loss(z, y)
    return loss, backward(d_z, cache)


def one_by_one(network, parameters, X, y, lengths, *, sign=-1, walk=False):
    """The definition, in a loop; with two mistakes to plant."""
    _, gradient = loss_and_gradient(network, parameters, X, y)
    losses, changes, at, follow = [], [], parameters, gradient
    for length in lengths:
        end = {name: (at if walk else parameters)[name] + sign * length * d for name, d in follow.items()}
        loss, new = loss_and_gradient(network, end, X, y)
        losses.append(loss)
        changes.append(np.sqrt(sum(np.sum((new[name] - d) ** 2) for name, d in gradient.items())))
        if walk:
            at, follow = end, new
    return losses, changes


@pytest.mark.parametrize("batch_norm", [None, "before", "after"])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_it_is_what_a_loop_gives(batch_norm, activation):
    network, parameters, X, y = drawn(batch_norm, activation)
    along = along_gradient(network, parameters, X, y, LENGTHS)
    losses, changes = one_by_one(network, parameters, X, y, LENGTHS)
    assert_allclose(along.losses, losses, rtol=1e-9)
    assert_allclose(along.changes, changes, rtol=1e-9, atol=1e-12)
    assert along.losses[0] == pytest.approx(along.loss)
    assert along.changes[0] == 0


@pytest.mark.parametrize("mistake", [{"sign": 1}, {"walk": True}])
def test_steps_uphill_and_steps_that_walk_on_would_be_seen(mistake):
    network, parameters, X, y = drawn(None)
    losses, _ = one_by_one(network, parameters, X, y, LENGTHS, **mistake)
    assert not np.allclose(along_gradient(network, parameters, X, y, LENGTHS).losses, losses, rtol=1e-3)


def test_for_a_short_step_it_is_calculus():
    """The loss falls by length times the gradient's square, and the size is that of the numerical gradient."""
    network, parameters, X, y = drawn("before", "tanh")
    along = along_gradient(network, parameters, X, y, [1e-6])
    assert_allclose((along.loss - along.losses[0]) / 1e-6, along.size**2, rtol=1e-4)
    squares = 0.0
    for name, value in parameters.items():
        d = numerical_gradient(
            lambda v, name=name: softmax_loss(forward(network, {**parameters, name: v}, X)[0], y)[0], value
        )
        squares += np.sum(d**2)
    assert_allclose(along.size, np.sqrt(squares), rtol=1e-5)


def test_a_step_that_flies_off_is_no_error():
    network, parameters, X, y = drawn(None)
    along = along_gradient(network, parameters, X, y, [0.1, 1e200])
    assert np.isfinite(along.losses[0])
    assert not np.isfinite(along.losses[1]) or along.losses[1] > 1e100


def test_nothing_of_the_callers_is_changed():
    network, parameters, X, y = drawn("before")
    before = {name: array.copy() for name, array in parameters.items()}
    along_gradient(network, parameters, X, y, LENGTHS)
    for name, array in before.items():
        np.testing.assert_array_equal(parameters[name], array)


@pytest.mark.parametrize(
    ("lengths", "y", "message"),
    [
        (0.1, [0, 1], "along_gradient: lengths must have shape (s,), one learning rate per step; got ()."),
        ([[0.1]], [0, 1], "along_gradient: lengths must have shape (s,), one learning rate per step; got (1, 1)."),
        ([0.1], [0, 5], "along_gradient: y must hold whole labels from 0 to 1, one for each class; got 5."),
    ],
)
def test_what_does_not_fit_is_refused(lengths, y, message):
    parameters = {"W1": [[1.0, -1.0]], "b1": [0.0, 0.0]}
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        along_gradient(Network([1, 2]), parameters, [[2.0], [-1.0]], y, lengths)
