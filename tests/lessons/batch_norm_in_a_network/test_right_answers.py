"""Many ways to put batch norm into a network. None of them is refused."""

import numpy as np
import pytest

from coursekit.batchnorm import batchnorm_backward, batchnorm_forward
from coursekit.gradcheck import numerical_gradient
from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES
from coursekit.network import Network, backward, forward
from coursekit.optimizers import momentum, sgd
from coursekit.softmax import softmax, softmax_loss

NAMES = "W1", "gamma1", "beta1", "W2", "b2"


def by_the_network(parameters, X, y, learning_rate):
    named = dict(zip(NAMES, parameters, strict=True))
    network = Network([len(parameters[0]), *parameters[3].shape], batch_norm="before")
    z, cache = forward(network, named, X)
    after, _ = sgd(named, backward(softmax_loss(z, y)[1], cache), learning_rate=learning_rate)
    return tuple(after[name] for name in NAMES)


def by_hand(parameters, X, y, learning_rate):
    W1, gamma, beta, W2, b2 = parameters
    m = len(X)
    z = X @ W1
    centred, sd = z - z.mean(axis=0), np.sqrt(z.var(axis=0) + 1e-5)
    z_norm = centred / sd
    a = np.maximum(gamma * z_norm + beta, 0)
    d_z2 = softmax(a @ W2 + b2)
    d_z2[np.arange(m), y] -= 1
    d_z2 /= m
    d_tilde = np.where(a > 0, d_z2 @ W2.T, 0)
    d_norm = d_tilde * gamma
    d_var = np.sum(d_norm * centred, axis=0) * -0.5 * sd**-3
    d_mean = -np.sum(d_norm, axis=0) / sd
    d_z = d_norm / sd + d_var * 2 * centred / m + d_mean / m
    d = X.T @ d_z, np.sum(d_tilde * z_norm, axis=0), d_tilde.sum(axis=0), a.T @ d_z2, d_z2.sum(axis=0)
    return tuple(old - learning_rate * each for old, each in zip(parameters, d, strict=True))


def by_nudging(parameters, X, y, learning_rate):
    """No calculus at all."""

    def loss(i, value):
        W1, gamma, beta, W2, b2 = (*parameters[:i], value, *parameters[i + 1 :])
        z_tilde, _ = batchnorm_forward(X @ W1, gamma, beta)
        return softmax_loss(np.maximum(z_tilde, 0) @ W2 + b2, y)[0]

    gradients = [numerical_gradient(lambda value, i=i: loss(i, value), parameters[i]) for i in range(5)]
    return tuple(old - learning_rate * d for old, d in zip(parameters, gradients, strict=True))


def layer_by_columns(a, W, gamma, beta, eps):
    columns = []
    for z, scale, shift in zip((a @ W).T, gamma, beta, strict=True):
        m = len(z)
        mean = sum(z) / m
        var = sum((z - mean) ** 2) / m
        columns.append([max(scale * (each - mean) / (var + eps) ** 0.5 + shift, 0) for each in z])
    return np.transpose(columns)


def layer_by_coursekit(a, W, gamma, beta, eps):
    z_tilde, _ = batchnorm_forward(a @ W, gamma, beta, eps=eps)
    return z_tilde * (z_tilde > 0)


def layer_with_b(a, W, gamma, beta, eps):
    """A b before batch norm has no effect: it is not wrong."""
    z = a @ W + 3.0
    return np.clip(gamma * (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps) + beta, 0, None)


def momentum_by_coursekit(gamma, beta, v, d, learning_rate):
    names = "gamma", "beta"
    parameters, state = momentum(
        {"gamma": gamma, "beta": beta}, dict(zip(names, d, strict=True)), dict(zip(names, v, strict=True)),
        learning_rate=learning_rate,
    )  # fmt: skip
    return parameters["gamma"], parameters["beta"], state["gamma"], state["beta"]


def momentum_step_by_difference(gamma, beta, v, d, learning_rate):
    v = [old + (new - old) / 10 for old, new in zip(v, d, strict=True)]
    return gamma - learning_rate * v[0], beta - learning_rate * v[1], *v


