"""When tf.function runs the Python of a function, and when the graph that it has recorded."""

from coursekit.lab.controls import Dropdown, Moves
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.tensorflow.picture_tracing import MOST, Followed, graphs
from coursekit.lessons.tensorflow.tracing import ARGUMENTS, WAYS, traced

FIRST = "2"


def follow(calls: tuple[str, ...], way: str) -> Followed:
    """Call f(x) = x * x with 2, and then go on, one call after the other."""
    return Followed(way, *traced((FIRST, *calls), way))


def describe_calls(state: Followed) -> Words:
    """Say how often Python ran, and what the last call did."""
    n_graphs, n_calls = len(state.graphs), len(state.calls)
    answer = f"{n_calls} call{'s' * (n_calls != 1)}, {n_graphs} graph{'s' * (n_graphs != 1)}"
    last = state.calls[-1]
    if last.graph is None:
        what = "was refused: the signature has another dtype"
    elif last.is_new:
        what = f"ran Python, which recorded graph {last.graph + 1}, and returned {last.result}"
    else:
        what = f"went through graph {last.graph + 1}, without Python, and returned {last.result}"
    return Words(answer, f"f(x) = x * x under {state.way}. The last call, f({last.argument}), {what}.")


GRAPHS_KEPT = Explorer(
    name="graphs-kept",
    title="When does tf.function record another graph?",
    task="f has been called with 2. Call it in the seven other ways: how many graphs? Undo it all, and find the float "
    "that shares the graph of 2: of what type is the result? Then find the setting in which one graph serves every "
    "call but one.",
    controls=(
        Moves("calls", tuple(ARGUMENTS), "call f with", most=MOST - 1),
        Dropdown("way", WAYS, WAYS[0], "decorated"),
    ),
    compute=follow,
    picture=graphs,
    describe=describe_calls,
)
