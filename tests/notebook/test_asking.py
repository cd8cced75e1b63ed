"""``predict``: choose, commit, then see."""

import pytest

from coursekit.lab.exercise import Prediction
from coursekit.lessons import PREDICTIONS
from coursekit.notebook import predict
from coursekit.notebook.asking import Question
from coursekit.notebook.words import to_html

PREDICTION = Prediction("99.a", "Is `a` < b?", ("yes & no", "no"), "no", "Because `b` > a.")


def test_one_must_choose_before_one_can_commit():
    question = Question(PREDICTION)
    assert question.options.value is None
    assert question.commit.disabled
    assert question.verdict.value == ""
    question.options.value = "no"
    assert not question.commit.disabled
    assert question.verdict.value == ""


@pytest.mark.parametrize(
    ("chosen", "verdict"),
    [("no", "✓ So it is."), ("yes & no", "✗ The answer: no. You said: yes &amp; no.")],
)
def test_a_committed_prediction_is_answered_and_cannot_be_taken_back(chosen, verdict):
    question = Question(PREDICTION)
    question.options.value = chosen
    question.commit.click()
    assert question.verdict.value == f"<strong>{verdict}</strong> Because <code>b</code> &gt; a."
    assert question.options.disabled
    assert question.commit.disabled


def test_a_choice_may_be_changed_until_it_is_committed():
    question = Question(PREDICTION)
    question.options.value = "yes & no"
    question.options.value = "no"
    question.commit.click()
    assert "So it is" in question.verdict.value


@pytest.mark.parametrize("prediction", PREDICTIONS.values(), ids=PREDICTIONS)
def test_the_page_asks_without_a_kernel_and_does_not_tell(prediction, page):
    predict(prediction.name)
    (output,) = page
    assert output.data["text/plain"].splitlines() == [
        f"Predict. {prediction.question}", "", *(f"- {option}" for option in prediction.options)
    ]  # fmt: skip
    assert output.data["text/markdown"] == output.data["text/plain"].replace("Predict.", "**Predict.**", 1)
    assert "application/vnd.jupyter.widget-view+json" in output.data
    assert prediction.why not in str(output.data)
    assert output.metadata == {"coursekit": {"predict": prediction.name}}


def test_an_unknown_prediction_is_answered_with_those_that_there_are(page, capsys):
    predict("03.z")
    there_are = ", ".join(PREDICTIONS)
    assert capsys.readouterr().out == f"predict: there is no prediction '03.z'. There are: {there_are}.\n"
    assert page == []


def test_the_question_is_escaped():
    question = Question(PREDICTION).widget.children[0]
    assert question.value == "<strong>Predict.</strong> Is <code>a</code> &lt; b?"
    assert to_html("a ` b") == "a ` b"
