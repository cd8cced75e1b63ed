"""What a page shows is what the explorer computes: at every stop of every control alone, and in random company."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from reading import Film, alone_and_together, differing
from website.building import KEPT
from website.kept import recordings
from website.recording import on_grid, record
from website.stops import plan

from coursekit.lessons import EXPLORERS

FAST = [name for name, explorer in EXPLORERS.items() if not explorer.is_slow]
MOST_KB = 300
FEW = 20  # settings, where no more are needed


@pytest.mark.seconds
@pytest.mark.sampled(30)
@pytest.mark.parametrize("name", FAST)
def test_a_small_recording_agrees_with_its_explorer(name: str, rng: np.random.Generator) -> None:
    explorer = EXPLORERS[name]
    planned = plan(explorer, FEW)
    film = Film(record(explorer, planned).file)
    settings = alone_and_together(planned, explorer.start, rng, 10)
    assert differing(film, explorer, planned, settings) == []


@pytest.fixture(scope="module")
def kept() -> Iterator[Path]:
    return KEPT / "recordings"


@pytest.mark.deep
@pytest.mark.parametrize("name", EXPLORERS)
def test_the_recording_on_the_site_agrees_with_its_explorer(name: str, kept: Path, rng: np.random.Generator) -> None:
    explorer = EXPLORERS[name]
    planned = plan(explorer)
    ((_, recording),) = recordings([name], kept)
    film = Film(recording.file)
    settings = alone_and_together(planned, explorer.start, rng, 30)
    assert differing(film, explorer, planned, settings) == []
    assert len(recording.file) <= 1000 * MOST_KB
    start = film.last_states()[planned.settings.index(planned.setting(explorer.start))]
    assert film.words(start) == list(recording.words)


@pytest.mark.seconds
def test_a_single_wrong_frame_is_found(rng: np.random.Generator) -> None:
    explorer = EXPLORERS["two-classes"]
    planned = plan(explorer, FEW)
    wrong = len(planned.settings) // 3

    def compute(**values: float) -> object:
        astray = values == planned.values(planned.settings[wrong])
        return explorer.compute(**(values | {"z0": values["z0"] + 0.5} if astray else values))

    film = Film(record(replace(explorer, compute=compute), planned).file)
    assert differing(film, explorer, planned, range(len(planned.settings))) == [wrong]


def test_places_are_rounded_and_not_their_differences() -> None:
    steps = [0, 0, *[1, 1] * 40]
    assert on_grid(steps)[-2:].tolist() == [10, 10], "the error does not grow along a line"
