"""``show_progress``: the lessons as a map, with what is done in each, and where to go on."""

import html
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from IPython.display import display

from coursekit.notebook.memory import FILE, memory

KINDS = {"predictions": "predict", "exercises": "check", "explorers": "show"}  # what a lesson has, by what calls it


class Stage(NamedTuple):
    """A lesson and how far it is done.

    Attributes
    ----------
    file : str
    title : str
    minutes : int
    done, total : tuple of int
        Predictions, exercises and explorers.
    """

    file: str
    title: str
    minutes: int
    done: tuple[int, ...]
    total: tuple[int, ...]

    @property
    def left(self) -> float:
        """The minutes that are left, by the share that is not done."""
        return self.minutes * (1 - sum(self.done) / max(sum(self.total), 1))

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return self.done == self.total


def stages(folder: Path, known: dict[str, Any]) -> list[Stage]:
    """Read what each notebook of a folder holds, and what is known to be done of it.

    Parameters
    ----------
    folder : Path
    known : dict
        What a ``Memory`` holds, by lesson.

    Returns
    -------
    list of Stage
    """
    return [_stage(path, known.get(path.name[:2], {})) for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))
            if not re.search(r"_(newer|mine)(_\d+)?$", path.stem)]  # fmt: skip


def _stage(path: Path, known: dict[str, Any]) -> Stage:
    cells = [("".join(cell["source"]), cell["cell_type"]) for cell in _cells(path)]
    text = "\n".join(source for source, kind in cells if kind == "markdown")
    code = "\n".join(source for source, kind in cells if kind == "code")
    minutes, title = re.search(r"takes about (\d+) minutes", text), re.search(r"^# \d+ · (.*)", text, re.MULTILINE)
    total = [len(set(re.findall(rf"^{call}\((.+?)[,)]", code, re.MULTILINE))) for call in KINDS.values()]
    done = [min(len(known.get(kind, ())), most) for kind, most in zip(KINDS, total, strict=True)]
    return Stage(path.name, title[1] if title else path.stem, int(minutes[1]) if minutes else 0, tuple(done),
                 tuple(total))  # fmt: skip


def _cells(path: Path) -> list[dict[str, Any]]:
    try:
        return list(json.loads(path.read_bytes())["cells"])
    except (OSError, ValueError, KeyError):  # the learner may have changed it in any way
        return []


def show_progress() -> None:
    """Show the map of the course: what you have done of each lesson, the minutes left, and where to go on."""
    memory.flush()
    if memory.folder is None:
        display({"text/plain": f"Nothing is kept here. In your own copy, which `make lab` opens, {FILE} remembers."},
                raw=True)  # fmt: skip
        return
    known = memory.all
    lessons = stages(memory.folder, known["lessons"])
    memory.say_news()
    onward = _onward(lessons, known["last"])
    rows = "".join(_row(each) for each in lessons)
    head = "<tr><th>lesson</th><th>predictions</th><th>exercises</th><th>tasks</th><th>minutes left</th></tr>"
    page = f"<p><strong>{html.escape(onward[0])}</strong>{onward[1]}</p><table>{head}{rows}</table>"
    lines = (f"{each.file[:2]} {each.title}: {_counts(each)}; {each.left:.0f} minutes left" for each in lessons)
    display({"text/html": page, "text/plain": "\n".join([onward[0], *lines])}, raw=True)


def _onward(lessons: list[Stage], last: dict[str, Any]) -> tuple[str, str]:
    """Say in words how much is left and where to go on; then, in HTML, the way there."""
    left = sum(each.left for each in lessons)
    if not left:
        return "You have done all of it.", ""
    begun = [each for each in lessons if each.file[:2] == last.get("lesson") and not each.is_done]
    here = (begun or [each for each in lessons if not each.is_done])[0]
    was = f"; last you were at {last.get('at')}" if begun else ""
    hours = f"{left / 60:.0f} hours" if left > 90 else f"{left:.0f} minutes"
    return f"About {hours} are left. Go on with lesson {here.file[:2]}{was}.", f" {_link(here)}"


def _link(each: Stage) -> str:
    return f'<a href="{html.escape(each.file)}">{html.escape(each.title)}</a>'


def _row(each: Stage) -> str:
    parts = [f"{done} of {total}" for done, total in zip(each.done, each.total, strict=True)]
    left = "done" if each.is_done else f"{each.left:.0f}"
    return f"<tr>{''.join(f'<td>{part}</td>' for part in [f'{each.file[:2]} {_link(each)}', *parts, left])}</tr>"


def _counts(each: Stage) -> str:
    counted = zip(("predictions", "exercises", "tasks"), each.done, each.total, strict=True)
    return ", ".join(f"{kind} {done} of {total}" for kind, done, total in counted)
