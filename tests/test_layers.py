"""The walls of the house: which room imports which, and what else it may know."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parents[1] / "coursekit"
ROOMS = ("search", "lab", "lessons", "notebook")  # a folder each; everything else is the core
LEANS_ON = {
    "core": {"core"},
    "search": {"core", "search"},
    "lab": {"core", "search", "lab"},
    "lessons": {"core", "search", "lab", "lessons"},
    "notebook": {"core", "search", "lab", "lessons", "notebook"},
}
KNOWS = {
    "core": {"numpy"},
    "search": {"numpy"},
    "lab": {"numpy", "matplotlib", "PIL"},
    "lessons": {"numpy"},
    "notebook": {"numpy", "ipywidgets", "anywidget", "IPython", "traitlets"},
}
KNOWS_AS_WELL = {
    "coursekit.datasets": {"sklearn"},
    "coursekit.search._engine": {"joblib", "dask"},
    "coursekit.search.trials": {"pandas"},
    "coursekit.lab.tensorflow_lazily": {"tensorflow", "keras"},
    "coursekit.notebook.needing": {"tensorflow", "keras"},
    "coursekit.notebook.progress": {"tqdm"},
}
HEAVY = {"matplotlib", "ipywidgets", "IPython", "sklearn", "joblib", "dask", "scipy", "pandas", "tqdm"}
FINDS_FILES_ITSELF = "coursekit.lab.registry"


class Import(NamedTuple):
    """One import: who imports what, or None where only running the code would tell."""

    module: str
    target: str | None


def modules(package: Path) -> dict[str, Path]:
    found = {}
    for path in package.rglob("*.py"):
        parts = [package.name, *path.relative_to(package).with_suffix("").parts]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(package: Path) -> Iterator[Import]:
    """Yield every import of the package, those inside functions and under TYPE_CHECKING too."""
    known = modules(package)
    for module, path in known.items():
        for target in all_targets(path.read_text(encoding="utf-8"), module, is_package=path.name == "__init__.py"):
            inner = target and target.rpartition(".")[0]
            of_a_name = target is not None and target.startswith(f"{package.name}.") and target not in known
            yield Import(module, inner if of_a_name else target)


@cache  # a broken wall changes one file of all
def all_targets(source: str, module: str, *, is_package: bool) -> list[str | None]:
    nodes = ast.walk(ast.parse(source))
    return [target for node in nodes for target in targets(node, module, is_package=is_package)]


def targets(node: ast.AST, module: str, *, is_package: bool) -> list[str | None]:
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom():
            here = module.split(".")[: len(module.split(".")) - node.level + is_package] if node.level else []
            return [".".join([*here, *filter(None, [node.module]), alias.name]) for alias in node.names]
        case ast.Call(func=ast.Name("__import__") | ast.Attribute(attr="import_module") | ast.Name("import_module")):
            first = node.args[0] if node.args else None
            return [first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None]
        case _:
            return []


def room(module: str) -> str:
    second = [*module.split("."), ""][1]
    return second if second in ROOMS else "core"


def lesson(module: str) -> tuple[str, str]:
    """Return a module's lesson, and what kind of file it is: explore, picture, exercise; "" for what it measures."""
    parts = [*module.split("."), "", ""]
    if parts[1] != "lessons":
        return "", ""
    kind = "exercise" if parts[3] == "exercises" else parts[3].partition("_")[0]
    return parts[2], kind if kind in ("explore", "picture", "exercise") else ""


def broken_walls(package: Path) -> list[str]:
    """Return a line for every import that goes through a wall."""
    walls = [f"{module} imports {target}" for module, target in imports(package) if not allowed(module, target)]
    return [line.replace("coursekit.", "") for line in walls + cycles(package)]


def allowed(module: str, target: str | None) -> bool:
    if target is None:
        return module == FINDS_FILES_ITSELF
    top = target.partition(".")[0]
    (mine, kind), (other, other_kind) = lesson(module), lesson(target)
    if mine and other and (mine != other or (kind in ("", "exercise") and other_kind in ("explore", "picture"))):
        return False
    if top == PACKAGE.name:
        return room(target) in LEANS_ON[room(module)]
    if top == "matplotlib" and kind in ("explore", "picture") and "pyplot" not in target:
        return True
    if "pyplot" in target or "pylab" in target:
        return False
    knows = KNOWS[room(module)] | KNOWS_AS_WELL.get(module, set())
    return top in knows or top in sys.stdlib_module_names


def cycles(package: Path) -> list[str]:
    graph: dict[str, set[str]] = {module: set() for module in modules(package)}
    for module, target in imports(package):
        if target in graph and target != module:
            graph[module].add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [f"a cycle: {' imports '.join(reversed(error.args[1]))}"]
    return []


