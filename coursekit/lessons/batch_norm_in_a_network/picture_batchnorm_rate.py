"""A picture of the effective learning rate: the same training from other weights, and what becomes of the weights."""

from typing import NamedTuple

import numpy as np
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from coursekit.types import Array
from coursekit.lab.picture import BLUE, GREY, Picture, canvas, label, line

N_STEPS = 120


class Scaled(NamedTuple):
    """A training that begins with scaled weights, beside the one that does not.

    Attributes
    ----------
    scale, rate : float
        The factor at the weights of the hidden layers at first, and their learning rate.
    loss, length : array, shape (t,)
        Of each step's mini-batch, smoothed; and how long W1 is at that step.
    first_loss, first_length : array, shape (n_steps,)
        The same at scale 1 and rate 0.1, to the end.
    """

    scale: float
    rate: float
    loss: Array
    length: Array
    first_loss: Array
    first_length: Array

    @property
    def progress(self) -> float:
        """The share of the training that is done."""
        return len(self.loss) / len(self.first_loss)

    @property
    def effective(self) -> Array:
        """The rate over the square of the weights' length, in units of the unscaled training's at first."""
        effective: Array = self.rate / 0.1 * (self.first_length[0] / self.length) ** 2
        return effective


def times(factor: float) -> str:
    """Write a factor to two digits, without a power of ten.

    Parameters
    ----------
    factor : float

    Returns
    -------
    str

    Examples
    --------
    >>> times(1e5), times(0.9953), times(1e-4)
    ('100,000', '1', '0.0001')
    """
    return f"{float(f'{factor:.2g}'):,g}"


def scaled() -> Picture:
    """Show the loss and the effective rate, step by step, over those of the unscaled training in grey.

    Returns
    -------
    Picture
        Follows ``Scaled``.
    """
    figure, (left, right) = canvas(1000, 400, columns=2)
    left.set(xlim=(-2, N_STEPS + 2), ylim=(0, 3), xlabel="step", ylabel="loss, mean of the last 10 mini-batches")
    left.set_title("the loss; in grey: scale 1, rate 0.1")
    right.set(xlim=(-2, N_STEPS + 2), yscale="log", ylim=(0.5e-5, 2e5), xlabel="step")
    right.set(ylabel="effective rate, log axis", title="rate / length² of W1, against the grey one's")
    right.yaxis.set_major_locator(FixedLocator([1e-4, 1e-2, 1, 1e2, 1e4]))
    right.yaxis.set_major_formatter(FixedFormatter(["1 / 10,000", "1 / 100", "1", "100", "10,000"]))
    right.yaxis.set_minor_locator(NullLocator())
    grey = [line(ax, GREY, linewidth=4, alpha=0.5) for ax in (left, right)]
    curves = [line(ax, BLUE, linewidth=2) for ax in (left, right)]
    ends = [line(ax, BLUE, marker="D", markersize=9, linestyle="", markeredgecolor="white") for ax in (left, right)]
    number = label(right, N_STEPS * 0.97, 3e4, color=BLUE, size=13, fontweight="bold", ha="right")

    def move(state: Scaled) -> None:
        first = (state.first_length[0] / state.first_length) ** 2
        effective = np.clip(state.effective, 1e-5, 1e5)
        for curve, end, behind, now, before in zip(
            curves, ends, grey, (state.loss, effective), (state.first_loss, first), strict=True
        ):
            behind.set_data(np.arange(1, len(before) + 1), before)
            curve.set_data(np.arange(1, len(now) + 1), now)
            end.set_data([len(now)], [now[-1]])
        number.set_text(f"at first × {times(state.effective[0])}, now × {times(state.effective[-1])}")

    return Picture(figure, move, [*grey, *curves, *ends, number], ghosts=curves)
