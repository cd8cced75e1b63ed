"""Pictures of one hyperparameter at a time: nine of them side by side, and the curves of networks in training."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREY, ORANGE, Picture, canvas, flat, label, line
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
N_PLACES, N_NETWORKS, N_EPOCHS = 5, 5, 12
GUESSING = float(np.log(10))  # the loss of whoever gives each of ten classes a tenth
MOST, LEAST = 20.0, 1e-4  # where the axis of the loss ends


class Place(NamedTuple):
    """Which of its five values each hyperparameter has, from 0 (its smallest) to 4 (its largest)."""

    place: int


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
    """Show the validation accuracy, epoch by epoch, for five values of each of nine hyperparameters."""
    figure, axes = canvas(1000, 590, rows=3, columns=3, sharex=True, sharey=True)
    found = {name: measured_curves(name) for name in NAMES}
    panels = [_panel(ax, name, found[name][1]) for ax, name in zip(axes.ravel(), NAMES, strict=True)]
    for ax in axes[-1]:
        ax.set_xlabel("epoch")
    label(axes[-1, -1], 10.9, 0.06, "grey: the other four values", color=GREY, ha="right")
    for ax in axes[:, 0]:
        ax.set_ylabel("validation\naccuracy")

    def move(state: Place) -> None:
        for (mean, dots, text), (values, accuracies) in zip(panels, found.values(), strict=True):
            chosen = accuracies[state.place]
            mean.set_data(np.arange(1, len(chosen) + 1), chosen.mean(axis=-1))
            dots.set_data(np.full(N_NETWORKS, len(chosen) + 0.6), chosen[-1])
            text.set_text(f"{values[state.place]:g} \u2192 {chosen[-1].mean():.2f}")

    return Picture(figure, move, flat(*panels), ghosts=[panel[0] for panel in panels])


def _panel(ax: Axes, name: str, accuracies: Array) -> tuple[Any, ...]:
    ax.set(xlim=(0.5, 11.1), ylim=(-0.03, 1.05), xticks=[1, 5, 10], yticks=[0, 0.5, 1])
    ax.set_title(NAMES[name], loc="left")
    for each in accuracies.mean(axis=-1):
        ax.plot(np.arange(1, len(each) + 1), each, color="#c8c8c8", linewidth=1.2)
    mean = line(ax, BLUE, linewidth=2.5)
    dots = line(ax, BLUE, marker="o", markersize=4, linestyle="", alpha=0.7)
    text = ax.text(1, 1.03, "", transform=ax.transAxes, ha="right", va="bottom", color=BLUE, size=12, weight="bold")
    return mean, dots, text


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
