"""A picture of a whole network with batch norm: every array on the way, with its shape, forward and backward."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from coursekit.lab.picture import BLUE, GREEN, GREY, INK, ORANGE, PALE, Picture, canvas, label

FORWARD, BACKWARD = "forward", "backward"
COLUMNS, LEFT, APART, WIDTH, HEIGHT = 5, 66, 204, 94, 62
TINTS = {BLUE: "#e3f0f9", ORANGE: "#fbeee0"}  # behind a text in the strong colour
ROWS = 318, 190, 62  # where the layers stand, from the top
HEADINGS = "comes in", "z = x W", "normalised", "× γ + β", "activation"


class Stop(NamedTuple):
    """An array on the way through the network.

    Attributes
    ----------
    symbol : str
        Its letter, as in the lectures.
    shape : tuple of int
        Of its values; () for a number.
    row, column : int
        Where it stands in the picture.
    comes_by : str
        How it comes from the one before it.
    learned : tuple of str
        The parameters between that one and this.
    """

    symbol: str
    shape: tuple[int, ...]
    row: int
    column: int
    comes_by: str
    learned: tuple[str, ...] = ()


class Walk(NamedTuple):
    """A network, and how far a batch has come through it.

    Attributes
    ----------
    m, n : int
        The examples of the batch, and the units of a hidden layer.
    direction : str
        ``FORWARD`` or ``BACKWARD``.
    at : int
        Which of the stops is shown, in the order of the forward pass.
    stops : list of Stop
    shapes : dict
        The shape of every parameter.
    mean, sd : float
        Of the first unit over the batch, at the stop: of its values, or of their gradient.
    """

    m: int
    n: int
    direction: str
    at: int
    stops: list[Stop]
    shapes: dict[str, tuple[int, ...]]
    mean: float
    sd: float


def walk() -> Picture:
    """Show all arrays as boxes, what is learned at the arrows, and where the batch is now."""
    figure, ax = canvas(1000, 440)
    ax.set(xlim=(0, 1000), ylim=(0, 440), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    for column, heading in enumerate(HEADINGS):
        label(ax, _x(column), 402, heading, color=GREY, size=12, ha="center")
    for row, name in enumerate(("1", "2", "3")):
        label(ax, 2, ROWS[row], name, color=GREY, size=14, va="center", fontweight="bold")
    boxes = {(row, column): _box(ax, row, column) for row in range(3) for column in range(COLUMNS if row < 2 else 4)}
    arrows = {place: _arrow(ax, *place) for place in boxes if place[1] > 0}
    halos = [ax.add_patch(_rounded(0, 0, 7)) for _ in range(2)]

    def move(state: Walk) -> None:
        color, d = (BLUE, "") if state.direction == FORWARD else (ORANGE, "d")
        here = state.stops[state.at]
        places = [(here.row, here.column), (here.row + 1, 0) if here.column == COLUMNS - 1 else (here.row, here.column)]
        for halo, (row, column) in zip(halos, places, strict=True):
            halo.set(bounds=bounds(row, column, 7), facecolor="none", edgecolor=color, linewidth=2.5)
        for stop in state.stops:
            _write(boxes[stop.row, stop.column], stop, d, color if stop is here else "")
            if stop.column == COLUMNS - 1:  # what leaves a layer comes into the next
                _write(boxes[stop.row + 1, 0], stop, d, color if stop is here else "")
            if stop.column > 0:
                _write_arrow(arrows[stop.row, stop.column], stop, state, color, lit=stop is here)

    moving = [artist for parts in (halos, *boxes.values(), *arrows.values()) for artist in parts]
    return Picture(figure, move, moving, ghosts=halos)


def _x(column: int) -> float:
    return LEFT + WIDTH / 2 - 20 + APART * column


def _box(ax: Axes, row: int, column: int) -> tuple[Any, ...]:
    x, y = _x(column), ROWS[row]
    box = ax.add_patch(_rounded(row, column, 0))
    symbol = label(ax, x, y + 11, size=12, ha="center", va="center", fontweight="bold")
    shape = label(ax, x, y - 15, size=12, ha="center", va="center")
    return box, symbol, shape


def bounds(row: int, column: int, margin: float) -> tuple[float, float, float, float]:
    """Return left, bottom, width and height of the box at a place, with a margin around it."""
    x, y = _x(column) - WIDTH / 2 - margin, ROWS[row] - HEIGHT / 2 - margin
    return x, y, WIDTH + 2 * margin, HEIGHT + 2 * margin


def _rounded(row: int, column: int, margin: float) -> FancyBboxPatch:
    x, y, width, height = bounds(row, column, margin)
    return FancyBboxPatch((x, y), width, height, boxstyle="round,pad=0,rounding_size=8", linewidth=1.2)


def _write(parts: tuple[Any, ...], stop: Stop, d: str, color: str) -> None:
    box, symbol, shape = parts
    box.set(facecolor=TINTS.get(color, "white"), edgecolor=color or GREY)
    symbol.set(text=f"{d}{stop.symbol}", color=color or INK)
    shape.set(text=str(stop.shape) if stop.shape else "a number", color=color or INK)


def _arrow(ax: Axes, row: int, column: int) -> tuple[Any, ...]:
    x, y = (_x(column - 1) + _x(column)) / 2, ROWS[row]
    (shaft,) = ax.plot([], [], color=PALE, linewidth=2, zorder=1)
    (head,) = ax.plot([], [], color=PALE, linestyle="", markersize=8, zorder=1)
    words = label(ax, x, y + 7, ha="center", va="bottom", linespacing=1.1)
    return shaft, head, words


def _write_arrow(parts: tuple[Any, ...], stop: Stop, state: Walk, color: str, *, lit: bool) -> None:
    shaft, head, words = parts
    low, high = _x(stop.column - 1) + WIDTH / 2 + 10, _x(stop.column) - WIDTH / 2 - 10
    forward = state.direction == FORWARD
    shaft.set_data([low, high], [ROWS[stop.row]] * 2)
    head.set_data([high if forward else low], [ROWS[stop.row]])
    head.set_marker(">" if forward else "<")
    for artist in (shaft, head):
        artist.set_color(color if lit else GREY)
    d = "" if forward else "d"
    text = "\n".join(f"{d}{_greek(name)} {state.shapes[name]}" for name in stop.learned)
    if stop.symbol.endswith("norm"):  # computed from the batch, not learned
        text = f"μ{stop.row + 1}, σ²{stop.row + 1} ({state.n},)" if forward else ""
    words.set(text=text, color=GREEN if stop.learned else GREY, fontweight="bold" if lit and forward else "normal")


def _greek(name: str) -> str:
    return name.replace("gamma", "γ").replace("beta", "β")


def spread(values: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Return the mean and the standard deviation of the first unit; of a number, itself and 0.

    Examples
    --------
    >>> spread(np.array([[1.0, 9.0], [3.0, 9.0]])), spread(np.array(4.0))
    ((2.0, 1.0), (4.0, 0.0))
    """
    first = values[:, 0] if values.ndim > 1 else values
    return float(np.mean(first)), float(np.std(first))
