"""How an answer is built: how many values, in which order, of which kind and shape; and its arguments' order."""

import inspect
from itertools import permutations
from typing import Any

import numpy as np

from coursekit.lab.evidence import (
    ORDINALS,
    Evidence,
    as_asked,
    brief,
    close,
    dimensions,
    leaves,
    parts_of,
)


def other_arguments(evidence: Evidence) -> str:
    """Say that the arguments stand in another order than in the prompt."""
    try:
        theirs = list(inspect.signature(evidence.answer).parameters)
    except (TypeError, ValueError):
        return ""
    if theirs == evidence.names or sorted(theirs) != sorted(evidence.names):
        return ""
    asked, yours = ", ".join(evidence.names), ", ".join(theirs)
    return f"It is called with `({asked})`; your arguments stand in another order, `({yours})`."


def other_count(evidence: Evidence) -> str:
    """Say that there are more or fewer values than were asked for, and which of them are right."""
    wanted = parts_of(evidence.cases[0].expected)
    counts = {_n_values(case.got) for case in evidence.cases}
    unlike = any(leaves(case.got) is None or _is_another_kind(case.got, case.expected) for case in evidence.cases)
    if len(counts) > 1 or counts == {wanted} or unlike:
        return ""
    (n,) = counts
    if n is None:
        return _one_of_many(evidence, wanted or 0)
    if wanted is None:
        right = [
            ORDINALS[i] for i in range(min(n, 10)) if all(_like(case.got[i], case.expected) for case in evidence.cases)
        ]
        return f"You return {n} values where one is asked for" + (
            f": your {right[0]} is the right one." if right else "."
        )
    right = [
        ORDINALS[i] for i in range(min(n, 10))
        if any(all(_like(case.got[i], case.expected[j]) for case in evidence.cases) for j in range(wanted))
    ]  # fmt: skip
    which = f"; your {' and '.join(right)} {'is' if len(right) == 1 else 'are'} among them" if right else ""
    return f"You return {n} value{'s' if n > 1 else ''} where {wanted} are asked for{which}."


def _n_values(value: Any) -> int | None:
    """Say how many values came: a list of arrays that fit into no single one is several, too."""
    is_several = isinstance(value, list) and len(leaves(value) or []) > 1
    return len(value) if is_several else parts_of(value)


def _one_of_many(evidence: Evidence, wanted: int) -> str:
    for i in range(min(wanted, 10)):
        if all(_like(case.got, case.expected[i]) for case in evidence.cases):
            return f"You return one value where {wanted} are asked for: yours is the {ORDINALS[i]} of them."
    return f"You return one value where {wanted} are asked for."


def other_order(evidence: Evidence) -> str:
    """Say that the values are right, one by one, and stand in another order or inside one another."""
    cases = evidence.cases
    n = parts_of(cases[0].expected)
    if n is None or n < 2:
        return ""
    if any(parts_of(case.got) != n for case in cases):
        flat = [(_flat(case.got), _flat(case.expected)) for case in cases]
        nested = all(a is not None and b is not None and close(a, b) for a, b in flat)
        return (
            f"The values are right, but some stand inside another tuple or list: return {n} side by side."
            if nested
            else ""
        )
    fits = [[all(_like(case.got[i], case.expected[j]) for case in cases) for j in range(n)] for i in range(n)]
    if n > 6 or all(fits[i][i] for i in range(n)):
        return ""
    order = next((order for order in permutations(range(n)) if all(fits[i][j] for i, j in enumerate(order))), None)
    if order is None:
        return ""
    if n == 2:
        return "Your two values are right, in the wrong order."
    moved = next(i for i in range(n) if order[i] != i)
    return (
        f"Your {n} values are right, in another order: your {ORDINALS[moved]} should be the {ORDINALS[order[moved]]}."
    )


def other_kind(evidence: Evidence) -> str:
    """Say that something else than numbers came, or values that can't be unpacked as was asked."""
    for args, got, expected, _ in evidence.wrong:
        unlike = leaves(as_asked(got, expected)) is None or _is_another_kind(got, expected)
        if leaves(expected) is not None and unlike:
            if isinstance(got, tuple) and any(each is None for each in got):
                place = next(i for i, each in enumerate(got) if each is None)
                return f"The {ORDINALS[min(place, 9)]} of the values that you return is `None`."
            return not_that_kind(got, expected, evidence.names, args)
    return ""


def not_that_kind(got: Any, expected: Any, names: list[str], args: tuple[Any, ...]) -> str:
    """Say what came, and what was asked for."""
    return (
        f"It returns {brief(got)}, which is not the kind of thing that was asked for: {wanted(expected, names, args)}."
    )


def other_shape(evidence: Evidence) -> str:
    """Say in words that the shape is another one, and what its axes are."""
    for args, got, expected, _ in evidence.wrong:
        pairs = [(got, expected)] if parts_of(expected) is None else list(zip(got, expected, strict=False))
        for i, (mine, theirs) in enumerate(pairs):
            a, b = leaves(mine), leaves(theirs)
            if a is not None and b is not None and (len(a) != len(b) or [x.shape for x in a] != [x.shape for x in b]):
                whose = "It returns" if len(pairs) == 1 else f"The {ORDINALS[min(i, 9)]} of your {len(pairs)} values is"
                came, asked = (f"{wanted(each, evidence.names, args)}," for each in (mine, theirs))
                came, asked = (text if ", one per " in text else text.rstrip(",") for text in (came, asked))
                return f"{whose} {came} where {asked} was expected."
    return ""


def turned(evidence: Evidence) -> str:
    """Say that the axes stand the other way round, whatever is in them."""
    for _, got, expected, _ in evidence.wrong:
        mine, theirs = np.shape(got), np.shape(expected)
        if len(mine) < 2 or mine == theirs or mine != theirs[::-1]:
            return ""
    return "Rows and columns have changed places."


def wanted(value: Any, names: list[str], args: tuple[Any, ...]) -> str:
    """Describe a result by its kind and its shape: "an array of shape (3,), a number per row of `X`"."""
    if isinstance(value, tuple):
        return f"{len(value)} values"
    arrays = leaves(value)
    if arrays is None:
        return f"a {type(value).__name__}"
    if len(arrays) != 1:
        return f"{len(arrays)} arrays"
    shape = arrays[0].shape
    if not shape:
        return "True or False" if arrays[0].dtype == bool else "a single number"
    if len(shape) == 1:
        lengths = [each for each in dimensions(names, args) if each.length == shape[0]]
        if len({(each.unit, each.of) for each in lengths}) == 1:
            return f"an array of shape {shape}, one per {lengths[0].unit} of {lengths[0].of}"
    return f"an array of {'True and False, of ' if arrays[0].dtype == bool else ''}shape {shape}"


def _is_another_kind(got: Any, expected: Any) -> bool:
    return isinstance(got, dict) != isinstance(expected, dict)


def _like(got: Any, expected: Any) -> bool:
    a, b = leaves(as_asked(got, expected)), leaves(expected)
    return a is not None and b is not None and close(a, b)


def _flat(value: Any) -> list[Any] | None:
    if isinstance(value, tuple | list):
        inner = [_flat(each) for each in value]
        return None if any(each is None for each in inner) else [leaf for each in inner for leaf in each or []]
    found = leaves(value)
    return None if found is None or np.size(found[0]) == 0 else found
