"""Re-test: what drift does to the best rate, and what it costs to keep the old one."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, WrongAnswer


def cost_of_staying(then, now, judged):
    old, new = np.argmax(then.mean(axis=0)), np.argmax(now.mean(axis=0))
    return judged[:, new].mean() - judged[:, old].mean()


def _months():
    rng = np.random.default_rng(3)
    sheets = [
        (
            np.array([[0.9, 0.8, 0.5], [0.7, 0.8, 0.6], [0.8, 0.5, 0.4]]),
            np.array([[0.3, 0.6, 0.5], [0.4, 0.5, 0.7], [0.2, 0.9, 0.5]]),
            np.array([[0.3, 0.5, 0.6], [0.4, 0.6, 0.7], [0.2, 0.7, 0.6]]),
        )
    ]
    return sheets + [tuple(rng.uniform(0.1, 0.9, (3, 4, 6))) for _ in range(3)]


COST_OF_STAYING = Exercise(
    name="05.4",
    prompt="Write `cost_of_staying(then, now, judged)`, all of shape (repetitions, rates): dev scores last month and this month, and this month's test scores. A rate is chosen by its mean dev score. How much mean test score does it cost to keep last month's choice?",
    solution=cost_of_staying,
    cases=_months,
    wrong_answers=(
        WrongAnswer(
            lambda then, now, judged: then.mean(axis=0).max() - now.mean(axis=0).max(),
            "{got:.3f} is how much harder the month has become for everybody. That you would lose with any rate.",
        ),
        WrongAnswer(
            lambda then, now, judged: then.mean(axis=0).max() - judged.mean(axis=0)[then.mean(axis=0).argmax()],
            "{got:.3f} is what the old rate has lost since last month. What would another rate get now?",
        ),
        WrongAnswer(
            lambda then, now, judged: judged.mean(axis=0).max() - judged.mean(axis=0)[then.mean(axis=0).argmax()],
            "You have {got:.3f}: you chose the new rate by the test scores, and there it can't but look good. Choose by `now`.",
        ),
        WrongAnswer(
            lambda then, now, judged: now.mean(axis=0).max() - now.mean(axis=0)[then.mean(axis=0).argmax()],
            "You have {got:.3f}, on the scores that you chose by: what is chosen looks better there than it is. What is `judged` for?",
        ),
        WrongAnswer(
            lambda then, now, judged: (
                judged.mean(axis=0)[then.mean(axis=0).argmax()] - judged.mean(axis=0)[now.mean(axis=0).argmax()]
            ),
            "You have {got:.3f}, and a cost should count up when the new choice is better.",
        ),
        WrongAnswer(
            lambda then, now, judged: np.mean(
                [row[b.argmax()] - row[a.argmax()] for a, b, row in zip(then, now, judged, strict=True)]
            ),
            "You have {got:.3f}: every repetition chose a rate of its own. Choose one rate for all of them, by the mean.",
        ),
        WrongAnswer(
            lambda then, now, judged: (
                judged.mean(axis=1)[now.mean(axis=1).argmax()] - judged.mean(axis=1)[then.mean(axis=1).argmax()]
            ),
            "You take the means over the rates, and choose a repetition. Rates are columns.",
        ),
        WrongAnswer(
            lambda then, now, judged: (
                judged.mean(axis=0)[now.max(axis=0).argmax()] - judged.mean(axis=0)[then.max(axis=0).argmax()]
            ),
            "You have {got:.3f}: you choose the rate that was best once. The prompt chooses by the mean.",
        ),
    ),
    otherwise=lambda seen: f"You have {float(seen.got):.4f}, expected {float(seen.expected):.4f}.",
    hints=(
        "Two choices first: the rate with the best mean in `then`, and the one in `now`.",
        "Both are then judged in the same place: this month, on the test scores.",
    ),
    why="Around 0 it says: leave it. And it is honest, because the new choice is judged where it was not chosen. Without that, re-testing always seems to pay.",
)

SHIFTED = Prediction(
    name="05.c",
    question="Last month, rate 0.316 was the best of 17. The camera has moved, and every digit stands a pixel further to the right. You collect new digits, standardise them by last month's mean and standard deviation, as your program always does, and train anew at every rate. Where is the best rate now?",
    options=("still near 0.3", "at a fifth of it or less", "at five times as much or more"),
    answer="at a fifth of it or less",
    why="A few pixels at the edge hardly ever held ink last month, so their standard deviation is tiny. Now strokes fall there and are divided by it. Those few inputs become huge, and the old rate is far too large for them. You will see which pixels they are.",
)

SHIFTED_AND_REFIT = Prediction(
    name="05.d",
    question="The same shift, but mean and standard deviation are measured anew, on this month's digits. Where is the best rate now?",
    options=("still near 0.3", "at a fifth of it or less", "at five times as much or more"),
    answer="still near 0.3",
    why="Standardised anew, the inputs have a size near 1 again, wherever the camera looks, and a digit is as hard to tell a pixel further on. The rate depends on the size of the inputs, and that no longer drifts.",
)
