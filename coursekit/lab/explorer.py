"""What an explorer is: a declaration that the notebook room can show and a test can walk through."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from coursekit._checks import refuse
from coursekit.lab.controls import Control, Slider, Value
from coursekit.lab.frame import Frame, encode_png
from coursekit.lab.marks import Along
from coursekit.lab.picture import Picture
from coursekit.lab.task import Part


class Words(NamedTuple):
    """What a picture shows now, in words.

    Attributes
    ----------
    answer : str
        The number that answers the explorer's question; stands large.
    sentence : str
        One or two sentences, with the numbers: what somebody who can't see the picture needs.
    """

    answer: str
    sentence: str


class Touch(NamedTuple):
    """Where the pointer is that was pressed on the picture, in the units of the axes it was pressed in.

    Attributes
    ----------
    axes : int
        Their number in ``figure.axes``.
    x, y : float
        Here it is now; outside of the axes it counts as on their border.
    before : (float, float)
        There it was when it was last seen: a stroke goes from there to here.
    pressed : (float, float)
        There it was pressed, which tells what it has taken hold of.
    """

    axes: int
    x: float
    y: float
    before: tuple[float, float]
    pressed: tuple[float, float]


@dataclass(frozen=True)
class Explorer:
    """A question, the controls that a learner can move, and the picture and the words that follow them.

    Parameters
    ----------
    name : str
        Its name in the registry, words joined by hyphens.
    title : str
        The question that it answers.
    task : str
        What the learner is to reach or find by moving the controls.
    controls : sequence of Control
        In the order in which they stand.
    compute : callable, values by name -> state
        The math: plain values to a NamedTuple. Pure: the same values give the same state. If it takes time it is a
        generator of states, the last of which is what a still picture shows.
    picture : callable, () -> Picture
        Draws the still part once; the picture then follows each state.
    describe : callable, state -> Words
        Says what the state shows, with its numbers.
    quick : mapping, optional
        Arguments of ``compute`` beyond the controls that make it fast enough for a test of every end.
    waits : bool, optional
        Whether a slow explorer stops at its first state until the learner presses Start; they can then hold it, let it
        go on, and end it. Such a ``compute`` yields what there is before it begins, first.
    touch : callable, (Touch, values by name) -> new values by name, optional
        What a pointer on the picture sets. Whoever has none must reach the same by the controls.
    marks : sequence of Along, optional
        The axes that are controls: a pointer on them sets these, and reads them.
    parts : sequence of Part, optional
        The parts of the task, in its order.

    Raises
    ------
    ValueError
        If two controls or two parts have one name, a mark has that of none, or a fast explorer is to wait.
    """

    name: str
    title: str
    task: str
    controls: Sequence[Control]
    compute: Callable[..., Any]
    picture: Callable[[], Picture]
    describe: Callable[[Any], Words]
    quick: Mapping[str, Value] = field(default_factory=dict)
    waits: bool = False
    touch: Callable[[Touch, Mapping[str, Value]], Mapping[str, Value]] | None = None
    marks: Sequence[Along] = ()
    parts: Sequence[Part] = ()

    def __post_init__(self) -> None:
        if self.waits and not self.is_slow:
            refuse("Explorer", "waits", "be False where compute is no generator: there is nothing to start", self.waits)
        for argument in ("controls", "parts"):
            names = [each.name for each in getattr(self, argument)]
            if len(set(names)) < len(names):
                refuse("Explorer", argument, "have a name of their own each", ", ".join(names))
        names = [control.name for control in self.controls]
        strange = [mark.control for mark in self.marks if mark.control not in names]
        if strange:
            refuse("Explorer", "marks", f"name its controls, {', '.join(names)}", ", ".join(strange))

    @property
    def is_slow(self) -> bool:
        """Whether ``compute`` yields its states one by one."""
        return inspect.isgeneratorfunction(self.compute)

    @property
    def start(self) -> dict[str, Value]:
        """Where the controls stand at first, by name."""
        return {control.name: control.start for control in self.controls}

    def states(self, **values: Value) -> Iterator[Any]:
        """Yield the states on the way to the picture for these values; a fast explorer has one.

        Parameters
        ----------
        **values
            The controls that do not stand where they start, and anything else that ``compute`` takes.

        Yields
        ------
        state
        """
        result = self.compute(**{**self.start, **values})
        if self.is_slow:
            yield from result
        else:
            yield result

    def touched(self, touch: Touch, values: Mapping[str, Value]) -> dict[str, Value]:
        """Say what a pointer on the picture sets.

        Parameters
        ----------
        touch : Touch
            Where it is.
        values : mapping
            Where all controls stand, by name.

        Returns
        -------
        dict
            The controls to set, by name; a slider goes to the step that is nearest.
        """
        new = dict(self.touch(touch, values)) if self.touch else {}
        sliders = {control.name: control for control in self.controls if isinstance(control, Slider)}
        return {name: sliders[name].nearest(value) if name in sliders else value for name, value in new.items()}

    def still(self, **values: Value) -> tuple[bytes, Words]:
        """Draw the picture and say its words, for one setting of the controls.

        Parameters
        ----------
        **values
            As for ``states``.

        Returns
        -------
        png : bytes
        words : Words
        """
        *_, state = self.states(**values)
        return encode_png(Frame(self.picture(), scale=2).draw(state)), self.describe(state)
