"""A computation graph: what was computed from what, and where each piece of it stands when it is drawn."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import NamedTuple

from coursekit._checks import a_kind, refuse

Point = tuple[float, float]


class Node(NamedTuple):
    """One step of a computation, as it is drawn.

    Attributes
    ----------
    title : str
        What it is: ``"w"``, ``"v1 = w ^ 2"``, ``"MatMul"``.
    value, slope : str
        Its numbers, and the gradient with respect to them, one below the other; empty where there are none.
    lit : bool
        Whether it is the one that is looked at now.
    """

    title: str
    value: str = ""
    slope: str = ""
    lit: bool = False


class Edge(NamedTuple):
    """A way from a node to one that was computed from it.

    Attributes
    ----------
    start, end : str
        Names of nodes.
    slope : str
        What flows back along it; empty where nothing is written at it.
    lit : bool
        Whether it is drawn as the way back.
    """

    start: str
    end: str
    slope: str = ""
    lit: bool = False


class Graph(NamedTuple):
    """A computation graph: nodes by name, and the ways between them.

    Attributes
    ----------
    nodes : mapping of str to Node
        In the order in which they were computed.
    edges : sequence of Edge
        A value that is used twice in one step has two of them.
    """

    nodes: Mapping[str, Node]
    edges: Sequence[Edge]


class Places(NamedTuple):
    """Where a graph's pieces stand, in columns from 0 and rows around 0.

    Attributes
    ----------
    nodes : mapping of str to (float, float)
        Column and row of each node.
    ways : list of list of (float, float)
        For each edge the points that it goes through, from its start to its end, one in every column.
    """

    nodes: Mapping[str, Point]
    ways: list[list[Point]]


def place(graph: Graph) -> Places:
    """Lay a graph out in columns, so that each edge leads to the right and few of them cross.

    Parameters
    ----------
    graph : Graph
        Without a cycle.

    Returns
    -------
    Places

    Raises
    ------
    ValueError
        If an edge leads to a node that is not there, or the edges go round in a circle.

    Notes
    -----
    An edge that skips columns gets a stand-in in each of them, and every column is ordered by where its neighbours
    stand: Sugiyama, Tagawa & Toda 1981, "Methods for visual understanding of hierarchical system structures".

    Examples
    --------
    >>> graph = Graph({"w": Node("w"), "a": Node("w ^ 2"), "b": Node("10 w"), "J": Node("a - b")},
    ...               [Edge("w", "a"), Edge("w", "b"), Edge("a", "J"), Edge("b", "J")])
    >>> place(graph).nodes
    {'w': (0, 0.0), 'a': (1, -0.5), 'b': (1, 0.5), 'J': (2, 0.0)}
    """
    column = _columns(a_kind("place", "graph", graph, Graph, "be a Graph"))
    chains = [_chain(i, edge, column) for i, edge in enumerate(graph.edges)]
    columns: list[list[object]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for name in graph.nodes:
        columns[column[name]].append(name)
    for chain in chains:
        for i, stand_in in enumerate(chain[1:-1], start=column[str(chain[0])] + 1):
            columns[i].append(stand_in)
    _order(columns, [pair for chain in chains for pair in pairwise(chain)])
    spots: dict[object, Point] = {
        each: (x, y - (len(members) - 1) / 2) for x, members in enumerate(columns) for y, each in enumerate(members)
    }
    return Places({name: spots[name] for name in graph.nodes}, [[spots[each] for each in chain] for chain in chains])


def in_words(graph: Graph) -> str:
    """Say what a graph shows, node by node.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    str
        One line a node, with its inputs where it has any.

    Examples
    --------
    >>> nodes = {"w": Node("w", "3.00", "6.00"), "J": Node("w ^ 2", "9.00", "1.00")}
    >>> print(in_words(Graph(nodes, [Edge("w", "J")])))
    w: 3.00, gradient 6.00
    w ^ 2, from w: 9.00, gradient 1.00
    """
    said, graph = [], a_kind("in_words", "graph", graph, Graph, "be a Graph")
    titles: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges:
        titles[edge.end].append(graph.nodes[edge.start].title.split(" = ")[0])
    for name, node in graph.nodes.items():
        inputs = ", ".join(titles[name])
        numbers = [node.value.replace("\n", " "), node.slope and "gradient " + node.slope.replace("\n", " ")]
        what = ", ".join(re.sub(" +", " ", each).strip() for each in numbers if each)
        said.append(node.title + (f", from {inputs}" if inputs else "") + (f": {what}" if what else ""))
    return "\n".join(said)


def _columns(graph: Graph) -> dict[str, int]:
    """Put each node one column behind the last of its inputs, and what has no input right before its first use."""
    inputs: dict[str, set[str]] = {name: set() for name in graph.nodes}
    for edge in graph.edges:
        for name in (edge.start, edge.end):
            if name not in inputs:
                refuse("place", "edges", f"join nodes of the graph, which are {', '.join(inputs)}", repr(name))
        inputs[edge.end].add(edge.start)
    sorter, column = TopologicalSorter(inputs), dict.fromkeys(inputs, 0)
    try:
        order = list(sorter.static_order())
    except ValueError as error:
        refuse("place", "edges", "not go round in a circle", " to ".join(error.args[1]))
    for name in order:
        column[name] = max((column[each] + 1 for each in inputs[name]), default=0)
    first_use: dict[str, int] = {}
    for edge in graph.edges:
        first_use[edge.start] = min(column[edge.end], first_use.get(edge.start, column[edge.end]))
    column |= {name: x - 1 for name, x in first_use.items() if not inputs[name]}
    return column


def _chain(i: int, edge: Edge, column: Mapping[str, int]) -> list[object]:
    between = range(column[edge.start] + 1, column[edge.end])
    return [edge.start, *((i, x) for x in between), edge.end]


def _order(columns: list[list[object]], pairs: list[tuple[object, object]]) -> None:
    """Sweep over the columns, right and left by turns; each follows the middle of its neighbours on the side before."""
    before: dict[object, list[object]] = defaultdict(list)
    behind: dict[object, list[object]] = defaultdict(list)
    for start, end in pairs:
        before[end].append(start)
        behind[start].append(end)
    for sweep in range(8):
        to_the_right = sweep % 2 == 0
        near = before if to_the_right else behind
        spots = {each: y - (len(members) - 1) / 2 for members in columns for y, each in enumerate(members)}
        for members in columns if to_the_right else reversed(columns):
            middles = {}
            for each in members:
                seen = [spots[other] for other in near.get(each, ())]
                middles[each] = sum(seen) / len(seen) if seen else spots[each]
            members.sort(key=lambda each: middles[each])
            spots |= {each: y - (len(members) - 1) / 2 for y, each in enumerate(members)}
