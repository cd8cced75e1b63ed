"""Find the bug: four mistakes on the way from one layer to a network."""

from itertools import pairwise

import numpy as np

from coursekit.exercises.declare import Exercise, WrongAnswer
from coursekit.exercises.judge import same_values


def momentum_step(gamma, beta, v, d, learning_rate):
    v_gamma = 0.9 * v[0] + 0.1 * d[0]
    v_beta = 0.9 * v[1] + 0.1 * d[1]
    return gamma - learning_rate * v_gamma, beta - learning_rate * v_beta, v_gamma, v_beta


def found_momentum_step(gamma, beta, v, d, learning_rate):
    beta = 0.9  # the momentum
    v_gamma = beta * v[0] + (1 - beta) * d[0]
    v_beta = beta * v[1] + (1 - beta) * d[1]
    return gamma - learning_rate * v_gamma, beta - learning_rate * v_beta, v_gamma, v_beta


def _momentum(gamma, beta, v, d, learning_rate, *, old=0.9, new=0.1):
    v_gamma, v_beta = old * v[0] + new * d[0], old * v[1] + new * d[1]
    return gamma - learning_rate * v_gamma, beta - learning_rate * v_beta, v_gamma, v_beta


def _momentum_cases():
    rng = np.random.default_rng(83)
    draws = [(rng.normal(size=(6, n)), rate) for n, rate in ((3, 0.1), (5, 1.0))]
    return [(draw[0], draw[1], (draw[2], draw[3]), (draw[4], draw[5]), rate) for draw, rate in draws]


def all_layers(X, layers):
    a = X
    for W, gamma, beta in layers[:-1]:
        z = a @ W
        z_norm = (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-5)
        a = np.maximum(gamma * z_norm + beta, 0)
    W, _, b = layers[-1]
    return a @ W + b


def found_all_layers(X, layers):
    a = X
    for W, gamma, beta in layers:  # "use batch norm in every layer"
        z = a @ W
        z_norm = (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-5)
        a = np.maximum(gamma * z_norm + beta, 0)
    return a


def _all_layers(X, layers, *, norm=False, relu=False, shift=True, hidden_norm=True):
    a = X
    for W, gamma, beta in layers[:-1]:
        z = a @ W
        if hidden_norm:
            z = gamma * (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-5)
        a = np.maximum(z + beta, 0)
    W, gamma, beta = layers[-1]
    z = a @ W
    if norm:
        z = gamma * (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-5)
    z = z + beta if shift else z
    return np.maximum(z, 0) if relu else z


def _layer_cases():
    rng = np.random.default_rng(84)

    def layers(*sizes):
        return [(rng.normal(size=pair), rng.uniform(0.5, 2, pair[1]), rng.normal(size=pair[1]))
                for pair in pairwise(sizes)]  # fmt: skip

    return [(rng.normal(size=(8, 3)), layers(3, 5, 4)), (rng.normal(size=(6, 4)), layers(4, 3, 5, 2))]


def normalized_batches(z, m):
    outputs = []
    for start in range(0, len(z), m):
        batch = z[start : start + m]
        mean, sd = batch.mean(axis=0), np.sqrt(batch.var(axis=0) + 1e-5)
        outputs.append((batch - mean) / sd)
    return np.concatenate(outputs)


def found_normalized_batches(z, m):
    outputs = []
    mean, sd = z.mean(axis=0), np.sqrt(z.var(axis=0) + 1e-5)
    for start in range(0, len(z), m):
        batch = z[start : start + m]
        outputs.append((batch - mean) / sd)
    return np.concatenate(outputs)


def _first_batch(z, m):
    mean, sd = z[:m].mean(axis=0), np.sqrt(z[:m].var(axis=0) + 1e-5)
    return (z - mean) / sd


def _half(z, m, *, mean_of_all):
    outputs = []
    for start in range(0, len(z), m):
        batch = z[start : start + m]
        of_mean, of_sd = (z, batch) if mean_of_all else (batch, z)
        outputs.append((batch - of_mean.mean(axis=0)) / np.sqrt(of_sd.var(axis=0) + 1e-5))
    return np.concatenate(outputs)


