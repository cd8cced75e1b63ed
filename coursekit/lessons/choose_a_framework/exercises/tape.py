"""The tape: a rule to write, the walk back, how many steps a rate needs; and what to predict of them."""

import math

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer
from coursekit.lab.same import same_even_where_nan, same_values


def divide_rule(d, a, b):
    return d / b, -d * a / b**2


def same_pair(got, expected):
    """Take a list or an array of two for a pair as well."""
    return isinstance(got, tuple | list | np.ndarray) and same_values(tuple(got), expected)


def _quotients():
    rng = np.random.default_rng(13)
    a, b, d = rng.normal(size=(3, 2, 4))
    return [(1.0, 6.0, 2.0), (-3.0, 1.5, 4.0), (d, a, 2 + b**2)]


def _two(seen: Seen) -> str:
    first, second = (float(np.ravel(each)[0]) for each in seen.got)
    d, a, b = (float(np.ravel(each)[0]) for each in seen.args)
    return f"For a = {a:.3g}, b = {b:.3g} and d = {d:.3g} you send back {first:.3g} and {second:.3g}"


def _by_nudging(seen: Seen) -> str:
    d, a, b = (float(np.ravel(each)[0]) for each in seen.args)
    up = [((a + 1e-6) / b - a / b) / 1e-6 * d, (a / (b + 1e-6) - a / b) / 1e-6 * d]
    return f"a nudge of each says {up[0]:.3g} and {up[1]:.3g}"


DIVIDE_RULE = Exercise(
    name="13.1",
    prompt="Write `divide_rule(d, a, b)`, the tape's rule for a / b: what it sends back to a and to b, as a pair, when the gradient d arrives at the quotient.",
    solution=divide_rule,
    cases=_quotients,
    same=same_pair,
    shows=_two,
    wrong_answers=(
        WrongAnswer(
            lambda d, a, b: (d / b, d * a / b**2),
            lambda seen: f"{_two(seen)}; {_by_nudging(seen)}. Which way does a quotient go when b grows?",
        ),
        WrongAnswer(
            lambda d, a, b: (1 / b, -a / b**2),
            "{shown}: with another d you would send the same. You give the slopes of a / b itself; what arrives at the quotient has a say in it.",
        ),
        WrongAnswer(
            lambda d, a, b: (d / b, -d / b**2),
            "{shown}. To a it is right. To b: does it not matter how large a is?",
        ),
        WrongAnswer(
            lambda d, a, b: (d / b, -d * a / b),
            "{shown}. To a it is right. To b: 1 / b is a power of b. Which one, and what is its slope?",
        ),
        WrongAnswer(
            lambda d, a, b: (-d * a / b**2, d / b),
            "Both are right, and in the wrong order: first what goes to a, then what goes to b.",
        ),
        WrongAnswer(
            lambda d, a, b: (d * b, d * a),
            "That is the rule of the product a × b.",
        ),
        WrongAnswer(
            lambda d, a, b: (d / b, -d * b / a**2),
            "{shown}. To a it is right. To b, the two have changed places.",
        ),
        WrongAnswer(
            lambda d, a, b: (d / b, d / a),
            "{shown}. To a it is right. b stands below the line: the larger it is, the smaller the quotient, and the more slowly it shrinks.",
        ),
    ),
    otherwise=lambda seen: f"{_two(seen)}; {_by_nudging(seen)}.",
    hints=(
        "Two slopes: of a / b with respect to a, b held still; and with respect to b, a held still. Each is multiplied by the d that arrives.",
        "a / b is a times b to the power of -1; the slope of b to the power of -1 has a minus and one more power of b below.",
    ),
    why="That is one line of a framework. coursekit's tape has ten such rules, and TensorFlow has hundreds; you need never derive the backward pass of what is made of them.",
)


def walk_back(inputs, slopes):
    gradients = np.zeros(len(inputs))
    gradients[-1] = 1
    for i in reversed(range(len(inputs))):
        for j, slope in zip(inputs[i], slopes[i], strict=True):
            gradients[j] += slope * gradients[i]
    return gradients


def _walk(inputs, slopes, *, others=0, last=1, places=reversed, arrive=lambda d_j, slope, d_i: d_j + slope * d_i):
    """Walk a tape: the gradients that all begin with, the order of the places, and what an input then has."""
    d = np.full(len(inputs), float(others))
    d[-1] = last
    for i in places(range(len(inputs))):
        for j, slope in zip(inputs[i], slopes[i], strict=True):
            d[j] = arrive(d[j], slope, d[i])
    return d


