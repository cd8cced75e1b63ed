"""A batch of five: move one, and see what becomes of the other four."""

from typing import NamedTuple

import numpy as np

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import BLUE, GREY, INK, PALE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.lessons.batch_norm_step_by_step.batchnorm_pieces import Pieces, forward_pieces
from coursekit.scales import LinearScale
from coursekit.types import Array

RANGE = (0.0, 10.0)
M = 5


class Five(NamedTuple):
    """Five numbers, normalised together.

    Attributes
    ----------
    z, out : array, shape (5,)
        What comes in and what goes out.
    mean, sd : float
        Of the batch.
    start, start_out : array, shape (5,)
        The five before anybody moved them.
    """

    z: Array
    out: Array
    mean: float
    sd: float
    start: Array
    start_out: Array


def batch_of_five() -> Picture:
    """Show the five before and after, a row each; hollow is where they began."""
    figure, (left, right) = canvas(1000, 400, columns=2)
    rows = np.arange(1, M + 1)
    for ax, name in ((left, "z: what comes in (drag a point)"), (right, "z_norm: what goes out")):
        ax.set(ylim=(M + 0.9, 0.1), yticks=rows, xlabel=name)
        for row in rows:
            ax.axhline(row, color=PALE, linewidth=1, zorder=0)
    left.set(xlim=(RANGE[0] - 0.5, RANGE[1] + 0.5), ylabel="example")
    right.set(xlim=(-2.4, 2.4))
    right.axvline(0, color=GREY, linewidth=1, linestyle=":")
    hollow = [line(ax, GREY, marker="o", markersize=12, linestyle="", fillstyle="none", markeredgewidth=1.5)
              for ax in (left, right)]  # fmt: skip
    ways = [line(right, BLUE, linewidth=3, alpha=0.4) for _ in rows]
    dots = [line(ax, BLUE, marker="o", markersize=12, linestyle="") for ax in (left, right)]
    mean, low, high = (line(left, INK, linewidth=1.5, linestyle=style) for style in ("-", "--", "--"))
    numbers = [label(right, 0, row - 0.3, color=BLUE, ha="center", va="center") for row in rows]
    middle = label(left, 0, 0.35, ha="center", va="center")

    def move(state: Five) -> None:
        for values, dot in zip((state.z, state.out), dots, strict=True):
            dot.set_data(values, rows)
        for values, ring in zip((state.start, state.start_out), hollow, strict=True):
            ring.set_data(values, rows)
        for way, row, before, after, text in zip(ways, rows, state.start_out, state.out, numbers, strict=True):
            way.set_data([before, after], [row, row])
            text.set(x=after, text=f"{after + 0.0:.2f}")
        for artist, x in ((mean, state.mean), (low, state.mean - state.sd), (high, state.mean + state.sd)):
            artist.set_data(*(([x, x], [0.6, M + 0.9]) if abs(x - 5) <= 5.5 else ([], [])))
        middle.set(x=np.clip(state.mean, 1.5, 8.5), text=f"mean {state.mean:.2f}, sd {state.sd:.2f}")

    moving = flat(mean, low, high, middle, hollow, ways, dots, numbers)
    return Picture(figure, move, moving, ghosts=dots)


START = (2.0, 4.0, 5.0, 6.0, 8.0)


def normalize_five(z1: float, z2: float, z3: float, z4: float, z5: float) -> Five:
    """Normalise five numbers by their own mean and standard deviation."""
    z, start = (_pieces(values) for values in ((z1, z2, z3, z4, z5), START))
    return Five(z.z[:, 0], z.z_norm[:, 0], float(z.mean[0]), float(np.sqrt(z.var[0])), start.z[:, 0],
                start.z_norm[:, 0])  # fmt: skip


def _pieces(values: tuple[float, ...]) -> Pieces:
    return forward_pieces(np.array(values)[:, None], [1.0], [0.0])


def describe_five(state: Five) -> Words:
    """Say what goes out, and whose output has moved though its z stayed."""
    moved = np.abs(state.z - state.start) > 1e-9
    outputs = ", ".join(f"{round(value, 2) + 0.0:.2f}" for value in state.out)
    others = np.sum((np.abs(state.out - state.start_out) > 0.005) & ~moved)
    steps = np.abs(state.out - state.start_out)[~moved]
    farthest = f", the farthest by {steps.max():.2f}" if others else ""
    return Words(
        f"z_norm = {outputs}",
        f"z = {', '.join(f'{value:.1f}' for value in state.z)}, with mean {state.mean:.2f} and standard deviation "
        f"{state.sd:.2f}. You have moved {moved.sum()} of 5; of those that you have not touched, {others} have another "
        f"output than at the start{farthest}. The largest output in size is {np.abs(state.out).max():.2f}.",
    )


def _one_moved(state: Five) -> bool:
    """Say whether one z is half a unit or more from its start, and no other has moved."""
    *others, last = np.sort(np.abs(state.z - state.start))
    return bool(last > 0.4 and max(others) < 1e-9)


BATCH_OF_FIVE = Explorer(
    name="batch-of-five",
    title="What does one example do to the others?",
    task="Move one point by half a unit or more, to where the output of one of the others stays as it was. Then make "
    "one output as large as you can. Then move all five so that no output changes.",
    controls=tuple(
        Slider(f"z{i}", LinearScale(*RANGE), start, f"z of example {i}") for i, start in enumerate(START, start=1)
    ),
    compute=normalize_five,
    picture=batch_of_five,
    describe=describe_five,
    marks=tuple(Along("x", f"z{i}", within=(i - 0.5, i + 0.5)) for i in range(1, 6)),
    parts=(
        Part("an output that stays",
             lambda _, state: _one_moved(state) and np.sort(np.abs(state.out - state.start_out))[0] < 0.005,
             "The mean and the sd have both changed, and for this one example the two changes cancel.", {"z2": 3.0}),
        Part("the largest output of all", lambda _, state: np.abs(state.out).max() > 1.995,
             "Four alike and one apart: with five examples no output can be larger than 2, the root of 5 − 1.",
             {"z1": 0.0, "z2": 0.0, "z3": 0.0, "z4": 0.0, "z5": 10.0}),
        Part("all five moved, and nothing changed",
             lambda _, state: (np.abs(state.z - state.start).min() > 0.05
                               and np.allclose(state.out, state.start_out, atol=0.001)),
             "A shift of all, or a stretch, is undone: what counts is where each stands among the others.",
             {"z1": 3.0, "z2": 5.0, "z3": 6.0, "z4": 7.0, "z5": 9.0}),
    ),
)  # fmt: skip
