"""What every test may use."""

from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from coursekit.lab.exercise import Exercise

settings.register_profile("coursekit", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("coursekit")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what walks an exercise that can't be judged here: TensorFlow has no release for every Python."""
    exercise = getattr(item, "callspec", None) and item.callspec.params.get("exercise")
    if isinstance(exercise, Exercise) and exercise.missing():
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
