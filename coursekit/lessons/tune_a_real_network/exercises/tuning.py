"""Tune a real network: the objective to write, and the space that it is searched in."""

import numpy as np

from coursekit.datasets import ThreeSets, blobs
from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.network import Network, accuracy, init_network
from coursekit.normalize import Standardizer
from coursekit.scales import IntegerScale, LinearScale, LogScale, ReverseLogScale
from coursekit.search import Space
from coursekit.training import fit


def objective(train, setting, sets, rng):
    network, parameters, statistics = train(setting, sets.X_train, sets.y_train, rng)
    return accuracy(network, parameters, sets.X_validation, sets.y_validation, statistics=statistics)


def _on(train, setting, sets, rng, X, y):
    network, parameters, statistics = train(setting, sets.X_train, sets.y_train, rng)
    return accuracy(network, parameters, X, y, statistics=statistics)


def _with_the_statistics_of_the_batch(train, setting, sets, rng):
    network, parameters, _ = train(setting, sets.X_train, sets.y_train, rng)
    return accuracy(network, parameters, sets.X_validation, sets.y_validation, statistics="batch")


def _learned_from_both(train, setting, sets, rng):
    X, y = np.vstack([sets.X_train, sets.X_validation]), np.hstack([sets.y_train, sets.y_validation])
    network, parameters, statistics = train(setting, X, y, rng)
    return accuracy(network, parameters, sets.X_validation, sets.y_validation, statistics=statistics)


def _train_on_validation(train, setting, sets, rng):
    network, parameters, statistics = train(setting, sets.X_validation, sets.y_validation, rng)
    return accuracy(network, parameters, sets.X_validation, sets.y_validation, statistics=statistics)


def _train(setting, X, y, rng):
    network = Network([2, setting["units"], 3], batch_norm="before")
    start = init_network(network, rng)
    parameters, history = fit(
        network, start, X, y, learning_rate=setting["learning_rate"], n_epochs=2, batch_size=20, rng=rng
    )
    return network, parameters, history.statistics


def _sets(seed):
    """Draw three blobs that overlap: 80 points to learn from, 120 to choose by, and 200 others, a little moved."""
    rng = np.random.default_rng(seed)
    X, y = blobs(400, rng, noise=0.7)
    X[200:] += 0.3
    X[80:200] *= 1.5
    cuts = slice(80), slice(80, 200), slice(200, 400)
    (X_train, y_train), (X_validation, y_validation), (X_test, y_test) = ((X[cut], y[cut]) for cut in cuts)
    return ThreeSets(X_train, y_train, X_validation, y_validation, X_test, y_test, Standardizer.fit(X_train))


class _AfterALook(float):
    """A score that was returned after the test set had been looked at."""


def _seen_with_its_looks(function, args):
    """Return the score, and mark it if the function looked at the test set."""
    train, setting, sets, rng = args
    looks = []

    class Watched(ThreeSets):
        @property
        def X_test(self):  # noqa: N802
            looks.append("X_test")
            return sets.X_test

    score = function(train, setting, Watched(*sets), rng)
    return _AfterALook(score) if looks else score


def _same_score(got, expected):
    looked = [isinstance(score, _AfterALook) for score in (got, expected)]
    return looked[0] is looked[1] and bool(np.isclose(float(got), float(expected), rtol=0, atol=1e-9))


def _looks_first(train, setting, sets, rng):
    network, parameters, statistics = train(setting, sets.X_train, sets.y_train, rng)
    accuracy(network, parameters, sets.X_test, sets.y_test, statistics=statistics)
    return accuracy(network, parameters, sets.X_validation, sets.y_validation, statistics=statistics)


def _scored(seen: Seen) -> str:
    return f"For {seen.args[1]} you return {float(seen.got):.3f}"


OBJECTIVE = Exercise(
    name="15.1",
    prompt="Write `objective(train, setting, sets, rng)`: what a setting is worth, the higher the better. `train(setting, X, y, rng)` returns a `network` with batch norm, its `parameters` and its running `statistics`; `accuracy(network, parameters, X, y, statistics=...)` judges it. `sets` holds `sets.X_train`, `sets.y_train`, and the same for `validation` and `test`. The check's `sets` isn't sealed, as yours is: what should you leave alone?",
    solution=objective,
    cases=lambda: [
        (_train, {"units": 6, "learning_rate": 0.05}, _sets(0), np.random.default_rng(7)),
        (_train, {"units": 4, "learning_rate": 0.02}, _sets(1), np.random.default_rng(8)),
        (_train, {"units": 8, "learning_rate": 0.1}, _sets(2), np.random.default_rng(9)),
    ],
    same=_same_score,
    observe=_seen_with_its_looks,
    shows=_scored,
    wrong_answers=(
        WrongAnswer(
            _looks_first,
            "{shown}, the right score. But on the way you have looked at the test set, and it was to be looked at once, when everything has been chosen.",
        ),
        WrongAnswer(
            lambda train, setting, sets, rng: _on(train, setting, sets, rng, sets.X_train, sets.y_train),
            "{shown}: the accuracy on the digits that it has learned from. A network that knows them by heart would win the search. Which set is there to choose by?",
        ),
        WrongAnswer(
            lambda train, setting, sets, rng: _on(train, setting, sets, rng, sets.X_test, sets.y_test),
            "{shown}: the test set, once for each setting. After 27 settings it has been opened 27 times, and what the winner scores on it is flattered. Lesson 12 opens it once.",
        ),
        WrongAnswer(
            _with_the_statistics_of_the_batch,
            "{shown}. Batch norm used the mean and variance of the validation set itself: each answer depends on who else is asked (lesson 10). What else does `train` return?",
        ),
        WrongAnswer(
            _learned_from_both,
            "{shown}. The network has learned from the digits that judge it: the validation set is a second training set now.",
        ),
        WrongAnswer(
            lambda train, setting, sets, rng: objective(train, setting, sets, np.random.default_rng(0)),
            "You make a generator of your own: every setting starts from the same numbers, and to train the winner again would give the same score. Luck needs `rng`, to be seen as luck.",
        ),
        WrongAnswer(
            lambda train, setting, sets, rng: 1 - objective(train, setting, sets, rng),
            "{shown}: the share of mistakes. A search keeps the highest score.",
        ),
        WrongAnswer(
            _train_on_validation,
            "{shown}. You train on the validation set. What is the training set for?",
        ),
    ),
    otherwise=lambda seen: f"{_scored(seen)}; expected {float(seen.expected):.3f}.",
    hints=(
        "What does it learn from, who judges it, and which mean and variance does batch norm use then?",
        "`train` returns two things. Keep both: the second is for whoever judges.",
        "Then one call of `accuracy`, with the validation set and the running statistics.",
    ),
    why="Every trial of a search goes through these two lines. A mistake here raises no error: it only makes all 27 scores mean something else.",
)


