"""The log of a search: one line of JSON a trial, on the disk before the next one counts.

The first line says which search it is. A line that a crash has cut off is taken away; what it said is computed again.
"""

import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np

from coursekit._checks import refuse
from coursekit.scales import Scale
from coursekit.search._box import Outcome
from coursekit.search.trials import Trial

KIND = "coursekit search"
IN_A_LINE = {"number", "score", "setting", "seconds"}


class TrialLog:
    """The file of a search, opened to be continued.

    Parameters
    ----------
    path : str, Path or None
        Begun if it is not there, refused if it is of another search. None: nothing is written.
    seed : int
        Of the search.
    scales : mapping of str to Scale, or None
        Its space; None for a list of settings.
    settings : list of dict
        All that are to be tried, by their numbers.

    Attributes
    ----------
    outcomes : dict of int to Outcome
        What the file held, by the numbers of the trials.
    note : str
        What was found, in words, or nothing.
    """

    def __init__(
        self, path: str | Path | None, seed: int, scales: Mapping[str, Scale] | None, settings: Sequence[dict[str, Any]]
    ) -> None:
        self.outcomes: dict[int, Outcome] = {}
        self.note = ""
        self._file: BinaryIO | None = None
        if path is not None:
            self._path = Path(path)
            space = "a list of settings" if scales is None else {name: _in_words(each) for name, each in scales.items()}
            self._begin({KIND: 1, "seed": seed, "space": space}, settings)

    def add(self, trials: Sequence[Trial]) -> None:
        """Write some trials, and return when the disk has them."""
        self._write(*map(_entry, trials if self._file else ()))

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()

    def _write(self, *entries: Mapping[str, Any]) -> None:
        if self._file and entries:
            self._file.write(b"".join(map(_line, entries)))
            self._file.flush()
            os.fsync(self._file.fileno())

    def _begin(self, header: dict[str, Any], settings: Sequence[dict[str, Any]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        found = self._path.read_bytes() if self._path.exists() else b""
        whole = found[: found.rfind(b"\n") + 1]
        if whole:
            self._check_header(whole.splitlines()[0], header)
        elif not _line(header).startswith(found):
            self._refuse("a file of another kind")
        for place, line in enumerate(whole.splitlines()[1:], start=2):
            self._take(place, line, settings)
        if self.outcomes:
            self.note = f"{len(self.outcomes)} of them were taken from {self._path.name}."
        if len(whole) < len(found):
            os.truncate(self._path, len(whole))
            self.note += " Its last line was torn, and counts for nothing."
        self._file = self._path.open("ab")
        if not whole:
            self._write(header)

    def _check_header(self, line: bytes, header: dict[str, Any]) -> None:
        found = _read(line)
        if found.get(KIND) != header[KIND]:
            self._refuse("a file of another kind")
        for word in ("seed", "space"):
            if found.get(word) != header[word]:
                self._refuse(f"one with the {word} {found.get(word)}, where it is now {header[word]}")

    def _take(self, place: int, line: bytes, settings: Sequence[dict[str, Any]]) -> None:
        entry = _read(line)
        if not entry.keys() >= IN_A_LINE:
            self._refuse(f"one whose line {place} is no trial")
        number = entry["number"]
        if number >= len(settings):  # of a longer search
            return
        if not alike(entry["setting"], plain(settings[number])):
            self._refuse(f"one whose line {place} has another setting for trial {number}")
        score = math.nan if entry["score"] is None else entry["score"]
        self.outcomes.setdefault(number, Outcome(score, entry["seconds"], entry.get("error", "")))

    def _refuse(self, got: str) -> NoReturn:
        hint = f"Name another file, or delete {self._path}."
        refuse("run", "log", "be a new file, or one of the same search", got, hint=hint)


def _entry(trial: Trial) -> dict[str, Any]:
    entry = {"number": trial.number, "score": None if trial.failed else trial.score, "setting": plain(trial.setting),
             "seconds": round(trial.seconds, 6)}  # fmt: skip
    return entry | {"error": trial.error} if trial.failed else entry


def _line(entry: Mapping[str, Any]) -> bytes:
    return (json.dumps(entry, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8", "backslashreplace")


def _read(line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _in_words(scale: Scale) -> str:
    """Write a scale as its repr does, but the same in every process."""
    if not is_dataclass(scale):
        return str(plain(scale))
    values = (f"{field.name}={json.dumps(plain(getattr(scale, field.name)))}" for field in fields(scale))
    return f"{type(scale).__name__}({', '.join(values)})"


def plain(value: Any) -> Any:
    """Make JSON of a value of a setting: a number that JSON lacks becomes text, and so does what is no data."""
    if isinstance(value, np.generic | np.ndarray):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    name = getattr(value, "__qualname__", None)
    return name or re.sub(r" at 0x[0-9a-f]+", "", repr(value))


def alike(one: Any, other: Any) -> bool:
    """Compare two settings in plain form; another machine may have rounded a number elsewhere."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-300)
    return bool(one == other)
