"""Train every side at every first weights and rate: writes race_*.csv, or those named, in two minutes each."""

import sys
from collections.abc import Iterator

from coursekit.lab.measured import write_table
from coursekit.lessons.why_batch_norm_helps.race import CONTESTS, N_SEEDS, SIDES, race

COLUMNS = ("side", "step", "seed", "scale", "rate", "validation", "test")


def rows(name: str) -> Iterator[tuple[object, ...]]:
    """Yield a row for each pair of scale and rate; noise is put back in one contest alone."""
    contest = CONTESTS[name]
    pairs = [(scale, rate) for scale in contest.scales for rate in contest.rates]
    for side in SIDES if name == "relu_sgd" else SIDES[:2]:
        for seed in range(N_SEEDS):
            for step, validation, test in race(contest, side, seed):
                for pair, *shares in zip(pairs, validation, test, strict=True):
                    yield side, step, seed, *pair, *(f"{share:.4f}" for share in shares)


if __name__ == "__main__":
    for name in sys.argv[1:] or CONTESTS:
        write_table("why_batch_norm_helps", f"race_{name}", COLUMNS, rows(name))
