"""pyproject.toml, the lock and environment.yml say the same, and the wheel holds everything that an explorer needs."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from coursekit.notebook.installation import NEEDED

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = ("linux", "darwin", "win32")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EVERYTHING = [
    *PROJECT["dependencies"],
    *(each for extra in PROJECT["optional-dependencies"].values() for each in extra),
]
DECLARED = [each for each in map(Requirement, EVERYTHING) if each.name != PROJECT["name"]]


def pins_of(lock: str) -> list[Requirement]:
    """Return what a lock pins, without the hashes."""
    lines = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    return [Requirement(line.partition(" --hash")[0]) for line in lines]


LOCK, LAB = pins_of("requirements-test.lock"), pins_of("requirements.lock")
PEERS = [*LOCK, *(each for each in pins_of("requirements-peers.lock") if each.name not in {own.name for own in LOCK})]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]


def place(python: str, system: str) -> dict[str, str]:
    where = {"python_version": python, "python_full_version": f"{python}.9", "sys_platform": system}
    return where | {"os_name": "nt" if system == "win32" else "posix", "platform_machine": "x86_64"}


def locked(name: str, python: str, system: str = "linux", pins: list[Requirement] = LOCK) -> Version:
    """Return the one version that the lock gives a package on some Python and system."""
    where = place(python, system)
    (found,) = [
        each
        for each in pins
        if canonicalize_name(each.name) == canonicalize_name(name)
        and (each.marker is None or each.marker.evaluate(where))
    ]
    (specifier,) = found.specifier
    assert specifier.operator == "=="
    return Version(specifier.version)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_lock_has_every_dependency(python: str, system: str) -> None:
    for each in DECLARED:
        if each.marker is None or each.marker.evaluate(place(python, system)):
            assert locked(each.name, python, system, PEERS) in each.specifier, each


def test_tensorflow_is_there_for_every_python_and_system_that_it_has_a_release_for() -> None:
    wanted = [each for each in DECLARED if each.name.startswith("tensorflow")]
    for system in SYSTEMS:
        for python in PYTHONS:
            (*found,) = [each.name for each in wanted if each.marker and each.marker.evaluate(place(python, system))]
            names = {"linux": ["tensorflow-cpu"], "win32": ["tensorflow"], "darwin": []}  # of x86-64
            assert found == ([] if python == "3.14" else names[system])


def is_wanted(each: Requirement) -> bool:
    return each.marker is None or each.marker.evaluate()


@pytest.mark.skipif(Path(sys.prefix).name == ".venv-lowest", reason="what the lowest versions depend on is not locked")
def test_the_lock_has_what_the_dependencies_depend_on() -> None:
    names = {canonicalize_name(each.name) for each in LOCK}
    peers = set(PROJECT["optional-dependencies"]["peers"])  # are not installed here
    seen, waiting = set(), [each for each in DECLARED if str(each) not in peers and is_wanted(each)]
    while waiting:
        wanted = waiting.pop()
        if canonicalize_name(wanted.name) not in seen:
            seen.add(canonicalize_name(wanted.name))
            inner = map(Requirement, requires(wanted.name) or [])
            extras = [{"extra": extra} for extra in wanted.extras or {""}]
            waiting += [each for each in inner if not each.marker or any(map(each.marker.evaluate, extras))]
    assert seen - names == set()
    assert len(seen) > 2 * len(DECLARED)


def test_the_locks_name_no_place_to_load_from() -> None:
    pin = re.compile(r"[a-z0-9-]+==[\w.]+( ; [\w.'<>=! ()-]+)?( \\(\n    --hash=sha256:[0-9a-f]{64}( \\)?)+)?")
    for lock in ROOT.glob("requirements*.lock"):
        for line in re.split(r"\n(?! )", lock.read_text(encoding="utf-8").rstrip("\n")):
            assert pin.fullmatch(line), line


def test_what_make_lab_installs_has_a_hash_for_every_file_and_the_versions_of_the_tests() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert len(re.findall(r"==.* \\\n    --hash=", text)) == len(LAB)
    assert {(each.name, str(each.specifier)) for each in LAB} <= {(each.name, str(each.specifier)) for each in LOCK}
    assert not {"torch", "jax"} & {each.name for each in LOCK}


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_lock_of_make_lab_has_every_dependency_and_what_builds_the_project(python: str, system: str) -> None:
    extras = PROJECT["optional-dependencies"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = project["dependency-groups"]["build"]
    assert set(project["build-system"]["requires"]) <= set(build)
    for each in map(Requirement, [*PROJECT["dependencies"], *extras["lab"][1:], *extras["tensorflow"], *build]):
        if each.marker is None or each.marker.evaluate(place(python, system)):
            assert locked(each.name, python, system, LAB) in each.specifier, each


def test_conda_gets_every_dependency_at_the_locked_version() -> None:
    pins = dict(each.split("=", 1) for each in CONDA if isinstance(each, str) and "=" in each)
    python = pins.pop("python")
    assert python in PYTHONS
    lab = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["lab"]
    wanted = {each.name for each in map(Requirement, lab)} - {PROJECT["name"]}
    assert {name.removesuffix("-base") for name in pins} == wanted
    for name, pin in pins.items():
        version = locked(name.removesuffix("-base"), python)
        assert version.release[: len(Version(pin).release)] == Version(pin).release, name


def test_conda_installs_the_project_itself_with_tensorflow_by_pip() -> None:
    assert CONDA[-1] == {"pip": ["-e .[tensorflow]"]}
    assert "pip" in CONDA


def test_no_file_allows_the_ipywidgets_that_draws_nothing_in_vs_code() -> None:
    (requirement,) = [each for each in DECLARED if each.name == "ipywidgets"]
    assert "8.1.9" not in requirement.specifier
    assert locked("ipywidgets", "3.12") != Version("8.1.9")
    assert "ipywidgets=8.1.8" in CONDA


def test_the_first_notebook_asks_for_what_the_project_depends_on() -> None:
    assert set(NEEDED) == {each.name for each in map(Requirement, PROJECT["dependencies"])} | {"ipykernel"}


DRAW = """
from importlib.resources import files
from coursekit.lessons import EXPLORERS

for explorer in EXPLORERS.values():
    png, words = explorer.still(**explorer.quick)
    assert png.startswith(b"\\x89PNG"), png[:8]
    print(explorer.name, words.sentence)

import coursekit.lab.measured, coursekit.notebook
from coursekit.lessons import EXERCISES
assert files("coursekit").joinpath("py.typed").is_file()
print(coursekit.__file__)
"""


@pytest.mark.slow
@pytest.mark.deep
def test_the_wheel_draws_an_explorer_in_an_empty_environment(tmp_path: Path) -> None:
    def run(*command: str | Path) -> str:
        clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return subprocess.run(command, cwd=tmp_path, env=clean, check=True, stdout=subprocess.PIPE, text=True).stdout

    run(sys.executable, "-m", "build", "--outdir", tmp_path, ROOT)  # a source archive first, then the wheel from it
    (wheel,) = tmp_path.glob("*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "empty")
    python = tmp_path / "empty" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    lock = ROOT / "requirements-test.lock"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--constraint", lock, wheel)
    said = run(python, "-c", DRAW)
    assert re.match(r"[a-z-]+ .*\d", said)
    assert str(ROOT) not in said
