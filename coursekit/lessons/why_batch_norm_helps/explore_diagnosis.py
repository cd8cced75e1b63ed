"""The everyday look inside a training: activations, gradients and the size of a step, layer by layer."""

from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from coursekit.datasets import Split
from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import BLUE, GREY, ORANGE, PALE, Picture, canvas, flat, label, line
from coursekit.lab.splits import digits_of
from coursekit.lab.task import Part
from coursekit.network import Network, backward, forward, init_network
from coursekit.optimizers import sgd
from coursekit.scales import IntegerScale, LogScale
from coursekit.softmax import softmax_loss_unchecked
from coursekit.training import minibatches
from coursekit.types import Array, Parameters

N_HIDDEN, BATCH_SIZE, N_EPOCHS, N_STEPS = 5, 50, 5, 120
EVERY = 4  # steps from one look to the next
SIDES = (("without", None, ORANGE, "o"), ("batch norm", "before", BLUE, "D"))
SOUND = 0.003, 0.09  # how far the typical step moves the typical W, where a network reads 90% in the end
SMALLEST = 1e-5
LOW, HIGH = 1e-6, 1e2  # of the axes; the ratio's ends at 1


class Look(NamedTuple):
    """What is seen of one network before a step is taken.

    Attributes
    ----------
    spread : array, shape (5,)
        The standard deviation of each hidden layer's activations, over the batch.
    gradient : array, shape (6,)
        That of the loss's gradient for each W.
    share : array, shape (6,)
        How far the step will move each W, as a share of its length.
    accuracy : float
        On the test set, taken as one batch.
    """

    spread: Array
    gradient: Array
    share: Array
    accuracy: float


class Diagnosis(NamedTuple):
    """A look at two networks, without batch norm and with it.

    Attributes
    ----------
    rate, scale : float
        The learning rate, and the first weights in units of He's.
    step : int
        How many steps have been taken.
    looks : tuple of Look
        One for each network.
    """

    rate: float
    scale: float
    step: int
    looks: tuple[Look, Look]


@lru_cache(maxsize=64)
def train(rate: float, scale: float, batch_norm: str | None, seed: int = 0) -> tuple[Look, ...]:
    """Train 64-50x5-10 of ReLUs for 5 epochs of gradient descent, and look in before every fourth step."""
    data, rng = digits_of(seed), np.random.default_rng([seed, 2])
    network = Network([64, *[50] * N_HIDDEN, 10], batch_norm=batch_norm)
    parameters = init_network(network, np.random.default_rng([seed, 1]))
    parameters = {name: array * (scale if name.startswith("W") else 1) for name, array in parameters.items()}
    looks = []
    epochs = [minibatches(data.X_train, data.y_train, batch_size=BATCH_SIZE, rng=rng) for _ in range(N_EPOCHS)]
    with np.errstate(all="ignore"):  # at a large rate it diverges, and may
        for step, (X, y) in enumerate(chain(*epochs)):
            z, cache = forward(network, parameters, X)
            gradients = backward(softmax_loss_unchecked(z, y)[1], cache)
            if step % EVERY == 0:
                spread = np.array([layer.out.std() for layer in cache.layers[:-1]])
                looks.append(Look(spread, *_steps(parameters, gradients, rate), _accuracy(network, parameters, data)))
            parameters, _ = sgd(parameters, gradients, learning_rate=rate)
    return tuple(looks)


def _steps(parameters: Parameters, gradients: Parameters, rate: float) -> tuple[Array, Array]:
    names = [f"W{i}" for i in range(1, N_HIDDEN + 2)]
    lengths = np.array([[np.linalg.norm(each[name]) for name in names] for each in (gradients, parameters)])
    return np.array([gradients[name].std() for name in names]), rate * lengths[0] / lengths[1]


def _accuracy(network: Network, parameters: Parameters, data: Split) -> float:
    z, _ = forward(network, parameters, data.X_test)
    return float(np.mean(np.nan_to_num(z).argmax(axis=-1) == data.y_test))


