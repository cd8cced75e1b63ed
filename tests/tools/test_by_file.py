"""How far the tests are: a line for each file when it is done, for each failure at once, with workers and without."""

import os
import re
import subprocess
import sys
from pathlib import Path

import notebook_files
import pytest

pytestmark = pytest.mark.seconds

FILES = {
    "test_a.py": "import pytest\n\ndef test_one(): pass\n\n@pytest.mark.skip\ndef test_two(): pass\n",
    "test_b.py": "def test_bad(): assert [] == 3\n\ndef test_good(): pass\n",
    "test_c.py": "import pytest\n\n@pytest.fixture\ndef broken(): raise OSError('no')\n\ndef test(broken): pass\n",
}
CASES = """
import pytest

@pytest.mark.parametrize("x", ["near", "far"])
def test_case(x): pass

def test_other(): pass
"""
LINE = re.compile(r" +\d+\.\d s  (\S+(?: \w+)?)  (\d.*)")


def said_of(folder: Path, files: dict[str, str], *options: str) -> list[str]:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-ptools.by_file", f"--rootdir={folder}", *options, folder]
    bare = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = subprocess.run(command, cwd=notebook_files.ROOT, env=bare, stdout=subprocess.PIPE, text=True, check=False)
    return run.stdout.splitlines()


def lines_in(said: list[str]) -> dict[str, str]:
    return dict(found.groups() for found in map(LINE.fullmatch, said) if found)


@pytest.mark.parametrize("options", [(), ("-pxdist", "-n2", "--dist=loadfile")], ids=["one process", "workers"])
def test_every_file_has_its_line_and_every_failure(tmp_path: Path, options: tuple[str, ...]) -> None:
    said = said_of(tmp_path, FILES, *options)
    lines = {"test_a.py": "1 passed, 1 skipped", "test_b.py": "1 failed, 1 passed", "test_c.py": "1 failed"}
    assert lines_in(said) == lines
    assert "FAILED test_b.py::test_bad: assert [] == 3" in said
    assert "FAILED test_c.py::test: OSError: no" in said


def test_a_failure_is_said_before_the_rest_has_run(tmp_path: Path) -> None:
    said = said_of(tmp_path, FILES)
    places = [next(i for i, line in enumerate(said) if text in line)
              for text in ("s  test_a.py", "FAILED test_b.py", "s  test_b.py", "s  test_c.py", "FAILURES")]  # fmt: skip
    assert places == sorted(places)


def test_a_case_that_goes_its_own_way_has_its_own_line(tmp_path: Path) -> None:
    said = said_of(tmp_path, {"test_d.py": CASES}, "-pxdist", "-n2", "--dist=loadscope")
    assert lines_in(said) == {"test_d.py near": "1 passed", "test_d.py far": "1 passed", "test_d.py": "1 passed"}
