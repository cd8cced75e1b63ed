"""Does batch norm learn faster? A race in which each side may have its own best start, or has to take the other's."""

from typing import NamedTuple

import numpy as np
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from coursekit.lab.controls import Dropdown
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import BLUE, GREEN, GREY, ORANGE, PALE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.lessons.why_batch_norm_helps.race import N_SEEDS, SIDES, at_best_of, paired

NAMES = {
    "5 ReLU layers, gradient descent": "relu_sgd",
    "5 ReLU layers, Adam": "relu_adam",
    "3 sigmoid layers, gradient descent": "sigmoid_sgd",
}
LOOKS = {"1 epoch": 24, "5 epochs": 120}
OWN, NORMED, PLAIN = "each at its own best", "all at batch norm's best", "all at the best of the one without"
STARTS = {OWN: None, NORMED: "with", PLAIN: "without"}
COLORS, MARKERS = (ORANGE, BLUE, GREEN), ("o", "D", "s")
LEAST, MOST = -6.0, 90.0  # of the leads' axis, in points


class Raced(NamedTuple):
    """A race's end: of each side, the accuracies of ten seeds, where it started, and its lead.

    Attributes
    ----------
    accuracies : dict of array, shape (10,)
        By side; there is noise in one race alone.
    places : dict of (scale, rate)
        Of the first weights, times He's, and of the learning rate.
    leads : dict of (mean, standard error)
        Over the side without batch norm, in points.
    """

    contest: str
    after: str
    start: str
    accuracies: dict[str, NDArray[np.float64]]
    places: dict[str, tuple[float, float]]
    leads: dict[str, tuple[float, float]]


def raced(contest: str, after: str, start: str) -> Raced:
    """Look up a race that was run before, and compare in pairs."""
    ends = {}
    for side in SIDES if NAMES[contest] == "relu_sgd" else SIDES[:2]:
        ends[side] = at_best_of(NAMES[contest], side, LOOKS[after], STARTS[start] or side)
    accuracies = {side: end.accuracies for side, end in ends.items()}
    leads = {side: paired(100 * each, 100 * accuracies["without"]) for side, each in accuracies.items()}
    return Raced(contest, after, start, accuracies, {side: (end.scale, end.rate) for side, end in ends.items()}, leads)


def race_picture() -> Picture:
    """Show ten runs of each side, joined where they share a seed, and the leads with their errors."""
    figure, (left, right) = canvas(1000, 400, columns=2, width_ratios=(10, 9))
    left.set(xlim=(-0.5, 2.5), ylim=(0, 1.04), ylabel="test accuracy, ten seeds")
    left.set(title="grey: the same split and first weights")
    left.set(xticks=range(3), xticklabels=["without", "batch norm", "noise put back"])
    right.set(xlim=(-0.5, 1.5), ylabel="lead over the one without (log beyond 5)")
    right.set_yscale("symlog", linthresh=5)
    right.set(ylim=(LEAST, MOST), yticks=(-5, 0, 5, 10, 20, 50), yticklabels=("-5", "0", "5", "10", "20", "50"))
    right.yaxis.set_minor_locator(NullLocator())
    right.set(xticks=range(2), xticklabels=["batch norm", "noise put back"])
    right.set(title="mean lead in points, with two standard errors")
    right.axhline(0, color=PALE, linewidth=1.5)
    for ax, colors in ((left, COLORS), (right, COLORS[1:])):
        for tick, color in zip(ax.get_xticklabels(), colors, strict=True):
            tick.set_color(color)
    pairs = [line(left, GREY, linewidth=0.8, alpha=0.5) for _ in range(N_SEEDS)]
    dots = [line(left, color, marker=marker, markersize=9, linestyle="", markeredgecolor="white")
            for color, marker in zip(COLORS, MARKERS, strict=True)]  # fmt: skip
    bars = [line(right, color, linewidth=4, alpha=0.4) for color in COLORS[1:]]
    leads = [line(right, color, marker=marker, markersize=12, linestyle="", markeredgecolor="white")
             for color, marker in zip(COLORS[1:], MARKERS[1:], strict=True)]  # fmt: skip
    numbers = [label(right, i + 0.12, 0, color=color, size=13, va="center") for i, color in enumerate(COLORS[1:])]

    def move(state: Raced) -> None:
        columns = list(state.accuracies.values())
        for seed, pair in enumerate(pairs):
            pair.set_data(range(len(columns)), [column[seed] for column in columns])
        for i, (side, dot) in enumerate(zip(SIDES, dots, strict=True)):
            values = state.accuracies.get(side, np.array([]))
            dot.set_data([i] * len(values), values)
        for i, (side, bar, dot, number) in enumerate(zip(SIDES[1:], bars, leads, numbers, strict=True)):
            mean, error = state.leads.get(side, (np.nan, np.nan))
            here = [] if np.isnan(mean) else [float(np.clip(mean, LEAST, MOST))]
            bar.set_data(
                [i, i] if here else [], np.clip([mean - 2 * error, mean + 2 * error], LEAST, MOST) if here else []
            )
            dot.set_data([i] * len(here), here)
            number.set_text(f"{mean:+.1f}" if here else "")
            number.set_y(float(np.clip(here[0], LEAST + 2, MOST - 2)) if here else 0)

    return Picture(figure, move, flat(pairs, dots, bars, leads, numbers), ghosts=leads)


def describe_race(state: Raced) -> Words:
    """Say who leads by how much, and from where each side started."""
    lead, error = state.leads["with"]
    means = {side: each.mean() for side, each in state.accuracies.items()}
    starts = "; ".join(f"{side} {means[side]:.3f} (weights {scale:g} times He's, rate {rate:g})"
                       for side, (scale, rate) in state.places.items())  # fmt: skip
    return Words(
        f"Batch norm leads by {lead:.1f} points, give or take {error:.1f}",
        f"{state.contest}, after {state.after}, {state.start}. Test accuracy: {starts}.",
    )


RACE = Explorer(
    name="tuned-race",
    title="Does a network with batch norm learn faster, if the other one is tuned as well?",
    task="Let each side have its own best. Find the network and the time with the largest lead, and one where the "
    "lead is less than two of its errors. Then take batch norm's best for all: for which does it make a "
    "difference?",
    controls=(
        Dropdown("contest", tuple(NAMES), next(iter(NAMES)), "network"),
        Dropdown("after", tuple(LOOKS), "1 epoch", "after"),
        Dropdown("start", tuple(STARTS), OWN, "first weights and rate"),
    ),
    compute=raced,
    picture=race_picture,
    describe=describe_race,
    parts=(
        Part("the largest lead", lambda values, state: values["start"] == OWN and state.leads["with"][0] > 25,
             "Sigmoids in their first epoch gain the most; given time, most of the lead is gone.",
             {"contest": "3 sigmoid layers, gradient descent", "after": "1 epoch"}),
        Part("a lead that could be luck",
             lambda values, state: values["start"] == OWN and state.leads["with"][0] < 2 * state.leads["with"][1],
             "Tuned as well and given five epochs, the network without is nearly as good.", {"after": "5 epochs"}),
        Part("a race at the best of one side",
             lambda values, state: values["start"] == "all at batch norm's best" and state.leads["with"][0] > 50,
             "At the other one's rate the network without learns hardly anything: such a race says who was tuned.",
             {"start": "all at batch norm's best"}),
    ),
)  # fmt: skip
