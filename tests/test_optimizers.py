"""Optimizers: hand-computed steps, the algorithms as printed, and minima that SciPy finds too."""

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize

from coursekit.optimizers import AdamState, adam, exponential_decay, inverse_time_decay, momentum, rmsprop, sgd

ALL = [sgd, momentum, rmsprop, adam]
PER_MODEL = {
    sgd: {},
    momentum: {"momentum": [0.0, 0.5, 0.9]},
    rmsprop: {"decay": [0.0, 0.5, 0.9]},
    adam: {"beta1": [0.0, 0.5, 0.9], "beta2": [0.9, 0.99, 0.999]},
}


def run(optimizer, w, gradients, **options):
    """Take one step per gradient of a single parameter."""
    parameters, state = {"w": np.asarray(w)}, None
    for gradient in gradients:
        parameters, state = optimizer(parameters, {"w": np.asarray(gradient)}, state, **options)
    return parameters["w"], state


def test_two_steps_by_hand():
    w, _ = run(sgd, [1.0], [[2.0], [4.0]], learning_rate=0.1)
    assert_allclose(w, [1 - 0.2 - 0.4])
    w, v = run(momentum, [1.0], [[2.0], [4.0]], learning_rate=0.1, momentum=0.5)
    assert_allclose(v["w"], [0.5 * 1 + 0.5 * 4])
    assert_allclose(w, [1 - 0.1 * 1 - 0.1 * 2.5])
    w, s = run(rmsprop, [1.0], [[2.0], [4.0]], learning_rate=0.1, decay=0.75)
    assert_allclose(s["w"], [0.75 * 1 + 0.25 * 16])
    assert_allclose(w, [1 - 0.1 * 2 / 1 - 0.1 * 4 / math.sqrt(4.75)])
    w, state = run(adam, [1.0], [[2.0], [4.0]], learning_rate=0.1, beta1=0.5, beta2=0.75)
    assert state == (2, {"w": [2.5]}, {"w": [4.75]})
    assert_allclose(w, [1 - 0.1 - 0.1 * (2.5 / 0.75) / math.sqrt(4.75 / 0.4375)])


def adam_as_printed(w, gradients, learning_rate, *, beta1=0.9, beta2=0.999, eps=1e-8):
    """Follow Algorithm 1 of the paper, number by number."""
    m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        w -= learning_rate * m_hat / (math.sqrt(v_hat) + eps)
    return w


def check_adam(optimizer):
    gradients = np.random.default_rng(0).standard_normal((7, 3))
    w, _ = run(optimizer, np.ones(3), gradients, learning_rate=0.1)
    assert_allclose(w, [adam_as_printed(1.0, column, 0.1) for column in gradients.T.tolist()], rtol=1e-12)


def uncorrected_adam(parameters, gradients, state, *, learning_rate):
    _, (t, v, s) = adam(parameters, gradients, state, learning_rate=learning_rate)
    return {"w": parameters["w"] - learning_rate * v["w"] / (np.sqrt(s["w"]) + 1e-8)}, AdamState(t, v, s)


def adam_that_corrects_with_step_1(parameters, gradients, state, *, learning_rate):
    state = state and state._replace(t=0)
    return adam(parameters, gradients, state, learning_rate=learning_rate)


def test_adam_follows_the_paper():
    check_adam(adam)


@pytest.mark.parametrize(
    "wrong", [uncorrected_adam, adam_that_corrects_with_step_1, partial(adam, beta1=0.999, beta2=0.9)]
)
def test_wrong_adams_are_caught(wrong):
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        check_adam(wrong)


@given(g=st.floats(1e-3, 1e3), sign=st.sampled_from([-1, 1]), rate=st.floats(1e-4, 1))
@settings(max_examples=30)
def test_the_first_step_of_adam_is_the_learning_rate_long(g, sign, rate):
    w, _ = run(adam, [5.0], [[sign * g]], learning_rate=rate)
    assert_allclose(w, [5 - sign * rate], rtol=1e-4)


