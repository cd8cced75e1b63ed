"""Find the bug: a grid on the wrong scale, and a random search that is a grid in disguise."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.lab.same import same_distribution


def learning_rate_grid(low, high, n):
    u = (np.arange(n) + 0.5) / n  # the midpoints of n cells
    return low * (high / low) ** u


def found_learning_rate_grid(low, high, n):
    u = (np.arange(n) + 0.5) / n  # the midpoints of n cells
    return low + (high - low) * u


def random_points(n, rng):
    return np.array([(rng.random(), rng.random()) for _ in range(n)])


def found_random_points(n, rng):
    side = round(n**0.5)
    first, second = rng.random(side), rng.random(side)
    return np.array([(u, v) for u in first for v in second])  # n points, all of them random


def _same_cloud(got: object, expected: object) -> bool:
    """Whether two clouds of points may come from one distribution, and repeat their values as often."""
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape or got.ndim != 2:
        return False
    views = [(cloud[:, 0], cloud[:, 1], cloud.sum(axis=1), cloud[:, 0] - cloud[:, 1]) for cloud in (got, expected)]
    counts = [tuple(len(np.unique(column)) for column in cloud.T) for cloud in (got, expected)]
    return counts[0] == counts[1] and all(same_distribution(*pair) for pair in zip(*views, strict=True))


def _values(seen: Seen) -> str:
    first, second = (len(np.unique(column)) for column in np.asarray(seen.got).T)
    return f"{len(seen.got):,} points, with {first:,} different values on the first axis and {second:,} on the second"


def _rates(seen: Seen) -> str:
    low, high, n = seen.args
    return f"Asked for {n} rates from {low:g} to {high:g}, it gives {', '.join(f'{rate:.2g}' for rate in seen.got)}"


GRID_ON_THE_WRONG_SCALE = Exercise(
    name="02.4",
    prompt="A grid of midpoints for a learning rate over several decades. It tries almost nothing but large rates. Find the bug and mend it.",
    solution=learning_rate_grid,
    found=found_learning_rate_grid,
    cases=lambda: [(1e-4, 1, 5), (1e-5, 0.1, 4), (0.01, 10, 3)],
    shows=_rates,
    wrong_answers=(
        WrongAnswer(
            found_learning_rate_grid,
            lambda seen: (
                f"{_rates(seen)}: {np.mean(seen.got >= seen.args[1] / 10):.0%} lie in the last decade. What should be even about them, the differences or the ratios?"
            ),
        ),
        WrongAnswer(
            np.geomspace,
            "{shown}. Even in ratio, but with both ends: the cells' midpoints were asked for.",
        ),
        WrongAnswer(
            lambda low, high, n: (np.geomspace(low, high, n + 1)[1:] + np.geomspace(low, high, n + 1)[:-1]) / 2,
            "{shown}. The cells are even in ratio now, but you take their middle by difference: within a decade that is 5.5 times the low end. Where is the middle by ratio?",
        ),
        WrongAnswer(
            lambda low, high, n: np.log10(low) + np.log10(high / low) * (np.arange(n) + 0.5) / n,
            "{shown}. These are the exponents.",
        ),
        WrongAnswer(
            lambda low, high, n: (high / low) ** ((np.arange(n) + 0.5) / n),
            "{shown}. The ratios are even; where does the range begin?",
        ),
        WrongAnswer(
            np.linspace,
            "{shown}. Now it has both ends, and is as even in difference as before.",
        ),
        WrongAnswer(
            lambda low, high, n: 10 ** (np.log(low) + np.log(high / low) * (np.arange(n) + 0.5) / n),
            "{shown}. You go out with one logarithm and come back with the power of another.",
        ),
        WrongAnswer(
            lambda low, high, n: low * (high / low) * (np.arange(n) + 0.5) / n,
            "{shown}. You multiply by the ratio's share. By which power of the ratio does it grow?",
        ),
        WrongAnswer(
            lambda low, high, n: low * (high / low) ** (np.arange(n) / n),
            "{shown}. The ratios are even, and you take the low end of each cell, not its middle.",
        ),
        WrongAnswer(
            np.logspace,
            "{shown}: `np.logspace` takes exponents for its ends. And it has both ends; the cells' midpoints were asked for.",
        ),
    ),
    otherwise=lambda seen: f"{_rates(seen)}; expected {', '.join(f'{rate:.2g}' for rate in seen.expected)}.",
    hints=(
        "Print the grid for 0.0001 to 1. How many of the rates are below 0.1?",
        "u is even from 0 to 1. At u = 0 the rate should be low, at u = 1 high, and equal steps of u should multiply.",
        "From low to high the rate grows by a factor of `high / low`. By which factor does it grow up to u?",
    ),
    why="A grid obeys the scale as random draws do, and suffers more from a wrong one: with five values it has nothing to fall back on. `LogScale(low, high).grid(n)` is this function.",
)

GRID_IN_DISGUISE = Exercise(
    name="02.5",
    prompt="Random search, says the comment, n points of it, n a square number. Yet it tries few values. Mend it.",
    solution=random_points,
    found=found_random_points,
    cases=lambda: [(n, np.random.default_rng(n)) for n in (10_000, 22_500)],
    same=_same_cloud,
    shows=_values,
    wrong_answers=(
        WrongAnswer(
            found_random_points,
            "{shown}. Where does the number of values shrink?",
        ),
        WrongAnswer(
            lambda n, rng: np.repeat(rng.random((n, 1)), 2, axis=1),
            "{shown}: that is mended. But the two values of a point are the same number, {got[0][0]:.3f} and {got[0][1]:.3f} for instance: all lie on the diagonal.",
        ),
        WrongAnswer(
            lambda n, rng: np.column_stack([np.sort(rng.random(n)), np.sort(rng.random(n))]),
            "{shown}. But small first values come with small second ones: the points lie along the diagonal. Were they sorted?",
        ),
        WrongAnswer(
            lambda n, rng: rng.random((2, n)),
            lambda seen: (
                f"The numbers are random and enough, in {np.shape(seen.got)[0]} rows. A row is to be a point again."
            ),
        ),
        WrongAnswer(
            lambda n, rng: rng.random((round(n**0.5), 2)),
            lambda seen: f"{len(seen.got):,} points, where {seen.args[0]:,} were asked for.",
        ),
    ),
    otherwise=lambda seen: (
        f"{_values(seen)}; the means are {np.mean(seen.got, axis=0).round(2)}, the correlation of the two is {np.corrcoef(np.asarray(seen.got).T)[0, 1]:.2f}. Expected are {seen.args[0]:,} values on each, means of 0.5 and no correlation."
    ),
    hints=(
        "How many numbers does it draw altogether? How many does a random search of n points need?",
        "Each point needs two draws of its own. Which shape has an array of them all?",
    ),
    why="All combinations of random values are still a grid, with crooked lines: its shadows are as thin. What makes a search random is that every trial draws its own values.",
)
