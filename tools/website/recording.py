"""An explorer recorded: what is drawn and said at each of its stops, in one small file.

The file is deflated: how long the head is (4 bytes, the lowest first), the head (JSON), how long the numbers are,
the numbers (``coding.varints``), then the pictures' bytes. The numbers are the texts, the tracks, and the table.

An artist is a *track*. Many of its frames are alike, because it follows only some of the controls: each frame is kept
once, and the table says for every state which frame a track shows. So an artist that follows two of five controls
costs the product of two, and nobody has to say which two.
"""

import base64
import io
import json
import zlib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from PIL import Image

from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.frame import Frame as Agg
from coursekit.lab.frame import encode_png
from coursekit.lab.marks import readable
from coursekit.lab.strokes import Strokes
from website.coding import Frame, Numbers, track_code, varints, zigzag
from website.described import as_json
from website.named import KEPT_STATES
from website.stops import Plan

LARGE = 1500  # bytes of an image
GRID = 4  # of pen's steps: half a pixel, where lines go; texts and images stay where they are


class Recording(NamedTuple):
    """What a page needs of an explorer.

    Attributes
    ----------
    file : bytes
        All states.
    still : bytes
        The picture of the start as a PNG, from the very run that was recorded.
    words : Words
        What it shows.
    size : (int, int)
        Its width and height in pixels.
    """

    file: bytes
    still: bytes
    words: Words
    size: tuple[int, int]


class Numbered(dict[Any, int]):
    """Gives everything that it is asked for a number, in the order in which it comes."""

    def __missing__(self, key: Hashable) -> int:
        self[key] = len(self)
        return self[key]


@dataclass
class Tables:
    """What strokes are made of: shapes, texts and images, each kept once."""

    shapes: Numbered = field(default_factory=Numbered)
    texts: Numbered = field(default_factory=Numbered)
    images: Numbered = field(default_factory=Numbered)

    def frame(self, strokes: str) -> Frame:
        """Take what an artist draws apart."""
        return tuple(self._stroke(stroke) for stroke in json.loads(strokes))

    def _stroke(self, stroke: list[Any]) -> tuple[int, Numbers]:
        kind, style, *rest = stroke
        numbers: Any
        if kind == "p":
            shape, numbers = rest[:1], on_grid(rest[1])
        elif kind == "m":
            shape, numbers = rest[:2], on_grid(rest[2])
        elif kind == "t":
            (x, y, angle, size), letters, xs, ys = rest
            shape, numbers = [angle, size], [self.texts[tuple(letters), tuple(xs), tuple(ys or ())], x, y]
        else:
            box, smooth, url = rest
            shape, numbers = [smooth], [self.images[url], *box]
        return self.shapes[json.dumps([kind, style, *shape], separators=(",", ":"))], np.asarray(numbers, np.int64)

    @property
    def is_line(self) -> list[bool]:
        """For each shape, whether its numbers are points."""
        return [shape[2] in "pm" for shape in self.shapes]

    @property
    def text_code(self) -> list[int]:
        """All texts: how many letters, the letters, where they stand; then whether some stand higher, and how high."""
        out = [len(self.texts)]
        for letters, xs, ys in self.texts:
            out += [
                len(letters),
                *letters,
                *zigzag(np.diff(xs, prepend=0)).tolist(),
                int(bool(ys)),
                *zigzag(ys).tolist(),
            ]
        return out


