"""What the best of n trials is worth on digits that it was not chosen by, from the trials of many random searches."""

from functools import lru_cache
from typing import Any

import numpy as np

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.measured import measured
from coursekit.lab.standard_error import standard_error
from coursekit.lab.task import Part
from coursekit.lessons.tune_a_real_network.picture_tuning_best_of import MOST, BestOf
from coursekit.lessons.tune_a_real_network.picture_tuning_best_of import best_of as best_of_picture
from coursekit.lessons.tune_a_real_network.tuning import ADAM, MOMENTUM
from coursekit.metrics import expected_best
from coursekit.scales import IntegerScale
from coursekit.types import Array


@lru_cache
def trials(optimizer: str) -> Any:
    """Look up the trials of random searches on log scales, 20 with Adam and 10 with momentum; shape (20 or 10, 27)."""
    table = measured("tuning_trials")
    rows = np.sort(table[table["optimizer"] == optimizer], order=["search", "trial"])
    return rows.reshape(-1, MOST)


@lru_cache
def _curves(optimizer: str) -> tuple[Array, Array]:
    rows = trials(optimizer)
    n = range(1, MOST + 1)
    found = np.stack([expected_best(rows["validation"], i) for i in n])
    return found, np.stack([expected_best(rows["validation"], i, of=rows["test"]) for i in n])


def best_of(optimizer: str, n: int) -> BestOf:
    """Say what the best of n is worth, in each search."""
    return BestOf(optimizer, n, *_curves(optimizer))


def describe_best_of(state: BestOf) -> Words:
    """Say how much too high the best score is."""
    found, test = state.found[state.n - 1], state.test[state.n - 1]
    gaps = found - test
    return Words(
        f"Best of {state.n}: {found.mean():.3f} where it was chosen, {test.mean():.3f} on the test set",
        f"{state.optimizer}, random on log scales, {len(gaps)} splits, 300 digits to choose by. The score is "
        f"{gaps.mean():.4f} too high (standard error {standard_error(gaps):.4f}), and in "
        f"{np.sum(gaps > 0)} of {len(gaps)} splits it is too high.",
    )


def _flatters(state: BestOf) -> float:
    """Return by how many standard errors the best score is too high."""
    gaps = state.gaps[state.n - 1]
    return float(gaps.mean() / standard_error(gaps))


BEST_OF = Explorer(
    name="best-of-n",
    title="How much of the best score is luck?",
    task="Go from 1 trial to 27. Where does the validation score begin to flatter, by more than two standard "
    "errors? And does the test accuracy still grow there?",
    controls=(
        Slider("n", IntegerScale(1, MOST), 1, "trials"),
        Dropdown("optimizer", (ADAM, MOMENTUM), ADAM, "optimizer"),
    ),
    compute=best_of,
    picture=best_of_picture,
    describe=describe_best_of,
    marks=(Along("x", "n"), Along("x", "n", axes=1)),
    parts=(
        Part("where it begins to flatter",
             lambda _, state: state.optimizer == ADAM and state.n <= 8 and _flatters(state) > 2,
             "It has been chosen among a handful by then; the test accuracy still grows, and more slowly.",
             {"n": 6}),
        Part("the best of 27", lambda _, state: state.n == MOST,
             "The test accuracy has grown on, so it pays to go on; but report what new digits say, not this score.",
             {"n": 27}),
    ),
)  # fmt: skip
