"""What lesson 11 says of overflow holds: where naive softmax breaks, and that the cure has no such place."""

import numpy as np
import pytest

from coursekit.lessons.softmax.explore_overflow import (
    FURTHEST,
    describe_overflow,
    largest_exponent,
    overflow,
    shift_far,
)
from coursekit.lessons.softmax.picture_softmax import Z
from coursekit.softmax import softmax

FLOAT32, FLOAT64 = 0, 1


@pytest.mark.parametrize(("precision", "last"), [(FLOAT32, 83), (FLOAT64, 704)])
def test_naive_softmax_survives_up_to_here_and_no_farther(precision, last):
    for shift in range(0, last + 1, 7):
        np.testing.assert_allclose(shift_far(shift).naive[precision], softmax(Z), rtol=1e-4)
    np.testing.assert_allclose(shift_far(last).naive[precision], softmax(Z), rtol=1e-4)
    for shift in (last + 1, last + 30, FURTHEST):
        assert not np.isfinite(shift_far(shift).naive[precision]).all()


@pytest.mark.parametrize(("precision", "gone"), [(FLOAT32, -110), (FLOAT64, -752)])
def test_far_below_all_powers_are_zero(precision, gone):
    assert np.isnan(shift_far(gone).naive[precision]).all()
    np.testing.assert_allclose(shift_far(gone + 50).naive[precision], softmax(Z), rtol=1e-4)


def test_at_a_thousand_nothing_is_left_in_either_precision():
    for shift in (FURTHEST, -FURTHEST):
        assert np.isnan(shift_far(shift).naive).all()


def test_with_the_largest_taken_off_no_shift_changes_anything():
    for shift in range(-FURTHEST, FURTHEST + 1, 40):
        np.testing.assert_allclose(shift_far(shift).safe, [softmax(Z)] * 2, rtol=1e-6)


@pytest.mark.parametrize(
    ("shift", "answer"),
    [
        (0, "Shift 0: naive float32 gives 0.842, naive float64 gives 0.842"),
        (84, "Shift 84: naive float32 breaks, naive float64 gives 0.842"),
        (-106, "Shift -106: naive float32 breaks, naive float64 gives 0.842"),
        (1000, "Shift 1000: naive float32 breaks, naive float64 breaks"),
    ],
)
def test_the_words_say_who_breaks(shift, answer):
    """At -106 there is a number left, 0.909, and it is wrong: the powers have few digits so close to 0."""
    assert describe_overflow(shift_far(shift)).answer == answer


@pytest.mark.parametrize("precision", [FLOAT32, FLOAT64])
def test_the_diagonal_leaves_the_grey_band_where_the_numbers_end(precision):
    bands = overflow().figure.axes[0].patches
    bottom, top = bands[precision].get_y(), bands[precision].get_y() + bands[precision].get_height()
    last, gone = ((83, -110), (704, -752))[precision]
    assert largest_exponent(last) < top < largest_exponent(last + 1)
    assert largest_exponent(gone) < bottom < largest_exponent(gone + 5)


@pytest.mark.seconds
def test_one_dot_runs_up_the_diagonal_and_the_other_stays_at_one():
    picture = overflow()
    naive, safe = picture.ghosts
    for shift in (-1000, 0, 83):
        picture.move(shift_far(shift))
        np.testing.assert_allclose(naive.get_xydata(), [(shift, np.log10(np.e) * (5 + shift))])
        np.testing.assert_array_equal(safe.get_xydata(), [(shift, 0)])


def test_the_picture_writes_what_came():
    picture = overflow()
    picture.move(shift_far(1000))
    written = [artist.get_text().split() for artist in picture.moving if hasattr(artist, "get_text")]
    assert written == [["nan"] * 4] * 2 + [["0.842", "0.042", "0.002", "0.114"]] * 2
