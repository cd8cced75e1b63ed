"""Run every part, or those that are named, write benchmarks/README.md, and fail where a bar is missed.

``python -m benchmarks live speed`` leaves out the notebooks, which take minutes. The speed is measured in the
environment of the peers, the rest in this one.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import live_pictures, notebooks_speed
from benchmarks.results import Result, Section

ROOT = Path(__file__).parents[1]
README = Path(__file__).with_name("README.md")
PACKAGES = ("jupyterlab", "ipywidgets", "matplotlib")


def speed() -> list[Section]:
    """Measure against the peers, in their environment, and say which versions they have."""
    python = ROOT / ".venv-peers" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    command = [python, "-m", "benchmarks.speed"]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    said = json.loads(done.stdout)
    versions = ", ".join(f"{name} {number}" for name, number in said["versions"].items())
    return [Section(title, f"{about} With {versions}.", tuple(columns), [Result(**result) for result in results])
            for title, about, columns, results in said["sections"]]  # fmt: skip


PARTS: dict[str, Callable[[], list[Section]]] = {
    "notebooks": notebooks_speed.measure,  # first, as it may fail
    "live": live_pictures.measure,
    "speed": speed,
}


def machine() -> str:
    """Say what the figures were measured on."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    cpu = names[0] if names else platform.processor() or platform.machine()
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"{cpu}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {packages}"


def page(sections: list[Section], measured_on: str) -> str:
    """Write the whole of README.md."""
    head = f"# Benchmarks\n\nWritten by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {measured_on}.\n"
    return "\n".join([head, *(section.markdown() for section in sections)])


def main(names: list[str]) -> int:
    """Return 1 if a bar was missed."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.exit(f"There is no part {unknown[0]!r}; there are: {', '.join(PARTS)}.")
    sections = [section for name, measure in PARTS.items() if not names or name in names for section in measure()]
    README.write_text(page(sections, machine()), encoding="utf-8")
    print(README.read_text(encoding="utf-8"))
    return int(not all(result.met for section in sections for result in section.results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
