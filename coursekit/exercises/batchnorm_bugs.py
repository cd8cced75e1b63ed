"""Find the bug: four sentences about batch norm that stood in real notes."""

import numpy as np

from coursekit.exercises.batchnorm_steps import cases as forward_cases
from coursekit.exercises.batchnorm_steps import numbers
from coursekit.exercises.declare import Exercise, Seen, WrongAnswer
from coursekit.exercises.judge import same_values


def normalize(z, eps):
    mean, var = z.mean(axis=0), z.var(axis=0)
    return (z - mean) / np.sqrt(var + eps)


def found_normalize(z, eps):
    mean, var = z.mean(axis=0), z.var(axis=0)
    return (z - mean) / (np.sqrt(var) + eps)


def variance_of_z_norm(var, eps):
    return var / (var + eps)


def found_variance_of_z_norm(var, eps):
    return (var + eps) / (var + eps)  # 1: every component of z has variance 1


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


def _constant_and_nearly():
    rng = np.random.default_rng(5)
    nearly = 3 + 1e-4 * rng.normal(size=(6, 2))
    return [(nearly, 1e-5), (rng.normal(2, 3, (4, 3)), 1e-3)]


def _sds(seen: Seen) -> str:
    return (
        f"z has the sds {numbers(np.std(seen.args[0], axis=0), 2)}, your z_norm {numbers(np.std(seen.got, axis=0), 2)}"
    )


EPS_OUTSIDE = Exercise(
    name="07.5",
    prompt="The notes have ε beside the root in one place, under it in another. Find the bug and mend it.",
    solution=normalize,
    found=found_normalize,
    cases=_constant_and_nearly,
    same=same_values,
    wrong_answers=(
        WrongAnswer(
            found_normalize,
            lambda seen: (
                f"{_sds(seen)}: a feature that hardly varies is blown up. What is ε added to, an sd or a variance?"
            ),
        ),
        WrongAnswer(
            lambda z, eps: (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0)),  # noqa: ARG005
            lambda seen: (
                f"{_sds(seen)}: without any ε, the smallest flicker becomes as large as everything else, and a "
                "constant becomes 0 / 0."
            ),
        ),
        WrongAnswer(
            lambda z, eps: (z - z.mean(axis=0)) / np.sqrt(z.std(axis=0) + eps),
            lambda seen: f"{_sds(seen)}: under the root stands an sd now, whose root is no unit of anything.",
        ),
        WrongAnswer(
            lambda z, eps: (z - z.mean(axis=0)) / (z.var(axis=0) + eps),
            lambda seen: f"{_sds(seen)}: the root is gone, and you divide by a variance.",
        ),
        WrongAnswer(
            lambda z, eps: (z - z.mean(axis=0)) / (np.sqrt(z.var(axis=0)) + np.sqrt(eps)),
            lambda seen: (
                f"{_sds(seen)}: close, and the largest factor is the right one. But the root of a sum is not the "
                "sum of the roots."
            ),
        ),
        WrongAnswer(
            lambda z, eps: (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps**2),
            lambda seen: f"{_sds(seen)}: ε is squared, as if it were an sd. It is added to the variance as it is.",
        ),
    ),
    otherwise=lambda seen: f"{_sds(seen)}; expected {numbers(np.std(seen.expected, axis=0), 2)}.",
    hints=(
        "Try a feature with an sd of 0.0001 and ε = 0.00001: which of the two decides what you divide by?",
        "Look at the forward pass that you wrote above: what is added first, and what comes then?",
    ),
    why="Under the root, no feature is multiplied by more than 1 / √ε, which is 316 for ε = 0.00001. Beside it, by up "
    "to 100,000. And at variance 0 the slope of √(σ² + ε) is finite, that of √σ² is not.",
)

