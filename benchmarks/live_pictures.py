"""How fast a picture follows the hand: ``show``, ``interact`` with pyplot and a bare canvas, in one real JupyterLab.

The peer runs the very same drawing code, in a pyplot figure that is made anew at each move: what ``interact`` is used
for in most courses. The canvas is an anywidget that NumPy feeds with points: no picture with a kernel behind it can be
much faster. All are driven by turns, several times, so that a busy moment of the machine hits all.
"""

import json
import time
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import nbformat
from driving import PATIENCE, Notebook, open_notebook
from lab import MISSING, chromium, jupyter_lab
from playwright.sync_api import Locator

from benchmarks.live_sources import (
    BARE,
    BYTES,
    CANVAS_JS,
    KERNEL_TIME,
    MEMORY,
    MOVES,
    OURS,
    PEER,
    SETUP,
    WATCH,
)  # fmt: skip
from benchmarks.results import Result, Section
from coursekit.lessons.pick_the_right_scale.explore_scales import SAMPLING_SCALE

TITLE = "A picture under a slider"
COLUMNS = ("`show`", "`interact` with pyplot")
BARE_COLUMNS = ("`show`", "a canvas fed by NumPy")
SLOW_COLUMNS = ("strokes", "Agg and a PNG")
WORST = (
    "it is the single worst of all drags, and kernel, server and browser share two cores; the peer's worst in the same "
    "run says how slow the machine was."
)
BARE_ABOUT = "The same steps, beside an anywidget that draws what NumPy sends it: the least that a kernel behind costs."
SLOW_ABOUT = """\
The explorers that cost the kernel most: processor time of a move beyond `compute`, with words and sending. Beside
it the same states drawn by Agg and written as a PNG, as pictures travelled before."""
ABOUT = """\
The explorer `sampling-scale`, 1000 x 420 pixels, in JupyterLab and Chromium. All take turns; medians, with the
middle half in brackets, where nothing else is said. A step lasts from the key press to the frame with the new pixels.
While it drags, the hand moves all the time. The kernel's time is the processor time of a whole callback, with the
sending."""

SLOWEST = ("plan-a-search", "network-shapes", "random-grid-digits", "which-framework", "three-bowls", "one-by-one",
           "leaderboard", "saturation-by-layer", "panda-or-caviar", "through-activation")  # fmt: skip
LOW = SAMPLING_SCALE.controls[0]
ROUNDS = 5
STEPS, DRAG_SECONDS = 8, 2.0

IS_QUIET = """([since, quiet]) => {
    const last = Math.max(...window.seen.moved, ...window.seen.shown);
    return window.seen.shown.length > since && performance.now() - last > quiet;
}"""


class Side(NamedTuple):
    """One of them on the page: the area of its output, its slider's handle, and how it says its numbers."""

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
            page.set_default_timeout(PATIENCE)
            notebook = open_notebook(page, lab, "live.ipynb")
            notebook.run_all()
            versus_pyplot, versus_canvas = _compare(notebook)
            return [Section(TITLE, ABOUT, COLUMNS, versus_pyplot),
                    Section(f"{TITLE}, beside a canvas", BARE_ABOUT, BARE_COLUMNS, versus_canvas),
                    Section("What a move costs the kernel", SLOW_ABOUT, SLOW_COLUMNS, _slowest(notebook))]  # fmt: skip


def _write_notebook(path: Path) -> None:
    setup = SETUP.replace("CANVAS_JS", repr(CANVAS_JS))
    cells = [nbformat.v4.new_code_cell(source) for source in (setup, OURS, PEER, BARE, "")]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


def _compare(notebook: Notebook) -> tuple[list[Result], list[Result]]:
    sides = _sides(notebook)
    steps: list[list[float]] = [[] for _ in sides]
    drags: list[list[Drag]] = [[] for _ in sides]
    for _ in range(ROUNDS):
        for i, side in enumerate(sides):
            steps[i].extend(_step(side) for _ in range(STEPS))
            drags[i].append(_drag(side))
    return [*_beside_pyplot(steps, drags), *_of_the_kernel(notebook)], _beside_canvas(steps, drags)


