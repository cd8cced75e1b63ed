"""A picture of the running averages that batch norm keeps of its batches' means and variances."""

from typing import NamedTuple

import numpy as np

from coursekit.types import Array
from coursekit.lab.picture import BLUE, INK, ORANGE, Picture, canvas, label, line

N_STEPS = 120
FROZEN, TRAINING = "with frozen weights", "in training"


class Averaged(NamedTuple):
    """One unit's statistics, batch by batch and averaged; and what all units' averages are worth.

    Attributes
    ----------
    decay : float
        The share of the old average that a step keeps.
    corrected : bool
        Whether the averages are divided by the weight of the batches.
    weights : str
        ``FROZEN`` or ``TRAINING``.
    share : float
        The weight of all batches so far, 1 - decay^t.
    batch_mean, batch_var, true_mean, true_var : array, shape (120,)
        Of each step's batch, and of the whole training set after the step.
    mean, var : array, shape (t,)
        The running averages so far.
    accuracy, true_accuracy : float
        On the test set after step t, with the running and with the true statistics.
    """

    decay: float
    corrected: bool
    weights: str
    share: float
    batch_mean: Array
    batch_var: Array
    true_mean: Array
    true_var: Array
    mean: Array
    var: Array
    accuracy: float
    true_accuracy: float


def averaged() -> Picture:
    """Show the running mean and variance of one unit, step by step, beside the true ones and the batches' own.

    Returns
    -------
    Picture
        Follows an ``Averaged``.
    """
    figure, axes = canvas(1000, 400, columns=2)
    for ax, name, top in zip(axes, ("mean", "variance"), (1.5, 3.8), strict=True):
        ax.set(xlim=(0, 139), ylim=(0, top), xlabel="step", ylabel=name, title=f"{name} of one unit")
        ax.set_xticks(range(0, N_STEPS + 1, 24))
    batches = [line(ax, "#b0b0b0", marker=".", markersize=5, linestyle="") for ax in axes]
    truth = [line(ax, ORANGE, linestyle="--", linewidth=1.8) for ax in axes]
    running = [line(ax, BLUE, linewidth=2.4) for ax in axes]
    ends = [line(ax, BLUE, marker="D", markersize=9, linestyle="", markeredgecolor="white") for ax in axes]
    names = [label(ax, N_STEPS + 2, 0, "true", color=ORANGE, fontweight="bold", va="center") for ax in axes]
    numbers = [label(ax, 0, 0, color=BLUE, size=13, fontweight="bold", ha="center", va="center") for ax in axes]
    label(axes[0], 2, 1.38, "line: the running average", color=BLUE, fontweight="bold")
    label(axes[0], 2, 1.27, "dots: each batch's own", color=INK)

    def move(state: Averaged) -> None:
        t = np.arange(1, N_STEPS + 1)
        n = len(state.mean)
        columns = ((state.batch_mean, state.true_mean, state.mean), (state.batch_var, state.true_var, state.var))
        for i, (own, true, average) in enumerate(columns):
            top = axes[i].get_ylim()[1]
            batches[i].set_data(t[:n], own[:n])
            truth[i].set_data(t, true)
            names[i].set_y(true[-1])
            running[i].set_data(t[:n], average)
            ends[i].set_data([n], average[-1:])
            is_below = top / 4 < average[-1] < true[n - 1]
            side = -0.07 if is_below else 0.07
            numbers[i].set(text=f"{average[-1]:.2f}", x=np.clip(n, 8, 112), y=average[-1] + side * top)

    return Picture(figure, move, [*batches, *truth, *names, *running, *ends, *numbers], ghosts=running)
