"""Train at every point of a 25 x 25 grid, 10 networks each on 10 splits: writes tuning_map.csv in a minute."""

from collections.abc import Iterator

import numpy as np

from coursekit.lab.measured import write_table
from coursekit.lessons.coarse_to_fine.explore_coarse_to_fine import train
from coursekit.lessons.coarse_to_fine.picture_coarse_to_fine import SPACE

COLUMNS = ("learning_rate", "momentum", "accuracy", "sd")
N_SIDE, N_SEEDS = 25, 10


def measure(momentum: float, rates: np.ndarray) -> np.ndarray:
    """Return the accuracies on the 597 held-out digits of one row of the grid, shape (10, 25)."""
    settings = [{"learning_rate": rate, "momentum": momentum} for rate in rates]
    return np.stack([train(settings, [seed, 3], search=seed).mean(axis=-1) for seed in range(N_SEEDS)])


def rows() -> Iterator[tuple[str, ...]]:
    """Train them all, a row of the grid at a time, and give mean and standard deviation of each point."""
    momenta, rates = (SPACE.scales[name].grid(N_SIDE) for name in ("momentum", "learning_rate"))
    for momentum in momenta.tolist():
        accuracies = measure(momentum, rates)
        for rate, mean, sd in zip(rates, accuracies.mean(axis=0), accuracies.std(axis=0), strict=True):
            yield f"{rate:.4g}", f"{momentum:.5g}", f"{mean:.4f}", f"{sd:.4f}"


if __name__ == "__main__":
    write_table("coarse_to_fine", "tuning_map", COLUMNS, rows())
