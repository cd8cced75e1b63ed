"""Where softmax overflows, and how that is cured."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import BLUE, GREY, ORANGE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.lessons.softmax.picture_softmax import Z, number, raised
from coursekit.scales import IntegerScale
from coursekit.softmax import softmax
from coursekit.types import Array

FURTHEST = 1000  # shift, to either side
PRECISIONS: tuple[tuple[str, Any], ...] = ("float32", np.float32), ("float64", np.float64)


class Overflow(NamedTuple):
    """Shares of the shifted example, computed in two ways and two precisions; nan where there is no number any more.

    Attributes
    ----------
    shift : int
        What is added to all logits.
    naive, safe : array, shape (2, 4)
        In float32, then float64: e^z over its sum, and the same with the largest logit taken off first.
    """

    shift: int
    naive: Array
    safe: Array


def largest_exponent(shift: Any) -> Any:
    """Return the power of ten of the largest t, a number that no float may be able to hold."""
    return (max(Z) + shift) / np.log(10)


def overflow() -> Picture:
    """Show where the largest t lies among the numbers that a computer has, and what becomes of the shares."""
    figure, (left, right) = canvas(1000, 380, columns=2, width_ratios=(6, 5))
    left.set(xlim=(-1050, 1050), ylim=(-500, 500), xlabel="shift added to every logit", ylabel="largest t")
    left.set_yticks([-400, -200, 0, 200, 400], [f"10{raised(r)}" for r in (-400, -200, 0, 200, 400)])
    for (name, precision), color, order in zip(PRECISIONS, ("#cfcfcf", "#ececec"), (-1, -2), strict=True):
        limits = np.finfo(precision)
        low, high = np.log10([float(limits.smallest_subnormal), float(limits.max)])
        digits = 10 ** (high % 1)
        left.axhspan(low, high, color=color, zorder=order)
        label(left, -1030, high + 12, f"{name} ends at {digits:.1f}\u00d710{raised(int(high))}")
    shifts = np.array([-FURTHEST, FURTHEST])
    left.plot(shifts, largest_exponent(shifts), color=GREY, linewidth=1.5)
    left.plot(shifts, [0, 0], color=GREY, linewidth=1.5)
    label(left, 480, 120, "naive", color=ORANGE, size=12, fontweight="bold")
    label(left, 330, -95, "largest taken off", color=BLUE, size=12, fontweight="bold")
    right.set(xlim=(0, 1), ylim=(4.6, -0.8), xticks=[], yticks=[], title="the shares of classes 0 to 3")
    right.spines[["left", "bottom"]].set_visible(False)
    naive = line(left, ORANGE, marker="X", markersize=13, linestyle="", markeredgecolor="white")
    safe = line(left, BLUE, marker="o", markersize=12, linestyle="", markeredgecolor="white")
    rows = [_row(right, i, *style) for i, style in enumerate((("naive", ORANGE), ("largest taken off", BLUE)))]

    def move(state: Overflow) -> None:
        naive.set_data([state.shift], [largest_exponent(state.shift)])
        safe.set_data([state.shift], [0])
        for texts, values in zip(rows, (state.naive, state.safe), strict=True):
            for text, row in zip(texts, values, strict=True):
                text.set_text("  ".join(f"{value:5.3f}" for value in row))

    return Picture(figure, move, [naive, safe, *flat(*rows)], ghosts=[naive, safe])


def _row(ax: Axes, i: int, name: str, color: str) -> list[Any]:
    label(ax, 0, 2.5 * i - 0.35, name, color=color, size=13, fontweight="bold")
    texts = []
    for j, (precision, _) in enumerate(PRECISIONS):
        y = 2.5 * i + 0.3 + 0.7 * j
        label(ax, 0, y, precision, size=13)
        texts.append(label(ax, 0.25, y, color=color, size=13, fontfamily="monospace"))
    return texts


def shift_far(shift: int) -> Overflow:
    """Compute the shares of the shifted example both ways, in both precisions."""
    logits = [(np.array(Z) + shift).astype(precision) for _, precision in PRECISIONS]
    with np.errstate(all="ignore"):
        powers = [np.exp(z) for z in logits]
        naive = [t / t.sum() for t in powers]
    return Overflow(shift, np.array(naive, float), np.array([softmax(z) for z in logits], float))


def describe_overflow(state: Overflow) -> Words:
    """Say which of the four computations still give shares."""
    says = [f"{name} {'gives ' + number(state.naive[i, 0]) if survives(state, i) else 'breaks'}"
            for i, (name, _) in enumerate(PRECISIONS)]  # fmt: skip
    power = largest_exponent(state.shift)
    return Words(
        f"Shift {state.shift}: naive {', naive '.join(says)}",
        f"The largest t is e to the power {max(Z) + state.shift:g}, about 10 to the power {power:.0f}. With the "
        f"largest logit taken off first it is 1, and class 0 gets {state.safe[0, 0]:.3f} in float32 and "
        f"{state.safe[1, 0]:.3f} in float64.",
    )


def survives(state: Overflow, precision: int) -> bool:
    """Say whether the naive shares are still right, in float32 (0) or float64 (1)."""
    return np.allclose(state.naive[precision], state.safe[precision], atol=5e-4)


def _is_last(state: Overflow, precision: int, step: int) -> bool:
    return survives(state, precision) and not survives(shift_far(state.shift + step), precision)


SOFTMAX_OVERFLOW = Explorer(
    name="softmax-overflow",
    title="How far can logits go before softmax breaks?",
    task="Find the largest shift that naive float32 survives, and the one for float64. And the smallest ones?",
    controls=(Slider("shift", IntegerScale(-FURTHEST, FURTHEST), 0, "shift of all logits"),),
    compute=shift_far,
    picture=overflow,
    describe=describe_overflow,
    marks=(Along("x", "shift"),),
    parts=(
        Part("the largest shift for float32", lambda _, state: _is_last(state, 0, 1),
             "The 88th power of e is about as much as float32 can hold.", {"shift": 83}),
        Part("the largest shift for float64", lambda _, state: _is_last(state, 1, 1),
             "The 709th power of e is about as much as float64 can hold.", {"shift": 704}),
        Part("the smallest shift for float32", lambda _, state: _is_last(state, 0, -1),
             "Below that the powers are so small that they lose their digits, and then are 0: 0 / 0 is no number.",
             {"shift": -101}),
        Part("the smallest shift for float64", lambda _, state: _is_last(state, 1, -1),
             "The border of float64 lies further out. Taking the largest logit off costs nothing, and never breaks.",
             {"shift": -742}),
    ),
)  # fmt: skip
