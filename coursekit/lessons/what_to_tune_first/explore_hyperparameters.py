"""One hyperparameter at a time: on curves that were measured, and on networks that train while you watch."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from coursekit.datasets import Split, digits
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.task import Part
from coursekit.lessons.what_to_tune_first.picture_hyperparameters import (
    GUESSING,
    MOST,
    NAMES,
    Curves,
    OneChanged,
    measured_curves,
)
from coursekit.lessons.what_to_tune_first.picture_hyperparameters import N_EPOCHS as N_LIVE
from coursekit.lessons.what_to_tune_first.picture_hyperparameters import curves as curves_picture
from coursekit.lessons.what_to_tune_first.picture_hyperparameters import one_by_one as one_by_one_picture
from coursekit.network import Network, init_network
from coursekit.optimizers import Schedule, adam, exponential_decay, inverse_time_decay, momentum
from coursekit.scales import LogScale, ReverseLogScale
from coursekit.training import Epoch, epochs

N_EPOCHS, N_SEEDS = 10, 5
NO_BETTER = 0.2  # accuracy; guessing among ten classes has 0.1
MOMENTUM, ADAM = "momentum", "Adam"
BASE: dict[str, dict[str, Any]] = {
    MOMENTUM: {"learning_rate": 0.3, "momentum": 0.9, "layers": 2, "units": 32, "decay_rate": 0.0, "batch_size": 32},
    ADAM: {
        "learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8,
        "layers": 2, "units": 32, "decay_rate": 0.0, "batch_size": 32,
    },
}  # fmt: skip
VALUES: dict[str, tuple[float, ...]] = {
    "learning_rate": (0.003, 0.03, 0.3, 1, 3),
    "momentum": (0, 0.5, 0.9, 0.99, 0.999),
    "batch_size": (8, 32, 128, 300, 1200),
    "units": (2, 8, 32, 128, 256),
    "layers": (0, 1, 2, 4, 8),
    "decay_rate": (0, 0.03, 0.1, 1, 10),
    "beta1": (0, 0.5, 0.9, 0.99, 0.999),
    "beta2": (0.5, 0.9, 0.99, 0.999, 0.9999),
    "eps": (1e-8, 1e-6, 1e-4, 1e-2, 1),
}
ADAMS_OWN = ("beta1", "beta2", "eps")


@lru_cache
def stacked_digits(n_seeds: int = N_SEEDS, first: int = 0) -> Split:
    """Split the digits once for each seed, and stack the splits: a leading axis of the models."""
    splits = [digits(np.random.default_rng(first + seed), dtype=np.float32) for seed in range(n_seeds)]
    return Split(*(np.stack(parts) for parts in zip(*splits, strict=True)))


def train(setting: dict[str, Any], *, schedule: Schedule | None = None, n_epochs: int = N_EPOCHS, first: int = 0,
          n_seeds: int = N_SEEDS) -> Iterator[Epoch]:  # fmt: skip
    """Train one setting on several splits, from several first weights: all as one stack."""
    own, data = dict(setting), stacked_digits(n_seeds, first)
    rate, decay_rate, batch_size = (own.pop(name) for name in ("learning_rate", "decay_rate", "batch_size"))
    rng = np.random.default_rng([first, 1])
    network = Network([64, *[own.pop("units")] * own.pop("layers"), 10])
    start = init_network(network, rng, n_models=n_seeds, dtype=np.float32)
    yield from epochs(
        network, start, data.X_train, data.y_train, learning_rate=schedule or inverse_time_decay(rate,
        decay_rate=decay_rate),
        n_epochs=n_epochs, batch_size=batch_size, rng=rng, optimizer=momentum if "momentum" in own else adam,
        validation=(data.X_test, data.y_test), **own,
    )  # fmt: skip


def one_changed(name: str, value: float) -> dict[str, Any]:
    """Return the base setting with one hyperparameter changed: Adam's for its own three, momentum's for the rest."""
    return {**BASE[ADAM if name in ADAMS_OWN else MOMENTUM], name: value}


def change_one(row: str) -> OneChanged:
    """Look up five values of one hyperparameter."""
    name = next(name for name, words in NAMES.items() if words == row)
    return OneChanged(row, *measured_curves(name), BASE[ADAM if name in ADAMS_OWN else MOMENTUM][name])


def describe_change(state: OneChanged) -> Words:
    """Say what each value gave after ten epochs."""
    ends = state.accuracies[:, -1]
    means = ends.mean(axis=-1)
    found = "; ".join(f"{value:g}: {end.mean():.2f} ({end.min():.2f} to {end.max():.2f})"
                      for value, end in zip(state.values, ends, strict=True))  # fmt: skip
    return Words(
        f"The five values of {state.row} end at {means.min():.2f} to {means.max():.2f}",
        f"Validation accuracy after 10 epochs, mean of 5 seeds, and the five: {found}. All else stays at the base, "
        f"where it is {state.base:g}.",
    )


def _falls(state: OneChanged) -> tuple[float, float]:
    """Say how far the mean accuracy at the smallest and at the largest value lies below the best."""
    means = state.accuracies[:, -1].mean(axis=-1)
    return float(means.max() - means[0]), float(means.max() - means[-1])


ONE_BY_ONE = Explorer(
    name="one-by-one",
    title="What does each hyperparameter do, while the others stay?",
    task="The learning rate is best in between: too small and too large both fail. Go through the others. Find a "
    "second one like that, one that hardly moves the accuracy, and one that fails only where it is too small.",
    controls=(Dropdown("row", tuple(NAMES.values()), "learning rate", "hyperparameter"),),
    compute=change_one,
    picture=one_by_one_picture,
    describe=describe_change,
    parts=(
        Part("another one with a best value in between",
             lambda values, state: (values["row"] != NAMES["learning_rate"]
                                    and _falls(state)[0] > 0.05 < _falls(state)[1]),
             "Too small and too large both cost here, so a search has to look for the middle.",
             {"row": "mini-batch size"}),
        Part("one that hardly moves", lambda _, state: max(_falls(state)) < 0.03,
             "From end to end of what was tried the mean hardly changes, at this one base.",
             {"row": "Adam's beta1"}),
        Part("one that fails only where it is too small",
             lambda _, state: _falls(state)[0] > 0.5 and _falls(state)[1] < 0.02,
             "Two units can't tell ten digits apart; more than enough do no harm, at this one base.",
             {"row": "hidden units"}),
    ),
)  # fmt: skip

SCHEDULES = ("constant", "1 / (1 + epoch)", "x 0.8 every epoch", "halved every 3 epochs")


def schedule(name: str, rate: float) -> Schedule:
    """Return the schedule of a name of ``SCHEDULES``."""
    return {
        SCHEDULES[0]: inverse_time_decay(rate, decay_rate=0),
        SCHEDULES[1]: inverse_time_decay(rate, decay_rate=1),
        SCHEDULES[2]: exponential_decay(rate, decay=0.8),
        SCHEDULES[3]: exponential_decay(rate, decay=0.5, every=3),
    }[name]


def watch(learning_rate: float, momentum: float, batch_size: str, decay: str, optimizer: str, *,
          n_epochs: int = N_LIVE) -> Iterator[Curves]:  # fmt: skip
    """Train five networks with one setting, and show every epoch."""
    own = {"momentum": momentum} if optimizer == MOMENTUM else {"beta1": momentum}
    setting = {"learning_rate": learning_rate, **own, "layers": 2, "units": 32, "decay_rate": 0.0,
               "batch_size": int(batch_size)}  # fmt: skip
    at = schedule(decay, learning_rate)
    rates = np.array([at(epoch) for epoch in range(n_epochs)])
    n_steps = -(-stacked_digits().X_train.shape[-2] // int(batch_size))
    losses, accuracies = [], []
    for epoch in train(setting, schedule=at, n_epochs=n_epochs):
        losses.append(epoch.loss)
        accuracies.append(epoch.validation_accuracy)
        yield Curves(np.array(losses), np.array(accuracies), rates, n_steps)


def describe_curves(state: Curves) -> Words:
    """Say how good the five networks are, how many have learned nothing, and which way the loss went."""
    now = state.accuracies[-1]
    first, last = (_number(np.median(np.nan_to_num(state.losses[i], nan=np.inf))) for i in (0, -1))
    return Words(
        f"Validation accuracy {np.median(now):.3f}; the five go from {now.min():.3f} to {now.max():.3f}",
        f"Epoch {state.epoch} of {len(state.rates)}, {state.n_steps} step{'s' * (state.n_steps > 1)} each, the last at "
        f"a rate of {state.rates[state.epoch - 1]:.2g}. {np.sum(now < NO_BETTER)} of 5 are below {NO_BETTER}, hardly "
        f"better than guessing. The median training loss was {first} in the first epoch and is {last} now; guessing "
        f"has {GUESSING:.2f}.",
    )


def _number(loss: float) -> str:
    return f"{loss:.2g}" if loss < MOST else f"above {MOST:g}"


def _learns_nothing(state: Curves) -> bool:
    return bool((state.accuracies[-1] < NO_BETTER).all())


LEARNING_CURVES = Explorer(
    name="learning-curves",
    title="Too small, right, or too large?",
    task="Find two rates at which all five networks learn nothing, for opposite reasons. Then come back to 0.3, "
    "and spoil the training by one other control.",
    controls=(
        Slider("learning_rate", LogScale(1e-4, 10), 0.3, "learning rate"),
        Slider("momentum", ReverseLogScale(0, 0.999), 0.9, "momentum, beta1", steps=60),
        Dropdown("batch_size", ("8", "32", "128", "300", "1200"), "32", "mini-batch size"),
        Dropdown("decay", SCHEDULES, SCHEDULES[0], "learning-rate decay"),
        Dropdown("optimizer", (MOMENTUM, ADAM), MOMENTUM, "trained with"),
    ),
    compute=watch,
    picture=curves_picture,
    describe=describe_curves,
    quick={"n_epochs": 2},
    marks=(Along("y", "learning_rate", axes=2),),
    parts=(
        Part("a rate that is too small", lambda values, state: values["learning_rate"] < 0.1 and _learns_nothing(state),
             "The steps are so short that twelve epochs end about where they began.", {"learning_rate": 0.0001}),
        Part("a rate that is too large", lambda values, state: values["learning_rate"] > 1 and _learns_nothing(state),
             "The steps throw the weights about until the networks say the same whatever comes in.",
             {"learning_rate": 10}),
        Part("a good rate, spoilt by another control",
             lambda values, state: 0.2 < values["learning_rate"] < 0.5 and np.median(state.accuracies[-1]) < 0.8,
             "A rate is good only beside the rest: with other batches or another optimizer it must be found again.",
             {"batch_size": "1200"}),
    ),
)  # fmt: skip
