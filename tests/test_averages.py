"""Exponentially weighted averages against SciPy's filter, their own weights, and the lesson's numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose, assert_array_equal
from scipy import signal

from coursekit.averages import ewa, weights, window

decays = st.floats(0, 0.9999)
sequences = arrays(np.float64, array_shapes(max_dims=3, max_side=6), elements=st.floats(-1e3, 1e3))


@given(sequences, decays)
def test_it_is_the_filter_that_scipy_has(values, decay):
    before = values.copy()
    expected = signal.lfilter([1 - decay], [1, -decay], values, axis=0)
    assert_allclose(ewa(values, decay), expected, rtol=1e-10, atol=1e-10)
    assert_array_equal(values, before)


@given(sequences, decays)
def test_bias_correction_makes_it_a_weighted_mean(values, decay):
    corrected = ewa(values, decay, bias_correction=True)
    for t in range(1, len(values) + 1):
        newest_first = values[:t][::-1]
        assert_allclose(corrected[t - 1], np.average(newest_first, axis=0, weights=decay ** np.arange(t)), atol=1e-8)


@given(decays, st.integers(1, 40))
def test_the_weights_are_what_each_value_counts(decay, n):
    last = ewa(np.eye(n), decay)[-1]  # column i holds a single 1, at step i
    assert_allclose(weights(decay, n), last[::-1], rtol=1e-10, atol=1e-300)
    assert_allclose(weights(decay, n).sum(), 1 - decay**n, rtol=1e-10)


def test_decay_is_the_share_of_the_old_value():
    assert_allclose(ewa([1.0, 0.0], 0.9), [0.1, 0.09])
    assert_array_equal(ewa([3.0, 7.0, 5.0], 0), [3, 7, 5])


def test_known_windows():
    assert_allclose([window(0), window(0.5), window(0.9), window(0.98), window(0.999)], [1, 2, 10, 50, 1000])
    assert_allclose([0.9 ** window(0.9), 0.999 ** window(0.999)], [0.349, 0.368], atol=5e-4)
    assert_allclose(weights(0.999, 1001)[-1] / weights(0.999, 1)[0], 1 / np.e, rtol=1e-3)
    # One step further from 1 is nothing for 0.9, and half of the window for 0.999.
    assert_allclose([window(0.9005), window(0.9995)], [10.05, 2000], rtol=1e-4)


def test_from_zero_only_a_part_is_there_after_24_steps():
    ones = np.ones(24)
    assert_allclose([ewa(ones, decay)[-1] for decay in (0.9, 0.99, 0.999)], [0.92, 0.21, 0.024], atol=5e-3)
    for decay in (0.9, 0.99, 0.999):
        assert_allclose(ewa(ones, decay, bias_correction=True), 1)


@pytest.mark.parametrize("bias_correction", [False, True])
@pytest.mark.parametrize("shape", [(5,), (5, 2), (5, 2, 3)])
def test_shape_and_type_stay(shape, bias_correction, rng):
    values = rng.standard_normal(shape)
    whole = ewa(values, 0.9, bias_correction=bias_correction)
    assert whole.shape == shape
    assert whole.dtype == np.float64
    single = ewa(values.astype(np.float32), 0.9, bias_correction=bias_correction)
    assert single.dtype == np.float32
    assert_allclose(single, whole, rtol=1e-4, atol=1e-6)
    assert ewa(np.ones(shape, int), 0.9).dtype == np.float64
    assert ewa(values[:0], 0.9).shape == (0, *shape[1:])
    for i in range(shape[-1] if len(shape) > 1 else 0):
        assert_allclose(whole[..., i], ewa(values[..., i], 0.9, bias_correction=bias_correction))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: ewa([1.0], 1), ValueError, "ewa: decay must be a number below 1 and of at least 0; got 1."),
        (lambda: ewa([1.0], -0.1), ValueError, "ewa: decay must be a number below 1 and of at least 0; got -0.1."),
        (lambda: ewa([1.0], "0.9"), TypeError, "ewa: decay must be a number below 1 and of at least 0; got '0.9'."),
        (lambda: ewa(1.0, 0.9), ValueError, "ewa: values must have at least 1 axis; got shape ()."),
        (lambda: ewa([1.0, np.nan], 0.9), ValueError, "ewa: values must be finite; got nan at index (1,)."),
        (lambda: ewa(["a"], 0.9), TypeError, "ewa: values must hold real numbers; got an array of <U1."),
        (lambda: window(1.0), ValueError, "window: decay must be a number below 1 and of at least 0; got 1.0."),
        (lambda: window(np.nan), ValueError, "window: decay must be a number below 1 and of at least 0; got nan."),
        (lambda: weights(-1, 3), ValueError, "weights: decay must be a number below 1 and of at least 0; got -1."),
        (lambda: weights(0.9, 0), ValueError, "weights: n must be a whole number of at least 1; got 0."),
        (lambda: weights(0.9, 2.5), ValueError, "weights: n must be a whole number of at least 1; got 2.5."),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
