"""Where the nodes of a graph are put, and what is said of them."""

import re
from itertools import pairwise
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.lab.graph import Edge, Graph, Node, in_words, place


def graph(*ways, names=""):
    """A graph of nodes with one letter each: ``graph("ab", "bc")``."""
    nodes = dict.fromkeys(names or "".join(ways))
    return Graph({name: Node(name) for name in nodes}, [Edge(*way) for way in ways])


def columns(places):
    return {name: x for name, (x, _) in places.nodes.items()}


def crossings(places):
    """How many pairs of pieces of ways cross between two columns."""
    pieces = [pair for way in places.ways for pair in pairwise(way)]
    return sum(
        one[0][0] == other[0][0] and (one[0][1] - other[0][1]) * (one[1][1] - other[1][1]) < 0
        for i, one in enumerate(pieces)
        for other in pieces[:i]
    )


def test_a_chain_is_a_row():
    assert place(graph("ab", "bc", "cd")).nodes == {"a": (0, 0), "b": (1, 0), "c": (2, 0), "d": (3, 0)}


def test_a_node_stands_behind_all_that_it_was_computed_from():
    assert columns(place(graph("ab", "bc", "ac", "cd"))) == {"a": 0, "b": 1, "c": 2, "d": 3}


def test_what_has_no_input_stands_right_before_its_use():
    assert columns(place(graph("ab", "bc", "cd", "ed")))["e"] == 2


def test_an_edge_that_skips_columns_has_a_place_in_each_that_no_node_has():
    places = place(graph("ab", "bc", "cd", "ad"))
    assert [x for x, _ in places.ways[3]] == [0, 1, 2, 3]
    inner = set(places.ways[3][1:-1])
    assert len(inner) == 2
    assert not inner & set(places.nodes.values())


def test_ways_are_untangled():
    crossed = graph("ad", "bc", "ce", "df", "eg", "fg", names="abcdefg")
    assert crossings(place(crossed)) == 0
    assert crossings(place(graph("ac", "ad", "bc", "bd", "ce", "de"))) == 1, "this one can't do without"


def test_a_node_twice_in_one_step_has_two_ways():
    places = place(graph("ab", "ab"))
    assert places.ways == [[(0, 0), (1, 0)]] * 2


def test_an_empty_graph_and_a_single_node():
    assert place(Graph({}, [])) == ({}, [])
    assert place(graph(names="a")).nodes == {"a": (0, 0)}


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=14))
def test_whatever_the_graph_its_edges_lead_to_the_right_and_no_two_nodes_meet(pairs):
    names = "abcdefgh"
    places = place(graph(*(names[min(p)] + names[max(p)] for p in pairs if p[0] != p[1]), names=names))
    assert len(set(places.nodes.values())) == len(names)
    for way in places.ways:
        assert np.all(np.diff([x for x, _ in way]) == 1)
    for column in set(columns(places).values()):
        rows = [y for way in places.ways for x, y in way if x == column] + [
            y for x, y in places.nodes.values() if x == column
        ]
        assert min(rows) == -max(rows), "every column is in the middle"


@pytest.mark.parametrize(
    ("ways", "got"),
    [(["ab", "bx"], "join nodes of the graph, which are a, b; got 'x'."), (["ab", "ba"], "not go round in a circle")],
)
def test_what_is_no_graph_is_refused(ways, got):
    with pytest.raises(ValueError, match=f"^place: edges must {re.escape(got)}"):
        place(graph(*ways, names="ab"))


def test_the_circle_is_named():
    with pytest.raises(ValueError, match=r"got [ab] to [ab] to [ab]\.$"):
        place(graph("ab", "ba"))


def test_words_say_every_number_on_one_line_a_node():
    nodes = {"z": Node("z", " 0.30\n-0.20", " 1.00\n 0.00"), "v": Node("v1 = exp(z)", "1.35\n0.82"), "J": Node("J")}
    said = in_words(Graph(nodes, [Edge("z", "v"), Edge("v", "J"), Edge("z", "J")]))
    assert said == "z: 0.30 -0.20, gradient 1.00 0.00\nv1 = exp(z), from z: 1.35 0.82\nJ, from v1, z"


def test_a_chain_of_thousands_is_laid_out_in_a_moment() -> None:
    names = [f"v{i}" for i in range(3000)]
    long, start = Graph({name: Node(name) for name in names}, [Edge(*pair) for pair in pairwise(names)]), process_time()
    assert place(long).nodes["v2999"] == (2999, 0)
    assert in_words(long).endswith("v2999, from v2998")
    assert process_time() - start < 5
