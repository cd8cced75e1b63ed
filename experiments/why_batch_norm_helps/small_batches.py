"""Train in batches of 50, in sorted ones, in fours and in pairs, at five rates each: writes small_batches.csv."""

from collections.abc import Iterator

from coursekit.lab.measured import write_table
from coursekit.lessons.why_batch_norm_helps.race import BATCHES, N_SEEDS, SIDES, race

COLUMNS = ("batches", "side", "seed", "rate", "validation", "test")


def rows() -> Iterator[tuple[object, ...]]:
    """Yield a row for each network; Adam, 5 epochs, three minutes."""
    for name, contest in BATCHES.items():
        for side in SIDES[:2]:
            for seed in range(N_SEEDS):
                ((_, validation, test),) = race(contest, side, seed)
                for rate, *shares in zip(contest.rates, validation, test, strict=True):
                    yield name, side, seed, rate, *(f"{share:.4f}" for share in shares)


if __name__ == "__main__":
    write_table("why_batch_norm_helps", "small_batches", COLUMNS, rows())
