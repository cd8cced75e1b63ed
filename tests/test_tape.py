"""The tape against numerical gradients, the package's own backward passes, and what it must refuse."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from coursekit import tape
from coursekit.batchnorm import batchnorm_backward, batchnorm_forward
from coursekit.gradcheck import numerical_gradient, relative_error
from coursekit.softmax import softmax_loss
from coursekit.tape import gradient

EXPRESSIONS = {
    "add": lambda a, b: (a + b).sum(),
    "subtract": lambda a, b: (a - b).sum(),
    "negative": lambda a, b: (-a * b).sum(),
    "multiply": lambda a, b: (a * b).sum(),
    "divide": lambda a, b: (a / b).sum(),
    "power": lambda a, b: (a**3 + b**-0.5 + a**1 + b**0).sum(),
    "exp and log": lambda a, b: (np.exp(a / 3) * np.log(b + a)).sum(),
    "maximum": lambda a, b: (np.maximum(a, b) * a + np.maximum(0.7, b)).sum(),
    "one value twice": lambda a, b: (a * a + a * b).sum() * a.sum(),
}
SHAPES = [
    ((3, 2), (3, 2)),
    ((3, 2), (2,)),
    ((2,), (3, 2)),
    ((3, 1), (1, 2)),
    ((4, 3, 2), (3, 1)),
    ((), (3, 2)),
    ((), ()),
]


def positive(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.uniform(0.5, 2, shape) for shape in shapes]


def check(f, *args, tolerance=1e-8):
    for i, (arg, d) in enumerate(zip(args, gradient(f, *args), strict=True)):
        numerical = numerical_gradient(lambda x, i=i: f(*args[:i], x, *args[i + 1 :]), arg)
        assert d.shape == np.shape(arg)
        assert relative_error(d, numerical) < tolerance


@pytest.mark.parametrize("f", EXPRESSIONS.values(), ids=EXPRESSIONS)
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_every_rule_with_and_without_broadcasting(f, shapes):
    check(f, *positive(*shapes))


@pytest.mark.parametrize(
    "shapes",
    [((3, 4), (4, 2)), ((5, 3, 4), (4, 2)), ((3, 4), (5, 4, 2)), ((5, 3, 4), (5, 4, 2)), ((3, 4), (4,)),
     ((5, 3, 4), (4,)), ((4,), (4, 2)), ((4,), (4,))],
    ids=str,
)  # fmt: skip
def test_matmul(shapes):
    check(lambda a, b: (a @ b * (a @ b)).sum(), *positive(*shapes))


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 2), (1, -1), ()])
@pytest.mark.parametrize("keepdims", [False, True])
def test_sum(axis, keepdims):
    def f(a):
        return (np.sum(a**2, axis=axis, keepdims=keepdims) ** 2).sum()

    check(f, *positive((2, 3, 4)))


@pytest.mark.parametrize("operation", tape.RULES, ids=lambda operation: operation.__name__)
def test_a_planted_wrong_rule_is_caught(operation, monkeypatch):
    right = tape.RULES[operation]
    monkeypatch.setitem(tape.RULES, operation, lambda *x: tuple(None if d is None else 1.01 * d for d in right(*x)))
    expressions = {np.exp: "exp and log", np.log: "exp and log"}
    f = EXPRESSIONS.get(expressions.get(operation, operation.__name__), lambda a, b: (a @ b).sum())
    with pytest.raises(AssertionError):
        check(f, *positive((3, 3), (3, 3)))


def test_forgetting_to_undo_broadcasting_is_caught(monkeypatch):
    monkeypatch.setattr(tape, "_undo_broadcasting", np.resize)
    with pytest.raises(AssertionError):
        check(EXPRESSIONS["multiply"], *positive((3, 2), (2,)))


@given(depth=st.integers(1, 6), seed=st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_random_expressions(depth, seed):
    def f(a, b):
        rng, values = np.random.default_rng(seed), [a, b]
        binary = [np.add, np.subtract, np.multiply, np.maximum, lambda x, y: x / (y * y + 1)]
        unary = [lambda x: np.exp(-x * x), lambda x: np.log(x * x + 1), lambda x: (x * x + 1) ** -0.5, lambda x: -x]
        for _ in range(depth):
            x, y = (values[i] for i in rng.integers(len(values), size=2))
            values += [binary[rng.integers(len(binary))](x, y), unary[rng.integers(len(unary))](y)]
        return np.sum(values[-1] * values[-2])

    check(f, *positive((3, 2), (2,), seed=seed), tolerance=1e-6)


class TestLessons:
    def test_the_parabola(self):
        w = np.array(0.0)
        for _ in range(1000):
            w -= 0.01 * gradient(lambda w: w**2 - 10 * w + 25, w)[0]
        assert w == pytest.approx(4.99999999, abs=1e-8)

    def test_agrees_with_the_backward_pass_of_softmax(self):
        rng = np.random.default_rng(0)
        z, y = rng.normal(size=(5, 3)), np.array([0, 2, 1, 1, 0])

        def cost(z):
            t = np.exp(z)
            return -(np.log(t / t.sum(axis=1, keepdims=True)) * np.eye(3)[y]).sum() / 5

        assert_allclose(gradient(cost, z)[0], softmax_loss(z, y)[1], atol=1e-14)

    def test_agrees_with_the_backward_pass_of_batch_norm(self):
        rng = np.random.default_rng(0)
        z, d_out = rng.normal(size=(2, 7, 4))
        gamma, beta = rng.normal(size=(2, 4))

        def cost(z, gamma, beta):
            centered = z - z.sum(axis=0) / 7
            var = (centered**2).sum(axis=0) / 7
            return (d_out * (gamma * centered / (var + 1e-5) ** 0.5 + beta)).sum()

        expected = batchnorm_backward(d_out, batchnorm_forward(z, gamma, beta)[1])
        for one, other in zip(gradient(cost, z, gamma, beta), expected, strict=True):
            assert_allclose(one, other, rtol=1e-9, atol=1e-13)

    def test_a_network_with_one_hidden_layer(self):
        X, W1, b1, W2, b2 = positive((6, 4), (4, 5), (5,), (5, 3), (3,))

        def cost(X, W1, b1, W2, b2):
            a = np.maximum(0, (X - 1) @ (W1 - 1.2) + b1)
            return ((a @ W2 + b2) ** 2).sum() / 6

        check(cost, X, W1, b1, W2, b2)

    def test_ties_of_relu_have_slope_0(self):
        assert_array_equal(gradient(lambda z: np.maximum(z, 0).sum(), [-1.0, 0.0, 1.0])[0], [0, 0, 1])
        assert_array_equal(gradient(lambda z: np.maximum(0, z).sum(), [-1.0, 0.0, 1.0])[0], [0, 1, 1])


class TestTheTape:
    def test_a_long_chain_needs_no_recursion(self):
        def f(w):
            for _ in range(3000):
                w = w + 1
            return w

        assert gradient(f, 2.0) == (1,)

    def test_what_the_result_does_not_use_has_gradient_0(self):
        d_a, d_b = gradient(lambda a, _: a * 3, 0.5, [1.0, 2.0])
        assert d_a == 3
        assert_array_equal(d_b, [0, 0])

    def test_a_detour_that_leads_nowhere_does_no_harm(self):
        def f(a):
            with np.errstate(divide="ignore"):
                np.log(a)  # at 0, its gradient is 0 / 0
            return a * 3

        assert gradient(f, 0.0) == (3,)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_dtype_stays_and_the_arguments_too(self, dtype):
        args = [x.astype(dtype) for x in positive((3, 4), (4,))]
        before = [x.copy() for x in args]
        for d in gradient(lambda a, b: (np.exp(-((a @ b) ** 2)) / 3).sum(), *args):
            assert d.dtype == dtype
        for one, other in zip(args, before, strict=True):
            assert_array_equal(one, other)

    def test_float32_stays_beside_a_constant_in_float64(self):
        (d,) = gradient(lambda w: (w * np.array([1.0, 2.0])).sum(), np.float32([3, 4]))
        assert d.dtype == np.float32

    def test_integers_and_lists(self):
        (d,) = gradient(lambda w: ([[1, 2]] @ w * 3).sum(), [[1], [5]])
        assert_array_equal(d, [[3.0], [6.0]])

    def test_power_0_at_0(self):
        assert gradient(lambda w: w**0 + w**1 + w**2, 0.0) == (1,)


KNOWN = "add, subtract, negative, multiply, divide, power, matmul, exp, log, maximum and sum"


@pytest.mark.parametrize(
    ("f", "got"),
    [
        (np.sin, "np.sin"),
        (abs, "np.absolute"),
        (lambda w: (w > 0) * w, "np.greater"),
        (np.mean, "np.mean"),
        (lambda w: np.where([True], w, 0).sum(), "np.where"),
        (lambda w: np.concatenate([w, w]).sum(), "np.concatenate"),
        (lambda w: np.dot(w, w), "np.dot"),
        (np.add.reduce, "np.add reduce"),
        (lambda w: np.add(w, 1, dtype=np.float32).sum(), "np.add dtype"),
        (lambda w: (2**w).sum(), "np.power with an exponent that is not constant"),
        (lambda w: (w**w).sum(), "np.power with an exponent that is not constant"),
        (lambda w: gradient(lambda v: (v * w).sum(), [1.0, 2.0])[0], "np.multiply across two calls of gradient"),
    ],
)
def test_refuses_what_it_cannot_differentiate(f, got):
    message = f"gradient: f must use only {KNOWN}; got {got}."
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        gradient(f, [1.0, 2.0])


def test_refuses_a_change_in_place():
    def f(w):
        w += 1
        return w.sum()

    with pytest.raises(TypeError, match=r"got np\.add in place\.$"):
        gradient(f, [1.0, 2.0])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: gradient(lambda w: w * 2, [1.0, 2.0]), ValueError,
            "gradient: f must return one number, computed from its arguments; got [2. 4.].",
        ),
        (
            lambda: gradient(lambda _: 7, [1.0, 2.0]), ValueError,
            "gradient: f must return one number, computed from its arguments; got 7.",
        ),
        (
            lambda: gradient(lambda w: w * gradient(lambda _: w * 2, 1.0)[0], 3.0), ValueError,
            "gradient: f must return one number, computed from its arguments; got 6.0.",
        ),
        (
            lambda: gradient(lambda w: w.sum(), [1.0, float("nan")]), ValueError,
            "gradient: args must be finite; got nan at index (1,).",
        ),
        (
            lambda: gradient(lambda w: gradient(lambda v: v * v, w)[0], 3.0), TypeError,
            "gradient: args must be an array; got a Value that can't be made one.",
        ),
    ],
)  # fmt: skip
def test_refused_in_words(call, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        call()


@pytest.mark.parametrize(
    "f",
    [lambda w: 3 * w if w else -w, lambda w: w and -w, float, int, lambda w: w[0], len, list,
     math.exp, lambda w: 3 in w, lambda w: np.zeros(3)[w], lambda w: w * bool(w)],
)  # fmt: skip
@pytest.mark.parametrize("w", [0.0, [0.0]])
def test_what_the_tape_does_not_see_is_refused(f, w):
    with pytest.raises(TypeError, match=r"^gradient: f must compute with its arguments alone, .*; got one that asks"):
        gradient(f, w)


def test_what_is_no_function_is_refused():
    with pytest.raises(TypeError, match=r"^gradient: f must be a function of arrays; got 3\.$"):
        gradient(3, 1.0)


@pytest.mark.parametrize("stack", [(3, 2), (4, 3, 2), (5, 4, 3, 2), (1, 3, 2)])
def test_a_row_times_a_stack_of_matrices(stack):
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal(3), rng.standard_normal(stack)
    d_a, d_b = gradient(lambda a, b: ((a @ b) ** 2).sum(), a, b)
    assert_allclose(d_a, numerical_gradient(lambda a: np.sum((a @ b) ** 2), a), rtol=1e-6)
    assert_allclose(d_b, numerical_gradient(lambda b: np.sum((a @ b) ** 2), b), rtol=1e-6)
