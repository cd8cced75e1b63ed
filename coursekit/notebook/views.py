"""The two things that ipywidgets lacks: a picture with words for who can't see it, and the words beneath it."""

from pathlib import Path

import anywidget
import traitlets

_HERE = Path(__file__).parent


class PictureView(anywidget.AnyWidget):
    """A live PNG with a text alternative.

    Parameters
    ----------
    width, height : int
        In pixels; kept free on the page, so that nothing jumps.
    """

    _esm = _HERE / "picture.js"
    png = traitlets.Bytes(b"").tag(sync=True)
    alt = traitlets.Unicode("").tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    height = traitlets.Int().tag(sync=True)

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
