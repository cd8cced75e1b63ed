"""What is alive on a page, as HTML: each is complete without a script."""

import base64
import json
from html import escape

from coursekit.lab.exercise import Exercise, Prediction
from coursekit.lab.explorer import Explorer
from coursekit.notebook.checking import hints_of
from coursekit.notebook.showing import settings_in_words
from coursekit.notebook.words import to_html
from website.mistakes import mistakes
from website.recording import Recording


def picture(file: str, alt: str, width: int, height: int, *, lazy: bool = True) -> str:
    """Return a stored picture."""
    how = ' loading="lazy"' if lazy else ""
    return f'<img src="{escape(file)}" alt="{escape(alt)}" width="{width}" height="{height}"{how}>'


def explorer_html(explorer: Explorer, recording: Recording, *, is_first: bool) -> str:
    """Return the still picture of an explorer with its question, task and words, which a script brings to life.

    Parameters
    ----------
    explorer : Explorer
    recording : Recording
    is_first : bool
        Whether it is the first of its page, whose picture is not to wait until the reader comes near.

    Returns
    -------
    str
    """
    answer, sentence = recording.words
    image = picture(f"recordings/{explorer.name}.png", f"{answer}. {sentence}", *recording.size, lazy=not is_first)
    waits = " data-waits" if explorer.waits else ""
    touch = "<p>In the notebook you can also take hold of the picture itself.</p>" if explorer.touch else ""
    parts = escape(json.dumps([[part.name, part.means] for part in explorer.parts]))
    return (
        f'<section class="coursekit-group explorer" data-explorer="{explorer.name}" '
        f'data-recording="recordings/{explorer.name}.bin"{waits} data-parts="{parts}" '
        f'data-label="{escape(explorer.title)}">'
        f'<p class="question">{to_html(explorer.title)}</p>'
        f'<p class="task"><strong>Your task:</strong> {to_html(explorer.task)}</p>'
        f'<div class="controls" style="--rows:{len(explorer.controls) + 1}"></div>'
        f'<div class="picture">{image}</div>'
        f'<div class="words"><p class="answer">{escape(answer)}</p><p>{escape(sentence)}</p></div>'
        f'<div class="recorded"><p>{_drawn_for(explorer)}</p>{touch}</div></section>'
    )


def _drawn_for(explorer: Explorer) -> str:
    settings = settings_in_words(explorer, explorer.start)
    return escape(f"Drawn for {settings}. It moves where your browser runs scripts, and in the notebook.")


def prediction_html(prediction: Prediction) -> str:
    """Return a form to commit to an answer; without a script the answer can be unfolded."""
    options = "".join(
        f'<label><input type="radio" name="{prediction.name}" value="{i}"> <span>{to_html(option)}</span></label>'
        for i, option in enumerate(prediction.options)
    )
    why = f"<span>{to_html(prediction.why)}</span>"
    answer = f"<strong>{to_html(prediction.answer)}.</strong> {why}"
    return (
        f'<form class="prediction" data-name="{prediction.name}" data-answer="{_coded(prediction)}"><fieldset>'
        f"<legend><strong>Predict.</strong> {to_html(prediction.question)}</legend>{options}</fieldset>"
        f'<button disabled>Commit</button><div class="verdict" role="status" hidden>{why}</div>'
        f"<noscript><details><summary>The answer</summary>{answer}</details></noscript></form>"
    )


def _coded(prediction: Prediction) -> str:
    """Write which option is right so that nobody reads it by accident."""
    return base64.b64encode(f"{prediction.name}:{prediction.options.index(prediction.answer)}".encode()).decode()


def exercise_html(exercise: Exercise, said: str) -> str:
    """Return an exercise with its hints one at a time, the solution last, and three mistakes.

    Parameters
    ----------
    exercise : Exercise
    said : str
        What the check says of the cell as it stands; nothing where there is nothing in it yet.

    Returns
    -------
    str
    """
    made = "".join(
        f"<details><summary>Mistake {i}</summary><pre>{escape(mistake.code)}</pre>"
        f"<p><strong>\u2717 Not yet.</strong> {to_html(mistake.verdict)}</p></details>"
        for i, mistake in enumerate(mistakes(exercise), start=1)
    )
    verdict = f"<p><strong>\u2717 Not yet.</strong> {to_html(said)}</p>" if said else ""
    return (
        f'<section class="coursekit-verdict exercise" data-name="{exercise.name}" '
        f'aria-label="Exercise {exercise.name}"><p><strong>Exercise {exercise.name}.</strong> '
        f"{to_html(exercise.prompt)}</p>{verdict}{hints_of(exercise)}"
        f'<details class="mistakes"><summary>Mistakes, and what the check says of each</summary>{made}</details>'
        '<p class="recorded">The check runs what you write: that needs Python, and so the notebook.</p></section>'
    )
