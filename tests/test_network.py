"""The network: numerical gradients, scikit-learn's forward pass, stacks against single models, folded batch norm."""

import functools
import os
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from coursekit import _layers
from coursekit._layers import ACTIVATIONS
from coursekit.batchnorm import batchnorm_backward_unchecked
from coursekit.gradcheck import numerical_gradient
from coursekit.network import (
    Network,
    accuracy,
    backward,
    classify,
    forward,
    init_network,
)
from coursekit.softmax import softmax, softmax_loss
from coursekit.trained import fold_batch_norm, one_model

SIZES = [3, 5, 4, 2]
M = 6
POSITIONS = [None, "before", "after"]


def draw(seed=0, *, n_models=None, dtype=np.float64, sizes=SIZES, m=M, **how):
    """Draw a network with nothing at 0 or 1, a batch for it, and labels."""
    rng = np.random.default_rng(seed)
    network = Network(sizes, **how)
    parameters = init_network(network, rng, n_models=n_models, dtype=dtype)
    for name, array in parameters.items():
        parameters[name] = array + rng.normal(0, 0.3, array.shape).astype(dtype)
    X, y = rng.standard_normal((m, sizes[0])).astype(dtype), rng.integers(0, sizes[-1], m)
    return network, parameters, X, y


def statistics_for(parameters, seed=0):
    rng = np.random.default_rng(seed)
    statistics = {}
    for name, gamma in parameters.items():
        if name.startswith("gamma"):
            statistics[f"mean{name[5:]}"] = rng.normal(size=gamma.shape).astype(gamma.dtype)
            statistics[f"var{name[5:]}"] = rng.uniform(0.2, 3, gamma.shape).astype(gamma.dtype)
    return statistics


def frozen(arrays):
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


# The forward pass


@pytest.mark.parametrize(
    ("activation", "g"),
    [
        ("relu", lambda z: np.where(z > 0, z, 0)),
        ("tanh", lambda z: np.sinh(z) / np.cosh(z)),
        ("sigmoid", lambda z: np.exp(z) / (np.exp(z) + 1)),
        ("linear", lambda z: z),
    ],
)
def test_forward_in_the_courses_notation(activation, g):
    network, parameters, X, _ = draw(activation=activation)
    A = X.T
    for i in (1, 2, 3):
        Z = parameters[f"W{i}"].T @ A + parameters[f"b{i}"][:, None]
        A = g(Z)
    z, _ = forward(network, parameters, X)
    assert z.shape == (M, 2)
    assert_allclose(z.T, Z)


def test_one_layer_is_the_transpose_of_the_courses():
    (network, parameters, X, _), (W, b) = draw(sizes=[3, 2]), draw(sizes=[3, 2])[1].values()
    z, _ = forward(network, parameters, X)
    assert_allclose(z.T, W.T @ X.T + b[:, None], rtol=1e-14)


