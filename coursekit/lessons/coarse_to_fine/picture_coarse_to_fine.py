"""A picture of a search that zooms in: in unit space, in the quantities' own scale, and score by score."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, flat, label, line
from coursekit.scales import LogScale, ReverseLogScale
from coursekit.search import Setting, Space
from coursekit.types import Array

SPACE = Space(learning_rate=LogScale(0.001, 10), momentum=ReverseLogScale(0, 0.999))
N_AGAIN = 20
MOST_ROUNDS, MOST_TRIALS = 5, 60
NOTHING: Array = np.empty(0)


class Search(NamedTuple):
    """A search so far, and, at its end, what it found, trained again.

    Attributes
    ----------
    settings : sequence of list of dict
        Round by round.
    scores : array, shape (rounds, trainings a round)
        What each was chosen by.
    windows : sequence of Space
        What each round looked through.
    random_scores : array, shape (n,)
        Those of a random search of the whole size.
    n_rounds : int
        How many rounds there are to be.
    shrink : float
    n_validation : int
        How many digits a score is taken on.
    again, random_again : array, shape (r,)
        Scores of the best setting of each search, with new seeds; empty as long as it searches.
    test, random_test : float
        Their mean accuracy on digits that nothing was chosen by.
    """

    settings: Sequence[list[Setting]]
    scores: Array
    windows: Sequence[Space]
    random_scores: Array
    n_rounds: int
    shrink: float
    n_validation: int
    again: Array = NOTHING
    random_again: Array = NOTHING
    test: float = float("nan")
    random_test: float = float("nan")

    @property
    def progress(self) -> float:
        """The share of the search that is done; training the best again is one part of it."""
        return (len(self.settings) + bool(self.again.size)) / (self.n_rounds + 1)

    @property
    def best(self) -> Setting:
        """The setting with the best score so far."""
        i, j = divmod(int(np.argmax(self.scores)), self.scores.shape[-1])
        setting: Setting = self.settings[i][j]
        return setting


def points(settings: Sequence[Setting]) -> tuple[Array, Array]:
    """Give settings as points: in the unit space of ``SPACE``, and in the quantities' own scale.

    Examples
    --------
    >>> unit, own = points([{"learning_rate": 0.1, "momentum": 0.9}])
    >>> unit.round(3), own
    (array([[0.5  , 0.333]]), array([[0.1, 0.9]]))
    """
    return SPACE.to_unit(settings), np.array([[s["learning_rate"], s["momentum"]] for s in settings])


def corners(space: Space) -> list[Setting]:
    """Return the four corners of a space, going round it."""
    low, high = space.from_unit([[0, 0], [1, 1]])
    ends = [(low, low), (high, low), (high, high), (low, high)]
    return [{"learning_rate": x["learning_rate"], "momentum": y["momentum"]} for x, y in ends]


def search() -> Picture:
    """Show trainings and windows in unit space and on their own scale, and every score, with the best one's fate."""
    figure, (unit, own, right) = canvas(1000, 430, columns=3, width_ratios=(10, 10, 11))
    _landscape(unit, own)
    scores = _scores(right)
    spaces = [_Space(unit), _Space(own)]

    def move(state: Search) -> None:
        for i, axes in enumerate(spaces):
            axes.move(state, i)
        scores[0].set_data(np.arange(state.random_scores.size) + 1, np.maximum(state.random_scores, 0.5))
        flattened = state.scores.ravel()
        old = state.scores.size - state.scores.shape[-1]
        at = np.arange(flattened.size) + 1
        scores[1].set_data(at[:old], np.maximum(flattened[:old], 0.5))
        scores[2].set_data(at[old:], np.maximum(flattened[old:], 0.5))
        best = int(np.argmax(flattened))
        scores[3].set_data(at[best : best + 1], np.maximum(flattened[best : best + 1], 0.5))
        for artist, again, x in ((scores[4], state.random_again, 72), (scores[5], state.again, 67)):
            artist.set_data(x + 1.5 * np.sin(np.arange(again.size) * 2.4), np.maximum(again, 0.5))
        for artist, again, x in ((scores[6], state.random_again, 72), (scores[7], state.again, 67)):
            artist.set_data([x - 2, x + 2] if again.size else [], [max(again.mean(), 0.5)] * 2 if again.size else [])

    moving = flat(*(axes.artists for axes in spaces), scores)
    return Picture(figure, move, moving, ghosts=[spaces[0].last, spaces[1].last, scores[5]])


