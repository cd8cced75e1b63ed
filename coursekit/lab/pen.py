"""A renderer for matplotlib that draws nothing: it writes down what is drawn, for a page to draw at its own resolution.

A stroke is a list. All places are whole numbers, STEPS to a pixel, y down, each point the difference to the one before.

    ["p", style, commands, numbers]                     a path; no commands: one line through all points
    ["m", style, commands, numbers, places]             one outline at many places
    ["t", style, [x, y, angle, size], letters, xs, ys]  letters of the alphabet; xs and ys along and across the text
    ["i", style, [x, y, width, height], smooth, url]    an image; smooth where its pixels may flow together

A style holds what is not as usual: f(ill), s(troke), w(idth), d(ash), o(ffset of the dash), cap, join, c(lip).
"""

import base64
import io
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, Transform
from PIL import Image

from coursekit.lab.glyphs import Alphabet, Row, outline, whole, write, write_math

STEPS = 8  # to a pixel
BEYOND = 50  # pixels outside of the picture after which a line is cut off
REMEMBERED = 4096  # measures of texts
MOVES, LINES = "M", "L"


@lru_cache(maxsize=1024)
def css(rgb: tuple[float, ...], alpha: float = 1.0) -> str:
    """Write a colour as #rrggbb, or as #rrggbbaa where it can be seen through.

    Examples
    --------
    >>> css((1, 0.5, 0)), css((0, 0, 0), 0.5)
    ('#ff8000', '#00000080')
    """
    parts = [*rgb[:3]] if alpha >= 1 else [*rgb[:3], alpha]
    return "#" + "".join(f"{int(part * 255 + 0.5):02x}" for part in parts)