def make_space(rates, momenta, units):
    return Space(learning_rate=LogScale(*rates), momentum=ReverseLogScale(*momenta), units=IntegerScale(*units))


def _space(rate=LogScale, momentum=ReverseLogScale, units=IntegerScale):
    return lambda rates, momenta, n: Space(learning_rate=rate(*rates), momentum=momentum(*momenta), units=units(*n))


def same_space(got, expected):
    """Say whether two spaces have the same names, and spread each over the same values."""
    u = np.linspace(0, 1, 101)
    if not isinstance(got, Space) or set(got.scales) != set(expected.scales):
        return False
    columns = [[np.array(scales[name].from_unit(u).tolist()) for scales in (got.scales, expected.scales)]
               for name in expected.scales]  # fmt: skip
    return all(one.dtype.kind == other.dtype.kind and np.allclose(one, other, rtol=1e-6) for one, other in columns)


def _spread(seen: Seen, name: str) -> str:
    low, middle, high = seen.got.scales[name].from_unit([0.1, 0.5, 0.9])
    return f"of ten draws of the {name}, one lies below {low:.3g}, half below {middle:.3g}, one above {high:.3g}"


def _otherwise(seen: Seen) -> str:
    if not isinstance(seen.got, Space):
        return f"Return a `Space`, with a scale for each of the {len(seen.expected.scales)} names."
    if set(seen.got.scales) != set(seen.expected.scales):
        return f"Its names are {', '.join(seen.got.scales)}; expected {', '.join(seen.expected.scales)}."
    off = [name for name in seen.expected.scales
           if not same_space(Space(x=seen.got.scales[name]), Space(x=seen.expected.scales[name]))]  # fmt: skip
    return f"Look at the {off[0]}: {_spread(seen, off[0])}."


SPACE = Exercise(
    name="15.2",
    prompt="Write `make_space(rates, momenta, units)`; each argument is a pair, low and high. Return a `Space` of `learning_rate`, `momentum` and `units`: equal shares for equal ratios of the rate; for equal ratios of the momentum's memory, 1 / (1 - momentum); and for each whole number of units.",
    solution=make_space,
    cases=lambda: [((1e-5, 1.0), (0.5, 0.999), (8, 64)), ((1e-3, 0.1), (0.0, 0.99), (16, 32))],
    same=same_space,
    wrong_answers=(
        WrongAnswer(
            _space(rate=LinearScale),
            lambda seen: (
                f"{_spread(seen, 'learning_rate').capitalize()}. The decades below get next to nothing: lesson 03."
            ),
        ),
        WrongAnswer(
            _space(momentum=LinearScale),
            lambda seen: (
                f"{_spread(seen, 'momentum').capitalize()}. What matters about a momentum is its distance to 1, and that you have spread evenly: lesson 03."
            ),
        ),
        WrongAnswer(
            _space(momentum=lambda low, high: LogScale(max(low, 1e-3), high)),
            lambda seen: (
                f"{_spread(seen, 'momentum').capitalize()}: ratios of the momentum. Asked are ratios of its memory, so of 1 - momentum."
            ),
        ),
        WrongAnswer(
            _space(momentum=lambda low, high: LogScale(1 - high, 1 - low)),
            lambda seen: f"{_spread(seen, 'momentum').capitalize()}: that is 1 - momentum. Which scale turns it round?",
        ),
        WrongAnswer(
            _space(units=LinearScale),
            lambda seen: (
                f"Half of the draws have fewer than {seen.got.scales['units'].from_unit(0.5):g} units, and most are no whole number: a layer with half a unit?"
            ),
        ),
        WrongAnswer(
            _space(units=LogScale),
            "The units are spread by ratios, and are no whole numbers. Within a range as narrow as this one, each whole number may have the same share.",
        ),
        WrongAnswer(
            _space(rate=LinearScale, momentum=LinearScale),
            "Everything is linear: the rate and the momentum spend nearly all draws at one end. Lesson 03 has a scale for each.",
        ),
    ),
    otherwise=_otherwise,
    hints=(
        "Lesson 03 has three scales for this: `LogScale`, `ReverseLogScale` and `IntegerScale`.",
        "A pair becomes two arguments by a star: `LogScale(*rates)`.",
    ),
    why="This is all that a search knows about your network. The leaderboard of this lesson shows what a wrong scale costs.",
)
