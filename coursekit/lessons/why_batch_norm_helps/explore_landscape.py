"""Two explanations on one screen: how a hidden unit's input moves, and whether a long step lowers the loss."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator
from numpy.typing import NDArray

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREEN, INK, ORANGE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.lessons.why_batch_norm_helps.descents import LENGTHS, N_STEPS, RATES, SHARES, SIDES
from coursekit.scales import IntegerScale
from coursekit.types import Array

NETWORKS = (
    ("without", ORANGE, "o"),
    ("with batch norm", BLUE, "D"),
    ("with noise put back after it", GREEN, "s"),
)
N_RUNS = 4
BY_LENGTH, BY_SHARE = "a length times the gradient", "a share of each layer's weights"
STEPS = (BY_SHARE, BY_LENGTH)
LOW, HIGH = 0.005, 20.0  # of the loss's axis
BOTTOM, TOP = -3.0, 6.0  # of the inputs'
COUNTED = 1  # which of the steps ahead the words count: 5% of the weights


class Descent(NamedTuple):
    """A step of three trainings: without batch norm, with it, and with noise put back after it.

    Attributes
    ----------
    step, run, rate : numbers
        Which step and run, from 1, and the learning rate.
    ahead : str
        How the steps on the right are measured.
    inputs : array, shape (3, 3, 120)
        Of each network, the 15th, 50th and 85th percentile of what one unit of the last hidden layer gets.
    losses : array, shape (3, 5)
        Here, and after each of the four steps.
    lowered : array, shape (3,)
        How often, up to now, the second of them lowered the loss.
    accuracies : array, shape (3,)
        On the test set.
    """

    step: int
    run: int
    rate: float
    ahead: str
    inputs: Array
    losses: Array
    lowered: Array
    accuracies: Array


def landscape() -> Picture:
    """Show the unit's input so far in three networks on the left, and the loss ahead on the right."""
    figure, axes = canvas(1000, 520, rows=3, columns=2, sharex="col", width_ratios=(6, 5))
    grid = axes[0, 1].get_gridspec()
    for ax in axes[:, 1]:
        ax.remove()
    right = figure.add_subplot(grid[:, 1])
    rows = [_row(ax, *each) for ax, each in zip(axes[:, 0], NETWORKS, strict=True)]
    axes[2, 0].set_xlabel("step (15, 50 and 85% of the test digits lie below the lines)")
    ticks = _losses(right)
    curves = [line(right, color, marker=marker, linewidth=2.2, markersize=7) for _, color, marker in NETWORKS]
    starts = [line(right, color, linewidth=1, linestyle=":") for _, color, _ in NETWORKS]

    def move(state: Descent) -> None:
        for i, (bands, now, number) in enumerate(rows):
            for band, values in zip(bands, state.inputs[i], strict=True):
                band.set_data(np.arange(1, state.step + 1), np.clip(values[: state.step], BOTTOM, TOP))
            here = np.clip(state.inputs[i, :, state.step - 1], BOTTOM, TOP)
            now.set_data([state.step] * 3, here)
            number.set_text(f"accuracy {state.accuracies[i]:.2f}")
        for curve, start, losses in zip(curves, starts, state.losses, strict=True):
            height = np.clip(np.nan_to_num(losses, nan=HIGH), LOW, HIGH)
            curve.set_data(range(5), height)
            start.set_data([0, 4], [height[0]] * 2)
        sizes = LENGTHS if state.ahead == BY_LENGTH else [f"{share:.0%}" for share in SHARES]
        for tick, size in zip(ticks, sizes, strict=True):
            tick.set_text(f"{size}")

    left = [artist for bands, now, number in rows for artist in (*bands, now, number)]
    return Picture(figure, move, flat(left, curves, starts, ticks), ghosts=curves)


def _row(ax: Axes, name: str, color: str, _: str) -> tuple[list[Any], Any, Any]:
    ax.set(xlim=(0, N_STEPS + 1), ylim=(BOTTOM, TOP), yticks=[-3, 0, 3, 6])
    ax.set_ylabel("a unit's input")
    ax.set_title(name, color=color, fontweight="bold", loc="left")
    bands = [line(ax, color, linewidth=width, linestyle=style) for width, style in ((1.1, "--"), (2, "-"), (1.1, "--"))]
    number = ax.text(1, 1.03, "", transform=ax.transAxes, ha="right", va="bottom", color=color, fontsize=12)
    return bands, line(ax, color, marker="o", markersize=6, linewidth=1), number


