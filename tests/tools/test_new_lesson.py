"""A new lesson runs, and passes the tests of its rooms, from its first minute on."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import new_lesson
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


def test_nothing_is_written_over(copy: Path) -> None:
    readme = (copy / "README.md").read_bytes()
    with pytest.raises(SystemExit) as said:
        new_lesson.lay("98", "softmax", copy)
    assert said.value.code == f"{Path('coursekit/lessons/softmax')} is there already: choose another number or topic."
    with pytest.raises(SystemExit, match="notebooks"):
        new_lesson.lay("03", TOPIC, copy)
    assert (copy / "README.md").read_bytes() == readme


@pytest.mark.parametrize("arguments", [[], ["04"], ["4", "scales"], ["04", "Coarse to fine"], ["04", "../scales"]])
def test_what_is_no_lesson_is_told_the_form(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"^Give two digits and a topic: make lesson NUMBER=04 TOPIC=coarse_to_fine$"):
        new_lesson.main(arguments)


@pytest.fixture(scope="module")
def laid(copy: Path) -> list[str]:
    """Lay a lesson as one does on the command line; its files."""
    said = run(copy, "tools/new_lesson.py", "98", TOPIC)
    assert said.returncode == 0, said.stderr
    assert f"notebooks/98_{TOPIC}.ipynb" in said.stdout
    assert "make notebooks LESSONS=98" in said.stdout
    return said.stdout.splitlines()[:7]


@pytest.mark.slow
def test_a_new_lesson_passes_the_tests_of_its_rooms(copy: Path, laid: list[str]) -> None:
    row = f"| [98 A fresh idea](notebooks/98_{TOPIC}.ipynb) |"
    assert (copy / "README.md").read_text(encoding="utf-8").count(row) == 1
    assert run(copy, f"experiments/{TOPIC}/{TOPIC}.py").returncode == 0
    refreshed = run(copy, "tools/refresh_notebooks.py", "98")
    assert refreshed.returncode == 0, refreshed.stderr
    mine = f"98 or a-fresh-idea or walls or numbered or {TOPIC}"
    tests = ["tests/lab/test_every_explorer.py", "tests/lab/test_every_exercise.py", "tests/test_layers.py"]
    tests += ["tests/test_notebooks.py", f"tests/lessons/{TOPIC}"]
    result = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, "-k", f"({mine}) and not one_sitting")
    assert result.returncode == 0, result.stdout
    assert int(re.findall(r"(\d+) passed", result.stdout)[0]) > 30


@pytest.mark.slow
@pytest.mark.deep
def test_a_new_lesson_is_written_as_the_house_writes(copy: Path, laid: list[str]) -> None:
    for check in (["ruff", "check", *laid], ["ruff", "format", "--check", *laid[:6]], ["mypy"]):
        assert TOPIC not in run(copy, "-m", *check).stdout
