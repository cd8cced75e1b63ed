"""A plugin for pytest that tells how far it is: a line for each file when it is done, one for each failure at once.

``python -m pytest -p tools.by_file``: what follows a failure's line, the traceback, still stands at the end.
With ``--dist loadscope`` there is a line for each case of a file.
"""

from collections import Counter, defaultdict
from collections.abc import Generator, Iterable

import pytest
from _pytest.terminal import TerminalReporter  # has no public name

Status = tuple[str, str, str]


class ByFile:
    """Count the tests of each file that are still to come; with xdist, in the process that hands them out."""

    def __init__(self, terminal: TerminalReporter, *, by_case: bool) -> None:
        self.terminal = terminal
        self.by_case = by_case
        self.left: Counter[str] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.told: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count, where there are no workers."""
        self.expect(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Count, where there are workers."""
        self.expect(ids)

    def expect(self, ids: Iterable[str]) -> None:
        """Keep how many tests each file has."""
        self.left = self.left or Counter(map(self.place, ids))  # all workers have found the same

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> Generator[None, Status, Status]:
        """Take the letter away that would be printed for each test: of what passed the word too."""
        category, _, word = yield
        return category, "", word if report.failed else ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Say that a test failed; after the last one of a file, what became of them."""
        where = self.place(report.nodeid)
        self.seconds[where] += report.duration
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            why = crash.message.splitlines()[0] if crash else "see below"
            self.terminal.ensure_newline()
            self.terminal.write_line(f"FAILED {report.nodeid}: {why}", red=True)
        if report.failed or report.skipped or report.when == "call":
            self.told[where][report.outcome] += 1
        if report.when == "teardown":
            self.left[where] -= 1
            if not self.left[where]:
                self.tell(where)

    def place(self, nodeid: str) -> str:
        """Return the file of a test; where cases go their own ways, its case too."""
        file, _, test = nodeid.partition("::")
        case = test.partition("[")[2].removesuffix("]")
        return f"{file} {case}" if case and self.by_case else file

    def tell(self, where: str) -> None:
        """Write the line of a file."""
        told = ", ".join(f"{n} {outcome}" for outcome, n in sorted(self.told[where].items()))
        self.terminal.ensure_newline()
        self.terminal.write_line(f"{self.seconds[where]:6.1f} s  {where}  {told}")


@pytest.hookimpl(trylast=True)  # the terminal's own reporter is made by one of these as well
def pytest_configure(config: pytest.Config) -> None:
    """Tell, unless this is a worker."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal and not hasattr(config, "workerinput"):
        by_case = config.getoption("dist", "no") == "loadscope"
        config.pluginmanager.register(ByFile(terminal, by_case=by_case), "by file")
