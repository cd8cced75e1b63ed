"""Steps ahead: against a loop, against calculus, against mistakes, and under a change that must not matter."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.lessons.why_batch_norm_helps.landscape import along_gradient, relative_steps
from coursekit.network import Network, backward, forward, init_network
from coursekit.softmax import softmax_loss

AHEAD = (0.0, 0.05, 0.3, 2.0)


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
    losses, at, follow = [], parameters, loss_and_gradient(network, parameters, X, y)[1]
    for length in lengths:
        end = {name: (at if walk else parameters)[name] + sign * length * d for name, d in follow.items()}
        loss, new = loss_and_gradient(network, end, X, y)
        losses.append(loss)
        if walk:
            at, follow = end, new
    return losses


def relative_by_hand(network, parameters, X, y, shares):
    losses, gradient = [], loss_and_gradient(network, parameters, X, y)[1]
    for share in shares:
        end = dict(parameters)
        for name in parameters:
            if name[0] == "W":
                end[name] = (
                    parameters[name]
                    - share * np.sqrt(np.sum(parameters[name] ** 2) / np.sum(gradient[name] ** 2)) * gradient[name]
                )
        losses.append(loss_and_gradient(network, end, X, y)[0])
    return losses


@pytest.mark.parametrize("batch_norm", [None, "before", "after"])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_it_is_what_a_loop_gives(batch_norm, activation):
    network, parameters, X, y = drawn(batch_norm, activation)
    losses = along_gradient(network, parameters, X, y, AHEAD)
    assert_allclose(losses, one_by_one(network, parameters, X, y, AHEAD), rtol=1e-9)
    assert losses[0] == pytest.approx(loss_and_gradient(network, parameters, X, y)[0])
    relative = relative_steps(network, parameters, X, y, AHEAD)
    assert_allclose(relative, relative_by_hand(network, parameters, X, y, AHEAD), rtol=1e-9)


@pytest.mark.parametrize("mistake", [{"sign": 1}, {"walk": True}])
def test_steps_uphill_and_steps_that_walk_on_would_be_seen(mistake):
    network, parameters, X, y = drawn(None)
    losses = one_by_one(network, parameters, X, y, AHEAD, **mistake)
    assert not np.allclose(along_gradient(network, parameters, X, y, AHEAD), losses, rtol=1e-3)


def test_for_a_short_step_it_is_calculus():
    """The loss falls by the length times the gradient's square."""
    network, parameters, X, y = drawn("before", "tanh")
    loss, gradient = loss_and_gradient(network, parameters, X, y)
    (ahead,) = along_gradient(network, parameters, X, y, [1e-6])
    assert_allclose((loss - ahead) / 1e-6, sum(np.sum(d**2) for d in gradient.values()), rtol=1e-4)


def test_rescaled_weights_change_the_loss_along_the_gradient_and_not_after_a_relative_step():
    for batch_norm in ("before", None):
        network, parameters, X, y = drawn(batch_norm)
        factors = {"W1": 10, "W2": 10} if batch_norm else {"W1": 10, "W2": 0.1}  # the same function
        larger = {name: array * factors.get(name, 1) for name, array in parameters.items()}
        assert_allclose(forward(network, larger, X)[0], forward(network, parameters, X)[0], rtol=1e-3)
        one, other = (along_gradient(network, each, X, y, [0.3, 2.0]) for each in (parameters, larger))
        assert not np.allclose(one, other, rtol=0.02)
        one, other = (relative_steps(network, each, X, y, [0.1, 0.3]) for each in (parameters, larger))
        assert_allclose(one, other, rtol=2e-3)


def test_a_step_that_flies_off_is_no_error():
    network, parameters, X, y = drawn(None)
    near, far = along_gradient(network, parameters, X, y, [0.1, 1e200])
    assert np.isfinite(near)
    assert not np.isfinite(far) or far > 1e100


def test_nothing_of_the_callers_is_changed():
    network, parameters, X, y = drawn("before")
    before = {name: array.copy() for name, array in parameters.items()}
    for look in (along_gradient, relative_steps):
        look(network, parameters, X, y, AHEAD)
    for name, array in before.items():
        np.testing.assert_array_equal(parameters[name], array)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p, X: along_gradient(Network([1, 2]), p, X, [0, 1], 0.1),
         "along_gradient: lengths must have shape (s,), one learning rate per step; got ()."),
        (lambda p, X: relative_steps(Network([1, 2]), p, X, [0, 1], [[0.1]]),
         "relative_steps: shares must have shape (s,), one share of each W's length per step; got (1, 1)."),
        (lambda p, X: along_gradient(Network([1, 2]), p, X, [0, 5], [0.1]),
         "along_gradient: y must hold whole labels from 0 to 1, one for each class; got 5."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call({"W1": [[1.0, -1.0]], "b1": [0.0, 0.0]}, [[2.0], [-1.0]])
