"""Mini-batches: each has its own mean and variance, and the smaller it is, the more they vary."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from coursekit.datasets import digits
from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import BLUE, GREEN, GREY, ORANGE, Picture, canvas, label, line
from coursekit.lab.task import Part
from coursekit.lessons.batch_norm_in_a_network.explore_batchnorm_redundant import NORMED
from coursekit.network import forward, init_network
from coursekit.scales import ChoiceScale, IntegerScale
from coursekit.types import Array

EDGE = 2.5
SIZES = 2, 4, 8, 16, 32, 64, 128, 256


class Batches(NamedTuple):
    """One epoch's mini-batches, as one unit of the second layer sees them.

    Attributes
    ----------
    batch_size : int
        How many digits make one.
    unit : int
        Which unit, from 1.
    means, sds : array, shape (n_batches,)
        The unit's statistics in each mini-batch.
    mean, sd : float
        Those of all 1,200 digits.
    spreads : array, shape (n_sizes,)
        At every batch size of ``SIZES``, the standard deviation of the means in that epoch, in units of each unit's
        sd: a root mean square over all 50 units.
    spread : float
        The same at this batch size.
    """

    batch_size: int
    unit: int
    means: Array
    sds: Array
    mean: float
    sd: float
    spreads: Array
    spread: float

    @property
    def expected(self) -> float:
        """What ``spread`` is expected to be."""
        return float(expected_spread(np.array(self.batch_size)))


def expected_spread(m: Array, n: int = 1200) -> Array:
    """Return the standard deviation of the means of m out of n values, dealt without repetition, in units of theirs.

    Examples
    --------
    >>> expected_spread(np.array([4, 16, 1200])).round(3)
    array([0.499, 0.248, 0.   ])
    """
    spread: Array = np.sqrt((n - m) / (m * (n - 1)))
    return spread


def batches() -> Picture:
    """Show each mini-batch's mean and standard deviation, and how much the means vary at every batch size."""
    figure, (left, right) = canvas(1000, 420, columns=2, width_ratios=(3, 2))
    left.set(
        xlim=(-0.01, 1.01),
        ylim=(-EDGE - 0.2, 4.1),
        xlabel="share of the epoch",
        title="each mini-batch, one unit's z (beyond ±2.5: at the edge)",
    )
    left.set(ylabel="mean and sd, in units of\nthe sd of all 1,200 digits", xticks=[0, 0.25, 0.5, 0.75, 1])
    for y in (0, 1):
        left.axhline(y, color=GREY, linewidth=1.2, linestyle="--", zorder=0)
    label(left, 0.01, 3.6, "■ sd of the mini-batch (all digits: 1)", color=GREEN, fontweight="bold")
    label(left, 0.01, 3.0, "● its mean, less that of all digits", color=BLUE, fontweight="bold")
    sds = line(left, GREEN, marker="s", linestyle="", markersize=5, alpha=0.7, markeredgewidth=0)
    means = line(left, BLUE, marker="o", linestyle="", markersize=5, alpha=0.7, markeredgewidth=0)
    right.set(xscale="log", yscale="log", xlim=(1.7, 330), ylim=(0.025, 1.1), xlabel="batch size (log axis)")
    right.set(ylabel="sd of the means / sd of the unit", title="the means of all 50 units")
    right.xaxis.set_major_locator(FixedLocator(SIZES))
    right.xaxis.set_major_formatter(FixedFormatter([str(size) for size in SIZES]))
    right.yaxis.set_major_locator(FixedLocator([0.05, 0.1, 0.2, 0.5, 1]))
    right.yaxis.set_major_formatter(FixedFormatter(["0.05", "0.1", "0.2", "0.5", "1"]))
    for axis in (right.xaxis, right.yaxis):
        axis.set_minor_locator(NullLocator())
    grid = np.geomspace(1.8, 300, 100)
    right.plot(grid, expected_spread(grid), color=GREY, linewidth=1.5)
    label(right, 1.9, 0.035, "line: expected, nearly 1 / √m", color=GREY)
    label(right, 1.9, 0.05, "● the other batch sizes", color=ORANGE)
    others = line(right, ORANGE, marker="o", linestyle="", markersize=7, markeredgecolor="white")
    now = line(right, BLUE, marker="D", linestyle="", markersize=11, markeredgecolor="white")
    number = label(right, 300, 0.85, color=BLUE, size=14, fontweight="bold", ha="right")

    def move(state: Batches) -> None:
        x = (np.arange(len(state.means)) + 0.5) / len(state.means)
        means.set_data(x, np.clip((state.means - state.mean) / state.sd, -EDGE, EDGE))
        sds.set_data(x, np.minimum(state.sds / state.sd, EDGE))
        size = np.clip(2 + 0.12 * state.batch_size, 3, 9)
        means.set_markersize(size)
        sds.set_markersize(size)
        others.set_data(SIZES, state.spreads)
        now.set_data([state.batch_size], [state.spread])
        number.set_text(f"{state.spread:.3f} in batches of {state.batch_size}")

    return Picture(figure, move, [sds, means, others, now, number], ghosts=[means, now])


