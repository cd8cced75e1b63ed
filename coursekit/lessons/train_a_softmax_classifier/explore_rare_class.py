"""The weight of a rare class: what it brings back, and what it costs, in ten splits."""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREEN, GREY, INK, ORANGE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.scales import ChoiceScale
from coursekit.types import Array

KEPT, WEIGHTS = (5, 10, 20), (1, 2, 4, 9, 18, 36, 90)
OF_A_CLASS = 90  # training digits of each class, or so, before one of them became rare
MEASURES = ("recall", "precision", "test")


class Weighed(NamedTuple):
    """A rare class at every weight, split by split.

    Attributes
    ----------
    kept : int
        How many of its 90 examples are left.
    weight : float
        The one that is looked at: how many times as much such an example weighs as any other.
    measures : array, shape (3, 7, 10)
        Recall and precision of the rare class, and the accuracy on all digits; for each weight, in each split.
    """

    kept: int
    weight: float
    measures: Array

    @property
    def now(self) -> Array:
        """The three measures at the weight, shape (3, 10)."""
        return np.asarray(self.measures[:, WEIGHTS.index(int(self.weight))])


def weigh(kept: int, weight: float) -> Weighed:
    """Look up what was measured."""
    table = measured("rare_weights")
    rows = np.sort(table[table["kept"] == kept], order=["weight", "seed"])
    return Weighed(kept, weight, np.stack([rows[name].reshape(len(WEIGHTS), -1) for name in MEASURES]))


def curves() -> Picture:
    """Show recall, precision and accuracy up to the weight, with the spread over the splits."""
    figure, (left, right) = canvas(1000, 380, columns=2)
    for ax, ends, name in ((left, (0.42, 1.06), "share"), (right, (0.895, 0.975), "accuracy on all digits")):
        _over_weights(ax, ends, name)
    left.set_title("the rare class (bars: sd of 10 splits)")
    right.set_title("all digits (triangle: all classes weigh the same)")
    styles = (left, BLUE, "o"), (left, ORANGE, "s"), (right, GREEN, "D")
    drawn = [line(ax, color, marker=marker, markersize=7, linewidth=2) for ax, color, marker in styles]
    spreads = [line(ax, color, linewidth=1) for ax, color, _ in styles]
    here = [line(ax, GREY, linestyle=":", linewidth=1.4) for ax in (left, right)]
    even = [line(ax, INK, marker="^", markersize=10, linestyle="") for ax in (left, right)]
    names = [label(left, 1, 1.025, color=BLUE, size=12), label(left, 90, 1.025, color=ORANGE, size=12, ha="right"),
             label(right, 1, 0.971, color=GREEN, size=12)]  # fmt: skip

    def move(state: Weighed) -> None:
        up_to = WEIGHTS[: WEIGHTS.index(int(state.weight)) + 1]
        for curve, spread, values in zip(drawn, spreads, state.measures[:, : len(up_to)], strict=True):
            mean, sd = values.mean(axis=1), values.std(axis=1, ddof=1)
            curve.set_data(up_to, mean)
            gaps = np.full(len(mean), np.nan)
            spread.set_data(np.repeat(up_to, 3), np.stack([mean - sd, mean + sd, gaps], axis=1).ravel())
        alike = OF_A_CLASS / state.kept  # the weight at which each class counts the same
        for ax, mark, triangle in zip((left, right), here, even, strict=True):
            low, high = ax.get_ylim()
            mark.set_data([state.weight] * 2, [low, high])
            triangle.set_data([alike if alike <= state.weight else np.nan], [low + 0.03 * (high - low)])
        for text, word, values in zip(names, ("● recall", "■ precision", "◆ accuracy"), state.now, strict=True):
            text.set_text(f"{word} {values.mean():.3f}")

    return Picture(figure, move, flat(drawn, spreads, here, even, names), ghosts=drawn)


def _over_weights(ax: Axes, ends: tuple[float, float], name: str) -> None:
    ax.set(xscale="log", xlim=(0.85, 106), ylim=ends, ylabel=name)
    ax.set_xticks(WEIGHTS, [str(weight) for weight in WEIGHTS])
    ax.minorticks_off()
    ax.set_xlabel("weight of a rare example (log axis)")


def describe(state: Weighed) -> Words:
    """Say what is found, what it costs, and how that compares with weight 1."""
    recall, precision, test = state.now.mean(axis=1)
    plain = state.measures[:, 0].mean(axis=1)
    return Words(
        f"Weight {state.weight:g}: {recall:.0%} of the rare class found, accuracy on all {test:.3f}",
        f"{state.kept} examples of about 90 are left; each digit was rare once, in ten splits. Of those called by its "
        f"name {precision:.1%} belong to it. At weight 1: {plain[0]:.0%} found, {plain[1]:.1%}, accuracy "
        f"{plain[2]:.3f}. All classes weigh the same at {OF_A_CLASS / state.kept:g}.",
    )


RARE_CLASS = Explorer(
    name="rare-class-weight",
    title="What does the weight of a rare class buy, and what does it cost?",
    task="Raise the weight. How far does recall go, what does precision lose, and where is the accuracy on all "
    "digits highest? Then leave fewer examples: can any weight replace them?",
    controls=(
        Slider("weight", ChoiceScale(WEIGHTS), 1, "weight"),
        Slider("kept", ChoiceScale(KEPT), 10, "examples left"),
    ),
    compute=weigh,
    picture=curves,
    describe=describe,
    marks=(Along("x", "weight"), Along("x", "weight", axes=1)),
    parts=(
        Part("the weight with the highest accuracy",
             lambda values, state: values["weight"] == WEIGHTS[int(state.measures[2].mean(axis=-1).argmax())],
             "At about twice the weight that makes all classes equal. Beyond it, precision pays for the recall.",
             {"weight": 18}),
        Part("the most recall", lambda values, _: values["kept"] == 10 and values["weight"] == WEIGHTS[-1],
             "It finds the most of the rare class, and calls more of the others by its name.", {"weight": 90}),
        Part("fewer examples, at the largest weight",
             lambda values, _: values["kept"] == 5 and values["weight"] == WEIGHTS[-1],
             "At 90 times the weight five examples find about what ten find at weight 1: no weight replaces examples.",
             {"kept": 5, "weight": 90}),
    ),
)  # fmt: skip