class Pen(RendererAgg):
    """Writes strokes down. It measures texts as Agg does, so that they stand where a full draw would set them.

    Parameters
    ----------
    width, height : float
        Of the picture, in pixels.
    dpi : float
        Its pixels to an inch.

    Attributes
    ----------
    strokes : list
        What was drawn since it was last taken.
    alphabet : Alphabet
        The letters of all texts so far.
    """

    def __init__(self, width: float, height: float, dpi: float) -> None:
        RendererBase.__init__(self)  # and not Agg's, which makes room for pixels
        self.width, self.height, self.dpi = width, height, dpi
        self.mathtext_parser = MathTextParser("path")
        self.bbox = Bbox.from_bounds(0, 0, width, height)
        self.strokes: list[list[Any]] = []
        self.alphabet = Alphabet()
        self._down = Affine2D().scale(1, -1).translate(0, height)
        self._measures: dict[Any, tuple[float, float, float]] = {}

    def take(self) -> list[list[Any]]:
        """Return what was drawn since, and begin anew."""
        strokes, self.strokes = self.strokes, []
        return strokes

    def option_image_nocomposite(self) -> bool:
        """Let images come one by one."""
        return True

    def option_scale_image(self) -> bool:
        """Let an image come with its own pixels and a transform: small, and sharp at every zoom."""
        return True

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """Measure a text as Agg does, and remember that: it is half of what a move costs."""
        key = s, hash(prop), ismath
        if key not in self._measures:
            if len(self._measures) >= REMEMBERED:
                self._measures.clear()
            self._measures[key] = super().get_text_width_height_descent(s, prop, ismath)  # type: ignore[no-untyped-call]
        return self._measures[key]

    def _pixels(self, points: float) -> float:
        return float(points * self.dpi / 72)

    def _style(self, gc: GraphicsContextBase, face: Any, *, only_clip: bool = False) -> dict[str, Any]:
        style: dict[str, Any] = {}
        alpha = gc.get_alpha() if gc.get_forced_alpha() else None
        clip = gc.get_clip_rectangle()
        if clip is not None:
            style["c"] = [round(v, 1) for v in (clip.x0, self.height - clip.y1, clip.width, clip.height)]
        if only_clip:
            return style
        if face is not None:
            opacity = alpha if alpha is not None else (face[3] if len(face) == 4 else 1.0)
            style |= {"f": css(tuple(face), float(opacity))} if opacity > 0 else {}
        rgb, width = gc.get_rgb(), self._pixels(gc.get_linewidth())
        opacity = rgb[3] if alpha is None else alpha
        if width > 0 and opacity > 0:
            style |= {"s": css(tuple(rgb), float(opacity)), "w": round(width, 2), **self._line(gc)}
        return style

    def _line(self, gc: GraphicsContextBase) -> dict[str, Any]:
        line: dict[str, Any] = {}
        offset, dashes = gc.get_dashes()
        lengths: Any = dashes
        if dashes is not None:
            line["d"] = [round(self._pixels(dash), 1) for dash in lengths]
            line |= {"o": round(self._pixels(offset), 1)} if offset else {}
        if gc.get_capstyle() != "butt":
            line["cap"] = {"projecting": "square"}.get(gc.get_capstyle(), gc.get_capstyle())
        if gc.get_joinstyle() != "miter":
            line["join"] = gc.get_joinstyle()
        return line

    def draw_path(self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: Any = None) -> None:
        """Write a path down, cut off far outside and without what nobody sees."""
        style = self._style(gc, rgbFace)
        if "s" not in style and "f" not in style:
            return
        line = rgbFace is None
        # turned over first, then snapped to whole pixels, as Agg does: the other way round is a pixel off
        cleaned = path.cleaned(
            transform + self._down, remove_nans=True, simplify=path.should_simplify and line, curves=True,
            clip=(-BEYOND, -BEYOND, self.width + BEYOND, self.height + BEYOND) if line and path.codes is None else None,
            snap=gc.get_snap(), stroke_width=style.get("w", 0),
        )  # fmt: skip
        commands, numbers = outline(cleaned, STEPS)
        if len(numbers) > 2:  # a line of one point is none
            self._add(["p", style, commands, numbers])

    def _add(self, stroke: list[Any]) -> None:
        """Add a stroke; to the one before, where both are lines of one look that can't shine through each other."""
        last = self.strokes[-1] if self.strokes else None
        _, style, commands, numbers = stroke
        if last and last[:2] == ["p", style] and "f" not in style and len(style["s"]) == 7:
            before = last[3]
            last[2] = _spelt(last[2], before) + _spelt(commands, numbers)
            here = np.array(before).reshape(-1, 2).sum(axis=0)
            last[3] = [*before, int(numbers[0] - here[0]), int(numbers[1] - here[1]), *numbers[2:]]
        else:
            self.strokes.append(stroke)

    def draw_markers(  # noqa: PLR0917 - as matplotlib calls it
        self, gc: GraphicsContextBase, marker_path: Path, marker_trans: Transform, path: Path, trans: Transform,
        rgbFace: Any = None,
    ) -> None:  # fmt: skip
        """Write an outline down once, and where it stands."""
        style = self._style(gc, rgbFace)
        places = (trans + self._down).transform(path.vertices)
        places = places[np.isfinite(places).all(axis=1)]
        if len(places) and ("s" in style or "f" in style):
            marker = marker_path.cleaned(marker_trans + Affine2D().scale(1, -1), curves=True)
            commands, numbers = outline(marker, 10 * STEPS)
            self.strokes.append(["m", style, commands, numbers, whole(places, STEPS)])

    def draw_image(self, gc: GraphicsContextBase, x: float, y: float, im: Any, transform: Any = None) -> None:
        """Write an image down. Here y is up, and so are the rows of an image: its first is its lowest."""
        height, width = im.shape[:2]
        if transform is None:
            corners = np.array([[x, y], [x + width, y + height]])
        else:  # from the unit square, whose (0, 0) is the first pixel of the first row
            corners = np.add(transform.transform([[0, 0], [1, 1]]), [x, y])
        (x0, y0), (x1, y1) = corners
        pixels = im if y0 > y1 else im[::-1]  # the first row of a PNG is its highest
        pixels = pixels if x0 < x1 else pixels[:, ::-1]
        box = [min(x0, x1), self.height - max(y0, y1), abs(x1 - x0), abs(y1 - y0)]
        box = [round(v * STEPS) for v in box]
        style = self._style(gc, None, only_clip=True)
        self.strokes.append(["i", style, box, transform is None, _data_url(pixels)])

    def draw_text(  # noqa: PLR0917 - as matplotlib calls it
        self, gc: GraphicsContextBase, x: float, y: float, s: str, prop: FontProperties, angle: float,
        ismath: Any = False, mtext: Any = None,  # noqa: ARG002
    ) -> None:  # fmt: skip
        """Write a text down, letter by letter, as wide as Agg would make it."""
        if not s.strip():
            return
        alpha = gc.get_alpha() if gc.get_forced_alpha() else gc.get_rgb()[3]
        style = {"f": css(tuple(gc.get_rgb()), float(alpha)), **self._style(gc, None, only_clip=True)}
        writing = write_math(s, prop) if ismath else write(s, prop)
        size = self._pixels(prop.get_size_in_points())
        wide = self.get_text_width_height_descent(s, prop, ismath)[0]
        stretch = wide / (writing.width * size) if writing.width else 1.0
        for row in writing.rows:
            self._write(style, (x, y, angle, size), row, stretch)
        turned = Affine2D().scale(size * stretch, -size).rotate_deg(-angle).translate(x, y)
        for bar in writing.bars:
            commands, numbers = outline(bar.transformed(turned), STEPS)
            self.strokes.append(["p", style, commands, numbers])

    def _write(self, style: dict[str, Any], text: tuple[float, ...], row: Row, stretch: float) -> None:
        x, y, angle, size = text
        place = [round(x * STEPS), round(y * STEPS), round(float(angle), 1), round(size * row.size, 2)]
        letters = [self.alphabet.number(name) for name in row.letters]
        xs = np.rint(np.array(row.x) * size * stretch * STEPS).astype(int)
        ys = np.rint(np.array(row.y) * size * STEPS).astype(int)
        self.strokes.append(["t", style, place, letters, xs.tolist(), ys.tolist() if ys.any() else 0])


def _spelt(commands: str, numbers: list[int]) -> str:
    return commands or MOVES + LINES * (len(numbers) // 2 - 1)


def _data_url(pixels: Any) -> str:
    """Write pixels as a PNG, small: in grey where all is grey, without alpha where all is opaque."""
    if (pixels[..., 3] == 255).all():
        pixels = pixels[..., :3]
        if (pixels == pixels[..., :1]).all():
            pixels = pixels[..., 0]
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "png", compress_level=1 if pixels.size > 4096 else 6)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
