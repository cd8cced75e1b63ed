"""Networks trained while you wait, with batch norm and without, at the learning rate that you choose."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.task import Part
from coursekit.lessons.batch_norm_in_a_network.explore_batchnorm_position import ACTIVATIONS, LAYERS, OPTIMIZERS, train
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_live import N_EPOCHS, N_NETWORKS, Pair
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_live import pair as pair_picture
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_position import BEFORE, WITHOUT
from coursekit.scales import LogScale


def train_both(
    learning_rate: float, depth: str, activation: str, optimizer: str, n_epochs: int = N_EPOCHS
) -> Iterator[Pair]:
    """Train six networks without batch norm and six with it before the activation, from the same weights."""
    kind, rates = (activation, int(depth[0]), optimizer), [learning_rate] * N_NETWORKS
    both = [train(position, *kind, rates=rates, seed=0, n_epochs=n_epochs) for position in (WITHOUT, BEFORE)]
    losses, accuracies = [], []
    for epochs in zip(*both, strict=True):
        losses.append([epoch.loss for epoch in epochs])
        accuracies.append([epoch.validation_accuracy for epoch in epochs])
        yield Pair(learning_rate, np.stack(losses, axis=1), np.stack(accuracies, axis=1), n_epochs)


def describe_pair(state: Pair) -> Words:
    """Say how well both kinds do, and how much they differ among each other."""
    without, normed = state.accuracy[:, -1]
    losses = [_loss(values) for values in state.loss[:, -1]]
    return Words(
        f"Without {without.mean():.2f}, with batch norm {normed.mean():.2f}",
        f"Mean accuracy of {N_NETWORKS} networks each on 597 digits that they have not seen, after epoch {state.epoch} "
        f"of {state.n_epochs} at rate {state.rate:.3g}. Without they go from {without.min():.2f} to "
        f"{without.max():.2f}, with batch norm from {normed.min():.2f} to {normed.max():.2f}. The mean training loss "
        f"is {losses[0]} without, and {losses[1]} with.",
    )


def _loss(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    mean = values.mean()
    return f"{mean:.2f}" if np.isfinite(mean) and mean < 1000 else "beyond 1,000"


def _ends(state: Pair) -> Any:
    """Return the last accuracies, without and with, shape (2, n)."""
    return state.accuracy[:, -1]


WITH_AND_WITHOUT = Explorer(
    name="with-and-without",
    title="What does batch norm change in a training?",
    task="With 5 hidden layers, raise the rate until not all six learn without batch norm, and all six do with it. "
    "Then find a rate at which batch norm makes it worse. Last, take sigmoid.",
    controls=(
        Slider("learning_rate", LogScale(0.003, 10), 0.1, "learning rate", steps=42),
        Dropdown("depth", tuple(f"{n} hidden layers" for n in LAYERS), "5 hidden layers", "network"),
        Dropdown("activation", ACTIVATIONS, "relu", "activation"),
        Dropdown("optimizer", tuple(OPTIMIZERS), "SGD", "optimizer"),
    ),
    compute=train_both,
    picture=pair_picture,
    describe=describe_pair,
    quick={"n_epochs": 1},
    parts=(
        Part("a rate that only batch norm survives",
             lambda values, state: (values["depth"][0] == "5" and values["activation"] == "relu"
                                    and _ends(state)[0].min() < 0.3 and _ends(state)[1].min() > 0.8),
             "With batch norm the largest rate that works is about four times as large.", {"learning_rate": 2.13}),
        Part("a rate at which batch norm makes it worse",
             lambda values, state: values["depth"][0] == "5" and _ends(state)[0].mean() > _ends(state)[1].mean() + 0.02,
             "At a small rate it learns more slowly. Its noise is not why: with all digits in a batch it is the same.",
             {"learning_rate": 0.00956}),
        Part("five sigmoids that learn with it alone",
             lambda values, state: (values["activation"] == "sigmoid" and _ends(state)[0].mean() < 0.2
                                    and _ends(state)[1].mean() > 0.8),
             "Without it hardly any gradient reaches the first layers, and nothing is learned.",
             {"activation": "sigmoid", "learning_rate": 0.0970}),
    ),
)  # fmt: skip
