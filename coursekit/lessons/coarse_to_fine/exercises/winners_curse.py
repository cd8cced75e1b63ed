"""The winner's curse: to predict, and an honest report to write."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, WrongAnswer


def report(scores, again):
    return np.mean(again[np.argmax(scores)])


REPORT = Exercise(
    name="04.3",
    prompt="You searched: `scores` holds a score for each setting, `again` a row of scores for each, from new seeds on new digits. Write `report(scores, again)`: what you may expect of the setting that the search chose.",
    solution=report,
    cases=lambda: [
        (np.array([0.90, 0.98, 0.94]), np.array([[0.92, 0.91], [0.93, 0.95], [0.965, 0.945]])),
        (
            np.array([0.7, 0.6, 0.1, 0.65]),
            np.array([[0.5, 0.6, 0.7], [0.75, 0.7, 0.7], [0.1, 0.2, 0.1], [0.9, 0.3, 0.6]]),
        ),
        (np.array([0.5, 0.8]), np.array([[0.6, 0.5, 0.4], [0.9, 0.6, 0.7]])),
    ],
    wrong_answers=(
        WrongAnswer(
            lambda scores, again: np.max(scores),
            "{got:.2f} is the score by which it was chosen: luck included. What is `again` for?",
        ),
        WrongAnswer(
            lambda scores, again: np.max(np.mean(again, axis=1)),
            "You choose a second time, by the new scores, and report the best of those: the curse starts anew. Which setting had the search chosen?",
        ),
        WrongAnswer(
            lambda scores, again: np.median(again[np.argmax(scores)]),
            "The right row, and its middle score. What may you expect on average, the bad seeds included?",
        ),
        WrongAnswer(
            lambda scores, again: np.max(again[np.argmax(scores)]),
            "The right row, and of it the luckiest seed. That is the curse in small.",
        ),
        WrongAnswer(
            lambda scores, again: np.mean(again),
            "That is the mean over all settings. You will use but one of them.",
        ),
        WrongAnswer(
            lambda scores, again: (np.max(scores) + np.sum(again[np.argmax(scores)])) / (1 + again.shape[1]),
            "You let the lucky score in among the new ones: it was chosen because it is high.",
        ),
        WrongAnswer(
            lambda scores, again: np.mean(again[:, np.argmax(scores)]) if np.argmax(scores) < again.shape[1] else 0.0,
            "You took a column of `again`: a seed of every setting. A setting is a row.",
        ),
        WrongAnswer(
            lambda scores, again: (scores.max() + again[np.argmax(scores)].mean()) / 2,
            "The right row. But you mix in the score by which it was chosen, and the luck in it.",
        ),
        WrongAnswer(
            lambda scores, again: again[np.argmax(scores), 0],
            "The right row, and of it the first seed alone. There are more: what do they say together?",
        ),
    ),
    otherwise=lambda seen: (
        f"For the scores {seen.args[0]} you report {np.ravel(seen.got)[0]:.4g}; expected {seen.expected:.4g}."
    ),
    hints=("Which setting did the search choose?", "The mean of its own row of `again`, and of nothing else."),
    why="A score that took part in a choice is flattered by it. Choose by one score, report another: that is what a test set is for, and new seeds.",
)

SAME_SETTING = Prediction(
    name="04.b",
    question="One setting is trained 24 times, with new weights each time, and scored on 50 digits. Nothing else differs. On average, how many points (hundredths) does the best lie above the mean?",
    options=("less than half a point", "about 1 point", "about 4 points"),
    answer="about 4 points",
    why="50 digits move in steps of 2 points, and each training has its own luck with them. The best of 24 is the luckiest of 24. There is nothing to find here, and still the search would report a find.",
)

ZOOM_OR_RANDOM = Prediction(
    name="04.c",
    question="Four rounds of 6 trainings that zoom, or 24 random ones. Each chooses by 300 digits, and its best is then tested on digits that nothing was chosen by. Who wins, over 100 searches?",
    options=(
        "zoom, the faster the better",
        "zoom, if it is slow enough",
        "neither: a slow zoom ties with random, a fast one loses",
        "random, by far, at any speed",
    ),
    answer="neither: a slow zoom ties with random, a fast one loses",
    why="The good settings here are a broad ridge, and 24 random trainings hit it. A slow zoom reports a higher score, but its choice is worth the same. A fast one bets everything on its first 6 trainings.",
)
