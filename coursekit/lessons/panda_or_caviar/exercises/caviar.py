"""Many at once: to predict, and to write what the best of n is worth, and how many a budget is best shared by."""

from itertools import combinations
from math import comb

import numpy as np

from coursekit import metrics
from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer


def expected_best(scores, n):
    t = len(scores)
    all_below = np.prod([np.maximum(np.arange(t + 1) - k, 0) / (t - k) for k in range(n)], axis=0)
    return np.sort(scores) @ np.diff(all_below)  # the i-th is the best where all n lie among the lowest i


def _with_replacement(scores, n):
    below = np.arange(len(scores) + 1) / len(scores)
    return np.sort(scores) @ np.diff(below**n)


def _scores():
    rng = np.random.default_rng(5)
    return [
        (np.array([0.5, 0.9, 0.7]), 2),
        (rng.permutation(np.arange(10) / 10 + 0.05), 4),
        (rng.uniform(0.1, 0.9, 12), 3),
        (np.array([0.2, 0.8, 0.8, 0.1, 0.6]), 5),
        (rng.uniform(0.1, 0.9, 7), 1),
    ]


def _otherwise(seen: Seen) -> str:
    got, expected = float(seen.got), float(seen.expected)
    close = " That is close: an estimate from draws? The mean over all draws is wanted." if abs(
        got - expected
    ) < 0.02 else ""  # fmt: skip
    return (
        f"From {len(seen.args[0])} scores, best of {seen.args[1]}: you have {got:.4f}, expected {expected:.4f}.{close}"
    )


EXPECTED_BEST = Exercise(
    name="05.1",
    prompt="Write `expected_best(scores, n)`: t scores were measured. Draw n of them, each at most once, and take the best: what is that on average, over all ways to draw?",
    solution=expected_best,
    cases=_scores,
    wrong_answers=(
        WrongAnswer(
            lambda scores, n: np.max(scores[:n]),
            lambda seen: (
                f"From {np.asarray(seen.args[0])} you took {seen.got:.3g}: the best of the first {seen.args[1]}. In another order you would have got another number. Every way to draw should count."
            ),
        ),
        WrongAnswer(
            lambda scores, n: np.max(scores),
            lambda seen: (
                f"You took {seen.got:.3g}, the best of all {len(seen.args[0])}. A search that runs {seen.args[1]} trials does not always find it."
            ),
        ),
        WrongAnswer(
            lambda scores, n: np.mean(scores),
            "{got:.3g} is the mean: what one trial is worth. For {args[1]} it should be higher.",
        ),
        WrongAnswer(
            lambda scores, n: np.mean(np.sort(scores)[-n:]),
            "{got:.3g} is the mean of the {args[1]} best. But most draws of {args[1]} also hold bad ones, and only the best of a draw counts.",
        ),
        WrongAnswer(
            _with_replacement,
            lambda seen: (
                f"Best of {seen.args[1]} from {np.asarray(seen.args[0])}: you get {seen.got:.4f}, and all draws of two different ones give more. Your draws may hold one trial twice, and that one adds nothing: too low."
            ),
        ),
        WrongAnswer(
            lambda scores, n: np.mean([max(scores[i : i + n]) for i in range(0, len(scores), n)]),
            "You cut the list into groups of {args[1]}. That is one way to draw them; asked for is the mean over all ways.",
        ),
        WrongAnswer(
            lambda scores, n: -expected_best(-scores, n),
            "{got:.4g} is what the worst of each draw is worth.",
        ),
        WrongAnswer(
            lambda scores, n: np.median([max(each) for each in combinations(scores, n)]),
            "That is the median over all draws. Expected means their mean.",
        ),
        WrongAnswer(
            lambda scores, n: sum(max(each) for each in combinations(scores, n)),
            "{got:.4g} is a sum over all draws. On average is asked for: over how many?",
        ),
        WrongAnswer(
            lambda scores, n: scores @ [comb(i, n - 1) / comb(len(scores), n) for i in range(len(scores))],
            "{got:.4f} for {args[0]}; in another order you would have got another number. The formula counts the scores that lie below: it wants them sorted.",
        ),
        WrongAnswer(
            lambda scores, n: np.quantile(scores, n / (n + 1)),
            "{got:.4f} is a quantile, a place among the scores. On average the best of {args[1]} lies near it, and it is no mean over all draws.",
        ),
        WrongAnswer(
            lambda scores, n: np.sort(scores) @ [comb(i, n) / comb(len(scores), n) for i in range(len(scores))],
            "{got:.4f}. Beside the best itself, a draw holds n - 1 others: of how many must they be chosen from those below?",
        ),
    ),
    otherwise=_otherwise,
    hints=(
        "With 3 scores and n = 2 there are three draws. Write them down, and the best of each.",
        "Sort the scores. The one in place i, counted from 0, has i scores below it. In how many draws is it the best?",
        "Its n - 1 companions all come from the i below it: `math.comb` counts the ways.",
    ),
    why="So 64 trials, run once, tell what any smaller search would have been worth, without luck. Drawing with replacement is the usual shortcut, and its result is too low: it may draw the same trial twice.",
)


