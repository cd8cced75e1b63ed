"""The noise of a batch beside dropout's: how much of it there is, and what it does for the test set."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator
from numpy.typing import NDArray

from coursekit.batchnorm import batchnorm_inference
from coursekit.datasets import digits
from coursekit.lab.company import N_HIDDEN, RANDOM, deal, in_batches, logits, trained
from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.means_picture import mean_and_bar
from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREEN, GREY, PALE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.lessons.why_batch_norm_helps.batch_noise import equal_drop_rate, noisy_gradients, population_statistics
from coursekit.network import Network, forward, init_network
from coursekit.optimizers import sgd
from coursekit.scales import IntegerScale, LogScale
from coursekit.softmax import softmax, softmax_loss_unchecked
from coursekit.types import Array, Parameters

BATCHES, DROPOUT = "batches", "dropout"
KINDS = (BATCHES, BLUE, "D", "-"), (DROPOUT, GREEN, "s", "--")
GROUPS = (2, 4, 8, 16, 32, 64, 128)
N_DRAWS = 30
LEAST, MOST = -3.0, 2.5  # of the gains' axis, in points
FEW, MANY = 256, 1024
N_TRAIN = (FEW, MANY)


class Noise(NamedTuple):
    """One digit, judged under two noises of one strength.

    Attributes
    ----------
    m, digit : int
        How many share mean and variance; the class of the digit.
    drop : float
        The share of units that dropout takes.
    chances : array, shape (2, 30)
        The probability of its class in each draw, of the batches and of dropout.
    n_train : int
        Which trainings the picture shows on the right.
    """

    m: int
    digit: int
    drop: float
    chances: Array
    n_train: int


@lru_cache
def noise_rows(noise: str, m: int, n_train: int) -> NDArray[Any]:
    """Look up what experiments/why_batch_norm_helps/batch_noise.py measured, a row a seed."""
    table = measured("batch_noise")
    rows: NDArray[Any] = table[(table["noise"] == noise) & (table["m"] == m) & (table["n_train"] == n_train)]
    return rows


def gains(noise: str, m: int, n_train: int) -> NDArray[np.float64]:
    """Compare with groups of 128, seed by seed: what the noise adds to the test accuracy, in points."""
    base = noise_rows(BATCHES, GROUPS[-1], n_train)["accuracy"]
    points: NDArray[np.float64] = 100 * (noise_rows(noise, m, n_train)["accuracy"] - base)
    return points


def noise() -> Picture:
    """Show one digit's probabilities, and from the largest group down to this one how much they vary, and the gain."""
    figure, (left, middle, right) = canvas(1000, 400, columns=3, width_ratios=(8, 9, 9))
    left.set(xlim=(-0.6, 1.6), ylim=(-0.04, 1.04), xticks=[0, 1], xticklabels=["batches", "dropout"])
    left.set(ylabel="probability of its class", title="one digit, thirty times")
    draws = [line(left, color, marker=marker, markersize=7, linestyle="", alpha=0.7, markeredgecolor="white")
             for _, color, marker, _ in KINDS]  # fmt: skip
    for tick, (_, color, *_) in zip(left.get_xticklabels(), KINDS, strict=True):
        tick.set_color(color)
    _over_groups(middle, "sd of the probability, all digits", "how much it varies", (0, 0.42))
    _over_groups(right, "gain in test accuracy, points", "trained with it (bars: two errors)", (LEAST - 0.3, MOST))
    right.axhline(0, color=GREY, linewidth=1.5, linestyle=":")
    spreads = [[noise_rows(kind, m, FEW)["spread"].mean() for m in GROUPS] for kind, *_ in KINDS]
    for (kind, color, *_), place in zip(KINDS, ((3.2, 0.37), (2.0, 0.12)), strict=True):
        label(middle, *place, kind, color=color, size=12)
    dots = [line(middle, color, marker=marker, markersize=12, linestyle="", markeredgecolor="white")
            for _, color, marker, _ in KINDS]  # fmt: skip
    ways = [line(middle, color, linewidth=1.4, linestyle=style) for _, color, _, style in KINDS]
    courses = [_course(right, *kind[1:]) for kind in KINDS]
    below = label(right, 2.8, LEAST + 0.35, color=BLUE, size=12)

    def move(state: Noise) -> None:
        i = GROUPS.index(state.m)
        down_to = GROUPS[i:]
        for k, ((kind, *_), (spread, mean, dot)) in enumerate(zip(KINDS, courses, strict=True)):
            draws[k].set_data(k + 0.7 * (np.arange(N_DRAWS) / (N_DRAWS - 1) - 0.5), state.chances[k])
            dots[k].set_data([state.m], [spreads[k][i]])
            ways[k].set_data(down_to, spreads[k][i:])
            means, errors = zip(*(mean_and_bar(gains(kind, m, state.n_train)) for m in down_to), strict=True)
            ends = [each for m, e in zip(means, errors, strict=True) for each in (m - e, m + e, np.nan)]
            spread.set_data(np.repeat(down_to, 3), np.clip(ends, LEAST, MOST))
            mean.set_data(down_to, np.clip(means, LEAST, MOST))
            dot.set_data([state.m], np.clip(means[:1], LEAST, MOST))
        lost = gains(BATCHES, 2, state.n_train).mean()
        below.set_text(f"pairs: {lost:.0f} points" if state.m == GROUPS[0] else "")

    return Picture(figure, move, flat(*draws, *ways, *dots, below, *(flat(*course) for course in courses)),
                   ghosts=[*draws, *dots])  # fmt: skip


