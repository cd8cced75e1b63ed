"""Pictures are moved, thickened and blotted as SciPy would, and refused with the reason."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import ndimage

from coursekit.images import blotted, moved, thickened

PICTURES = np.random.default_rng(0).uniform(0, 16, (2, 3, 5, 8))


@pytest.mark.parametrize(
    ("right", "down", "degrees"), [(1, 0, 0), (-0.3, 2.6, 0), (0, 0, 30), (1.5, -0.5, -170), (9, 9, 45)]
)
def test_moving_is_an_affine_transform_with_zeros_around(right, down, degrees):
    angle = np.radians(degrees)
    back = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([2, 3.5])
    offset = middle - back @ (middle + np.array([down, right]))
    padded = np.pad(PICTURES[1, 2], 20)  # SciPy cuts off what is less than a pixel outside; here it fades
    expected = ndimage.affine_transform(padded, back, offset + 20 - back @ [20, 20], order=1)[20:-20, 20:-20]
    assert_allclose(moved(PICTURES, right=right, down=down, degrees=degrees)[1, 2], expected, atol=1e-9)


def test_a_quarter_turn_is_clockwise_and_four_of_them_are_none():
    square = PICTURES[..., :5]
    assert_allclose(moved(square, degrees=90), np.rot90(square, -1, axes=(-2, -1)), atol=1e-9)
    assert_allclose(moved(square, degrees=360), square, atol=1e-9)
    assert_array_equal(moved(square), square)


def test_thickening_goes_to_dilation_and_to_erosion():
    cross = ndimage.generate_binary_structure(2, 1)
    picture = PICTURES[0, 1]
    dark = ndimage.grey_dilation(picture, footprint=cross, mode="constant")
    bright = ndimage.grey_erosion(picture, footprint=cross, mode="constant")
    assert_allclose(thickened(PICTURES, 1)[0, 1], dark)
    assert_allclose(thickened(PICTURES, -1)[0, 1], bright)
    assert_allclose(thickened(PICTURES, 0.25)[0, 1], 0.75 * picture + 0.25 * dark)
    assert_array_equal(thickened(PICTURES, 0), PICTURES)


def test_a_blot_covers_its_disc_and_nothing_else():
    rows, columns = np.mgrid[:5, :8]
    distance = np.hypot(rows - 2, columns - 3)
    out = blotted(PICTURES, x=3, y=2, radius=1.5)
    assert_array_equal(out[..., distance <= 1], 16)
    assert_array_equal(out[..., distance >= 2], PICTURES[..., distance >= 2])
    assert (out >= PICTURES).all()
    assert_array_equal(blotted(PICTURES, x=3, y=2, radius=0), PICTURES)


def test_what_comes_in_stays_as_it_is_and_float32_stays_float32():
    before, small = PICTURES.copy(), PICTURES.astype(np.float32)
    for f in (
        lambda p: moved(p, right=0.5, degrees=10),
        lambda p: thickened(p, 0.5),
        lambda p: blotted(p, x=1, y=1, radius=2),
    ):
        f(PICTURES)
        assert_array_equal(PICTURES, before)
        assert f(small).dtype == np.float32
        assert_allclose(f(small), f(PICTURES), atol=1e-4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: moved([1.0]), "moved: pictures must have at least 2 axes; got shape (1,)."),
        (lambda: moved(PICTURES, right=np.nan), "moved: right must be a number; got nan."),
        (lambda: thickened(PICTURES, 2), "thickened: amount must be a number of at least -1 and of at most 1; got 2."),
        (lambda: blotted(PICTURES, x=0, y=0, radius=-1), "blotted: radius must be a number of at least 0; got -1."),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
