"""Batch norm of one real unit over 1,200 digits, and what the activation behind it gets."""

from functools import lru_cache

import numpy as np

from coursekit.types import Array
from coursekit.lessons.batch_norm_step_by_step.batchnorm_pieces import forward_pieces
from coursekit.datasets import digits
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.batch_norm_step_by_step.picture_batchnorm_steps import Through, saturated, sigmoid, through_the_activation
from coursekit.network import init_network
from coursekit.scales import LinearScale, LogScale
from coursekit.training import fit

FRESH, LARGE, DEAD = "a fresh unit", "a unit with large weights", "a unit that died in training"
UNITS = (FRESH, LARGE, DEAD)
SIZES = (64, 50, 50, 10)


@lru_cache
def pre_activations(unit: str) -> Array:
    """Return one real unit's z over the 1,200 training digits; no network here has batch norm.

    Parameters
    ----------
    unit : str
        ``FRESH``: of the second layer, He's weights. ``LARGE``: of the first layer, weights with sd 0.5. ``DEAD``: of
        the second layer, after 5 epochs of Adam at 0.02.

    Returns
    -------
    array, shape (1200,)

    Examples
    --------
    >>> bool(pre_activations(DEAD).max() < 0)
    True
    """
    data = digits(np.random.default_rng(0))
    network = init_network(SIZES, np.random.default_rng([0, 1]), scale=0.5 if unit == LARGE else "he")
    if unit == DEAD:
        network, _ = fit(network, data.X_train, data.y_train, learning_rate=0.02, n_epochs=5,
                         rng=np.random.default_rng([0, 2]))  # fmt: skip
    z = data.X_train @ network["W1"] + network["b1"]
    if unit == LARGE:
        return z[:, 4]
    z = np.maximum(z, 0) @ network["W2"] + network["b2"]
    return z[:, 37 if unit == DEAD else 2]


def take_through(unit: str, gamma: float, beta: float, eps: float) -> Through:
    """Normalise a unit over all 1,200 digits as one batch.

    Parameters
    ----------
    unit : str
        A name of ``UNITS``.
    gamma, beta, eps : float
        Batch norm's.

    Returns
    -------
    Through
    """
    pieces = forward_pieces(pre_activations(unit)[:, None], [gamma], [beta], eps=eps)
    return Through(unit, gamma, beta, eps, pieces.z[:, 0], pieces.z_norm[:, 0], pieces.out[:, 0])


def describe_through(state: Through) -> Words:
    """Say what share of the unit the two activations waste, without batch norm and with it."""
    sigmoids = [saturated(sigmoid(values)) for values in (state.z, state.out)]
    zeros = [np.mean(values <= 0) for values in (state.z, state.out)]
    return Words(
        f"Sigmoid saturated {sigmoids[0]:.1%} → {sigmoids[1]:.1%}, ReLU zero {zeros[0]:.1%} → {zeros[1]:.1%}",
        f"For {state.unit}, z has mean {state.z.mean() + 0.0:.2f} and sd {state.z.std():.2f}. With ε = "
        f"{state.eps:.1g} z_norm has variance {state.z_norm.var():.3f}; with γ = {state.gamma:.2f} and "
        f"β = {state.beta:.2f} out has mean {round(state.out.mean(), 2) + 0.0:.2f} and sd {state.out.std():.2f}, and "
        f"lies {np.mean(np.abs(state.out - state.z)):.2f} from z on average.",
    )


THROUGH_ACTIVATION = Explorer(
    name="through-activation",
    title="What does the activation get from batch norm?",
    task="Wake the dead unit: of how many digits is its ReLU zero now? Put it to death again with β alone. Then set γ "
    "and β so that out lies less than 0.1 from z: batch norm is undone.",
    controls=(
        Dropdown("unit", UNITS, LARGE, "unit"),
        Slider("gamma", LinearScale(0, 6), 1, "γ", steps=120),
        Slider("beta", LinearScale(-12, 12), 0, "β", steps=120),
        Slider("eps", LogScale(1e-5, 10), 1e-5, "ε (log)", steps=120),
    ),
    compute=take_through,
    picture=through_the_activation,
    describe=describe_through,
)
