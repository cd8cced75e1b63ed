"""A bar that shows how far a search is: in the notebook, and in a terminal."""

from tqdm.auto import tqdm

from coursekit._checks import a_whole_number
from coursekit.search._interrupts import uninterrupted
from coursekit.search.trials import Trial, Trials


class ProgressBar:
    """A callback of `coursekit.search.run` that draws a bar: trials done, the time left, the best so far.

    Parameters
    ----------
    n_trials : int
        How many the search has.

    Raises
    ------
    TypeError, ValueError
        If ``n_trials`` is not a whole number of at least 1.
    """

    def __init__(self, n_trials: int) -> None:
        total = a_whole_number("ProgressBar", "n_trials", n_trials)
        # Interrupted in the midst of drawing, tqdm never gives its lock back, and the next bar waits for it for ever.
        with uninterrupted():
            self._bar = tqdm(total=total, unit="trial")

    def __call__(self, trial: Trial, trials: Trials) -> None:  # noqa: ARG002 - a callback is given both
        """Move on to the trials so far."""
        bar = self._bar
        if bar.n == bar.initial:  # those that a log held took no time
            bar.initial = bar.n = len(trials) - 1
        words = [f"{len(trials.failed)} failed"] if trials.failed else []
        if len(trials.failed) < len(trials):
            words.insert(0, f"best {trials.best.score:.4g}")
        with uninterrupted():  # as above
            bar.set_postfix_str(", ".join(words), refresh=False)
            bar.update(len(trials) - bar.n)
            if bar.n >= bar.total:
                bar.close()
