"""A play button whose time passes in the kernel: of two pages on one kernel, none can set the other's back."""

from collections.abc import Callable
from threading import Event, Thread

import ipywidgets as widgets

A_STEP = 0.15  # seconds


class Play:
    """A button that takes step after step until it is pressed again, or there are no more.

    Parameters
    ----------
    step : callable, () -> bool
        Takes a step, and says whether there is another.
    """

    def __init__(self, step: Callable[[], bool]) -> None:
        self._step, self._ended = step, Event()
        self._ended.set()
        self.widget = widgets.Button(icon="play", layout={"width": "32px"})
        self.widget.on_click(lambda _: self._begin() if self._ended.is_set() else self.end())

    def _begin(self) -> None:
        self._ended, self.widget.icon = Event(), "pause"
        Thread(target=self._go, args=(self._ended,), daemon=True).start()

    def end(self) -> None:
        """Take no further step."""
        self._ended.set()
        self.widget.icon = "play"

    def _go(self, ended: Event) -> None:
        while not ended.wait(A_STEP):
            if not self._step() and not ended.is_set():
                self.end()
