"""A picture of a choice: frameworks as rows, their facts as columns, ranked by what you find important."""

from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from coursekit.figures.picture import BLUE, GREY, INK, PALE, Picture, canvas, flat, label

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
    """A framework in the ranking.

    Attributes
    ----------
    name : str
    facts : dict of str to str
        By the names of ``COLUMNS``, as they are written.
    numbers : dict of str to float
        What each is worth, from 0 to 1.
    mean : float
        Weighted by what one finds important.
    """

    name: str
    facts: dict[str, str]
    numbers: dict[str, float]
    mean: float


class Ranking(NamedTuple):
    """Frameworks in the order of their means.

    Attributes
    ----------
    rows : list of Row
        The best first.
    weights : dict of str to float
        By the names of ``COLUMNS``.
    """

    rows: list[Row]
    weights: dict[str, float]


def ranking_table() -> Picture:
    """Show a row for each framework, a bar behind each fact that is as long as it is worth, and the mean.

    Returns
    -------
    Picture
        Follows a ``Ranking``. A column without weight is pale.
    """
    figure, ax = canvas(WIDTH, HEIGHT)
    figure.set_layout_engine("none")
    ax.set_position((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    for x, width, title in (*COLUMNS.values(), (*TOTAL, "weighted mean")):
        label(ax, x, 16, title, va="center")
        ax.plot([x, x + width], [HEAD - 6] * 2, color=GREY, linewidth=1)
    marks = {name: label(ax, x, 42, color=BLUE, va="center") for name, (x, _, _) in COLUMNS.items()}
    rows = [_RowArtists(ax, HEAD + ROW * (i + 0.5)) for i in range(N_ROWS)]

    def move(state: Ranking) -> None:
        for name, mark in marks.items():
            mark.set_text(f"weight {state.weights[name]:g}")
        for artists, row in zip(rows, state.rows, strict=True):
            artists.show(row, state.weights)

    bars = [each.bars[name] for each in rows for name in COLUMNS] + [each.total for each in rows]
    texts = [text for each in rows for text in each.texts]
    return Picture(figure, move, flat(bars, texts, marks.values()), ghosts=[each.total for each in rows])


class _RowArtists:
    """The artists of one row: its name, a bar and a text for each fact, and the mean."""

    def __init__(self, ax: Axes, y: float) -> None:
        self.name = label(ax, 8, y, va="center")
        self.bars = {name: _bar(ax, x, y, PALE) for name, (x, _, _) in COLUMNS.items()}
        self.facts = {name: label(ax, x + 4, y, va="center") for name, (x, _, _) in COLUMNS.items()}
        self.total = _bar(ax, TOTAL[0], y, BLUE)
        self.mean = label(ax, 0, y, va="center")

    @property
    def texts(self) -> list[Any]:
        """All texts."""
        return [self.name, *self.facts.values(), self.mean]

    def show(self, row: Row, weights: dict[str, float]) -> None:
        """Write another framework into the row."""
        self.name.set_text(row.name)
        for name, (_, width, _) in COLUMNS.items():
            self.bars[name].set(width=width * row.numbers[name], alpha=1.0 if weights[name] else 0.4)
            self.facts[name].set(text=row.facts[name], color=INK if weights[name] else GREY)
        length = (TOTAL[1] - 48) * row.mean
        self.total.set_width(length)
        self.mean.set(text=f"{row.mean:.2f}", x=TOTAL[0] + length + 6)


def _bar(ax: Axes, x: float, y: float, color: str) -> Rectangle:
    bar = Rectangle((x, y - 11), 0, 22, facecolor=color, edgecolor="none")
    ax.add_patch(bar)
    return bar
