"""Pictures of a search's trials: the best so far, a pair of hyperparameters as a map, each setting against the score.

Each follows a ``Trials``, finished or not. A hyperparameter is laid out on its own scale, as the search draws from it.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from numpy.typing import NDArray

from coursekit._checks import refuse, shown
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, flat, label, line
from coursekit.scales import ChoiceScale, IntegerScale, LogScale, ReverseLogScale, Scale
from coursekit.search import Space
from coursekit.search.trials import Trials
from coursekit.types import Array

MOST_TICKS = 5
SHADES = ("#b9d4e8", "#7db2d8", "#3f8fc4", BLUE)  # from the worst quarter of the scores to the best
SIZES = (5.0, 6.5, 8.0, 10.0)
WHERE_FAILED = 0.03  # of the height, where a trial without a score is marked


class Part(NamedTuple):
    """One axes of a picture: how it follows the trials, what moves, and what leaves a ghost."""

    move: Callable[[Trials], None]
    moving: list[Artist]
    ghosts: list[Artist]


def history(n_trials: int, *, scores: tuple[float, float] = (0, 1)) -> Picture:
    """Show the score of each trial in order, and the best so far.

    Parameters
    ----------
    n_trials : int
        How many there will be.
    scores : (float, float), optional
        The lowest and the highest score that the axis has room for; what is lower lies on its border.

    Returns
    -------
    Picture
        Follows a ``Trials``.
    """
    figure, ax = canvas(1000, 380)
    return _picture(figure, _history(ax, n_trials, scores))


def pair(space: Space, x: str, y: str, *, scores: tuple[float, float] = (0, 1)) -> Picture:
    """Show the trials as points of a map of two hyperparameters: the larger and darker, the better.

    Parameters
    ----------
    space : Space
        What was searched.
    x, y : str
        The names of two of its hyperparameters.
    scores : (float, float), optional
        Between these, the points become larger and darker.

    Returns
    -------
    Picture
        Follows a ``Trials``.
    """
    figure, ax = canvas(620, 480)
    return _picture(figure, _pair(ax, space, x, y, scores))


def each_setting(space: Space, *, scores: tuple[float, float] = (0, 1)) -> Picture:
    """Show each hyperparameter of the trials against the score.

    Parameters
    ----------
    space : Space
        What was searched.
    scores : (float, float), optional
        As for `history`.

    Returns
    -------
    Picture
        Follows a ``Trials``.
    """
    columns = min(3, len(space.scales))
    rows = math.ceil(len(space.scales) / columns)
    figure, axes = canvas(min(1000, 380 * columns), 40 + 190 * rows, rows=rows, columns=columns, squeeze=False)
    for ax in axes.ravel()[len(space.scales) :]:
        ax.set_axis_off()
    own = zip(axes.ravel(), space.scales.items(), strict=False)
    return _picture(figure, *(_setting(ax, name, scale, scores) for ax, (name, scale) in own))


def _picture(figure: Any, *parts: Part) -> Picture:
    def move(state: Trials) -> None:
        for part in parts:
            part.move(state)

    return Picture(figure, move, flat(*(p.moving for p in parts)), ghosts=flat(*(p.ghosts for p in parts)))


def _history(ax: Axes, n_trials: int, scores: tuple[float, float]) -> Part:
    room = max(1.0, n_trials * 0.02)
    ax.set(xlim=(-room, n_trials - 1 + room), xlabel="trial")
    ax.set_title("best so far", loc="left", color=BLUE, size=12)
    _score_axis(ax, scores)
    dots = line(ax, GREY, marker="o", markersize=6, linestyle="", alpha=0.6, markeredgewidth=0)
    steps = line(ax, BLUE, linewidth=2.5, drawstyle="steps-post")
    best, lost = _best(ax), _lost(ax)
    number = label(ax, 1, 1.02, color=ORANGE, size=12, fontweight="bold", ha="right", transform=ax.transAxes)

    def move(trials: Trials) -> None:
        at = np.array([trial.number for trial in trials], float)
        shown = np.clip(trials.scores, *scores)
        dots.set_data(at, shown)
        so_far = np.fmax.accumulate(shown) if len(shown) else shown
        steps.set_data(at, so_far)
        _mark(lost, at, trials, scores)
        _star(best, at, trials, scores)
        scored = len(trials) - len(trials.failed)
        number.set_text(f"{trials.best.score:.3f}, trial {trials.best.number}" if scored else "")

    return Part(move, [dots, lost, steps, best, number], [steps, best])


def _pair(ax: Axes, space: Space, x: str, y: str, scores: tuple[float, float]) -> Part:
    for name in (x, y):
        if name not in space.scales:
            refuse("pair", "x and y", f"be names of the space: {', '.join(space.scales)}", repr(name))
    _scale_axis(ax.xaxis, x, space.scales[x])
    _scale_axis(ax.yaxis, y, space.scales[y])
    ax.set_title("darker and larger: better", loc="left", color=INK, size=12)
    classes = [
        line(ax, shade, marker="o", markersize=size, linestyle="", markeredgecolor="white", markeredgewidth=0.6)
        for shade, size in zip(SHADES, SIZES, strict=True)
    ]
    lost, best = _lost(ax), _best(ax)

    def move(trials: Trials) -> None:
        across, up = _places(trials, x, space.scales[x]), _places(trials, y, space.scales[y])
        share = (np.clip(trials.scores, *scores) - scores[0]) / (scores[1] - scores[0])
        quarter = np.minimum(np.nan_to_num(share, nan=-1) * len(SHADES), len(SHADES) - 1)
        for i, dots in enumerate(classes):
            its = (quarter >= i) & (quarter < i + 1)
            dots.set_data(across[its], up[its])
        failed = np.isnan(trials.scores)
        lost.set_data(across[failed], up[failed])
        _star(best, across, trials, scores, up)

    return Part(move, [*classes, lost, best], [best])


def _setting(ax: Axes, name: str, scale: Scale, scores: tuple[float, float]) -> Part:
    _scale_axis(ax.xaxis, name, scale)
    _score_axis(ax, scores)
    dots = line(ax, BLUE, marker="o", markersize=7, linestyle="", alpha=0.55, markeredgewidth=0)
    lost, best = _lost(ax), _best(ax)

    def move(trials: Trials) -> None:
        at = _places(trials, name, scale)
        dots.set_data(at, np.clip(trials.scores, *scores))
        _mark(lost, at, trials, scores)
        _star(best, at, trials, scores)

    return Part(move, [dots, lost, best], [best])


def _best(ax: Axes) -> Any:
    return line(ax, ORANGE, marker="*", markersize=17, linestyle="", markeredgecolor="white")


def _lost(ax: Axes) -> Any:
    return line(ax, INK, marker="x", markersize=7, linestyle="", markeredgewidth=1.5)


def _mark(lost: Any, at: Array, trials: Trials, scores: tuple[float, float]) -> None:
    failed = np.isnan(trials.scores)
    lost.set_data(at[failed], np.full(failed.sum(), scores[0] + WHERE_FAILED * (scores[1] - scores[0])))


def _star(best: Any, at: Array, trials: Trials, scores: tuple[float, float], up: Array | None = None) -> None:
    if np.isnan(trials.scores).all():
        best.set_data([], [])
    else:
        i = int(np.nanargmax(trials.scores))
        best.set_data([at[i]], [np.clip(trials.scores[i], *scores) if up is None else up[i]])


def _places(trials: Trials, name: str, scale: Scale) -> NDArray[np.float64]:
    return np.array([scale.to_unit(setting[name]) for setting in trials.settings], np.float64).reshape(-1)


def _score_axis(ax: Axes, scores: tuple[float, float]) -> None:
    low, high = scores
    ax.set(ylim=(low - 0.04 * (high - low), high + 0.06 * (high - low)), ylabel="score")


def _scale_axis(axis: Any, name: str, scale: Scale) -> None:
    """Mark the unit interval of a scale with what stands there."""
    values, texts = _ticks(scale)
    as_it_is = {"parse_math": False} if isinstance(scale, ChoiceScale) else {}  # a dollar begins no formula there
    axis.set_ticks([float(scale.to_unit(value)) for value in values], texts, **as_it_is)
    axis.set_label_text(name.replace("_", " "), parse_math=False)
    getattr(axis.axes, f"set_{axis.axis_name}lim")(-0.04, 1.04)


def _ticks(scale: Scale) -> tuple[Sequence[Any], list[str]]:
    if isinstance(scale, ChoiceScale):
        return scale.options, [getattr(each, "__name__", "") or shown(each, str, most=40) for each in scale.options]
    if isinstance(scale, LogScale):
        low, high = math.ceil(math.log10(scale.low) - 1e-9), math.floor(math.log10(scale.high) + 1e-9)
        exponents = range(low, high + 1, max(1, -(-(high - low) // MOST_TICKS)))
        if len(exponents) > 1:
            values = [min(max(10.0**r, scale.low), scale.high) for r in exponents]
            return values, [f"$10^{{{r}}}$" for r in exponents]
    if isinstance(scale, IntegerScale):
        whole = np.unique(np.linspace(scale.low, scale.high, MOST_TICKS).round().astype(int))
        return whole.tolist(), [str(each) for each in whole]
    n = 3 if isinstance(scale, LogScale | ReverseLogScale) else MOST_TICKS
    values = scale.grid(n, ends=True).tolist()
    return values, [f"{value:.3g}" for value in values]
