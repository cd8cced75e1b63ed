"""A picture of a computation graph: a box for each step, the numbers of both passes in it, arrows between them."""

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from coursekit.lab.graph import Graph, Node, Places, Point, place
from coursekit.lab.picture import GREY, INK, ORANGE, Picture, canvas, flat, label

WIDTH, ROW, LETTER = 1000, 19, 9.3  # pixels: of the picture, of a line of numbers and of a letter
GAP, ABOVE, BELOW = 34, 30, 12  # between two boxes of a column, above all of them and below
ASIDE = 9  # between a way and what is written at it
AS_IT_IS: dict[str, Any] = {"parse_math": False}  # what a graph says may hold a dollar, which begins no formula
MONO: dict[str, Any] = {"family": "monospace", "linespacing": 1.25, **AS_IT_IS}


def graph_picture(graph: Graph) -> Picture:
    """Show a graph; what is written in its boxes, and which ways are lit, then follows the state.

    Parameters
    ----------
    graph : Graph
        With the longest columns of numbers that its boxes will hold: there is room for these. A node that has none
        gets its title in its box, the others get it above.

    Returns
    -------
    Picture
        Follows a ``Graph`` of the same nodes and edges: values in ink, gradients in orange beside them.
    """
    spots = _Spots(graph, place(graph))
    figure, ax = canvas(WIDTH, round(spots.height))
    figure.set_layout_engine("none")
    ax.set_position((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH), ylim=(0, spots.height), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    for name, node in graph.nodes.items():
        ax.add_patch(_box(spots, name, edgecolor=GREY, facecolor="#ffffff", linewidth=1))
        x, y = spots.nodes[name]
        aside = spots.heights[name] / 2 + 11 if _has_numbers(node) else 0
        label(ax, x, y + aside, node.title, ha="center", va="center", **AS_IT_IS)
    forths = [ax.add_patch(_arrow(spots, way, GREY, 1.2)) for way in spots.ways]
    backs = [ax.add_patch(_arrow(spots, way[::-1], ORANGE, 2.6)) for way in spots.ways]
    notes = [_note(ax, way, spots.nodes[edge.start]) for way, edge in zip(spots.ways, graph.edges, strict=True)]
    frames = {name: ax.add_patch(_box(spots, name, edgecolor=ORANGE, facecolor="none", linewidth=2.5))
              for name in graph.nodes}  # fmt: skip
    numbers = {name: [_numbers(ax, spots, name, color) for color in (INK, ORANGE)] for name in graph.nodes}

    def move(state: Graph) -> None:
        for name, node in state.nodes.items():
            _write(spots, name, node, numbers[name])
            frames[name].set_visible(node.lit)
        for edge, forth, back, note in zip(state.edges, forths, backs, notes, strict=True):
            forth.set_visible(not edge.lit)  # its head would stick out under the other's end
            back.set_visible(edge.lit)
            note.set_text(edge.slope if spots.has_room_for(edge.slope) else "")

    moving = flat(forths, backs, frames.values(), *numbers.values(), notes)
    return Picture(figure, move, moving, ghosts=flat(backs, frames.values()))


class _Spots:
    """Where a graph's boxes are, in pixels: the middle of each, how high it is, and the ways between them."""

    def __init__(self, graph: Graph, places: Places) -> None:
        columns, rows = np.array([*places.nodes.values(), *(each for way in places.ways for each in way)] or [(0, 0)]).T
        self.heights = {name: 12 + ROW * max(map(_rows, node[1:3])) for name, node in graph.nodes.items()}
        self.step = WIDTH / (1 + columns.max())
        self.width = min(max(map(_letters, graph.nodes.values()), default=0) * LETTER + 20, self.step - 26)
        highest = max(self.heights.values(), default=0)
        self.pitch, self.highest_row = highest + GAP, rows.min()
        pairs = [edge[:2] for edge in graph.edges]  # ways that join the same two nodes go side by side
        asides = [14 * (2 * pairs[:i].count(pair) - pairs.count(pair) + 1) for i, pair in enumerate(pairs)]
        notes = [
            (edge.slope, abs(aside))
            for edge, aside in zip(graph.edges, asides, strict=True)
            if edge.slope and self.has_room_for(edge.slope)
        ]
        beside = max((aside + ASIDE + ROW * _rows(slope) + 6 for slope, aside in notes), default=0)
        above, below = (max(highest / 2 + room, beside) for room in (ABOVE, BELOW))
        self.height = np.ptp(rows) * self.pitch + above + below
        self.top = self.height - above
        self.nodes = {name: self.pixel(point) for name, point in places.nodes.items()}
        self.ways = [[self.pixel(point, aside) for point in way]
                     for way, aside in zip(places.ways, asides, strict=True)]  # fmt: skip

    def pixel(self, point: Point, aside: float = 0) -> Point:
        """Return where a point of the layout stands in the picture."""
        return (point[0] + 0.5) * self.step, self.top - (point[1] - self.highest_row) * self.pitch + aside

    def has_room_for(self, text: str) -> bool:
        """Whether a text fits between two columns of boxes."""
        return bool(max(map(len, text.split("\n"))) * LETTER < self.step - self.width)


def _has_numbers(node: Node) -> bool:
    return bool(node.value or node.slope)


def _rows(text: str) -> int:
    return 1 + text.count("\n")


def _letters(node: Node) -> int:
    """Count how many letters wide a node's box must be."""
    if not _has_numbers(node):
        return len(node.title)
    return sum(max(map(len, text.split("\n"))) for text in (node.value, node.slope)) + 1


def _numbers(ax: Axes, spots: _Spots, name: str, color: str) -> Any:
    return label(ax, *spots.nodes[name], ha="center", va="center", color=color, **MONO)


def _write(spots: _Spots, name: str, node: Node, numbers: list[Any]) -> None:
    """Put the values to the left of a box's middle and the gradients to its right; alone, they stand in it."""
    aside = spots.width / 4 if node.value and node.slope else 0
    for text, words, side in zip(numbers, (node.value, node.slope), (-1, 1), strict=True):
        text.set(text=words, x=spots.nodes[name][0] + side * aside)


def _box(spots: _Spots, name: str, **style: Any) -> FancyBboxPatch:
    (x, y), height = spots.nodes[name], spots.heights[name]
    corner = x - spots.width / 2, y - height / 2
    return FancyBboxPatch(corner, spots.width, height, "round,pad=0,rounding_size=6", **style)


def _arrow(spots: _Spots, way: list[Point], color: str, width: float) -> FancyArrowPatch:
    """Draw a smooth way from the side of one box to the side of another."""
    half = np.sign(way[-1][0] - way[0][0]) * spots.width / 2
    points = [(way[0][0] + half, way[0][1]), *way[1:-1], (way[-1][0] - half, way[-1][1])]
    vertices = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (x0 + x1) / 2
        vertices += [(middle, y0), (middle, y1), (x1, y1)]
    path = Path(vertices, [Path.MOVETO, *[Path.CURVE4] * (len(vertices) - 1)])
    return FancyArrowPatch(path=path, arrowstyle="-|>", mutation_scale=14, color=color, linewidth=width,
                           shrinkA=0, shrinkB=0)  # fmt: skip


def _note(ax: Axes, way: list[Point], node: Point) -> Any:
    """Make room for what flows back along a way: above it where it leads up from its node, else below it."""
    start, end = way[:2]
    side = 1 if start[1] + end[1] > 2 * node[1] else -1
    x, y = (start[0] + end[0]) / 2, end[1] + side * ASIDE
    note = label(ax, x, y, color=ORANGE, ha="center", va="bottom" if side > 0 else "top", **MONO)
    note.set_path_effects([withStroke(linewidth=3, foreground="white")])  # where many ways meet, one may cross it
    return note
