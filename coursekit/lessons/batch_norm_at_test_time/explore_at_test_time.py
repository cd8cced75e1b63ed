"""Batch norm at test time: what becomes of an example when its companions change."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator
from numpy.typing import NDArray

from coursekit.lab.company import RANDOM, SORTED, Trained, deal, in_batches, logits, trained
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, label, line
from coursekit.lab.task import Part
from coursekit.scales import IntegerScale
from coursekit.softmax import softmax
from coursekit.types import Array, Parameters

OWN, RUNNING = "the batch's own statistics", "running statistics"
ORDERS = (RANDOM, SORTED)
STYLES = {OWN: (ORANGE, "o"), RUNNING: (BLUE, "D")}
N_DEALS = 30
TILES, SIDE = 5, 10  # a mosaic of 5 x 5 digits, each of 8 x 8 pixels and a margin


class Company(NamedTuple):
    """The test set judged in batches, and one digit in thirty of them.

    Attributes
    ----------
    batch_size : int
        How many digits make a batch.
    statistics, order : str
        ``OWN`` or ``RUNNING``; ``RANDOM`` or ``SORTED``.
    digit : int
        The class of the digit that is followed.
    deal : int
        Which deal of the batches, from 1.
    accuracy : float
        On the whole test set, in this deal.
    chances : array, shape (30,)
        The probability that the digit is given for its class, in every deal.
    mates : array, shape (batch_size, 8, 8)
        The pictures of its batch, the digit first.
    """

    batch_size: int
    statistics: str
    order: str
    digit: int
    deal: int
    accuracy: float
    chances: Array
    mates: Array

    @property
    def chance(self) -> float:
        """The probability in this deal."""
        return float(self.chances[self.deal - 1])


def mosaic(pictures: Array) -> Array:
    """Lay the first 25 pictures out in a square.

    Examples
    --------
    >>> float(mosaic(np.ones((2, 8, 8))).sum())
    128.0
    """
    tiles = np.zeros((TILES**2, SIDE, SIDE))
    shown = pictures[: len(tiles)]
    tiles[: len(shown), 1:-1, 1:-1] = shown
    return tiles.reshape(TILES, TILES, SIDE, SIDE).swapaxes(1, 2).reshape(TILES * SIDE, TILES * SIDE)


def company() -> Picture:
    """Show the accuracy over the batch size, the digits of one batch, and one digit's probability in every deal."""
    figure, (left, middle, right) = canvas(1000, 400, columns=3, width_ratios=(10, 6, 9))
    _measured_accuracies(left)
    right.set(xlim=(-0.5, N_DEALS + 1), ylim=(-0.04, 1.04), xlabel="deal (other companions each time)")
    right.set(ylabel="probability of its class", title="the framed digit, deal by deal")
    middle.set(xticks=[], yticks=[], title="its batch")
    middle.spines[:].set_visible(False)
    image = middle.imshow(np.zeros((TILES * SIDE, TILES * SIDE)), cmap="Greys", vmin=0, vmax=16)
    frame = middle.add_patch(Rectangle((-0.5, -0.5), SIDE, SIDE, fill=False, linewidth=2.5))
    rest = label(middle, TILES * SIDE / 2, TILES * SIDE + 1, ha="center", va="top", size=12)
    dot = line(left, ORANGE, markersize=13, linestyle="", markeredgecolor="white")
    number = label(left, 1, 0, size=14, fontweight="bold", ha="center", va="center")
    deals = line(right, ORANGE, markersize=6, linestyle="", alpha=0.75, markeredgecolor="white")
    this = line(right, ORANGE, markersize=12, linestyle="", markeredgecolor=INK, markeredgewidth=1.5)

    def move(state: Company) -> None:
        color, marker = STYLES[state.statistics]
        for artist in (dot, deals, this):
            artist.set(color=color, marker=marker)
        dot.set(markeredgecolor="white")
        m, accuracy = state.batch_size, state.accuracy
        dot.set_data([m], [accuracy])
        number.set(text=f"{accuracy:.3f}", color=color)
        number.set_position((np.clip(m, 1.5, 140), accuracy + (0.075 if accuracy < 0.5 else -0.075)))
        deals.set_data(np.arange(1, N_DEALS + 1), state.chances)
        this.set(markeredgecolor=INK)
        this.set_data([state.deal], [state.chance])
        image.set_data(mosaic(state.mates))
        frame.set_edgecolor(color)
        rest.set_text(_rest(m))

    return Picture(figure, move, [image, frame, rest, dot, number, deals, this], ghosts=[dot, deals])


def _rest(m: int) -> str:
    if m == 1:
        return "alone"
    return f"with {m - 1} other{'s' * (m > 2)}" + (f"\n({TILES**2 - 1} shown)" if m > TILES**2 else "")


