"""A picture of measured means: a dot each, a bar that says how sure it is, and both as numbers. ``draw`` shows it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from coursekit.lab.picture import BLUE, GREEN, GREY, INK, ORANGE, PALE, Picture, canvas, label
from coursekit.lab.standard_error import standard_error

COLORS, MARKERS = (BLUE, ORANGE, GREEN, INK), ("o", "D", "s", "^")
AROUND, LANE, BETWEEN = 100, 22, 12  # pixels: above and below all rows, for each dot of a row, between two rows


class Panel(NamedTuple):
    """Means on one axis.

    Attributes
    ----------
    measure : str
        What is measured. Panels of one measure share the axis.
    means : mapping, (row, series) to (mean, thick bar) or (mean, thick bar, thin bar)
        Each bar reaches so far to both sides of its mean. A series may be "" where there is no other.
    form : str, optional
        The format of the numbers beside the dots.
    at : float, optional
        Where a dotted line stands, for the means to be compared with.
    title : str, optional
        What sets it apart from another panel of the same measure.
    """

    measure: str
    means: Mapping[tuple[str, str], Sequence[float]]
    form: str = ".3f"
    at: float | None = None
    title: str = ""


class Means(NamedTuple):
    """What stands side by side in one picture, and a line that says what its bars are."""

    bars: str
    panels: Sequence[Panel]


def mean_and_bar(values: NDArray[Any]) -> tuple[float, float]:
    """Return the mean of some values, and two standard errors of it.

    Examples
    --------
    >>> print("{:.2f} {:.2f}".format(*mean_and_bar(np.array([2, 4, 4, 6]))))
    4.00 1.63
    """
    return float(np.mean(values)), 2 * float(standard_error(values))


def means_picture(state: Means) -> Picture:
    """Show the panels side by side, a row for each name, and a colour for each series."""
    panels = state.panels
    rows, series = (list(dict.fromkeys(key[i] for panel in panels for key in panel.means)) for i in (0, 1))
    lanes = max(len({name for _, name in panel.means}) for panel in panels)
    height = AROUND + len(rows) * (LANE * lanes + BETWEEN)
    figure, axes = canvas(1000, height, columns=len(panels), sharey=True, squeeze=False)
    first: dict[str, Axes] = {}
    for ax, panel in zip(axes[0], panels, strict=True):
        if panel.measure in first:
            ax.sharex(first[panel.measure])
        first.setdefault(panel.measure, ax)
        _draw(ax, panel, rows, series)
    axes[0, 0].set(ylim=(len(rows) - 0.5, -0.5), yticks=range(len(rows)), yticklabels=rows)
    figure.supxlabel(state.bars, fontsize=11, color=INK)
    return Picture(figure, lambda _: None, [])


def _draw(ax: Axes, panel: Panel, rows: list[str], series: list[str]) -> None:
    ax.set_title(panel.title, loc="left")
    ax.set_xlabel(panel.measure)
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    if panel.form.endswith("%"):
        ax.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:.0%}"))
    if panel.at is not None:
        ax.axvline(panel.at, color=GREY, linewidth=1.5, linestyle=":")
    for y in range(1, len(rows)):
        ax.axhline(y - 0.5, color=PALE, linewidth=1)
    own = [name for name in series if any(name == other for _, other in panel.means)]
    for (row, name), (mean, *bars) in panel.means.items():
        at = rows.index(row) + (own.index(name) - (len(own) - 1) / 2) / (len(own) + 0.5)
        n = series.index(name) % len(COLORS)
        for bar, width in zip(bars, (6, 1.5), strict=False):
            ax.plot([mean - bar, mean + bar], [at, at], COLORS[n], linewidth=width, alpha=0.5, solid_capstyle="butt")
        ax.plot([mean], [at], COLORS[n], marker=MARKERS[n], markersize=4.5)
        says = _said(name, mean, bars[0], form=panel.form)
        label(ax, 1.02, at, says, color=COLORS[n], va="center", transform=ax.get_yaxis_transform())


def in_words(state: Means) -> str:
    """Say the same, a line for each row: what stands beside the dots, and how long the thin bars are."""
    lines = [state.bars]
    for panel in state.panels:
        lines.append(f"{panel.title}{panel.title and ', '}{panel.measure}")
        for row in dict.fromkeys(row for row, _ in panel.means):
            its = {name: numbers for (other, name), numbers in panel.means.items() if other == row}
            lines.append(", ".join([row, *(_said(name, *numbers, form=panel.form) for name, numbers in its.items())]))
    return "\n".join(lines)


def _said(name: str, mean: float, *bars: float, form: str) -> str:
    numbers = " ± ".join([f"{mean:{form}}", *(f"{bar:{form.lstrip('+')}}" for bar in bars)])
    return (f"{name}: " if name else "") + numbers.replace("-", "\N{MINUS SIGN}")
