"""Driving a notebook as a learner does: run it, write into it, drag, read what it shows."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import PurePosixPath
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from lab import Lab
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

PATIENCE = 90_000  # milliseconds: a machine may be slow, and a wait that is long costs nothing unless the test fails
NOTEBOOK = "jupyterapp.shell.currentWidget"
IS_READY = f"""name => window.jupyterapp && {NOTEBOOK}?.context?.path.endsWith(name) && {NOTEBOOK}.context.isReady
    && {NOTEBOOK}.sessionContext.isReady"""
OPEN = "path => jupyterapp.commands.execute('docmanager:open', { path, factory: 'Notebook' }).then(() => true)"
CLOSE = f"""async () => {{
    await {NOTEBOOK}.sessionContext.shutdown();
    {NOTEBOOK}.context.model.dirty = false;  // or it asks whether to save
    await jupyterapp.commands.execute("application:close");
}}"""
RUN_ALL = """() => {
    window.hasRunAll = false;
    jupyterapp.commands.execute("notebook:run-all-cells").then(() => { window.hasRunAll = true; });
}"""
WORKSPACES = count()  # one a page: a page that is loaded again opens what it had, and nothing of others
OURS = (".coursekit-group", ".coursekit-caption", ".coursekit-verdict")
HAS_RUN = f"""i => {{
    const model = {NOTEBOOK}.content.widgets[i].model;
    return model.executionCount && model.executionState !== "running";
}}"""
STANDS_STILL = """element => new Promise(done => {
    let last, same = 0;
    const look = () => {
        const place = JSON.stringify(element.getBoundingClientRect());
        same = place === last ? same + 1 : 0;
        last = place;
        same < 10 ? requestAnimationFrame(look) : done();
    };
    look();
})"""
# These look for the panel at every frame: a cell that is run again puts another in its place, and not at once.
HAS_CHANGED = """([i, url, answer, sentence]) => {
    const image = document.querySelectorAll(".coursekit-panel")[i]?.querySelector("canvas.coursekit-picture");
    const caption = document.querySelectorAll(".coursekit-caption")[i];
    const words = Array.from(caption?.querySelectorAll("progress ~ div") ?? [], each => each.textContent);
    return image && words.length && (words[0] !== answer || words[1] !== sentence) && image.toDataURL() !== url;
}"""
HAS_SPOKEN = """i => {
    const caption = document.querySelectorAll(".coursekit-caption")[i];
    const [answer, sentence] = caption?.querySelectorAll("progress ~ div") ?? [];
    const spoken = caption?.querySelector("[role=status]").textContent;
    return sentence && spoken === `${answer.textContent}. ${sentence.textContent}`;
}"""
SAYS = """([i, text]) => {
    const caption = document.querySelectorAll(".coursekit-caption")[i];
    const words = caption?.querySelectorAll("progress ~ div:not([role=status])") ?? []; // what is spoken lags behind
    return Array.from(words).some(each => each.textContent.includes(text));
}"""
PLAY_AND_PRESS = """async (panel, [play, name]) => {
    const answer = panel.querySelector(".coursekit-caption progress + div");
    const button = wanted => [...panel.querySelectorAll("button")].find(
        each => wanted === (each.ariaLabel || each.textContent));
    let steps = 0;
    new MutationObserver(() => { steps += 1; }).observe(answer, { childList: true });
    button(play).click();
    while (steps < 2 || !button(name)) await new Promise(requestAnimationFrame);
    button(name).click();
}"""
PIXELS = "image => image.toDataURL()"


@dataclass(frozen=True)
class Notebook:
    """A notebook that is open in JupyterLab."""

    page: Page

    def run_all(self, *, timeout: float = 2 * PATIENCE) -> None:
        """Run every cell, and come back when the last one is done."""
        self.page.evaluate(RUN_ALL)
        self.page.wait_for_function("() => window.hasRunAll", timeout=timeout)

    def close(self) -> None:
        """End its kernel and close it: JupyterLab stays for the next one."""
        self.page.evaluate(CLOSE)
        expect(self.page.locator(".jp-NotebookPanel")).to_have_count(0)

    @property
    def name(self) -> str:
        return PurePosixPath(self.page.evaluate(f"() => {NOTEBOOK}.context.path")).stem

    @property
    def cells(self) -> list[dict[str, Any]]:
        """What the notebook's file would hold now."""
        return self.content["cells"]

    @property
    def content(self) -> dict[str, Any]:
        return self.page.evaluate(f"() => {NOTEBOOK}.content.model.toJSON()")

    def find(self, pattern: str) -> list[int]:
        """The numbers of the code cells whose source has a match."""
        code = ((i, cell) for i, cell in enumerate(self.cells) if cell["cell_type"] == "code")
        return [i for i, cell in code if re.search(pattern, "".join(cell["source"]), re.MULTILINE)]

    def named(self, function: str) -> list[str]:
        """What a function such as ``predict`` is called with, from top to bottom."""
        code = ("".join(cell["source"]) for cell in self.cells if cell["cell_type"] == "code")
        return [name for source in code for name in re.findall(rf'^{function}\("([^"]+)"', source, re.MULTILINE)]

    def cell(self, i: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Notebook-cell").nth(i)

    def write(self, i: int, source: str, *, timeout: float = PATIENCE) -> None:
        """Type into a cell in place of what stands there, and run it."""
        self.type(i, source)
        self.run(i, timeout=timeout)

    def type(self, i: int, source: str) -> None:
        """Type into a cell in place of what stands there."""
        self.cell(i).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)

    def run(self, i: int, *, timeout: float = PATIENCE) -> None:
        """Run a cell, and come back when it is done."""
        count = f"{NOTEBOOK}.content.widgets[{i}].model.executionCount"
        self.page.evaluate(f"() => {{ {count} = null; }}")  # a fresh kernel counts again as the stored notebook has it
        self.cell(i).locator(".cm-content").press("Control+Enter")
        self.page.wait_for_function(HAS_RUN, arg=i, timeout=timeout)

    @property
    def panels(self) -> "list[Panel]":
        return [Panel(self.page, i) for i in range(self.page.locator(".jp-Notebook .coursekit-panel").count())]

    @property
    def predictions(self) -> list[Locator]:
        return self.page.locator(".jp-Notebook .coursekit-prediction").all()