def _beside_pyplot(steps: list[list[float]], drags: list[list[Drag]]) -> list[Result]:
    rates, lags = ([[getattr(drag, what) for drag in side] for side in drags] for what in ("rate", "lag"))
    always = ["always" if all(drag.shows_last for drag in side) else "not always" for side in drags]
    return [
        _times("a step", steps[:2], bar=6),
        Result("pictures a second while dragging", f"{median(rates[0]):.1f}", f"{median(rates[1]):.1f}",
               "at least 6 times as many", median(rates[0]) >= 6 * median(rates[1])),
        Result("last movement to last picture", f"{median(lags[0]):.0f} ms", f"{median(lags[1]):.0f} ms",
               "at most 150 ms", median(lags[0]) <= 150),
        Result("last movement to last picture, worst", f"{max(lags[0]):.0f} ms", f"{max(lags[1]):.0f} ms",
               "at most 250 ms", max(lags[0]) <= 250, tried=WORST),
        Result("the last picture shows the last value", *always[:2], "always", always[0] == "always"),
    ]  # fmt: skip


def _of_the_kernel(notebook: Notebook) -> list[Result]:
    kernel = _ask(notebook, KERNEL_TIME.format(rounds=ROUNDS))
    sent, png = _ask(notebook, BYTES)
    grown, open_figures, warnings = _ask(notebook, MEMORY)
    return [
        _times("the kernel's time for a picture", kernel, bar=25),
        Result("bytes of a move, with its words", f"{sent / 1000:.1f} kB", f"{png / 1000:.1f} kB, the PNG",
               "at most 1/8", sent <= png / 8),
        Result("memory after 1,000 more moves", f"{grown:+.1f} MB", "", "less than 10 MB", grown < 10),
        Result("figures that pyplot keeps, warnings", f"{open_figures}, {len(warnings)}", "", "none",
               not open_figures and not warnings),
    ]  # fmt: skip


def _beside_canvas(steps: list[list[float]], drags: list[list[Drag]]) -> list[Result]:
    ours, canvas = (quantiles(steps[i], n=4) for i in (0, 2))
    rates = [median(drag.rate for drag in drags[i]) for i in (0, 2)]
    return [
        Result("a step", _brackets(ours), _brackets(canvas), "at most 1.3 times", ours[1] <= 1.3 * canvas[1]),
        Result("pictures a second while dragging", f"{rates[0]:.1f}", f"{rates[1]:.1f}", "none", met=True),
    ]


def _slowest(notebook: Notebook) -> list[Result]:
    costs = _ask(notebook, MOVES.format(names=SLOWEST))
    return [Result(name, f"{ours:.1f} ms", f"{agg:.1f} ms", "at most 15 ms", ours <= 15)
            for name, (ours, agg) in zip(SLOWEST, costs, strict=True)]  # fmt: skip


def _brackets(quarters: list[float]) -> str:
    low, middle, high = quarters
    return f"{middle:.0f} ms ({low:.0f} to {high:.0f})"


def _times(what: str, times: Any, *, bar: int) -> Result:
    ours, peer = (quantiles(side, n=4) for side in times)
    return Result(what, _brackets(ours), _brackets(peer), f"at most 1/{bar}", ours[1] <= peer[1] / bar)


def _sides(notebook: Notebook) -> tuple[Side, Side, Side]:
    panel, peer, bare = notebook.panels[0], notebook.cell(2).locator(".jp-OutputArea").first, notebook.cell(3)
    printed = peer.locator("[data-mime-type='application/vnd.jupyter.stdout']")
    printed.wait_for()
    bare.locator("canvas").wait_for()
    return (Side(notebook.cell(1), panel.handle("low end"), panel.caption),
            Side(peer, peer.get_by_role("slider"), printed),
            Side(bare, bare.get_by_role("slider"), bare.locator("p")))  # fmt: skip


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
    notebook.write(4, source, timeout=900_000)  # a busy machine takes minutes
    printed = [output["text"] for output in notebook.cells[4]["outputs"] if output.get("name") == "stdout"]
    return json.loads("".join(map("".join, printed)))
