"""The parts of an explorer's task: each knows when it is reached, and what it means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from coursekit._checks import refuse
from coursekit.lab.controls import Value


@dataclass(frozen=True)
class Part:
    """Something that a learner is to find by moving an explorer's controls.

    Parameters
    ----------
    name : str
        What is found, in a few words: ``"the rate that arrives in one step"``.
    found : callable, (values by name, state) -> bool
        Whether it is reached. Of a training the last state counts.
    means : str
        What it means, in a sentence; nobody reads it before.
    at : mapping
        A setting at which it is reached; controls that it does not name stand where they start.

    Raises
    ------
    ValueError
        If ``at`` names nothing.
    """

    name: str
    found: Callable[[Mapping[str, Value], Any], bool]
    means: str
    at: Mapping[str, Value]

    def __post_init__(self) -> None:
        if not self.at:
            refuse("Part", "at", "name at least one control: no part is reached at the start", dict(self.at))
