"""What `make test` keeps of many cases: every n-th, of each test others; whoever names nothing runs them all."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.seconds

CASES = """
import pytest

@pytest.mark.sampled(5)
@pytest.mark.parametrize("case", range(20))
def test_one(case): pass

@pytest.mark.sampled(5)
@pytest.mark.parametrize("case", range(20))
def test_another(case): pass

@pytest.mark.deep
def test_rare(): pass

def test_deep_knows(deep): print(f"deep is {deep}.")
"""


@pytest.fixture
def kept(tmp_path):
    """Run the cases, and return the numbers of those that ran, by test, and what they said."""

    def run(*options):
        shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path)
        (tmp_path / "test_cases.py").write_text(CASES, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-v", "-s", "-p", "no:cacheprovider", *options]
        said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        names = ("one", "another")
        ran = {name: [int(case) for case in re.findall(rf"::test_{name}\[(\d+)\]", said)] for name in names}
        return ran, "::test_rare" in said, re.findall(r"deep is (\w+)\.", said)

    return run


def test_every_nth_case_is_kept_and_of_each_test_others(kept):
    ran, is_rare, deep = kept("-m", "not deep")
    assert {name: [case - cases[0] for case in cases] for name, cases in ran.items()} == {
        "one": [0, 5, 10, 15],
        "another": [0, 5, 10, 15],
    }
    assert ran["one"] != ran["another"]
    assert (is_rare, deep) == (False, ["False"])


def test_without_a_word_everything_runs(kept):
    assert kept() == ({"one": list(range(20)), "another": list(range(20))}, True, ["True"])