def barriers(page: Page) -> list[str]:
    """What axe finds critical or serious inside of what the course puts on the page."""
    present = [[place] for place in OURS if page.locator(place).count()]
    found = Axe().run(page, context={"include": present}, options={"resultTypes": ["violations"]})
    return [f"{each['id']}: {node['html']}" for each in found.response["violations"] for node in each["nodes"]
            if each["impact"] in ("critical", "serious")]  # fmt: skip


@contextmanager
def filmed(page: Page) -> Iterator[list[bytes]]:
    """Collect the frames that Chromium really puts on the screen, as JPEG."""
    frames: list[bytes] = []
    camera = page.context.new_cdp_session(page)

    def take(event: dict[str, Any]) -> None:
        frames.append(base64.b64decode(event["data"]))
        camera.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    camera.on("Page.screencastFrame", take)
    camera.send("Page.startScreencast", {"format": "jpeg", "quality": 50})
    yield frames
    camera.send("Page.stopScreencast")
    camera.detach()


def open_notebook(page: Page, lab: Lab, name: str, *, app: str = "lab") -> Notebook:
    """Open a notebook in JupyterLab, or in Notebook 7's ``notebooks``, ready to run; where one is open, in that."""
    if page.url.startswith(f"{lab.url}lab"):
        page.evaluate(OPEN, name)
    else:
        place = f"lab/workspaces/w{next(WORKSPACES)}/tree" if app == "lab" else app
        page.goto(f"{lab.url}{place}/{name}?token={lab.token}&reset")
    page.locator(".jp-NotebookPanel").wait_for()
    page.wait_for_function(IS_READY, arg=name)
    return Notebook(page)


@dataclass(frozen=True)
class Sight:
    """What an explorer shows: its picture, its large words and its small ones."""

    picture: str  # a digest: where two pictures differ, pytest would look for the letters that do, for ever
    answer: str
    sentence: str
    url: str = field(compare=False, repr=False)  # the picture itself


