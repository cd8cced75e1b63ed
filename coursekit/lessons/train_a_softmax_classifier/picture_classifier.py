"""A picture of a training as it goes: loss and accuracy, who is taken for whom, and the digits that it gets wrong."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator
from numpy.typing import NDArray

from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, flat, label, line
from coursekit.types import Array, Labels

MOST_EPOCHS = 40
LOWEST, HIGHEST = 1e-3, 1e3  # the loss's axis
ROWS, COLUMNS = 3, 4
WIDTH, HEIGHT, SIDE = 22, 12, 8  # a tile, in pixels of a digit: the digit, its name above, three guesses beside it


class Training(NamedTuple):
    """A training as far as it has come, judged by the validation set.

    Attributes
    ----------
    setting : str
        How it is trained, in a few words.
    losses, accuracies : array, shape (n + 1, 2)
        On the training and on the validation set: before the first epoch, and after each.
    n_epochs : int
        How many epochs there will be.
    counts : array of int, shape (10, 10)
        How often each class (row) was given each name (column).
    pictures : array, shape (n_wrong, 8, 8)
        The validation digits that it gets wrong, those first of which it is surest.
    labels : array of int, shape (n_wrong,)
        What they are.
    guesses, chances : array, shape (n_wrong, 3)
        Its three best guesses, and their probabilities.
    """

    setting: str
    losses: Array
    accuracies: Array
    n_epochs: int
    counts: NDArray[np.intp]
    pictures: Array
    labels: Labels
    guesses: Labels
    chances: Array

    @property
    def progress(self) -> float:
        """The share of the training that is done."""
        return (len(self.losses) - 1) / self.n_epochs


def dashboard() -> Picture:
    """Show the curves, the confusion matrix and the wrong digits."""
    figure, axes = canvas(1000, 600, rows=2, columns=2, width_ratios=(9, 10), height_ratios=(10, 9))
    (loss, confusion), (accuracy, wrong) = axes
    _epochs_along(loss, yscale="log", ylim=(LOWEST, 400 * HIGHEST), ylabel="loss (log axis)")
    loss.yaxis.set_major_locator(FixedLocator([0.001, 0.1, 1, 10, 1000]))
    loss.yaxis.set_major_formatter(FixedFormatter(["0.001", "0.1", "1", "10", "1000"]))
    loss.yaxis.set_minor_locator(NullLocator())
    loss.axhline(np.log(10), color=GREY, linewidth=1, linestyle=":")
    label(loss, MOST_EPOCHS, np.log(10) * 1.2, "log 10: knows nothing", color=GREY, ha="right")
    _epochs_along(accuracy, ylim=(0, 1.14), ylabel="accuracy", yticks=[0, 0.5, 1])
    curves = [_Curves(loss, 35 * HIGHEST), _Curves(accuracy, 1.055)]
    setting = label(loss, 0, 2.5 * HIGHEST, color=INK)
    matrix = _Matrix(confusion)
    tiles = _Tiles(wrong)

    def move(state: Training) -> None:
        curves[0].set(np.nan_to_num(state.losses, nan=HIGHEST, posinf=HIGHEST).clip(LOWEST, HIGHEST))
        curves[1].set(state.accuracies)
        setting.set_text(state.setting)
        matrix.set(state.counts)
        tiles.set(state)

    drawn = flat(*(each.lines for each in curves), *(each.dots for each in curves))
    moving = flat(
        drawn,
        *(each.names for each in curves),
        setting,
        matrix.image,
        matrix.numbers,
        tiles.image,
        tiles.texts,
        tiles.title,
    )
    return Picture(figure, move, moving, ghosts=drawn)


class _Curves:
    """Two curves over the epochs, training and validation."""

    def __init__(self, ax: Axes, y: float) -> None:
        styles = (ORANGE, "--", "s"), (BLUE, "-", "o")
        self.lines = [line(ax, color, linestyle=dash, linewidth=2.2) for color, dash, _ in styles]
        self.dots = [line(ax, color, linestyle="", marker=marker, markersize=8) for color, _, marker in styles]
        places = (0, "left"), (1, "right")
        self.names = [label(ax, x * MOST_EPOCHS, y, color=color, ha=side, size=12, fontweight="bold")
                      for (x, side), (color, *_) in zip(places, styles, strict=True)]  # fmt: skip

    def set(self, values: Array) -> None:
        epochs = np.arange(len(values))
        for i, word in enumerate(("training \u25a0", "validation \u25cf")):
            self.lines[i].set_data(epochs, values[:, i])
            self.dots[i].set_data(epochs[-1:], values[-1:, i])
            self.names[i].set_text(f"{word} {values[-1, i]:.3f}")


class _Matrix:
    """The confusion matrix: what is right in grey, what is wrong in orange, and the counts."""

    def __init__(self, ax: Axes) -> None:
        ax.set(xticks=range(10), yticks=range(10), xlabel="named", ylabel="true", xlim=(-0.5, 9.5), ylim=(9.5, -0.5))
        ax.tick_params(length=0)
        extent = (-0.5, 9.5, 9.5, -0.5)
        self.image = ax.imshow(np.zeros((10, 10, 3)), aspect="auto", extent=extent, interpolation="nearest")
        self.numbers = [label(ax, j, i, ha="center", va="center") for i in range(10) for j in range(10)]

    def set(self, counts: NDArray[np.intp]) -> None:
        is_right = np.eye(len(counts), dtype=bool)[..., None]
        share = (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))[..., None]
        self.image.set_data(1 - np.where(is_right, 0.3 * share * [1, 1, 1], np.sqrt(share) * [0.1, 0.45, 0.75]))
        for text, count in zip(self.numbers, counts.ravel(), strict=True):
            text.set_text(str(count) if count else "")


class _Tiles:
    """The digits that it gets wrong, each with its true name and the three best guesses."""

    def __init__(self, ax: Axes) -> None:
        ax.set(xticks=[], yticks=[], xlim=(0, COLUMNS * WIDTH), ylim=(ROWS * HEIGHT, -3))
        ax.spines[:].set_visible(False)
        blank = np.zeros((ROWS * HEIGHT, COLUMNS * WIDTH))
        extent = (0, COLUMNS * WIDTH, ROWS * HEIGHT, 0)
        self.image = ax.imshow(blank, cmap="Greys", vmin=0, vmax=16, extent=extent, interpolation="nearest")
        ax.set_aspect("auto")
        self.title = label(ax, 0, -0.6, color=INK, size=12, va="bottom")
        self.texts = [label(ax, *place, color=color, va="center") for i in range(ROWS * COLUMNS)
                      for place, color in _places(i)]  # fmt: skip

    def set(self, state: Training) -> None:
        n_wrong, n_shown = len(state.labels), min(len(state.labels), ROWS * COLUMNS)
        tiles = np.zeros((ROWS * COLUMNS, HEIGHT, WIDTH))
        tiles[:n_shown, -SIDE:, :SIDE] = state.pictures[:n_shown]
        in_rows = tiles.reshape(ROWS, COLUMNS, HEIGHT, WIDTH).swapaxes(1, 2)
        self.image.set_data(in_rows.reshape(ROWS * HEIGHT, COLUMNS * WIDTH))
        words = [""] * len(self.texts)
        for i in range(n_shown):
            guesses = zip(state.guesses[i], state.chances[i], strict=True)
            words[4 * i : 4 * i + 4] = [f"true {state.labels[i]}", *(f"{name}: {p:.2f}" for name, p in guesses)]
        for text, word in zip(self.texts, words, strict=True):
            text.set_text(word)
        shown = f"; these {n_shown} it is surest of" if n_shown < n_wrong else ", and its best guesses"
        self.title.set_text(f"{n_wrong} wrong in {state.counts.sum()}{shown}")


def _places(i: int) -> list[tuple[tuple[float, float], str]]:
    """Return where the four texts of a tile stand, and their colours."""
    x, y = WIDTH * (i % COLUMNS), HEIGHT * (i // COLUMNS)
    return [((x, y + 2.1), BLUE), *(((x + SIDE + 0.6, y + 5.4 + 2.7 * row), INK) for row in range(3))]


def _epochs_along(ax: Axes, **options: Any) -> None:
    ax.set(xlim=(-0.8, MOST_EPOCHS + 0.8), xlabel="epoch", **options)
