"""Does CI see it? Break one thing at a time, on a copy, and watch the checks go red."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
NBVAL = ("--nbval", "--nbval-current-env")
pytestmark = pytest.mark.slow


class Mutant(NamedTuple):
    """A planted mistake, and the checks that must notice it."""

    file: str
    before: str
    after: str
    checks: tuple[str, ...]


MUTANTS = {
    "a formula: the log scale's way back": Mutant(
        "coursekit/scales.py", "return np.clip(10**r, self.low, self.high)",
        "return np.clip(9**r, self.low, self.high)",
        ("tests/test_scales.py",),
    ),
    "a slider's wiring: a control that computes nothing": Mutant(
        "coursekit/lessons/pick_the_right_scale/explore_scales.py",
        "LogScale(low, 1).sample", "LogScale(1e-4, 1).sample",
        ("tests/lab/test_every_explorer.py", "-k", "sampling-scale or both_scales or words_count"),
    ),
    "a slider's wiring: a handle that nobody listens to": Mutant(
        "coursekit/notebook/knobs.py", 'lambda change: self._take(control.at(change.new)), "value"',
        'lambda change: None, "value"', ("tests/notebook",),
    ),
    "a stored number: an output that no run gave": Mutant(
        "notebooks/03_pick_the_right_scale.ipynb", "smaller than 0.1: 10%", "smaller than 0.1: 12%",
        (*NBVAL, "notebooks/03_pick_the_right_scale.ipynb"),
    ),
    "a stored number: the words of an explorer": Mutant(
        "notebooks/03_pick_the_right_scale.ipynb", "92 of 100 linear draws", "90 of 100 linear draws",
        (*NBVAL, "notebooks/03_pick_the_right_scale.ipynb"),
    ),
}  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("coursekit", "tests", "notebooks", "tools"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(checks: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *checks]
    environment = {"PYTHONPATH": str(folder), "PATH": str(Path(sys.executable).parent)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", MUTANTS)
def test_the_checks_go_red(name: str, copy: Path) -> None:
    mutant = MUTANTS[name]
    file = copy / mutant.file
    text = file.read_text(encoding="utf-8")
    assert mutant.before in text, "the mutant must change something"
    file.write_text(text.replace(mutant.before, mutant.after), encoding="utf-8")
    result = run(mutant.checks, copy)
    assert result.returncode == 1, result.stdout[-2000:] + result.stderr[-2000:]  # 1: tests ran, and some failed
