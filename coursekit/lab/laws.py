"""Laws that the right result keeps and the answer breaks: what is doubled, moved, turned or put in another order."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.lab.asking import Asker, Path, paths
from coursekit.lab.evidence import ORDINALS, Evidence, close, is_whole, leaves, parts_of
from coursekit.lab.raised import Raised

_CHANGES: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("If {} is doubled", lambda x: 2 * x),
    ("If {} changes its sign", lambda x: -x),
    ("If 1 is added to {} everywhere", lambda x: x + 1),
    ("If the rows of {} change places", lambda x: np.roll(x, 1, axis=0) if x.ndim == 2 else None),
    ("If the columns of {} change places", lambda x: np.roll(x, 1, axis=1) if x.ndim == 2 else None),
)
_EFFECTS: tuple[tuple[str, Callable[[NDArray[Any]], Any]], ...] = (
    ("stay the same", lambda x: x), ("double", lambda x: 2 * x), ("halve", lambda x: x / 2),
    ("become 4 times as large", lambda x: 4 * x), ("become a quarter", lambda x: x / 4),
    ("change its sign", lambda x: -x), ("grow by 1", lambda x: x + 1),
)  # fmt: skip


class Effects(NamedTuple):
    """What a change does to the right result and to the answer's, in one call; "" is nothing that has a name."""

    right: str
    theirs: str


NO_EFFECTS = Effects("", "")


def broken_law(evidence: Evidence) -> str:
    """Say what a change of an argument does to the right result in every call, and not to this one."""
    k = _wrong_part(evidence)
    whole = all(is_whole(each) for case in evidence.cases for each in leaves(_part(case.expected, k)) or [])
    if evidence.is_random or whole:
        return ""
    asker, subject = Asker(evidence), "the right result" if k is None else f"the right {ORDINALS[min(k, 9)]} value"
    for path in paths(evidence):
        for words, change in _CHANGES:
            there = [_effects(asker, path, change, i, k) for i in asker.numbers]
            law = there[0].right
            if not law or any(each.right != law for each in there):
                continue
            theirs = {there[i].theirs for i in asker.numbers if not evidence.cases[i].is_right}
            if not theirs or law in theirs:
                continue
            yours = f"yours would {theirs.pop()}" if len(theirs) == 1 and "" not in theirs else "yours would not"
            return f"{words.format(f'`{path.name}`')}, {subject} would {law}; {yours}."
    return ""


def _wrong_part(evidence: Evidence) -> int | None:
    """Return the place of the first value that is wrong, where several are asked for."""
    n = parts_of(evidence.cases[0].expected)
    if n is None or any(parts_of(case.got) != n for case in evidence.cases):
        return None
    return next((i for i in range(n) if not all(evidence.alike(c.got[i], c.expected[i]) for c in evidence.wrong)), None)


def _part(result: Any, k: int | None) -> Any:
    return result if k is None or parts_of(result) is None else result[k]


def _effects(asker: Asker, path: Path, change: Callable[[Any], Any], i: int, k: int | None) -> Effects:
    case = asker.evidence.cases[i]
    value = path.get(case.args)
    if not (isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f")):
        return NO_EFFECTS
    changed = change(np.asarray(value, float))
    if changed is None:
        return NO_EFFECTS
    put = partial(path.put, value=changed if isinstance(value, np.ndarray) else float(changed))
    right = _effect(case.expected, asker.solution(put(asker.args(i))), k)
    return Effects(right, _effect(case.got, asker.answer(put(asker.args(i))), k)) if right else NO_EFFECTS


def _effect(before: Any, after: Any, k: int | None) -> str:
    """Name what has become of a result, or of one of its values, if it is the same for all of the numbers."""
    old, new = leaves(_part(before, k)), None if isinstance(after, Raised) else leaves(_part(after, k))
    if old is None or new is None or not all(np.isfinite(each).all() and np.any(each) for each in old):
        return ""
    return next((words for words, effect in _EFFECTS if close(new, [np.asarray(effect(each)) for each in old])), "")
