"""Find the bug: two mistakes with the order of things, in the forward pass of a network with batch norm."""

from itertools import pairwise

import numpy as np

from coursekit.lab.exercise import Exercise, WrongAnswer


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
    return [(rng.normal(3, 2, (8, 2)), 4), (rng.normal(size=(9, 3)), 3), (rng.normal(1, 3, (11, 2)), 4)]


EVERY_LAYER = Exercise(
    name="08.4",
    prompt="`layers` is a list of (W, gamma, beta); in the last layer, beta serves as its b and gamma is not used. This should return the logits, before the softmax. Find the bug and mend it.",
    solution=all_layers,
    found=found_all_layers,
    cases=_layer_cases,
    wrong_answers=(
        WrongAnswer(
            found_all_layers,
            lambda seen: (
                f"No logit is below {np.min(seen.got):.2f}, and {np.mean(np.asarray(seen.got) == 0):.0%} of them are exactly 0. Should the last layer go the way of the others?"
            ),
        ),
        WrongAnswer(
            lambda X, layers: _all_layers(X, layers, norm=True),
            "The ReLU is gone from the end. But the logits are still normalised over the batch: each class gets the same spread, and an example's scores depend on its companions.",
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
        WrongAnswer(
            lambda X, layers: layers[-1][1] * (all_layers(X, layers) - layers[-1][2]) + layers[-1][2],
            "You scale the logits by the last gamma. No batch norm stands there: it is not used.",
        ),
    ),
    otherwise=lambda seen: (
        f"The first logit is {np.ravel(seen.got)[0]:.4g}; expected {np.ravel(seen.expected)[0]:.4g}."
    ),
    hints=(
        "What goes into a softmax, and may it be negative?",
        "The last layer is x W + b, and nothing else. The loop has to know which one is the last.",
    ),
    why="The logits are the answer: their size says how sure the network is, and nothing behind them could put right what a ReLU cut off. Batch norm belongs to the hidden layers.",
)

OF_WHICH_BATCH = Exercise(
    name="08.5",
    prompt="This is to normalise z in mini-batches of m examples, as in training. Find the bug and mend it.",
    solution=normalized_batches,
    found=found_normalized_batches,
    cases=_batch_cases,
    wrong_answers=(
        WrongAnswer(
            found_normalized_batches,
            lambda seen: (
                f"The first mini-batch comes out with means {np.round(np.mean(seen.got[: seen.args[1]], axis=0), 2)}, and they should be 0. Of whom are the mean and the sd?"
            ),
        ),
        WrongAnswer(
            _first_batch,
            lambda seen: (
                f"The first mini-batch is right. The last one has means {np.round(np.mean(seen.got[-seen.args[1] :], axis=0), 2)}: it is still measured by the first."
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
        WrongAnswer(
            lambda z, m: normalized_batches(z[: len(z) // m * m], m),
            lambda seen: (
                f"Of {len(seen.args[0])} examples in mini-batches of {seen.args[1]} you return {len(seen.got)}: the last mini-batch is shorter, and counts as well."
            ),
        ),
        WrongAnswer(
            lambda z, m: np.concatenate(
                [(batch - batch.mean(axis=0)) / batch.std(axis=0) for batch in np.split(z, range(m, len(z), m))]
            ),
            "Each mini-batch has its own statistics now, but the 1e-5 is gone: a unit that does not vary in one would be divided by 0.",
        ),
        WrongAnswer(
            lambda z, m: np.concatenate(
                [
                    (batch - batch.mean(axis=0)) / (batch.std(axis=0) + 1e-5)
                    for batch in np.split(z, range(m, len(z), m))
                ]
            ),
            "Each mini-batch has its own statistics. The 1e-5 stood under the root, beside the variance; yours is added to the sd.",
        ),
    ),
    otherwise=lambda seen: (
        f"The first value is {np.ravel(seen.got)[0]:.4g}; expected {np.ravel(seen.expected)[0]:.4g}."
    ),
    hints=(
        "In training, what does the step for one mini-batch know of the others?",
        "Which line stands on the wrong side of the loop?",
    ),
    why="Each mini-batch has its own statistics. Those of the whole set would be wrong after the first step anyhow, as W has moved; to compute them anew at every step would cost a whole epoch.",
)
