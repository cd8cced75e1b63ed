"""What it takes until the math is there: importing it, in fresh processes."""

import subprocess
import sys
from statistics import median

from benchmarks.results import Section, compared

ROUNDS = 15
CODE = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"
ABOUT = "The import statement alone, in fresh processes that take turns."


def measure(rounds: int = ROUNDS) -> list[Section]:
    """Time both imports, the first round for the disk's cache alone."""
    times = [(seconds_to_import("coursekit.softmax"), seconds_to_import("numpy")) for _ in range(rounds + 1)][1:]
    ours, peer = map(median, zip(*times, strict=True))
    return [Section("Start", ABOUT, ("coursekit", "NumPy"),
                    [compared("`import coursekit.softmax`, against `import numpy`", ours, peer, bar=1.3)])]  # fmt: skip


def seconds_to_import(module: str) -> float:
    """Import a module in a process of its own."""
    command = [sys.executable, "-c", CODE.format(module)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return float(done.stdout)
