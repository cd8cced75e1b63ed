"""Grids, Halton's points and who comes closer: against SciPy, against other ways to count, and against integrals."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate, spatial
from scipy.stats import qmc

from coursekit.scales import LinearScale
from coursekit.search import Space
from coursekit.search.layouts import (
    PRIMES,
    Score,
    compare,
    distance_to_nearest,
    grid_points,
    halton,
    radical_inverse,
)

K = 20_000


# ---- the points


@pytest.mark.parametrize(("n", "d", "ends"), [(5, 2, False), (4, 3, True), (7, 1, True), (1, 2, False)])
def test_a_grid_is_every_combination_of_what_a_scale_lays_out(n, d, ends):
    axis = LinearScale(0, 1).grid(n, ends=ends)
    assert_allclose(grid_points(n, d, ends=ends), list(itertools.product(axis, repeat=d)))


def test_it_is_the_grid_of_a_space():
    space = Space(first=LinearScale(0, 1), second=LinearScale(0, 1))
    assert_allclose(grid_points(5), space.to_unit(space.grid(5)))
    assert_allclose(grid_points(5, ends=True), space.to_unit(space.grid(5, ends=True)))


@given(st.integers(1, 300), st.integers(1, len(PRIMES)))
def test_halton_is_the_one_that_scipy_has_without_the_corner(n, d):
    assert_allclose(halton(n, d), qmc.Halton(d, scramble=False).random(n + 1)[1:], atol=1e-12)


@given(st.integers(0, 10**6), st.integers(2, 16))
def test_the_digits_are_mirrored(i, base):
    digits, mirrored = np.base_repr(i, base), radical_inverse(i, base)
    assert_allclose(mirrored * base ** len(digits), int(digits[::-1], base))
    assert 0 <= mirrored < 1


@pytest.mark.parametrize("base", [2, 3, 5])
def test_each_next_value_lies_in_a_gap(base):
    """The first base^k values and 0 are evenly spread, whatever k."""
    for k in (1, 2, 3):
        values = sorted(radical_inverse(i, base) for i in range(base**k))
        assert_allclose(values, np.arange(base**k) / base**k, atol=1e-12)


def test_more_points_start_with_those_of_fewer():
    assert_array_equal(halton(40, 3)[:13], halton(13, 3))


def test_a_shift_moves_all_points_alike_and_keeps_them_in_the_cube():
    shifted = halton(25, rng=np.random.default_rng(1))
    steps = (shifted - halton(25)) % 1
    assert_allclose(steps, np.broadcast_to(steps[0], steps.shape))
    assert_allclose(steps[0], np.random.default_rng(1).random(2))
    assert shifted.min() >= 0
    assert shifted.max() < 1


# ---- the distances


@given(st.integers(1, 12), st.integers(1, 4), st.integers(0, 100))
def test_the_nearest_is_the_one_that_a_tree_finds(n, d, seed):
    rng = np.random.default_rng(seed)
    points, optima, relevance = rng.random((n, d)), rng.random((7, d)), rng.random(d)
    expected, _ = spatial.cKDTree(points * relevance).query(optima * relevance)
    assert_allclose(distance_to_nearest(points, optima, relevance), expected, atol=1e-12)


def test_each_search_can_have_points_of_its_own():
    rng = np.random.default_rng(0)
    points, optima = rng.random((4, 5, 3)), rng.random((4, 3))
    own = distance_to_nearest(points, optima, [1, 0.5, 0])
    for i in range(4):
        assert_allclose(own[i], distance_to_nearest(points[i], optima, [1, 0.5, 0])[i])
    assert_allclose(distance_to_nearest(points, optima, 2), 2 * distance_to_nearest(points, optima))


def test_what_does_not_matter_is_not_measured():
    points, optima = np.array([[0.2, 0.9], [0.6, 0.1]]), np.array([[0.3, 0.1]])
    assert_allclose(distance_to_nearest(points, optima, [1, 0]), [0.1])
    assert_allclose(distance_to_nearest(points, optima, [0, 1]), [0])
    assert_allclose(distance_to_nearest(points, optima), [0.3])


def test_a_tie_is_a_win_for_nobody():
    assert compare([1, 2, 3, 4], [2, 1, 3, 4 + 1e-14]) == Score(1, 1, 2)
    assert compare([1, 2], [1.1, 2.3], tolerance=0.2) == Score(1, 0, 1)


# ---- who wins: the lesson's numbers


def away(relevance, d=2, n=5, seed=0):
    """Distances of the random search, of Halton's, and of the two grids, in many searches."""
    rng = np.random.default_rng(seed)
    optima, random = rng.random((K, d)), rng.random((K, n**d, d))
    quasi = (halton(n**d, d) + rng.random((K, 1, d))) % 1
    layouts = random, quasi, grid_points(n, d), grid_points(n, d, ends=True)
    return [distance_to_nearest(points, optima, relevance) for points in layouts]


def share(one, other):
    score = compare(one, other)
    assert score.ties == 0, "distances are real numbers: none of the lesson's searches is a tie"
    return score.first / K


def chance_that_random_wins(values, n):
    """Integrate over the best value: random loses where all n draws are farther away than the nearest of the grid."""

    def loses(x):
        distance = np.min(np.abs(values - x))
        return (1 - (min(x + distance, 1) - max(x - distance, 0))) ** n

    lost, _ = integrate.quad(loses, 0, 1, points=sorted({*values, *(values[1:] + values[:-1]) / 2}), limit=200)
    return 1 - lost


