"""Make ``.venv`` with the project and what it needs in it, at the versions of the locks.

``python3 tools/environment.py lab`` is enough to open the notebooks, ``site`` to build the website as well, ``test`` to
run every check; ``peers`` makes ``.venv-peers``, with the packages that coursekit is measured against, and ``lowest``
makes ``.venv-lowest``, with the oldest versions that pyproject.toml allows. A second run sees that nothing changed and
does nothing. What was cut off, at whatever moment, the next run makes anew from the start: half a package passes for a
whole one.

This one file must start on an old Python, to say so in words: it keeps to what Python 3.6 understands, and to the
standard library.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"  # with a hash of each file that may be installed

OLDEST = (3, 11)
NEWER_NAMES = ["python3.14", "python3.13", "python3.12", "python3.11"]
EXTRAS = ["lab", "site", "test", "lowest", "peers"]  # each of the first three includes the ones before it
APART = ["lowest", "peers"]  # don't mix with the versions of the lock, or with TensorFlow
DOWNLOAD_MB = {"lab": 450, "site": 470, "test": 570, "lowest": 200, "peers": 3000}
DISK_MB = {"lab": 2400, "site": 2450, "test": 2950, "lowest": 1000, "peers": 8000}
AT_LEAST = re.compile(r"([\w.-]+(?:\[[\w,]+\])?)>=([\d.]+)")


def venv_of(extra):
    """Return the folder of the environment that an extra lives in."""
    return ROOT / (".venv-" + extra if extra in APART else ".venv")


def python_of(extra):
    """Return the path of the Python of that environment."""
    return venv_of(extra) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def stamp_of(extra):
    """Return the file that says what was installed there."""
    return venv_of(extra) / "installed.txt"


def main(extra):
    """Leave a ``.venv`` behind that has ``extra`` in it, or stop with one line that says what is missing."""
    if is_ready(extra):
        return
    lock = only_one(extra)
    try:
        if not is_ready(extra):  # by the run that this one has waited for
            make(extra, lock)
    finally:
        if lock:
            lock.close()


def make(extra, lock):
    """Make the environment, or bring it up to date; from the first change to the last it has no stamp."""
    uv = shutil.which("uv") if extra not in APART else None  # pip's settings may name a smaller PyTorch, without CUDA
    venv, python = venv_of(extra), python_of(extra)
    if stamp(extra) and succeeds(python, "import pip"):
        stamp_of(extra).unlink()
        print(f"Bringing {venv.name} up to date.", flush=True)
    else:
        base = new_enough_python(uv)
        make_sure_of_room(extra)
        make_sure_of_venv(base, uv)
        size = DOWNLOAD_MB[extra]
        print(f"Setting up {venv.name}: {size} MB to download, once. This takes a minute or two.", flush=True)
        begin = [uv, "venv", "--quiet", "--seed", "--python", base] if uv else [base, "-m", "venv"]
        run([*begin, "--clear", venv], lock)
    install = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install", "--no-compile"]
    for wanted in steps(extra):
        run([*install, "--quiet", *wanted], lock)
    unfinished = stamp_of(extra).with_suffix(".part")
    unfinished.write_text(f"{extra} {fingerprint()}\n")
    unfinished.replace(stamp_of(extra))


def steps(extra):
    """Return what to install, a command each: what has hashes comes first, as a project in a folder can have none."""
    if extra == "lowest":
        return [[*lowest_versions(), "--editable", "."]]
    if extra == "peers":  # PyTorch has a smaller build for some, with another hash
        return [["--constraint", ROOT / "requirements-peers.lock", "--editable", ".[peers]"]]
    locked = ["--constraint", ROOT / "requirements-test.lock"]  # names all that the first step has, at the same version
    return [
        ["--require-hashes", "--requirement", LOCK],
        [*locked, "--no-build-isolation", "--editable", f".[{extra}]"],
    ]


def only_one(extra):
    """Wait until no other run works on the environment; return the open file that says so, or None on Windows.

    The installer inherits the file: if it goes on after this run was killed, the next run waits for it, too.
    """
    try:
        import fcntl
    except ImportError:
        return None
    lock = (ROOT / (venv_of(extra).name + ".lock")).open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print(f"Waiting for another run that works on {venv_of(extra).name}.", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def stamp(extra):
    """Return what an earlier run installed, and the digest of what from; nothing where none came to its end."""
    try:
        installed, digest = stamp_of(extra).read_text().split()
    except (OSError, ValueError):
        return None
    return (installed, digest) if installed in EXTRAS else None


def lowest_versions():
    """Return what the unit tests need, each at the lowest version that pyproject.toml allows.

    Without TensorFlow, which has one version, and decides those of other packages. What these need in turn is as new
    as pip finds it.
    """
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return sorted({f"{name}=={version}" for name, version in AT_LEAST.findall(requirements_of(project))})


def requirements_of(project):
    """Return the lines of pyproject.toml that name packages, without those of the peers: no tomllib before 3.11."""
    needed = re.search(r"^dependencies = \[$.*?^\]$", project, re.MULTILINE | re.DOTALL).group()
    extras = re.search(r"^\[project.optional-dependencies\]$.*?(?=^\[)", project, re.MULTILINE | re.DOTALL).group()
    return needed + re.sub(r"^peers = .*$", "", extras, flags=re.MULTILINE)


def is_ready(extra):
    """Whether an earlier run installed at least ``extra`` from the same files in the same place."""
    if not stamp(extra) or not python_of(extra).exists():
        return False
    installed, digest = stamp(extra)
    return EXTRAS.index(installed) >= EXTRAS.index(extra) and digest == fingerprint()


def fingerprint():
    """Return a digest of what decides the contents of an environment: the locks, the dependencies, the folder."""
    files = [*sorted(ROOT.glob("requirements*.lock")), ROOT / "pyproject.toml"]
    parts = [*(file.read_bytes() for file in files), str(ROOT).encode("utf-8")]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def new_enough_python(uv):
    """Return this Python or, where it is too old, a newer one: from the PATH, or what uv finds or fetches."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for path in filter(None, map(shutil.which, NEWER_NAMES)):
        if succeeds(path, ""):
            return path
    if uv:
        return ">=3.11,<3.15"
    have = "{}.{}".format(*sys.version_info)
    return sys.exit(f"Python 3.11 or newer is needed, and this is {have}: install one, for example from python.org.")


