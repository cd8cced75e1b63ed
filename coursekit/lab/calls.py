"""Calling a learner's function: whatever it does, the check goes on, and the solution stays what it is."""

import contextlib
import ctypes
import functools
import inspect
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from coursekit.lab.exercise import Exercise
from coursekit.lab.raised import Raised, TimeUp, describe_error

SECONDS = 8.0  # an answer that works longer than this, and much longer than the solution, is taken to run forever
_NUMPY = [  # as it was when this was imported
    (module, name, own)
    for module in (np, np.linalg, np.random)
    for name, own in vars(module).items()
    if not name.startswith("_")
]


class Run(NamedTuple):
    """What a function made of every case.

    Attributes
    ----------
    outcomes : list
        For each case a result, or Raised; it is shorter where time was up.
    damaged : tuple of str
        The names of the arguments that it changed.
    seconds : float
        How long it worked.
    """

    outcomes: list[Any]
    damaged: tuple[str, ...]
    seconds: float

    @property
    def error(self) -> Raised | None:
        """The first error, or None."""
        return next((outcome for outcome in self.outcomes if isinstance(outcome, Raised)), None)


def run_cases(exercise: Exercise, function: Callable[..., Any], *, limit: float | None = None) -> Run:
    """Call a function on every case of an exercise.

    Parameters
    ----------
    exercise : Exercise
        It knows the cases and what is looked at.
    function : callable
        A learner's, or a known one.
    limit : float, optional
        Seconds after which it is stopped; None: never.

    Returns
    -------
    Run
    """
    names, damaged = argument_names(exercise), set[str]()

    @functools.wraps(function)
    def watched(*args: Any, **options: Any) -> Any:
        before = settled(args)
        try:
            return function(*args, **options)
        finally:
            damaged.update(name for name, *pair in zip(names, before, args, strict=False) if not unchanged(*pair))

    began, outcomes = time.process_time(), list[Any]()
    for args in exercise.cases():
        left = None if limit is None else max(limit - time.process_time() + began, 0.01)
        outcomes.append(attempt(functools.partial(_outcome, exercise, watched, args), left))
        if isinstance(outcomes[-1], Raised) and outcomes[-1].is_late:
            break
    return Run(outcomes, tuple(name for name in names if name in damaged), time.process_time() - began)


def _outcome(exercise: Exercise, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    return settled(observed(exercise, function, args))


def observed(exercise: Exercise, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Return what an exercise looks at when a function is called."""
    return function(*args) if exercise.observe is None else exercise.observe(function, args)


def argument_names(exercise: Exercise) -> list[str]:
    """Return the names that the prompt gives to the arguments."""
    return list(inspect.signature(exercise.solution).parameters)


def attempt(call: Callable[[], Any], limit: float | None = None) -> Any:
    """Return what a call returns, or the error that ended it; only an interrupt from the keyboard goes through."""
    try:
        if limit is None:
            return call()
        with _time_limit(limit):
            return call()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - SystemExit, CancelledError, or whatever a learner's function raises
        return describe_error(error)


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeUp in the block when its time is up: on every system, in any thread, at the next line of Python.

    Seconds of work count, so that a busy machine refuses nobody; who only waits has eight times as long.
    """
    over, here = threading.Event(), ctypes.c_ulong(threading.get_ident())
    throw = ctypes.pythonapi.PyThreadState_SetAsyncExc

    def watch() -> None:
        worked, waited, allowed = time.process_time(), time.perf_counter(), (seconds, 8 * seconds)
        while not over.wait(0.05):
            if time.process_time() - worked > allowed[0] or time.perf_counter() - waited > allowed[1]:
                throw(here, ctypes.py_object(TimeUp))
                worked, waited, allowed = time.process_time(), time.perf_counter(), (0.2, 2.0)  # if it is swallowed

    watcher = threading.Thread(target=watch, daemon=True)
    try:
        watcher.start()
    except RuntimeError:  # there are no threads in a browser
        yield
        return
    try:
        yield
    finally:
        _end(watcher, over)


def _end(watcher: threading.Thread, over: threading.Event) -> None:
    """End a watcher, and let arrive what it threw last: taken back, Python 3.11 would wait for it for ever."""
    while True:
        try:
            over.set()
            watcher.join()
            for _ in range(2):
                pass  # at the end of a turn it arrives, if not before
        except TimeUp:
            continue
        return


@contextlib.contextmanager
def numpy_as_it_was() -> Iterator[list[str]]:
    """Undo, for a while, what a learner replaced in NumPy; yield the names of it."""
    replaced = [
        (module, name, module.__dict__[name], own)
        for module, name, own in _NUMPY
        if module.__dict__.get(name, own) is not own
    ]
    try:
        for module, name, _, own in replaced:
            setattr(module, name, own)
        yield [f"{module.__name__.replace('numpy', 'np')}.{name}" for module, name, *_ in replaced]
    finally:
        for module, name, theirs, _ in replaced:
            setattr(module, name, theirs)


def settled(value: Any) -> Any:
    """Copy the arrays of a result, so that a later call can't write over them."""
    match value:
        case np.ndarray() if value.dtype.kind != "O":
            return value.copy()
        case tuple() if hasattr(value, "_make"):  # a record: its fields keep their names
            return value._make(map(settled, value))
        case tuple() | list():
            return type(value)(map(settled, value)) if type(value) in (tuple, list) else value
        case dict() if type(value) is dict:
            return {key: settled(each) for key, each in value.items()}
        case _:
            with contextlib.suppress(Exception):  # while its time is counted: it may never end
                np.asarray(value)
            return value


def unchanged(before: Any, after: Any) -> bool:
    """Say whether what was passed in is what it was, bit by bit; only arrays, lists and dicts can tell."""
    match before:
        case np.ndarray() if before.dtype.kind in "biufc":
            return before.shape == after.shape and before.tobytes() == np.asarray(after).tobytes()
        case list() | tuple():
            return len(before) == len(after) and all(map(unchanged, before, after))
        case dict():
            return before.keys() == after.keys() and all(unchanged(before[key], after[key]) for key in before)
        case float() | int() | str():
            return type(before) is type(after) and (before == after or before != before)  # noqa: PLR0124 - nan
        case _:
            return True
