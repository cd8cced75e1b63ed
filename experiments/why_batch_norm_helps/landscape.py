"""Look ahead at every step of 90 trainings: writes landscape.csv and landscape_runs.csv in five minutes."""

from collections.abc import Iterator

from coursekit.lab.measured import write_table
from coursekit.lessons.why_batch_norm_helps.descents import (
    LENGTHS,
    N_SEEDS,
    RATES,
    SHARES,
    SIDES,
    Moment,
    row,
    summary,
    train,
)

LESSON, N_SHOWN = "why_batch_norm_helps", 4  # runs of which the explorer shows every step
RUN_COLUMNS = ("rate", "side", "seed", "moved", *(f"lowered{i}" for i in range(len(LENGTHS))),
               *(f"relative{i}" for i in range(len(SHARES))), "accuracy")  # fmt: skip


def main() -> None:
    """Train every network; write a row per run, and of the first four runs a row per step."""
    steps: list[tuple[object, ...]] = []

    def runs() -> Iterator[tuple[object, ...]]:
        for rate in RATES:
            for side in SIDES:
                for seed in range(N_SEEDS):
                    moments: list[Moment] = list(train(side, seed, rate))
                    if seed < N_SHOWN:
                        steps.extend((rate, side, seed, step, *(f"{each:.3g}" for each in row(moment).values()))
                                     for step, moment in enumerate(moments, start=1))  # fmt: skip
                    run = summary(moments)
                    numbers = (run.moved, *run.lowered, *run.lowered_relative, run.accuracy)
                    yield rate, side, seed, *(f"{each:.4f}" for each in numbers)

    write_table(LESSON, "landscape_runs", RUN_COLUMNS, runs())
    names = ("low", "median", "high", "loss", *(f"along{i}" for i in range(len(LENGTHS))),
             *(f"relative{i}" for i in range(len(SHARES))), "accuracy")  # fmt: skip
    write_table(LESSON, "landscape", ("rate", "side", "seed", "step", *names), steps)


if __name__ == "__main__":
    main()
