"""Race the linear scale against the log scale, over 50 seeds and splits: writes scale_race.csv in a minute."""

from collections.abc import Iterator

from coursekit.lab.measured import write_table
from coursekit.lessons.pick_the_right_scale.explore_race import LAYERS, N_RACES, OPTIMIZERS, ROWS, train

COLUMNS = ("optimizer", "layers", "race", "scale", "learning_rate", "dev", "test")


def rows() -> Iterator[tuple[object, ...]]:
    """Run every race to its end, a row per network."""
    for optimizer in OPTIMIZERS:
        for layers in LAYERS:
            for race in range(1, N_RACES + 1):
                *_, scores = train(optimizer, layers, race)
                for (scale, *_), *row in zip(ROWS, *scores, strict=True):
                    for rate, dev, test in zip(*row, strict=True):
                        yield optimizer, layers, race, scale, f"{rate:.3g}", f"{dev:.4f}", f"{test:.4f}"


if __name__ == "__main__":
    write_table("pick_the_right_scale", "scale_race", COLUMNS, rows())
