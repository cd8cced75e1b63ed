"""One screen: whether headline, controls and picture of a panel stand together on a laptop, and can be read."""

from driving import STANDS_STILL, Panel

LAPTOP, NARROW, USUAL = ({"width": w, "height": h} for w, h in ((1366, 768), (700, 768), (1400, 1100)))
SCREEN, SLIDER, SCALE = 640, 150, 0.72  # pixels; and of a picture's size, at which words of 11 points have 11 pixels
IN_SIGHT = 4
MEASURE = """panel => {
    const box = element => element.getBoundingClientRect();
    const seen = selector => [...panel.querySelectorAll(selector)].filter(element => element.offsetParent);
    const canvas = panel.querySelector("canvas");
    const rows = seen("button").filter(each => ["Start", "Stop", "Reset"].includes(each.textContent));
    return {
        high: box(canvas).bottom - box(panel).top,
        below: box(canvas).top - box(panel.querySelector("progress + div")).bottom,
        controls: seen(".coursekit-controls > :not(.coursekit-bar)").length,
        sliders: seen(".noUi-target").map(slider => box(slider).width),
        rows: new Set(rows.map(button => box(button).top)).size,
        scale: Number(canvas.dataset.scale),
    };
}"""


def crowded(panel: Panel, *, is_wide: bool) -> list[str]:
    """What does not fit: nothing, on a page as it should be."""
    panel.element.scroll_into_view_if_needed()
    panel.element.evaluate(STANDS_STILL)
    seen = panel.element.evaluate(MEASURE)
    found = {
        f"{seen['high']:.0f} pixels are higher than a screen": is_wide and seen["high"] > SCREEN,
        "the headline is not above the picture": seen["below"] < -1,
        f"{seen['controls']} controls are in sight": seen["controls"] > IN_SIGHT,
        f"a slider of {min(seen['sliders'], default=SLIDER)} pixels": min(seen["sliders"], default=SLIDER) < SLIDER,
        "Start, Stop and Reset are no row": is_wide and seen["rows"] > 1,
        f"a picture at {seen['scale']} of its size": seen["scale"] < SCALE,
    }
    return [f"{panel.element.get_attribute('aria-label')}: {what}" for what, is_so in found.items() if is_so]