VARIANCE_ONE = Exercise(
    name="07.6",
    prompt="'Every component of z has mean 0 and variance 1', say the notes. What is the variance of z_norm really, "
    "when z has the variance `var`? Mend it.",
    solution=variance_of_z_norm,
    found=found_variance_of_z_norm,
    cases=lambda: [(np.array([1e-5, 1.0, 0.0]), 1e-5), (np.array([4.0, 0.25]), 1e-3)],
    same=same_values,
    wrong_answers=(
        WrongAnswer(
            found_variance_of_z_norm,
            "Take a feature that is the same for all examples: var = 0. Its z_norm is 0 everywhere. Has that the "
            "variance 1?",
        ),
        WrongAnswer(
            lambda var, eps: np.sqrt(var / (var + eps)),
            lambda seen: (
                f"For the variances {numbers(seen.args[0], 2)} you say {numbers(seen.got)}: that is the sd of z_norm."
            ),
        ),
        WrongAnswer(
            lambda var, eps: var / np.sqrt(var + eps),
            lambda seen: (
                f"For the variances {numbers(seen.args[0], 2)} you say {numbers(seen.got)}. Divide numbers by s, "
                "and by what is their variance divided?"
            ),
        ),
        WrongAnswer(
            lambda var, eps: var + eps,
            lambda seen: f"You say {numbers(seen.got)}: that is what z is divided by, squared. How wide is z itself?",
        ),
        WrongAnswer(
            lambda var, eps: 1 - eps + 0 * var,
            lambda seen: f"You say {numbers(seen.got, 6)} whatever the variance. For a constant feature?",
        ),
        WrongAnswer(
            lambda var, eps: np.where(var > 0, 1.0, 0.0),  # noqa: ARG005
            lambda seen: (
                f"Right for the constant. But where var = {seen.args[0][0]:.0e} and ε = {seen.args[1]:.0e}, z was "
                "divided by the root of their sum."
            ),
        ),
    ),
    otherwise=lambda seen: (
        f"For the variances {numbers(seen.args[0], 2)} you say {numbers(seen.got)}; expected {numbers(seen.expected)}."
    ),
    hints=(
        "z_norm is z minus a number, divided by √(σ² + ε). What does a division by s do to a variance?",
        "It is divided by s².",
    ),
    why="It is 1 only where σ² is much larger than ε. A unit that hardly varies stays one: that is what ε is for.",
)

LEARNABLE = Exercise(
    name="07.7",
    prompt="'Mean and variance are learnable', say the notes. Here is a layer that takes them at their word. Which two "
    "are learned, which two are computed? Mend it.",
    solution=learned_layer,
    found=found_learned_layer,
    cases=lambda: [(z, {"gamma": gamma, "beta": beta}, eps) for z, gamma, beta, eps in forward_cases()],
    same=same_values,
    wrong_answers=(
        WrongAnswer(
            found_learned_layer,
            lambda seen: (
                f"With γ = {numbers(seen.args[1]['gamma'])} and β = {numbers(seen.args[1]['beta'])} your outputs "
                f"have mean {np.mean(seen.got):.3f}. Shift all of z by 100 and see what moves: the batch has no say in "
                "this layer."
            ),
        ),
        WrongAnswer(
            lambda z, learned, eps: (z - z.mean(axis=0)) / np.sqrt(learned["gamma"] ** 2 + eps) + learned["beta"],
            "The mean comes from the batch now, the spread is still a learned number: z twice as wide leaves twice as "
            "wide.",
        ),
        WrongAnswer(
            lambda z, learned, eps: (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps),  # noqa: ARG005
            "Mean and variance come from the batch now. But nothing in the layer is learned any more.",
        ),
        WrongAnswer(
            lambda z, learned, eps: (
                learned["gamma"] ** 2 * (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps) + learned["beta"]
            ),
            lambda seen: (
                f"The outputs' sd is {np.std(seen.got[:, 0]):.3f}, with γ = {seen.args[1]['gamma'][0]:g}: γ is the "
                "sd that leaves, and its square the variance."
            ),
        ),
        WrongAnswer(
            lambda z, learned, eps: (
                np.sqrt(np.abs(learned["gamma"])) * (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps)
                + learned["beta"]
            ),
            lambda seen: (
                f"The outputs' sd is {np.std(seen.got[:, 0]):.3f}, with γ = {seen.args[1]['gamma'][0]:g}. γ is no "
                "variance: it multiplies as it is."
            ),
        ),
    ),
    otherwise=lambda seen: (
        f"The first output is {np.ravel(seen.got)[0]:.4g}; expected {np.ravel(seen.expected)[0]:.4g}."
    ),
    hints=(
        "The mean and the variance that are taken off belong to the batch: they are computed, anew for each.",
        "What is learned decides the mean and the spread that leave.",
    ),
    why="Computed: mean and variance of the batch. Learned: γ and β, which become the sd and the mean of what leaves. "
    "A gradient goes through the first two, and to the last two.",
)


