"""Tune a real network: who has won, and by how much more than chance."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer


def pick(scores, retrain, n_finalists):
    finalists = np.argsort(-scores)[:n_finalists]
    means = [np.mean([retrain(i, seed) for seed in range(5)]) for i in finalists]
    return int(finalists[np.argmax(means)])


def _by(retrain, finalists, mean, seeds=range(5)):
    values = [mean([retrain(i, seed) for seed in seeds]) for i in finalists]
    return int(finalists[int(np.argmax(values))])


def _failed_first(scores, retrain, n_finalists):
    return _by(retrain, np.argsort(scores)[::-1][:n_finalists], np.mean)


def _position(scores, retrain, n_finalists):
    finalists = np.argsort(-scores)[:n_finalists]
    return int(np.argmax([np.mean([retrain(i, seed) for seed in range(5)]) for i in finalists]))


def _with_the_first(scores, retrain, n_finalists):
    finalists = np.argsort(-scores)[:n_finalists]
    means = [np.mean([scores[i], *(retrain(i, seed) for seed in range(5))]) for i in finalists]
    return int(finalists[np.argmax(means)])


def _cases():
    nan = np.nan
    new = [
        [[0.90, 0.90, 0.91, 0.89, 0.90], [0.95, 0.92, 0.92, 0.91, 0.93], [0.93, 0.945, 0.945, 0.94, 0.945],
         [0.1] * 5, [0.60, 0.61, 0.59, 0.60, 0.62]],
        [[0.99] * 5, [0.94, 0.95, 0.94, 0.93, 0.94], [0.93, 0.96, 0.92, 0.92, 0.92], [0.995] * 5,
         [0.93, 0.92, 0.925, 0.925, 0.925], [0.925] * 5],
        [[0.85] * 5, [0.70] * 5, [0.88, 0.84, 0.86, 0.90, 0.82], [0.86, 0.87, 0.86, 0.87, 0.865]],
        [[0.93, 0.92, 0.92, 0.92, 0.80], [0.85, 0.88, 0.88, 0.99, 0.99], [0.80, 0.925, 0.925, 0.925, 0.86],
         [0.90] * 5, [0.95] * 5],
        [[0.70] * 5, [0.90] * 5, [0.80] * 5, [0.95] * 5],
    ]  # fmt: skip

    def trainer(table):
        return lambda i, seed: table[i][seed]

    scores = (
        [0.91, 0.97, 0.95, nan, 0.60], [nan, 0.950, 0.940, 0.80, 0.955, 0.93], [0.70, 0.72, 0.97, 0.88],
        [0.94, 0.93, 0.92, 0.91, 0.90], [0.90, 0.80, 0.85, 0.70],
    )  # fmt: skip
    return [(np.array(first), trainer(table), n) for first, table, n in zip(scores, new, (3, 3, 2, 4, 3), strict=True)]


def _picked(seen: Seen) -> str:
    return f"Of the scores {np.round(seen.args[0], 3)} you pick trial {np.asarray(seen.got)}"


PICK = Exercise(
    name="15.3",
    prompt="Write `pick(scores, retrain, n_finalists)`: the number of the trial to keep. `scores` has a score for each trial, nan for one that failed. Train the `n_finalists` best five times again: `retrain(i, seed)` returns the score of trial i with one of the new seeds 0 to 4. Keep the one with the highest mean of its new scores.",
    solution=pick,
    cases=_cases,
    shows=_picked,
    wrong_answers=(
        WrongAnswer(
            lambda scores, retrain, n_finalists: int(np.nanargmax(scores)),
            "{shown}, the best single score. The best of many is a lucky one; what is `retrain` for?",
        ),
        WrongAnswer(
            lambda scores, retrain, n_finalists: int(np.argmax(scores)),
            "{shown}: `np.argmax` takes nan for the largest of all, and that trial has failed.",
        ),
        WrongAnswer(
            _failed_first,
            "{shown}. `np.argsort` puts nan last, and you turn the order round: the failed trials come first. Print your finalists.",
        ),
        WrongAnswer(
            lambda scores, retrain, n: _by(retrain, np.argsort(-scores)[:n], np.max),
            "{shown}: of its new scores you took the luckiest. That is the winner's curse (lesson 04) in small; what does a setting give you on average?",
        ),
        WrongAnswer(
            _position,
            "You return {got}: the place among the finalists. Which trial stands there? They are sorted.",
        ),
        WrongAnswer(
            lambda scores, retrain, n: _by(retrain, np.arange(len(scores)), np.mean),
            lambda seen: (
                f"{_picked(seen)}: you trained all {len(seen.args[0])} again, which costs more than the search. Only the {seen.args[2]} best go on."
            ),
        ),
        WrongAnswer(
            lambda scores, retrain, n: _by(retrain, np.argsort(-scores)[:n], np.mean, range(1)),
            "{shown}, by one new score each: that is luck again. Use all five seeds.",
        ),
        WrongAnswer(
            lambda scores, retrain, n: _by(retrain, np.argsort(-scores)[:n], np.mean, range(4)),
            "{shown}. Its mean is the highest as long as a seed is left out: take all five.",
        ),
        WrongAnswer(
            lambda scores, retrain, n: _by(retrain, np.argsort(-scores)[:n], np.median),
            "{shown}: of its new scores you took the middle one. What does a setting give you on average, its best and its worst seed included?",
        ),
        WrongAnswer(
            lambda scores, retrain, n: _by(retrain, np.argsort(-scores)[:n], np.min),
            "{shown}: of its new scores you took the unluckiest. One bad seed is luck as well; what does a setting give you on average?",
        ),
        WrongAnswer(
            lambda scores, retrain, n: _by(retrain, np.argsort(-scores)[: n + 1], np.mean),
            "{shown}. It is none of the {args[2]} best: how many finalists do you train again?",
        ),
        WrongAnswer(
            _with_the_first,
            "{shown}. Among its scores you count the first one, by which it got into the final: that one is flattered.",
        ),
        WrongAnswer(
            lambda scores, retrain, n_finalists: max(
                np.mean([retrain(int(i), seed) for seed in range(5)])
                for i in np.argsort(np.where(np.isnan(scores), np.inf, -scores))[:n_finalists]
            ),
            "That is the highest mean, and the right one. Which trial has it?",
        ),
        WrongAnswer(
            lambda scores, retrain, n_finalists: pick(scores, retrain, 2),
            "{shown}: you train the two best again. How many are asked for stands in `n_finalists`.",
        ),
    ),
    otherwise="{shown}; expected trial {expected}.",
    hints=(
        "Who are the finalists? `np.argsort(-scores)` puts the best first, and nan last.",
        "For each of them, the mean of `retrain(i, seed)` over the seeds 0 to 4.",
        "`np.argmax` of the means is a place among the finalists; the answer is the trial that stands there.",
    ),
    why="The search proposes, new seeds decide. It costs five trainings more for each finalist. The winner's new mean flatters by a third of what its first score does, as it won by it: what you may believe is the test set.",
)


def compare(a, b):
    gaps = a - b
    return np.mean(gaps), np.std(gaps, ddof=1) / np.sqrt(len(gaps))


COMPARE = Exercise(
    name="15.4",
    prompt="Two ways to search, `a` and `b`, have each been tried on the same splits of the digits: `a[i]` and `b[i]` are what they reached on split i. Write `compare(a, b)`: the mean of a's lead over b, and the standard error of this mean (the standard deviation with `ddof=1`, over the square root of the number of splits).",
    solution=compare,
    cases=lambda: [
        (np.array([0.95, 0.97, 0.93, 0.96]), np.array([0.94, 0.95, 0.93, 0.94])),
        (np.array([0.90, 0.99, 0.95, 0.93, 0.92]), np.array([0.92, 0.97, 0.96, 0.90, 0.95])),
    ],
    wrong_answers=(
        WrongAnswer(
            lambda a, b: (np.mean(a - b), np.sqrt((np.var(a, ddof=1) + np.var(b, ddof=1)) / len(a))),
            "Your standard error is {got[1]:.4f}: as if each way had had splits of its own. A split that is hard for one is hard for the other, and that cancels if you subtract split by split.",
        ),
        WrongAnswer(
            lambda a, b: (np.mean(a - b), np.std(a - b, ddof=1)),
            lambda seen: (
                f"{seen.got[1]:.4f} is how far the lead moves from split to split. The mean of {len(seen.args[0])} moves less."
            ),
        ),
        WrongAnswer(
            lambda a, b: (np.mean(a - b), np.std(a - b) / np.sqrt(len(a))),
            "{got[1]:.4f} is a little too small: `np.std` divides by n unless you say `ddof=1`.",
        ),
        WrongAnswer(
            lambda a, b: (np.mean(b - a), np.std(b - a, ddof=1) / np.sqrt(len(a))),
            lambda seen: f"Here a leads by {-seen.got[0]:.4f}; you say {seen.got[0]:.4f}. Whose lead is asked for?",
        ),
        WrongAnswer(
            lambda a, b: (np.max(a) - np.max(b), np.std(a - b, ddof=1) / np.sqrt(len(a))),
            "You compare the luckiest split of each. The lead is a mean over all.",
        ),
        WrongAnswer(
            lambda a, b: (np.mean(np.abs(a - b)), np.std(np.abs(a - b), ddof=1) / np.sqrt(len(a))),
            "You took the leads without their signs. Where b is ahead, a's lead is below 0, and counts against it.",
        ),
        WrongAnswer(
            lambda a, b: (np.mean(a - b), np.var(a - b, ddof=1) / np.sqrt(len(a))),
            "That is a variance over a square root: the standard deviation is the root of the variance.",
        ),
        WrongAnswer(
            lambda a, b: (a.mean() - b.mean(), (a.std(ddof=1) + b.std(ddof=1)) / np.sqrt(len(a))),
            "The lead is right. You add two standard deviations: what moves both on a split cancels in the lead, and it is the lead's that was asked for.",
        ),
        WrongAnswer(
            lambda a, b: (np.median(a - b), np.std(a - b, ddof=1) / np.sqrt(len(a))),
            "The standard error is that of a mean. But the lead that you give is a median.",
        ),
        WrongAnswer(
            lambda a, b: (a.mean() - b.mean(), a.std(ddof=1) / np.sqrt(len(a))),
            "The lead is right. Its error is that of a alone: take the standard deviation of what you average.",
        ),
    ),
    otherwise="You say {got[0]:.4g} and {got[1]:.4g}; expected {expected[0]:.4f} and {expected[1]:.4f}.",
    hints=(
        "Subtract first: one lead a split.",
        "Then the mean of the leads, and their standard deviation over a root: the root of how many?",
    ),
    why="A lead of less than two standard errors may be luck. Most leaderboards print no such error. Yours takes the splits for independent. Splits of one data set overlap: for new data the error is larger still.",
)
