"""Train without batch norm, and with it on either side of the activation: writes batchnorm_position.csv.

Twelve networks of each kind at each of nine learning rates; two minutes.
"""

import csv
import itertools

from coursekit.lab.measured import data_of
from coursekit.lessons.batch_norm_in_a_network.explore_batchnorm_position import (
    ACTIVATIONS,
    LAYERS,
    N_NETWORKS,
    OPTIMIZERS,
    train,
)
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_position import POSITIONS, RATES

COLUMNS = ("optimizer", "activation", "layers", "position", "network", "learning_rate", "accuracy")


def main() -> None:
    """Train every network, judge it on the digits that it has not seen, and write it down."""
    with (data_of("batch_norm_in_a_network") / "batchnorm_position.csv").open(
        "w", newline="", encoding="utf-8"
    ) as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for seed, *kind in itertools.product(range(N_NETWORKS), OPTIMIZERS, ACTIVATIONS, LAYERS, POSITIONS):
            optimizer, activation, layers, position = kind
            *_, last = train(position, activation, layers, optimizer, rates=RATES, seed=seed)
            for rate, accuracy in zip(RATES, last.validation_accuracy, strict=True):
                rows.writerow((*kind, seed, f"{rate:.4g}", f"{accuracy:.4f}"))


if __name__ == "__main__":
    main()
