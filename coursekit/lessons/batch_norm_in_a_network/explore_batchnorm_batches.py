"""Mini-batches: each has its own mean and variance, and the smaller it is, the more they vary."""

from functools import lru_cache

import numpy as np

from coursekit.types import Array
from coursekit.datasets import digits
from coursekit.lessons.batch_norm_in_a_network.explore_batchnorm_redundant import SIZES as NETWORK
from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_batches import SIZES, Batches
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_batches import batches as batches_picture
from coursekit.network import forward, init_network
from coursekit.scales import ChoiceScale, IntegerScale


@lru_cache
def units() -> Array:
    """Return z of the second layer for all 1,200 training digits, before any training, shape (1200, 50)."""
    parameters = init_network(NETWORK, np.random.default_rng(1), batch_norm="before")
    _, cache = forward(parameters, digits(np.random.default_rng(0)).X_train)
    z: Array = cache.layers[1].x @ parameters["W2"]
    return z


def dealt(z: Array, m: int, epoch: int) -> tuple[Array, Array]:
    """Deal values into mini-batches of m, and leave out the last ones if they do not fill one.

    Parameters
    ----------
    z : array, shape (1200,)
    m : int
    epoch : int
        The seed of the order.

    Returns
    -------
    means, sds : array, shape (1200 // m,)
    """
    shuffled = z[np.random.default_rng(epoch).permutation(len(z))]
    in_batches = shuffled[: len(z) // m * m].reshape(-1, m)
    return in_batches.mean(axis=-1), in_batches.std(axis=-1)


def deal_batches(batch_size: int, epoch: int, unit: int) -> Batches:
    """Take one unit's mean and standard deviation in each mini-batch of an epoch."""
    z = units()[:, unit - 1]
    means, sds = dealt(z, batch_size, epoch)
    mean, sd = float(z.mean()), float(z.std())
    spreads = np.array([spread(z, size, epoch) for size in SIZES])
    return Batches(batch_size, unit, means, sds, mean, sd, spreads, spreads[SIZES.index(batch_size)])


def spread(z: Array, m: int, epoch: int) -> float:
    """Return how far the means of mini-batches are from the mean of all, as a root of a mean square, in units of sd."""
    means, _ = dealt(z, m, epoch)
    return float(np.sqrt(np.mean((means - z.mean()) ** 2)) / z.std())


def describe_batches(state: Batches) -> Words:
    """Say how much the means vary, and between which bounds mean and standard deviation are."""
    means, sds = (state.means - state.mean) / state.sd, state.sds / state.sd
    return Words(
        f"Batches of {state.batch_size}: the means vary by {state.spread:.3f} sd",
        f"Unit {state.unit}, {len(means)} mini-batches. In units of its sd over all 1,200 digits, the means of the "
        f"mini-batches go from {means.min():.2f} to {means.max():.2f} around that of all, and their sds from "
        f"{sds.min():.2f} to {sds.max():.2f}. 1 / √{state.batch_size} is {state.batch_size**-0.5:.3f}; with the digits "
        f"dealt without repetition, {state.expected:.3f} is expected.",
    )


MINI_BATCHES = Explorer(
    name="mini-batches",
    title="How much do the statistics of a mini-batch vary?",
    task="Make the batches four times as large, and again four times: what becomes of the number in blue? Below which "
    "batch size does a mini-batch's sd come near 0? Then take another epoch, which is another order, and "
    "another unit: which of all this stays?",
    controls=(
        Slider("batch_size", ChoiceScale(SIZES), 32, "batch size"),
        Slider("epoch", IntegerScale(1, 20), 1, "epoch"),
        Slider("unit", IntegerScale(1, 50), 8, "unit of layer 2"),
    ),
    compute=deal_batches,
    picture=batches_picture,
    describe=describe_batches,
)
