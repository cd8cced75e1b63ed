"""``draw``: a computation graph on the page, a picture with its words."""

from IPython.display import display

from coursekit._checks import refuse
from coursekit.lab.graph import Graph, in_words
from coursekit.lab.graph_picture import graph_picture
from coursekit.notebook.showing import still_picture


def draw(graph: Graph) -> None:
    """Put a computation graph on the page, with a text alternative that says its numbers.

    Parameters
    ----------
    graph : Graph
        Nodes and edges; ``coursekit.lab.graph`` says what they hold.

    Raises
    ------
    TypeError
        If it is not a graph.
    """
    if not isinstance(graph, Graph):
        refuse("draw", "graph", "be a Graph of coursekit.lab.graph", repr(graph), error=TypeError)
    words = in_words(graph)
    png, about = still_picture(graph_picture(graph), graph, words.replace("\n", "; "))
    display({**png, "text/plain": words}, metadata=about, raw=True)
