"""A set-up that is killed at any moment is made whole by the next run: with real processes, pip, and small packages."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import environment
import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="of systems with groups of processes")
N_PACKAGES, N_FILES = 3, 100
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "small"
version = "1"
dependencies = []
optional-dependencies.lab = [{}]
"""
BACKEND = """
import zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    needs = "".join(f'Requires-Dist: package{i}; extra == "lab"\\n' for i in range(N_PACKAGES))
    with zipfile.ZipFile(f"{folder}/small-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("small-1.dist-info/METADATA",
                       "Metadata-Version: 2.1\\nName: small\\nVersion: 1\\nProvides-Extra: lab\\n" + needs)
        wheel.writestr("small-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("small-1.dist-info/RECORD", "")
    return "small-1-py3-none-any.whl"
"""


def write_wheel(folder: Path, name: str, version: str, said: str = "") -> None:
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for i in range(N_FILES):
            wheel.writestr(f"{name}/file{i}.py", f"VERSION = {version}\n")
        wheel.writestr(f"{name}/__init__.py", said and f'"""{said}"""')
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Lay a project with the real tool in it, which needs a few packages of a hundred files."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "wheels").mkdir()
    shutil.copy(environment.__file__, tmp_path / "tools")
    names = [f"package{i}" for i in range(N_PACKAGES)]
    (tmp_path / "pyproject.toml").write_text(PROJECT.format(", ".join(f'"{name}"' for name in names)))
    (tmp_path / "backend.py").write_text(f"N_PACKAGES = {N_PACKAGES}{BACKEND}")
    for name in names:
        for version in ("1", "2"):
            write_wheel(tmp_path / "wheels", name, version)
    lock(tmp_path, "1")
    return tmp_path


def lock(project: Path, version: str) -> None:
    pins = {f"package{i}=={version}": f"package{i}-{version}-py3-none-any.whl" for i in range(N_PACKAGES)}
    hashes = {pin: sha256((project / "wheels" / wheel).read_bytes()).hexdigest() for pin, wheel in pins.items()}
    (project / "requirements.lock").write_text("".join(f"{pin} --hash=sha256:{hashes[pin]}\n" for pin in pins))
    (project / "requirements-test.lock").write_text("\n".join(pins))


def start(project: Path) -> subprocess.Popen[bytes]:
    own = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(project / "wheels"), "PIP_CONFIG_FILE": os.devnull}
    path = os.pathsep.join(["/usr/bin", "/bin"])  # without uv
    command = [sys.executable, project / "tools" / "environment.py", "lab"]
    return subprocess.Popen(
        command, env={**os.environ, **own, "PATH": path}, start_new_session=True, stdout=subprocess.DEVNULL
    )


def is_whole(project: Path, version: str) -> bool:
    check = f"""
import importlib, pip._internal.cli.main
for i in range({N_PACKAGES}):
    for j in range({N_FILES}):
        assert importlib.import_module(f"package{{i}}.file{{j}}").VERSION == {version}
"""
    python = project / ".venv" / "bin" / "python"
    return subprocess.run([python, "-c", check], check=False).returncode == 0


def killed(project: Path, moment: Callable[[], bool], *, alone: bool = False) -> None:
    process = start(project)
    end = time.monotonic() + 120
    while not moment() and process.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.001)
    with suppress(ProcessLookupError):  # it was done before
        if alone:  # what it started goes on, and must not meet the next run
            os.kill(process.pid, signal.SIGKILL)
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def half(folder: Path, n: int) -> Callable[[], bool]:
    return lambda: len(list(folder.glob("*"))) >= n


def packages(project: Path) -> Path:
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return project / ".venv" / "lib" / python / "site-packages"


@pytest.mark.slow
@pytest.mark.deep
@pytest.mark.parametrize("alone", [False, True])
def test_killed_while_a_package_is_laid_out_and_then_started_twice_at_once(project: Path, *, alone: bool) -> None:
    killed(project, half(packages(project) / "package1", 20), alone=alone)
    both = [start(project), start(project)]
    assert [each.wait() for each in both] == [0, 0]
    assert is_whole(project, "1")
    assert environment_says_ready(project)


@pytest.mark.slow
@pytest.mark.deep
def test_a_file_with_another_hash_is_not_installed(project: Path) -> None:
    write_wheel(project / "wheels", "package1", "1", said="something else")
    assert start(project).wait() == 1
    assert not (project / ".venv" / "installed.txt").exists()
    assert not (packages(project) / "package1").exists()


@pytest.mark.slow
@pytest.mark.deep
def test_killed_while_pip_is_laid_out(project: Path) -> None:
    killed(project, half(packages(project) / "pip" / "_internal", 6))
    assert start(project).wait() == 0
    assert is_whole(project, "1")


@pytest.mark.slow
@pytest.mark.deep
def test_killed_while_it_is_brought_up_to_date(project: Path) -> None:
    assert start(project).wait() == 0
    lock(project, "2")
    place = packages(project) / "package1" / "file3.py"
    killed(project, lambda: place.exists() and "2" in place.read_text())
    assert start(project).wait() == 0
    assert is_whole(project, "2")


@pytest.mark.slow
@pytest.mark.deep
def test_killed_at_twenty_random_moments(project: Path) -> None:
    dice, begun = random.Random(0), time.monotonic()  # noqa: S311
    assert start(project).wait() == 0
    whole_run = time.monotonic() - begun
    for i in range(20):
        if i % 2:
            shutil.rmtree(project / ".venv")
        else:
            lock(project, str(1 + i // 2 % 2))
        end = time.monotonic() + dice.random() * whole_run / (1 if i % 2 else 3)  # to bring it up to date takes less
        killed(project, lambda: time.monotonic() > end, alone=dice.random() < 0.5)  # noqa: B023
        assert start(project).wait() == 0
        assert is_whole(project, str(1 + i // 2 % 2))


def environment_says_ready(project: Path) -> bool:
    before = {path: path.stat().st_mtime_ns for path in packages(project).iterdir()}
    assert start(project).wait() == 0
    return before == {path: path.stat().st_mtime_ns for path in packages(project).iterdir()}
