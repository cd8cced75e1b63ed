"""Find the bug: two sentences about batch norm and covariate shift, as functions."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer


def mean_and_variance(z, gamma, beta, eps):
    z_norm = (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps)
    out = gamma * z_norm + beta
    return out.mean(axis=0), out.var(axis=0)


def found_mean_and_variance(z, gamma, beta, eps):
    z_norm = (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps)
    out = gamma * z_norm + beta
    return np.zeros_like(out[0]), np.ones_like(out[0])  # whatever z does, they remain the same


def _units():
    rng = np.random.default_rng(3)
    small = rng.normal(size=(6, 2)) * [1, 0.01]
    return [
        (rng.normal(5, 2, (8, 3)), np.array([1.0, 2.0, -0.5]), np.array([0.0, 1.0, 3.0]), 1e-5),
        (small, np.array([3.0, 1.0]), np.array([-1.0, 0.5]), 1e-3),
    ]


def _last(seen: Seen) -> str:
    gamma, beta = seen.args[1][-1], seen.args[2][-1]
    mean, var = (np.ravel(part)[-1] for part in (seen.got[0], seen.got[1]))
    return f"For gamma {gamma:g} and beta {beta:g} you say mean {mean:.3g} and variance {var:.3g}"


MEAN_AND_VARIANCE = Exercise(
    name="09.5",
    prompt="What are the mean and the variance of what leaves batch norm, unit by unit? The notes say that they stay the same whatever z does; this function takes them for 0 and 1. Find the bug and mend it.",
    solution=mean_and_variance,
    found=found_mean_and_variance,
    cases=_units,
    shows=_last,
    wrong_answers=(
        WrongAnswer(
            found_mean_and_variance,
            "{shown}. That is so before gamma and beta. What leaves the layer has gone through them, and a training moves both.",
        ),
        WrongAnswer(
            lambda z, gamma, beta, eps: (z.mean(axis=0), z.var(axis=0)),
            "{shown}. Those are the moments of z, which batch norm has just taken away.",
        ),
        WrongAnswer(
            lambda z, gamma, beta, eps: (beta, gamma * z.var(axis=0) / (z.var(axis=0) + eps)),
            "{shown}. What multiplies a value by gamma, by what does it multiply its variance?",
        ),
        WrongAnswer(
            lambda z, gamma, beta, eps: (gamma, beta**2 * z.var(axis=0) / (z.var(axis=0) + eps)),
            "{shown}. Which of the two shifts, and which scales?",
        ),
        WrongAnswer(
            lambda z, gamma, beta, eps: (beta, gamma**2),
            lambda seen: (
                f"Nearly: {np.ravel(seen.got[1])[-1]:.6g} is right where eps is nothing beside the variance of z. Expected {seen.expected[1][-1]:.6g}."
            ),
        ),
        WrongAnswer(
            lambda z, gamma, beta, eps: (gamma + beta, gamma**2 * z.var(axis=0) / (z.var(axis=0) + eps)),
            "{shown}. Scaling a mean of 0 leaves it where it is.",
        ),
    ),
    otherwise=lambda seen: f"{_last(seen)}; expected {seen.expected[0][-1]:.3g} and {seen.expected[1][-1]:.3g}.",
    hints=(
        "Normalised, a unit has mean 0, and variance var / (var + eps). Then it is multiplied and shifted.",
        "A factor multiplies the variance by its square; a shift leaves it.",
    ),
    why="Mean beta, variance gamma squared, but for eps. Batch norm does not hold the inputs of the next layer still: it hands two numbers a unit to the training, in place of all the weights below.",
)


def input_shift(before, after):
    sd = before.std(axis=0)
    return np.abs(after.mean(axis=0) - before.mean(axis=0)) / sd


def found_input_shift(before, after):
    before = (before - before.mean(axis=0)) / before.std(axis=0)  # batch norm
    after = (after - after.mean(axis=0)) / after.std(axis=0)
    return np.abs(after.mean(axis=0) - before.mean(axis=0))  # 0: no covariate shift


def _pairs():
    rng = np.random.default_rng(5)
    pairs = []
    for m, n in ((50, 3), (20, 2)):
        before = rng.normal(rng.normal(size=n), rng.uniform(0.5, 2, n), (m, n))
        pairs.append((before, before * rng.uniform(0.3, 3, n) + rng.normal(0, 2, n)))
    return pairs


def _moved(seen: Seen) -> str:
    before, after = (each.mean(axis=0)[0] for each in seen.args)
    return f"The first unit's mean went from {before:.2f} to {after:.2f}, and you report {np.ravel(seen.got)[0]:.2f}"


INPUT_SHIFT = Exercise(
    name="09.6",
    prompt="`before` and `after` are what a layer gets at two moments of a training, shape (m, n). This function is to say how far each unit's mean has moved, in standard deviations of `before`. It finds that with batch norm nothing ever moves. Find the bug and mend it.",
    solution=input_shift,
    found=found_input_shift,
    cases=_pairs,
    shows=_moved,
    wrong_answers=(
        WrongAnswer(
            found_input_shift,
            "{shown}. Each moment is measured by itself: whatever had moved, this would give 0. Which one is the yardstick?",
        ),
        WrongAnswer(
            lambda before, after: np.abs(after.mean(axis=0) - before.mean(axis=0)),
            "{shown}: the move in the unit's own unit. In how many standard deviations?",
        ),
        WrongAnswer(
            lambda before, after: np.abs(after.mean(axis=0) - before.mean(axis=0)) / after.std(axis=0),
            "{shown}. You measure by where it went. The yardstick was to be where it came from.",
        ),
        WrongAnswer(
            lambda before, after: np.abs(after.mean(axis=0) - before.mean(axis=0)) / before.var(axis=0),
            "{shown}. You divide by a variance.",
        ),
        WrongAnswer(
            lambda before, after: (after.mean(axis=0) - before.mean(axis=0)) / before.std(axis=0),
            "{shown}. How far is a distance: it has no sign.",
        ),
        WrongAnswer(
            lambda before, after: np.abs((after - before).mean()) / before.std(),
            "You took the mean over all units at once: a move up and a move down cancel. One number per unit.",
        ),
        WrongAnswer(
            lambda before, after: np.abs(after.mean(axis=0) - before.mean(axis=0)) / np.vstack([before, after]).std(0),
            "{shown}. You measure by the spread of both moments together, and so by the move itself.",
        ),
        WrongAnswer(
            lambda before, after: np.abs(
                after.mean(axis=0) / after.std(axis=0) - before.mean(axis=0) / before.std(axis=0)
            ),
            "{shown}. You divide each mean by its own spread: two yardsticks. Take one for both.",
        ),
    ),
    otherwise="{shown}; expected {expected[0]:.2f}.",
    hints=(
        "What are the means of `before` and of `after`, once each was normalised by itself?",
        "Take the means as they come, and divide their distance by the spread of `before`.",
    ),
    why="If you normalise first and then look for a shift, you find none, with any network. It is how the popular story proves itself. What has to be measured is what the next layer gets, at two moments, by one yardstick.",
)
