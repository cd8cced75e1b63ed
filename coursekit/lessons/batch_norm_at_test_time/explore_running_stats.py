"""Running averages: how far batch norm's statistics for test time are from the true ones."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from coursekit.averages import ewa
from coursekit.lab.company import BATCH_SIZE, LEARNING_RATE, N_EPOCHS, N_HIDDEN, NETWORK, logits, trained
from coursekit.lab.controls import Checkbox, Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import BLUE, INK, ORANGE, Picture, canvas, label, line
from coursekit.lab.task import Part
from coursekit.network import Cache, backward, forward, init_network
from coursekit.optimizers import adam
from coursekit.scales import IntegerScale, ReverseLogScale
from coursekit.softmax import softmax_loss_unchecked
from coursekit.training import minibatches
from coursekit.types import Array, Parameters

N_STEPS = 120
FROZEN, TRAINING = "with frozen weights", "in training"


class Averaged(NamedTuple):
    """One unit's statistics, batch by batch and averaged; and what all units' averages are worth.

    Attributes
    ----------
    decay : float
        The share of the old average that a step keeps.
    corrected : bool
        Whether the averages are divided by the weight of the batches.
    weights : str
        ``FROZEN`` or ``TRAINING``.
    share : float
        The weight of all batches so far, 1 - decay^t.
    batch_mean, batch_var, true_mean, true_var : array, shape (120,)
        Of each step's batch, and of the whole training set after the step.
    mean, var : array, shape (t,)
        The running averages so far.
    accuracy, true_accuracy : float
        On the test set after step t, with the running and with the true statistics.
    """

    decay: float
    corrected: bool
    weights: str
    share: float
    batch_mean: Array
    batch_var: Array
    true_mean: Array
    true_var: Array
    mean: Array
    var: Array
    accuracy: float
    true_accuracy: float


def averaged() -> Picture:
    """Show the running mean and variance of one unit, step by step, beside the true ones and the batches' own."""
    figure, axes = canvas(1000, 400, columns=2)
    for ax, name, top in zip(axes, ("mean", "variance"), (1.5, 3.8), strict=True):
        ax.set(xlim=(0, 139), ylim=(0, top), xlabel="step", ylabel=name, title=f"{name} of one unit")
        ax.set_xticks(range(0, N_STEPS + 1, 24))
    batches = [line(ax, "#b0b0b0", marker=".", markersize=5, linestyle="") for ax in axes]
    truth = [line(ax, ORANGE, linestyle="--", linewidth=1.8) for ax in axes]
    running = [line(ax, BLUE, linewidth=2.4) for ax in axes]
    ends = [line(ax, BLUE, marker="D", markersize=9, linestyle="", markeredgecolor="white") for ax in axes]
    names = [label(ax, N_STEPS + 2, 0, "true", color=ORANGE, fontweight="bold", va="center") for ax in axes]
    numbers = [label(ax, 0, 0, color=BLUE, size=13, fontweight="bold", ha="center", va="center") for ax in axes]
    label(axes[0], 2, 1.38, "line: the running average", color=BLUE, fontweight="bold")
    label(axes[0], 2, 1.27, "dots: each batch's own", color=INK)

    def move(state: Averaged) -> None:
        t = np.arange(1, N_STEPS + 1)
        n = len(state.mean)
        columns = ((state.batch_mean, state.true_mean, state.mean), (state.batch_var, state.true_var, state.var))
        for i, (own, true, average) in enumerate(columns):
            top = axes[i].get_ylim()[1]
            batches[i].set_data(t[:n], own[:n])
            truth[i].set_data(t, true)
            names[i].set_y(true[-1])
            running[i].set_data(t[:n], average)
            ends[i].set_data([n], average[-1:])
            is_below = top / 4 < average[-1] < true[n - 1]
            side = -0.07 if is_below else 0.07
            numbers[i].set(text=f"{average[-1]:.2f}", x=np.clip(n, 8, 112), y=average[-1] + side * top)

    return Picture(figure, move, [*batches, *truth, *names, *running, *ends, *numbers], ghosts=running)


UNIT = 36  # of the second hidden layer: one whose mean is far from 0 and whose variance is far from 1


class Recorded(NamedTuple):
    """What batch norm saw, step by step.

    Attributes
    ----------
    parameters : list of dict
        The network after each step.
    mean, var : array, shape (n_steps, n_layers, n)
        The statistics of each step's batch.
    true_mean, true_var : array, shape (n_steps, n_layers, n)
        Those of the whole training set in the network after the step.
    """

    parameters: list[Parameters]
    mean: Array
    var: Array
    true_mean: Array
    true_var: Array


