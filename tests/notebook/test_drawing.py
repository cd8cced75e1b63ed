"""``draw``: a picture of a graph with its words, for whoever sees it and for whoever does not."""

import base64

import pytest

from coursekit.lab.graph import Edge, Graph, Node, in_words
from coursekit.lab.graph_picture import graph_picture
from coursekit.notebook import draw, drawing

GRAPH = Graph({"w": Node("w", "3.00", "6.00"), "J": Node("w ^ 2", "9.00", "1.00")}, [Edge("w", "J")])


def test_a_graph_is_a_picture_with_its_words(page, monkeypatch):
    monkeypatch.setattr(drawing, "display", lambda data, *, metadata, raw: page.append((data, metadata, raw)))
    draw(GRAPH)
    ((data, metadata, raw),) = page
    assert raw
    assert data["text/plain"] == in_words(GRAPH)
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == "w: 3.00, gradient 6.00; w ^ 2, from w: 9.00, gradient 1.00"
    assert metadata["image/png"]["width"] == 1000


def test_anything_else_is_refused():
    with pytest.raises(TypeError, match=r"^draw: graph must be a Graph of coursekit\.lab\.graph; got 3\.$"):
        draw(3)


def test_any_other_picture_is_drawn_as_it_says(page, monkeypatch):
    monkeypatch.setattr(drawing, "display", lambda data, **how: page.append((data, how["metadata"])))
    draw(GRAPH, graph_picture, lambda graph: f"{len(graph.nodes)} nodes")
    ((data, metadata),) = page
    assert data["text/plain"] == metadata["image/png"]["alt"] == "2 nodes"
