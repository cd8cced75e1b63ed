"""Find the bug: three searches that run without an error, and end where they should not."""

import numpy as np

from coursekit.lab.exercise import Exercise, WrongAnswer
from coursekit.lessons.coarse_to_fine.exercises.coarse_to_fine import same_ends


def best_by_loss(losses, keep):
    n = max(1, int(keep * len(losses)))
    return np.argsort(losses)[:n]


def found_best_by_loss(losses, keep):
    n = max(1, int(keep * len(losses)))
    return np.argsort(losses)[::-1][:n]  # the best first


def winner(rungs):
    return max(rungs[-1], key=rungs[-1].get)


def found_winner(rungs):
    everything = [(score, trial) for scores in rungs for trial, score in scores.items()]
    return max(everything)[1]


def narrow(low, high, best, shrink):
    a, b = np.log10(1 - np.array([low, high]))
    half = shrink * (a - b) / 2
    middle = np.log10(1 - best)
    return 1 - 10 ** min(middle + half, a), 1 - 10 ** max(middle - half, b)


def found_narrow(low, high, best, shrink):
    half = shrink * (high - low) / 2
    return max(low, best - half), min(high, best + half)


ZOOM_IN_THE_WRONG_QUANTITY = Exercise(
    name="04.5",
    prompt="A momentum is searched from 0.9 to 0.999, on a log scale of 1 minus it. Here its window is narrowed and clipped. Find the bug and mend it.",
    solution=narrow,
    found=found_narrow,
    cases=lambda: [
        (0.9, 0.999, 0.99, 0.5),
        (0.0, 0.999, 0.97, 0.25),
        (0.9, 0.999, 0.995, 0.75),
        (0.9, 0.999, 0.92, 0.5),
    ],
    same=same_ends,
    wrong_answers=(
        WrongAnswer(
            found_narrow,
            lambda seen: (
                f"From {seen.args[0]:g} to {seen.args[1]:g}, best {seen.args[2]:g}: your window is {seen.got[0]:.4g} to {seen.got[1]:.4g}. In steps that is a memory of {1 / (1 - seen.got[0]):.0f} to {1 / (1 - seen.got[1]):.0f}. Did it narrow from both sides?"
            ),
        ),
        WrongAnswer(
            lambda low, high, best, shrink: (
                max(low, best / (high / low) ** (shrink / 2)) if low else low,
                min(high, best * (high / low) ** (shrink / 2)) if low else high,
            ),
            "Your window is {got[0]:.4g} to {got[1]:.4g}. You took the logarithm of the momentum; what matters about a momentum is its distance to 1.",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: (
                1 - (1 - best) * ((1 - low) / (1 - high)) ** (shrink / 2),
                1 - (1 - best) / ((1 - low) / (1 - high)) ** (shrink / 2),
            ),
            "The right quantity. From {args[0]:g} to {args[1]:g}, best {args[2]:g}, it goes up to {got[1]:.5g}: the clip is gone.",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: (
                max(low, 1 - (1 - best) * ((1 - low) / (1 - high)) ** shrink),
                min(high, 1 - (1 - best) / ((1 - low) / (1 - high)) ** shrink),
            ),
            "The right quantity, twice too wide: {got[0]:.4g} to {got[1]:.4g}.",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: narrow(low, high, best, shrink)[::-1],
            "The right ends, in the wrong order: where 1 minus it is large, the momentum is small.",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: (
                narrow(low, high, best, shrink)[0],
                1 - (1 - best) * ((1 - high) / (1 - low)) ** (shrink / 2),
            ),
            "The lower end is clipped, the upper one is not: it may lie above the range.",
        ),
        WrongAnswer(
            lambda low, high, best, shrink: (
                (1 - best) * ((1 - low) / (1 - high)) ** np.array([-shrink / 2, shrink / 2])
            ),
            "Those are distances to 1. A momentum is 1 minus that; then clip, the smaller one first.",
        ),
    ),
    otherwise=lambda seen: (
        f"From {seen.args[0]:g} to {seen.args[1]:g}, best {seen.args[2]:g}: {np.ravel(seen.got)[0]:.4g} to {np.ravel(seen.got)[-1]:.4g}; expected {seen.expected[0]:.4g} to {seen.expected[1]:.4g}."
    ),
    hints=(
        "In which quantity is 0.99 the middle of 0.9 to 0.999?",
        "Go to log10(1 - momentum), take half of the width there, on each side, clip there, and come back.",
        "A small momentum is a large 1 - momentum: mind which end is which.",
    ),
    why="0.965 to 0.999 holds 0.99, so nothing looks wrong. But above the best the window has not narrowed at all: a whole decade of 1 minus the momentum, beside half a decade below. The best is no longer its middle.",
)

