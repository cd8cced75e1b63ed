"""Driving a page of the website: its explorers by key and by mouse, and how long things take."""

import base64
import time
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page

PATIENCE = 60  # seconds, for a machine that is busy
QUICK = 1.5  # seconds to the first picture
FRAME = 20  # milliseconds: 50 pictures a second
LIVE = "i => document.querySelectorAll('.explorer')[i].dataset.live"
WORDS = """Array.from(element.querySelectorAll(".words progress ~ div:not([role=status])"), each => each.innerText)
    .join("\\n")"""  # those that are seen: what is spoken lags behind
PICTURE = 'element.querySelector("canvas").toDataURL()'
SEEN = f"element => [{PICTURE}, {WORDS}]"
MOVED = f"([element, picture, words]) => {PICTURE} !== picture && {WORDS} !== words"
BACK = f"([element, picture, words]) => {PICTURE} === picture && {WORDS} !== words"
SLOW_IMAGES = """HTMLImageElement.prototype.decode = async function () {  // ready when the page is told so
    window.waiting = true;
    await new Promise(done => addEventListener("decoded", done));
};"""
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


class Visit(NamedTuple):
    """A page that is open, what it asked for, and what it complained about."""

    page: Page
    asked: list[str]
    bytes: dict[str, int]
    complaints: list[str]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None: ...


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
    """Move controls by key, one after the other, until picture and words follow; Reset takes them back."""
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
        _, words = element.evaluate(SEEN)
        element.get_by_role("button", name="Reset").click()
        element.page.wait_for_function(BACK, arg=[element.element_handle(), before[0], words])
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


def at_best(measure: Callable[[], float], wanted: float) -> float:
    """Measure until it is good enough, for as long as the machine may be busy with other things."""
    ends, best = time.monotonic() + PATIENCE, float("inf")
    while best > wanted and time.monotonic() < ends:
        best = min(best, measure())
    return best


def corner(element: Locator) -> float:
    url = element.locator("canvas").evaluate("canvas => canvas.toDataURL()")
    return float(np.asarray(Image.open(BytesIO(base64.b64decode(url.partition(",")[2]))).convert("L"))[:4, :4].mean())
