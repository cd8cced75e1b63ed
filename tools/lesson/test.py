"""What lesson A topic says holds."""

import numpy as np

from coursekit.lab.measured import measured
from coursekit.lessons.a_topic.explore_a_topic import A_TOPIC, keep


def test_each_step_keeps_the_same_share():
    left = keep(0.9, 10).left
    np.testing.assert_allclose(left[1:] / left[:-1], 0.9)


def test_the_words_say_what_is_left():
    assert A_TOPIC.describe(keep(0.5, 2)).answer == "After 2 steps: 25.00%"


def test_the_stored_steps_are_the_first_below_a_half():
    table = measured("a_topic")
    assert np.all(table["share"] ** table["steps"] <= 0.5001)
    assert np.all(table["share"] ** (table["steps"] - 1) > 0.4999)
