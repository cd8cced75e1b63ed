"""Run what trains as other machines would: ``machines.py`` for everything, ``machines.py 05`` for one notebook.

The last bits of a product of matrices depend on the kernel of the BLAS, on the width of NumPy's instructions and on the
number of threads; a training makes them visible. Each profile below stands for a kind of processor. ``--write`` stores
in each cell whose numbers moved the tag and the bands that hold on all of them.
"""

import argparse
import json
import multiprocessing
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bands import BANDS, TAG, outputs_differ, propose
from checks import UNIT
from joblib import cpu_count
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from notebook_files import ROOT, find, read, write
from refresh_notebooks import run

PROBE = """
import json, numpy, sklearn, threadpoolctl
found = numpy.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
print(json.dumps([found, [each for each in threadpoolctl.threadpool_info() if each["user_api"] == "blas"]]))
"""
WIDE, ALL = ("X86_V4", "AVX512"), ("",)  # how the names begin of the instructions that NumPy is to do without
NAMES = {"Prescott": ("Prescott", "Katmai"), "Zen": ("Zen", "Haswell")}  # a build has one kernel for several
TESTS = ("-m", *UNIT, "-m", "not slow")


class Profile(NamedTuple):
    """A kind of processor: the kernels of OpenBLAS, what NumPy does without, and how many threads."""

    core: str = ""
    without: tuple[str, ...] = ()
    threads: int = 1
    more: tuple[tuple[str, str], ...] = ()
    shaken: int = 0  # see tools/shaken


PROFILES = {"own": Profile(), "two threads": Profile(threads=2)}
if platform.machine().lower() in ("x86_64", "amd64"):
    PROFILES |= {
        "Haswell": Profile("Haswell", without=WIDE),
        "Nehalem": Profile("Nehalem", without=ALL, more=(("TF_ENABLE_ONEDNN_OPTS", "0"),)),
        "Prescott": Profile("Prescott"),
        "Zen": Profile("Zen"),
    }
PROFILES |= {f"shaken {i}": Profile(shaken=i) for i in (1, 2)}


def environment(profile: Profile) -> dict[str, str]:
    """Return the environment in which a program runs as on that machine."""
    found, _ = probe(dict(os.environ))
    off = [name for name in found if name.startswith(profile.without)] if profile.without else []
    chosen = {"OPENBLAS_CORETYPE": profile.core, "NPY_DISABLE_CPU_FEATURES": " ".join(off)}
    chosen = {name: value for name, value in chosen.items() if value} | dict(profile.more)
    if profile.shaken:
        folders = filter(None, (str(ROOT / "tools" / "shaken"), os.environ.get("PYTHONPATH")))
        chosen |= {"COURSEKIT_SHAKEN": str(profile.shaken), "PYTHONPATH": os.pathsep.join(folders)}
    return dict(os.environ) | chosen | {"OPENBLAS_NUM_THREADS": str(profile.threads), "MPLBACKEND": "agg"}


def probe(environment: dict[str, str]) -> tuple[list[str], list[dict[str, object]]]:
    """Return which instructions NumPy uses in an environment, and what it multiplies matrices with."""
    said = subprocess.run([sys.executable, "-c", PROBE], env=environment, check=True, capture_output=True, text=True)
    found, libraries = json.loads(said.stdout)
    return found, libraries


def took_effect(profile: Profile, environment: dict[str, str]) -> str:
    """Say with what a profile calculates; stop if it is not what the profile asks for."""
    found, libraries = probe(environment)
    for library in libraries:
        is_open = library["internal_api"] == "openblas"
        core, threads = str(library.get("architecture")), library["num_threads"]
        if profile.core and (not is_open or core not in NAMES.get(profile.core, profile.core)):
            sys.exit(f"{library['internal_api']} calculates as on {core}, and not as on {profile.core}.")
        if is_open and threads != profile.threads:
            sys.exit(f"OpenBLAS calculates with {threads} threads, and not with {profile.threads}.")
    still_on = [name for name in found if profile.without and name.startswith(profile.without)]
    if still_on:
        sys.exit(f"NumPy still uses {', '.join(still_on)}.")
    blas = sorted({f"{each['internal_api']} {each.get('architecture')} x {each['num_threads']}" for each in libraries})
    return f"{', '.join(blas)}; NumPy with {', '.join(found) or 'its baseline'}"


