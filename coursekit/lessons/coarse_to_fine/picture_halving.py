"""A picture of successive halving: who is cut, what they would have done, and how the ranks change."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, line
from coursekit.search.halving import Halving
from coursekit.types import Array

MOST_TRIALS, MOST_EPOCHS = 27, 14
FLOOR = 0.5


class Rungs(NamedTuple):
    """Trials that are all trained to the end, and what halving would have seen of them.

    Attributes
    ----------
    accuracies : array, shape (epochs so far, n)
        What trials are chosen by.
    plan : Halving
    alive : sequence of array of int
        Who starts on each rung so far; the first are all.
    test : array, shape (n,)
        On digits that nothing is chosen by, after the last epoch so far.
    adds : bool
        Whether the rungs add their epochs.
    """

    accuracies: Array
    plan: Halving
    alive: list[NDArray[np.intp]]
    test: Array
    adds: bool

    @property
    def progress(self) -> float:
        """The share of the training that is done."""
        return len(self.accuracies) / self.plan.rungs[-1].epochs_so_far

    @property
    def until(self) -> NDArray[np.intp]:
        """The epoch at which halving stops each trial, shape (n,)."""
        until = np.zeros(self.accuracies.shape[1], dtype=np.intp)
        for rung, who in zip(self.plan.rungs, self.alive, strict=False):
            until[who] = rung.epochs_so_far
        return until

    @property
    def winner(self) -> int:
        """The best of those on the last rung so far, by the last score."""
        who = self.alive[-1]
        return int(who[np.argmax(self.accuracies[-1, who])])

    @property
    def best(self) -> int:
        """The best of all by the last score, as if nobody had been cut."""
        return int(np.argmax(self.accuracies[-1]))

    @property
    def cut_after(self) -> int:
        """The rung after which the best of all was cut, from 1; 0 if it was not."""
        return next((i for i, who in enumerate(self.alive) if self.best not in who), 0)

    @property
    def ranks(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Everybody's rank at the end of the first rung, and now: 1 is the best."""
        first = self.accuracies[min(self.plan.rungs[0].epochs_so_far, len(self.accuracies)) - 1]
        return _ranks(first), _ranks(self.accuracies[-1])


def _ranks(scores: Array) -> NDArray[np.intp]:
    ranks = np.empty(len(scores), dtype=np.intp)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks


def paths(accuracies: Array, start: NDArray[np.intp], stop: NDArray[np.intp]) -> tuple[Array, Array]:
    """Join a curve a trial, from epoch ``start`` to ``stop``, into one line with gaps.

    Examples
    --------
    >>> paths(np.array([[0.6, 0.7], [0.8, 0.9]]), np.array([1, 2]), np.array([2, 2]))
    (array([ 1.,  2., nan,  2., nan]), array([0.6, 0.8, nan, 0.9, nan]))
    """
    x, y = [np.empty(0)], [np.empty(0)]
    for i, (a, b) in enumerate(zip(start, stop, strict=True)):
        epochs = np.arange(a, min(b, len(accuracies)) + 1)
        if epochs.size:
            x.append(np.append(epochs, np.nan))
            y.append(np.append(np.maximum(accuracies[epochs - 1, i], FLOOR), np.nan))
    return np.concatenate(x), np.concatenate(y)


def halving() -> Picture:
    """Show a curve per trial, paler from where it is cut; and the ranks after the first rung and now."""
    figure, (left, right) = canvas(1000, 430, columns=2, width_ratios=(3, 2))
    left.set(xlim=(0.5, MOST_EPOCHS + 0.5), ylim=(FLOOR - 0.02, 1.01), xlabel="epoch")
    left.set(ylabel="accuracy (below 0.5: drawn at 0.5)", title="one curve per trial; pale: cut, but trained on to see")
    right.set(xlim=(0, MOST_TRIALS + 1.5), ylim=(MOST_TRIALS + 1.5, 0), xticks=[1, 9, 18, 27], yticks=[1, 9, 18, 27])
    right.set(xlabel="rank after the first rung (1: best)", ylabel="rank now", title="do the first stay first?")
    right.plot([1, MOST_TRIALS], [1, MOST_TRIALS], color="#d0d0d0", linewidth=1)
    rungs = line(left, GREY, linestyle=":", linewidth=1.2)
    pale = line(left, "#bdbdbd", linewidth=1)
    cut = line(left, BLUE, linewidth=1.3)
    last = line(left, ORANGE, linewidth=2.2)
    best = line(left, GREY, marker="o", markersize=13, linestyle="", markerfacecolor="none", markeredgewidth=2)
    star = line(left, INK, marker="*", markersize=17, linestyle="", markeredgecolor="white")
    dots = [line(right, color, marker=marker, markersize=8, linestyle="", markeredgecolor="white")
            for color, marker in ((BLUE, "o"), (ORANGE, "D"))]  # fmt: skip
    first_best = line(right, GREY, marker="o", markersize=13, linestyle="", markerfacecolor="none", markeredgewidth=2)
    right_star = line(right, INK, marker="*", markersize=17, linestyle="", markeredgecolor="white")

    def move(state: Rungs) -> None:
        now, until = len(state.accuracies), state.until
        on_last = np.isin(np.arange(until.size), state.alive[-1])
        ones = np.ones_like(until)
        pale.set_data(*paths(state.accuracies, until, np.full_like(until, now)))
        cut.set_data(*paths(state.accuracies, ones, np.where(on_last, 0, until)))
        last.set_data(*paths(state.accuracies, ones, np.where(on_last, until, 0)))
        ends = np.array([rung.epochs_so_far + 0.15 for rung in state.plan.rungs[:-1]])
        gaps = np.full(ends.size, np.nan)
        rungs.set_data(np.stack([ends, ends, ends], axis=-1).ravel(),
                       np.stack([0 * ends + FLOOR, 0 * ends + 1, gaps], axis=-1).ravel())  # fmt: skip
        for artist, who in ((best, state.best), (star, state.winner)):
            artist.set_data([now], [max(state.accuracies[-1, who], FLOOR)])
        first, then = state.ranks
        for artist, which in zip(dots, (~on_last, on_last), strict=True):
            artist.set_data(first[which], then[which])
        for artist, who in ((first_best, state.best), (right_star, state.winner)):
            artist.set_data([first[who]], [then[who]])

    moving = [rungs, pale, cut, last, best, star, *dots, first_best, right_star]
    return Picture(figure, move, moving, ghosts=[last, dots[1]])
