"""``show``: an explorer on the page, live where a kernel runs, a picture with its words where none does."""

import base64
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Any

import ipywidgets as widgets
from IPython.display import display

from coursekit._checks import refuse
from coursekit.lab.controls import Drawing, Value
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.frame import Frame, encode_png
from coursekit.lab.marks import readable, sheet_of
from coursekit.lab.picture import Picture
from coursekit.lab.strokes import Strokes
from coursekit.notebook.finding import Finder
from coursekit.notebook.knobs import DrawingKnob, PlainKnob, SliderKnob, knob
from coursekit.notebook.layout import laid_out
from coursekit.notebook.memory import memory
from coursekit.notebook.pointer import Pointer
from coursekit.notebook.running import Run, Steering
from coursekit.notebook.views import PanelState, group
from coursekit.notebook.words import to_html

REST = 1.0  # seconds without a move after which the next one leaves a ghost of the picture as it was


class Panel:
    """An explorer's controls, its live picture and the words beneath.

    Parameters
    ----------
    explorer : Explorer
        What to show. Its first state is computed and drawn at once; the first of all, or where it was left.
    """

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.drawn = explorer.picture()
        self._strokes = Strokes(self.drawn)
        self._finder = Finder(explorer, memory)
        self.knobs = {control.name: knob(control, self._moved, self._refused) for control in explorer.controls}
        self.state = self._first_state()
        self._strokes.draw(self.state)
        self.reset = widgets.Button(description="Reset", tooltip="Set every control back to where it started")
        self.reset.on_click(lambda _: self.start_again())
        self.reset.add_class("coursekit-reset")
        self.steering = Steering(lambda: self._moved(begun=True))
        self.view = PanelState(self._strokes, explorer.describe(self.state), label=explorer.title,
                               pen=self._pen(), heard=self._positions(), marks=self._marks(),
                               n_parts=len(explorer.parts), found=self._finder.shown)  # fmt: skip
        self.view.observe(lambda change: self._touched(*change.new), "touched")
        heading = widgets.HTML(
            f"<strong>{to_html(explorer.title)}</strong><br><strong>Your task:</strong> {to_html(explorer.task)}"
        )
        buttons = [each.widget for each in self.knobs.values() if isinstance(each, DrawingKnob)]
        controls = [each.widget for each in self.knobs.values() if each.widget not in buttons]
        steering = [self.steering.widget] if explorer.waits else []
        laid = laid_out(controls, [*steering, *buttons, self.reset])
        self.widget = group([heading, laid], state=self.view, kind="panel")
        self._pointer = Pointer(self._strokes)
        self._drawing, self._run, self._last_move = Lock(), Run(self.values, held=False), time.monotonic()
        self._run.end()
        self._before_next: list[Callable[[], None]] = []  # what happens to the ghost before the next drawing

    def _first_state(self) -> Any:
        """Put the controls where they were left, and compute what they lead to; where that fails, at their start."""
        try:
            for name, value in self._finder.at.items():
                self.knobs[name].set(value)
            *_, state = self.explorer.states(**self.values)
        except Exception:
            if self.values == self.explorer.start:
                raise
            for name, value in self.explorer.start.items():
                self.knobs[name].set(value)
            *_, state = self.explorer.states()
        return state

    def _pen(self) -> dict[str, Any]:
        """Say where the sheet is that is drawn on, in pixels; nothing where there is none."""
        drawings = [control for control in self.explorer.controls if isinstance(control, Drawing)]
        return {} if not drawings or not self.explorer.touch else sheet_of(drawings[0], self.drawn.figure)

    def _marks(self) -> list[dict[str, Any]]:
        """Say what a pointer on the picture sets, in the page itself: models of sliders, drop-downs and checkboxes."""
        controls = {control.name: control for control in self.explorer.controls}
        marks = ((mark, self.knobs[mark.control]) for mark in self.explorer.marks)
        return [
            {**readable(mark, controls[mark.control], self.drawn.figure), **each.model}
            for mark, each in marks
            if isinstance(each, SliderKnob | PlainKnob)
        ]

    @property
    def words(self) -> Words:
        """What stands beneath the picture."""
        return Words(self.view.answer, self.view.sentence)

    def _positions(self) -> dict[str, int]:
        """Where the sliders stand, so that no click overtakes them."""
        return dict(each.position for each in self.knobs.values() if isinstance(each, SliderKnob))

    @property
    def values(self) -> dict[str, Value]:
        """Where the controls stand, by name."""
        return {name: each.value for name, each in self.knobs.items()}

    def start_again(self) -> None:
        """Set every control back, and show what there was at the start; one that waits, before any training."""
        for control in self.explorer.controls:
            each = self.knobs[control.name]
            if isinstance(each, SliderKnob):
                each.rest()
            each.set(control.start)
        self.begin_anew()

    def begin_anew(self) -> None:
        """Show what the controls lead to, without a trace of what was before; one that waits, before any training."""
        self._before_next.append(self._strokes.forget_ghost)
        self._last_move = time.monotonic()
        self._moved()

    def _refused(self, why: str) -> None:
        self.view.put_error(why)

    def _touched(self, press: float, first: float, *numbers: float) -> None:
        values, new = dict(self.values), dict[str, Value]()
        with self._errors_said():
            points = list(zip(numbers[::2], numbers[1::2], strict=True))
            for touch in self._pointer.follow(press, int(first), points):
                new |= self.explorer.touched(touch, values | new)
            for name, value in new.items():
                self.knobs[name].set(value)
            if new:
                self._moved()
        self.view.inked = list(self._pointer.seen)

    def _moved(self, *, begun: bool = False) -> None:
        now = time.monotonic()
        if now - self._last_move > REST:
            self._before_next.append(self._strokes.leave_ghost)
        self._last_move = now
        self._run.end()
        self._finder.moved(self.values)
        self._run = run = Run(self.values, held=self.explorer.waits and not begun)
        if self.explorer.waits:
            self.steering.follow(run, going=begun)
        if self.explorer.is_slow:  # on a thread of its own, or the next move could not be heard
            self.view.put_heard(self._positions())
            Thread(target=self._follow, args=(run,), daemon=True).start()
        else:
            with self.view.hold_sync():  # in the picture's message
                self.view.put_heard(self._positions())
                self._follow(run)

    def _follow(self, run: Run) -> None:
        with self._drawing, self._errors_said():  # one training at a time; whoever is out of date by then leaves
            if not run.is_over:
                while self._before_next:
                    self._before_next.pop(0)()
                for state in self.explorer.states(**run.values):
                    if run.is_over:
                        return
                    self._draw(state)
                    if not run.goes_on():
                        return
                if self._finder.look(run.values, state):
                    self.view.put_found(self._finder.shown)
        if run is self._run:
            run.end()
            if self.explorer.waits:
                self.steering.follow(run)

    @contextmanager
    def _errors_said(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - the learner reads it in the panel, the last good picture stays
            self.view.put_error(f"{type(error).__name__}: {error}")

    def _draw(self, state: Any) -> None:
        words = self.explorer.describe(state)
        self._strokes.draw(state)
        self.view.put(self._strokes, *words, progress=getattr(state, "progress", 1.0))


def show(explorer: Explorer) -> None:
    """Put an explorer on the page.

    Two outputs: the panel, which without a kernel is a still picture with a text alternative; and the words beneath it,
    which are Markdown then. Both carry deterministic plain text, so that nbval compares every number in it.

    Parameters
    ----------
    explorer : Explorer
        Such as ``SAMPLING_SCALE`` of ``coursekit.lessons.pick_the_right_scale.explore_scales``.

    Raises
    ------
    TypeError
        If it is not an explorer.
    """
    if not isinstance(explorer, Explorer):
        refuse(
            "show", "explorer", "be an Explorer, one of coursekit.lessons.EXPLORERS", repr(explorer), error=TypeError
        )
    panel = Panel(explorer)
    memory.say_news()
    settings = settings_in_words(explorer, panel.values)
    answer, sentence = panel.words
    png, about = still_picture(panel.drawn, panel.state, panel.view.alt)
    display_with(panel.widget, {**png, "text/plain": f"{explorer.title}\n({settings})"},
                 about | declared(show=explorer.name))  # fmt: skip
    drawn = f"Drawn for {settings}. Run the notebook to move it; your task then: {explorer.task}"
    markdown = f"**{explorer.title}**\n\n**{answer}**\n\n{sentence}\n\n*{drawn}*"
    words = {"text/markdown": markdown, "text/plain": f"{answer}. {sentence}"}
    nothing = widgets.Box(layout={"display": "none"})  # live, the words stand in the panel
    display_with(nothing, words, declared(words=explorer.name))
    if explorer.waits:
        panel.begin_anew()


def settings_in_words(explorer: Explorer, values: Mapping[str, Value]) -> str:
    """Say where the controls stand: ``"learning rate 0.3, steps 10"``."""
    return ", ".join(_said(control.label, values[control.name]) for control in explorer.controls)


def _said(label: str, value: Value) -> str:
    if isinstance(value, tuple):
        return f"{label}: {len(value) or 'nothing'} {'so far' if value else 'yet'}"
    return f"{label} {value}"


def still_picture(picture: Picture, state: object, alt: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Draw a picture as what ``display`` takes: twice as fine as it stands on the page.

    Parameters
    ----------
    picture : Picture
    state : object
        What its ``move`` takes.
    alt : str
        What it shows, for who can't see it.

    Returns
    -------
    data, metadata : dict
        By MIME type.
    """
    dpi, (width, height) = picture.figure.dpi, picture.figure.bbox.size
    png = encode_png(Frame(picture, scale=2).draw(state))
    picture.figure.set_dpi(dpi)  # a panel goes on with it
    about = {"alt": alt, "width": round(width), "height": round(height)}
    return {"image/png": base64.b64encode(png).decode()}, {"image/png": about}


def declared(**what: str) -> dict[str, Any]:
    """Say in an output's metadata which declaration it shows, so that whoever makes a page of it need not read code."""
    return {"coursekit": what}


def display_with(widget: widgets.Widget, instead: dict[str, str], metadata: dict[str, Any] | None = None) -> None:
    """Display a widget, with what stands in its place where there is no kernel.

    Parameters
    ----------
    widget : Widget
        What shows where a kernel runs.
    instead : dict
        MIME type to content, for everybody else.
    metadata : dict, optional
        MIME type to metadata, such as a picture's text alternative.
    """
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    live = {"application/vnd.jupyter.widget-view+json": view}
    display({**live, **instead}, metadata=metadata or {}, raw=True)
