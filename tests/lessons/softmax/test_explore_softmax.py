"""What lesson 11 says of softmax holds: ties, shifts, temperature, and the logistic regression inside."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special
from sklearn.linear_model import LogisticRegression

from coursekit.datasets import blobs, rings
from coursekit.lessons.softmax.explore_softmax import (
    describe_heated,
    describe_pair,
    describe_shares,
    heat,
    share_between,
    share_out,
)
from coursekit.lessons.softmax.picture_softmax import Z, heated, number, pair, shares
from coursekit.network import Network, forward, init_network
from coursekit.optimizers import sgd
from coursekit.softmax import softmax, softmax_loss
from coursekit.training import epochs

LOGITS = st.floats(-10, 10)
TEMPERATURES = st.floats(0.1, 100)


def texts(picture, state):
    picture.move(state)
    return [artist.get_text().strip() for artist in picture.moving if hasattr(artist, "get_text")]


# ---- the four bars


@given(LOGITS, LOGITS, LOGITS, LOGITS)
def test_the_shares_are_those_of_scipy(z0, z1, z2, z3):
    state = share_out(z0, z1, z2, z3)
    np.testing.assert_allclose(state.soft, special.softmax([z0, z1, z2, z3]), rtol=1e-12)
    np.testing.assert_allclose(state.t, np.e**state.z, rtol=1e-12)
    assert state.soft.min() > 0, "softmax leaves nobody out"
    assert state.hard.sum() == 1


def test_the_example_of_the_lectures():
    words = describe_shares(share_out(*Z))
    assert words.answer == "Softmax: 0.842, 0.042, 0.002, 0.114; hardmax: 1, 0, 0, 0"
    assert words.sentence.startswith("The logits 5, 2, -1, 3 have t = 148, 7.39, 0.368, 20.1, with the sum 176.")


@pytest.mark.parametrize(
    ("logits", "says"),
    [
        ((5, 2, 5, 3), "Classes 0 and 2 tie: softmax gives 0.458 to each, hardmax all to class 0."),
        ((-9, 1, 1, 1), "Classes 1, 2 and 3 tie: softmax gives 0.333 to each, hardmax all to class 1."),
        ((0, 0, 0, 0), "Classes 0, 1, 2 and 3 tie: softmax gives 0.250 to each, hardmax all to class 0."),
    ],
)
def test_a_tie_is_shared_by_softmax_and_decided_by_hardmax(logits, says):
    assert describe_shares(share_out(*logits)).sentence.endswith(says)


def test_the_bars_say_their_numbers():
    state = share_out(5, -2.5, -10, 3)
    assert texts(shares(), state) == [
        *("5", "\u22122.5", "\u221210", "3"), *("148", "0.082", "5\u00d710\u207b\u2075", "20.1"),
        *("0.880", "5\u00d710\u207b\u2074", "3\u00d710\u207b\u2077", "0.119"), *("1", "0", "0", "0"),
    ]  # fmt: skip


def test_every_bar_goes_from_the_start_of_its_axis_to_its_value():
    picture, state = shares(), share_out(5, -2.5, -10, 3)
    picture.move(state)
    starts = 0, picture.figure.axes[1].get_xlim()[0], 0, 0
    for bars, values, start in zip(picture.ghosts, state, starts, strict=True):
        x, y = bars.get_data()
        np.testing.assert_array_equal(x.reshape(4, 3)[:, :2], [(start, value) for value in values])
        np.testing.assert_array_equal(y.reshape(4, 3), [[i] * 3 for i in range(4)])


@pytest.mark.parametrize(
    ("value", "text"),
    [(22026.47, "22,026"), (20.0855, "20.1"), (1.0, "1"), (0.99999, "1.000"), (0.25, "0.250"), (0.0005, "0.001"),
     (0.0004, "4\u00d710\u207b\u2074"), (2.1e-9, "2\u00d710\u207b\u2079"), (0.0, "0")],
)  # fmt: skip
def test_a_number_can_be_read_however_small(value, text):
    assert number(value) == text


# ---- shift and temperature


@given(st.floats(-10, 10), TEMPERATURES)
def test_a_shift_changes_no_share(shift, temperature):
    np.testing.assert_allclose(heat(shift, temperature).shares, heat(0, temperature).shares, rtol=1e-11)
    assert "changed no share by more than 0.000000" in describe_heated(heat(shift, temperature)).sentence


def test_the_temperature_goes_from_hardmax_to_uniform():
    np.testing.assert_allclose(heat(0, 0.1).shares, [1, 0, 0, 0], atol=1e-8)
    np.testing.assert_allclose(heat(0, 100).shares, 1 / 4, atol=0.01)
    spread = [np.ptp(heat(0, temperature).shares) for temperature in np.geomspace(0.1, 100, 50)]
    assert (np.diff(spread) < 0).all(), "the hotter, the more equal"


def test_at_the_cold_end_a_tie_remains_a_tie():
    for temperature in (1, 0.1, 0.01, 0.001):
        shares_of_tie = softmax(np.array([5, 5, -1, 3]) / temperature)
        assert shares_of_tie[0] == shares_of_tie[1]
    np.testing.assert_allclose(shares_of_tie, [0.5, 0.5, 0, 0], atol=1e-12)


def test_twice_the_logits_and_half_of_them():
    assert [f"{heat(0, temperature).shares[0]:.3f}" for temperature in (1, 1 / 2, 2)] == ["0.842", "0.980", "0.609"]


@given(st.lists(LOGITS, min_size=2, max_size=6), st.floats(1.5, 20))
def test_another_base_is_another_temperature(z, base):
    powers = base ** np.array(z)
    np.testing.assert_allclose(powers / powers.sum(), softmax(np.array(z) * np.log(base)), rtol=1e-10)


def test_the_dots_lie_on_the_curves_of_the_picture():
    picture = heated()
    _, now_bars = picture.ghosts[1:]
    curves = [line for line in picture.figure.axes[1].lines if len(line.get_xdata()) > 100]
    assert len(curves) == 4
    for temperature in (0.2, 1, 30):
        state = heat(3, temperature)
        on_curves = [np.interp(np.log(temperature), np.log(line.get_xdata()), line.get_ydata()) for line in curves]
        np.testing.assert_allclose(on_curves, state.shares, atol=0.002)
        picture.move(state)
        np.testing.assert_array_equal(picture.ghosts[0].get_xydata()[:, 1], state.shares)
        np.testing.assert_array_equal(now_bars.get_xdata()[1::3], state.shares)


# ---- two classes


@given(LOGITS, LOGITS)
def test_two_classes_are_the_sigmoid_of_the_difference(z0, z1):
    np.testing.assert_allclose(share_between(z0, z1).shares, special.expit([z0 - z1, z1 - z0]), rtol=1e-12)


def test_the_example_of_two_classes():
    state = share_between(1.3, -0.4)
    assert f"{state.shares[0]:.5f}" == f"{special.expit(1.7):.5f}" == "0.84553"
    words = describe_pair(state)
    assert words.answer == "softmax(1.3, -0.4): class 0 gets 0.846 = sigmoid(1.7)"
    assert words.sentence.endswith("2.3 and 0.6 would give the same.")
    assert texts(pair(), state) == ["1.3", "\u22120.4", "class 0: 0.846", "class 1: 0.154"]


def test_both_dots_lie_on_the_curve():
    picture, state = pair(), share_between(1.3, -0.4)
    picture.move(state)
    for dot, i, difference in zip(picture.ghosts[1:], (0, 1), (1.7, -1.7), strict=True):
        np.testing.assert_allclose(dot.get_xydata(), [(difference, special.expit(difference))])
        assert state.shares[i] == dot.get_ydata()[0]


@pytest.mark.parametrize("seed", range(3))
def test_training_gives_softmax_and_logistic_regression_the_same_boundary(seed):
    """Step by step at twice the rate, and in the end what scikit-learn finds."""
    X, y = blobs(150, np.random.default_rng(seed), n_classes=2, noise=1.5)
    W, b, w, c = np.zeros((2, 2)), np.zeros(2), np.zeros(2), 0.0
    for _ in range(600):
        _, d_z = softmax_loss(X @ W + b, y)
        W, b = W - 0.5 * X.T @ d_z, b - 0.5 * d_z.sum(axis=0)
        d = (special.expit(X @ w + c) - y) / len(y)
        w, c = w - 1.0 * X.T @ d, c - 1.0 * d.sum()
        np.testing.assert_allclose(W[:, 1] - W[:, 0], w, rtol=1e-9)
        np.testing.assert_allclose(b[1] - b[0], c, rtol=1e-9)
    reference = LogisticRegression(C=1e10, tol=1e-10).fit(X, y)
    np.testing.assert_allclose(w, reference.coef_[0], rtol=1e-4)
    np.testing.assert_allclose(c, reference.intercept_[0], rtol=1e-4, atol=1e-4)


def test_a_rate_that_is_too_large_sends_logits_beyond_a_thousand():
    X, y = rings(200, np.random.default_rng(0))
    network = Network([2, 16, 16, 2])
    start = init_network(network, np.random.default_rng(0))
    options = {"learning_rate": 30.0, "n_epochs": 1, "batch_size": 50, "rng": np.random.default_rng(0)}
    (epoch,) = epochs(network, start, X, y, optimizer=sgd, **options)
    z, _ = forward(network, epoch.parameters, X)
    assert np.abs(forward(network, start, X)[0]).max() < 10
    assert not np.abs(z).max() < 1000
