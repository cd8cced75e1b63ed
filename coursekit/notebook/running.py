"""A training under the learner's hand: it can be started, held, let go on, and ended."""

from collections.abc import Callable, Mapping
from threading import Event

import ipywidgets as widgets

from coursekit.lab.controls import Value


class Run:
    """One way through an explorer's states.

    Parameters
    ----------
    values : mapping
        The controls' values, by name.
    held : bool
        Whether it stops after its first state until it is let go.
    """

    def __init__(self, values: Mapping[str, Value], *, held: bool) -> None:
        self.values, self.is_over, self._free = values, False, Event()
        if not held:
            self._free.set()

    def hold(self) -> None:
        """Stop after the state that is under way, until ``let_go``."""
        self._free.clear()

    def let_go(self) -> None:
        """Go on."""
        self._free.set()

    def end(self) -> None:
        """Go no further, ever."""
        self.is_over = True
        self._free.set()

    def goes_on(self) -> bool:
        """Wait as long as the run is held, then say whether another state is wanted."""
        self._free.wait()
        return not self.is_over


class Steering:
    """The two buttons of an explorer that waits: Start, which becomes Pause and Go on; and Stop.

    Parameters
    ----------
    begin : callable, () -> None
        Called to train from the beginning, when the run that was steered is over.
    """

    def __init__(self, begin: Callable[[], None]) -> None:
        self._begin, self._run = begin, Run({}, held=False)
        self._go = widgets.Button(description="Start", button_style="primary", layout={"width": "6em"})
        self._stop = widgets.Button(description="Stop", layout={"width": "6em"})
        self._go.on_click(self._pressed)
        self._stop.on_click(self._stopped)
        self._says = widgets.Label().add_class("coursekit-says")
        self.widget = widgets.HBox([self._go, self._stop, self._says]).add_class("coursekit-buttons")
        self.widget.add_class("coursekit-steering")
        self.follow(self._run)

    def follow(self, run: Run, *, going: bool = False) -> None:
        """Steer this run from now on, and show how it stands.

        Parameters
        ----------
        run : Run
            One that waits at its first state, or is over.
        going : bool, optional
            Whether it has been let go.
        """
        self._run = run
        self._go.description = "Pause" if going else "Start"
        self._stop.disabled = not going
        self._says.value = "training" if going else "over" if run.is_over else "waits for Start"

    def _stopped(self, _: object) -> None:
        self._run.end()
        self.follow(self._run)
        self._says.value = "stopped"

    def _pressed(self, _: object) -> None:
        if self._run.is_over:
            self._begin()
        elif self._go.description == "Pause":
            self._run.hold()
            self._go.description, self._says.value = "Go on", "paused"
        else:
            self._run.let_go()
            self.follow(self._run, going=True)
