"""Batch norm at test time: to predict, and the line that judges one example alone."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer


def inference(z, gamma, beta, running_mean, running_var, eps):
    z_norm = (z - running_mean) / np.sqrt(running_var + eps)
    return gamma * z_norm + beta


def _cases():
    rng = np.random.default_rng(10)
    rows = [(rng.uniform(0.5, 2, n), rng.normal(size=n), rng.normal(size=n), rng.uniform(0.01, 4, n)) for n in (3, 5)]
    return [
        (np.array([[1.0, 2.0, 3.0]]), np.ones(3), np.zeros(3), np.zeros(3), np.full(3, 4.0), 1e-5),
        (rng.normal(size=(4, 3)), *rows[0], 1e-3),
        (rng.normal(size=(2, 5)), *rows[1], 1e-5),
    ]


def _where(seen: Seen) -> str:
    return f"For z with shape {np.shape(seen.args[0])} the first value is {np.ravel(seen.got)[0]:.4g}"


INFERENCE = Exercise(
    name="10.1",
    prompt="Write `inference(z, gamma, beta, running_mean, running_var, eps)`: batch norm at test time, for a batch of any size.",
    solution=inference,
    cases=_cases,
    wrong_answers=(
        WrongAnswer(
            lambda z, gamma, beta, running_mean, running_var, eps: (
                gamma * (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps) + beta
            ),
            "You take mean and variance of this very batch: that is training. Your one example [1, 2, 3] became [0, 0, 0], and so would any other. What was handed to you instead?",
        ),
        WrongAnswer(
            lambda z, gamma, beta, running_mean, running_var, eps: (
                gamma * (z - z.mean(axis=0)) / np.sqrt(running_var + eps) + beta
            ),
            "The variance is the running one, the mean is still this batch's: an example alone always comes out as beta.",
        ),
        WrongAnswer(
            lambda z, gamma, beta, running_mean, running_var, eps: (
                gamma * (z - running_mean) / (running_var + eps) + beta
            ),
            lambda seen: f"{_where(seen)}; expected {np.ravel(seen.expected)[0]:.4g}. You divide by a variance.",
        ),
        WrongAnswer(
            lambda z, gamma, beta, running_mean, running_var, eps: (
                gamma * (z - running_mean) / (np.sqrt(running_var) + eps) + beta
            ),
            "Nearly: your eps stands outside of the root. Where did it stand in training? It has to stand there again.",
        ),
        WrongAnswer(
            lambda z, gamma, beta, running_mean, running_var, eps: (z - running_mean) / np.sqrt(running_var + eps),
            "Normalised, and there you stop. The next layer has learned from outputs that were scaled and shifted.",
        ),
        WrongAnswer(
            lambda z, gamma, beta, running_mean, running_var, eps: (
                gamma * z / np.sqrt(running_var + eps) + beta - running_mean
            ),
            "The running mean comes off too late: it belongs to z, in the unit of z, before anything is scaled.",
        ),
        WrongAnswer(
            lambda z, gamma, beta, running_mean, running_var, eps: (
                gamma * (z - running_mean) / (running_var**2 + eps) + beta
            ),
            "You square the variance. To divide by the standard deviation is to take its root.",
        ),
        WrongAnswer(
            lambda z, gamma, beta, running_mean, running_var, eps: (
                gamma * z - running_mean / np.sqrt(running_var + eps) + beta
            ),
            "Division comes before subtraction: z is not divided at all. Where do brackets belong?",
        ),
    ),
    otherwise=lambda seen: f"{_where(seen)}; expected {np.ravel(seen.expected)[0]:.4g}.",
    hints=(
        "It is the line of training with another mean and another variance.",
        "Take the running mean off z, divide by the root of the running variance plus eps.",
        "Then gamma and beta, as in training.",
    ),
    why="No mean of z appears in it, so no example knows of another: 1 row or 1,000, in any order, each gets what it gets alone. In coursekit it is `batchnorm_inference`.",
)

ONE_AT_A_TIME = Prediction(
    name="10.a",
    question="You judge the 597 test digits one at a time, and batch norm takes the mean and the variance of that batch of one. How many digits does the network get right?",
    options=("about 97%", "about 75%", "about 50%", "about 10%"),
    answer="about 10%",
    why="One example is its own mean, so z minus the mean is 0 in every unit. Batch norm hands on beta, whatever the picture shows, and all digits get one and the same answer.",
)

SORTED_BATCHES = Prediction(
    name="10.b",
    question="Batches of 50 again, as in training, and again each batch's own statistics. But the digits come sorted: first all zeros, then all ones. What happens to the accuracy?",
    options=("nothing: 50 is enough", "it falls by a few points", "it falls below a third"),
    answer="it falls below a third",
    why="A batch of zeros alone has the mean of zeros. Batch norm takes it off, and with it what the zeros have in common: that they are zeros. Size alone is not enough: the batch has to look like the training set.",
)
