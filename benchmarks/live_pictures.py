"""How fast a picture follows the hand: ``show`` against ``interact`` with pyplot, in one page of a real JupyterLab.

The peer runs the very same drawing code, in a pyplot figure that is made anew at each move: what ``interact`` is used
for in most courses. Both are driven by turns, several times, so that a busy moment of the machine hits both.
"""

import json
import time
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import nbformat
from driving import Notebook, open_notebook
from lab import MISSING, chromium, jupyter_lab
from playwright.sync_api import Locator

from benchmarks.results import Result, Section
from coursekit.lessons.pick_the_right_scale.explore_scales import SAMPLING_SCALE

TITLE = "A picture under a slider"
COLUMNS = ("`show`", "`interact` with pyplot")
WORST = (
    "it is the single worst of all drags, and kernel, server and browser share two cores; the peer's worst in the same "
    "run says how slow the machine was."
)
ABOUT = """\
The explorer `sampling-scale`, 1000 x 420 pixels, in JupyterLab and Chromium. The two take turns; medians, with the
middle half in brackets, where nothing else is said. A step lasts from the key press to the frame with the new pixels.
While it drags, the hand moves all the time. The kernel's time is the processor time of a whole callback, with the
sending."""

LOW = SAMPLING_SCALE.controls[0]
ROUNDS = 5
STEPS, DRAG_SECONDS = 8, 2.0

SETUP = """
import gc, json, time, warnings
from unittest.mock import patch

import ipywidgets as widgets
import matplotlib.pyplot as plt
import psutil
from IPython.display import display

from coursekit.lessons.pick_the_right_scale.explore_scales import SAMPLING_SCALE as explorer
from coursekit.notebook import show
from coursekit.notebook.showing import Panel

low = explorer.controls[0]

def redraw(position):
    state = next(explorer.states(low=low.at(position)))
    with patch("coursekit.lab.picture.Figure", plt.figure):
        explorer.picture().move(state)
    plt.show()
    print(*explorer.describe(state))

def milliseconds(slider):
    times = []
    for position in (20, 80, 40, 60, 30):
        start = time.process_time()
        slider.value = position
        times.append(1000 * (time.process_time() - start))
    return times
"""
OURS = "show(explorer)"
PEER = """peer = widgets.interactive(redraw, position=widgets.IntSlider(50, 0, low.last, description="position"))
display(peer)"""
KERNEL_TIME = """panel = Panel(explorer)
ours, theirs = panel.knobs["low"].widget.children[0], peer.children[0]
display(panel.widget)
milliseconds(ours), milliseconds(theirs)
rounds = [(milliseconds(ours), milliseconds(theirs)) for _ in range({rounds})]
print(json.dumps([[t for each in side for t in each] for side in zip(*rounds)]))"""
MEMORY = """def used():
    gc.collect()
    return psutil.Process().memory_info().rss / 2**20

def move(n):
    for i in range(n):
        ours.value = 7 * i % low.last

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    move(100)
    before = used()
    move(1000)
    print(json.dumps([used() - before, len(plt.get_fignums()), [str(each.message) for each in caught]]))"""

WATCH = """area => {
    const seen = { moved: [], shown: [] };
    const hasCome = image => requestAnimationFrame(() => seen.shown.push(performance.now()));
    const wait = image => image.addEventListener("load", () => hasCome(image), { once: true });
    const look = image => image.complete ? hasCome(image) : wait(image);
    const watch = new MutationObserver(changes => {
        for (const { type, target, addedNodes } of changes) {
            if (type === "attributes") look(target);
            for (const node of addedNodes) (node.querySelectorAll?.("img") ?? []).forEach(look);
        }
    });
    watch.observe(area, { subtree: true, childList: true, attributeFilter: ["src"] });
    const stop = new AbortController();
    for (const move of ["keydown", "pointermove"])
        addEventListener(move, () => seen.moved.push(performance.now()), { capture: true, signal: stop.signal });
    window.seen = seen;
    window.stopWatching = () => { watch.disconnect(); stop.abort(); return seen; };
}"""
IS_QUIET = """([since, quiet]) => {
    const last = Math.max(...window.seen.moved, ...window.seen.shown);
    return window.seen.shown.length > since && performance.now() - last > quiet;
}"""


class Side(NamedTuple):
    """One of the two on the page: the area of its output, its slider's handle, and how it says its numbers."""

    area: Locator
    handle: Locator
    words: Locator


class Drag(NamedTuple):
    """What one drag gave: pictures a second, milliseconds from the last move to the last picture, and which it was."""

    rate: float
    lag: float
    shows_last: bool


def measure() -> list[Section]:
    """Measure everything, and hold it against the bars."""
    with TemporaryDirectory() as room, chromium() as browser:
        if browser is None:
            raise SystemExit(MISSING)
        folder, home = Path(room, "notebooks"), Path(room, "home")
        for each in (folder, home):
            each.mkdir()
        _write_notebook(folder / "live.ipynb")
        with jupyter_lab(folder, home) as lab:
            page = browser.new_page(viewport={"width": 1400, "height": 1700})
            notebook = open_notebook(page, lab, "live.ipynb")
            notebook.run_all()
            return [Section(TITLE, ABOUT, COLUMNS, _compare(notebook))]


