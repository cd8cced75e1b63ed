"""Where a descent comes to rest: by the formula, and in TensorFlow as in NumPy."""

import numpy as np
import pytest
from matplotlib.text import Text

from coursekit.lessons.tensorflow.explore_rounding import ROUNDED_AWAY, _apart, descend, describe_rest, rest
from coursekit.lessons.tensorflow.rounding import LONGEST, PRECISIONS, descend_until_still

RATES = (0.001, 0.003, 0.01, 0.03, 0.1)


@pytest.mark.parametrize("precision", ["float16", "float32", "float64"])
@pytest.mark.parametrize("rate", RATES)
def test_it_rests_where_the_step_is_half_a_gap_so_a_smaller_rate_rests_farther_away(precision, rate):
    path = descend_until_still(rate, precision)
    error = 5 - float(path.w[-1])
    expected = float(np.spacing(path.w[-1])) / (4 * rate)
    assert 0.7 * expected < error < 1.05 * expected
    assert path.step[-1] <= path.half_gap[-1]
    assert (path.step[:-1] > path.half_gap[:-1]).mean() > 0.99


@pytest.mark.parametrize("precision", PRECISIONS)
def test_every_number_on_the_way_has_its_precision_and_the_last_step_changes_nothing(precision):
    of_w, of_slope = PRECISIONS[precision]
    w = descend_until_still(0.02, precision).w
    assert w.dtype == of_w
    slope = w[-1:].astype(of_slope) * np.dtype(of_slope).type(2) - np.dtype(of_slope).type(10)
    assert slope.dtype == of_slope
    assert w[-1] - np.dtype(of_w).type(0.02) * slope.astype(of_w)[0] == w[-1]
    assert (np.diff(w) > 0).all()
    assert len(w) < LONGEST


def test_the_notes_numbers():
    w = descend_until_still(0.01, "float32").w
    assert (f"{w[1]:.1f}", f"{w[-1]:.5f}", len(w) - 1) == ("0.1", "4.99999", 636)
    assert f"{descend_until_still(0.01, 'float64').w[1001]:.8f}" == "4.99999999"


def test_what_the_explorer_lets_one_find():
    ends = {name: abs(float(descend(0.001, name).path.w[-1]) - 5) for name in PRECISIONS}
    assert str(descend(0.001, "float16").path.w[-1]) == "4.023"
    assert ends["float16, w in float32"] < 0.002
    assert ends["float16, w in float32"] < abs(float(descend(0.1, "float16").path.w[-1]) - 5), "the better cure"
    assert 8 < ends["float32"] / abs(float(descend(0.01, "float32").path.w[-1]) - 5) < 12
    assert ends["float64"] < 1e-12


def test_the_words_name_the_step_and_the_gap_or_the_slope_that_is_zero():
    words = describe_rest(descend(0.01, "float32"))
    assert words.answer == "After 636 steps w rests, 1.1e-05 from 5"
    assert words.sentence.endswith("the next step would be 2.29e-07, half a gap is 2.38e-07.")
    assert describe_rest(descend(0.4, "float32")).answer == "After 11 steps w rests, at 5 exactly"
    assert "w = 4.999999; " in describe_rest(descend(0.1, "float32")).sentence, "not 5, beside a distance from 5"
    assert "w = 4.023; " in describe_rest(descend(0.001, "float16")).sentence
    assert describe_rest(descend(0.001, "float16, w in float32")).sentence.endswith("the slope is 0 there.")


def test_labels_at_one_height_are_kept_apart():
    heights = np.log10(_apart([1e-7, 1.1e-7, 0.9e-7]))
    assert np.diff(np.sort(heights)).min() > 0.89
    assert heights[1] > heights[0] > heights[2]
    assert ROUNDED_AWAY.name == "rounded-away"


@pytest.mark.parametrize(("rate", "precision"), [(0.001, "float16, w in float32"), (0.4, "float32")])
def test_a_curve_that_ends_at_0_keeps_its_label_where_it_was_last_above(rate, precision):
    picture, state = rest(), descend(rate, precision)
    picture.move(state)
    labels = {each.get_text(): each for each in picture.moving if isinstance(each, Text)}
    assert state.path.step[-1] == 0
    height = labels["the next step"].get_position()[1]
    assert 0.99 < height / state.path.step[-2] < 10
    assert all(each.get_visible() for each in labels.values())


@pytest.mark.parametrize(
    ("rate", "precision", "message"),
    [
        (0.6, "float32", r"^descend_until_still: learning_rate must .*0\.5.*; got 0\.6\.$"),
        (0, "float32", r"^descend_until_still: learning_rate must .*; got 0\.$"),
        (0.1, "bfloat16", r"^descend_until_still: precision must be one of 'float16', .*; got 'bfloat16'\.$"),
    ],
)
def test_what_is_refused(rate, precision, message):
    with pytest.raises(ValueError, match=message):
        descend_until_still(rate, precision)


def test_tensorflow_rests_at_the_same_number():
    tf = pytest.importorskip("tensorflow")
    w = tf.Variable(0.0)
    for expected in descend_until_still(0.01, "float32").w[1:]:
        with tf.GradientTape() as tape:
            cost = w**2 - 10 * w + 25
        w.assign_sub(0.01 * tape.gradient(cost, w))
        assert abs(w.numpy() - expected) <= 2 * np.spacing(expected)
    before = w.numpy()
    w.assign_sub(0.01 * (2 * w - 10))
    assert w.numpy() == before
