"""A picture drawn fast enough to follow the hand.

Three ideas. One figure lives on, its still part drawn once and kept as pixels. Only what moves is drawn over it. And
the PNG is written with one fixed row filter at zlib's lowest level. Axes and their text are what takes a full draw most
of its time.
"""

import struct
import zlib
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from numpy.typing import NDArray

from coursekit.lab.picture import Picture

GHOST_ALPHA = 0.3


class Frame:
    """A picture with its still part cached; it remembers the last state, to leave a ghost of it.

    Parameters
    ----------
    picture : Picture
        Its figure becomes this frame's own.

    Examples
    --------
    >>> from coursekit.lab.picture import Picture, canvas, line
    >>> figure, ax = canvas(300, 200)
    >>> dot = line(ax, "k", marker="o")
    >>> frame = Frame(Picture(figure, lambda x: dot.set_data([x], [0.5]), moving=[dot]))
    >>> frame.draw(0.5).shape
    (200, 300, 4)
    """

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._canvas = FigureCanvasAgg(picture.figure)
        for artist in picture.moving:
            artist.set_animated(True)
        self._canvas.draw()
        picture.figure.set_layout_engine("none")  # the axes stay where the first draw put them
        self._still: Any = self._canvas.copy_from_bbox(picture.figure.bbox)
        self._background = self._still

    def draw(self, state: object) -> NDArray[np.uint8]:
        """Draw a state.

        Parameters
        ----------
        state : object
            What the picture's ``move`` takes.

        Returns
        -------
        array of uint8, shape (height, width, 4)
            RGBA; a view, overwritten by the next frame.
        """
        self._picture.move(state)
        self._canvas.restore_region(self._background)
        renderer = self._canvas.get_renderer()
        for artist in self._picture.moving:
            artist.draw(renderer)
        return self.pixels

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """What was drawn last."""
        return np.asarray(self._canvas.buffer_rgba())

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

    def leave_ghost(self) -> None:
        """From now on, show what is drawn at this moment as a pale trace."""
        self._canvas.restore_region(self._still)
        renderer = self._canvas.get_renderer()
        for artist in self._picture.ghosts:
            alpha = artist.get_alpha()
            artist.set_alpha(GHOST_ALPHA if alpha is None else GHOST_ALPHA * alpha)
            artist.draw(renderer)
            artist.set_alpha(alpha)
        self._background = self._canvas.copy_from_bbox(self._picture.figure.bbox)

    def forget_ghost(self) -> None:
        """Show no trace any more."""
        self._background = self._still


def encode_png(pixels: NDArray[np.uint8], *, level: int = 1) -> bytes:
    """Write pixels as a PNG, losslessly.

    Parameters
    ----------
    pixels : array of uint8, shape (height, width, 4)
        RGBA.
    level : int, optional
        zlib's effort, 1 (fast) to 9 (small).

    Returns
    -------
    bytes

    Examples
    --------
    >>> encode_png(np.zeros((2, 3, 4), np.uint8))[1:4]
    b'PNG'
    """
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # each row begins with its filter, 0: none
    for channel in range(3):  # one long copy each: five times faster than pixel by pixel
        rows[:, 1 + channel :: 3] = pixels[:, :, channel]
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows.data, level)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
