"""The network: numerical gradients, scikit-learn's forward pass, stacks against single models, folded batch norm."""

import functools
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from coursekit import network
from coursekit.batchnorm import normalize_batch_backward
from coursekit.gradcheck import numerical_gradient
from coursekit.network import (
    ACTIVATIONS,
    accuracy,
    backward,
    fold_batch_norm,
    forward,
    init_network,
    one_model,
    predict,
)
from coursekit.softmax import softmax, softmax_loss

SIZES = [3, 5, 4, 2]
M = 6
POSITIONS = [None, "before", "after"]


def draw(seed=0, *, batch_norm=None, n_models=None, dtype=np.float64, sizes=SIZES, m=M):
    """Draw a network with nothing at 0 or 1, a batch for it, and labels."""
    rng = np.random.default_rng(seed)
    parameters = init_network(sizes, rng, n_models=n_models, batch_norm=batch_norm, dtype=dtype)
    for name, array in parameters.items():
        parameters[name] = array + rng.normal(0, 0.3, array.shape).astype(dtype)
    X, y = rng.standard_normal((m, sizes[0])).astype(dtype), rng.integers(0, sizes[-1], m)
    return parameters, X, y


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
    parameters, X, _ = draw()
    A = X.T
    for i in (1, 2, 3):
        Z = parameters[f"W{i}"].T @ A + parameters[f"b{i}"][:, None]
        A = g(Z)
    z, _ = forward(parameters, X, activation=activation)
    assert z.shape == (M, 2)
    assert_allclose(z.T, Z)


def test_one_layer_is_the_transpose_of_the_courses():
    (parameters, X, _), (W, b) = draw(sizes=[3, 2]), draw(sizes=[3, 2])[0].values()
    z, _ = forward(parameters, X)
    assert_allclose(z.T, W.T @ X.T + b[:, None], rtol=1e-14)