@given(scale=st.floats(1e-3, 1e3), seed=st.integers(0, 99))
@settings(max_examples=30)
def test_rmsprop_and_adam_do_not_feel_the_scale_of_the_loss(scale, seed):
    gradients = np.random.default_rng(seed).standard_normal((5, 4))
    for optimizer in (rmsprop, adam):
        small, _ = run(optimizer, np.zeros(4), gradients, learning_rate=0.1, eps=1e-12)
        large, _ = run(optimizer, np.zeros(4), scale * gradients, learning_rate=0.1, eps=1e-12)
        assert_allclose(large, small, rtol=1e-5)


def test_momentum_0_is_sgd_and_the_classical_form_is_longer_by_a_factor():
    gradients = np.random.default_rng(0).standard_normal((6, 4))
    plain, _ = run(sgd, np.ones(4), gradients, learning_rate=0.1)
    assert_allclose(run(momentum, np.ones(4), gradients, learning_rate=0.1, momentum=0)[0], plain)
    w, v = np.ones(4), np.zeros(4)
    for gradient in gradients:
        v = 0.9 * v + gradient
        w = w - 0.01 * v
    assert_allclose(run(momentum, np.ones(4), gradients, learning_rate=0.1)[0], w)


def test_gradient_descent_on_a_parabola_is_a_power_at_each_learning_rate():
    rates = np.array([0.01, 0.5, 1.0, 1.01])
    parameters = {"w": np.zeros(4)}
    for _ in range(10):
        parameters, _ = sgd(parameters, {"w": 2 * parameters["w"] - 10}, learning_rate=rates)
    assert_allclose(parameters["w"], 5 - 5 * (1 - 2 * rates) ** 10)


@pytest.mark.parametrize(("optimizer", "rate"), [(sgd, 0.2), (momentum, 0.2), (rmsprop, 0.1), (adam, 0.3)])
def test_all_find_the_minimum_that_scipy_finds(optimizer, rate):
    rng = np.random.default_rng(3)
    root = rng.standard_normal((4, 3))
    hessian, target = root.T @ root / 4 + np.eye(3), rng.standard_normal(3)
    expected = minimize(lambda w: 0.5 * w @ hessian @ w - target @ w, np.zeros(3), tol=1e-10).x
    schedule, parameters, state = exponential_decay(rate, decay=0.98), {"w": np.zeros(3)}, None
    for epoch in range(600):
        gradients = {"w": hessian @ parameters["w"] - target}
        parameters, state = optimizer(parameters, gradients, state, learning_rate=schedule(epoch))
    assert_allclose(parameters["w"], expected, atol=1e-4)


@pytest.mark.parametrize("optimizer", ALL)
def test_models_stacked_move_as_each_does_alone(optimizer):
    rng = np.random.default_rng(0)
    shapes = {"W1": (3, 4, 5), "b1": (3, 5), "w": (3,)}
    stack = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    steps = [{name: rng.standard_normal(shape) for name, shape in shapes.items()} for _ in range(4)]
    options = {"learning_rate": [0.01, 0.1, 1.0], **PER_MODEL[optimizer]}
    together, state = stack, None
    for gradients in steps:
        together, state = optimizer(together, gradients, state, **options)
    for i in range(3):
        alone, state = {name: array[i] for name, array in stack.items()}, None
        for gradients in steps:
            mine = {name: array[i] for name, array in gradients.items()}
            alone, state = optimizer(alone, mine, state, **{name: value[i] for name, value in options.items()})
        for name in shapes:
            assert_allclose(together[name][i], alone[name], rtol=1e-13)


@pytest.mark.parametrize("optimizer", ALL)
@pytest.mark.parametrize("per_model", [False, True])
def test_dtypes_stay_and_integers_become_float64(optimizer, per_model):
    options = {"learning_rate": np.float64(0.1), **{name: np.float64(0.5) for name in PER_MODEL[optimizer]}}
    if per_model:
        options = {"learning_rate": [0.1, 0.2, 0.3], **PER_MODEL[optimizer]}
    for dtype, expected in ((np.float32, np.float32), (np.float64, np.float64), (np.int32, np.float64)):
        parameters, state = {"w": np.ones((3, 2), dtype)}, None
        for _ in range(2):  # the second step has a state to mix in; the gradient's own type does not count
            parameters, state = optimizer(parameters, {"w": np.full((3, 2), 0.5)}, state, **options)
        assert parameters["w"].dtype == expected
        for average in (*state[1:],) if optimizer is adam else (state or {},):
            assert all(array.dtype == expected for array in average.values())


