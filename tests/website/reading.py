"""Reading a recording without a browser, and holding it against what an explorer computes."""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from itertools import accumulate
from typing import Any

import matplotlib as mpl
import numpy as np
from PIL import Image
from website.coding import ALONG, SINCE
from website.stops import Plan

from coursekit.lab.explorer import Explorer
from coursekit.lab.strokes import Strokes

NEAR = 1.0  # of 255, in the mean: an image that became smaller


def numbers_of(code: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in code:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0


def signed(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


@dataclass
class Film:
    """A recording's file, read."""

    file: bytes

    def __post_init__(self) -> None:
        content = zlib.decompress(self.file)
        parts = []
        for _ in range(2):
            size = int.from_bytes(content[:4], "little")
            parts.append(content[4 : 4 + size])
            content = content[4 + size :]
        self.head: dict[str, Any] = json.loads(parts[0])
        self._next = numbers_of(parts[1]).__next__
        self.texts = [self._text() for _ in range(self._next())]
        self.still = self._track()[0]
        self.tracks = [self._track() for _ in range(self.head["tracks"])]
        columns = range(self.head["tracks"] + 2)
        self.table = [list(accumulate(signed(self._next()) for _ in range(self.head["states"]))) for _ in columns]
        sizes = [size for _, size in self.head["images"]]
        self.images = [content[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]

    def _sums(self, count: int) -> list[int]:
        return list(accumulate(signed(self._next()) for _ in range(count)))

    def _text(self) -> list[Any]:
        count = self._next()
        letters = [self._next() for _ in range(count)]
        xs = self._sums(count)
        return [letters, xs, [signed(self._next()) for _ in range(count)] if self._next() else 0]

    def _track(self) -> list[list[tuple[int, list[int]]]]:
        frames: list[list[tuple[int, list[int]]]] = []
        for _ in range(self._next()):
            back, strokes = self._next(), self._next()
            before = frames[len(frames) - back] if back else []
            frames.append([self._stroke(before, place) for place in range(strokes)])
        return frames

    def _stroke(self, before: Sequence[tuple[int, list[int]]], place: int) -> tuple[int, list[int]]:
        shape, way, count = self._next(), self._next(), self._next()
        if way & ALONG:
            xs, ys = self._sums(count // 2), self._sums(count // 2)
            numbers = [number for pair in zip(xs, ys, strict=True) for number in pair]
        else:
            numbers = [signed(self._next()) for _ in range(count)]
        old = before[place][1] if way & SINCE else []
        return shape, [number + (old[i] if i < len(old) else 0) for i, number in enumerate(numbers)]

    def picture(self, state: int) -> list[list[list[Any]]]:
        """What each artist draws: strokes as ``drawn`` writes them."""
        frames = [track[self.table[i][state]] for i, track in enumerate(self.tracks)]
        return [[self._drawn(*stroke) for stroke in frame] for frame in frames]

    def words(self, state: int) -> list[str]:
        return self.head["words"][self.table[-2][state]]

    def last_states(self) -> list[int]:
        """The last state of each setting."""
        runs = self.head.get("runs")
        return [end - 1 for end in accumulate(runs)] if runs else list(range(self.head["states"]))

    @cached_property
    def letters(self) -> list[str]:
        return [json.dumps(outline) for outline in self.head["letters"]]

    def _drawn(self, shape: int, numbers: list[int]) -> list[Any]:
        kind, style, *rest = self.head["shapes"][shape]
        if kind == "t":
            letters, xs, ys = self.texts[numbers[0]]
            return ["t", style, rest, [self.letters[i] for i in letters], xs, ys, numbers[1:]]
        if kind == "i":
            return ["i", style, rest, pixels(self.images[numbers[0]]), numbers[1:]]
        places = np.reshape(numbers, (-1, 2)) * self.head["grid"]
        return [kind, style, rest, places]


def pixels(image: bytes) -> Any:
    return np.asarray(Image.open(BytesIO(image)).convert("RGBA"), float)


def drawn(strokes: str, letters: list[str]) -> list[list[Any]]:
    """What the pen wrote, so that it can be compared: letters by their outlines, places from the picture's corner."""
    return [_comparable(stroke, letters) for stroke in json.loads(strokes)]


def _comparable(stroke: list[Any], letters: list[str]) -> list[Any]:
    kind, style, *rest = stroke
    if kind == "t":
        (x, y, angle, size), row, xs, ys = rest
        return ["t", style, [angle, size], [letters[i] for i in row], xs, ys, [x, y]]
    if kind == "i":
        box, smooth, url = rest
        import base64

        return ["i", style, [smooth], pixels(base64.b64decode(url.partition(";base64,")[2])), box]
    return [kind, style, rest[:-1], np.reshape(rest[-1], (-1, 2)).cumsum(axis=0)]


def is_same(recorded: list[Any], computed: list[Any], grid: float) -> bool:
    """Whether two strokes are one: lines to half a step of the recording's grid, images to what nobody sees."""
    if recorded[:3] != computed[:3]:
        return False
    if recorded[0] in "pm":
        return recorded[3].shape == computed[3].shape and np.abs(recorded[3] - computed[3]).max(initial=0) <= grid / 2
    if recorded[0] == "t":
        return recorded[3:] == computed[3:]
    same_size = recorded[3].shape == computed[3].shape
    return bool(recorded[4] == computed[4] and same_size and np.abs(recorded[3] - computed[3]).mean() <= NEAR)


def differing(film: Film, explorer: Explorer, plan: Plan, settings: Sequence[int]) -> list[int]:
    """The numbers of those settings whose recorded picture or words are not what the explorer computes."""
    with mpl.rc_context({"path.simplify_threshold": 0.5}):
        strokes, ends = Strokes(explorer.picture()), film.last_states()
        return [i for i in settings if not _agrees(film, ends[i], explorer, plan.values(plan.settings[i]), strokes)]


def _agrees(film: Film, state: int, explorer: Explorer, values: dict[str, Any], strokes: Strokes) -> bool:
    *_, computed = explorer.states(**values)
    strokes.draw(computed)
    letters = [json.dumps(outline) for outline in json.loads(strokes.alphabet)]
    pairs = zip(film.picture(state), strokes.moving, strict=True)
    same = all(_same_artist(recorded, drawn(text, letters), film.head["grid"]) for recorded, text in pairs)
    return same and film.words(state) == list(explorer.describe(computed))


def _same_artist(recorded: list[list[Any]], computed: list[list[Any]], grid: float) -> bool:
    return len(recorded) == len(computed) and all(is_same(*pair, grid) for pair in zip(recorded, computed, strict=True))


def alone_and_together(plan: Plan, start: dict[str, Any], rng: np.random.Generator, n: int) -> list[int]:
    """Every stop of every control while the others stay, and some of all settings at random."""
    numbers = {setting: i for i, setting in enumerate(plan.settings)}
    home = plan.setting(start)
    alone = [
        (*home[:k], stop, *home[k + 1 :]) for k, stops in enumerate(plan.stops.values()) for stop in range(len(stops))
    ]
    at_random = rng.choice(len(numbers), min(n, len(numbers)), replace=False).tolist()
    return sorted({numbers[each] for each in alone if each in numbers} | set(at_random))
