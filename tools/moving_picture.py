"""Take the moving picture that opens the README: an explorer of the website, as a hand moves it.

``python tools/moving_picture.py`` needs the site of lesson 00, which ``make site`` builds, and Chromium.
"""

import io
import sys

from make_site import SITE, served
from notebook_files import ROOT
from PIL import Image
from playwright.sync_api import Page

OPENING = ROOT / "tools" / "website" / "opening.webp"
PAGE, EXPLORER = "00_start_here", "first-descent"
WIDTH, HEIGHT = 1150, 1300  # of the window: pictures stand side by side, and nothing above them
TICK, REST = 90, 1500  # milliseconds: between two frames, and where the hand rests
STOPS = (0.05, 0.3, 0.5, 0.9, 1.0, 1.05)  # learning rates at which it rests
MOST = 500_000  # bytes


def main() -> None:
    """Take the picture, and write it if it is small enough."""
    sys.path.append(str(ROOT / "tests" / "browser"))
    from lab import MISSING, chromium

    with served(SITE) as url, chromium() as browser:
        if browser is None:
            raise SystemExit(MISSING)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(f"{url}/{PAGE}.html")
        frames, times = take(page)
    file = io.BytesIO()
    first, *others = frames
    first.save(file, "webp", save_all=True, append_images=others, duration=times, loop=0, lossless=True, method=6)
    if len(file.getvalue()) > MOST:
        raise SystemExit(f"It has {len(file.getvalue()):,} bytes, more than {MOST:,}: take fewer frames.")
    OPENING.write_bytes(file.getvalue())
    print(f"{OPENING.relative_to(ROOT)}: {len(frames)} frames, {len(file.getvalue()) / 1000:.0f} kB")


def take(page: Page) -> tuple[list[Image.Image], list[int]]:
    """Move the first slider to one stop after the other; return what is seen on the way, and how long each."""
    element = page.locator(f'[data-explorer="{EXPLORER}"][data-live]')
    page.locator(f'[data-explorer="{EXPLORER}"]').scroll_into_view_if_needed()
    element.wait_for()
    slider, box = element.get_by_role("slider").first, element.get_by_role("textbox").first
    frames, times = [], []
    for stop in STOPS:
        while True:
            page.wait_for_timeout(60)  # until it is drawn
            frames.append(Image.open(io.BytesIO(element.screenshot(animations="disabled"))).convert("RGB"))
            times.append(TICK)
            if float(box.input_value()) >= stop:
                break
            for _ in range(2 if stop < 0.4 else 3):
                if float(box.input_value()) < stop:
                    slider.press("ArrowRight")
        times[-1] = REST
    return [as_high(frame, max(frame.height for frame in frames)) for frame in frames], times


def as_high(frame: Image.Image, height: int) -> Image.Image:
    """Return a frame with few colours, and room for what later ones have below it."""
    room = Image.new("RGB", (frame.width, height), "white")
    room.paste(frame)
    return room.quantize(32, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")


if __name__ == "__main__":
    main()
