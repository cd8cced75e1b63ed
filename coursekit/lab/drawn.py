"""Right values that were not drawn as they should be: from ``rng``, or from ``seed``, each by itself."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from coursekit.lab.calls import argument_names, attempt, numpy_as_it_was, observed, settled
from coursekit.lab.evidence import close, leaves
from coursekit.lab.exercise import Exercise


def not_as_drawn(exercise: Exercise, answer: Callable[..., Any]) -> str:
    """Say why values that are spread as they should be are no draws, or can't be drawn again.

    Parameters
    ----------
    exercise : Exercise
        Only where the solution takes an ``rng`` or a ``seed``, and returns something else for another one.
    answer : callable
        A function that returns right values.

    Returns
    -------
    str
        "" if nothing is wrong.
    """
    args = exercise.cases()[0]
    names = argument_names(exercise)
    i = next((i for i, arg in enumerate(args) if isinstance(arg, np.random.Generator)), None)
    if i is None and "seed" in names:
        i = names.index("seed")
    if i is None:
        return ""

    source = f"`{names[i]}`"

    def draw(function: Callable[..., Any], seed: int) -> Any:
        fresh = exercise.cases()[0]
        another = np.random.default_rng(seed) if isinstance(args[i], np.random.Generator) else seed
        return settled(observed(exercise, function, (*fresh[:i], another, *fresh[i + 1 :])))

    with numpy_as_it_was():
        theirs = [attempt(partial(draw, exercise.solution, seed)) for seed in (0, 1)]
    if _equal(*theirs):
        return ""
    one, other, again = (draw(answer, seed) for seed in (0, 1, 0))
    if _equal(one, other):
        where = "where does it come in?" if names[i] == "seed" else f"they are laid out, not drawn. Draw from {source}."
        return f"With another {source} it returns the same values: {where}"
    if not _equal(one, again):
        what = "Make the generator from it." if names[i] == "seed" else f"Draw from {source}, not from `np.random`."
        return f"With the same {source} it returns other values each time. {what}"
    return _not_one_by_one(one, other, theirs[0], source) if np.ndim(one) == 1 else ""


def _not_one_by_one(one: Any, other: Any, wanted: Any, source: str) -> str:
    """Say that values are laid out and shuffled, or drawn and sorted."""
    if _dealt_out(np.asarray(one), np.asarray(other)):
        return (f"With another {source} it returns the same values in another order: they are laid out and shuffled. "
                "Draw each of them by itself.")  # fmt: skip
    if _in_order(one) and not _in_order(wanted):
        return ("They are the right values, and they come in order. A search that is stopped half-way has seen one end "
                "only: leave them as they were drawn.")  # fmt: skip
    return ""


def _equal(one: Any, other: Any) -> bool:
    mine, theirs = leaves(one), leaves(other)
    return mine is not None and theirs is not None and close(mine, theirs)


def _in_order(sample: Any) -> bool:
    """Say whether many values, hardly two of them alike, are sorted, one way or the other."""
    steps = np.diff(np.asarray(sample, float))
    return len(steps) > 20 and np.mean(steps == 0) < 0.5 and bool(np.all(steps >= 0) or np.all(steps <= 0))


def _dealt_out(one: Any, other: Any) -> bool:
    """Say whether two samples are the same values but for their order, or each value comes equally often in both."""
    if len(one) < 100 or len(one) != len(other):
        return False
    if np.array_equal(np.sort(one), np.sort(other)):
        return True
    counts = [np.unique(sample, return_counts=True)[1] for sample in (one, other)]
    return all(np.ptp(each) <= 1 < each.min() for each in counts)
