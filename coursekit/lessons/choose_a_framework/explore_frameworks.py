"""A framework to choose: what you find important as weights, named facts as what is weighed."""

import re
from typing import Any

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.choose_a_framework.picture_frameworks import Ranking, Row, ranking_table
from coursekit.lessons.choose_a_framework.frameworks import CRITERIA, Framework, frameworks, ranking, step_of, worth
from coursekit.scales import IntegerScale

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
        rows.append(Row(each.name, facts(each, works_in), worth(each, works_in), means[each.name], rank))
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
        return Words(
            f"{len(together)} lead together with {first.mean:.2f}",
            f"These weights do not tell them apart: {', '.join(together)}. Most weight: {most}.",
        )
    told = first.facts
    here = f"{told['lines']} lines, {told['speed']} a step"
    if told["speed"] == "not run":
        here = "not run here (its lines and its time are left out of its mean)"
    return Words(
        f"{first.name} leads with {first.mean:.2f}",
        f"Then come {second.name} with {second.mean:.2f} and {third.name} with {third.mean:.2f}. Most weight: {most}. "
        f"{first.name}: {here}, last release {told['release']}, "
        f"{told['licence']}, governed by {told['governance']}.",
    )


def _sliders() -> tuple[Any, ...]:
    return tuple(Slider(name, IntegerScale(0, 5), 1, words) for name, words in LABELS.items())


WHICH_FRAMEWORK = Explorer(
    name="which-framework",
    title="Which framework do your weights choose?",
    task="Set the weights as they are for you. Who leads? Then find weights that make another one lead, and say "
    "which of the two sets you believe. Which slider, when it alone has a weight, tells nobody apart, and why?",
    controls=(Dropdown("works_in", LANGUAGES, "Python", "you work in"), *_sliders()),
    compute=weigh,
    picture=lambda: ranking_table(weigh("Python", **dict.fromkeys(CRITERIA, 1))),
    describe=describe_ranking,
)
