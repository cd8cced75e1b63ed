"""Search at random over all hyperparameters at once, four times: writes importance.csv in 6 minutes."""

from collections.abc import Iterator

from coursekit.lab.measured import write_table
from coursekit.lessons.what_to_tune_first.explore_searches import N_REPEATED, N_SEEDS, N_TRIALS, SPACES, settings, train

HYPERPARAMETERS = ("learning_rate", "momentum", "beta1", "beta2", "eps", "layers", "units", "decay_rate", "batch_size")
COLUMNS = ("search", "trial", "seed", *HYPERPARAMETERS, "accuracy")


def rows() -> Iterator[tuple[object, ...]]:
    """Train every trial once, the first hundred of each search twice more."""
    for search in SPACES:
        for seed in range(N_SEEDS):
            for trial in range(N_REPEATED if seed else N_TRIALS):
                own = settings(search)[trial]
                values = [f"{own[name]:.6g}" if name in own else "nan" for name in HYPERPARAMETERS]
                yield search, trial, seed, *values, f"{train(search, trial, seed):.4f}"


if __name__ == "__main__":
    write_table("what_to_tune_first", "importance", COLUMNS, rows())
