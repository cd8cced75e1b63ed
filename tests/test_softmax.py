"""Softmax against SciPy and exact arithmetic, its loss against numerical gradients, and every refusal."""

import decimal
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose, assert_array_equal
from scipy import special

from coursekit.gradcheck import numerical_gradient, projection_error, relative_error
from coursekit.softmax import hardmax, log_softmax, softmax, softmax_loss, softmax_loss_unchecked

K, M, C = 2, 5, 3
both_types = pytest.mark.parametrize("dtype", [np.float32, np.float64])
reductions = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
logits = arrays(np.float64, array_shapes(max_dims=3, max_side=5), elements=st.floats(-1e4, 1e4))


def exact(z):
    """Softmax and its logarithm in 60 digits: nothing of it overflows, and nothing is rounded away."""
    with decimal.localcontext(prec=60, Emin=-(10**9), Emax=10**9):
        t = [Decimal(float(x)).exp() for x in z]
        return [
            [float(x) for x in column] for column in zip(*((a / sum(t), (a / sum(t)).ln()) for a in t), strict=True)
        ]


@pytest.mark.seconds
@given(logits, st.data())
def test_they_agree_with_scipy_along_any_axis(z, data):
    axis = data.draw(st.integers(-z.ndim, z.ndim - 1))
    before = z.copy()
    assert_allclose(softmax(z, axis), special.softmax(z, axis=axis), rtol=1e-13, atol=1e-300)
    assert_allclose(log_softmax(z, axis), special.log_softmax(z, axis=axis), rtol=1e-12, atol=1e-12)
    assert_array_equal(hardmax(z, axis).argmax(axis), z.argmax(axis))
    assert_array_equal(z, before)


@both_types
@given(z=arrays(np.float64, st.integers(1, 6), elements=st.floats(-40, 40)))
def test_they_are_right_to_the_last_digits(dtype, z):
    z = z.astype(dtype)
    probabilities, logarithms = exact(z)
    allowed = 4 * np.finfo(dtype).eps * (1 + np.abs(z - z.max()))
    assert (np.abs(softmax(z) / probabilities - 1) <= allowed).all()
    assert (np.abs(log_softmax(z) - logarithms) <= allowed).all()
    largest = z.argmax()  # of this one, all digits are right, however near to 0 it is
    assert_allclose(log_softmax(z)[largest], logarithms[largest], rtol=100 * np.finfo(dtype).eps)


def test_a_sure_prediction_keeps_its_small_loss():
    assert_allclose(log_softmax([0.0, -50.0]), [-np.exp(-50), -50], rtol=1e-15)
    assert_allclose(softmax_loss([[0.0, -50.0]], [0])[0], np.exp(-50), rtol=1e-15)
    assert_allclose(softmax_loss([[0.0, -50.0]], [[1.0, 0.0]])[0], np.exp(-50), rtol=1e-15)
    assert special.log_softmax([0.0, -50.0])[0] == 0  # what is lost without log1p


def test_known_numbers():
    assert_allclose(softmax([5, 2, -1, 3]), [0.842, 0.042, 0.002, 0.114], atol=5e-4)
    assert_allclose(softmax([1.3, -0.4])[0], special.expit(1.7))
    assert_array_equal(hardmax([[1, 3, 2], [5, 5, 0]]), [[0, 1, 0], [1, 0, 0]])
    assert_array_equal(hardmax([[1, 3, 2], [5, 5, 0]], axis=0), [[0, 0, 1], [1, 1, 0]])
    assert_allclose(softmax_loss(np.zeros((M, 10)), np.arange(M))[0], np.log(10))
    assert f"{softmax_loss(np.log([[0.3, 0.2, 0.1, 0.4]]), [1])[0]:.3f}" == "1.609"


@given(logits, st.floats(-100, 100))
def test_probabilities_sum_to_1_and_a_shift_changes_nothing(z, shift):
    assert_allclose(softmax(z).sum(axis=-1), 1)
    assert_allclose(softmax(z + shift), softmax(z), rtol=1e-10, atol=1e-10)