def diagnose(rate: float, scale: float, step: int) -> Diagnosis:
    """Look at both networks at a step; between two looks, at the earlier."""
    without, normed = (train(rate, scale, batch_norm)[step // EVERY] for _, batch_norm, *_ in SIDES)
    return Diagnosis(rate, scale, step, (without, normed))


def diagnosis() -> Picture:
    """Show three numbers of every layer, without batch norm and with it."""
    figure, axes = canvas(1000, 400, columns=3)
    _by_layer(axes[0], "activations", "their sd", "hidden layer", (LOW, HIGH))
    _by_layer(axes[1], "gradients", "sd of the gradient for W", "layer of W", (LOW, HIGH))
    _by_layer(axes[2], "steps", "length of a step / that of W", "layer of W", (LOW, 1))
    axes[2].axhspan(*SOUND, color=PALE, zorder=0)
    label(axes[2], 6.3, 1.2 * SOUND[1], "grey: 0.3% to 9%", ha="right", va="bottom", size=11, color=GREY)
    curves = [[line(ax, color, marker=marker, markersize=8) for ax in axes] for _, _, color, marker in SIDES]
    words = [label(axes[0], 0.8, height, color=color, size=11, fontweight="bold")
             for height, (_, _, color, _) in zip((25, 6), SIDES, strict=True)]  # fmt: skip

    def move(state: Diagnosis) -> None:
        for look, row, word, (name, *_) in zip(state.looks, curves, words, SIDES, strict=True):
            for curve, values in zip(row, look[:3], strict=True):
                height = np.where(np.isfinite(values), np.clip(values, LOW, HIGH), np.nan)
                curve.set_data(np.arange(1, len(values) + 1), height)
            word.set_text(f"{name}: " + ("diverged" if diverged(look) else f"accuracy {look.accuracy:.2f}"))

    return Picture(figure, move, flat(*curves, words), ghosts=[curve for row in curves for curve in row])


def _by_layer(ax: Axes, title: str, ylabel: str, xlabel: str, ends: tuple[float, float]) -> None:
    ax.set(yscale="log", xlim=(0.6, N_HIDDEN + 1.4), ylim=(ends[0] / 2, ends[1] * 2))
    ax.set(xticks=range(1, N_HIDDEN + 2), xlabel=xlabel, ylabel=f"{ylabel} (log axis)", title=title)


def diverged(look: Look) -> bool:
    """Say whether a network's numbers have left what can be computed."""
    return not np.isfinite(look.share).all()


def describe_diagnosis(state: Diagnosis) -> Words:
    """Say how large a step is in either network, and what is seen in the first and the last layer."""
    without, normed = (_range(look) for look in state.looks)
    seen = "; ".join(
        f"{name}: the activations' sd goes from {look.spread[0]:.2g} to {look.spread[-1]:.2g}, the gradient's from "
        f"{look.gradient[0]:.2g} to {look.gradient[-1]:.2g}, accuracy {look.accuracy:.2f}"
        for look, (name, *_) in zip(state.looks, SIDES, strict=True) if not diverged(look)
    )  # fmt: skip
    start = f"Rate {state.rate:g}, weights {state.scale:g} times He's, step {state.step}."
    layers = f"From the first layer to the last, {seen}." if seen else "Neither network can be computed any more."
    return Words(f"A step moves the weights by {without} without, by {normed} with batch norm", f"{start} {layers}")


def _range(look: Look) -> str:
    if diverged(look):
        return "too much to compute (diverged)"
    low, high = look.share.min(), look.share.max()
    return f"{100 * low:.2g} to {100 * high:.2g}%" if high > SMALLEST else "less than 0.001%"


def _in_the_band(look: Look) -> bool:
    return bool(look.share.min() >= SOUND[0] and look.share.max() <= SOUND[1])


DIAGNOSIS = Explorer(
    name="diagnosis-by-layer",
    title="What do the layers tell about a training?",
    task="Go to the end at rate 0.1 with first weights of 0.32 times He's: how do you see that a network learns "
    "nothing? Then take 3.2 times: find a rate at which a step lies in the grey band. Which network has it, and "
    "does it learn?",
    controls=(
        Slider("rate", LogScale(0.01, 10), 0.1, "learning rate", steps=6),
        Slider("scale", LogScale(0.1, 10), 1.0, "weights / He's", steps=4),
        Slider("step", IntegerScale(0, N_STEPS - 1), 60, "step", plays=True),
    ),
    compute=diagnose,
    picture=diagnosis,
    describe=describe_diagnosis,
    parts=(
        Part("a network that learns nothing",
             lambda values, state: (values["scale"] < 0.5 and values["step"] >= 100 and values["rate"] == 0.1
                                    and state.looks[0].accuracy < 0.3),
             "Its activations shrink from layer to layer, its gradients are tiny in all of them, and so are its steps.",
             {"scale": 0.316, "step": 119}),
        Part("a step in the grey band, with large weights",
             lambda values, state: (values["scale"] > 3 and _in_the_band(state.looks[1])
                                    and state.looks[1].accuracy > 0.85),
             "Only batch norm has such a step: it learns, and the network without has diverged at all of these rates.",
             {"scale": 3.16, "rate": 1.0, "step": 119}),
    ),
)  # fmt: skip