def tried(path: Path, environments: dict[str, dict[str, str]]) -> dict[str, NotebookNode | str]:
    """Run a notebook in each environment, a core each; return what came of it, or how it stopped."""
    with ProcessPoolExecutor(cpu_count(), multiprocessing.get_context("spawn")) as pool:
        return dict(zip(environments, pool.map(partial(_run_or_say, path), environments.values()), strict=True))


def _run_or_say(path: Path, environment: dict[str, str]) -> NotebookNode | str:
    try:
        return run(path, environment)
    except CellExecutionError as error:
        return str(error)


def failures(stored: NotebookNode, new: NotebookNode) -> Iterator[str]:
    """Yield a line for each number, or word, that is not what the notebook stores."""
    for number, (before, after) in enumerate(code_cells(stored, new)):
        for line in outputs_differ(before["outputs"], after["outputs"], before["metadata"].get(BANDS)):
            yield f"cell {number}: {line}"


def code_cells(*notebooks: NotebookNode) -> Iterator[tuple[NotebookNode, ...]]:
    """Walk the code cells of several runs of one notebook, as nbval counts them: from 0."""
    cells = [[cell for cell in notebook["cells"] if cell["cell_type"] == "code"] for notebook in notebooks]
    return zip(*cells, strict=True)


def write_bands(path: Path, runs: list[NotebookNode]) -> Iterator[str]:
    """Store bands of twice what the runs showed, where none is as wide; yield a line for each cell."""
    stored = read(path)
    for number, (cell, *others) in enumerate(code_cells(stored, *runs)):
        outputs = [other["outputs"] for other in others]
        if any(True for each in outputs for _ in outputs_differ(cell["outputs"], each, {"": float("inf")})):
            yield f"cell {number}: its words move, print it otherwise"
            continue
        found, old = propose(cell["outputs"], outputs), cell["metadata"].get(BANDS, {})
        wider = {key: band for key, band in found.items() if band > old.get(key, 0)}
        moved = any(True for each in outputs for _ in outputs_differ(cell["outputs"], each, None))
        if wider or (BANDS not in cell["metadata"] and (moved or TAG in cell["metadata"].get("tags", []))):
            cell["metadata"]["tags"] = sorted({*cell["metadata"].get("tags", []), TAG})
            cell["metadata"][BANDS] = dict(sorted((old | wider).items()))
            yield f"cell {number}: {json.dumps(cell['metadata'][BANDS], ensure_ascii=False)}"
    write(path, stored)


def report(path: Path, runs: dict[str, NotebookNode | str], *, store: bool) -> set[str]:
    """Print what failed in a notebook, by profile; return the profiles in which something did."""
    if store:
        for line in write_bands(path, [each for each in runs.values() if not isinstance(each, str)]):
            print(f"{path.stem}, {line}", flush=True)
    failed = set()
    for name, notebook in runs.items():
        lines = [notebook] if isinstance(notebook, str) else list(failures(read(path), notebook))
        failed |= {name} if lines else set()
        for line in lines:
            print(f"{name}: {path.stem}, {line}", flush=True)
    return failed


def main() -> None:
    """Run the notebooks that the command line names under each profile; without a name the tests, too."""
    parser = argparse.ArgumentParser(description="Run what trains as other machines would.")
    parser.add_argument(
        "lessons", nargs="*", help="how their file names start, such as 03; without, all, and the tests"
    )
    parser.add_argument("--write", action="store_true", help="store the bands that hold under all profiles")
    arguments = parser.parse_args()
    environments = {name: environment(profile) for name, profile in PROFILES.items()}
    for name, profile in PROFILES.items():
        print(f"{name:12} {took_effect(profile, environments[name])}", flush=True)
    failed: dict[str, set[str]] = {name: set() for name in PROFILES}
    for path in find(arguments.lessons):
        start = time.perf_counter()
        for name in report(path, tried(path, environments), store=arguments.write):
            failed[name].add(path.stem)
        print(f"{path.stem}: {time.perf_counter() - start:.0f} s", flush=True)
    if not arguments.lessons and not arguments.write:
        for name, env in environments.items():
            print(f"== the tests, {name}", flush=True)
            if subprocess.call([sys.executable, *TESTS], cwd=ROOT, env=env):
                failed[name].add("the tests")
    for name, what in failed.items():
        print(f"{name:12} {'FAILED: ' + ', '.join(sorted(what)) if what else 'passed'}")
    sys.exit(any(failed.values()))


if __name__ == "__main__":
    main()
