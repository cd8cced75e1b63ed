"""The known wrong answers: which of them does what this one does, in every call or in most."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from coursekit.lab.calls import argument_names, attempt, numpy_as_it_was, run_cases
from coursekit.lab.evidence import Case, as_asked, close, is_whole, leaves
from coursekit.lab.exercise import Exercise, Seen
from coursekit.lab.raised import Raised
from coursekit.lab.structure import not_that_kind

MANY, TELLING = 3, 3  # as many calls, and numbers that tell something, are not the same by chance


def recognised(exercise: Exercise, cases: Sequence[Case]) -> tuple[str, bool]:
    """Find the known wrong answer that does what an unknown one did.

    Parameters
    ----------
    exercise : Exercise
    cases : sequence of Case
        All calls of the unknown one; one at least is wrong.

    Returns
    -------
    str
        The reason, "" if there is none.
    bool
        Whether it does the same in every call; otherwise in two of three of the wrong ones at least.
    """
    wrong = [case for case in cases if not case.is_right]
    first = next((case for case in wrong if not isinstance(case.got, Raised)), wrong[0])
    in_part = ""
    for known in exercise.wrong_answers:
        with numpy_as_it_was():
            theirs = run_cases(exercise, known.answer).outcomes
        if _does_the_same(exercise, cases, theirs):
            said = exercise.say(known.reason, Seen(first.args, first.got, first.expected))
            if said or isinstance(first.got, Raised):
                return said or "", True
            return not_that_kind(first.got, first.expected, argument_names(exercise), first.args), True
        alike = [] if in_part else _alike(exercise, cases, theirs)
        if 3 * len(alike) >= max(2 * len(wrong), 3 * MANY) and sum(map(_n_telling, alike)) >= TELLING:
            in_part = exercise.say(known.reason, Seen(alike[0].args, alike[0].got, alike[0].expected)) or ""
    return in_part, False


def _does_the_same(exercise: Exercise, cases: Sequence[Case], theirs: list[Any]) -> bool:
    """Say whether a known answer returns the same in every case, up to the first error, which is the same too."""
    for case, their in zip(cases, theirs, strict=True):
        if isinstance(case.got, Raised) and isinstance(their, Raised):
            return case.got.what == their.what
        if isinstance(case.got, Raised) or not _is_like(exercise, case, their):
            return False
    return True


def _alike(exercise: Exercise, cases: Sequence[Case], theirs: list[Any]) -> list[Case]:
    """Return the wrong cases in which a known answer returns the same."""
    return [
        case
        for case, their in zip(cases, theirs, strict=False)
        if not case.is_right and not isinstance(case.got, Raised) and _is_like(exercise, case, their)
    ]


def _is_like(exercise: Exercise, case: Case, their: Any) -> bool:
    if isinstance(their, Raised):
        return False
    unpacked = as_asked(case.got, case.expected), as_asked(their, case.expected)
    if is_same(exercise, case.got, their) or is_same(exercise, *unpacked):
        return True
    if is_same(exercise, their, their):
        return False
    mine, theirs = leaves(case.got), leaves(their)  # it is no answer at all, and may be the same all the same
    return mine is not None and theirs is not None and close(mine, theirs)


def _n_telling(case: Case) -> int:
    """Return how many numbers are hardly the same by chance: those with decimals; of whole ones, all unlike but two."""
    return sum(max(0, np.unique(each).size - 2) if is_whole(each) else each.size for each in leaves(case.got) or [])


def is_same(exercise: Exercise, got: object, expected: object) -> bool:
    """Say whether an exercise takes two results for the same; what can't be compared is not the same."""
    both = not isinstance(got, Raised) and not isinstance(expected, Raised)
    return both and attempt(lambda: bool(exercise.same(got, expected))) is True
