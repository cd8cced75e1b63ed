"""What batch norm undoes: the b of the layer before it, and the scale of its weights."""

from functools import lru_cache

import numpy as np

from coursekit.types import Array, Labels, Parameters
from coursekit.datasets import Split, digits
from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_redundant import Redundant
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_redundant import redundant as redundant_picture
from coursekit.network import backward, forward, init_network
from coursekit.scales import LinearScale, LogScale
from coursekit.softmax import loss_and_gradient

UNIT = 7  # of the first layer
SIZES = [64, 50, 50, 10]


@lru_cache
def _untrained() -> tuple[Split, tuple[Parameters, Parameters]]:
    """Return the digits, and two networks with the same weights: without batch norm, and with it beside a b."""
    plain, normed = (init_network(SIZES, np.random.default_rng(1), batch_norm=norm) for norm in (None, "before"))
    return digits(np.random.default_rng(0)), (plain, normed | {"b1": plain["b1"], "b2": plain["b2"]})


def loss_and_gradients(parameters: Parameters, X: Array, y: Labels) -> tuple[float, Parameters]:
    """Take one batch forward and backward.

    Parameters
    ----------
    parameters : dict of array
        Of one network.
    X, y : array, shapes (m, n) and (m,)

    Returns
    -------
    loss : float
    gradients : dict of array
    """
    z, cache = forward(parameters, X)
    loss, d_z = loss_and_gradient(z, y)
    return float(loss), backward(d_z, cache)


def move_weights(b: float, scale: float) -> Redundant:
    """Put ``b`` into every b of the first layer, and multiply its weights by ``scale``."""
    data, networks = _untrained()
    now, first = [], []
    for network in networks:
        moved = network | {"W1": network["W1"] * scale, "b1": network["b1"] + b}
        now.append(loss_and_gradients(moved, data.X_train, data.y_train))
        first.append(loss_and_gradients(network, data.X_train, data.y_train))
    z = data.X_train @ (networks[0]["W1"][:, UNIT] * scale) + b
    normed = (z - z.mean()) / np.sqrt(z.var() + 1e-5)  # gamma is 1 and beta 0
    loss, first_loss = (np.array([each[0] for each in both]) for both in (now, first))
    length, first_length = (np.array([np.linalg.norm(each[1]["W1"]) for each in both]) for both in (now, first))
    d_b = np.array([np.abs(each[1]["b1"]).max() for each in now])
    return Redundant(b, scale, z, np.stack([z, normed]), loss, length, d_b, first_loss, first_length)


def describe_redundant(state: Redundant) -> Words:
    """Say what has become of the loss and of the gradients."""
    ratio = state.length[1] / state.first_length[1]
    largest = "below 1e-15" if state.d_b[1] < 1e-15 else f"{state.d_b[1]:.1g}"
    return Words(
        f"Loss with batch norm {state.loss[1]:.3f}, without {state.loss[0]:.3g}",
        f"b = {state.b:.3g} and W1 × {state.scale:.3g} give this unit mean {_two(state.z.mean())} and sd "
        f"{state.z.std():.2f}; the activation sees mean {_two(state.a[1].mean())} and sd {state.a[1].std():.2f}. At b "
        f"= 0 and scale 1 the losses were {state.first_loss[1]:.3f} and {state.first_loss[0]:.3g}. With batch norm, "
        f"the gradient of W1 is {ratio:.3g} times what it was there; that of b is {largest}.",
    )


def _two(number: float) -> str:
    return f"{round(float(number), 2) + 0.0:.2f}"  # which makes -0.00 a zero


WHAT_IT_UNDOES = Explorer(
    name="what-batch-norm-undoes",
    title="What of a layer does batch norm undo?",
    task="Slide b from end to end: what moves in blue? Then set the scale to 10, and to 0.1: which blue number stays, "
    "and by which factor does the other one change?",
    controls=(
        Slider("b", LinearScale(-8, 8), 0.0, "b of the first layer", steps=64),
        Slider("scale", LogScale(0.1, 10), 1.0, "W1 times"),
    ),
    compute=move_weights,
    picture=redundant_picture,
    describe=describe_redundant,
)