def best_split(scores, budget):
    ways = [n for n in range(1, budget + 1) if budget % n == 0]
    values = [metrics.expected_best(scores[:, budget // n - 1], n) for n in ways]
    return ways[int(np.argmax(values))]


def _split_by(choose):
    """Make a wrong answer: ``choose`` gives what a way is worth, from the scores, the budget and n."""

    def answer(scores, budget):
        ways = [n for n in range(1, budget + 1) if budget % n == 0]
        return ways[int(np.argmax([choose(scores, budget, n) for n in ways]))]

    return answer


def _curves(seed, speed, t=16, n_epochs=16):
    """Draw scores that rise at different speeds towards different heights: shape (t, n_epochs)."""
    rng = np.random.default_rng(seed)
    heights, speeds = rng.uniform(0.1, 0.95, (t, 1)), speed * rng.uniform(0.5, 2, (t, 1))
    return heights * (1 - np.exp(-speeds * np.arange(1, n_epochs + 1)))


BEST_SPLIT = Exercise(
    name="05.2",
    prompt="Write `best_split(scores, budget)`: `scores[i, j]` is trial i after j + 1 epochs. Of the numbers n that divide the budget, return the one whose best of n, each trained for budget / n epochs, is expected to be highest. Use `metrics.expected_best`.",
    solution=best_split,
    cases=lambda: [(_curves(0, 0.02), 12), (_curves(1, 0.3), 12), (_curves(2, 5.0), 8), (_curves(3, 0.15), 15)],
    wrong_answers=(
        WrongAnswer(
            _split_by(lambda scores, budget, n: metrics.expected_best(scores[:, budget - 1], n)),
            "You share {args[1]} epochs by {got}. More always win if each has the whole budget: look at the column that you score them in.",
        ),
        WrongAnswer(
            _split_by(lambda scores, budget, n: scores[:, budget // n - 1].mean()),
            "You share {args[1]} epochs by {got}: you look at all trials, at their mean or at the best of them. What counts is the best of n, on average over all draws of n.",
        ),
        WrongAnswer(
            _split_by(lambda scores, budget, n: scores[:n, budget // n - 1].max()),
            "You share {args[1]} epochs by {got}. You look at the first n trials only, and with other ones first it is another answer.",
        ),
        WrongAnswer(
            lambda scores, budget: budget // best_split(scores, budget),
            "You return {got}, expected {expected}. Is that how many are trained, or how long each is?",
        ),
        WrongAnswer(
            lambda scores, budget: max(
                metrics.expected_best(scores[:, budget // n - 1], n)
                for n in range(1, len(scores) + 1)
                if budget % n == 0 and budget // n <= scores.shape[1]
            ),
            "That is the score that is expected. Which n has it?",
        ),
        WrongAnswer(
            lambda scores, budget: max(
                (n for n in range(1, len(scores) + 1) if budget % n == 0 and budget // n < scores.shape[1]),
                key=lambda n: metrics.expected_best(scores[:, budget // n], n),
            ),
            "You score n by the column `budget // n`: that is an epoch too many, as column 0 is the score after the first.",
        ),
    ),
    otherwise="For a budget of {args[1]} you share by {got}, expected {expected}. Print what each n is worth.",
    hints=(
        "List the n that divide the budget. How many epochs does each training get?",
        "After e epochs you read column e - 1. Take the expected best of n of that column.",
    ),
    why="Where learning is slow, few and long; where a rate shows at once what it is worth, many and short. Between the ends lies a best number, and measured curves tell you where.",
)

HOW_MANY = Prediction(
    name="05.a",
    question="You know nothing but that a good learning rate lies between 0.001 and 10. You have 24 epochs in all, on 300 digits, and draw the rates at random. How many networks should share the epochs, so that the best is worth most on average?",
    options=("1 network, for 24 epochs", "4 networks, for 6 epochs each", "24 networks, for 1 epoch each"),
    answer="4 networks, for 6 epochs each",
    why="One network is one draw, and most draws are bad. Twenty-four draws hold a good rate, but after 1 epoch even the best network has learned little. In between there is time to be lucky and to learn.",
)

ONE_OR_MANY = Prediction(
    name="05.b",
    question="The same 24 epochs go into one network that starts at a random rate between 0.001 and 10. Every two epochs a rule reads its training loss. If the loss did not fall, the rule goes back to the best model (by the dev set) and takes a third of the rate. If the loss fell by less than half, it takes three times the rate. It knows nothing else. How does the network do on the test set, against the best of 4 with 6 epochs each?",
    options=("worse by more than 0.05", "about the same", "better by more than 0.05"),
    answer="better by more than 0.05",
    why="Three of the four networks throw away what they learn. The babysat one keeps it: to try another rate costs two epochs, not a whole training. And the loss tells within two epochs whether a rate is too small or too large. That is with one machine; with more of them, the many can train at the same time.",
)