def _overwrites(inputs, slopes):
    return _walk(inputs, slopes, arrive=lambda _, slope, d_i: slope * d_i)


def _forwards(inputs, slopes):
    return _walk(inputs, slopes, places=iter)


def _only_local(inputs, slopes):
    return _walk(inputs, slopes, arrive=lambda d_j, slope, _: d_j + slope)


def _never_begins(inputs, slopes):
    return _walk(inputs, slopes, last=0)


def _all_ones(inputs, slopes):
    return _walk(inputs, slopes, others=1)


def _averages(inputs, slopes):
    d, uses = np.zeros(len(inputs)), np.zeros(len(inputs))
    d[-1] = uses[-1] = 1
    for i in reversed(range(len(inputs))):
        d[i] /= max(uses[i], 1)
        for j, slope in zip(inputs[i], slopes[i], strict=True):
            d[j], uses[j] = d[j] + slope * d[i], uses[j] + 1
    return d


def _tapes():
    rng = np.random.default_rng(3)
    inputs = [(), ()] + [tuple(int(j) for j in rng.integers(0, i, 2)) for i in range(2, 9)]
    slopes = [tuple(float(s) for s in rng.normal(size=len(each)).round(2)) for each in inputs]
    return [
        ([(), (0,), (0,), (1, 2), (3,)], [(), (6.0,), (10.0,), (1.0, -1.0), (1.0,)]),
        ([(), (0, 0)], [(), (3.0, 3.0)]),
        ([(), (), (0, 1), (2,)], [(), (), (2.0, -1.0), (5.0,)]),
        (inputs, slopes),
    ]


def _first(seen: Seen) -> str:
    got = ", ".join(f"{float(value):.3g}" for value in np.ravel(seen.got))
    what = "J(w) at w = 3" if len(seen.args[0]) == 5 else f"a tape of {len(seen.args[0])} values"
    return f"For {what} you get {got}"


WALK_BACK = Exercise(
    name="13.2",
    prompt="Write `walk_back(inputs, slopes)`: the gradients of the last value on a tape with respect to all values on it, an array. `inputs[i]` are the places of what value i was computed from, and `slopes[i]` its slope by each.",
    solution=walk_back,
    cases=_tapes,
    shows=_first,
    wrong_answers=(
        WrongAnswer(
            _overwrites,
            "{shown}. w is used twice there, by value 1 and by value 2, and it keeps the {got[0]:g} of the last who wrote. What do two ways bring together?",
        ),
        WrongAnswer(
            _forwards,
            "{shown}: only the last passes its gradient on, as if you walked from the first value to the last. Who has a gradient when you begin?",
        ),
        WrongAnswer(
            _only_local,
            "{shown}: each value passes its slopes on, and not the gradient that arrived at it.",
        ),
        WrongAnswer(
            _never_begins,
            "{shown}: nothing ever starts. What is the slope of the last value by itself?",
        ),
        WrongAnswer(
            _all_ones,
            "{shown}: everybody begins with a gradient of 1. Who should, and who has nothing yet?",
        ),
        WrongAnswer(
            _averages,
            "{shown}: you take the mean of what the ways bring. A nudge of w goes all the ways at once.",
        ),
        WrongAnswer(
            lambda inputs, slopes: walk_back([each[:1] for each in inputs], [each[:1] for each in slopes]),
            "{shown}. Only the first input of each value gets anything. A value may be made of two.",
        ),
    ),
    otherwise=lambda seen: f"{_first(seen)}; expected {', '.join(f'{value:.3g}' for value in seen.expected)}.",
    hints=(
        "Nobody has a gradient at first but the last value: its slope by itself is 1.",
        "Go through the values from the last to the first. When you come to one, you have already been at everything that was made from it.",
        "Each input gets the slope times the gradient of the value that it went into; what it has already stays.",
    ),
    why="This loop is reverse-mode differentiation, whole. Apart from the bookkeeping it costs about two forward passes, whether there is one parameter or a billion: that is why networks can be trained.",
)


def steps_needed(learning_rate, share):
    return np.ceil(np.log(share) / np.log(abs(1 - 2 * learning_rate)))


