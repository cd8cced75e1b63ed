"""A race between two scales on real digits: the scale is a claim about the objective."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from coursekit.datasets import Split, digits
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREY, ORANGE, Picture, canvas, flat, label, line, powers_of_ten
from coursekit.lab.task import Part
from coursekit.network import Network, forward, init_network
from coursekit.optimizers import adam, sgd
from coursekit.scales import IntegerScale, LinearScale, LogScale
from coursekit.training import Optimizer, epochs
from coursekit.types import Array

ROWS = ("linear", ORANGE, "o"), ("log", BLUE, "D")


class Race(NamedTuple):
    """Networks trained at learning rates that two scales drew; the first row is the linear scale, the second the log.

    Attributes
    ----------
    rates, dev, test : array, shape (2, n)
        Each network's learning rate, and its accuracy so far: on 300 digits to choose by, and on 297 others.
    measured_rates, measured_dev, measured_test : array, shape (2, r, n)
        The same of r races that were run before.
    epoch, n_epochs : int
        How far the training is.
    """

    rates: Array
    dev: Array
    test: Array
    measured_rates: Array
    measured_dev: Array
    measured_test: Array
    epoch: int
    n_epochs: int

    @property
    def progress(self) -> float:
        """The share of the training that is done."""
        return self.epoch / self.n_epochs

    @property
    def best(self) -> Array:
        """What each scale's choice is worth, shape (2,)."""
        return of_the_chosen(self.dev, self.test)

    @property
    def measured_best(self) -> Array:
        """The same in each race that was run before, shape (2, r)."""
        return of_the_chosen(self.measured_dev, self.measured_test)


def of_the_chosen(dev: Array, test: Array) -> Array:
    """Choose by the one accuracy, count by the other, on digits that nothing was chosen by.

    Examples
    --------
    >>> of_the_chosen(np.array([[0.9, 0.8], [0.5, 0.6]]), np.array([[0.7, 0.8], [0.4, 0.3]]))
    array([0.7, 0.3])
    """
    chosen = dev.argmax(axis=-1)[..., None]
    return np.asarray(np.take_along_axis(test, chosen, axis=-1)[..., 0])


def race() -> Picture:
    """Show every network at its learning rate, over earlier ones in grey; and the winner, over earlier winners."""
    figure, (left, right) = canvas(1000, 430, columns=2, width_ratios=(5, 2), sharey=True)
    powers_of_ten(left, -4, 0)
    left.set(
        xlim=(0.8e-4, 1.25),
        ylim=(-0.08, 1.04),
        xlabel="learning rate (log axis)",
        ylabel="accuracy, 300 digits to choose by",
    )
    left.set_title("each trial of this race; in grey, the trials of 50 earlier ones")
    right.set(
        xlim=(-0.5, 1.5),
        ylabel="accuracy, 297 other digits",
        xticks=[0, 1],
        xticklabels=["linear", "log"],
        title="what each race chose; mean",
    )
    for tick, (_, color, _) in zip(right.get_xticklabels(), ROWS, strict=True):
        tick.set(color=color, fontweight="bold", fontsize=12)
    past = line(left, "#d0d0d0", marker=".", markersize=6, markeredgewidth=0, linestyle="")
    rows = [_row(left, right, i, *row) for i, row in enumerate(ROWS)]

    def move(state: Race) -> None:
        past.set_data(state.measured_rates.ravel(), state.measured_dev.ravel())
        for i, (dots, spread, mean, best, number) in enumerate(rows):
            dots.set_data(state.rates[i], state.dev[i])
            earlier = state.measured_best[i]
            spread.set_data(i - 0.3 + 0.6 * np.modf(np.arange(len(earlier)) * 0.618034)[0], earlier)
            mean.set_data([i - 0.36, i + 0.36], [np.mean(earlier)] * 2)
            best.set_data([i], state.best[i : i + 1])
            number.set_text(f"{state.best[i]:.3f}")

    return Picture(figure, move, [past, *(artist for row in rows for artist in flat(*row))],
                   ghosts=[row[0] for row in rows])  # fmt: skip


def _row(left: Axes, right: Axes, i: int, _: str, color: str, marker: str) -> tuple[Any, ...]:
    dots = line(left, color, marker=marker, linestyle="", markersize=8, alpha=0.85, markeredgecolor="white")
    spread = line(right, "#b8b8b8", marker=".", markersize=6, linestyle="")
    mean = line(right, GREY, linewidth=2)
    best = line(right, color, marker=marker, linestyle="", markersize=12, markeredgecolor="white")
    number = label(right, i, -0.055, color=color, ha="center", size=14, fontweight="bold")
    return dots, spread, mean, best, number


OPTIMIZERS: dict[str, Optimizer] = {"Adam": adam, "SGD": sgd}
LAYERS = (1, 4)
N_RACES, N_TRIALS, N_EPOCHS = 50, 16, 5
N_DEV = 300  # of the 597 digits that no network learns from; the other 297 count
LOW, HIGH = 1e-4, 1.0


@lru_cache(maxsize=8)
def _digits(race: int) -> Split:
    """Split the digits anew for each race, or 50 races would tell of one split."""
    return digits(np.random.default_rng([race, 3]), dtype=np.float32)


