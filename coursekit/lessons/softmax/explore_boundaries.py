"""Where one class ends and the next one begins: straight borders, and what hidden layers bend them to."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from numpy.typing import NDArray

from coursekit.datasets import blobs, rings, spirals
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import BLUE, GREEN, GREY, INK, ORANGE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.network import Network, accuracy, forward, init_network
from coursekit.scales import IntegerScale
from coursekit.softmax import softmax
from coursekit.training import epochs
from coursekit.types import Array, Labels, Parameters

FURTHEST = 1.1  # the points lie in [-1, 1]
CELLS = 90  # along each side of the plane
N_EPOCHS = 100
TINY = 1e-9  # a lead that rounding alone could have made
MOST_PAIRS = 15  # of 6 classes
SHORT = 0.25  # a border too short to be named
BOX = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
CLASSES = (BLUE, "o"), (ORANGE, "s"), (GREEN, "^"), ("#8f3f97", "D"), ("#7a6300", "v"), ("#4a5a6a", "P")


class Lines(NamedTuple):
    """Where the logits of two classes are equal, in a network without hidden layer; of another there are none.

    Attributes
    ----------
    pairs : list of (int, int)
        Of those pairs whose line crosses the picture.
    segments : array, shape (p, 2, 2)
        The line of each, from end to end.
    borders : array, shape (p, 2, 2)
        The part of it where these two lead all others; nan where they never do.
    """

    pairs: list[tuple[int, int]]
    segments: Array
    borders: Array


class Regions(NamedTuple):
    """A classifier in training, and what it says of every place in the plane.

    Attributes
    ----------
    X, y : array, shape (m, 2) and (m,)
        The points and their classes.
    shares : array, shape (90, 90, C)
        Of each class at each place of ``places()``.
    lines : Lines
        Where two logits are equal.
    accuracies : array, shape (n,)
        The share of points that it names rightly, so far.
    epochs : array, shape (n,)
        After which epochs.
    n_epochs : int
        How many there will be.
    """

    X: Array
    y: Labels
    shares: Array
    lines: Lines
    accuracies: Array
    epochs: Labels
    n_epochs: int

    @property
    def progress(self) -> float:
        """The share of the training that is done."""
        return float(self.epochs[-1] / self.n_epochs)

    @property
    def named(self) -> NDArray[np.intp]:
        """The class with the largest share at each place, shape (90, 90)."""
        return np.asarray(self.shares.argmax(axis=-1))


def places() -> Array:
    """Return the midpoints of the cells, shape (90, 90, 2): x and y of each, row by row from below."""
    middles = FURTHEST * ((2 * np.arange(CELLS) + 1) / CELLS - 1)
    return np.stack(np.meshgrid(middles, middles), axis=-1)


def regions() -> Picture:
    """Show points and regions, each class in a colour and with a digit; paler where the largest share is small."""
    figure, (plane, course) = canvas(1000, 500, columns=2, width_ratios=(1, 1))
    plane.set(xlim=(-FURTHEST, FURTHEST), ylim=(-FURTHEST, FURTHEST), aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
    plane.set(xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    course.set(xlim=(-2, N_EPOCHS + 2), ylim=(0, 1.08), xlabel="epoch", ylabel="accuracy on these points")
    extent = (-FURTHEST, FURTHEST, -FURTHEST, FURTHEST)
    image = plane.imshow(np.zeros((CELLS, CELLS, 4), np.uint8), extent=extent, origin="lower", interpolation="nearest")
    lines = line(plane, GREY, linewidth=1, linestyle=(0, (2, 3)))
    borders = line(plane, INK, linewidth=2.4)
    pairs = [label(plane, 0, 0, ha="center", va="center", bbox=BOX) for _ in range(MOST_PAIRS)]
    points = [line(plane, color, marker=marker, linestyle="", markersize=6, markeredgecolor="white",
                   markeredgewidth=0.4) for color, marker in CLASSES]  # fmt: skip
    digits = [_digit(plane, i, color) for i, (color, _) in enumerate(CLASSES)]
    path = line(course, BLUE, linewidth=2.5)
    now = line(course, BLUE, marker="o", markersize=9, linestyle="")
    guessing = line(course, GREY, linewidth=1.2, linestyle=":")
    name = label(course, N_EPOCHS, 0, color=GREY, ha="right", va="top")

    def move(state: Regions) -> None:
        named, n_classes = state.named, state.shares.shape[-1]
        image.set_data(_tint(state.shares, named))
        lines.set_data(*_with_gaps(state.lines.segments))
        borders.set_data(*_with_gaps(state.lines.borders))
        _name_borders(pairs, state.lines)
        for i, (dots, digit) in enumerate(zip(points, digits, strict=True)):
            dots.set_data(*state.X[state.y == i].T)
            for artist in digit:
                artist.set_data(*_deepest(named == i))
        path.set_data(state.epochs, state.accuracies)
        now.set_data(state.epochs[-1:], state.accuracies[-1:])
        guessing.set_data([0, N_EPOCHS], [1 / n_classes] * 2)
        name.set(text=f"guessing: 1/{n_classes}", y=1 / n_classes - 0.015)

    return Picture(
        figure,
        move,
        [image, lines, borders, *points, *flat(*digits), *pairs, guessing, name, path, now],
        ghosts=[path, now],
    )


def _name_borders(texts: list[Any], lines: Lines) -> None:
    """Write at the middle of each border between which two classes it runs."""
    middles, lengths = lines.borders.mean(axis=1), np.linalg.norm(np.diff(lines.borders, axis=1), axis=(1, 2))
    for i, text in enumerate(texts):
        there = i < len(middles) and bool(lengths[i] > SHORT)  # nan where there is no border
        text.set_visible(there)
        if there:
            text.set(text="{}|{}".format(*lines.pairs[i]), position=middles[i])


def _digit(ax: Axes, i: int, color: str) -> list[Any]:
    """Make the sign of a region: a digit on a white disc, both of them markers."""
    disc = line(ax, "white", marker="o", markersize=21, linestyle="", markeredgecolor=color, markeredgewidth=1.5)
    return [disc, line(ax, INK, marker=f"${i}$", markersize=10, linestyle="", markeredgewidth=0.4)]


def _tint(shares: Array, named: NDArray[np.intp]) -> NDArray[np.uint8]:
    colors = np.array([to_rgba(color) for color, _ in CLASSES])
    n_classes = shares.shape[-1]
    sure = (shares.max(axis=-1, keepdims=True) - 1 / n_classes) / (1 - 1 / n_classes)
    # RGBA in bytes is what matplotlib draws three times as fast as anything else.
    rgba = 255 * (1 - (0.08 + 0.37 * sure) * (1 - colors[named]))
    return np.asarray(rgba.round(), np.uint8)


def _with_gaps(segments: Array) -> Array:
    """Return x and y of one line through all segments, with gaps between them."""
    gaps = np.full((len(segments), 1, 2), np.nan)
    return np.concatenate([segments, gaps], axis=1).reshape(-1, 2).T


def _deepest(mask: NDArray[np.bool_]) -> tuple[Any, Any]:
    """Return the place of a region that is farthest from its border, as x and y; of no region, nothing."""
    inner = last = mask
    while inner.any():
        last, padded = inner, np.pad(inner, 1)
        inner = inner & padded[2:, 1:-1] & padded[:-2, 1:-1] & padded[1:-1, 2:] & padded[1:-1, :-2]
    return tuple(places()[last][:1].T)


DATA = {"blobs": blobs, "rings": rings, "spirals": spirals}
DEPTHS = ("no hidden layer", "1 hidden layer", "2 hidden layers")
UNITS, POINTS_PER_CLASS, EVERY = 16, 60, 4


def draw_points(data: str, n_classes: int, draw: int) -> tuple[Array, Labels]:
    """Draw 60 points a class, scaled to lie in [-1, 1]."""
    X, y = DATA[data](POINTS_PER_CLASS * n_classes, np.random.default_rng([draw, n_classes]), n_classes=n_classes)
    return (X / np.abs(X).max()).astype(np.float32), y


def train_regions(data: str, n_classes: int, depth: str, draw: int, n_epochs: int = N_EPOCHS) -> Iterator[Regions]:
    """Train a classifier with Adam on points in the plane, and look at its regions every fourth epoch."""
    X, y = draw_points(data, n_classes, draw)
    rng = np.random.default_rng([draw, n_classes, 1])
    network = Network([2, *[UNITS] * DEPTHS.index(depth), n_classes])
    start = init_network(network, rng, dtype=np.float32)
    training = epochs(network, start, X, y, learning_rate=0.03, n_epochs=n_epochs, rng=rng)
    measured, accuracies = [0], [accuracy(network, start, X, y)]
    for number, epoch in enumerate(training, start=1):
        if number % EVERY == 0:
            measured.append(number)
            accuracies.append(accuracy(network, epoch.parameters, X, y))
            z, _ = forward(network, epoch.parameters, places().reshape(-1, 2))
            yield Regions(X, y, softmax(z).reshape(CELLS, CELLS, -1), equal_logits(epoch.parameters),
                          np.array(accuracies), np.array(measured), n_epochs)  # fmt: skip


def equal_logits(parameters: Parameters) -> Lines:
    """Find, for each pair of classes, the straight line on which their logits are equal, and what of it is a border."""
    pairs, segments, borders = [], [], []
    if "W2" not in parameters:
        W, b = (parameters[name].astype(float) for name in ("W1", "b1"))
        for i, j in combinations(range(len(b)), 2):
            ends = _across(W[:, i] - W[:, j], b[i] - b[j])
            if ends is not None:
                pairs.append((i, j))
                segments.append(ends)
                borders.append(_where_it_leads(ends, (ends @ W + b)[:, i, None] - ends @ W - b))
    return Lines(pairs, *(np.array(each).reshape(-1, 2, 2) for each in (segments, borders)))


def _across(w: Array, c: float) -> Array | None:
    """Return the ends, shape (2, 2), of the line w @ x + c = 0 in the picture; None if it does not cross it."""
    nearest, along = -c * w / (w @ w), np.array([-w[1], w[0]])
    steps = (np.array([[-FURTHEST], [FURTHEST]]) - nearest) / along  # to each side of the picture
    enter, leave = steps.min(axis=0).max(), steps.max(axis=0).min()
    return np.array([nearest + enter * along, nearest + leave * along]) if enter < leave else None


def _where_it_leads(ends: Array, leads: Array) -> Array:
    """Return the part of a line on which no lead, straight between its values at the ends, shape (2, C), is below 0."""
    start, grows = leads[0], leads[1] - leads[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        zero = -start / grows
    low = max([0.0, *zero[(grows > TINY)]])
    high = min([1.0, *zero[(grows < -TINY)]])
    if low >= high or (start[abs(grows) <= TINY] < -TINY).any():
        return np.full((2, 2), np.nan)
    return np.asarray(ends[0] + np.array([[low], [high]]) * (ends[1] - ends[0]))


def describe_regions(state: Regions) -> Words:
    """Say how many points are named rightly, and which classes have a region."""
    n_classes = state.shares.shape[-1]
    sizes = np.bincount(state.named.ravel(), minlength=n_classes) / CELLS**2
    count, n_borders = len(state.lines.pairs), int((~np.isnan(state.lines.borders[:, 0, 0])).sum())
    lines = f", crossed by {count} straight line{'s' * (count > 1)} ({n_borders} with a border on it)" if count else ""
    return Words(
        f"Accuracy {state.accuracies[-1]:.2f} on {n_classes} classes after epoch {state.epochs[-1]}",
        f"Guessing would give {1 / n_classes:.2f}. Of the plane{lines}, "
        f"{', '.join(f'class {i} has {size:.0%}' for i, size in enumerate(sizes))}.",
    )


DECISION_REGIONS = Explorer(
    name="decision-regions",
    title="Which borders can softmax draw between classes?",
    task="Find data for which straight borders are hardly better than guessing. Then mend it with hidden layers.",
    controls=(
        Dropdown("data", tuple(DATA), "blobs", "points"),
        Slider("n_classes", IntegerScale(2, 6), 4, "classes"),
        Dropdown("depth", DEPTHS, DEPTHS[0], "network"),
        Slider("draw", IntegerScale(1, 20), 1, "draw again"),
    ),
    compute=train_regions,
    picture=regions,
    describe=describe_regions,
    quick={"n_epochs": 8},
    parts=(
        Part("data that straight borders can't part",
             lambda values, state: (values["depth"] == DEPTHS[0]
                                    and state.accuracies[-1] < 1 / values["n_classes"] + 0.2),
             "Every border is straight here, and no straight line parts classes that surround each other.",
             {"data": "rings"}),
        Part("the same, mended",
             lambda values, state: (values["data"] != "blobs" and values["depth"] != DEPTHS[0]
                                    and state.accuracies[-1] > 0.9),
             "Hidden layers bend the plane until straight borders will do.", {"data": "rings", "depth": DEPTHS[1]}),
    ),
)  # fmt: skip