@pytest.mark.parametrize(
    ("theirs", "ours"), [("relu", "relu"), ("tanh", "tanh"), ("logistic", "sigmoid"), ("identity", "linear")]
)
def test_scikit_learn_agrees(theirs, ours):
    _, _, X, y = draw(m=30)
    oracle = MLPClassifier((5, 4), activation=theirs, max_iter=5, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        oracle.fit(X, np.arange(30) % 3)
    network = Network([3, 5, 4, 3], ours)
    parameters = {f"W{i}": W for i, W in enumerate(oracle.coefs_, start=1)}
    parameters |= {f"b{i}": b for i, b in enumerate(oracle.intercepts_, start=1)}
    z, _ = forward(network, parameters, X)
    assert_allclose(softmax(z), oracle.predict_proba(X))
    assert_array_equal(classify(network, parameters, X), oracle.predict(X))
    assert accuracy(network, parameters, X, y) == pytest.approx(oracle.score(X, y))


# The backward pass


def check_gradients(network, parameters, X, y):
    """Hold every gradient of the mean softmax loss, summed over the models, against a numerical one."""

    def loss_with(name, array):
        z, _ = forward(network, parameters | {name: array}, X)
        return np.sum(softmax_loss(z, y)[0])

    z, cache = forward(network, parameters, X)
    gradients = backward(softmax_loss(z, y)[1], cache)
    assert list(gradients) == list(parameters)
    for name, array in parameters.items():
        assert gradients[name].shape == array.shape
        expected = numerical_gradient(functools.partial(loss_with, name), array)
        assert_allclose(gradients[name], expected, rtol=1e-5, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("batch_norm", POSITIONS)
@pytest.mark.parametrize("n_models", [None, 3])
def test_gradients_are_the_numerical_ones(activation, batch_norm, n_models):
    network, parameters, X, y = draw(4, activation=activation, batch_norm=batch_norm, n_models=n_models)
    check_gradients(network, parameters, X, y)


@pytest.mark.parametrize("batch_norm", POSITIONS)
@pytest.mark.parametrize(
    "shared", ["W1", "gamma1 beta1", "W1 b1 gamma1 beta1 W2 b2", "gamma2 W3 b3", "beta2", "W1 b1 gamma1"]
)
def test_a_parameter_that_models_share_hears_all_of_them(shared, batch_norm):
    network, parameters, X, y = draw(4, activation="tanh", batch_norm=batch_norm, n_models=3)
    one = one_model(parameters, 0)
    parameters |= {name: one[name] for name in shared.split() if name in one}
    check_gradients(network, parameters, X, y)


def test_one_network_on_a_batch_a_model_sums_over_them():
    network, parameters, _, _ = draw(activation="tanh")
    X, y = np.random.default_rng(1).standard_normal((3, M, 3)), np.random.default_rng(2).integers(0, 2, (3, M))
    check_gradients(network, parameters, X, y)


def test_layers_may_differ_in_b_before_batch_norm():
    network, parameters, X, y = draw(4, activation="sigmoid", batch_norm="before")
    W1, b1, others = parameters["W1"], {"b1": np.arange(5.0)}, {name: parameters[name] for name in list(parameters)[1:]}
    check_gradients(network, {"W1": W1} | b1 | others, X, y)


def drop_the_path_by_the_mean(d_out, cache):
    d_z, d_gamma, d_beta = batchnorm_backward_unchecked(d_out, cache)
    return d_z + (cache.gamma * cache.inv_std)[..., None, :] * d_out.mean(axis=-2, keepdims=True), d_gamma, d_beta


@pytest.mark.parametrize(
    ("place", "name", "wrong"),
    [
        (ACTIVATIONS, "tanh", (np.tanh, lambda a: 1 - a)),
        (vars(_layers), "batchnorm_backward_unchecked", drop_the_path_by_the_mean),
    ],
)
def test_wrong_backward_passes_are_caught(monkeypatch, place, name, wrong):
    network, parameters, X, y = draw(4, activation="tanh", batch_norm="before")
    check_gradients(network, parameters, X, y)
    monkeypatch.setitem(place, name, wrong)
    with pytest.raises(AssertionError, match="W1"):
        check_gradients(network, parameters, X, y)


# Stacks


@pytest.mark.parametrize("batch_norm", POSITIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_each_of_64_models_computes_what_it_computes_alone(batch_norm, dtype):
    network, parameters, X, y = draw(batch_norm=batch_norm, n_models=64, dtype=dtype)
    z, cache = forward(network, parameters, X)
    gradients = backward(softmax_loss(z, y)[1], cache)
    shares = accuracy(network, parameters, X, y, statistics="batch")
    assert z.shape == (64, M, 2)
    assert shares.shape == (64,)
    tolerance = {"rtol": 1e-12 if dtype == np.float64 else 1e-3, "atol": 1e-14 if dtype == np.float64 else 1e-6}
    for i in range(64):
        mine = one_model(parameters, i)
        z_alone, cache_alone = forward(network, mine, X)
        assert_allclose(z[i], z_alone, **tolerance)
        for name, gradient in backward(softmax_loss(z_alone, y)[1], cache_alone).items():
            assert_allclose(gradients[name][i], gradient, **tolerance)
        assert shares[i] == accuracy(network, mine, X, y, statistics="batch")


def test_examples_and_labels_may_be_shared_or_not():
    network, parameters, X, y = draw(n_models=3)
    z, _ = forward(network, parameters, X)
    assert_allclose(forward(network, parameters, np.stack([X] * 3))[0], z, rtol=1e-14)
    others = 1 - y
    shares = accuracy(network, parameters, X, np.stack([y, others, y]))
    assert_allclose(shares, accuracy(network, parameters, X, y) * [1, -1, 1] + [0, 1, 0])


@pytest.mark.parametrize("batch_norm", POSITIONS)
@pytest.mark.parametrize("broken", [np.nan, np.inf, 1e300])
def test_a_model_that_diverges_leaves_the_others_bit_for_bit(batch_norm, broken):
    network, parameters, X, y = draw(batch_norm=batch_norm, n_models=3)
    z, cache = forward(network, parameters, X)
    gradients = backward(softmax_loss(z, y)[1], cache)
    for name in ("W1", "W2", "W3"):
        parameters[name][1] *= broken
    z_broken, cache = forward(network, parameters, X)
    d_z = softmax_loss(np.where(np.isfinite(z_broken), z_broken, 0), y)[1]
    d_z[1] = 1e300
    gradients_broken = backward(d_z, cache)
    assert not np.isfinite(z_broken[1]).all()
    for i in (0, 2):
        assert_array_equal(z_broken[i], z[i])
        for name, gradient in gradients.items():
            assert_array_equal(gradients_broken[name][i], gradient[i])
    assert np.isfinite(accuracy(network, parameters, X, y, statistics="batch")).all()


def test_a_model_of_nan_guesses_class_0():
    network, parameters, X, y = draw(n_models=2)
    parameters["W2"][1] = np.nan
    assert_array_equal(classify(network, parameters, X)[1], 0)
    assert accuracy(network, parameters, X, y)[1] == np.mean(y == 0)


def test_one_model_of_a_stack():
    _, parameters, _, _ = draw(n_models=3, batch_norm="after")
    parameters["b3"] = parameters["b3"][0]
    last = one_model(parameters, -1)
    assert {name: array.shape for name, array in last.items()} == {
        "W1": (3, 5), "b1": (5,), "gamma1": (5,), "beta1": (5,),
        "W2": (5, 4), "b2": (4,), "gamma2": (4,), "beta2": (4,), "W3": (4, 2), "b3": (2,),
    }  # fmt: skip
    assert_array_equal(last["W2"], parameters["W2"][2])
    assert_array_equal(last["b3"], parameters["b3"])
    assert_array_equal(one_model(statistics_for(parameters), 1)["var1"], statistics_for(parameters)["var1"][1])


# Batch norm


@pytest.mark.parametrize("position", ["before", "after"])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("n_models", [None, 3])
def test_folded_batch_norm_has_the_same_logits(position, activation, n_models):
    how = {"activation": activation, "batch_norm": position, "eps": 0.01}
    network, parameters, X, _ = draw(n_models=n_models, **how)
    statistics = statistics_for(parameters)
    expected, _ = forward(network, parameters, X, statistics=statistics)
    plain, folded = fold_batch_norm(network, parameters, statistics)
    assert plain == Network(SIZES, activation)
    assert sorted(folded) == ["W1", "W2", "W3", "b1", "b2", "b3"]
    assert_allclose(forward(plain, folded, X)[0], expected, rtol=1e-11)
    from_the_batch, _ = forward(network, parameters, X)
    assert np.abs(from_the_batch - expected).max() > 0.1


def test_folding_keeps_what_b_there_is():
    network, parameters, X, _ = draw(batch_norm="before")
    statistics = statistics_for(parameters)
    for b in ({}, {"b1": np.arange(5.0)}, {"b1": np.arange(5.0), "b2": np.ones(4)}):
        expected, _ = forward(network, parameters | b, X, statistics=statistics)
        assert_allclose(forward(*fold_batch_norm(network, parameters | b, statistics), X)[0], expected, rtol=1e-11)
    plain, parameters, _, _ = draw()
    assert_array_equal(fold_batch_norm(plain, parameters, {})[1]["W2"], parameters["W2"])


def test_eps_is_the_networks_in_training_and_at_test_time():
    logits = []
    for eps in (1e-5, 0.5):
        network, parameters, X, _ = draw(batch_norm="before", eps=eps)
        z = X @ parameters["W1"]
        z_norm = (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps)
        _, cache = forward(network, parameters, X)
        expected = np.maximum(parameters["gamma1"] * z_norm + parameters["beta1"], 0)
        assert_allclose(cache.layers[1].x, expected, atol=1e-12)
        logits.append(forward(network, parameters, X, statistics=statistics_for(parameters))[0])
    assert np.abs(logits[0] - logits[1]).max() > 0.1


def test_a_network_is_said_once_and_what_was_made_for_another_is_refused():
    """Made with one side and run with the other, logits were off by 2.1, and nothing said so."""
    after, parameters, X, y = draw(batch_norm="after")
    without, before = Network(SIZES), Network(SIZES, batch_norm="before")
    for function in (forward, classify):
        with pytest.raises(ValueError, match=r"^forward: parameters must hold W1, b1, W2, b2, W3, b3, as the network"):
            function(without, parameters, X)
        with pytest.raises(TypeError, match="unexpected keyword argument"):
            function(after, parameters, X, batch_norm="before")
    drawn = init_network(before, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"^forward: parameters must hold W1, b1, gamma1, beta1, W2"):
        accuracy(after, drawn, X, y, statistics="batch")
    with pytest.raises(ValueError, match=r"^forward: W1 must have shape \(3, 4\) or \(k, 3, 4\), one row per feature"):
        forward(Network([3, 4, 4, 2], batch_norm="before"), drawn, X)
    with pytest.raises(AttributeError):
        after.batch_norm = "before"
    forward(before, parameters, X)  # where b stands beside gamma, they fit both sides, as the docstring says


def test_the_batchs_own_statistics_are_asked_for_by_name():
    network, parameters, X, y = draw(batch_norm="before")
    z, _ = forward(network, parameters, X)
    assert accuracy(network, parameters, X, y, statistics="batch") == np.mean(z.argmax(axis=1) == y)
    assert_array_equal(classify(network, parameters, X, statistics="batch"), z.argmax(axis=1))
    one_layer, start, _, _ = draw(sizes=[3, 2], batch_norm="before")  # no hidden layer, and so no batch norm
    assert_array_equal(classify(one_layer, start, X), forward(one_layer, start, X)[0].argmax(axis=1))


@pytest.mark.parametrize("position", ["before", "after"])
def test_with_the_batchs_own_statistics_test_time_is_training(position):
    network, parameters, X, _ = draw(batch_norm=position, n_models=3)
    z, cache = forward(network, parameters, X)
    statistics = {}
    for i in (1, 2):
        statistics |= {f"mean{i}": cache.layers[i - 1].norm.mean, f"var{i}": cache.layers[i - 1].norm.var}
    assert_allclose(forward(network, parameters, X, statistics=statistics)[0], z, rtol=1e-10)
    alone, _ = forward(network, parameters, X[:1], statistics=statistics)
    assert_allclose(alone[:, 0], z[:, 0], rtol=1e-10)


def test_what_batch_norm_takes_off_again():
    network, parameters, X, y = draw(batch_norm="before")
    z, cache = forward(network, parameters, X)
    gradients = backward(softmax_loss(z, y)[1], cache)
    with_b, longer = parameters | {"b1": np.arange(5.0)}, parameters | {"W1": 10 * parameters["W1"]}
    z_with_b, cache = forward(network, with_b, X)
    assert_allclose(z_with_b, z)
    assert_allclose(backward(softmax_loss(z, y)[1], cache)["b1"], 0, atol=1e-15)
    z_longer, cache = forward(network, longer, X)
    assert_allclose(z_longer, z, atol=1e-3)
    assert_allclose(10 * backward(softmax_loss(z, y)[1], cache)["W1"], gradients["W1"], rtol=0.05, atol=1e-4)


# The start


def test_he_keeps_the_size_of_the_signal_and_a_number_is_the_std():
    rng = np.random.default_rng(0)
    network = Network([400, 300, 200, 10])
    parameters = init_network(network, rng)
    assert parameters["W1"].std() == pytest.approx(np.sqrt(2 / 400), rel=0.02)
    assert parameters["W2"].std() == pytest.approx(np.sqrt(2 / 300), rel=0.02)
    _, cache = forward(network, parameters, rng.standard_normal((50, 400)))
    sizes = [np.mean(layer.x**2) for layer in cache.layers]
    assert_allclose(sizes, 1, rtol=0.2)
    assert init_network(Network([400, 300]), rng, scale=0.01)["W1"].std() == pytest.approx(0.01, rel=0.02)
    stack = init_network(Network([400, 300, 20]), rng, scale=[0.01, 1, 0], n_models=3)
    assert_allclose([stack["W2"][i].std() for i in range(3)], [0.01, 1, 0], rtol=0.05)


@pytest.mark.skipif("COURSEKIT_SHAKEN" in os.environ, reason="that processor rounds each first weight")
def test_the_weights_depend_on_the_rng_alone():
    double, single, normed = (
        init_network(Network(SIZES, batch_norm=batch_norm), np.random.default_rng(1), n_models=2, dtype=dtype)
        for batch_norm, dtype in ((None, np.float64), (None, np.float32), ("before", np.float64))
    )
    for name in ("W1", "W2", "W3"):
        assert_array_equal(single[name], double[name].astype(np.float32))
        assert_array_equal(normed[name], double[name])
        assert not np.isclose(double[name][0], double[name][1]).any()
    for position, names in (("before", {"W", "gamma", "beta"}), ("after", {"W", "b", "gamma", "beta"})):
        drawn = init_network(Network(SIZES, batch_norm=position), np.random.default_rng(1))
        assert {name[:-1] for name in drawn if name[-1] in "12"} == names
        assert {name for name in drawn if name[-1] == "3"} == {"W3", "b3"}
        assert (drawn["gamma2"] == 1).all()
        assert not any(drawn[name].any() for name in drawn if name[0] == "b")


# Types, and what the caller owns


@pytest.mark.parametrize("batch_norm", POSITIONS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_all_is_computed_in_the_dtype_of_the_parameters(activation, batch_norm, dtype):
    network, parameters, X, y = draw(activation=activation, batch_norm=batch_norm, n_models=3, dtype=dtype)
    for X_given in (X, X.astype(np.float64), X.astype(np.float32), (9 * X).astype(np.int64)):
        z, cache = forward(network, parameters, X_given)
        assert z.dtype == dtype
        gradients = backward(np.ones(z.shape), cache)
        assert all(gradient.dtype == dtype for gradient in gradients.values())
    statistics = statistics_for(parameters) if batch_norm else {}
    assert forward(network, parameters, X, statistics=statistics)[0].dtype == dtype
    _, folded = fold_batch_norm(network, parameters, statistics)
    assert all(array.dtype == dtype for array in folded.values())
    integers = {name: np.ones(array.shape, int) for name, array in parameters.items()}
    assert forward(network, integers, X)[0].dtype == np.float64
    assert accuracy(network, parameters, X, y, statistics=statistics).dtype == np.float64


@pytest.mark.parametrize("batch_norm", POSITIONS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_what_the_caller_owns_stays(activation, batch_norm):
    network, parameters, X, y = draw(activation=activation, batch_norm=batch_norm)
    statistics, given = statistics_for(parameters), {"X": X, "y": y, "d_z": np.ones((M, 2))}
    owned = frozen(parameters), frozen(statistics), frozen(given)
    before = [array.copy() for arrays in owned for array in arrays.values()]
    _, cache = forward(network, parameters, X)
    kept = [layer.out.copy() for layer in cache.layers]
    backward(given["d_z"], cache)
    accuracy(network, parameters, X, y, statistics=statistics)
    fold_batch_norm(network, parameters, statistics)
    for array, old in zip((array for arrays in owned for array in arrays.values()), before, strict=True):
        assert_array_equal(array, old)
    for layer, out in zip(cache.layers, kept, strict=True):  # a second backward pass gives the same
        assert_array_equal(layer.out, out)


@pytest.mark.seconds
@given(seed=st.integers(0, 999), order=st.permutations(range(M)))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_examples_moves_the_logits_and_not_the_gradients(seed, order):
    for batch_norm in POSITIONS:
        network, parameters, X, y = draw(seed, batch_norm=batch_norm)
        (z, cache), (z_moved, cache_moved) = forward(network, parameters, X), forward(network, parameters, X[order])
        assert_allclose(z_moved, z[order], atol=1e-9)
        gradients = backward(softmax_loss(z, y)[1], cache)
        for name, gradient in backward(softmax_loss(z_moved, y[order])[1], cache_moved).items():
            assert_allclose(gradient, gradients[name], atol=1e-9)


def test_accuracy_is_a_plain_number_and_the_first_of_a_tie_counts():
    network, parameters = Network([2, 3]), {"W1": np.zeros((2, 3)), "b1": [1, 1, 0]}
    share = accuracy(network, parameters, np.ones((4, 2)), [0, 0, 1, 2])
    assert share == 0.5
    assert type(share) is float
    assert classify(network, parameters, np.ones((4, 2))).tolist() == [0, 0, 0, 0]
    assert accuracy(network, parameters, np.ones((4, 2)), [0.0, 0.0, 1.0, 2.0]) == 0.5


NETWORK, PLAIN, X, _ = draw()
_, STACK, _, _ = draw(n_models=3)
WITH_NORM, NORMED, _, _ = draw(batch_norm="before")
RNG = np.random.default_rng(0)
NAMES = "hold W1, b1, W2, b2, W3, b3, as the network has sizes (3, 5, 4, 2) and no batch norm"
NORMED_NAMES = (
    "hold W1, gamma1, beta1, W2, gamma2, beta2, W3, b3, as the network has sizes (3, 5, 4, 2) and batch norm before"
)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: Network([3]),
            ValueError,
            "Network: sizes must hold at least the numbers of features and of classes; got [3].",
        ),
        (
            lambda: Network([3, 2.5]),
            ValueError,
            "Network: sizes must be a whole number of at least 1; got 2.5.",
        ),
        (
            lambda: init_network(Network([3, 2]), 0),
            TypeError,
            "init_network: rng must be a numpy.random.Generator; got 0. Make one with numpy.random.default_rng(seed).",
        ),
        (
            lambda: Network([3, 2], batch_norm="first"),
            ValueError,
            "Network: batch_norm must be one of 'before', 'after'; got 'first'.",
        ),
        (
            lambda: init_network(Network([3, 2]), RNG, dtype=np.int64),
            TypeError,
            "init_network: dtype must be float64 or float32; got int64.",
        ),
        (
            lambda: init_network(Network([3, 2]), RNG, n_models=0),
            ValueError,
            "init_network: n_models must be a whole number of at least 1; got 0.",
        ),
        (
            lambda: init_network(Network([3, 2]), RNG, scale="xavier"),
            ValueError,
            "init_network: scale must be one of 'he'; got 'xavier'.",
        ),
        (
            lambda: init_network(Network([3, 2]), RNG, scale=-1),
            ValueError,
            "init_network: scale must be a number of at least 0; got -1.",
        ),
        (
            lambda: init_network(Network([3, 2]), RNG, scale=[1, -2], n_models=2),
            ValueError,
            "init_network: scale must be a number of at least 0; got -2.0.",
        ),
        (
            lambda: init_network(Network([3, 2]), RNG, scale=[1, 2]),
            ValueError,
            "init_network: scale must be 'he', one number, or one per model with n_models of them; got shape "
            "(2,) for n_models = None.",
        ),
        (
            lambda: Network([3, 2], "swish"),
            ValueError,
            "Network: activation must be one of 'relu', 'tanh', 'sigmoid', 'linear'; got 'swish'.",
        ),
        (
            lambda: Network(3),
            TypeError,
            "Network: sizes must be a list of the numbers of units; got 3.",
        ),
        (
            lambda: Network([3, 2], eps=0),
            ValueError,
            "Network: eps must be a number of at least 1.17549e-38 and of at most 3.40282e+38; got 0.",
        ),
        (
            lambda: Network([3, 2], eps=1e39),
            ValueError,
            "Network: eps must be a number of at least 1.17549e-38 and of at most 3.40282e+38; got 1e+39.",
        ),
        (
            lambda: init_network([3, 2], RNG),
            TypeError,
            "init_network: network must be a Network, such as Network([64, 50, 10]); got list.",
        ),
        (
            lambda: forward(PLAIN, NETWORK, X),
            TypeError,
            "forward: network must be a Network, such as Network([64, 50, 10]); got dict.",
        ),
        (
            lambda: accuracy(WITH_NORM, NORMED, X, np.zeros(6)),
            ValueError,
            "accuracy: statistics must be given for a network with batch norm, such as history.statistics, or be "
            "'batch' for those of X itself; got None.",
        ),
        (
            lambda: classify(WITH_NORM, NORMED, X, statistics="own"),
            ValueError,
            "classify: statistics must be one of 'batch'; got 'own'.",
        ),
        (
            lambda: forward(NETWORK, {}, X),
            ValueError,
            f"forward: parameters must {NAMES}; got none.",
        ),
        (
            lambda: forward(NETWORK, {"W1": np.ones((3, 2)), "b2": np.ones(2)}, X),
            ValueError,
            f"forward: parameters must {NAMES}; got W1, b2.",
        ),
        (
            lambda: forward(NETWORK, {"W1": np.ones((3, 2)), "W3": np.ones((2, 2)), "b3": [0, 0]}, X),
            ValueError,
            f"forward: parameters must {NAMES}; got W1, W3, b3.",
        ),
        (
            lambda: forward(NETWORK, {"W1": np.ones((3, 2)), "gamma1": [1, 1], "beta1": [1, 1]}, X),
            ValueError,
            f"forward: parameters must {NAMES}; got W1, gamma1, beta1.",
        ),
        (
            lambda: forward(WITH_NORM, {name: NORMED[name] for name in NORMED if name != "beta2"}, X),
            ValueError,
            f"forward: parameters must {NORMED_NAMES}; got W1, gamma1, beta1, W2, gamma2, W3, b3.",
        ),
        (
            lambda: forward(NETWORK, PLAIN | {"gamma": [1]}, X),
            ValueError,
            f"forward: parameters must {NAMES}; got W1, b1, W2, b2, W3, b3, gamma.",
        ),
        (
            lambda: forward(NETWORK, PLAIN | {"W1": np.ones(5)}, X),
            ValueError,
            "forward: W1 must have at least 2 axes; got shape (5,).",
        ),
        (
            lambda: forward(NETWORK, PLAIN | {"W1": np.ones((1, 2, 3, 5))}, X),
            ValueError,
            "forward: W1 must have shape (3, 5) or (1, 3, 5), one row per feature; got (1, 2, 3, 5).",
        ),
        (
            lambda: forward(NETWORK, PLAIN | {"W2": np.ones((4, 4))}, X),
            ValueError,
            "forward: W2 must have shape (5, 4) or (k, 5, 4), one row per unit of layer 1; got (4, 4).",
        ),
        (
            lambda: forward(NETWORK, PLAIN | {"b1": np.ones((5, 1))}, X),
            ValueError,
            "forward: b1 must have shape (5,) or (5, 5), one number per unit of layer 1; got (5, 1).",
        ),
        (
            lambda: forward(NETWORK, STACK | {"b2": np.ones((2, 4))}, X),
            ValueError,
            "forward: b2 must have shape (4,) or (3, 4), one number per unit of layer 2; got (2, 4).",
        ),
        (
            lambda: forward(NETWORK, PLAIN | {"W1": [["a"]]}, X),
            TypeError,
            "forward: W1 must hold real numbers; got an array of <U1.",
        ),
        (
            lambda: forward(NETWORK, PLAIN, X.T),
            ValueError,
            "forward: X must have shape (m, 3) or (k, m, 3); got (3, 6). An example is a row: pass X.T.",
        ),
        (
            lambda: forward(NETWORK, PLAIN, X[:, :2]),
            ValueError,
            "forward: X must have shape (m, 3) or (k, m, 3); got (6, 2).",
        ),
        (
            lambda: forward(NETWORK, STACK, np.ones((2, M, 3))),
            ValueError,
            "forward: X must have shape (m, 3) or (3, m, 3); got (2, 6, 3).",
        ),
        (
            lambda: forward(NETWORK, PLAIN, X[0]),
            ValueError,
            "forward: X must have at least 2 axes; got shape (3,).",
        ),
        (
            lambda: forward(NETWORK, PLAIN, X * np.nan),
            ValueError,
            "forward: X must be finite; got nan at index (0, 0).",
        ),
        (
            lambda: forward(WITH_NORM, NORMED, X[:1]),
            ValueError,
            "forward: X must hold at least 2 examples in training, as batch norm leaves nothing of one alone but "
            "beta; got 1. At test time, pass statistics.",
        ),
        (
            lambda: forward(WITH_NORM, NORMED, X, statistics={"mean1": np.ones(5)}),
            ValueError,
            "forward: statistics must hold mean1 and var1, as layer 1 has batch norm; got mean1.",
        ),
        (
            lambda: forward(WITH_NORM, NORMED, X, statistics={}),
            ValueError,
            "forward: statistics must hold mean1 and var1, as layer 1 has batch norm; got none.",
        ),
        (
            lambda: forward(WITH_NORM, NORMED, X, statistics=statistics_for(NORMED) | {"mean1": np.ones(4)}),
            ValueError,
            "forward: mean1 must have shape (5,) or (k, 5), one number per unit of layer 1; got (4,).",
        ),
        (
            lambda: forward(WITH_NORM, NORMED, X, statistics=statistics_for(NORMED) | {"var2": -np.ones(4)}),
            ValueError,
            "forward: var2 must be at least 0, as it is a mean of squares; got -1.0.",
        ),
        (
            lambda: backward(np.ones((M, 2)), PLAIN),
            TypeError,
            "backward: cache must be what forward returned beside the logits; got dict.",
        ),
        (
            lambda: backward(np.ones((2, M)), forward(NETWORK, PLAIN, X)[1]),
            ValueError,
            "backward: d_z must have shape (6, 2), that of the logits; got (2, 6).",
        ),
        (
            lambda: backward(np.ones((M, 2)), forward(WITH_NORM, NORMED, X, statistics=statistics_for(NORMED))[1]),
            ValueError,
            "backward: cache must come from training, as the gradient also goes through the statistics of the "
            "batch; got one of a forward pass with statistics.",
        ),
        (
            lambda: accuracy(NETWORK, PLAIN, X[:0], []),
            ValueError,
            "accuracy: X must hold at least one example; got shape (0, 3).",
        ),
        (
            lambda: one_model(STACK, True),
            ValueError,
            "one_model: i must be one of the 3 models of W1; got True.",
        ),
        (
            lambda: accuracy(NETWORK, PLAIN, X, [0, 1]),
            ValueError,
            "accuracy: y must have shape (6,), one label per example; got (2,).",
        ),
        (
            lambda: accuracy(NETWORK, STACK, X, np.ones((2, M))),
            ValueError,
            "accuracy: y must have shape (6,) or (3, 6), one label per example; got (2, 6).",
        ),
        (
            lambda: accuracy(NETWORK, PLAIN, X, [0, 1, 2, 0, 0, 0]),
            ValueError,
            "accuracy: y must hold whole labels from 0 to 1, one for each class; got 2.",
        ),
        (
            lambda: accuracy(NETWORK, PLAIN, X, [0, 0.5, 1, 0, 0, 0]),
            ValueError,
            "accuracy: y must hold whole labels from 0 to 1, one for each class; got 0.5.",
        ),
        (
            lambda: classify(NETWORK, PLAIN, X.T),
            ValueError,
            "forward: X must have shape (m, 3) or (k, m, 3); got (3, 6). An example is a row: pass X.T.",
        ),
        (
            lambda: one_model(STACK, 3),
            ValueError,
            "one_model: i must be one of the 3 models of W1; got 3.",
        ),
        (
            lambda: fold_batch_norm(WITH_NORM, NORMED, {}),
            ValueError,
            "fold_batch_norm: statistics must hold mean1 and var1, as layer 1 has batch norm; got none.",
        ),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
