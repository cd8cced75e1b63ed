"""Re-test: whether last month's best learning rate is still the best after the digits have drifted."""

from functools import lru_cache
from typing import Any

import numpy as np

from coursekit.datasets import digits
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.measured import measured
from coursekit.lab.standard_error import standard_error
from coursekit.lab.task import Part
from coursekit.lessons.panda_or_caviar.drift import (
    KEPT,
    KINDS,
    MONTHLY_RATES,
    REFIT,
    SCANNER,
    SHIFT,
    WAYS,
    WHOLE,
    cost_of_staying,
    drifted,
    size_by_pixel,
)
from coursekit.lessons.panda_or_caviar.picture_drift import N_DIGITS, Retest, retest
from coursekit.scales import ChoiceScale
from coursekit.types import Array

STRENGTHS = (0.0, 0.25, 0.5, 1.0)
SPLIT = 1  # the one whose inputs are shown pixel by pixel


@lru_cache
def months(kind: str, strength: float, *, by: str) -> tuple[Array, Array, float]:
    """Look up a month of experiments/panda_or_caviar/drift.py: dev and test, (10, 17) each, and the inputs' size."""
    table = measured("drift")
    chosen = (table["month"] == 1) & (table["way"] == WAYS.index(by)) & (table["strength"] == strength)
    return _columns(table[chosen & ((table["kind"] == kind) | (strength == 0))])


@lru_cache
def last_month(by: str = KEPT) -> tuple[Array, Array, float]:
    """Look up the month before the drift, likewise."""
    table = measured("drift")
    return _columns(table[(table["month"] == 0) & (table["way"] == (by == WHOLE))])


def _columns(rows: Any) -> tuple[Array, Array, float]:
    dev, test = (np.stack([rows[f"{name}{i}"] for i in range(len(MONTHLY_RATES))], axis=1) for name in ("dev", "test"))
    return dev, test, float(rows["size"].mean())


def costs(kind: str, strength: float, by: str) -> Array:
    """Return what it costs to keep last month's rate, in each of 10 repetitions."""
    dev, test, _ = months(kind, strength, by=by)
    return cost_of_staying(last_month(by)[0], dev, test)


@lru_cache
def some_digits() -> Array:
    """Return a digit of each of two classes, raw, shape (2, 64)."""
    data = digits(np.random.default_rng(5), standardize=False)
    X: Array = data.X_test[[np.flatnonzero(data.y_test == label)[0] for label in range(N_DIGITS)]]
    return X


def try_again(kind: str, strength: float, by: str) -> Retest:
    """Let the digits drift, and hold last month's choice of a rate against this month's."""
    (dev_then, test_then, _), (dev, test, size) = last_month(by), months(kind, strength, by=by)
    after = drifted(some_digits(), kind, strength, np.random.default_rng(0))
    all_costs = np.array([[costs(kind, each, way) for each in STRENGTHS] for way in WAYS])
    best_then, best_now = (int(scores.mean(axis=0).argmax()) for scores in (dev_then, dev))
    return Retest(
        images=np.stack([some_digits(), after]).reshape(2, N_DIGITS, 8, 8),
        by_pixel=size_by_pixel(SPLIT, 1, kind, strength, by=by), size=size, kind=kind, strength=strength, by=by,
        way=WAYS.index(by), rates=np.array(MONTHLY_RATES), then=test_then.mean(axis=0), now=test.mean(axis=0),
        best_then=best_then, best_now=best_now, strengths=STRENGTHS, costs=all_costs,
    )  # fmt: skip


def describe_retest(state: Retest) -> Words:
    """Say both choices, what it costs to keep the old one, and which pixels make up the inputs."""
    old, new, cost = state.best_then, state.best_now, state.cost
    still = "is chosen again" if old == new else f"gives way to {state.rates[new]:.3g}"
    brighter = f", {16**state.strength:.3g} times as bright" if state.kind == SCANNER else ""
    squares = np.sort(state.by_pixel**2)[::-1]
    return Words(
        f"Last month's rate {state.rates[old]:.3g} {still}; to keep it costs {cost.mean():.3f}",
        f"Drift: {state.kind}, strength {state.strength:g}{brighter}. Mean and sd: {state.by}. The inputs have size "
        f"{state.size:.2f}. In split {SPLIT} five of the 64 pixels make up {squares[:5].sum() / squares.sum():.0%} of "
        f"its square. The old rate gets {state.now[old]:.3f} now ({state.then[old]:.3f} last month), the new one "
        f"{state.now[new]:.3f}. The cost's standard error is {standard_error(cost):.3f}.",
    )


RETEST = Explorer(
    name="retest",
    title="Is last month's best still the best?",
    task="Find a drift that makes last month's learning rate useless. Then divide all pixels by one number: which "
    "drift still does? At last measure mean and sd anew: is one left?",
    controls=(
        Dropdown("kind", KINDS, SHIFT, "drift"),
        Slider("strength", ChoiceScale(STRENGTHS), 0.5, "strength"),
        Dropdown("by", WAYS, KEPT, "mean and sd"),
    ),
    compute=try_again,
    picture=retest,
    describe=describe_retest,
    marks=(Along("x", "strength", axes=2),),
    parts=(
        Part("a drift that makes the rate useless",
             lambda values, state: (values["by"] == KEPT and state.now[state.best_then] < 0.2
                                    and state.cost.mean() > 0.2),
             "The old rate guesses, and another one does not: the inputs have grown, so its steps are too long.",
             {"kind": SCANNER, "strength": 1.0}),
        Part("one that does, though all pixels are divided by one number",
             lambda values, state: values["by"] == WHOLE and state.cost.mean() > 0.2,
             "Only what makes all pixels larger still does; no single pixel can blow the inputs up any more.",
             {"kind": SCANNER, "strength": 1.0, "by": WHOLE}),
        Part("measured anew, it costs next to nothing",
             lambda values, state: values["by"] == REFIT and values["strength"] == 1 and state.cost.mean() < 0.03,
             "With this month's mean and sd the inputs have their old size, and last month's rate fits again.",
             {"kind": SCANNER, "strength": 1.0, "by": REFIT}),
    ),
)  # fmt: skip
