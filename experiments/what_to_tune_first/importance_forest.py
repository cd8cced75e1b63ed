"""Ask a random forest who matters, on trials held out: writes importance_forest.csv in four minutes.

Twenty refits split the same trials anew: their mean is the answer. Twenty more see a random half of the trials each.
How far those scatter tells how far other trials would move the answer: what half of n trials says is off by one
standard error from what all n say (the delete-half jackknife; Shao and Wu 1989).
"""

from collections.abc import Iterator

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from coursekit.lab.measured import write_table
from coursekit.lessons.what_to_tune_first.explore_searches import SPACES, trials

COLUMNS = ("search", "n_trials", "seen", "refit", "hyperparameter", "share", "r2")
N_TRIALS, N_REFITS, N_SHUFFLES = (100, 300, 600), 20, 10


def shares(u: np.ndarray, scores: np.ndarray, rng: np.random.Generator) -> tuple[list[float], float]:
    """Fit a forest to two thirds of the trials; return half of what R^2 loses on the rest, a column shuffled, and R^2.

    Half, because a shuffled column puts the old and the new value's effect into the error, and so its variance twice.
    """
    held_out, seen = np.split(rng.permutation(len(u)), [len(u) // 3])
    forest = RandomForestRegressor(200, min_samples_leaf=2, max_features=0.7, random_state=int(rng.integers(2**31)))
    forest.fit(u[seen], scores[seen])
    r2 = forest.score(u[held_out], scores[held_out])
    found = []
    for j in range(u.shape[1]):
        copies = np.tile(u[held_out], (N_SHUFFLES, 1))
        copies[:, j] = np.concatenate([rng.permutation(u[held_out, j]) for _ in range(N_SHUFFLES)])
        found.append((r2 - forest.score(copies, np.tile(scores[held_out], N_SHUFFLES))) / 2)
    return found, r2


def rows() -> Iterator[tuple[object, ...]]:
    """Refit on every number of trials of every search, and on random halves of them."""
    for search, space in SPACES.items():
        u, scores = trials(search)
        for n in N_TRIALS:
            for seen, size in (("all", n), ("half", n // 2)):
                for refit in range(N_REFITS):
                    rng = np.random.default_rng([refit, size])
                    chosen = rng.permutation(n)[:size]
                    found, r2 = shares(u[chosen], scores[chosen], rng)
                    for name, share in zip(space.scales, found, strict=True):
                        yield search, n, seen, refit, name, f"{share:.4f}", f"{r2:.3f}"


if __name__ == "__main__":
    write_table("what_to_tune_first", "importance_forest", COLUMNS, rows())
