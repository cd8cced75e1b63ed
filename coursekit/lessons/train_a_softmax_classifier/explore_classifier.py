"""The training dashboard: everything of a training that a learner can turn, and what becomes of it."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from coursekit.datasets import N_VALIDATION, ThreeSets, three_sets
from coursekit.lab.controls import Checkbox, Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.task import Part
from coursekit.lessons.train_a_softmax_classifier.picture_classifier import MOST_EPOCHS, Training
from coursekit.lessons.train_a_softmax_classifier.picture_classifier import dashboard as dashboard_picture
from coursekit.metrics import best_guesses, confusion_matrix
from coursekit.network import Network, accuracy_unchecked, forward, init_network
from coursekit.optimizers import adam, exponential_decay, momentum, rmsprop, sgd
from coursekit.scales import ChoiceScale, IntegerScale, LinearScale, LogScale
from coursekit.softmax import softmax, softmax_loss_unchecked
from coursekit.training import Optimizer, epochs
from coursekit.types import Parameters

OPTIMIZERS: dict[str, Optimizer] = {"Adam": adam, "SGD": sgd, "momentum": momentum, "RMSprop": rmsprop}
BATCH_SIZES, UNITS = (8, 16, 32, 64, 128, 300, 900), (4, 8, 16, 32, 64, 128)
SEED = 12


@lru_cache
def _sets() -> ThreeSets:
    return three_sets(np.random.default_rng(SEED), dtype=np.float32)


def train(  # noqa: PLR0917 - the controls
    learning_rate: float, batch_size: int, units: int, batch_norm: bool, optimizer: str, decay: float, n_epochs: int
) -> Iterator[Training]:
    """Train 64-units-10 on 900 digits, and judge it by 300 others: before the first epoch, and after each."""
    sets, rng = _sets(), np.random.default_rng([SEED, 1])
    network = Network([64, units, 10], batch_norm="before" if batch_norm else None)
    start = init_network(network, rng, dtype=np.float32)
    losses, accuracies = [], []
    for X, y in ((sets.X_train, sets.y_train), (sets.X_validation, sets.y_validation)):
        z, _ = forward(network, start, X)
        losses.append(softmax_loss_unchecked(z, y)[0])
        accuracies.append(accuracy_unchecked(z, y))
    course = [(losses, accuracies)]
    setting = f"{optimizer}, rate {learning_rate:g}, batches of {batch_size}, {units} units"
    yield _judged(network, start, {}, course, setting, n_epochs)
    training = epochs(
        network, start, sets.X_train, sets.y_train, learning_rate=exponential_decay(learning_rate, decay=decay),
        n_epochs=n_epochs, batch_size=batch_size, optimizer=OPTIMIZERS[optimizer], rng=rng,
        validation=(sets.X_validation, sets.y_validation),
    )  # fmt: skip
    for epoch in training:
        course.append(([epoch.loss, epoch.validation_loss], [epoch.accuracy, epoch.validation_accuracy]))
        yield _judged(network, epoch.parameters, epoch.statistics, course, setting, n_epochs)


def _judged(  # noqa: PLR0917
    network: Network, parameters: Parameters, statistics: Parameters, course: list[Any], setting: str, n_epochs: int
) -> Training:
    sets = _sets()
    z, _ = forward(network, parameters, sets.X_validation, statistics=statistics or None)
    p = softmax(np.nan_to_num(z, nan=0.0, posinf=1e30, neginf=-1e30))
    guesses = best_guesses(p)
    wrong = np.flatnonzero(guesses[:, 0] != sets.y_validation)
    wrong = wrong[np.argsort(-p[wrong].max(axis=-1), kind="stable")]
    losses, accuracies = (np.array(values, float) for values in zip(*course, strict=True))
    pictures = sets.standardizer.undo(sets.X_validation[wrong]).reshape(-1, 8, 8)
    counts = confusion_matrix(sets.y_validation, guesses[:, 0], n_classes=10)
    chances = np.take_along_axis(p[wrong], guesses[wrong], axis=-1)
    return Training(
        setting, losses, accuracies, n_epochs, counts, pictures, sets.y_validation[wrong], guesses[wrong], chances
    )


def describe_training(state: Training) -> Words:
    """Say how good it is by now, and what it mistakes for what."""
    (training_loss, loss), (training, validation) = state.losses[-1], state.accuracies[-1]
    mistakes = state.counts * (1 - np.eye(10, dtype=int))
    true, named = (int(i) for i in np.unravel_index(mistakes.argmax(), mistakes.shape))
    n_wrong, most = int(mistakes.sum()), int(mistakes.max())
    worst = f", most often a {true} called {named} ({most} of {state.counts[true].sum()})" if n_wrong else ""
    return Words(
        f"Validation accuracy {validation:.3f} after epoch {len(state.losses) - 1} of {state.n_epochs}",
        f"{state.setting}. Training accuracy {training:.3f}. Loss: training {_loss(training_loss)}, "
        f"validation {_loss(loss)}; before the first step it was {_loss(state.losses[0, 1])}, and knowing nothing is "
        f"2.303. Of {N_VALIDATION} validation digits {n_wrong} are wrong{worst}.",
    )


def _loss(value: float) -> str:
    return f"{value:.3f}" if value < 1000 else f"{value:.1e}" if np.isfinite(value) else "no number any more"


DASHBOARD = Explorer(
    name="training-dashboard",
    title="What does it take to train a classifier?",
    task="Press Start. Then get the validation accuracy above 0.94 with SGD: how high must the rate be? Then Adam "
    "at a rate of 0.1 or more: what do loss and accuracy say?",
    controls=(
        Slider("learning_rate", LogScale(1e-4, 1), 0.01, "learning rate"),
        Slider("batch_size", ChoiceScale(BATCH_SIZES), 32, "batch size"),
        Slider("units", ChoiceScale(UNITS), 64, "hidden units"),
        Checkbox("batch_norm", start=False, label="batch norm"),
        Dropdown("optimizer", tuple(OPTIMIZERS), "Adam", "optimizer"),
        Slider("decay", LinearScale(0.7, 1), 1, "decay an epoch", steps=60),
        Slider("n_epochs", IntegerScale(1, MOST_EPOCHS), 20, "epochs"),
    ),
    compute=train,
    picture=dashboard_picture,
    describe=describe_training,
    quick={"n_epochs": 2},
    waits=True,
    parts=(
        Part("above 0.94 with SGD",
             lambda values, state: values["optimizer"] == "SGD" and state.accuracies[-1, 1] > 0.94,
             "SGD needs a rate ten to a hundred times Adam's, and is then as good.",
             {"optimizer": "SGD", "learning_rate": 0.302}),
        Part("Adam at a high rate",
             lambda values, state: (values["optimizer"] == "Adam" and values["learning_rate"] >= 0.1
                                    and state.losses[-1, 1] > 3 and state.accuracies[-1, 1] > 0.85),
             "Most are named rightly, and the loss is worse than knowing nothing: where it errs it is far too sure.",
             {"learning_rate": 0.1}),
    ),
)  # fmt: skip
