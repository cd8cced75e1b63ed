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
from coursekit.network import Network, accuracy, forward, init_network
from coursekit.scales import IntegerScale
from coursekit.softmax import softmax
from coursekit.training import epochs
from coursekit.types import Array, Labels, Parameters

FURTHEST = 1.1  # the points lie in [-1, 1]
CELLS = 90  # along each side of the plane
N_EPOCHS = 100
CLASSES = (BLUE, "o"), (ORANGE, "s"), (GREEN, "^"), ("#8f3f97", "D"), ("#7a6300", "v"), ("#4a5a6a", "P")


class Regions(NamedTuple):
    """A classifier in training, and what it says of every place in the plane.

    Attributes
    ----------
    X, y : array, shape (m, 2) and (m,)
        The points and their classes.
    shares : array, shape (90, 90, C)
        Of each class at each place of ``places()``.
    segments : array, shape (p, 2, 2)
        Where the logits of a pair of classes are equal, from end to end; of a network without hidden layer only.
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
    segments: Array
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
    lines = line(plane, INK, linewidth=1.2, linestyle=(0, (4, 3)))
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
        lines.set_data(*_with_gaps(state.segments))
        for i, (dots, digit) in enumerate(zip(points, digits, strict=True)):
            dots.set_data(*state.X[state.y == i].T)
            for artist in digit:
                artist.set_data(*_deepest(named == i))
        path.set_data(state.epochs, state.accuracies)
        now.set_data(state.epochs[-1:], state.accuracies[-1:])
        guessing.set_data([0, N_EPOCHS], [1 / n_classes] * 2)
        name.set(text=f"guessing: 1/{n_classes}", y=1 / n_classes - 0.015)

    return Picture(figure, move, [image, lines, *points, *flat(*digits), guessing, name, path, now], ghosts=[path, now])


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


def equal_logits(parameters: Parameters) -> Array:
    """Find, for each pair of classes, the straight line on which their logits are equal."""
    if "W2" in parameters:
        return np.empty((0, 2, 2))
    W, b = (parameters[name].astype(float) for name in ("W1", "b1"))
    segments = []
    for i, j in combinations(range(len(b)), 2):
        w, c = W[:, i] - W[:, j], b[i] - b[j]  # on the line, w @ x + c = 0
        nearest, along = -c * w / (w @ w), np.array([-w[1], w[0]])
        steps = (np.array([[-FURTHEST], [FURTHEST]]) - nearest) / along  # to each side of the picture
        enter, leave = steps.min(axis=0).max(), steps.max(axis=0).min()
        if enter < leave:
            segments.append([nearest + enter * along, nearest + leave * along])
    return np.array(segments).reshape(-1, 2, 2)


def describe_regions(state: Regions) -> Words:
    """Say how many points are named rightly, and which classes have a region."""
    n_classes = state.shares.shape[-1]
    sizes = np.bincount(state.named.ravel(), minlength=n_classes) / CELLS**2
    count = len(state.segments)
    lines = f", crossed by {count} straight line{'s' if count > 1 else ''}" if count else ""
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
)
