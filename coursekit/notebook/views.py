"""What ipywidgets lacks: a picture with words for who can't see it, the words beneath it, and controls open to all."""

from collections.abc import Sequence
from pathlib import Path

import anywidget
import ipywidgets as widgets
import traitlets

_HERE = Path(__file__).parent


class PictureView(anywidget.AnyWidget):
    """A live PNG with a text alternative.

    Parameters
    ----------
    width, height : int
        In pixels; kept free on the page, so that nothing jumps.
    touchable : bool, optional
        Whether it says in ``touched`` where a pointer is that was pressed on it.

    Attributes
    ----------
    touched : list of float
        Where the pointer is and where it was pressed, each across and down as shares of the picture; then which press
        it is, counted from 1. Empty before the first.
    """

    _esm = _HERE / "picture.js"
    png = traitlets.Bytes(b"").tag(sync=True)
    alt = traitlets.Unicode("").tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    height = traitlets.Int().tag(sync=True)
    touchable = traitlets.Bool(default_value=False).tag(sync=True)
    touched = traitlets.List(traitlets.Float()).tag(sync=True)

    def put(self, png: bytes, alt: str) -> None:
        """Send a picture and its words in one message."""
        with self.hold_sync():
            self.alt = alt
            self.png = png


class CaptionView(anywidget.AnyWidget):
    """The words beneath a picture, spoken by a screen reader once they rest."""

    _esm = _HERE / "caption.js"
    answer = traitlets.Unicode("").tag(sync=True)
    sentence = traitlets.Unicode("").tag(sync=True)
    error = traitlets.Unicode("").tag(sync=True)
    progress = traitlets.Float(1.0).tag(sync=True)

    def put(self, answer: str, sentence: str, *, progress: float = 1.0) -> None:
        """Send the words in one message; an error that stood there goes."""
        with self.hold_sync():
            self.answer, self.sentence, self.error, self.progress = answer, sentence, "", progress

    def put_error(self, error: str) -> None:
        """Say what went wrong, beside the words of the last good picture."""
        with self.hold_sync():
            self.error, self.progress = error, 1.0


class AccessView(anywidget.AnyWidget):
    """Names, keys and looks for the controls among which it stands; it shows nothing itself.

    Parameters
    ----------
    label : str
        What a screen reader calls the group.
    """

    _esm = _HERE / "access.js"
    _css = _HERE / "access.css"
    label = traitlets.Unicode("").tag(sync=True)


def group(children: Sequence[widgets.Widget], *, label: str, kind: str) -> widgets.VBox:
    """Put widgets below each other, with names and keys for the controls among them.

    Parameters
    ----------
    children : sequence of Widget
        From top to bottom.
    label : str
        What a screen reader calls them together.
    kind : str
        What they are in the page's markup: ``coursekit-<kind>``.

    Returns
    -------
    VBox
    """
    box = widgets.VBox([*children, AccessView(label=label)])
    return box.add_class("coursekit-group").add_class(f"coursekit-{kind}")
