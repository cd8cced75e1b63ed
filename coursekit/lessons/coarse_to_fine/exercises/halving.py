"""Successive halving: to predict, and to write the step between two rungs."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer


def halve(scores, keep):
    n = max(1, int(keep * len(scores)))
    return np.argsort(-scores)[:n]


def _kept(seen: Seen) -> str:
    scores, keep = seen.args
    return f"Of the scores {np.round(scores, 2)}, with keep {keep:g}, you took {np.asarray(seen.got)}"


HALVE = Exercise(
    name="04.4",
    prompt="Write `halve(scores, keep)`: the indices of the best trials, best first. Keep the share `keep` of them, rounded down, but at least one. A higher score is better.",
    solution=halve,
    cases=lambda: [
        (np.array([0.61, 0.93, 0.10, 0.88, 0.75, 0.91, 0.42]), 0.5),
        (np.array([0.2, 0.9]), 0.25),
        (np.array([0.95, 0.31, 0.97, 0.11, 0.12, 0.96, 0.5, 0.6, 0.7]), 1 / 3 + 1e-9),
    ],
    shows=_kept,
    wrong_answers=(
        WrongAnswer(
            lambda scores, keep: np.argsort(scores)[: max(1, int(keep * len(scores)))],
            "{shown}: the worst. `np.argsort` starts with the smallest.",
        ),
        WrongAnswer(
            lambda scores, keep: np.sort(scores)[::-1][: max(1, int(keep * len(scores)))],
            "These are the scores. To train them on you need to know which trials they are.",
        ),
        WrongAnswer(
            lambda scores, keep: np.argsort(-scores)[: int(keep * len(scores))],
            "{shown}: no trial is left. At least one goes on.",
        ),
        WrongAnswer(
            lambda scores, keep: np.argsort(-scores)[: int(np.ceil(keep * len(scores)))],
            lambda seen: f"{_kept(seen)}: {len(seen.got)} of {len(seen.args[0])}. Round down.",
        ),
        WrongAnswer(
            lambda scores, keep: np.argsort(scores)[-max(1, int(keep * len(scores))) :],
            "{shown}: the right ones, the best last.",
        ),
        WrongAnswer(
            lambda scores, keep: np.flatnonzero(scores >= np.sort(scores)[-max(1, int(keep * len(scores)))]),
            "{shown}: the right ones, in the order of the trials. Asked was best first.",
        ),
        WrongAnswer(
            lambda scores, keep: np.argsort(-scores)[: max(1, len(scores) - int(keep * len(scores)))],
            "{shown}. `keep` is the share that goes on, not the share that is cut.",
        ),
        WrongAnswer(
            lambda scores, keep: np.arange(max(1, int(keep * len(scores)))),
            "{shown}: the first ones, whatever they scored.",
        ),
        WrongAnswer(
            lambda scores, keep: np.argsort(-scores)[: max(1, round(keep * len(scores)))],
            "Of the scores {args[0]}, with keep {args[1]}, you took {got}: one more than the share allows. Asked for was rounded down.",
        ),
        WrongAnswer(
            lambda scores, keep: scores >= np.quantile(scores, 1 - keep),
            "True or False for each trial: a mask. Asked for are the places of the best ones, best first.",
        ),
        WrongAnswer(
            lambda scores, keep: np.argsort(-scores)[: max(1, int((1 - keep) * len(scores)))],
            "{shown}. `keep` is the share that goes on, not the share that is cut.",
        ),
    ),
    otherwise="{shown}; expected {expected}.",
    hints=(
        "`np.argsort` gives indices, those of the smallest first.",
        "Sort minus the scores, and the best come first. How many do you take?",
        "`int` rounds down; `max` sees to it that at least one is left.",
    ),
    why="That is all of successive halving: train, halve, train on. coursekit's `halving` plans the numbers.",
)

WHO_IS_CUT = Prediction(
    name="04.d",
    question="27 trials get 1 epoch. The best 9 get 3 more, the best 3 of them 9 more. In how many of 100 such searches is the trial cut that would have been the best of all 27 after 13 epochs?",
    options=("hardly ever: less than 5", "in some 10 to 40", "in more than 80"),
    answer="in some 10 to 40",
    why="After 1 epoch a slow starter is far behind: most of the best that are cut so early have a large momentum, whose average takes long to fill. After 4 epochs good and best can't be told apart. Still, four searches in five keep the best. What matters is what its loss costs: you will see.",
)
