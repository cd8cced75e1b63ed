"""When tf.function runs the Python of a function, and when the graph that it has recorded."""

from typing import NamedTuple

from coursekit.lab.controls import Dropdown, Moves
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.lessons.tensorflow.tracing import ARGUMENTS, WAYS, Call, Kind, traced

MOST = 10  # calls


class Followed(NamedTuple):
    """A function under tf.function, and what became of its calls.

    Attributes
    ----------
    way : str
        How it was decorated.
    graphs : list of Kind
    calls : list of Call
    """

    way: str
    graphs: list[Kind]
    calls: list[Call]


def name_of(kind: Kind) -> str:
    """Write what a graph serves.

    Examples
    --------
    >>> name_of(Kind("int", value=2)), name_of(Kind("float32", (None,))), name_of(Kind("float32", None))
    ('x == 2', 'float32 (any,)', 'float32, any shape')
    """
    if kind.value is not None:
        return f"x == {kind.value:g}"
    if kind.shape is None:
        return f"{kind.dtype}, any shape"
    sizes = ["any" if size is None else str(size) for size in kind.shape]
    return f"{kind.dtype} ({', '.join(sizes)}{',' * (len(sizes) == 1)})"


def graphs() -> Picture:
    """Show a column for each call and a row for each graph."""
    figure, ax = canvas(1000, 400)
    ax.set(xlim=(-1.6, MOST + 0.6), ylim=(7.9, -0.6), xlabel="the calls, one after the other", ylabel="graph")
    ax.set(xticks=range(1, MOST + 1), yticks=range(7), yticklabels=[*range(1, 7), "none"])
    ax.tick_params(length=0)
    ax.grid(axis="both", color="#eeeeee")
    recorded = line(ax, ORANGE, marker="s", markersize=20, linestyle="")
    replayed = line(ax, BLUE, marker="o", markersize=13, linestyle="")
    refused = line(ax, INK, marker="x", markersize=12, markeredgewidth=2.5, linestyle="")
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 2}
    rows = [label(ax, -1.5, row, color=GREY, va="center", bbox=paper) for row in range(6)]
    columns = [label(ax, 1 + column, 7.8, ha="center", va="bottom", bbox=paper) for column in range(MOST)]
    label(ax, -1.5, -0.95, "square: Python runs and records a graph", color=ORANGE)
    label(ax, 3.4, -0.95, "dot: the graph runs, Python does not", color=BLUE)
    label(ax, 7.8, -0.95, "cross: the call is refused")

    def move(state: Followed) -> None:
        for artist, wanted in ((recorded, True), (replayed, False)):
            served = [(i, call.graph) for i, call in enumerate(state.calls, start=1) if call.is_new is wanted]
            there = [(i, graph) for i, graph in served if graph is not None]
            artist.set_data([i for i, _ in there], [graph for _, graph in there])
        refusals = [i for i, call in enumerate(state.calls, start=1) if call.graph is None]
        refused.set_data(refusals, [6] * len(refusals))
        for row, text in enumerate(rows):
            text.set_text(name_of(state.graphs[row]) if row < len(state.graphs) else "")
        for column, text in enumerate(columns):
            text.set_text(_short(state.calls[column].argument) if column < len(state.calls) else "")

    return Picture(figure, move, flat(recorded, replayed, refused, rows, columns), ghosts=[recorded, replayed])


def _short(argument: str) -> str:
    return argument.replace(" ", "\n", 1) if " " in argument else f"f({argument})"


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


OTHERS = tuple(argument for argument in ARGUMENTS if argument != FIRST)

GRAPHS_KEPT = Explorer(
    name="graphs-kept",
    title="When does tf.function record another graph?",
    task="f has been called with 2. Call it in the seven other ways: how many graphs? Undo it all, and find the "
    "float that shares the graph of 2: of what type is the result? Then find the setting in which one graph serves "
    "every call but one.",
    controls=(
        Moves("calls", tuple(ARGUMENTS), "call f with", most=MOST - 1),
        Dropdown("way", WAYS, WAYS[0], "decorated"),
    ),
    compute=follow,
    picture=graphs,
    describe=describe_calls,
    parts=(
        Part("eight calls",
             lambda values, state: (values["way"] == WAYS[0] and len(set(values["calls"])) >= 7
                                    and len(state.graphs) == 6),
             "Every Python number, dtype and shape that is new records a graph of its own.", {"calls": OTHERS}),
        Part("the float that shares a graph",
             lambda values, _: values["way"] == WAYS[0] and values["calls"] == ("2.0",),
             "2.0 == 2, so the graph of 2 is taken, and the result is the integer 4.", {"calls": ("2.0",)}),
        Part("one graph for all but one",
             lambda values, state: (len(set(values["calls"])) >= 7 and len(state.graphs) == 1
                                    and sum(call.graph is None for call in state.calls) == 1),
             "A signature says what may come: all of it goes through one graph, and float64 is refused.",
             {"calls": OTHERS, "way": WAYS[2]}),
    ),
)  # fmt: skip
