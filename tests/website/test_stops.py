"""Where a page's controls can stop: the start, both ends, and whatever a task or a lesson names."""

import pytest
from website.named import NAMED
from website.stops import MOST, plan

from coursekit.lab.controls import Drawing, Moves, Slider
from coursekit.lessons import EXPLORERS

MORE = {"softmax-overflow": 2001, "which-framework": 2916}  # every shift; seven sliders to both of their ends


@pytest.mark.parametrize("name", EXPLORERS)
def test_it_stops_at_the_start_the_ends_and_what_is_named(name: str) -> None:
    explorer = EXPLORERS[name]
    planned = plan(explorer)
    assert planned.setting(explorer.start) in planned.settings
    for control in explorer.controls:
        there = planned.stops[control.name]
        if isinstance(control, Drawing):
            continue  # what a hand will draw can't be foreseen
        if isinstance(control, Moves):
            assert {moves[0] for moves in there if moves} == set(control.allowed(())), "every first move"
            assert max(map(len, there)) >= min(control.most, 8), "and a round"
        else:
            assert [value for value in control.ends if value not in there] == []
        for value in NAMED.get(name, {}).get(control.name, []):
            assert value in there or any(value == pytest.approx(each, rel=0.02) for each in there if each)
    for part in explorer.parts:
        setting = {**explorer.start, **part.at}
        assert planned.setting(setting) in planned.settings, part.name


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_stop_can_be_reached_and_there_are_not_too_many(name: str) -> None:
    planned = plan(EXPLORERS[name])
    assert len(planned.settings) <= MORE.get(name, MOST)
    assert len(set(planned.settings)) == len(planned.settings)
    seen = [set(column) for column in zip(*planned.settings, strict=True)]
    assert seen == [set(range(len(stops))) for stops in planned.stops.values()]


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_slider_goes_from_low_to_high_and_a_game_only_as_it_can(name: str) -> None:
    explorer = EXPLORERS[name]
    planned = plan(explorer)
    for control in explorer.controls:
        there = planned.stops[control.name]
        if isinstance(control, Slider):
            assert there == sorted(set(there))
        if isinstance(control, Moves):
            assert all(moves[:-1] in there for moves in there if moves), "one move after the other"
            assert all(moves[-1] in control.allowed(moves[:-1]) for moves in there if moves)
