"""A live panel under the hand: it follows, keeps still around the picture, says what goes wrong, and never blocks."""

import shutil
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from driving import Notebook, Panel, filmed, open_notebook
from lab import Lab
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from trouble import ENGINE, SECONDS_PER_EPOCH, START

pytestmark = pytest.mark.browser

WATCH = """panel => {
    const around = [panel, ...panel.querySelectorAll("canvas, button, .coursekit-control"),
                    ...document.querySelectorAll(".coursekit-caption, .jp-Notebook .jp-Cell")];
    const seen = { longest: 0, pictures: new Set(), places: new Set() };
    let last = performance.now(), watching = true;
    panel.querySelector("canvas").addEventListener("drawn", () => seen.pictures.add(seen.pictures.size));
    const look = now => {
        seen.longest = Math.max(seen.longest, now - last);
        last = now;
        seen.places.add(JSON.stringify(around.map(element => element.getBoundingClientRect())));
        if (watching) requestAnimationFrame(look);
    };
    window.stopWatching = () => {
        watching = false;
        return { ...seen, pictures: seen.pictures.size, places: [...seen.places] };
    };
    requestAnimationFrame(look);
}"""
LISTEN = """([status, answer]) => {
    let changed = performance.now(), last = status.textContent;
    window.heard = [];
    new MutationObserver(() => { changed = performance.now(); }).observe(answer, { childList: true });
    new MutationObserver(() => {
        if (status.textContent !== last) window.heard.push([status.textContent, performance.now() - changed]);
        last = status.textContent;
    }).observe(status, { childList: true });
}"""
REST = 600  # milliseconds, as in words.js

HURRY = """(panel, button) => {
    const handle = panel.querySelector(".noUi-handle");
    for (let i = 0; i < 5; i += 1)
        handle.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }));
    panel.querySelector(button).click();
}"""

RECORD = """caption => {
    window.answers = [];
    const answer = caption.querySelector("progress + div");
    new MutationObserver(() => window.answers.push(answer.textContent)).observe(answer, { childList: true });
}"""


@pytest.fixture
def fragile(engine: Notebook) -> Panel:
    panel = engine.panels[0]
    panel.start_again(START)
    return panel


@pytest.fixture
def slow(engine: Notebook) -> Panel:
    return engine.panels[1]


def test_picture_and_words_follow_the_mouse(fragile: Panel) -> None:
    start = fragile.see()
    fragile.drag("y", 1.05)
    high = fragile.come_to_rest("x = 0.1, y = 20, plain")
    fragile.drag("y", -0.05)
    low = fragile.come_to_rest("x = 0.1, y = 0, plain")
    assert len({start.picture, high.picture, low.picture}) == 3
    assert fragile.start_again(START) == start


def test_nothing_jumps_and_nothing_blinks_while_one_drags(fragile: Panel) -> None:
    fragile.element.evaluate(WATCH)
    with filmed(fragile.page) as frames:
        fragile.drag("y", 1, -0.05, steps=60)
        fragile.come_to_rest("y = 0")
    seen = fragile.page.evaluate("() => window.stopWatching()")
    assert seen["pictures"] > 5, "the picture follows while the mouse is down"
    assert len(seen["places"]) == 1
    ink = [dark_pixels(frame, fragile) for frame in frames]
    assert len(ink) > 20
    assert min(ink) > 0.7 * max(ink), "a blank frame has no axes and no labels"


def dark_pixels(frame: bytes, panel: Panel) -> int:
    place = panel.image.bounding_box()
    assert place
    left, top = place["x"], place["y"]
    picture = Image.open(BytesIO(frame)).convert("L").crop((left, top, left + place["width"], top + place["height"]))
    return int(np.sum(np.asarray(picture) < 128))


def test_the_words_are_spoken_once_when_they_rest(fragile: Panel) -> None:
    answer = fragile.caption.locator("progress + div")
    fragile.page.evaluate(LISTEN, [fragile.spoken.element_handle(), answer.element_handle()])
    fragile.drag("y", 0.2, 1.05, steps=60)
    now = fragile.come_to_rest("x = 0.1, y = 20, plain")
    heard = fragile.page.evaluate("() => window.heard")
    assert heard[-1][0] == f"{now.answer}. {now.sentence}"
    assert [rest for _, rest in heard if rest < REST - 1] == [], "nothing is said while the words still move"
    assert len(heard) < 10, "twenty values passed by, and a machine that is not overloaded says the last alone"
    assert fragile.image.get_attribute("aria-label") == f"{now.answer}. {now.sentence}"


