"""Run the checks, the cheap ones first, and say what each took: all of them, or some: ``checks.py lint types``."""

import os
import subprocess
import sys
import time

import notebook_files

PYTEST = ("pytest", "--quiet", "-p", "tools.by_file", "-o", "console_output_style=classic")
# A file keeps to one process; neither nbval nor the browser is imported where nothing of them runs.
UNIT = (*PYTEST, "-p", "no:nbval", "--ignore=tests/browser", "-n", "auto", "--dist", "loadfile")
LIVE = (*PYTEST, "-n", "2", "--dist", "loadscope", "tests/browser")  # a JupyterLab and a Chromium each
NBVAL = ("--nbval", "--nbval-current-env", "--nbval-cell-timeout=600", "--nbval-kernel-startup-timeout=120")
PARTS = {
    "lint": [("ruff", "check"), ("ruff", "format", "--check")],
    "types": [("mypy",)],
    "unit": [(*UNIT, "-m", "not deep")],
    "notebooks": [(*PYTEST, "-n", "auto", "--dist", "loadfile", *NBVAL, "notebooks")],
    "browser": [(*LIVE, "-m", "not deep")],
}
MORE = {
    "fast": [(*UNIT, "-m", "not deep and not slow and not seconds", "--ignore=tests/lessons/tensorflow")],
    "lowest": [(*UNIT, "-m", "not deep and not slow")],
    "deep": [UNIT],
    "deep-browser": [LIVE],
}


def verdict(name: str, commands: list[tuple[str, ...]]) -> str:
    """Run all the commands of a part, even after one failed: whoever mends wants to see everything."""
    missing = no_browser() if "browser" in name else ""
    if missing:
        print(missing)
        return "FAILED" if os.environ.get("CI") == "true" else "skipped"
    codes = [subprocess.call([sys.executable, "-m", *command], cwd=notebook_files.ROOT) for command in commands]
    return "FAILED" if any(codes) else "passed"


def no_browser() -> str:
    """Return the line that says how to get Chromium, where there is none."""
    sys.path.append(str(notebook_files.ROOT / "tests" / "browser"))
    from lab import MISSING, chromium

    with chromium() as found:
        return "" if found else MISSING


def main(names: list[str]) -> None:
    """Run the parts, then sum them up in a line each, and exit with 1 if one failed."""
    parts = PARTS | MORE
    unknown = [name for name in names if name not in parts]
    if unknown:
        sys.exit(f"There is no check {unknown[0]!r}; there are: {', '.join(parts)}.")
    os.environ["MPLBACKEND"] = "agg"
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the processes share the cores already
    closing = []
    for name in names or PARTS:
        print(f"== {name}", flush=True)
        start = time.perf_counter()
        closing.append(f"{name:12} {verdict(name, parts[name])} in {time.perf_counter() - start:.0f} s")
        print(closing[-1], flush=True)
    print("== all" if not names else "== these", *closing, sep="\n")
    sys.exit(any("FAILED" in line for line in closing))


if __name__ == "__main__":
    main(sys.argv[1:])