def train(
    optimizer: str, layers: int, race: int, n_epochs: int = N_EPOCHS, *, low: float = LOW, high: float = HIGH
) -> Iterator[tuple[Array, Array, Array]]:
    """Draw 16 learning rates on each scale and train all 32 networks as one stack: each race on a split of its own.

    Yields the rates, the accuracies on 300 digits to choose by, and those on 297 others, each of shape (2, 16).
    """
    seed = [race, list(OPTIMIZERS).index(optimizer), layers]  # so that no two kinds of race share their draws
    draws = (scale(low, high).sample(N_TRIALS, np.random.default_rng([*seed, i]))
             for i, scale in enumerate((LinearScale, LogScale)))  # fmt: skip
    rates = np.stack(list(draws))
    data, rng = _digits(race), np.random.default_rng([*seed, 2])
    architecture = Network([64, *[32] * layers, 10])
    network = init_network(architecture, rng, n_models=rates.size, dtype=np.float32)
    training = epochs(architecture, network, data.X_train, data.y_train, optimizer=OPTIMIZERS[optimizer],
                      learning_rate=rates.ravel(), n_epochs=n_epochs, batch_size=50, rng=rng)  # fmt: skip
    for epoch in training:
        z, _ = forward(architecture, epoch.parameters, data.X_test)
        right = z.argmax(axis=-1) == data.y_test
        dev, test = (part.mean(axis=-1).reshape(rates.shape) for part in (right[:, :N_DEV], right[:, N_DEV:]))
        yield rates, dev, test


@lru_cache
def measured_races(optimizer: str, layers: int) -> tuple[Array, Array, Array]:
    """Look up the races of experiments/pick_the_right_scale/scale_race.py: rates, dev and test, (2, 50, 16) each."""
    table = measured("scale_race")
    table = table[(table["optimizer"] == optimizer) & (table["layers"] == layers)]
    shape = N_RACES, N_TRIALS
    by_scale = [table[table["scale"] == scale] for scale, *_ in ROWS]
    rates, dev, test = (np.stack([rows[column].reshape(shape) for rows in by_scale])
                        for column in ("learning_rate", "dev", "test"))  # fmt: skip
    return rates, dev, test


def race_on_digits(optimizer: str, depth: str, n_trials: int, race: int, n_epochs: int = N_EPOCHS) -> Iterator[Race]:
    """Train all networks of a race that is not among the measured ones, and look at the first ``n_trials`` of each."""
    layers = int(depth[0])
    old_rates, old_dev, old_test = (values[..., :n_trials] for values in measured_races(optimizer, layers))
    for epoch, all_trials in enumerate(train(optimizer, layers, N_RACES + race, n_epochs), start=1):
        rates, dev, test = (values[:, :n_trials] for values in all_trials)
        yield Race(rates, dev, test, old_rates, old_dev, old_test, epoch, n_epochs)


def describe_race(state: Race) -> Words:
    """Say who won, here and in the races that were measured before."""
    linear, log = state.best
    earlier_linear, earlier_log = state.measured_best
    n_races, n = earlier_linear.size, state.rates.shape[-1]
    return Words(
        f"The choice among {n}, on other digits: linear {linear:.3f}, log {log:.3f}",
        f"After epoch {state.epoch} of {state.n_epochs}. Of {n_races} earlier races of {n} trials a scale, log "
        f"won {np.sum(earlier_log > earlier_linear)} and linear {np.sum(earlier_linear > earlier_log)}. The mean "
        f"of what was chosen was {np.mean(earlier_log):.3f} for log (standard deviation {np.std(earlier_log):.3f}) and "
        f"{np.mean(earlier_linear):.3f} for linear ({np.std(earlier_linear):.3f}).",
    )


SCALE_RACE = Explorer(
    name="scale-race",
    title="Which scale finds the better network?",
    task="Run races with Adam until the linear scale's choice stays below 0.6. Then find an optimizer with which "
    "linear wins a race.",
    controls=(
        Dropdown("optimizer", tuple(OPTIMIZERS), "Adam", "optimizer"),
        Dropdown("depth", ("1 hidden layer", "4 hidden layers"), "4 hidden layers", "network"),
        Slider("n_trials", IntegerScale(2, N_TRIALS), 10, "trials on each scale"),
        Slider("race", IntegerScale(1, 20), 1, "race number"),
    ),
    compute=race_on_digits,
    picture=race,
    describe=describe_race,
    quick={"n_epochs": 1},
    parts=(
        Part("a race that the linear scale loses badly",
             lambda values, state: values["optimizer"] == "Adam" and state.best[0] < 0.6 < state.best[1],
             "None of its rates was small enough for Adam, as nine of ten of its draws lie above 0.1.",
             {"race": 3}),
        Part("a race that it wins",
             lambda values, state: values["optimizer"] == "SGD" and state.best[0] > state.best[1],
             "SGD learns best at rates from 0.1 to 1, and there the linear scale spends its draws: a scale is a guess.",
             {"optimizer": "SGD"}),
    ),
)  # fmt: skip
