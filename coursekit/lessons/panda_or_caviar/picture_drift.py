"""A picture of a re-test: the digits, what the networks read, the rates, and what it costs to keep the old one."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from coursekit.lab.picture import BLUE, GREEN, GREY, INK, ORANGE, Picture, canvas, flat, label, line, powers_of_ten
from coursekit.lab.standard_error import standard_error
from coursekit.types import Array

N_DIGITS, SIDE = 2, 10  # each of 8 x 8 pixels and a margin
WAYS = (("each pixel by\nlast month's own", ORANGE, "D"), ("all by last\nmonth's one", BLUE, "o"),
        ("each pixel by\nthis month's", GREEN, "s"))  # fmt: skip


class Retest(NamedTuple):
    """Learning rates tried again after a drift.

    Attributes
    ----------
    images : array, shape (2, 2, 8, 8)
        Two digits, before and after, from 0 to 16.
    by_pixel : array, shape (64,)
        The root of the mean square of each pixel that the networks read, in one split.
    size : float
        The same over all pixels and splits.
    kind, strength : str, float
        Of the drift.
    by, way : str, int
        By whose mean and standard deviation the digits are standardised; its place among the ways.
    rates : array, shape (r,)
        What was tried.
    then, now : array, shape (r,)
        The mean test accuracies before and after.
    best_then, best_now : int
        Which rate was chosen, on other digits.
    strengths : tuple of float
    costs : array, shape (3, len(strengths), s)
        For each way to standardise and each strength: in s repetitions, how much better today's choice is.
    """

    images: Array
    by_pixel: Array
    size: float
    kind: str
    strength: float
    by: str
    way: int
    rates: Array
    then: Array
    now: Array
    best_then: int
    best_now: int
    strengths: tuple[float, ...]
    costs: Array

    @property
    def cost(self) -> Array:
        """The cost in each repetition, where the controls stand."""
        return np.asarray(self.costs[self.way, self.strengths.index(self.strength)])


def retest() -> Picture:
    """Show digits and input sizes, accuracy over the rate with both choices, and the cost over the strength."""
    figure, (left, middle, right) = canvas(1000, 440, columns=3, width_ratios=(5, 12, 11))
    digits, sizes, says = _what_is_read(left)
    rates, put_costs = _rates(middle), _Costs(right)

    def move(state: Retest) -> None:
        digits.set_data(_mosaic(state.images))
        sizes.set_data(np.log10(np.maximum(state.by_pixel, 1)).reshape(8, 8))
        says.set_text(f"size as read:\nwhite 1, black 30;\nlargest {state.by_pixel.max():.3g}")
        then, now, gap, chosen_then, staying, chosen_now = rates
        old, new = state.best_then, state.best_now
        then.set_data(state.rates, state.then)
        now.set_data(state.rates, state.now)
        chosen_then.set_data([state.rates[old]], [state.then[old]])
        staying.set_data([state.rates[old]], [state.now[old]])
        chosen_now.set_data([state.rates[new]], [state.now[new]])
        gap.set_data(state.rates[[new, old, old]], state.now[[new, new, old]])
        put_costs(state)

    moving = flat(digits, sizes, says, rates, put_costs.artists)
    return Picture(figure, move, moving, ghosts=[rates[1], rates[4]])


def _what_is_read(ax: Axes) -> tuple[Any, Any, Any]:
    ax.set(xlim=(0, 20), ylim=(-5, 37), xticks=[], yticks=[], aspect="equal", title="last | this month")
    ax.spines[:].set_visible(False)
    digits = ax.imshow(np.zeros((2 * SIDE, 2 * SIDE)), cmap="Greys", vmin=0, vmax=16, extent=(0, 20, 16, 36))
    sizes = ax.imshow(np.zeros((8, 8)), cmap="Greys", vmin=0, vmax=1.5, extent=(3, 17, 1, 15))
    ax.plot([3, 17, 17, 3, 3], [1, 1, 15, 15, 1], color=GREY, linewidth=1)
    ax.plot([10, 10], [16, 36], color=GREY, linewidth=1)
    return digits, sizes, label(ax, 10, 0, ha="center", va="top")


def _rates(ax: Axes) -> list[Any]:
    powers_of_ten(ax, -3, 1)
    ax.set(xlim=(0.8e-3, 12.5), ylim=(-0.02, 1.05), xlabel="learning rate (log axis)", ylabel="test accuracy")
    ax.set_title("diamonds: last month's choice; ring: this month's")
    label(ax, 1e-3, 0.99, "last month", color=GREY)
    label(ax, 1e-3, 0.92, "this month", color=BLUE)
    diamond = {"marker": "D", "markersize": 11, "linestyle": "", "markeredgecolor": "white"}
    return [
        line(ax, GREY, linewidth=2, linestyle="--"),
        line(ax, BLUE, marker="o", linewidth=2),
        line(ax, ORANGE, linewidth=1.5, linestyle=":"),
        line(ax, GREY, **diamond),
        line(ax, ORANGE, **diamond),
        line(ax, "none", marker="o", markersize=16, linestyle="", markeredgecolor=INK, markeredgewidth=1.5),
    ]


class _Costs:
    """The cost over the strength, a line per way to standardise; the chosen one has a ring."""

    def __init__(self, ax: Axes) -> None:
        ax.set(xlim=(-0.06, 1.58), ylim=(-0.06, 0.62), xlabel="strength of the drift", xticks=[0, 0.25, 0.5, 1])
        ax.set(ylabel="what it costs to keep the old rate", title="mean and standard error, 10 repetitions")
        ax.plot([-0.06, 1.03], [0, 0], color=GREY, linewidth=1)
        self.lines = [line(ax, color, marker=marker, markersize=7, linewidth=1.8) for _, color, marker in WAYS]
        self.bars = [line(ax, color, linewidth=4, alpha=0.4) for _, color, _ in WAYS]
        self.names = [label(ax, 1.05, 0, word, color=color, va="center", linespacing=0.9) for word, color, _ in WAYS]
        self.here = line(ax, "none", marker="o", markersize=16, linestyle="", markeredgecolor=INK, markeredgewidth=1.5)
        self.artists = flat(self.bars, self.lines, self.names, self.here)

    def __call__(self, state: Retest) -> None:
        means = state.costs.mean(axis=-1)
        errors = standard_error(state.costs)
        x = np.array(state.strengths)
        height = -0.12
        for i in np.argsort(means[:, -1], kind="stable"):
            at = x + 0.012 * (i - 1)
            self.lines[i].set_data(at, means[i])
            ends = np.stack([means[i] - errors[i], means[i] + errors[i], np.full(x.size, np.nan)], axis=-1)
            self.bars[i].set_data(np.repeat(at, 3), ends.ravel())
            height = max(means[i, -1], height + 0.09)
            self.names[i].set_y(height)
        column = state.strengths.index(state.strength)
        self.here.set_data([x[column] + 0.012 * (state.way - 1)], [means[state.way, column]])


def _mosaic(images: Array) -> Array:
    """Lay two rows of a digit before beside the same after."""
    tiles = np.zeros((2, N_DIGITS, SIDE, SIDE))
    tiles[:, :, 1:-1, 1:-1] = images
    return np.concatenate(tiles.reshape(2, N_DIGITS * SIDE, SIDE), axis=1)
