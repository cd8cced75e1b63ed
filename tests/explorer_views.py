"""Seeing an explorer as a learner does, without a browser: at the start and at every end of every control."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.frame import Frame
from coursekit.lab.picture import Picture


class Label(NamedTuple):
    """A text as it was drawn: what it says, its size in points, its colour, and the pixels that it covers."""

    text: str
    size: float
    color: Any
    box: Bbox


class View(NamedTuple):
    """What an explorer showed for one setting.

    ``moved`` is the control that was moved, and to where; empty at the start. ``pixels`` are the fast frame's, ``full``
    those of a draw of the whole figure, and ``labels`` its texts: they are missing where it was not asked for, as it
    takes five times as long as all else. ``strays`` are what stood outside of its axes, ``progress`` what each state
    said of itself.
    """

    moved: dict[str, Any]
    state: Any
    words: Words
    pixels: bytes
    full: bytes | None
    limits: list[tuple[float, ...]]
    labels: list[Label]
    strays: list[str]
    progress: list[float]

    @property
    def where(self) -> str:
        return ", ".join(f"{name} = {value}" for name, value in self.moved.items()) or "at the start"


class Look(NamedTuple):
    """An explorer, its picture, and its views: at the start, at every end of every control, and at the start again.

    ``still`` are the limits of the axes before anything moved.
    """

    explorer: Explorer
    picture: Picture
    still: list[tuple[float, ...]]
    views: list[View]

    def of(self, control: str) -> list[View]:
        """The start and the ends of one control."""
        return [view for view in self.views if not view.moved or control in view.moved]


def look(explorer: Explorer, *, only_start: bool = False, every: int = 1, briefly: bool = False) -> Look:
    """Look at an explorer; draw it in full, beside the fast frame, at the start and every so many ends; 0: nowhere.

    Briefly, one that trains goes to one end of each control alone.
    """
    picture = explorer.picture()
    still, frame = limits(picture), Frame(picture)
    ends = [{control.name: end} for control in explorer.controls for end in control.ends]
    if briefly and explorer.is_slow:
        ends = [one_end(control, i) for i, control in enumerate(explorer.controls)]
    settings = [{}] if only_start else [{}, *ends, {}]
    views = [
        _view(explorer, picture, frame, moved, in_full=every > 0 and i % every == 0) for i, moved in enumerate(settings)
    ]
    return Look(explorer, picture, still, views)


def one_end(control: Any, i: int) -> dict[str, Any]:
    """An end that is not where the control starts: of one control the first, of the next the second."""
    ends = [end for end in control.ends if end != control.start]
    return {control.name: ends[i % len(ends)]}


def limits(picture: Picture) -> list[tuple[float, ...]]:
    return [(*ax.get_xlim(), *ax.get_ylim()) for ax in picture.figure.axes]


def _view(explorer: Explorer, picture: Picture, frame: Frame, moved: dict[str, Any], *, in_full: bool) -> View:
    states = list(explorer.states(**{**explorer.quick, **moved}))
    with patch.object(Figure, "draw", side_effect=AssertionError("a move draws the whole figure")):
        pixels = [frame.draw(state).tobytes() for state in {0: states[0], len(states) - 1: states[-1]}.values()][-1]
    full, labels = _draw_in_full(picture) if in_full else (None, [])
    return View(
        moved=moved,
        state=states[-1],
        words=explorer.describe(states[-1]),
        pixels=pixels,
        full=full,
        limits=limits(picture),
        labels=labels,
        strays=[str(artist) for artist in picture.moving if _strays(artist)],
        progress=[getattr(state, "progress", 1.0) for state in states],
    )


def _draw_in_full(picture: Picture) -> tuple[bytes, list[Label]]:
    """Draw the whole figure, what moves on top, and listen which texts are drawn: not all tick labels are."""
    texts, draw = [], Text.draw

    def listen(text: Text, *args: Any, **options: Any) -> None:
        texts.append(text)
        draw(text, *args, **options)

    canvas = picture.figure.canvas
    with patch.object(Text, "draw", listen), _on_top(picture.moving):
        canvas.draw()
    labels = [Label(text.get_text(), text.get_fontsize(), text.get_color(), text.get_window_extent())
              for text in texts if text.get_visible() and text.get_text().strip()]  # fmt: skip
    return np.asarray(canvas.buffer_rgba()).tobytes(), labels


@contextmanager
def _on_top(artists: Any) -> Iterator[None]:
    orders = [artist.get_zorder() for artist in artists]
    for i, artist in enumerate(artists):
        artist.set(animated=False, zorder=1000 + i)
    yield
    for artist, order in zip(artists, orders, strict=True):
        artist.set(animated=True, zorder=order)


def _strays(artist: Artist) -> bool:
    if artist.axes is None or isinstance(artist, Text):
        return False
    if isinstance(artist, Line2D):
        points = artist.get_transform().transform(artist.get_xydata())
    else:
        points = artist.get_window_extent().get_points()
    low, high = artist.axes.bbox.padded(0.5).get_points()
    return bool(np.any((points < low) | (points > high)))
