"""What a trial costs beside its objective, against Optuna's random sampler."""

from collections.abc import Callable
from typing import Any

import numpy as np
import optuna

from benchmarks.results import Section, compared
from benchmarks.turns import by_turns
from coursekit import search
from coursekit.scales import IntegerScale, LogScale

ABOUT = """\
200 trials of an objective that returns at once, over two scales and a whole number, in this process: `run` against
`study.optimize` with `RandomSampler`, its storage in memory and its log silent. The time is that of a trial."""


def measure(n_trials: int = 200, *, seconds: float = 1.5) -> list[Section]:
    """Measure a whole search on both sides, and divide by its trials."""
    ours, peer = (time / n_trials for time in by_turns(*sides(n_trials), seconds=seconds))
    results = [compared("a trial beside its objective", ours, peer, bar=1 / 5)]
    return [Section("A search", ABOUT, ("coursekit", "Optuna"), results)]


def sides(n_trials: int) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Return ours and Optuna's, each a call that returns the best score."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    space = search.Space(learning_rate=LogScale(1e-4, 1), weight_decay=LogScale(1e-6, 1e-2), units=IntegerScale(8, 64))

    def score(setting: dict[str, Any]) -> float:
        return -(np.log10(setting["learning_rate"]) ** 2) - setting["weight_decay"] + setting["units"] / 1000

    def ours() -> float:
        return search.run(score, space, n_trials=n_trials, seed=0, n_jobs=1).best.score

    def objective(trial: optuna.Trial) -> float:
        return score({
            "learning_rate": trial.suggest_float("learning_rate", 1e-4, 1, log=True),
            "weight_decay": trial.suggest_float("weight_decay", 1e-6, 1e-2, log=True),
            "units": trial.suggest_int("units", 8, 64),
        })  # fmt: skip

    def peer() -> float:
        study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=0))
        study.optimize(objective, n_trials=n_trials)
        return study.best_value

    return ours, peer