def make_sure_of_room(extra):
    """Stop where the disk could not hold the packages: half an installation helps nobody."""
    free_mb = shutil.disk_usage(str(ROOT)).free // 10**6
    if free_mb < DISK_MB[extra]:
        sys.exit(f"The disk is too full: {venv_of(extra).name} needs {DISK_MB[extra]} MB, and {free_mb} MB are free.")


def make_sure_of_venv(python, uv):
    """Stop where Python comes without its venv module, as Debian's does."""
    if not uv and not succeeds(python, "import venv, ensurepip"):
        package = "sudo apt install python3-venv"
        sys.exit(f"Python's venv module is missing: install it (Debian, Ubuntu: {package}), or install uv.")


def succeeds(python, code):
    """Whether there is such a Python and it runs a line without an error."""
    try:
        return subprocess.call([str(python), "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def run(command, lock=None):
    """Run a command of the installation, and stop where it fails."""
    inherited = [lock.fileno()] if lock else []
    if subprocess.call([str(part) for part in command], cwd=str(ROOT), pass_fds=inherited) != 0:
        sys.exit("The installation stopped: the reason is above. Run the same command again to begin anew.")


if __name__ == "__main__":
    try:
        main(sys.argv[1] if sys.argv[1:] else "lab")
    except KeyboardInterrupt:
        sys.exit("Stopped. Run the same command again to begin anew.")