def _spread(seen: Seen) -> str:
    means, sds = np.mean(seen.got, axis=0), np.std(seen.got, axis=0)
    return f"The units have the means {numbers(np.round(means, 3) + 0.0)} and the sds {numbers(sds)}"


OF_THE_PARAMETERS = Exercise(
    name="07.8",
    prompt="'Calculate the means and square of the parameters', say the notes, and normalise with them. Of what are "
    "the mean and the variance to be? Mend it.",
    solution=normalized_layer,
    found=found_normalized_layer,
    cases=lambda: [
        (np.random.default_rng(seed).normal(1, 2, (m, n)), np.random.default_rng(seed + 9).normal(size=(n, k)), 1e-5)
        for seed, m, n, k in ((0, 5, 3, 2), (1, 8, 4, 6))
    ],
    same=same_values,
    wrong_answers=(
        WrongAnswer(
            found_normalized_layer,
            lambda seen: (
                f"{_spread(seen)}, where 0 and 1 were wanted. Your mean is the same whatever batch comes in. What does "
                "a batch change?"
            ),
        ),
        WrongAnswer(
            lambda X, W, eps: ((X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps)) @ W,
            lambda seen: (
                f"{_spread(seen)}. You normalise X, as lesson 06 does. A sum of {len(seen.args[1])} normalised inputs "
                "is normalised no more."
            ),
        ),
        WrongAnswer(
            lambda X, W, eps: (
                (X @ W - (X @ W).mean(axis=1, keepdims=True)) / np.sqrt((X @ W).var(axis=1, keepdims=True) + eps)
            ),
            lambda seen: f"{_spread(seen)}. Your mean is over the units of one example; it is to be over the examples.",
        ),
        WrongAnswer(
            lambda X, W, eps: (X @ W - (X @ W).mean(axis=0)) / np.sqrt(np.mean((X @ W) ** 2, axis=0) + eps),
            lambda seen: (
                f"{_spread(seen)}. The mean is right. The variance is the mean of the squared distances from it, not "
                "of the squares."
            ),
        ),
        WrongAnswer(
            lambda X, W, eps: (X @ W - W.mean(axis=0)) / np.sqrt((X @ W).var(axis=0) + eps),
            lambda seen: f"{_spread(seen)}. The spread is right now; the mean is still one of the parameters.",
        ),
        WrongAnswer(
            lambda X, W, eps: (X @ W - (X @ W).mean(axis=0)) / np.sqrt(np.mean(W**2, axis=0) + eps),
            lambda seen: f"{_spread(seen)}. The mean is right now; the spread is still one of the parameters.",
        ),
    ),
    otherwise=lambda seen: f"{_spread(seen)}; wanted are 0 and 1.",
    hints=(
        "What is it that batch norm normalises: the weights, or what they make of a batch?",
        "Its mean and its variance are over the batch, one of each per unit.",
    ),
    why="Of z, over the batch. The parameters have no batch: their mean says nothing about what the next layer gets.",
)
