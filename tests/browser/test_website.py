"""The website in Chromium, served on this machine: alive by key and mouse, open to all, small, and by itself."""

import base64
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Locator, Page
from website.building import build
from website.front import lessons

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOME = ("00", "11")  # one without a training, and one with
PAGES = ["index", *(lesson.page for lesson in lessons())]
WIDTHS = (400, 800, 1300)
MOST_BYTES = 1_500_000  # of a page, before its recordings
MOST_OF_ALL = 15_000_000
PATIENCE = 60  # seconds, for a machine that is busy
QUICK = 1.5  # seconds to the first picture
FRAME = 20  # milliseconds: 50 pictures a second
LIVE = "i => document.querySelectorAll('.explorer')[i].dataset.live"
SEEN = """element => [element.querySelector("canvas").toDataURL(),
    element.querySelector(".words").innerText.trim()]"""
MOVED = """([element, picture, words]) => element.querySelector("canvas").toDataURL() !== picture
    && element.querySelector(".words").innerText.trim() !== words"""
COST = """async element => {  // of a move and its picture, which a hand on the first slider calls for
    const [range, { stage }] = [element.querySelector("input[type=range]"), element.explorer];
    const costs = [];
    for (let i = 0, step = 1; i < 60; i += 1) {
        const next = range.valueAsNumber + step;
        if (next > range.max || next < range.min) { step = -step; continue; }
        const began = performance.now();
        range.value = next;
        range.dispatchEvent(new Event("input", { bubbles: true }));
        await Promise.resolve();
        stage.draw();
        stage.context.getImageData(0, 0, 1, 1);  // wait until it is drawn
        costs.push(performance.now() - began);
        await new Promise(requestAnimationFrame);
    }
    return costs.sort((a, b) => a - b)[Math.floor(costs.length / 2)];
}"""
FIRST_PICTURE = """() => new Promise(done => {
    const look = () => {
        const image = document.querySelector(".explorer canvas, .explorer img, .card img");
        const there = image?.tagName === "CANVAS" || image?.complete && image.naturalWidth;
        there ? done(performance.now() / 1000) : requestAnimationFrame(look);
    };
    look();
})"""

by_page = pytest.mark.parametrize(
    "name", [name if name[:2] in (*SOME, "in") else pytest.param(name, marks=pytest.mark.deep) for name in PAGES]
)


class Visit(NamedTuple):
    """A page that is open, what it asked for, and what it complained about."""

    page: Page
    asked: list[str]
    bytes: dict[str, int]
    complaints: list[str]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None: ...


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, deep: bool) -> Path:
    """The whole site, or some lessons of it; recordings are kept from run to run."""
    out = tmp_path_factory.mktemp("site")
    build(out, () if deep else SOME, jobs=2)
    return out


@pytest.fixture(scope="session")
def url(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def visit(browser: Browser, url: str) -> Iterator[Callable[..., Visit]]:
    """Open a page of the site as somebody who was never there."""
    contexts = []

    def go(name: str, *, width: int = 1300, where: str = "", **options: Any) -> Visit:
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, **options))
        page = contexts[-1].new_page()
        made = Visit(page, [], {}, [])
        page.on("request", lambda request: made.asked.append(request.url))
        page.on(
            "requestfinished", lambda request: made.bytes.update({request.url: request.sizes()["responseBodySize"]})
        )
        page.on("response", lambda response: response.status >= 400 and made.complaints.append(response.url))
        page.on("pageerror", lambda error: made.complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and made.complaints.append(message.text))
        page.goto(f"{url}/{name}.html{where}")
        return made

    yield go
    for context in contexts:
        context.close()


def explorers(page: Page) -> Iterator[Locator]:
    """Each explorer of a page, alive."""
    for i in range(page.locator(".explorer").count()):
        element = page.locator(".explorer").nth(i)
        element.scroll_into_view_if_needed()
        page.wait_for_function(LIVE, arg=i)
        yield element


def sees_other_than(element: Locator, before: list[str]) -> list[str]:
    element.page.wait_for_function(MOVED, arg=[element.element_handle(), *before])
    return element.evaluate(SEEN)