def _batch_cases():
    rng = np.random.default_rng(85)
    return [(rng.normal(3, 2, (8, 2)), 4), (rng.normal(size=(9, 3)), 3)]


def initial_scale_and_shift(n):
    return np.ones(n), np.zeros(n)


def found_initial_scale_and_shift(n):
    return np.zeros(n), np.zeros(n)  # as for every b


NAME_CLASH = Exercise(
    name="08.3",
    prompt="A step of momentum for gamma and beta: `v` holds the averages so far of both gradients, `d` the gradients. "
    "The notes call the momentum beta, and this code does too. Find the bug and mend it.",
    solution=momentum_step,
    found=found_momentum_step,
    cases=_momentum_cases,
    same=same_values,
    wrong_answers=(
        WrongAnswer(
            found_momentum_step,
            lambda seen: (
                f"Beta was {np.round(seen.args[1], 2)} before the step, and is {np.round(seen.got[1], 2)} after it, at "
                f"rate {seen.args[4]:g}. Who wrote over it?"
            ),
        ),
        WrongAnswer(
            lambda gamma, beta, v, d, learning_rate: _momentum(
                gamma, beta, v, d, learning_rate, old=beta, new=1 - beta
            ),
            lambda seen: (
                f"v_gamma became {np.round(seen.got[2], 2)}: now batch norm's beta, {np.round(seen.args[1], 2)}, "
                "stands where the share of the old average belongs. Two different things, one letter."
            ),
        ),
        WrongAnswer(
            lambda *args: _momentum(*args, old=0.1, new=0.9),
            "The names are apart now. But the old average keeps a tenth: 0.9 is the share that stays.",
        ),
        WrongAnswer(
            lambda *args: _momentum(*args, new=1.0),
            "The names are apart now. The new gradient came in with its full weight: the shares were to add up to 1.",
        ),
        WrongAnswer(
            lambda gamma, beta, v, d, learning_rate: (gamma - learning_rate * d[0], beta - learning_rate * d[1], *v),
            "That is plain gradient descent: the averages are neither updated nor used.",
        ),
    ),
    otherwise=lambda seen: (
        f"From beta {np.round(seen.args[1], 3)} it went to {np.round(seen.got[1], 3)}; expected "
        f"{np.round(seen.expected[1], 3)}."
    ),
    hints=(
        "How many meanings has the name `beta` in these four lines?",
        "Give the momentum a name of its own, such as `decay`.",
    ),
    why="Batch norm's beta is an array, learned, one number a unit. Momentum's is one number that you choose, and so "
    "are Adam's two. The letter is all that they share, and a program has one place for a name.",
)

EVERY_LAYER = Exercise(
    name="08.4",
    prompt="`layers` is a list of (W, gamma, beta); in the last layer, beta serves as its b and gamma is not used. "
    "This should return the logits, before the softmax. Find the bug and mend it.",
    solution=all_layers,
    found=found_all_layers,
    cases=_layer_cases,
    same=same_values,
    wrong_answers=(
        WrongAnswer(
            found_all_layers,
            lambda seen: (
                f"No logit is below {np.min(seen.got):.2f}, and {np.mean(np.asarray(seen.got) == 0):.0%} of them are "
                "exactly 0. Should the last layer go the way of the others?"
            ),
        ),
        WrongAnswer(
            lambda X, layers: _all_layers(X, layers, norm=True),
            "The ReLU is gone from the end. But the logits are still normalised over the batch: each class gets the "
            "same spread, and an example's scores depend on its companions.",
        ),
        WrongAnswer(
            lambda X, layers: _all_layers(X, layers, relu=True),
            lambda seen: (
                f"The last layer has no batch norm now, but still the ReLU: no logit is below {np.min(seen.got):.2f}."
            ),
        ),
        WrongAnswer(
            lambda X, layers: _all_layers(X, layers, shift=False),
            "Only the shift of the last layer is missing: no batch norm follows it there, so a b is not taken off.",
        ),
        WrongAnswer(
            lambda X, layers: _all_layers(X, layers, hidden_norm=False),
            "The last layer is right. But now no layer is normalised, the hidden ones neither.",
        ),
    ),
    otherwise=lambda seen: (
        f"The first logit is {np.ravel(seen.got)[0]:.4g}; expected {np.ravel(seen.expected)[0]:.4g}."
    ),
    hints=(
        "What goes into a softmax, and may it be negative?",
        "The last layer is x W + b, and nothing else. The loop has to know which one is the last.",
    ),
    why="The logits are the answer: their size says how sure the network is, and nothing behind them could put right "
    "what a ReLU cut off. Batch norm belongs to the hidden layers.",
)

