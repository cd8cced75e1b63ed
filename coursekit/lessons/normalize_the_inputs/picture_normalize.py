"""Pictures of a loss bowl before and after its features are normalised."""

import math
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, PALE, Picture, canvas, flat, label, line
from coursekit.lessons.normalize_the_inputs.bowl import Bowl
from coursekit.types import Array

EDGE = 1.3  # of a bowl's panel, in distances from the start to the minimum
RINGS = (1, "#f4f4f4"), (0.5, "#ececec"), (0.25, "#e3e3e3"), (0.1, "#d9d9d9")  # a share of the first loss, its tone
GOAL = 0.01
TURN = np.linspace(0, 2 * np.pi, 181)
UNITS = ("each bowl in a unit of its own, as long to the right as upwards; rings at 100, 50, 25 and 10% of the first "
         "loss, dashed at 1%")  # fmt: skip


class Stage(NamedTuple):
    """Two features in one form, and the descent on the loss bowl that they make.

    Attributes
    ----------
    name : str
        What was done to the features.
    X : array, shape (m, 2)
        The examples.
    bowl : Bowl
        The loss of a linear model without b.
    path : array, shape (n_steps + 1, 2)
        The weights, from the start on.
    steps : float
        How many steps the descent takes to 1% of the first loss; infinity if it never gets there.
    """

    name: str
    X: Array
    bowl: Bowl
    path: Array
    steps: float

    @property
    def left(self) -> float:
        """The share of the first loss that the last step leaves, of what is above the lowest."""
        first, *_, last = self.bowl.cost(self.path[[0, -1]]) - self.bowl.lowest
        return max(float(last / first), 0.0)


class Stages(NamedTuple):
    """The same two features raw, then centred, then scaled.

    Attributes
    ----------
    x1 : float
        Where the first feature ends; it begins at 0.
    share : float
        The learning rate, as a share of each bowl's largest stable one.
    stages : tuple of Stage
        From left to right.
    """

    x1: float
    share: float
    stages: tuple[Stage, Stage, Stage]


class Tilt(NamedTuple):
    """Two standardised features that are correlated.

    Attributes
    ----------
    correlation : float
        Of x1 and x2.
    stage : Stage
        Their bowl, and the descent on it.
    """

    correlation: float
    stage: Stage


def in_steps(steps: float) -> str:
    """Write a number of steps to three digits.

    Examples
    --------
    >>> in_steps(62), in_steps(15_482_524), in_steps(math.inf)
    ('62', '15,500,000', 'never')
    """
    return "never" if math.isinf(steps) else f"{float(f'{steps:.3g}'):,.0f}"


def condition(bowl: Bowl) -> str:
    """Write a bowl's condition number to two or three digits."""
    number = bowl.condition_number
    return in_steps(number) if number >= 10 else f"{number:.2g}"


class _Drawn(NamedTuple):
    """The artists of one bowl, in drawing order."""

    rings: list[Polygon]
    goal: Line2D
    path: Line2D
    here: Line2D
    numbers: Text


def three_bowls() -> Picture:
    """Show the features above, and below them the bowl that they make, in each of three stages."""
    figure, axes = canvas(1000, 500, rows=2, columns=3, height_ratios=(1, 2))
    for ax in axes[0]:
        ax.set_title(" ", size=13)  # keeps the place of the names free
    clouds = [_features(ax, (-1.1, 1.6), (-0.6, 1.05)) for ax in axes[0]]
    names = [label(ax, 0.5, 1.03, transform=ax.transAxes, ha="center", size=13, fontweight="bold") for ax in axes[0]]
    bowls = [_bowl(ax) for ax in axes[1]]
    figure.supxlabel(UNITS, size=11, color=GREY)

    def move(state: Stages) -> None:
        for stage, name, dots, drawn in zip(state.stages, names, clouds, bowls, strict=True):
            name.set_text(stage.name)
            dots.set_data(*(stage.X / np.ptp(stage.X, axis=0).max()).T)  # the longer side of every cloud is 1
            _follow(drawn, stage)

    return Picture(figure, move, [*names, *clouds, *(artist for drawn in bowls for artist in flat(*drawn))],
                   ghosts=[artist for drawn in bowls for artist in (drawn.goal, drawn.path)])  # fmt: skip


