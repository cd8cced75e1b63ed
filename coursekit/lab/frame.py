"""A picture as a PNG, for whoever reads it without a kernel: a code host, a printed page.

It is drawn at two pixels a point, or it would be blurred on most screens; a palette keeps it small.
"""

import io
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from numpy.typing import NDArray
from PIL import Image

from coursekit.lab.picture import Picture

COLORS = 128  # of a palette: what it changes nobody sees, and it saves a sixth


class Frame:
    """A picture drawn by matplotlib's Agg; its still part is drawn once, and kept as pixels.

    Parameters
    ----------
    picture : Picture
        Its figure becomes this frame's own.
    scale : float, optional
        How many pixels there are to one of the page.

    Examples
    --------
    >>> from coursekit.lab.picture import Picture, canvas, line
    >>> figure, ax = canvas(300, 200)
    >>> dot = line(ax, "k", marker="o")
    >>> frame = Frame(Picture(figure, lambda x: dot.set_data([x], [0.5]), moving=[dot]))
    >>> frame.draw(0.5).shape
    (200, 300, 4)
    """

    def __init__(self, picture: Picture, *, scale: float = 1) -> None:
        self._picture = picture
        picture.figure.set_dpi(scale * picture.figure.dpi)
        picture.figure.patch.set_visible(True)  # a picture that travels as strokes has no ground
        self._canvas = FigureCanvasAgg(picture.figure)
        for artist in picture.moving:
            artist.set_animated(True)
        self._canvas.draw()
        picture.figure.set_layout_engine("none")  # the axes stay where the first draw put them
        self._still: Any = self._canvas.copy_from_bbox(picture.figure.bbox)

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
        self._canvas.restore_region(self._still)
        renderer = self._canvas.get_renderer()
        for artist in self._picture.moving:
            artist.draw(renderer)
        return self.pixels

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """What was drawn last."""
        return np.asarray(self._canvas.buffer_rgba())


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """Write pixels as a small PNG, with a palette where that loses nothing that can be seen.

    Parameters
    ----------
    pixels : array of uint8, shape (height, width, 4)
        RGBA, opaque.

    Returns
    -------
    bytes

    Examples
    --------
    >>> encode_png(np.zeros((2, 3, 4), np.uint8))[1:4]
    b'PNG'
    """
    image = Image.fromarray(np.ascontiguousarray(pixels[:, :, :3]))
    few = image.quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    file = io.BytesIO()
    few.save(file, "png", compress_level=9)
    return file.getvalue()
