"""A control on the page: ipywidgets that all show one value."""

from collections.abc import Callable
from threading import RLock

import ipywidgets as widgets

from coursekit.lab.controls import Checkbox, Control, Drawing, Dropdown, Moves, Slider, Value
from coursekit.notebook.numbers import read_number, write_number
from coursekit.notebook.playing import Play
from coursekit.notebook.words import to_html

_LABEL = {"description_width": "10em"}


class SliderKnob:
    """A slider, its number box and, where time passes, a play button.

    Parameters
    ----------
    control : Slider
        What it moves.
    moved : callable, () -> None
        Called after each move of the learner's.
    refused : callable, str -> None
        Told why what was typed can't be taken.
    """

    def __init__(self, control: Slider, moved: Callable[[], None], refused: Callable[[str], None]) -> None:
        self._control, self._moved, self._refused = control, moved, refused
        self._setting, self._one_at_a_time = False, RLock()  # play moves it from a thread of its own
        self.value: Value = control.start
        self._slider = widgets.IntSlider(
            value=control.position(control.start), min=0, max=control.last, description=control.label, readout=False,
            tooltip="", style=_LABEL,
        )  # fmt: skip
        self._box = widgets.Text(value=write_number(control.start), continuous_update=False)
        children = [self._slider, self._box]
        self._play = Play(self._step) if control.plays else None
        if self._play:
            children.append(self._play.widget)
        self.widget = widgets.HBox(children).add_class("coursekit-control")
        self._slider.observe(lambda change: self._take(control.at(change.new)), "value")
        self._box.observe(lambda change: self._typed(change.new), "value")

    def _typed(self, text: str) -> None:
        if self._setting:
            return
        try:
            self._take(read_number(text, self._control))
        except ValueError as error:
            self._refused(str(error))
        self.set(self.value)  # the box shows what stands

    def _step(self) -> bool:
        """Move one step on, from the end to the beginning; return whether it goes on from there."""
        last: int = self._control.last
        with self._one_at_a_time:
            position: int = (self._slider.value + 1) % (last + 1)
            self._take(self._control.at(position))
        return position < last

    def _take(self, value: Value) -> None:
        with self._one_at_a_time:
            if not self._setting and value != self.value:
                self.value = value
                self._moved()  # the picture first: it is what the eye waits for
                self.set(value)

    def set(self, value: Value) -> None:
        """Show a value in the slider and in the box, without calling it a move."""
        with self._one_at_a_time:
            self._setting = True
            self.value, self._box.value = value, write_number(value)
            self._slider.value = self._control.position(value)
            self._setting = False

    def rest(self) -> None:
        """Play no further."""
        if self._play:
            self._play.end()

    @property
    def model(self) -> dict[str, str]:
        """The model in the page that holds its position, and the attribute that does."""
        return {"model": self._slider.model_id, "attribute": "value"}

    @property
    def position(self) -> tuple[str, int]:
        """The name of the slider's model, and where it stands, or is about to: the picture comes first."""
        return self._slider.model_id, self._control.position(self.value)


class PlainKnob:
    """A drop-down or a checkbox.

    Parameters
    ----------
    control : Dropdown or Checkbox
        What it sets.
    moved : callable, () -> None
        Called after each move of the learner's.
    """

    def __init__(self, control: Dropdown | Checkbox, moved: Callable[[], None]) -> None:
        self._setting = False
        if isinstance(control, Dropdown):
            self.widget = widgets.Dropdown(
                options=list(control.options), value=control.start, description=control.label,
                tooltip="", style=_LABEL,
            )  # fmt: skip
        else:
            self.widget = widgets.Checkbox(value=control.start, description=control.label, style=_LABEL)
        self.widget.observe(lambda _: None if self._setting else moved(), "value")

    @property
    def model(self) -> dict[str, str]:
        """The model in the page that holds what is chosen, and how: by its number, or as a truth."""
        attribute = "truth" if isinstance(self.widget, widgets.Checkbox) else "index"
        return {"model": self.widget.model_id, "attribute": attribute}

    @property
    def value(self) -> Value:
        """What is chosen."""
        return self.widget.value

    def set(self, value: Value) -> None:
        """Show a value, without calling it a move."""
        self._setting = True
        self.widget.value = value
        self._setting = False


class MovesKnob:
    """A button for each thing to do, and one that takes the last back.

    Parameters
    ----------
    control : Moves
        What it sets.
    moved : callable, () -> None
        Called after each move of the learner's.
    """

    def __init__(self, control: Moves, moved: Callable[[], None]) -> None:
        self._control, self._moved = control, moved
        self.value: Value = control.start
        self._options = [self._button(option, option) for option in control.options]
        self._undo = self._button("Undo", None).add_class("coursekit-undo")
        label = widgets.HTML(f'<span class="coursekit-label">{to_html(control.label)}</span>')
        self.widget = widgets.HBox([label, *self._options, self._undo])
        self.widget.add_class("coursekit-buttons").add_class("coursekit-moves")
        self.set(self.value)

    def _button(self, text: str, option: str | None) -> widgets.Button:
        button = widgets.Button(description=text, layout={"width": "auto"})
        button.on_click(lambda _: self._take(self.value[:-1] if option is None else (*self.value, option)))
        return button

    def _take(self, value: tuple[str, ...]) -> None:
        self.set(value)
        self._moved()

    def set(self, value: Value) -> None:
        """Show what was done, without calling it a move."""
        self.value = value
        self._undo.disabled = not value
        allowed = self._control.allowed(value)
        for button in self._options:
            button.disabled = button.description not in allowed


class DrawingKnob:
    """The button that clears a drawing.

    Parameters
    ----------
    control : Drawing
        What it sets.
    moved : callable, () -> None
        Called when the sheet is cleared.
    """

    def __init__(self, control: Drawing, moved: Callable[[], None]) -> None:
        self.value: Value = control.start
        self._moved = moved
        self._clear = widgets.Button(description=f"Clear {control.label}", layout={"width": "auto"})
        self._clear.add_class("coursekit-clear").on_click(self._take_nothing)
        self.widget = self._clear
        self.set(self.value)

    def _take_nothing(self, _: object) -> None:
        self.set(())
        self._moved()

    def set(self, value: Value) -> None:
        """Take what is drawn now, without calling it a move."""
        self.value = value
        self._clear.disabled = not value


Knob = SliderKnob | PlainKnob | MovesKnob | DrawingKnob
_KNOBS: dict[type, Callable[..., Knob]] = {
    Dropdown: PlainKnob, Checkbox: PlainKnob, Moves: MovesKnob, Drawing: DrawingKnob,
}  # fmt: skip


def knob(control: Control, moved: Callable[[], None], refused: Callable[[str], None]) -> Knob:
    """Make the knob for a control.

    Parameters
    ----------
    control : Control
        What is declared.
    moved : callable, () -> None
        Called after each move of the learner's.
    refused : callable, str -> None
        Told why what was typed can't be taken.

    Returns
    -------
    SliderKnob, PlainKnob, MovesKnob or DrawingKnob
    """
    if isinstance(control, Slider):
        return SliderKnob(control, moved, refused)
    return _KNOBS[type(control)](control, moved)
