"""Time a step of the same program in each framework: writes framework_steps.csv in some minutes.

The time is the processor's, all threads together: it moves less than a clock's with whatever else the machine does.

PyTorch and JAX run in the peers' environment, which is made if it is not there; another Python that has them can be
named as an argument, and behind it the programs to time: all others stay as they were measured. So does PaddlePaddle,
which no environment of the project installs, unless it is named behind a Python that has it.
"""

import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

from coursekit.lab.measured import measured, write_table
from coursekit.lessons.choose_a_framework.frameworks import PROGRAMS, n_lines, program

ROOT = Path(__file__).parents[2]
COLUMNS = ("program", "version", "lines", "microseconds", "median", "most", "date", "machine")
N_STEPS = {"hand": 200_000, "coursekit": 10_000, "tensorflow": 2000, "keras": 4000, "pytorch": 10_000, "jax": 100_000,
           "paddlepaddle": 10_000}  # fmt: skip
PEERS = ("pytorch", "jax", "paddlepaddle")
N_TIMES = 7
# Runs a program with few steps and with many, in turn; what lies between is the time of the steps alone. Of several
# times the least counts: whatever else the machine does can only add to it.
TIMER = """
import contextlib, importlib.metadata, io, json, sys, time
source, package, n = sys.stdin.read(), sys.argv[1], int(sys.argv[2])
def seconds(steps):
    code = compile(source.replace("1000", str(steps)), "program", "exec")
    began = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, {"__name__": "program"})
    return time.process_time() - began
seconds(1000)
found = [(seconds(1000 + n) - seconds(1000)) / n * 1e6 for _ in range(int(sys.argv[3]))]
print(json.dumps([importlib.metadata.version(package) if package else "", found]))
"""
PACKAGE = {"hand": "", "coursekit": "coursekit", "tensorflow": "tensorflow-cpu", "keras": "keras", "pytorch": "torch",
           "jax": "jax", "paddlepaddle": "paddlepaddle"}  # fmt: skip


def timed(name: str, python: str) -> tuple[str, list[float]]:
    """Return the version of a program's framework, and the microseconds of a step, several times."""
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2", "JAX_PLATFORMS": "cpu"}
    command = [python, "-c", TIMER, PACKAGE[name], str(N_STEPS[name]), str(N_TIMES)]
    done = subprocess.run(  # noqa: S603 - the project's own programs
        command, input=program(name), capture_output=True, text=True, check=True, env=quiet
    )
    version, found = json.loads(done.stdout.splitlines()[-1])
    return version, found


def peers_python() -> str:
    """Return the Python that has PyTorch and JAX."""
    if sys.argv[1:]:
        return sys.argv[1]
    subprocess.run([sys.executable, ROOT / "tools" / "environment.py", "peers"], check=True)  # noqa: S603
    return str(ROOT / ".venv-peers" / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def main() -> None:
    """Time every program, and write it down."""
    peers, today = peers_python(), dt.datetime.now(tz=dt.UTC).date()
    machine = f"{platform.system()} on {platform.machine()} with {os.cpu_count()} cores"
    again = sys.argv[2:] or [name for name in PROGRAMS if name != "paddlepaddle"]
    before = {str(row["program"]): row.tolist() for row in measured("framework_steps")}
    rows = []
    for name in PROGRAMS:
        if name not in again:
            program_, version, lines, *times, day, where = before[name]
            rows.append((program_, version, lines, *(f"{value:.3g}" for value in times), day, where))
            continue
        version, found = timed(name, peers if name in PEERS else sys.executable)
        times = (f"{value:.3g}" for value in (min(found), statistics.median(found), max(found)))
        rows.append((name, version or platform.python_version(), n_lines(name), *times, today, machine))
    write_table("choose_a_framework", "framework_steps", COLUMNS, rows)


if __name__ == "__main__":
    main()
