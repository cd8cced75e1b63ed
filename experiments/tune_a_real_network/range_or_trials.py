"""Do more trials, or longer ones, make up for a range that ends too early? Writes range_or_{trials,epochs}.csv.

A random search of 108 trials over rates that end at 0.001, 0.01, 0.1 or 1, on each of 20 splits of the digits, with
Adam; the first 27 of the shortest and the longest range are those of choices.py. After 27, 54, 81 and 108 trials, the
best so far is trained again with three new seeds, and these networks are judged by the test digits. Then the first 27
of the shortest and the longest range once more, each for four times as many epochs.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from coursekit.lab.measured import write_table
from coursekit.lessons.tune_a_real_network.tuning import ADAM, N_EPOCHS, SPACES, Scores, sets_of, train
from coursekit.scales import LogScale
from coursekit.search import Setting, Space

COLUMNS = ("rates_end_at", "search", "trials", "found", "again_test")
SEARCHES, BUDGETS, N_AGAIN, ENDS = range(20), (27, 54, 81, 108), 3, (1e-3, 1e-2, 1e-1, 1.0)
LONGER = 4 * N_EPOCHS


def measure(
    end: float, search: int, budgets: Sequence[int] = BUDGETS, n_epochs: int = N_EPOCHS
) -> Iterator[tuple[float, ...]]:
    """Search once, over rates up to ``end``; for each budget, yield the best score so far and what it is worth."""
    sets = sets_of(search)

    def scores(settings: Sequence[Setting], seed: Sequence[int], order: int = 0) -> Scores:
        rngs = [np.random.default_rng([*seed, i]) for i in range(len(settings))]
        *_, last = train(settings, rngs, sets, order=order, n_epochs=n_epochs)
        return last

    space = Space(**{**SPACES[ADAM].scales, "learning_rate": LogScale(1e-5, end)})
    settings = space.random(max(budgets), np.random.default_rng([search, 3]))
    found = scores(settings, [search, 2]).validation
    best = [int(np.argmax(found[:budget])) for budget in budgets]
    again = scores([settings[i] for i in best for _ in range(N_AGAIN)], [search, 4], 1).test
    for budget, i, test in zip(budgets, best, again.reshape(-1, N_AGAIN).mean(axis=1), strict=True):
        yield end, search, budget, found[i], test


def rows(ends: Sequence[float], *how: Any) -> Iterator[tuple[object, ...]]:
    """Search on each split, and yield a row for each budget."""
    for end, search in product(ends, SEARCHES):
        for _, *whole, found, test in measure(end, search, *how):
            yield f"{end:g}", *whole, f"{found:.4f}", f"{test:.4f}"


if __name__ == "__main__":
    write_table("tune_a_real_network", "range_or_trials", COLUMNS, rows(ENDS))
    write_table("tune_a_real_network", "range_or_epochs", COLUMNS, rows((ENDS[0], ENDS[-1]), BUDGETS[:1], LONGER))