@lru_cache
def record(weights: str, seed: int = 0) -> Recorded:
    """Train the network of ``trained`` again, or show its batches to the trained one, and keep all statistics."""
    data, parameters, *_ = trained(seed)
    if weights == TRAINING:
        parameters = init_network(NETWORK, np.random.default_rng([seed, 1]))
    state, rng = None, np.random.default_rng([seed, 2])
    steps: list[tuple[Any, ...]] = []
    for _ in range(N_EPOCHS):
        for X, y in minibatches(data.X_train, data.y_train, batch_size=BATCH_SIZE, rng=rng):
            z, cache = forward(NETWORK, parameters, X)
            if weights == TRAINING:
                gradients = backward(softmax_loss_unchecked(z, y)[1], cache)
                parameters, state = adam(parameters, gradients, state, learning_rate=LEARNING_RATE)
            _, whole = forward(NETWORK, parameters, data.X_train)
            steps.append((parameters, *_statistics(cache), *_statistics(whole)))
    networks, *arrays = zip(*steps, strict=True)
    return Recorded(list(networks), *(np.stack(array) for array in arrays))


def _statistics(cache: Cache) -> tuple[Array, Array]:
    norms = [layer.norm for layer in cache.layers if layer.norm]
    return np.stack([norm.mean for norm in norms]), np.stack([norm.var for norm in norms])


def average(decay: float, n_steps: int, corrected: bool, weights: str) -> Averaged:
    """Average the statistics of the first ``n_steps`` batches, and judge the test set with the result."""
    seen = record(weights)
    share = 1 - decay ** np.arange(1, n_steps + 1)
    mean, var = (ewa(batches[:n_steps], decay, bias_correction=corrected) for batches in (seen.mean, seen.var))
    if not corrected:
        var = var + (1 - share)[:, None, None]  # the variance starts at 1, the mean at 0
    accuracies = [_accuracy(seen.parameters[n_steps - 1], *statistics) for statistics in
                  ((mean[-1], var[-1]), (seen.true_mean[n_steps - 1], seen.true_var[n_steps - 1]))]  # fmt: skip
    of_unit = np.s_[:, -1, UNIT]
    return Averaged(
        decay, corrected, weights, float(share[-1]), seen.mean[of_unit], seen.var[of_unit], seen.true_mean[of_unit],
        seen.true_var[of_unit], mean[of_unit], var[of_unit], *accuracies,
    )  # fmt: skip


def _accuracy(parameters: Parameters, mean: Array, var: Array) -> float:
    X, y = trained().data[2:]
    statistics = {f"{word}{i + 1}": array[i] for word, array in (("mean", mean), ("var", var)) for i in range(N_HIDDEN)}
    return float(np.mean(logits(parameters, X, statistics).argmax(axis=-1) == y))


def describe_averaged(state: Averaged) -> Words:
    """Say what the averages hold, what they should hold, and what that costs on the test set."""
    n = len(state.mean)
    start = (
        "and the averages are divided by that" if state.corrected else f"the start, at 0 and 1, {1 - state.share:.1%}"
    )
    return Words(
        f"Running mean {state.mean[-1]:.2f} (true {state.true_mean[n - 1]:.2f}), running variance {state.var[-1]:.2f} "
        f"(true {state.true_var[n - 1]:.2f})",
        f"After step {n} {state.weights}, with decay {state.decay:.4g}, the batches weigh {state.share:.1%}, {start}. "
        f"With all running statistics {state.accuracy:.1%} of the test digits are right, with the true ones "
        f"{state.true_accuracy:.1%}.",
    )


def _is_close(state: Averaged) -> bool:
    """Say whether the averages are within 5% of the true mean and variance."""
    now = len(state.mean) - 1
    of_mean, of_var = state.mean[now] / state.true_mean[now], state.var[now] / state.true_var[now]
    return bool(max(abs(of_mean - 1), abs(of_var - 1)) < 0.05)


RUNNING_STATS = Explorer(
    name="running-stats",
    title="How far is a running average from the truth?",
    task="At step 24, find a decay that is close to the truth without the correction. Then tick the correction, "
    "and try 0.999. Then choose a network in training: which average comes too late?",
    controls=(
        Slider("decay", ReverseLogScale(0.5, 0.999), 0.99, "decay"),
        Slider("n_steps", IntegerScale(1, N_STEPS), 24, "steps so far", plays=True),
        Checkbox("corrected", start=False, label="bias correction"),
        Dropdown("weights", (FROZEN, TRAINING), FROZEN, "network"),
    ),
    compute=average,
    picture=averaged,
    describe=describe_averaged,
    marks=(Along("x", "n_steps"), Along("x", "n_steps", axes=1)),
    parts=(
        Part("a decay that needs no correction",
             lambda values, state: (not state.corrected and values["n_steps"] == 24 and values["weights"] == FROZEN
                                    and _is_close(state)),
             "It looks back a few steps only, so its start is forgotten; but it also follows every batch.",
             {"decay": 0.803}),
        Part("0.999, corrected",
             lambda values, state: (state.corrected and values["decay"] == 0.999 and values["weights"] == FROZEN
                                    and _is_close(state)),
             "The correction divides by the weight that the batches have so far: 24 of them are enough.",
             {"decay": 0.999, "corrected": True}),
        Part("one that is late",
             lambda values, state: values["weights"] == TRAINING and state.corrected and not _is_close(state),
             "The weights move on, and a long window still remembers a network that is gone.",
             {"weights": TRAINING, "corrected": True, "decay": 0.999}),
    ),
)  # fmt: skip
