"""A picture as strokes: its still part once, then only the artists that a state moves.

What travels to the page is JSON, a text for the still part and one for each artist; ``pen`` says what stands in it. The
page draws them on a canvas at its own resolution: sharp on every screen, at a tenth of a PNG's bytes.
"""

import itertools
import json
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text

from coursekit.lab.pen import Pen
from coursekit.lab.picture import Picture

NO_STROKES = "[]"
WITHOUT_PARTS = (Line2D, Patch, Text, Collection, AxesImage)


class Strokes:
    """Follows a picture from state to state; it remembers the last one, to leave a ghost of it.

    Parameters
    ----------
    picture : Picture
        Its figure becomes this record's own.

    Attributes
    ----------
    still : str
        What never moves.
    moving : list of str
        What each artist of ``picture.moving`` draws now, in drawing order.
    ghost : str
        The pale trace of a state before, drawn between the two.

    Examples
    --------
    >>> from coursekit.lab.picture import Picture, canvas, line
    >>> figure, ax = canvas(300, 200)
    >>> dot = line(ax, "k", marker="o")
    >>> strokes = Strokes(Picture(figure, lambda x: dot.set_data([x], [0.5]), moving=[dot]))
    >>> strokes.draw(0.5)
    >>> strokes.moving[0][:10]
    '[["m",{"c"'
    """

    def __init__(self, picture: Picture) -> None:
        self._picture, figure = picture, picture.figure
        for image in figure.findobj(AxesImage):
            image.set_interpolation("none")  # it comes with its own pixels
        for artist in picture.moving:
            artist.set_animated(True)
        FigureCanvasAgg(figure)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # the axes stay where the layout put them
        figure.patch.set_visible(False)  # the page has a ground of its own
        self._pen = Pen(*figure.bbox.size, figure.dpi)
        figure.draw(self._pen)
        self.still, self.ghost = _text(self._pen.take()), NO_STROKES
        self.moving = [NO_STROKES] * len(picture.moving)
        self._is_fresh = True  # nothing that moves has been drawn yet

    @property
    def alphabet(self) -> str:
        """The outlines of all letters so far, by number."""
        return str(self._pen.alphabet)

    @property
    def n_letters(self) -> int:
        """How many letters there are so far."""
        return len(self._pen.alphabet)

    @property
    def columns(self) -> list[int]:
        """Where the picture, as it is now, can be cut from top to bottom: the edges of its columns in pixels."""
        return columns(self._picture.figure, self._pen)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, height = self._picture.figure.bbox.size
        return round(width), round(height)

    def draw(self, state: object) -> None:
        """Draw a state: ``moving`` is then what it looks like.

        Parameters
        ----------
        state : object
            What the picture's ``move`` takes.
        """
        self._picture.move(state)
        self._is_fresh, fresh = True, self._is_fresh  # should this fail, the next draws all
        parts = zip(self._picture.moving, self.moving, strict=True)
        self.moving = [self._drawn(artist) if fresh or may_differ(artist) else before for artist, before in parts]
        self._is_fresh = False

    def _drawn(self, artist: Artist) -> str:
        try:
            artist.draw(self._pen)
        finally:
            strokes = self._pen.take()
        return _text(strokes)

    def leave_ghost(self) -> None:
        """From now on, show what is drawn at this moment as a pale trace."""
        parts = zip(self._picture.moving, self.moving, strict=True)
        traces = [text[1:-1] for artist, text in parts if artist in self._picture.ghosts and text != NO_STROKES]
        self.ghost = f"[{','.join(traces)}]"

    def forget_ghost(self) -> None:
        """Show no trace any more."""
        self.ghost = NO_STROKES

    def axes_at(self, across: float, down: float) -> int | None:
        """Find the axes at a point of the picture.

        Parameters
        ----------
        across, down : float
            Shares of the picture's width and height, from its left and from its top.

        Returns
        -------
        int or None
            Their number in ``figure.axes``; None between them.
        """
        x, y = self._pixel(across, down)
        return next((i for i, ax in enumerate(self._picture.figure.axes) if ax.bbox.contains(x, y)), None)

    def place_in(self, axes: int, across: float, down: float) -> tuple[float, float]:
        """Say where a point of the picture lies in the units of some axes, at their border if it is outside.

        Parameters
        ----------
        axes : int
            Their number in ``figure.axes``.
        across, down : float
            As for ``axes_at``.

        Returns
        -------
        x, y : float
        """
        ax = self._picture.figure.axes[axes]
        inside = np.clip(self._pixel(across, down), ax.bbox.min, ax.bbox.max)
        x, y = ax.transData.inverted().transform(inside)
        return float(x), float(y)

    def _pixel(self, across: float, down: float) -> tuple[float, float]:
        width, height = self._picture.figure.bbox.size
        return across * width, (1 - down) * height


def may_differ(artist: Artist) -> bool:
    """Whether an artist must be drawn again: one that is not stale draws what it drew, unless it has parts."""
    return bool(artist.stale) or not isinstance(artist, WITHOUT_PARTS) or isinstance(artist, Annotation)


def columns(figure: Figure, pen: Pen) -> list[int]:
    """Say where a picture can be cut from top to bottom, so that a narrow page may stack its columns.

    No cut goes through axes or words.

    Parameters
    ----------
    figure : Figure
        Laid out.
    pen : Pen
        It measures the texts.

    Returns
    -------
    list of int
        The columns' edges in pixels, from the left edge of the picture to its right one.
    """
    parts: list[Any] = [*figure.axes, *figure.texts, *figure.artists, *figure.legends]
    boxes = [part.get_tightbbox(pen) for part in parts if part.get_visible()]
    merged: list[list[float]] = []
    for left, right in sorted((box.x0, box.x1) for box in boxes if box is not None and box.width > 1):
        if merged and left < merged[-1][1] + 2:
            merged[-1][1] = max(merged[-1][1], right)
        else:
            merged.append([left, right])
    cuts = [round((one[1] + other[0]) / 2) for one, other in itertools.pairwise(merged)]
    return [0, *cuts, round(figure.bbox.width)]


_text = json.JSONEncoder(separators=(",", ":")).encode
