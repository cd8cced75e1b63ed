"""The bowl's closed forms against gradient descent that is really run."""

import math
import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.gradcheck import numerical_gradient
from coursekit.lessons.normalize_the_inputs.bowl import Bowl, descent_path, least_squares_bowl, steps_to_tolerance
from coursekit.normalize import Standardizer


def run(bowl, w, learning_rate, n_steps):
    path = [np.array(w, float)]
    for _ in range(n_steps):
        path.append(path[-1] - learning_rate * bowl.hessian @ (path[-1] - bowl.minimum))
    return np.array(path)


def population(low, high):
    """Return E[x x'] of independent uniform features."""
    low, high = np.array(low), np.array(high)
    mean = (low + high) / 2
    return np.outer(mean, mean) + np.diag((high - low) ** 2 / 12)


@st.composite
def bowls(draw):
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    axes, _ = np.linalg.qr(rng.normal(size=(2, 2)))
    steepness = draw(st.floats(1, 300))
    H = axes * [0.5, 0.5 * steepness] @ axes.T
    return Bowl((H + H.T) / 2, rng.normal(size=2)), rng.normal(size=2)


class TestBowl:
    def test_figures_of_two_uneven_features(self):
        for low, high, expected in (
            ([0, 1], [2000, 5], 3.7e5),  # raw
            ([-1000, -2], [1000, 2], 2.5e5),  # centred
            ([-math.sqrt(3), -math.sqrt(3)], [math.sqrt(3), math.sqrt(3)], 1),  # standardised
            ([0, 1, 1], [2000, 5, 1], 1.5e7),  # raw, with an intercept
        ):
            bowl = Bowl(population(low, high), np.zeros(len(low)))
            assert bowl.condition_number == pytest.approx(expected, rel=0.02)

    def test_rates_and_curvatures(self):
        bowl = Bowl([[5.0, 3.0], [3.0, 5.0]], [1.0, 2.0])
        assert_allclose(bowl.curvatures, [2, 8])
        assert (bowl.condition_number, bowl.largest_stable_rate, bowl.best_rate) == pytest.approx((4, 0.25, 0.2))

    @given(bowls())
    @settings(max_examples=25)
    def test_cost_has_the_gradient_of_its_hessian(self, bowl_and_w):
        bowl, w = bowl_and_w
        assert_allclose(numerical_gradient(bowl.cost, w), bowl.hessian @ (w - bowl.minimum), rtol=1e-6, atol=1e-8)

    def test_cost_of_a_whole_grid_of_points(self):
        bowl = Bowl([[5.0, 3.0], [3.0, 5.0]], [1.0, 2.0], lowest=7.0)
        w = np.random.default_rng(0).normal(size=(4, 3, 2))
        assert bowl.cost(w).shape == (4, 3)
        assert bowl.cost(w)[3, 1] == pytest.approx(bowl.cost(w[3, 1]))
        assert bowl.cost(bowl.minimum) == 7

    def test_what_it_was_given_stays_the_caller_s(self):
        H = np.eye(2)
        bowl = Bowl(H, [0, 0])
        H *= 3
        assert_array_equal(bowl.hessian, np.eye(2))


class TestLeastSquares:
    @pytest.mark.parametrize("intercept", [False, True])
    def test_the_cost_is_that_of_the_linear_model(self, intercept):
        rng = np.random.default_rng(0)
        X, y = rng.normal([5, 0, 1], [3, 1, 0.1], size=(40, 3)), rng.normal(size=40)
        bowl = least_squares_bowl(X, y, intercept=intercept)
        X_and_1 = np.column_stack([X, np.ones(40)]) if intercept else X
        w = rng.normal(size=X_and_1.shape[1])
        assert bowl.cost(w) == pytest.approx(np.mean((X_and_1 @ w - y) ** 2) / 2)
        assert_allclose(X_and_1.T @ (X_and_1 @ bowl.minimum - y), 0, atol=1e-9)

    def test_standardised_features_make_it_round(self):
        X = np.random.default_rng(0).uniform([0, 1], [2000, 5], size=(4000, 2))
        y = X @ [0.1, 30]
        raw = least_squares_bowl(X, y)
        round_one = least_squares_bowl(Standardizer.fit(X).apply(X), y - y.mean())
        assert raw.condition_number == pytest.approx(3.7e5, rel=0.1)
        assert round_one.condition_number < 1.1
        assert steps_to_tolerance(raw, [0, 0], raw.best_rate, 0.01) > 200_000
        assert steps_to_tolerance(round_one, [0, 0], round_one.best_rate, 0.05) == 1

    def test_the_same_in_float32_as_its_numbers_are_kept_in_float64(self):
        X = np.random.default_rng(0).uniform([0, 1], [2000, 5], size=(50, 2)).astype(np.float32)
        bowl = least_squares_bowl(X, X[:, 0])
        assert bowl.hessian.dtype == bowl.minimum.dtype == np.float64
        assert_allclose(bowl.minimum, [1, 0], atol=1e-9)


