"""Tasks that know when they are reached, and a learner's own file: in a real JupyterLab, by the keyboard."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from driving import IS_READY, PATIENCE, Notebook, Panel, open_notebook
from lab import Lab
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
NAME = "mine/00_start_here.ipynb"
SOURCE = """from coursekit.lessons.start_here.explore_descent import FIRST_DESCENT
from coursekit.notebook import predict, show, show_progress
show(FIRST_DESCENT)"""
CELLS = ("# 00 · Start here\n\nIt takes about 25 minutes.", SOURCE, 'predict("00.a")', "show_progress()")
LARGE = "a rate that is too large: Each step overshoots"


@pytest.fixture(scope="module")
def folder(lab: Lab) -> Path:
    """A learner's own copy with a notebook in it."""
    folder = lab.folder / "mine"
    folder.mkdir()
    (folder / ".laid.json").write_text("{}")
    first, *code = CELLS
    cells = [nbformat.v4.new_markdown_cell(first), *map(nbformat.v4.new_code_cell, code)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), folder / Path(NAME).name)
    return folder


@pytest.fixture
def notebook(folder: Path, lab: Lab, new_page: Callable[..., Page]) -> Iterator[Notebook]:
    """The notebook in a page of its own, with a kernel of its own, run."""
    notebook = open_notebook(new_page(), lab, NAME)
    notebook.run_all()
    notebook.panels[0].image.wait_for()
    yield notebook
    notebook.close()


def found(panel: Panel, count: str, *parts: str) -> None:
    place = panel.element.locator(".coursekit-found")
    expect(place.locator("div").first).to_have_text(f"{count} found")
    for part in parts:
        expect(place.locator("li", has_text=part)).to_be_visible()


def written(folder: Path, page: Page, controls: dict[str, float]) -> dict[str, Any]:
    """Wait until the file holds where the controls stand, and return what it holds of the lesson."""
    ends, lesson = time.monotonic() + PATIENCE / 1000, {}
    while time.monotonic() < ends:  # what a hand moves is written when it rests
        lesson = json.loads((folder / ".progress.json").read_bytes())["lessons"]["00"]
        if lesson["controls"].get("first-descent") == controls:
            return lesson
        page.wait_for_timeout(100)
    pytest.fail(f"it is not written: {lesson}")


def test_a_task_is_reached_by_the_keyboard_and_remembered(
    notebook: Notebook, folder: Path, keep: Callable[[Page, str], None]
) -> None:
    panel, page = notebook.panels[0], notebook.page
    found(panel, "0 of 3")
    rate = panel.handle("learning rate")
    rate.press("End")
    found(panel, "1 of 3", LARGE)
    spoken = panel.element.locator(".coursekit-found").get_by_role("status")
    expect(spoken).to_contain_text(f"1 of 3 found. {LARGE}")
    keep(page, "task_found")
    rate.press("Home")
    found(panel, "2 of 3", LARGE, "a rate that is too small")
    box = panel.box("learning rate")
    box.fill("0.5")
    box.press("Enter")
    found(panel, "3 of 3", "the rate that arrives in one step")
    panel.handle("steps").press("ArrowRight")
    panel.says("After 11 steps: w = 5")
    question = notebook.predictions[0]
    question.get_by_label("it flies off", exact=True).check()
    question.get_by_role("button", name="Commit").click()
    expect(question.get_by_role("status")).to_contain_text("The answer: it jumps to and fro for ever.")
    lesson = written(folder, page, {"learning_rate": 0.5, "n_steps": 11})
    assert len(lesson["tasks"]["first-descent"]) == 3

    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.evaluate("() => { jupyterapp.shell.currentWidget.context.model.dirty = false; }")
    page.reload()
    page.locator(".jp-NotebookPanel").wait_for()
    page.wait_for_function(IS_READY, arg=NAME)
    notebook.run_all()
    panel = notebook.panels[0]
    panel.image.wait_for()
    found(panel, "3 of 3", LARGE, "a rate that is too small", "the rate that arrives in one step")
    panel.says("After 11 steps: w = 5")
    expect(panel.box("learning rate")).to_have_value("0.5")
    expect(notebook.predictions[0].get_by_role("status")).to_contain_text("You said: it flies off.")
    expect(notebook.predictions[0].get_by_role("button", name="Commit")).to_be_disabled()
    row = notebook.cell(3).locator("td")
    expect(row.first).to_have_text("00 Start here")
    expect(row.nth(1)).to_have_text("1 of 1")
    panel.element.scroll_into_view_if_needed()
    keep(page, "task_remembered")
    panel.reset.click()
    panel.says("After 10 steps: w = 3.2566")
    found(panel, "3 of 3")
    assert page.complaints == []


def test_a_damaged_file_is_said_and_kept_and_the_lesson_goes_on(folder: Path, notebook: Notebook) -> None:
    (folder / ".progress.json").write_text("{")
    notebook.run(1)
    expect(notebook.cell(1)).to_contain_text("it is kept as .progress_damaged.json")
    assert (folder / ".progress_damaged.json").read_text() == "{"
    notebook.panels[0].handle("learning rate").press("End")
    found(notebook.panels[0], "1 of 3", LARGE)
    assert "too large" in (folder / ".progress.json").read_text()
