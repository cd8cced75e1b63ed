"""Who performs the jobs of a search: this process, more processes of this machine, or those of a cluster.

joblib deals the jobs out to threads of its own here, or Dask to the workers of a cluster. Each of those keeps a Box, a
process, in which it has its jobs performed, so that a job that crashes or never ends takes no other one with it.
"""

import itertools
import math
import pickle
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Generator, Sequence
from contextlib import closing, suppress
from typing import Any, NoReturn, TypeAlias

from coursekit._checks import refuse, shown
from coursekit.search._box import Box, DiedError, NoObjectiveError, NoProcessError, TimedOutError
from coursekit.search._guard import Guard
from coursekit.search._interrupts import uninterrupted
from coursekit.search._trial_task import Job, Outcome, Task, perform

Dealt: TypeAlias = Generator[tuple[Job, list[Outcome]], None, None]
_mine = threading.local()  # this thread's Box, and for which run
_boxes: dict[str, list[Box]] = defaultdict(list)  # by run
_guards: dict[str, Guard] = {}  # by run
_over: set[str] = set()  # the runs whose boxes were closed
_starting = threading.Lock()


class StoppedError(Exception):
    """Nobody wants the rest of the jobs."""


class GaveUpError(Exception):
    """Nobody does the rest of the jobs; the text says why."""


class UnsendableError(Exception):
    """What is to be sent to another process can't be; the text says why."""


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
    is_begun = False
    try:
        pickled = _pickled(task, "the objective")
        dealt = (
            _dealt_by_joblib(pickled, jobs, limit, min(n_jobs, len(jobs)))
            if client is None
            else _dealt_by_dask(pickled, jobs, limit, client)
        )
        with closing(dealt):
            for done in dealt if jobs else ():
                is_begun = True
                yield done
    except UnsendableError as error:
        _refuse_to_send(error)
    except NoObjectiveError as error:
        refuse("run", "objective", "be such that a new process can load it", str(error))
    except NoProcessError as error:
        if is_begun:
            raise GaveUpError(f"No process starts any more ({error})") from error
        rule = "be 1, without a time_limit, where Python can't start another process"
        hint = "What that one wrote says why."
        refuse("run", "n_jobs", rule, f"one that did not get to its first trial ({error})", hint=hint)


def _who(n_jobs: int | None, usual: int) -> tuple[int, Any]:
    """Return the number of processes, and the client of a Dask cluster, if joblib is told to use one."""
    from joblib import cpu_count  # noqa: PLC0415 - the math costs NumPy alone to import
    from joblib.parallel import get_active_backend  # noqa: PLC0415

    backend, configured = get_active_backend()
    n_jobs = n_jobs or configured or usual
    return n_jobs if n_jobs > 0 else max(1, cpu_count() + 1 + n_jobs), getattr(backend, "client", None)


def _dealt_by_joblib(task: bytes, jobs: Sequence[Job], limit: float, n_jobs: int) -> Dealt:
    from joblib import Parallel, delayed  # noqa: PLC0415

    run = uuid.uuid4().hex
    parallel = Parallel(n_jobs, backend="threading", return_as="generator_unordered", batch_size=1)
    dealt = parallel(delayed(in_a_box)(run, task, job, limit) for job in jobs)
    try:
        for done in dealt:  # noqa: UP028 - yield from would close it
            yield done
    finally:
        with uninterrupted(), suppress(StoppedError):
            over(run)
            dealt.throw(StoppedError)  # to close it would have joblib warn that somebody may have forgotten it


