"""How it looks: on a narrow page, at 200% zoom, in the dark, where no kernel runs. The screenshots are for people."""

import json
from collections.abc import Callable, Iterator

import pytest
from driving import Notebook, barriers, open_notebook
from lab import Lab
from playwright.sync_api import Page, expect
from screens import USUAL
from trouble import ENGINE, START

from coursekit.lessons import PREDICTIONS

pytestmark = pytest.mark.browser
LIVE = "application/vnd.jupyter.widget-view+json"
CLIPPED = """panel => {
    const room = panel.closest(".jp-OutputArea-output").getBoundingClientRect();
    const parts = "div:has(> canvas), input, select, button, label, .noUi-handle, .widget-html-content";
    return [...panel.querySelectorAll(parts)]
        .filter(element => element.offsetParent)
        .filter(element => {
            const { left, right } = element.getBoundingClientRect();
            const scrolls = getComputedStyle(element).overflowX === "auto" && element.tabIndex === 0;
            const hides = element.scrollWidth > element.clientWidth + 1 && !scrolls;
            return left < room.left - 1 || right > room.right + 1 || hides;
        })
        .map(element => element.outerHTML);
}"""


@pytest.fixture(params=[(900, 1), (700, 2)], ids=["900 pixels", "200% zoom"])
def narrow(
    request: pytest.FixtureRequest, engine: Notebook, new_page: Callable[..., Page], lab: Lab
) -> Iterator[Notebook]:
    """The notebook of troublesome explorers on a narrow page."""
    width, zoom = request.param
    if zoom == 1:
        engine.page.set_viewport_size({"width": width, "height": 1100})
        yield engine
        engine.page.set_viewport_size(USUAL)
    else:
        page = new_page({"width": width, "height": 1100 // zoom}, device_scale_factor=zoom)
        notebook = open_notebook(page, lab, ENGINE)
        notebook.run_all()
        page.locator("canvas.coursekit-picture").nth(1).wait_for()
        yield notebook
        page.context.close()


def test_nothing_is_cut_off_on_a_narrow_page(narrow: Notebook, keep: Callable[[Page, str], None]) -> None:
    width = narrow.page.evaluate("window.innerWidth")
    for i, panel in enumerate(narrow.panels):
        panel.settle()
        assert panel.element.evaluate(CLIPPED) == []
        keep(narrow.page, f"narrow_{width}_{i}")


def test_the_dark_theme_is_readable(engine: Notebook, keep: Callable[[Page, str], None]) -> None:
    page, panel = engine.page, engine.panels[0]
    page.set_viewport_size({"width": 1400, "height": 1900})
    panel.start_again(START)
    panel.handle("x").press("End")
    panel.says("ValueError")
    try:
        choose_theme(page, "JupyterLab Dark", is_light="false")
        assert barriers(page) == []
        keep(page, "dark")
    finally:
        choose_theme(page, "JupyterLab Light", is_light="true")  # the server remembers
        page.set_viewport_size(USUAL)
        panel.start_again(START)


def choose_theme(page: Page, theme: str, *, is_light: str) -> None:
    page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
    page.locator(f"body[data-jp-theme-light={is_light}]").wait_for(state="attached")


def test_without_a_kernel_the_picture_and_the_words_stay(
    engine: Notebook, new_page: Callable[..., Page], lab: Lab, keep: Callable[[Page, str], None]
) -> None:
    content = engine.content
    for cell in content["cells"]:
        for output in cell["outputs"]:
            output["data"].pop(LIVE, None)  # which is what `make notebooks` does
    (lab.folder / "stored.ipynb").write_text(json.dumps(content), encoding="utf-8")
    stored = open_notebook(new_page(), lab, "stored.ipynb")
    pictures = stored.page.locator(".jp-RenderedImage img")
    expect(pictures).to_have_count(4)
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_be_visible()
    words = stored.page.locator(".jp-RenderedMarkdown")
    expect(words.first).to_contain_text(START)
    expect(words.first).to_contain_text("Drawn for x 0.1, y 10, style plain, long words False.")
    expect(words.last).to_contain_text(PREDICTIONS["00.a"].answer)
    expect(stored.page.locator(".coursekit-verdict")).to_contain_text("Exercise 00.1")
    keep(stored.page, "stored")
