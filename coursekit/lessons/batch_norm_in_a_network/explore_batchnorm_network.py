"""A whole network with batch norm, stop by stop: which shape every array has, on the way there and back."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from coursekit.batchnorm import batchnorm_backward_unchecked, batchnorm_forward_unchecked
from coursekit.datasets import digits
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.task import Part
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_network import (
    BACKWARD,
    FORWARD,
    Stop,
    Walk,
    spread,
    walk,
)
from coursekit.network import Network, init_network
from coursekit.scales import IntegerScale
from coursekit.softmax import softmax, softmax_loss_unchecked
from coursekit.types import Array, Parameters

N_STOPS = 12


def stops(m: int, n: int) -> Iterator[Stop]:
    """Name every array from X to the loss J, of the network 64-n-n-10."""
    yield Stop("X", (m, 64), 0, 0, "the pictures of the batch")
    for i in (1, 2):
        row, x = i - 1, "X" if i == 1 else "a1"
        yield Stop(f"z{i}", (m, n), row, 1, f"{x} W{i}, without a b", (f"W{i}",))
        yield Stop(f"z{i} norm", (m, n), row, 2, f"z{i} minus the batch's mean, over the root of its variance plus eps")
        yield Stop(f"z~{i}", (m, n), row, 3, f"gamma{i} times z{i} norm, plus beta{i}", (f"gamma{i}", f"beta{i}"))
        yield Stop(f"a{i}", (m, n), row, 4, f"the ReLU of z~{i}")
    yield Stop("z3", (m, 10), 2, 1, "a2 W3 + b3: no batch norm follows, so b3 stays", ("W3", "b3"))
    yield Stop("ŷ", (m, 10), 2, 2, "the softmax of z3")
    yield Stop("J", (), 2, 3, "the mean of the examples' losses")


@lru_cache(maxsize=64)
def arrays(m: int, n: int) -> tuple[list[Array], list[Array], Parameters]:
    """Take a batch of digits through a network that nobody has trained, and the gradient of the loss back."""
    data = digits(np.random.default_rng(0))
    X, y = data.X_train[:m], data.y_train[:m]
    network = Network([64, n, n, 10], batch_norm="before")
    parameters = init_network(network, np.random.default_rng(1))
    values, caches, a = [X], [], X
    for i in (1, 2):
        z = a @ parameters[f"W{i}"]
        gamma, beta = parameters[f"gamma{i}"], parameters[f"beta{i}"]
        z_tilde, cache = batchnorm_forward_unchecked(z, gamma, beta)
        a = np.maximum(z_tilde, 0)
        values += [z, cache.centered * cache.inv_std, z_tilde, a]
        caches.append(cache)
    z = a @ parameters["W3"] + parameters["b3"]
    loss, d_z = softmax_loss_unchecked(z, y)
    values += [z, softmax(z), np.asarray(loss)]
    d_y = np.zeros_like(z)  # J is the mean of -log of the probability of the right class
    d_y[np.arange(m), y] = -1 / (m * softmax(z)[np.arange(m), y])
    gradients = [np.asarray(1.0), d_y, d_z]
    for i in (2, 1):
        d_a = d_z @ parameters[f"W{i + 1}"].T
        d_tilde = d_a * (values[4 * i] > 0)
        d_z, *_ = batchnorm_backward_unchecked(d_tilde, caches[i - 1])
        gradients += [d_a, d_tilde, d_tilde * parameters[f"gamma{i}"], d_z]
    return values, [*gradients, d_z @ parameters["W1"].T][::-1], parameters


def go(m: int, n: int, direction: str, step: int) -> Walk:
    """Stop after ``step`` steps: from X on forward, from J on backward."""
    values, gradients, parameters = arrays(m, n)
    at = step if direction == FORWARD else N_STOPS - 1 - step
    mean, sd = spread((values if direction == FORWARD else gradients)[at])
    shapes = {name: array.shape for name, array in parameters.items()}
    return Walk(m, n, direction, at, list(stops(m, n)), shapes, mean, sd)


def describe_walk(state: Walk) -> Words:
    """Say the shape at this stop, how it comes about, and how many numbers are learned."""
    stop = state.stops[state.at]
    d = "" if state.direction == FORWARD else "d"
    shape = f"has shape {stop.shape}" if stop.shape else f"is a number, here {_short(state.mean)}"
    lectures = f", in the lectures {stop.shape[::-1]}" if stop.shape else ""
    numbers = f"Its first unit has mean {_short(state.mean)} and sd {_short(state.sd)} over the batch of {state.m}."
    if state.direction == FORWARD:
        way = f"It is {stop.comes_by}."
    else:
        learned = " and ".join(f"d{name} {state.shapes[name]}" for name in stop.learned)
        way = f"The gradient of J has the shape of {stop.symbol}" + (f"; with it come {learned}." if learned else ".")
    n = state.n
    weights = 64 * n + n * n + 10 * n + 10
    counts = f"{weights + 4 * n:,} numbers are learned; with b in place of gamma and beta, {weights + 2 * n:,}."
    return Words(
        f"{d}{stop.symbol} {shape}{lectures}", " ".join([way, numbers, counts] if stop.shape else [way, counts])
    )


def _short(number: float) -> str:
    """Write a number to two digits, and what is rounding as 0."""
    return f"{number:.2g}" if abs(number) > 1e-12 else "0"


NETWORK_SHAPES = Explorer(
    name="network-shapes",
    title="Which shape does every array have?",
    task="Go forward to the loss, then backward to X. Then go forward again, and find the one place where a b is left: "
    "why there?",
    controls=(
        Slider("step", IntegerScale(0, N_STOPS - 1), 3, "step", plays=True),
        Dropdown("direction", (FORWARD, BACKWARD), FORWARD, "direction"),
        Slider("m", IntegerScale(2, 200), 60, "batch size"),
        Slider("n", IntegerScale(5, 99), 50, "hidden units"),
    ),
    compute=go,
    picture=walk,
    describe=describe_walk,
    parts=(
        Part("the loss", lambda _, state: state.direction == FORWARD and state.stops[state.at].symbol == "J",
             "All that the network does ends in one number, whatever the batch size and the units.", {"step": 11}),
        Part("the gradient for X", lambda _, state: state.direction == BACKWARD and state.at == 0,
             "On the way back every gradient had the shape of what it belongs to, down to the inputs.",
             {"step": 11, "direction": BACKWARD}),
        Part("the place where a b is left",
             lambda _, state: state.direction == FORWARD and state.stops[state.at].symbol == "z3",
             "No batch norm follows the last layer, so nothing takes its b away.", {"step": 9}),
    ),
)  # fmt: skip