def logits_with_a_counter(X, layers):
    for i, (W, gamma, beta) in enumerate(layers):
        X = X @ W
        if i + 1 < len(layers):
            X, _ = batchnorm_forward(X, gamma, beta)
            X = np.maximum(X, 0)
        else:
            X = X + beta
    return X


def logits_by_the_network(X, layers):
    named = {}
    for i, (W, gamma, beta) in enumerate(layers, start=1):
        named |= {f"W{i}": W, f"gamma{i}": gamma, f"beta{i}": beta}
    named[f"b{len(layers)}"] = named.pop(f"beta{len(layers)}")
    del named[f"gamma{len(layers)}"]
    sizes = [len(layers[0][0]), *(W.shape[1] for W, _, _ in layers)]
    return forward(Network(sizes, batch_norm="before"), named, X)[0]


RIGHT = {
    "08.1": (layer_by_columns, layer_by_coursekit, layer_with_b),
    "08.2": (by_the_network, by_hand, by_nudging, lambda *args: tuple(map(np.array, by_hand(*args)))),
    "08.3": (momentum_by_coursekit, momentum_step_by_difference),
    "08.4": (logits_with_a_counter, logits_by_the_network),
    "08.5": (
        lambda z, m: np.vstack([batchnorm_forward(z[i : i + m], np.ones(z.shape[1]), np.zeros(z.shape[1]))[0]
                                for i in range(0, len(z), m)]),
        lambda z, m: np.concatenate([(part - part.mean(axis=0)) / np.sqrt(part.var(axis=0) + 1e-5)
                                     for part in np.split(z, range(m, len(z), m))]),
    ),
    "08.6": (lambda n: (np.full(n, 1.0), np.full(n, 0.0)), lambda n: (np.array([1] * n), np.array([0] * n))),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_other_ways_to_be_right_are_right(name):
    for i, answer in enumerate(RIGHT[name]):
        status, message = judge(EXERCISES[name], answer)
        assert status == "correct", f"way {i}: {message}"


def test_every_exercise_of_the_lesson_has_more_than_one_right_answer():
    assert RIGHT.keys() == {name for name in EXERCISES if name.startswith("08.")}
    assert min(map(len, RIGHT.values())) > 1


def test_the_sum_of_d_z1_as_the_gradient_of_beta_is_recognised():
    """What a learner writes who remembers db: it is 1e-17, so beta stands still."""

    def with_d_b(parameters, X, y, learning_rate):
        W1, gamma, beta, W2, b2 = parameters
        z_tilde, cache = batchnorm_forward(X @ W1, gamma, beta)
        a = np.maximum(z_tilde, 0)
        _, d_z2 = softmax_loss(a @ W2 + b2, y)
        d_z1, d_gamma, _ = batchnorm_backward(d_z2 @ W2.T * (a > 0), cache)
        d = X.T @ d_z1, d_gamma, d_z1.sum(axis=0), a.T @ d_z2, d_z2.sum(axis=0)
        return tuple(old - learning_rate * each for old, each in zip(parameters, d, strict=True))

    status, message = judge(EXERCISES["08.2"], with_d_b)
    assert status == "not yet"
    assert "that is the gradient of a b before batch norm" in message.lower()


@pytest.mark.seconds
def test_an_unknown_step_is_told_which_parameters_are_right():
    def half_for_the_last(*args):
        W1, gamma, beta, W2, b2 = by_hand(*args)
        return W1, gamma, beta, (W2 + args[0][3]) / 2, b2

    def transposed(*args):
        W1, *rest = by_hand(*args)
        return W1.T, *rest

    assert "Right are: W1, gamma, beta, b2" in judge(EXERCISES["08.2"], half_for_the_last).message
    said = judge(EXERCISES["08.2"], transposed).message
    assert "The first of your 5 values is an array of shape (5, 4) where an array of shape (4, 5) was expected." in said
    assert "3 values where 5 are asked for" in judge(EXERCISES["08.2"], lambda *args: by_hand(*args)[:3]).message
