"""Batch norm in a network: to predict, and a hidden layer to write."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer


def hidden_layer(a, W, gamma, beta, eps):
    z = a @ W
    z_norm = (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps)
    return np.maximum(gamma * z_norm + beta, 0)


def _layer(a, W, gamma, beta, eps, *, axis=0, after=False, relu=True, affine=True, by=None):
    z = a @ W
    if after:
        z = np.maximum(z, 0)
    keep = axis is not None
    mean, var = z.mean(axis=axis, keepdims=keep), z.var(axis=axis, keepdims=keep)
    z = (z - mean) / (by(var, eps) if by else np.sqrt(var + eps))
    if affine:
        z = gamma * z + beta
    return np.maximum(z, 0) if relu and not after else z


def _cases():
    rng = np.random.default_rng(81)
    cases = []
    for m, n_in, n_out, eps in ((6, 3, 4, 1e-5), (9, 5, 2, 1e-2)):
        gamma, beta = rng.uniform(0.5, 2, n_out), rng.normal(0.5, 0.5, n_out)
        cases.append((rng.normal(1, 2, (m, n_in)), rng.normal(size=(n_in, n_out)), gamma, beta, eps))
    return cases


def _first(seen: Seen) -> str:
    return f"For a with shape {np.shape(seen.args[0])} your first row begins with {np.ravel(seen.got)[0]:.3f}"


HIDDEN_LAYER = Exercise(
    name="08.1",
    prompt="Write `hidden_layer(a, W, gamma, beta, eps)`: what a hidden layer makes of `a`, shape (m, n_in), in training. First z, then batch norm, then the ReLU.",
    solution=hidden_layer,
    cases=_cases,
    shows=_first,
    wrong_answers=(
        WrongAnswer(
            lambda *args: _layer(*args, after=True),
            lambda seen: (
                f"Some of what you return is below 0 (the least is {np.min(seen.got):.2f}): the ReLU came first, and batch norm after it. That is a network too, but here the order is z, batch norm, activation."
            ),
        ),
        WrongAnswer(
            lambda *args: _layer(*args, axis=1),
            lambda seen: (
                f"{_first(seen)}. Each row has been normalised by itself, over its {np.shape(seen.got)[1]} units. Whose mean does batch norm take: an example's, or a unit's?"
            ),
        ),
        WrongAnswer(
            lambda *args: _layer(*args, axis=None),
            "{shown}. All of z got one mean and one variance. Each unit needs its own.",
        ),
        WrongAnswer(
            lambda *args: _layer(*args, relu=False),
            lambda seen: f"The least value is {np.min(seen.got):.2f}: batch norm is there, the activation is missing.",
        ),
        WrongAnswer(
            lambda *args: _layer(*args, affine=False),
            "Every unit goes into the ReLU with mean 0 and variance 1. What are `gamma` and `beta` for?",
        ),
        WrongAnswer(
            lambda *args: _layer(*args, by=lambda var, eps: var + eps),
            "{shown}. You divide by a variance: in which unit is that?",
        ),
        WrongAnswer(
            lambda *args: _layer(*args, by=lambda var, eps: np.sqrt(var) + eps),
            "{shown}. Nearly: your `eps` stands outside of the root.",
        ),
        WrongAnswer(
            lambda a, W, gamma, beta, eps: np.maximum(gamma * (a @ W) + beta, 0),
            "{shown}. `gamma` and `beta` are there, but nothing was normalised before them.",
        ),
        WrongAnswer(
            lambda a, W, gamma, beta, eps: hidden_layer((a - a.mean(0)) / np.sqrt(a.var(0) + eps), W, gamma, beta, eps),
            "{shown}. You normalise twice: what comes in, and z. It is z alone; the layer before has seen to its own.",
        ),
        WrongAnswer(
            lambda a, W, gamma, beta, eps: np.maximum(
                gamma * ((a - a.mean(axis=0)) / np.sqrt(a.var(axis=0) + eps) @ W) + beta, 0
            ),
            "{shown}. You normalise what comes in. Batch norm stands behind the weights: it normalises z.",
        ),
        WrongAnswer(
            lambda a, W, gamma, beta, eps: (
                gamma * np.maximum((a @ W - (a @ W).mean(axis=0)) / np.sqrt((a @ W).var(axis=0) + eps), 0) + beta
            ),
            "{shown}. The ReLU cuts between the two halves of batch norm. gamma and beta belong before it.",
        ),
        WrongAnswer(
            lambda a, W, gamma, beta, eps: 1 / (1 + np.exp(-_layer(a, W, gamma, beta, eps, relu=False))),
            "All of it lies between 0 and 1: you end on a sigmoid. The prompt ends on a ReLU.",
        ),
        WrongAnswer(
            lambda a, W, gamma, beta, eps: np.minimum(_layer(a, W, gamma, beta, eps, relu=False), 0),
            "Nothing of what you return is above 0: the ReLU keeps the other side.",
        ),
        WrongAnswer(
            lambda a, W, gamma, beta, eps: np.abs(_layer(a, W, gamma, beta, eps, relu=False)),
            "You turn what is below 0 round. The ReLU makes it 0.",
        ),
        WrongAnswer(
            lambda a, W, gamma, beta, eps: np.tanh(_layer(a, W, gamma, beta, eps, relu=False)),
            "Some of it is below 0, and all of it between -1 and 1: you end with tanh. The ReLU was asked for.",
        ),
    ),
    otherwise=lambda seen: f"{_first(seen)}; expected {np.ravel(seen.expected)[0]:.3f}.",
    hints=(
        "Three lines: `z`, without a b; `z_norm`, by the mean and the variance of each column; what leaves.",
        "A column of `z` is a unit, a row an example. The mean is over the examples.",
        "Scale with `gamma` and shift with `beta` what has been normalised, and only then cut off below 0.",
    ),
    why="That is the whole change to the forward pass: two lines between z and the activation, in every hidden layer, and no b. The last layer stays as it was.",
)

HOW_MANY_GAMMAS = Prediction(
    name="08.a",
    question="A hidden layer has 50 units and gets 64 features from each of the 200 examples of a batch. How many numbers does its gamma hold?",
    options=("1", "50", "200", "3,200", "10,000"),
    answer="50",
    why="Batch norm works on one unit at a time, over the examples: one mean, one variance, one gamma and one beta per unit. Not one per example: the next batch may have another size. And not one per weight, 64 × 50 = 3,200: it scales z, not W.",
)

BEFORE_OR_AFTER = Prediction(
    name="08.d",
    question="You put batch norm before the ReLU in one network, and after it in another, train both at many learning rates, and keep the best rate of each. Which is better on digits that they have not seen?",
    options=("before, by a few points", "after, by a few points", "there is hardly a difference"),
    answer="there is hardly a difference",
    why="The paper and the lectures put it before, and much code puts it after. Measured here, each at its own best rate, they are about a point apart at most, and which one is ahead depends on the activation.",
)

GRADIENT_OF_B = Prediction(
    name="08.b",
    question="You forget that batch norm needs no b, and write z = a W + b before it. How large is the gradient of the loss with respect to this b?",
    options=("as large as that of beta", "about a tenth of it", "0, but for rounding"),
    answer="0, but for rounding",
    why="b is added to every example, so it goes into the mean as well, and the mean is taken off. Whatever b is, z minus its mean is the same, and so is the loss. What moves nothing has gradient 0.",
)

SCALED_WEIGHTS = Prediction(
    name="08.c",
    question="You multiply W by 10; batch norm follows. The loss stays, and the gradient of W becomes a tenth. Which learning rate for W trains as before?",
    options=("a tenth of it", "the same", "10 times as large", "100 times as large"),
    answer="100 times as large",
    why="W is 10 times as long, so a step has to be 10 times as long to turn it as far; and the gradient is a tenth, so that the step is a tenth at the same rate. 10 × 10. What counts is the rate over the square of W's length.",
)

FOUR_TIMES = Prediction(
    name="08.e",
    question="In batches of 32, the mean of a unit varies from batch to batch. How large must the batches be for it to vary half as much?",
    options=("46", "64", "128", "1,024"),
    answer="128",
    why="The standard deviation of a mean of m values is that of one value over the root of m. Half of it takes four times as many. 64 would only divide it by 1.4, and 1,024 = 32² divides it by more than 5.",
)
