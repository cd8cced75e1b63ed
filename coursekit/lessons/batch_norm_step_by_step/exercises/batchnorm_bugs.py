"""Find the bug: where eps stands, and the variance that is left."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.lessons.batch_norm_step_by_step.exercises.batchnorm_steps import numbers


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
    shows=_sds,
    wrong_answers=(
        WrongAnswer(
            found_normalize,
            "{shown}: a feature that hardly varies is blown up. What is ε added to, an sd or a variance?",
        ),
        WrongAnswer(
            lambda z, eps: (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0)),
            "{shown}: without any ε, the smallest flicker becomes as large as everything else, and a constant becomes 0 / 0.",
        ),
        WrongAnswer(
            lambda z, eps: (z - z.mean(axis=0)) / np.sqrt(z.std(axis=0) + eps),
            "{shown}: under the root stands an sd now, whose root is no unit of anything.",
        ),
        WrongAnswer(
            lambda z, eps: (z - z.mean(axis=0)) / (z.var(axis=0) + eps),
            "{shown}: the root is gone, and you divide by a variance.",
        ),
        WrongAnswer(
            lambda z, eps: (z - z.mean(axis=0)) / (np.sqrt(z.var(axis=0)) + np.sqrt(eps)),
            "{shown}: close, and the largest factor is the right one. But the root of a sum is not the sum of the roots.",
        ),
        WrongAnswer(
            lambda z, eps: (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps**2),
            "{shown}: ε is squared, as if it were an sd. It is added to the variance as it is.",
        ),
    ),
    otherwise=lambda seen: f"{_sds(seen)}; expected {numbers(np.std(seen.expected, axis=0), 2)}.",
    hints=(
        "Try a feature with an sd of 0.0001 and ε = 0.00001: which of the two decides what you divide by?",
        "Look at the forward pass that you wrote above: what is added first, and what comes then?",
    ),
    why="Under the root, no feature is multiplied by more than 1 / √ε, which is 316 for ε = 0.00001. Beside it, by up to 100,000. And at variance 0 the slope of √(σ² + ε) is finite, that of √σ² is not.",
)

VARIANCE_ONE = Exercise(
    name="07.6",
    prompt="'Every component of z has mean 0 and variance 1', say the notes. What is the variance of z_norm really, when z has the variance `var`? Mend it.",
    solution=variance_of_z_norm,
    found=found_variance_of_z_norm,
    cases=lambda: [(np.array([1e-5, 1.0, 0.0]), 1e-5), (np.array([4.0, 0.25]), 1e-3)],
    wrong_answers=(
        WrongAnswer(
            found_variance_of_z_norm,
            "Take a feature that is the same for all examples: var = 0. Its z_norm is 0 everywhere. Has that the variance 1?",
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
                f"For the variances {numbers(seen.args[0], 2)} you say {numbers(seen.got)}. Divide numbers by s, and by what is their variance divided?"
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
            lambda var, eps: np.where(var > 0, 1.0, 0.0),
            "Right for the constant. But where var = {args[0][0]:.0e} and ε = {args[1]:.0e}, z was divided by the root of their sum.",
        ),
        WrongAnswer(
            lambda var, eps: (var + eps) / var,
            "Upside down: dividing by a little more than the sd can only leave less than 1.",
        ),
        WrongAnswer(
            lambda var, eps: var / (var + eps) ** 2,
            "z_norm is z over a root, so its variance is `var` over what stands under the root, once; yours is divided twice.",
        ),
        WrongAnswer(
            lambda var, eps: var / (np.sqrt(var) + eps) ** 2,
            "Your eps is added to the sd. In the forward pass it is added to the variance, under the root.",
        ),
        WrongAnswer(
            lambda var, eps: 1 / (var + eps),
            lambda seen: (
                f"For the variances {numbers(seen.args[0], 2)} you say {numbers(seen.got)}: that is the factor that a variance is multiplied by. What does it become then?"
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
