"""A picture of networks in training, with batch norm and without, at one learning rate."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from coursekit.lab.picture import BLUE, GREY, ORANGE, Picture, canvas, flat, label, line
from coursekit.types import Array

N_NETWORKS, N_EPOCHS = 6, 8
WITHOUT, WITH = "without", "with batch norm"
STYLES = (ORANGE, "o", "--"), (BLUE, "D", "-")
CEILING = 30.0  # losses above it, and those that are no number any more, are drawn at it


class Pair(NamedTuple):
    """Six networks without batch norm and six with it, so far.

    Attributes
    ----------
    rate : float
        Their learning rate.
    loss : array, shape (2, n_epochs, 6)
        On the training set, without and with; a mean over the epoch.
    accuracy : array, shape (2, n_epochs, 6)
        On the 597 digits that they do not learn from.
    n_epochs : int
        How many there will be.
    """

    rate: float
    loss: Array
    accuracy: Array
    n_epochs: int

    @property
    def epoch(self) -> int:
        """The last epoch."""
        return int(self.loss.shape[1])

    @property
    def progress(self) -> float:
        """The share of the training that is done."""
        return self.epoch / self.n_epochs


def pair() -> Picture:
    """Show the loss and the accuracy after every epoch: a thin line a network, a thick one their mean."""
    figure, (left, right) = canvas(1000, 410, columns=2)
    for ax in (left, right):
        ax.set(xlim=(0.8, N_EPOCHS + 0.2), xticks=range(1, N_EPOCHS + 1), xlabel="epoch")
    left.set(
        yscale="log", ylim=(0.004, CEILING * 1.3), ylabel="training loss (log axis)", title="six networks of each kind"
    )
    left.yaxis.set_major_locator(FixedLocator([0.01, 0.1, 1, 10]))
    left.yaxis.set_major_formatter(FixedFormatter(["0.01", "0.1", "1", "10"]))
    left.yaxis.set_minor_locator(NullLocator())
    left.axhline(np.log(10), color=GREY, linewidth=1, linestyle=":", zorder=0)
    label(left, N_EPOCHS + 0.15, np.log(10) * 0.9, "guessing: log 10", color=GREY, ha="right", va="top")
    right.set(
        ylim=(0, 1.2),
        yticks=np.linspace(0, 1, 6),
        ylabel="test accuracy",
        title="and on digits that they have not seen",
    )
    right.axhline(0.1, color=GREY, linewidth=1, linestyle=":", zorder=0)
    rows = [_row(left, right, i) for i in range(2)]

    def move(state: Pair) -> None:
        epochs = np.arange(1, state.epoch + 1)
        shown = np.minimum(np.nan_to_num(state.loss, nan=CEILING, posinf=CEILING), CEILING)
        for losses, accuracies, (thin, thick, number) in zip(shown, state.accuracy, rows, strict=True):
            for values, lines, mean in zip((losses, accuracies), thin, thick, strict=True):
                for each, curve in zip(values.T, lines, strict=True):
                    curve.set_data(epochs, each)
                mean.set_data(epochs, values.mean(axis=-1))
            number.set_text(f"{accuracies[-1].mean():.3f}")

    moving = [artist for thin, thick, number in rows for artist in flat(*thin, *thick, number)]
    return Picture(figure, move, moving, ghosts=[artist for _, thick, _ in rows for artist in thick])


def _row(left: Any, right: Any, i: int) -> tuple[Any, ...]:
    color, marker, dash = STYLES[i]
    thin = [[line(ax, color, linewidth=0.8, alpha=0.5) for _ in range(N_NETWORKS)] for ax in (left, right)]
    thick = [line(ax, color, linewidth=2.4, linestyle=dash, marker=marker, markersize=6) for ax in (left, right)]
    label(right, 1 + 3.0 * i, 1.1, (WITHOUT, WITH)[i], color=color, size=12, fontweight="bold")
    number = label(right, 2.5 + 4.4 * i, 1.1, color=color, size=14, fontweight="bold")
    return thin, thick, number