class TestDescent:
    @given(bowls(), st.floats(0.01, 1.2), st.integers(0, 40))
    @settings(max_examples=40)
    def test_the_closed_form_is_what_running_gives(self, bowl_and_w, share, n_steps):
        bowl, w = bowl_and_w
        rate = share * bowl.largest_stable_rate
        path = descent_path(bowl, w, rate, n_steps)
        assert_allclose(path, run(bowl, w, rate, n_steps), rtol=1e-8, atol=1e-8 * np.abs(path).max())

    def test_three_dimensions(self):
        A = np.random.default_rng(0).normal(size=(3, 3))
        bowl = Bowl(A.T @ A, [1, 2, 3])
        assert_allclose(descent_path(bowl, [0, 5, 0], 0.1, 20), run(bowl, [0, 5, 0], 0.1, 20), rtol=1e-9, atol=1e-9)

    def test_figures_of_the_parabola(self):
        bowl = Bowl([[2.0]], [5.0])  # w^2 - 10 w + 25
        assert_allclose(descent_path(bowl, [0], 0.01, 1000)[[1, -1], 0], [0.1, 4.99999999], rtol=2e-9)
        assert_array_equal(descent_path(bowl, [0], 0.5, 2)[:, 0], [0, 5, 5])
        assert_array_equal(descent_path(bowl, [0], 1.0, 4)[:, 0], [0, 10, 0, 10, 0])
        assert abs(descent_path(bowl, [0], 1.01, 1000)[-1, 0]) > 1e6

    def test_a_path_for_each_rate(self):
        bowl = Bowl([[5.0, 3.0], [3.0, 5.0]], [1.0, 2.0])
        paths = descent_path(bowl, [0, 0], [0.1, 0.2, 0.3], 6)
        assert paths.shape == (3, 7, 2)
        for rate, path in zip([0.1, 0.2, 0.3], paths, strict=True):
            assert_allclose(path, descent_path(bowl, [0, 0], rate, 6))

    def test_what_diverges_stays_a_number(self):
        bowl = Bowl([[1e6, 0], [0, 1]], [0, 0])
        path = descent_path(bowl, [1, 1], 0.1, 2000)
        assert np.isfinite(path).all()
        assert np.abs(path[-1, 0]) == 1e150
        assert_allclose(path[-1, 1], 0.9**2000)
        assert np.isfinite(bowl.cost(path)).all()
        assert_allclose(descent_path(bowl, [0, 1], 0.1, 2000)[-1], [0, 0.9**2000])


class TestSteps:
    @given(bowls(), st.floats(0.05, 0.99), st.floats(1e-6, 0.9))
    @settings(max_examples=40, deadline=None)
    def test_counted_is_what_running_needs(self, bowl_and_w, share, tolerance):
        bowl, w = bowl_and_w
        rate = share * bowl.largest_stable_rate
        steps = steps_to_tolerance(bowl, w, rate, tolerance)
        assume(steps < 3000)
        distances = np.linalg.norm(run(bowl, w, rate, int(steps)) - bowl.minimum, axis=1)
        near_enough = distances <= distances[0] * tolerance * (1 + 1e-9)
        assert near_enough[int(steps)]
        assert not (distances[: int(steps)] < distances[0] * tolerance * (1 - 1e-9)).any()

    def test_hundreds_of_thousands_against_one(self):
        raw = Bowl(population([0, 1], [2000, 5]), [0.1, 30])
        standardised = Bowl(np.eye(2), [57.7, 34.6])
        steps = steps_to_tolerance(raw, [0, 0], raw.best_rate, 0.01)
        assert 500_000 < steps < 1_000_000
        worst = math.log(0.01) / math.log((raw.condition_number - 1) / (raw.condition_number + 1))
        assert steps <= math.ceil(worst)
        left = np.linalg.norm(descent_path(raw, [0, 0], raw.best_rate, int(steps))[-2:] - raw.minimum, axis=1)
        assert left[1] <= 0.01 * np.linalg.norm(raw.minimum) < left[0]
        assert steps_to_tolerance(standardised, [0, 0], standardised.best_rate, 0.01) == 1

    def test_the_best_rate_is_the_best(self):
        bowl = Bowl([[1.0, 0], [0, 20.0]], [0, 0])
        best = steps_to_tolerance(bowl, [1, 1], bowl.best_rate, 1e-6)
        for factor in (0.8, 0.95, 1.04):
            assert steps_to_tolerance(bowl, [1, 1], factor * bowl.best_rate, 1e-6) > best

    @given(bowls(), st.floats(0.05, 0.95), st.floats(0.001, 0.9))
    @settings(max_examples=25)
    def test_the_steps_to_a_share_of_the_cost_are_those_of_running_it(self, bowl_and_w, share, tolerance):
        bowl, w = bowl_and_w
        bowl = Bowl(bowl.hessian, bowl.minimum, lowest=3.0)
        rate = share * bowl.largest_stable_rate
        steps = steps_to_tolerance(bowl, w, rate, tolerance, of="cost")
        assume(steps < 2000)
        left = bowl.cost(run(bowl, w, rate, int(steps))) - 3
        assert left[-1] <= tolerance * left[0] * (1 + 1e-9)
        assert left[-2] > tolerance * left[0] * (1 - 1e-9)

    def test_never_from_where_nothing_is_left_and_at_an_unstable_rate(self):
        bowl = Bowl([[2.0]], [5.0])
        assert steps_to_tolerance(bowl, [5], 1.0, 0.1) == 0
        assert steps_to_tolerance(bowl, [0], 1.0, 0.1) == math.inf
        assert steps_to_tolerance(bowl, [0], 1.01, 0.1) == math.inf
        assert steps_to_tolerance(bowl, [0], 0.5, 0.1) == 1

    def test_the_slow_axis_of_a_very_long_bowl(self):
        bowl = Bowl([[1.0, 0], [0, 1e-13]], [0, 0])
        steps = steps_to_tolerance(bowl, [0, 1], 1.0, 0.5)
        assert steps == pytest.approx(math.log(2) * 1e13, rel=1e-9)


