"""Babysitting one model: a training that can be interrupted, changed, taken back; and a game of it on real digits.

A game is a tuple of moves. `play` replays them, so that the same moves lead to the same model, and any can be undone.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from coursekit._checks import MANY, a_generator, a_kind, a_sequence, a_whole_number, one_of, refuse
from coursekit._network_checks import checked_labels
from coursekit.datasets import digits, split
from coursekit.network import Network, accuracy_unchecked, backward, forward, init_network
from coursekit.normalize import Standardizer
from coursekit.optimizers import momentum as momentum_step
from coursekit.softmax import softmax_loss_unchecked
from coursekit.training import minibatches
from coursekit.types import Array, Labels, Parameters

NETWORK = Network([64, 32, 32, 32, 32, 10])
BATCH_SIZE = 50
N_TRAIN, N_POOL, N_DEV = 300, 900, 300  # the game's training set, the largest one there is, and the dev set
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
STARTS = (0, 8, 1, 7)  # the bad rates that the games begin with, by turns: their places in RATES
TRAIN, UP, DOWN, MOMENTUM, BACK, STOP = MOVES = (
    "train 2 epochs", "rate × 3", "rate ÷ 3", "add momentum", "back to the best", "stop and test",
)  # fmt: skip
N_GAMES, BUDGET, A_TURN = 8, 24, 2
WORTH_KEEPING = 0.2  # twice what guessing gets: nothing below it takes the place of the best


class Nursery(NamedTuple):
    """Digits to learn from, to choose by, and to open once: each standardised by those to learn from, in float32."""

    X_train: Array
    y_train: Labels
    X_dev: Array
    y_dev: Labels
    X_test: Array
    y_test: Labels


class Model(NamedTuple):
    """A network, its parameters and what its optimizer remembers: to save all but the last is to lose that."""

    network: Network
    parameters: Parameters
    velocity: Parameters | None = None


class Look(NamedTuple):
    """What the keeper sees after an epoch: the training loss, two accuracies, and how it was trained."""

    epoch: int
    loss: float
    training: float
    dev: float
    learning_rate: float
    momentum: float


class Panda(NamedTuple):
    """Where a game stands.

    Attributes
    ----------
    game : int
    model, best : Model
        As it is now, and as it was when its score on the dev set was best.
    rate : int
        The place of the learning rate in ``RATES``.
    momentum : float
    best_look : Look
        When that was.
    looks : tuple of Look
        One before the first epoch, and one after each so far.
    returns : tuple of (int, int)
        After which epoch the keeper went back, and to which.
    stopped : bool
    """

    game: int
    model: Model
    best: Model
    rate: int
    momentum: float
    best_look: Look
    looks: tuple[Look, ...]
    returns: tuple[tuple[int, int], ...] = ()
    stopped: bool = False

    @property
    def epochs(self) -> int:
        """How many of the budget are spent."""
        return self.looks[-1].epoch

    @property
    def is_over(self) -> bool:
        """Whether nothing can be trained any more."""
        return self.stopped or self.epochs >= BUDGET

    @property
    def has_diverged(self) -> bool:
        """Whether the weights are no numbers any more."""
        return not all(np.isfinite(array).all() for array in self.model.parameters.values())


def nursery(seed: int, n_train: int = N_TRAIN) -> Nursery:
    """Split the digits in three: at most 900 to learn from, 300 to choose by, 597 to open once.

    Examples
    --------
    >>> [len(y) for y in nursery(1)[1::2]]
    [300, 300, 597]
    """
    seed = a_whole_number("nursery", "seed", seed, least=0)
    if a_whole_number("nursery", "n_train", n_train) > N_POOL:
        refuse("nursery", "n_train", f"be at most {N_POOL}, as the others are the dev and the test set", n_train)
    return _nursery(seed, int(n_train))


@lru_cache(maxsize=64)
def _nursery(seed: int, n_train: int) -> Nursery:
    rng = np.random.default_rng([seed, 0])
    whole = digits(rng, standardize=False)
    pool = split(whole.X_train, whole.y_train, rng, n_train=N_POOL, standardize=False)
    standardizer = Standardizer.fit(pool.X_train[:n_train])
    X_train, X_dev, X_test = (
        standardizer.apply(X).astype(np.float32) for X in (pool.X_train[:n_train], pool.X_test, whole.X_test)
    )
    return Nursery(X_train, pool.y_train[:n_train], X_dev, pool.y_test, X_test, whole.y_test)


def train_on(
    model: Model, X: ArrayLike, y: ArrayLike, *, learning_rate: ArrayLike, momentum: ArrayLike, n_epochs: int,
    rng: np.random.Generator,
) -> Model:  # fmt: skip
    """Train a model, or a stack of them, from where it stands, by gradient descent with momentum in batches of 50.

    Examples
    --------
    >>> day = nursery(1)
    >>> network = Network([64, 32, 10])
    >>> model = Model(network, init_network(network, np.random.default_rng(0)))
    >>> how = {"learning_rate": 0.1, "momentum": 0.9}
    >>> rng = np.random.default_rng(0)
    >>> twice = train_on(model, *day[:2], **how, n_epochs=1, rng=rng)
    >>> twice = train_on(twice, *day[:2], **how, n_epochs=1, rng=rng)
    >>> at_once = train_on(model, *day[:2], **how, n_epochs=2, rng=np.random.default_rng(0))
    >>> bool(np.all(twice.parameters["W1"] == at_once.parameters["W1"]))
    True
    """
    network, parameters, velocity = a_kind("train_on", "model", model, Model, "be a Model")
    n_epochs, rng = a_whole_number("train_on", "n_epochs", n_epochs, most=MANY), a_generator("train_on", rng)
    for _ in range(n_epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size=BATCH_SIZE, rng=rng):
            z, cache = forward(network, parameters, X_batch)
            _, d_z = softmax_loss_unchecked(z, y_batch)
            with np.errstate(over="ignore", invalid="ignore"):  # one that diverges ends nothing
                gradients = backward(d_z, cache)
                parameters, velocity = momentum_step(
                    parameters, gradients, velocity, learning_rate=learning_rate, momentum=momentum
                )
    return Model(network, parameters, velocity)


def play(game: int, moves: tuple[str, ...]) -> Panda:
    """Replay a game: what has come of its moves.

    Examples
    --------
    >>> panda = play(1, (UP, UP, UP, TRAIN, BACK))
    >>> panda.epochs, RATES[panda.rate], panda.is_over
    (2, 0.03, False)
    """
    if a_whole_number("play", "game", game) > N_GAMES:
        refuse("play", "game", f"be at most {N_GAMES}", game)
    game = int(game)
    for move in a_sequence("play", "moves", moves, "moves"):
        one_of("play", "moves", move, MOVES)
    panda = _begin(game)
    # From short to long, so that each finds the one before it in the cache, and none has to go deep.
    for n in range(1, len(moves) + 1):
        panda = _after(game, tuple(moves[:n]))
    return panda


@lru_cache(maxsize=N_GAMES)
def _begin(game: int) -> Panda:
    model = Model(NETWORK, init_network(NETWORK, np.random.default_rng([game, 1]), dtype=np.float32))
    rate = STARTS[(game - 1) % len(STARTS)]
    first = _look(game, 0, model, RATES[rate], 0.0)
    return Panda(game, model, model, rate, 0.0, best_look=first, looks=(first,))


def _look(game: int, epoch: int, model: Model, learning_rate: float, momentum: float) -> Look:
    data = nursery(game)
    training, dev = (float(score(model, X, y)) for X, y in (data[:2], data[2:4]))
    return Look(epoch, float(training_loss(model, *data[:2])), training, dev, learning_rate, momentum)


@lru_cache(maxsize=2000)
def _after(game: int, moves: tuple[str, ...]) -> Panda:
    before = _after(game, moves[:-1]) if len(moves) > 1 else _begin(game)
    return _move(before, moves[-1])


def _move(panda: Panda, move: str) -> Panda:
    if panda.stopped:
        return panda
    if move == TRAIN:
        return _train(panda)
    if move == BACK:
        return panda._replace(model=panda.best, returns=(*panda.returns, (panda.epochs, panda.best_look.epoch)))
    if move in (UP, DOWN):
        step = 1 if move == UP else -1
        return panda._replace(rate=min(max(panda.rate + step, 0), len(RATES) - 1))
    if move == MOMENTUM:
        return panda._replace(momentum=0.9)
    return panda._replace(stopped=True) if move == STOP else panda


def _train(panda: Panda) -> Panda:
    data = nursery(panda.game)
    for _ in range(A_TURN if not panda.is_over else 0):
        how = {"learning_rate": RATES[panda.rate], "momentum": panda.momentum}
        order = np.random.default_rng([panda.game, 2, panda.epochs])
        model = train_on(panda.model, data.X_train, data.y_train, **how, n_epochs=1, rng=order)
        look = _look(panda.game, panda.epochs + 1, model, **how)
        panda = panda._replace(model=model, looks=(*panda.looks, look))
    if panda.looks[-1].dev > max(panda.best_look.dev, WORTH_KEEPING):  # saved after a turn, not within it
        panda = panda._replace(best=panda.model, best_look=panda.looks[-1])
    return panda


def training_loss(model: Model, X: ArrayLike, y: ArrayLike) -> Array:
    """Measure the loss of a model, or of each in a stack; one that has diverged has the loss nan or inf.

    Examples
    --------
    >>> model = Model(Network([2, 10]), {"W1": np.zeros((2, 10)), "b1": np.zeros(10)})
    >>> round(float(training_loss(model, np.ones((3, 2)), np.arange(3))), 2)  # a tenth for each digit
    2.3
    """
    z, _ = forward(model.network, model.parameters, X)
    loss: Array = softmax_loss_unchecked(z, np.asarray(y))[0]
    return loss


def score(model: Model, X: ArrayLike, y: ArrayLike) -> Array:
    """Measure the accuracy of a model, or of each in a stack.

    Examples
    --------
    >>> model = Model(Network([1, 2]), {"W1": [[1, -1]], "b1": [0, 0.5]})
    >>> float(score(model, [[3], [-4], [0], [5]], np.array([0, 1, 0, 0])))
    0.75
    """
    network, parameters, _ = a_kind("score", "model", model, Model, "be a Model")
    z, _ = forward(network, parameters, X)
    right: Array = accuracy_unchecked(z, checked_labels("score", y, z.shape))
    return right
