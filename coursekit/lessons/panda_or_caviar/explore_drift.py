"""Re-test: whether last month's best learning rate is still the best after the digits have drifted."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from coursekit.datasets import digits
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, label, line, powers_of_ten
from coursekit.lessons.panda_or_caviar.drift import KINDS, MONTHLY_RATES, SCANNER, SHIFT, cost_of_staying, drifted
from coursekit.scales import ChoiceScale
from coursekit.types import Array

N_DIGITS, SIDE = 6, 10  # each of 8 x 8 pixels and a margin


class Retest(NamedTuple):
    """Learning rates tried again after a drift.

    Attributes
    ----------
    images : array, shape (2, 6, 8, 8)
        Some digits, before and after, from 0 to 16.
    kind, strength, refit : str, float, bool
        Of the drift; whether mean and standard deviation are measured anew.
    rates : array, shape (r,)
        What was tried.
    then, now : array, shape (r,)
        The mean test accuracies before and after.
    best_then, best_now : int
        Which rate was chosen, on other digits.
    cost : array, shape (s,)
        In each of s repetitions, how much better today's choice is than last month's.
    size : float
        The root of the mean square of what the networks read.
    """

    images: Array
    kind: str
    strength: float
    refit: bool
    rates: Array
    then: Array
    now: Array
    best_then: int
    best_now: int
    cost: Array
    size: float


def retest() -> Picture:
    """Show the digits, and the accuracy over the learning rate, with both months' choices."""
    figure, (left, right) = canvas(1000, 420, columns=2, width_ratios=(2, 5))
    left.set(xticks=[], yticks=[], title="last month | this month")
    left.spines[:].set_visible(False)
    name = label(left, 2 * SIDE - 0.5, 3 * SIDE + 0.5, ha="center", va="top", size=12)
    image = left.imshow(np.zeros((3 * SIDE, 4 * SIDE)), cmap="Greys", vmin=0, vmax=16, interpolation="nearest")
    left.axvline(2 * SIDE - 0.5, color=GREY, linewidth=1)
    powers_of_ten(right, -3, 1)
    right.set(xlim=(0.8e-3, 12.5), ylim=(-0.02, 1.05), xlabel="learning rate (log axis)", ylabel="test accuracy")
    right.set_title("mean of 10 repetitions; diamonds: last month's choice, ring: this month's")
    then, now = line(right, GREY, linewidth=2, linestyle="--"), line(right, BLUE, marker="o", linewidth=2)
    chosen_then = line(right, GREY, marker="D", markersize=11, linestyle="", markeredgecolor="white")
    staying = line(right, ORANGE, marker="D", markersize=11, linestyle="", markeredgecolor="white")
    chosen_now = line(right, "none", marker="o", markersize=16, linestyle="", markeredgecolor=INK, markeredgewidth=1.5)
    gap = line(right, ORANGE, linewidth=1.5, linestyle=":")
    label(right, 2.2, 0.66, "to keep the old\nrate costs", color=ORANGE, va="bottom")
    cost = label(right, 2.2, 0.6, color=ORANGE, size=14, fontweight="bold", va="center")
    label(right, 1e-3, 0.99, "last month", color=GREY)
    label(right, 1e-3, 0.92, "this month", color=BLUE)

    def move(state: Retest) -> None:
        image.set_data(_mosaic(state.images))
        name.set_text(f"{state.kind}\nstrength {state.strength:g}")
        then.set_data(state.rates, state.then)
        now.set_data(state.rates, state.now)
        old, new = state.best_then, state.best_now
        chosen_then.set_data([state.rates[old]], [state.then[old]])
        staying.set_data([state.rates[old]], [state.now[old]])
        chosen_now.set_data([state.rates[new]], [state.now[new]])
        gap.set_data(state.rates[[new, old, old]], state.now[[new, new, old]])
        cost.set_text(f"{state.cost.mean():.3f}")

    return Picture(
        figure, move, [image, name, then, now, gap, chosen_then, staying, chosen_now, cost], ghosts=[now, staying]
    )


