"""A real JupyterLab and a real Chromium: what the browser tests and the benchmarks drive."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
RECORD = Path(__file__).with_name("record.js")  # each page of a test runs it
NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "Chromium is missing: `sudo apt install chromium` (Debian, Ubuntu) or `python -m playwright install chromium`."
)
QUIET = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")
END = 20  # seconds for a server to end
PATIENCE = 300  # seconds for a server to start: on a machine with other work it has taken more than 120


class Lab(NamedTuple):
    """A running JupyterLab: its address with a slash at the end, its token, and the folder that it shows."""

    url: str
    token: str
    folder: Path


@contextmanager
def chromium() -> Iterator[Browser | None]:
    """Run the system's Chromium, or Playwright's own; None if there is neither."""
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, NAMES)), playwright.chromium.executable_path)
        if not Path(path).exists():
            yield None
            return
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@contextmanager
def jupyter_lab(folder: Path, home: Path) -> Iterator[Lab]:
    """Run JupyterLab on a folder, its kernels in this very environment and its settings in ``home``: nobody's own."""
    _write_settings(home)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={_free_port()}",
               "--allow-root", f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True",
               "--JupyterNotebookApp.expose_app_in_browser=True"]  # fmt: skip
    with (
        (home / "log").open("wb") as log,
        subprocess.Popen(command, env=_environment(home), stdout=log, stderr=log) as server,
    ):
        try:
            yield Lab(*_address(server, home), folder)
        finally:
            server.terminate()
            try:
                server.wait(END)
            except subprocess.TimeoutExpired:  # all is closed, and a thread of AnyIO waits for work, now and then
                server.kill()


def _environment(home: Path) -> dict[str, str]:
    kernels = {"JUPYTER_PATH": str(Path(sys.prefix, "share", "jupyter")), "JUPYTER_PREFER_ENV_PATH": "1"}
    rooms = {f"JUPYTER_{room}_DIR": str(home / room.lower()) for room in ("CONFIG", "DATA", "RUNTIME")}
    lab = {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces")}
    environment = {**os.environ, **kernels, **rooms, **lab, "IPYTHONDIR": str(home / "ipython")}
    environment.pop("MPLBACKEND", None)  # the kernel's pyplot draws into the page, as a learner's does
    return environment


def _write_settings(home: Path) -> None:
    asks_nothing = home / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    asks_nothing.parent.mkdir(parents=True)
    asks_nothing.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _address(server: "subprocess.Popen[bytes]", home: Path) -> tuple[str, str]:
    """Wait until the server writes down where it listens."""
    written = home / "runtime" / f"jpserver-{server.pid}.json"
    deadline = time.monotonic() + PATIENCE
    while not (about := _read(written)):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("JupyterLab did not start:\n" + (home / "log").read_text()[-2000:])
        time.sleep(0.05)
    return about["url"], about["token"]


def _read(path: Path) -> dict[str, Any]:
    """Return what a file of JSON holds; nothing while it is missing, or still being written."""
    try:
        return json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
