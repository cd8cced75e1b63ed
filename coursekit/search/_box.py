"""A process of its own for trials: what happens in it, be it an endless loop or a crash, ends one trial and no more.

The two ends of one pipe. `Box` is held by whoever deals the trials; `serve` runs in the process. Whole pickles go
through the pipe: the task once, then job after job, and the trials of each come back.
"""

import math
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from coursekit._checks import a_number

IDLE = 60.0  # seconds without a job, after which a process ends by itself
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")  # a process is one core
Job: TypeAlias = Sequence[tuple[int, dict[str, Any]]]  # numbers and settings: one, or what is stacked


class Task(NamedTuple):
    """What is to be done with every setting of a search.

    Attributes
    ----------
    objective : callable
    seed : int
        Of the search.
    stacked : bool
        Whether the objective takes a list of settings.
    generator : str
        The name by which it takes its randomness, ``"rng"`` or ``"rngs"``, or nothing.
    """

    objective: Callable[..., Any]
    seed: int
    stacked: bool
    generator: str

    def generators(self, job: Job) -> dict[str, Any]:
        """Make the randomness of each trial: its own, whoever computes it."""
        if not self.generator:
            return {}
        rngs = [np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(number, 1))) for number, _ in job]
        return {self.generator: rngs if self.stacked else rngs[0]}


class Outcome(NamedTuple):
    """What became of a setting: as in a Trial, without the setting, which whoever asked has."""

    score: float
    seconds: float
    error: str = ""


def perform(task: Task, job: Job) -> list[Outcome]:
    """Score the settings of a job; whatever goes wrong is an outcome too.

    A batch that fails is scored again setting by setting, so that only the guilty ones fail.
    """
    start = time.perf_counter()
    settings = [dict(setting) for _, setting in job]  # the objective's own, to change as it likes
    fault = ""
    try:
        returned = task.objective(settings if task.stacked else settings[0], **task.generators(job))
        scores = list(returned) if task.stacked else [returned]
        if len(scores) != len(job):
            fault = f"objective: the scores must be as many as the settings, {len(job)}; got {len(scores)}."
    except (Exception, SystemExit) as error:  # noqa: BLE001 - an objective may raise anything
        fault = _in_words(error)
    if fault and len(job) > 1:
        return [outcome for one in job for outcome in perform(task, [one])]
    seconds = (time.perf_counter() - start) / len(job)
    if fault:
        return [Outcome(math.nan, seconds, fault)]
    return [_scored(score, seconds) for score in scores]


def _scored(score: object, seconds: float) -> Outcome:
    try:
        return Outcome(a_number("objective", "the score", score), seconds)
    except (TypeError, ValueError) as error:
        return Outcome(math.nan, seconds, str(error))


def _in_words(error: BaseException) -> str:
    inside = traceback.extract_tb(error.__traceback__)[1:2]  # the objective's own line, however deep it went
    return f"{type(error).__name__}: {error}" + "".join(f" (line {frame.lineno} of {frame.name})" for frame in inside)


class DiedError(Exception):
    """The process is gone, and with it the job; the text says how it ended."""


class NoObjectiveError(Exception):
    """The process could not load the task; the text says why."""


class TimedOutError(Exception):
    """The job took too long, and its process was ended."""


class Box:
    """A process that performs job after job of one task."""

    def __init__(self) -> None:
        path = os.pathsep.join(str(Path(folder).resolve()) for folder in sys.path)
        command = [sys.executable, "-c", "from coursekit.search._box import serve; serve()"]
        self._has_task = False
        # Of a session of its own: Ctrl-C in the terminal is for whoever deals the trials, not for them.
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
            env={**ONE_THREAD, **os.environ, "PYTHONPATH": path},
        )  # fmt: skip

    def perform(self, task: bytes, job: bytes, limit: float = math.inf) -> list[Outcome]:
        """Have a job done.

        Parameters
        ----------
        task, job : bytes
            Pickled, the task always the same.
        limit : float, optional
            How many seconds the job may take.

        Returns
        -------
        list of Outcome

        Raises
        ------
        TimedOutError, DiedError
            If it took longer, or the process ended.
        """
        if not self._has_task:  # what loading the objective takes is no trial's fault
            self._ask(task)
            self._has_task = True
        late = threading.Event()

        def end_it() -> None:
            late.set()
            self._kill()

        timer = threading.Timer(min(limit, threading.TIMEOUT_MAX), end_it)
        timer.daemon = True
        if limit < math.inf:
            timer.start()
        try:
            outcomes: list[Outcome] = self._ask(job)
        except DiedError:
            if late.is_set():
                raise TimedOutError from None
            raise
        finally:
            timer.cancel()
        return outcomes

    def close(self) -> None:
        """End the process, and whatever it started, at once."""
        self._kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what was not written yet has nobody to read it
                pipe.close()  # type: ignore[union-attr]

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def _kill(self) -> None:
        if os.name == "posix" and self.is_alive:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def _ask(self, message: bytes) -> Any:
        to, back = self._process.stdin, self._process.stdout
        try:
            to.write(len(message).to_bytes(8, "little") + message)  # type: ignore[union-attr]
            to.flush()  # type: ignore[union-attr]
            answer = pickle.load(back)  # type: ignore[arg-type]  # noqa: S301 - from our own process
        except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:
            self.close()
            code = self._process.returncode
            raise DiedError(f"signal {-code}" if code < 0 else f"exit code {code}") from error
        if isinstance(answer, Exception):
            raise answer
        return answer


def serve() -> None:
    """Perform the jobs that come in, until nobody wants any more."""
    source, back = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what an objective prints must not get among the answers
    sys.stdout = sys.stderr  # which passes on each line at once: whoever ends this process does not wait
    messages: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(source, messages), daemon=True).start()
    task = None
    while True:
        try:
            message = messages.get(timeout=IDLE)
        except Empty:
            os._exit(0)
        answer: Any = None
        if task is None:
            try:
                task = pickle.loads(message)  # noqa: S301 - from our own process
            except Exception as error:  # noqa: BLE001 - a module that the process can't import, or anything else
                answer = NoObjectiveError(f"{type(error).__name__}: {error}")
        else:
            answer = perform(task, pickle.loads(message))  # noqa: S301
        pickle.dump(answer, back)
        back.flush()


def _listen(source: Any, messages: "SimpleQueue[bytes]") -> None:
    """Pass the messages on; when whoever sends them is gone, end the process in the midst of its job."""
    while True:
        size = int.from_bytes(source.read(8), "little")
        if not size:
            os._exit(1)
        messages.put(source.read(size))