def _mosaic(images: Array) -> Array:
    """Lay three rows of two digits before beside the same after."""
    tiles = np.zeros((2, N_DIGITS, SIDE, SIDE))
    tiles[:, :, 1:-1, 1:-1] = images
    halves = tiles.reshape(2, 3, 2, SIDE, SIDE).swapaxes(2, 3).reshape(2, 3 * SIDE, 2 * SIDE)
    return np.concatenate(halves, axis=1)


KEPT, REFIT = "last month's mean and sd", "mean and sd measured anew"


@lru_cache
def months(kind: str, strength: float, *, refit: bool) -> tuple[Array, Array, float]:
    """Look up a drifted month of experiments/panda_or_caviar/drift.py."""
    table = measured("drift")
    chosen = (table["month"] == 1) & (table["kind"] == kind) & (table["strength"] == strength)
    return _columns(table[chosen & (table["refit"] == refit)])


@lru_cache
def last_month() -> tuple[Array, Array, float]:
    """Look up the month before the drift, likewise."""
    table = measured("drift")
    return _columns(table[table["month"] == 0])


def _columns(rows: Any) -> tuple[Array, Array, float]:
    dev, test = (np.stack([rows[f"{name}{i}"] for i in range(len(MONTHLY_RATES))], axis=1) for name in ("dev", "test"))
    return dev, test, float(rows["size"].mean())


@lru_cache
def some_digits() -> Array:
    """Return a digit of each of six classes, raw, shape (6, 64)."""
    data = digits(np.random.default_rng(5), standardize=False)
    X: Array = data.X_test[[np.flatnonzero(data.y_test == label)[0] for label in range(N_DIGITS)]]
    return X


def try_again(kind: str, strength: float, preprocessing: str) -> Retest:
    """Let the digits drift, and hold last month's choice of a rate against this month's."""
    refit = preprocessing == REFIT
    (dev_then, test_then, _), (dev, test, size) = last_month(), months(kind, strength, refit=refit)
    after = drifted(some_digits(), kind, strength, np.random.default_rng(0))
    images = np.stack([some_digits(), after]).reshape(2, N_DIGITS, 8, 8)
    best_then, best_now = (int(scores.mean(axis=0).argmax()) for scores in (dev_then, dev))
    return Retest(images, kind, strength, refit, np.array(MONTHLY_RATES), test_then.mean(axis=0), test.mean(axis=0),
                  best_then, best_now, cost_of_staying(dev_then, dev, test), size)  # fmt: skip


def describe_retest(state: Retest) -> Words:
    """Say both choices, and what it costs to keep the old one."""
    old, new = state.best_then, state.best_now
    cost = state.cost.mean()
    still = "is chosen again" if old == new else f"gives way to {state.rates[new]:.3g}"
    brighter = f", {16**state.strength:.3g} times as bright" if state.kind == SCANNER else ""
    by = "this month's" if state.refit else "last month's"
    return Words(
        f"Last month's rate {state.rates[old]:.3g} {still}; to keep it costs {cost:.3f}",
        f"Drift: {state.kind}, strength {state.strength:g}{brighter}. Standardised by {by} mean and sd, the inputs "
        f"have size {state.size:.2f}. The old rate gets {state.now[old]:.3f} now ({state.then[old]:.3f} last month), "
        f"the new one {state.now[new]:.3f}. The cost has a standard deviation of {state.cost.std():.3f}.",
    )


RETEST = Explorer(
    name="retest",
    title="Is last month's best still the best?",
    task="Find a drift that makes last month's learning rate useless. Then measure mean and standard deviation anew, "
    "and look for one that still does.",
    controls=(
        Dropdown("kind", KINDS, SHIFT, "drift"),
        Slider("strength", ChoiceScale((0.0, 0.25, 0.5, 0.75, 1.0)), 0.5, "strength"),
        Dropdown("preprocessing", (KEPT, REFIT), KEPT, "standardised by"),
    ),
    compute=try_again,
    picture=retest,
    describe=describe_retest,
)