@pytest.mark.parametrize(
    ("theirs", "ours"), [("relu", "relu"), ("tanh", "tanh"), ("logistic", "sigmoid"), ("identity", "linear")]
)
def test_scikit_learn_agrees(theirs, ours):
    _, X, y = draw(m=30)
    oracle = MLPClassifier((5, 4), activation=theirs, max_iter=5, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        oracle.fit(X, np.arange(30) % 3)
    parameters = {f"W{i}": W for i, W in enumerate(oracle.coefs_, start=1)}
    parameters |= {f"b{i}": b for i, b in enumerate(oracle.intercepts_, start=1)}
    z, _ = forward(parameters, X, activation=ours)
    assert_allclose(softmax(z), oracle.predict_proba(X))
    assert_array_equal(predict(parameters, X, activation=ours), oracle.predict(X))
    assert accuracy(parameters, X, y, activation=ours) == pytest.approx(oracle.score(X, y))


# The backward pass


def check_gradients(parameters, X, y, **options):
    """Hold every gradient of the mean softmax loss, summed over the models, against a numerical one."""

    def loss_with(name, array):
        z, _ = forward(parameters | {name: array}, X, **options)
        return np.sum(softmax_loss(z, y)[0])

    z, cache = forward(parameters, X, **options)
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
    parameters, X, y = draw(4, batch_norm=batch_norm, n_models=n_models)
    check_gradients(parameters, X, y, activation=activation, batch_norm=batch_norm or "before")


@pytest.mark.parametrize("batch_norm", POSITIONS)
@pytest.mark.parametrize(
    "shared", ["W1", "gamma1 beta1", "W1 b1 gamma1 beta1 W2 b2", "gamma2 W3 b3", "beta2", "W1 b1 gamma1"]
)
def test_a_parameter_that_models_share_hears_all_of_them(shared, batch_norm):
    parameters, X, y = draw(4, batch_norm=batch_norm, n_models=3)
    one = one_model(parameters, 0)
    parameters |= {name: one[name] for name in shared.split() if name in one}
    check_gradients(parameters, X, y, activation="tanh", batch_norm=batch_norm or "before")


def test_one_network_on_a_batch_a_model_sums_over_them():
    parameters, _, _ = draw()
    X, y = np.random.default_rng(1).standard_normal((3, M, 3)), np.random.default_rng(2).integers(0, 2, (3, M))
    check_gradients(parameters, X, y, activation="tanh")


def test_layers_may_differ_in_batch_norm_and_in_b():
    with_norm, X, y = draw(4, batch_norm="before")
    without, _, _ = draw(4)
    mixed = {"W1": with_norm["W1"], "b1": without["b1"], "gamma1": with_norm["gamma1"], "beta1": with_norm["beta1"]}
    mixed |= {name: without[name] for name in ("W2", "b2", "W3", "b3")}
    for position in ("before", "after"):
        check_gradients(mixed, X, y, activation="sigmoid", batch_norm=position)


def drop_the_path_by_the_mean(d_out, cache):
    d_z, d_gamma, d_beta = normalize_batch_backward(d_out, cache)
    return d_z + (cache.gamma * cache.inv_sd)[..., None, :] * d_out.mean(axis=-2, keepdims=True), d_gamma, d_beta


@pytest.mark.parametrize(
    ("place", "name", "wrong"),
    [
        (ACTIVATIONS, "tanh", (np.tanh, lambda a: 1 - a)),
        (vars(network), "normalize_batch_backward", drop_the_path_by_the_mean),
    ],
)
def test_wrong_backward_passes_are_caught(monkeypatch, place, name, wrong):
    parameters, X, y = draw(4, batch_norm="before")
    check_gradients(parameters, X, y, activation="tanh")
    monkeypatch.setitem(place, name, wrong)
    with pytest.raises(AssertionError, match="W1"):
        check_gradients(parameters, X, y, activation="tanh")


# Stacks


@pytest.mark.parametrize("batch_norm", POSITIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_each_of_64_models_computes_what_it_computes_alone(batch_norm, dtype):
    parameters, X, y = draw(batch_norm=batch_norm, n_models=64, dtype=dtype)
    options = {"batch_norm": batch_norm or "before"}
    z, cache = forward(parameters, X, **options)
    gradients = backward(softmax_loss(z, y)[1], cache)
    shares = accuracy(parameters, X, y, **options)
    assert z.shape == (64, M, 2)
    assert shares.shape == (64,)
    tolerance = {"rtol": 1e-12 if dtype == np.float64 else 1e-3, "atol": 1e-14 if dtype == np.float64 else 1e-6}
    for i in range(64):
        mine = one_model(parameters, i)
        z_alone, cache_alone = forward(mine, X, **options)
        assert_allclose(z[i], z_alone, **tolerance)
        for name, gradient in backward(softmax_loss(z_alone, y)[1], cache_alone).items():
            assert_allclose(gradients[name][i], gradient, **tolerance)
        assert shares[i] == accuracy(mine, X, y, **options)


def test_examples_and_labels_may_be_shared_or_not():
    parameters, X, y = draw(n_models=3)
    z, _ = forward(parameters, X)
    assert_allclose(forward(parameters, np.stack([X] * 3))[0], z, rtol=1e-14)
    others = 1 - y
    shares = accuracy(parameters, X, np.stack([y, others, y]))
    assert_allclose(shares, accuracy(parameters, X, y) * [1, -1, 1] + [0, 1, 0])


@pytest.mark.parametrize("batch_norm", POSITIONS)
@pytest.mark.parametrize("broken", [np.nan, np.inf, 1e300])
def test_a_model_that_diverges_leaves_the_others_bit_for_bit(batch_norm, broken):
    options = {"batch_norm": batch_norm or "before"}
    parameters, X, y = draw(batch_norm=batch_norm, n_models=3)
    z, cache = forward(parameters, X, **options)
    gradients = backward(softmax_loss(z, y)[1], cache)
    for name in ("W1", "W2", "W3"):
        parameters[name][1] *= broken
    z_broken, cache = forward(parameters, X, **options)
    d_z = softmax_loss(np.where(np.isfinite(z_broken), z_broken, 0), y)[1]
    d_z[1] = 1e300
    gradients_broken = backward(d_z, cache)
    assert not np.isfinite(z_broken[1]).all()
    for i in (0, 2):
        assert_array_equal(z_broken[i], z[i])
        for name, gradient in gradients.items():
            assert_array_equal(gradients_broken[name][i], gradient[i])
    assert np.isfinite(accuracy(parameters, X, y, **options)).all()


def test_a_model_of_nan_guesses_class_0():
    parameters, X, y = draw(n_models=2)
    parameters["W2"][1] = np.nan
    assert_array_equal(predict(parameters, X)[1], 0)
    assert accuracy(parameters, X, y)[1] == np.mean(y == 0)


def test_one_model_of_a_stack():
    parameters, _, _ = draw(n_models=3, batch_norm="after")
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
    parameters, X, _ = draw(batch_norm=position, n_models=n_models)
    statistics = statistics_for(parameters)
    expected, _ = forward(parameters, X, activation=activation, batch_norm=position, statistics=statistics)
    folded = fold_batch_norm(parameters, statistics, batch_norm=position)
    assert sorted(folded) == ["W1", "W2", "W3", "b1", "b2", "b3"]
    assert_allclose(forward(folded, X, activation=activation)[0], expected, rtol=1e-11)
    from_the_batch, _ = forward(parameters, X, activation=activation, batch_norm=position)
    assert np.abs(from_the_batch - expected).max() > 0.1


def test_folding_goes_layer_by_layer_and_keeps_what_b_there_is():
    parameters, X, _ = draw(batch_norm="after")
    statistics = statistics_for(parameters)
    for dropped in ([], ["gamma1", "beta1", "b2"], ["b1", "gamma2", "beta2"]):
        some = {name: array for name, array in parameters.items() if name not in dropped}
        for position in ("before", "after"):
            expected, _ = forward(some, X, batch_norm=position, statistics=statistics)
            folded = fold_batch_norm(some, statistics, batch_norm=position)
            assert_allclose(forward(folded, X)[0], expected, rtol=1e-11)
    plain, _, _ = draw()
    assert_array_equal(fold_batch_norm(plain, {})["W2"], plain["W2"])


@pytest.mark.parametrize("position", ["before", "after"])
def test_with_the_batchs_own_statistics_test_time_is_training(position):
    parameters, X, _ = draw(batch_norm=position, n_models=3)
    z, cache = forward(parameters, X, batch_norm=position)
    statistics = {}
    for i in (1, 2):
        statistics |= {f"mean{i}": cache.layers[i - 1].norm.mean, f"var{i}": cache.layers[i - 1].norm.var}
    assert_allclose(forward(parameters, X, batch_norm=position, statistics=statistics)[0], z, rtol=1e-10)
    alone, _ = forward(parameters, X[:1], batch_norm=position, statistics=statistics)
    assert_allclose(alone[:, 0], z[:, 0], rtol=1e-10)


def test_what_batch_norm_takes_off_again():
    parameters, X, y = draw(batch_norm="before")
    z, cache = forward(parameters, X)
    gradients = backward(softmax_loss(z, y)[1], cache)
    with_b, longer = parameters | {"b1": np.arange(5.0)}, parameters | {"W1": 10 * parameters["W1"]}
    z_with_b, cache = forward(with_b, X)
    assert_allclose(z_with_b, z)
    assert_allclose(backward(softmax_loss(z, y)[1], cache)["b1"], 0, atol=1e-15)
    z_longer, cache = forward(longer, X)
    assert_allclose(z_longer, z, atol=1e-3)
    assert_allclose(10 * backward(softmax_loss(z, y)[1], cache)["W1"], gradients["W1"], rtol=0.05, atol=1e-4)


# The start


def test_he_keeps_the_size_of_the_signal_and_a_number_is_the_sd():
    rng = np.random.default_rng(0)
    parameters = init_network([400, 300, 200, 10], rng)
    assert parameters["W1"].std() == pytest.approx(np.sqrt(2 / 400), rel=0.02)
    assert parameters["W2"].std() == pytest.approx(np.sqrt(2 / 300), rel=0.02)
    _, cache = forward(parameters, rng.standard_normal((50, 400)))
    sizes = [np.mean(layer.x**2) for layer in cache.layers]
    assert_allclose(sizes, 1, rtol=0.2)
    assert init_network([400, 300], rng, scale=0.01)["W1"].std() == pytest.approx(0.01, rel=0.02)
    stack = init_network([400, 300, 20], rng, scale=[0.01, 1, 0], n_models=3)
    assert_allclose([stack["W2"][i].std() for i in range(3)], [0.01, 1, 0], rtol=0.05)


def test_the_weights_depend_on_the_rng_alone():
    double, single, normed = (
        init_network(SIZES, np.random.default_rng(1), n_models=2, **options)
        for options in ({}, {"dtype": np.float32}, {"batch_norm": "before"})
    )
    for name in ("W1", "W2", "W3"):
        assert_array_equal(single[name], double[name].astype(np.float32))
        assert_array_equal(normed[name], double[name])
        assert not np.isclose(double[name][0], double[name][1]).any()
    for position, names in (("before", {"W", "gamma", "beta"}), ("after", {"W", "b", "gamma", "beta"})):
        drawn = init_network(SIZES, np.random.default_rng(1), batch_norm=position)
        assert {name[:-1] for name in drawn if name[-1] in "12"} == names
        assert {name for name in drawn if name[-1] == "3"} == {"W3", "b3"}
        assert (drawn["gamma2"] == 1).all()
        assert not any(drawn[name].any() for name in drawn if name[0] == "b")


# Types, and what the caller owns


@pytest.mark.parametrize("batch_norm", POSITIONS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_all_is_computed_in_the_dtype_of_the_parameters(activation, batch_norm, dtype):
    options = {"activation": activation, "batch_norm": batch_norm or "before"}
    parameters, X, y = draw(batch_norm=batch_norm, n_models=3, dtype=dtype)
    for X_given in (X, X.astype(np.float64), X.astype(np.float32), (9 * X).astype(np.int64)):
        z, cache = forward(parameters, X_given, **options)
        assert z.dtype == dtype
        gradients = backward(np.ones(z.shape), cache)
        assert all(gradient.dtype == dtype for gradient in gradients.values())
    statistics = statistics_for(parameters) if batch_norm else {}
    assert forward(parameters, X, **options, statistics=statistics)[0].dtype == dtype
    folded = fold_batch_norm(parameters, statistics, batch_norm=options["batch_norm"])
    assert all(array.dtype == dtype for array in folded.values())
    integers = {name: np.ones(array.shape, int) for name, array in parameters.items()}
    assert forward(integers, X, **options)[0].dtype == np.float64
    assert accuracy(parameters, X, y, **options).dtype == np.float64


@pytest.mark.parametrize("batch_norm", POSITIONS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_what_the_caller_owns_stays(activation, batch_norm):
    options = {"activation": activation, "batch_norm": batch_norm or "before"}
    parameters, X, y = draw(batch_norm=batch_norm)
    statistics, given = statistics_for(parameters), {"X": X, "y": y, "d_z": np.ones((M, 2))}
    owned = frozen(parameters), frozen(statistics), frozen(given)
    before = [array.copy() for arrays in owned for array in arrays.values()]
    _, cache = forward(parameters, X, **options)
    kept = [layer.out.copy() for layer in cache.layers]
    backward(given["d_z"], cache)
    accuracy(parameters, X, y, **options, statistics=statistics)
    fold_batch_norm(parameters, statistics, batch_norm=options["batch_norm"])
    for array, old in zip((array for arrays in owned for array in arrays.values()), before, strict=True):
        assert_array_equal(array, old)
    for layer, out in zip(cache.layers, kept, strict=True):  # a second backward pass gives the same
        assert_array_equal(layer.out, out)


@given(seed=st.integers(0, 999), order=st.permutations(range(M)))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_examples_moves_the_logits_and_not_the_gradients(seed, order):
    for batch_norm in POSITIONS:
        parameters, X, y = draw(seed, batch_norm=batch_norm)
        (z, cache), (z_moved, cache_moved) = forward(parameters, X), forward(parameters, X[order])
        assert_allclose(z_moved, z[order], atol=1e-9)
        gradients = backward(softmax_loss(z, y)[1], cache)
        for name, gradient in backward(softmax_loss(z_moved, y[order])[1], cache_moved).items():
            assert_allclose(gradient, gradients[name], atol=1e-9)


def test_accuracy_is_a_plain_number_and_the_first_of_a_tie_counts():
    parameters = {"W1": np.zeros((2, 3)), "b1": [1, 1, 0]}
    share = accuracy(parameters, np.ones((4, 2)), [0, 0, 1, 2])
    assert share == 0.5
    assert type(share) is float
    assert predict(parameters, np.ones((4, 2))).tolist() == [0, 0, 0, 0]
    assert accuracy(parameters, np.ones((4, 2)), [0.0, 0.0, 1.0, 2.0]) == 0.5


PLAIN, X, _ = draw()
STACK, _, _ = draw(n_models=3)
NORMED, _, _ = draw(batch_norm="before")
RNG = np.random.default_rng(0)
NAMES = "hold W1, b1, W2, b2 and so on; before the last layer, gamma and beta may stand beside b or replace it"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: init_network([3], RNG),
            ValueError,
            "init_network: sizes must hold at least the numbers of features and of classes; got [3].",
        ),
        (
            lambda: init_network([3, 2.5], RNG),
            ValueError,
            "init_network: sizes must be a whole number of at least 1; got 2.5.",
        ),
        (
            lambda: init_network([3, 2], 0),
            TypeError,
            "init_network: rng must be a numpy.random.Generator; got 0. Make one with numpy.random.default_rng(seed).",
        ),
        (
            lambda: init_network([3, 2], RNG, batch_norm="first"),
            ValueError,
            "init_network: batch_norm must be one of 'before', 'after'; got 'first'.",
        ),
        (
            lambda: init_network([3, 2], RNG, dtype=np.int64),
            TypeError,
            "init_network: dtype must be float64 or float32; got int64.",
        ),
        (
            lambda: init_network([3, 2], RNG, n_models=0),
            ValueError,
            "init_network: n_models must be a whole number of at least 1; got 0.",
        ),
        (
            lambda: init_network([3, 2], RNG, scale="xavier"),
            ValueError,
            "init_network: scale must be one of 'he'; got 'xavier'.",
        ),
        (
            lambda: init_network([3, 2], RNG, scale=-1),
            ValueError,
            "init_network: scale must be a number of at least 0; got -1.",
        ),
        (
            lambda: init_network([3, 2], RNG, scale=[1, -2], n_models=2),
            ValueError,
            "init_network: scale must be a number of at least 0; got -2.0.",
        ),
        (
            lambda: init_network([3, 2], RNG, scale=[1, 2]),
            ValueError,
            "init_network: scale must be 'he', one number, or one per model with n_models of them; got shape "
            "(2,) for n_models = None.",
        ),
        (
            lambda: forward(PLAIN, X, activation="swish"),
            ValueError,
            "forward: activation must be one of 'relu', 'tanh', 'sigmoid', 'linear'; got 'swish'.",
        ),
        (
            lambda: forward(PLAIN, X, batch_norm="off"),
            ValueError,
            "forward: batch_norm must be one of 'before', 'after'; got 'off'.",
        ),
        (
            lambda: forward({}, X),
            ValueError,
            f"forward: parameters must {NAMES}; got none.",
        ),
        (
            lambda: forward({"W1": np.ones((3, 2)), "b2": np.ones(2)}, X),
            ValueError,
            f"forward: parameters must {NAMES}; got W1, b2.",
        ),
        (
            lambda: forward({"W1": np.ones((3, 2)), "W3": np.ones((2, 2)), "b3": [0, 0]}, X),
            ValueError,
            f"forward: parameters must {NAMES}; got W1, W3, b3.",
        ),
        (
            lambda: forward({"W1": np.ones((3, 2)), "gamma1": [1, 1], "beta1": [1, 1]}, X),
            ValueError,
            f"forward: parameters must {NAMES}; got W1, gamma1, beta1.",
        ),
        (
            lambda: forward({name: NORMED[name] for name in NORMED if name != "beta2"}, X),
            ValueError,
            f"forward: parameters must {NAMES}; got W1, gamma1, beta1, W2, gamma2, W3, b3.",
        ),
        (
            lambda: forward(PLAIN | {"gamma": [1]}, X),
            ValueError,
            f"forward: parameters must {NAMES}; got W1, b1, W2, b2, W3, b3, gamma.",
        ),
        (
            lambda: forward(PLAIN | {"W1": np.ones(5)}, X),
            ValueError,
            "forward: W1 must have at least 2 axes; got shape (5,).",
        ),
        (
            lambda: forward(PLAIN | {"W1": np.ones((1, 2, 3, 5))}, X),
            ValueError,
            "forward: W1 must have shape (3, 5) or (1, 3, 5), one row per feature; got (1, 2, 3, 5).",
        ),
        (
            lambda: forward(PLAIN | {"W2": np.ones((4, 5))}, X),
            ValueError,
            "forward: W2 must have shape (5, 5) or (k, 5, 5), one row per unit of layer 1; got (4, 5).",
        ),
        (
            lambda: forward(PLAIN | {"b1": np.ones((5, 1))}, X),
            ValueError,
            "forward: b1 must have shape (5,) or (5, 5), one number per unit of layer 1; got (5, 1).",
        ),
        (
            lambda: forward(STACK | {"b2": np.ones((2, 4))}, X),
            ValueError,
            "forward: b2 must have shape (4,) or (3, 4), one number per unit of layer 2; got (2, 4).",
        ),
        (
            lambda: forward(PLAIN | {"W1": [["a"]]}, X),
            TypeError,
            "forward: W1 must hold real numbers; got an array of <U1.",
        ),
        (
            lambda: forward(PLAIN, X.T),
            ValueError,
            "forward: X must have shape (m, 3) or (k, m, 3); got (3, 6). An example is a row: pass X.T.",
        ),
        (
            lambda: forward(PLAIN, X[:, :2]),
            ValueError,
            "forward: X must have shape (m, 3) or (k, m, 3); got (6, 2).",
        ),
        (
            lambda: forward(STACK, np.ones((2, M, 3))),
            ValueError,
            "forward: X must have shape (m, 3) or (3, m, 3); got (2, 6, 3).",
        ),
        (
            lambda: forward(PLAIN, X[0]),
            ValueError,
            "forward: X must have at least 2 axes; got shape (3,).",
        ),
        (
            lambda: forward(PLAIN, X * np.nan),
            ValueError,
            "forward: X must be finite; got nan at index (0, 0).",
        ),
        (
            lambda: forward(NORMED, X[:1]),
            ValueError,
            "forward: X must hold at least 2 examples in training, as batch norm leaves nothing of one alone but "
            "beta; got 1. At test time, pass statistics.",
        ),
        (
            lambda: forward(NORMED, X, statistics={"mean1": np.ones(5)}),
            ValueError,
            "forward: statistics must hold mean1 and var1, as layer 1 has batch norm; got mean1.",
        ),
        (
            lambda: forward(NORMED, X, statistics={}),
            ValueError,
            "forward: statistics must hold mean1 and var1, as layer 1 has batch norm; got none.",
        ),
        (
            lambda: forward(NORMED, X, statistics=statistics_for(NORMED) | {"mean1": np.ones(4)}),
            ValueError,
            "forward: mean1 must have shape (5,) or (k, 5), one number per unit of layer 1; got (4,).",
        ),
        (
            lambda: forward(NORMED, X, statistics=statistics_for(NORMED) | {"var2": -np.ones(4)}),
            ValueError,
            "forward: var2 must be at least 0, as it is a mean of squares; got -1.0.",
        ),
        (
            lambda: backward(np.ones((M, 2)), PLAIN),
            TypeError,
            "backward: cache must be what forward returned beside the logits; got dict.",
        ),
        (
            lambda: backward(np.ones((2, M)), forward(PLAIN, X)[1]),
            ValueError,
            "backward: d_z must have shape (6, 2), that of the logits; got (2, 6).",
        ),
        (
            lambda: backward(np.ones((M, 2)), forward(NORMED, X, statistics=statistics_for(NORMED))[1]),
            ValueError,
            "backward: cache must come from training, as the gradient also goes through the statistics of the "
            "batch; got one of a forward pass with statistics.",
        ),
        (
            lambda: accuracy(PLAIN, X, [0, 1]),
            ValueError,
            "accuracy: y must have shape (6,), one label per example; got (2,).",
        ),
        (
            lambda: accuracy(STACK, X, np.ones((2, M))),
            ValueError,
            "accuracy: y must have shape (6,) or (3, 6), one label per example; got (2, 6).",
        ),
        (
            lambda: accuracy(PLAIN, X, [0, 1, 2, 0, 0, 0]),
            ValueError,
            "accuracy: y must hold whole labels from 0 to 1, one for each class; got 2.",
        ),
        (
            lambda: accuracy(PLAIN, X, [0, 0.5, 1, 0, 0, 0]),
            ValueError,
            "accuracy: y must hold whole labels from 0 to 1, one for each class; got 0.5.",
        ),
        (
            lambda: predict(PLAIN, X.T),
            ValueError,
            "forward: X must have shape (m, 3) or (k, m, 3); got (3, 6). An example is a row: pass X.T.",
        ),
        (
            lambda: one_model(STACK, 3),
            ValueError,
            "one_model: i must be one of the 3 models of W1; got 3.",
        ),
        (
            lambda: fold_batch_norm(NORMED, {}),
            ValueError,
            "fold_batch_norm: statistics must hold mean1 and var1, as layer 1 has batch norm; got none.",
        ),
        (
            lambda: fold_batch_norm(NORMED, {}, batch_norm="off"),
            ValueError,
            "fold_batch_norm: batch_norm must be one of 'before', 'after'; got 'off'.",
        ),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
