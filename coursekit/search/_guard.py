"""Who ends the processes of a search when the search itself is killed, and can't.

A killed process runs no line of its own, and its workers may be inside a long call into C, or waiting for a program
that they started. So a second process, small and otherwise idle, knows their groups, and ends them when the pipe to it
closes.
"""

import subprocess
import sys
from contextlib import suppress

from coursekit.search import _private_files

WATCH = """
import os, signal, sys
groups = set()
for line in sys.stdin.buffer:
    (groups.add if int(line) > 0 else groups.discard)(abs(int(line)))
for group in groups:
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass
"""


class Guard:
    """Ends groups of processes as soon as this process is gone; on Windows, which has no groups, does nothing."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        with suppress(OSError):  # no process can be started: then there are none to end
            if sys.platform != "win32":
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
                    [sys.executable, "-I", "-S", "-c", WATCH], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL, bufsize=0, start_new_session=True, cwd="/",
                )  # fmt: skip
                _private_files.keep(self._process.stdin.fileno())  # type: ignore[union-attr]

    def watch(self, group: int) -> None:
        """End this group, too, when this process is gone."""
        self._say(group)

    def forget(self, group: int) -> None:
        """Let a group go that has ended: its number may be another one's soon."""
        self._say(-group)

    def _say(self, number: int) -> None:
        if self._process and self._process.stdin:
            with suppress(OSError, ValueError):  # it was killed as well: the search goes on without
                self._process.stdin.write(b"%d\n" % number)

    def close(self) -> None:
        """End it: nothing is left to watch."""
        if self._process and self._process.stdin and not self._process.stdin.closed:
            _private_files.forget(self._process.stdin.fileno())
            self._process.stdin.close()
            self._process.kill()
            self._process.wait()