def by_key(element: Locator) -> None:
    """Move controls by key, one after the other, until picture and words follow."""
    before = element.evaluate(SEEN)
    for control in element.locator(
        "input[type=range], select, input[type=checkbox], .coursekit-moves button:enabled"
    ).all():
        control.focus()
        kind = control.evaluate("control => control.type")
        at_end = kind == "range" and control.input_value() == control.get_attribute("max")
        keys = {"range": "Home" if at_end else "End", "checkbox": "Space", "submit": "Enter", "button": "Enter"}
        element.page.keyboard.press(keys.get(kind, "ArrowDown"))
        try:
            element.page.wait_for_function(MOVED, arg=[element.element_handle(), *before], timeout=3000)
        except Exception:  # noqa: BLE001, S112 - not every control moves both
            continue
        return
    pytest.fail("no key moves it")


def by_mouse(element: Locator) -> None:
    """Drag the first slider, or click the first button, and press Reset."""
    before = element.evaluate(SEEN)
    sliders = element.locator(".coursekit-control:not(.timeline) input[type=range]")
    if sliders.count():
        sliders.first.scroll_into_view_if_needed()
        box = sliders.first.bounding_box()
        assert box
        low, high = (float(sliders.first.get_attribute(end) or 0) for end in ("min", "max"))
        there = 0.03 if float(sliders.first.input_value()) > (low + high) / 2 else 0.97
        y = box["y"] + box["height"] / 2
        element.page.mouse.move(box["x"] + box["width"] / 2, y)
        element.page.mouse.down()
        element.page.mouse.move(box["x"] + there * box["width"], y, steps=6)
        element.page.mouse.up()
        sees_other_than(element, before)
    element.get_by_role("button", name="Reset").click()


@by_page
def test_every_explorer_moves_by_key_and_by_mouse(visit: Callable[..., Visit], name: str, url: str) -> None:
    page, asked, _, complaints = visit(name)
    for element in explorers(page):
        by_key(element)
        element.get_by_role("button", name="Reset").click()
        by_mouse(element)
    page.wait_for_timeout(200)
    assert [each for each in asked if not each.startswith((url, "data:", "blob:"))] == []
    assert complaints == []


@by_page
def test_nothing_critical_or_serious_bars_anybody(visit: Callable[..., Visit], name: str) -> None:
    for scheme in ("light", "dark"):
        page = visit(name, color_scheme=scheme).page
        for _ in explorers(page):
            pass
        for details in page.locator(".exercise details").all()[:6]:
            details.evaluate("details => { details.open = true; }")
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        bars = [(each["id"], node["html"]) for each in found for node in each["nodes"]
                if each["impact"] in ("critical", "serious")]  # fmt: skip
        assert bars == []


@by_page
def test_a_page_is_light_and_its_first_picture_soon_there(visit: Callable[..., Visit], name: str) -> None:
    page, _, sizes, _ = visit(name)
    page.wait_for_load_state("networkidle")
    assert sum(size for url, size in sizes.items() if not url.endswith(".bin")) <= MOST_BYTES
    assert at_best(lambda: visit(name).page.evaluate(FIRST_PICTURE), QUICK) <= QUICK


def at_best(measure: Callable[[], float], wanted: float) -> float:
    """Measure until it is good enough, for as long as the machine may be busy with other things."""
    ends, best = time.monotonic() + PATIENCE, float("inf")
    while best > wanted and time.monotonic() < ends:
        best = min(best, measure())
    return best


@by_page
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_every_window(visit: Callable[..., Visit], name: str, width: int) -> None:
    page = visit(name, width=width).page
    for element in explorers(page):
        box = element.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@by_page
def test_without_a_script_the_pictures_and_words_are_there(visit: Callable[..., Visit], name: str) -> None:
    page = visit(name, java_script_enabled=False).page
    for element in page.locator(".explorer").all():
        element.scroll_into_view_if_needed()
        assert element.locator(".picture img").get_attribute("alt")
        assert element.locator(".words").inner_text().strip()
        assert element.locator("input, select, button").count() == 0, "no dead control"
    for form in page.locator("form.prediction").all():
        form.locator("summary").click()
        assert form.locator("details").inner_text().strip()


