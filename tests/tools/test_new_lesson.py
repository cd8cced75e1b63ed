"""A new lesson runs, and passes the tests of its rooms, from its first minute on."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import notebook_files
import pytest

ROOT = notebook_files.ROOT
COPIED = ("coursekit", "notebooks", "tests", "tools", "experiments", "README.md", "CHANGELOG.md", "pyproject.toml")
TOPIC = "a_fresh_idea"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of this one's files; what writes into it comes last."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in COPIED:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
        else:
            shutil.copy(source, target)
    return folder


def run(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    there = os.environ | {"PYTHONPATH": str(copy)}
    return subprocess.run([sys.executable, *command], cwd=copy, env=there, capture_output=True, text=True, check=False)


def new_lesson(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(copy, "tools/new_lesson.py", *arguments)


def test_nothing_is_written_over(copy: Path) -> None:
    readme = (copy / "README.md").read_bytes()
    said = new_lesson(copy, "98", "softmax")
    assert said.returncode == 1
    assert said.stderr == f"{Path('coursekit/lessons/softmax')} is there already: choose another number or topic.\n"
    said = new_lesson(copy, "03", TOPIC)
    assert said.returncode == 1
    assert "notebooks" in said.stderr
    assert (copy / "README.md").read_bytes() == readme


@pytest.mark.parametrize("arguments", [[], ["04"], ["4", "scales"], ["04", "Coarse to fine"], ["04", "../scales"]])
def test_what_is_no_lesson_is_told_the_form(copy: Path, arguments: list[str]) -> None:
    said = new_lesson(copy, *arguments)
    assert said.returncode == 1
    assert said.stderr == "Give two digits and a topic: make lesson NUMBER=04 TOPIC=coarse_to_fine\n"


@pytest.mark.slow
def test_a_new_lesson_passes_the_tests_of_its_rooms(copy: Path) -> None:
    said = new_lesson(copy, "98", TOPIC)
    assert said.returncode == 0, said.stderr
    assert f"notebooks/98_{TOPIC}.ipynb" in said.stdout
    assert "make notebooks LESSONS=98" in said.stdout
    assert (copy / "README.md").read_text(encoding="utf-8").count(
        f"| [98 A fresh idea](notebooks/98_{TOPIC}.ipynb) |"
    ) == 1
    assert run(copy, f"experiments/{TOPIC}/{TOPIC}.py").returncode == 0
    refreshed = run(copy, "tools/refresh_notebooks.py", "98")
    assert refreshed.returncode == 0, refreshed.stderr
    mine = "98 or a-fresh-idea or walls or numbered"
    tests = ["tests/lab/test_every_explorer.py", "tests/lab/test_every_exercise.py", "tests/test_layers.py"]
    tests += ["tests/test_notebooks.py", f"tests/lessons/{TOPIC}"]
    mine += f" or {TOPIC}"
    result = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, "-k", f"({mine}) and not one_sitting")
    assert result.returncode == 0, result.stdout
    assert int(re.findall(r"(\d+) passed", result.stdout)[0]) > 30
    files = said.stdout.splitlines()[:7]
    if (known := ROOT / ".mypy_cache").exists():
        shutil.copytree(known, copy / ".mypy_cache")  # else it would read the whole package again
    for check in (["ruff", "check", *files], ["ruff", "format", "--check", *files[:6]], ["mypy"]):
        assert TOPIC not in run(copy, "-m", *check).stdout
