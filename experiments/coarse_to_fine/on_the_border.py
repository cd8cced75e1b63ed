"""Search a range that ends too early, 50 times in each way: writes on_the_border.csv in a minute."""

from collections.abc import Iterator

from coursekit.lab.measured import write_table
from coursekit.lessons.coarse_to_fine.explore_coarse_to_fine import outcome, rounds
from coursekit.lessons.coarse_to_fine.explore_on_the_border import (
    N_ROUNDS,
    N_VALIDATION,
    PER_ROUND,
    SHRINK,
    space_up_to,
)

COLUMNS = ("high", "way", "search", "learning_rate", "found", "again", "test")
N_SEARCHES = 50
WAYS = {"random": {"shrink": None}, "zoom": {"shrink": SHRINK}, "move": {"shrink": SHRINK, "widen": True}}


def measure(high: float, way: str, search: int) -> tuple[float, float, float, float]:
    """Search once; return the best learning rate, its score, that with new seeds, and that on other digits."""
    done = list(rounds(search, N_ROUNDS, PER_ROUND, n_validation=N_VALIDATION, space=space_up_to(high), **WAYS[way]))
    result = outcome(done, N_VALIDATION, search)
    return result.setting["learning_rate"], result.found, float(result.again.mean()), result.test


def rows() -> Iterator[tuple[object, ...]]:
    """Run every search, each on a split of its own: in a range up to 0.1, and in one up to 10, which is wide enough."""
    for high in (0.1, 10.0):
        for way in WAYS:
            for search in range(1001, 1001 + N_SEARCHES):
                rate, *scores = measure(high, way, search)
                yield high, way, search, f"{rate:.3g}", *(f"{score:.4f}" for score in scores)


if __name__ == "__main__":
    write_table("coarse_to_fine", "on_the_border", COLUMNS, rows())
