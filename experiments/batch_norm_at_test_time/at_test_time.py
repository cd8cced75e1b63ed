"""Judge 20 networks with batch norm in batches of 200 down to 1: writes at_test_time.csv in a minute."""

from collections.abc import Iterator

import numpy as np

from coursekit.lab.company import Trained, deal, trained
from coursekit.lab.measured import write_table
from coursekit.lessons.batch_norm_at_test_time.explore_at_test_time import N_DEALS, ORDERS, probabilities

COLUMNS = ("network", "statistics", "order", "batch_size", "accuracy", "sd")
SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 50, 75, 100, 128, 150, 200)
N_NETWORKS = 20


def measure(network: Trained, order: str, m: int) -> tuple[float, float]:
    """Return the mean accuracy over all deals, and how much a digit's probability varies from deal to deal.

    That is the standard deviation of the probability of its class, averaged over the digits.
    """
    y = network.data.y_test
    p = np.stack([probabilities(network, deal(y, order, seed), m, None) for seed in range(1, N_DEALS + 1)])
    return float(np.mean(p.argmax(axis=-1) == y)), float(p[:, np.arange(len(y)), y].std(axis=0).mean())


def rows() -> Iterator[tuple[object, ...]]:
    """Train every network, judge it in every way, and write it down."""
    for seed in range(N_NETWORKS):
        network = trained(seed)
        y = network.data.y_test
        right = probabilities(network, np.arange(len(y)), 1, network.statistics).argmax(axis=-1) == y
        yield seed, "running", "random", 1, f"{right.mean():.4f}", "0.0000"
        for order in ORDERS:
            for m in SIZES:
                accuracy, sd = measure(network, order, m)
                yield seed, "own", order.split()[0], m, f"{accuracy:.4f}", f"{sd:.4f}"


if __name__ == "__main__":
    write_table("batch_norm_at_test_time", "at_test_time", COLUMNS, rows())
