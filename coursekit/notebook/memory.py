"""What a learner did, in a file of their own beside the notebooks; it is never sent anywhere.

Only the learner's own copy of the course, which ``tools/workbook.py`` lays, has such a file: wherever else a notebook
runs, nothing is read or written.
"""

import atexit
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import RLock, Timer
from typing import Any

from coursekit.search._trial_log import _locked

FILE, WORKBOOK = ".progress.json", ".laid.json"
ABOUT = "What you did in this course. It stays on this machine. Delete this file to begin anew."
REST = 0.5  # seconds between two writings of what a hand moves
PATIENCE = 2.0  # seconds for another page to write

Change = Callable[[dict[str, Any]], None]


class Memory:
    """A learner's progress: it raises nothing, and loses nothing that another page wrote.

    Parameters
    ----------
    folder : Path or None
        Where the notebook runs. Nothing is kept if it is no workbook.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder if folder and (folder / WORKBOOK).is_file() else None
        self._guard = RLock()
        self._timer: Timer | None = None
        self._soon: dict[tuple[str, str, str], Any] = {}
        self._unwritten: list[Change] = []  # what a file that nobody may write to does not have
        self._news: list[str] = []
        self._said: set[str] = set()

    def get(self, lesson: str, kind: str, name: str) -> Any:
        """Return what is known, or None.

        Parameters
        ----------
        lesson : str
            Its number, such as ``"03"``.
        kind : str
            ``"predictions"``, ``"exercises"``, ``"tasks"``, ``"explorers"`` (with their task done) or ``"controls"``.
        name : str
            Of the prediction, the exercise or the explorer.
        """
        self.flush()
        return self.all["lessons"].get(lesson, {}).get(kind, {}).get(name)

    @property
    def all(self) -> dict[str, Any]:
        """All that is known."""
        with self._guard:
            data = self._read() if self.folder else _nothing()
            for change in self._unwritten:
                change(data)
            return data

    def put(self, lesson: str, kind: str, name: str, value: Any, *, at: str) -> None:
        """Remember something now, and where it was done; a list is joined with the one that is there.

        Parameters
        ----------
        lesson, kind, name : str
            As for ``get``.
        value : object
            What JSON can hold.
        at : str
            Where the learner is, in words.
        """

        def change(data: dict[str, Any]) -> None:
            place = data["lessons"].setdefault(lesson, {}).setdefault(kind, {})
            old = place.get(name)
            is_joined = isinstance(value, list) and isinstance(old, list)
            place[name] = list(dict.fromkeys([*old, *value])) if is_joined else value
            data["last"] = {"lesson": lesson, "at": at}

        if self.folder:
            self._write(change)

    def put_soon(self, lesson: str, kind: str, name: str, value: Any, *, at: str) -> None:
        """Remember something that a hand moves, once in a while; as ``put``."""
        if not self.folder:
            return
        with self._guard:
            self._soon[lesson, kind, name] = (value, at)
            if self._timer is None:
                self._timer = Timer(REST, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Write what was to be written soon."""
        with self._guard:
            self._timer, soon = None, list(self._soon.items())
            self._soon.clear()
        for place, (value, at) in soon:
            self.put(*place, value, at=at)

    def say_news(self) -> None:
        """Print what has gone wrong with the file since it was last said, each once."""
        with self._guard:
            for news in self._news:
                print(news)
            self._news.clear()

    def _note(self, news: str) -> None:
        if news not in self._said:
            self._said.add(news)
            self._news.append(news)

    @property
    def _path(self) -> Path:
        return (self.folder or Path()) / FILE

    def _read(self) -> dict[str, Any]:
        try:
            data = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return _nothing()
        except OSError as error:
            self._note(f"Your progress can't be read from {FILE}: {error.strerror}.")
            return _nothing()
        except (ValueError, RecursionError):
            data = None
        if _is_sound(data):
            return {**_nothing(), **data}
        self._put_aside()
        return _nothing()

    def _put_aside(self) -> None:
        names = (f".progress_damaged{'' if n == 1 else f'_{n}'}.json" for n in count(1))
        kept = next(name for name in names if not self._path.with_name(name).exists())
        try:
            self._path.rename(self._path.with_name(kept))
            self._note(f"Your progress in {FILE} could not be read: it is kept as {kept}, and a new file is begun.")
        except FileNotFoundError:  # another page has just done it
            pass
        except OSError:
            self._note(f"Your progress in {FILE} can't be read, nor moved away.")

    def _write(self, change: Change) -> None:
        with self._guard:
            self._unwritten.append(change)
            try:
                with _alone(self._path.with_name(".progress.lock")):
                    data = self.all
                    unfinished = self._path.with_name(f"{FILE}.{os.getpid()}.part")
                    text = json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
                    unfinished.write_text(text, encoding="utf-8", newline="\n")
                    unfinished.replace(self._path)
                self._unwritten.clear()
            except OSError as error:
                self._note(f"Your progress can't be written to {FILE}: {error.strerror}. It lasts as the kernel does.")


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Wait until no other kernel writes; after a while, no longer."""
    until = time.monotonic() + PATIENCE
    with lock.open("a+b") as file:
        while not _locked(file) and time.monotonic() < until:
            time.sleep(0.01)
        yield


def _nothing() -> dict[str, Any]:
    return {"about": ABOUT, "last": {}, "lessons": {}}


def _is_sound(data: Any) -> bool:
    """Whether a file's content has the form that is written here, whatever its values are."""
    if not isinstance(data, dict) or not isinstance(data.get("last", {}), dict):
        return False
    lessons = data.get("lessons", {})
    return isinstance(lessons, dict) and all(
        isinstance(lesson, dict) and all(isinstance(kind, dict) for kind in lesson.values())
        for lesson in lessons.values()
    )


def _here() -> Path | None:
    try:
        return Path.cwd()
    except OSError:  # the folder was deleted
        return None


memory = Memory(_here())
atexit.register(memory.flush)


def lesson_of(explorer: Any) -> str:
    """Return the number of the lesson whose folder declares an explorer; its phrase where no notebook has it."""
    phrase = explorer.compute.__module__.split(".")[-2:][0]
    notebooks = sorted(memory.folder.glob(f"[0-9][0-9]_{phrase}.ipynb")) if memory.folder else []
    return notebooks[0].name[:2] if notebooks else phrase
