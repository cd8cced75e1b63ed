"""The start page: a map of the lessons."""

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import NamedTuple

from notebook_files import ROOT, read

from coursekit.lessons import EXPLORERS
from coursekit.notebook.words import to_html
from website.markup import picture
from website.pages import explorers_of
from website.recording import Recording

ROW = re.compile(r"^\| \[(\d\d) (.+?)\]\(notebooks/(\S+)\.ipynb\) \| (\d+) \| (.+) \|$", re.MULTILINE)
PARTS = {"00": "Start", "01": "Search", "06": "Normalize", "11": "Classify", "13": "Frameworks", "15": "All of it"}


class Lesson(NamedTuple):
    """A lesson as the README lists it."""

    number: str
    title: str
    page: str
    minutes: str
    able: str


def lessons() -> list[Lesson]:
    """Return the lessons of the README's table."""
    return [Lesson(*row) for row in ROW.findall((ROOT / "README.md").read_text(encoding="utf-8"))]


def front_page(shown: list[Lesson], recordings: Mapping[str, Recording]) -> str:
    """Return the start page in MyST.

    Parameters
    ----------
    shown : list of Lesson
    recordings : mapping
        Of the lessons' first explorers at least, by name.

    Returns
    -------
    str
    """
    cards = "\n".join(_card(lesson, recordings) for lesson in shown)
    listed = "\n".join(lesson.page for lesson in shown)
    return f"""# Tune a network

You can write a neural network; this course is about tuning it. You guess, move a slider, see the answer move, and write
a few lines of NumPy. On these pages the sliders move in your browser: nothing to install, nothing is sent anywhere.

<p class="go-on" hidden></p>

{cards}

To write code and have it checked, open your own copy in Jupyter. In the project's folder, two commands:

```
make lab                   # opens the course in your browser
make fresh LESSON=03       # one lesson anew, should you have changed it
```

```{{toctree}}
:hidden:
:titlesonly:

{listed}
```
"""


def _card(lesson: Lesson, recordings: Mapping[str, Recording]) -> str:
    part = f"## {PARTS[lesson.number]}\n\n" if lesson.number in PARTS else ""
    (file,) = Path(ROOT / "notebooks").glob(f"{lesson.number}_*.ipynb")
    explorer = EXPLORERS[explorers_of(read(file))[0]]
    recording = recordings[explorer.name]
    image = picture(f"recordings/{explorer.name}.png", "", *recording.size, lazy=lesson.number != "00")
    return part + (
        f'<a class="card" href="{lesson.page}.html" data-recording="recordings/{explorer.name}.bin" '
        f'data-page="{lesson.page}"><span class="moving" aria-hidden="true">{image}</span>'
        f'<span class="about"><strong>{lesson.number} {escape(lesson.title)}</strong> '
        f'<span class="minutes">{lesson.minutes} minutes</span> <span class="done"></span>'
        f'<span class="question">{to_html(explorer.title)}</span>'
        f'<span class="able">You will be able to {to_html(lesson.able)}.</span></span></a>\n'
    )