def test_hardmax_is_what_softmax_of_large_logits_becomes(rng):
    z = rng.standard_normal((M, C))
    assert_allclose(softmax(1e4 * z), hardmax(z), atol=1e-12)


@both_types
def test_extreme_logits_are_finite_and_silent(dtype):
    largest = float(np.finfo(dtype).max)
    with np.errstate(all="raise"):
        for size in (1e4, largest):
            z = size * np.array([[1, -1, 0], [-1, -1, -1], [1, 1, 1]], dtype)
            assert_allclose(softmax(z), [[1, 0, 0], [1 / 3] * 3, [1 / 3] * 3], rtol=1e-6)
            assert_array_equal(log_softmax(z / 2)[0, 0], 0)
            for y in ([0, 1, 2], np.eye(3)):
                loss, d_z = softmax_loss(z, y, reduction="none")
                assert_allclose(loss, [0, np.log(3), np.log(3)], rtol=1e-6)
                assert_allclose(d_z, softmax(z) - np.eye(3), atol=1e-6)
    assert_allclose(softmax_loss(np.array([[1e4, -1e4]], dtype), [1])[0], 2e4)


@both_types
def test_types_stay_and_integers_become_float64(dtype, rng):
    z = rng.standard_normal((M, C)).astype(dtype)
    for function in (softmax, log_softmax, hardmax):
        assert function(z).dtype == dtype
        assert function(np.arange(3)).dtype == np.float64
    for y in (np.zeros(M, int), np.zeros(M, np.uint8), np.full((M, C), 1 / C), np.full((M, C), 1 / C, np.float32)):
        loss, d_z = softmax_loss(z, y)
        assert loss.dtype == d_z.dtype == dtype


LABELS = np.array([2, 0, 1, 1, 2])
OWN_LABELS = np.array([[2, 0, 1, 1, 2], [0, 0, 2, 1, 0]])
ROWS = np.array([[0.5, 0.25, 0.25], [0, 1, 0], [1, 0, 0], [0.1, 0.2, 0.7], [0, 0.5, 0.5]])
TARGETS = {
    "one model, labels": ((M, C), LABELS),
    "one model, rows": ((M, C), ROWS),
    "a stack, shared labels": ((K, M, C), LABELS),
    "a stack, labels of its own": ((K, M, C), OWN_LABELS),
    "a stack, shared rows": ((K, M, C), ROWS),
    "a stack, rows of its own": ((K, M, C), np.stack([ROWS, ROWS[::-1]])),
}
targets = pytest.mark.parametrize(("shape", "y"), TARGETS.values(), ids=TARGETS)


def as_rows(shape, y):
    rows = np.eye(C)[y] if y.dtype.kind == "i" else y
    return np.broadcast_to(rows, shape)


@targets
@reductions
def test_the_loss_is_the_cross_entropy(shape, y, reduction, rng):
    z = rng.standard_normal(shape)
    losses = -np.sum(as_rows(shape, y) * special.log_softmax(z, axis=-1), axis=-1)
    expected = {"none": losses, "sum": losses.sum(axis=-1), "mean": losses.mean(axis=-1)}[reduction]
    loss, d_z = softmax_loss(z, y, reduction=reduction)
    assert_allclose(loss, expected)
    assert np.shape(loss) == np.shape(expected)
    share = 1 / M if reduction == "mean" else 1
    assert_allclose(d_z, share * (special.softmax(z, axis=-1) - as_rows(shape, y)), atol=1e-15)
    assert_allclose(d_z.sum(axis=-1), 0, atol=1e-15)


