"""A framework to choose: what you find important as weights, named facts as what is weighed."""

import re
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import BLUE, GREY, INK, PALE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.lessons.choose_a_framework.frameworks import (
    CRITERIA,
    Framework,
    bounds,
    frameworks,
    ranking,
    step_of,
    worth,
)
from coursekit.scales import IntegerScale

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
    bounds : tuple of float
        The mean with every gap at 0, and with every gap at 1.
    """

    name: str
    facts: dict[str, str]
    numbers: dict[str, float]
    mean: float
    rank: int
    bounds: tuple[float, float]


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
    """Show a row for each framework, a bar behind each fact that is as long as it is worth, the mean and the rank."""
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
    means = [label(ax, 0, y - 4, va="center") for y in heights]
    spans = [line(ax, INK, linewidth=1.5, marker="|", markersize=6) for _ in heights]

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
            low, high = row.bounds  # where there is no gap, no line
            ends = [TOTAL[0] + (TOTAL[1] - 72) * end for end in row.bounds] if high > low else []
            spans[i].set_data(ends, [heights[i] + 13] * len(ends))

    return Picture(figure, move, flat(bars, facts, veils.values(), totals, means, spans, marks.values()), ghosts=totals)


def _bar(ax: Axes, x: float, y: float, color: str, width: float) -> Rectangle:
    bar = Rectangle((x, y - 11), width, 22, facecolor=color, edgecolor="none")
    ax.add_patch(bar)
    return bar


LABELS = {
    "lines": "easy to program",
    "speed": "fast here",
    "release": "still developed",
    "licence": "open source",
    "governance": "well governed",
    "language": "in my language",
}
LANGUAGES = ("Python", "C++", "Java", "Lua")


def weigh(works_in: str, **weights: float) -> Ranking:
    """Rank all frameworks by these weights; they stand in the order of their names."""
    means = {each.name: mean for each, mean in ranking(weights, works_in)}
    rows = []
    for each in frameworks():
        rank = 1 + sum(mean > means[each.name] + 1e-12 for mean in means.values())
        told, known = facts(each, works_in), worth(each, works_in)
        rows.append(Row(each.name, told, known, means[each.name], rank, bounds(each, weights, works_in)))
    return Ranking(rows, weights)


def facts(framework: Framework, works_in: str) -> dict[str, str]:
    """Write the facts of a framework as they stand in the table; of its languages, the one that you work in first."""
    step = step_of(framework)
    languages = sorted(framework.languages.split("; "), key=lambda language: language != works_in)
    return {
        "lines": "not run" if step is None else f"{step['lines']}",
        "speed": "not run" if step is None else time(float(step["microseconds"])),
        "release": framework.released,
        "licence": framework.licence,
        "governance": re.split(r" \(|, ", framework.governed_by)[0],
        "language": ", ".join([languages[0], *["..."] * (len(languages) > 1)]),
    }


def time(microseconds: float) -> str:
    """Write a time, to two digits or three.

    Examples
    --------
    >>> time(8.4), time(1234.0)
    ('8.4 µs', '1.2 ms')
    """
    unit, size = ("µs", microseconds) if microseconds < 995 else ("ms", microseconds / 1000)
    return f"{size:.1f} {unit}" if size < 9.95 else f"{size:.0f} {unit}"


def describe_ranking(state: Ranking) -> Words:
    """Say who leads, by how much, and with which facts."""
    first, second, third, *_ = sorted(state.rows, key=lambda row: row.rank)
    if not any(state.weights.values()):
        return Words("All weights are 0", "All 13 frameworks have the mean 0: nothing is said yet.")
    counted = [LABELS[name] for name in CRITERIA if state.weights[name] == max(state.weights.values())]
    most = "all six alike" if len(counted) == len(CRITERIA) else ", ".join(counted)
    together = [row.name for row in state.rows if row.rank == 1]
    if len(together) > 1:
        n_open = sum(row.bounds[0] < row.bounds[1] for row in state.rows if row.rank == 1)
        return Words(
            f"{len(together)} lead together with {first.mean:.2f}",
            f"These weights do not tell them apart: {', '.join(together)}. Most weight: {most}."
            + f" {n_open} of them have gaps in what counts here." * bool(n_open),
        )
    told = first.facts
    here = f"{told['lines']} lines, {told['speed']} a step"
    if told["speed"] == "not run":
        here = "not run here (its lines and its time are left out of its mean)"
    return Words(
        f"{first.name} leads with {first.mean:.2f}",
        f"Then come {second.name} with {second.mean:.2f} and {third.name} with {third.mean:.2f}. Most weight: {most}. "
        f"{first.name}: {here}, last release {told['release']}, "
        f"{told['licence']}, governed by {told['governance']}. {open_places(state)}",
    )


def open_places(state: Ranking) -> str:
    """Say who might lead as well if their gaps were filled."""
    leader = min(state.rows, key=lambda row: row.rank)
    rivals = [row.name for row in state.rows if row is not leader and row.bounds[1] > leader.bounds[0] + 1e-12
              and (row.bounds[0] < row.bounds[1] or leader.bounds[0] < leader.bounds[1])]  # fmt: skip
    if not rivals:
        return "No gap could change that."
    return f"With their gaps filled, these might be ahead as well: {', '.join(rivals)}."


def _sliders() -> tuple[Any, ...]:
    return tuple(Slider(name, IntegerScale(0, 5), 1, words) for name, words in LABELS.items())


def _leaders(state: Ranking) -> list[str]:
    return [row.name for row in state.rows if row.rank == 1] if any(state.weights.values()) else []


WHICH_FRAMEWORK = Explorer(
    name="which-framework",
    title="Which framework do your weights choose?",
    task="Set the weights as they are for you. Who leads? Then find weights that make another one lead, and say "
    "which of the two sets you believe. Which slider, when it alone has a weight, does not tell them apart, and "
    "why? A thin line below a mean goes from all its gaps at 0 to all at 1: find a lead that is not safe.",
    controls=(Dropdown("works_in", LANGUAGES, "Python", "you work in"), *_sliders()),
    compute=weigh,
    picture=lambda: ranking_table(weigh("Python", **dict.fromkeys(CRITERIA, 1))),
    describe=describe_ranking,
    parts=(
        Part("another one that leads",
             lambda _, state: _leaders(state) not in ([], ["PyTorch"]) and len(_leaders(state)) == 1,
             "The facts have not changed, your weights have: a ranking is as much about you.", {"lines": 5}),
        Part("a slider that does not tell them apart",
             lambda _, state: sum(weight > 0 for weight in state.weights.values()) == 1 and len(_leaders(state)) > 10,
             "Nearly all of them have it, so it can't choose; that does not make it unimportant.",
             {"lines": 0, "speed": 0, "release": 0, "governance": 0, "language": 0}),
    ),
)  # fmt: skip
