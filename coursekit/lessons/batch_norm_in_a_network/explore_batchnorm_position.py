"""Without batch norm, with it before the activation, with it after: what twelve networks of each kind measured."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.measured import measured
from coursekit.lab.splits import digits_of
from coursekit.lab.standard_error import standard_error
from coursekit.lab.task import Part
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_position import (
    AFTER,
    BEFORE,
    POSITIONS,
    RATES,
    WITHOUT,
    Positions,
)
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_position import positions as positions_picture
from coursekit.network import Network, accuracy, init_network
from coursekit.optimizers import adam, sgd
from coursekit.scales import LogScale
from coursekit.training import Epoch, Optimizer, epochs
from coursekit.types import Array

OPTIMIZERS: dict[str, Optimizer] = {"SGD": sgd, "Adam": adam}
ACTIVATIONS = ("relu", "tanh", "sigmoid")
LAYERS = (2, 5)
N_NETWORKS, N_EPOCHS, N_UNITS, N_DEV = 12, 5, 50, 298


def _network(position: str, activation: str, layers: int) -> Network:
    side = {WITHOUT: None, BEFORE: "before", AFTER: "after"}[position]
    return Network([64, *[N_UNITS] * layers, 10], activation=activation, batch_norm=side)


def train(
    position: str, activation: str, layers: int, optimizer: str, *, rates: Sequence[float] | Array, seed: int,
    n_epochs: int = N_EPOCHS, scale: str | float = "he",
) -> Iterator[Epoch]:  # fmt: skip
    """Train one network per learning rate, as one stack; all positions begin with the same weights."""
    data, network = digits_of(seed, np.float32), _network(position, activation, layers)
    start = init_network(network, np.random.default_rng([seed, 1]), scale=scale,
                         n_models=len(rates), dtype=np.float32)  # fmt: skip
    yield from epochs(network, start, data.X_train, data.y_train, optimizer=OPTIMIZERS[optimizer],
                      learning_rate=np.asarray(rates, np.float64), n_epochs=n_epochs, batch_size=50,
                      rng=np.random.default_rng([seed, 2]),
                      validation=(data.X_test, data.y_test))  # fmt: skip


def on_halves(last: Epoch, position: str, activation: str, seed: int) -> list[Array]:
    """Measure the trained networks on all digits that they have not seen, on the first half, and on the second.

    The first half may choose a learning rate; the second then says how good the choice was.
    """
    n_layers = sum(name.startswith("W") for name in last.parameters) - 1
    data, network = digits_of(seed, np.float32), _network(position, activation, n_layers)
    parts = slice(None), slice(0, N_DEV), slice(N_DEV, None)
    return [accuracy(network, last.parameters, data.X_test[part], data.y_test[part],
                     statistics=last.statistics or None) for part in parts]  # fmt: skip


@lru_cache
def measured_accuracies(optimizer: str, activation: str, layers: int, column: str = "accuracy") -> Array:
    """Look up what experiments/batch_norm_in_a_network/batchnorm_position.py measured: by position, network, rate."""
    table = measured("batchnorm_position")
    table = table[(table["optimizer"] == optimizer) & (table["activation"] == activation) & (table["layers"] == layers)]
    by_position = [table[column][table["position"] == word] for word in POSITIONS]
    accuracies: Array = np.stack([values.reshape(N_NETWORKS, len(RATES)) for values in by_position])
    return accuracies


def at_chosen_rates(optimizer: str, activation: str, layers: int) -> tuple[Array, Array]:
    """Choose each network's rate on one half of its unseen digits; return the rates, and the other half's accuracy."""
    dev, test = (measured_accuracies(optimizer, activation, layers, column) for column in ("dev", "test"))
    best = dev.argmax(axis=-1)
    return RATES[best], np.take_along_axis(test, best[..., None], axis=-1)[..., 0]


def mean_and_error(differences: Array) -> tuple[float, float]:
    """Return the mean of paired differences over splits of one data set, and its standard error for other digits."""
    return float(np.mean(differences)), float(standard_error(differences, (597 - N_DEV) / 1200))


def compare(optimizer: str, activation: str, depth: str, learning_rate: float) -> Positions:
    """Look at all networks of one kind, and at one rate closely."""
    accuracies = measured_accuracies(optimizer, activation, int(depth[0]))
    return Positions(accuracies, int(np.argmin(np.abs(np.log(RATES / learning_rate)))))


def describe_positions(state: Positions) -> Words:
    """Say how well each position does at this rate, and at its own best one."""
    here = state.accuracies[:, :, state.at]
    without, before, after = here.mean(axis=-1)
    wins = np.sum(here[2] > here[1]), np.sum(here[1] > here[2])
    return Words(
        f"At rate {RATES[state.at]:.3g}: without {without:.3f}, before {before:.3f}, after {after:.3f}",
        f"Means of {N_NETWORKS} networks of each kind, after {N_EPOCHS} epochs. In {wins[0]} of the {N_NETWORKS} pairs "
        f"at this rate, after is better than before, in {wins[1]} it is worse.",
    )


def _now(state: Positions) -> Array:
    """Return the mean accuracy at this rate, by position, shape (3,)."""
    return np.asarray(state.accuracies[:, :, state.at].mean(axis=-1))


def _wins(state: Positions, one: int, other: int) -> bool:
    """Say whether one position is better than the other in all pairs at this rate."""
    here = state.accuracies[:, :, state.at]
    return bool((here[one] > here[other]).all())


BEFORE_OR_AFTER = Explorer(
    name="before-or-after",
    title="Before the activation, or after it?",
    task="Find another rate at which after wins all 12 pairs. Choose tanh and find one at which before does. Then "
    "choose Adam and ReLU: at which rates does after win all 12 now? Last, choose SGD, sigmoid and 5 hidden layers: "
    "find a rate at which the network without learns nothing, and the others learn.",
    controls=(
        Slider("learning_rate", LogScale(1e-3, 10), 0.01, "learning rate", steps=len(RATES) - 1),
        Dropdown("activation", ACTIVATIONS, "relu", "activation"),
        Dropdown("depth", tuple(f"{n} hidden layers" for n in LAYERS), "2 hidden layers", "network"),
        Dropdown("optimizer", tuple(OPTIMIZERS), "SGD", "optimizer"),
    ),
    compute=compare,
    picture=positions_picture,
    describe=describe_positions,
    marks=(Along("x", "learning_rate"),),
    parts=(
        Part("a rate at which after wins",
             lambda values, state: (values["optimizer"] == "SGD" and values["learning_rate"] != 0.01
                                    and _wins(state, 2, 1)),
             "At small rates after learns faster: it hands the output layer larger numbers, and so larger gradients.",
             {"learning_rate": 0.0316}),
        Part("a rate at which before wins, with tanh",
             lambda values, state: values["activation"] == "tanh" and _wins(state, 1, 2),
             "At a rate this large after breaks down: its output layer gets larger numbers, and diverges.",
             {"activation": "tanh", "learning_rate": 3.16}),
        Part("a rate at which after wins, with Adam",
             lambda values, state: (values["optimizer"] == "Adam" and values["activation"] == "relu"
                                    and _wins(state, 2, 1)),
             "With Adam before is a little ahead at small rates; after wins at rates far too large for before.",
             {"optimizer": "Adam", "learning_rate": 1.0}),
        Part("five sigmoids that learn with it alone",
             lambda values, state: (values["activation"] == "sigmoid" and values["depth"][0] == "5"
                                    and _now(state)[0] < 0.2 and _now(state)[1:].min() > 0.8),
             "Through five sigmoids hardly any gradient comes back; on either side, batch norm lets it through.",
             {"activation": "sigmoid", "depth": "5 hidden layers", "learning_rate": 0.1}),
    ),
)  # fmt: skip
