"""Judge networks by changed digits, with and without batch norm: writes why_batchnorm.csv in a minute."""

from collections.abc import Iterator

from coursekit.lab.measured import write_table
from coursekit.lessons.why_batch_norm_helps.explore_shift import accuracies, trained_pair

COLUMNS = ("setting", "network", "seed", "accuracy")
NETWORKS = ("without", "training", "own")  # batch norm by training statistics, and by the changed digits' own
SHIFTS = {
    "as they are": (0, 1),
    "plus 1": (1, 1),
    "plus 4": (4, 1),
    "half the contrast": (0, 0.5),
    "inverted": (16, -1),
}
N_SEEDS = 10


def rows() -> Iterator[tuple[object, ...]]:
    """Yield a row for each network and each change of the digits."""
    for seed in range(N_SEEDS):
        for setting, change in SHIFTS.items():
            for network, share in zip(NETWORKS, accuracies(trained_pair(seed), *change), strict=True):
                yield setting, network, seed, f"{share:.4f}"


if __name__ == "__main__":
    write_table("why_batch_norm_helps", "why_batchnorm", COLUMNS, rows())
