"""Halve 100 searches of 27 trials, and train everybody to the end: writes halving.csv in a minute."""

from collections.abc import Iterator

import numpy as np

from coursekit.lab.measured import write_table
from coursekit.lessons.coarse_to_fine.explore_coarse_to_fine import deal
from coursekit.lessons.coarse_to_fine.explore_halving import LATER_RUNGS, N_VALIDATION, survivors, train_on
from coursekit.search.halving import halving

PLAIN = (6, 7, 9, 13, 20, 27)  # trials that share halving's epochs alike, instead
COLUMNS = ("rungs", "search", "epochs", "epochs_without", "winner", "winner_test", "best", "best_test", "cut_after",
           "rank_at_first", *(f"test{n}" for n in PLAIN))  # fmt: skip
N_SEARCHES, N_TRIALS, KEEP = 100, 27, 1 / 3
PLANS = {"add": halving(N_TRIALS, KEEP, [1, *LATER_RUNGS]),
         "resume": halving(N_TRIALS, KEEP, [1, *LATER_RUNGS], up_to=True)}  # fmt: skip


def measure(search: int, right: np.ndarray, kind: str) -> tuple[object, ...]:
    """Follow halving through what all trials did, epoch by epoch, (epochs, 27, 597); and set it against training all.

    ``cut_after`` is the rung after which the best of all was cut, 0 if it was not; ``test9`` the test accuracy of the
    best of 9 trials that share the epochs of the halving alike.
    """
    plan, (chosen_by, others) = PLANS[kind], deal(N_VALIDATION, search)
    last = plan.rungs[-1].epochs_so_far
    accuracies = right[:last, :, chosen_by].mean(axis=-1)
    end, test = accuracies[-1], right[last - 1][:, others].mean(axis=-1)
    alive = survivors(accuracies, plan)
    winner, best = alive[-1][np.argmax(end[alive[-1]])], int(np.argmax(end))
    cut_after = next((i for i, who in enumerate(alive) if best not in who), 0)
    rank = 1 + np.sum(accuracies[0] > accuracies[0, best])
    scores = (f"{x:.4f}" for x in (end[winner], test[winner], end[best], test[best]))
    plain = (_best_of(n, plan.total // n, right, chosen_by, others) for n in PLAIN)
    return kind, search, plan.total, plan.total_without, *scores, cut_after, rank, *plain


def _best_of(n: int, epochs: int, right: np.ndarray, chosen_by: np.ndarray, others: np.ndarray) -> str:
    """Return the test accuracy of the best of n trials that have had as many epochs."""
    accuracies = right[epochs - 1, :n]
    best = int(np.argmax(accuracies[:, chosen_by].mean(axis=-1)))
    return f"{accuracies[best, others].mean():.4f}"


def rows() -> Iterator[tuple[object, ...]]:
    """Train every search once, on a split of its own, and follow both kinds of rungs through it."""
    for search in range(1001, 1001 + N_SEARCHES):
        right = np.stack(list(train_on(search, N_TRIALS, PLANS["add"].rungs[-1].epochs_so_far)))
        yield from (measure(search, right, kind) for kind in PLANS)


if __name__ == "__main__":
    write_table("coarse_to_fine", "halving", COLUMNS, rows())
