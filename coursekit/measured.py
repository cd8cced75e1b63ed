"""What the project's own long experiments measured: small tables, each written by the script of its name."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit._checks import one_of

FOLDER = Path(__file__).parent / "data"


def measured(name: str) -> NDArray[Any]:
    """Read a table that an experiment wrote.

    Parameters
    ----------
    name : str
        The experiment, such as ``"scale_race"`` for ``experiments/scale_race.py``.

    Returns
    -------
    structured array, shape (n_rows,)
        A field for each column, by name; ``make experiments`` computes the table anew.

    Raises
    ------
    ValueError
        If there is no table of this name.

    Examples
    --------
    >>> measured("scale_race").dtype.names
    ('optimizer', 'layers', 'race', 'scale', 'learning_rate', 'accuracy')
    """
    one_of("measured", "name", name, sorted(file.stem for file in FOLDER.glob("*.csv")))
    table: NDArray[Any] = np.genfromtxt(
        FOLDER / f"{name}.csv", delimiter=",", names=True, dtype=None, encoding="utf-8", comments="#"
    )
    return table
