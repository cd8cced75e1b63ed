"""Data as they come: the examples to look at again, and how much each one of a rare class should weigh."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.softmax import softmax, softmax_loss


def costliest(z, y, n):
    z = z - z.max(axis=1, keepdims=True)
    losses = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]
    return np.argsort(-losses)[:n]


def _losses(z, y):
    return softmax_loss(z, y, reduction="none")[0]


def _answers():
    rng = np.random.default_rng(9)
    clear = np.log([[0.7, 0.2, 0.1], [0.05, 0.9, 0.05], [0.34, 0.33, 0.33], [0.01, 0.04, 0.95], [0.6, 0.3, 0.1]])
    undecided = np.array([[0.0, 0.0, 0.0, 0.0], [-1.0, 0.0, -9.0, -9.0], [5.0, 0.0, 0.0, 0.0]])
    far = np.array([[0.0, 900.0], [0.0, 2000.0], [1500.0, 0.0], [3.0, 0.0]])
    return [
        (clear, np.array([0, 0, 2, 1, 1]), 2),
        (rng.normal(0, 3, (12, 4)), rng.integers(0, 4, 12), 5),
        (far, np.array([0, 0, 1, 0]), 3),
        (undecided, np.array([0, 0, 0]), 2),
    ]


def _chosen(seen: Seen) -> str:
    return f"You choose {np.ravel(seen.got)[:5]}"


COSTLIEST = Exercise(
    name="12.8",
    prompt="Write `costliest(z, y, n)`: which examples should a person look at? `z` holds the logits of all examples, `y` the labels that they were given. Return the places of the `n` examples with the largest loss, the largest first. Right for logits of 1000, too.",
    solution=costliest,
    cases=_answers,
    wrong_answers=(
        WrongAnswer(
            lambda z, y, n: np.argsort(_losses(z, y))[:n],
            lambda seen: f"{_chosen(seen)}: these cost least. `np.argsort` begins with the smallest.",
        ),
        WrongAnswer(
            lambda z, y, n: np.argsort(_losses(z, y))[-n:],
            lambda seen: f"{_chosen(seen)}: the right ones, in the wrong order. Which one should be looked at first?",
        ),
        WrongAnswer(
            lambda z, y, n: np.argsort(softmax(z).max(axis=1))[:n],
            lambda seen: (
                f"{_chosen(seen)}: of these the network is least sure, whatever they are called. A wrong label is one that the network contradicts. Where does y come in?"
            ),
        ),
        WrongAnswer(
            lambda z, y, n: np.argsort(-softmax(z).max(axis=1))[:n],
            lambda seen: f"{_chosen(seen)}: of these the network is surest. It may be sure and right.",
        ),
        WrongAnswer(
            lambda z, y, n: np.argsort(z[np.arange(len(y)), y])[:n],
            lambda seen: (
                f"{_chosen(seen)}, by the true logits alone. A logit says nothing by itself: what are the others of its row?"
            ),
        ),
        WrongAnswer(
            lambda z, y, n: np.argsort(softmax(z)[np.arange(len(y)), y])[:n],
            lambda seen: (
                f"{_chosen(seen)}. Where softmax rounds to 0, you can't tell a loss of 900 from one of 2000. Keep the logarithm: exercise 12.1 has the trick."
            ),
        ),
        WrongAnswer(
            lambda z, y, n: -np.sort(-_losses(z, y))[:n],
            lambda seen: f"{_chosen(seen)}: these are the losses. Whose are they? A place is wanted.",
        ),
        WrongAnswer(
            lambda z, y, n: np.argsort(z[np.arange(len(y)), y] - z.max(axis=1))[:n],
            lambda seen: (
                f"{_chosen(seen)}, by how far the true logit lies behind the largest one. That is nearly the loss; but a row in which all are alike costs as well, and yours says 0. The loss has the logarithm of the whole row's sum."
            ),
        ),
        WrongAnswer(
            lambda z, y, n: np.flatnonzero(z.argmax(axis=1) != y)[:n],
            lambda seen: (
                f"{_chosen(seen)}: the first that are taken for something else. Some are wrong by a hair; which ones cost most?"
            ),
        ),
        WrongAnswer(
            lambda z, y, n: np.argsort(z.max(axis=1))[:n],
            lambda seen: (
                f"{_chosen(seen)}: their largest logits are the smallest ones, whatever they are called. A wrong label is one that the network contradicts. Where does y come in?"
            ),
        ),
    ),
    otherwise=lambda seen: f"{_chosen(seen)}; expected {seen.expected}.",
    hints=(
        "The loss of each example, and no mean: log of the row's sum of e^z, less the logit of its label.",
        "`np.argsort` gives the places from the smallest number to the largest. Of which numbers do you want it?",
    ),
    why="One line of sorting, and a person looks at twenty digits in place of 900. Whoever cleans data begins so.",
)


def example_weights(y, n_classes):
    counts = np.bincount(y, minlength=n_classes)
    return len(y) / (n_classes * counts[y])


def _labels():
    rng = np.random.default_rng(4)
    return [
        (np.repeat([0, 1], [9, 1]), 2),
        (np.array([2, 0, 1, 1, 2, 2]), 3),
        (rng.permutation(np.repeat(range(4), 5)), 4),
    ]


def _counts(y, n_classes):
    return np.bincount(y, minlength=n_classes)


def _weighed(seen: Seen) -> str:
    y, got = np.asarray(seen.args[0]), np.broadcast_to(np.asarray(seen.got, float), np.shape(seen.expected))
    first = [f"{got[y == c][0]:.3g}" for c in range(seen.args[1])]
    return f"For {np.bincount(y).tolist()} examples of the classes, yours weigh {', '.join(first)}"


EXAMPLE_WEIGHTS = Exercise(
    name="12.9",
    prompt="Write `example_weights(y, n_classes)`: a weight for each example, by its class. All classes weigh the same together, and the mean of all weights is 1. Each class has at least one example.",
    solution=example_weights,
    cases=_labels,
    wrong_answers=(
        WrongAnswer(
            lambda y, n_classes: 1 / _counts(y, n_classes)[y],
            lambda seen: (
                f"{_weighed(seen)}. The classes weigh the same together; but the mean is {np.mean(seen.got):.3g}, and your learning rate would have to make up for it."
            ),
        ),
        WrongAnswer(
            lambda y, n_classes: len(y) / _counts(y, n_classes)[y],
            lambda seen: f"{_weighed(seen)}: the mean is {np.mean(seen.got):.3g}, the number of classes.",
        ),
        WrongAnswer(
            lambda y, n_classes: n_classes * _counts(y, n_classes)[y] / len(y),
            lambda seen: f"{_weighed(seen)}: the class that is frequent already weighs even more.",
        ),
        WrongAnswer(
            lambda y, n_classes: np.sqrt(len(y) / (n_classes * _counts(y, n_classes)[y])),
            lambda seen: f"{_weighed(seen)}: half of the way, in ratios. Sum them up, class by class.",
        ),
        WrongAnswer(
            lambda y, n_classes: len(y) / (n_classes * _counts(y, n_classes)),
            lambda seen: (
                f"You return {np.size(seen.got)} weights, one for each class. There are {len(seen.args[0])} examples: which of the weights does each get?"
            ),
        ),
        WrongAnswer(
            lambda y, n_classes: example_weights(y, n_classes) / len(y),
            lambda seen: (
                f"{_weighed(seen)}: their *sum* is 1. Asked for is a mean of 1, so that the loss keeps its size."
            ),
        ),
        WrongAnswer(
            lambda y, n_classes: _counts(y, n_classes)[y] / len(y),
            lambda seen: (
                f"{_weighed(seen)}: that is how frequent each class is. The frequent one weighs even more then."
            ),
        ),
        WrongAnswer(
            lambda y, n_classes: 1 - _counts(y, n_classes)[y] / len(y),
            lambda seen: (
                f"{_weighed(seen)}: the rare class weighs more, but how much is not right. Add the weights up, class by class."
            ),
        ),
        WrongAnswer(
            lambda y, n_classes: np.ones(len(y)),
            "All weigh the same: then a class of 9 weighs nine times as much together as a class of 1.",
        ),
        WrongAnswer(
            lambda y, n_classes: _counts(y, n_classes)[y] ** -0.5 / np.mean(_counts(y, n_classes)[y] ** -0.5),
            lambda seen: f"{_weighed(seen)}: half of the way, in ratios. Sum them up, class by class.",
        ),
    ),
    otherwise=lambda seen: f"{_weighed(seen)}; expected {seen.expected[0]:.3g} for the first example.",
    hints=(
        "How many examples has each class? `np.bincount(y)` counts them, and `counts[y]` gives each example its class's.",
        "C classes share m in all: how much for each class, and then for each of its examples?",
    ),
    why='This is `class_weights` of coursekit, and "balanced" in scikit-learn. It makes up for how often a class was '
    "shown, not for what was never seen of it.",
)
