"""At which settings of its controls an explorer is recorded: a page without a kernel can show no others.

Each control stops where it starts, at both of its ends, and wherever the explorer's task or its lesson says a value; a
long slider at values spread evenly in between, as many as the budget allows.
"""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from coursekit.lab.controls import Control, Drawing, Moves, Slider, Value
from coursekit.lab.explorer import Explorer
from website.named import ALL_OF, APART, AS_GOOD_AS_ANY, MOST_OF, NAMED, TOGETHER

MOST = 1500  # settings of an explorer
FEW = 5  # stops of a slider whose values are as good as one another
FEW_STEPS = 13  # so many positions of a slider that plays all are stops


class Plan(NamedTuple):
    """What is recorded of an explorer.

    Attributes
    ----------
    stops : dict
        For each control's name, its values from low to high.
    settings : list of tuple
        Each the number of a stop for every control, in the order of the controls.
    is_product : bool
        Whether every combination is among them, in order.
    """

    stops: dict[str, list[Value]]
    settings: list[tuple[int, ...]]
    is_product: bool

    def values(self, setting: Sequence[int]) -> dict[str, Value]:
        """Return the values of a setting by the controls' names."""
        return {name: stops[i] for (name, stops), i in zip(self.stops.items(), setting, strict=True)}

    def setting(self, values: Mapping[str, Value]) -> tuple[int, ...]:
        """Return the numbers of the stops for values that are stops."""
        return tuple(stops.index(values[name]) for name, stops in self.stops.items())


def plan(explorer: Explorer, most: int = MOST) -> Plan:
    """Choose the settings at which an explorer is recorded.

    Parameters
    ----------
    explorer : Explorer
    most : int, optional
        How many there may be where no more are needed; below the usual number, none go together but by need.

    Returns
    -------
    Plan
        Every combination of the stops; of what trains, or has too many controls, chosen ones: each control goes
        everywhere while the others stay, and some go together.
    """
    if explorer.is_slow or explorer.name in APART:
        return _chosen(explorer, together=most == MOST)
    wanted = {control.name: needed(explorer, control) for control in explorer.controls}
    most = MOST_OF.get(explorer.name, MOST) if most == MOST else most
    counts = _fitting(explorer, {name: len(values) for name, values in wanted.items()}, most)
    stops = {c.name: _spread(c, wanted[c.name], counts[c.name]) for c in explorer.controls}
    return Plan(stops, list(itertools.product(*(range(len(values)) for values in stops.values()))), is_product=True)


def needed(explorer: Explorer, control: Control) -> list[Value]:
    """Return the values at which a control must stop: its start, its ends, and what task and prose name."""
    named = [part.at[control.name] for part in explorer.parts if control.name in part.at]
    named += NAMED.get(explorer.name, {}).get(control.name, [])
    if isinstance(control, Moves):
        others = [needed(explorer, each) for each in explorer.controls if each is not control]
        return _rounds(control, [control.ends[-1], *named], MOST // math.prod(map(len, others)) // 2)
    if isinstance(control, Drawing):
        return [control.start]  # what a hand will draw can't be foreseen
    if isinstance(control, Slider):
        if control.name in ALL_OF.get(explorer.name, ()) or (control.plays and control.last < FEW_STEPS):
            named += [control.at(i) for i in range(control.last + 1)]
        return sorted({_at_a_stop(control, value) for value in (control.start, *control.ends, *named)})
    return list(control.ends)


def _at_a_stop(slider: Slider, value: float) -> float:
    """Return a value as the slider gives it where one of its positions is meant."""
    given = slider.start if value == slider.start else slider.nearest(value)
    return given if math.isclose(given, value, rel_tol=0.02) else value


def _rounds(control: Moves, named: Iterable[tuple[str, ...]], most: int) -> list[Value]:
    """Return all that can be done in the first few moves, and some rounds to their ends, each with all on the way."""
    done: list[tuple[str, ...]] = [()]
    for depth in itertools.count(1):
        longer = [(*moves, move) for moves in done if len(moves) == depth - 1 for move in control.options
                  if move in control.allowed(moves)]  # fmt: skip
        if not longer or len(done) + len(longer) > most:
            break
        done += longer
    ways = [moves[:n] for moves in named for n in range(len(moves) + 1)]
    return list(dict.fromkeys([*done, *(moves for moves in ways if _is_possible(control, moves))]))


def _is_possible(control: Moves, moves: tuple[str, ...]) -> bool:
    return all(move in control.allowed(moves[:i]) for i, move in enumerate(moves))


def _fitting(explorer: Explorer, least: dict[str, int], most: int) -> dict[str, int]:
    """Return how many stops each slider has, so that all combinations fit: who has most above its need gives way."""
    counts = dict(least)
    for control in explorer.controls:
        if isinstance(control, Slider):
            all_of_it = FEW if control.name in AS_GOOD_AS_ANY else control.last + 1
            counts[control.name] = max(least[control.name], all_of_it)
    while math.prod(counts.values()) > most:
        above = {name: counts[name] / least[name] for name in counts if counts[name] > least[name]}
        if not above:
            break  # what is needed is needed
        widest = max(above, key=lambda name: above[name])
        counts[widest] = max(least[widest], min(counts[widest] - 1, int(counts[widest] * 0.95)))
    return counts


def _spread(control: Control, wanted: list[Value], count: int) -> list[Value]:
    """Return what is wanted and, for a slider, as many more stops as there may be, even along its track."""
    if not isinstance(control, Slider):
        return wanted
    if control.name in AS_GOOD_AS_ANY:
        others = [control.at(i) for i in range(control.last) if control.at(i) not in wanted]
        return sorted([*wanted, *others[: count - len(wanted)]])
    places = np.linspace(0, control.last, count)
    values: dict[int, float] = {}  # by the number of a place: those that are wanted each take the nearest
    for value in wanted:
        far = np.abs(places - control.position(value))
        far[list(values)] = np.inf
        values[int(np.argmin(far))] = value
    rest = {control.at(round(place)) for i, place in enumerate(places) if i not in values}
    return sorted({*values.values(), *rest})


def _chosen(explorer: Explorer, *, together: bool) -> Plan:
    """Return chosen settings: the start, from there every value that is needed, and the groups that go together."""
    start, controls = explorer.start, {control.name: control for control in explorer.controls}
    wanted = {name: needed(explorer, control) for name, control in controls.items()}
    settings = [start]
    settings += [{**start, name: value} for name, values in wanted.items() for value in values]
    settings += [{**start, **part.at} for part in explorer.parts]
    groups = (*TOGETHER.get(explorer.name, ()), *APART.get(explorer.name, ())) if together else ()
    for group in groups:
        values = [[_nearest(controls[name], value) for value in some] for name, some in group.items()]
        settings += [{**start, **dict(zip(group, each, strict=True))} for each in itertools.product(*values)]
    stops = {name: _in_order(controls[name], [each[name] for each in settings]) for name in wanted}
    chosen = Plan(stops, [], is_product=False)
    return chosen._replace(settings=sorted({chosen.setting(each) for each in settings}))


def _nearest(control: Control, value: Value) -> Value:
    if not isinstance(control, Slider):
        return value
    return control.start if value == control.start else control.nearest(value)


def _in_order(control: Control, values: Iterable[Any]) -> list[Value]:
    unique = list(dict.fromkeys(values))
    if isinstance(control, Slider):
        return sorted(unique)
    return sorted(unique, key=control.ends.index) if not isinstance(control, Moves | Drawing) else unique
