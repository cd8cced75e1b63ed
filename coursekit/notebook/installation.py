"""Is everything there? Asked by the first notebook, before anything else is imported: standard library only."""

import sys
from importlib.metadata import PackageNotFoundError, version

NEEDED = ("anywidget", "ipykernel", "ipywidgets", "joblib", "matplotlib", "numpy", "scikit-learn", "tqdm")
OLDEST_PYTHON = (3, 11)
BLANK_IN_VS_CODE = "8.1.9"  # of ipywidgets: vscode-jupyter issue 17504


def problems() -> list[str]:
    """Say what the notebooks would miss.

    Returns
    -------
    list of str
        A sentence for each problem, with its cure; empty if there is none.

    Examples
    --------
    >>> problems()
    []
    """
    found = []
    if sys.version_info < OLDEST_PYTHON:
        found.append(f"This is Python {sys.version_info[0]}.{sys.version_info[1]}; the course needs 3.11 or newer.")
    for package in NEEDED:
        try:
            installed = version(package)
        except PackageNotFoundError:
            found.append(f"{package} is missing: `pip install {package}` where Jupyter runs, then restart the kernel.")
        else:
            if (package, installed) == ("ipywidgets", BLANK_IN_VS_CODE):
                found.append("ipywidgets 8.1.9 shows nothing in VS Code: run `pip install ipywidgets==8.1.8`.")
    return found
