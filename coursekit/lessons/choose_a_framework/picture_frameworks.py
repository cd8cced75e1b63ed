"""A picture of a choice: frameworks as rows, their facts as columns, ranked by what you find important.

The facts stand still, as a text takes long to draw; the means and the ranks follow the hand.
"""

from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from coursekit.lab.picture import BLUE, GREY, PALE, Picture, canvas, flat, label

N_ROWS, ROW, HEAD = 13, 33, 66
WIDTH, HEIGHT = 1000, HEAD + N_ROWS * ROW + 6
# where each column begins, how wide it is, and what stands above it
COLUMNS = {
    "lines": (126, 84, "lines"),
    "speed": (222, 96, "a step"),
    "release": (330, 104, "last release"),
    "licence": (446, 128, "licence"),
    "governance": (586, 156, "who governs it"),
    "language": (754, 92, "languages"),
}
TOTAL = (858, 138)


class Row(NamedTuple):
    """A framework with what is known of it.

    Attributes
    ----------
    name : str
    facts : dict of str to str
        By the names of ``COLUMNS``, as they are written.
    numbers : dict of str to float
        What each is worth, from 0 to 1; what is not known is missing.
    mean : float
        Weighted by what one finds important.
    rank : int
        1 for the largest mean; equal means share a rank.
    """

    name: str
    facts: dict[str, str]
    numbers: dict[str, float]
    mean: float
    rank: int


class Ranking(NamedTuple):
    """Frameworks by name, with their means.

    Attributes
    ----------
    rows : list of Row
        Always in the same order.
    weights : dict of str to float
        By the names of ``COLUMNS``.
    """

    rows: list[Row]
    weights: dict[str, float]


def ranking_table(still: Ranking) -> Picture:
    """Show a row for each framework, a bar behind each fact that is as long as it is worth, the mean and the rank.

    Parameters
    ----------
    still : Ranking
        Its names and facts stand in the table.

    Returns
    -------
    Picture
        Follows a ``Ranking`` of the same frameworks. A column without weight is pale.
    """
    figure, ax = canvas(WIDTH, HEIGHT)
    figure.set_layout_engine("none")
    ax.set_position((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    for x, width, title in (*COLUMNS.values(), (*TOTAL, "weighted mean")):
        label(ax, x, 16, title, va="center")
        ax.plot([x, x + width], [HEAD - 6] * 2, color=GREY, linewidth=1)
    heights = [HEAD + ROW * (i + 0.5) for i in range(len(still.rows))]
    bars: list[Rectangle] = []  # of the languages, of which the learner's own comes first
    facts: list[Any] = []
    for row, y in zip(still.rows, heights, strict=True):
        label(ax, 8, y, row.name, va="center")
        for name, (x, width, _) in COLUMNS.items():
            bar = _bar(ax, x, y, PALE, width * row.numbers.get(name, 0))
            fact = label(ax, x + 4, y, row.facts[name], va="center")
            if name == "language":
                bars.append(bar)
                facts.append(fact)
    veil: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "alpha": 0.65}
    veils = {name: ax.add_patch(Rectangle((x, HEAD), width, N_ROWS * ROW, **veil))
             for name, (x, width, _) in COLUMNS.items()}  # fmt: skip
    marks = {name: label(ax, x, 42, color=BLUE, va="center") for name, (x, _, _) in COLUMNS.items()}
    totals = [_bar(ax, TOTAL[0], y, BLUE, 0) for y in heights]
    means = [label(ax, 0, y, va="center") for y in heights]

    def move(state: Ranking) -> None:
        for name in COLUMNS:
            marks[name].set_text(f"weight {state.weights[name]:g}")
            veils[name].set_visible(not state.weights[name])
        for i, row in enumerate(state.rows):
            bars[i].set_width(COLUMNS["language"][1] * row.numbers["language"])
            facts[i].set_text(row.facts["language"])
            length = (TOTAL[1] - 72) * row.mean
            totals[i].set(width=length, facecolor=BLUE if row.rank == 1 else GREY)
            means[i].set(text=f"{row.rank}.  {row.mean:.2f}", x=TOTAL[0] + length + 6)

    return Picture(figure, move, flat(bars, facts, veils.values(), totals, means, marks.values()), ghosts=totals)


def _bar(ax: Axes, x: float, y: float, color: str, width: float) -> Rectangle:
    bar = Rectangle((x, y - 11), width, 22, facecolor=color, edgecolor="none")
    ax.add_patch(bar)
    return bar
