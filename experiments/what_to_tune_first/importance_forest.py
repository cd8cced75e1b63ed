"""Ask a random forest who matters, on trials held out: writes importance_forest.csv in two minutes."""

import csv

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from coursekit.lab.measured import data_of
from coursekit.lessons.what_to_tune_first.explore_searches import SPACES, trials

COLUMNS = ("search", "n_trials", "refit", "hyperparameter", "share", "r2")
N_TRIALS, N_REFITS, N_SHUFFLES = (100, 300, 600), 20, 20


def shares(u: np.ndarray, scores: np.ndarray, refit: int) -> tuple[list[float], float]:
    """Fit a forest to two thirds of the trials; return half of what R^2 loses on the rest, a column shuffled, and R^2.

    Half, because a shuffled column puts the old and the new value's effect into the error, and so its variance twice.
    """
    rng = np.random.default_rng(refit)
    order = rng.permutation(len(u))
    held_out, seen = np.split(order, [len(u) // 3])
    forest = RandomForestRegressor(200, min_samples_leaf=2, max_features=0.7, random_state=refit)
    forest.fit(u[seen], scores[seen])
    r2 = forest.score(u[held_out], scores[held_out])
    found = []
    for j in range(u.shape[1]):
        copies = np.tile(u[held_out], (N_SHUFFLES, 1))
        copies[:, j] = np.concatenate([rng.permutation(u[held_out, j]) for _ in range(N_SHUFFLES)])
        found.append((r2 - forest.score(copies, np.tile(scores[held_out], N_SHUFFLES))) / 2)
    return found, r2


def main() -> None:
    """Refit on every number of trials of every search, and write it down."""
    with (data_of("what_to_tune_first") / "importance_forest.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for search, space in SPACES.items():
            u, scores = trials(search)
            for n in N_TRIALS:
                for refit in range(N_REFITS):
                    found, r2 = shares(u[:n], scores[:n], refit)
                    for name, share in zip(space.scales, found, strict=True):
                        rows.writerow((search, n, refit, name, f"{share:.4f}", f"{r2:.3f}"))


if __name__ == "__main__":
    main()
