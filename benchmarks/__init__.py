"""Measurements, side by side with what people use otherwise: ``python -m benchmarks`` writes the table in README.md."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))  # where JupyterLab and Chromium are driven
