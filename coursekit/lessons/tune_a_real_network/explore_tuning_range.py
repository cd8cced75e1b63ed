"""Range against budget: what more trials buy where the range of rates ends too early."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, label, line
from coursekit.lab.task import Part
from coursekit.scales import ChoiceScale
from coursekit.types import Array

ENDS, BUDGETS = (0.001, 0.01, 0.1, 1), (27, 54, 81, 108)
LONG = ENDS[-1]
FLOOR = 0.72
MORE = "27 trials of 36"  # epochs: they cost as much as 108 of 9


class InRange(NamedTuple):
    """What random searches reach, by where their rates end and how many trials they have, on the same splits.

    Attributes
    ----------
    end : float
        Where the rates end.
    budget : int
        How many trials.
    scores : array, shape (4, 4, 20)
        Test accuracy of what each search chose, trained again; by the end of the rates, the budget and the split.
    longer : array, shape (20,)
        The same of 27 trials of 36 epochs, at the cost of 108 of 9; empty at another budget, and where none were run.
    """

    end: float
    budget: int
    scores: Array
    longer: Array

    @property
    def row(self) -> int:
        """Of the end."""
        return ENDS.index(self.end)

    @property
    def column(self) -> int:
        """Of the budget."""
        return BUDGETS.index(self.budget)


@lru_cache
def _table(name: str) -> Any:
    return np.sort(measured(name), order=["rates_end_at", "trials", "search"])


def in_range(end: float, budget: int) -> InRange:
    """Look up what was measured."""
    scores = _table("range_or_trials")["again_test"].reshape(len(ENDS), len(BUDGETS), -1)
    long = _table("range_or_epochs")
    return InRange(end, budget, scores, long["again_test"][(long["rates_end_at"] == end) & (budget == BUDGETS[-1])])


def range_or_budget() -> Picture:
    """Show what each range reaches up to this budget; and split by split, this one against the long at 27 trials."""
    figure, (left, right) = canvas(1000, 380, columns=2)
    left.set(xlim=(20, 132), ylim=(0.855, 0.985), xlabel="trials", xticks=BUDGETS, ylabel="test accuracy")
    left.set_title("mean of 20 splits, by where the rates end")
    right.set(xlim=(FLOOR, 1), ylim=(FLOOR, 1), xlabel="rates to 1, 27 trials", title="split by split, test accuracy")
    right.plot([FLOOR, 1], [FLOOR, 1], color=GREY, linewidth=1, linestyle=":")
    curves = [line(left, GREY, linewidth=1.8, marker="o", markersize=4) for _ in ENDS]
    names = [label(left, 110, 0, color=INK, va="center") for _ in ENDS]
    chosen = line(left, BLUE, linewidth=2.6)
    here = line(left, BLUE, marker="o", markersize=12, linestyle="", markeredgecolor="white")
    longer = line(left, ORANGE, marker="D", markersize=10, linestyle="", markeredgecolor="white")
    told = label(left, 105, 0, color=ORANGE, ha="right", va="center")
    dots = line(right, BLUE, marker="o", markersize=7, linestyle="", markeredgecolor="white")
    mean = line(right, ORANGE, marker="D", markersize=10, linestyle="", markeredgecolor="white")
    says = label(right, FLOOR + 0.01, 0.98, color=INK, va="center")
    right.set_ylabel("the range and the trials that you chose")

    def move(state: InRange) -> None:
        means = state.scores.mean(axis=-1)[:, : state.column + 1]
        so_far = BUDGETS[: state.column + 1]
        free = 0.0  # above the name that stands below
        for i in np.argsort(means[:, -1]):
            curves[i].set_data(so_far, means[i])
            names[i].set(text=f"to {ENDS[i]:g}", position=(so_far[-1] + 3, max(means[i, -1], free)))
            names[i].set_color(BLUE if ENDS[i] == state.end else INK)
            free = max(means[i, -1], free) + 0.007
        chosen.set_data(so_far, means[state.row])
        here.set_data([state.budget], [means[state.row, state.column]])
        height = [state.longer.mean()] if state.longer.size else []
        longer.set_data([BUDGETS[-1]] * len(height), height)
        told.set(text=f"{MORE} epochs" * len(height), y=0.95)
        long, mine = state.scores[-1, 0], state.scores[state.row, state.column]
        dots.set_data(long, np.maximum(mine, FLOOR))
        mean.set_data([long.mean()], [mine.mean()])
        says.set_text(f"rates to {state.end:g}, {state.budget} trials: ahead in {np.sum(mine > long)} of {long.size}")

    return Picture(
        figure, move, [*curves, *names, chosen, here, longer, told, dots, mean, says], ghosts=[here, dots, mean]
    )


def describe(state: InRange) -> Words:
    """Say what the range reaches with these trials, and how that compares with the long one."""
    mine, long = state.scores[state.row, state.column], state.scores[-1, 0]
    first = state.scores[state.row, 0]
    same = state.end == LONG and state.budget == BUDGETS[0]
    against = (
        "that is the search the others are held against"
        if same
        else f"against rates to 1 with 27 trials {np.mean(mine - long):+.3f}, ahead in {np.sum(mine > long)} of "
        f"{long.size} splits"
    )
    return Words(
        f"Rates to {state.end:g}, {state.budget} trials: test accuracy {mine.mean():.3f}",
        f"Adam, mean of {long.size} splits, what each search chose is trained again. With 27 trials this range "
        f"reaches {first.mean():.3f}; {against}."
        + (f" For the same 972 epochs, {MORE} reach {state.longer.mean():.3f}." if state.longer.size else ""),
    )


RANGE_OR_BUDGET = Explorer(
    name="range-or-budget",
    title="Can more trials make up for a range that ends too early?",
    task="Rates end at 0.001. Pay for twice, three times, four times as many trials: do they reach what 27 reach "
    "in the range up to 1? Then move the end instead. Which of the two would you rather spend an afternoon on?",
    controls=(
        Slider("budget", ChoiceScale(BUDGETS), BUDGETS[0], "trials"),
        Slider("end", ChoiceScale(ENDS), ENDS[0], "rates end at"),
    ),
    compute=in_range,
    picture=range_or_budget,
    describe=describe,
    marks=(Along("x", "budget"),),
    parts=(
        Part("four times as many trials", lambda _, state: state.end == ENDS[0] and state.budget == BUDGETS[-1],
             "They come nearer and do not arrive. Fewer, longer ones nearly do: the rates are too small for 9 epochs.",
             {"budget": 108}),
        Part("another end", lambda _, state: state.end > ENDS[0] and state.budget == BUDGETS[0],
             "The same 27 trials reach in a longer range what 108 did not: it costs one thought, and no training.",
             {"end": 0.01}),
    ),
)  # fmt: skip
