"""Building the site: recordings, pages, and what Sphinx makes of them."""

import os
import shutil
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from notebook_files import ROOT, find, read

from website.extension import SETTINGS
from website.front import front_page, lessons
from website.kept import recordings
from website.pages import explorers_of, lay_page
from website.recording import Recording
from website.stops import MOST

KEPT = ROOT / "build" / "site"


def build(
    out: Path, names: Sequence[str] = (), *, kept: Path = KEPT, jobs: int = os.cpu_count() or 1, most: int = MOST
) -> None:
    """Build the site, or some lessons of it.

    Parameters
    ----------
    out : Path
        Where it goes; what stood there goes.
    names : sequence of str, optional
        The numbers of the lessons; all, where none is given.
    kept : Path, optional
        Where recordings and whatever else takes time are kept.
    jobs : int, optional
        How many explorers are recorded at once.
    most : int, optional
        Settings of an explorer, where no more are needed.
    """
    notebooks = find(list(names))
    wanted = dict.fromkeys(name for path in notebooks for name in explorers_of(read(path)))
    made: dict[str, Recording] = {}
    start = time.perf_counter()
    for name, recording in recordings(wanted, kept / "recordings", jobs=jobs, most=most):
        made[name] = recording
        print(f"{time.perf_counter() - start:5.0f} s  {name}: {len(recording.file) / 1000:.0f} kB", flush=True)
    pages, extra = (_emptied(kept / folder) for folder in ("pages", "extra"))
    _lay_recordings(made, extra)
    (extra / "pictures").mkdir()
    for path in notebooks:
        lay_page(path, pages, extra / "pictures", made)
    shown = [lesson for lesson in lessons() if any(path.stem == lesson.page for path in notebooks)]
    (pages / "index.md").write_text(front_page(shown, made), encoding="utf-8")
    settings = {"suppress_warnings": ["myst.xref_missing"]} if names else {}  # some lessons name the others
    _run_sphinx(pages, extra, _emptied(out), kept / "doctrees", settings)


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _lay_recordings(made: dict[str, Recording], extra: Path) -> None:
    folder = extra / "recordings"
    folder.mkdir()
    for name, recording in made.items():
        (folder / f"{name}.bin").write_bytes(recording.file)
        (folder / f"{name}.png").write_bytes(recording.still)


def _run_sphinx(pages: Path, extra: Path, out: Path, doctrees: Path, more: dict[str, Any]) -> None:
    from sphinx.application import Sphinx

    settings = SETTINGS | {"html_extra_path": [str(extra)]} | more
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what extensions do to Sphinx; what it says of the pages is its own log's
        app = Sphinx(pages, None, out, doctrees, "html", confoverrides=settings, status=None, warningiserror=True)
        app.build(force_all=True)
    if app.statuscode:
        raise SystemExit("Sphinx could not build the site: its reasons are above.")
    for unwanted in ("objects.inv", ".buildinfo"):
        (out / unwanted).unlink(missing_ok=True)
