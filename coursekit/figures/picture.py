"""What every picture is made of: the still part, the artists that move, and one palette."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

# Okabe and Ito's colours, which the colour-blind can tell apart; darkened where text of the colour needs 4.5 to 1.
INK = "#333333"
GREY = "#767676"
PALE = "#d9d9d9"
BLUE = "#0072b2"
ORANGE = "#b35900"
GREEN = "#007a5a"
DPI = 100


@dataclass(frozen=True)
class Picture:
    """A figure and how it follows a state.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The still part is drawn once: axes, their fixed limits, labels.
    move : callable, state -> None
        Moves the artists to where the state wants them. The only thing that runs while a slider is dragged.
    moving : sequence of Artist
        What ``move`` touches, in drawing order.
    ghosts : sequence of Artist
        Those of ``moving`` that leave a pale trace of the state before the move.
    """

    figure: Figure
    move: Callable[[Any], None]
    moving: Sequence[Artist]
    ghosts: Sequence[Artist] = ()


def canvas(width: int = 1000, height: int = 400, rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, Any]:
    """Make a figure of ``width`` x ``height`` pixels and its axes, in the course's look.

    Parameters
    ----------
    width, height : int, optional
        In pixels; a notebook shows 1000 at most.
    rows, columns : int, optional
        How many axes.
    **options
        For ``Figure.subplots``.

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : Axes, or array of Axes, shape (rows, columns) squeezed

    Examples
    --------
    >>> figure, (left, right) = canvas(800, 300, columns=2)
    >>> figure.get_size_inches() * figure.dpi
    array([800., 300.])
    """
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, layout="constrained", facecolor="white")
    axes = figure.subplots(rows, columns, **options)
    for ax in figure.axes:
        ax.spines[["top", "right"]].set_visible(False)
        ax.spines[["left", "bottom"]].set_color(GREY)
        ax.tick_params(colors=INK, labelsize=11)
        ax.xaxis.label.set(size=12, color=INK)
        ax.yaxis.label.set(size=12, color=INK)
        ax.title.set(size=12, color=INK)
    return figure, axes


def powers_of_ten(ax: Axes, low: int, high: int) -> None:
    """Make the x axis a log axis from 10^low to 10^high, marked at the powers of ten."""
    ax.set_xscale("log")
    ax.set_xlim(10.0**low, 10.0**high)
    ax.xaxis.set_major_locator(FixedLocator([10.0**r for r in range(low, high + 1)]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())


def line(ax: Axes, color: str, **style: Any) -> Line2D:
    """Add an empty line to move later: markers are a line without a stroke, far cheaper to draw than a scatter."""
    (artist,) = ax.plot([], [], color=color, **style)
    return artist


def label(ax: Axes, x: float, y: float, text: str = "", *, color: str = INK, size: float = 11, **style: Any) -> Any:
    """Write a label at a line, in place of a legend."""
    return ax.text(x, y, text, color=color, fontsize=size, **style)


def verbatim(text: str) -> str:
    r"""Write a text that somebody else chose so that matplotlib shows it as it is: a dollar begins no formula.

    Examples
    --------
    >>> print(verbatim("between $5 and $9"))
    between \$5 and \$9
    """
    return text.replace("$", r"\$")


def flat(*groups: Iterable[Artist] | Artist) -> list[Artist]:
    """Put artists and lists of artists into one list."""
    return [artist for group in groups for artist in ([group] if isinstance(group, Artist) else group)]
