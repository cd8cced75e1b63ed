"""The lessons, a folder each, named by the notebook's own phrase: what it measures, its explorers, its exercises.

``EXPLORERS``, ``EXERCISES`` and ``PREDICTIONS`` hold what all of them declare, by name. They are collected when they
are first asked for, so that opening one lesson does not import the others.
"""

import sys
from functools import cache
from typing import Any

from coursekit.lab.exercise import Exercise, Prediction
from coursekit.lab.explorer import Explorer
from coursekit.lab.registry import declared_in

EXPLORERS: dict[str, Explorer]
EXERCISES: dict[str, Exercise]
PREDICTIONS: dict[str, Prediction]

_DECLARED = {
    "EXPLORERS": (Explorer, "explore_*"),
    "EXERCISES": (Exercise, "exercises.*"),
    "PREDICTIONS": (Prediction, "exercises.*"),
}


@cache
def __getattr__(name: str) -> Any:
    if name not in _DECLARED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return declared_in(sys.modules[__name__], *_DECLARED[name])
