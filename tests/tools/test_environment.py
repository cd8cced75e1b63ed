"""The first thing a newcomer meets: it works, or it says in one line what is missing."""

import ast
import shutil
import sys
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace

import environment
import pytest
from packaging.requirements import Requirement


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool in an empty folder, without uv, with the commands it would run written down instead of run."""
    for file in [*environment.ROOT.glob("requirements*.lock"), environment.ROOT / "pyproject.toml"]:
        shutil.copy(file, tmp_path)
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(environment, "commands", [], raising=False)
    monkeypatch.setattr(environment, "run", pretend)
    monkeypatch.setattr(environment, "succeeds", lambda python, *_: Path(python).exists())
    monkeypatch.setattr(shutil, "which", lambda *_: None)
    return environment


def pretend(command: list[object], _lock: object = None) -> None:
    environment.commands.append([str(part) for part in command])
    for extra in environment.EXTRAS:
        if command[-1] == environment.venv_of(extra):
            environment.python_of(extra).parent.mkdir(parents=True, exist_ok=True)
            environment.python_of(extra).touch()


def test_it_starts_on_an_old_python() -> None:
    ast.parse(Path(environment.__file__).read_text(encoding="utf-8"), feature_version=(3, 6))


def test_a_first_run_makes_the_environment_with_pip(fresh: ModuleType) -> None:
    fresh.main("lab")
    make, hashed, own = fresh.commands
    assert make[1:] == ["-m", "venv", "--clear", str(fresh.ROOT / ".venv")]
    install = [str(fresh.python_of("lab")), "-m", "pip", "install", "--no-compile", "--quiet"]
    assert hashed == [*install, "--require-hashes", "--requirement", str(fresh.LOCK)]
    assert own == [*install, "--constraint", str(fresh.ROOT / "requirements-test.lock"), "--no-build-isolation",
                   "--editable", ".[lab]"]  # fmt: skip


def test_uv_is_used_where_it_is_installed(fresh: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "the/uv" if name == "uv" else None)
    fresh.main("lab")
    assert [command[0] for command in fresh.commands] == ["the/uv"] * 3


def test_a_second_run_does_nothing(fresh: ModuleType) -> None:
    fresh.main("test")
    fresh.commands.clear()
    fresh.main("test")
    fresh.main("lab")  # is part of what is there
    assert fresh.commands == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock", "pyproject.toml"])
def test_a_change_of_what_is_needed_installs_again(fresh: ModuleType, name: str) -> None:
    fresh.main("lab")
    fresh.commands.clear()
    with (fresh.ROOT / name).open("a") as file:
        file.write("\n")
    fresh.main("lab")
    assert [command[3] for command in fresh.commands] == ["install", "install"]


def test_the_checks_need_more_than_the_notebooks(fresh: ModuleType) -> None:
    fresh.main("lab")
    fresh.commands.clear()
    fresh.main("test")
    assert [command[-1] for command in fresh.commands] == [str(fresh.LOCK), ".[test]"]


def test_the_peers_have_an_environment_of_their_own_made_by_pip(
    fresh: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh.main("test")
    fresh.commands.clear()
    monkeypatch.setattr(shutil, "which", lambda name: "the/uv" if name == "uv" else None)
    monkeypatch.setattr(shutil, "disk_usage", lambda *_: SimpleNamespace(free=10**11))
    fresh.main("peers")
    make, install = fresh.commands
    assert make[1:] == ["-m", "venv", "--clear", str(fresh.ROOT / ".venv-peers")]
    assert install[0] == str(fresh.python_of("peers"))
    assert install[-4:] == ["--constraint", str(fresh.ROOT / "requirements-peers.lock"), "--editable", ".[peers]"]
    fresh.commands.clear()
    fresh.main("peers")
    fresh.main("test")
    assert fresh.commands == []


def test_the_lowest_versions_are_those_of_the_project(fresh: ModuleType) -> None:
    project = tomllib.loads((fresh.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    here = ("lab", "cluster", "optuna", "site", "test")
    named = {*project["dependencies"], *(line for extra in here for line in extras[extra])}
    asked = [Requirement(line) for line in named if not line.startswith("coursekit[")]
    pinned = {Requirement(line).name: Requirement(line) for line in fresh.lowest_versions()}
    assert sorted(pinned) == sorted(requirement.name for requirement in asked)
    for requirement in asked:
        (pin,) = pinned[requirement.name].specifier
        assert f">={pin.version}" in str(requirement.specifier).split(",")
        assert pinned[requirement.name].extras == requirement.extras
        assert pin.version in requirement.specifier
    assert not any("tensorflow" in name for name in pinned)


def test_the_lowest_versions_have_an_environment_of_their_own_made_by_pip(
    fresh: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "the/uv" if name == "uv" else None)
    fresh.main("lowest")
    make, install = fresh.commands
    assert make[1:] == ["-m", "venv", "--clear", str(fresh.ROOT / ".venv-lowest")]
    assert install[:6] == [str(fresh.python_of("lowest")), "-m", "pip", "install", "--no-compile", "--quiet"]
    assert "--constraint" not in install
    assert "numpy==2.0" in install
    assert install[-2:] == ["--editable", "."]


def test_a_python_that_went_away_is_replaced(fresh: ModuleType) -> None:
    fresh.main("lab")
    fresh.commands.clear()
    fresh.python_of("lab").unlink()
    fresh.main("lab")
    assert len(fresh.commands) == 3


def test_an_old_python_is_refused(fresh: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9))
    message = "^Python 3.11 or newer is needed, and this is 3.9: install one, for example from python.org.$"
    with pytest.raises(SystemExit, match=message):
        fresh.main("lab")
    assert fresh.commands == []


def test_a_newer_python_on_the_path_takes_over(fresh: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9))
    monkeypatch.setattr(shutil, "which", {"python3.13": "a/broken/shim", "python3.12": sys.executable}.get)
    fresh.main("lab")
    assert fresh.commands[0][0] == sys.executable


@pytest.mark.parametrize(
    ("python", "code", "works"),
    [
        (sys.executable, "import sys", True),
        (sys.executable, "import nothing_of_this_name", False),
        ("nowhere", "", False),
    ],
)
def test_whether_a_python_runs_a_line(python: str, code: str, *, works: bool) -> None:
    assert environment.succeeds(python, code) == works


def test_uv_finds_a_newer_python(fresh: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9))
    monkeypatch.setattr(shutil, "which", {"uv": "the/uv"}.get)
    fresh.main("lab")
    assert "--python >=3.11,<3.15" in " ".join(fresh.commands[0])


def test_a_full_disk_is_refused(fresh: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda *_: SimpleNamespace(free=123_456_789))
    with pytest.raises(SystemExit, match=r"^The disk is too full: .venv needs 2400 MB, and 123 MB are free.$"):
        fresh.main("lab")
    assert fresh.commands == []


def test_python_without_its_venv_module_is_refused(fresh: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "succeeds", lambda *_: False)
    message = (
        r"^Python's venv module is missing: install it \(Debian, Ubuntu: sudo apt install python3-venv\), or install"
    )
    with pytest.raises(SystemExit, match=message):
        fresh.main("lab")
    assert fresh.commands == []


def test_a_failed_installation_says_so_and_is_not_taken_for_done() -> None:
    with pytest.raises(SystemExit, match=r"^The installation stopped: the reason is above."):
        environment.run([sys.executable, "-c", "raise SystemExit(1)"])
