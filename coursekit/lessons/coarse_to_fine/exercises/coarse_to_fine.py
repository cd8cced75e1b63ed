"""Coarse to fine: to predict, and to write: the window in unit space, and its clip."""

from typing import Any

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer
from coursekit.lab.same import same_values


def zoom(low, high, best, shrink):
    a, b = np.log10(low), np.log10(high)
    half = shrink * (b - a) / 2
    return 10 ** (np.log10(best) - half), 10 ** (np.log10(best) + half)


def clipped(best, shrink, border):
    low = np.maximum(best - shrink / 2, 0)
    high = np.minimum(best + shrink / 2, 1)
    return low, high, np.minimum(best, 1 - best) <= border


def same_ends(got, expected):
    """Say whether the ends agree, in a tuple, a list or an array."""
    return same_values(np.asarray(got, dtype=float), np.asarray(expected, dtype=float))


def _pair(pair: Any) -> str:
    low, high = np.ravel(pair)[:2]
    return f"{low:.3g} to {high:.3g}"


def _zoomed(seen: Seen) -> str:
    low, high, best, shrink = seen.args
    return f"Range {low:g} to {high:g}, best {best:g}, shrink {shrink:g}: your window goes from {_pair(seen.got)}"


def _zoom_in_the_quantity(low, high, best, shrink):
    half = shrink * (high - low) / 2
    return best - half, best + half


ZOOM = Exercise(
    name="04.1",
    prompt="Write `zoom(low, high, best, shrink)` for a quantity on a log scale: the ends of a window with best in its middle, `shrink` times as wide as the range, all measured in unit space. It may stick out of the range.",
    solution=zoom,
    cases=lambda: [(1e-4, 1, 0.01, 0.5), (0.001, 10, 2.0, 0.25), (8, 2048, 64, 0.75), (1e-4, 1, 0.5, 0.5)],
    same=same_ends,
    shows=_zoomed,
    wrong_answers=(
        WrongAnswer(
            _zoom_in_the_quantity,
            "{shown}. A learning rate below 0? You measured the width in the quantity itself.",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: (best / (high / low) ** shrink, best * (high / low) ** shrink),
            "{shown}: twice too wide. The best lies in the middle, so each side gets how much?",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: tuple(
                np.log10(best) + sign * shrink * np.log10(high / low) / 2 for sign in (-1, 1)
            ),
            "These are exponents, and they are right. A search wants learning rates: come back from unit space.",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: tuple(
                np.sqrt(low * high) * (high / low) ** (sign * shrink / 2) for sign in (-1, 1)
            ),
            "{shown}. It has the right width, around the middle of the range. Around what then?",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: (best * (1 - shrink / 2), best * (1 + shrink / 2)),
            "{shown}, whatever the range was. How many decades does the range have?",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: tuple(best * (high / low) ** (sign / (2 * shrink)) for sign in (-1, 1)),
            "{shown}: wider than the range. Do you divide by shrink?",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: tuple(
                np.clip([best / (high / low) ** (shrink / 2), best * (high / low) ** (shrink / 2)], low, high)
            ),
            "{shown}. You cut it off at the range. That comes next; here it may stick out.",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: tuple(
                10 ** (np.log(best) + sign * shrink * np.log(high / low) / 2) for sign in (-1, 1)
            ),
            "{shown}. You go out with one logarithm and come back with the power of another.",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: (
                best - shrink * np.log10(high / low) / 2,
                best + shrink * np.log10(high / low) / 2,
            ),
            "{shown}: you take a number of decades off a learning rate. Both must be measured in unit space first.",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: (
                np.log(best / low) / np.log(high / low) - shrink / 2,
                np.log(best / low) / np.log(high / low) + shrink / 2,
            ),
            "{shown}: those are places in unit space, and the right ones. A search wants learning rates.",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: (best, best * (high / low) ** shrink),
            "{shown}: it has the right width, and begins at the best. That is to lie in its middle.",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: tuple(
                max(low, min(best / (high / low) ** (shrink / 2), high / (high / low) ** shrink))
                * (high / low) ** (side * shrink)
                for side in (0, 1)
            ),
            "{shown}. You move the window until it fits into the range, and the best is no longer in its middle. Here it may stick out.",
        ),
    ),
    otherwise=lambda seen: f"{_zoomed(seen)}; expected {_pair(seen.expected)}.",
    hints=(
        "Three steps: into unit space, move there, and back. For a log scale unit space is the exponent.",
        "How many decades does the range have? The window has shrink times as many, half of them on each side.",
        "At last `10 ** ...` of both ends.",
    ),
    why="The same three steps zoom a decay (log of 1 minus it), a dropout share (as it is), or all at once: whatever the scale, the window is a box in unit space. That is `Space.zoom` in coursekit.",
)


def _clip_case(seen: Seen) -> str:
    best, shrink, _ = seen.args
    low, high = (np.round(end, 3) for end in seen.got[:2])
    return f"Best {np.round(best, 2)}, shrink {shrink:g}: your window is {low} to {high}"


