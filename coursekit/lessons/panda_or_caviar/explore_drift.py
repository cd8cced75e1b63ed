"""Re-test: whether last month's best learning rate is still the best after the digits have drifted."""

from functools import lru_cache
from typing import Any

import numpy as np

from coursekit.types import Array
from coursekit.datasets import digits
from coursekit.lessons.panda_or_caviar.drift import KINDS, MONTHLY_RATES, SCANNER, SHIFT, cost_of_staying, drifted
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.panda_or_caviar.picture_drift import N_DIGITS, Retest
from coursekit.lessons.panda_or_caviar.picture_drift import retest as retest_picture
from coursekit.lab.measured import measured
from coursekit.scales import ChoiceScale

KEPT, REFIT = "last month's mean and sd", "mean and sd measured anew"


@lru_cache
def months(kind: str, strength: float, *, refit: bool) -> tuple[Array, Array, float]:
    """Look up a drifted month of experiments/panda_or_caviar/drift.py.

    Parameters
    ----------
    kind, strength, refit
        As for ``coursekit.lessons.panda_or_caviar.drift.a_month``; of the five strengths measured.

    Returns
    -------
    dev, test : array, shape (10, 17)
        In each repetition, at each rate.
    size : float
        The mean root of the mean square of what the networks read.
    """
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
    picture=retest_picture,
    describe=describe_retest,
)
