"""Train on two dense grids of settings, ten seeds each: writes random_grid.csv in two minutes."""

from collections.abc import Iterator

import numpy as np

from coursekit.lab.measured import write_table
from coursekit.lessons.random_beats_grid.explore_random_grid_digits import N_RATES, N_SEEDS, PAIRS, RATES, train
from coursekit.types import Array

COLUMNS = ("pair", "learning_rate", "second", *(f"accuracy{seed}" for seed in range(N_SEEDS)))
STACK = 64  # networks at a time: a stack of this size still fits into the processor's cache


def measure(pair: str, rates: Array, second: Array, seed: int) -> Array:
    """Train at every setting, and return the accuracies after the last epoch."""
    found = []
    for start in range(0, len(rates), STACK):
        part = slice(start, start + STACK)
        *_, accuracies = train(pair, rates[part], second[part], seed, stack=1 + start)
        found.append(accuracies)
    return np.concatenate(found)


def rows() -> Iterator[tuple[object, ...]]:
    """Train all networks, a row per setting, a column per seed."""
    for name, pair in PAIRS.items():
        values = np.meshgrid(RATES.grid(N_RATES, ends=True), pair.scale.grid(pair.n_measured, ends=True))
        rates, second = (each.T.ravel() for each in values)
        by_seed = [measure(name, rates, second, seed) for seed in range(N_SEEDS)]
        for rate, value, *accuracies in zip(rates, second, *by_seed, strict=True):
            yield name, f"{rate:.4g}", f"{value:.4g}", *(f"{each:.4f}" for each in accuracies)


if __name__ == "__main__":
    write_table("random_beats_grid", "random_grid", COLUMNS, rows())