KEEPS_THE_WORST = Exercise(
    name="04.6",
    prompt="This halves a list of losses: the smaller, the better. Find the bug and mend it.",
    solution=best_by_loss,
    found=found_best_by_loss,
    cases=lambda: [
        (np.array([0.9, 0.2, 2.3, 0.4, 0.7, 0.3]), 0.5),
        (np.array([2.3, 0.1, 0.5]), 0.1),
        (np.array([1.5, np.nan, 0.3, 0.6]), 0.5),
    ],
    wrong_answers=(
        WrongAnswer(
            found_best_by_loss,
            lambda seen: (
                f"Losses {seen.args[0]}: you go on with {seen.got}, whose losses are {np.asarray(seen.args[0])[np.asarray(seen.got)]}. Which would you have kept?"
            ),
        ),
        WrongAnswer(
            lambda losses, keep: np.argsort(losses)[-max(1, int(keep * len(losses))) :],
            lambda seen: (
                f"Losses {seen.args[0]}: still the largest, {np.asarray(seen.args[0])[np.asarray(seen.got)]}, in another order."
            ),
        ),
        WrongAnswer(
            lambda losses, keep: np.argsort(np.abs(losses - np.nanmean(losses)))[: max(1, int(keep * len(losses)))],
            "Those nearest to the mean. The smallest are asked for.",
        ),
        WrongAnswer(
            lambda losses, keep: np.sort(losses)[: max(1, int(keep * len(losses)))],
            "These are the losses themselves, and the right ones. Which trials are they?",
        ),
        WrongAnswer(
            lambda losses, keep: np.argsort(np.nan_to_num(losses))[: max(1, int(keep * len(losses)))],
            "A loss of nan is a training that diverged. You made it 0, and so the best of all.",
        ),
        WrongAnswer(
            lambda losses, keep: np.argsort(losses)[max(1, int(keep * len(losses))) :],
            "You go on with those that should be dropped: the slice begins where it should end.",
        ),
    ),
    otherwise=lambda seen: f"Losses {seen.args[0]}: you go on with {np.asarray(seen.got)}; expected {seen.expected}.",
    hints=("Which loss is the best one?", "`np.argsort` puts the smallest first already, and nan last."),
    why="With accuracies the reversed order was right; then the score was changed, and not the sort. It runs, it trains, and it ends with the worst of all. Look at the survivors' scores once.",
)

DIFFERENT_RUNGS = Exercise(
    name="04.7",
    prompt="`rungs` is a list with a dict for each rung, from trial to score; only the survivors stand in the later ones. `winner` is to name the trial that halving chose. Find the bug and mend it.",
    solution=winner,
    found=found_winner,
    cases=lambda: [
        ([{1: 0.90, 2: 0.80, 3: 0.88}, {1: 0.91, 3: 0.97}, {3: 0.94, 1: 0.95}],),
        ([{7: 0.5, 8: 0.6, 9: 0.4, 5: 0.9}, {8: 0.75, 5: 0.85, 7: 0.74}, {5: 0.7, 8: 0.8}],),
        ([{2: 0.3, 4: 0.2, 6: 0.95}, {2: 0.7, 6: 0.4}],),
        ([{1: 0.9, 2: 0.3, 3: 0.5, 4: 0.97}, {1: 0.8, 2: 0.85, 3: 0.82}],),
        ([{1: 0.5, 2: 0.4, 3: 0.6}, {1: 0.7, 2: 0.6, 3: 0.9}, {2: 0.8, 3: 0.75, 1: 0.7}],),
    ],
    same=lambda got, expected: bool(got == expected),
    wrong_answers=(
        WrongAnswer(
            found_winner,
            lambda seen: (
                f"You name trial {seen.got}. Its {max(rung.get(seen.got, 0) for rung in seen.args[0]):.2f} comes from which rung? The last rung is {seen.args[0][-1]}."
            ),
        ),
        WrongAnswer(
            lambda rungs: max(rungs[0], key=rungs[0].get),
            "You name trial {got}, the best of the first rung. Why did you train on, then?",
        ),
        WrongAnswer(
            lambda rungs: max(rungs[-1].values()),
            "{got} is a score, and the right one. Which trial has it?",
        ),
        WrongAnswer(
            lambda rungs: min(rungs[-1], key=rungs[-1].get),
            lambda seen: f"The right rung, {seen.args[0][-1]}, and of it the lowest score.",
        ),
        WrongAnswer(
            lambda rungs: next(iter(rungs[-1])),
            lambda seen: f"The right rung, {seen.args[0][-1]}, and of it the first one listed.",
        ),
        WrongAnswer(
            lambda rungs: max(rungs[-1], key=lambda trial: sum(rung[trial] for rung in rungs if trial in rung)),
            lambda seen: (
                f"You name trial {seen.got}: good from the start, on average. But {seen.args[0][-1]} is where they are compared after the same number of epochs, at the end."
            ),
        ),
        WrongAnswer(
            lambda rungs: max(rungs[-1]),
            "You take the largest number of a trial: `max` of a dict looks at its keys. By what should it choose?",
        ),
        WrongAnswer(
            lambda rungs: list(rungs[-1])[-1],
            "You name the trial that was written down last. By what should the last rung choose?",
        ),
    ),
    otherwise=lambda seen: f"You name {np.asarray(seen.got)}; expected trial {seen.expected}, of {seen.args[0][-1]}.",
    hints=(
        "A score after 1 epoch, and one after 13: can you compare them?",
        "Which trials stand in the last dict? Compare no others.",
    ),
    why="Scores compare within a rung alone: the same number of epochs, the same digits. Across rungs a lucky score of an early, crowded rung can win, though its trial was cut or found out later.",
)
