"""What earlier lessons would say to the plan of a search: objections, each with its lesson and its numbers."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from coursekit._checks import MANY, a_kind, a_sequence, a_whole_number, an_array, one_of, refuse, shown
from coursekit.scales import ChoiceScale, IntegerScale, LinearScale, ReverseLogScale, Scale
from coursekit.search import Setting, Space
from coursekit.search.chance import chance_of_a_hit

SETS, LAYOUTS = ("validation", "training", "test"), ("random", "grid")
RATES, DECAYS = ("learning_rate",), ("momentum", "beta1", "beta2", "decay")
SMALL_BATCH, BORDER = 8, 0.1


class Objection(NamedTuple):
    """What a lesson says against a choice.

    Attributes
    ----------
    lesson : str
        Its number.
    words : str
        What was chosen, and what follows from it.
    """

    lesson: str
    words: str


def objections(
    space: Space, *, n_trials: int, layout: str = "random", batch_size: int = 50, batch_norm: bool = True,
    normalized: bool = True, chosen_by: str = "validation", n_again: int = 5,
) -> list[Objection]:  # fmt: skip
    """Read the plan of a search, and say what the lessons of this course have against it.

    Examples
    --------
    >>> from coursekit.scales import LinearScale
    >>> for lesson, words in objections(Space(learning_rate=LinearScale(0.0001, 1)), n_trials=30):
    ...     print(lesson, words)
    03 The learning rate is drawn on a linear scale: 90% of the draws lie from 0.1 to 1, wherever the best is.
    """
    if not isinstance(space, Space):
        refuse("objections", "space", "be a Space", shown(space), error=TypeError)
    n_trials = a_whole_number("objections", "n_trials", n_trials, most=MANY)
    n_again = a_whole_number("objections", "n_again", n_again, least=0)
    batch_size = a_whole_number("objections", "batch_size", batch_size)
    one_of("objections", "layout", layout, LAYOUTS)
    one_of("objections", "chosen_by", chosen_by, SETS)
    batches = space.scales.get("batch_size")
    smallest = batch_size if batches is None else int(min(batches.from_unit([0, 1])))
    if isinstance(batches, ChoiceScale):
        smallest = int(min(batches.options))
    found = [*_layout(space, n_trials, layout), *(each for pair in space.scales.items() for each in _scale(*pair))]
    if n_again < 2:
        found.append(Objection("04", "The winner is trained once: the best of many scores is a lucky one. Train it "
                                     "again, with new seeds."))  # fmt: skip
    if not normalized:
        found.append(Objection("06", "The inputs are not normalized: the bowl is stretched, and a rate that suits "
                                     "one direction is wrong for another."))  # fmt: skip
    if batch_norm and smallest < SMALL_BATCH:
        says = "each value becomes +1 or −1, whatever it was" if smallest == 2 else "its mean and variance are noise"
        found.append(Objection("10", f"Batch norm with batches of {smallest}: of so few, {says}."))
    return [*found, *_chosen(chosen_by)]


def _layout(space: Space, n_trials: int, layout: str) -> list[Objection]:
    found, n_axes = [], len(space.scales)
    per_axis = max(1, int(n_trials ** (1 / n_axes) + 1e-9))
    if layout == "grid" and n_axes > 1:
        words = f"A grid of {n_trials} trials over {n_axes} hyperparameters tries {per_axis} values of each, "
        found.append(Objection("02", f"{words}also of the one that decides."))
    chance = float(chance_of_a_hit(0.05, n_trials))
    if chance < 0.5:
        words = (
            f"{n_trials} trial{'s' * (n_trials > 1)}: the chance that one is among the best 5% of all is {chance:.0%}."
        )
        found.append(Objection("02", words))
    return found


def _scale(name: str, scale: Scale) -> list[Objection]:
    s: Any = scale
    if name in RATES and isinstance(s, LinearScale) and s.low >= 0 and s.high > 10 * s.low:
        share = (s.high - s.high / 10) / (s.high - s.low)
        words = f"The learning rate is drawn on a linear scale: {share:.0%} of the draws lie from {s.high / 10:g} to "
        return [Objection("03", f"{words}{s.high:g}, wherever the best is.")]
    is_even = not isinstance(s, ReverseLogScale | ChoiceScale | IntegerScale)
    if name in DECAYS and is_even and s.high >= 0.99 and 1 - s.low > 10 * (1 - s.high):
        middle = float(s.from_unit(0.5))
        words = f"The {name} is spread evenly from {s.low:g} to {s.high:g}: half of the draws remember less than "
        return [Objection("03", f"{words}{1 / (1 - middle):.0f} steps.")]
    return []


def _chosen(by: str) -> list[Objection]:
    if by == "training":
        return [Objection("12", "You choose by the training set: it rewards who learns by heart.")]
    if by == "test":
        return [Objection("12", "You choose by the test set: then nothing is left that can judge the choice.")]
    return []


def on_borders(space: Space, settings: Sequence[Setting], scores: ArrayLike, *, n_best: int = 3) -> list[Objection]:
    """Look where the best trials lie: the best on the border of a range may be better still beyond it.

    Examples
    --------
    >>> from coursekit.scales import LogScale
    >>> space = Space(learning_rate=LogScale(1e-5, 1e-3))
    >>> settings = [{"learning_rate": rate} for rate in (2e-5, 7e-4, 8e-4, 9e-4)]
    >>> on_borders(space, settings, [0.2, 0.8, 0.85, 0.9])[0].words
    'The 3 best have a learning_rate at the upper end of its range, 0.001: it may go on beyond. Move the range.'
    """
    a_kind("on_borders", "space", space, Space, "be a Space")
    settings = a_sequence("on_borders", "settings", settings, "settings")
    n_best = a_whole_number("on_borders", "n_best", n_best)
    values = an_array("on_borders", "scores", scores, finite=False)
    if values.shape != (len(settings),):
        refuse("on_borders", "scores", f"have shape ({len(settings)},), one a setting", values.shape)
    best = [int(i) for i in np.argsort(-values, kind="stable")[:n_best] if np.isfinite(values[i])]
    found = []
    if len(best) == n_best:
        u = space.to_unit([settings[i] for i in best])
        for column, (name, scale) in zip(u.T, space.scales.items(), strict=True):
            for end, is_there in (("lower", column <= BORDER), ("upper", column >= 1 - BORDER)):
                if is_there.all() and not isinstance(scale, ChoiceScale):
                    last = getattr(scale, "low" if end == "lower" else "high")
                    words = f"The {n_best} best have a {name} at the {end} end of its range, {last:g}: it may go on "
                    found.append(Objection("04", f"{words}beyond. Move the range."))
    return found
