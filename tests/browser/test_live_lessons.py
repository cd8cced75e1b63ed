"""Every lesson, as a learner takes it: read it as stored, run it, drag, commit to a prediction, solve, get stuck."""

import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from driving import Notebook, Panel, Sight, barriers, open_notebook
from lab import ROOT, Lab
from playwright.sync_api import Locator, Page, expect
from screens import LAPTOP, NARROW, USUAL, crowded

from coursekit.lessons import EXERCISES, PREDICTIONS

pytestmark = pytest.mark.browser
LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
EVERY = 4  # so many lessons for one that `make test` takes; the others are deep
SHOWS, ASKS, CHECKS = r"^show\(", r'^predict\("', r'^check\("'


def taken() -> Iterator[Any]:
    """Lessons 02, 06, 10 and 14: what is computed at once, what trains, and TensorFlow."""
    for i, name in enumerate(LESSONS, start=2):
        yield pytest.param(name, id=name.removesuffix(".ipynb"), marks=[pytest.mark.deep] if i % EVERY else [])


@pytest.fixture(scope="module", params=taken())
def opened(request: pytest.FixtureRequest, desk: Callable[[], Page], lab: Lab) -> Iterator[Notebook]:
    """A lesson as it is stored, in JupyterLab, not run."""
    notebook, n_failed = open_notebook(desk(), lab, request.param), request.session.testsfailed
    yield notebook
    notebook.close()
    if request.session.testsfailed > n_failed:
        notebook.page.context.close()  # whatever is left there is not to trouble the next lesson


@pytest.fixture(scope="module")
def lesson(opened: Notebook) -> Notebook:
    """A lesson that has run from top to bottom."""
    opened.run_all()
    for panel in opened.panels:
        panel.image.wait_for()
    return opened


def test_it_can_be_read_before_anything_runs(opened: Notebook) -> None:
    for i in opened.find(SHOWS):
        opened.cell(i).scroll_into_view_if_needed()
        picture = opened.cell(i).locator(".jp-RenderedImage img")
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.naturalWidth") > 0
        (stored,) = (output for output in opened.cells[i]["outputs"] if "image/png" in output["data"])
        assert re.search(r"\d", stored["metadata"]["image/png"]["alt"]), "the words for whoever can't see the picture"
        expect(opened.cell(i).locator(".jp-RenderedMarkdown strong").first).to_be_visible()
    for i in opened.find(ASKS):
        expect(opened.cell(i).locator(".jp-RenderedMarkdown li").first).to_be_visible()
    expect(opened.page.get_by_text("model not found")).to_have_count(0)


def test_it_runs_without_an_error(lesson: Notebook) -> None:
    for cell in lesson.cells:
        for output in cell.get("outputs", []):
            assert output["output_type"] != "error", "".join(cell["source"])
            assert output.get("name") != "stderr", output["text"]
    assert len(lesson.panels) == len(lesson.find(SHOWS))
    assert lesson.page.complaints == []


def test_it_keeps_nobody_out(lesson: Notebook) -> None:
    assert barriers(lesson.page) == []


def test_every_explorer_fits_on_one_screen(lesson: Notebook) -> None:
    try:
        for size in (LAPTOP, NARROW):
            lesson.page.set_viewport_size(size)
            assert [fault for panel in lesson.panels for fault in crowded(panel, is_wide=size is LAPTOP)] == []
    finally:
        lesson.page.set_viewport_size(USUAL)


def test_every_explorer_follows_the_hand(
    lesson: Notebook, keep: Callable[[Page, str], None], some: Callable[..., list[Any]]
) -> None:
    for i, panel in enumerate(lesson.panels):
        panel.show_all().settle()
        start = now = panel.see()
        first, *others = panel.sliders or [None]
        if first:
            now = drag_to_both_ends(panel, first, now)
        for name in some(others, 5, i):
            panel.handle(name).press("Home" if is_in_upper_half(panel.handle(name)) else "End")
            now = panel.go_and_see_other_than(now)
        for choice in some(panel.element.locator("select").all(), 3, i):
            for option in some(choice.locator("option:not(:checked)").all_text_contents(), 5):
                choice.select_option(option)
                now = panel.go_and_see_other_than(now)
        for button in some(panel.moves, 3):
            button.click()
            now = panel.see_other_than(now)
        panel.element.scroll_into_view_if_needed()
        keep(lesson.page, f"{lesson.name}_{i}")
        panel.come_to_rest()
        panel.reset.click()
        panel.says(start.answer)
        panel.says(start.sentence)
        assert comes_back(panel, start), "Reset leaves something"


