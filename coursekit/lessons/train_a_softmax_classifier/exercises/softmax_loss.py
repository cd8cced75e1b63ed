"""The softmax loss: to predict, and to write, with its gradient."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer
from coursekit.lab.same import same_even_where_nan


def cross_entropy(z, y):
    z = z - z.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(z).sum(axis=1))
    return np.mean(log_sum - z[np.arange(len(y)), y])


def cross_entropy_gradient(z, y):
    t = np.exp(z - z.max(axis=1, keepdims=True))
    d_z = t / t.sum(axis=1, keepdims=True)
    d_z[np.arange(len(y)), y] -= 1
    return d_z / len(y)


def same_even_where_infinite(got, expected):
    """Say whether two results agree, infinity with infinity and nan with nan."""
    got, expected = np.asarray(got, float), np.asarray(expected, float)
    are_infinite = np.isinf(got) & np.isinf(expected) & (got == expected) if got.shape == expected.shape else False
    return same_even_where_nan(np.where(are_infinite, 0, got), np.where(are_infinite, 0, expected))


def _softmax(z):
    t = np.exp(z - z.max(axis=1, keepdims=True))
    return t / t.sum(axis=1, keepdims=True)


def _true(a, y):
    return a[np.arange(len(y)), y]


def _one_hot(z, y):
    return np.eye(z.shape[1])[y]


def _cases():
    rng = np.random.default_rng(12)
    near = np.log([[0.3, 0.2, 0.1, 0.4], [0.7, 0.1, 0.1, 0.1], [0.25, 0.25, 0.25, 0.25]])
    far = np.array([[1000.0, 0.0, -1000.0], [0.0, 50.0, 2.0]])
    large = np.array([[1000.0, 1001.0, 999.0], [3.0, 2.0, 1.0]])
    return [
        (near, np.array([1, 0, 2])),
        (rng.normal(0, 2, (6, 5)), rng.integers(0, 5, 6)),
        (far, np.array([2, 1])),
        (large, np.array([1, 0])),
    ]


def _number(seen: Seen) -> str:
    return f"For the three examples of the first case you get {np.asarray(seen.got, float):.4g}"


CROSS_ENTROPY = Exercise(
    name="12.1",
    prompt="Write `cross_entropy(z, y)`: the mean loss of a batch. `z` are logits of shape `(m, C)`, `y` the true classes, whole numbers. Right for logits of 1000, too.",
    solution=cross_entropy,
    cases=_cases,
    same=same_even_where_infinite,
    shows=_number,
    wrong_answers=(
        WrongAnswer(
            lambda z, y: -np.mean(np.log(_true(_softmax(z), y))),
            lambda seen: (
                f"Right while no probability is 0. For z = {seen.args[0][0]} and the true class {seen.args[1][0]}, softmax rounds to 0, and log 0 makes the loss {float(seen.got)}. It should be {float(seen.expected):.0f}: can you take the logarithm before anything is rounded away?"
            ),
        ),
        WrongAnswer(
            lambda z, y: -np.mean(np.log(_true(_softmax(z), y) + 1e-12)),
            "A small number inside of the logarithm hides the log of 0: for z = {args[0][0]} the loss of one example should be 2000, and yours stops at 27.6. Then it has no slope any more, and nobody learns from it.",
        ),
        WrongAnswer(
            lambda z, y: np.mean(np.log(np.exp(z).sum(axis=1)) - _true(z, y)),
            "Right for small logits. But e to the power of 1000 overflows, and the loss becomes infinite or nan. Lesson 11 has the cure: what may you take off a row?",
        ),
        WrongAnswer(
            lambda z, y: -cross_entropy(z, y),
            "{shown}: a negative loss. A probability is below 1; what sign has its logarithm?",
        ),
        WrongAnswer(
            lambda z, y: cross_entropy(z, y) * len(y),
            "{shown}, and twice as many examples would give twice that. You sum the losses: with a batch twice as large, every step would be twice as long.",
        ),
        WrongAnswer(
            lambda z, y: cross_entropy(z, y) / z.shape[1],
            "{shown}: too small by a factor of {args[0].shape[1]}, the number of classes. A mean over the whole one-hot table counts all the zeros as well.",
        ),
        WrongAnswer(
            lambda z, y: cross_entropy(z, y) / np.log(2),
            "{shown}: in bits, by the logarithm to base 2. Softmax is made of e.",
        ),
        WrongAnswer(
            lambda z, y: np.mean(-np.log(_softmax(z)[:, y])),
            "`[:, y]` takes the columns of all true classes from every row. One number a row is wanted: that of its own class.",
        ),
        WrongAnswer(
            lambda z, y: np.mean(1 - _true(_softmax(z), y)),
            "{shown}: you measure how much probability is missing. That never passes 1.",
        ),
        WrongAnswer(
            lambda z, y: -np.mean(np.log(_softmax(z).max(axis=1))),
            "{shown}, whatever y is: you score the class that leads, and not the true one. Who never looks at y can't be wrong.",
        ),
        WrongAnswer(
            lambda z, y: np.mean(
                np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1)) - z[np.arange(len(y)), y]
            ),
            "The largest logit is taken off within the logarithm alone: the loss of a row shrinks by as much as you took off. Give it back, or take it off both.",
        ),
        WrongAnswer(
            lambda z, y: np.mean(z.argmax(axis=1) == y),
            "{shown}: that is the accuracy, the share of right ones. A loss also says how sure they were.",
        ),
        WrongAnswer(
            lambda z, y: np.mean(np.sum((_softmax(z) - np.eye(z.shape[1])[y]) ** 2, axis=1)),
            "{shown}: you add squared distances. Cross-entropy takes the logarithm of one share, that of the true class.",
        ),
        WrongAnswer(
            lambda z, y: cross_entropy(np.clip(z, -50, 50), y),
            "{shown}: you cut the logits off at a limit. Nothing overflows then, but two logits beyond it look the same. What may be taken off a row without changing any share?",
        ),
        WrongAnswer(
            lambda z, y: np.mean(
                -np.sum(np.log(np.abs(1 - np.eye(z.shape[1])[y] - np.clip(_softmax(z), 1e-15, 1 - 1e-15))), axis=1)
            ),
            "{shown}: you also add a log of 1 - p for every other class, as if each were a question of its own. With softmax one class is true, and its share alone counts.",
        ),
    ),
    otherwise=lambda seen: f"{_number(seen)}; expected {float(seen.expected):.4g}.",
    hints=(
        "The loss of an example is -log of the share of its true class. Write the share as e^z / sum, and take the logarithm by hand.",
        "log(a / b) = log a - log b, and log of e^z is z. What is left of the numerator?",
        "Take the largest logit off each row first; `z[np.arange(len(y)), y]` picks one logit a row.",
    ),
    why="The true class's logit never passes through e, so nothing rounds to 0: a loss of 2000 is a loss of 2000, and still has a slope. This is what `softmax_loss` does; in PyTorch it is why the loss wants logits.",
)


def _shown(array) -> str:
    return np.array2string(np.asarray(array, float)[0], precision=3, suppress_small=True, floatmode="fixed")


def _row(seen: Seen) -> str:
    return f"Your first row is {_shown(seen.got)}"


GRADIENT = Exercise(
    name="12.2",
    prompt="Write `cross_entropy_gradient(z, y)`: the slope of that mean loss with respect to every logit, in the shape of `z`.",
    solution=cross_entropy_gradient,
    cases=_cases,
    same=same_even_where_infinite,
    shows=_row,
    wrong_answers=(
        WrongAnswer(
            lambda z, y: cross_entropy_gradient(z, y) * len(y),
            lambda seen: (
                f"{_row(seen)}: that is the slope of this example's own loss. The loss is a mean of {len(seen.args[1])}; how much of it belongs to one example?"
            ),
        ),
        WrongAnswer(
            lambda z, y: -cross_entropy_gradient(z, y),
            "{shown}: as a slope, it says that a larger true logit makes the loss larger.",
        ),
        WrongAnswer(
            lambda z, y: cross_entropy_gradient(z, y) * len(y) / z.size,
            "{shown}: divided by the number of classes as well. The mean is over examples.",
        ),
        WrongAnswer(
            lambda z, y: cross_entropy_gradient(z, y) * _one_hot(z, y),
            "{shown}. Only the true class counts in the loss, but softmax has all logits in its sum: raise another one, and the true class's share falls.",
        ),
        WrongAnswer(
            lambda z, y: -_one_hot(z, y) / _softmax(z) / len(y),
            "{shown}: the slope with respect to the probabilities. The way back through softmax is missing.",
        ),
        WrongAnswer(
            lambda z, y: _softmax(z) / len(y),
            lambda seen: f"{_row(seen)}, with the sum {np.sum(seen.got, axis=1)[0]:.3f}: where does y come in?",
        ),
        WrongAnswer(
            lambda z, y: (_softmax(z) - y[:, None]) / len(y),
            "You take the class's number off every share of its row: y is a name here, not an amount.",
        ),
        WrongAnswer(
            lambda z, y: (_softmax(z.T).T - _one_hot(z, y)) / len(y),
            lambda seen: (
                f"{_row(seen)}, with the sum {np.sum(seen.got, axis=1)[0]:.3f}; the pushes of an example sum to 0. Along which axis do your shares sum to 1?"
            ),
        ),
        WrongAnswer(
            lambda z, y: (_softmax(z) - np.isin(np.arange(z.shape[1]), y)) / len(y),
            "`p[:, y] -= 1` takes 1 off in *all* rows, in every column that is some example's class. Each row has one true class of its own.",
        ),
        WrongAnswer(
            lambda z, y: (_softmax(z) - np.eye(z.shape[1])[y]) * _softmax(z) * (1 - _softmax(z)) / len(y),
            "{shown}. You multiply by p (1 - p) as well: that is a sigmoid's slope, for a squared error. Here it has cancelled.",
        ),
        WrongAnswer(
            lambda z, y: (_softmax(z) + np.eye(z.shape[1])[y]) / len(y),
            "{shown}. At the true class the 1 is added: its slope should be below 0, as a larger true logit makes the loss smaller.",
        ),
    ),
    otherwise=lambda seen: f"{_row(seen)}; expected {_shown(seen.expected)}.",
    hints=(
        "For one example it is the prediction minus the truth, class by class.",
        "The truth is a 1 in one place of each row: `np.arange(len(y)), y` are these places.",
        "The mean of m losses has 1/m of each one's slope.",
    ),
    why="Bounded between -1/m and 1/m, however wrong the network is, and never near 0 while it is wrong. A squared error of the shares trains the digits as well from the usual start; but where a network starts sure and wrong, its slope is near 0, and it stays there. Each row sums to 0.",
)

SAME_LOSS = Prediction(
    name="12.a",
    question="It is a cat. One network says: none of these 0.3, cat 0.2, dog 0.1, chick 0.4. Another says: none of these 0, cat 0.2, dog 0, chick 0.8. Which of them has the larger loss?",
    options=("the first", "the second, which is so sure of a chick", "both have the same"),
    answer="both have the same",
    why="The truth multiplies every logarithm by 0 except that of the cat, and the cat has 0.2 in both. How the rest is dealt out counts for nothing.",
)

FIRST_LOSS = Prediction(
    name="12.b",
    question="A classifier for 10 classes has learnt nothing yet: all its logits are 0. What is its mean loss?",
    options=("0", "about 0.1", "about 2.3", "10"),
    answer="about 2.3",
    why="Every class gets 1/10, and -log of 1/10 is log 10 = 2.303, whatever the labels are. 0.1 is the probability, and not its logarithm.",
)

ZERO_SUM = Prediction(
    name="12.c",
    question="The network gives 0.3, 0.2, 0.1 and 0.4, and class 1 is true. What do the four entries of the gradient with respect to the logits sum to?",
    options=("\u22120.8", "0", "0.8", "1"),
    answer="0",
    why="The probabilities sum to 1 and the truth sums to 1, so their difference sums to 0: what the true class is pushed up, the others are pushed down. \u22120.8 is the true class's entry alone.",
)
