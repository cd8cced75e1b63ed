"""Pictures of one hyperparameter at a time: five values of it, and the curves of networks in training."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, flat, label, line
from coursekit.types import Array

NAMES = {
    "learning_rate": "learning rate",
    "momentum": "momentum",
    "batch_size": "mini-batch size",
    "units": "hidden units",
    "layers": "hidden layers",
    "decay_rate": "learning-rate decay",
    "beta1": "Adam's beta1",
    "beta2": "Adam's beta2",
    "eps": "Adam's epsilon",
}
N_NETWORKS, N_EPOCHS = 5, 12
SHADES = "#a9cbe3", "#6fa8d0", "#2f86bd", BLUE, "#003f63"  # from the smallest value to the largest
GUESSING = float(np.log(10))  # the loss of whoever gives each of ten classes a tenth
MOST, LEAST = 20.0, 1e-4  # where the axis of the loss ends


class OneChanged(NamedTuple):
    """Five values of one hyperparameter, while the others stay.

    Attributes
    ----------
    row : str
        Which one, in words.
    values : array, shape (5,)
    accuracies : array, shape (5, n_epochs, 5)
        Of each value, after each epoch, with each of five seeds.
    base : float
        The value that it has while others are changed.
    """

    row: str
    values: Array
    accuracies: Array
    base: float


class Curves(NamedTuple):
    """Five networks in training, one setting.

    Attributes
    ----------
    losses, accuracies : array, shape (epochs so far, 5)
        Training loss, not finite where a network has diverged; and validation accuracy.
    rates : array, shape (n_epochs,)
        The learning rate of every epoch.
    n_steps : int
        How many steps an epoch has.
    """

    losses: Array
    accuracies: Array
    rates: Array
    n_steps: int

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return len(self.losses)

    @property
    def progress(self) -> float:
        """The share of the training that is done."""
        return self.epoch / len(self.rates)


def measured_curves(name: str) -> tuple[Array, Array]:
    """Look up what experiments/what_to_tune_first/hyperparameters.py measured of one hyperparameter."""
    table: Any = measured("hyperparameters")
    rows = table[table["hyperparameter"] == name]
    values = np.unique(rows["value"])
    return values, np.stack([rows["accuracy"][rows["value"] == value].reshape(-1, N_NETWORKS) for value in values])


def one_by_one() -> Picture:
    """Show the validation accuracy for five values, epoch by epoch; and after the last, every seed."""
    figure, (left, right) = canvas(1000, 400, columns=2, width_ratios=(3, 2), sharey=True)
    left.set(xlim=(0.5, 12.5), ylim=(-0.03, 1.05), xticks=[1, 4, 7, 10], xlabel="epoch", ylabel="validation accuracy")
    left.set_title("mean of 5 seeds", loc="right")
    title = left.text(0, 1.02, "", transform=left.transAxes, va="bottom", size=13, color=BLUE, fontweight="bold")
    right.set(xlim=(-0.5, 4.5), xticks=[], title="after 10 epochs: five seeds, mean")
    right.tick_params(labelleft=True)
    right.set_xlabel("its value", labelpad=36)
    means = [line(left, shade, linewidth=2.5) for shade in SHADES]
    names = [label(left, 10.25, 0, color=INK, va="center") for _ in SHADES]
    profile = line(right, GREY, linewidth=1.5)
    dots = [line(right, shade, marker="o", markersize=8, linestyle="", alpha=0.8) for shade in SHADES]
    marks = [right.text(i, -0.04, "", transform=right.get_xaxis_transform(), ha="center", va="top", size=11)
             for i in range(len(SHADES))]  # fmt: skip

    def move(state: OneChanged) -> None:
        ends = state.accuracies[:, -1].mean(axis=-1)
        profile.set_data(range(len(ends)), ends)
        title.set_text(state.row)
        height = 1.1
        for i in np.argsort(-ends, kind="stable"):
            means[i].set_data(np.arange(1, state.accuracies.shape[1] + 1), state.accuracies[i].mean(axis=-1))
            dots[i].set_data([i] * N_NETWORKS, state.accuracies[i, -1])
            height = min(float(ends[i]), height - 0.065)
            names[i].set(text=f"{state.values[i]:g}", y=height)
            marks[i].set_text(f"{state.values[i]:g}" + "\n(base)" * bool(np.isclose(state.values[i], state.base)))

    return Picture(figure, move, flat(means, names, profile, dots, marks, title), ghosts=[*means, profile])


def curves() -> Picture:
    """Show the loss, the accuracy and the learning rate of five networks, epoch by epoch."""
    figure, (left, middle, right) = canvas(1000, 380, columns=3, width_ratios=(4, 4, 3))
    for ax in (left, middle, right):
        ax.set(xlim=(0.5, N_EPOCHS + 0.5), xticks=[1, 4, 8, 12], xlabel="epoch")
    _log_y(left, -4, MOST * 1.5)
    left.set_title("training loss (log axis)")
    left.axhline(GUESSING, color=GREY, linewidth=1.2, linestyle="--")
    label(left, 12.4, GUESSING * 2, "guessing: 2.30", color=GREY, ha="right")
    middle.set(ylim=(-0.03, 1.04), title="validation accuracy")
    _log_y(right, -5, 20)
    right.set_title("learning rate (log axis)")
    for ax, words in ((left, "loss"), (middle, "accuracy"), (right, "rate")):
        ax.set_ylabel(words)
    losses = [line(left, ORANGE, marker=".", linewidth=1.5, alpha=0.8) for _ in range(N_NETWORKS)]
    accuracies = [line(middle, BLUE, marker=".", linewidth=1.5, alpha=0.8) for _ in range(N_NETWORKS)]
    rate = line(right, GREY, marker="o", markersize=4, linewidth=2, drawstyle="steps-mid")
    lost = label(left, 2.5, MOST / 2.6, color=ORANGE, size=12, fontweight="bold")

    def move(state: Curves) -> None:
        done = np.arange(1, state.epoch + 1)
        shown = np.clip(np.nan_to_num(state.losses, nan=MOST, posinf=MOST), LEAST, MOST)
        for i in range(N_NETWORKS):
            losses[i].set_data(done, shown[:, i])
            accuracies[i].set_data(done, state.accuracies[:, i])
        rate.set_data(np.arange(1, len(state.rates) + 1), state.rates)
        lost.set_text("off the axis" if shown.max() >= MOST else "")

    return Picture(figure, move, flat(losses, accuracies, rate, lost), ghosts=flat(losses, accuracies, rate))


def _log_y(ax: Axes, low: int, high: float) -> None:
    ax.set(yscale="log", ylim=(10.0**low / 2, high))
    ax.yaxis.set_major_locator(FixedLocator([10.0**r for r in range(low, int(np.log10(high)) + 1)]))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_minor_formatter(NullFormatter())