def _over_groups(ax: Axes, ylabel: str, title: str, ylim: tuple[float, float]) -> None:
    ax.set(xscale="log", xlim=(1.7, 160), ylim=ylim, xlabel="group of m (log axis)", ylabel=ylabel)
    ax.set_title(title)
    ax.xaxis.set_major_locator(FixedLocator(GROUPS))
    ax.xaxis.set_major_formatter(FixedFormatter([str(m) for m in GROUPS]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.grid(axis="y", color=PALE, linewidth=0.6)


def _course(ax: Axes, color: str, marker: str, style: str) -> tuple[Any, Any, Any]:
    spread = line(ax, color, linewidth=4, alpha=0.3)
    mean = line(ax, color, linewidth=1.4, linestyle=style)
    return spread, mean, line(ax, color, marker=marker, markersize=12, linestyle="", markeredgecolor="white")


NORMED = Network([64, 50, 50, 10], batch_norm="before")
BATCH_SIZE, LEARNING_RATE, N_STEPS, N_SEEDS = 128, 0.1, 400, 10


class Result(NamedTuple):
    """What a training with noise came to, judged without noise: by the statistics of the whole training set."""

    accuracy: float
    loss: float
    train_accuracy: float
    train_loss: float


def train(n_train: int, noise: str, m: int, seed: int, n_steps: int = N_STEPS) -> Result:
    """Train 64-50-50-10 with batch norm and one kind of noise, in steps of 128 digits whatever the noise."""
    data, rng = digits(np.random.default_rng(seed), n_train=n_train), np.random.default_rng([seed, 2])
    parameters = init_network(NORMED, np.random.default_rng([seed, 1]))
    options: dict[str, Any] = {"ghost": m} if noise == BATCHES else {"ghost": BATCH_SIZE, "drop": equal_drop_rate(m)}
    for step in range(n_steps):
        if step % (n_train // BATCH_SIZE) == 0:
            order = rng.permutation(n_train).reshape(-1, BATCH_SIZE)
        batch = order[step % len(order)]
        _, gradients = noisy_gradients(NORMED, parameters, data.X_train[batch], data.y_train[batch], rng, **options)
        parameters, _ = sgd(parameters, gradients, learning_rate=LEARNING_RATE)
    statistics = population_statistics(NORMED, parameters, data.X_train)
    test, training = (_judge(parameters, statistics, X, y) for X, y in
                      ((data.X_test, data.y_test), (data.X_train, data.y_train)))  # fmt: skip
    return Result(*test, *training)


def _judge(parameters: Parameters, statistics: Parameters, X: Array, y: Any) -> tuple[float, float]:
    z, _ = forward(NORMED, parameters, X, statistics=statistics)
    return float(np.mean(z.argmax(axis=-1) == y)), float(softmax_loss_unchecked(z, y)[0])


def with_dropout(parameters: Parameters, statistics: Parameters, X: Array, drop: float, rng: Any) -> Array:
    """Compute a trained network's logits with dropout after each ReLU, and batch norm by fixed statistics."""
    a = X
    for i in range(1, N_HIDDEN + 1):
        z, own = a @ parameters[f"W{i}"], (parameters[f"gamma{i}"], parameters[f"beta{i}"])
        a = np.maximum(batchnorm_inference(z, *own, statistics[f"mean{i}"], statistics[f"var{i}"]), 0)
        a = a * (rng.random(a.shape) >= drop) / (1 - drop)
    return np.asarray(a @ parameters[f"W{N_HIDDEN + 1}"] + parameters[f"b{N_HIDDEN + 1}"])


def chances(noise: str, m: int, seed: int = 0, n_draws: int = N_DRAWS) -> Array:
    """Judge the test set again and again, with other companions or other units dropped."""
    network = trained(seed)
    X, y = network.data.X_test, network.data.y_test
    drawn: Array = np.empty((n_draws, len(y)))
    for i in range(n_draws):
        if noise == BATCHES:
            order = deal(y, RANDOM, i + 1)
            z = logits(network.parameters, X[in_batches(order, m)])
            p: Array = np.empty((len(y), 10))
            p[order] = softmax(z).reshape(-1, 10)[: len(y)]
        else:
            rng = np.random.default_rng([i + 1, m])
            p = softmax(with_dropout(network.parameters, network.statistics, X, equal_drop_rate(m), rng))
        drawn[i] = p[np.arange(len(y)), y]
    return drawn


@lru_cache
def _kept(m: int) -> NDArray[np.float64]:
    return np.stack([chances(noise, m) for noise in (BATCHES, DROPOUT)])


@lru_cache
def _typical(digit: int) -> int:
    """Return the test digit of a class whose probability varies the most typically in batches of 16."""
    spread = _kept(16)[0].std(axis=0)
    members = np.flatnonzero(trained().data.y_test == digit)
    return int(members[np.argsort(spread[members])[len(members) // 2]])


def noise_at(m: float, digit: int, n_train: str) -> Noise:
    """Look at one digit in thirty draws of either noise, and at what both do on average."""
    m = int(m)
    return Noise(m, digit, equal_drop_rate(m), _kept(m)[:, :, _typical(digit)], int(n_train.split(maxsplit=1)[0]))


def describe_noise(state: Noise) -> Words:
    """Say how much the noises vary, and what they gave on the test set."""
    m, n = state.m, state.n_train
    spreads, scores = ([float(noise_rows(noise, m, n)[column].mean()) for noise in (BATCHES, DROPOUT)]
                       for column in ("spread", "accuracy"))  # fmt: skip
    none = float(noise_rows(BATCHES, BATCH_SIZE, n)["accuracy"].mean())
    here = state.chances.std(axis=1)
    return Words(
        f"Groups of {m}: about as noisy as dropping {state.drop:.1%} of the units",
        f"Of this {state.digit} the probability has standard deviation {here[0]:.2f} from batch to batch, "
        f"{here[1]:.2f} with dropout. All digits: {spreads[0]:.3f} and {spreads[1]:.3f}. Trained on {n} digits with "
        f"this noise, {scores[0]:.3f} and {scores[1]:.3f} of the test digits are right; in groups of {BATCH_SIZE}, "
        f"{none:.3f}.",
    )


BATCH_NOISE = Explorer(
    name="batch-noise",
    title="How noisy is a batch, and does the noise help?",
    task="Make the groups smaller, and find the size that is best for the test set, with 256 training digits and "
    "with 1024. Then the size at which batch norm's noise ruins it, and dropout's does not.",
    controls=(
        Slider("m", LogScale(GROUPS[0], GROUPS[-1]), GROUPS[-1], "group size m", steps=len(GROUPS) - 1),
        Slider("digit", IntegerScale(0, 9), 8, "digit"),
        Dropdown("n_train", tuple(f"{n} digits" for n in N_TRAIN), f"{FEW} digits", "trained on"),
    ),
    compute=noise_at,
    picture=noise,
    describe=describe_noise,
    marks=(Along("x", "m", axes=1), Along("x", "m", axes=2)),
    parts=(
        Part("the best size with 256 digits",
             lambda values, _: values["n_train"] == f"{FEW} digits" and values["m"] in (8, 16),
             "With few digits the noise of a small group helps a little: it is a weak regularizer.", {"m": 8}),
        Part("the best size with 1024 digits",
             lambda values, _: values["n_train"] != f"{FEW} digits" and values["m"] in (16, 32),
             "With more digits there is less to regularize, and the same noise gains less.",
             {"n_train": "1024 digits", "m": 32}),
        Part("the size at which one noise ruins it", lambda values, _: values["m"] == GROUPS[0],
             "In pairs batch norm leaves no more than a sign of each value; dropout keeps most of the values.",
             {"m": 2}),
    ),
)  # fmt: skip
