"""What is done in a trial: the user's objective is called, and whatever comes of it is an outcome."""

import copy
import itertools
import math
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from coursekit._checks import a_number, refuse, shown

Job: TypeAlias = Sequence[tuple[int, dict[str, Any]]]  # numbers and settings: one, or what is stacked


class Task(NamedTuple):
    """What is to be done with every setting of a search.

    Attributes
    ----------
    objective : callable
    seed : int
        Of the search.
    stacked : bool
        Whether the objective takes a list of settings.
    generator : str
        The name by which it takes its randomness, ``"rng"`` or ``"rngs"``, or nothing.
    """

    objective: Callable[..., Any]
    seed: int
    stacked: bool
    generator: str

    def generators(self, job: Job) -> dict[str, Any]:
        """Make the randomness of each trial: its own, whoever computes it."""
        if not self.generator:
            return {}
        rngs = [np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(number, 1))) for number, _ in job]
        return {self.generator: rngs if self.stacked else rngs[0]}


class Outcome(NamedTuple):
    """What became of a setting: as in a Trial, without the setting, which whoever asked has."""

    score: float
    seconds: float
    error: str = ""


def perform(task: Task, job: Job, *, stops: tuple[type[BaseException], ...] = (KeyboardInterrupt,)) -> list[Outcome]:
    """Score the settings of a job; whatever goes wrong is an outcome too.

    A batch that fails is scored again setting by setting, so that only the guilty ones fail. What ``stops`` names goes
    through: in the learner's own process Ctrl-C is no failure of a trial.
    """
    start = time.perf_counter()
    scores: list[Any] = []
    fault = ""
    try:
        settings = [_own(setting) for _, setting in job]
        returned = task.objective(settings if task.stacked else settings[0], **task.generators(job))
        scores = _as_many(returned, len(job)) if task.stacked else [returned]
    except stops:
        raise
    except BaseException as error:  # noqa: BLE001 - an objective may raise anything
        fault = str(error) if isinstance(error, _ScoresError) else in_words(error)
    if fault and len(job) > 1:
        return [outcome for one in job for outcome in perform(task, [one], stops=stops)]
    seconds = (time.perf_counter() - start) / len(job)
    if fault:
        return [Outcome(math.nan, seconds, fault)]
    return [_scored(score, seconds) for score in scores]


def in_words(error: BaseException) -> str:
    """Write an error of the user's code in a line, with the line of that code, whatever it holds."""
    try:
        text = shown(error, str, most=1000, instead="its text can't be written")
        inside = traceback.extract_tb(error.__traceback__)[1:2]  # the objective's own line, however deep it went
    except Exception:  # noqa: BLE001 - such as a source file that can't be read
        return type(error).__name__
    return f"{type(error).__name__}: {text}" + "".join(f" (line {frame.lineno} of {frame.name})" for frame in inside)


class _ScoresError(ValueError):
    """What a stack's objective returned is no list of as many scores; the text says so."""


def _own(setting: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a setting through and through: the objective's own, to change as it likes, here as in another process."""
    memory: dict[int, Any] = {}
    return {name: _copied(value, memory) for name, value in setting.items()}


def _copied(value: Any, memory: dict[int, Any]) -> Any:
    try:
        return copy.deepcopy(value, memory)
    except Exception:  # noqa: BLE001 - what has no copy, such as a lock, can only be handed on as it is
        return value


def _as_many(returned: Any, n: int) -> list[Any]:
    if isinstance(returned, str | bytes | Mapping | AbstractSet) or not isinstance(returned, Iterable):
        refuse("objective", "the scores", "be a list, one for each setting", shown(returned), error=_ScoresError)
    scores = list(itertools.islice(returned, n + 1))  # which ends, whatever it is
    if len(scores) != n:
        got = len(returned) if isinstance(returned, Sized) else len(scores)
        refuse("objective", "the scores", f"be as many as the settings, {n}", got, error=_ScoresError)
    return scores


def _scored(score: object, seconds: float) -> Outcome:
    try:
        return Outcome(a_number("objective", "the score", score), seconds)
    except (TypeError, ValueError) as error:
        return Outcome(math.nan, seconds, str(error))
