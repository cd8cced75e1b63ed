"""Contradict one lesson at a time, in a random search of 27 trials: writes choices.csv in ten minutes.

Each choice on 20 splits of the digits, with Adam; what it ends with is trained again with three new seeds.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from coursekit.lab.measured import write_table
from coursekit.lessons.tune_a_real_network.tuning import ADAM, N_TRIALS, SPACES, Scores, sets_of, space, train, unscaled
from coursekit.scales import LogScale
from coursekit.search import Space

COLUMNS = ("choice", "search", "found", "again_test", "median")
SEARCHES, N_AGAIN, LOW = range(20), 3, 1e-3
CHOICES: dict[str, dict[str, Any]] = {
    "none": {},
    "rate on a linear scale": {"space": space(ADAM, linear=["learning_rate"])},
    "momentum on a linear scale": {"space": space(ADAM, linear=["momentum"])},
    "rates end at 0.001": {"space": Space(**{**SPACES[ADAM].scales, "learning_rate": LogScale(1e-5, LOW)})},
    "inputs not normalized": {"raw": True},
    "no batch norm": {"batch_norm": False},
    "neither": {"raw": True, "batch_norm": False},
}


def measure(search: int, *, space: Space = SPACES[ADAM], raw: bool = False, **how: Any) -> tuple[float, ...]:
    """Search once; return the best score, the test accuracy of its setting with new seeds, and the median score."""
    sets = unscaled(sets_of(search)) if raw else sets_of(search)
    settings = space.random(N_TRIALS, np.random.default_rng([search, 3]))

    def scores(settings: Sequence[dict[str, Any]], seed: Sequence[int], order: int = 0) -> Scores:
        rngs = [np.random.default_rng([*seed, i]) for i in range(len(settings))]
        *_, last = train(settings, rngs, sets, order=order, **how)
        return last

    found = scores(settings, [search, 2]).validation
    best = int(np.argmax(found))
    again = scores([settings[best]] * N_AGAIN, [search, 4], 1)
    return float(found[best]), float(again.test.mean()), float(np.median(found))


def rows() -> Iterator[tuple[object, ...]]:
    """Measure each choice on each split, and write a row of each."""
    for name, choice in CHOICES.items():
        for search in SEARCHES:
            yield name, search, *(f"{value:.4f}" for value in measure(search, **choice))


if __name__ == "__main__":
    write_table("tune_a_real_network", "choices", COLUMNS, rows())
