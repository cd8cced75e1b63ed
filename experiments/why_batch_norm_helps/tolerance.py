"""Train at 81 pairs of rate and first weights, ten seeds: writes tolerance.csv in two minutes."""

from collections.abc import Iterator

from coursekit.lab.measured import write_table
from coursekit.lessons.why_batch_norm_helps.explore_tolerance import N_SEEDS, RATES, SCALES, sweep

COLUMNS = ("network", "seed", "rate", "scale", "accuracy")


def rows() -> Iterator[tuple[object, ...]]:
    """Train every network, and yield a row for each."""
    for network, batch_norm in (("without", None), ("with", "before")):
        for seed in range(N_SEEDS):
            accuracies = sweep(seed, batch_norm)
            for i, rate in enumerate(RATES):
                for j, scale in enumerate(SCALES):
                    yield network, seed, f"{rate:.3g}", f"{scale:.3g}", f"{accuracies[i, j]:.4f}"


if __name__ == "__main__":
    write_table("why_batch_norm_helps", "tolerance", COLUMNS, rows())
