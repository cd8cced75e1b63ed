"""The sealed test set: it tells its score, counts, and says so in words."""

import numpy as np
import pytest

from coursekit.lessons.tune_a_real_network.sealed import Sealed, seal
from coursekit.lessons.tune_a_real_network.tuning import sets_of
from coursekit.network import Network, accuracy, init_network

NETWORK = Network([1, 2])
RIGHT, WRONG = {"W1": [[1, -1]], "b1": [0, 0]}, {"W1": [[-1, 1]], "b1": [0, 0]}
X, Y = [[3.0], [-4.0], [2.0], [5.0]], [0, 1, 1, 0]


def test_it_counts_and_says_so():
    sealed = Sealed(X, Y)
    assert repr(sealed) == "The test set is sealed: 4 examples, opened 0 times."
    assert sealed.open(NETWORK, RIGHT) == 0.75
    assert repr(sealed) == (
        "The test set was opened once. If all choices had been made by then, its score may be reported."
    )
    assert sealed.open(NETWORK, WRONG) == 0.25
    assert sealed.open(NETWORK, RIGHT) == 0.75
    assert sealed.times == 3
    assert sealed.scores == (0.75, 0.25, 0.75)
    assert repr(sealed) == (
        "The test set was opened 3 times. Whoever looks again can choose by it: report the first score, and take new "
        "examples for the next question."
    )


def test_a_question_that_does_not_fit_does_not_count():
    sealed = Sealed(X, Y)
    with pytest.raises(ValueError, match=r"^Sealed: y must have shape \(4,\), one label an example; got \(3,\)\.$"):
        Sealed(X, Y[:3])
    with pytest.raises(ValueError, match=r"^Sealed.open: parameters must be those of one network; got those of 2 in a"):
        sealed.open(NETWORK, {name: [array, array] for name, array in RIGHT.items()})
    with pytest.raises(ValueError, match="forward"):
        sealed.open(NETWORK, {"W1": [[1, -1], [1, 1]], "b1": [0, 0]})
    assert sealed.times == 0


def test_a_search_sees_two_sets_and_the_third_judges():
    sets = sets_of(2)
    open_sets, sealed = seal(sets)
    assert open_sets._fields == ("X_train", "y_train", "X_validation", "y_validation")
    for name in open_sets._fields:
        assert getattr(open_sets, name) is getattr(sets, name)
    network = Network([64, 10])
    parameters = init_network(network, np.random.default_rng(0))
    assert sealed.open(network, parameters) == accuracy(network, parameters, sets.X_test, sets.y_test)
    assert not hasattr(open_sets, "X_test")
