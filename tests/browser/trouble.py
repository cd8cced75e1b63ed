"""Explorers that make trouble on purpose, for the browser tests: one of many controls, one that is slow, one that waits
for Start, and one that is played, touched and drawn on.
"""

import time
from collections.abc import Iterator
from typing import NamedTuple

from coursekit.lab.controls import Checkbox, Drawing, Dropdown, Moves, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import BLUE, Picture, canvas, line
from coursekit.scales import IntegerScale, LogScale

ENGINE = "engine.ipynb"  # the notebook that shows them
SEVEN = "seven.ipynb"  # the same, for Notebook 7: what the tests write into one must not stand in the other
CELLS = (
    "from trouble import FRAGILE, PLAYED, SLOW, WAITING\n\nfrom coursekit.notebook import check, predict, show",
    "show(FRAGILE)",
    "show(SLOW)",
    "show(WAITING)",
    "show(PLAYED)",
    'predict("00.a")',
    'def gradient_step(w, d_w, learning_rate):\n    return w + learning_rate * d_w\n\n\ncheck("00.1", gradient_step)',
)
START = "x = 0.1, y = 10, plain"  # what the first of them says before it is moved
N_EPOCHS = 20
SECONDS_PER_EPOCH = 0.1


class State(NamedTuple):
    """A dot at (x, y), and what is said about it."""

    x: float
    y: float
    words: Words
    progress: float = 1.0


def picture() -> Picture:
    figure, ax = canvas(900, 300)
    ax.set(xlim=(0.01, 10), xscale="log", ylim=(0, 21), xlabel="x", ylabel="y")
    dot = line(ax, BLUE, marker="o", markersize=12)
    return Picture(figure, lambda state: dot.set_data([state.x], [state.y]), [dot], ghosts=[dot])


def describe(state: State) -> Words:
    return state.words


def place(x: float, y: int, style: str, *, long: bool) -> State:
    if x > 5:
        raise ValueError("x is too large for this explorer, which bears 5 at most")
    sentence = f"The dot stands at x = {x:g} and y = {y}, drawn in the {style} style. "
    return State(x, y, Words(f"x = {x:g}, y = {y}, {style}", sentence * (8 if long else 1)))


def train(y: int) -> Iterator[State]:
    for epoch in range(1, N_EPOCHS + 1):
        time.sleep(SECONDS_PER_EPOCH)
        words = Words(f"y = {y}, epoch {epoch}", f"{epoch} of {N_EPOCHS} epochs are done.")
        yield State(epoch / 4, y, words, epoch / N_EPOCHS)


FRAGILE = Explorer(
    name="fragile",
    title="What happens at the far end?",
    task="Drag x to its end, where the computation fails, and back.",
    controls=(
        Slider("x", LogScale(0.01, 10), 0.1, "x", steps=30),
        Slider("y", IntegerScale(0, 20), 10, "y", plays=True),
        Dropdown("style", ("plain", "fancy"), "plain", "style"),
        Checkbox("long", start=False, label="long words"),
    ),
    compute=place,
    picture=picture,
    describe=describe,
    marks=(Along("x", "x"), Along("y", "y")),
)

SLOW = Explorer(
    name="slow",
    title="What does a training look like?",
    task="Move y while it trains.",
    controls=(Slider("y", IntegerScale(0, 20), 10, "y"),),
    compute=train,
    picture=picture,
    describe=describe,
)

WAITING = Explorer(
    name="waiting",
    title="Does a training wait for Start?",
    task="Start it, hold it, let it go on, and end it.",
    controls=(Slider("y", IntegerScale(0, 20), 10, "y"),),
    compute=train,
    picture=picture,
    describe=describe,
    waits=True,
)


def play(moves: tuple[str, ...], strokes: tuple[float, ...], y: int) -> State:
    steps = sum({"one up": 1, "three up": 3}[move] for move in moves)
    words = Words(f"{len(moves)} moves, {len(strokes)} strokes, y = {y}", f"Last move {('none', *moves)[-1]}, 0 else.")
    return State(0.1 * 1.5 ** (len(strokes) / 4), min(y + steps, 20), words)


PLAYED = Explorer(
    name="played",
    title="Can a picture be played?",
    task="Move the dot up with the buttons, and anywhere with the mouse.",
    controls=(
        Moves("moves", ("one up", "three up"), "your move", most=3),
        Drawing("strokes", (0.5, 0.5), "the strokes"),
        Slider("y", IntegerScale(0, 20), 2, "y"),
    ),
    compute=play,
    picture=picture,
    describe=describe,
    touch=lambda touch, values: {"y": touch.y, "strokes": (*values["strokes"], touch.x)},
)