@pytest.mark.parametrize("optimizer", ALL)
def test_what_the_caller_owns_stays(optimizer):
    parameters, gradients = {"w": np.arange(3.0)}, {"w": np.ones(3)}
    _, state = optimizer(parameters, gradients, learning_rate=0.1)
    owned = [parameters, gradients, *(state[1:] if optimizer is adam else [state or {}])]
    before = [array.copy() for arrays in owned for array in arrays.values()]
    for arrays in owned:
        for array in arrays.values():
            array.flags.writeable = False
    optimizer(parameters, gradients, state, learning_rate=0.1)
    for array, old in zip((array for arrays in owned for array in arrays.values()), before, strict=True):
        assert_array_equal(array, old)


def test_zero_gradients_make_no_step():
    for optimizer in ALL:
        assert_array_equal(run(optimizer, [1.0, -2.0], np.zeros((3, 2)), learning_rate=0.5)[0], [1, -2])


def test_schedules():
    rate = inverse_time_decay(0.2, decay_rate=1)
    assert_allclose([rate(epoch) for epoch in range(4)], [0.2, 0.1, 0.2 / 3, 0.05])
    rate = exponential_decay(0.2, decay=0.95)
    assert_allclose([rate(epoch) for epoch in range(3)], [0.2, 0.19, 0.1805])
    rate = exponential_decay(0.8, decay=0.5, every=3)
    assert_allclose([rate(epoch) for epoch in range(7)], [0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2])
    assert_allclose(inverse_time_decay([0.1, 0.4], decay_rate=[0, 1])(3), [0.1, 0.1])
    assert_allclose(exponential_decay([0.1, 0.4], decay=[1, 0.5])(2), [0.1, 0.1])


