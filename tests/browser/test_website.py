"""The website in Chromium, served on this machine: alive by key and mouse, open to all, small, and by itself."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from lab import RECORD
from make_site import served
from playwright.sync_api import Browser
from site_driving import (
    COST,
    FIRST_PICTURE,
    FRAME,
    QUICK,
    SEEN,
    SLOW_IMAGES,
    Quiet,
    Visit,
    at_best,
    by_key,
    by_mouse,
    corner,
    explorers,
    sees_other_than,
)
from website.building import build
from website.front import lessons

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOME = ("00", "11")  # one without a training, and one with
PAGES = ["index", *(lesson.page for lesson in lessons())]
FEW = 150  # settings of an explorer, where not everything is wanted
WIDTHS = (400, 800, 1300)
MOST_BYTES = 1_500_000  # of a page, before its recordings
MOST_OF_ALL = 15_000_000
by_page = pytest.mark.parametrize(
    "name", [name if name[:2] in ("in", SOME[1]) else pytest.param(name, marks=pytest.mark.deep) for name in PAGES]
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, deep: bool) -> Path:
    """The whole site, its recordings kept from run to run; or some lessons, with fewer settings of each explorer."""
    out = tmp_path_factory.mktemp("site")
    if deep:
        build(out, jobs=2)
    else:
        build(out, SOME, kept=tmp_path_factory.mktemp("kept"), jobs=2, most=FEW)
    return out


@pytest.fixture(scope="session")
def url(folder: Path) -> Iterator[str]:
    with served(folder, Quiet) as address:
        yield address


@pytest.fixture
def visit(browser: Browser, url: str) -> Iterator[Callable[..., Visit]]:
    """Open a page of the site as somebody who was never there."""
    contexts = []

    def go(name: str, *, width: int = 1300, where: str = "", script: str = "", **options: Any) -> Visit:
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, **options))
        contexts[-1].add_init_script(path=RECORD)
        contexts[-1].add_init_script(script)
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


@by_page
def test_every_explorer_moves_by_key_and_by_mouse(visit: Callable[..., Visit], name: str, url: str) -> None:
    page, asked, _, complaints = visit(name)
    for element in explorers(page):
        by_key(element)
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
def test_a_page_is_light(visit: Callable[..., Visit], name: str) -> None:
    page, _, sizes, _ = visit(name)
    page.wait_for_load_state("networkidle")
    assert sum(size for url, size in sizes.items() if not url.endswith(".bin")) <= MOST_BYTES


@pytest.mark.deep
@pytest.mark.parametrize("name", PAGES)
def test_a_first_picture_is_soon_there(visit: Callable[..., Visit], name: str) -> None:
    assert at_best(lambda: visit(name).page.evaluate(FIRST_PICTURE), QUICK) <= QUICK


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


@pytest.mark.deep
@pytest.mark.parametrize("name", PAGES)
def test_a_drag_has_fifty_pictures_a_second(visit: Callable[..., Visit], name: str) -> None:
    page = visit(name, device_scale_factor=2).page
    costs = {}
    for element in explorers(page):
        if element.locator(".coursekit-control:not(.timeline) input[type=range]").count():
            costs[element.get_attribute("data-explorer")] = at_best(partial(element.evaluate, COST), FRAME)
    assert {which: cost for which, cost in costs.items() if cost > FRAME} == {}


def test_the_stored_picture_stands_until_all_of_the_first_is_there(visit: Callable[..., Visit]) -> None:
    page = visit("11_softmax", script=SLOW_IMAGES).page
    element = page.locator(".explorer[data-explorer=decision-regions]")
    element.scroll_into_view_if_needed()
    canvas, stored = element.locator("canvas"), element.locator(".picture img")
    canvas.wait_for(state="attached")
    page.wait_for_function("() => window.waiting")
    assert stored.is_visible()
    assert not canvas.is_visible()
    page.evaluate("() => dispatchEvent(new Event('decoded'))")
    canvas.wait_for()
    first = element.evaluate(SEEN)
    page.wait_for_timeout(300)
    assert element.evaluate(SEEN) == first
    assert stored.count() == 0


def test_the_dark_and_paper_are_like_the_page(visit: Callable[..., Visit]) -> None:
    page = visit(PAGES[1], color_scheme="dark").page
    element = next(explorers(page))
    assert corner(element) < 60
    page.emulate_media(media="print")
    assert at_best(lambda: 255 - corner(element), 1) < 5, "it is drawn anew, on white"
    assert not element.locator(".controls").is_visible()
    assert element.locator(".words").is_visible()


def test_a_prediction_is_answered_and_remembered(visit: Callable[..., Visit]) -> None:
    page = visit(PAGES[1]).page
    form = page.locator("form.prediction").first
    assert form.get_by_role("button").is_disabled()
    assert not form.locator(".verdict").is_visible()
    form.get_by_role("radio").first.check()
    form.get_by_role("button", name="Commit").click()
    words = form.locator(".verdict").inner_text()
    assert words.startswith(("\u2713 So it is.", "\u2717 The answer: "))
    page.reload()
    assert page.locator("form.prediction .verdict").first.inner_text() == words
    page.goto(page.url.replace(PAGES[1], "index"))
    assert page.locator(".card .done").first.inner_text() == "1 predicted"
    assert page.locator(".go-on a").get_attribute("href") == f"{PAGES[1]}.html#there"


def test_hints_open_one_at_a_time_and_mistakes_have_their_verdict(visit: Callable[..., Visit]) -> None:
    page = visit(PAGES[1]).page
    exercise = page.locator(".exercise").first
    summaries = exercise.locator("summary:visible")
    assert [each.split()[0].strip(",") for each in summaries.all_inner_texts()] == ["Hint", "Mistakes"]
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
    assert float(box.input_value()) == pytest.approx(0.123, rel=0.5)


def test_a_search_finds_a_lesson(visit: Callable[..., Visit]) -> None:
    page, _, _, complaints = visit("search", where="?q=softmax")
    page.locator("#search-results li a", has_text="Softmax").first.wait_for()
    assert complaints == []


def test_the_site_is_small(folder: Path) -> None:
    sizes = {file: file.stat().st_size for file in folder.rglob("*") if file.is_file()}
    assert sum(sizes.values()) <= MOST_OF_ALL
    assert {file.name: size for file, size in sizes.items() if file.suffix == ".bin" and size > 300_000} == {}


def test_what_was_not_recorded_together_moves_as_well_and_is_said(visit: Callable[..., Visit]) -> None:
    page = visit(PAGES[12]).page
    element = next(each for each in explorers(page) if each.get_attribute("data-explorer") == "decision-regions")
    draw = element.get_by_role("slider", name="draw again")
    draw.focus()
    page.keyboard.press("End")
    element.get_by_role("combobox").first.select_option("rings")
    note = element.locator(".note", has_text="Not recorded together: draw again moved as well.")
    note.wait_for()
    assert draw.input_value() == "0"
    element.locator("progress").wait_for(state="hidden", timeout=20_000)  # it has trained to its end
    assert "after epoch 100" in element.locator(".words").inner_text()


def test_a_pointer_moves_what_the_picture_marks(visit: Callable[..., Visit]) -> None:
    page = visit(PAGES[12]).page
    element = next(each for each in explorers(page) if each.get_attribute("data-explorer") == "two-classes")
    before, canvas = element.evaluate(SEEN), element.locator("canvas")
    (left, top, right, bottom), width = element.evaluate(
        "e => [e.explorer.recording.marks[0].box, e.explorer.stage.width]"
    )
    canvas.scroll_into_view_if_needed()
    place = canvas.bounding_box()
    assert place
    zoom = place["width"] / width
    page.mouse.click(place["x"] + zoom * (0.1 * left + 0.9 * right), place["y"] + zoom * (0.1 * top + 0.9 * bottom))
    sees_other_than(element, before)
