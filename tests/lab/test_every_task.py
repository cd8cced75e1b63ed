"""Every task, the moment that it is declared: no part is reached at the start, each can be by the keyboard alone."""

import re
from dataclasses import replace

import pytest

from coursekit.lab.controls import Drawing, Moves, Slider
from coursekit.lab.task import Part
from coursekit.lessons import EXPLORERS


def reached(explorer, at):
    """The names of the parts that a setting reaches: at the end of a training, where there is one."""
    values = {**explorer.start, **dict(at)}
    *_, state = explorer.states(**values)
    return {part.name for part in explorer.parts if part.found(values, state)}


def check_task(explorer):
    assert explorer.parts, "a task has parts that can be found"
    at_the_start = reached(explorer, ())
    assert not at_the_start, f"found before the first move: {', '.join(at_the_start)}"
    for part in explorer.parts:
        for name, value in part.at.items():
            can_be_set_by_the_keyboard(next(each for each in explorer.controls if each.name == name), value)
        assert part.name in reached(explorer, tuple(part.at.items())), f"{part.name!r} is not found at {part.at}"


def can_be_set_by_the_keyboard(control, value):
    assert not isinstance(control, Drawing), "nobody can draw with the keyboard"
    if isinstance(control, Slider):
        assert control.at(control.position(value)) == value, f"no step of {control.name} is {value}"
    elif isinstance(control, Moves):
        assert len(value) <= control.most
        for i, move in enumerate(value):
            assert move in control.allowed(value[:i]), f"{move!r} can't be done after {value[:i]}"
    else:
        assert value in control.ends, f"{control.name} has no {value!r}"


@pytest.mark.sampled(2)
@pytest.mark.seconds
@pytest.mark.parametrize("explorer", EXPLORERS.values(), ids=EXPLORERS)
def test_every_part_can_be_found_and_none_is_at_the_start(explorer):
    check_task(explorer)


@pytest.mark.parametrize("explorer", EXPLORERS.values(), ids=EXPLORERS)
def test_every_part_says_in_words_what_it_is_and_what_it_means(explorer):
    for part in explorer.parts:
        assert re.fullmatch(r"\w.*[\w%]", part.name), f"{part.name!r} is no phrase"
        assert len(part.name) <= 70
        assert re.fullmatch(r"[A-Z0-9].*\w+ \w+.*[.?!]", part.means), f"{part.means!r} is no sentence"
        assert len(part.means) <= 200, "it is read out at once"
        assert not re.search(r"  |[.!] *\w+ *$", part.means)


# ---- mutants: a task that is not as it should be is caught

EXPLORER = EXPLORERS["first-descent"]
SMALL, LARGE, _ = EXPLORER.parts


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ((), "a task has parts"),
        ((replace(SMALL, found=lambda _, state: bool(state)),), "found before the first move: a rate"),
        ((replace(SMALL, found=lambda *_: False),), "is not found at"),
        ((replace(SMALL, at=LARGE.at),), "is not found at"),
        ((replace(SMALL, at={"learning_rate": 0.0123}),), "no step of learning_rate is 0.0123"),
    ],
)
def test_a_task_that_is_wrong_is_caught(parts, fault):
    with pytest.raises(AssertionError, match=fault):
        check_task(replace(EXPLORER, parts=parts))


def test_moves_that_cannot_be_made_and_ink_are_caught():
    moves = Moves("moves", ("up", "down"), "do", most=2, allows=lambda done: ("down",) if done else ("up",))
    can_be_set_by_the_keyboard(moves, ("up", "down"))
    with pytest.raises(AssertionError, match="'up' can't be done after"):
        can_be_set_by_the_keyboard(moves, ("up", "up"))
    with pytest.raises(AssertionError, match="nobody can draw"):
        can_be_set_by_the_keyboard(Drawing("ink", (0.5,), "your ink"), (0.5,))


def test_a_part_is_reached_somewhere_else_than_at_the_start():
    message = "Part: at must name at least one control: no part is reached at the start; got {}."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Part("all", lambda *_: True, "It is all.", {})
