"""The backward pass of batch norm, piece by piece through its computation graph."""

import numpy as np

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.batch_norm_step_by_step.batchnorm_pieces import backward_pieces, forward_pieces
from coursekit.lessons.batch_norm_step_by_step.picture_batchnorm_graph import STEPS, Backward, backward_graph, sides
from coursekit.scales import IntegerScale, LinearScale
from coursekit.types import Array

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
    task="Step through the eight pieces. At which two nodes do two ways meet? Then cut a path at step 8: how does the "
    "sum of d_z change, and how far does the cosine fall?",
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
)
