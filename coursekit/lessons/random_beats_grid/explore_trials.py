"""A random search among real trainings, trial by trial: what its record shows."""

import numpy as np

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.task import Part
from coursekit.lab.trials_picture import overview
from coursekit.lessons.random_beats_grid.explore_random_grid_digits import (
    N_RATES,
    N_SEEDS,
    PAIRS,
    RATES,
    WEIGHTS,
    trainings,
)
from coursekit.scales import IntegerScale, LinearScale, LogScale
from coursekit.search import Setting, Space, run
from coursekit.search.trials import Trials

LOG, LINEAR = "log", "linear"
MOST = 60
RATE, SIZE = LogScale(1e-4, 1), PAIRS[WEIGHTS].scale
SPACES = {
    LOG: Space(learning_rate=RATE, weights=SIZE),
    LINEAR: Space(learning_rate=LinearScale(RATE.low, RATE.high), weights=SIZE),
}


def objective(setting: Setting, rng: np.random.Generator) -> float:
    """Look up a training of experiments/random_beats_grid/random_grid.py, as near to the setting as there is one."""
    row = round(float(RATES.to_unit(setting["learning_rate"])) * (N_RATES - 1))
    column = round(float(SIZE.to_unit(setting["weights"])) * (PAIRS[WEIGHTS].n_measured - 1))
    return float(trainings(WEIGHTS)[row, column, rng.integers(N_SEEDS)])


def search(n_trials: int, scale: str, seed: int) -> Trials:
    """Run the search, in this process."""
    return run(objective, SPACES[scale], n_trials=n_trials, seed=seed, n_jobs=1)


def describe_trials(trials: Trials) -> Words:
    """Say what is best, since when, and what the others are worth."""
    best, scores = trials.best, trials.scores
    return Words(
        f"Best of {len(trials)}: accuracy {best.score:.3f}, found by trial {best.number}",
        f"Its learning rate is {best.setting['learning_rate']:.2g}, its starting weights have the size "
        f"{best.setting['weights']:.2g}. The median trial has {np.median(scores):.3f}, the worst {scores.min():.3f}; "
        f"{np.mean(scores > best.score - 0.02):.0%} lie within 0.02 of the best.",
    )


SEARCH_TRIALS = Explorer(
    name="search-trials",
    title="What can you read off the trials of a search?",
    task="Let the number of trials grow until the best has stood still for 20 of them. Then draw the rates on the "
    "linear scale.",
    controls=(
        Slider("n_trials", IntegerScale(1, MOST), 20, "trials"),
        Dropdown("scale", (LOG, LINEAR), LOG, "rates drawn on"),
        Slider("seed", IntegerScale(1, 20), 1, "seed"),
    ),
    compute=search,
    picture=lambda: overview(SPACES[LOG], MOST),
    describe=describe_trials,
    marks=(Along("x", "n_trials"),),
    parts=(
        Part("a best that has stood still for 20 trials",
             lambda values, state: values["scale"] == LOG and len(state) - state.best.number > 20,
             "By then one more trial is unlikely to pay; the good ones gather between 0.001 and 0.01.",
             {"n_trials": 43}),
        Part("the rates on the linear scale",
             lambda values, state: values["scale"] == LINEAR and np.median(state.scores) < 0.15,
             "Half of the trials now only guess: nine of ten rates lie above 0.1, where nothing learns.",
             {"scale": LINEAR, "n_trials": 60}),
    ),
)  # fmt: skip
