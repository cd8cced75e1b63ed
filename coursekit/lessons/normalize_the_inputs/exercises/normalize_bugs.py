"""Find the bug: four mistakes about normalised inputs that stood in real notes."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.lessons.normalize_the_inputs.exercises.normalize import examples, numbers


def divide_by_sigma(X):
    X = X - X.mean(axis=0)
    sigma = np.sqrt(np.mean(X**2, axis=0))
    return X / sigma


def found_divide_by_sigma(X):
    X = X - X.mean(axis=0)
    sigma = np.mean(X**2, axis=0)
    return X / sigma


def feature_variance(X):
    X = X - X.mean(axis=0)
    m = len(X)
    return sum(X[i] ** 2 for i in range(m)) / m


def found_feature_variance(X):
    X = X - X.mean(axis=0)
    m = len(X)
    return sum(X[2 * i % m] for i in range(m)) / m  # X^(2i)


def mean_0_sd_1(X):
    mean, sd = X.mean(axis=0), X.std(axis=0)
    return (X - mean) / sd


def found_mean_0_sd_1(X):
    low, high = X.min(axis=0), X.max(axis=0)
    return (X - low) / (high - low)


def feature_mean(X):
    m = len(X)
    return sum(X[i] for i in range(m)) / m


def found_feature_mean(X):
    m = len(X) - 1  # the last i, as the sum runs from i = 0 to m
    return sum(X[i] for i in range(m + 1)) / m


def _spread(seen: Seen) -> str:
    return f"The sd of each feature is now {numbers(np.std(seen.got, axis=0))}"


def _means(seen: Seen) -> str:
    return f"The features have the means {numbers(seen.expected)}; you say {numbers(seen.got)}"


VARIANCE_OR_SD = Exercise(
    name="06.4",
    prompt="The notes say: X /= sigma, and sigma is the variance. Find the bug and mend it.",
    solution=divide_by_sigma,
    found=found_divide_by_sigma,
    cases=lambda: [(np.array([[2.0], [4.0], [6.0], [8.0]]),), (examples(0, 9),), (examples(1, 6),)],
    shows=_spread,
    wrong_answers=(
        WrongAnswer(
            found_divide_by_sigma,
            "{shown}, where 1 was wanted. In which unit is the mean of the squares?",
        ),
        WrongAnswer(
            lambda X: (X - X.mean(axis=0)) / np.mean((X - X.mean(axis=0)) ** 2, axis=0) ** 2,
            "{shown}: now it is squared once more. It is the way back from the square that is missing.",
        ),
        WrongAnswer(
            lambda X: X / np.sqrt(np.mean(X**2, axis=0)),
            "{shown}. Sigma is measured around the mean, so the mean has to go first.",
        ),
        WrongAnswer(
            lambda X: (X - X.mean(axis=0)) / X.std(axis=0, ddof=1),
            "{shown}: close. You divide the squares by m - 1; the lecture divides by m.",
        ),
        WrongAnswer(
            lambda X: X - X.mean(axis=0),
            "{shown}. Dividing is not the mistake; what you divide by is.",
        ),
        WrongAnswer(
            lambda X: (X - X.mean(axis=0)) * X.std(axis=0),
            "You multiply by the standard deviation: wide features become wider still.",
        ),
        WrongAnswer(
            lambda X: (X - X.mean(axis=0)) / np.abs(X - X.mean(axis=0)).mean(axis=0),
            "That divides by the mean distance. The standard deviation is the root of the mean square.",
        ),
    ),
    otherwise=lambda seen: (
        f"{_spread(seen)}, where 1 was wanted; your first row is {numbers(np.asarray(seen.got)[0])}."
    ),
    hints=(
        "Take a feature in metres. In which unit is its variance, and in which is the quotient?",
        "The standard deviation is the square root of the variance, and in the unit of the feature.",
    ),
    why="Divided by its variance, a feature keeps the standard deviation 1 / sd: what was wide becomes narrow, and the bowl is as long as before, the other way round. In [2, 4, 6, 8] it would be 0.447.",
)

SQUARE_OR_INDEX = Exercise(
    name="06.5",
    prompt="The notes write the variance as the mean of X^(2i), and somebody typed that. Mend the sum.",
    solution=feature_variance,
    found=found_feature_variance,
    cases=lambda: [(np.array([[2.0], [4.0], [6.0], [11.0]]),), (examples(2, 7),), (examples(3, 8),)],
    wrong_answers=(
        WrongAnswer(
            found_feature_variance,
            lambda seen: (
                f"The variance of {numbers(seen.args[0])} comes out as {numbers(seen.got)}. A variance is never negative: where is the square?"
            ),
        ),
        WrongAnswer(
            lambda X: np.mean(2 * (X - X.mean(axis=0)), axis=0),
            lambda seen: (
                f"You get {numbers(np.round(seen.got, 9))}: deviations that are not squared one by one cancel when they are added. The 2 is neither an index nor a factor."
            ),
        ),
        WrongAnswer(
            lambda X: np.sum((X - X.mean(axis=0)) ** 2, axis=0),
            lambda seen: (
                f"You get {numbers(seen.got)}, {len(seen.args[0])} times too much: the sum of the squares, not their mean."
            ),
        ),
        WrongAnswer(
            lambda X: X.std(axis=0),
            lambda seen: f"You get {numbers(seen.got)}: the standard deviation. The function is to return its square.",
        ),
        WrongAnswer(
            lambda X: np.mean(X**2, axis=0),
            lambda seen: (
                f"You get {numbers(seen.got)}: squares measured from 0. The line that subtracts the mean was right."
            ),
        ),
    ),
    otherwise=lambda seen: (
        f"The variance of the first feature is {seen.expected[0]:.4g}; you say {np.ravel(seen.got)[0]:.4g}."
    ),
    hints=(
        "An index in brackets, as in X^(i), says which example. What should the 2 say?",
        "The lecture means (X^(i))\u00b2: example i, squared element by element.",
    ),
    why="Notation that looks like an index and is a power costs everybody an hour once. A variance below 0 gives it away: check the sign, then the unit.",
)

BETWEEN_0_AND_1 = Exercise(
    name="06.6",
    prompt="The notes looked it up: normalization rescales each value to between 0 and 1. The lesson wants mean 0 and standard deviation 1. Mend it.",
    solution=mean_0_sd_1,
    found=found_mean_0_sd_1,
    cases=lambda: [(np.array([[2.0], [4.0], [6.0], [102.0]]),), (examples(4, 8),), (examples(5, 5),)],
    shows=_spread,
    wrong_answers=(
        WrongAnswer(
            found_mean_0_sd_1,
            lambda seen: (
                f"{numbers(seen.args[0])} becomes {numbers(seen.got)}. One far value takes the whole width, and the others are crowded at one end: that is min-max scaling."
            ),
        ),
        WrongAnswer(
            lambda X: (X - X.mean(axis=0)) / np.ptp(X, axis=0),
            "The mean is 0. {shown}: the range, from lowest to highest, is no standard deviation.",
        ),
        WrongAnswer(
            lambda X: X / np.abs(X).max(axis=0),
            lambda seen: f"You divide by the largest value: {numbers(seen.got)}. Where is their mean?",
        ),
        WrongAnswer(
            lambda X: X / np.linalg.norm(X, axis=-1, keepdims=True),
            "You give each row the length 1. That is a third thing called normalization: it works on examples, and here the features are to be made alike.",
        ),
        WrongAnswer(
            lambda X: (X - X.min()) / np.ptp(X),
            "Now all features together go from 0 to 1: the widest takes it all. Each feature has its own unit; and the mean was wanted at 0.",
        ),
        WrongAnswer(
            lambda X: 2 * (X - X.min(axis=0)) / np.ptp(X, axis=0) - 1,
            "Between -1 and 1 now: still the range, from lowest to highest. Mean and standard deviation were asked for.",
        ),
        WrongAnswer(
            lambda X: (X - X.mean(axis=0)) / X.var(axis=0),
            "The means are 0. You divide by the variance, and what is left has 1 / sd as its standard deviation.",
        ),
        WrongAnswer(
            lambda X: X / X.std(axis=0),
            "The standard deviation is 1 now. Nothing has been taken off: the mean is not 0.",
        ),
    ),
    otherwise=lambda seen: f"{_spread(seen)}, and the means {numbers(np.mean(seen.got, axis=0))}; wanted were 1 and 0.",
    hints=(
        "Which two numbers of a feature does min-max scaling look at, and which two does standardising look at?",
        "Subtract the mean instead of the lowest value, and divide by the standard deviation instead of the width.",
    ),
    why="Both are called normalization, and they differ: after min-max scaling the mean of a feature is wherever it happens to be, and the bowl stays tilted. Look at what a function does, not at its name.",
)

FROM_0_TO_M = Exercise(
    name="06.7",
    prompt="The notes write the mean as 1/m times the sum from i = 0 to m, and somebody typed that. Mend it.",
    solution=feature_mean,
    found=found_feature_mean,
    cases=lambda: [(np.array([[3.0], [3.0], [3.0], [3.0]]),), (examples(6, 7),), (examples(7, 2),)],
    shows=_means,
    wrong_answers=(
        WrongAnswer(
            found_feature_mean,
            lambda seen: (
                f"The mean of {numbers(seen.args[0])} comes out as {numbers(seen.got)}. How many terms does the sum have, and what are they divided by?"
            ),
        ),
        WrongAnswer(
            lambda X: X[1:].sum(axis=0) / len(X),
            lambda seen: (
                f"The mean of {numbers(seen.args[0])} comes out as {numbers(seen.got)}: now the first is left out."
            ),
        ),
        WrongAnswer(
            lambda X: X.sum(axis=0) / (len(X) + 1),
            lambda seen: (
                f"The mean of {numbers(seen.args[0])} comes out as {numbers(seen.got)}: {len(seen.args[0])} terms, and you divide by {len(seen.args[0]) + 1}."
            ),
        ),
        WrongAnswer(
            lambda X: X[:-1].mean(axis=0),
            "{shown}. As many terms as you divide by, but the last example is not among them.",
        ),
        WrongAnswer(
            lambda X: X.sum(axis=0),
            lambda seen: f"The mean of {numbers(seen.args[0])} comes out as {numbers(seen.got)}: that is the sum.",
        ),
    ),
    otherwise="{shown}.",
    hints=(
        "Count on your fingers: from 0 to 3, how many are there?",
        "From 0 to m are m + 1 terms. Python's `range(m)` ends at m - 1, and there are m examples.",
    ),
    why="Count from 1 to m, or from 0 to m - 1; the sum has m terms. For a million examples you would not see the difference; for four it is a third.",
)
