"""Where one class ends and the next one begins: straight borders, and what hidden layers bend them to."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from coursekit.types import Array, Labels, Parameters
from coursekit.datasets import blobs, rings, spirals
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.softmax.picture_boundaries import CELLS, FURTHEST, N_EPOCHS, Regions, places
from coursekit.lessons.softmax.picture_boundaries import regions as regions_picture
from coursekit.network import accuracy, forward, init_network
from coursekit.scales import IntegerScale
from coursekit.softmax import softmax
from coursekit.training import epochs

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
    network = init_network([2, *[UNITS] * DEPTHS.index(depth), n_classes], rng, dtype=np.float32)
    training = epochs(network, X, y, learning_rate=0.03, n_epochs=n_epochs, rng=rng)
    measured, accuracies = [0], [accuracy(network, X, y)]
    for number, epoch in enumerate(training, start=1):
        if number % EVERY == 0:
            measured.append(number)
            accuracies.append(accuracy(epoch.parameters, X, y))
            z, _ = forward(epoch.parameters, places().reshape(-1, 2))
            yield Regions(X, y, softmax(z).reshape(CELLS, CELLS, -1), equal_logits(epoch.parameters),
                          np.array(accuracies), np.array(measured), n_epochs)  # fmt: skip


def equal_logits(parameters: Parameters) -> Array:
    """Find, for each pair of classes, the straight line on which their logits are equal.

    Parameters
    ----------
    parameters : dict of array
        Of a network; with a hidden layer there are no such lines.

    Returns
    -------
    array, shape (p, 2, 2)
        The two ends, x and y, of each line that crosses the picture, where it leaves it.
    """
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
    picture=regions_picture,
    describe=describe_regions,
    quick={"n_epochs": 8},
)
