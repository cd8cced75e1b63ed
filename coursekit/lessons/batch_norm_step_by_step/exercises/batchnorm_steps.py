"""Batch norm forward: the four lines, and gamma and beta that undo them."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer


def batch_norm(z, gamma, beta, eps):
    mean = z.mean(axis=0)
    var = z.var(axis=0)
    z_norm = (z - mean) / np.sqrt(var + eps)
    return gamma * z_norm + beta


def undo(z, eps):
    gamma = np.sqrt(z.var(axis=0) + eps)
    beta = z.mean(axis=0)
    return gamma, beta


def cases():
    """Batches whose features have unequal means and spreads; one feature is constant, one hardly varies."""
    rng = np.random.default_rng(7)
    wide, square = rng.normal([3, -40, 0.2], [0.5, 8, 0.01], (6, 3)), rng.normal(2, 3, (4, 4))
    constant = np.column_stack([rng.normal(size=5), np.full(5, 7.0)])
    return [
        (np.array([[2.0], [4.0], [6.0], [8.0]]), np.array([2.0]), np.array([5.0]), 1e-5),
        (wide, np.array([1.5, 0.5, 3.0]), np.array([0.2, -1.0, 4.0]), 1e-3),
        (square, np.array([1.0, 2.0, 0.5, -1.0]), np.array([0.0, 1.0, -2.0, 3.0]), 1e-5),
        (constant, np.array([2.0, 3.0]), np.array([-1.0, 0.5]), 1e-5),
    ]


def numbers(values, places: int = 3) -> str:
    """Write a row of numbers for a reason."""
    return ", ".join(f"{float(value):.{places}g}" for value in np.ravel(values)[:5])


def _first(seen: Seen) -> str:
    z, got = np.asarray(seen.args[0]), np.asarray(seen.got)
    return f"z = {numbers(z[:, 0])} becomes {numbers(got[:, 0])}"


FORWARD = Exercise(
    name="07.1",
    prompt="Write `batch_norm(z, gamma, beta, eps)` for a batch `z` of shape (m, n), an example per row: normalise each feature by its mean and variance over the batch, scale it by gamma and shift it by beta. Return what leaves.",
    solution=batch_norm,
    cases=cases,
    shows=_first,
    wrong_answers=(
        WrongAnswer(
            lambda z, gamma, beta, eps: gamma * (z - z.mean(axis=0)) / (z.var(axis=0) + eps) + beta,
            lambda seen: (
                f"{_first(seen)}: too narrow. With γ = {seen.args[1][0]:g} the sd should be about {seen.args[1][0]:g}, and it is {np.std(seen.got[:, 0]):.3f}. In which unit is a variance?"
            ),
        ),
        WrongAnswer(
            lambda z, gamma, beta, eps: gamma * (z - z.mean(axis=0)) / (z.std(axis=0) + eps) + beta,
            lambda seen: (
                f"Nearly: {numbers(seen.got[0], 7)} where {numbers(seen.expected[0], 7)} was expected. Your eps stands outside of the root. A feature that hardly varies tells the two apart."
            ),
        ),
        WrongAnswer(
            lambda z, gamma, beta, eps: gamma * (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0, ddof=1) + eps) + beta,
            "{shown}. That is the sd of an estimate, which divides by m - 1. Here the variance is that of the batch itself: a mean of squares.",
        ),
        WrongAnswer(
            lambda z, gamma, beta, eps: (
                gamma * (z - z.mean(axis=1, keepdims=True)) / np.sqrt(z.var(axis=1, keepdims=True) + eps) + beta
            ),
            "{shown}. You take the mean over the features of an example. Over what does batch norm take it? Yours has a name, too: layer norm.",
        ),
        WrongAnswer(
            lambda z, gamma, beta, eps: gamma * (z - z.mean()) / np.sqrt(z.var() + eps) + beta,
            "You take one mean and one variance for all features together. One in metres and one in grams would share them: each feature has its own.",
        ),
        WrongAnswer(
            lambda z, gamma, beta, eps: (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps),
            "{shown}: normalised, and there you stop. γ is {args[1][0]:g}, β is {args[2][0]:g}, and nothing has used them.",
        ),
        WrongAnswer(
            lambda z, gamma, beta, eps: gamma * z / np.sqrt(z.var(axis=0) + eps) + beta,
            lambda seen: (
                f"{_first(seen)}. Its mean is {np.mean(seen.got[:, 0]):.3f}; it should be β, which is {seen.args[2][0]:g}. What has to come off z first?"
            ),
        ),
        WrongAnswer(
            lambda z, gamma, beta, eps: gamma * (z - z.mean(axis=0)) / np.sqrt(np.mean(z**2, axis=0) + eps) + beta,
            "{shown}: too narrow. Your variance is the mean of z², not of the squared distance from the mean.",
        ),
        WrongAnswer(
            lambda z, gamma, beta, eps: gamma * ((z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps) + beta),
            lambda seen: (
                f"{_first(seen)}. Its mean is {np.mean(seen.got[:, 0]):.3f}, and β is {seen.args[2][0]:g}: look at the order of the last two operations."
            ),
        ),
        WrongAnswer(
            lambda z, gamma, beta, eps: gamma * (z - z.mean(axis=0) / np.sqrt(z.var(axis=0) + eps)) + beta,
            "{shown}. Division comes before subtraction: only the mean is divided. Where do brackets belong?",
        ),
        WrongAnswer(
            lambda z, gamma, beta, eps: gamma * (z - z.mean(axis=0)) / np.sqrt(len(z) * z.var(axis=0) + eps) + beta,
            "{shown}: too narrow. You add the squared distances up; a variance is their mean.",
        ),
    ),
    otherwise=lambda seen: f"{_first(seen)}; expected {numbers(np.asarray(seen.expected)[:, 0])}.",
    hints=(
        "Four lines: the mean, the variance, the normalised z, the result.",
        "The examples are the rows of `z`. Over which axis do you take a mean, to get one number a feature?",
        "eps is added to the variance before the root is taken. γ multiplies, then β is added.",
    ),
    why="That is the whole forward pass in training. In coursekit it is `batchnorm_forward`, which also keeps what the backward pass needs.",
)

UNDO = Exercise(
    name="07.2",
    prompt="Write `undo(z, eps)`: return the pair gamma, beta with which batch norm gives back exactly the `z` that came in, feature by feature.",
    solution=undo,
    cases=lambda: [(z, eps) for z, _, _, eps in cases()[1:]] + [(cases()[2][0], 0.5)],
    wrong_answers=(
        WrongAnswer(
            lambda z, eps: (z.std(axis=0), z.mean(axis=0)),
            lambda seen: (
                f"Nearly. With your γ, z comes back {_short_of(seen):.2%} too narrow in one feature: what did the forward pass really divide by?"
            ),
        ),
        WrongAnswer(
            lambda z, eps: (z.var(axis=0) + eps, z.mean(axis=0)),
            lambda seen: (
                f"Your γ is {numbers(seen.got[0])}, and the features' sds are {numbers(np.std(seen.args[0], axis=0))}. Which of the two undoes a division by the sd?"
            ),
        ),
        WrongAnswer(
            lambda z, eps: (1 / np.sqrt(z.var(axis=0) + eps), z.mean(axis=0)),
            lambda seen: f"Your γ is {numbers(seen.got[0])}: it divides a second time. γ multiplies z_norm.",
        ),
        WrongAnswer(
            lambda z, eps: (z.std(axis=0) + eps, z.mean(axis=0)),
            lambda seen: (
                f"Your γ is {numbers(seen.got[0], 6)}, and {numbers(seen.expected[0], 6)} was needed. The eps of the forward pass stands elsewhere."
            ),
        ),
        WrongAnswer(
            lambda z, eps: (np.sqrt(z.var(axis=0) + eps), -z.mean(axis=0)),
            lambda seen: (
                f"Your β is {numbers(seen.got[1])}, the means are {numbers(np.mean(seen.args[0], axis=0))}. The forward pass took the mean off; β is added."
            ),
        ),
        WrongAnswer(
            lambda z, eps: (z.mean(axis=0), np.sqrt(z.var(axis=0) + eps)),
            "You have both numbers, and their places are exchanged: γ scales and β shifts.",
        ),
        WrongAnswer(
            lambda z, eps: (np.sqrt(z.var(axis=0) + eps), z.mean(axis=0) / np.sqrt(z.var(axis=0) + eps)),
            lambda seen: f"Your β is {numbers(seen.got[1])}. β is added after γ has scaled, in the unit of z.",
        ),
        WrongAnswer(
            lambda z, eps: (np.ones(z.shape[1]), np.zeros(z.shape[1])),
            "With γ = 1 and β = 0 z_norm leaves as it is. It is z that is wanted back.",
        ),
    ),
    otherwise=lambda seen: (
        f"You return {numbers(seen.got[0])} and {numbers(seen.got[1])}; expected γ = {numbers(seen.expected[0])}, β = {numbers(seen.expected[1])}."
    ),
    hints=(
        "Write down out = γ z_norm + β, put in what z_norm is, and ask for out = z.",
        "γ has to undo the division, eps included; β has to put back what was subtracted.",
    ),
    why="So batch norm takes nothing away that the network could not have back: γ and β can undo it. They are learned; what is undone is up to the gradient.",
)


def _short_of(seen: Seen) -> float:
    return float(np.max(1 - np.asarray(seen.got[0]) / seen.expected[0]))
