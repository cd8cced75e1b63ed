"""What a room declares, found by itself: nobody has to keep a list."""

import importlib
import pkgutil
from fnmatch import fnmatch
from types import ModuleType
from typing import Protocol, TypeVar


class Named(Protocol):
    """Anything declared under a name."""

    @property
    def name(self) -> str:
        """What it is called."""


Declared = TypeVar("Declared", bound=Named)


def declared_in(room: ModuleType, kind: type[Declared], where: str = "*") -> dict[str, Declared]:
    """Collect everything of one kind that a room's files declare at their top level.

    Parameters
    ----------
    room : module
        The package to look through, such as ``coursekit.lessons``: its own modules, and those of the packages in it.
    kind : type
        What to collect.
    where : str, optional
        The modules that may declare it, by a pattern of their name behind a package's: ``"explore_*"``.

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
    for file in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        if file.ispkg or not any(fnmatch(file.name, f"{room.__name__}.{front}{where}") for front in ("", "*.")):
            continue
        module = importlib.import_module(file.name)
        for thing in vars(module).values():
            if isinstance(thing, kind) and found.setdefault(thing.name, thing) is not thing:
                message = f"declared_in: name must be one declaration's alone; got {thing.name!r} twice."
                raise ValueError(message)
    return dict(sorted(found.items()))