def _dealt_by_dask(task: bytes, jobs: Sequence[Job], limit: float, client: Any) -> Dealt:
    """Ask Dask itself, as a job whose workers die would have joblib wait for ever.

    Dask gives up every job that was on a worker when it died, if that happens too often. So those are asked for again,
    one setting alone in the cluster: whoever's workers die then has failed.
    """
    from dask.distributed import wait  # noqa: PLC0415

    run = uuid.uuid4().hex
    for job in jobs:
        _pickled(job, "a setting")  # Dask would only say so in its own log
    sent = client.submit(bytes, task, pure=False)  # a result, so that it is sent to each worker once
    # what waits for it would be dealt out all at once, the first setting behind another one of the same worker
    wait(sent)  # type: ignore[no-untyped-call]

    def ask(jobs: Sequence[Job]) -> Generator[tuple[Job, list[Outcome], str], None, None]:
        asked = {}
        for i, job in enumerate(jobs):
            asked[client.submit(in_a_box, run, sent, job, limit, pure=False, priority=-i)] = job
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
        with uninterrupted():
            _tell_it_is_over(client, run)


def _tell_it_is_over(client: Any, run: str) -> None:
    """Have the workers of a cluster end their processes; one that does not answer keeps nobody waiting."""

    def tell() -> None:
        with suppress(Exception):  # the cluster may go away meanwhile
            client.run(over, run, on_error="ignore")

    if client.status == "running":
        telling = threading.Thread(target=tell, daemon=True)
        telling.start()
        telling.join(2)


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
    with _starting:
        _over.add(run)
        boxes, guard = _boxes.pop(run, []), _guards.pop(run, None)
    for box in boxes:
        box.close()
    if guard:
        guard.close()


def _pickled(something: object, what: str) -> bytes:
    from joblib import wrap_non_picklable_objects  # noqa: PLC0415

    try:  # with the functions of a notebook's cells
        return pickle.dumps(wrap_non_picklable_objects(something, keep_wrapper=False))
    except Exception as error:  # a part of it may be anything
        raise UnsendableError(f"{what} with {type(error).__name__}: {shown(error, str)}") from error


def _refuse_to_send(error: UnsendableError) -> NoReturn:
    rule = "be 1, without a time_limit, where what a trial needs can't be sent to another process"
    refuse("run", "n_jobs", rule, str(error), error=TypeError)


def in_a_box(run: str, task: bytes, job: Job, limit: float) -> tuple[Job, list[Outcome]]:
    """Have a job done in this thread's own process; a setting that ends it again and again has failed.

    So has a late one. A batch that fails is tried again setting by setting, so that only the guilty ones fail.
    """
    start, fate, message = time.perf_counter(), "", _pickled(job, "a setting")
    for n_times in itertools.count(1):
        if run in _over:
            return job, []
        try:
            return job, _own_box(run, task).perform(message, limit * len(job))
        except StoppedError:
            return job, []
        except TimedOutError:
            fate = f"it took more than {limit:g} s, and its process was ended"
            break
        except DiedError as error:
            fate = f"its process ended {'twice' if n_times == 2 else f'{n_times} times'} ({error})"
            if len(job) > 1 or n_times >= error.patience:
                break
            if error.patience > 2:  # whoever ends processes now and then does not meet each try at the same moment
                time.sleep(0.05 * 2**n_times)
    if len(job) > 1:
        return job, [outcome for one in job for outcome in in_a_box(run, task, [one], limit)[1]]
    return job, [Outcome(math.nan, time.perf_counter() - start, fate)]


def _own_box(run: str, task: bytes) -> Box:
    """Return this thread's process, or start one: what ends it before it is ready is no trial's fault."""
    box: Box | None = getattr(_mine, "box", None)
    if box and _mine.run == run and box.is_alive:
        return box
    if box:
        box.close()
    for n_times in itertools.count(1):
        try:
            box = _new_box(run)
            box.begin(task)
        except (DiedError, NoProcessError) as error:
            if run in _over:
                raise StoppedError from None
            if n_times >= getattr(error, "patience", 2):
                raise NoProcessError(str(error)) from error
            time.sleep(0.1 * n_times)
        else:
            _mine.run, _mine.box = run, box
            return box
    raise AssertionError


def _new_box(run: str) -> Box:
    with _starting:
        if run in _over:  # by now, and nobody would close it
            raise StoppedError
        if run not in _guards:
            _guards[run] = Guard()
        box = Box(_guards[run])
        _boxes[run].append(box)
    return box
