"""Noise in training: its gradient against the numerical one, its strength against draws."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.batchnorm import batchnorm_forward
from coursekit.gradcheck import numerical_gradient
from coursekit.lessons.why_batch_norm_helps.batch_noise import (
    equal_drop_rate,
    noisy_gradients,
    population_statistics,
    shaken,
)
from coursekit.network import Network, backward, forward, init_network
from coursekit.softmax import softmax_loss

pytestmark = pytest.mark.seconds

NETWORK = Network([3, 6, 5, 4], batch_norm="before")


def drawn():
    rng = np.random.default_rng(6)
    parameters = init_network(NETWORK, rng)
    for name in parameters:
        if name.startswith(("gamma", "beta")):
            parameters[name] = parameters[name] + rng.normal(0, 0.3, parameters[name].shape)
    return parameters, rng.normal(size=(12, 3)), rng.integers(0, 4, 12)


def test_without_noise_it_is_the_network_of_the_course():
    parameters, X, y = drawn()
    loss, gradients = noisy_gradients(NETWORK, parameters, X, y, np.random.default_rng(0), ghost=12)
    z, cache = forward(NETWORK, parameters, X)
    expected, d_z = softmax_loss(z, y)
    assert loss == pytest.approx(expected)
    for name, d in backward(d_z, cache).items():
        assert_allclose(gradients[name], d, atol=1e-12)


@pytest.mark.parametrize(("ghost", "drop"), [(12, 0.4), (4, 0.0), (3, 0.3), (2, 0.5)])
def test_the_gradient_is_that_of_the_loss(ghost, drop):
    parameters, X, y = drawn()

    def loss(**changed):
        return noisy_gradients(
            NETWORK, {**parameters, **changed}, X, y, np.random.default_rng(1), ghost=ghost, drop=drop
        )[0]

    _, gradients = noisy_gradients(NETWORK, parameters, X, y, np.random.default_rng(1), ghost=ghost, drop=drop)
    assert gradients.keys() == parameters.keys()
    for name, value in parameters.items():
        numerical = numerical_gradient(lambda v, name=name: loss(**{name: v}), value)
        assert_allclose(gradients[name], numerical, atol=1e-6)
        if np.abs(numerical).max() > 1e-3:
            assert not np.allclose(1.05 * gradients[name], numerical, atol=1e-6)


def test_ghosts_know_only_their_own_group():
    parameters, X, y = drawn()
    losses = [noisy_gradients(NETWORK, parameters, X[rows], y[rows], np.random.default_rng(0), ghost=4)[0]
              for rows in (slice(0, 4), slice(4, 8), slice(8, 12))]  # fmt: skip
    assert noisy_gradients(NETWORK, parameters, X, y, np.random.default_rng(0), ghost=4)[0] == pytest.approx(
        np.mean(losses)
    )


def test_dropout_takes_its_share_and_leaves_the_mean():
    """With W2 = 0 every digit gets the same d_z, and d_W2 is what the hidden units send on, weighed by it."""
    rng = np.random.default_rng(0)
    network = Network([2, 2, 2], batch_norm="before")
    start = {"W1": np.eye(2), "gamma1": np.ones(2), "beta1": np.full(2, 50.0), "W2": np.zeros((2, 2)),
             "b2": np.zeros(2)}  # fmt: skip
    X, y = rng.normal(size=(4000, 2)), np.zeros(4000, int)
    _, whole = noisy_gradients(network, start, X, y, rng, ghost=4000)
    _, dropped = noisy_gradients(network, start, X, y, rng, ghost=4000, drop=0.25)
    assert_allclose(dropped["W2"], whole["W2"], rtol=0.03)
    assert not np.allclose(dropped["W2"], whole["W2"], rtol=1e-6)
    variance = np.array([noisy_gradients(network, start, X[:2], y[:2], rng, ghost=2, drop=0.25)[1]["W2"][0, 0]
                         for _ in range(2000)]).var()  # fmt: skip
    assert_allclose(variance, 2 * (50 * 0.25) ** 2 * (1 / 3), rtol=0.15)


@pytest.mark.parametrize(("m", "low", "high"), [(2, 0.3, 0.55), (4, 0.6, 0.8), (8, 0.8, 1.1), (50, 0.8, 1.1)])
def test_the_rate_of_equal_noise_is_what_draws_give_from_8_on(m, low, high):
    """For normal z, through batch norm and a ReLU: the variance from draw to draw, averaged over examples."""
    rng = np.random.default_rng(m)
    z = rng.normal(size=(200, m, 2000))
    examples = rng.normal(size=2000)
    z[:, 0] = examples
    noisy = np.maximum(batchnorm_forward(z, np.ones(2000), np.zeros(2000))[0][:, 0], 0)
    p = equal_drop_rate(m)
    dropped = np.maximum(examples, 0) * (rng.random((200, 2000)) >= p) / (1 - p)
    ratio = noisy.var(axis=0).mean() / dropped.var(axis=0).mean()
    assert low < ratio < high


def test_shaken_is_stretched_and_shifted_and_its_gradient_comes_back():
    parameters, X, y = drawn()
    seen, back = shaken(parameters, np.random.default_rng(2), shift=0.5, stretch=1.25)
    stretches = seen["gamma1"] / parameters["gamma1"]
    assert np.all((stretches >= 1) & (stretches <= 1.25))
    assert np.ptp(stretches) > 0.05
    shifts = seen["beta1"] - stretches * parameters["beta1"]
    assert np.all(np.abs(shifts) <= 0.5)
    for name in ("W1", "W2", "W3", "b3"):
        assert_array_equal(seen[name], parameters[name])
    z, cache = forward(NETWORK, seen, X)
    gradients = back(backward(softmax_loss(z, y)[1], cache))

    def loss(**changed):
        again, _ = shaken({**parameters, **changed}, np.random.default_rng(2), shift=0.5, stretch=1.25)
        return softmax_loss(forward(NETWORK, again, X)[0], y)[0]

    for name, value in parameters.items():
        assert_allclose(gradients[name], numerical_gradient(lambda v, name=name: loss(**{name: v}), value), atol=1e-6)


def test_population_statistics_make_a_large_batch_and_test_time_agree():
    parameters, X, _ = drawn()
    statistics = population_statistics(NETWORK, parameters, X)
    assert sorted(statistics) == ["mean1", "mean2", "var1", "var2"]
    assert_allclose(
        forward(NETWORK, parameters, X, statistics=statistics)[0], forward(NETWORK, parameters, X)[0], atol=1e-9
    )
    assert population_statistics(Network([2, 2]), {"W1": np.eye(2), "b1": np.zeros(2)}, np.eye(2)) == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ghost": 5}, "noisy_gradients: ghost must divide 12, the number of examples; got 5."),
        ({"ghost": 1}, "noisy_gradients: ghost must be a whole number of at least 2; got 1."),
        ({"ghost": 4, "drop": 1.0}, "noisy_gradients: drop must "),
    ],
)
def test_what_does_not_fit_is_refused(options, message):
    parameters, X, y = drawn()
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        noisy_gradients(NETWORK, parameters, X, y, np.random.default_rng(0), **options)


def test_another_kind_of_network_is_refused():
    parameters, X, y = drawn()
    message = r"^noisy_gradients: network must have batch norm before ReLUs; got Network\(.*'tanh'.*\)\.$"
    with pytest.raises(ValueError, match=message):
        noisy_gradients(Network([3, 6, 5, 4], "tanh", "before"), parameters, X, y, np.random.default_rng(0), ghost=4)


def test_one_example_has_no_equal_drop_rate():
    with pytest.raises(ValueError, match=r"^equal_drop_rate: m must be a whole number of at least 2; got 1\.$"):
        equal_drop_rate(1)
