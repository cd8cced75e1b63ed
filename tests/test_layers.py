"""The walls of the house: which room imports which, and what else it may know."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parents[1] / "coursekit"
ROOMS = ("figures", "explorers", "exercises", "notebook")  # a folder each; everything else is math
LEANS_ON = {
    "math": {"math"},
    "figures": {"math", "figures"},
    "explorers": {"math", "figures", "explorers"},
    "exercises": {"math", "exercises"},
    "notebook": {"math", "figures", "explorers", "exercises", "notebook"},
}
KNOWS = {
    "math": {"numpy"},
    "figures": {"numpy", "matplotlib", "PIL"},
    "explorers": {"numpy"},
    "exercises": {"numpy"},
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
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for target in targets(node, module, is_package=path.name == "__init__.py"):
                inner = target and target.rpartition(".")[0]
                of_a_name = target is not None and target.startswith(f"{package.name}.") and target not in known
                yield Import(module, inner if of_a_name else target)


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
    return second if second in ROOMS else "math"


def broken_walls(package: Path) -> list[str]:
    """Return a line for every import that goes through a wall."""
    walls = [f"{module} imports {target}" for module, target in imports(package) if not allowed(module, target)]
    return [line.replace("coursekit.", "") for line in walls + cycles(package)]


def allowed(module: str, target: str | None) -> bool:
    if target is None:
        return module == FINDS_FILES_ITSELF
    top = target.partition(".")[0]
    if top == PACKAGE.name:
        return room(target) in LEANS_ON[room(module)]
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
        ("scales.py", "from coursekit.figures import picture", "scales imports figures.picture"),
        ("scales.py", "from .figures.picture import Picture", "scales imports figures.picture"),
        ("scales.py", "import importlib as i\ni.import_module('matplotlib')", "scales imports matplotlib"),
        ("scales.py", "__import__('mat' + 'plotlib')", "scales imports None"),
        ("figures/picture.py", "import matplotlib.pyplot as plt", "figures.picture imports matplotlib.pyplot"),
        ("figures/picture.py", "from matplotlib import pyplot", "figures.picture imports matplotlib.pyplot"),
        ("figures/picture.py", "import ipywidgets", "figures.picture imports ipywidgets"),
        ("figures/picture.py", "from coursekit import explorers", "figures.picture imports explorers"),
        ("explorers/scales.py", "import ipywidgets", "explorers.scales imports ipywidgets"),
        ("explorers/scales.py", "import coursekit.notebook", "explorers.scales imports notebook"),
        ("explorers/scales.py", "import coursekit.exercises", "explorers.scales imports exercises"),
        ("exercises/scales.py", "import coursekit.figures", "exercises.scales imports figures"),
        ("exercises/scales.py", "import coursekit.explorers", "exercises.scales imports explorers"),
        ("notebook/showing.py", "import matplotlib.pyplot", "notebook.showing imports matplotlib.pyplot"),
        ("_checks.py", "def f():\n    from coursekit.scales import LogScale", "a cycle: "),
    ],
)
def test_a_broken_wall_is_seen(tmp_path: Path, file: str, line: str, seen: str) -> None:
    copy = Path(shutil.copytree(PACKAGE, tmp_path / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__")))
    with (copy / file).open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")
    assert any(line.startswith(seen) for line in broken_walls(copy))


def test_importing_the_math_costs_numpy_and_little_else() -> None:
    math = sorted(name for name in modules(PACKAGE) if room(name) == "math")
    code = f"""
import importlib, sys
for module in {math}:
    importlib.import_module(module)
    heavy = {HEAVY} & set(sys.modules)
    assert not heavy, (module, heavy)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
