"""Search in seven ways, 243 epochs each: writes leaderboard.csv and tuning_trials.csv.

20 splits of the digits with Adam, 10 with momentum: half an hour. TPE is Optuna's, so it needs Optuna.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.lab.measured import write_table
from coursekit.lessons.tune_a_real_network import strategies
from coursekit.lessons.tune_a_real_network.strategies import STRATEGIES, TPE, Found, again, scored
from coursekit.lessons.tune_a_real_network.tuning import (
    ADAM,
    MOMENTUM,
    N_EPOCHS,
    N_TRIALS,
    RATES,
    SPACES,
    sets_of,
    train,
)

COLUMNS = ("optimizer", "strategy", "search", "trials", "epochs", "learning_rate", "momentum", "units", "validation",
           "again_validation", "again_test", "again_sd")  # fmt: skip
TRIALS = ("optimizer", "search", "trial", "learning_rate", "momentum", "units", "train", "validation", "test")
SEARCHES = {ADAM: tuple(range(20)), MOMENTUM: (0, 1, 2, 3, 4, 15, 16, 17, 18, 19)}


def by_tpe(optimizer: str) -> dict[int, Found]:
    """Have Optuna's TPE propose 27 settings, one after the other, each from all scores so far; all searches at once."""
    sys.path.append(str(Path(__file__).parents[2] / "examples"))
    import optuna  # noqa: PLC0415
    from optuna_study import suggest  # noqa: PLC0415

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    searches = SEARCHES[optimizer]
    studies = [optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=search))
               for search in searches]  # fmt: skip
    tried: list[list[tuple[float, Any]]] = [[] for _ in searches]
    for number in range(N_TRIALS):
        trials = [study.ask() for study in studies]
        settings = [suggest(trial, SPACES[optimizer]) for trial in trials]
        rngs = [np.random.default_rng([search, 2, number]) for search in searches]
        *_, scores = train(settings, rngs, [sets_of(search) for search in searches], optimizer=optimizer)
        for study, trial, score, mine, setting in zip(studies, trials, scores.validation, tried, settings, strict=True):
            study.tell(trial, float(score))
            mine.append((float(score), setting))
    best = [max(mine, key=lambda each: each[0]) for mine in tried]
    found = [Found(setting, score, N_TRIALS, N_TRIALS * N_EPOCHS) for score, setting in best]
    return dict(zip(searches, found, strict=True))


def rows() -> Iterator[tuple[Any, ...]]:
    """Run all searches, and train what each has chosen again."""
    for optimizer in RATES:
        by_others = by_tpe(optimizer)
        for search in SEARCHES[optimizer]:
            found = {name: strategies.search(name, search, optimizer) for name in STRATEGIES[:-1]}
            yield from judged(optimizer, search, found | {TPE: by_others[search]})


def judged(optimizer: str, search: int, found: dict[str, Found]) -> list[tuple[Any, ...]]:
    """Train the winners again, five times each, and make a row of each strategy."""
    scores = again([each.setting for each in found.values()], search, optimizer)
    made = []
    for i, (name, (setting, score, n_trials, epochs)) in enumerate(found.items()):
        values = (score, scores.validation[:, i].mean(), scores.test[:, i].mean(), scores.test[:, i].std(ddof=1))
        made.append(
            (optimizer, name, search, n_trials, epochs, *written(setting), *(f"{value:.4f}" for value in values))
        )
    return made


def written(setting: dict[str, Any]) -> tuple[Any, ...]:
    """Write a setting in six digits."""
    return tuple(f"{setting[name]:.6g}" for name in ("learning_rate", "momentum", "units"))


def of_random(optimizer: str, search: int) -> list[tuple[Any, ...]]:
    """Make a row of each trial of the random search on log scales, with its test accuracy."""
    settings = SPACES[optimizer].random(N_TRIALS, np.random.default_rng([search, 3]))
    scores = scored(settings, range(N_TRIALS), search, optimizer, N_EPOCHS)
    columns = zip(settings, scores.train, scores.validation, scores.test, strict=True)
    return [(optimizer, search, i, *written(setting), *(f"{x:.4f}" for x in three))
            for i, (setting, *three) in enumerate(columns)]  # fmt: skip


if __name__ == "__main__":
    write_table("tune_a_real_network", "leaderboard", COLUMNS, rows())
    trials = (row for optimizer in RATES for search in SEARCHES[optimizer] for row in of_random(optimizer, search))
    write_table("tune_a_real_network", "tuning_trials", TRIALS, trials)
