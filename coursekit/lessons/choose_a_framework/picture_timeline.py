"""The frameworks on a line of time: the last release of each, who decides, and what took its place."""

from collections.abc import Sequence

from coursekit.lab.picture import BLUE, GREY, PALE, Picture, canvas, label, line
from coursekit.lessons.choose_a_framework.frameworks import Framework

FIRST, LAST, RECENT = 2014.5, 2027.0, 2  # RECENT: years before the check in which a release counts as new
RIGHT, WIDE = 0.15, 4.4  # years from a mark to its words, and how many the words take


def timeline(found: Sequence[Framework]) -> Picture:
    """Show the last release of each framework, the oldest on top, and what took its place."""
    rows = _by_release(found)
    figure, ax = canvas(1000, 60 + 33 * len(rows))
    checked = max(_years(each.checked) for each in rows)
    ax.set(xlim=(FIRST, LAST + 3.2), ylim=(len(rows) - 0.4, -0.9), xticks=range(2015, 2027, 2), yticks=range(len(rows)))
    ax.set_yticklabels([each.name for each in rows])
    ax.tick_params(axis="y", length=0)
    ax.set_title(
        "the last release of each, its licence, and what took its place; on the right, who decides", loc="left"
    )
    ax.axvspan(checked - RECENT, checked, color=PALE, alpha=0.5, linewidth=0)
    label(ax, checked, -0.55, "the last two years", color=GREY, ha="right", va="center")
    for y, each in enumerate(rows):
        x, is_new = _years(each.released), each.released > _before(each.checked)
        ax.plot([FIRST, x - is_new * WIDE], [y, y], color=PALE, linewidth=1)
        line(ax, BLUE if is_new else GREY, marker="o", markersize=9, linestyle="").set_data([x], [y])
        says = f"{each.released}: {each.version.split(' (')[0]}, {each.licence}"
        says += f"; then {each.successor}" if each.successor else ""
        side, at = ("right", x - RIGHT) if is_new else ("left", x + RIGHT)
        label(ax, at, y - 0.02, says, va="center", ha=side, size=10)
        label(ax, LAST + 0.1, y, each.governed_by.split(" (")[0], va="center", size=10)
    return Picture(figure, lambda _: None, [])


def in_words(found: Sequence[Framework]) -> str:
    """Say the same, and what became of each, line by line."""
    return "\n".join(
        f"{each.name}: {each.version}, {each.released}, {each.licence}; {each.fate}"
        + (f" ({each.year})" if each.year else "")
        + (f", then {each.successor}" if each.successor else "")
        + f"; {each.governed_by}"
        for each in _by_release(found)
    )


def _by_release(found: Sequence[Framework]) -> list[Framework]:
    return sorted(found, key=lambda each: each.released)


def _before(month: str) -> str:
    """Return the month that was RECENT years before."""
    return f"{int(month[:4]) - RECENT}{month[4:]}"


def _years(month: str) -> float:
    return int(month[:4]) + (int(month[5:]) - 0.5) / 12
