"""Digits that drift, and what it costs to keep an old setting."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.lessons.panda_or_caviar.drift import (
    KEPT,
    KINDS,
    NOISE,
    REFIT,
    SCANNER,
    SHIFT,
    THICK,
    WHOLE,
    a_month,
    cost_of_staying,
    drifted,
    size_by_pixel,
)

DIGITS = np.random.default_rng(0).uniform(0, 16, (3, 64))


def rng():
    return np.random.default_rng(1)


@pytest.mark.parametrize("kind", KINDS)
def test_without_strength_nothing_drifts_and_the_caller_keeps_what_is_theirs(kind):
    X = DIGITS.copy()
    assert_allclose(drifted(X, kind, 0, rng()), DIGITS)
    drifted(X, kind, 1, rng())
    assert_array_equal(X, DIGITS)


def test_a_shift_moves_by_up_to_two_pixels_and_shares_what_lies_between():
    images = DIGITS.reshape(3, 8, 8)
    for strength, pixels in ((0.5, 1), (1, 2)):
        moved = drifted(DIGITS, SHIFT, strength, rng()).reshape(3, 8, 8)
        assert_allclose(moved[..., pixels:], images[..., :-pixels])
        assert_allclose(moved[..., :pixels], 0)
    half = drifted(DIGITS, SHIFT, 0.25, rng()).reshape(3, 8, 8)
    assert_allclose(half[..., 1:], (images[..., 1:] + images[..., :-1]) / 2)


def test_a_thick_pen_takes_the_darkest_neighbour():
    images = DIGITS.reshape(3, 8, 8)
    thick = drifted(DIGITS, THICK, 1, rng()).reshape(3, 8, 8)
    assert_allclose(thick[1, 3, 4], images[1, 2:5, 3:6].max())
    assert_allclose(thick[2, 0, 7], images[2, :2, 6:].max())
    assert_allclose(drifted(DIGITS, THICK, 0.5, rng()), (DIGITS + thick.reshape(3, 64)) / 2)


def test_noise_has_its_size_and_is_cut_off_and_a_scanner_multiplies():
    grey = np.full((200, 64), 8.0)
    noisy = drifted(grey, NOISE, 0.25, rng())
    assert noisy.std() == pytest.approx(2, rel=0.03)
    loud = drifted(grey, NOISE, 1, rng())
    assert (loud.min(), loud.max()) == (0, 16)
    assert_allclose(drifted(DIGITS, SCANNER, 0.5, rng()), 4 * DIGITS)
    assert_allclose(drifted(DIGITS, SCANNER, 1, rng()), 16 * DIGITS)


def test_the_cost_is_judged_where_nobody_chose():
    then, now, judged = np.random.default_rng(2).random((3, 4, 5))
    old, new = then.mean(axis=0).argmax(), now.mean(axis=0).argmax()
    assert_allclose(cost_of_staying(then, now, judged), judged[:, new] - judged[:, old])
    assert_allclose(cost_of_staying(then, then, judged), 0)
    noise = np.random.default_rng(3).normal(size=(2000, 3, 2, 5))  # no rate is better: staying costs nothing
    honest = [cost_of_staying(a, b, c).mean() for a, b, c in np.random.default_rng(4).normal(size=(2000, 3, 2, 5))]
    by_the_same = [cost_of_staying(a, b, b).mean() for a, b, _ in noise]
    assert abs(np.mean(honest)) < 0.06
    assert np.mean(by_the_same) > 0.3


@pytest.mark.seconds
def test_a_scanner_that_is_standardised_anew_changes_nothing():
    plain, bright = (a_month(1, 1, SCANNER, strength, by=REFIT) for strength in (0, 1))
    assert np.median(np.abs(plain.test - bright.test)) < 0.02
    assert_allclose(plain.size, bright.size, rtol=1e-4)
    assert a_month(1, 1, SCANNER, 1, by=KEPT).size > 10


@pytest.mark.seconds
def test_each_way_standardises_by_what_it_says():
    for by in (KEPT, WHOLE):
        assert a_month(1, 0, SHIFT, 0, by=by).size == pytest.approx(1, abs=0.05)
    assert_allclose(size_by_pixel(1, 1, SHIFT, 1, by=REFIT)[8:16].max(), 1, rtol=1e-4)
    kept, whole = (size_by_pixel(1, 0, SHIFT, 0, by=by) for by in (KEPT, WHOLE))
    assert_allclose(kept[kept > 0], 1, rtol=1e-4)
    assert np.ptp(whole) > 0.5, "one number for all leaves pixels that differ"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: drifted(np.ones((2, 60)), SHIFT, 1, rng()),
         "drifted: X must have 64 columns, a pixel each; got shape (2, 60)."),
        (lambda: drifted(DIGITS, "rain", 1, rng()), "drifted: kind must be one of"),
        (lambda: drifted(DIGITS, SHIFT, 1.5, rng()), "drifted: strength must"),
        (lambda: cost_of_staying(np.ones((2, 3)), np.ones((2, 4)), np.ones((2, 3))),
         "cost_of_staying: now must have shape (2, 3), as then and judged; got (2, 4), (2, 3)."),
    ],
)  # fmt: skip
def test_errors_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        call()
