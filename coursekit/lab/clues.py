"""What is said of a wrong answer that nobody has met before: the first thing that holds in every call."""

import re
from collections.abc import Callable
from functools import partial

from coursekit.lab.at_a_value import would_be_right
from coursekit.lab.calls import attempt
from coursekit.lab.dependence import ignored, mixes_lines, not_repeated, parts_left_out
from coursekit.lab.digits import first_difference, not_finite, which_lines
from coursekit.lab.evidence import Evidence, wrong_pieces
from coursekit.lab.exercise import Seen
from coursekit.lab.laws import broken_law
from coursekit.lab.stand_ins import another_argument
from coursekit.lab.structure import (
    not_that_kind,
    other_arguments,
    other_count,
    other_kind,
    other_order,
    other_shape,
    turned,
)
from coursekit.lab.transforms import one_argument_alone, what_lies_between

Look = Callable[[Evidence], str]
BUILT_OTHERWISE: tuple[Look, ...] = (other_order, other_count, other_kind)
NAMES: tuple[Look, ...] = (
    other_arguments, not_repeated, not_finite, one_argument_alone, ignored, what_lies_between, another_argument,
    mixes_lines, parts_left_out, would_be_right, which_lines, turned,
)  # fmt: skip
LONGEST = 390


def what_is_wrong(evidence: Evidence) -> str:
    """Say what is wrong with an answer, as far as it can be seen from its results.

    Parameters
    ----------
    evidence : Evidence
        All of its calls; one at least is wrong.

    Returns
    -------
    str
        Only what holds in every call that is wrong, and never the solution.
    """
    if evidence.exercise.otherwise_first:
        return shown(evidence)
    if built := _first(BUILT_OTHERWISE, evidence):
        return built
    shape, clue = _first((other_shape,), evidence), _first(NAMES, evidence)
    if not clue and evidence.reason:
        return evidence.reason
    law = "" if clue or shape else _first((broken_law,), evidence)
    parts = [shape, clue] if shape else [clue or which_part(evidence), law, shown(evidence)]
    said = " ".join(part for part in parts if part)
    return said if len(said) <= LONGEST else next(part for part in parts if part)


def _first(looks: tuple[Look, ...], evidence: Evidence) -> str:
    """Return what the first look has to say; one that fails on something odd has nothing to say."""
    for look in looks:
        said = attempt(partial(look, evidence))
        if said and isinstance(said, str):
            return said
    return ""


def which_part(evidence: Evidence) -> str:
    """Say which of several values are right."""
    places = [piece.place for piece in wrong_pieces(evidence)]
    if not places or not places[0]:
        return ""
    n = len(evidence.cases[0].expected)
    if len(places) == n or n > 6:
        return ""
    which = f"{', '.join(places[:-1])} and {places[-1]}" if len(places) > 1 else places[0]
    which = re.sub(rf" of your {n} values(?=,| and)", "", which)
    return f"{which[0].upper()}{which[1:]} {'is' if len(places) == 1 else 'are'} wrong, the rest is right."


def shown(evidence: Evidence) -> str:
    """Return the exercise's own words with the numbers, or plain numbers where those would show no difference."""
    case = evidence.wrong[0]
    exercise, otherwise = evidence.exercise, evidence.exercise.otherwise
    seen = Seen(case.args, case.got, case.expected)
    said = exercise.say(otherwise, seen)
    if said is None:
        return not_that_kind(case.got, case.expected, evidence.names, case.args)
    if (
        (isinstance(otherwise, str) and "{" not in otherwise)
        or said == exercise.say(otherwise, seen._replace(got=case.expected))
        or shows_one_number_twice(said)
    ):
        return first_difference(evidence) or said
    return said


def shows_one_number_twice(text: str) -> bool:
    """Say whether a text sets a number against the same number.

    Examples
    --------
    >>> shows_one_number_twice("It makes 0.02; expected 0.02."), shows_one_number_twice("It makes 3; expected 4.")
    (True, False)
    """
    return bool(re.search(r"(-?\d[\d.e-]*)\D{0,3}; (?:it should be|expected) \1(?![\d])", text))
