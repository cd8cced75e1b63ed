"""What a room declares, found by itself: nobody has to keep a list."""

import importlib
import pkgutil
from types import ModuleType
from typing import Protocol, TypeVar


class Named(Protocol):
    """Anything declared under a name."""

    @property
    def name(self) -> str:
        """What it is called."""


Declared = TypeVar("Declared", bound=Named)


def declared_in(room: ModuleType, kind: type[Declared]) -> dict[str, Declared]:
    """Collect everything of one kind that a room's files declare at their top level.

    Parameters
    ----------
    room : module
        The package to look through, such as ``coursekit.explorers``.
    kind : type
        What to collect.

    Returns
    -------
    dict
        Name to declaration, in the order of the names.

    Raises
    ------
    ValueError
        If two different declarations have one name.
    """
    found: dict[str, Declared] = {}
    for file in pkgutil.iter_modules(room.__path__):
        module = importlib.import_module(f"{room.__name__}.{file.name}")
        for thing in vars(module).values():
            if isinstance(thing, kind) and found.setdefault(thing.name, thing) is not thing:
                message = f"declared_in: name must be one declaration's alone; got {thing.name!r} twice."
                raise ValueError(message)
    return dict(sorted(found.items()))
