"""Grid and random: to predict, to count what a search tries, and to say how many trials are enough."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer


def distinct_values(points):
    return np.array([len(np.unique(column)) for column in points.T])


def largest_gap(points, optima):
    steps = optima[:, None] - points
    distances = np.sqrt(np.sum(steps**2, axis=-1))
    return distances.min(axis=1).max()


def trials_needed(q, chance):
    return int(np.ceil(np.log(1 - chance) / np.log(1 - q)))


def _grid(*counts):
    axes = np.meshgrid(*((np.arange(n) + 0.5) / n for n in counts), indexing="ij")
    return np.stack(axes, axis=-1).reshape(-1, len(counts))


def _searches():
    rng = np.random.default_rng(2)
    return [(_grid(3, 4),), (rng.random((7, 3)),), (np.column_stack([rng.random(6), np.full(6, 0.5)]),)]


def _gaps():
    rng = np.random.default_rng(3)
    return [(_grid(3, 4), rng.random((50, 2))), (rng.random((9, 3)), rng.random((40, 3))),
            (rng.random((5, 2)), rng.random((8, 2)))]  # fmt: skip


def _of_twelve(seen: Seen) -> str:
    return f"For a grid of 3 x 4, {len(seen.args[0])} points of shape {seen.args[0].shape}, it gives {seen.got}"


DISTINCT_VALUES = Exercise(
    name="02.1",
    prompt="Write `distinct_values(points)`: how many different values a search tries on each axis. `points` has a row for each trial, and a column for each hyperparameter.",
    solution=distinct_values,
    cases=_searches,
    shows=_of_twelve,
    wrong_answers=(
        WrongAnswer(
            lambda points: np.full(points.shape[1], len(points)),
            "{shown}. That is the number of trials. How many of them share a value?",
        ),
        WrongAnswer(
            lambda points: len(np.unique(points, axis=0)),
            "{shown}: these are different *points*. Look at one axis at a time.",
        ),
        WrongAnswer(
            lambda points: len(np.unique(points)),
            "{shown}, a single number for all axes together. Return one number per axis.",
        ),
        WrongAnswer(
            lambda points: np.array([len(np.unique(row)) for row in points]),
            "You count within each row: these are the values of one trial. An axis is a column.",
        ),
        WrongAnswer(
            lambda points: np.full(points.shape[1], round(len(points) ** (1 / points.shape[1]))),
            "{shown}. A root is right for a square grid alone. Count what is there.",
        ),
    ),
    otherwise="For points of shape {args[0].shape} it gives {got}; expected {expected}.",
    hints=(
        "The shadow of the points on an axis is a column of `points`.",
        "`np.unique` drops what comes twice; the rows of `points.T` are the axes.",
    ),
    why="A grid of 12 has 3 and 4; random draws have as many as there are trials, on every axis at once. And an axis on which nothing moved says 1: print this before you start an expensive search.",
)

LARGEST_GAP = Exercise(
    name="02.2",
    prompt="Write `largest_gap(points, optima)`: how far the nearest point is from the optimum, for the unluckiest of the optima. Both arrays have one row per point.",
    solution=largest_gap,
    cases=_gaps,
    wrong_answers=(
        WrongAnswer(
            lambda points, optima: np.linalg.norm(optima[:, None] - points, axis=-1).min(axis=1).mean(),
            "{got:.3f} is the average over the optima. Which one is the unluckiest?",
        ),
        WrongAnswer(
            lambda points, optima: np.linalg.norm(optima[:, None] - points, axis=-1).max(),
            "{got:.3f} is the way to the *farthest* point. A search is judged by its nearest.",
        ),
        WrongAnswer(
            lambda points, optima: np.linalg.norm(optima[:, None] - points, axis=-1).min(),
            "{got:.3f} is the luckiest optimum of all. It is the unluckiest that is wanted.",
        ),
        WrongAnswer(
            lambda points, optima: np.linalg.norm(optima[:, None] - points, axis=-1).min(axis=0).max(),
            "You ask of each point how near the nearest optimum is. Ask of each optimum how near the nearest point is.",
        ),
        WrongAnswer(
            lambda points, optima: np.linalg.norm(optima[:, None] - points, axis=-1).max(axis=0).min(),
            "You take the farthest optimum of each point first. First comes the nearest point of each optimum.",
        ),
        WrongAnswer(
            lambda points, optima: np.sum((optima[:, None] - points) ** 2, axis=-1).min(axis=1).max(),
            "{got:.4f} is a squared distance.",
        ),
        WrongAnswer(
            lambda points, optima: np.abs(optima[:, None] - points).sum(axis=-1).min(axis=1).max(),
            "You add the steps along the axes, as a taxi drives. The distance is the root of the sum of their squares.",
        ),
        WrongAnswer(
            lambda points, optima: np.sqrt(np.sum((optima[:, None] - points) ** 2, axis=-1)).max(axis=1).min(),
            "You take the farthest point of each optimum, and then the luckiest optimum: largest and smallest have changed places.",
        ),
        WrongAnswer(
            lambda points, optima: np.abs(optima[:, None] - points).max(axis=-1).min(axis=1).max(),
            "You take the longest step along an axis. The distance is the root of the sum of the squares of all.",
        ),
    ),
    otherwise=lambda seen: f"It gives {np.ravel(seen.got)[0]:.4f}; expected {seen.expected:.4f}.",
    hints=(
        "First all distances: `optima[:, None] - points` has an axis for the optima, one for the points, one for the coordinates.",
        "Then two steps in this order: the smallest over the points, the largest over the optima.",
    ),
    why="This is the promise of a layout: nowhere is the best setting farther away than that. Sorted by promise, the midpoint grid comes first, because its cells are equal, and random last, because chance leaves holes.",
)

TRIALS_NEEDED = Exercise(
    name="02.3",
    prompt="Write `trials_needed(q, chance)`: the smallest whole number of random trials with at least this chance for one among the best share q.",
    solution=trials_needed,
    cases=lambda: [(0.05, 0.95), (0.01, 0.99), (0.1, 0.5), (0.5, 0.75), (0.3, 0.2)],
    wrong_answers=(
        WrongAnswer(
            lambda q, chance: int(np.ceil(chance / q)),
            "{got} trials, each with a chance of {args[0]}: you add the chances up. Two trials may both be good, and then one of them is counted for nothing. What is the chance that *none* is good?",
        ),
        WrongAnswer(
            lambda q, chance: int(np.ceil(1 / q)),
            lambda seen: (
                f"After {seen.got} trials *one* is good on average, but {(1 - seen.args[0]) ** seen.got:.0%} of such searches have none. The chance that is asked for does not appear in your answer."
            ),
        ),
        WrongAnswer(
            lambda q, chance: int(np.log(1 - chance) / np.log(1 - q)),
            lambda seen: (
                f"With {seen.got} trials the chance is {1 - (1 - seen.args[0]) ** seen.got:.4f}, a little too small. Which way must you round?"
            ),
        ),
        WrongAnswer(
            lambda q, chance: round(np.log(1 - chance) / np.log(1 - q)),
            lambda seen: (
                f"With {seen.got} trials the chance is {1 - (1 - seen.args[0]) ** seen.got:.4f}, not yet {seen.args[1]}. The nearest whole number may be too small."
            ),
        ),
        WrongAnswer(
            lambda q, chance: int(np.log(1 - chance) / np.log(1 - q)) + 1,
            "For q = {args[0]} and a chance of {args[1]} {got} trials are one too many: {expected} give it exactly. When does rounding up add nothing?",
        ),
        WrongAnswer(
            lambda q, chance: np.log(1 - chance) / np.log(1 - q),
            "{got:.2f}: the right equation. But a search has a whole number of trials.",
        ),
        WrongAnswer(
            lambda q, chance: int(np.ceil(np.log(1 - q) / np.log(1 - chance))),
            "{got} for q = {args[0]}: which logarithm belongs above the line?",
        ),
        WrongAnswer(
            lambda q, chance: int(np.ceil(np.log(1 - chance) / np.log(q))),
            "{got} for q = {args[0]}. It is the chance to *miss* that is raised to the power n.",
        ),
        WrongAnswer(
            lambda q, chance: int(np.ceil(np.log(chance) / np.log(1 - q))),
            "{got} for q = {args[0]}: after so many, *all* have missed with a chance of {args[1]}.",
        ),
        WrongAnswer(
            lambda q, chance: int(np.ceil(-np.log(1 - chance) / q)),
            "{got} for q = {args[0]:g}: you take q for -log(1 - q). They are alike for a small q, but not the same.",
        ),
    ),
    otherwise=lambda seen: (
        f"For q = {seen.args[0]} and a chance of {seen.args[1]} it gives {np.ravel(seen.got)[0]:g}; expected {seen.expected}."
    ),
    hints=(
        "One trial misses with the chance 1 - q. What is the chance that n trials all miss?",
        "That chance, (1 - q)^n, may be at most 1 - chance. Take logarithms on both sides.",
        "`np.ceil` rounds up.",
    ),
    why="59 trials for the best 5% with 95%, whatever the number of hyperparameters: the formula does not know how many there are. It does not know either how good the best 5% are.",
)

HOW_MANY_VALUES = Prediction(
    name="02.a",
    question="Two searches of 25 trials each, over a learning rate and one more hyperparameter. One is a grid of 5 x 5, the other draws at random. How many different learning rates does each try?",
    options=("grid 25, random 25", "grid 5, random 5", "grid 5, random 25", "grid 25, random about 16"),
    answer="grid 5, random 25",
    why="The grid repeats each learning rate five times, once for each value of the other. A random draw repeats nothing. All 25 *settings* of the grid are different, and that is what misleads.",
)

ONE_MATTERS = Prediction(
    name="02.b",
    question="Only the first of the two matters, and you don't know where its best value lies. In how many of 20,000 such searches does random come closer to it than the grid of midpoints?",
    options=("about half", "about 65%", "about 80%", "all"),
    answer="about 80%",
    why="25 values against 5: random leaves smaller gaps, and wins four times in five. Not always: now and then the best value lies next to one of the grid's five, or in a hole that chance has left.",
)

BOTH_MATTER = Prediction(
    name="02.c",
    question="Now both matter equally. The grid is the one of cell midpoints. Who comes closer to the best setting?",
    options=("random in about 80%", "random in about 65%", "it is a draw", "the grid in about 65%"),
    answer="the grid in about 65%",
    why="Now all 25 points of the grid count, and they are spread better than chance spreads them: random points clump, and leave holes. What the lectures show is one end of the story, and this is the other.",
)

SIX_HYPERPARAMETERS = Prediction(
    name="02.d",
    question="Six hyperparameters, all equally important, and 64 trials: a grid has two values on each axis. Which grid comes closer to the best setting than random, most of the time?",
    options=("both grids", "only the midpoints, 0.25 and 0.75", "only the ends, 0 and 1", "neither"),
    answer="only the midpoints, 0.25 and 0.75",
    why="With two values, a grid with ends tries nothing but corners, and in six dimensions the corners are far from nearly everything. The midpoints of the halves are never far away.",
)

ON_DIGITS = Prediction(
    name="02.e",
    question="Real digits, Adam, 25 trials each: a learning rate over four decades, and Adam's beta1, which hardly matters. How often does the random search end with a better network than the grid of midpoints?",
    options=("in about 80%", "in about 65%", "in about half", "in about a third"),
    answer="in about half",
    why="It is the case of the lectures, and still a draw. Good learning rates span about a decade here, so that one of five values always falls among them; and a score from a single training moves by a point with the seed.",
)

BEST_OF_TWENTY = Prediction(
    name="02.f",
    question="You want one trial among the best 5% of all settings, with a chance of 95%. How many random trials does that take, with two hyperparameters? And with six?",
    options=("20, and 20", "59, and 59", "59, and 3 x 59", "19 x 19, and 19 to the power of 6"),
    answer="59, and 59",
    why="A draw is among the best 5% with a chance of 5%, however many hyperparameters it has. 20 draws are enough for one hit *on average*, yet 36% of such searches have none.",
)
