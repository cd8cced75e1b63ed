"""What the learner wrote, where its check passed; and the halving of whatever score they have."""

from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit.lab.judge import judge
from coursekit.lessons.tune_a_real_network.exercises.tuning import OBJECTIVE, SPACE
from coursekit.lessons.tune_a_real_network.exercises.tuning_winner import COMPARE, PICK
from coursekit.lessons.tune_a_real_network.strategies import KEEP, RUNGS, most_to_halve
from coursekit.search import Setting, Space, run
from coursekit.search.halving import Halving, halving
from coursekit.search.trials import Trials

WRITTEN = {each.name: each for each in (OBJECTIVE, SPACE, PICK, COMPARE)}


def yours(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a learner's function if it is right, and the course's own until then; and say which.

    Examples
    --------
    >>> compare = yours("15.4", lambda a, b: 0.0)
    compare: the course's own stands in, until 15.4 is right.
    """
    exercise = WRITTEN[name]
    is_right = judge(exercise, function).status == "correct"
    own = "yours" if is_right else f"the course's own stands in, until {name} is right"
    print(f"{exercise.solution.__name__}: {own}.")
    return function if is_right else exercise.solution


def halve(
    score: Callable[..., float], space: Space, budget: int, *, seed: int, n_jobs: int = 2
) -> tuple[Halving, Trials]:
    """Start as many trials as a budget of epochs pays for, and let the best third go on, twice.

    Parameters
    ----------
    score : callable, (setting, rng, n_epochs) -> float
    space : Space
    budget : int
        In epochs.

    Returns
    -------
    plan : Halving
        How many trials there were on each rung, and the epochs in all.
    last : Trials
        Of the last rung. A trial goes on by starting again from its own seed.
    """

    def up_to(trial: Setting) -> float:
        return score(trial, np.random.default_rng([seed, int(trial["number"])]), int(trial["epochs"]))

    plan = halving(most_to_halve(budget), KEEP, RUNGS, up_to=True)
    drawn = space.random(plan.rungs[0].n_trials, np.random.default_rng(seed))
    alive: list[Setting] = [{**setting, "number": number} for number, setting in enumerate(drawn)]
    for rung in plan.rungs:
        alive = [{**trial, "epochs": rung.epochs_so_far} for trial in alive[: rung.n_trials]]
        found = run(up_to, alive, seed=seed, n_jobs=n_jobs)
        alive = [alive[i] for i in np.argsort(-found.scores)]
    return plan, found
