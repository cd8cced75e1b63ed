"""Pictures of softmax: what it makes of logits, what it notices, and its twin for two classes."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, PALE, Picture, canvas, flat, label, line, powers_of_ten
from coursekit.softmax import softmax
from coursekit.types import Array

Z = (5.0, 2.0, -1.0, 3.0)  # the lecture's example
HIGHEST = 10.0  # logit: what a slider can give
TEMPERATURES = np.geomspace(0.1, 100, 120)
_RAISED = str.maketrans("-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")


class Shares(NamedTuple):
    """Four logits on their way to shares; arrays of shape (4,).

    Attributes
    ----------
    z, t : array
        The logits, and e to their power.
    soft, hard : array
        What softmax and hardmax make of them.
    """

    z: Array
    t: Array
    soft: Array
    hard: Array


class Heated(NamedTuple):
    """The example's logits with the same number added to all, and the shares at a temperature.

    Attributes
    ----------
    z, shares : array, shape (4,)
        The shifted logits, and softmax(z / temperature).
    temperature : float
        What they are divided by.
    """

    z: Array
    temperature: float
    shares: Array


class Pair(NamedTuple):
    """Two logits and their shares, shape (2,)."""

    z: Array
    shares: Array


def number(value: float) -> str:
    """Write a positive number so that it can be read, however small: 1,097, 0.842, 5\u00d710\u207b\u2076.

    Examples
    --------
    >>> number(1096.6), number(0.8420), number(0.0)
    ('1,097', '0.842', '0')
    """
    if value >= 100 or value == 0:
        return f"{value:,.0f}"
    if value >= 0.0005:
        return f"{value:.3g}" if value >= 1 else f"{value:.3f}"
    digit, exponent = f"{value:.0e}".split("e")
    return f"{digit}\u00d710{raised(int(exponent))}"


def logit(value: float) -> str:
    """Write a logit to three digits, with a true minus sign.

    Examples
    --------
    >>> logit(2.0), logit(0.1)
    ('2', '0.1')
    """
    return f"{value:.3g}".replace("-", "\u2212")


def raised(exponent: int) -> str:
    r"""Write a whole number as an exponent.

    Examples
    --------
    >>> f"10{raised(12)}" == "10\u00b9\u00b2"
    True
    """
    return str(exponent).translate(_RAISED)


def shares() -> Picture:
    """Show each class in a row: its logit, e to its power, its share by softmax and by hardmax."""
    figure, axes = canvas(1000, 300, columns=4, width_ratios=(4, 4, 4, 3), sharey=True)
    logits, powers, soft, hard = axes
    _classes(logits, 4)
    _around_zero(logits, HIGHEST, "logit z")
    powers.set(xscale="log", xlim=(1e-5, 1e9), xlabel="t = e^z (log axis)")
    powers.xaxis.set_major_locator(FixedLocator([1e-4, 1, 1e4]))
    powers.xaxis.set_minor_locator(NullLocator())
    _unit(soft, "softmax: t / sum of t")
    _unit(hard, "hardmax")
    columns = [_bars(ax, color) for ax, color in zip(axes, (INK, INK, BLUE, ORANGE), strict=True)]

    def move(state: Shares) -> None:
        for column, values, start in zip(columns, state, (0, 1e-5, 0, 0), strict=True):
            _set_bars(*column, values, start, logit if values is state.z else number)

    moving = flat(*(flat(*column) for column in columns))
    return Picture(figure, move, moving, ghosts=[bars for bars, _ in columns])


def heated() -> Picture:
    """Show shifted logits, the shares over all temperatures, and those at one temperature."""
    figure, (logits, curves, now) = canvas(1000, 400, columns=3, width_ratios=(3, 5, 3))
    _classes(logits, 4)
    _around_zero(logits, 15, "logit: z + shift")
    powers_of_ten(curves, -1, 2)
    curves.set(xlim=(0.08, 125), ylim=(-0.03, 1.06), xlabel="temperature T (log axis)", ylabel="share")
    curves.set_title("the curve of each class")
    curves.plot(TEMPERATURES, softmax(np.array(Z) / TEMPERATURES[:, None]), color="#c4c4c4", linewidth=2.5)
    for i, y in enumerate(softmax(np.array(Z) / 2.2)):
        on_line = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        label(curves, 2.2, y, f"{i}", ha="center", va="center", bbox=on_line)
    curves.axhline(1 / 4, color=GREY, linewidth=1, linestyle=":")
    label(curves, 0.11, 0.27, "uniform: 1/4", color=GREY)
    _classes(now, 4)
    _unit(now, "softmax((z + shift) / T)")
    columns = [_bars(logits, INK), _bars(now, BLUE)]
    here = line(curves, BLUE, linewidth=1.5, linestyle="--")
    dots = line(curves, BLUE, marker="o", markersize=9, linestyle="", markeredgecolor="white")

    def move(state: Heated) -> None:
        _set_bars(*columns[0], state.z, 0, logit)
        _set_bars(*columns[1], state.shares, 0, number)
        here.set_data([state.temperature] * 2, [0, 1])
        dots.set_data([state.temperature] * 4, state.shares)

    moving = [here, dots, *flat(*(flat(*column) for column in columns))]
    return Picture(figure, move, moving, ghosts=[dots, *(bars for bars, _ in columns)])


def pair() -> Picture:
    """Show two logits, and both shares on the one curve of the sigmoid."""
    figure, (logits, curve) = canvas(1000, 340, columns=2, width_ratios=(2, 3))
    _classes(logits, 2)
    _around_zero(logits, HIGHEST, "logit z")
    d = np.linspace(-20, 20, 400)
    curve.plot(d, 1 / (1 + np.exp(-d)), color=PALE, linewidth=4)
    curve.set(xlim=(-21, 21), ylim=(-0.12, 1.12), xlabel="own logit minus the other one", ylabel="share")
    label(curve, 2.2, 0.62, "sigmoid", color=GREY, size=12)
    bars = _bars(logits, INK, count=2)
    styles = (BLUE, "o"), (ORANGE, "D")
    dots = [line(curve, color, marker=marker, markersize=11, linestyle="") for color, marker in styles]
    names = [label(curve, 0, 0, color=color, fontweight="bold", va="center") for color, _ in styles]

    def move(state: Pair) -> None:
        _set_bars(*bars, state.z, 0, logit)
        for i, difference in enumerate((state.z[0] - state.z[1], state.z[1] - state.z[0])):
            dots[i].set_data([difference], [state.shares[i]])
            is_right = difference > 0 or (difference == 0 and i == 0)
            names[i].set(text=f"class {i}: {number(state.shares[i])}", ha="right" if is_right else "left")
            x, y = (-1.2, 0.07) if is_right else (1.2, -0.07)
            names[i].set_position((difference + x, state.shares[i] + y))

    return Picture(figure, move, [*flat(*bars), *dots, *names], ghosts=[bars[0], *dots])


def _classes(ax: Axes, count: int) -> None:
    ax.set(ylim=(count - 0.4, -0.6), yticks=range(count), ylabel="class")


def _around_zero(ax: Axes, furthest: float, name: str) -> None:
    ax.set(xlim=(-1.65 * furthest, 1.65 * furthest), xticks=[-furthest, 0, furthest], xlabel=name)
    ax.axvline(0, color=GREY, linewidth=1)


def _unit(ax: Axes, name: str) -> None:
    ax.set(xlim=(0, 1.45), xticks=[0, 0.5, 1], xticklabels=["0", "0.5", "1"], xlabel=name)


def _bars(ax: Axes, color: str, count: int = 4) -> tuple[Any, list[Any]]:
    """Make bars, all of them one line with gaps, and the numbers at their ends."""
    bars = line(ax, color, linewidth=22, solid_capstyle="butt")
    return bars, [label(ax, 0, i, color=color, size=12, va="center") for i in range(count)]


def _set_bars(bars: Any, numbers: list[Any], values: Array, start: float, write: Callable[[float], str]) -> None:
    rows = np.arange(len(values))
    ends = np.stack([np.full(len(values), start), values, np.full(len(values), np.nan)], axis=1)
    bars.set_data(ends.ravel(), np.repeat(rows, 3))
    for text, row, value in zip(numbers, rows, values, strict=True):
        text.set(text=f" {write(value)} ", ha="right" if value < start else "left", position=(value, row))
