"""Open files that belong to this process alone: a child that it forks does not hold them.

A child that holds the end of a pipe keeps whoever reads the other end waiting for ever, and one that holds a file keeps
its lock. Programs that are started get none of them anyway; this is for what os.fork makes, as a loader of data does.
"""

import os

_mine: set[int] = set()


def keep(descriptor: int) -> int:
    """Make the file one that a forked child does not hold."""
    _mine.add(descriptor)
    return descriptor


def forget(descriptor: int) -> None:
    """Say that the file is closed, or about to be."""
    _mine.discard(descriptor)


def _give_up() -> None:
    """Put the null device in the place of each: the number stays taken, whoever closes it later."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in _mine:
        os.dup2(null, descriptor, inheritable=False)
    os.close(null)
    _mine.clear()


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_give_up)