class Panel:
    """An explorer on the page, the ``i``-th."""

    def __init__(self, page: Page, i: int) -> None:
        self.page = page
        self.i = i
        self.element = page.locator(".coursekit-panel").nth(i)
        self.caption = page.locator(".coursekit-caption").nth(i)
        self.image = self.element.locator("canvas.coursekit-picture")
        self.spoken = self.caption.get_by_role("status")
        self.reset = self.element.get_by_role("button", name="Reset")

    @property
    def sliders(self) -> list[str]:
        """The names of the sliders, as a screen reader says them."""
        return [slider.get_attribute("aria-label") or "" for slider in self.element.get_by_role("slider").all()]

    def handle(self, name: str) -> Locator:
        return self.element.get_by_role("slider", name=name, exact=True)

    def box(self, name: str) -> Locator:
        return self.element.get_by_role("textbox", name=f"{name}, exact value", exact=True)

    @property
    def moves(self) -> list[Locator]:
        """The buttons of what can be done, without the one that takes it back."""
        return self.element.locator(".coursekit-moves button:not(.coursekit-undo)").all()

    def show_all(self) -> "Panel":
        """Bring the controls into sight that stand behind a button, where there are any."""
        for more in self.element.get_by_role("button", name="more control", exact=False).all():
            more.click()
        return self

    def set_going(self) -> "Panel":
        """Press Start, where there is such a button."""
        for start in self.element.get_by_role("button", name="Start", exact=True).all():
            start.click()
        return self

    def settle(self) -> None:
        """Wait until its picture keeps its place and size: it is fitted to the page when it comes into view."""
        self.element.scroll_into_view_if_needed()
        self.image.evaluate(STANDS_STILL)

    def see(self) -> Sight:
        answer, sentence = self.caption.locator("progress ~ div").all_text_contents()[:2]
        url = self.image.evaluate(PIXELS)
        return Sight(sha256(url.encode()).hexdigest(), answer, sentence, url)

    def see_other_than(self, before: Sight, *, timeout: float = PATIENCE) -> Sight:
        """Wait until picture and words have both changed."""
        now = before
        while now.picture == before.picture:
            seen = [self.i, now.url, before.answer, before.sentence]
            self.page.wait_for_function(HAS_CHANGED, arg=seen, timeout=timeout)
            now = self.see()
        return now

    def go_and_see_other_than(self, before: Sight) -> Sight:
        """Press Start, where there is one, and once more if nothing came of it.

        A move that waits for the answer to an earlier one is overtaken by the click, and then calls for another.
        """
        try:
            return self.set_going().see_other_than(before, timeout=PATIENCE / 10)
        except TookTooLong:
            return self.set_going().see_other_than(before)

    def come_to_rest(self, answer: str = "") -> Sight:
        """Wait for an answer, if one is given, and until the words that stand there have been spoken."""
        self.says(answer)
        self.page.wait_for_function(HAS_SPOKEN, arg=self.i)
        return self.see()

    def says(self, text: str, *, timeout: float = PATIENCE) -> None:
        """Wait until a text stands among the words, looking at every frame: it may not stay."""
        self.page.wait_for_function(SAYS, arg=[self.i, text], timeout=timeout)

    def play_and_press(self, name: str, button: str) -> None:
        """Play a slider, and press a button at its second step: in the page itself, as all of them are soon over."""
        self.element.evaluate(PLAY_AND_PRESS, [f"Play: {name}", button])

    def start_again(self, answer: str) -> Sight:
        """Press Reset, and wait until the answer of the start stands there again."""
        self.reset.click()
        return self.come_to_rest(answer)

    def drag(self, name: str, *shares: float, steps: int = 12) -> None:
        """Take a handle with the mouse to shares of its track, one after the other, and let go."""
        handle, mouse = self.handle(name), self.page.mouse
        handle.scroll_into_view_if_needed()
        handle.evaluate(STANDS_STILL)  # JupyterLab lays cells out when they come into view
        handle.hover()
        track = self.element.locator(".noUi-base").nth(self.sliders.index(name)).bounding_box()
        assert track
        y = track["y"] + track["height"] / 2
        mouse.down()
        for share in shares:
            mouse.move(track["x"] + share * track["width"], y, steps=steps)
        mouse.up()

    def stand_at(self, name: str, value: str) -> None:
        """Wait until a slider's box holds a value."""
        expect(self.box(name)).to_have_value(value)
