"""Train without batch norm, and with it on either side of the activation: writes batchnorm_position.csv.

Twelve networks of each kind at each of nine learning rates; two minutes. Each is measured on all digits that it has not
seen, and on their two halves: dev chooses a rate, test scores the choice.
"""

import itertools
from collections.abc import Iterator

from coursekit.lab.measured import write_table
from coursekit.lessons.batch_norm_in_a_network.explore_batchnorm_position import (
    ACTIVATIONS,
    LAYERS,
    N_NETWORKS,
    OPTIMIZERS,
    on_halves,
    train,
)
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_position import POSITIONS, RATES

COLUMNS = ("optimizer", "activation", "layers", "position", "network", "learning_rate", "accuracy", "dev", "test")


def rows() -> Iterator[tuple[object, ...]]:
    """Train every network, and measure it."""
    for seed, *kind in itertools.product(range(N_NETWORKS), OPTIMIZERS, ACTIVATIONS, LAYERS, POSITIONS):
        optimizer, activation, layers, position = kind
        *_, last = train(position, activation, layers, optimizer, rates=RATES, seed=seed)
        for rate, *shares in zip(RATES, *on_halves(last, position, activation, seed), strict=True):
            yield (*kind, seed, f"{rate:.4g}", *(f"{share:.4f}" for share in shares))


if __name__ == "__main__":
    write_table("batch_norm_in_a_network", "batchnorm_position", COLUMNS, rows())
