"""Find the bug: whose mean and variance are they, and which two are learned."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.lessons.batch_norm_step_by_step.exercises.batchnorm_steps import cases as forward_cases
from coursekit.lessons.batch_norm_step_by_step.exercises.batchnorm_steps import numbers


def learned_layer(z, learned, eps):
    z_norm = (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps)
    return learned["gamma"] * z_norm + learned["beta"]


def found_learned_layer(z, learned, eps):
    mean, sd = learned["beta"], learned["gamma"]  # mean and variance are learnable
    return (z - mean) / np.sqrt(sd**2 + eps)


def normalized_layer(X, W, eps):
    z = X @ W
    mean, var = z.mean(axis=0), z.var(axis=0)
    return (z - mean) / np.sqrt(var + eps)


def found_normalized_layer(X, W, eps):
    z = X @ W
    mean, square = W.mean(axis=0), np.mean(W**2, axis=0)  # of the parameters
    return (z - mean) / np.sqrt(square + eps)


LEARNABLE = Exercise(
    name="07.7",
    prompt="'Mean and variance are learnable', say the notes. Here is a layer that takes them at their word. Which two are learned, which two are computed? Mend it.",
    solution=learned_layer,
    found=found_learned_layer,
    cases=lambda: [(z, {"gamma": gamma, "beta": beta}, eps) for z, gamma, beta, eps in forward_cases()],
    wrong_answers=(
        WrongAnswer(
            found_learned_layer,
            lambda seen: (
                f"With γ = {numbers(seen.args[1]['gamma'])} and β = {numbers(seen.args[1]['beta'])} your outputs have mean {np.mean(seen.got) + 0.0:.2f}. Shift all of z by 100 and see what moves: the batch has no say in this layer."
            ),
        ),
        WrongAnswer(
            lambda z, learned, eps: (z - z.mean(axis=0)) / np.sqrt(learned["gamma"] ** 2 + eps) + learned["beta"],
            "The mean comes from the batch now, the spread is still a learned number: z twice as wide leaves twice as wide.",
        ),
        WrongAnswer(
            lambda z, learned, eps: (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps),
            "Mean and variance come from the batch now. But nothing in the layer is learned any more.",
        ),
        WrongAnswer(
            lambda z, learned, eps: (
                learned["gamma"] ** 2 * (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps) + learned["beta"]
            ),
            lambda seen: (
                f"The outputs' sd is {np.std(seen.got[:, 0]):.3f}, with γ = {seen.args[1]['gamma'][0]:g}: γ is the sd that leaves, and its square the variance."
            ),
        ),
        WrongAnswer(
            lambda z, learned, eps: (
                np.sqrt(np.abs(learned["gamma"])) * (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps)
                + learned["beta"]
            ),
            lambda seen: (
                f"The outputs' sd is {np.std(seen.got[:, 0]):.3f}, with γ = {seen.args[1]['gamma'][0]:g}. γ is no variance: it multiplies as it is."
            ),
        ),
        WrongAnswer(
            lambda z, learned, eps: (
                learned["gamma"] * (z - learned["beta"]) / np.sqrt(z.var(axis=0) + eps) + learned["beta"]
            ),
            "The spread comes from the batch, what is taken off does not: you still subtract the learned beta.",
        ),
    ),
    otherwise=lambda seen: (
        f"The first output is {np.ravel(seen.got)[0]:.4g}; expected {np.ravel(seen.expected)[0]:.4g}."
    ),
    hints=(
        "The mean and the variance that are taken off belong to the batch: they are computed, anew for each.",
        "What is learned decides the mean and the spread that leave.",
    ),
    why="Computed: mean and variance of the batch. Learned: γ and β, which become the sd and the mean of what leaves. A gradient goes through the first two, and to the last two.",
)


def _spread(seen: Seen) -> str:
    means, sds = np.mean(seen.got, axis=0), np.std(seen.got, axis=0)
    return f"The units have the means {numbers(np.round(means, 3) + 0.0)} and the sds {numbers(sds)}"


OF_THE_PARAMETERS = Exercise(
    name="07.8",
    prompt="'Calculate the means and square of the parameters', say the notes, and normalise with them. Of what are the mean and the variance to be? Mend it.",
    solution=normalized_layer,
    found=found_normalized_layer,
    cases=lambda: [
        (np.random.default_rng(seed).normal(1, 2, (m, n)), np.random.default_rng(seed + 9).normal(size=(n, k)), 1e-5)
        for seed, m, n, k in ((0, 5, 3, 2), (1, 8, 4, 6))
    ],
    shows=_spread,
    wrong_answers=(
        WrongAnswer(
            found_normalized_layer,
            "{shown}, where 0 and 1 were wanted. Your mean is the same whatever batch comes in. What does a batch change?",
        ),
        WrongAnswer(
            lambda X, W, eps: ((X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps)) @ W,
            lambda seen: (
                f"{_spread(seen)}. You normalise X, as lesson 06 does. A sum of {len(seen.args[1])} normalised inputs is normalised no more."
            ),
        ),
        WrongAnswer(
            lambda X, W, eps: (
                (X @ W - (X @ W).mean(axis=1, keepdims=True)) / np.sqrt((X @ W).var(axis=1, keepdims=True) + eps)
            ),
            "{shown}. Your mean is over the units of one example; it is to be over the examples.",
        ),
        WrongAnswer(
            lambda X, W, eps: (X @ W - (X @ W).mean(axis=0)) / np.sqrt(np.mean((X @ W) ** 2, axis=0) + eps),
            "{shown}. The mean is right. The variance is the mean of the squared distances from it, not of the squares.",
        ),
        WrongAnswer(
            lambda X, W, eps: (X @ W - W.mean(axis=0)) / np.sqrt((X @ W).var(axis=0) + eps),
            "{shown}. The spread is right now; the mean is still one of the parameters.",
        ),
        WrongAnswer(
            lambda X, W, eps: (X @ W - (X @ W).mean(axis=0)) / np.sqrt(np.mean(W**2, axis=0) + eps),
            "{shown}. The mean is right now; the spread is still one of the parameters.",
        ),
        WrongAnswer(
            lambda X, W, eps: (X @ W - (X @ W).mean(axis=0)) / np.sqrt(W.var(axis=0) + eps),
            "{shown}. The mean is that of z now; the variance is still that of the parameters.",
        ),
        WrongAnswer(
            lambda X, W, eps: (X @ W - (X @ W).mean(axis=0)) / ((X @ W).var(axis=0) + eps),
            "{shown}. Both are of z now. But you divide by the variance, not by its root.",
        ),
    ),
    otherwise="{shown}; wanted are 0 and 1.",
    hints=(
        "What is it that batch norm normalises: the weights, or what they make of a batch?",
        "Its mean and its variance are over the batch, one of each per unit.",
    ),
    why="Of z, over the batch. The parameters have no batch: their mean says nothing about what the next layer gets.",
)