def test_the_walls_stand() -> None:
    assert broken_walls(PACKAGE) == []


def test_every_room_is_walked_through() -> None:
    walked = {room(each.module) for each in imports(PACKAGE)}
    assert walked == set(LEANS_ON)


@pytest.mark.seconds
@pytest.mark.parametrize(
    ("file", "line", "seen"),
    [
        ("scales.py", "import matplotlib", "scales imports matplotlib"),
        ("scales.py", "import ipywidgets", "scales imports ipywidgets"),
        ("scales.py", "from IPython.display import display", "scales imports IPython.display.display"),
        ("scales.py", "def f():\n    import matplotlib.colors", "scales imports matplotlib.colors"),
        ("scales.py", "import scipy.special", "scales imports scipy.special"),
        ("softmax.py", "from sklearn.utils import shuffle", "softmax imports sklearn.utils.shuffle"),
        ("datasets.py", "import joblib", "datasets imports joblib"),
        ("scales.py", "from coursekit.lab import picture", "scales imports lab.picture"),
        ("scales.py", "from .search import Space", "scales imports search"),
        ("scales.py", "import importlib as i\ni.import_module('matplotlib')", "scales imports matplotlib"),
        ("scales.py", "__import__('mat' + 'plotlib')", "scales imports None"),
        ("search/halving.py", "import coursekit.lab.measured", "search.halving imports lab.measured"),
        ("lab/picture.py", "import matplotlib.pyplot as plt", "lab.picture imports matplotlib.pyplot"),
        ("lab/picture.py", "from matplotlib import pyplot", "lab.picture imports matplotlib.pyplot"),
        ("lab/picture.py", "import ipywidgets", "lab.picture imports ipywidgets"),
        ("lab/picture.py", "from coursekit import lessons", "lab.picture imports lessons"),
        (
            "lessons/pick_the_right_scale/explore_scales.py",
            "import ipywidgets",
            "lessons.pick_the_right_scale.explore_scales imports ipywidgets",
        ),
        (
            "lessons/pick_the_right_scale/explore_scales.py",
            "import matplotlib.pyplot",
            "lessons.pick_the_right_scale.explore_scales imports matplotlib.pyplot",
        ),
        (
            "lessons/pick_the_right_scale/explore_scales.py",
            "import coursekit.notebook",
            "lessons.pick_the_right_scale.explore_scales imports notebook",
        ),
        (
            "lessons/pick_the_right_scale/explore_scales.py",
            "import coursekit.lessons.softmax.explore_softmax",
            "lessons.pick_the_right_scale.explore_scales imports lessons.softmax.explore_softmax",
        ),
        (
            "lessons/pick_the_right_scale/exercises/scales.py",
            "from coursekit.lessons.softmax import exercises",
            "lessons.pick_the_right_scale.exercises.scales imports lessons.softmax.exercises",
        ),
        (
            "lessons/pick_the_right_scale/exercises/scales.py",
            "import coursekit.lessons.pick_the_right_scale.explore_scales",
            "lessons.pick_the_right_scale.exercises.scales imports lessons.pick_the_right_scale.explore_scales",
        ),
        (
            "lessons/normalize_the_inputs/bowl.py",
            "import matplotlib.colors",
            "lessons.normalize_the_inputs.bowl imports matplotlib.colors",
        ),
        (
            "lessons/normalize_the_inputs/bowl.py",
            "import coursekit.lessons.normalize_the_inputs.explore_normalize",
            "lessons.normalize_the_inputs.bowl imports lessons.normalize_the_inputs.explore_normalize",
        ),
        ("notebook/showing.py", "import matplotlib.pyplot", "notebook.showing imports matplotlib.pyplot"),
        ("_checks.py", "def f():\n    from coursekit.scales import LogScale", "a cycle: "),
    ],
)
def test_a_broken_wall_is_seen(tmp_path: Path, file: str, line: str, seen: str) -> None:
    copy = Path(shutil.copytree(PACKAGE, tmp_path / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__")))
    with (copy / file).open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")
    assert any(line.startswith(seen) for line in broken_walls(copy))


def test_importing_the_core_costs_numpy_and_little_else() -> None:
    core = sorted(name for name in modules(PACKAGE) if room(name) in ("core", "search"))
    code = f"""
import importlib, sys
for module in {core}:
    importlib.import_module(module)
    heavy = {HEAVY} & set(sys.modules)
    assert not heavy, (module, heavy)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


SOURCES = [*(PACKAGE.parent / "experiments").rglob("*.py")]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_an_experiment_draws_nothing_and_reads_no_other_lesson(path: Path) -> None:
    named = re.findall(r"coursekit\.lessons\.(\w+)", path.read_text(encoding="utf-8"))
    assert set(named) <= {path.parent.name}
    assert "matplotlib" not in path.read_text(encoding="utf-8")
