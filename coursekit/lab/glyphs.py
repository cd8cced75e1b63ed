"""Letters as outlines: what a page needs to write a picture's texts with the very font that laid them out.

A page may have no such font, and must not fetch one. So each letter that a picture uses travels once, as a path, and a
text is a row of numbered letters. What is a formula is written the same way, in the letters of mathtext.
"""

import json
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.ft2font import FT2Font, Kerning, LoadFlags
from matplotlib.path import Path
from matplotlib.textpath import text_to_path

EM = 100.0  # the size in which letters are outlined
_FIXED = 1 / 65536, 1 / 64  # FreeType counts in these
_LETTERS = bytes.maketrans(bytes([Path.MOVETO, Path.LINETO, Path.CURVE3, Path.CURVE4, Path.CLOSEPOLY]), b"MLQCZ")


def outline(path: Path, steps: float) -> tuple[str, list[int]]:
    """Write a path as a page draws it.

    Parameters
    ----------
    path : Path
        Cleaned: it has codes.
    steps : float
        How many whole numbers there are to a unit.

    Returns
    -------
    commands : str
        A letter each: M(ove), L(ine), Q(uadratic curve), C(ubic curve), Z (closed). Empty for one line through all.
    numbers : list of int
        x0, y0, and from there on the difference of each point to the one before.

    Examples
    --------
    >>> outline(Path([(1, 2), (3, 2), (3, 0), (0, 0)], [1, 2, 2, 79]), 2)
    ('MLLZ', [2, 4, 4, 0, 0, -4])
    """
    codes: Any = path.codes
    vertices: Any = path.vertices
    stops = np.flatnonzero(codes == Path.STOP)
    if len(stops):
        codes, vertices = codes[: stops[0]], vertices[: stops[0]]
    commands = codes.astype(np.uint8).tobytes().translate(_LETTERS).decode()
    if "Z" in commands:
        vertices = vertices[codes != Path.CLOSEPOLY]
    if commands == "M" + "L" * (len(commands) - 1):
        commands = ""
    return commands.replace("QQ", "Q").replace("CCC", "C"), whole(vertices, steps)


def whole(points: Any, steps: float) -> list[int]:
    """Write points as whole numbers: the first, then each as its difference to the one before."""
    numbers = np.rint(np.clip(points, -1e4, 1e4) * steps).astype(int)
    numbers[1:] -= numbers[:-1].copy()
    flat: list[int] = numbers.ravel().tolist()
    return flat


class Row(NamedTuple):
    """Letters of one size in a row.

    Attributes
    ----------
    size : float
        Against the size of the text.
    letters : tuple of str
        Their names.
    x, y : tuple of float
        Where each stands, in ems, y up.
    """

    size: float
    letters: tuple[str, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]


class Writing(NamedTuple):
    """A text laid out.

    Attributes
    ----------
    rows : list of Row
        A plain text has one; a formula has one for each size in it.
    bars : list of Path
        What is a box in a formula: the bar of a fraction; in ems.
    width : float
        Of the whole text, in ems.
    """

    rows: list[Row]
    bars: list[Path]
    width: float


_outlines: dict[str, Path] = {}


def letter_path(name: str) -> Path:
    """Return the outline of a letter that has been laid out, in hundredths of an em, y up."""
    return _outlines[name]


@lru_cache(maxsize=64)
def _font(prop: FontProperties) -> FT2Font:
    return get_font(fontManager.findfont(prop))


@lru_cache(maxsize=4096)
def _letter(font: FT2Font, letter: str) -> tuple[str, Any, float]:
    """Name a letter, and say its number in its font and its advance in ems; its outline is kept."""
    font.set_size(EM, 72)
    glyph = font.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
    name = f"{font.postscript_name} {letter}"
    vertices, codes = font.get_path()
    _outlines[name] = Path(vertices, codes)
    return name, font.get_char_index(ord(letter)), glyph.linearHoriAdvance * _FIXED[0] / EM


@lru_cache(maxsize=4096)
def _kerning(font: FT2Font, left: Any, right: Any) -> float:
    font.set_size(EM, 72)
    return font.get_kerning(left, right, Kerning.UNFITTED) * _FIXED[1] / EM


@lru_cache(maxsize=1024)
def write(text: str, prop: FontProperties) -> Writing:
    """Lay out a plain text.

    Parameters
    ----------
    text : str
        One line.
    prop : FontProperties
        Its font.

    Returns
    -------
    Writing
    """
    font, place, places, names, before = _font(prop), 0.0, [], [], None
    for letter in text:
        name, number, advance = _letter(font, letter)
        place += 0 if before is None else _kerning(font, before, number)
        names.append(name)
        places.append(place)
        place, before = place + advance, number
    return Writing([Row(1.0, tuple(names), tuple(places), (0.0,) * len(names))], [], place)


@lru_cache(maxsize=1024)
def write_math(text: str, prop: FontProperties) -> Writing:
    """Lay out a text with a formula in it, which matplotlib reads.

    Parameters
    ----------
    text : str
        One line, with formulas between dollars.
    prop : FontProperties
        Its font.

    Returns
    -------
    Writing
    """
    glyphs, paths, boxes = text_to_path.get_glyphs_mathtext(prop, text)
    _outlines.update((name, Path(*path)) for name, path in paths.items() if name not in _outlines)
    rows = []
    for size in sorted({size for *_, size in glyphs}):
        names, x, y = zip(*((name, x / EM, y / EM) for name, x, y, each in glyphs if each == size), strict=True)
        rows.append(Row(size, names, x, y))
    width, _, _ = text_to_path.get_text_width_height_descent(text, prop, ismath=True)
    bars = [Path(np.asarray(vertices) / EM, codes) for vertices, codes in boxes]
    return Writing(rows, bars, width / prop.get_size_in_points())


class Alphabet:
    """Numbers the letters of one picture, in the order in which they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._written: list[tuple[str, list[int]]] = []

    def number(self, name: str) -> int:
        """Give a letter its number; its outline joins those that the page is sent."""
        if name not in self._numbers:
            self._numbers[name] = len(self._numbers)
            path = letter_path(name)
            self._written.append(outline(path, 10))
        return self._numbers[name]

    def __len__(self) -> int:
        return len(self._written)

    def __str__(self) -> str:
        """All outlines as JSON: commands and numbers, a thousand steps to an em."""
        return json.dumps(self._written, separators=(",", ":"))
