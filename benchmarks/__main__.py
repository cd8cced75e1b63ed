"""Run every part, write benchmarks/README.md, and fail where a bar is missed."""

import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import live_pictures

PARTS = (live_pictures,)
README = Path(__file__).with_name("README.md")


def machine() -> str:
    """Say what the figures were measured on."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    cpu = names[0] if names else platform.processor() or platform.machine()
    packages = ", ".join(f"{name} {version(name)}" for name in ("jupyterlab", "ipywidgets", "matplotlib"))
    return f"{cpu}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {packages}"


def main() -> int:
    """Return 1 if a bar was missed."""
    text, missed = [f"# Benchmarks\n\nWritten by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {machine()}.\n"], False
    for part in PARTS:
        results = part.measure()
        rows = [f"| {r.what} | {r.ours} | {r.peer} | {r.bar} | {'yes' if r.met else '**no**'} |" for r in results]
        table = "\n".join([f"| {part.COLUMNS} | bar | met |", "|---|---|---|---|---|", *rows])
        text.append(f"## {part.TITLE}\n\n{part.ABOUT}\n\n{table}\n")
        missed = missed or not all(r.met for r in results)
    README.write_text("\n".join(text), encoding="utf-8")
    print(README.read_text(encoding="utf-8"))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
