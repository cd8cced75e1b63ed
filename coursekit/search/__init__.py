"""Search: where the trials lie, how to look closer around the best one, and how to try them all.

A setting is a plain dict, such as ``{"learning_rate": 0.01, "units": 64}``; a batch of settings is a list of them.
"""

import dataclasses
import inspect
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import (
    MANY,
    a_function,
    a_generator,
    a_number,
    a_sequence,
    a_whole_number,
    an_array,
    refuse,
    shown,
    truth,
)
from coursekit._same import is_among, once_each
from coursekit.scales import ChoiceScale, Scale
from coursekit.search._engine import GaveUpError, deal
from coursekit.search._trial_log import TrialLog
from coursekit.search._trial_task import Task
from coursekit.search.trials import Trial, Trials

Setting: TypeAlias = dict[str, Any]

MOST = 1_000_000  # settings in a grid: beyond it, memory ends before the search does


class Space:
    """A scale for each hyperparameter: the box that a search looks through.

    Parameters
    ----------
    **scales : Scale
        By the name of the hyperparameter.

    Attributes
    ----------
    scales : mapping of str to Scale
        Read-only, in the order given.

    Raises
    ------
    TypeError, ValueError
        If something is no scale, or there is none.

    References
    ----------
    Course 2, week 3, "Tuning process". Bergstra & Bengio 2012 (JMLR 13), on random search against the grid.

    Examples
    --------
    >>> from coursekit.scales import IntegerScale, LogScale
    >>> space = Space(learning_rate=LogScale(1e-4, 1), units=IntegerScale(50, 100))
    >>> for setting in space.random(2, np.random.default_rng(0)):
    ...     print(f"{setting['learning_rate']:.5f} {setting['units']}")
    0.03531 63
    0.00015 50
    """

    def __init__(self, /, **scales: Scale) -> None:
        if not scales:
            refuse("Space", "scales", "hold at least one scale", "none")
        for name, scale in scales.items():
            if not isinstance(scale, Scale):
                refuse("Space", name, "be a scale, such as LogScale(0.0001, 1)", shown(scale), error=TypeError)
        self.scales: Mapping[str, Scale] = MappingProxyType(scales)

    def __getstate__(self) -> dict[str, Scale]:
        return dict(self.scales)  # what is read-only can't be pickled or copied

    def __setstate__(self, scales: dict[str, Scale]) -> None:
        self.scales = MappingProxyType(scales)

    def __repr__(self) -> str:
        return f"Space({', '.join(f'{name}={scale!r}' for name, scale in self.scales.items())})"

    def to_unit(self, settings: Sequence[Setting]) -> NDArray[np.float64]:
        """Map settings to points of the unit cube: shape (n, d), d in the order of the scales.

        Parameters
        ----------
        settings : sequence of dict
            Each with every name of the space, and its value in the range of the scale.

        Returns
        -------
        array, shape (n, d)

        Raises
        ------
        ValueError
            If a name is missing or too many, or a value is out of its range.
        """
        several: Sequence[Any] = a_sequence("Space.to_unit", "settings", settings, "settings")
        u = np.empty((len(several), len(self.scales)))
        for i, setting in enumerate(several):
            if not isinstance(setting, Mapping) or set(setting) != set(self.scales):
                rule = f"hold dicts with {', '.join(self.scales)}, and no other names"
                refuse("Space.to_unit", "settings", rule, shown(setting, str))
            for j, (name, scale) in enumerate(self.scales.items()):
                try:
                    u[i, j] = scale.to_unit(setting[name])
                except Exception:  # noqa: BLE001 - a scale or an option may be the user's own
                    refuse("Space.to_unit", name, f"be a value of {shown(scale)}", shown(setting[name]))
        return u

    def from_unit(self, u: ArrayLike) -> list[Setting]:
        """Map points of the unit cube to settings.

        Parameters
        ----------
        u : array_like, shape (n, d)
            In [0, 1], d in the order of the scales.

        Returns
        -------
        list of dict
            The values are plain Python ones: float, int, or an option.

        Raises
        ------
        ValueError
            If the shape does not fit, or a value is out of [0, 1].
        """
        u = an_array("Space.from_unit", "u", u)
        if u.ndim != 2 or u.shape[1] != len(self.scales):
            refuse("Space.from_unit", "u", f"have shape (n, {len(self.scales)}), a column a scale", f"shape {u.shape}")
        columns = [scale.from_unit(u[:, j]).tolist() for j, scale in enumerate(self.scales.values())]
        return [dict(zip(self.scales, row, strict=True)) for row in zip(*columns, strict=True)]

    def random(self, n: int, rng: np.random.Generator) -> list[Setting]:
        """Draw ``n`` settings, each uniform on its scales and independent of the others.

        Parameters
        ----------
        n : int
            How many. With the same seed, more settings start with those of fewer.
        rng : numpy.random.Generator
            Where the randomness comes from.

        Returns
        -------
        list of dict

        Raises
        ------
        TypeError, ValueError
            If ``n`` is not a whole number of at least 1, or ``rng`` not a Generator.
        """
        n = a_whole_number("Space.random", "n", n, most=MANY)
        return self.from_unit(a_generator("Space.random", rng).random((n, len(self.scales))))

    def grid(self, n_per_axis: int, *, ends: bool = False) -> list[Setting]:
        """Lay out every combination of ``n_per_axis`` values of each scale, those of the last one changing fastest.

        Parameters
        ----------
        n_per_axis : int
            How many values of each; a discrete scale gives fewer if they would repeat.
        ends : bool, optional
            False: the midpoints of equal cells. True: both ends and what lies evenly between them.

        Returns
        -------
        list of dict

        Raises
        ------
        ValueError
            If ``n_per_axis`` is not whole or too small, or leads to more than a million settings.

        Examples
        --------
        >>> from coursekit.scales import ChoiceScale, LogScale
        >>> space = Space(learning_rate=LogScale(0.01, 1), activation=ChoiceScale(["relu", "tanh"]))
        >>> for setting in space.grid(3, ends=True):
        ...     print(setting)
        {'learning_rate': 0.01, 'activation': 'relu'}
        {'learning_rate': 0.01, 'activation': 'tanh'}
        {'learning_rate': 0.1, 'activation': 'relu'}
        {'learning_rate': 0.1, 'activation': 'tanh'}
        {'learning_rate': 1.0, 'activation': 'relu'}
        {'learning_rate': 1.0, 'activation': 'tanh'}
        """
        n = a_whole_number("Space.grid", "n_per_axis", n_per_axis, least=2 if ends else 1, most=MOST)
        axes = [once_each(scale.grid(n, ends=ends).tolist()) for scale in self.scales.values()]
        size = math.prod(map(len, axes))
        if size > MOST:
            rule = f"give at most {MOST:,} settings"
            refuse("Space.grid", "n_per_axis", rule, f"{n}, which gives {size:,}", hint="Draw them at random instead.")
        return [dict(zip(self.scales, values, strict=True)) for values in itertools.product(*axes)]

    def zoom(self, around: Setting, shrink: float, *, border: float = 0.1) -> "Zoom":
        """Narrow every scale to a window around a setting: from coarse to fine.

        Parameters
        ----------
        around : dict
            Most often the best setting so far; it is the middle of the window.
        shrink : float
            The width of the window, as a share of the range on its scale, above 0 and at most 1. What sticks out of
            the range is cut off. A choice keeps all its options, a whole number at least its neighbours.
        border : float, optional
            How near to an end of the range, as a share of it, counts as on the border.

        Returns
        -------
        Zoom
            The narrower space, and the names of those that lie on the border of this one.

        Raises
        ------
        TypeError, ValueError
            If ``around`` does not fit the space, or a number is out of its range.

        References
        ----------
        Course 2, week 3, "Tuning process": coarse to fine.

        Examples
        --------
        >>> from coursekit.scales import IntegerScale, LogScale
        >>> space = Space(learning_rate=LogScale(1e-4, 1), units=IntegerScale(50, 100))
        >>> space.zoom({"learning_rate": 0.01, "units": 99}, shrink=0.5)
        Zoom(space=Space(learning_rate=LogScale(low=0.001, high=0.1), units=IntegerScale(low=86, high=100)),
        on_border=('units',))
        """
        shrink = a_number("Space.zoom", "shrink", shrink, above=0, most=1)
        border = a_number("Space.zoom", "border", border, least=0, below=0.5)
        middle = self.to_unit([around])[0]
        scales, on_border = {}, []
        for (name, scale), u in zip(self.scales.items(), middle, strict=True):
            scales[name] = _narrowed(scale, max(0, u - shrink / 2), min(1, u + shrink / 2))
            near_an_end = min(u, 1 - u) <= border + 1e-9 or is_among(around[name], scale.from_unit([0, 1]).tolist())
            if near_an_end and not isinstance(scale, ChoiceScale):
                on_border.append(name)
        return Zoom(Space(**scales), tuple(on_border))


class Zoom(NamedTuple):
    """A narrower space; what is best on the border of a space may be better still beyond it."""

    space: Space
    on_border: tuple[str, ...]


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
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
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


def _narrowed(scale: Any, low: float, high: float) -> Scale:
    if isinstance(scale, ChoiceScale):
        return scale
    low, high = scale.from_unit([low, high]).tolist()
    if low == high and isinstance(low, int):
        low, high = max(low - 1, scale.low), min(high + 1, scale.high)
    if low == high:  # no number lies between, after many zooms: the neighbours are as near as it gets
        low, high = max(math.nextafter(low, -math.inf), scale.low), min(math.nextafter(high, math.inf), scale.high)
    narrowed: Scale = dataclasses.replace(scale, low=low, high=high)
    return narrowed
