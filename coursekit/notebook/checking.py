"""``check``: is it right, and why not; with hints that open one at a time. Plain HTML: no kernel is needed to read."""

import html
from collections.abc import Mapping
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display

from coursekit.lab.exercise import Exercise, source_of
from coursekit.lab.judge import Verdict, judge
from coursekit.lessons import EXERCISES
from coursekit.notebook.memory import memory
from coursekit.notebook.words import to_html

# sign, words and colour say the same, so that none of them is needed alone
_SIGNS = {
    "not attempted": ("\u25cb", "Not attempted yet.", "#767676"),
    "not yet": ("\u2717", "Not yet.", "#b35900"),
    "correct": ("\u2713", "Correct.", "#007a5a"),
}


def check(name: str, answer: object) -> None:
    """Say whether an answer is right, and why not.

    Parameters
    ----------
    name : str
        The exercise, such as ``"03.1"``.
    answer : object
        What was written: the function itself, as a rule.
    """
    exercise = find(EXERCISES, name, "check", "exercise")
    if exercise is not None:
        verdict = judge(exercise, answer)
        if verdict.status == "correct":
            memory.put(name[:2], "exercises", name, True, at=f"exercise {name}")
        elif memory.get(name[:2], "exercises", name):
            verdict = verdict._replace(message=f"{verdict.message} (You solved it before.)")
        memory.say_news()
        plain = f"{name} {_SIGNS[verdict.status][1]} {verdict.message}"
        data = {"text/html": _page(exercise, verdict), "text/plain": plain}
        display(data, metadata={"coursekit": {"check": name}}, raw=True)


def reset(name: str) -> None:
    """Lay the empty stub of an exercise in a new cell below.

    Parameters
    ----------
    name : str
        The exercise, such as ``"03.1"``.
    """
    exercise = find(EXERCISES, name, "reset", "exercise")
    shell = get_ipython()
    if exercise is not None and shell is not None:
        shell.set_next_input(f'{exercise.stub}\n\ncheck("{name}", {exercise.solution.__name__})')


def find(registry: Mapping[str, Any], name: str, function: str, kind: str) -> Any:
    """Look a declaration up; say in words what there is if there is none of that name, and return None."""
    if name in registry:
        return registry[name]
    print(f"{function}: there is no {kind} {name!r}. There are: {', '.join(registry)}.")
    return None


def _page(exercise: Exercise, verdict: Verdict) -> str:
    sign, words, color = _SIGNS[verdict.status]
    help_ = _solution(exercise, "A solution, to compare") if verdict.status == "correct" else hints_of(exercise)
    return (
        f'<div class="coursekit-verdict" style="border-left:4px solid {color};padding-left:.8em;max-width:60em">'
        f"<div>Exercise {exercise.name}: {to_html(exercise.prompt)}</div>"
        f"<div><strong>{sign} {words}</strong> {to_html(verdict.message)}</div>{help_}</div>"
    )


def hints_of(exercise: Exercise) -> str:
    """Nest each hint in the one before it: they open one at a time, from the keyboard too, and need no kernel."""
    inner = _solution(exercise, "A solution")
    for number, hint in reversed(list(enumerate(exercise.hints, start=1))):
        summary = f"Hint {number} of {len(exercise.hints)}"
        inner = f"<details><summary>{summary}</summary><div>{to_html(hint)}</div>{inner}</details>"
    return inner


def _solution(exercise: Exercise, summary: str) -> str:
    source = html.escape(source_of(exercise.solution), quote=False)
    return f"<details><summary>{summary}</summary><pre>{source}</pre></details>"
