"""A picture of the way back over a tape, step by step."""

from dataclasses import replace
from typing import NamedTuple

from coursekit.lab.graph_picture import graph_picture
from coursekit.lab.picture import Picture
from coursekit.lab.graph import Graph


class WayBack(NamedTuple):
    """A tape of which so many steps were walked back.

    Attributes
    ----------
    graph : Graph
        With the gradients that have arrived, and the last step lit.
    step : int
        How many steps.
    setting : str
        Where the function was taken, and what it is there.
    by_hand : str
        What the gradient must be, as a formula gives it.
    """

    graph: Graph
    step: int
    setting: str
    by_hand: str


def way_back(room: Graph) -> Picture:
    """Show a graph, the step that was taken last, and all gradients so far.

    Parameters
    ----------
    room : Graph
        With the longest numbers.

    Returns
    -------
    Picture
        Follows a ``WayBack``.
    """
    picture = graph_picture(room)
    return replace(picture, move=lambda state: picture.move(state.graph))
