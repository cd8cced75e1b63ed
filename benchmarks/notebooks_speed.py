"""How long all notebooks take under nbval, as in ``make test``."""

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.results import Result, Section

ROOT = Path(__file__).parents[1]
MINUTES = 8
ABOUT = "Every cell of every notebook, with its stored outputs compared, one by one: `make test PARTS=notebooks`."


def measure() -> list[Section]:
    """Run the check, and stop where a notebook fails: its time would say nothing."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "tools/checks.py", "notebooks"], cwd=ROOT, check=True, stdout=sys.stderr)
    minutes = (time.perf_counter() - start) / 60
    n = len(list((ROOT / "notebooks").glob("*.ipynb")))
    ours, bar = f"{minutes:.1f} minutes", f"at most {MINUTES} minutes"
    return [Section("The notebooks", ABOUT, ("nbval", ""), [Result(f"all {n}", ours, "", bar, minutes <= MINUTES)])]