def _measured_accuracies(ax: Axes) -> None:
    """Draw what the experiment measured, in grey: from the worst network to the best, and the mean."""
    ax.set(xscale="log", xlim=(0.85, 235), ylim=(0, 1.08), xlabel="batch size (log axis)", ylabel="test accuracy")
    marks = [1, 2, 5, 10, 20, 50, 100, 200]
    ax.xaxis.set_major_locator(FixedLocator(marks))
    ax.xaxis.set_major_formatter(FixedFormatter([str(mark) for mark in marks]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_title("accuracy; in grey, 20 networks")
    table: Any = measured("at_test_time")
    for order in ORDERS:
        rows = table[(table["statistics"] == "own") & (table["order"] == order.split()[0])]
        sizes = np.unique(rows["batch_size"])
        by_size = [rows["accuracy"][rows["batch_size"] == size] for size in sizes]
        ax.fill_between(sizes, [a.min() for a in by_size], [a.max() for a in by_size], color="#d0d0d0", linewidth=0)
        ax.plot(
            sizes, [a.mean() for a in by_size], color=GREY, linewidth=1.2, linestyle="-" if order == RANDOM else "--"
        )
    running = table["accuracy"][table["statistics"] == "running"]
    ax.axhspan(running.min(), running.max(), color="#d0d0d0", linewidth=0)
    ax.axhline(running.mean(), color=GREY, linewidth=1.2, linestyle=":")
    label(ax, 0.95, 1.015, RUNNING, color=GREY)
    label(ax, 9, 0.62, "own, random", color=GREY)
    label(ax, 42, 0.08, "own, sorted", color=GREY)


def probabilities(network: Trained, order: NDArray[np.intp], m: int, statistics: Parameters | None) -> Array:
    """Judge the test set in batches of ``m``."""
    p = softmax(logits(network.parameters, network.data.X_test[in_batches(order, m)], statistics))
    in_place: Array = np.empty((len(order), p.shape[-1]))
    in_place[order] = p.reshape(-1, p.shape[-1])[: len(order)]
    return in_place


def keep_company(batch_size: int, statistics: str, order: str, digit: int, deal_number: int) -> Company:
    """Judge the test set in one deal, and one digit among the companions of thirty deals."""
    network = trained()
    X, y = network.data.X_test, network.data.y_test
    used = network.statistics if statistics == RUNNING else None
    orders = _thirty_deals(order)
    right = probabilities(network, orders[deal_number - 1], batch_size, used).argmax(axis=-1) == y
    who = _typical(digit)
    batches = np.stack([_batch_with(who, each, batch_size) for each in orders])
    p = softmax(logits(network.parameters, X[batches], used)[:, 0])
    mates = network.pictures[batches[deal_number - 1]]
    return Company(batch_size, statistics, order, digit, deal_number, float(right.mean()), p[:, digit], mates)


@lru_cache
def _typical(digit: int) -> int:
    """Return the test digit of a class whose probability, with running statistics, is the median of the class."""
    network = trained()
    p = softmax(logits(network.parameters, network.data.X_test, network.statistics))[:, digit]
    members = np.flatnonzero(network.data.y_test == digit)
    return int(members[np.argsort(p[members])[len(members) // 2]])


@lru_cache
def _thirty_deals(order: str) -> tuple[NDArray[np.intp], ...]:
    return tuple(deal(trained().data.y_test, order, seed) for seed in range(1, N_DEALS + 1))


def _batch_with(who: int, order: NDArray[np.intp], m: int) -> NDArray[np.intp]:
    """Return the batch that an example is in, the example first."""
    place = int(np.flatnonzero(order == who)[0])
    return np.roll(in_batches(order, m)[place // m], -(place % m))


def describe_company(state: Company) -> Words:
    """Say how many digits are right, and between which bounds one digit's probability moves."""
    p, m = state.chances, state.batch_size
    if state.statistics == RUNNING:
        rest = "with whomever it is judged: a digit needs no companions then"
    elif m == 1:
        rest = "like every other digit: alone, each is its own mean, and batch norm leaves nothing of it but beta"
    else:
        rest = f"in this company; in thirty such batches it goes from {p.min():.2f} to {p.max():.2f}"
    batches = f"{state.order} batches of {m}" if state.order == RANDOM else f"batches of {m}, {state.order}"
    return Words(
        f"{state.accuracy:.1%} right: {batches}, {state.statistics}",
        f"Deal {state.deal} of {N_DEALS}. The framed {state.digit} gets probability {state.chance:.2f} for its class, "
        f"{rest}. The standard deviation from deal to deal is {p.std():.3f}.",
    )


AT_TEST_TIME = Explorer(
    name="at-test-time",
    title="Does a prediction depend on who else is in the batch?",
    task="Make the batch smaller, from 200 to 1, and watch one digit's probability. Then sort batches of 10 or "
    "more. Then judge a digit alone by other statistics.",
    controls=(
        Slider("batch_size", IntegerScale(1, 200), 200, "batch size"),
        Dropdown("statistics", (OWN, RUNNING), OWN, "normalised by"),
        Dropdown("order", ORDERS, ORDERS[0], "batches"),
        Slider("digit", IntegerScale(0, 9), 8, "digit"),
        Slider("deal_number", IntegerScale(1, N_DEALS), 1, "deal"),
    ),
    compute=keep_company,
    picture=company,
    describe=describe_company,
    marks=(Along("x", "batch_size"), Along("x", "deal_number", axes=2)),
    parts=(
        Part("a digit alone", lambda values, _: values["batch_size"] == 1 and values["statistics"] == OWN,
             "Its mean is itself, so all that is left of it is β: each digit gets the same answer.", {"batch_size": 1}),
        Part("sorted batches",
             lambda _, state: (state.order == ORDERS[1] and state.statistics == OWN and state.batch_size >= 10
                               and state.accuracy < 0.5),
             "In a batch of one class the mean takes off the very thing that tells the class.",
             {"order": ORDERS[1], "batch_size": 20}),
        Part("a digit alone, by the running statistics",
             lambda _, state: state.batch_size == 1 and state.statistics == RUNNING,
             "It needs no companions now, and is judged as well as in a large batch.",
             {"batch_size": 1, "statistics": RUNNING}),
    ),
)  # fmt: skip
