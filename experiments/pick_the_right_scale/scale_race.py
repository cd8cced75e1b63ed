"""Race the linear scale against the log scale, over 50 seeds: writes scale_race.csv in a minute."""

import csv

from coursekit.lab.measured import data_of
from coursekit.lessons.pick_the_right_scale.explore_race import LAYERS, N_RACES, OPTIMIZERS, ROWS, train

COLUMNS = ("optimizer", "layers", "race", "scale", "learning_rate", "accuracy")


def main() -> None:
    """Run every race to its end and write down every network."""
    with (data_of("pick_the_right_scale") / "scale_race.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for optimizer in OPTIMIZERS:
            for layers in LAYERS:
                for race in range(1, N_RACES + 1):
                    *_, (rates, accuracies) = train(optimizer, layers, race)
                    for (scale, *_), *row in zip(ROWS, rates, accuracies, strict=True):
                        for rate, accuracy in zip(*row, strict=True):
                            rows.writerow((optimizer, layers, race, scale, f"{rate:.3g}", f"{accuracy:.4f}"))


if __name__ == "__main__":
    main()
