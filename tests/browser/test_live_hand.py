"""What is under the hand: marks that are dragged and read, a pen, number boxes; and what state a panel is in."""

from collections.abc import Callable, Iterator

import nbformat
import pytest
from driving import Notebook, Panel, open_notebook
from lab import Lab
from playwright.sync_api import Locator, Page, expect
from trouble import START

pytestmark = pytest.mark.browser
A_TWO = [(2, 2.2), (2.5, 1.3), (3.5, 0.8), (4.6, 1.1), (5, 2), (4.6, 3.2), (3.7, 4.4), (2.6, 5.6), (1.8, 6.6),
         (3, 6.6), (4.2, 6.5), (5.4, 6.5)]  # fmt: skip
AT = """(canvas, [x, y]) => {
    const box = canvas.getBoundingClientRect();
    return [box.left + x * box.width, box.top + y * box.height];
}"""
SCRIBBLE_AND_CLEAR = """panel => {
    const canvas = panel.querySelector(".coursekit-picture");
    const press = key => canvas.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    [" ", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown"].forEach(press);
    panel.querySelector(".coursekit-clear").click();
}"""
CLICK = """button => {
    let arrived = false;
    button.addEventListener("click", () => { arrived = true; }, { once: true });
    button.click();
    return arrived;
}"""
CELLS = (
    "import time\n\nfrom coursekit.lessons.train_a_softmax_classifier.explore_classifier_hand import DIGIT_IN_HAND",
    "from trouble import FRAGILE\n\nfrom coursekit.notebook.showing import Panel",
    "Panel(FRAGILE).widget",
    "Panel(DIGIT_IN_HAND).widget",
    "time.sleep(4)",
)


@pytest.fixture
def fragile(engine: Notebook) -> Panel:
    panel = engine.panels[0]
    panel.start_again(START)
    return panel


def point(panel: Panel, across: float, down: float) -> tuple[float, float]:
    """Where a place of the picture is on the page, by its shares of the picture."""
    panel.image.scroll_into_view_if_needed()
    x, y = panel.image.evaluate(AT, [across, down])
    return x, y


# ---- by the marks


def test_a_drag_on_the_picture_sets_the_sliders_and_the_value_under_the_pointer_is_shown(fragile: Panel) -> None:
    mouse, value = fragile.page.mouse, fragile.element.locator(".coursekit-value")
    mouse.move(*point(fragile, 0.5, 0.4))
    expect(value).to_contain_text("x 0.")
    expect(value).to_contain_text(", y 1")
    assert fragile.see().answer == START, "a pointer that passes by reads, and sets nothing"
    mouse.down()
    here = value.text_content() or ""
    x, y = (each.split()[1] for each in here.split(", "))
    fragile.says(f"x = {x}, y = {y}, plain")
    mouse.move(*point(fragile, 0.2, -0.5), steps=5)  # above the picture, as a hand does
    fragile.says("y = 20, plain")
    mouse.up()
    fragile.stand_at("y", "20")
    mouse.move(*point(fragile, 0.5, 0.5))
    fragile.stand_at("y", "20")
    mouse.move(*point(fragile, 0.01, 0.5))
    expect(value).to_be_hidden()
    fragile.start_again(START)


# ---- number boxes


@pytest.mark.parametrize(("text", "value"), [("0,5", "0.5"), ("5e-1", "0.5")])
def test_a_number_box_takes_a_comma_and_an_exponent(fragile: Panel, text: str, value: str) -> None:
    fragile.box("x").fill(text)
    fragile.box("x").press("Enter")
    fragile.says("x = 0.5, y = 10, plain")
    fragile.stand_at("x", value)
    expect(fragile.handle("x")).to_have_attribute("aria-valuenow", "17.0")
    assert fragile.reset.evaluate(CLICK), "no click waits for a kernel that has heard already"
    fragile.says(START)


def test_what_happens_on_a_page_is_on_record(fragile: Panel) -> None:
    before = fragile.page.evaluate("() => window.happened.splice(0)")
    assert before
    assert [each for each in before if "schema_id" in each] == [], "the server's news of files would drown the rest"
    fragile.box("x").fill("5e-1")
    fragile.box("x").press("Enter")
    fragile.stand_at("x", "0.5")
    happened = iter(fragile.page.evaluate("() => window.happened"))
    for what in ("input  x, exact value 5e-1", "keydown Enter x", "change  x", 'told comm_msg {"comm_id',
                 'heard comm_msg {"data', "written x, exact value 0.5"):  # fmt: skip
        assert any(what in each for each in happened), f"{what!r} is not on record, or not in order"


def test_a_number_box_refuses_the_rest_in_words(fragile: Panel) -> None:
    fragile.box("y").fill("7.6")
    fragile.box("y").press("Enter")
    fragile.says("y: 7.6 is no whole number. Write one from 0 to 20.")
    fragile.stand_at("y", "10")
    assert fragile.see().answer == START


# ---- states


