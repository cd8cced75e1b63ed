"""Who performs the jobs of a search: this process, more processes of this machine, or those of a cluster.

joblib deals the jobs out to threads of its own here, or Dask to the workers of a cluster. Each of those keeps a Box, a
process, in which it has its jobs performed, so that a job that crashes or never ends takes no other one with it.
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

from coursekit._checks import refuse
from coursekit.search._box import Box, DiedError, Job, NoObjectiveError, Outcome, Task, TimedOutError, perform

Dealt: TypeAlias = Generator[tuple[Job, list[Outcome]], None, None]
_mine = threading.local()  # this thread's Box, and for which run
_boxes: dict[str, list[Box]] = defaultdict(list)  # by run
_over: set[str] = set()  # the runs whose boxes were closed


class StoppedError(Exception):
    """Nobody wants the rest of the jobs."""


class GaveUpError(Exception):
    """Nobody does the rest of the jobs; the text says why."""


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
    n_jobs, client = (1, None) if n_jobs == 1 else _who(n_jobs, 1 if task.stacked else -1)
    if client is None and n_jobs == 1 and limit == math.inf:
        for job in jobs:
            yield job, perform(task, job)
        return
    try:
        if client is not None:
            yield from _dealt_by_dask(task, jobs, limit, client)
        elif jobs:
            yield from _dealt_by_joblib(task, jobs, limit, min(n_jobs, len(jobs)))
    except NoObjectiveError as error:
        refuse("run", "objective", "be such that a new process can load it", str(error))


def _who(n_jobs: int | None, usual: int) -> tuple[int, Any]:
    """Return the number of processes, and the client of a Dask cluster, if joblib is told to use one."""
    from joblib import cpu_count  # noqa: PLC0415 - the math costs NumPy alone to import
    from joblib.parallel import get_active_backend  # noqa: PLC0415

    backend, configured = get_active_backend()
    n_jobs = n_jobs or configured or usual
    return n_jobs if n_jobs > 0 else max(1, cpu_count() + 1 + n_jobs), getattr(backend, "client", None)


def _dealt_by_joblib(task: Task, jobs: Sequence[Job], limit: float, n_jobs: int) -> Dealt:
    from joblib import Parallel, delayed  # noqa: PLC0415

    run, pickled = uuid.uuid4().hex, _pickled(task)
    parallel = Parallel(n_jobs, backend="threading", return_as="generator_unordered", batch_size=1)
    dealt = parallel(delayed(in_a_box)(run, pickled, job, limit) for job in jobs)
    try:
        for done in dealt:  # noqa: UP028 - yield from would close it
            yield done
    finally:
        over(run)
        with suppress(StoppedError):
            dealt.throw(StoppedError)  # to close it would have joblib warn that somebody may have forgotten it


def _dealt_by_dask(task: Task, jobs: Sequence[Job], limit: float, client: Any) -> Dealt:
    """Ask Dask itself, as a job whose workers die would have joblib wait for ever.

    Dask gives up every job that was on a worker when it died, if that happens too often. So those are asked for again,
    one setting alone in the cluster: whoever's workers die then has failed.
    """
    run = uuid.uuid4().hex
    pickled = client.submit(bytes, _pickled(task), pure=False)  # a result, so that it is sent to each worker once

    def ask(jobs: Sequence[Job]) -> Generator[tuple[Job, list[Outcome], str], None, None]:
        asked = {}
        for i, job in enumerate(jobs):
            asked[client.submit(in_a_box, run, pickled, job, limit, pure=False, priority=-i)] = job
        return _answers(asked)

    try:
        suspects: list[Job] = []
        for job, outcomes, fate in ask(jobs):
            if fate:
                suspects += [[one] for one in job]
            else:
                yield job, outcomes
        for suspect in suspects:
            ((_, outcomes, fate),) = ask([suspect])
            yield suspect, outcomes or [Outcome(math.nan, 0.0, f"its workers of the cluster ended ({fate})")]
    finally:
        if client.status == "running":
            client.run(over, run, on_error="ignore")


def _answers(futures: dict[Any, Job]) -> Generator[tuple[Job, list[Outcome], str], None, None]:
    """Yield each job as it comes, with its outcomes, or with what Dask says where the workers died."""
    from dask.distributed import CancelledError, KilledWorker, as_completed  # noqa: PLC0415

    for future in as_completed(futures):  # type: ignore[no-untyped-call]
        job = futures.pop(future)  # while somebody holds it, Dask computes again what a worker has taken along
        try:
            yield job, future.result()[1], ""
        except KilledWorker as error:
            yield job, [], str(error)
        except CancelledError as error:
            raise GaveUpError("The cluster went away") from error


def over(run: str) -> None:
    """End the processes that this one keeps for a run, in the midst of their jobs."""
    _over.add(run)
    for box in _boxes.pop(run, []):
        box.close()


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
        if run in _over:  # by now, and nobody else would close it
            _mine.box.close()
    box: Box = _mine.box
    return box
