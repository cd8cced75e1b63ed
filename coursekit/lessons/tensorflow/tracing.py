"""What tf.function keeps: a graph for each kind of argument that it has met, and which of them serves a call."""

from collections.abc import Sequence
from typing import NamedTuple

from coursekit._checks import a_sequence, one_of, refuse, shown

Shape = tuple[int | None, ...] | None  # None for a number of any size, or for any shape at all


class Kind(NamedTuple):
    """What a graph was recorded for: a Python value, which is baked into it, or all tensors of a dtype and a shape.

    Attributes
    ----------
    dtype : str
        ``"int"`` or ``"float"`` for Python's own numbers.
    shape : tuple, or None
        Of a tensor; None as a whole: any shape.
    value : float or None
        Of a Python number.
    """

    dtype: str
    shape: Shape = ()
    value: float | None = None


class Call(NamedTuple):
    """What became of one call.

    Attributes
    ----------
    argument : str
        What the function was called with.
    graph : int or None
        Which graph served it, counted from 0; None where the call was refused.
    is_new : bool
        Whether the graph was recorded for it: then the function's Python ran.
    result : str
        What x * x came to.
    """

    argument: str
    graph: int | None
    is_new: bool
    result: str


ARGUMENTS = {
    "2": Kind("int", value=2),
    "3": Kind("int", value=3),
    "2.0": Kind("float", value=2.0),
    "tensor 2.0": Kind("float32"),
    "tensor 3.0": Kind("float32"),
    "float64 2.0": Kind("float64"),
    "vector of 2": Kind("float32", (2,)),
    "vector of 3": Kind("float32", (3,)),
}
RESULTS = {
    "2": "4", "3": "9", "2.0": "4.0", "tensor 2.0": "4.0", "tensor 3.0": "9.0", "float64 2.0": "4.0",
    "vector of 2": "[4.0, 9.0]", "vector of 3": "[1.0, 4.0, 9.0]",
}  # fmt: skip
WAYS = ("@tf.function", "reduce_retracing=True", "input_signature: float32")


def traced(calls: Sequence[str], way: str) -> tuple[list[Kind], list[Call]]:
    """Follow a function ``f(x) = x * x`` under tf.function through some calls.

    Notes
    -----
    The rules of TensorFlow 2.21, held against TensorFlow itself by a test.

    Examples
    --------
    >>> graphs, calls = traced(["2", "3", "2.0", "tensor 2.0", "tensor 3.0"], "@tf.function")
    >>> len(graphs), [call.graph for call in calls]
    (3, [0, 1, 0, 2, 2])
    >>> calls[2].result  # 2.0 equals 2, whose graph says 4, an integer
    '4'
    """
    one_of("traced", "way", way, WAYS)
    graphs: list[Kind] = []
    made_for: list[str] = []
    followed = []
    for argument in a_sequence("traced", "calls", calls, "names"):
        if not isinstance(argument, str) or argument not in ARGUMENTS:
            refuse("traced", "calls", f"be among {', '.join(map(repr, ARGUMENTS))}", shown(argument))
        kind = _under_signature(ARGUMENTS[argument]) if way == WAYS[2] else ARGUMENTS[argument]
        if kind is None:
            followed.append(Call(argument, None, False, "TypeError"))
            continue
        graph = _serving(kind, graphs)
        is_new = graph is None
        if graph is None:
            graph = len(graphs)
            graphs.append(_generalized(kind, graphs) if way == WAYS[1] else kind)
            made_for.append(argument)
        followed.append(Call(argument, graph, is_new, _result(argument, made_for[graph], way)))
    return graphs, followed


def _under_signature(kind: Kind) -> Kind | None:
    """Return what a signature makes of an argument: Python's numbers become tensors, another dtype is refused."""
    return Kind("float32", None) if kind.value is not None or kind.dtype == "float32" else None


def _serving(kind: Kind, graphs: Sequence[Kind]) -> int | None:
    """Find the graph for a kind: the first that fits."""
    return next((i for i, graph in enumerate(graphs) if _fits(kind, graph)), None)


def _fits(kind: Kind, graph: Kind) -> bool:
    if kind.value is not None or graph.value is not None:
        return kind.value == graph.value  # as Python compares: 2 == 2.0, whatever their types
    if kind.dtype != graph.dtype or graph.shape is None:
        return kind.dtype == graph.dtype
    return (
        kind.shape is not None
        and len(kind.shape) == len(graph.shape)
        and all(size in (wanted, None) or wanted is None for size, wanted in zip(kind.shape, graph.shape, strict=True))
    )


def _generalized(kind: Kind, graphs: Sequence[Kind]) -> Kind:
    """Widen a kind so that it covers those of its dtype that came before."""
    for graph in graphs:
        if graph.value is None and kind.value is None and graph.dtype == kind.dtype:
            kind = kind._replace(shape=_covering(kind.shape, graph.shape))
    return kind


def _covering(one: Shape, other: Shape) -> Shape:
    if one is None or other is None or len(one) != len(other):
        return None
    return tuple(a if a == b else None for a, b in zip(one, other, strict=True))


def _result(argument: str, made_for: str, way: str) -> str:
    """Say what comes back: a graph for a Python number holds the number, of the type that it was recorded with."""
    if way == WAYS[2]:
        return "4.0" if argument == "2" else "9.0" if argument == "3" else RESULTS[argument]
    return RESULTS[made_for if ARGUMENTS[argument].value is not None else argument]
