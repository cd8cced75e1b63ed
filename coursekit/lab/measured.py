"""What the project's own long experiments measured: small tables, each written by the script of its name."""

import csv
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit._checks import one_of

LESSONS = Path(__file__).parents[1] / "lessons"


def data_of(lesson: str) -> Path:
    """Return the folder of a lesson's tables, by the lesson's phrase."""
    return LESSONS / lesson / "data"


def write_table(lesson: str, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write what an experiment measured, a row at a time, so that what a long one has done is never lost.

    Parameters
    ----------
    lesson, name : str
        The lesson's phrase, and the table's name.
    columns : sequence of str
    rows : iterable of sequence
        Numbers as they are to be read: the experiment chooses how many digits.
    """
    data_of(lesson).mkdir(exist_ok=True)
    with (data_of(lesson) / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(row)
            file.flush()


def measured(name: str) -> NDArray[Any]:
    """Read a table that an experiment wrote.

    Parameters
    ----------
    name : str
        The experiment, such as ``"scale_race"`` for ``experiments/pick_the_right_scale/scale_race.py``.

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
    ('optimizer', 'layers', 'race', 'scale', 'learning_rate', 'dev', 'test')
    """
    files = {file.stem: file for file in sorted(LESSONS.glob("*/data/*.csv"))}
    one_of("measured", "name", name, list(files))
    return _read(files[name]).copy()


@cache  # a picture under a slider asks for its table at every move
def _read(file: Path) -> NDArray[Any]:
    return np.genfromtxt(file, delimiter=",", names=True, dtype=None, encoding="utf-8", comments="#")
