"""On a slow machine every picture comes up: a page six times as slow, and both cores busy.

anywidget may complain that a module was late; no panel may be dead of it.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from driving import NOTEBOOK, PATIENCE, open_notebook
from lab import Lab
from playwright.sync_api import Page
from test_live_lessons import is_in_upper_half

pytestmark = [pytest.mark.browser, pytest.mark.deep]

LESSONS = ("12_train_a_softmax_classifier.ipynb", "03_pick_the_right_scale.ipynb")
SLOWER, CORES = 6, 2
BUSY = "while True: pass"


@pytest.fixture
def busy() -> Iterator[None]:
    """Keep both cores busy."""
    with ExitStack() as stack:
        for _ in range(CORES):
            process = stack.enter_context(subprocess.Popen([sys.executable, "-c", BUSY]))
            stack.callback(process.kill)
        yield


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("name", LESSONS)
def test_run_all_ends_with_every_panel_live(new_page: Callable[..., Page], lab: Lab, name: str) -> None:
    notebook = open_notebook(new_page(), lab, name)
    page = notebook.page
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    notebook.run_all(timeout=SLOWER * PATIENCE)
    assert len(notebook.panels) == len(notebook.find(r"^show\(")) > 0
    for panel in notebook.panels:
        panel.element.scroll_into_view_if_needed()
        panel.image.wait_for(timeout=2 * PATIENCE)
        before = panel.come_to_rest()
        if panel.sliders:
            handle = panel.handle(panel.sliders[0])
            handle.press("Home" if is_in_upper_half(handle) else "End")
        elif panel.moves:
            panel.moves[0].click()
        else:
            panel.element.locator("select").first.press("ArrowDown")
        panel.go_and_see_other_than(before)
    page.evaluate(f"() => {NOTEBOOK}.sessionContext.shutdown()")
    page.context.close()
