"""A framework to choose: what you find important as weights, named facts as what is weighed."""

from typing import Any

from coursekit.explorers.controls import Dropdown, Slider
from coursekit.explorers.declare import Explorer, Words
from coursekit.figures.frameworks import Ranking, Row, ranking_table
from coursekit.frameworks import CRITERIA, Framework, ranking, step_of, worth
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


def weigh(language: str, **weights: float) -> Ranking:
    """Rank all frameworks by these weights."""
    rows = [Row(each.name, facts(each), worth(each, language), mean) for each, mean in ranking(weights, language)]
    return Ranking(rows, weights)


def facts(framework: Framework) -> dict[str, str]:
    """Write the facts of a framework as they stand in the table."""
    step = step_of(framework)
    return {
        "lines": "not run" if step is None else f"{step['lines']}",
        "speed": "not run" if step is None else time(float(step["microseconds"])),
        "release": framework.released,
        "licence": framework.licence,
        "governance": framework.governed_by,
        "language": framework.languages.split("; ")[0] + (", ..." if "; " in framework.languages else ""),
    }


def time(microseconds: float) -> str:
    """Write a time, to two digits.

    Examples
    --------
    >>> time(8.4), time(1234.0)
    ('8.4 µs', '1.2 ms')
    """
    return f"{microseconds:.2g} µs" if microseconds < 995 else f"{microseconds / 1000:.2g} ms"


def describe_ranking(state: Ranking) -> Words:
    """Say who leads, by how much, and with which facts."""
    first, second, third = state.rows[:3]
    if not any(state.weights.values()):
        return Words("All weights are 0", "All 13 frameworks have the mean 0: nothing is said yet.")
    counted = [LABELS[name] for name in CRITERIA if state.weights[name] == max(state.weights.values())]
    most = "all six alike" if len(counted) == len(CRITERIA) else ", ".join(counted)
    told = first.facts
    return Words(
        f"{first.name} leads with {first.mean:.2f}",
        f"Then come {second.name} with {second.mean:.2f} and {third.name} with {third.mean:.2f}. Most weight: {most}. "
        f"{first.name}: {told['lines']} lines, {told['speed']} a step, last release {told['release']}, "
        f"{told['licence']}, governed by {told['governance']}.",
    )


def _sliders() -> tuple[Any, ...]:
    return tuple(Slider(name, IntegerScale(0, 5), 1, words) for name, words in LABELS.items())


WHICH_FRAMEWORK = Explorer(
    name="which-framework",
    title="Which framework do your weights choose?",
    task="Set the weights as they are for you. Who leads? Then find weights that make another one lead, and say "
    "which of the two sets you believe. Which slider changes nothing in the order, and why?",
    controls=(Dropdown("language", LANGUAGES, "Python", "you work in"), *_sliders()),
    compute=weigh,
    picture=ranking_table,
    describe=describe_ranking,
)
