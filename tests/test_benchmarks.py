"""The benchmarks run, at tiny sizes, and compare what gives the same; their tables say what was measured."""

import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from benchmarks import turns
from benchmarks.results import Result, Section, compared, duration
from benchmarks.turns import by_turns

pytestmark = pytest.mark.seconds

ROOT = Path(__file__).parents[1]
PEERS_PYTHON = ROOT / ".venv-peers" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


class TestTables:
    def test_a_ratio_is_held_against_its_bar(self):
        met, missed = compared("a", 1e-3, 2e-3, bar=0.5), compared("b", 1.1e-3, 2e-3, bar=0.5, tried="tried: all")
        assert met == Result("a", "1 ms", "2 ms", "at most 0.5", True, "0.50")
        assert missed == Result("b", "1.1 ms", "2 ms", "at most 0.5", False, "0.55", "tried: all")

    @pytest.mark.parametrize(
        ("seconds", "said"),
        [(3e-8, "0.03 us"), (3.052e-5, "30.5 us"), (1e-3, "1 ms"), (0.999, "999 ms"), (12.34, "12.3 s")],
    )
    def test_a_duration_has_three_digits_and_its_unit(self, seconds, said):
        assert duration(seconds) == said

    def test_every_line_has_as_many_cells_as_the_header(self):
        results = [compared("a", 1, 2, bar=0.5), compared("b", 3, 2, bar=0.5, tried="all was tried.")]
        section = Section("Title", "About.", ("ours", "theirs"), results)
        assert section.markdown() == (
            "## Title\n\nAbout.\n\n"
            "|  | ours | theirs | ratio | bar | met |\n| --- | --- | --- | --- | --- | --- |\n"
            "| a | 1 s | 2 s | 0.50 | at most 0.5 | yes |\n"
            "| b | 3 s | 2 s | 1.50 | at most 0.5 | **no** |\n\nWhere it is missed: all was tried.\n"
        )

    def test_without_ratios_there_is_no_column_for_them(self):
        section = Section("Title", "About.", ("ours", "theirs"), [Result("a", "1", "2", "at most 3", True)])
        assert "ratio" not in section.markdown()
        assert "| a | 1 | 2 | at most 3 | yes |" in section.markdown()

    def test_the_page_says_when_and_where(self):
        pytest.importorskip("playwright")
        from benchmarks.__main__ import page

        text = page([Section("Title", "About.", ("ours", "theirs"), [])], "some machine")
        assert re.match(r"# Benchmarks\n\nWritten by `make bench` on \d{4}-\d\d-\d\d: some machine.\n\n## Title", text)


def test_the_explorers_that_cost_most_are_there_and_the_page_is_valid_python():
    pytest.importorskip("playwright")
    from benchmarks import live_pictures, live_sources
    from coursekit.lessons import EXPLORERS

    assert set(live_pictures.SLOWEST) <= set(EXPLORERS)
    sources = [live_sources.SETUP.replace("CANVAS_JS", "''"), live_sources.OURS, live_sources.PEER, live_sources.BARE]
    sources += [live_sources.BYTES, live_sources.MEMORY, live_sources.KERNEL_TIME.format(rounds=2)]
    for source in [*sources, live_sources.MOVES.format(names=live_pictures.SLOWEST)]:
        compile(source, "a cell", "exec")


class TestTurns:
    def test_sides_take_turns_and_a_turn_repeats_what_is_short(self, monkeypatch):
        clock = iter(np.arange(10_000) * 1.0)
        monkeypatch.setattr(turns.time, "perf_counter", lambda: next(clock))
        monkeypatch.setattr(turns, "TURN", 2.0)
        called = []
        assert by_turns(lambda: called.append("a"), lambda: called.append("b"), seconds=0) == [1, 1]
        assert "".join(called) == "ab" + "ab" + 5 * "aabb"

    def test_the_median_is_that_of_each_side(self, monkeypatch):
        now = [0.0]
        monkeypatch.setattr(turns.time, "perf_counter", lambda: now[0])

        def takes(*seconds):
            left = iter(seconds)

            def side():
                now[0] += next(left)

            return side

        sides = takes(9, 9, 1, 2, 3, 4, 90), takes(7, 7, 5, 5, 6, 6, 60)
        assert by_turns(*sides, seconds=0) == [3, 6]


def test_importing_is_timed_in_a_fresh_process():
    from benchmarks.start_speed import measure, seconds_to_import

    assert 0 < seconds_to_import("fractions") < 10
    (section,) = measure(rounds=1)
    assert re.fullmatch(r"\d+\.\d\d", section.results[0].ratio)


@pytest.mark.deep
@pytest.mark.slow
def test_networks_learn_alike():
    from benchmarks import training_speed

    stacked, one_by_one, search, one, peer = (side() for side in training_speed.sides(3, 10, np.float32))
    assert len(stacked) == len(one_by_one) == len(search) == 3
    assert min(max(stacked), max(one_by_one), max(search), one, peer) > 0.9


def test_a_search_costs_something():
    pytest.importorskip("optuna")
    from benchmarks import search_speed

    if not hasattr(search_speed.search, "run"):
        pytest.skip("the search engine is not there yet")
    ours, peer = (side() for side in search_speed.sides(50))
    assert abs(ours - peer) < 1
    assert search_speed.measure(5, seconds=0)[0].results[0].ratio


# What needs PyTorch runs where it is: it does not mix with the rest of the tests' environment.
IN_THE_ENVIRONMENT_OF_THE_PEERS = """
import numpy as np
from numpy.testing import assert_allclose

from benchmarks import batchnorm_speed, softmax_speed, speed, training_speed, turns

turns.LEAST = 1

def arrays(side):
    return [np.asarray(x.detach() if hasattr(x, "detach") else x) for x in side()]


for part in (batchnorm_speed, softmax_speed):
    for dtype, tolerance in ((np.float32, 1e-4), (np.float64, 1e-11)):
        ours, *others = map(arrays, part.sides(16, 3, dtype))
        for other in others:
            assert {x.dtype for x in ours + other} == {np.dtype(dtype)}
            for x, y in zip(ours, other, strict=True):
                assert_allclose(x, y, rtol=tolerance, atol=tolerance)

sections = [*batchnorm_speed.measure([(16, 3), (8, 4)], seconds=0), *softmax_speed.measure([(16, 3)], seconds=0),
            *training_speed.measure(2, 1, seconds=0)]
print(*(result.what for section in sections for result in section.results), sep="\\n")
"""


@pytest.mark.slow
@pytest.mark.skipif(not PEERS_PYTHON.exists(), reason="make bench makes the environment of the peers")
def test_all_sides_give_the_same_and_every_row_is_measured():
    command = [PEERS_PYTHON, "-c", IN_THE_ENVIRONMENT_OF_THE_PEERS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    said = done.stdout.splitlines()
    assert said[:4] == ["16 x 3, float32", "16 x 3, float64", "8 x 4, float32", "8 x 4, float64"]
    assert len(said) == 2 * 4 + 2 * 2 + 4
