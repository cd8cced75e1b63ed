"""A process of its own for trials: what happens in it, be it an endless loop or a crash, ends one trial and no more.

The two ends of a pair of pipes. `Box` is held by whoever deals the trials; `serve` runs in the process. Whole pickles
go through: the task once, then job after job, and the trials of each come back. The objective finds the null device
where its input would be, and neither it nor a child that it forks ever holds a pipe.
"""

import math
import os
import pickle
import select
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from io import FileIO
from typing import Any

import coursekit
from coursekit.search import _private_files
from coursekit.search._guard import Guard
from coursekit.search._trial_task import Outcome, in_words, perform

IDLE = 60.0  # seconds without a job, after which a process ends by itself
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")  # a process is one core
FROM_OUTSIDE = (-9, -15)  # an objective does not end itself so: memory ran out, or somebody killed what was there
# The pipes are taken away before anything is imported: a file numpy.py of the learner's may ask for input.
BEGIN = """
import os, sys
source, back, null = os.dup(0), os.dup(1), os.open(os.devnull, os.O_RDWR)
os.dup2(null, 0), os.dup2(2, 1)
sys.stdout, sys.path[:], sys.argv[1:] = sys.stderr, sys.argv[1:], []
from coursekit.search._box import serve
serve(source, back)
"""


class DiedError(Exception):
    """The process is gone, and with it the job; the text says how it ended."""

    def __init__(self, code: int) -> None:
        super().__init__(f"signal {-code}" if code < 0 else f"exit code {code}")
        self.patience = 5 if code in FROM_OUTSIDE else 2  # how often to try


class NoProcessError(Exception):
    """No process could be started, or none that got as far as its first trial; the text says why."""


class NoObjectiveError(Exception):
    """The process could not load the task; the text says why."""


class TimedOutError(Exception):
    """The job took too long, and its process was ended."""


class Box:
    """A process that performs job after job of one task: first `begin`, then `perform`.

    Parameters
    ----------
    guard : Guard
        Who ends the process when this one is killed.

    Raises
    ------
    NoProcessError
        If none can be started.
    """

    def __init__(self, guard: Guard) -> None:
        command = [sys.executable, "-P", "-c", BEGIN, *_where_modules_are(at_first=True)]
        try:  # Of a session of its own: Ctrl-C in the terminal is for whoever deals the trials, not for them.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True,
                env={**ONE_THREAD, **os.environ}, stderr=None if _is_open(2) else subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            raise NoProcessError(str(error)) from error
        self._guard, self._closing, self._is_closed = guard, threading.Lock(), False
        self._pipes: list[Any] = [self._process.stdin, self._process.stdout]
        self._descriptors = [_private_files.keep(pipe.fileno()) for pipe in self._pipes]
        guard.watch(self._process.pid)

    def begin(self, task: bytes) -> None:
        """Have the task loaded: what that takes is no trial's fault.

        Parameters
        ----------
        task : bytes
            Pickled.

        Raises
        ------
        DiedError, NoObjectiveError
            If the process ended, or could not load it.
        """
        self._ask(pickle.dumps(_where_modules_are()))
        self._ask(task)

    def perform(self, job: bytes, limit: float = math.inf) -> list[Outcome]:
        """Have a job done.

        Parameters
        ----------
        job : bytes
            Pickled.
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
            if limit < math.inf:
                timer.join()  # or it may end the next job
        return outcomes

    def close(self) -> None:
        """End the process, and whatever it started, at once."""
        self._kill()
        self._process.wait()
        with self._closing:
            if self._is_closed:
                return
            self._is_closed = True
        self._guard.forget(self._process.pid)
        for pipe, descriptor in zip(self._pipes, self._descriptors, strict=True):
            _private_files.forget(descriptor)
            pipe.close()

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def _kill(self) -> None:
        if os.name == "posix":  # the whole group, also where its head is gone: a child may be left
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def _ask(self, message: bytes) -> Any:
        try:
            _send(self._pipes[0], message)
            answer = pickle.loads(_received(self._pipes[1]))  # noqa: S301 - from our own process
        except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)  # it may be about to end, and say with which code
            self.close()
            raise DiedError(self._process.returncode) from error
        if isinstance(answer, Exception):
            self.close()
            raise answer
        return answer


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _where_modules_are(*, at_first: bool = False) -> list[str]:
    """Return where a process is to look for modules: where this one does, but in Python's own folders first.

    A file ``random.py`` beside the notebook would otherwise stand in for Python's, and end every process. What the
    process itself needs it looks up with the current folder at the end (``at_first``), as there may be a ``numpy.py``.
    """
    try:
        here = os.getcwd()  # noqa: PTH109 - as sys.path has it
    except FileNotFoundError:  # it was deleted
        here = "/"
    folders = [os.path.join(here, each) for each in list[object](sys.path) if isinstance(each, str)]  # noqa: PTH118
    library = os.path.dirname(os.__file__)  # noqa: PTH120
    own = {library, f"{library}/lib-dynload", os.path.join(sys.base_exec_prefix, "DLLs")}  # noqa: PTH118
    home = os.path.dirname(coursekit.__path__[0])  # noqa: PTH120

    def rank(folder: str) -> int:
        folder = os.path.normpath(folder)
        if folder in own or folder.endswith(f"python{sys.version_info.major}{sys.version_info.minor}.zip"):
            return 0
        return 2 if at_first and folder == os.path.normpath(here) != home else 1

    return sorted(folders, key=rank)


def serve(from_here: int, to_here: int) -> None:
    """Perform the jobs that come in, until nobody wants any more."""
    me = os.getpid()
    source, back = FileIO(_private_files.keep(from_here), "r"), FileIO(_private_files.keep(to_here), "w")
    sys.path[:] = pickle.loads(_received(source))  # noqa: S301 - from our own process
    _send(back, pickle.dumps(None))
    task: Any = None
    answer: Any = None
    if sys.platform == "win32":
        source = _listening(source)
    while True:
        if sys.platform != "win32" and not select.select([source], [], [], IDLE)[0]:
            os._exit(0)
        try:
            message = _received(source)
        except EOFError:
            os._exit(0)
        if task is None:
            task, answer = _loaded(message)
        else:
            answer = perform(task, pickle.loads(message), stops=())  # noqa: S301
        if os.getpid() != me:  # the objective has forked, and came back twice
            os._exit(0)
        _send(back, pickle.dumps(answer))


def _loaded(message: bytes) -> tuple[Any, Exception | None]:
    try:
        return pickle.loads(message), None  # noqa: S301 - from our own process
    except BaseException as error:  # noqa: BLE001 - a module that the process can't import, or anything else
        return None, NoObjectiveError(in_words(error))


def _listening(source: FileIO) -> FileIO:
    """Pass on what comes; when whoever sends it is gone, end the process in the midst of its job."""
    passed_on, to = os.pipe()

    def listen() -> None:
        while message := source.read(1 << 16):
            os.write(to, message)
        os._exit(1)

    threading.Thread(target=listen, daemon=True).start()
    return FileIO(passed_on, "r")


def _send(to: FileIO, message: bytes) -> None:
    rest = memoryview(len(message).to_bytes(8, "little") + message)
    while rest:
        rest = rest[to.write(rest) :]


def _received(source: FileIO) -> bytes:
    return _exactly(source, int.from_bytes(_exactly(source, 8), "little"))


def _exactly(source: FileIO, n: int) -> bytes:
    parts: list[bytes] = []
    while n:
        part = source.read(min(n, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        n -= len(part)
    return b"".join(parts)
