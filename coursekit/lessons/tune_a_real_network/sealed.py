"""A test set under seal: it gives its score to whoever asks, and counts how often that was."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from coursekit._checks import a_kind, an_array, refuse
from coursekit.datasets import ThreeSets
from coursekit.network import Network, Statistics, accuracy
from coursekit.types import Array, Labels


class Sealed:
    """Examples that nobody sees, and that judge a network as often as they are asked.

    Examples
    --------
    >>> sealed = Sealed([[3.0], [-4.0]], [0, 1])
    >>> sealed
    The test set is sealed: 2 examples, opened 0 times.
    >>> sealed.open(Network([1, 2]), {"W1": [[1, -1]], "b1": [0, 0]})
    1.0
    >>> sealed
    The test set was opened once. If all choices had been made by then, its score may be reported.
    """

    def __init__(self, X: ArrayLike, y: ArrayLike) -> None:
        self._X, self._y = an_array("Sealed", "X", X, min_ndim=2), an_array("Sealed", "y", y)
        if self._y.shape != self._X.shape[:1]:
            refuse("Sealed", "y", f"have shape ({len(self._X)},), one label an example", self._y.shape)
        self._scores = list[float]()

    @property
    def times(self) -> int:
        """How often it was opened."""
        return len(self._scores)

    @property
    def scores(self) -> tuple[float, ...]:
        """What it has said so far; the first is the one to report."""
        return tuple(self._scores)

    def open(self, network: Network, parameters: Mapping[str, ArrayLike], *, statistics: Statistics = None) -> float:
        """Judge one network, and remember that it was asked."""
        score = accuracy(network, parameters, self._X, self._y, statistics=statistics)
        if np.ndim(score):
            refuse("Sealed.open", "parameters", "be those of one network", f"those of {len(score)} in a stack")
        self._scores.append(float(score))
        return self._scores[-1]

    def __repr__(self) -> str:
        if not self.times:
            return f"The test set is sealed: {len(self._y)} examples, opened 0 times."
        if self.times == 1:
            return "The test set was opened once. If all choices had been made by then, its score may be reported."
        return (
            f"The test set was opened {self.times} times. Whoever looks again can choose by it: report the first "
            "score, and take new examples for the next question."
        )


class OpenSets(NamedTuple):
    """What a search may see.

    Attributes
    ----------
    X_train, X_validation : array, shape (m, n)
        To learn from, and to choose by.
    y_train, y_validation : array of int, shape (m,)
        Their labels.
    """

    X_train: Array
    y_train: Labels
    X_validation: Array
    y_validation: Labels


def seal(sets: ThreeSets) -> tuple[OpenSets, Sealed]:
    """Part three sets into what a search may see, and the test set under seal.

    Examples
    --------
    >>> from coursekit.lessons.tune_a_real_network.tuning import sets_of
    >>> open_sets, sealed = seal(sets_of(0))
    >>> sealed
    The test set is sealed: 597 examples, opened 0 times.
    """
    sets = a_kind("seal", "sets", sets, ThreeSets, "be a ThreeSets")
    return OpenSets(*sets[:4]), Sealed(sets.X_test, sets.y_test)
