"""Standardising against scikit-learn, its round trip, and the constant pixel that must not explode."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_digits
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from coursekit.datasets import split
from coursekit.normalize import MinMax, Standardizer

whole_numbers = arrays(np.float64, st.tuples(st.integers(1, 9), st.integers(1, 4)), elements=st.integers(-50, 50))


@pytest.fixture(name="X")
def uneven_features():
    return np.random.default_rng(0).normal([1, -20, 300, 0], [1, 0.1, 50, 3], size=(13, 4))


@pytest.mark.parametrize("ours", [Standardizer, MinMax])
class TestBoth:
    @given(X=whole_numbers)
    def test_scikit_learn_agrees_on_constant_features_too(self, ours, X):
        right = {Standardizer: StandardScaler, MinMax: MinMaxScaler}[ours]().fit(X)
        scaler = ours.fit(X)
        for other in (X, X + 1):
            assert_allclose(scaler.apply(other), right.transform(other), atol=1e-12)

    @given(X=whole_numbers)
    def test_undo_brings_back(self, ours, X):
        scaler = ours.fit(X)
        assert_allclose(scaler.undo(scaler.apply(X)), X, atol=1e-12)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_dtype_stays_and_the_argument_too(self, ours, X, dtype):
        X = X.astype(dtype)
        before = X.copy()
        scaler = ours.fit(X)
        assert scaler.apply(X).dtype == scaler.undo(X).dtype == dtype
        assert scaler.apply(X.astype(np.float32)).dtype == np.float32
        assert {value.dtype for value in vars(scaler).values()} == {np.dtype(dtype)}
        assert_array_equal(X, before)

    def test_integers_become_float64(self, ours):
        assert ours.fit([[1, 2], [3, 5]]).apply([[1, 2]]).dtype == np.float64

    def test_a_stack_of_training_sets_gives_what_each_gives_alone(self, ours, X):
        stack = np.stack([X, 2 * X + 1, -(X**2)])
        scaled = ours.fit(stack).apply(stack)
        for one, all_of_them in zip(stack, scaled, strict=True):
            assert_allclose(all_of_them, ours.fit(one).apply(one), rtol=1e-12)

    def test_one_fit_for_a_stack(self, ours, X):
        stack = np.stack([X, X + 1])
        assert_array_equal(ours.fit(X).apply(stack)[1], ours.fit(X).apply(X + 1))

    def test_no_examples_to_apply_it_to(self, ours, X):
        assert ours.fit(X).apply(np.empty((0, 4))).shape == (0, 4)

    def test_frozen(self, ours, X):
        scaler = ours.fit(X)
        field = next(iter(vars(scaler)))
        with pytest.raises(AttributeError):
            setattr(scaler, field, 0)


class TestStandardizer:
    def test_figures_of_the_lesson(self):
        X = np.array([[2.0], [4], [6], [8]])
        standardizer = Standardizer.fit(X)
        assert_allclose(standardizer.apply(X)[:, 0], [-1.342, -0.447, 0.447, 1.342], atol=5e-4)
        by_the_variance = (X - standardizer.mean) / standardizer.sd**2
        assert by_the_variance.std() == pytest.approx(0.447, abs=5e-4)

    def test_mean_0_and_sd_1(self, X):
        Z = Standardizer.fit(X).apply(X)
        assert_allclose(Z.mean(axis=0), 0, atol=1e-12)
        assert_allclose(Z.std(axis=0), 1)

    def test_an_affine_change_of_units_leaves_the_result(self, X):
        other_units = X * [0.01, 1000, 5, 2] + [3, -1, 0, 7]
        assert_allclose(Standardizer.fit(other_units).apply(other_units), Standardizer.fit(X).apply(X), rtol=1e-7)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @pytest.mark.parametrize("constant", [0.0, 0.1, 1000.1])
    def test_a_constant_feature_gets_sd_1_whatever_rounding_does(self, dtype, constant):
        X = np.full((333, 3), constant, dtype)
        standardizer = Standardizer.fit(X)
        assert_array_equal(standardizer.sd, np.ones(3))
        assert_array_equal(standardizer.apply(X), np.zeros((333, 3)))
        assert_allclose(standardizer.apply(X[:2] + dtype(1)), 1, rtol=1e-4)

    def test_constant_pixels_of_the_digits(self):
        X = load_digits().data
        constant = np.flatnonzero(X.std(axis=0) == 0)
        assert constant.tolist() == [0, 32, 39]
        assert_array_equal(Standardizer.fit(X).apply(X + 1)[:, constant], np.ones((len(X), 3)))
        by_a_tiny_number = (X + 1 - X.mean(axis=0)) / (X.std(axis=0) + 1e-8)
        assert np.abs(by_a_tiny_number).max() == pytest.approx(1e8)


NAN = float("nan")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: Standardizer.fit(np.empty((0, 4))), ValueError,
            "Standardizer.fit: X must hold at least one example; got shape (0, 4).",
        ),
        (
            lambda: MinMax.fit(np.empty((0, 4))), ValueError,
            "MinMax.fit: X must hold at least one example; got shape (0, 4).",
        ),
        (
            lambda: Standardizer.fit([1.0, 2.0]), ValueError,
            "Standardizer.fit: X must have at least 2 axes; got shape (2,).",
        ),
        (
            lambda: Standardizer.fit([[1, NAN]]), ValueError,
            "Standardizer.fit: X must be finite; got nan at index (0, 1).",
        ),
        (
            lambda: Standardizer.fit([["a"]]), TypeError,
            "Standardizer.fit: X must hold real numbers; got an array of <U1.",
        ),
        (
            lambda: Standardizer.fit(np.float32([[3e38], [-3e38]])), ValueError,
            "Standardizer.fit: X must be small enough for float32 to hold its sums; got values up to 3e+38.",
        ),
        (
            lambda: MinMax.fit([[1.7e308], [-1.7e308]]), ValueError,
            "MinMax.fit: X must be small enough for float64 to hold its range; got values up to 1.7e+308.",
        ),
        (
            lambda: Standardizer.fit([[1, 2], [3, 4]]).apply([[1, 2, 3]]), ValueError,
            "Standardizer.apply: X must have 2 features, as in fit; got shape (1, 3).",
        ),
        (
            lambda: Standardizer.fit([[1, 2], [3, 4]]).apply([[1, NAN]]), ValueError,
            "Standardizer.apply: X must be finite; got nan at index (0, 1).",
        ),
        (
            lambda: Standardizer.fit(np.ones((3, 5, 2))).undo(np.ones((2, 5, 2))), ValueError,
            "Standardizer.undo: X must have 2 features and (3,) models, as in fit; got shape (2, 5, 2).",
        ),
        (
            lambda: MinMax.fit([[1, 2], [3, 4]]).apply([[1]]), ValueError,
            "MinMax.apply: X must have 2 features, as in fit; got shape (1, 1).",
        ),
        (
            lambda: MinMax.fit([[0.0], [1e39]]).apply(np.float32([[3e38]])), ValueError,
            "MinMax.apply: X must have a type that holds what was measured in fit; got float32.",
        ),
        (
            lambda: MinMax.fit([[1, 2], [3, 4]]).undo([[1]]), ValueError,
            "MinMax.undo: X must have 2 features, as in fit; got shape (1, 1).",
        ),
    ],
)  # fmt: skip
def test_refused_in_words(call, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        call()


@pytest.mark.parametrize("m", [3, 1000])
@pytest.mark.parametrize(
    "values",
    [[0.1 + 0.2, 0.3], [sum([0.1] * 10), 1.0], [1e16 + 2, 1e16], [-0.7, -(0.1 * 7)], [1e-200 * (1 + 2**-52), 1e-200]],
)
def test_a_feature_that_varies_by_its_own_rounding_alone_is_constant(values, m):
    X = np.resize(np.array(values), m)[:, None]
    assert len(np.unique(X)) == 2
    for scaler in (Standardizer.fit(X), MinMax.fit(X)):
        assert abs(scaler.apply(X + 1)[0, 0]) < 5
    split_up = split(X, np.arange(m) % 2, np.random.default_rng(0), n_train=m - 1)
    assert np.abs(split_up.X_train).max() <= 10 * np.spacing(abs(values[1]))


def test_a_feature_that_varies_by_more_is_not():
    X = np.array([[1.0], [1.0 + 1e-12]])
    assert_allclose(Standardizer.fit(X).apply(X)[:, 0], [-1, 1])
    assert_allclose(MinMax.fit(X).apply(X)[:, 0], [0, 1])
    outlier = np.zeros((10**6, 1))
    outlier[0] = 1e-9
    assert Standardizer.fit(outlier).sd[0] == pytest.approx(1e-12)


def test_float32_has_its_own_rounding():
    X = np.array([[0.1], [0.1 + 1e-8]])
    assert MinMax.fit(X.astype(np.float32)).width[0] == 1
    assert MinMax.fit(X).width[0] == pytest.approx(1e-8)
