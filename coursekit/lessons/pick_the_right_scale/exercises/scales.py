"""Samplers for the right scale: to predict, and to write."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer
from coursekit.lab.same import same_distribution

SIZE = 20_000


def log_uniform(low, high, size, rng):
    a, b = np.log10(low), np.log10(high)
    return 10 ** rng.uniform(a, b, size)


def reverse_log_uniform(low, high, size, rng):
    a, b = np.log10(1 - high), np.log10(1 - low)
    return 1 - 10 ** rng.uniform(a, b, size)


def uniform_integers(low, high, size, rng):
    return rng.integers(low, high + 1, size)


def _samples(*ranges):
    return lambda: [(low, high, SIZE, np.random.default_rng(i)) for i, (low, high) in enumerate(ranges)]


def _span(seen: Seen) -> str:
    low, high = seen.args[:2]
    got = np.asarray(seen.got, float)
    return f"asked for {low:g} to {high:g}, your draws go from {np.min(got):.3g} to {np.max(got):.3g}"


def _share_below(seen: Seen) -> str:
    low, high = seen.args[:2]
    middle = np.sqrt(low * high)
    return f"From {low:g} to {high:g}, {np.mean(np.asarray(seen.got) < middle):.1%} of your draws lie below {middle:.3g}, which is half of the decades"


LOG_UNIFORM = Exercise(
    name="03.1",
    prompt="Write `log_uniform(low, high, size, rng)`: draws that give every decade the same share.",
    solution=log_uniform,
    cases=_samples((1e-4, 1), (1e-6, 10), (0.02, 0.5)),
    same=same_distribution,
    shows=_span,
    wrong_answers=(
        WrongAnswer(
            lambda low, high, size, rng: rng.uniform(low, high, size),
            lambda seen: f"{_share_below(seen)}. You draw the learning rate itself; draw its exponent.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: 10 ** (np.log10(high / low) * rng.random(size)),
            lambda seen: f"{_span(seen).capitalize()}. Your exponent starts at 0. Where should it start?",
        ),
        WrongAnswer(
            lambda low, high, size, rng: 10 ** (-4 * rng.random(size)),
            "Right for 0.0001 to 1, but only there: {shown}. Make the exponents from low and high.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: rng.uniform(np.log10(low), np.log10(high), size),
            "These are the exponents r, and negative ones too. The learning rate is 10 ** r.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: 10 ** rng.uniform(low, high, size),
            lambda seen: f"{_span(seen).capitalize()}. You use low and high themselves as exponents.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: 10 ** rng.uniform(np.log(low), np.log(high), size),
            lambda seen: (
                f"{_span(seen).capitalize()}. `np.log` is the natural logarithm: the exponents of 10 come from `np.log10`."
            ),
        ),
        WrongAnswer(
            lambda low, high, size, rng: (
                10.0 ** rng.integers(np.floor(np.log10(low)), np.floor(np.log10(high)) + 1, size)
            ),
            lambda seen: (
                f"You draw only {len(np.unique(seen.got))} different learning rates. The exponent need not be whole: what lies between two powers of ten should be drawn too."
            ),
        ),
        WrongAnswer(
            lambda low, high, size, rng: np.exp(rng.uniform(np.log10(low), np.log10(high), size)),
            lambda seen: (
                f"{_span(seen).capitalize()}: you go out with `np.log10` and come back with `np.exp`. Which is the way back of which?"
            ),
        ),
        WrongAnswer(
            lambda low, high, size, rng: 10.0 ** rng.integers(round(np.log10(low)), round(np.log10(high)) + 1, size),
            "You draw whole exponents, so only powers of ten come. Between them lies nearly everything.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: low + (high - low) * 10 ** (-4 * rng.random(size)),
            "Asked for {args[0]:g} to {args[1]:g}, your smallest draws are twice too large: you stretch powers of ten and move them up. Make the exponents from low and high, then nothing has to be moved.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: np.exp(rng.uniform(low, high, size)),
            "You use low and high themselves as exponents, of e. Which exponents give low and high?",
        ),
        WrongAnswer(
            lambda low, high, size, rng: 10 ** np.abs(rng.uniform(np.log10(low), np.log10(high), size)),
            "You drop the exponents' sign: your draws go up to {got[0]:.3g} and beyond. A learning rate of 0.001 has the exponent -3.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: np.clip(
                10 ** rng.normal(np.log10(low * high) / 2, np.log10(high / low) / 4, size), low, high
            ),
            "You draw the exponent from a bell: most draws lie near the middle decade, and the outer ones get few. Which distribution gives every decade the same share?",
        ),
        WrongAnswer(
            lambda low, high, size, rng: np.log10(rng.uniform(10**low, 10**high, size)),
            lambda seen: (
                f"{_span(seen).capitalize()}: first 10 to the power, then the logarithm. Turn the order round: the draw stands between the logarithm and the power."
            ),
        ),
    ),
    otherwise=lambda seen: (
        f"You draw only {len(np.unique(seen.got))} different learning rates, however many are asked for."
        if len(np.unique(seen.got)) < 1000
        else f"{_span(seen).capitalize()}. {_share_below(seen)}; half of them should."
    ),
    hints=(
        "A decade is a step of 1 in the exponent. What should be uniform, so that every decade gets its share?",
        "The exponent r goes from `a = np.log10(low)` to `b = np.log10(high)`.",
        "`rng.uniform(a, b, size)` draws exponents; 10 to their power are the learning rates.",
    ),
    why="It holds for any range: from 0.000001 to 10 there are 7 decades, and each gets 14% of your draws. This is `LogScale(low, high).sample(size, rng)` in coursekit.",
)

REVERSE_LOG_UNIFORM = Exercise(
    name="03.2",
    prompt="Write `reverse_log_uniform(low, high, size, rng)`: decays that give every decade of windows its share.",
    solution=reverse_log_uniform,
    cases=_samples((0.9, 0.999), (0.5, 0.9999), (0.2, 0.99)),
    same=same_distribution,
    shows=_span,
    wrong_answers=(
        WrongAnswer(
            lambda low, high, size, rng: rng.uniform(low, high, size),
            lambda seen: (
                f"Uniform in the decay: the median of your windows 1 / (1 - decay) is {np.median(1 / (1 - np.asarray(seen.got))):.0f}. Halfway by ratio it is {np.median(1 / (1 - np.asarray(seen.expected))):.0f}."
            ),
        ),
        WrongAnswer(
            lambda low, high, size, rng: 10 ** rng.uniform(np.log10(1 - high), np.log10(1 - low), size),
            lambda seen: f"{_span(seen).capitalize()}. You return 1 - decay: one step is missing.",
        ),
        WrongAnswer(
            log_uniform,
            "You draw the exponent of the decay itself. The decays crowd at 1: the exponent to draw is that of 1 - decay.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: 1 - log_uniform(low, high, size, rng),
            lambda seen: (
                f"{_span(seen).capitalize()}. You draw the decay on a log scale and return its distance to 1. It is the distance that should be drawn."
            ),
        ),
        WrongAnswer(
            lambda low, high, size, rng: 1 - 10 ** rng.uniform(np.log10(1 - low), np.log10(1 - high), size),
            "`rng.uniform` wants the smaller end first, and yours are the other way round. Which decay has the smaller 1 - decay?",
        ),
        WrongAnswer(
            lambda low, high, size, rng: 1 - 10 ** (-1 - 2 * rng.random(size)),
            "Right for 0.9 to 0.999, but only there: {shown}. Make the exponents from low and high.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: 1 - 1 / rng.uniform(1 / (1 - low), 1 / (1 - high), size),
            "You draw the windows evenly between the shortest and the longest: nine of ten lie in the last decade of windows.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: low + high - 10 ** rng.uniform(np.log10(low), np.log10(high), size),
            "You turn log-uniform decays round, end for end. They are nearly uniform there: the logarithm to take is that of 1 - decay.",
        ),
    ),
    otherwise=lambda seen: (
        f"{_span(seen).capitalize()}: a decay lies between 0 and 1."
        if not np.all((np.asarray(seen.got) >= 0) & (np.asarray(seen.got) < 1))
        else f"{_span(seen).capitalize()}; the median of your windows 1 / (1 - decay) is {np.median(1 / (1 - np.asarray(seen.got, float))):.3g}, and should be about {np.median(1 / (1 - seen.expected)):.3g}."
    ),
    hints=(
        "What matters about a decay is its window, 1 / (1 - decay). So which quantity wants a log scale?",
        "Draw 1 - decay on a log scale. Its smallest value belongs to the largest decay.",
        "The exponent of 1 - decay runs from `np.log10(1 - high)` to `np.log10(1 - low)`.",
    ),
    why="Half of your decays between 0.9 and 0.999 have a window below 100, half above. A uniform draw spends 91% of them below. This is `ReverseLogScale(low, high).sample(size, rng)` in coursekit.",
)

UNIFORM_INTEGERS = Exercise(
    name="03.3",
    prompt="Write `uniform_integers(low, high, size, rng)`: whole numbers from low to high, both included, each as likely.",
    solution=uniform_integers,
    cases=_samples((2, 4), (1, 6), (50, 100)),
    same=same_distribution,
    wrong_answers=(
        WrongAnswer(
            lambda low, high, size, rng: rng.integers(low, high, size),
            lambda seen: (
                f"Asked for {seen.args[0]} to {seen.args[1]}, and in {SIZE:,} draws {seen.args[1]} never comes. The upper end is left out, as `integers`, `arange` and rounding down do."
            ),
        ),
        WrongAnswer(
            lambda low, high, size, rng: np.rint(rng.uniform(low, high, size)).astype(int),
            lambda seen: (
                f"{np.mean(np.asarray(seen.got) == seen.args[0]):.0%} of your draws are {seen.args[0]} and {np.mean(np.asarray(seen.got) == seen.args[0] + 1):.0%} are {seen.args[0] + 1}. Rounding gives the ends half a share: only what lies within half a step of them rounds to them."
            ),
        ),
        WrongAnswer(
            lambda low, high, size, rng: np.rint(rng.uniform(low, high, size)),
            "These are floats, and rounding gives both ends half a share: only what lies within half a step of an end rounds to it.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: np.floor(rng.uniform(low, high + 1, size)),
            "The shares are right, but these are floats: a network can't have 3.0 layers. Make them integers.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: rng.integers(low, high + 2, size),
            lambda seen: f"{_span(seen).capitalize()}: one too many at the top.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: rng.integers(low, high, size) + 1,
            "Asked for {args[0]} to {args[1]}, and {args[0]} never comes: you moved the draws up, and now the lower end is missing.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: rng.choice([low, high], size),
            "Only the two ends ever come. What lies between is as likely.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: low + rng.binomial(high - low, 0.5, size),
            "The middle comes more often than the ends. Each is to be as likely.",
        ),
        WrongAnswer(
            lambda low, high, size, rng: np.round(rng.uniform(low - 1, high + 1, size)).astype(int),
            "You draw a step too far on both sides: {args[0]} to {args[1]} was asked for, and their neighbours come as well.",
        ),
    ),
    otherwise=lambda seen: (
        f"Not all of your draws are whole numbers: {np.asarray(seen.got).flat[0]:.3g} is among them."
        if np.any(np.asarray(seen.got) % 1)
        else f"{_span(seen).capitalize()}, and {np.mean(np.asarray(seen.got) == seen.args[1]):.0%} of them are {seen.args[1]}; it should be {np.mean(seen.expected == seen.args[1]):.0%}."
    ),
    hints=(
        "Read `help(rng.integers)`: which end does it leave out?",
        "Ask for one more than the highest number, or say `endpoint=True`.",
    ),
    why="With 2 to 4 layers, leaving the end out means that a third of your search never happens. This is `IntegerScale(low, high).sample(size, rng)` in coursekit.",
)

SHARE_BELOW_A_TENTH = Prediction(
    name="03.a",
    question="You draw 1,000 learning rates, uniformly between 0.0001 and 1. How many will be smaller than 0.1?",
    options=("about 100", "about 250", "about 500", "about 900"),
    answer="about 100",
    why="A uniform draw gives each stretch a share by its length. From 0.0001 to 0.1 is a tenth of the way to 1, though it holds three of the four decades.",
)

NUDGED_WINDOWS = Prediction(
    name="03.b",
    question="You move a decay from 0.9 to 0.9005, and another from 0.999 to 0.9995. The step is the same. What happens to their windows?",
    options=(
        "both hardly change",
        "both double",
        "the first hardly changes, the second doubles",
        "the first doubles, the second hardly changes",
    ),
    answer="the first hardly changes, the second doubles",
    why="The window is 1 / (1 - decay). The step takes 0.5% off the distance to 1 in the first case, and half of it in the second: 10 becomes 10.05, and 1,000 becomes 2,000.",
)

FOUR_LAYERS = Prediction(
    name="03.c",
    question="You try 2 to 4 layers and draw their number with `rng.integers(2, 4, size=1000)`. How many networks have 4?",
    options=("about 333", "about 250", "about 500", "none"),
    answer="none",
    why="The upper end is left out, as in `range(2, 4)`. Nothing warns you: the search runs, and a third of it is missing.",
)

WHO_WINS = Prediction(
    name="03.d",
    question="Two searches for a learning rate between 0.0001 and 1, ten trials each. The networks have 4 hidden layers. They are trained with Adam, and again with gradient descent on mini-batches (SGD). Which scale finds the better network, on average?",
    options=(
        "log, both times",
        "linear, both times",
        "log with Adam, linear with SGD",
        "linear with Adam, log with SGD",
    ),
    answer="log with Adam, linear with SGD",
    why="The good learning rates of the two optimizers lie in different places. Where, the next picture shows.",
)