def _rates():
    return [(0.01, 1e-6), (0.1, 0.1), (0.9, 1e-3), (0.75, 0.01), (0.499, 1e-9), (0.25, 0.25), (0.75, 0.0625)]


def _count(seen: Seen) -> str:
    rate, share = seen.args
    return f"At a rate of {rate:g}, and for a share of {share:g}, you get {float(seen.got):.4g}"


STEPS_NEEDED = Exercise(
    name="13.4",
    prompt="Write `steps_needed(learning_rate, share)`: after how many whole steps down J(w) = w² − 10w + 25 is the error at most `share` of what it was? For rates between 0 and 1, but not 0.5.",
    solution=steps_needed,
    cases=_rates,
    same=same_even_where_nan,
    shows=_count,
    wrong_answers=(
        WrongAnswer(
            lambda learning_rate, share: np.ceil(np.log(share) / np.log(1 - 2 * learning_rate)),
            "{shown}. Above 0.5 the error changes its sign at each step; its size shrinks all the same.",
        ),
        WrongAnswer(
            lambda learning_rate, share: np.log(share) / np.log(abs(1 - 2 * learning_rate)),
            "{shown}: right, but nobody takes part of a step.",
        ),
        WrongAnswer(
            lambda learning_rate, share: np.floor(np.log(share) / np.log(abs(1 - 2 * learning_rate))),
            "{shown}: after that many steps it is still a little too large.",
        ),
        WrongAnswer(
            lambda learning_rate, share: np.floor(np.log(share) / np.log(abs(1 - 2 * learning_rate))) + 1,
            lambda seen: (
                f'{_count(seen)}, and the error is exactly that share after {float(seen.expected):g}: "at most" lets '
                "you stop there."
            ),
        ),
        WrongAnswer(
            lambda learning_rate, share: math.ceil(math.log(share) / math.log(1 - 2 * learning_rate)),
            "Above 0.5 the factor 1 - 2 * `learning_rate` is below 0, and has no logarithm. The error changes its sign there at each step; what shrinks is its size.",
        ),
        WrongAnswer(
            lambda learning_rate, share: np.rint(np.log(share) / np.log(abs(1 - 2 * learning_rate))),
            "{shown}: rounded to the nearest, and so sometimes a step too few.",
        ),
        WrongAnswer(
            lambda learning_rate, share: np.ceil(np.log(share) / np.log((1 - 2 * learning_rate) ** 2)),
            "{shown}: after that many steps the cost above its minimum is that share, not the error.",
        ),
        WrongAnswer(
            lambda learning_rate, share: np.ceil(np.log(share) / np.log(1 - learning_rate)),
            "{shown}. The slope of w² is 2w: what does a step multiply the error by?",
        ),
        WrongAnswer(
            lambda learning_rate, share: np.ceil((1 - share) / (2 * learning_rate)),
            "{shown}: you take the same piece off at each step. A step takes a share of what is left.",
        ),
    ),
    otherwise=lambda seen: f"{_count(seen)}; it is {float(seen.expected):g}.",
    hints=(
        "After n steps the error is what it was, times the factor to the power of n. For which n is that the share?",
        "Take logarithms of both sides; and the size of the factor, as its sign only says on which side you are.",
    ),
    why="0.01 and 0.99 need the same number of steps, from different sides. On a bowl with many directions the factor differs from one to the next: lesson 06 is about that.",
)

TWO_WAYS = Prediction(
    name="13.a",
    question="w goes into J twice, into w² and into 10w. At w = 3 the first way brings back a slope of 6, the second one of −10. What is the gradient of J by w?",
    options=("6", "−10", "−4", "−2", "−60"),
    answer="−4",
    why="A nudge of w moves J along both ways at once, and so the slopes add up: 6 − 10. It is 2w − 10 at w = 3. −2 would be their mean, and −10 what a program keeps that overwrites.",
)

CRAWLING = Prediction(
    name="13.b",
    question="Call w − 5, the distance to the minimum, the error. At a learning rate of 0.01 each step leaves 98% of it. After about how many steps is a millionth of it left?",
    options=("about 70", "about 700", "about 70,000", "about 1,000,000"),
    answer="about 700",
    why="log of a millionth, divided by log of 0.98, is 684: each 114 steps take another nine tenths of what is left.",
)
