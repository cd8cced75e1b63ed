"""The judge of every backward pass is judged: it must pass the right ones and fail the wrong ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.gradcheck import numerical_gradient, projection_error, relative_error

PASS = 1e-7
RNG = np.random.default_rng(0)
moderate = st.floats(-10, 10)
seeds = st.integers(0, 2**32 - 1)


@given(arrays(np.float64, array_shapes(max_dims=3, max_side=4), elements=moderate))
def test_the_gradient_of_a_cubic(x):
    assert_allclose(numerical_gradient(lambda x: np.sum(x**3 - x), x), 3 * x**2 - 1, rtol=1e-8, atol=1e-6)


@pytest.mark.parametrize("size", [1, 1e6, 1e12])
def test_the_step_grows_with_the_element(size):
    slope = numerical_gradient(lambda x: np.sum(np.sin(x / size)), [size, 2 * size])
    assert_allclose(slope * size, np.cos([1, 2]), rtol=1e-8)


def test_each_element_has_its_own_place(rng):
    weights = rng.standard_normal((2, 3, 4))
    assert_allclose(numerical_gradient(lambda x: np.sum(weights * x), np.zeros((2, 3, 4))), weights, rtol=1e-9)


def test_the_difference_is_central_and_the_step_is_used():
    # The error of a central difference of x^3 is step^2; a one-sided difference would be off by 3 x step.
    for step in (1e-1, 1e-2):
        assert_allclose(numerical_gradient(lambda x: x[0] ** 3, [1.0], step=step), 3 + step**2, rtol=1e-12)


def test_a_kink_gives_the_mean_of_both_sides():
    assert_allclose(numerical_gradient(lambda x: np.maximum(x, 0).sum(), [0.0]), [0.5])


def test_float32_is_measured_in_float64(rng):
    x = rng.standard_normal((3, 2)).astype(np.float32)
    before = x.copy()
    gradient = numerical_gradient(lambda x: np.sum(np.exp(x)), x)
    assert gradient.dtype == np.float64
    assert_allclose(gradient, np.exp(x.astype(np.float64)), rtol=1e-8)
    assert_array_equal(x, before)


def test_a_single_number_has_a_gradient_too():
    assert_allclose(numerical_gradient(lambda x: x**2, 3.0), 6.0)


def tanh_backward(x, d_out):
    return d_out * (1 - np.tanh(x) ** 2)


def sum_of_squares_backward(x, d_out):
    return 2 * x * d_out


def matmul_backward(x, d_out):
    return d_out @ np.arange(12.0).reshape(3, 4).T


RIGHT = {
    "same shape": (np.tanh, tanh_backward),
    "to one number": (lambda x: np.sum(x**2), sum_of_squares_backward),
    "to another shape": (lambda x: x @ np.arange(12.0).reshape(3, 4), matmul_backward),
}
WRONG = {
    "a factor": lambda right: lambda x, d_out: 1.1 * right(x, d_out),
    "a sign": lambda right: lambda x, d_out: -right(x, d_out),
    "nothing at all": lambda _: lambda x, _: np.zeros_like(x),
    "one element": lambda right: lambda x, d_out: right(x, d_out) * (np.arange(x.size).reshape(x.shape) != 3),
    "two rows swapped": lambda right: lambda x, d_out: right(x, d_out)[[1, 0]],
}


@pytest.mark.parametrize("name", RIGHT)
@given(seed=seeds)
def test_a_right_backward_passes(name, seed):
    (forward, backward), rng = RIGHT[name], np.random.default_rng(seed)
    x = rng.standard_normal((2, 3))
    assert projection_error(forward, lambda d_out: backward(x, d_out), x, rng) < PASS


@pytest.mark.parametrize("mistake", WRONG)
@pytest.mark.parametrize("name", RIGHT)
@given(seed=seeds)
def test_a_wrong_backward_fails(name, mistake, seed):
    (forward, right), rng = RIGHT[name], np.random.default_rng(seed)
    x = rng.standard_normal((2, 3))
    backward = WRONG[mistake](right)
    assert projection_error(forward, lambda d_out: backward(x, d_out), x, rng) > PASS


@pytest.mark.parametrize("size", [1e-3, 1e6])
def test_the_projection_holds_at_every_size(size, rng):
    x = size * rng.standard_normal((4, 3))
    assert projection_error(lambda x: x**2, lambda d_out: 2 * x * d_out, x, rng) < PASS


def test_the_step_of_the_projection_is_used(rng):
    x = rng.standard_normal((2, 3))
    errors = [projection_error(np.tanh, lambda d: tanh_backward(x, d), x, np.random.default_rng(1), step=step)
              for step in (1e-1, 1e-2)]  # fmt: skip
    assert_allclose(errors[0] / errors[1], 100, rtol=0.2)  # a central difference: the error falls with step^2


def test_a_constant_has_no_gradient_and_no_error(rng):
    assert projection_error(lambda _: np.ones(2), lambda _: np.zeros(3), np.ones(3), rng) == 0


@given(st.integers(1, 5).flatmap(lambda n: st.tuples(*2 * [arrays(np.float64, n, elements=moderate)])))
def test_the_relative_error_is_symmetric_and_at_most_1(pair):
    a, b = pair
    assert relative_error(a, b) == relative_error(b, a) <= 1 + 1e-15
    assert relative_error(a, a) == 0
    assert_allclose(relative_error(8 * a, 8 * b), relative_error(a, b))


def test_known_relative_errors():
    assert relative_error([3.0, 4.0], [0.0, 0.0]) == relative_error([1.0], [-2.0]) == 1
    assert relative_error([[3.0, 0.0]], [[0.0, 4.0]]) == 5 / 7
    assert relative_error(2, 1) == 1 / 3


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: numerical_gradient(np.exp, np.zeros((2, 3))), ValueError,
         "numerical_gradient: f must return one number; got shape (2, 3). Sum it first."),
        (lambda: numerical_gradient(np.sum, [0.0, np.nan]), ValueError,
         "numerical_gradient: x must be finite; got nan at index (1,)."),
        (lambda: numerical_gradient(np.sum, [0.0], step=0), ValueError,
         "numerical_gradient: step must be a number above 0; got 0."),
        (lambda: projection_error(np.exp, np.exp, ["a"], RNG), TypeError,
         "projection_error: x must hold real numbers; got an array of <U1."),
        (lambda: projection_error(np.exp, np.exp, [], RNG), ValueError,
         "projection_error: x must hold at least one number; got shape (0,)."),
        (lambda: projection_error(np.exp, np.exp, [0.0], RNG, step=-1), ValueError,
         "projection_error: step must be a number above 0; got -1."),
        (lambda: projection_error(np.sum, lambda _: np.ones((3, 2)), np.ones((2, 3)), RNG), ValueError,
         "projection_error: backward must return an array of shape (2, 3), that of x; got shape (3, 2)."),
        (lambda: projection_error(np.sum, lambda _: [np.inf], [1.0], RNG), ValueError,
         "projection_error: backward must return finite numbers; got array([inf])."),
        (lambda: relative_error(np.ones((2, 3)), np.ones(3)), ValueError,
         "relative_error: b must have shape (2, 3), the shape of a; got shape (3,)."),
        (lambda: relative_error([1.0], [np.nan]), ValueError,
         "relative_error: b must be finite; got nan at index (0,)."),
        (lambda: relative_error([np.inf], [1.0]), ValueError,
         "relative_error: a must be finite; got inf at index (0,)."),
    ],
)  # fmt: skip
def test_refusals(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


class Broken:
    def __array__(self, *_, **__):
        raise RuntimeError("not yet")


@pytest.mark.parametrize("returned", [None, "1", 1j, [1, "a"], object(), Broken(), np.ma.masked, [[1], [1, 2]]])
def test_what_a_function_returns_is_checked(returned):
    with pytest.raises((TypeError, ValueError), match=r"^numerical_gradient: f must .*; got "):
        numerical_gradient(lambda _: returned, [1.0])
    with pytest.raises((TypeError, ValueError), match=r"^projection_error: forward must .*; got "):
        projection_error(lambda _: returned, lambda d: d, [1.0], np.random.default_rng(0))
    with pytest.raises((TypeError, ValueError), match=r"^projection_error: backward must .*; got "):
        projection_error(lambda x: x, lambda _: returned, [1.0], np.random.default_rng(0))


def test_what_is_no_function_is_refused():
    with pytest.raises(TypeError, match=r"^numerical_gradient: f must be a function of an array; got 3\.$"):
        numerical_gradient(3, [1.0])
    with pytest.raises(TypeError, match=r"^projection_error: backward must be a function of d_out; got None\.$"):
        projection_error(np.tanh, None, [1.0], np.random.default_rng(0))


def test_a_function_that_changes_what_it_is_given_changes_nothing_else():
    def f(x):
        result = np.sum(x**2)
        x[:] = 0
        return result

    x = np.array([1.0, -3.0])
    assert numerical_gradient(f, x).round(6).tolist() == [2, -6]
    assert x.tolist() == [1, -3]


def test_a_forward_whose_shape_changes_is_refused():
    shapes = iter([(2,), (3,)])
    with pytest.raises(
        ValueError, match=r"forward must return an array of the same shape each time, \(2,\); got shape"
    ):
        projection_error(lambda _: np.zeros(next(shapes)), lambda d: d, [1.0], np.random.default_rng(0))