def test_an_error_is_said_and_the_next_good_value_recovers(fragile: Panel) -> None:
    fragile.handle("x").press("ArrowRight")
    good = fragile.come_to_rest("x = 0.126")
    error = fragile.caption.get_by_text("ValueError: x is too large for this explorer, which bears 5 at most")
    fragile.handle("x").press("End")
    expect(error.first).to_be_visible()
    expect(fragile.spoken).to_have_text("ValueError: x is too large for this explorer, which bears 5 at most")
    assert fragile.see() == good
    fragile.handle("x").press("Home")
    fragile.come_to_rest("x = 0.01,")
    expect(error).to_have_count(0)


def test_every_kind_of_control_moves_the_picture_or_the_words(fragile: Panel) -> None:
    fragile.element.get_by_label("style", exact=True).select_option("fancy")
    fragile.says("y = 10, fancy")
    fragile.element.get_by_label("long words", exact=True).check()
    fragile.says("fancy style. The dot")
    fragile.box("y").fill("17")
    fragile.box("y").press("Enter")
    fragile.says("y = 17, fancy")
    expect(fragile.handle("y")).to_have_attribute("aria-valuetext", "17")
    fragile.start_again(START)


def test_play_goes_on_from_where_the_slider_stands(fragile: Panel) -> None:
    fragile.stand_at("y", "10")
    fragile.caption.evaluate(RECORD)
    fragile.play_and_press("y", "Pause: y")
    fragile.come_to_rest()
    assert fragile.see().answer != "x = 0.1, y = 20, plain", "it was to go no further"
    answers = fragile.page.evaluate("() => window.answers")
    assert answers[:2] == ["x = 0.1, y = 11, plain", "x = 0.1, y = 12, plain"]


def test_words_that_get_shorter_leave_their_place_free(fragile: Panel) -> None:
    long = fragile.element.get_by_label("long words", exact=True)
    long.check()
    fragile.says("style. The dot")
    long.uncheck()
    expect(fragile.caption).not_to_contain_text("style. The dot")
    before = fragile.caption.bounding_box()
    long.check()
    fragile.says("style. The dot")
    assert fragile.caption.bounding_box() == before


def test_a_slow_explorer_shows_how_far_it_is_and_gives_way_to_the_next_move(slow: Panel) -> None:
    progress = slow.caption.get_by_role("progressbar", name="progress of the training", include_hidden=True)
    expect(progress).to_be_hidden()
    slow.element.evaluate(WATCH)
    slow.caption.evaluate(RECORD)
    slow.handle("y").press("ArrowRight")
    slow.says("y = 11, epoch 3")
    assert progress.is_visible()
    assert 0 < progress.evaluate("bar => bar.value") < 1
    slow.handle("y").press("ArrowRight")
    slow.says("y = 12, epoch 20")
    expect(progress).to_be_hidden()
    answers = slow.page.evaluate("() => window.answers")
    assert "y = 11, epoch 20" not in answers
    assert [answer for answer in answers if "y = 12" in answer] == [f"y = 12, epoch {i}" for i in range(1, 21)]
    seen = slow.page.evaluate("() => window.stopWatching()")
    assert seen["longest"] < 250, "milliseconds without a frame: the page must stay alive"
    assert len(seen["places"]) == 1


def test_the_kernel_is_free_while_a_slow_explorer_trains(engine: Notebook, slow: Panel) -> None:
    (first,) = engine.find("from trouble import")
    engine.type(first, "1 + 1")
    slow.handle("y").press("Home")
    slow.says("y = 0, epoch 1")
    engine.run(first)
    assert engine.cells[first]["outputs"][0]["data"]["text/plain"] == "2"
    assert slow.caption.get_by_role("progressbar").evaluate("bar => bar.value") < 1, "it still trains"
    slow.says("y = 0, epoch 20")


@pytest.mark.deep
def test_two_pages_on_one_kernel_leave_each_others_sliders_alone(new_page: Callable[..., Page], lab: Lab) -> None:
    shutil.copy(lab.folder / ENGINE, lab.folder / "two.ipynb")
    one, other = (open_notebook(new_page(), lab, "two.ipynb") for _ in range(2))
    for notebook in (one, other):
        notebook.run_all()
    panel = other.panels[0]
    panel.image.wait_for()
    for key, y in (("End", 20), ("Home", 0), ("PageUp", 5)):
        panel.handle("y").press(key)
        panel.says(f"y = {y}, plain")
        other.page.wait_for_timeout(1000)  # for whatever the first page may send back
        panel.stand_at("y", str(y))
        assert panel.see().answer == f"x = 0.1, y = {y}, plain"
    assert one.page.complaints == other.page.complaints == []
    for notebook in (one, other):
        notebook.page.context.close()


