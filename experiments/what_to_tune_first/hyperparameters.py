"""Change one hyperparameter at a time, 5 seeds each: writes hyperparameters.csv in a minute."""

import csv

from coursekit.lab.measured import data_of
from coursekit.lessons.what_to_tune_first.explore_hyperparameters import N_SEEDS, VALUES, one_changed, train

COLUMNS = ("hyperparameter", "value", "seed", "epoch", "loss", "accuracy")


def main() -> None:
    """Train with every value of every hyperparameter and write down every epoch."""
    with (data_of("what_to_tune_first") / "hyperparameters.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for name, values in VALUES.items():
            for value in values:
                for number, epoch in enumerate(train(one_changed(name, value)), start=1):
                    for seed in range(N_SEEDS):
                        measures = f"{epoch.loss[seed]:.4g}", f"{epoch.validation_accuracy[seed]:.4f}"
                        rows.writerow((name, f"{value:g}", seed, number, *measures))


if __name__ == "__main__":
    main()
