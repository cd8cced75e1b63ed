"""The player by itself: sharp at every zoom, whole on a narrow page, readable on every ground and on paper."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from matplotlib.patches import Rectangle
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page
from test_fidelity import BOUND, LOAD, PLAYER, apart

from coursekit.lab.frame import Frame
from coursekit.lab.picture import BLUE, GREEN, GREY, INK, ORANGE, PALE, Picture, canvas, label, line
from coursekit.lab.strokes import Strokes

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 600, 200
SET_UP = """async ([about, alphabet, parts]) => {
    const place = document.body.appendChild(document.createElement("div"));
    window.stage = new Stage(place, about);
    await stage.show(parts, alphabet);
    stage.draw();
}"""
NEXT_FRAMES = """() => new Promise(done =>
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"""


def two_columns() -> Picture:
    """A dot on the left, a text on the right."""
    figure, (left, right) = canvas(WIDTH, HEIGHT, columns=2)
    for ax in (left, right):
        ax.set(xlim=(0, 1), ylim=(0, 1))
    dot, text = line(left, BLUE, marker="o", markersize=14), label(right, 0.1, 0.5, "half way")
    return Picture(figure, lambda x: dot.set_data([x], [0.5]), [dot, text])


def patches() -> Picture:
    """A patch of each colour that pictures are made of, on white."""
    figure, ax = canvas(WIDTH, HEIGHT)
    figure.set_layout_engine("none")
    ax.set_position((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH), ylim=(0, HEIGHT), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    for i, color in enumerate(COLORS):
        ax.add_patch(Rectangle((100 * i, 50), 100, 100, facecolor=color, linewidth=0))
    return Picture(figure, lambda _: None, [])


COLORS = (INK, GREY, BLUE, ORANGE, GREEN, PALE)


@contextmanager
def page_of(browser: Browser, *, width: int = 700, ratio: float = 1, ground: str = "white") -> Iterator[Page]:
    page = browser.new_page(no_viewport=True)
    screens = page.context.new_cdp_session(page)  # one whose zoom can change
    page.show_on = lambda ratio: screens.send(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": ratio, "mobile": False},
    )
    page.show_on(ratio)
    page.set_content(f"<body style='margin:0;background:{ground}'></body>")
    page.evaluate(LOAD, PLAYER)
    yield page
    page.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages with a picture on them; they are closed afterwards."""
    pages: list[Any] = []

    def make(picture: Picture, state: Any = 0.5, **options: Any) -> Page:
        pages.append(page_of(browser, **options))
        page = pages[-1].__enter__()
        strokes = Strokes(picture)
        strokes.draw(state)
        parts = {str(i): json.loads(text) for i, text in enumerate(strokes.moving)}
        width, height = strokes.size
        about = {"width": width, "height": height, "columns": strokes.columns}
        page.evaluate(SET_UP, [about, json.loads(strokes.alphabet), {"still": json.loads(strokes.still), **parts}])
        return page

    yield make
    for each in pages:
        each.__exit__(None, None, None)


def pixels(page: Page) -> NDArray[np.float64]:
    page.evaluate(NEXT_FRAMES)
    url = page.evaluate("() => stage.canvas.toDataURL()")
    return np.asarray(Image.open(BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB"), float)


def agg(picture: Picture, state: Any, scale: float = 1) -> NDArray[np.float64]:
    return Frame(picture, scale=scale).draw(state)[:, :, :3].astype(float)


def luminance(rgb: NDArray[np.float64]) -> float:
    part = rgb / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ratio", [1, 2])
def test_it_has_the_pixels_of_the_screen(open_page: Callable[..., Page], ratio: int) -> None:
    seen = pixels(open_page(two_columns(), ratio=ratio))
    assert seen.shape == (ratio * HEIGHT, ratio * WIDTH, 3)
    assert apart(seen, agg(two_columns(), 0.5, scale=ratio)).is_little


def test_a_zoom_and_another_screen_are_followed(open_page: Callable[..., Page]) -> None:
    page = open_page(two_columns())
    assert pixels(page).shape[1] == WIDTH
    page.show_on(2)
    page.evaluate("() => { stage.place.style.width = '590px'; }")  # headless, only a change of size is told
    page.wait_for_function("() => stage.canvas.width === 1180")
    # between two whole ratios every line lies on parts of pixels, so that more places are a little apart
    assert apart(pixels(page), agg(two_columns(), 0.5, scale=590 / 300)).furthest < BOUND


def planted(strokes: list[Any], fault: str) -> list[Any]:
    """The strokes of a dot and of a text, with a fault."""
    (_, style, commands, numbers, places), (_, look, place, letters, xs, ys) = strokes
    match fault:
        case "a dot too few":
            return strokes[1:]
        case "a dot ten pixels off":
            return [["m", style, commands, numbers, [places[0] + 80, places[1]]], strokes[1]]
        case "a dot of another colour":
            return [["m", {**style, "f": "#b35900", "s": "#b35900"}, commands, numbers, places], strokes[1]]
        case "a text of twice its size":
            return [strokes[0], ["t", look, [*place[:3], 2 * place[3]], letters, [2 * x for x in xs], ys]]
    raise AssertionError(fault)


@pytest.mark.parametrize("fault", ["", "a dot too few", "a dot ten pixels off", "a dot of another colour",
                                   "a text of twice its size"])  # fmt: skip
def test_a_wrong_stroke_is_seen(open_page: Callable[..., Page], fault: str) -> None:
    page, strokes = open_page(two_columns()), Strokes(two_columns())
    strokes.draw(0.5)
    dot, text = (json.loads(each) for each in strokes.moving)
    faulty = planted(dot + text, fault) if fault else dot + text
    page.evaluate("strokes => stage.show({ 0: [], 1: strokes })", faulty)
    found = apart(pixels(page), agg(two_columns(), 0.5))
    assert found.is_little == (not fault), found


def test_on_a_narrow_page_the_columns_go_below_each_other_and_a_pointer_finds_its_place(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(two_columns(), width=320)
    whole = agg(two_columns(), 0.5)
    cut = Strokes(two_columns()).columns[1]
    seen = pixels(page)
    assert seen.shape[0] >= 2 * HEIGHT - 2
    assert apart(seen[:HEIGHT, :cut], whole[:, :cut]).is_little
    right = WIDTH - cut
    assert apart(seen[HEIGHT : 2 * HEIGHT, :right], whole[:, cut:]).is_little
    find = "([x, y]) => stage.find({ clientX: x, clientY: y })"
    assert page.evaluate(find, [100, 50]) == pytest.approx([100 / WIDTH, 50 / HEIGHT], abs=0.01)
    assert page.evaluate(find, [100, HEIGHT + 50]) == pytest.approx([(cut + 100) / WIDTH, 50 / HEIGHT], abs=0.01)
    assert page.evaluate("() => document.body.scrollWidth <= innerWidth")


def test_what_cannot_be_cut_is_never_too_small_to_read(open_page: Callable[..., Page]) -> None:
    page = open_page(patches(), width=240)
    assert pixels(page).shape[1] == 0.72 * WIDTH
    assert page.evaluate("() => [stage.place.style.overflowX, stage.place.tabIndex]") == ["auto", 0]


@pytest.mark.parametrize("ground", ["#111111", "#002b36", "#3c3c3c"])
def test_on_a_dark_ground_each_colour_has_the_contrast_that_it_has_on_white(
    open_page: Callable[..., Page], ground: str
) -> None:
    seen, on_white = pixels(open_page(patches(), ground=ground)), agg(patches(), 0)
    below = seen[10, 10]
    assert "#" + "".join(f"{int(v):02x}" for v in below) == ground
    for i, color in enumerate(COLORS):
        there, here = seen[100, 100 * i + 50], on_white[100, 100 * i + 50]
        most = 1.05 / (luminance(below) + 0.05)
        wanted = min(contrast(here, np.full(3, 255.0)), most)
        assert contrast(there, below) == pytest.approx(wanted, rel=0.04), color
    names = {color: seen[100, 100 * i + 50] for i, color in enumerate(COLORS)}
    assert names[BLUE].argmax() == 2
    assert names[ORANGE].argmax() == 0
    assert names[GREEN].argmax() == 1


def test_another_theme_is_followed_and_paper_is_white(open_page: Callable[..., Page]) -> None:
    page = open_page(patches())
    light = pixels(page)
    page.evaluate("() => { document.body.style.background = '#111111'; }")
    assert pixels(page)[10, 10].tolist() == [17, 17, 17]
    page.emulate_media(media="print")
    printed = pixels(page)
    assert printed.shape[1] == 3 * WIDTH, "finer than the screen"
    assert printed[10, 10].tolist() == [255, 255, 255]
    page.emulate_media(media="screen")
    assert pixels(page)[10, 10].tolist() == [17, 17, 17]
    page.evaluate("() => { document.body.style.background = ''; }")
    np.testing.assert_array_equal(pixels(page), light)


def test_forced_colours_are_the_ground(open_page: Callable[..., Page]) -> None:
    page = open_page(patches(), ground="none")
    page.emulate_media(forced_colors="active", color_scheme="dark")
    seen = pixels(page)
    assert seen[10, 10].max() < 60, "what the system's dark theme forces upon the page"
    assert contrast(seen[100, 50], seen[10, 10]) > 7


def test_there_is_no_moment_without_a_picture(open_page: Callable[..., Page]) -> None:
    page = open_page(two_columns())
    inked = """() => {
        const { width, height } = stage.canvas;
        return stage.context.getImageData(0, 0, width, height).data.some((v, i) => i % 4 < 3 && v < 100);
    }"""
    page.evaluate("() => { stage.place.style.width = '500px'; stage.fit(); }")
    assert page.evaluate(inked), "right after its size has changed"


def test_of_pictures_with_images_the_last_is_shown_last(open_page: Callable[..., Page]) -> None:
    page = open_page(patches())
    image = Image.new("RGB", (400, 400), "#ff0000")
    file = BytesIO()
    image.save(file, "png")
    url = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    red = [["i", {}, [0, 0, 8 * WIDTH, 8 * HEIGHT], False, url]]
    page.evaluate("red => { stage.show({ 0: red }); }", red)
    assert pixels(page)[100, 300].tolist() == [255, 0, 0]
    page.evaluate("red => { stage.show({ 0: red }); stage.show({ 0: [] }); }", red)
    page.wait_for_timeout(300)
    np.testing.assert_array_equal(pixels(page), agg(patches(), 0))