W, D_W = {"W1": np.ones((3, 2)), "b1": np.ones(2)}, {"W1": np.ones((3, 2)), "b1": np.ones(2)}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: sgd(W, {"W1": np.ones((3, 2))}, learning_rate=0.1),
            ValueError,
            "sgd: gradients must have the names of the parameters, W1, b1; got W1.",
        ),
        (
            lambda: momentum(W, {}, learning_rate=0.1),
            ValueError,
            "momentum: gradients must have the names of the parameters, W1, b1; got none.",
        ),
        (
            lambda: rmsprop(W, D_W | {"W1": np.ones((2, 3))}, learning_rate=0.1),
            ValueError,
            "rmsprop: d_W1 must have shape (3, 2), that of W1; got (2, 3).",
        ),
        (
            lambda: adam(W, D_W, learning_rate=-0.1),
            ValueError,
            "adam: learning_rate must be a number of at least 0; got -0.1.",
        ),
        (
            lambda: adam({"w": np.ones((3, 2))}, {"w": np.ones((3, 2))}, learning_rate=[0.1, -0.2, 0.3]),
            ValueError,
            "adam: learning_rate must be a number of at least 0; got -0.2.",
        ),
        (
            lambda: sgd(W, D_W, learning_rate=[0.1, 0.2, 0.3]),
            ValueError,
            "sgd: learning_rate must be one number, or one per model along the first axis of every parameter; "
            "got shape (3,) for b1 of shape (2,).",
        ),
        (
            lambda: sgd(W, D_W, learning_rate="0.1"),
            TypeError,
            "sgd: learning_rate must be a number of at least 0; got '0.1'.",
        ),
        (
            lambda: momentum(W, D_W, learning_rate=0.1, momentum=1),
            ValueError,
            "momentum: momentum must be a number below 1 and of at least 0; got 1.",
        ),
        (
            lambda: momentum({"w": np.ones(2)}, {"w": np.ones(2)}, learning_rate=0.1, momentum=[0.5, 1.0]),
            ValueError,
            "momentum: momentum must be a number below 1 and of at least 0; got 1.0.",
        ),
        (
            lambda: rmsprop(W, D_W, learning_rate=0.1, decay=1.5),
            ValueError,
            "rmsprop: decay must be a number below 1 and of at least 0; got 1.5.",
        ),
        (
            lambda: rmsprop(W, D_W, learning_rate=0.1, eps=0),
            ValueError,
            "rmsprop: eps must be a number above 0; got 0.",
        ),
        (
            lambda: adam(W, D_W, learning_rate=0.1, beta1=1),
            ValueError,
            "adam: beta1 must be a number below 1 and of at least 0; got 1.",
        ),
        (
            lambda: adam(W, D_W, learning_rate=0.1, beta2=-1),
            ValueError,
            "adam: beta2 must be a number below 1 and of at least 0; got -1.",
        ),
        (
            lambda: adam(W, D_W, learning_rate=0.1, eps=math.nan),
            ValueError,
            "adam: eps must be a number above 0; got nan.",
        ),
        (
            lambda: adam(W, D_W, learning_rate=1e300, beta1=1 - 1e-16),
            ValueError,
            "adam: learning_rate must be small enough for float64 to hold a step freed of the bias; "
            "got values up to 1e+300.",
        ),
        (
            lambda: sgd({"w": ["a"]}, {"w": [1.0]}, learning_rate=0.1),
            TypeError,
            "sgd: w must hold real numbers; got an array of <U1.",
        ),
        (
            lambda: inverse_time_decay(-1, decay_rate=1),
            ValueError,
            "inverse_time_decay: learning_rate must be a number of at least 0; got -1.",
        ),
        (
            lambda: inverse_time_decay(1, decay_rate=-1),
            ValueError,
            "inverse_time_decay: decay_rate must be a number of at least 0; got -1.",
        ),
        (
            lambda: exponential_decay(0.1, decay=-0.5),
            ValueError,
            "exponential_decay: decay must be a number of at least 0; got -0.5.",
        ),
        (
            lambda: exponential_decay(0.1, decay=0.5, every=0),
            ValueError,
            "exponential_decay: every must be a whole number of at least 1; got 0.",
        ),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize("decay", [0.9, np.array([0.5, 0.99])])
def test_adam_in_the_order_of_the_lesson(decay):
    rng = np.random.default_rng(0)
    W = rng.normal(size=(2, 3))
    parameters, state, v, s = {"W": W}, None, 0, 0
    share = np.reshape(decay, (-1, 1))
    for t in range(1, 6):
        d_W = rng.normal(size=W.shape) * 10.0 ** rng.integers(-12, 3, size=W.shape)
        parameters, state = adam(parameters, {"W": d_W}, state, learning_rate=0.1, beta1=decay, beta2=decay)
        v, s = share * v + (1 - share) * d_W, share * s + (1 - share) * d_W**2
        W = W - 0.1 * (v / (1 - share**t)) / (np.sqrt(s / (1 - share**t)) + 1e-8)
        assert_allclose(parameters["W"], W, rtol=1e-12)


@pytest.mark.parametrize("t", [-1, 0.5, np.nan, "1", None, True, [1], 10**400])
def test_adam_takes_no_count_that_is_none(t):
    state = (t, {"w": [0.0]}, {"w": [0.0]})
    with pytest.raises(
        (TypeError, ValueError), match=r"^adam: t must be a whole number of at (least 0|most \S+); got "
    ):
        adam({"w": [1.0]}, {"w": [1.0]}, state, learning_rate=0.1)


@pytest.mark.parametrize("state", [3, {}, 0, (), (1, 2), "state"])
def test_adam_takes_no_state_that_is_none(state):
    with pytest.raises(TypeError, match=r"^adam: state must be an AdamState or None; got "):
        adam({"w": [1.0]}, {"w": [1.0]}, state, learning_rate=0.1)
