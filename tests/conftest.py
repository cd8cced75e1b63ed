"""What every test may use."""

import zlib
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from coursekit.lab.exercise import Exercise
from coursekit.lab.tensorflow_lazily import no_tensorflow

settings.register_profile("coursekit", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("coursekit")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def deep(request: pytest.FixtureRequest) -> bool:
    """Whether everything is wanted: so it is, unless whoever called left out what is deep."""
    return "not deep" not in request.config.getoption("markexpr")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave a sample of a test's cases: each test begins elsewhere, so that together they see all there is.

    A case that TensorFlow judges takes seconds: those of its import.
    """
    seen: Counter[str] = Counter()
    for item in items:
        if (exercise := exercise_of(item)) and exercise.missing is no_tensorflow:
            item.add_marker("seconds")
        if mark := item.get_closest_marker("sampled"):
            (n,), test = mark.args, item.nodeid.partition("[")[0]
            if (seen[test] + zlib.crc32(item.originalname.encode())) % n:
                item.add_marker("deep")
            seen[test] += 1


def exercise_of(item: pytest.Item) -> Exercise | None:
    """Return the exercise that a case walks, where it walks one."""
    exercise = getattr(item, "callspec", None) and item.callspec.params.get("exercise")
    return exercise if isinstance(exercise, Exercise) else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what walks an exercise that can't be judged here: TensorFlow has no release for every Python."""
    if (exercise := exercise_of(item)) and exercise.missing():
        pytest.skip(f"{exercise.missing()} is missing: exercise {exercise.name} can't be judged")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many calls with hostile input there were, and the worst errors: also of what several workers ran."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, [])]
    told = [item for report in reports for item in getattr(report, "user_properties", [])]
    cases = [sum(n for name, n in told if name == word) for word in ("cases", "refused")]
    if cases[0]:
        line = (
            f"hostile input: {cases[0]:,} calls, {cases[0] - cases[1]:,} right answers, {cases[1]:,} refused in words"
        )
        terminalreporter.write_line(line)
    for text in sorted(text for name, text in told if name == "worst error"):
        terminalreporter.write_line(f"worst error: {text}")
