"""What ipywidgets lacks: a picture with words for who can't see it, the words beneath it, and controls open to all."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets

from coursekit.lab.strokes import Strokes

_HERE = Path(__file__).parent
MODULES = ("ground.js", "player.js", "words.js", "found.js", "layout.js", "status.js", "marks.js", "pen.js",
           "access.js", "panel.js")  # fmt: skip
_IMPORT = re.compile(r"^import .*\n", re.MULTILINE)


def one_module(*names: str) -> str:
    """Write several modules as one: anywidget loads a single text, which can't import what lies beside it."""
    return "\n".join(_IMPORT.sub("", (_HERE / name).read_text(encoding="utf-8")) for name in names)


class GroupState(widgets.Widget):  # type: ignore[misc] # it ships no types
    """What stands behind a group of controls.

    Parameters
    ----------
    label : str
        What a screen reader calls the group.
    """

    label = traitlets.Unicode("").tag(sync=True)


class PanelState(GroupState):
    """What a panel shows: its picture as strokes, and its words. All of it is there from the start.

    Parameters
    ----------
    strokes : Strokes
        The picture, which has been drawn.
    words : (str, str)
        The answer and the sentence.
    label : str
        What a screen reader calls the panel.

    Attributes
    ----------
    size, columns : list of int
        Of the picture, in pixels; where it can be cut on a narrow page.
    alphabet, still, ghost, moving_0, moving_1, ... : str
        The picture's strokes, as JSON. Each artist has a name of its own, so that a move sends only what has changed.
    pen : dict
        Of a picture that is drawn on: the sheet's ``box`` and the width of the ``nib`` in pixels, and its ``cells``
        across and down.
    touched : list of float
        Which press of the pen this is; which of its points is the first of those that follow, counted from 0; and these
        points, across and down, as shares of the picture.
    inked : [float, int]
        The press that was heard last, and how many of its points have been drawn.
    marks : list of dict
        What ``coursekit.lab.marks.readable`` writes, with the name of a control's ``model`` and which ``attribute``
        of it is the number of a stop: its "value", its "index", or its "truth".
    heard : dict
        Where the kernel believes the sliders to stand, by the names of their models.
    n_parts : int
        How many parts its task has.
    found : list of [str, str]
        Name and meaning of those that were found.
    """

    size = traitlets.List(traitlets.Int()).tag(sync=True)
    columns = traitlets.List(traitlets.Int()).tag(sync=True)
    n_moving = traitlets.Int().tag(sync=True)
    alphabet = traitlets.Unicode().tag(sync=True)
    still = traitlets.Unicode().tag(sync=True)
    ghost = traitlets.Unicode().tag(sync=True)
    answer = traitlets.Unicode().tag(sync=True)
    sentence = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    progress = traitlets.Float(1.0).tag(sync=True)
    pen = traitlets.Dict().tag(sync=True)
    touched = traitlets.List(traitlets.Float()).tag(sync=True)
    inked = traitlets.List([0.0, 0]).tag(sync=True)
    marks = traitlets.List(traitlets.Dict()).tag(sync=True)
    heard = traitlets.Dict().tag(sync=True)
    n_parts = traitlets.Int().tag(sync=True)
    found = traitlets.List(traitlets.List(traitlets.Unicode())).tag(sync=True)

    def __init__(self, strokes: Strokes, words: tuple[str, str], **options: Any) -> None:
        self._sending, self._n_letters = Lock(), strokes.n_letters
        names = [f"moving_{i}" for i in range(len(strokes.moving))]
        self.add_traits(**{name: traitlets.Unicode().tag(sync=True) for name in names})
        super().__init__(
            size=list(strokes.size), columns=strokes.columns, n_moving=len(names), alphabet=strokes.alphabet,
            still=strokes.still, ghost=strokes.ghost, answer=words[0], sentence=words[1],
            **dict(zip(names, strokes.moving, strict=True)), **options,
        )  # fmt: skip

    @property
    def alt(self) -> str:
        """What the picture shows, for who can't see it."""
        return f"{self.answer}. {self.sentence}"

    def put(self, strokes: Strokes, answer: str, sentence: str, *, progress: float = 1.0) -> None:
        """Send what has changed of a picture and its words in one message; an error that stood there goes."""
        with self._sending, self.hold_sync():
            self.answer, self.sentence, self.error, self.progress = answer, sentence, "", progress
            self.ghost = strokes.ghost
            for i, drawn in enumerate(strokes.moving):
                setattr(self, f"moving_{i}", drawn)
            if strokes.n_letters > self._n_letters:
                self.alphabet, self._n_letters = strokes.alphabet, strokes.n_letters

    def put_error(self, error: str) -> None:
        """Say what went wrong, beside the words of the last good picture."""
        with self._sending, self.hold_sync():
            self.error, self.progress = error, 1.0

    def put_found(self, found: Sequence[Sequence[str]]) -> None:
        """Show which parts of the task are found: name and meaning of each."""
        with self._sending:
            self.found = [list(each) for each in found]

    def put_heard(self, positions: Mapping[str, Any]) -> None:
        """Say where the kernel believes the sliders to stand."""
        with self._sending:
            self.heard = dict(positions)


class Front(anywidget.AnyWidget):
    """The view of a panel or of a prediction: picture, words, and access to the controls around it.

    anywidget gives a module two seconds, and then drops each message for its model. So what it loads is small, the rest
    is loaded once a page, and this model gets no message: what it shows stands in a ``GroupState``, which needs no
    module. There is one for each group, all the same: a page that comes later knows no models of before.

    Parameters
    ----------
    state : GroupState
        What it shows.
    """

    _esm = _HERE / "front.js"
    _css = _HERE / "access.css"
    code = traitlets.Unicode(one_module(*MODULES)).tag(sync=True)
    state = traitlets.Instance(GroupState).tag(sync=True, **widgets.widget_serialization)


def group(children: Sequence[widgets.Widget], *, state: GroupState, kind: str) -> widgets.VBox:
    """Put widgets below each other, with their picture and words if they have any, open to whoever can't see or point.

    Parameters
    ----------
    children : sequence of Widget
        From top to bottom; picture and words stand below them.
    state : GroupState
        What the page is to show of them.
    kind : str
        What they are in the page's markup: ``coursekit-<kind>``.

    Returns
    -------
    VBox
    """
    classes = ["coursekit-group", f"coursekit-{kind}"]
    return widgets.VBox([*children, Front(state=state)], _dom_classes=classes)
