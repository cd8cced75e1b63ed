"""What the functions of the core take and return."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
Labels: TypeAlias = NDArray[np.integer[Any]]
Parameters: TypeAlias = dict[str, Array]
"""What one layer has learned: ``W`` and ``b`` or, with batch norm, ``gamma`` and ``beta``."""
