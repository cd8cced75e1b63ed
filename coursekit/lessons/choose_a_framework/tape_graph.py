"""The computation graph that a tape recorded, with the numbers of both passes: from a tape to something to draw."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from coursekit._checks import a_function, a_sequence, a_whole_number, an_array, refuse, shown
from coursekit.lab.graph import Edge, Graph, Node
from coursekit.tape import _undo_broadcasting, gradient

WRITTEN = {
    "add": "{} + {}", "subtract": "{} − {}", "negative": "−{}", "multiply": "{} × {}", "divide": "{} / {}",
    "power": "{} ^ {}", "matmul": "{} @ {}", "exp": "exp({})", "log": "log({})", "maximum": "max({}, {})",
    "sum": "sum({})",
}  # fmt: skip


class Recorded(Protocol):
    """What stands on a tape: coursekit's own Value, or the one that a lesson builds."""

    value: Any
    inputs: Any
    rule: Any
    name: str
    d: Any


def tape_of(f: Callable[..., Any], *args: ArrayLike) -> list[Any]:
    """Take the gradient of a function, and keep the tape.

    Examples
    --------
    >>> [(node.name, float(node.value), float(node.d)) for node in tape_of(lambda w: w**2 - 10 * w, 3.0)]
    [('', 3.0, -4.0), ('power', 9.0, 1.0), ('multiply', 30.0, -1.0), ('subtract', -21.0, 1.0)]
    """
    leaves: list[Any] = []
    a_function("tape_of", "f", f, "arrays")

    def listening(*values: Any) -> Any:
        leaves.extend(values)
        return f(*values)

    gradient(listening, *args)
    tape: list[Any] = leaves[0].tape
    return tape


def recorded(
    tape: Sequence[Recorded], names: Sequence[str] = ("w",), *, constant: str = "y", back: int | None = None
) -> Graph:
    """Turn a tape into a graph to draw.

    Examples
    --------
    >>> graph = recorded(tape_of(lambda w: w**2 - 10 * w, 3.0))
    >>> [(node.title, node.value, node.slope) for node in graph.nodes.values()][2:]
    [('v2 = 10 × w', '30.00', '-1.00'), ('J = v1 − v2', '-21.00', '1.00')]
    >>> [edge.slope for edge in graph.edges]
    ['6.00', '-10.00', '', '']
    """
    tape = a_sequence("recorded", "tape", tape, "values")
    if not len(tape):
        refuse("recorded", "tape", "hold at least one value", "an empty one")
    for node in tape:
        if not hasattr(node, "inputs"):
            refuse("recorded", "tape", "hold what was recorded, as tape_of returns it", shown(node), error=TypeError)
    all_back = back is None
    n_back = len(tape) if back is None else a_whole_number("recorded", "back", back, least=0)
    called = {id(node): name for node, name in zip(tape, _names(tape, names), strict=True)}
    arrived = {id(node): np.zeros_like(node.value) for node in tape} | {id(tape[-1]): np.ones_like(tape[-1].value)}
    reached, ways = {id(tape[-1])} if n_back else set(), {}
    for step, node in enumerate(reversed(tape), start=1):
        flows = _flows(node, arrived[id(node)]) if step <= n_back else [None] * len(node.inputs)
        for i, (x, flow) in enumerate(zip(node.inputs, flows, strict=True)):
            if id(x) in called:
                ways[id(node), i] = Edge(called[id(x)], called[id(node)], numbers(flow), lit=step == back)
                if flow is not None:
                    arrived[id(x)] = arrived[id(x)] + flow
                    reached.add(id(x))
    nodes = {}
    for step, node in enumerate(tape[::-1], start=1):
        slope = node.d if all_back else arrived[id(node)] if id(node) in reached else None
        nodes[called[id(node)]] = Node(_title(node, called, constant), numbers(node.value), numbers(slope),
                                       lit=step == back)  # fmt: skip
    edges = [ways[id(node), i] for node in tape for i in range(len(node.inputs)) if (id(node), i) in ways]
    starts = [edge.start for edge in edges]
    meet = [edge if starts.count(edge.start) > 1 else edge._replace(slope="") for edge in edges]
    return Graph(dict(reversed(nodes.items())), meet)


def numbers(values: Any, places: int = 2) -> str:
    r"""Write numbers one below the other, all of one width.

    Examples
    --------
    >>> numbers([-1.5, 0.0, 12.25], places=1)
    '-1.5\n 0.0\n12.2'
    """
    if values is None:
        return ""
    places = a_whole_number("numbers", "places", places, least=0, most=99)
    values = an_array("numbers", "values", values, finite=False)
    rounded = [f"{round(float(value), places) + 0.0:.{places}f}" for value in np.ravel(values)]  # no -0.00
    width = max(map(len, rounded), default=0)
    return "\n".join(text.rjust(width) for text in rounded)


def _flows(node: Recorded, d: Any) -> list[Any]:
    """Return what a node sends back to each of its inputs; None to a constant exponent."""
    shapes = [np.shape(getattr(x, "value", x)) for x in node.inputs]
    sent = node.rule(d) if node.inputs else ()
    return [None if flow is None else _undo_broadcasting(np.asarray(flow), shape)
            for flow, shape in zip(sent, shapes, strict=True)]  # fmt: skip


def _names(tape: Sequence[Recorded], names: Sequence[str]) -> list[str]:
    n_leaves = sum(not node.inputs for node in tape)
    if n_leaves != len(a_sequence("recorded", "names", names, "names")):
        refuse("recorded", "names", f"be {n_leaves}, one for each argument", len(names))
    leaves, steps = iter(names), iter(range(1, len(tape)))
    return [next(leaves) if not node.inputs else "J" if node is tape[-1] else f"v{next(steps)}" for node in tape]


def _title(node: Recorded, called: dict[int, str], constant: str) -> str:
    if not node.inputs:
        return called[id(node)]
    inputs = [called.get(id(x)) or (f"{float(x):g}" if np.ndim(x) == 0 else constant) for x in node.inputs]
    return f"{called[id(node)]} = {WRITTEN[node.name].format(*inputs)}"
