"""The learner's own copy of the notebooks, in ``workbook/``: lay it, open it, get one lesson afresh.

``python tools/workbook.py open`` lays what is missing or got newer, and opens JupyterLab on it; ``fresh 03`` keeps the
learner's lesson 03 aside and lays it anew. What a learner changed is never overwritten.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from itertools import chain, count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # python -I does not
import notebook_files

WORKBOOK = notebook_files.ROOT / "workbook"
START = "00_start_here.ipynb"


def lay(lessons: Path, workbook: Path) -> list[str]:
    """Bring every lesson into the workbook, and return a line for each that now stands beside the learner's own.

    A file there is the learner's as soon as it differs from what was laid, which ``.laid.json`` remembers.
    """
    workbook.mkdir(exist_ok=True)
    memory = workbook / ".laid.json"
    laid = _remembered(memory)
    before_all = dict(laid)
    news = []
    for lesson in notebook_files.find([], lessons):
        notebook = notebook_files.read(lesson)
        notebook_files.drop_outputs(notebook)
        content = notebook_files.text(notebook).encode()
        for place in chain([workbook / lesson.name], _numbered(workbook, lesson.stem, "newer")):
            before = _digest(place.read_bytes()) if place.exists() else None
            is_theirs = before not in (None, laid.get(place.name), _digest(content))
            if is_theirs and laid.get(place.name) != _digest(content):
                continue
            if before != _digest(content) and not is_theirs:
                _write(place, content)
                if place.name != lesson.name:
                    news.append(f"{lesson.name} got newer: the new one is workbook/{place.name}, beside yours.")
            laid[place.name] = _digest(content)
            break
    if laid != before_all or not memory.exists():  # a copy that nobody may write to can still be opened
        _write(memory, json.dumps(laid, indent=1).encode())
    return news


def keep_aside(lesson: str, workbook: Path) -> str:
    """Rename the learner's copy of a lesson, so that it can be laid afresh; return the line that says so."""
    place = workbook / lesson
    if not place.exists():
        return f"workbook/{lesson} is laid afresh."
    kept = next(path for path in _numbered(workbook, place.stem, "mine") if not path.exists())
    place.rename(kept)
    forget(lesson[:2], workbook, f".progress_{kept.stem}.json")
    return f"workbook/{lesson} is laid afresh; yours is now workbook/{kept.name}."


def forget(lesson: str, workbook: Path, kept: str) -> None:
    """Take a lesson out of what the learner has done, so that it asks anew; what was there is kept in a file aside."""
    memory = workbook / ".progress.json"
    progress = _remembered(memory)
    done = progress.get("lessons")
    if isinstance(done, dict) and lesson in done:
        _write(workbook / kept, json.dumps(done.pop(lesson), indent=1, ensure_ascii=False).encode())
        _write(memory, json.dumps(progress, indent=1, sort_keys=True, ensure_ascii=False).encode())


def open_lab(workbook: Path, options: list[str]) -> None:
    """Run JupyterLab on the first lesson, for this machine alone, until the learner stops it."""
    from jupyterlab.labapp import LabApp

    lessons = [path.name for path in notebook_files.find([], workbook)]
    start = START if START in lessons else lessons[0]
    os.environ["JUPYTER_PATH"] = str(Path(sys.prefix, "share", "jupyter"))  # this kernel, whatever else is installed
    os.environ["JUPYTER_CONFIG_PATH"] = str(Path(__file__).with_name("jupyter"))  # no question about news, no updates
    server = LabApp.initialize_server([
        "--ip=127.0.0.1", f"--ServerApp.root_dir={workbook}", f"--LabApp.default_url=/lab/tree/{start}",
        "--log-level=WARN", "--KernelManager.transport_encryption=auto",
        *_for_this_machine(), *options,
    ])  # fmt: skip
    server.contents_manager.register_pre_save_hook(before_saving)
    print(f"JupyterLab opens on workbook/{start}. To stop it, press Control-C here.", flush=True)
    server.start()


def before_saving(model: dict[str, Any], **_: object) -> None:
    """Clean a notebook on its way to the disk; the page in the browser keeps its live views."""
    if model["type"] == "notebook":
        notebook_files.drop_live_views(model["content"])


def _for_this_machine() -> Iterator[str]:
    if sys.platform == "linux" and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))):
        yield "--no-browser"  # or a text browser takes over the terminal
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        yield "--allow-root"  # a container's only user; the server listens to this machine alone


def _remembered(memory: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(memory.read_bytes()))
    except (OSError, ValueError, TypeError):
        return {}


def _numbered(workbook: Path, stem: str, word: str) -> Iterator[Path]:
    return (workbook / f"{stem}_{word}{'' if n == 1 else f'_{n}'}.ipynb" for n in count(1))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(place: Path, content: bytes) -> None:
    unfinished = place.with_name(f".{place.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(place)


def _or_say_why(work: Callable[[], list[str]]) -> None:
    """Print what a piece of work has to say; stop with one line where the disk does not let it."""
    try:
        for line in work():
            print(line)
    except OSError as error:
        where = error.filename or WORKBOOK
        sys.exit(f"The lessons can't be laid in your workbook: {where}: {error.strerror}. Move it away, or free it.")


def main(command: str, *rest: str) -> None:
    """Do what the command line says."""
    if command == "fresh":
        if not rest:
            sys.exit("Say which lesson: make fresh LESSON=03")
        lessons = notebook_files.find(list(rest))
        _or_say_why(lambda: [keep_aside(lesson.name, WORKBOOK) for lesson in lessons])
    _or_say_why(lambda: lay(notebook_files.NOTEBOOKS, WORKBOOK))
    if command == "open":
        open_lab(WORKBOOK, list(rest))


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["open"]))