def comes_back(panel: Panel, start: Sight) -> bool:
    """Whether the panel shows again what it began with; its last frame may come after its words."""
    for _ in range(50):
        if panel.come_to_rest() == start:
            return True
        panel.page.wait_for_timeout(100)
    return False


def drag_to_both_ends(panel: Panel, name: str, now: Sight) -> Sight:
    handle = panel.handle(name)
    far, near = (-0.05, 1.05) if is_in_upper_half(handle) else (1.05, -0.05)  # beyond the ends, as a hand does
    for end in (far, near):
        panel.drag(name, end, steps=3)
        value = handle.get_attribute("aria-valuemin" if end < 0 else "aria-valuemax")
        expect(handle).to_have_attribute("aria-valuenow", value or "")
        now = panel.go_and_see_other_than(now)
    return now


def is_in_upper_half(handle: Locator) -> bool:
    now, last = (float(handle.get_attribute(f"aria-value{which}") or 0) for which in ("now", "max"))
    return now > last / 2


def test_every_prediction_is_answered(lesson: Notebook) -> None:
    for question, name in zip(lesson.predictions, lesson.named("predict"), strict=True):
        prediction = PREDICTIONS[name]
        wrong = next(option for option in prediction.options if option != prediction.answer)
        question.get_by_label(wrong, exact=True).check()
        question.get_by_role("button", name="Commit").click()
        expect(question.get_by_role("status")).to_contain_text(wrong)
        expect(question.get_by_role("status")).to_contain_text(plain(prediction.why)[:30])
        expect(question.get_by_role("button", name="Commit")).to_be_disabled()


def test_every_exercise_is_judged(
    lesson: Notebook, keep: Callable[[Page, str], None], some: Callable[..., list[Any]]
) -> None:
    for i, name in some(zip(lesson.find(CHECKS), lesson.named("check"), strict=True), 3):
        solution = EXERCISES[name].solution
        call = f'check("{name}", {solution.__name__})'
        verdict = lesson.cell(i).locator(".coursekit-verdict")
        arguments = ", ".join(inspect.signature(solution).parameters)
        lesson.write(i, f"def {solution.__name__}({arguments}):\n    return 'a guess'\n\n\n{call}")
        expect(verdict).to_contain_text("Not yet.")
        verdict.get_by_text("Hint 1").click()
        expect(verdict).to_contain_text(plain(EXERCISES[name].hints[0])[:30])
        lesson.write(i, f"{textwrap.dedent(inspect.getsource(solution))}\n\n{call}")
        expect(verdict).to_contain_text("Correct.")
    if lesson.find(CHECKS):
        keep(lesson.page, f"{lesson.name}_exercise")


def plain(text: str) -> str:
    return text.replace("`", "")


def test_a_misconception_is_named(engine: Notebook) -> None:
    (i,) = engine.find(CHECKS)
    verdict = engine.cell(i).locator(".coursekit-verdict")
    expect(verdict).to_contain_text("Not yet. From w = 0 with the gradient -10 you went to -0.1: uphill.")
    attempt = "def gradient_step(w, d_w, learning_rate):\n    {}\n\n\ncheck('00.1', gradient_step)"
    engine.write(i, attempt.format("..."))
    expect(verdict).to_contain_text("Not attempted yet. Replace the ....")
    engine.write(i, attempt.format("return w - learning_rate * d_w"))
    expect(verdict).to_contain_text("Correct.")
    expect(verdict.locator("summary")).to_have_text(["A solution, to compare"])  # no hints any more