def _losses(ax: Axes) -> list[Any]:
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(colors=INK, labelsize=11)
    ax.set(xlim=(-0.3, 4.3), yscale="log", ylim=(LOW / 2.2, HIGH * 1.3), xticks=[0], xticklabels=["here"])
    ax.set_xlabel("the step", fontsize=12, color=INK)
    ax.set_ylabel("loss of the batch (log axis)", fontsize=12, color=INK)
    ax.set_title("where a step would end; dotted: the loss here", fontsize=12, color=INK)
    ax.yaxis.set_major_locator(FixedLocator([0.01, 0.1, 1, 10]))
    ax.yaxis.set_major_formatter(FixedFormatter(["0.01", "0.1", "1", "10"]))
    ax.yaxis.set_minor_locator(NullLocator())
    return [label(ax, i, LOW / 1.9, ha="center", va="bottom", size=12) for i in range(1, 5)]


@lru_cache
def measured_descents(rate: float) -> dict[str, NDArray[Any]]:
    """Look up what the experiment landscape.py measured: for each network a table, shape (4 runs, 120 steps)."""
    table = measured("landscape")
    rows = {side: table[(table["rate"] == rate) & (table["side"] == side)] for side in SIDES}
    return {side: each.reshape(N_RUNS, N_STEPS) for side, each in rows.items()}


def measured_runs(rate: float, side: str) -> NDArray[Any]:
    """Look up what all ten runs came to, a row a seed."""
    table = measured("landscape_runs")
    rows: NDArray[Any] = table[(table["rate"] == rate) & (table["side"] == side)]
    return rows


def descents(rate: str, ahead: str, step: int, run: int) -> Descent:
    """Look at one step of one of the measured runs, in all three networks."""
    runs = [table[run - 1] for table in measured_descents(float(rate)).values()]
    inputs = np.stack([[each["low"], each["median"], each["high"]] for each in runs])
    kind = "along" if ahead == BY_LENGTH else "relative"
    columns = ("loss", *(f"{kind}{i}" for i in range(4)))
    losses = np.stack([[each[step - 1][column] for column in columns] for each in runs])
    lowered = np.array([np.mean((each[f"{kind}{COUNTED}"] < each["loss"])[:step]) for each in runs])
    return Descent(step, run, float(rate), ahead, inputs, losses, lowered,
                   np.array([each["accuracy"][step - 1] for each in runs]))  # fmt: skip


def describe_descent(state: Descent) -> Words:
    """Say how often the step lowers the loss, and how far the unit's input has moved."""
    steps = np.abs(np.diff(state.inputs[:, 1, : state.step + 1], axis=-1))
    moves = [float(np.median(each[np.isfinite(each)])) if np.isfinite(each).any() else 0 for each in steps]
    by_length = state.ahead == BY_LENGTH
    step = (
        f"{LENGTHS[COUNTED]:g} times the gradient" if by_length else f"of {SHARES[COUNTED]:.0%} of each layer's weights"
    )
    low = [f"{share:.0%}" for share in state.lowered]
    return Words(
        f"A step {step} has lowered its batch's loss {low[0]} of the time without, {low[1]} with batch norm, {low[2]} "
        "with noise",
        f"Learning rate {state.rate:g}, run {state.run}, step {state.step}: accuracy {state.accuracies[0]:.2f}, "
        f"{state.accuracies[1]:.2f} and {state.accuracies[2]:.2f}, in this order. In a typical step so far, the median "
        f"of the unit's input has moved by {moves[0]:.2g}, {moves[1]:.2g} and {moves[2]:.2g}.",
    )


LANDSCAPE = Explorer(
    name="two-explanations",
    title="Inputs that hold still, or long steps that lower the loss: which of them does batch norm need?",
    task="Go to the last step at a learning rate of 1. Find the network whose input jumps the most. Does it learn "
    "as its jumps say, or as the curve on the right says? Then, at a rate of 0.1, measure the steps ahead "
    "as a length.",
    controls=(
        Dropdown("rate", tuple(f"{rate:g}" for rate in RATES), "0.5", "learning rate"),
        Dropdown("ahead", STEPS, BY_SHARE, "steps ahead"),
        Slider("step", IntegerScale(2, N_STEPS), 60, "step", plays=True),  # before the first, no rate counts
        Slider("run", IntegerScale(1, N_RUNS), 1, "run"),
    ),
    compute=descents,
    picture=landscape,
    describe=describe_descent,
    marks=tuple(Along("x", "step", axes=i) for i in range(3)),
    parts=(
        Part("the end, at a learning rate of 1",
             lambda values, state: (values["rate"] == "1" and values["step"] >= 100 and state.accuracies[2] > 0.8
                                    and state.accuracies[0] < 0.3),
             "The noisy one jumps the most and learns all the same: it does not need inputs that hold still.",
             {"rate": "1", "step": 120}),
        Part("the other ruler",
             lambda values, state: (values["rate"] == "0.1" and values["ahead"] == BY_LENGTH
                                    and values["step"] >= 100 and state.lowered[0] < 0.9),
             "By length too a step lowers the loss more often with batch norm; how much more depends on the ruler.",
             {"rate": "0.1", "ahead": BY_LENGTH, "step": 120}),
    ),
)  # fmt: skip
