"""What an exercise and a prediction are: declarations that the notebook room can show and a test can walk through."""

import inspect
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from coursekit._checks import refuse
from coursekit.lab.same import same_values

Cases = Callable[[], Sequence[tuple[Any, ...]]]
Same = Callable[[Any, Any], bool]


class Seen(NamedTuple):
    """The first case that an answer got wrong, for a reason to speak of.

    Attributes
    ----------
    args : tuple
        What the learner's function was called with.
    got : object
        What it returned.
    expected : object
        What the solution returns.
    """

    args: tuple[Any, ...]
    got: Any
    expected: Any


Reason = str | Callable[[Seen], str]


class WrongAnswer(NamedTuple):
    """A misconception that the check recognises by what it does.

    Attributes
    ----------
    answer : callable
        A function that has it.
    reason : str or callable, Seen -> str
        What the learner is told: what was seen, and where to look. Not the answer. ``{args[0]}``, ``{got:.3g}`` and
        ``{expected}`` in it stand for what was seen, ``{shown}`` for what the exercise shows of it.
    """

    answer: Callable[..., Any]
    reason: Reason


def source_of(function: Callable[..., Any]) -> str:
    """Return a function's code as a learner is shown it: without what is said to a linter.

    Parameters
    ----------
    function : callable

    Returns
    -------
    str
    """
    return re.sub(r"  # noqa\b.*", "", textwrap.dedent(inspect.getsource(function)))


@dataclass(frozen=True)
class Exercise:
    """Something to write, and how to tell whether, and why not, it is right.

    An answer is judged by behaviour alone: it is called on cases that the prompt did not name, and what it returns is
    set against the solution and, where it differs, against every known wrong answer.

    Parameters
    ----------
    name : str
        Lesson and number: ``"03.1"``.
    prompt : str
        What to write, in a sentence.
    solution : callable
        A right answer; its name and arguments make the stub.
    cases : callable, () -> sequence of tuple
        The arguments of every call, made anew for each run, so that no answer can damage another's.
    wrong_answers : sequence of WrongAnswer
        The misconceptions, each with its own reason.
    otherwise : str or callable, Seen -> str
        What to say of a wrong answer that nobody has met before.
    hints : sequence of str
        One at a time, each a step further.
    why : str
        Why it matters: the reward for being right.
    same : callable, (got, expected) -> bool, optional
        When two results count as equal.
    found : callable, optional
        To find the bug in: the function as it stood somewhere. It is the stub then, in place of an empty one.
    observe : callable, (function, args) -> result, optional
        Calls the function and says what is judged of it, where that is more than what it returns.
    shows : callable, Seen -> str, optional
        What was seen, in words, for several reasons to begin with.
    missing : callable, () -> str, optional
        Says what is not here without which no answer can be judged, such as ``"TensorFlow"``; ``""``: nothing.
    otherwise_first : bool, optional
        Whether ``otherwise`` is asked before what can be said of any exercise: it judges the answer piece by piece.

    Raises
    ------
    ValueError
        If there is no hint, or no known wrong answer.
    """

    name: str
    prompt: str
    solution: Callable[..., Any]
    cases: Cases
    wrong_answers: Sequence[WrongAnswer]
    otherwise: Reason
    hints: Sequence[str]
    why: str
    same: Same = same_values
    found: Callable[..., Any] | None = None
    observe: Callable[[Callable[..., Any], tuple[Any, ...]], Any] | None = None
    shows: Callable[[Seen], str] = repr
    missing: Callable[[], str] = str
    otherwise_first: bool = False

    def __post_init__(self) -> None:
        for argument in ("hints", "wrong_answers"):
            if not getattr(self, argument):
                refuse("Exercise", argument, f"hold at least one of them for exercise {self.name}", "none")

    def say(self, reason: Reason, seen: Seen) -> str | None:
        """Return a reason's words, or None where it counts on numbers and there are none."""
        try:
            if not isinstance(reason, str):
                return reason(seen)
            return reason.format(**seen._asdict(), shown=self.shows(seen) if "{shown" in reason else "")
        except Exception:  # noqa: BLE001 - whatever a learner's result does to it
            return None

    @property
    def stub(self) -> str:
        """What stands in the cell before the learner has written anything."""
        name = self.solution.__name__
        if self.found is not None:
            return source_of(self.found).replace(f"def {self.found.__name__}", f"def {name}", 1).rstrip()
        return f"def {name}({', '.join(inspect.signature(self.solution).parameters)}):\n    ..."


@dataclass(frozen=True)
class Prediction:
    """A question to commit to before its answer is seen.

    Parameters
    ----------
    name : str
        Lesson and letter: ``"03.a"``.
    question : str
        What to predict.
    options : sequence of str
        What to choose from.
    answer : str
        The right one.
    why : str
        Why it is right, and what leads to the others.

    Raises
    ------
    ValueError
        If the answer is not among the options.
    """

    name: str
    question: str
    options: Sequence[str]
    answer: str
    why: str

    def __post_init__(self) -> None:
        if self.answer not in self.options:
            refuse("Prediction", "answer", f"be one of {', '.join(map(repr, self.options))}", repr(self.answer))
