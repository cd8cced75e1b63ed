"""Train five layers of sigmoid from weights of several sizes: writes sigmoid_start.csv in two minutes.

He's weights are made for ReLUs. Each network is tuned over the size of its first weights and the learning rate, without
batch norm as well as with it; dev and test are the halves of the digits that it has not seen.
"""

import itertools
from collections.abc import Iterator

from coursekit.lab.measured import write_table
from coursekit.lessons.batch_norm_in_a_network.explore_batchnorm_position import N_NETWORKS, on_halves, train
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_position import POSITIONS, RATES

COLUMNS = ("position", "scale", "network", "learning_rate", "dev", "test")
SCALES = ("he", 0.4, 0.6, 0.8, 1.2)  # standard deviations; He's are 0.18 and 0.2 here


def rows() -> Iterator[tuple[object, ...]]:
    """Train every network, and measure it."""
    for seed, position, scale in itertools.product(range(N_NETWORKS), POSITIONS, SCALES):
        *_, last = train(position, "sigmoid", 5, "SGD", rates=RATES, seed=seed, scale=scale)
        _, *halves = on_halves(last, position, "sigmoid", seed)
        for rate, *shares in zip(RATES, *halves, strict=True):
            yield (position, scale, seed, f"{rate:.4g}", *(f"{share:.4f}" for share in shares))


if __name__ == "__main__":
    write_table("batch_norm_in_a_network", "sigmoid_start", COLUMNS, rows())
