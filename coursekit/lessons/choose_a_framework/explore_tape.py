"""The tape of a computation, walked back step by step: a parabola, then softmax with its loss."""

from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.graph import Graph
from coursekit.lab.graph_picture import graph_picture
from coursekit.lab.picture import Picture
from coursekit.lab.task import Part
from coursekit.lessons.choose_a_framework.tape_graph import numbers, recorded, tape_of
from coursekit.scales import IntegerScale, LinearScale
from coursekit.softmax import softmax


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
    """Show a graph, the step that was taken last, and all gradients so far."""
    picture = graph_picture(room)
    return replace(picture, move=lambda state: picture.move(state.graph))


CLASSES = ("none of these", "cat", "dog", "chick")
LOGITS = (-1.2, -1.6, -2.3, -0.9)  # softmax makes 0.30, 0.20, 0.10 and 0.40 of them


def parabola(w: Any) -> Any:
    """Return J(w) = w^2 - 10 w + 25."""
    return w**2 - 10 * w + 25


def loss(z: Any, *, y: ArrayLike) -> Any:
    """Return -log of what softmax gives the true class, marked in y by a 1: log of the sum of e^z, less the true z."""
    return np.log(np.sum(np.exp(z))) - np.sum(y * z)


def back_to_w(w: float, step: int) -> WayBack:
    """Record J at w, and walk so many steps back."""
    graph = recorded(tape_of(parabola, w), back=step)
    return WayBack(graph, step, f"At w = {w:.2f}, J = {graph.nodes['J'].value}", f"2w − 10 = {2 * w - 10:.2f}")


def back_to_z(cat: float, truth: str, step: int) -> WayBack:
    """Record the loss of four logits, and walk so many steps back."""
    z, y = np.array(LOGITS), np.eye(len(CLASSES))[CLASSES.index(truth)]
    z[1] = cat
    graph = recorded(tape_of(partial(loss, y=y), z), ["z"], back=step)
    setting = f"The truth is {truth}, and the loss {graph.nodes['J'].value}"
    return WayBack(graph, step, setting, f"ŷ − y = {_row(numbers(softmax(z) - y))}")


def describe_way_back(state: WayBack) -> Words:
    """Say what the last step sent to whom, and how much of the gradient has arrived at the start."""
    nodes = state.graph.nodes
    lit = [edge for edge in state.graph.edges if edge.lit]
    first = next(iter(nodes))
    if lit:
        sent = [f"{_row(edge.slope or nodes[edge.start].slope)} to {edge.start}" for edge in lit]
        answer = f"Step {state.step} back: {lit[0].end} sends {' and '.join(sent)}"
    else:
        answer = f"Forward only: J = {nodes['J'].value}"
    arrived = f"{first} has got {_row(nodes[first].slope)}" if nodes[first].slope else f"{first} has got nothing yet"
    return Words(answer, f"{state.setting}. By now {arrived}. By hand its gradient is {state.by_hand}.")


def _row(column: str) -> str:
    return ", ".join(column.split())


@lru_cache
def _room(name: str) -> Any:
    graph = back_to_w(12, 4).graph if name == "w" else back_to_z(LOGITS[1], "cat", 6).graph
    return graph._replace(edges=[edge._replace(lit=False) for edge in graph.edges])


def _push(cat: float) -> float:
    """Return the gradient of the loss with respect to the cat's logit."""
    return float(softmax(np.array([LOGITS[0], cat, *LOGITS[2:]]))[1] - 1)


TAPE_PARABOLA = Explorer(
    name="tape-parabola",
    title="How does the slope of J find its way back to w?",
    task="Walk back step by step. Where do two ways meet, and what happens to what they bring? Then find the w at "
    "which the two cancel.",
    controls=(
        Slider("w", LinearScale(-2, 12), 3, "w", steps=140),
        Slider("step", IntegerScale(0, 4), 1, "steps back", plays=True),
    ),
    compute=back_to_w,
    picture=lambda: way_back(_room("w")),
    describe=describe_way_back,
    parts=(
        Part("where two ways meet", lambda values, _: values["step"] == 4,
             "Both ways end at w, and what they bring is added: 2w and −10.", {"step": 4}),
        Part("the w at which they cancel", lambda values, _: values["step"] == 4 and abs(values["w"] - 5) < 1e-9,
             "There the slope is 0, and w is at the minimum.", {"w": 5.0, "step": 4}),
    ),
)  # fmt: skip

TAPE_SOFTMAX = Explorer(
    name="tape-softmax",
    title="Where does ŷ − y come from?",
    task="Walk back to z. Which way brings the prediction ŷ, and which takes off the truth y? Then raise the cat's "
    "logit until its gradient is above −0.1.",
    controls=(
        Slider("cat", LinearScale(-4, 4), LOGITS[1], "logit of cat", steps=80),
        Dropdown("truth", CLASSES, "cat", "the truth"),
        Slider("step", IntegerScale(0, 6), 1, "steps back", plays=True),
    ),
    compute=back_to_z,
    picture=lambda: way_back(_room("z")),
    describe=describe_way_back,
    parts=(
        Part("back at z", lambda values, _: values["step"] == 6,
             "The way through the exponentials brings ŷ, the way through the sum with y takes off the truth.",
             {"step": 6}),
        Part("a gradient above −0.1",
             lambda values, _: (values["step"] == 6 and values["truth"] == "cat" and values["cat"] > 1.9
                                and _push(values["cat"]) > -0.1),
             "The share of the cat is above 0.9 now, and so little is left to push.", {"step": 6, "cat": 2.6}),
    ),
)  # fmt: skip