OF_WHICH_BATCH = Exercise(
    name="08.5",
    prompt="This is to normalise z in mini-batches of m examples, as in training. Find the bug and mend it.",
    solution=normalized_batches,
    found=found_normalized_batches,
    cases=_batch_cases,
    same=same_values,
    wrong_answers=(
        WrongAnswer(
            found_normalized_batches,
            lambda seen: (
                f"The first mini-batch comes out with means {np.round(np.mean(seen.got[: seen.args[1]], axis=0), 2)}, "
                "and they should be 0. Of whom are the mean and the sd?"
            ),
        ),
        WrongAnswer(
            _first_batch,
            lambda seen: (
                "The first mini-batch is right. The last one has means "
                f"{np.round(np.mean(seen.got[-seen.args[1] :], axis=0), 2)}: it is still measured by the first."
            ),
        ),
        WrongAnswer(
            lambda z, m: _half(z, m, mean_of_all=True),
            "The sd is the mini-batch's own now, the mean is still that of all.",
        ),
        WrongAnswer(
            lambda z, m: _half(z, m, mean_of_all=False),
            "The mean is the mini-batch's own now, the sd is still that of all.",
        ),
    ),
    otherwise=lambda seen: (
        f"The first value is {np.ravel(seen.got)[0]:.4g}; expected {np.ravel(seen.expected)[0]:.4g}."
    ),
    hints=(
        "In training, what does the step for one mini-batch know of the others?",
        "Which line stands on the wrong side of the loop?",
    ),
    why="Each mini-batch has its own statistics. Those of the whole set would be wrong after the first step anyhow, as "
    "W has moved; to compute them anew at every step would cost a whole epoch.",
)

GAMMA_OF_ZERO = Exercise(
    name="08.6",
    prompt="Gamma and beta of a layer with n units, before any training. With these, the loss stays where guessing "
    "is, and no W of a hidden layer moves at first. Find the bug and mend it.",
    solution=initial_scale_and_shift,
    found=found_initial_scale_and_shift,
    cases=lambda: [(3,), (5,)],
    same=same_values,
    wrong_answers=(
        WrongAnswer(
            found_initial_scale_and_shift,
            lambda seen: (
                f"Whatever comes in, gamma {np.asarray(seen.got[0])} makes of it 0 in each of the {seen.args[0]} "
                "units. What should batch norm hand on before anybody has learned anything?"
            ),
        ),
        WrongAnswer(
            lambda n: (np.ones(n), np.ones(n)),
            "Gamma is right. With this beta every unit begins at mean 1: hardly a ReLU would ever cut off.",
        ),
        WrongAnswer(
            lambda n: (np.zeros(n), np.ones(n)),
            "Now they are the wrong way round: which of the two multiplies?",
        ),
        WrongAnswer(
            lambda n: (1.0, 0.0),  # noqa: ARG005
            "One number for all units: it would begin well, but all units would have to share what is learned.",
        ),
        WrongAnswer(
            lambda n: (np.full(n, 0.01), np.zeros(n)),
            "Small, as for weights? The 1/100 goes into the next layer. If that has batch norm, it is undone there; "
            "if it is the last one, the logits begin at almost nothing.",
        ),
    ),
    otherwise=lambda seen: (
        f"For {seen.args[0]} units gamma is {np.round(np.asarray(seen.got[0]), 3)} and beta "
        f"{np.round(np.asarray(seen.got[1]), 3)}."
    ),
    hints=(
        "What is gamma × z_norm + beta with these two?",
        "At first batch norm should hand on what it has normalised, as it is.",
    ),
    why="At gamma 1 and beta 0 each unit starts with mean 0 and variance 1. At gamma 0 the gradient of W is 0 as well: "
    "it has gamma as a factor. Where zeros are put there on purpose, a path around the layer carries the signal.",
)
