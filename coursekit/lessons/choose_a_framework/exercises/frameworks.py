"""To choose a framework: to predict what became of ten, and to weigh what is known."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer
from coursekit.lab.same import same_even_where_nan


def mean_of_known(numbers, weights):
    known = ~np.isnan(numbers)
    return np.where(known, numbers * weights, 0).sum(axis=1) / (known * weights).sum(axis=1)


def _tables():
    nan = np.nan
    return [
        (np.array([[1.0, 0.2, 0.5], [nan, nan, 1.0], [0.6, nan, 0.0]]), np.array([1.0, 1.0, 2.0])),
        (np.array([[0.5, 1.0], [1.0, nan]]), np.array([3.0, 1.0])),
        (np.random.default_rng(1).random((5, 4)), np.array([0.0, 1.0, 2.0, 5.0])),
    ]


def _means(seen: Seen) -> str:
    return "The first three rows get " + ", ".join(f"{float(value):.3g}" for value in np.ravel(seen.got)[:3])


MEAN_OF_KNOWN = Exercise(
    name="13.6",
    prompt="Write `mean_of_known(numbers, weights)`: for each row of `numbers`, a framework, the weighted mean of what is known of it. A fact that is not known is `nan`: leave it out, and its weight with it.",
    solution=mean_of_known,
    cases=_tables,
    same=same_even_where_nan,
    shows=_means,
    wrong_answers=(
        WrongAnswer(
            lambda numbers, weights: np.nan_to_num(numbers) @ weights / weights.sum(),
            "{shown}. A framework that nobody timed gets 0 for it here, as if it were the slowest. By what do you divide when a fact is missing?",
        ),
        WrongAnswer(
            lambda numbers, weights: numbers @ weights / weights.sum(),
            "{shown}: one nan, and the whole mean is nan.",
        ),
        WrongAnswer(
            lambda numbers, weights: np.nansum(numbers * weights, axis=1),
            "{shown}: sums. Nobody can compare a sum of three facts with a sum of one.",
        ),
        WrongAnswer(
            lambda numbers, weights: np.nanmean(numbers * weights, axis=1),
            "{shown}: you divide by how many facts there are, and not by what they weigh.",
        ),
        WrongAnswer(
            lambda numbers, weights: np.nanmean(numbers, axis=1) + 0 * weights[0],
            "{shown}, whatever the weights are.",
        ),
        WrongAnswer(
            lambda numbers, weights: np.where(np.isnan(numbers), 1, numbers) @ weights / weights.sum(),
            "{shown}. A framework that nobody timed gets 1 for it, as if it were the fastest.",
        ),
        WrongAnswer(
            lambda numbers, weights: numbers[~np.isnan(numbers).any(axis=1)] @ weights / weights.sum(),
            "You leave out each framework of which anything is unknown. Leave out the fact, and its weight.",
        ),
        WrongAnswer(
            lambda numbers, weights: (
                np.where(np.isnan(numbers), np.nanmean(numbers, axis=0), numbers) @ weights / weights.sum()
            ),
            "{shown}. You put the others' mean in the place of what is not known: a guess. Leave it out.",
        ),
    ),
    otherwise=lambda seen: f"{_means(seen)}; expected {', '.join(f'{value:.3g}' for value in seen.expected[:3])}.",
    hints=(
        "A weighted mean: the sum of weight times number, divided by the sum of the weights. Which weights count in a row with a gap?",
        "`np.isnan(numbers)` marks the gaps. Leave them out of both sums.",
    ),
    why="Neither way is neutral. With a gap as 0, whoever was not measured loses; without it, whoever hides a weak point wins. Look at what is missing before you look at who leads.",
)

STILL_ALIVE = Prediction(
    name="13.c",
    question="The notes name ten frameworks: Caffe, Caffe2, CNTK, DL4J, Keras, Lasagne, MXNet, TensorFlow, Theano and Torch. How many of them had a release within the last two years?",
    options=("1", "2", "5", "8"),
    answer="2",
    why="Keras and TensorFlow, by November 2026. Neither a large company nor a foundation was a safe bet: CNTK was Microsoft's, and MXNet was the Apache Foundation's.",
)