def test_the_page_has_nothing_to_complain_about(engine: Notebook) -> None:
    outputs = [output for cell in engine.cells for output in cell["outputs"]]
    assert not [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"]
    assert engine.page.complaints == []


# ---- one that waits for Start


@pytest.fixture
def waiting(engine: Notebook) -> Panel:
    panel = engine.panels[2]
    panel.start_again("y = 10, epoch 1")
    return panel


def button(panel: Panel, name: str) -> Locator:
    return panel.element.get_by_role("button", name=name, exact=True)


def test_a_training_starts_pauses_goes_on_and_stops(waiting: Panel) -> None:
    assert stands_still(waiting)
    expect(button(waiting, "Stop")).to_be_disabled()
    button(waiting, "Start").click()
    waiting.says("epoch 3")
    button(waiting, "Pause").click()
    expect(button(waiting, "Go on")).to_be_visible()
    waiting.come_to_rest()
    paused = waiting.see()
    assert stands_still(waiting)
    button(waiting, "Go on").click()
    waiting.see_other_than(paused)
    button(waiting, "Stop").click()
    expect(button(waiting, "Start")).to_be_visible()
    waiting.come_to_rest()
    assert "epoch 20" not in waiting.see().answer
    assert stands_still(waiting)
    button(waiting, "Start").click()
    waiting.says("epoch 20")
    expect(button(waiting, "Start")).to_be_visible()


def stands_still(panel: Panel) -> bool:
    before = panel.see()
    panel.page.wait_for_timeout(1000 * SECONDS_PER_EPOCH * 5)
    return panel.see() == before


def test_a_move_drops_a_training_and_the_next_one_waits(waiting: Panel) -> None:
    button(waiting, "Start").click()
    waiting.says("epoch 2")
    waiting.handle("y").press("End")
    waiting.says("y = 20, epoch 1")
    expect(button(waiting, "Start")).to_be_visible()
    waiting.come_to_rest()
    assert stands_still(waiting)


def test_a_click_on_start_does_not_overtake_the_move_before_it(waiting: Panel) -> None:
    waiting.handle("y").focus()
    waiting.element.evaluate(HURRY, ".coursekit-steering button")  # no message of the slider's is answered yet
    waiting.says("y = 15, epoch 20")
    expect(button(waiting, "Start")).to_be_visible()


def test_no_move_undoes_the_reset_after_it(waiting: Panel) -> None:
    waiting.handle("y").focus()
    waiting.element.evaluate(HURRY, ".coursekit-reset")
    waiting.stand_at("y", "10")
    waiting.page.wait_for_timeout(1000)  # time for a move that was held up
    waiting.stand_at("y", "10")
    waiting.says("y = 10, epoch 1")


# ---- one that is played, touched and drawn on


@pytest.fixture
def played(engine: Notebook) -> Panel:
    panel = engine.panels[3]
    panel.start_again("0 moves, 0 strokes, y = 2")
    return panel


def test_buttons_do_what_they_say_until_there_are_no_moves_left(played: Panel) -> None:
    for i, name in enumerate(("one up", "three up", "one up"), start=1):
        button(played, name).click()
        played.says(f"{i} moves")
    expect(button(played, "one up")).to_be_disabled()
    button(played, "Undo").focus()
    played.page.keyboard.press("Enter")
    played.says("2 moves, 0 strokes, y = 2")
    played.says("Last move three up")


def test_a_mouse_on_the_picture_moves_what_it_means(played: Panel) -> None:
    start = played.see()
    played.image.scroll_into_view_if_needed()
    place = played.image.bounding_box()
    assert place
    mouse, x = played.page.mouse, place["x"] + place["width"] / 2
    mouse.move(x, place["y"] + place["height"] * 0.5)
    played.page.wait_for_timeout(200)
    assert played.see() == start, "a mouse that passes by does nothing"
    mouse.down()
    pressed = played.see_other_than(start)
    mouse.move(x, place["y"] - 50, steps=5)  # above the picture, as a hand does
    played.says("strokes, y = 20")
    mouse.up()
    dragged = played.come_to_rest("strokes, y = 20")
    mouse.move(x, place["y"] + place["height"] * 0.5)
    played.page.wait_for_timeout(200)
    assert played.see() == dragged
    assert pressed.picture != dragged.picture
    expect(played.box("y")).to_have_value("20")
    button(played, "Clear the strokes").click()
    played.says("0 moves, 0 strokes, y = 20")
