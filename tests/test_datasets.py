"""The digits' split leaks nothing, and the toy data are what their names say."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_diabetes, load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from coursekit.datasets import Split, blobs, diabetes, digits, rings, spirals, split


@pytest.fixture(scope="module")
def raw():
    return digits(np.random.default_rng(0), standardize=False)


@pytest.fixture(scope="module")
def standardized():
    return digits(np.random.default_rng(0))


def rows(X):
    return {row.tobytes() for row in X}


def test_every_digit_is_in_one_part_with_its_own_label(raw):
    pixels, labels = load_digits(return_X_y=True)
    assert rows(raw.X_train) | rows(raw.X_test) == rows(pixels)  # no two digits are equal: 1797 different rows
    assert len(rows(raw.X_train)) + len(rows(raw.X_test)) == len(pixels) == len(rows(pixels))
    label_of = {row.tobytes(): label for row, label in zip(pixels, labels, strict=True)}
    assert [label_of[row.tobytes()] for row in raw.X_train] == raw.y_train.tolist()
    assert [label_of[row.tobytes()] for row in raw.X_test] == raw.y_test.tolist()
    assert (raw.X_train.min(), raw.X_train.max()) == (0, 16)


def test_only_the_training_set_is_measured(raw, standardized):
    scaler = StandardScaler().fit(raw.X_train)
    assert_allclose(standardized.X_train, scaler.transform(raw.X_train), atol=1e-12)
    assert_allclose(standardized.X_test, scaler.transform(raw.X_test), atol=1e-12)
    leaked = StandardScaler().fit(np.vstack([raw.X_train, raw.X_test]))
    assert np.abs(standardized.X_test - leaked.transform(raw.X_test)).max() > 0.1


@pytest.mark.seconds
def test_a_pixel_that_is_constant_in_training_does_not_explode():
    constant_only_in_training = 0
    for seed in range(20):
        unscaled = digits(np.random.default_rng(seed), standardize=False)
        parts = digits(np.random.default_rng(seed))
        constant = unscaled.X_train.std(axis=0) == 0
        assert constant[[0, 32, 39]].all()
        assert_array_equal(parts.X_train[:, constant], 0)
        assert np.abs(parts.X_test[:, constant]).max() <= 16
        constant_only_in_training += (unscaled.X_test[:, constant].std(axis=0) > 0).sum()
    assert constant_only_in_training > 0


def test_classes_are_in_proportion_and_in_random_order(raw):
    labels = load_digits().target
    assert_allclose(np.bincount(raw.y_train), np.bincount(labels) * 1200 / 1797, atol=1)
    for y in (raw.y_train, raw.y_test):
        repeats = np.mean(y[1:] == y[:-1])  # neither sorted by class (1) nor dealt out in turn (0)
        assert 0.05 < repeats < 0.15


def test_the_same_seed_gives_the_same_split(raw):
    for part, again in zip(raw, digits(np.random.default_rng(0), standardize=False), strict=True):
        assert_array_equal(part, again)
    assert (digits(np.random.default_rng(1), standardize=False).y_train != raw.y_train).any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_type_is_the_one_asked_for(dtype, standardized):
    parts = digits(np.random.default_rng(0), dtype=dtype)
    assert parts.X_train.dtype == parts.X_test.dtype == dtype
    assert parts.y_train.dtype.kind == parts.y_test.dtype.kind == "i"
    assert_allclose(parts.X_test, standardized.X_test, rtol=1e-6)


def test_they_can_be_learned(standardized):
    X_train, y_train, X_test, y_test = standardized
    assert X_train.shape == (1200, 64)
    assert X_test.shape == (597, 64)
    assert LogisticRegression(max_iter=300).fit(X_train, y_train).score(X_test, y_test) > 0.93


@given(st.lists(st.integers(0, 3), min_size=2, max_size=60), st.data())
def test_a_split_is_stratified_and_loses_nobody(y, data):
    n_train = data.draw(st.integers(1, len(y) - 1))
    X, y = np.arange(2.0 * len(y)).reshape(-1, 2), np.array(y)
    parts = split(X, y, np.random.default_rng(0), n_train=n_train, standardize=False)
    assert len(parts.y_train) == n_train
    both = np.vstack([parts.X_train, parts.X_test])[:, 0] / 2
    assert_array_equal(np.sort(both), np.arange(len(y)))
    assert_array_equal(y[both.astype(int)], np.concatenate([parts.y_train, parts.y_test]))
    share = np.bincount(y) * n_train / len(y)
    assert (np.abs(np.bincount(parts.y_train, minlength=len(share)) - share) <= 1).all()


def test_of_a_rare_class_no_more_than_its_share_is_taken():
    for seed in range(20):
        parts = split(np.ones((10, 1)), [0] + 9 * [1], np.random.default_rng(seed), n_train=1, standardize=False)
        assert_array_equal(parts.y_train, [1])


def test_splitting_twice_gives_a_validation_set_that_is_not_measured(raw, rng):
    inner = split(raw.X_train, raw.y_train, rng, n_train=900)
    assert inner.X_test.shape == (300, 64)
    assert_allclose(inner.X_train.mean(axis=0), 0, atol=1e-12)
    assert np.abs(inner.X_test.mean(axis=0)).max() > 0.01
    # On what was standardised before, the second split measures anew: no statistics of the validation set are left.
    outer = digits(np.random.default_rng(0))
    again = split(outer.X_train, outer.y_train, np.random.default_rng(5), n_train=900)
    fresh = split(raw.X_train, raw.y_train, np.random.default_rng(5), n_train=900)
    assert_allclose(again.X_test, fresh.X_test, atol=1e-9)


def test_a_split_leaves_the_caller_alone_and_float32_as_it_is(rng):
    X, y = rng.standard_normal((10, 3)).astype(np.float32), np.arange(10) % 2
    before = X.copy(), y.copy()
    parts = split(X, y, rng, n_train=6)
    assert isinstance(parts, Split)
    assert parts.X_train.dtype == parts.X_test.dtype == np.float32
    parts.X_train[:], parts.y_train[:] = 0, 0
    assert_array_equal(X, before[0])
    assert_array_equal(y, before[1])


toys = pytest.mark.parametrize("toy", [blobs, rings, spirals])


@toys
@given(m=st.integers(1, 40), n_classes=st.integers(1, 7), seed=st.integers(0, 99))
def test_toy_points_are_dealt_out_evenly(toy, m, n_classes, seed):
    X, y = toy(m, np.random.default_rng(seed), n_classes=n_classes)
    assert X.shape == (m, 2)
    assert y.shape == (m,)
    assert y.dtype.kind == "i"
    counts = np.bincount(y, minlength=n_classes)
    assert len(counts) == n_classes
    assert counts.max() - counts.min() <= 1
    again = toy(m, np.random.default_rng(seed), n_classes=n_classes)
    assert_array_equal(X, again[0])
    assert_array_equal(y, again[1])


@toys
def test_noise_is_a_standard_deviation_in_each_direction(toy):
    clean, noisy = (toy(4000, np.random.default_rng(0), noise=noise) for noise in (0, 0.5))
    assert_array_equal(clean[1], noisy[1])
    assert_allclose((noisy[0] - clean[0]).std(axis=0), 0.5, rtol=0.05)
    assert_allclose((noisy[0] - clean[0]).mean(axis=0), 0, atol=0.05)


@toys
def test_toy_points_come_in_random_order(toy, rng):
    y = toy(600, rng, n_classes=3)[1]
    assert 0.25 < np.mean(y[1:] == y[:-1]) < 0.42


def test_what_the_toys_look_like(rng):
    X, y = blobs(60, rng, n_classes=4, noise=0)
    assert_allclose(X, np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])[y], atol=1e-15)
    X, y = rings(60, rng, n_classes=3, noise=0)
    assert_allclose(np.hypot(*X.T), y + 1)
    X, y = spirals(60, rng, n_classes=4, noise=0)
    radius = np.hypot(*X.T)
    turn = np.arctan2(X[:, 1], X[:, 0]) / (2 * np.pi)
    assert_allclose((turn - 0.75 * radius - y / 4 + 0.5) % 1, 0.5, atol=1e-9)


@pytest.mark.parametrize(("toy", "a_line_is_enough"), [(blobs, True), (rings, False), (spirals, False)])
def test_what_it_takes_to_part_them(toy, a_line_is_enough, rng):
    X, y = toy(600, rng)
    assert (LogisticRegression().fit(X, y).score(X, y) > 0.9) == a_line_is_enough
    assert KNeighborsClassifier(5).fit(X[:400], y[:400]).score(X[400:], y[400:]) > 0.9


def test_the_table_is_scikit_learn_s_in_its_own_units():
    X, y, names = diabetes()
    scaled = load_diabetes()
    assert X.shape == (442, len(names))
    assert_allclose(StandardScaler().fit_transform(X) / np.sqrt(442), scaled.data, atol=1e-12)
    assert_array_equal(y, scaled.target)
    assert (X[:, 0].min(), X[:, 0].max()) == (19, 79), "years"
    X[:] = 0
    assert diabetes().X.any(), "each caller has a table of their own"


@pytest.mark.seconds
def test_scikit_learn_is_imported_only_when_digits_are_asked_for():
    program = (
        "import sys, numpy; from coursekit.datasets import spirals, digits; rng = numpy.random.default_rng(0);"
        "spirals(10, rng); assert 'sklearn' not in sys.modules; digits(rng); assert 'sklearn' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


RNG = np.random.default_rng(0)
NO_RNG = "{}: rng must be a numpy.random.Generator; got {}. Make one with numpy.random.default_rng(seed)."
FIT = "split: y must hold integers, shape (m,), one label per row of X, shape (m, n); got {} for X with shape {}."


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: digits(0), TypeError, NO_RNG.format("split", 0)),
        (lambda: split(np.ones((4, 2)), [0, 1, 0, 1], None, n_train=2), TypeError, NO_RNG.format("split", None)),
        (lambda: blobs(9, 0), TypeError, NO_RNG.format("blobs", 0)),
        (lambda: rings(9, np.random), TypeError, NO_RNG.format("rings", repr(np.random))),
        (lambda: spirals(9, None), TypeError, NO_RNG.format("spirals", None)),
        (lambda: digits(RNG, dtype=int), TypeError,
         "digits: dtype must be float64 or float32; got int64."),
        (lambda: digits(RNG, n_train=1797), ValueError,
         "split: n_train must be below 1797, the number of examples; got 1797."),
        (lambda: digits(RNG, n_train=0), ValueError,
         "split: n_train must be a whole number of at least 1; got 0."),
        (lambda: split(np.ones((4, 2)), [0, 1, 0], RNG, n_train=2), ValueError,
         FIT.format("int64 of shape (3,)", "(4, 2)")),
        (lambda: split(np.ones((2, 2)), [0.0, 1.0], RNG, n_train=1), ValueError,
         FIT.format("float64 of shape (2,)", "(2, 2)")),
        (lambda: split(np.ones((2, 2, 2)), [0, 1], RNG, n_train=1), ValueError,
         FIT.format("int64 of shape (2,)", "(2, 2, 2)")),
        (lambda: split([[0.0], [np.nan]], [0, 1], RNG, n_train=1), ValueError,
         "split: X must be finite; got nan at index (1, 0)."),
        (lambda: blobs(0, RNG), ValueError, "blobs: m must be a whole number of at least 1; got 0."),
        (lambda: rings(9.5, RNG), ValueError, "rings: m must be a whole number of at least 1; got 9.5."),
        (lambda: spirals(9, RNG, n_classes=0), ValueError,
         "spirals: n_classes must be a whole number of at least 1; got 0."),
        (lambda: spirals(9, RNG, noise=-1), ValueError,
         "spirals: noise must be a number of at least 0; got -1."),
    ],
)  # fmt: skip
def test_refusals(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