@lru_cache
def units() -> Array:
    """Return z of the second layer for all 1,200 training digits, before any training, shape (1200, 50)."""
    parameters = init_network(NORMED, np.random.default_rng(1))
    _, cache = forward(NORMED, parameters, digits(np.random.default_rng(0)).X_train)
    z: Array = cache.layers[1].x @ parameters["W2"]
    return z


def dealt(z: Array, m: int, epoch: int) -> tuple[Array, Array]:
    """Deal values into mini-batches of m, and leave out the last ones if they do not fill one."""
    shuffled = z[np.random.default_rng(epoch).permutation(len(z))]
    in_batches = shuffled[: len(z) // m * m].reshape(-1, m)
    return in_batches.mean(axis=-1), in_batches.std(axis=-1)


def deal_batches(batch_size: int, epoch: int, unit: int) -> Batches:
    """Take one unit's mean and standard deviation in each mini-batch of an epoch."""
    z = units()[:, unit - 1]
    means, sds = dealt(z, batch_size, epoch)
    mean, sd = float(z.mean()), float(z.std())
    spreads = spreads_of_all_units(epoch)
    return Batches(batch_size, unit, means, sds, mean, sd, spreads, spreads[SIZES.index(batch_size)])


@lru_cache
def spreads_of_all_units(epoch: int) -> Array:
    """Return the spread at every batch size, as a root mean square over the 50 units: one alone is a matter of luck."""
    squares = [[spread(z, size, epoch) ** 2 for z in units().T] for size in SIZES]
    spreads: Array = np.sqrt(np.mean(squares, axis=1))
    return spreads


def spread(z: Array, m: int, epoch: int) -> float:
    """Return how far the means of mini-batches are from the mean of all, as a root of a mean square, in units of sd."""
    means, _ = dealt(z, m, epoch)
    return float(np.sqrt(np.mean((means - z.mean()) ** 2)) / z.std())


def describe_batches(state: Batches) -> Words:
    """Say how much the means vary, and between which bounds mean and standard deviation are."""
    means, sds = (state.means - state.mean) / state.sd, state.sds / state.sd
    return Words(
        f"Batches of {state.batch_size}: the means vary by {state.spread:.3f} sd",
        f"That is over all 50 units. Unit {state.unit}, {len(means)} mini-batches: in units of its sd "
        f"over all 1,200 digits, the means of the "
        f"mini-batches go from {means.min():.2f} to {means.max():.2f} around that of all, and their sds from "
        f"{sds.min():.2f} to {sds.max():.2f}. 1 / √{state.batch_size} is {state.batch_size**-0.5:.3f}; with the digits "
        f"dealt without repetition, {state.expected:.3f} is expected.",
    )


MINI_BATCHES = Explorer(
    name="mini-batches",
    title="How much do the statistics of a mini-batch vary?",
    task="Make the batches four times as large: what becomes of the number in blue? Then find a batch size at which "
    "some mini-batch's sd comes near 0. Last, choose another epoch and another unit: which of all this stays?",
    controls=(
        Slider("batch_size", ChoiceScale(SIZES), 32, "batch size"),
        Slider("epoch", IntegerScale(1, 20), 1, "epoch"),
        Slider("unit", IntegerScale(1, 50), 8, "unit of layer 2"),
    ),
    compute=deal_batches,
    picture=batches,
    describe=describe_batches,
    marks=(Along("x", "batch_size", axes=1),),
    parts=(
        Part("batches four times as large", lambda values, _: values["batch_size"] == 128,
             "The means vary half as much: 1 / √m, so a quarter of the variation takes sixteen times the batch.",
             {"batch_size": 128}),
        Part("a batch whose sd is near 0", lambda _, state: (state.sds / state.sd).min() < 0.02,
             "Two digits can be alike by chance, and then batch norm divides by nearly nothing: ε is for that.",
             {"batch_size": 2}),
        Part("another epoch, and another unit",
             lambda values, _: values["epoch"] != 1 and values["unit"] != 8,
             "Each mini-batch has other statistics now; how much they vary stays, as it depends on the batch size.",
             {"epoch": 2, "unit": 9}),
    ),
)  # fmt: skip
