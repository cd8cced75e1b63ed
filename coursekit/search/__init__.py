"""Search: where the trials lie, how to look closer around the best one, and how to try them all.

A setting is a plain dict, such as ``{"learning_rate": 0.01, "units": 64}``; a batch of settings is a list of them.
"""

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from coursekit._checks import MANY, a_function, a_number, a_whole_number, is_an_integer, refuse, shown, truth
from coursekit.scales import Scale
from coursekit.search._engine import GaveUpError, deal
from coursekit.search._interrupts import uninterrupted
from coursekit.search._trial_log import TrialLog
from coursekit.search._trial_task import Task
from coursekit.search.space import Setting, Space
from coursekit.search.trials import Trial, Trials

__all__ = ["Setting", "Space", "run"]


def run(
    objective: Callable[..., Any], space: Space | Sequence[Setting], *, n_trials: int | None = None, seed: int,
    stack: int | None = None, n_jobs: int | None = None, log: str | Path | None = None,
    time_limit: float | None = None, callback: Callable[[Trial, Trials], object] | None = None,
) -> Trials:  # fmt: skip
    """Try settings, and keep a record of what each is worth.

    What goes wrong in a trial is recorded as its ``error``, and ends no other one: an exception, a score that is no
    finite number, too much time, the end of its process. Ctrl-C ends the search and returns what there is, and so does
    a log that can't be written; ``note`` says it.

    Parameters
    ----------
    objective : callable
        Takes a setting and returns its score, the higher the better: of a loss, return the negative. If it has a
        parameter ``rng``, it gets a Generator there that belongs to this trial. It may be a function of a notebook's
        cell. Each trial has its own copy of the setting. In another process, what the objective changes elsewhere is
        lost, and there is nobody to answer ``input()``.
    space : Space, or list of dict
        Where to draw the settings, each uniform on its scales; or the settings themselves.
    n_trials : int, optional
        How many settings to draw; of a list, how many to take, by default all.
    seed : int
        At least 0. ``SeedSequence(seed).spawn`` gives trial i a child of its own; from that one's two children come its
        setting and its ``rng``. So it makes no difference who computes it, and when, but for rounding: this process
        multiplies large matrices with all its threads, the others with one. More trials start with those of fewer.
    stack : int, optional
        The objective takes a *list* of at most so many settings, and returns as many scores: for models that are
        trained as one stack. It takes ``rngs``, a list too, in place of ``rng``.
    n_jobs : int, optional
        How many processes share the trials, -1 for one a core. 1 stays in this process, where a debugger and print
        work, unless there is a time limit. By default what ``joblib.parallel_config`` says, and otherwise one a core;
        with ``stack``, one. After ``joblib.parallel_config("dask")``, a Dask cluster shares them.
    log : str or Path, optional
        A file that gets a line for each trial as soon as it is done. If it has lines of this search, those trials are
        taken from there, the failed ones too; delete a line to try its setting anew. Nobody sees whether the
        objective has changed since. A second search at the same time is refused.
    time_limit : float, optional
        Seconds that a trial may take before its process is ended.
    callback : function, optional
        Is called with each trial and with all so far, in the order in which they come; the search ends when it returns
        something true.

    Returns
    -------
    Trials
        In the order of their numbers.

    Raises
    ------
    TypeError, ValueError
        If an argument is none of the above, or the log is of another space or seed.
    Exception
        Whatever the callback raises. What was done by then is in the log.

    Notes
    -----
    The trials run in processes beside this one, each of which does one trial after the other; a trial that ends its
    process takes no other one with it. From one laptop to a cluster takes two lines; the processes are then beside the
    workers of the cluster::

        client = dask.distributed.Client("scheduler-address:8786")
        with joblib.parallel_config("dask"):
            trials = run(objective, space, n_trials=100, seed=0, log="trials.jsonl")

    `coursekit.notebook.ProgressBar` is a callback that draws how far the search is. `Trials.to_frame` makes a table of
    what it returns; ``history``, ``pair`` and ``each_setting`` of `coursekit.lab.trials_picture` make pictures.

    To go on with samplers that learn from the trials, examples/optuna_study.py takes a `Space` to Optuna.

    References
    ----------
    Bergstra & Bengio 2012 (JMLR 13), random search.

    Examples
    --------
    >>> from coursekit.scales import LogScale
    >>> def objective(setting):
    ...     return -((np.log10(setting["learning_rate"]) + 2) ** 2)
    >>> trials = run(objective, Space(learning_rate=LogScale(1e-4, 1)), n_trials=20, seed=0, n_jobs=1)
    >>> len(trials), trials.best.number, round(trials.best.setting["learning_rate"], 4)
    (20, 15, 0.0069)
    """
    seed = _a_seed(seed)
    settings, scales = _settings_to_try(space, n_trials, seed)
    task = Task(objective, seed, stack is not None, _name_of_generator(objective, stacked=stack is not None))
    size = 1 if stack is None else a_whole_number("run", "stack", stack)
    limit = math.inf if time_limit is None else a_number("run", "time_limit", time_limit, above=0)
    n_jobs = (
        n_jobs if n_jobs is None or (type(n_jobs) is int and n_jobs == -1) else a_whole_number("run", "n_jobs", n_jobs)
    )
    callback = None if callback is None else a_function("run", "callback", callback, "a trial and all so far")
    with closing(TrialLog(log, seed, scales, settings)) as book:
        done = {i: Trial(i, settings[i], *outcome) for i, outcome in book.outcomes.items()}
        left = [(i, setting) for i, setting in enumerate(settings) if i not in done]
        jobs = [left[i : i + size] for i in range(0, len(left), size)]
        note = book.note
        try:
            with closing(deal(task, jobs, n_jobs=n_jobs, limit=limit)) as dealt:
                for job, outcomes in dealt:
                    new = [Trial(i, setting, *outcome) for (i, setting), outcome in zip(job, outcomes, strict=True)]
                    with uninterrupted():  # what counts is in the log
                        done |= {trial.number: trial for trial in new}
                        _write(book, new)
                    if callback and any([_says_stop(callback, trial, list(done.values())) for trial in new]):  # noqa: C419
                        break
        except (KeyboardInterrupt, GaveUpError) as error:
            why = str(error) or "Ctrl-C stopped the search"
            note += f" {why}: {len(settings) - len(done)} of {len(settings)} trials are left."
        note += book.close()
    return Trials._unchecked([done[i] for i in sorted(done)], note.strip())