bowl = Bowl([[2.0, 0], [0, 3]], [0, 0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: Bowl([[1, 2], [3, 4]], [0, 0]),
            "Bowl: hessian must be symmetric; got [[1.0, 2.0], [3.0, 4.0]].",
        ),
        (
            lambda: Bowl([[1, 0], [0, -1]], [0, 0]),
            "Bowl: hessian must curve upwards in every direction; got the curvatures [-1.0, 1.0].",
        ),
        (
            lambda: Bowl([[1, 0], [0, 1]], [0, 0, 0]),
            "Bowl: hessian must have shape (3, 3), a row and a column for each w; got (2, 2).",
        ),
        (
            lambda: Bowl([[1.0]], []),
            "Bowl: minimum must have shape (n,), one number for each w; got (0,).",
        ),
        (
            lambda: bowl.cost([1, 2, 3]),
            "Bowl.cost: w must have a last axis of 2, one number for each of the minimum's; got shape (3,).",
        ),
        (
            lambda: least_squares_bowl([1, 2], [1, 2]),
            "least_squares_bowl: X must have shape (m, n) with at least one example; got shape (2,).",
        ),
        (
            lambda: least_squares_bowl([[1], [2]], [[1], [2]]),
            "least_squares_bowl: y must have shape (2,), one number per example; got (2, 1).",
        ),
        (
            lambda: least_squares_bowl([[1, 7], [2, 7], [3, 7]], [1, 2, 3], intercept=True),
            "least_squares_bowl: X must have columns that do not depend on each other, as otherwise no point is the "
            "lowest; got rank 2 in 3 columns.",
        ),
        (
            lambda: least_squares_bowl([[1, 1], [2, 2], [3, 3 + 1e-9]], [1, 2, 3]),
            "least_squares_bowl: X must have columns that do not depend on each other, as otherwise no point is the "
            "lowest; got rank 1 in 2 columns.",
        ),
        (
            lambda: descent_path(bowl, [0], 0.1, 3),
            "descent_path: w must have shape (2,), that of the minimum; got (1,).",
        ),
        (
            lambda: descent_path(bowl, [0, 0], 0.1, -1),
            "descent_path: n_steps must be a whole number of at least 0; got -1.",
        ),
        (
            lambda: descent_path(bowl, [0, 0], float("nan"), 3),
            "descent_path: learning_rate must be a number; got nan.",
        ),
        (
            lambda: steps_to_tolerance(bowl, [1, 1], 0.1, 1),
            "steps_to_tolerance: tolerance must be a number above 0 and below 1; got 1.",
        ),
        (
            lambda: steps_to_tolerance(bowl, [1, 1], 0, 0.1),
            "steps_to_tolerance: learning_rate must be a number of at least 6.66667e-13; got 0.",
        ),
        (
            lambda: steps_to_tolerance(bowl, [1, 1], 0.1, 0.1, of="loss"),
            "steps_to_tolerance: of must be one of 'distance', 'cost'; got 'loss'.",
        ),
        (
            lambda: steps_to_tolerance(bowl, [1], 0.1, 0.1),
            "steps_to_tolerance: w must have shape (2,), that of the minimum; got (1,).",
        ),
    ],
)
def test_refused_in_words(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
