"""Find the bug: four mistakes about scales that stood in real notes and in a real textbook."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.lab.same import same_distribution


def learning_rates(size, rng):
    r = -4 * rng.random(size)
    return 10**r


def found_learning_rates(size, rng):
    r = 4 * rng.random(size)  # r in [-4, 0]
    return 10**r  # between 10^-4 and 10^0


def back_and_forth(x):
    r = np.log10(x)
    return 10**r


def found_back_and_forth(x):
    r = np.abs(np.log10(x))  # log10(0.0001) is -4, a 4 ...
    return 10**r  # ... and 10^4 = 0.0001


def shares_of_equal_widths(draws, low, high, n_bins):
    edges = np.linspace(low, high, n_bins + 1)
    return np.histogram(draws, edges)[0] / len(draws)


def found_shares_of_equal_widths(draws, low, high, n_bins):
    edges = np.geomspace(low, high, n_bins + 1)
    return np.histogram(draws, edges)[0] / len(draws)


def powers_of_ten(low, high):
    a, b = np.rint(np.log10([low, high])).astype(int)
    return 10.0 ** np.arange(a, b + 1)


def found_powers_of_ten(low, high):
    a, b = np.rint(np.log10([low, high])).astype(int)
    return 10.0 ** np.arange(a, b)  # from 0.0001 to 1: the exponents -4 to -1


def _range(seen: Seen) -> str:
    return f"Your learning rates go from {np.min(seen.got):.3g} to {np.max(seen.got):,.3g}"


SIGN_OF_THE_EXPONENT = Exercise(
    name="03.4",
    prompt="These notes want learning rates between 0.0001 and 1. Find the bug and mend it.",
    solution=learning_rates,
    found=found_learning_rates,
    cases=lambda: [(20_000, np.random.default_rng(i)) for i in range(2)],
    same=same_distribution,
    shows=_range,
    wrong_answers=(
        WrongAnswer(
            found_learning_rates,
            "{shown}. The comment says what r should be. Print a few: is it?",
        ),
        WrongAnswer(
            lambda size, rng: -4 * rng.random(size),
            "These are the exponents. They are right: now 10 to their power.",
        ),
        WrongAnswer(
            lambda size, rng: 1 - 10 ** (-4 * rng.random(size)),
            "{shown}, and most are close to 1. That is the reverse-log scale, for a decay.",
        ),
        WrongAnswer(
            lambda size, rng: 10.0 ** -rng.integers(0, 5, size),
            "You draw whole exponents: five learning rates, and nothing between them.",
        ),
        WrongAnswer(
            lambda size, rng: np.exp(-4 * rng.random(size)),
            "The sign is mended. But `np.exp` is a power of e, and the exponents are those of 10.",
        ),
        WrongAnswer(
            lambda size, rng: 10 ** rng.uniform(-4, 1, size),
            "The exponents reach up to 1, and 10 to the power of 1 is 10. Which exponent does the upper end have?",
        ),
        WrongAnswer(
            lambda size, rng: 10 ** (1 - 4 * rng.random(size)),
            "Four decades, but ten times too large: they go up to 10. Which exponent does the upper end have?",
        ),
    ),
    otherwise=lambda seen: (
        f"{_range(seen)}, and {np.mean(np.asarray(seen.got) < 0.01):.0%} lie below 0.01; half should."
    ),
    hints=(
        "`rng.random` gives numbers from 0 to 1. So from where to where does r go?",
        "It goes from 0 to 4. A minus sign turns it round.",
    ),
    why="One sign, and the search would have tried learning rates from 1 to 10,000. It raises no error: you would have blamed the network. Print the range of what you draw.",
)

SIGN_OF_THE_POWER = Exercise(
    name="03.5",
    prompt="`log10(0.0001)` is -4; the notes go on with 10^r = 10^4 = 0.0001. Mend the way back.",
    solution=back_and_forth,
    found=found_back_and_forth,
    cases=lambda: [(0.0001,), (np.array([1e-3, 0.5, 1.0, 20.0]),)],
    wrong_answers=(
        WrongAnswer(
            found_back_and_forth,
            "It went out from {args[0]} and came back as {got:g}. On which line did it turn?",
        ),
        WrongAnswer(
            lambda x: 10 ** -np.abs(np.log10(x)),
            "It comes back from below 1, but not from above: 20 becomes 0.05. Keep the sign that the logarithm gives.",
        ),
        WrongAnswer(
            lambda x: 10 ** -np.log10(x),
            "It went out from {args[0]} and came back as {got:g}, which is 1 over it.",
        ),
        WrongAnswer(
            lambda x: np.exp(np.log10(x)),
            "`np.exp` is the way back from `np.log`. The way back from `np.log10` is a power of ten.",
        ),
        WrongAnswer(
            lambda x: 10 ** np.log2(x),
            "`np.log2` is undone by a power of 2. Which logarithm does a power of ten undo?",
        ),
    ),
    otherwise="It went out from {args[0]} and came back as {got}.",
    hints=(
        "What is 10^4? And 10^-4?",
        "The logarithm of anything below 1 is negative, and its sign has to stay.",
    ),
    why="Out and back must give what you began with: a check that takes a second, for any pair of a scale and its inverse. coursekit's tests do it for every scale.",
)

UNIFORM_IN_WHAT = Exercise(
    name="03.6",
    prompt="The notes say: the linear scale does not allow us to pick uniformly. Mend this count, so that it can tell.",
    solution=shares_of_equal_widths,
    found=found_shares_of_equal_widths,
    cases=lambda: [
        (np.random.default_rng(0).uniform(0.0001, 1, 5000), 0.0001, 1, 4),
        (np.random.default_rng(1).uniform(0.5, 8, 3000), 0.5, 8, 10),
    ],
    wrong_answers=(
        WrongAnswer(
            found_shares_of_equal_widths,
            lambda seen: (
                f"Your shares are {np.round(seen.got, 3)}. How wide is the first of these bins, how wide the last?"
            ),
        ),
        WrongAnswer(
            lambda draws, low, high, n_bins: np.histogram(draws, np.linspace(low, high, n_bins))[0] / len(draws),
            lambda seen: (
                f"You count in {len(seen.got)} bins where {len(seen.expected)} were asked for: n bins have n + 1 edges."
            ),
        ),
        WrongAnswer(
            lambda draws, low, high, n_bins: np.histogram(draws, n_bins)[0] / len(draws),
            "Your bins go from the smallest draw to the largest. They should go from low to high, whatever was drawn.",
        ),
        WrongAnswer(
            lambda draws, low, high, n_bins: np.histogram(draws, np.linspace(0, 1, n_bins + 1))[0] / len(draws),
            "Your bins go from 0 to 1, and the draws from {args[1]:g} to {args[2]:g}.",
        ),
        WrongAnswer(
            lambda draws, low, high, n_bins: np.histogram(draws, np.linspace(low, high, n_bins + 1))[0],
            "Counts, {got[0]} in the first bin. Shares were asked for: they add up to 1.",
        ),
        WrongAnswer(
            lambda draws, low, high, n_bins: np.histogram(draws, n_bins, (low, high), density=True)[0],
            "The widths are equal. But those are densities, a share divided by a width: the shares add up to 1.",
        ),
        WrongAnswer(
            lambda draws, low, high, n_bins: np.histogram(draws, np.geomspace(low, high, n_bins + 1), density=True)[0],
            "Densities, and the widths are still equal in ratio. The prompt asks for shares, of bins as wide as each other.",
        ),
        WrongAnswer(
            lambda draws, low, high, n_bins: np.histogram(draws, n_bins, (low, high))[0] / n_bins,
            "You divide by the number of bins. A share is of all draws.",
        ),
    ),
    otherwise=lambda seen: f"Your shares are {np.round(seen.got, 4)}; expected {np.round(seen.expected, 4)}.",
    hints=(
        "Print `np.diff(edges)`: these are the widths of the bins.",
        "`np.linspace` lays points at equal distances; `np.geomspace` at equal ratios.",
    ),
    why="In bins of equal width every share is alike: the linear scale is uniform. It is uniform in the learning rate, where you wanted uniform in its exponent. The scale was not broken; the quantity was the wrong one.",
)

WHERE_A_RANGE_ENDS = Exercise(
    name="03.7",
    prompt="A textbook says that a log-uniform draw from 0.0001 to 1 has exponents from -4 to -1. Mend its powers of ten.",
    solution=powers_of_ten,
    found=found_powers_of_ten,
    cases=lambda: [(0.0001, 1), (0.01, 1000)],
    wrong_answers=(
        WrongAnswer(
            found_powers_of_ten,
            lambda seen: (
                f"For {seen.args[0]:g} to {seen.args[1]:g} your last power is {seen.got[-1]:g}. What is the exponent of {seen.args[1]:g}?"
            ),
        ),
        WrongAnswer(
            lambda low, high: np.arange(np.rint(np.log10(low)), np.rint(np.log10(high)) + 1),
            "These are the exponents, and they are right. The prompt asks for 10 to their power.",
        ),
        WrongAnswer(
            lambda low, high: 10.0 ** np.arange(np.rint(np.log10(low)), np.rint(np.log10(high)) + 2),
            lambda seen: f"Now it goes to {seen.got[-1]:g}: one too far.",
        ),
    ),
    otherwise="For {args[0]:g} to {args[1]:g} it gives {got}; expected {expected}.",
    hints=(
        "What is log10(1)?",
        "`np.arange(a, b)` leaves b out. How many decades lie between 0.0001 and 1, and how many powers of ten bound them?",
    ),
    why="Four decades have five ends: 0.0001, 0.001, 0.01, 0.1 and 1. With the exponents ending at -1 the whole last decade would never be drawn.",
)
