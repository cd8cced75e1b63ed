"""The picture of a graph: boxes that keep apart, texts that fit into them, and a state that is followed."""

import itertools
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch

from coursekit.lab.frame import Frame
from coursekit.lab.graph import Edge, Graph, Node
from coursekit.lab.graph_picture import graph_picture

COLUMN = " 0.300\n-0.200\n 0.100\n 0.400"
PARABOLA = Graph(
    {"w": Node("w", "-3.00", "-4.00"), "a": Node("a = w ^ 2", "9.00", "1.00"), "b": Node("b = 10 w", "30.00", "-1.00"),
     "J": Node("J = a - b", "-21.00", "1.00")},
    [Edge("w", "a", "6.00"), Edge("w", "b", "-10.00"), Edge("a", "J"), Edge("b", "J")],
)  # fmt: skip
COLUMNS = Graph(
    {"z": Node("z", COLUMN, COLUMN), "a": Node("exp(z)", COLUMN, COLUMN), "b": Node("z × y", COLUMN, COLUMN),
     "s": Node("sum(a)", "1.00", "1.00"), "J": Node("s - b", "1.609", "1.00")},
    [Edge("z", "a", COLUMN), Edge("z", "b", COLUMN), Edge("a", "s"), Edge("s", "J"), Edge("b", "J")],
)  # fmt: skip
BARE = Graph(
    {name: Node(name) for name in ("w", "ReadVariableOp", "pow", "mul", "sub", "add", "Identity")},
    [Edge("w", "ReadVariableOp"), Edge("ReadVariableOp", "pow"), Edge("ReadVariableOp", "mul"), Edge("pow", "sub"),
     Edge("mul", "sub"), Edge("sub", "add"), Edge("add", "Identity")],
)  # fmt: skip
SHORT = "-0.20\n 0.40"
LONG = Graph(
    {name: Node(name, SHORT, SHORT) for name in "abcdefgh"},
    [*(Edge(a, b, SHORT) for a, b in pairwise("abcdefgh")), Edge("b", "d", SHORT), Edge("b", "e", SHORT)],
)  # its notes have no room
TWICE = Graph({"w": Node("w", "3", "6"), "J": Node("w × w", "9", "1")}, [Edge("w", "J", "3"), Edge("w", "J", "3")])
GRAPHS = {"parabola": PARABOLA, "columns": COLUMNS, "bare": BARE, "twice": TWICE, "long": LONG}


@pytest.fixture(params=GRAPHS.values(), ids=GRAPHS)
def drawn(request):
    picture = graph_picture(request.param)
    Frame(picture).draw(request.param)
    return request.param, picture


def extents(artists):
    return [artist.get_window_extent() for artist in artists if artist.get_visible()]


def test_nothing_overlaps_and_all_is_inside(drawn):
    graph, picture = drawn
    (ax,) = picture.figure.axes
    texts = [text for text in ax.texts if text.get_text()]
    for one, other in itertools.combinations(extents(texts), 2):
        assert not one.overlaps(other)
    still_boxes = [patch for patch in ax.patches if patch.get_facecolor() == (1, 1, 1, 1)]
    assert len(still_boxes) == len(graph.nodes)
    for one, other in itertools.combinations(extents(still_boxes), 2):
        assert not one.overlaps(other)
    width, height = picture.figure.bbox.size
    for box in [*extents(texts), *extents(still_boxes)]:
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height  # noqa: PT018


def test_all_that_is_to_be_written_is_written(drawn):
    graph, picture = drawn
    shown = {text.get_text() for text in picture.figure.axes[0].texts}
    for node in graph.nodes.values():
        assert {node.title, node.value, node.slope} <= shown
    if graph is not LONG:
        assert {edge.slope for edge in graph.edges} <= shown


def test_no_way_leaves_the_picture(drawn):
    _, picture = drawn
    width, height = picture.figure.bbox.size
    for patch in picture.figure.axes[0].patches:
        if isinstance(patch, FancyArrowPatch):
            points = patch.get_path().vertices
            assert np.all((points >= 0) & (points <= [width, height]))


def test_numbers_stand_inside_their_boxes(drawn):
    graph, picture = drawn
    (ax,) = picture.figure.axes
    boxes = extents(patch for patch in ax.patches if patch.get_facecolor() == (1, 1, 1, 1))
    numbers = {each for node in graph.nodes.values() for each in (node.value, node.slope) if each}
    notes = {edge.slope for edge in graph.edges}
    inside = [text for text in ax.texts if text.get_text() in numbers - notes]
    for extent in extents(inside):
        assert any(
            box.x0 <= extent.x0 and extent.x1 <= box.x1 and box.y0 <= extent.y0 and extent.y1 <= box.y1 for box in boxes
        )


def test_what_is_lit_is_seen():
    frame = Frame(graph_picture(PARABOLA))
    dark = frame.draw(PARABOLA).tobytes()
    nodes = {**PARABOLA.nodes, "J": PARABOLA.nodes["J"]._replace(lit=True)}
    assert frame.draw(Graph(nodes, PARABOLA.edges)).tobytes() != dark
    edges = [PARABOLA.edges[0]._replace(lit=True), *PARABOLA.edges[1:]]
    assert frame.draw(Graph(PARABOLA.nodes, edges)).tobytes() != dark
    assert frame.draw(PARABOLA).tobytes() == dark


def test_dollars_in_a_graph_are_shown_as_they_are():
    graph = Graph({"p": Node("$p_{$", "$1", "$2"), "J": Node("$J^$", "3", "1")}, [Edge("p", "J", slope="$2_$")])
    assert Frame(graph_picture(graph)).draw(graph).any()


def test_two_ways_between_the_same_nodes_are_seen_apart():
    (ax,) = graph_picture(TWICE).figure.axes
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == 2 + 2, "two on the way there, and the same two on the way back"
    assert len({patch.get_path().vertices[0, 1] for patch in arrows}) == 2


def test_nothing_is_written_over_a_way(drawn):
    graph, picture = drawn
    (ax,) = picture.figure.axes
    arrows = [patch.get_path().cleaned(curves=False) for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    points = np.concatenate([arrow.vertices[arrow.codes == arrow.LINETO] for arrow in arrows])
    x, y = points.T
    slopes = {edge.slope for edge in graph.edges} - {""}
    notes = [text for text in ax.texts if text.get_text() in slopes and text.get_va() != "center"]
    assert len(notes) == (0 if graph is LONG else sum(bool(edge.slope) for edge in graph.edges))
    for box in extents(notes):
        assert not np.any((box.x0 < x) & (x < box.x1) & (box.y0 < y) & (y < box.y1))


def test_a_way_is_drawn_in_one_direction_at_a_time():
    picture = graph_picture(PARABOLA)
    arrows = [patch for patch in picture.figure.axes[0].patches if isinstance(patch, FancyArrowPatch)]
    for lit in range(4):
        edges = [edge._replace(lit=i == lit) for i, edge in enumerate(PARABOLA.edges)]
        picture.move(Graph(PARABOLA.nodes, edges))
        seen = [arrow.get_path().vertices for arrow in arrows if arrow.get_visible()]
        assert len(seen) == 4
        assert [way[0, 0] > way[1, 0] for way in seen].count(True) == 1