def _write(book: TrialLog, trials: Sequence[Trial]) -> None:
    try:
        book.add(trials)
    except OSError as error:
        raise GaveUpError(f"The log could not be written ({error.strerror or error})") from error


def _says_stop(callback: Callable[..., object], trial: Trial, done: Sequence[Trial]) -> bool:
    return truth("run", "callback", callback(trial, Trials._unchecked(done)))


def _a_seed(seed: object) -> int:
    if not is_an_integer(seed) or seed < 0:
        refuse("run", "seed", "be a whole number of at least 0", shown(seed))
    return int(seed)


def _settings_to_try(
    space: object, n_trials: int | None, seed: int
) -> tuple[list[Setting], Mapping[str, Scale] | None]:
    n = None if n_trials is None else a_whole_number("run", "n_trials", n_trials, most=MANY)
    if isinstance(space, Space):
        if n is None:
            refuse("run", "n_trials", "say how many settings to draw", "None")
        own = (np.random.SeedSequence(seed, spawn_key=(i, 0)) for i in range(n))
        return space.from_unit([np.random.default_rng(each).random(len(space.scales)) for each in own]), space.scales
    if not isinstance(space, list | tuple) or not space or not all(isinstance(setting, dict) for setting in space):
        refuse("run", "space", "be a Space, or a list of settings, each a dict", shown(space), error=TypeError)
    if n is not None and n > len(space):
        refuse("run", "n_trials", f"be at most {len(space)}, the number of settings", n)
    return [dict(setting) for setting in space[:n]], None


def _name_of_generator(objective: object, *, stacked: bool) -> str:
    """Return the name by which the objective takes its randomness, or nothing."""
    a_function("run", "objective", objective, "a setting")
    try:
        names = set(inspect.signature(objective).parameters)  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001 - some built-in functions do not tell, and an object may raise anything
        names = set()
    if stacked and "rng" in names:
        refuse("run", "objective", "take rngs, a Generator for each setting, as it takes a stack", "one with rng")
    name = "rngs" if stacked else "rng"
    return name if name in names else ""
