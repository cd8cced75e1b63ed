"""The player in Chromium draws what Agg draws: every explorer, at its start and at both ends of each control."""

import base64
import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page

from coursekit.lab.explorer import Explorer
from coursekit.lab.frame import Frame
from coursekit.lab.strokes import Strokes
from coursekit.lessons import EXPLORERS
from coursekit.notebook.views import one_module

pytestmark = pytest.mark.browser

PLAYER = one_module("ground.js", "player.js")
LOAD = """async code => {
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    window.Stage = (await import(url)).Stage;
}"""
PLAY = """async ([about, alphabet, still, pictures]) => {
    const place = document.createElement("div");
    place.style.width = `${about.width}px`;
    document.body.replaceChildren(place);
    const stage = new Stage(place, about);
    const seen = [];
    for (const moving of pictures) {
        await stage.show({ still, ...moving }, alphabet);
        stage.draw();
        seen.push(stage.canvas.toDataURL());
    }
    stage.close();
    return seen;
}"""
NEAR = 7  # pixels: smaller things may lie elsewhere, as the parts of a letter do, of which Agg makes whole pixels
BOUND = 110  # of 255: how much of a colour may be missing there, or too much
FAINT, MOST = 40, 0.002  # so much may be missing at this share of all places: at the edges of letters


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1100, "height": 700}, device_scale_factor=1)
    page.evaluate(LOAD, PLAYER)
    yield page
    page.close()


def played(page: Page, strokes: Strokes, pictures: list[list[Any]]) -> list[NDArray[np.float64]]:
    """What the player makes of some pictures, each a list of what its artists draw."""
    width, height = strokes.size
    moving = [{str(i): parts for i, parts in enumerate(picture)} for picture in pictures]
    about = {"width": width, "height": height, "columns": strokes.columns}
    urls = page.evaluate(PLAY, [about, json.loads(strokes.alphabet), json.loads(strokes.still), moving])
    files = (BytesIO(base64.b64decode(url.partition(",")[2])) for url in urls)
    return [np.asarray(Image.open(file).convert("RGB"), float) for file in files]


def states(explorer: Explorer) -> dict[str, Any]:
    """The start, and both ends of each control."""
    settings = [{}, *({control.name: end} for control in explorer.controls for end in control.ends)]
    return {str(each): list(explorer.states(**{**explorer.quick, **each}))[-1] for each in settings}


def recorded(explorer: Explorer, all_states: list[Any]) -> tuple[Strokes, list[list[Any]]]:
    strokes, pictures = Strokes(explorer.picture()), []
    for state in all_states:
        strokes.draw(state)
        pictures.append([json.loads(text) for text in strokes.moving])
    return strokes, pictures


class Apart(NamedTuple):
    """How far two pictures are apart: their means over small squares at most, and the share that is more than faint."""

    furthest: float
    share: float

    @property
    def is_little(self) -> bool:
        return self.furthest < BOUND and self.share < MOST


def apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> Apart:
    far = np.abs(mean_nearby(one) - mean_nearby(other)).max(axis=2)
    return Apart(float(far.max()), float((far > FAINT).mean()))


def mean_nearby(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = np.pad(picture, ((1, 0), (1, 0), (0, 0))).cumsum(axis=0).cumsum(axis=1)
    inside = sums[NEAR:, NEAR:] - sums[:-NEAR, NEAR:] - sums[NEAR:, :-NEAR] + sums[:-NEAR, :-NEAR]
    return inside / NEAR**2


@pytest.mark.sampled(12)
@pytest.mark.parametrize("name", EXPLORERS)
def test_the_player_draws_what_agg_draws(page: Page, name: str) -> None:
    explorer = EXPLORERS[name]
    shown = states(explorer)
    strokes, pictures = recorded(explorer, list(shown.values()))
    frame = Frame(explorer.picture())
    pairs = zip(shown, shown.values(), played(page, strokes, pictures), strict=True)
    found = {where: apart(seen, frame.draw(state)[:, :, :3].astype(float)) for where, state, seen in pairs}
    assert {where: each for where, each in found.items() if not each.is_little} == {}