@pytest.fixture(scope="module")
def sheet(new_page: Callable[..., Page], lab: Lab) -> Iterator[Notebook]:
    """A notebook of its own, whose kernel may be restarted."""
    cells = list(map(nbformat.v4.new_code_cell, CELLS))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), lab.folder / "hand.ipynb")
    notebook = open_notebook(new_page(), lab, "hand.ipynb")
    notebook.run_all()
    notebook.panels[1].image.wait_for()
    yield notebook
    notebook.page.context.close()


def state(panel: Panel) -> Locator:
    return panel.element.locator(".coursekit-state")


def test_stop_hands_the_focus_to_start(engine: Notebook) -> None:
    waiting = engine.panels[2]
    waiting.reset.click()
    start, pause, stop = (
        waiting.element.get_by_role("button", name=name, exact=True) for name in ("Start", "Pause", "Stop")
    )
    start.click()
    pause.click()  # it would be over, on a machine with other work, before it is stopped
    stop.focus()
    engine.page.keyboard.press("Enter")
    expect(start).to_be_focused()
    expect(waiting.element.get_by_text("stopped")).to_be_visible()


def test_reset_ends_play(fragile: Panel) -> None:
    fragile.play_and_press("y", "Reset")
    fragile.come_to_rest(START)
    fragile.page.wait_for_timeout(500)
    assert fragile.see().answer == START


# ---- the pen


def test_a_2_that_is_drawn_with_a_fast_hand_is_a_2(sheet: Notebook) -> None:
    panel = sheet.panels[1]
    panel.element.get_by_label("begin with", exact=True).select_option("an empty sheet")
    panel.says("It was an empty sheet")
    left, top, right, bottom = sheet_box(panel)
    spots = [(left + (x + 0.5) * (right - left) / 8, top + (y + 0.5) * (bottom - top) / 8) for x, y in A_TWO]
    mouse = sheet.page.mouse
    mouse.move(*spots[0])
    mouse.down()
    for spot in spots[1:]:
        mouse.move(*spot)  # far from the last one, as the points of a fast hand are
    mouse.up()
    panel.says("The network says 2")
    panel.element.get_by_role("button", name="Clear your ink").click()


def sheet_box(panel: Panel) -> tuple[float, float, float, float]:
    """The sheet of the digit on the page: it is the picture's left third, as high as it is wide."""
    panel.image.scroll_into_view_if_needed()
    box = panel.image.bounding_box()
    assert box
    scale = box["width"] / 1000
    ax = panel_axes()
    return tuple(box["xy"[i % 2]] + scale * v for i, v in enumerate(ax))  # type: ignore[return-value]


def panel_axes() -> list[int]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from coursekit.lab.marks import sheet_of
    from coursekit.lessons.train_a_softmax_classifier.explore_classifier_hand import DIGIT_IN_HAND

    figure = DIGIT_IN_HAND.picture().figure
    FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    return list(sheet_of(DIGIT_IN_HAND.controls[-1], figure)["box"])


def test_the_keyboard_draws_cell_by_cell(sheet: Notebook) -> None:
    panel = sheet.panels[1]
    panel.element.get_by_label("begin with", exact=True).select_option("an empty sheet")
    clear = panel.element.get_by_role("button", name="Clear your ink")
    expect(clear).to_be_disabled()
    before = panel.come_to_rest()
    panel.image.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Space"):
        sheet.page.keyboard.press(key)
    panel.see_other_than(before)
    expect(clear).to_be_enabled()
    expect(panel.image).to_be_focused()


def test_ink_does_not_come_back_on_a_sheet_that_is_cleared_at_once(sheet: Notebook) -> None:
    panel = sheet.panels[1]
    clear = panel.element.get_by_role("button", name="Clear your ink")
    expect(clear).to_be_enabled()
    panel.element.evaluate(SCRIBBLE_AND_CLEAR)  # no message of the pen's is answered yet
    expect(clear).to_be_disabled()
    panel.says("It was an empty sheet")
    sheet.page.wait_for_timeout(1000)  # time for ink that was held up
    expect(clear).to_be_disabled()


def test_a_panel_says_that_it_waits_for_a_running_cell(sheet: Notebook) -> None:
    panel = sheet.panels[0]
    sheet.page.evaluate("() => { jupyterapp.shell.currentWidget.content.activeCellIndex = 4; }")
    sheet.page.evaluate("() => { jupyterapp.commands.execute('notebook:run-cell'); }")
    panel.handle("y").press("ArrowRight")
    expect(state(panel)).to_have_text("Waiting for a running cell")
    panel.says("y = 11")
    expect(state(panel)).to_have_text("")


def test_a_panel_says_that_its_kernel_was_restarted(sheet: Notebook) -> None:
    panel = sheet.panels[0]
    sheet.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    expect(state(panel)).to_have_text("Kernel restarted: run this cell again")
    sheet.run(1)
    sheet.run(2)
    panel.says(START)
    expect(state(panel)).to_have_text("")
