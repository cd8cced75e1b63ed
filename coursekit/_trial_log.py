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
from typing import Any, NoReturn

import numpy as np

from coursekit._box import Outcome
from coursekit._checks import refuse
from coursekit.scales import Scale
from coursekit.trials import Trial

KIND = "coursekit search"


class TrialLog:
    """The file of a search, opened to be continued.

    Parameters
    ----------
    path : str or Path
        Begun if it is not there; refused if it is of another search.
    seed : int
    scales : mapping of str to Scale, or None
        The space; None for a list of settings.
    settings : list of dict
        All that are to be tried, by their numbers.

    Attributes
    ----------
    outcomes : dict of int to Outcome
        What it holds, by the numbers of the trials.
    mended : bool
        Whether a line was taken away.
    """

    def __init__(
        self, path: str | Path, seed: int, scales: Mapping[str, Scale] | None, settings: Sequence[dict[str, Any]]
    ) -> None:
        self.path, self.outcomes, self.mended = Path(path), dict[int, Outcome](), False
        space = "a list of settings" if scales is None else {name: _in_words(scale) for name, scale in scales.items()}
        self._header = {KIND: 1, "seed": seed, "space": space}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("ab", buffering=0)
        try:
            self._take_up(settings)
        except BaseException:
            self.close()
            raise

    @property
    def note(self) -> str:
        """What was found, in a sentence, or nothing."""
        words = f"{len(self.outcomes)} were taken from {self.path.name}." if self.outcomes else ""
        return words + " Its last line was torn, and is computed again." * self.mended

    def add(self, trials: Sequence[Trial]) -> None:
        """Write some trials, and return when the disk has them."""
        lines = []
        for number, setting, score, seconds, error in trials:
            line = {"number": number, "score": None if error else score, "setting": plain(setting)}
            lines.append(line | {"seconds": round(seconds, 6)} | ({"error": error} if error else {}))
        self._write(*lines)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, *lines: Mapping[str, Any]) -> None:
        text = "".join(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n" for line in lines)
        self._file.write(text.encode("utf-8", "backslashreplace"))
        os.fsync(self._file.fileno())

    def _take_up(self, settings: Sequence[dict[str, Any]]) -> None:
        whole = self.path.read_bytes()
        header, *lines = self._mend(whole).splitlines() or [b""]
        if not header:
            self._write(self._header)
            return
        self._check_header(header)
        for place, line in enumerate(lines, start=2):
            entry = _read(line)
            if entry is None or not {"number", "score", "setting", "seconds"} <= set(entry):
                self._refuse(f"line {place}, which is no trial")
            number = entry["number"]
            if number < len(settings):
                if not alike(entry["setting"], plain(settings[number])):
                    self._refuse(f"line {place} with another setting for trial {number}")
                score = math.nan if entry["score"] is None else entry["score"]
                self.outcomes.setdefault(number, Outcome(score, entry["seconds"], entry.get("error", "")))

    def _mend(self, whole: bytes) -> bytes:
        """Take away a last line that is torn, in the file as well, and return the rest."""
        if whole.endswith(b"\n") or not whole:
            return whole
        end = whole.rfind(b"\n") + 1
        if not end and not json.dumps(self._header).encode().startswith(whole):
            self._refuse("a file of another kind")
        os.truncate(self.path, end)
        self.mended = True
        return whole[:end]

    def _check_header(self, line: bytes) -> None:
        header = _read(line)
        if header is None or header.get(KIND) != 1:
            self._refuse("a file of another kind")
        for word in ("seed", "space"):
            if header[word] != self._header[word]:
                self._refuse(f"one with the {word} {header[word]}, where now it is {self._header[word]}")

    def _refuse(self, got: str) -> NoReturn:
        hint = "Give the search a file of its own, or delete this one."
        refuse("run", "log", "be new or of the same search", f"{got} ({self.path})", hint=hint)


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def _in_words(scale: Scale) -> str:
    """Write a scale as its repr does, but the same in every process."""
    if not is_dataclass(scale):
        return str(plain(scale))
    values = (f"{field.name}={json.dumps(plain(getattr(scale, field.name)))}" for field in fields(scale))
    return f"{type(scale).__name__}({', '.join(values)})"


def plain(value: Any) -> Any:
    """Make JSON of a value of a setting: numbers that JSON lacks become text, and so does all that is no data."""
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
