"""What an answer depends on: something is moved, and the solution and the answer are asked again."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from coursekit.lab.asking import MOVED, N_MOVES, Asker, Path, differ, moved, paths
from coursekit.lab.evidence import Evidence, is_whole, leaves
from coursekit.lab.raised import Raised


def not_repeated(evidence: Evidence) -> str:
    """Say that the same arguments give another result each time, and to the solution the same one."""
    asker = Asker(evidence)
    twice = [[ask(asker.args(0)) for _ in range(2)] for ask in (asker.solution, asker.answer)]
    if any(isinstance(each, Raised) for pair in twice for each in pair):
        return ""
    differ_in = [differ(one, other, MOVED) for one, other in twice]
    return "With the same arguments, it returns something else each time." if differ_in == [False, True] else ""


def ignored(evidence: Evidence) -> str:
    """Name the arguments that move the solution and never the answer."""
    asker = Asker(evidence)
    names = [f"`{path.name}`" for path in paths(evidence) if _is_ignored(asker, path)]
    if not names:
        return ""
    if len(names) == len(paths(evidence)):
        return "Your result was the same in all calls, whatever the arguments."
    if len(names) == 1:
        return f"Your result ignores {names[0]}: it stays the same whatever {names[0]} is."
    return f"Your result ignores {', '.join(names[:-1])} and {names[-1]}: it stays the same whatever they are."


def _is_ignored(asker: Asker, path: Path) -> bool:
    matters = False
    for i in asker.numbers:
        for move in range(N_MOVES):
            if moved(path.get(asker.evidence.cases[i].args), move) is None:
                continue
            solution, answer = asker.moves(i, partial(_put_moved, path, move))
            if answer:
                return False
            matters |= solution
    return matters


def _put_moved(path: Path, move: int, args: tuple[Any, ...]) -> tuple[Any, ...]:
    return path.put(args, moved(path.get(args), move))


def mixes_lines(evidence: Evidence) -> str:
    """Say that rows or columns are mixed where the solution keeps them apart, or the other way round."""
    first = leaves(evidence.cases[0].expected) or []
    if isinstance(evidence.cases[0].expected, tuple) or all(map(is_whole, first)):  # which lines would not be clear
        return ""
    asker = Asker(evidence)
    for path in paths(evidence):
        for axis, line, others in ((0, "row", "rows"), (1, "column", "columns")):
            spread = {_spread(asker, path, axis, i) for i in asker.numbers} - {None}
            if spread == {(False, True)}:
                return (f"Each {line} of your result changes with the other {others} of `{path.name}`, and it should "
                        "not: look at what you compute with, and along which axis.")  # fmt: skip
            if spread == {(True, False)}:
                return (f"Each {line} of your result depends on the same {line} of `{path.name}` alone: the other "
                        f"{others} should count, too. Look at the axis along which you compute.")  # fmt: skip
    return ""


def _spread(asker: Asker, path: Path, axis: int, i: int) -> tuple[bool, bool] | None:
    """Say of the solution and of the answer whether one line of an argument changes other lines of the result."""
    case = asker.evidence.cases[i]
    value = path.get(case.args)
    if not isinstance(value, np.ndarray) or value.ndim != 2 or value.dtype.kind != "f" or value.shape[axis] < 2:
        return None
    n = value.shape[axis]

    def spreads(ask: Callable[[tuple[Any, ...]], Any], before: Any, far: float) -> bool | None:
        args = asker.args(i)
        other = path.get(args).copy()
        line = (0, slice(None)) if axis == 0 else (slice(None), 0)
        other[line] *= far * np.random.default_rng(0).uniform(0.5, 1.5, other[line].shape)
        return _others_change(before, ask(path.put(args, other)), axis, n)

    def ever(ask: Callable[[tuple[Any, ...]], Any], before: Any) -> bool | None:
        near, far = (spreads(ask, before, by) for by in (1, -50))  # far off, it is the largest or the least
        return None if near is None or far is None else near or far

    both = ever(asker.solution, case.expected), ever(asker.answer, case.got)
    return None if both[0] is None or both[1] is None else (both[0], both[1])


def _others_change(before: Any, after: Any, axis: int, n: int) -> bool | None:
    """Say whether more than the first line of a result has changed; None where it has no such lines."""
    old, new = leaves(before), None if isinstance(after, Raised) else leaves(after)
    if old is None or new is None or [a.shape for a in old] != [a.shape for a in new]:
        return None
    seen = None
    for a, b in zip(old, new, strict=True):
        along = axis if axis == 0 else -1
        if a.ndim == 0 or a.shape[along] != n or (a.ndim == 1 and axis == 1 and a.shape[0] != n):
            continue
        changed = ~np.isclose(a, b, rtol=1e-9, atol=1e-12, equal_nan=True)
        lines = np.flatnonzero(changed.any(axis=tuple(k for k in range(a.ndim) if k != along % a.ndim)))
        seen = bool(seen) or bool(np.any(lines > 0))
    return seen


def parts_left_out(evidence: Evidence) -> str:
    """Say that a part of an array or list plays no role that matters to the solution: its last row, for instance."""
    asker = Asker(evidence)
    for path in paths(evidence):
        value = path.get(evidence.cases[0].args)
        if not isinstance(value, list) and not (isinstance(value, np.ndarray) and value.ndim):
            continue
        used = {each for i in asker.numbers if (each := _parts_used(asker, path, i))}
        if len(used) != 1:
            continue
        part = "row" if isinstance(value, np.ndarray) and value.ndim > 1 else "entry"
        words = {
            (True, True, False): f"Your result ignores the last {part} of `{path.name}`.",
            (False, True, True): f"Your result ignores the first {part} of `{path.name}`.",
            (True, False, False): f"Of `{path.name}`, only the first {part} counts in your result.",
            (False, False, True): f"Of `{path.name}`, only the last {part} counts in your result.",
        }.get(next(iter(used)))
        if words:
            return words
    return ""


def _parts_used(asker: Asker, path: Path, i: int) -> tuple[bool, bool, bool] | None:
    """Say of the first, a middle and the last part whether the answer depends on it; None unless the solution does."""
    value = path.get(asker.evidence.cases[i].args)
    if len(value) < 3 or moved(value[0], 0) is None:
        return None
    places = sorted({round(k) for k in np.linspace(0, len(value) - 1, 8)})
    both = [[asker.moves(i, partial(_with_another_part, path, k, move)) for move in range(N_MOVES + 1)] for k in places]
    felt = [{answer for solution, answer in each if solution} for each in both]
    if any(len(each) != 1 for each in felt):  # the solution feels nothing, or the answer not everything
        return None
    first, *middle, last = (True in each for each in felt)
    return (first, middle[0], last) if len(set(middle)) == 1 else None


def _with_another_part(path: Path, k: int, move: int, args: tuple[Any, ...]) -> tuple[Any, ...]:
    value = path.get(args)
    near = moved(value[k], move) if move < N_MOVES else -50 * value[k]  # so far off that it is the largest or the least
    parts = [near if i == k else each for i, each in enumerate(value)]
    return path.put(args, np.array(parts, value.dtype) if isinstance(value, np.ndarray) else parts)
