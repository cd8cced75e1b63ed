"""`make test` says what each part took, goes on after a failure, and fails if one did."""

import checks
import pytest

PASSES, FAILS = ("platform",), ("no_module_of_this_name",)


@pytest.fixture(autouse=True)
def _parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "PARTS", {"first": [FAILS, PASSES], "second": [PASSES], "browser": [PASSES]})
    monkeypatch.setattr(checks, "no_browser", lambda: "Chromium is missing: get it.")
    monkeypatch.setenv("CI", "")
    monkeypatch.setenv("MPLBACKEND", "agg")  # the checks set it: this puts it back


def closing_lines(capfd: pytest.CaptureFixture[str], *names: str) -> tuple[bool, list[str]]:
    with pytest.raises(SystemExit) as stopped:
        checks.main(list(names))
    lines = capfd.readouterr().out.splitlines()
    said = lines[lines.index("== these" if names else "== all") + 1 :]
    return bool(stopped.value.code), [" ".join(line.split()[:2]) for line in said]


def test_it_goes_on_after_a_failure_and_fails(capfd: pytest.CaptureFixture[str]) -> None:
    assert closing_lines(capfd) == (True, ["first FAILED", "second passed", "browser skipped"])


def test_some_parts_can_be_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    assert closing_lines(capfd, "second") == (False, ["second passed"])


def test_without_a_browser_it_says_how_to_get_one_and_goes_on(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="False"):
        checks.main(["browser"])
    assert capfd.readouterr().out.splitlines()[1] == "Chromium is missing: get it."


def test_under_ci_a_missing_browser_is_a_failure(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    assert closing_lines(capfd, "browser") == (True, ["browser FAILED"])


def test_a_browser_that_is_there_is_used(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "no_browser", str)
    assert closing_lines(capfd, "browser") == (False, ["browser passed"])


def test_an_unknown_part_is_said_with_those_there_are() -> None:
    message = "^There is no check 'third'; there are: first, second, browser, fast, lowest, deep, deep-browser.$"
    with pytest.raises(SystemExit, match=message):
        checks.main(["third"])