def tilted_bowl(correlations: Array, steps: Array) -> Picture:
    """Show two standardised features, their bowl, and the steps to 1% at every correlation from 0 to this one."""
    figure, (left, middle, right) = canvas(1000, 400, columns=3)
    dots, drawn = _features(left, (-2.7, 2.7), (-2.7, 2.7)), _bowl(middle)
    left.set_title("two features, standardised")
    right.set(xlim=(-1.04, 1.04), yscale="log", ylim=(0.7, 500), title="from correlation 0 to this one")
    right.set(xlabel="correlation of x1 and x2", ylabel="steps to 1%")
    right.yaxis.set_major_locator(FixedLocator([1, 10, 100]))
    right.yaxis.set_major_formatter(FixedFormatter(["1", "10", "100"]))
    right.yaxis.set_minor_locator(NullLocator())
    way = line(right, GREY, linewidth=1.5)
    now = line(right, BLUE, marker="o", markersize=11, linestyle="")

    def move(state: Tilt) -> None:
        dots.set_data(*state.stage.X.T)
        passed = (correlations * state.correlation >= 0) & (np.abs(correlations) <= abs(state.correlation) + 1e-9)
        way.set_data(correlations[passed], steps[passed])
        now.set_data([state.correlation], [state.stage.steps])
        _follow(drawn, state.stage)

    return Picture(figure, move, [dots, *flat(*drawn), way, now], ghosts=[dots, drawn.goal, drawn.path, now])


def _features(ax: Axes, xlim: tuple[float, float], ylim: tuple[float, float]) -> Line2D:
    ax.set(xlim=xlim, ylim=ylim, xticks=[], yticks=[], xlabel="x1", ylabel="x2", aspect="equal")
    ax.axhline(0, color=PALE, linewidth=1, zorder=0)
    ax.axvline(0, color=PALE, linewidth=1, zorder=0)
    return line(ax, GREY, marker="o", linestyle="", markersize=3.5, markeredgewidth=0)


def _bowl(ax: Axes) -> _Drawn:
    ax.set(xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE), xticks=[], yticks=[], xlabel="w1", ylabel="w2", aspect="equal")
    ax.set_title("\n", size=11)  # keeps the place of the numbers free
    ax.spines[["top", "right"]].set(visible=True, color=PALE)  # where a ring is cut off, a frame says so
    rings = [ax.fill([0], [0], facecolor=tone, edgecolor=GREY, linewidth=0.8)[0] for _, tone in RINGS]
    goal = line(ax, ORANGE, linewidth=2, linestyle="--")
    path = line(ax, BLUE, linewidth=1.3, marker="o", markersize=4.5)
    here = line(ax, BLUE, marker="o", markersize=11, fillstyle="none", markeredgewidth=2, linestyle="")
    numbers = label(ax, 0.5, 1.03, transform=ax.transAxes, ha="center", color=INK)
    return _Drawn(rings, goal, path, here, numbers)


def _follow(drawn: _Drawn, stage: Stage) -> None:
    """Draw a bowl in a unit of its own, the distance from the start to the minimum.

    The unit is as long to the right as upwards: only so has the bowl the shape in which gradient descent meets it.
    """
    way = stage.path - stage.bowl.minimum
    unit = np.linalg.norm(way[0])
    for ring, (share, _) in zip(drawn.rings, RINGS, strict=True):
        ring.set_xy(np.clip(_contour(stage, share) / unit, -EDGE, EDGE))
    drawn.goal.set_data(*_contour(stage, GOAL).T / unit)
    drawn.path.set_data(*way.T / unit)
    drawn.here.set_data(*way[-1:].T / unit)
    drawn.numbers.set_text(f"condition number {condition(stage.bowl)}\nsteps to 1%: {in_steps(stage.steps)}")


def _contour(stage: Stage, share: float) -> Array:
    """Return the points, from the minimum, at which a share of the first loss is left."""
    bowl = stage.bowl
    curvatures, axes = np.linalg.eigh(bowl.hessian)
    height = share * (bowl.cost(stage.path[0]) - bowl.lowest)
    points: Array = np.stack([np.cos(TURN), np.sin(TURN)], axis=-1) * np.sqrt(2 * height / curvatures) @ axes.T
    return points