class _Space:
    """The trainings and the windows of a search, in one pair of axes."""

    def __init__(self, ax: Axes) -> None:
        self.earlier = line(ax, BLUE, marker="o", markersize=6, linestyle="", markeredgecolor="white")
        self.last = line(ax, ORANGE, marker="D", markersize=7, linestyle="", markeredgecolor="white")
        self.best = line(ax, INK, marker="*", markersize=17, linestyle="", markeredgecolor="white")
        self.windows: list[Any] = [
            ax.add_patch(Polygon([(0, 0)], fill=False, edgecolor=BLUE)) for _ in range(MOST_ROUNDS)
        ]

    @property
    def artists(self) -> list[Any]:
        return [*self.windows, self.earlier, self.last, self.best]

    def move(self, state: Search, i: int) -> None:
        rounds = [points(settings)[i] for settings in state.settings]
        self.earlier.set_data(*np.concatenate([np.empty((0, 2)), *rounds[:-1]]).T)
        self.last.set_data(*rounds[-1].T)
        self.best.set_data(*points([state.best])[i].T)
        for number, patch in enumerate(self.windows):
            patch.set_visible(number < len(rounds))
            if number < len(rounds):
                patch.set_xy(points(corners(state.windows[number]))[i])
                is_last = number == len(rounds) - 1
                patch.set(edgecolor=ORANGE if is_last else BLUE, linewidth=2.5 if is_last else 1.2)


def _scores(ax: Axes) -> list[Line2D]:
    ax.set(xlim=(-1, 76), ylim=(0.48, 1.07), ylabel="accuracy (below 0.5: drawn at 0.5)")
    ax.set(xticks=[1, 20, 40, 60], xlabel="training number" + " " * 22)
    ax.set_title("scores, and the best again")
    ax.axvspan(63, 76, color="#f0f0f0", linewidth=0)
    label(ax, 69.5, 1.047, "again", color=INK, ha="center", va="center")
    label(ax, 0, 1.047, "zoom", color=ORANGE, fontweight="bold", va="center")
    label(ax, 16, 1.047, "random", color=GREY, fontweight="bold", va="center")
    past = "#b8b8b8"
    return [
        line(ax, past, marker="x", markersize=6, linestyle=""),
        line(ax, BLUE, marker="o", markersize=6, linestyle="", markeredgecolor="white"),
        line(ax, ORANGE, marker="D", markersize=7, linestyle="", markeredgecolor="white"),
        line(ax, INK, marker="*", markersize=17, linestyle="", markeredgecolor="white"),
        line(ax, past, marker="x", markersize=5, linestyle=""),
        line(ax, ORANGE, marker=".", markersize=7, linestyle="", alpha=0.7),
        line(ax, GREY, linewidth=3),
        line(ax, INK, linewidth=3),
    ]


def _landscape(unit: Axes, own: Axes) -> None:
    """Draw what was measured all over the space: the whiter, the better."""
    table: Any = measured("tuning_map")
    n = int(np.sqrt(table.size))
    brightness = table["accuracy"].reshape(n, n) ** 4  # a row a momentum; the power parts the good from the best
    edges = np.linspace(0, 1, n + 1)
    ticks = SPACE.from_unit(np.stack([edges, edges], axis=-1))
    rates, momenta = points(ticks)[1].T
    for ax, x, y in ((unit, edges, edges), (own, rates, momenta)):
        ax.pcolormesh(x, y, brightness, cmap="Greys_r", vmin=-0.7, vmax=0.85, linewidth=0, rasterized=True)
    unit.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), title="in unit space")
    unit.set(xticks=np.linspace(0, 1, 5), xticklabels=["0.001", "0.01", "0.1", "1", "10"], xlabel="learning rate")
    unit.set(yticks=[0, 1 / 3, 2 / 3, 1], yticklabels=["0", "0.9", "0.99", "0.999"], ylabel="momentum")
    own.set(xlim=(-0.3, 10.3), ylim=(-0.03, 1.03), title="the same in their own scale")
    own.set(xlabel="learning rate", ylabel="momentum")
