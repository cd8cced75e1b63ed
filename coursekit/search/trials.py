"""What a search has found: a record of each trial, and of all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self, overload

import numpy as np
from numpy.typing import NDArray

from coursekit._checks import a_kind, a_number, a_sequence, a_whole_number, refuse, shown

if TYPE_CHECKING:
    import pandas as pd

OWN_COLUMNS = ("score", "seconds", "error")


class Trial(NamedTuple):
    """One setting, tried.

    Attributes
    ----------
    number : int
        Which of the search, from 0.
    setting : dict
        The hyperparameters.
    score : float
        What the objective returned, the higher the better; nan if it failed.
    seconds : float
        How long that took; of a batch that was scored at once, each trial's share.
    error : str
        Why it failed, or nothing.
    """

    number: int
    setting: dict[str, Any]
    score: float
    seconds: float
    error: str = ""

    @property
    def failed(self) -> bool:
        """Whether there is no score."""
        return bool(self.error)


@dataclass(frozen=True, repr=False)
class Trials(Sequence[Trial]):
    """The trials of a search, in the order of their numbers: a sequence that knows its best.

    Parameters
    ----------
    trials : sequence of Trial
        Those that are done.
    note : str, optional
        What happened on the way, in words: a search that was stopped, a log that was taken up.

    Raises
    ------
    TypeError
        If an argument is something else.

    Examples
    --------
    >>> trials = Trials((Trial(0, {"units": 8}, 0.91, 1.5), Trial(1, {"units": 64}, 0.97, 4.0),
    ...                  Trial(2, {"units": 0}, np.nan, 0.1, "ValueError: no units")))
    >>> trials
    Trials: 3 done, 1 of them failed. The best is number 1 with 0.97: {'units': 64}.
    >>> trials.best.setting, trials[0].score, len(trials.failed)
    ({'units': 64}, 0.91, 1)
    """

    trials: Sequence[Trial]
    note: str = ""

    def __post_init__(self) -> None:
        done = tuple(a_sequence("Trials", "trials", self.trials, "trials"))
        for trial in done:
            _check(trial)
        object.__setattr__(self, "trials", done)
        a_kind("Trials", "note", self.note, str, "be a text")

    @classmethod
    def _unchecked(cls, trials: Sequence[Trial], note: str = "") -> Self:
        """Do what ``Trials`` does, without its checks: for a search, which makes its trials itself.

        Examples
        --------
        >>> Trials._unchecked([Trial(0, {"units": 8}, 0.91, 1.5)])
        Trials: 1 done. The best is number 0 with 0.91: {'units': 8}.
        """
        made = object.__new__(cls)
        object.__setattr__(made, "trials", tuple(trials))
        object.__setattr__(made, "note", note)
        return made

    def __len__(self) -> int:
        return len(self.trials)

    def __iter__(self) -> Iterator[Trial]:
        return iter(self.trials)

    @overload
    def __getitem__(self, index: int) -> Trial: ...
    @overload
    def __getitem__(self, index: slice) -> "Trials": ...
    def __getitem__(self, index: int | slice) -> "Trial | Trials":
        if isinstance(index, slice):
            return Trials(self.trials[index])
        return self.trials[index]

    @property
    def best(self) -> Trial:
        """The trial with the highest score, the first of equals; a ValueError if none has one."""
        scored = [trial for trial in self.trials if not trial.failed]
        if not scored:
            refuse("Trials.best", "trials", "hold one with a score", f"{len(self)} that failed" if self else "none")
        return max(scored, key=lambda trial: trial.score)

    @property
    def failed(self) -> list[Trial]:
        """The trials without a score; the ``error`` of each says why."""
        return [trial for trial in self.trials if trial.failed]

    @property
    def scores(self) -> NDArray[np.float64]:
        """All scores, shape (n,), nan where a trial failed."""
        return np.array([trial.score for trial in self.trials], np.float64)

    @property
    def settings(self) -> list[dict[str, Any]]:
        """All settings."""
        return [trial.setting for trial in self.trials]

    def to_frame(self) -> "pd.DataFrame":
        """Lay the trials out as a table of pandas.

        Returns
        -------
        pandas.DataFrame
            A row a trial, by its number: a column for each hyperparameter, then score, seconds and error. A
            hyperparameter with one of these names gets a column such as "score of the setting".

        Raises
        ------
        ModuleNotFoundError
            If pandas is not installed.

        Examples
        --------
        >>> print(Trials([Trial(0, {"units": 8}, 0.91, 1.5), Trial(1, {"units": 64}, 0.97, 4.0)]).to_frame())
                units  score  seconds error
        number
        0           8   0.91      1.5
        1          64   0.97      4.0
        """
        try:
            import pandas as pd  # noqa: PLC0415 - the math costs NumPy alone to import
        except ModuleNotFoundError as error:
            error.msg = "Trials.to_frame needs pandas, which is not installed: pip install pandas"
            raise
        names = list(dict.fromkeys(name for setting in self.settings for name in setting))
        columns = [f"{name} of the setting" if name in OWN_COLUMNS else name for name in names]
        numbers = pd.Index([trial.number for trial in self.trials], name="number")
        rows = [[*map(setting.get, names), *rest] for _, setting, *rest in self.trials]
        return pd.DataFrame(rows, numbers, [*columns, *OWN_COLUMNS])

    def __repr__(self) -> str:
        words = f"Trials: {len(self)} done"
        if self.failed:
            words += f", {len(self.failed)} of them failed"
        if len(self.failed) < len(self):
            number, setting, score, *_ = self.best
            words += f". The best is number {number} with {score:.6g}: {shown(setting)}"
        return f"{words}.{' ' * bool(self.note)}{self.note}"


def _check(trial: object) -> None:
    """Refuse what is no trial, or one with a field that no search would write."""
    if not isinstance(trial, Trial):
        refuse("Trials", "trials", "be a list of trials", f"{shown(trial)} in it", error=TypeError)
    a_whole_number("Trials", "number", trial.number, least=0)
    a_kind("Trials", "setting", trial.setting, dict, "be a dict")
    a_kind("Trials", "error", trial.error, str, "be a text")
    a_number("Trials", "seconds", trial.seconds, least=0)
    if not trial.error:  # or there is no score, whatever stands for it
        a_number("Trials", "score", trial.score)
