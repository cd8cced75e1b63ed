"""Watching an explorer for the parts of its task, and keeping what was found."""

from collections.abc import Mapping
from typing import Any

from coursekit.lab.controls import Value
from coursekit.lab.explorer import Explorer
from coursekit.notebook.memory import Memory, lesson_of
from coursekit.notebook.restoring import fitting


class Finder:
    """What a learner has found in an explorer, and where its controls stood last.

    Parameters
    ----------
    explorer : Explorer
    memory : Memory
        Holds both from one sitting to the next.

    Attributes
    ----------
    found : list of str
        The names of the parts that were reached, in the order in which they were.
    """

    def __init__(self, explorer: Explorer, memory: Memory) -> None:
        self._explorer, self._memory, self._lesson = explorer, memory, lesson_of(explorer)
        self._place = f'the explorer "{explorer.title}"'
        names = memory.get(self._lesson, "tasks", explorer.name)
        known = {part.name for part in explorer.parts}
        self.found = [name for name in names if name in known] if isinstance(names, list) else []

    @property
    def at(self) -> dict[str, Value]:
        """Where the controls stood last, as far as they can still stand there; by name."""
        stored = self._memory.get(self._lesson, "controls", self._explorer.name)
        return fitting(self._explorer.controls, stored)

    @property
    def shown(self) -> list[list[str]]:
        """Name and meaning of each part that was found."""
        means = {part.name: part.means for part in self._explorer.parts}
        return [[name, means[name]] for name in self.found]

    def look(self, values: Mapping[str, Value], state: Any) -> bool:
        """Look for new parts in what a setting has led to; return whether there are any."""
        new = [
            part.name
            for part in self._explorer.parts
            if part.name not in self.found and part.found({**self._explorer.start, **values}, state)
        ]
        self.found += new
        if new:
            self._keep("tasks", self.found)
        if new and len(self.found) == len(self._explorer.parts):
            self._keep("explorers", True)
        return bool(new)

    def moved(self, values: Mapping[str, Value]) -> None:
        """Remember where the controls stand."""
        self._memory.put_soon(self._lesson, "controls", self._explorer.name, dict(values), at=self._place)

    def _keep(self, kind: str, value: Any) -> None:
        self._memory.put(self._lesson, kind, self._explorer.name, value, at=self._place)
