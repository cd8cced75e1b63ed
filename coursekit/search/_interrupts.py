"""Ctrl-C, put off for a moment: while a lock is held, or a line is half written."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let what stands inside come to its end before Ctrl-C counts; a second Ctrl-C counts at once."""
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(usual):
        yield  # nobody is interrupted here
        return
    came: list[tuple[int, Any]] = []

    def later(number: int, frame: Any) -> None:
        if came:
            usual(number, frame)
        came.append((number, frame))

    signal.signal(signal.SIGINT, later)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if came:
            usual(*came[0])
