"""What the explorers of lesson 13 claim: the way back, the factor of a learning rate, and who leads."""

import numpy as np
import pytest

from coursekit.lessons.choose_a_framework.explore_frameworks import WHICH_FRAMEWORK, describe_ranking, weigh
from coursekit.lessons.choose_a_framework.explore_learning_rate import DESCENT_BY_TAPE, descend_by_tape, describe_course
from coursekit.lessons.choose_a_framework.explore_tape import CLASSES, LOGITS, back_to_w, back_to_z, describe_way_back
from coursekit.lessons.choose_a_framework.frameworks import CRITERIA
from coursekit.lessons.choose_a_framework.tape_graph import numbers
from coursekit.softmax import softmax, softmax_loss


@pytest.mark.parametrize("w", [-2, 0, 3, 5, 12])
def test_the_way_back_ends_at_the_slope_by_hand(w):
    state = back_to_w(w, 4)
    assert state.graph.nodes["w"].slope == numbers(2 * w - 10)
    assert describe_way_back(state).sentence.endswith(f"By hand its gradient is 2w − 10 = {2 * w - 10:.2f}.")


def test_at_5_the_two_ways_cancel():
    graph = back_to_w(5, 4).graph
    assert [edge.slope for edge in graph.edges if edge.start == "w"] == ["10.00", "-10.00"]
    assert graph.nodes["w"].slope == "0.00"


@pytest.mark.parametrize("truth", CLASSES)
def test_softmax_ends_at_the_prediction_less_the_truth(truth):
    state = back_to_z(LOGITS[1], truth, 6)
    d_z = softmax_loss([LOGITS], [CLASSES.index(truth)])[1]
    assert state.graph.nodes["z"].slope == numbers(d_z)
    shares = ", ".join(numbers(softmax(LOGITS)).split())
    assert describe_way_back(state).answer == f"Step 6 back: v1 sends {shares} to z"


def test_the_words_of_each_step():
    answers = [describe_way_back(back_to_w(3, step)).answer for step in range(5)]
    assert answers == [
        "Forward only: J = 4.00",
        "Step 1 back: J sends 1.00 to v3",
        "Step 2 back: v3 sends 1.00 to v1 and -1.00 to v2",
        "Step 3 back: v2 sends -10.00 to w",
        "Step 4 back: v1 sends 6.00 to w",
    ]


def test_the_task_of_the_softmax_explorer_can_be_reached():
    steps = np.round(np.arange(-4, 4.01, 0.1), 1)
    pulls = [float(back_to_z(cat, "cat", 6).graph.nodes["z"].slope.split()[1]) for cat in steps]
    assert min(steps[np.array(pulls) > -0.1]) == pytest.approx(2.1)
    assert back_to_z(2.0, "cat", 6).graph.nodes["z"].slope.split()[1] == "-0.10", "down to a tenth, says the lesson"
    assert softmax([*LOGITS[:1], 2.0, *LOGITS[2:]])[1] == pytest.approx(0.9, abs=0.005)


@pytest.mark.parametrize(
    ("rate", "first", "factor", "end"),
    [
        (0.01, [0, 0.1, 0.198], 0.98, "684 steps leave a millionth of the error"),
        (0.5, [0, 5, 5], 0, "1 step leaves nothing of the error"),
        (1.0, [0, 10, 0], -1, "the error stays for ever"),
        (1.01, [0, 10.1, -0.202], -1.02, "after 100 steps the error is 36.2"),
    ],
)
def test_a_learning_rate_does_what_the_lesson_says(rate, first, factor, end):
    state = descend_by_tape(rate, 1)
    np.testing.assert_allclose(state.w[:3], first, atol=1e-12)
    assert state.factor == pytest.approx(factor)
    words = describe_course(state)
    assert words.answer == f"Each step multiplies the error by {factor:g}"
    assert words.sentence.endswith(f"{end}.")


@pytest.mark.parametrize("steepness", [0.5, 1, 1.7, 2])
@pytest.mark.parametrize("rate", [0.01, 0.3, 0.9])
def test_the_error_goes_by_one_factor_a_step(rate, steepness):
    state = descend_by_tape(rate, steepness)
    np.testing.assert_allclose(state.w - 5, -5 * state.factor ** np.arange(101), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.83])
def test_the_picture_ends_where_a_millionth_of_the_error_is_left(rate):
    picture, state = DESCENT_BY_TAPE.picture(), descend_by_tape(rate, 1)
    picture.move(state)
    (shown,) = [line.get_ydata() for line in picture.figure.axes[0].lines if len(line.get_ydata()) == len(state.w)]
    n_steps = int(np.isfinite(shown).sum())
    assert f"{n_steps} steps leave a millionth of the error" in describe_course(state).sentence
    texts = [text.get_text() for text in picture.figure.axes[0].texts]
    assert "then less than a millionth of it is left" in texts


def test_on_a_bowl_twice_as_steep_all_rates_halve():
    np.testing.assert_allclose(descend_by_tape(0.25, 2).w, descend_by_tape(0.5, 1).w)


def test_the_ranking_is_told_in_words():
    words = describe_ranking(weigh(**WHICH_FRAMEWORK.start))
    assert words.answer.startswith("PyTorch leads with 0.9")
    assert "Most weight: all six alike." in words.sentence
    nothing = describe_ranking(weigh("Python", **dict.fromkeys(CRITERIA, 0)))
    assert nothing.answer == "All weights are 0"
    lua = describe_ranking(weigh("Lua", **{**dict.fromkeys(CRITERIA, 0), "language": 5}))
    assert lua.answer == "Torch leads with 1.00"
    assert "Torch: not run here (its lines and its time are left out of its mean), last release 2017-09" in lua.sentence
    assert "Most weight: in my language." in lua.sentence


def test_who_leads_together_is_not_told_apart():
    alone = {name: {**dict.fromkeys(CRITERIA, 0), name: 2} for name in CRITERIA}
    free = describe_ranking(weigh("Python", **alone["licence"]))
    assert free.answer == "13 lead together with 1.00"
    assert "do not tell them apart: Caffe, Caffe2, CNTK," in free.sentence
    governed = describe_ranking(weigh("Python", **alone["governance"]))
    assert governed == (
        "2 lead together with 1.00",
        "These weights do not tell them apart: DL4J, PyTorch. Most weight: well governed.",
    )


def test_the_picture_shows_the_language_that_one_works_in():
    picture = WHICH_FRAMEWORK.picture()
    for works_in, shown in (("Python", "Python, ..."), ("C++", "C++, ...")):
        state = weigh(**{**WHICH_FRAMEWORK.start, "works_in": works_in})
        picture.move(state)
        texts = [text.get_text() for text in picture.figure.axes[0].texts]
        assert texts.count(shown) == sum(row.facts["language"] == shown for row in state.rows) > 2


def test_the_rows_stay_where_they_are_and_equals_share_a_rank():
    one, other = weigh(**WHICH_FRAMEWORK.start), weigh("Lua", **dict.fromkeys(CRITERIA, 5))
    assert [row.name for row in one.rows] == [row.name for row in other.rows]
    ranks = {row.name: row.rank for row in weigh("Python", **{**dict.fromkeys(CRITERIA, 0), "governance": 1}).rows}
    assert ranks["PyTorch"] == ranks["DL4J"] == 1
    assert ranks["Keras"] == ranks["JAX"] == ranks["TensorFlow"] == ranks["PaddlePaddle"] == 3
    assert ranks["Torch"] == 7
