"""Count saturated and dead units with and without batch norm: writes batchnorm_units.csv in a minute."""

from collections.abc import Iterator

import numpy as np

from coursekit.datasets import Split, digits
from coursekit.lab.measured import write_table
from coursekit.network import Network, forward, init_network
from coursekit.training import fit
from coursekit.types import Array, Parameters

COLUMNS = ("seed", "activation", "scale", "learning_rate", "batch_norm", "layer", "epoch", "wasted", "dead", "accuracy")
SETTINGS = (("sigmoid", 1.0, 0.01), ("sigmoid", 0.0, 0.1), ("relu", 0.0, 0.01), ("relu", 0.0, 0.1))  # scale 0: He's
N_SEEDS, N_EPOCHS = 10, 5


def wasted(activation: str, a: Array) -> tuple[Array, Array]:
    """Return the share of a layer's results that are saturated, or 0, and that of the units that always are."""
    idle = a == 0 if activation == "relu" else (a < 0.03) | (a > 0.97)
    return idle.mean(axis=(-2, -1)), idle.all(axis=-2).mean(axis=-1)


def look(network: Network, parameters: Parameters, data: Split) -> list[tuple[Array, Array]]:
    """Return what is wasted in each of the two hidden layers, over the training set."""
    _, cache = forward(network, parameters, data.X_train)
    return [wasted(network.activation, layer.a) for layer in cache.layers[:-1]]


def train(seed: int, activation: str, scale: float, learning_rate: float, *, batch_norm: bool) -> list[tuple]:  # type: ignore[type-arg]
    """Train 64-50-50-10 with Adam; return the rows of the start and of the end."""
    data = digits(np.random.default_rng(seed))
    network = Network([64, 50, 50, 10], batch_norm="before" if batch_norm else None, activation=activation)
    start = init_network(network, np.random.default_rng([seed, 1]), scale=scale or "he")
    trained, history = fit(network, start, data.X_train, data.y_train, learning_rate=learning_rate, n_epochs=N_EPOCHS,
                           rng=np.random.default_rng([seed, 2]), validation=(data.X_test, data.y_test))  # fmt: skip
    rows = []
    for epoch, parameters in ((0, start), (N_EPOCHS, trained)):
        accuracy = history.validation_accuracy[-1] if epoch else np.nan
        for layer, (share, dead) in enumerate(look(network, parameters, data), start=1):
            rows.append((seed, activation, scale, learning_rate, int(batch_norm), layer, epoch, f"{share:.4f}",
                         f"{dead:.4f}", f"{accuracy:.4f}"))  # fmt: skip
    return rows


def rows() -> Iterator[tuple[object, ...]]:
    """Train every network in every way, and write it down."""
    for setting in SETTINGS:
        for batch_norm in (False, True):
            for seed in range(N_SEEDS):
                yield from train(seed, *setting, batch_norm=batch_norm)


if __name__ == "__main__":
    write_table("batch_norm_step_by_step", "batchnorm_units", COLUMNS, rows())
