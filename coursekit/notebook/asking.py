"""``predict``: choose, commit, then see."""

import ipywidgets as widgets

from coursekit.lab.exercise import Prediction
from coursekit.lessons import PREDICTIONS
from coursekit.notebook.checking import find
from coursekit.notebook.memory import memory
from coursekit.notebook.showing import declared, display_with
from coursekit.notebook.views import GroupState, group
from coursekit.notebook.words import to_html


class Question:
    """A prediction on the page: once committed, it can't be taken back.

    Parameters
    ----------
    prediction : Prediction
        What to ask.
    """

    def __init__(self, prediction: Prediction) -> None:
        self.prediction = prediction
        self.options = widgets.RadioButtons(
            options=list(prediction.options), value=None, description="Your prediction",
            tooltip="", style={"description_width": "9em"}, layout={"width": "max-content"},
        )  # fmt: skip
        self.commit = widgets.Button(description="Commit", disabled=True, tooltip="Commit to your prediction")
        self.verdict = widgets.HTML().add_class("coursekit-verdict")
        question = widgets.HTML(f"<strong>Predict.</strong> {to_html(prediction.question)}")
        children = [question, self.options, self.commit, self.verdict]
        self.widget = group(children, state=GroupState(label="Prediction"), kind="prediction")
        self.options.observe(lambda _: setattr(self.commit, "disabled", False), "value")
        self.commit.on_click(self._committed)
        before = memory.get(prediction.name[:2], "predictions", prediction.name)
        if before in prediction.options:
            self.options.value = before
            self._see()

    def _committed(self, _: object) -> None:
        name = self.prediction.name
        memory.put(name[:2], "predictions", name, self.options.value, at=f"prediction {name}")
        self._see()

    def _see(self) -> None:
        chosen, right = self.options.value, self.prediction.answer
        self.options.disabled = self.commit.disabled = True
        wrong = f"\u2717 The answer: {to_html(right)}. You said: {to_html(chosen)}."
        verdict = "\u2713 So it is." if chosen == right else wrong
        self.verdict.value = f"<strong>{verdict}</strong> {to_html(self.prediction.why)}"


def predict(name: str) -> None:
    """Ask for a prediction; the answer and its reason show once the learner has committed to one.

    Parameters
    ----------
    name : str
        The prediction, such as ``"03.a"``.
    """
    prediction = find(PREDICTIONS, name, "predict", "prediction")
    if prediction is not None:
        widget = Question(prediction).widget
        memory.say_news()
        options = "\n".join(f"- {option}" for option in prediction.options)
        text = f"Predict. {prediction.question}\n\n{options}"
        markdown = f"**Predict.** {prediction.question}\n\n{options}"
        instead = {"text/markdown": markdown, "text/plain": text}
        display_with(widget, instead, declared(predict=name))