@targets
@reductions
def test_the_gradient_is_the_numerical_one(shape, y, reduction, rng):
    z = rng.standard_normal(shape)
    d_z = softmax_loss(z, y, reduction=reduction)[1]
    numerical = numerical_gradient(lambda z: np.sum(softmax_loss(z, y, reduction=reduction)[0]), z)
    assert relative_error(d_z, numerical) < 1e-8
    wrong_ones = {
        "the mean's 1/m forgotten, or put where there is none": d_z * (M if reduction == "mean" else 1 / M),
        "y - y_hat": -d_z,
        "y_hat alone": d_z + as_rows(shape, y) * (1 / M if reduction == "mean" else 1),
        "the labels of the example before": np.roll(d_z, 1, axis=-2),
    }
    for mistake, wrong in wrong_ones.items():
        assert relative_error(wrong, numerical) > 0.1, mistake


@targets
def test_the_gradient_holds_along_a_random_direction(shape, y, rng):
    z = rng.standard_normal(shape)
    _, d_z = softmax_loss(z, y, reduction="none")

    def backward(d_loss):
        return d_loss[..., None] * d_z

    assert projection_error(lambda z: softmax_loss(z, y, reduction="none")[0], backward, z, rng) < 1e-8
    assert projection_error(lambda z: softmax_loss(z, y, reduction="none")[0], lambda d: -backward(d), z, rng) > 0.1


@reductions
@pytest.mark.parametrize("y", [LABELS, OWN_LABELS, ROWS], ids=["labels", "labels of its own", "rows"])
def test_a_stack_gives_what_its_models_give_alone(y, reduction, rng):
    z = rng.standard_normal((K, M, C))
    loss, d_z = softmax_loss(z, y, reduction=reduction)
    for i in range(K):
        alone = softmax_loss(z[i], y[i] if y is OWN_LABELS else y, reduction=reduction)
        assert_allclose(loss[i], alone[0], rtol=1e-14)
        assert_allclose(d_z[i], alone[1], rtol=1e-14, atol=1e-16)


def test_labels_may_be_any_whole_numbers_and_rows_of_any_type(rng):
    z = rng.standard_normal((M, C))
    loss, d_z = softmax_loss(z, LABELS)
    one_hot = np.eye(C)[LABELS]
    same = (LABELS.tolist(), LABELS.astype(np.uint8), LABELS.astype(float), one_hot, one_hot.astype(int),
            one_hot.astype(bool), one_hot.tolist())  # fmt: skip
    for y in same:
        again = softmax_loss(z, y)
        assert_allclose(again[0], loss)
        assert_allclose(again[1], d_z)


def test_two_axes_for_a_stack_are_read_by_type_never_by_size(rng):
    z = rng.standard_normal((3, 3, 3))
    y = np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0]])  # as integers k x m labels, as floats m x C rows
    labels, rows = softmax_loss(z, y)[0], softmax_loss(z, y.astype(float))[0]
    assert_allclose(labels, [softmax_loss(z[i], y[i])[0] for i in range(3)])
    assert_allclose(rows, [softmax_loss(z[i], [0, 1, 0])[0] for i in range(3)])
    assert_allclose(softmax_loss(z, y.tolist())[0], labels)
    assert not np.allclose(labels, rows)


@pytest.mark.parametrize("layout", ["columns first", "every second", "swapped axes"])
def test_the_layout_in_memory_does_not_matter(layout, rng):
    z = rng.standard_normal((K, M, C))
    same = {
        "columns first": np.asfortranarray(z),
        "every second": np.repeat(z, 2, axis=1)[:, ::2],
        "swapped axes": np.ascontiguousarray(z.swapaxes(0, 2)).swapaxes(0, 2),
    }[layout]
    before = same.copy()
    for y in (LABELS, ROWS):
        for got, expected in zip(softmax_loss(same, y), softmax_loss(z, y), strict=True):
            assert_allclose(got, expected)
    assert_array_equal(log_softmax(same), log_softmax(z))
    assert_array_equal(same, before)


def test_labels_and_rows_of_the_caller_stay_as_they_are(rng):
    z = rng.standard_normal((M, C))
    for y in (LABELS.copy(), ROWS.copy()):
        before = y.copy()
        _, d_z = softmax_loss(z, y)
        d_z += 1
        assert_array_equal(y, before)


