"""Who performs the jobs of a search: this process, more processes of this machine, or those of a cluster.

joblib deals the jobs out, to threads of its own here or to a cluster's workers. Each of those keeps a process, a Box,
in which it has its jobs performed, so that a job that crashes or never ends takes no other one with it.
"""

import math
import pickle
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Generator, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from coursekit._box import Box, DiedError, Job, Outcome, Task, TimedOutError, perform

Dealt: TypeAlias = Generator[tuple[Job, list[Outcome]], None, None]
HERE = ("loky", "multiprocessing", "threading", "sequential")  # joblib's own backends; any other is a cluster's
_mine = threading.local()  # this thread's Box, and for which run
_boxes: dict[str, list[Box]] = defaultdict(list)  # by run
_over: set[str] = set()  # the runs whose boxes were closed


class StoppedError(Exception):
    """Nobody wants the rest of the jobs."""


def deal(task: Task, jobs: Sequence[Job], *, n_jobs: int | None, limit: float) -> Dealt:
    """Have all jobs done and hand over each as soon as it is; close the iterator to stop them all.

    Parameters
    ----------
    task : Task
    jobs : sequence of Job
    n_jobs : int or None
        Processes. None: what ``joblib.parallel_config`` says; else all cores, but for a stacked task one.
    limit : float
        The seconds that a setting may take.

    Yields
    ------
    job : Job
    outcomes : list of Outcome
    """
    where = _where(n_jobs, 1 if task.stacked else -1)
    if where.get("n_jobs") == 1 and limit == math.inf:
        for job in jobs:
            yield job, perform(task, job)
    elif jobs:
        yield from _dealt_by_joblib(task, jobs, limit, where)


def _where(n_jobs: int | None, usual: int) -> dict[str, Any]:
    if n_jobs == 1:
        return {"n_jobs": 1, "backend": "threading"}
    from joblib import cpu_count  # noqa: PLC0415 - the math costs NumPy alone to import
    from joblib.parallel import BACKENDS, get_active_backend  # noqa: PLC0415

    backend, configured = get_active_backend()
    if not isinstance(backend, tuple(BACKENDS[name] for name in HERE)):
        return {}
    n_jobs = n_jobs or configured or usual
    return {"n_jobs": n_jobs if n_jobs > 0 else max(1, cpu_count() + 1 + n_jobs), "backend": "threading"}


def _dealt_by_joblib(task: Task, jobs: Sequence[Job], limit: float, where: dict[str, Any]) -> Dealt:
    from joblib import Parallel, delayed  # noqa: PLC0415

    run, pickled = uuid.uuid4().hex, _pickled(task)
    parallel = Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch="n_jobs + 2", **where)
    dealt = parallel(delayed(in_a_box)(run, pickled, job, limit) for job in jobs)
    try:
        for done in dealt:
            yield done
    finally:
        _over.add(run)
        for box in _boxes.pop(run, []):
            box.close()
        with suppress(StoppedError):
            dealt.throw(StoppedError)  # to close it would have joblib warn that somebody may have forgotten it


def _pickled(something: object) -> bytes:
    from joblib import wrap_non_picklable_objects  # noqa: PLC0415

    return pickle.dumps(wrap_non_picklable_objects(something, keep_wrapper=False))  # functions of a notebook's cells


def in_a_box(run: str, task: bytes, job: Job, limit: float) -> tuple[Job, list[Outcome]]:
    """Have a job done in this thread's own process; a setting that ends it twice has failed, and so has a late one.

    A batch that fails is tried again setting by setting, so that only the guilty ones fail.
    """
    start, fate = time.perf_counter(), ""
    for _ in range(2):
        if run in _over:
            return job, []
        try:
            return job, _own_box(run).perform(task, _pickled(job), limit * len(job))
        except TimedOutError:
            fate = f"it took more than {limit:g} s, and its process was ended"
            break
        except DiedError as error:
            fate = f"its process ended twice ({error})"
        if len(job) > 1:
            break
    if len(job) > 1:
        return job, [outcome for one in job for outcome in in_a_box(run, task, [one], limit)[1]]
    return job, [Outcome(math.nan, time.perf_counter() - start, fate)]


def _own_box(run: str) -> Box:
    if getattr(_mine, "run", None) != run or not _mine.box.is_alive:
        if hasattr(_mine, "box"):
            _mine.box.close()
        _mine.run, _mine.box = run, Box()
        _boxes[run].append(_mine.box)
    box: Box = _mine.box
    return box
