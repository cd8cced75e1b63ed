"""The rooms of the browser tests: one Chromium and one JupyterLab for all of them, a fresh page for each that asks."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import nbformat
import pytest
from driving import PATIENCE, Notebook, open_notebook
from lab import MISSING, RECORD, ROOT, Lab, chromium, jupyter_lab
from playwright.sync_api import Browser, Page, expect
from screens import USUAL
from trouble import CELLS, ENGINE, SEVEN
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

SCREENSHOTS = ROOT / "screenshots"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}

expect.set_options(timeout=PATIENCE)


class OneRoomEach(LoadScopeScheduling):
    """A lesson keeps to one process; so do the search, the website, and all that shares the troublesome notebook."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        case = test.partition("[")[2]
        if case and "test_live_lessons" in file:
            return case
        return next((room for room in ("search", "website") if f"{room}.py" in file), "engine")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    return OneRoomEach(config, log) if config.getoption("dist") == "loadscope" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keep a screenshot of every open page when a test fails, and say what happened there: a timeout says little."""
    report = yield
    if report.failed and "browser" in item.fixturenames:
        SCREENSHOTS.mkdir(exist_ok=True)
        pages = [page for context in item._request.getfixturevalue("browser").contexts for page in context.pages]
        for i, page in enumerate(pages):
            page.screenshot(path=SCREENSHOTS / f"failed_{item.name.replace('/', '_')}_{report.when}_{i}.png")
            happened = page.evaluate("() => window.happened ?? []")
            report.sections.append((f"on page {i}, {page.url}", "\n".join(happened)))
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        if found is None:
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
        yield found


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab on copies of the lessons, and on a notebook of troublesome explorers."""
    folder = shutil.copytree(ROOT / "notebooks", tmp_path_factory.mktemp("lab") / "notebooks")
    shutil.copy(ROOT / "tests" / "browser" / "trouble.py", folder)
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    for name in (ENGINE, SEVEN):
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), folder / name)
    with jupyter_lab(folder, tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture(scope="session")
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages of any size and pixel density; whatever a page complains about is in its ``complaints``."""
    contexts = []

    def make(size: dict[str, int] = USUAL, **options: object) -> Page:
        contexts.append(browser.new_context(viewport=size, **options))
        contexts[-1].set_default_timeout(PATIENCE)
        contexts[-1].add_init_script(path=RECORD)
        page = contexts[-1].new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def desk(new_page: Callable[..., Page]) -> Callable[[], Page]:
    """Return a page for one lesson after the other: to load JupyterLab takes longer than most of what is done in it."""
    pages: list[Page] = []

    def make() -> Page:
        if not pages or pages[-1].is_closed():
            pages.append(new_page())
        pages[-1].complaints.clear()
        return pages[-1]

    return make


@pytest.fixture(scope="session")
def some(deep: bool) -> Callable[..., list[Any]]:
    """Return what takes every n-th thing, beginning at one or the other; everything, where the deep is wanted."""
    return lambda things, n, first=0: list(things) if deep else list(things)[first % n :: n]


@pytest.fixture(scope="session")
def engine(new_page: Callable[..., Page], lab: Lab) -> Notebook:
    """The notebook of troublesome explorers, run; shared by all tests."""
    notebook = open_notebook(new_page(), lab, ENGINE)
    notebook.run_all()
    notebook.page.locator("canvas.coursekit-picture").nth(1).wait_for()
    return notebook


@pytest.fixture(scope="session")
def keep() -> Callable[[Page, str], None]:
    """Take screenshots for people to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    return lambda page, name: page.screenshot(path=SCREENSHOTS / f"{name}.png")