@pytest.mark.parametrize("y", [LABELS, ROWS], ids=["labels", "rows"])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_one_diverged_model_does_not_harm_the_others(y, bad, rng):
    z = rng.standard_normal((3, M, C))
    z[1] = bad
    loss, d_z = softmax_loss_unchecked(z, y)
    assert np.isnan(loss[1])
    assert np.isnan(d_z[1]).any()
    for i in (0, 2):
        alone = softmax_loss(z[i], y)
        assert_allclose(loss[i], alone[0], rtol=1e-14)
        assert_allclose(d_z[i], alone[1], rtol=1e-14, atol=1e-16)


Z, STACK = np.zeros((M, C)), np.zeros((K, M, C))
FIT = ("softmax_loss: y must hold labels, shape (5,), or rows of probabilities, shape (5, 3), for z with shape (5, 3); "
       "got shape {}.")  # fmt: skip
FIT_STACK = (
    "softmax_loss: y must hold labels, shape (5,) or (2, 5), or rows of probabilities, shape (5, 3) or (2, 5, 3), "
    "for z with shape (2, 5, 3); got shape {}. Of two axes, integers are labels and floats are rows."
)
WHOLE = "softmax_loss: y must hold whole labels from 0 to 2, one for each class; got {}."


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: softmax([0, np.nan]), ValueError, "softmax: z must be finite; got nan at index (1,)."),
        (lambda: log_softmax([-np.inf, 0]), ValueError, "log_softmax: z must be finite; got -inf at index (0,)."),
        (lambda: hardmax(["a"]), TypeError, "hardmax: z must hold real numbers; got an array of <U1."),
        (lambda: softmax(3.0), ValueError, "softmax: z must have at least 1 axis; got shape ()."),
        (lambda: softmax(Z, axis=2), ValueError, "softmax: axis must be an axis of z with shape (5, 3); got 2."),
        (lambda: hardmax(Z, axis=-3), ValueError, "hardmax: axis must be an axis of z with shape (5, 3); got -3."),
        (lambda: softmax(Z, axis=True), ValueError, "softmax: axis must be an axis of z with shape (5, 3); got True."),
        (lambda: hardmax(Z, axis=True), ValueError, "hardmax: axis must be an axis of z with shape (5, 3); got True."),
        (lambda: log_softmax(Z, axis=None), ValueError,
         "log_softmax: axis must be an axis of z with shape (5, 3); got None."),
        (lambda: softmax(np.zeros((5, 0))), ValueError,
         "softmax: z must have at least one class along axis -1; got shape (5, 0)."),
        (lambda: softmax_loss(Z, LABELS, reduction="avg"), ValueError,
         "softmax_loss: reduction must be one of 'mean', 'sum', 'none'; got 'avg'."),
        (lambda: softmax_loss([0.0, 1.0], [1]), ValueError,
         "softmax_loss: z must have at least 2 axes; got shape (2,)."),
        (lambda: softmax_loss(np.zeros((0, 3)), []), ValueError,
         "softmax_loss: z must have at least one example and one class; got shape (0, 3)."),
        (lambda: softmax_loss([[0, np.nan]], [1]), ValueError,
         "softmax_loss: z must be finite; got nan at index (0, 1)."),
        (lambda: softmax_loss(Z, LABELS[:4]), ValueError, FIT.format("(4,)")),
        (lambda: softmax_loss(Z, 1), ValueError, FIT.format("()")),
        (lambda: softmax_loss(Z, LABELS[:, None]), ValueError, FIT.format("(5, 1)")),
        (lambda: softmax_loss(Z, OWN_LABELS), ValueError, FIT.format("(2, 5)")),
        (lambda: softmax_loss(Z, ROWS.T), ValueError, FIT.format("(3, 5)")),
        (lambda: softmax_loss(STACK, OWN_LABELS.T), ValueError, FIT_STACK.format("(5, 2)")),
        (lambda: softmax_loss(STACK, OWN_LABELS.astype(float)), ValueError, FIT_STACK.format("(2, 5)")),
        (lambda: softmax_loss(STACK, np.eye(3, dtype=int)[LABELS]), ValueError, FIT_STACK.format("(5, 3)")),
        (lambda: softmax_loss(Z, [0, 1, 2, 3, 0]), ValueError, WHOLE.format("3 at index (3,)")),
        (lambda: softmax_loss(Z, LABELS - 1), ValueError, WHOLE.format("-1 at index (1,)")),
        (lambda: softmax_loss(Z, [0, 0.5, 1, 2, 2]), ValueError, WHOLE.format("0.5 at index (1,)")),
        (lambda: softmax_loss(Z, [0, 1, 1, 1, 1e300]), ValueError, WHOLE.format("1e+300 at index (4,)")),
        (lambda: softmax_loss(STACK, OWN_LABELS + np.array([[0], [1]])), ValueError, WHOLE.format("3 at index (1, 2)")),
        (lambda: softmax_loss(Z, [0, 1, np.nan, 1, 1]), ValueError,
         "softmax_loss: y must be finite; got nan at index (2,)."),
        (lambda: softmax_loss(Z, np.ma.masked_array(LABELS, mask=[0, 0, 1, 0, 0])), ValueError,
         "softmax_loss: y must hold a value at every place; got an array with masked values. "
         "Leave out what is masked, or fill it with a number."),
        (lambda: softmax_loss(Z, ["a"] * 5), TypeError,
         "softmax_loss: y must hold real numbers; got an array of <U1."),
        (lambda: softmax_loss(Z, [[0], [1, 2]]), ValueError,
         "softmax_loss: y must be an array, all its rows of one length; got rows of different lengths."),
        (lambda: softmax_loss(Z, ROWS - [0.25, 0, -0.25]), ValueError,
         "softmax_loss: y must hold probabilities of at least 0; got -0.25 at index (1, 0)."),
        (lambda: softmax_loss(Z, ROWS * [[1], [1], [1], [1], [0.5]]), ValueError,
         "softmax_loss: y must hold rows of probabilities with sum 1; got 0.5 at index (4,)."),
    ],
)  # fmt: skip
def test_refusals(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize("n_classes", [2, 49, 50, 200])  # few lie class by class, many as they come
def test_no_layout_changes_what_is_computed(n_classes):
    rng = np.random.default_rng(0)
    z, y = rng.normal(0, 5, size=(3, 7, n_classes)), rng.integers(0, n_classes, (3, 7))
    loss, d_z = softmax_loss_unchecked(z, y)
    log_y_hat = z - special.logsumexp(z, axis=-1, keepdims=True)
    assert_allclose(loss, -np.take_along_axis(log_y_hat, y[..., None], axis=-1)[..., 0].mean(axis=-1), rtol=1e-12)
    assert_allclose(d_z, (np.exp(log_y_hat) - np.eye(n_classes)[y]) / 7, atol=1e-14)
    assert_allclose(log_softmax(z), log_y_hat, rtol=1e-12, atol=1e-13)
    for rows in (
        softmax_loss_unchecked(z, np.eye(n_classes)[y]),
        softmax_loss(np.asfortranarray(z), y.astype(np.uint8)),
    ):
        assert_allclose(rows[0], loss, rtol=1e-12)
        assert_allclose(rows[1], d_z, atol=1e-14)


@both_types
def test_what_no_float_holds_is_refused_and_not_infinite(dtype):
    largest = np.finfo(dtype).max
    z = np.array([[largest, -largest]], dtype)
    got = f"got values up to {largest:.3g}."
    with pytest.raises(ValueError, match=r"^log_softmax: z must be small enough for float") as caught:
        log_softmax(z)
    assert str(caught.value).endswith(f"to hold how far its logits are apart; {got}")
    with pytest.raises(ValueError, match=r"^softmax_loss: z must be small enough for float") as caught:
        softmax_loss(z, [1])
    assert str(caught.value).endswith(f"to hold its loss; {got}")
    assert_array_equal(softmax(z), [[1, 0]])
    assert softmax_loss(z, [0])[0] == 0
