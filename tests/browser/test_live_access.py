"""For everybody: names for whoever can't see, keys for whoever has no mouse, in JupyterLab and Notebook 7."""

from collections.abc import Callable

import pytest
from driving import Notebook, Panel, barriers, open_notebook
from lab import Lab
from playwright.sync_api import Locator, Page, expect
from trouble import SEVEN, START

pytestmark = pytest.mark.browser

HAS_FOCUS = "element => element === document.activeElement"
CELLS = ".jp-Notebook .jp-Notebook-cell"


def tab_to(target: Locator) -> None:
    """Press Tab until the target has the focus; JupyterLab's buttons of the cell may come before."""
    for _ in range(3):
        target.page.keyboard.press("Tab")
        if target.evaluate(HAS_FOCUS):
            return
    raise AssertionError(f"Tab should come to {target}")


@pytest.fixture(scope="module", params=["JupyterLab", "Notebook 7"])
def page(request: pytest.FixtureRequest, new_page: Callable[..., Page], lab: Lab) -> Page:
    """The engine notebook, run, in both of Jupyter's own pages."""
    if request.param == "JupyterLab":
        return request.getfixturevalue("engine").page
    pytest.importorskip("notebook", reason="Notebook 7 is not installed: `pip install notebook`.")
    notebook = open_notebook(new_page(), lab, SEVEN, app="notebooks")
    notebook.run_all()
    page = notebook.page
    page.locator(".coursekit-caption").nth(3).wait_for()
    page.locator("summary").first.wait_for()
    return page


def test_the_keyboard_alone_works(page: Page) -> None:
    panel, n_cells = Panel(page, 0), page.locator(CELLS).count()
    panel.start_again(START)
    panel.element.get_by_text("What happens at the far end?").click()
    handle, box = panel.handle("x"), panel.box("x")
    tab_to(handle)
    for key, value in {"ArrowRight": "0.126", "ArrowUp": "0.158", "ArrowDown": "0.126", "ArrowLeft": "0.1",
                       "PageDown": "0.0316", "Home": "0.01", "PageUp": "0.0316"}.items():  # fmt: skip
        page.keyboard.press(key)
        panel.stand_at("x", value)
        expect(handle).to_have_attribute("aria-valuetext", value)
        assert handle.evaluate(HAS_FOCUS), f"{key} must not take the focus away"
    for key in "abxdd":  # of which a notebook makes cells, and deletes them
        page.keyboard.press(key)
    page.keyboard.press("Tab")
    assert box.evaluate(HAS_FOCUS)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    panel.says("x = 2.5, y = 10, plain")
    style = panel.element.get_by_label("style", exact=True)
    style.focus()
    page.keyboard.press("ArrowDown")
    panel.says("x = 2.5, y = 10, fancy")
    panel.element.get_by_label("long words", exact=True).focus()
    page.keyboard.press("Space")
    panel.says("fancy style. The dot")
    panel.reset.focus()
    page.keyboard.press("Enter")
    panel.come_to_rest(START)
    assert panel.reset.evaluate(HAS_FOCUS)
    assert page.locator(CELLS).count() == n_cells


def saves(page: Page) -> None:
    """Press what saves, and wait for the end: before, the notebook hears no second one."""
    with page.expect_response(lambda response: "/checkpoints" in response.url and response.request.method == "POST"):
        page.keyboard.press("ControlOrMeta+s")


def test_what_saves_and_what_leaves_stays_with_the_notebook(page: Page) -> None:
    handle = Panel(page, 0).handle("x")
    handle.focus()
    saves(page)


def test_a_number_box_saves_too(page: Page) -> None:
    Panel(page, 0).box("x").focus()
    saves(page)


def test_a_prediction_needs_no_mouse(page: Page) -> None:
    prediction = page.locator(".coursekit-prediction")
    options = prediction.get_by_role("radio")
    options.first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_be_checked()
    commit = prediction.get_by_role("button", name="Commit")
    expect(commit).to_be_enabled()
    tab_to(commit)
    page.keyboard.press("Enter")
    expect(prediction.get_by_role("status")).to_contain_text("You said: it comes closer, slowly")
    expect(prediction.get_by_role("status")).to_be_focused()


def test_hints_open_from_the_keyboard(page: Page) -> None:
    verdict = page.locator(".coursekit-verdict:has(summary)")
    expect(verdict.get_by_text("Take learning rate times gradient off w.")).to_be_hidden()
    for hint in ("Hint 1 of 2", "Hint 2 of 2"):
        verdict.get_by_text(hint, exact=True).focus()
        page.keyboard.press("Enter")
    expect(verdict.get_by_text("Take learning rate times gradient off w.")).to_be_visible()


def test_everything_has_a_name_and_nothing_is_in_the_way(page: Page) -> None:
    panel = Panel(page, 0)
    expect(panel.element).to_have_role("group")
    expect(panel.element).to_have_accessible_name("What happens at the far end?")
    assert panel.sliders == ["x", "y"]
    for name in panel.sliders:
        expect(panel.handle(name)).to_be_visible()
        expect(panel.box(name)).to_be_visible()
    buttons = panel.element.get_by_role("button").all()
    names = [button.get_attribute("aria-label") or button.inner_text() for button in buttons]
    assert names == ["Play: y", "Reset"]
    assert barriers(page) == []


def test_names_are_there_again_in_a_second_view_and_after_another_run(engine: Notebook) -> None:
    (i,) = engine.find(r"show\(FRAGILE\)")
    engine.panels[0].start_again(START)
    engine.cell(i).locator(".jp-InputArea-prompt").click()
    engine.page.evaluate("() => jupyterapp.commands.execute('notebook:create-output-view')")
    second = Panel(engine.page, len(engine.panels))
    expect(second.handle("x")).to_have_attribute("aria-valuetext", "0.1")
    second.handle("x").press("ArrowRight")
    expect(second.handle("x")).to_have_attribute("aria-valuetext", "0.126")
    expect(engine.panels[0].handle("x")).to_have_attribute("aria-valuetext", "0.126")
    second.page.evaluate("() => jupyterapp.commands.execute('application:close')")
    engine.write(i, "show(FRAGILE)")
    expect(engine.panels[0].handle("x")).to_have_attribute("aria-valuetext", "0.1")
    assert engine.panels[0].sliders == ["x", "y"]
