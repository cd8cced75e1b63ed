"""``draw``: a computation graph, or any picture of the lab, on the page, with its words."""

from collections.abc import Callable
from typing import Any

from IPython.display import display

from coursekit._checks import refuse
from coursekit.lab.graph import Graph, in_words
from coursekit.lab.graph_picture import graph_picture
from coursekit.lab.picture import Picture
from coursekit.notebook.showing import still_picture


def draw(state: Any, picture: Callable[[Any], Picture] | None = None, words: Callable[[Any], str] = in_words) -> None:
    """Put a picture on the page, with a text alternative that says its numbers.

    Parameters
    ----------
    state : Graph or object
        What is drawn: a computation graph, or what ``picture`` and ``words`` can draw and say.
    picture : callable, state -> Picture, optional
        Draws it, and says how the picture follows it. None: as a graph.
    words : callable, state -> str, optional
        Says the same in words.

    Raises
    ------
    TypeError
        If it is not a graph, and nothing says how to draw it.
    """
    if picture is None and not isinstance(state, Graph):
        refuse("draw", "graph", "be a Graph of coursekit.lab.graph", repr(state), error=TypeError)
    said = words(state)
    png, about = still_picture((picture or graph_picture)(state), state, said.replace("\n", "; "))
    display({**png, "text/plain": said}, metadata=about, raw=True)
