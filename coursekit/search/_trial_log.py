"""The log of a search: one line of JSON a trial, on the disk before the next one counts.

The first line says which search it is. A line that a crash has cut off is taken away; what it said is computed again.
"""

import json
import math
import os
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np

from coursekit._checks import refuse, shown
from coursekit.scales import Scale
from coursekit.search import _private_files
from coursekit.search._trial_task import Outcome
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
            self._path = _path_of(path)
            space = "a list of settings" if scales is None else {name: _in_words(each) for name, each in scales.items()}
            try:
                self._begin({KIND: 1, "seed": seed, "space": space}, settings)
            except OSError as error:
                self.close()
                self._cannot(error)
            except BaseException:
                self.close()
                raise

    def add(self, trials: Sequence[Trial]) -> None:
        """Write some trials, and return when the disk has them; an OSError where it can't hold them."""
        if self._file:
            self._write(*map(_entry, trials))

    def close(self) -> str:
        """Close the file; return in words that it is no longer where it was, or nothing."""
        if not self._file:
            return ""
        try:
            still_there = os.path.samestat(self._path.stat(), os.fstat(self._file.fileno()))
        except OSError:
            still_there = False
        _private_files.forget(self._file.fileno())
        _unlock(self._file)
        self._file.close()
        self._file = None
        return "" if still_there else f" Its log {self._path.name} was taken away meanwhile, and holds nothing of it."

    def _write(self, *entries: Mapping[str, Any]) -> None:
        if self._file and entries:
            rest = b"".join(map(_line, entries))
            while rest:  # of which a disk that gets full takes a part
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())

    def _begin(self, header: dict[str, Any], settings: Sequence[dict[str, Any]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._path.exists() and not self._path.is_file():
            self._refuse("a folder" if self._path.is_dir() else "something that is no file")
        self._file = self._path.open("a+b", buffering=0)
        _private_files.keep(self._file.fileno())
        if not _locked(self._file):
            hint = "Wait until that one is done, or name another file."
            refuse(
                "run", "log", "be a file that no other search writes to at the same time", self._path.name, hint=hint
            )
        self._file.seek(0)
        found = self._file.read()
        whole = found[: found.rfind(b"\n") + 1]
        lines = [(place, line) for place, line in enumerate(whole.splitlines(), start=1) if line.strip()]
        if lines:
            self._check_header(lines[0][1], header)
        elif not _line(header).startswith(found.strip()):
            self._refuse("a file of another kind")
        for place, line in lines[1:]:
            self._take(place, line, header, settings)
        if self.outcomes:
            self.note = f"{len(self.outcomes)} of them were taken from {self._path.name}."
        if len(whole) < len(found):
            self._file.truncate(len(whole))
            self.note += " Its last line was torn, and counts for nothing."
        if not lines:
            self._write(header)

    def _check_header(self, line: bytes, header: dict[str, Any]) -> None:
        found = _read(line)
        if found.get(KIND) is not header[KIND]:
            self._refuse("a file of another kind")
        for word in ("seed", "space"):
            was, now = found.get(word), header[word]
            if json.dumps(was) != json.dumps(now):  # True is no 1, and the order of the scales decides the draws
                self._refuse(f"one with the {word} {shown(was, str)}, where it is now {shown(now, str)}")

    def _take(self, place: int, line: bytes, header: dict[str, Any], settings: Sequence[dict[str, Any]]) -> None:
        entry = _read(line)
        if entry == header:
            return
        fault = _fault_of(entry)
        if fault is not None:
            self._refuse(f"one whose line {place} is no trial{fault}")
        number = entry["number"]
        if number >= len(settings):  # of a longer search
            return
        if not alike(entry["setting"], plain(settings[number])):
            self._refuse(f"one whose line {place} has another setting for trial {number}")
        score = math.nan if entry["score"] is None else float(entry["score"])
        self.outcomes.setdefault(number, Outcome(score, float(entry["seconds"]), entry.get("error", "")))

    def _refuse(self, got: str) -> NoReturn:
        hint = f"Name another file, or delete {self._path}."
        refuse("run", "log", "be a new file, or one of the same search", got, hint=hint)

    def _cannot(self, error: OSError) -> NoReturn:
        got = f"{self._path}: {error.strerror or error}"
        refuse("run", "log", "be a file that can be read and written", got)


def _path_of(path: object) -> Path:
    if not isinstance(path, str | os.PathLike) or not str(path) or "\0" in str(path):
        refuse("run", "log", "be the path of a file", shown(path), error=TypeError)
    try:
        return Path(path).expanduser().absolute()
    except (OSError, RuntimeError, TypeError, ValueError) as error:  # no home, or a current folder that was deleted
        refuse("run", "log", "be the path of a file", f"{shown(path)}: {shown(error, str)}")


def _locked(file: BinaryIO) -> bool:
    """Lock a file for this search, until it is closed; False if another one holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415

            file.seek(1 << 40)  # Windows would let nobody read what is locked: far behind the end is nothing
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # some network drives know no locks
        return True
    return True


def _unlock(file: BinaryIO) -> None:
    """Give the lock up for all that hold the file: a child may have been forked this moment."""
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415

        with suppress(OSError):  # a network drive that knows none
            fcntl.flock(file, fcntl.LOCK_UN)


def _fault_of(entry: Mapping[str, Any]) -> str | None:
    """Say what in a line is not as we write it, as somebody may have changed it by hand; None if all is."""
    if not entry.keys() >= IN_A_LINE:
        return ""
    error, score = entry.get("error", ""), entry["score"]
    is_right = {
        "number": type(entry["number"]) is int and entry["number"] >= 0,
        "setting": isinstance(entry["setting"], dict),
        "seconds": _is_finite(entry["seconds"]) and entry["seconds"] >= 0,
        "error": isinstance(error, str),
        "score": score is None if error else _is_finite(score),  # a trial has the one or the other
    }
    return next((f": its {word} is {shown(entry.get(word))}" for word, right in is_right.items() if not right), None)


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _entry(trial: Trial) -> dict[str, Any]:
    entry = {"number": trial.number, "score": None if trial.failed else trial.score, "setting": plain(trial.setting),
             "seconds": round(trial.seconds, 6)}  # fmt: skip
    return entry | {"error": trial.error} if trial.failed else entry


def _line(entry: Mapping[str, Any]) -> bytes:
    return (json.dumps(entry, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8", "backslashreplace")


def _read(line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return entry if isinstance(entry, dict) else {}


def _in_words(scale: Scale) -> str:
    """Write a scale as its repr does, but the same in every process."""
    if not is_dataclass(scale):
        return str(plain(scale))
    values = (f"{field.name}={json.dumps(plain(getattr(scale, field.name)))}" for field in fields(scale))
    return f"{type(scale).__name__}({', '.join(values)})"


def plain(value: Any, deep: int = 50) -> Any:
    """Make JSON of a value of a setting: a number that JSON lacks becomes text, and so does what is no data."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and value.bit_length() > 10_000:  # more digits than Python writes
        return shown(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if deep and isinstance(value, Mapping):
        return {shown(key, str): plain(each, deep - 1) for key, each in value.items()}
    if deep and isinstance(value, list | tuple):
        return [plain(each, deep - 1) for each in value]
    name = getattr(value, "__qualname__", None)
    return name if isinstance(name, str) and name else re.sub(r" at 0x[0-9a-f]+", "", shown(value))


def alike(one: Any, other: Any) -> bool:
    """Compare two settings in plain form; another machine may have rounded a number elsewhere."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-300)
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
