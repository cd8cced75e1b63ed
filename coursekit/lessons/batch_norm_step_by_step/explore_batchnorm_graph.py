"""The backward pass of batch norm, piece by piece through its computation graph."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import GREY, INK, ORANGE, PALE, Picture, canvas, label, line
from coursekit.lab.task import Part
from coursekit.lessons.batch_norm_step_by_step.batchnorm_pieces import (
    PieceGradients,
    Pieces,
    backward_pieces,
    forward_pieces,
)
from coursekit.scales import IntegerScale, LinearScale
from coursekit.types import Array

STEPS = ("d_beta", "d_gamma", "d_z_norm", "d_sd", "d_var", "d_centered", "d_mean", "d_z")
MONO: dict[str, Any] = {"family": "monospace"}


class Node(NamedTuple):
    """Where a node stands: its name and formula, the middle of its box, and how many rows of numbers it has."""

    title: str
    x: float
    y: float
    rows: int


M = 5  # examples
TOP, LOW = 325, 95
NODES = {
    "z": Node("z", 85, TOP, M),
    "mean": Node("μ = mean of z", 205, LOW, 1),
    "centered": Node("c = z - μ", 335, TOP, M),
    "var": Node("σ² = mean of c²", 385, LOW, 1),
    "sd": Node("sd = √(σ² + ε)", 565, LOW, 1),
    "z_norm": Node("z_norm = c / sd", 615, TOP, M),
    "gamma": Node("γ", 745, LOW, 1),
    "beta": Node("β", 915, LOW, 1),
    "out": Node("out = γ z_norm + β", 895, TOP, M),
}
WIDTH, ROW, LINE = 144, 21, 18.3
# Each way of the forward pass, and the step that comes back along it.
EDGES = {
    ("z", "mean"): 8, ("z", "centered"): 8, ("mean", "centered"): 7, ("centered", "var"): 6, ("var", "sd"): 5,
    ("sd", "z_norm"): 4, ("centered", "z_norm"): 6, ("z_norm", "out"): 3, ("gamma", "out"): 2, ("beta", "out"): 1,
}  # fmt: skip
CUTS = {"mean": ("mean", "centered"), "var": ("var", "sd")}


class Backward(NamedTuple):
    """A backward pass that has come so far.

    Attributes
    ----------
    step : int
        How many of the eight pieces are there.
    example : int
        Which output the loss pulls at, from 1: ``d_out`` is 1 there and 0 elsewhere.
    pieces : Pieces
        Of one feature, shape (5, 1).
    gradients : PieceGradients
        With the paths cut that are cut.
    cut : tuple of str
        Of "mean" and "var", those through which nothing comes back.
    cosine : float
        Between this ``d_z`` and the true one.
    """

    step: int
    example: int
    pieces: Pieces
    gradients: PieceGradients
    cut: tuple[str, ...]
    cosine: float

    @property
    def d_out(self) -> Array:
        """The gradient that the backward pass starts from."""
        d_out: Array = np.eye(M)[self.example - 1]
        return d_out


def backward_graph() -> Picture:
    """Show the graph, the forward numbers in ink, and beside them the backward ones that are there already."""
    figure, ax = canvas(1000, 450)
    ax.set(xlim=(0, 1000), ylim=(0, 450), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    for way in EDGES:
        ax.add_patch(_arrow(*way, GREY, 1.2))
    for node in NODES.values():
        ax.add_patch(_box(node, PALE, 1))
        label(ax, node.x, node.y + _height(node) / 2 + 14, node.title, ha="center", va="center", size=12)
    backs = {way: ax.add_patch(_arrow(way[1], way[0], ORANGE, 3, aside=9)) for way in EDGES}
    frames = {name: ax.add_patch(_box(node, ORANGE, 2.5)) for name, node in NODES.items()}
    numbers = {name: label(ax, node.x - 11, node.y, ha="right", va="center", **MONO) for name, node in NODES.items()}
    slopes = {name: label(ax, node.x + 65, node.y, color=ORANGE, ha="right", va="center", **MONO)
              for name, node in NODES.items()}  # fmt: skip
    crosses = {name: _cross(ax, *EDGE_MIDDLES[name]) for name in CUTS}
    label(ax, 330, 443, "forward", ha="right", va="top", **MONO)
    label(ax, 342, 443, "backward", color=ORANGE, va="top", **MONO)
    pull = line(ax, ORANGE, marker="<", markersize=10, linestyle="")
    formula = label(ax, 500, 20, color=ORANGE, size=14, ha="center", va="center")

    def move(state: Backward) -> None:
        for name in NODES:
            numbers[name].set_text(column(getattr(state.pieces, name), 2))
            slopes[name].set_text(_slope(state, name))
            frames[name].set_visible(state.step > 0 and STEPS[state.step - 1] == f"d_{name}")
        for way, back in backs.items():
            back.set_visible(EDGES[way] == state.step)
        for name, cross in crosses.items():
            cross.set_visible(name in state.cut)
        pull.set_data([NODES["out"].x + WIDTH / 2 + 12], [TOP + (M // 2 + 1 - state.example) * LINE])
        formula.set_text(FORMULAS[state.step])

    moving: list[Any] = [*backs.values(), *frames.values(), *numbers.values(), *slopes.values(), *crosses.values()]
    return Picture(figure, move, [*moving, pull, formula], ghosts=[pull, *backs.values(), *frames.values()])


FORMULAS = (
    "forward only: out goes to the loss, and the loss sends back d_out",
    "d_β = sum of d_out",
    "d_γ = sum of d_out × z_norm",
    "d_z_norm = γ × d_out",
    "d_sd = - sum of d_z_norm × z_norm, divided by sd",
    "d_σ² = d_sd / (2 sd)",
    "two ways meet at c: d_c = d_z_norm / sd  +  d_σ² × 2 c / m",
    "d_μ = - sum of d_c",
    "two ways meet at z: d_z = d_c  +  d_μ / m",
)
EDGE_MIDDLES = {"mean": (270, 190), "var": (475, LOW)}


def column(values: Array, places: int) -> str:
    r"""Write numbers one below the other, all of one width.

    Examples
    --------
    >>> column(np.array([-1.5, 0.0, 12.25]), 1)
    ' -1.5\n  0.0\n 12.2'
    """
    # rounded before it is written, so that no -0.00 appears
    return "\n".join(f"{round(float(value), places) + 0.0:5.{places}f}" for value in np.ravel(values))


def _slope(state: Backward, name: str) -> str:
    if name == "out":
        return column(state.d_out, 2)
    there = state.step >= STEPS.index(f"d_{name}") + 1
    return column(getattr(state.gradients, f"d_{name}"), 2) if there else ""


def _height(node: Node) -> float:
    return ROW * node.rows + 10


def _box(node: Node, color: str, width: float) -> FancyBboxPatch:
    height = _height(node)
    low = node.x - WIDTH / 2, node.y - height / 2
    fill = "#ffffff" if color == PALE else "none"
    return FancyBboxPatch(low, WIDTH, height, "round,pad=0,rounding_size=6", edgecolor=GREY if color == PALE else color,
                          facecolor=fill, linewidth=width)  # fmt: skip


def _arrow(start: str, end: str, color: str, width: float, aside: float = 0) -> FancyArrowPatch:
    ends = np.array([_side(NODES[start], NODES[end]), _side(NODES[end], NODES[start])])
    along = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
    return FancyArrowPatch(*(ends + aside * along[::-1] * [1, -1]), arrowstyle="-|>", mutation_scale=16, color=color,
                           linewidth=width, shrinkA=0, shrinkB=0)  # fmt: skip


def _side(node: Node, other: Node) -> tuple[float, float]:
    """Where a way to another node leaves a box: at its side in a row, from above or below between rows."""
    if node.y == other.y:
        return node.x + np.sign(other.x - node.x) * WIDTH / 2, node.y
    edge = node.y + np.sign(other.y - node.y) * (_height(node) / 2 + (28 if node.y < other.y else 0))
    return node.x + np.clip(other.x - node.x, -50, 50), edge


def _cross(ax: Axes, x: float, y: float) -> Any:
    return label(ax, x, y, "✕", color=INK, size=26, ha="center", va="center", fontweight="bold")


def sides(names: Sequence[str]) -> str:
    """Say whose paths are cut, such as ``the mean's and the variance's``."""
    words = {"mean": "the mean's", "var": "the variance's"}
    return " and ".join(words[name] for name in names)


PATHS = {
    "all open": (),
    "the mean's cut": ("mean",),
    "the variance's cut": ("var",),
    "both cut": ("mean", "var"),
}
FIVE = (2.0, 4.0, 5.0, 6.0, 8.0)
NAMES = {"d_beta": "d_β", "d_gamma": "d_γ", "d_var": "d_σ²", "d_centered": "d_c", "d_mean": "d_μ"}


def go_back(step: int, example: int, gamma: float, last: float, paths: str) -> Backward:
    """Take the backward pass of five numbers up to a step."""
    pieces = forward_pieces(np.array([*FIVE[:-1], last])[:, None], [gamma], [5.0])
    d_out, cut = np.eye(len(FIVE))[:, [example - 1]], PATHS[paths]
    gradients = backward_pieces(d_out, pieces, mean_path="mean" not in cut, var_path="var" not in cut)
    return Backward(step, example, pieces, gradients, cut, cosine(gradients.d_z, backward_pieces(d_out, pieces).d_z))


def cosine(a: Array, b: Array) -> float:
    """Return the cosine of the angle between two gradients.

    Examples
    --------
    >>> cosine(np.array([1.0, 1.0]), np.array([2.0, 0.0]))  # doctest: +ELLIPSIS
    0.707...
    """
    return float(np.sum(a * b) / (np.linalg.norm(a) * np.linalg.norm(b)))


def describe_way_back(state: Backward) -> Words:
    """Say which piece came last, and what it holds."""
    z = _row(state.pieces.z)
    if state.step == 0:
        answer = f"Forward: out = {_row(state.pieces.out)}"
    else:
        name = STEPS[state.step - 1]
        answer = f"{NAMES.get(name, name)} = {_row(getattr(state.gradients, name))}"
    setting = f"z = {z}; the loss pulls at example {state.example}; γ = {state.pieces.gamma[0]:.2f}"
    d_z = state.gradients.d_z
    end = f"At the end d_z sums to {round(float(d_z.sum()), 2) + 0.0:.2f}, and its cosine to the true one is"
    paths = f"Cut: {sides(state.cut)} path" if state.cut else "All paths are open"
    return Words(answer, f"Piece {state.step} of 8. {setting}. {paths}. {end} {state.cosine:.2f}.")


def _row(values: Array) -> str:
    return ", ".join(f"{round(float(value), 2) + 0.0:.2f}" for value in np.ravel(values))


BACKWARD_GRAPH = Explorer(
    name="backward-graph",
    title="How does the gradient find its way back to z?",
    task="Step through the eight pieces, and stop where two ways meet: there are two such nodes. Then cut a path "
    "at step 8 so that d_z no longer sums to 0.",
    controls=(
        Slider("step", IntegerScale(0, len(STEPS)), 0, "pieces so far", plays=True),
        Slider("example", IntegerScale(1, len(FIVE)), 5, "pulled example"),
        Slider("gamma", LinearScale(0.5, 3), 2, "γ"),
        Slider("last", LinearScale(5, 12), 8, "z of example 5"),
        Dropdown("paths", tuple(PATHS), "all open", "paths back"),
    ),
    compute=go_back,
    picture=backward_graph,
    describe=describe_way_back,
    parts=(
        Part("where two ways meet first", lambda values, _: values["step"] == STEPS.index("d_centered") + 1,
             "At c what comes straight from z_norm and what comes through the variance are added.", {"step": 6}),
        Part("where two ways meet again",
             lambda values, _: values["step"] == len(STEPS) and values["paths"] == "all open",
             "At z the way through c and the way through the mean are added, and then d_z sums to 0.", {"step": 8}),
        Part("a cut after which d_z does not sum to 0",
             lambda values, state: values["step"] == len(STEPS) and abs(state.gradients.d_z.sum()) > 0.1,
             "The mean's path is what takes the common part off; without it every z is pushed the same way as well.",
             {"step": 8, "paths": "the mean's cut"}),
    ),
)  # fmt: skip