@pytest.mark.parametrize("name", [page for page in PAGES if page[:2] in SOME])
def test_a_drag_has_fifty_pictures_a_second(visit: Callable[..., Visit], name: str) -> None:
    page = visit(name, device_scale_factor=2).page
    costs = {}
    for element in explorers(page):
        if element.locator(".coursekit-control:not(.timeline) input[type=range]").count():
            costs[element.get_attribute("data-explorer")] = at_best(partial(element.evaluate, COST), FRAME)
    assert {which: cost for which, cost in costs.items() if cost > FRAME} == {}


def test_the_dark_and_paper_are_like_the_page(visit: Callable[..., Visit]) -> None:
    page = visit(PAGES[1], color_scheme="dark").page
    element = next(explorers(page))
    assert corner(element) < 60
    page.emulate_media(media="print")
    page.wait_for_timeout(300)
    assert corner(element) > 250
    assert not element.locator(".controls").is_visible()
    assert element.locator(".words").is_visible()


def corner(element: Locator) -> float:
    url = element.locator("canvas").evaluate("canvas => canvas.toDataURL()")
    return float(np.asarray(Image.open(BytesIO(base64.b64decode(url.partition(",")[2]))).convert("L"))[:4, :4].mean())


def test_a_prediction_is_answered_and_remembered(visit: Callable[..., Visit]) -> None:
    page = visit(PAGES[1]).page
    form = page.locator("form.prediction").first
    assert form.get_by_role("button").is_disabled()
    assert not form.locator(".verdict").is_visible()
    form.get_by_role("radio").first.check()
    form.get_by_role("button", name="Commit").click()
    words = form.locator(".verdict").inner_text()
    assert words.startswith(("\u2713 So it is.", "\u2717 You said"))
    page.reload()
    assert page.locator("form.prediction .verdict").first.inner_text() == words
    page.goto(page.url.replace(PAGES[1], "index"))
    assert page.locator(".card .done").first.inner_text() == "1 predicted"
    assert page.locator(".go-on a").get_attribute("href") == f"{PAGES[1]}.html#there"


def test_hints_open_one_at_a_time_and_mistakes_have_their_verdict(visit: Callable[..., Visit]) -> None:
    page = visit(PAGES[1]).page
    exercise = page.locator(".exercise").first
    summaries = exercise.locator("summary:visible")
    assert [each.split(" ")[0] for each in summaries.all_inner_texts()] == ["Hint", "Mistakes"]
    for _ in range(10):
        last = summaries.nth(summaries.count() - 2)
        last.click()
        if "solution" in last.inner_text():
            break
    assert "def " in exercise.locator("pre:visible").inner_text()
    exercise.locator(".mistakes > summary").click()
    exercise.locator(".mistakes details summary").first.click()
    assert "\u2717 Not yet." in exercise.locator(".mistakes details").first.inner_text()


def test_what_is_not_recorded_is_said_and_the_nearest_taken(visit: Callable[..., Visit]) -> None:
    page = visit(PAGES[1]).page
    element = next(explorers(page))
    box = element.get_by_role("textbox").first
    before = element.evaluate(SEEN)
    box.fill("0.123456")
    box.press("Enter")
    sees_other_than(element, before)
    assert "0.123456 is not recorded" in element.locator(".note").first.inner_text()
    assert float(box.input_value()) == pytest.approx(0.123, rel=0.2)


def test_a_search_finds_a_lesson(visit: Callable[..., Visit]) -> None:
    page, _, _, complaints = visit("search", where="?q=softmax")
    page.locator("#search-results li a", has_text="Softmax").first.wait_for()
    assert complaints == []


def test_the_site_is_small(folder: Path) -> None:
    sizes = {file: file.stat().st_size for file in folder.rglob("*") if file.is_file()}
    assert sum(sizes.values()) <= MOST_OF_ALL
    assert {file.name: size for file, size in sizes.items() if file.suffix == ".bin" and size > 300_000} == {}
