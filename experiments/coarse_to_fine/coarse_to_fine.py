"""Zoom at five speeds, and never, 40 to 100 searches each: writes coarse_to_fine.csv in four minutes."""

from collections.abc import Iterator

from coursekit.lab.measured import write_table
from coursekit.lessons.coarse_to_fine.explore_coarse_to_fine import outcome, rounds

COLUMNS = ("n_validation", "per_round", "shrink", "search", "found", "again", "test")
N_ROUNDS = 4
SHRINKS = (None, 0.75, 0.5, 0.25, 0.05)
KINDS = ((30, 6, 100), (300, 6, 100), (300, 16, 40))  # digits to choose by, trainings a round, searches


def measure(search: int, per_round: int, shrink: float | None, n_validation: int) -> tuple[float, float, float]:
    """Search once; return the best score, its mean with new seeds, and that on digits nothing was chosen by."""
    done = list(rounds(search, N_ROUNDS, per_round, shrink, n_validation))
    result = outcome(done, n_validation, search)
    return result.found, float(result.again.mean()), result.test


def rows() -> Iterator[tuple[object, ...]]:
    """Run every search, each on a split of its own; a shrink of 1 stands for random search."""
    for n_validation, per_round, n_searches in KINDS:
        for search in range(1001, 1001 + n_searches):
            for shrink in SHRINKS:
                scores = (f"{score:.4f}" for score in measure(search, per_round, shrink, n_validation))
                yield n_validation, per_round, shrink or 1, search, *scores


if __name__ == "__main__":
    write_table("coarse_to_fine", "coarse_to_fine", COLUMNS, rows())