CLIPPED = Exercise(
    name="04.2",
    prompt="Write `clipped(best, shrink, border)` in unit space: `best` holds a number in [0, 1] for each hyperparameter. Return the low ends, the high ends, and an array that is True where best lies within `border` of an end. Cut off what sticks out of [0, 1].",
    solution=clipped,
    cases=lambda: [
        (np.array([0.5, 0.0625, 0.9375]), 0.5, 0.125),
        (np.array([0.0, 1.0]), 0.25, 0.1),
        (np.array([0.8125, 0.3, 0.5, 0.125]), 0.5, 0.25),
        (np.array([0.2, 0.7, 0.9]), 0.75, 0.125),
    ],
    same=same_ends,
    shows=_clip_case,
    wrong_answers=(
        WrongAnswer(
            lambda best, shrink, border: (best - shrink / 2, best + shrink / 2, np.minimum(best, 1 - best) <= border),
            "{shown}. Nothing lies below 0 or above 1: from_unit would refuse it.",
        ),
        WrongAnswer(
            lambda best, shrink, border: (
                np.clip(best - shrink / 2, 0, 1 - shrink),
                np.clip(best + shrink / 2, shrink, 1),
                np.minimum(best, 1 - best) <= border,
            ),
            "{shown}. You move the window inside and keep its width. That is a fair choice; asked for was to cut it off, as coursekit does, so that best stays where you expect it.",
        ),
        WrongAnswer(
            lambda best, shrink, border: (
                np.maximum(best - shrink / 2, 0),
                np.minimum(best + shrink / 2, 1),
                best <= border,
            ),
            lambda seen: f"Best {np.round(seen.args[0], 2)} gives {seen.got[2]}: you look at the lower end alone.",
        ),
        WrongAnswer(
            lambda best, shrink, border: (
                np.maximum(best - shrink / 2, 0),
                np.minimum(best + shrink / 2, 1),
                1 - best <= border,
            ),
            lambda seen: f"Best {np.round(seen.args[0], 2)} gives {seen.got[2]}: you look at the upper end alone.",
        ),
        WrongAnswer(
            lambda best, shrink, border: (
                np.maximum(best - shrink / 2, 0),
                np.minimum(best + shrink / 2, 1),
                np.minimum(best, 1 - best) > border,
            ),
            lambda seen: (
                f"Best {np.round(seen.args[0], 2)} gives {seen.got[2]}: True in the middle. The other way round?"
            ),
        ),
        WrongAnswer(
            lambda best, shrink, border: (
                np.maximum(best - shrink / 2, 0),
                np.minimum(best + shrink / 2, 1),
                (best - shrink / 2 < 0) | (best + shrink / 2 > 1),
            ),
            lambda seen: (
                f"Best {np.round(seen.args[0], 2)} gives {seen.got[2]}. You tell where the window is cut, which depends on shrink. Asked is whether best itself is near an end."
            ),
        ),
        WrongAnswer(
            lambda best, shrink, border: (
                np.maximum(best - shrink, 0),
                np.minimum(best + shrink, 1),
                np.minimum(best, 1 - best) <= border,
            ),
            "{shown}. How wide is it, where nothing is cut?",
        ),
        WrongAnswer(
            lambda best, shrink, border: (
                *clipped(best, shrink, border)[:2],
                (clipped(best, shrink, border)[0] <= border) | (clipped(best, shrink, border)[1] >= 1 - border),
            ),
            "The window is right. But you ask whether *its* ends are near the border: it is the best that was meant.",
        ),
        WrongAnswer(
            lambda best, shrink, border: (*clipped(best, shrink, border)[:2], (best <= border) & (best >= 1 - border)),
            "The window is right. No number is near both ends at once: is one of them enough?",
        ),
    ),
    otherwise=lambda seen: (
        f"Best {np.round(seen.args[0], 2)}, shrink {seen.args[1]:g}: the first window is {np.ravel(seen.got[0])[0]:.3g} to {np.ravel(seen.got[1])[0]:.3g}; expected {seen.expected[0][0]:.3g} to {seen.expected[1][0]:.3g}. On the border: expected {seen.expected[2]}."
    ),
    hints=(
        "`np.maximum(array, 0)` replaces what lies below 0.",
        "How far is best from the nearer end? The smaller one of two distances, element by element.",
    ),
    why="The clip keeps the search legal; the flag keeps it honest. A best point on the border says that the range was wrong, and no zoom into that range can mend it.",
)

IN_UNIT_SPACE = Prediction(
    name="04.a",
    question="The learning rate runs from 0.0001 to 1 on a log scale, and your best is 0.01. You zoom to half the width, in unit space, with the best in the middle. Which window is it?",
    options=("0.0001 to 0.5", "0.005 to 0.015", "0.001 to 0.1", "0.0001 to 0.26"),
    answer="0.001 to 0.1",
    why="Four decades become two, one on each side of 0.01. Half of the range in the quantity itself is 0.5 wide: clipped, 0.0001 to 0.26. That is more than three decades still, and below the best nothing is cut off.",
)