def _write_notebook(path: Path) -> None:
    cells = [nbformat.v4.new_code_cell(source) for source in (SETUP, OURS, PEER, "")]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


def _compare(notebook: Notebook) -> list[Result]:
    sides = _sides(notebook)
    steps: tuple[list[float], list[float]] = [], []
    drags: tuple[list[Drag], list[Drag]] = [], []
    for _ in range(ROUNDS):
        for i, side in enumerate(sides):
            steps[i].extend(_step(side) for _ in range(STEPS))
            drags[i].append(_drag(side))
    kernel = _ask(notebook, KERNEL_TIME.format(rounds=ROUNDS))
    grown, open_figures, warnings = _ask(notebook, MEMORY)
    rates, lags = ([[getattr(drag, what) for drag in side] for side in drags] for what in ("rate", "lag"))
    is_last = all(drag.shows_last for drag in drags[0])
    return [
        _times("a step", steps, bar=5),
        _times("the kernel's time for a picture", kernel, bar=15),
        Result("pictures a second while dragging", f"{median(rates[0]):.1f}", f"{median(rates[1]):.1f}",
               "at least 4 times as many", median(rates[0]) >= 4 * median(rates[1])),
        Result("last movement to last picture, worst", f"{max(lags[0]):.0f} ms", f"{max(lags[1]):.0f} ms",
               "at most 250 ms", max(lags[0]) <= 250, tried=WORST),
        Result("the last picture shows the last value", "always" if is_last else "not always",
               "always" if all(drag.shows_last for drag in drags[1]) else "not always", "always", is_last),
        Result("memory after 1,000 more moves", f"{grown:+.1f} MB", "", "less than 10 MB", grown < 10),
        Result("figures that pyplot keeps, warnings", f"{open_figures}, {len(warnings)}", "", "none",
               not open_figures and not warnings),
    ]  # fmt: skip


def _times(what: str, times: Any, *, bar: int) -> Result:
    ours, peer = (quantiles(side, n=4) for side in times)
    said = [f"{middle:.0f} ms ({low:.0f} to {high:.0f})" for low, middle, high in (ours, peer)]
    return Result(what, *said, f"at most 1/{bar}", ours[1] <= peer[1] / bar)


def _sides(notebook: Notebook) -> tuple[Side, Side]:
    panel, peer = notebook.panels[0], notebook.cell(2).locator(".jp-OutputArea").first
    printed = peer.locator("[data-mime-type='application/vnd.jupyter.stdout']")
    printed.wait_for()
    return (Side(notebook.cell(1), panel.handle("low end"), panel.caption),
            Side(peer, peer.get_by_role("slider"), printed))  # fmt: skip


def _step(side: Side) -> float:
    """Press a key once, and return the milliseconds until the new picture is on the page."""
    page = side.handle.page
    side.area.evaluate(WATCH)
    side.handle.press("ArrowRight")
    page.wait_for_function(IS_QUIET, arg=[0, 300])
    seen = page.evaluate("() => window.stopWatching()")
    return seen["shown"][0] - seen["moved"][0]


def _drag(side: Side) -> Drag:
    """Drag the handle to and fro."""
    page, mouse = side.handle.page, side.handle.page.mouse
    side.handle.scroll_into_view_if_needed()
    side.handle.hover()
    track = side.area.locator(".noUi-base").first.bounding_box() or {}
    x, y = (track[start] + track[size] * share for start, size, share in (("x", "width", 0.1), ("y", "height", 0.5)))
    mouse.down()
    side.area.evaluate(WATCH)
    start = time.monotonic()
    while (share := (time.monotonic() - start) / DRAG_SECONDS) < 1:
        mouse.move(x + 0.8 * track["width"] * abs(1 - 4 * share % 2), y)  # from one end to the other, and back again
        time.sleep(1 / 60)
    mouse.up()
    page.wait_for_function(IS_QUIET, arg=[0, 1500])
    seen = page.evaluate("() => window.stopWatching()")
    low = LOW.at(int(float(side.handle.get_attribute("aria-valuenow") or 0)))
    during = [shown for shown in seen["shown"] if seen["moved"][0] <= shown <= seen["moved"][-1]]
    seconds = (seen["moved"][-1] - seen["moved"][0]) / 1000
    return Drag(len(during) / seconds, seen["shown"][-1] - seen["moved"][-1],
                f"The range is {low:g} to 1." in (side.words.text_content() or ""))  # fmt: skip


def _ask(notebook: Notebook, source: str) -> Any:
    """Run a cell that prints JSON, and return what it printed."""
    notebook.write(3, source, timeout=300_000)
    printed = [output["text"] for output in notebook.cells[3]["outputs"] if output.get("name") == "stdout"]
    return json.loads("".join(map("".join, printed)))