def test_if_one_matters_random_wins_as_often_as_the_integral_says():
    random, _, midpoints, ends = away([1, 0])
    for grid, values, about in ((midpoints, np.arange(1, 10, 2) / 10, 0.80), (ends, np.arange(5) / 4, 0.85)):
        expected = chance_that_random_wins(values, 25)
        assert_allclose(share(random, grid), expected, atol=0.01)
        assert_allclose(expected, about, atol=0.006)
    assert_allclose([random.mean(), midpoints.mean()], [1 / 50, 1 / 20], atol=0.001)


@pytest.mark.parametrize(
    ("relevance", "against_midpoints", "against_ends", "halton_against_midpoints", "halton_against_random"),
    [
        (0, 0.80, 0.85, 0.88, 0.61),
        (0.25, 0.50, 0.61, 0.59, 0.58),
        (0.65, 0.365, 0.50, 0.45, 0.59),
        (1, 0.35, 0.48, 0.42, 0.585),
    ],
)
def test_the_shares_are_those_of_the_lesson(
    relevance, against_midpoints, against_ends, halton_against_midpoints, halton_against_random
):
    random, quasi, midpoints, ends = away([1, relevance])
    assert_allclose(share(random, midpoints), against_midpoints, atol=0.012)
    assert_allclose(share(random, ends), against_ends, atol=0.012)
    assert_allclose(share(quasi, midpoints), halton_against_midpoints, atol=0.012)
    assert_allclose(share(quasi, random), halton_against_random, atol=0.02)


def test_with_one_hyperparameter_either_grid_wins():
    random, _, midpoints, ends = away(1, d=1, n=25)
    assert share(random, midpoints) < 0.40
    assert share(random, ends) < 0.42


@pytest.mark.deep
def test_with_six_that_matter_the_midpoints_win_and_the_corners_lose():
    random, _, midpoints, ends = away(1, d=6, n=2)
    assert 0.24 < share(random, midpoints) < 0.31
    assert 0.90 < share(random, ends) < 0.94
    one = away(np.eye(6)[0], d=6, n=2)
    assert min(share(one[0], one[2]), share(one[0], one[3])) > 0.95


@pytest.mark.seconds
def test_the_grid_of_midpoints_keeps_the_best_promise():
    everywhere = grid_points(101, ends=True)
    grid, ends, quasi = (
        distance_to_nearest(points, everywhere).max()
        for points in (grid_points(5), grid_points(5, ends=True), halton(25))
    )
    assert_allclose(grid, np.sqrt(0.02))
    assert_allclose(ends, np.sqrt(2) / 8, atol=0.01)
    rng = np.random.default_rng(1)
    random = [distance_to_nearest(rng.random((25, 2)), everywhere).max() for _ in range(100)]
    assert grid < ends < quasi < np.median(random)
    assert np.median(random) > 2 * grid


def test_a_strip_hides_from_the_grid_and_a_square_cannot():
    rng, n = np.random.default_rng(0), 4000
    for size, low, high in ((np.array([0.05, 1]), 0.38, 0.46), (np.array([0.05, 0.05]) ** 0.5, 1, 1)):
        corner = rng.random((n, 1, 2)) * (1 - size)
        for points, least, most in (
            (grid_points(8), low, high),
            (rng.random((n, 64, 2)), 0.95, 0.975),
            (halton(64), 1, 1),
        ):
            hits = np.all((points >= corner) & (points <= corner + size), axis=-1).any(axis=-1)
            assert least <= hits.mean() <= most
    assert_allclose(1 - 0.95**64, 0.9625, atol=1e-4)


# ---- what is refused


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: grid_points(1, ends=True), "grid_points: n_per_axis must be a whole number of at least 2; got 1."),
        (lambda: grid_points(2, 0), "grid_points: d must be a whole number of at least 1; got 0."),
        (lambda: radical_inverse(-1, 2), "radical_inverse: i must be a whole number of at least 0; got -1."),
        (lambda: radical_inverse(1, 1), "radical_inverse: base must be a whole number of at least 2; got 1."),
        (lambda: halton(0), "halton: n must be a whole number of at least 1; got 0."),
        (lambda: halton(5, 7), "halton: d must be at most 6; got 7. Draw at random instead."),
        (
            lambda: distance_to_nearest(np.ones((4, 3)), np.ones((2, 2))),
            "distance_to_nearest: points must have shape (n, 2) or (k, n, 2), an axis a hyperparameter; "
            "got shape (4, 3).",
        ),
        (
            lambda: distance_to_nearest(np.ones((0, 2)), np.ones((2, 2))),
            "distance_to_nearest: points must have shape (n, 2) or (k, n, 2), an axis a hyperparameter; "
            "got shape (0, 2).",
        ),
        (
            lambda: distance_to_nearest(np.ones((3, 4, 2)), np.ones((2, 2))),
            "distance_to_nearest: points must hold 2 searches, one an optimum; got 3.",
        ),
        (
            lambda: distance_to_nearest(np.ones((4, 2)), np.ones((3, 2)), [1, 1, 1]),
            "distance_to_nearest: relevance must be a number or have shape (2,), one an axis; got shape (3,).",
        ),
        (
            lambda: distance_to_nearest(np.ones((4, 2)), np.ones((3, 2)), [1, -0.5]),
            "distance_to_nearest: relevance must be at least 0; got -0.5.",
        ),
        (lambda: compare([1, 2], [1]), "compare: second must have shape (2,), as first has; got shape (1,)."),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match=r"^halton: rng must be a numpy\.random\.Generator"):
        halton(5, rng=3)
