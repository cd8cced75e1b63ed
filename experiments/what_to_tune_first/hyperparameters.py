"""Change one hyperparameter at a time, 5 seeds each: writes hyperparameters.csv in a minute."""

from collections.abc import Iterator

from coursekit.lab.measured import write_table
from coursekit.lessons.what_to_tune_first.explore_hyperparameters import N_SEEDS, VALUES, one_changed, train

COLUMNS = ("hyperparameter", "value", "seed", "epoch", "loss", "accuracy")


def rows() -> Iterator[tuple[object, ...]]:
    """Train with every value of every hyperparameter, a row per seed and epoch."""
    for name, values in VALUES.items():
        for value in values:
            for number, epoch in enumerate(train(one_changed(name, value)), start=1):
                for seed in range(N_SEEDS):
                    measures = f"{epoch.loss[seed]:.4g}", f"{epoch.validation_accuracy[seed]:.4f}"
                    yield name, f"{value:g}", seed, number, *measures


if __name__ == "__main__":
    write_table("what_to_tune_first", "hyperparameters", COLUMNS, rows())
