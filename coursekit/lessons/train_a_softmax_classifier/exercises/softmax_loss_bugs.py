"""Find the bug: the 1/m that real notes forgot, softmax taken twice, and labels that lost their pictures."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.lab.same import same_values


def weight_gradient(X, y, W):
    t = np.exp(X @ W)
    d_z = t / t.sum(axis=1, keepdims=True)
    d_z[np.arange(len(y)), y] -= 1
    d_z /= len(y)
    return X.T @ d_z


def found_weight_gradient(X, y, W):
    t = np.exp(X @ W)
    d_z = t / t.sum(axis=1, keepdims=True)
    d_z[np.arange(len(y)), y] -= 1  # back prop for softmax is Y_hat - Y
    return X.T @ d_z


def mean_loss(z, y):
    log_sum = np.log(np.exp(z).sum(axis=1))
    return np.mean(log_sum - z[np.arange(len(y)), y])


def found_mean_loss(z, y):
    z = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)  # a classifier ends in softmax
    log_sum = np.log(np.exp(z).sum(axis=1))
    return np.mean(log_sum - z[np.arange(len(y)), y])


def shuffled(x, y, seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(y))
    return x[order], y[order]


def found_shuffled(x, y, seed):
    rng = np.random.default_rng(seed)
    return x[rng.permutation(len(y))], y[rng.permutation(len(y))]  # both in random order


def _drawn_with_repetition(x, y, seed):
    order = np.random.default_rng(seed).integers(0, len(y), len(y))
    return x[order], y[order]


def same_pairs(got, expected):
    """Say whether two results hold the same pairs of x and y, in whatever order that is a new one."""
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape or np.mean(np.abs(np.diff(got[0])) == 1) > 0.5:  # neighbours stay neighbours
        return False
    return same_values(*(np.array(sorted(map(tuple, pairs.T))) for pairs in (got, expected)))


def _batches():
    rng = np.random.default_rng(5)
    return [
        (rng.normal(size=(m, n)), rng.integers(0, n_classes, m), rng.normal(size=(n, n_classes)))
        for m, n, n_classes in ((8, 3, 4), (5, 2, 3), (1, 4, 2))
    ]


def _sizes(seen: Seen) -> str:
    return f"With a batch of {len(seen.args[1])} the first slope is {np.ravel(seen.got)[0]:.4f}"


FORGOTTEN_SHARE = Exercise(
    name="12.4",
    prompt="These notes say: back prop for softmax is Y_hat - Y. The cost is the mean over the batch. Find the bug and mend it.",
    solution=weight_gradient,
    found=found_weight_gradient,
    cases=_batches,
    shows=_sizes,
    wrong_answers=(
        WrongAnswer(
            found_weight_gradient,
            lambda seen: (
                f"{_sizes(seen)}; the same batch handed over twice would give {2 * np.ravel(seen.got)[0]:.4f}, though its mean cost has not changed. What belongs to one example of the batch?"
            ),
        ),
        WrongAnswer(
            lambda X, y, W: weight_gradient(X, y, W) * len(y) / W.shape[1],
            "{shown}: you divide by {args[2].shape[1]}, the number of classes.",
        ),
        WrongAnswer(
            lambda X, y, W: weight_gradient(X, y, W) * len(y) / X.shape[1],
            "{shown}: you divide by {args[0].shape[1]}, the number of features.",
        ),
        WrongAnswer(
            lambda X, y, W: weight_gradient(X, y, W) / len(y),
            lambda seen: f"{_sizes(seen)}: too small, and by a factor of {len(seen.args[1])}. You divide twice.",
        ),
        WrongAnswer(
            lambda X, y, W: found_weight_gradient(X, y, W) + X.T @ np.eye(W.shape[1])[y] * (1 - 1 / len(y)),
            "{shown}. Now the truth is divided, and the prediction is not: both belong to the mean.",
        ),
    ),
    otherwise=lambda seen: f"{_sizes(seen)}; expected {np.ravel(seen.expected)[0]:.4f}.",
    hints=(
        "Y_hat - Y is right for one example. What does the cost do with m of them?",
        "Each loss enters the cost with the factor 1/m, and so does its slope.",
    ),
    why="Without it the step grows with the batch: in batches of 900, a rate of 0.1 is really one of 90. It hides in small batches and behind Adam, which does not notice a constant factor.",
)


def _logits():
    rng = np.random.default_rng(6)
    sure = np.full((4, 10), -20.0)
    sure[np.arange(4), [1, 5, 0, 9]] = 20
    return [(sure, np.array([1, 5, 0, 9])), (rng.normal(0, 3, (7, 4)), rng.integers(0, 4, 7))]


def _loss(seen: Seen) -> str:
    who = "four examples that are all right, and sure of it" if len(seen.args[1]) == 4 else "the second batch"
    return f"For {who}, the loss is {float(seen.got):.3f}"


SOFTMAX_TWICE = Exercise(
    name="12.5",
    prompt="The loss of this network for ten classes never falls below 1.46, however good it gets. Find the bug and mend it.",
    solution=mean_loss,
    found=found_mean_loss,
    cases=_logits,
    shows=_loss,
    wrong_answers=(
        WrongAnswer(
            found_mean_loss,
            "{shown}. Probabilities lie between 0 and 1: taken for logits, how far apart can two be?",
        ),
        WrongAnswer(
            lambda z, y: found_mean_loss(z, y) - np.log(np.e + z.shape[1] - 1) + 1,
            "{shown}: you took the floor off. It is still the loss of other probabilities.",
        ),
        WrongAnswer(
            lambda z, y: mean_loss(z, y) * len(y),
            lambda seen: (
                f"{_loss(seen)}: softmax is gone, but so is the mean."
                if seen.got < 1e-3
                else f"For {len(seen.args[1])} examples it is {float(seen.got):.3f}: one softmax now, but you sum."
            ),
        ),
        WrongAnswer(
            lambda z, y: -np.mean(np.exp(z - np.log(np.exp(z).sum(axis=1, keepdims=True)))[np.arange(len(y)), y]),
            "{shown}: that is a mean probability with a minus. Where is the logarithm?",
        ),
        WrongAnswer(
            lambda z, y: -np.mean(z[np.arange(len(y)), y]),
            "You take the true logit alone. Against what is it measured? A loss of a classifier that is right and sure is 0.",
        ),
        WrongAnswer(
            lambda z, y: np.mean((np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))[np.arange(len(y)), y]),
            "That is the share of the true class: it should be high. A loss is low then; which function of it?",
        ),
    ),
    otherwise=lambda seen: f"The loss is {float(seen.got):.4f}; expected {float(seen.expected):.4f}.",
    hints=(
        "The second line takes the logarithm of a sum of powers. Of whose powers?",
        "How often is softmax taken? Ten logits, one of them 1 and nine of them 0: what share does the 1 get?",
    ),
    why="At best the ten logits are one 1 and nine 0, and e / (e + 9) has the loss 1.461. The network still learns, which is why this bug lives so long: only the loss tells.",
)


def _pairs():
    return [(np.arange(50) + 0.5, np.arange(50) % 7, seed) for seed in (3, 4)]


def _kept(seen: Seen) -> str:
    x, y = np.asarray(seen.got)
    return f"{np.mean(np.floor(x) % 7 == y):.0%} of the examples still have their own label"


LOST_LABELS = Exercise(
    name="12.6",
    prompt="Before each epoch the examples are shuffled. The network stays at the accuracy of guessing. Find the bug and mend it.",
    solution=shuffled,
    found=found_shuffled,
    cases=_pairs,
    same=same_pairs,
    shows=_kept,
    wrong_answers=(
        WrongAnswer(
            found_shuffled,
            "{shown} after it. How many times is an order drawn?",
        ),
        WrongAnswer(
            lambda x, y, seed: (x[np.random.default_rng(seed).permutation(len(y))], y),
            "{shown} after it: the examples move, the labels stay where they were.",
        ),
        WrongAnswer(
            lambda x, y, seed: (x, y[np.random.default_rng(seed).permutation(len(y))]),
            "{shown} after it: the labels move, and the examples do not go with them.",
        ),
        WrongAnswer(
            _drawn_with_repetition,
            lambda seen: (
                f"Every example keeps its label, but only {len(np.unique(np.asarray(seen.got)[0]))} of {len(seen.args[1])} are left, some of them twice. An epoch shows each once."
            ),
        ),
        WrongAnswer(
            lambda x, y, seed: (np.roll(x, seed), np.roll(y, seed)),
            "Every example keeps its label, and its neighbours as well: you turn the list round. Shuffled, an example has new company in each epoch.",
        ),
    ),
    otherwise="{shown}; all should, each example once.",
    hints=(
        "Follow example 0: to which place does it go, and to which does its label?",
        "One order for both.",
    ),
    why="Nothing raises an error, and the loss settles a little above log C: the labels have nothing to do with their pictures, and change before they can be learnt by heart. Now you know what a loss near 2.3 can mean.",
)
