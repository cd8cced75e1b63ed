"""Outputs whose numbers move with the machine, compared: numbers as numbers, the text around them as text.

A cell that shows what came from a training carries nbval's own tag, ``nbval-ignore-output``, so that nbval compares
nothing, and beside it in its metadata the bands, by the words that stand before a number in its line::

    {"tags": ["nbval-ignore-output"], "bands": {"dev": 0.02, "best of #:": 0.01}}

A number without a band of its own may move by one unit of its last printed place; a whole number may not move.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from nbformat import NotebookNode

TAG, BANDS = "nbval-ignore-output", "bands"  # what a cell carries: nbval's tag, and the key in its metadata
NOT_COMPARED = ("image/png", "image/jpeg", "application/vnd.jupyter.widget-view+json")  # nor by nbval
NUMBER = re.compile(
    r"(?<![\w.])[-+−]?(?>(?:[1-9]\d{0,2}(?:,\d{3}(?!\d))+|[1-9]\d*|0)(?:\.\d+)?(?:e[-+]?\d+)?)(?!\w)"
)  # 0.92, -3, 1,200, 1.1e-17; not the 1 of W1, the 05.2 of an exercise, the 2 of 2nd
Bands = Mapping[str, float]


class Number(NamedTuple):
    """A number in an output: what is printed, and what stands before it in its line, with # for other numbers."""

    printed: str
    before: str

    @property
    def value(self) -> Decimal:
        """What is printed, exactly."""
        return Decimal(self.printed.replace(",", "").replace("−", "-"))

    @property
    def unit(self) -> Decimal:
        """One of its last printed place."""
        return Decimal(1).scaleb(int(self.value.as_tuple().exponent))

    @property
    def is_whole(self) -> bool:
        """Whether it has no decimal places: it counts something, and moves only if a band says so."""
        return not set(self.printed) & set(".e")

    @property
    def names(self) -> tuple[str, str]:
        """What a band's key may end: with the numbers right before it, and without, as in a row of a table."""
        return self.before, re.sub(r"(#[^\w#]*)+$", "", self.before).rstrip()

    def band(self, bands: Bands) -> Decimal | None:
        """Return the band of the longest key that the words before it end with, or None."""
        keys = [key for key in bands if any(name.endswith(key) for name in self.names)]
        return Decimal(str(bands[max(keys, key=len)])) if keys else None


def numbers(text: str) -> list[Number]:
    """Return the numbers in a text, in their order."""
    found = []
    for match in NUMBER.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        found.append(Number(match.group(), "^" + _spaced(NUMBER.sub("#", line)).strip()))
    return found


def differences(stored: str, new: str, bands: Bands) -> Iterator[str]:
    """Yield a line for each number that left its band, or one for the first place where the words differ."""
    words = [[_spaced(piece) for piece in NUMBER.split(text)] for text in (stored, new)]
    if words[0] != words[1]:
        yield _where_words_differ(*(NUMBER.sub("#", _spaced(text)) for text in (stored, new)))
        return
    for was, now in zip(numbers(stored), numbers(new), strict=True):
        band = was.band(bands)
        if band is None:
            band = Decimal(0) if was.is_whole and now.is_whole else min(was.unit, now.unit)
        if abs(now.value - was.value) > band:
            yield f"{_end(was.before)}: is {now.printed}, was {was.printed}, and may move by {band.normalize():g}"


def outputs_differ(stored: Iterable[NotebookNode], new: Iterable[NotebookNode], bands: Bands | None) -> Iterator[str]:
    """Yield what differs between the outputs of a cell: beyond the bands, or at all where there are none."""
    before, after = words_of(stored), words_of(new)
    for kind in sorted(before.keys() | after.keys()):
        if len(before[kind]) != len(after[kind]):
            yield f"{len(after[kind])} outputs of {kind}, there were {len(before[kind])}"
            continue
        for was, now in zip(before[kind], after[kind], strict=True):
            if bands is not None:
                yield from differences(was, now, bands)
            elif was != now:
                exact = list(differences(was, now, {"": 0}))
                yield from exact or [_where_words_differ(was, now)]  # -0.00 is 0.00, or a space more


def words_of(outputs: Iterable[NotebookNode]) -> defaultdict[str, list[str]]:
    """Return what nbval compares of a cell's outputs, by stream or MIME type."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for output in outputs:
        if output["output_type"] == "stream":
            found[output["name"]] = ["".join([*found[output["name"]], output["text"]])]
        for kind, data in output.get("data", {}).items():
            if kind not in NOT_COMPARED:
                found[kind].append(data if isinstance(data, str) else json.dumps(data, sort_keys=True))
    return found


def propose(stored: Sequence[NotebookNode], runs: Sequence[Sequence[NotebookNode]]) -> dict[str, float]:
    """Return bands of twice what the runs showed, each by the fewest words that mean no number of another precision."""
    moved: dict[Number, Decimal] = {}
    every = {number for texts in words_of(stored).values() for text in texts for number in numbers(text)}
    for run in runs:
        for was, now in _pairs(words_of(stored), words_of(run)):
            far = abs(now.value - was.value)
            if far:
                moved[was] = max(far, moved.get(was, Decimal(0)))
    bands: dict[str, float] = {}
    for number, far in moved.items():
        key = _shortest_name(number, every)
        bands[key] = max(bands.get(key, 0.0), float(2 * far))
    return bands


def _pairs(stored: Mapping[str, list[str]], new: Mapping[str, list[str]]) -> Iterator[tuple[Number, Number]]:
    for kind, texts in stored.items():
        for was, now in zip(texts, new.get(kind, []), strict=False):
            if len(numbers(was)) == len(numbers(now)):
                yield from zip(numbers(was), numbers(now), strict=True)


def _shortest_name(number: Number, every: Iterable[Number]) -> str:
    full, row = number.names
    words = (row if re.search(r"[^\W\d_]", row) else full).split(" ")
    for n in range(1, len(words) + 1):
        key = " ".join(words[-n:]).lstrip("^")
        meant = [other for other in every if any(name.endswith(key) for name in other.names)]
        if re.search(r"[^\W\d_]", key) and all(other.unit == number.unit for other in meant):
            return key
    return " ".join(words)


def _where_words_differ(stored: str, new: str) -> str:
    start = next((i for i, (a, b) in enumerate(zip(stored, new, strict=False)) if a != b), min(len(stored), len(new)))
    start = max(0, start - 20)
    return f"the words differ: are {new[start : start + 60]!r}, were {stored[start : start + 60]!r}"


def _spaced(text: str) -> str:
    return re.sub(r"[ \t]+", " ", text)  # a sign more, or a digit less, shifts a column


def _end(text: str) -> str:
    return text if len(text) <= 50 else "..." + text[-47:]