def on_grid(numbers: Sequence[int]) -> Numbers:
    """Return points, written as differences, as places on the grid.

    Examples
    --------
    >>> on_grid([8, 4, 5, 0, 5, 0]).tolist()
    [2, 1, 3, 1, 4, 1]
    """
    places = np.reshape(np.asarray(numbers, np.int64), (-1, 2)).cumsum(axis=0)
    result: Numbers = np.floor_divide(places + GRID // 2, GRID).ravel()
    return result


class Track:
    """The frames of one artist, and which of them each state shows."""

    def __init__(self) -> None:
        self.frames = Numbered()
        self.column: list[int] = []

    def add(self, strokes: str) -> None:
        """Note what the next state shows."""
        self.column.append(self.frames[strokes])

    def code(self, tables: Tables, back: Callable[[int], Sequence[int]]) -> list[int]:
        """Write the frames; ``back`` names the states that are likely to look much like one."""
        frames = [tables.frame(strokes) for strokes in self.frames]
        firsts = np.unique(self.column, return_index=True)[1]
        near = [{self.column[state] for state in back(int(first))} | {i - 1} - {-1} for i, first in enumerate(firsts)]
        return track_code(frames, tables.is_line, near)


@mpl.rc_context({"path.simplify_threshold": 0.5})  # half a pixel is the grid
def record(explorer: Explorer, plan: Plan) -> Recording:
    """Record an explorer.

    Parameters
    ----------
    explorer : Explorer
    plan : Plan
        The settings at which it is recorded.

    Returns
    -------
    Recording
    """
    film = _Film(explorer)
    for setting in plan.settings:
        film.take(plan.values(setting))
    head, numbers, blobs = film.written(plan)
    text = json.dumps(head, separators=(",", ":"), ensure_ascii=False).encode()
    sizes = [len(part).to_bytes(4, "little") for part in (text, numbers)]
    file = zlib.compress(b"".join([sizes[0], text, sizes[1], numbers, *blobs]), 9)
    return Recording(file, film.still, film.start_words, film.strokes.size)


class _Film:
    """Everything that was drawn and said so far."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer, self.picture = explorer, explorer.picture()
        self.strokes, self.agg = Strokes(self.picture), Agg(explorer.picture(), scale=2)
        self.tracks = [Track() for _ in self.picture.moving]
        self.words, self.said = Numbered(), Track()
        self.found: list[int] = []  # which parts of the task each state reaches, a bit each
        self.runs: list[int] = []
        self.still, self.start_words, self.columns = b"", Words("", ""), self.strokes.columns

    def take(self, values: dict[str, Any]) -> None:
        """Record one setting: its last state, and of a training those on the way."""
        states = list(self.explorer.states(**values))
        states = kept(states, KEPT_STATES.get(self.explorer.name)) if self.explorer.is_slow else states[-1:]
        for state in states:
            self.strokes.draw(state)
            for track, drawn in zip(self.tracks, self.strokes.moving, strict=True):
                track.add(drawn)
            said = self.explorer.describe(state)
            self.said.column.append(self.words[said.answer, said.sentence])
            parts = self.explorer.parts
            is_last = state is states[-1]
            self.found.append(sum(is_last and bool(part.found(values, state)) << i for i, part in enumerate(parts)))
        self.runs.append(len(states))
        if values == self.explorer.start:
            self.still, self.start_words = encode_png(self.agg.draw(states[-1])), said
            self.columns = self.strokes.columns

    def written(self, plan: Plan) -> tuple[dict[str, Any], bytes, list[bytes]]:
        """Return the head, the numbers and the images of the file."""
        tables, back, letters = Tables(), self._neighbours(plan), json.loads(self.strokes.alphabet)
        still = Track()
        still.add(self.strokes.still)
        tracks = [track.code(tables, back) for track in self.tracks]
        tracks = [still.code(tables, lambda _: ()), *tracks]
        table = [*(track.column for track in self.tracks), self.said.column, self.found]
        numbers = [*tables.text_code, *(number for track in tracks for number in track)]
        numbers += [number for column in table for number in zigzag(np.diff(column, prepend=0)).tolist()]
        images = [small_image(url) for url in tables.images]
        moving, ghosts = list(self.picture.moving), [*self.picture.ghosts]
        head = {
            "size": self.strokes.size, "columns": self.columns, "grid": GRID, "letters": letters,
            "shapes": [json.loads(shape) for shape in tables.shapes], "tracks": len(self.tracks),
            "ghosts": [moving.index(artist) for artist in ghosts if artist in moving],
            "words": list(self.words), "states": len(self.said.column),
            "images": [[kind, len(image)] for kind, image in images],
            "marks": self._marks(plan),
            "controls": [as_json(control, plan.stops[control.name]) for control in self.explorer.controls],
        }  # fmt: skip
        if not plan.is_product:
            head |= {"settings": plan.settings, "runs": self.runs}
        return head, varints(np.asarray(numbers, np.int64)), [image for _, image in images]

    def _marks(self, plan: Plan) -> list[dict[str, Any]]:
        """Return what a pointer on the picture means, with the number of the control that it sets."""
        controls, figure = {control.name: control for control in self.explorer.controls}, self.picture.figure
        return [{"control": list(controls).index(mark.control),
                 **readable(mark, controls[mark.control], figure, plan.stops[mark.control])}
                for mark in self.explorer.marks]  # fmt: skip

    def _neighbours(self, plan: Plan) -> Callable[[int], Sequence[int]]:
        """Return what names, for a state, the earlier ones that are one stop away; of a training, the one before."""
        if not plan.is_product:
            return lambda state: [state - 1] if state else []
        sizes = [len(stops) for stops in plan.stops.values()]
        steps: Any = np.cumprod([1, *sizes[:0:-1]])
        return lambda state: [state - int(step) for step in steps if step <= state]


def small_image(url: str) -> tuple[str, bytes]:
    """Return an image's MIME type and bytes; a large one in 96 colours, where nothing shines through it."""
    kind, _, data = url.removeprefix("data:").partition(";base64,")
    content = base64.b64decode(data)
    image = Image.open(io.BytesIO(content))
    if len(content) <= LARGE or image.mode != "RGB":
        return kind, content
    file, few = io.BytesIO(), image.quantize(96, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(file, "webp", lossless=True, quality=100, method=6)
    return "image/webp", file.getvalue()


def kept(states: list[Any], most: int | None) -> list[Any]:
    """Return at most so many states, evenly from the first to the last."""
    if most is None or len(states) <= most:
        return states
    return [states[round(i * (len(states) - 1) / (most - 1))] for i in range(most)]
