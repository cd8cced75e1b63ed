"""How fast to zoom: what many searches of each speed found, and what that was worth."""

from typing import NamedTuple

import numpy as np

from coursekit.lab.controls import Dropdown
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, flat, label, line
from coursekit.lab.standard_error import standard_error
from coursekit.lab.task import Part
from coursekit.types import Array

SHRINKS = (1.0, 0.75, 0.5, 0.25, 0.05)  # 1 stands for random search
NAMES = ("random", "0.75", "0.5", "0.25", "0.05")
KINDS = {
    "300 digits to choose by, 4 rounds of 6": (300, 6),
    "30 digits to choose by, 4 rounds of 6": (30, 6),
    "300 digits to choose by, 4 rounds of 16": (300, 16),
}
LOST = 0.9


class Speeds(NamedTuple):
    """Searches at five speeds, a row per speed: random search first.

    Attributes
    ----------
    found, test : array, shape (5, s)
        The best score of each search; and what its setting is worth, with new seeds, on digits that had no part in it.
    """

    found: Array
    test: Array

    @property
    def gains(self) -> Array:
        """How much more each search is worth than the random search that shares its first round and its split."""
        return np.asarray(self.test - self.test[0])

    @property
    def errors(self) -> Array:
        """The standard error of each mean gain, shape (5,): over other searches and splits of the same digits."""
        return standard_error(self.gains)


def speeds(kind: str) -> Speeds:
    """Look up the searches of experiments/coarse_to_fine/coarse_to_fine.py."""
    n_validation, per_round = KINDS[kind]
    table = measured("coarse_to_fine")
    table = table[(table["n_validation"] == n_validation) & (table["per_round"] == per_round)]
    found, test = (np.stack([table[table["shrink"] == shrink][column] for shrink in SHRINKS])
                   for column in ("found", "test"))  # fmt: skip
    return Speeds(found, test)


def speeds_picture() -> Picture:
    """Show what each speed found and what that is worth; and the gain over random search, with its standard error."""
    figure, (left, right) = canvas(1000, 420, columns=2, width_ratios=(1, 1))
    places = np.arange(len(SHRINKS))
    for ax in (left, right):
        ax.set(xlim=(-0.5, 5), xlabel="shrink factor: slow to fast zoom")
        ax.set_xticks(places, NAMES)
    left.set(ylim=(0.87, 0.99), ylabel="accuracy", title="what is found, and what it is worth")
    right.set(
        ylim=(-0.06, 0.03), ylabel="accuracy won or lost", title="worth, against random; bars: two standard errors"
    )
    right.axhline(0, color=GREY, linewidth=1)
    style = {"markersize": 8, "linewidth": 1.5}
    found, test = line(left, BLUE, marker="o", **style), line(left, ORANGE, marker="D", **style)
    bars = [line(ax, color, linewidth=4, alpha=0.4) for ax, color in ((left, BLUE), (left, ORANGE), (right, ORANGE))]
    gains = line(right, ORANGE, marker="D", markersize=9, linestyle="")
    names = [
        label(left, 4.15, 0.93, word, color=color, va="center") for word, color in (("found", BLUE), ("worth", ORANGE))
    ]
    lost = [label(right, x, -0.056, ha="center", size=12) for x in places.tolist()]
    label(right, -0.4, -0.05, "share that ends below 0.9:", color=INK)

    def move(state: Speeds) -> None:
        sets = ((found, state.found, bars[0]), (test, state.test, bars[1]), (gains, state.gains, bars[2]))
        for artist, values, bar in sets:
            means, errors = values.mean(axis=-1), 2 * standard_error(values)
            artist.set_data(places, means)
            ends = np.stack([means - errors, means + errors, np.full(means.size, np.nan)], axis=-1)
            bar.set_data(np.repeat(places, 3), ends.ravel())
        for name, values in zip(names, (state.found, state.test), strict=True):
            name.set_y(values[-1].mean())
        for text, values in zip(lost, state.test, strict=True):
            text.set_text(f"{np.mean(values < LOST):.0%}")

    return Picture(figure, move, flat(bars, found, test, gains, names, lost), ghosts=[found, test, gains])


def describe_speeds(state: Speeds) -> Words:
    """Say what each speed gains over random search, and how often it ends far below."""
    gains, errors, lost = state.gains.mean(axis=-1), state.errors, np.mean(state.test < LOST, axis=-1)
    each = ", ".join(f"{NAMES[i]} {gains[i]:+.3f} ± {errors[i]:.3f}" for i in range(1, 5))
    (found, *_, fast), (test, *_, fast_test) = state.found.mean(axis=-1), state.test.mean(axis=-1)
    best = int(gains[1:].argmax()) + 1
    return Words(
        f"The best speed, {NAMES[best]}, gains {gains[best]:+.3f} ± {errors[best]:.3f} over random search",
        f"{state.found.shape[1]} searches each. Random search finds {found:.3f}, worth {test:.3f}; the fastest zoom "
        f"finds {fast:.3f}, worth {fast_test:.3f}. Gain of each shrink factor, ± its standard error: {each}. Below 0.9 "
        f"end {lost[0]:.0%} of the random and {lost[-1]:.0%} of the fastest searches.",
    )


HOW_FAST = Explorer(
    name="how-fast",
    title="How fast may a search zoom in?",
    task="Which speeds are worth more than random search, by two standard errors? Make the score noisy, then the "
    "rounds large: what changes on the left, what on the right?",
    controls=(Dropdown("kind", tuple(KINDS), next(iter(KINDS)), "the searches"),),
    compute=speeds,
    picture=speeds_picture,
    describe=describe_speeds,
    parts=(
        Part("the noisy score", lambda values, _: KINDS[values["kind"]] == (30, 6),
             "More is found, and it is worth about a point less at every speed; fast zooms lose as before.",
             {"kind": "30 digits to choose by, 4 rounds of 6"}),
        Part("the large rounds", lambda values, _: KINDS[values["kind"]] == (300, 16),
             "With 16 trainings in a round even the fastest zoom rarely loses its way; still no speed beats random.",
             {"kind": "300 digits to choose by, 4 rounds of 16"}),
    ),
)  # fmt: skip
