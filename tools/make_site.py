"""Build the course as a website, in site/: ``python tools/make_site.py``, or some lessons: ``make_site.py 03 11``.

``make_site.py --open`` serves what was built on this machine alone, and opens it.
"""

import argparse
import os
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from notebook_files import ROOT

SITE = ROOT / "site"


@contextmanager
def served(folder: Path, handler: type[SimpleHTTPRequestHandler] = SimpleHTTPRequestHandler) -> Iterator[str]:
    """Serve a folder on this machine alone, and hand over its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def serve() -> None:
    """Serve the site on this machine alone, until Ctrl+C."""
    if not (SITE / "index.html").exists():
        raise SystemExit("There is no site yet: run make site.")
    with served(SITE) as url:
        print(f"The site stands at {url}/ until you press Ctrl+C.", flush=True)
        webbrowser.open(f"{url}/")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


def main() -> None:
    """Build or serve, as the command line says."""
    parser = argparse.ArgumentParser(description="Build the course as a website.")
    parser.add_argument("lessons", nargs="*", help="how their file names start, such as 03; all, where none is given")
    parser.add_argument("--open", action="store_true", help="serve what was built, on this machine alone")
    arguments = parser.parse_args()
    if arguments.open:
        serve()
        return
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # each process records an explorer of its own
    os.environ["MPLBACKEND"] = "agg"
    from website.building import build

    build(SITE, arguments.lessons)
    size = sum(file.stat().st_size for file in SITE.rglob("*") if file.is_file())
    print(f"The site is in {SITE.name}/: {size / 1e6:.1f} MB. make site-open shows it.")


if __name__ == "__main__":
    main()
