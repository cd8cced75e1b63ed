"""Four norms, and the numbers that share one mean: a batch of small images, a cell per number."""

from typing import NamedTuple

import numpy as np
from matplotlib.colors import ListedColormap
from numpy.typing import NDArray

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import BLUE, GREY, INK, PALE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.layernorm import norm_forward
from coursekit.scales import IntegerScale

N, H, W, C = 3, 4, 4, 6
BATCH = "batch norm"
NORMS = {  # by name: in how many groups the channels stand, and the axes
    BATCH: (None, (0, 1, 2)),
    "layer norm": (None, (1, 2, 3)),
    "layer norm, per pixel": (None, (3,)),
    "instance norm": (None, (1, 2)),
    "group norm, 1 group": (1, (1, 2, 4)),
    "group norm, 2 groups": (2, (1, 2, 4)),
    "group norm, 3 groups": (3, (1, 2, 4)),
    "group norm, 6 groups": (6, (1, 2, 4)),
}
CELL = (1, 2)  # whose mean is looked at: its row and its column in the image


class Axes(NamedTuple):
    """Which numbers share a mean with the chosen one.

    Attributes
    ----------
    norm : str
    groups, image, channel : int
        Of the channels; and where the chosen number is, from 1.
    members : array of bool, shape (3, 4, 4, 6)
        Those that share its mean.
    n_means : int
        How many means there are.
    axes, shape : tuple of int
        Over which axes of which shape.
    """

    norm: str
    groups: int
    image: int
    channel: int
    members: NDArray[np.bool_]
    n_means: int
    axes: tuple[int, ...]
    shape: tuple[int, ...]


def sharing(norm: str, image: int, channel: int) -> Axes:
    """Find the numbers that share a mean, by the mean that `norm_forward` gives each of them."""
    groups, axes = NORMS[norm]
    shape = (N, H, W, C) if groups is None else (N, H, W, groups, C // groups)
    numbers = np.random.default_rng(0).normal(size=shape)
    _, cache = norm_forward(numbers, 1, 0, axes=axes)
    means = np.broadcast_to(cache.mean, shape).reshape(N, H, W, C)
    members = means == means[image - 1, CELL[0], CELL[1], channel - 1]
    return Axes(norm, groups or 1, image, channel, members, cache.mean.size, axes, shape)


def blocks() -> Picture:
    """Show every number as a cell, an image per row and a channel per column; those that share a mean are blue."""
    figure, ax = canvas(1000, 470)
    ax.set(xlim=(-0.9, C * (W + 1) + 3.6), ylim=(N * (H + 1) + 0.2, -1.4), xticks=[], yticks=[])
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.imshow(_mosaic(), aspect="auto", vmin=0, vmax=1, cmap=ListedColormap(["white", PALE]),
              extent=(0, C * (W + 1), N * (H + 1), 0))  # fmt: skip
    for c in range(C):
        label(ax, c * (W + 1) + W / 2, -0.35, f"channel {c + 1}", ha="center", va="bottom", size=12)
    counts = [label(ax, C * (W + 1) - 0.4, n * (H + 1) + H / 2, ha="left", va="center", size=12) for n in range(N)]
    cells = line(ax, BLUE, marker="s", markersize=17.5, markeredgewidth=0, linestyle="")
    dots = line(ax, "white", marker="o", markersize=4, linestyle="")
    chosen = line(ax, INK, marker="s", markersize=13, markerfacecolor="none", markeredgewidth=3, linestyle="")
    borders = [line(ax, GREY, linewidth=2, linestyle="--") for _ in range(C - 1)]

    def move(state: Axes) -> None:
        n, h, w, c = np.nonzero(state.members)
        for marks in (cells, dots):
            marks.set_data(c * (W + 1) + w + 0.5, n * (H + 1) + h + 0.5)
        chosen.set_data([(state.channel - 1) * (W + 1) + CELL[1] + 0.5], [(state.image - 1) * (H + 1) + CELL[0] + 0.5])
        for i, text in enumerate(counts):
            text.set_text(f"image {i + 1}:\n{np.count_nonzero(state.members[i])} of {H * W * C}")
        edges = np.arange(1, state.groups) * C // state.groups
        for i, border in enumerate(borders):
            x = [edges[i] * (W + 1) - 0.5] * 2 if i < len(edges) else []
            border.set_data(x, [-1.2, N * (H + 1) - 0.6] if x else [])

    return Picture(figure, move, flat(cells, dots, chosen, counts, borders), ghosts=[cells])


def _mosaic() -> NDArray[np.int_]:
    """Lay the cells out, an image per row and a channel per column, with a gap after each: 0, or 1 for a cell."""
    cells = np.zeros((N, H + 1, C, W + 1), int)
    cells[:, :H, :, :W] = 1
    return cells.reshape(N * (H + 1), C * (W + 1))


def describe_axes(state: Axes) -> Words:
    """Say how many numbers share the mean, how many means there are, and whether other images take part."""
    n_sharing = int(np.count_nonzero(state.members))
    n_images = int(np.count_nonzero(state.members.any(axis=(1, 2, 3))))
    company = "all 3 images take part" if n_images > 1 else "0 other images take part, so a batch of 1 works the same"
    return Words(
        f"{state.norm}: {n_sharing} numbers share a mean, and there are {state.n_means} means",
        f"Axes {state.axes} of the shape {state.shape}. Blue: what shares its mean with the framed number, in image "
        f"{state.image} and channel {state.channel}; {company}.",
    )


NORM_AXES = Explorer(
    name="norm-axes",
    title="Over which axes is the mean taken?",
    task="Predict the blue cells before you choose a norm. Then find the number of groups that makes group norm a "
    "layer norm, and the number that makes it an instance norm.",
    controls=(
        Dropdown("norm", tuple(NORMS), BATCH, "norm"),
        Slider("image", IntegerScale(1, N), 2, "image"),
        Slider("channel", IntegerScale(1, C), 2, "channel"),
    ),
    compute=sharing,
    picture=blocks,
    describe=describe_axes,
    parts=(
        Part("the group norm that is a layer norm",
             lambda _, state: state.norm.startswith("group") and state.groups == 1,
             "One group holds all channels, so an image has one mean, as in layer norm.",
             {"norm": "group norm, 1 group"}),
        Part("the group norm that is an instance norm", lambda _, state: state.groups == C,
             "With a channel in each group every channel of an image has its own mean, as in instance norm.",
             {"norm": "group norm, 6 groups"}),
    ),
)  # fmt: skip
