"""The front desk: what a notebook calls. The only room that knows ipywidgets and IPython."""

from coursekit.notebook.asking import predict
from coursekit.notebook.checking import check, reset
from coursekit.notebook.course_map import show_progress
from coursekit.notebook.drawing import draw
from coursekit.notebook.needing import needs
from coursekit.notebook.progress import ProgressBar
from coursekit.notebook.showing import show

__all__ = ["ProgressBar", "check", "draw", "needs", "predict", "reset", "show", "show_progress"]
