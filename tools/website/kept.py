"""Recordings that are kept as long as what they show stays what it was."""

import ast
import hashlib
import importlib
import importlib.metadata
import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons import EXPLORERS
from website.named import KEPT_STATES
from website.recording import Recording, record
from website.stops import MOST, Plan, plan

HERE = Path(__file__).parent
OURS = ("recording.py", "coding.py", "described.py")
PACKAGES = ("matplotlib", "numpy", "scikit-learn")


def recordings(
    names: Iterable[str], folder: Path, *, jobs: int = 1, most: int = MOST
) -> Iterator[tuple[str, Recording]]:
    """Yield the recordings of some explorers: those that are kept, and then the others as they are made.

    Parameters
    ----------
    names : iterable of str
    folder : Path
        Where they are kept.
    jobs : int, optional
        How many are made at once.
    most : int, optional
        Settings of an explorer, where no more are needed.

    Yields
    ------
    name : str
    recording : Recording
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {name: fingerprint(EXPLORERS[name], plan(EXPLORERS[name], most)) for name in names}
    new = []
    for name, mark in wanted.items():
        found = read(folder / f"{name}-{mark}")
        if found is None:
            new.append(name)
        else:
            yield name, found
    with ProcessPoolExecutor(min(jobs, len(new)) or 1) as pool:
        for name, made in zip(new, pool.map(partial(_made, most), new), strict=True):
            for old in folder.glob(f"{name}-????????????????.*"):
                old.unlink()
            write(made, folder / f"{name}-{wanted[name]}")
            yield name, made


def _made(most: int, name: str) -> Recording:
    return record(EXPLORERS[name], plan(EXPLORERS[name], most))


def write(recording: Recording, path: Path) -> None:
    """Keep a recording in three files that begin with a path; the last one says that all are there."""
    path.with_suffix(".bin").write_bytes(recording.file)
    path.with_suffix(".png").write_bytes(recording.still)
    path.with_suffix(".json").write_text(json.dumps([recording.words, recording.size]), encoding="utf-8")


def read(path: Path) -> Recording | None:
    """Return the recording that is kept in files that begin with a path; None where there is none."""
    if not path.with_suffix(".json").exists():
        return None
    words, (width, height) = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    file, still = (path.with_suffix(suffix).read_bytes() for suffix in (".bin", ".png"))
    return Recording(file, still, Words(*words), (width, height))


def fingerprint(explorer: Explorer, planned: Plan) -> str:
    """Return what changes when the recording of an explorer may: its code and data, its stops, or what draws it.

    Parameters
    ----------
    explorer : Explorer
    planned : Plan

    Returns
    -------
    str
        16 letters.
    """
    parts = [repr(planned), repr(KEPT_STATES.get(explorer.name))]
    parts += [importlib.metadata.version(package) for package in PACKAGES]
    parts += [_code(HERE / name) for name in OURS]
    roots = [name for name, module in sys.modules.items()
             if ".explore_" in name and any(thing is explorer for thing in vars(module).values())]  # fmt: skip
    files = {_file(name) for name in all_imported(["coursekit.lab.strokes", *roots])}
    parts += [_code(file) for file in sorted(files)]
    digest = hashlib.sha256("\n".join(parts).encode())
    for folder in sorted({file.parent / "data" for file in files}):
        for file in sorted(folder.glob("*.*")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def all_imported(names: Iterable[str]) -> set[str]:
    """Return these modules, and those of coursekit's that they need, directly or not."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _imports(name)
    return found


def _file(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"No file of Python's is the module {name}.")
    return Path(found.origin)


@cache
def _imports(name: str) -> tuple[str, ...]:
    tree = ast.parse(_file(name).read_text(encoding="utf-8"))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(each for each in found if each.startswith("coursekit.") and _is_module(each))


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # what it would stand in is no package: it is a name in a module
        return False


@cache
def _code(path: Path) -> str:
    """Return a file's code without its comments and docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)
