"""The game of babysitting one model, held against what many at once reach with as many epochs."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.lab.controls import Moves
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREEN, GREY, INK, ORANGE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.lessons.panda_or_caviar.caviar import halved, halvings
from coursekit.lessons.panda_or_caviar.panda import (
    A_TURN,
    BACK,
    BUDGET,
    DOWN,
    MOMENTUM,
    MOVES,
    N_DEV,
    N_GAMES,
    RATES,
    STOP,
    TRAIN,
    UP,
    Look,
    Panda,
    nursery,
    play,
    score,
)
from coursekit.metrics import expected_best
from coursekit.types import Array

MOST_LOSS = 4.0


class Standing(NamedTuple):
    """A game, and what it is held against.

    Attributes
    ----------
    panda : Panda
        The game.
    par : float
        The dev score that many at once reach with as many epochs, on the same digits.
    halving : float
        That of many at once, of whom the worse half is given up, and again.
    rule : float
        That of the keeper's rule.
    gold : float
        That of the best of 64 with the whole budget each.
    test : float or None
        The best model's accuracy on the test set, once that is open.
    """

    panda: Panda
    par: float
    halving: float
    rule: float
    gold: float
    test: float | None


def panda() -> Picture:
    """Show the accuracies and the training loss after every epoch, over the rate that each was trained with."""
    figure, (top, middle, bottom) = canvas(1000, 520, rows=3, sharex=True, height_ratios=(6, 3, 2))
    top.set(xlim=(-0.5, BUDGET + 5), ylim=(-0.02, 1.05), ylabel="accuracy", title="what the keeper sees")
    middle.set(ylim=(-0.1, MOST_LOSS + 0.2), ylabel="training loss", yticks=range(5))
    bottom.set(yscale="log", ylim=(RATES[0] / 2, RATES[-1] * 2), ylabel="rate (log)", xlabel="epoch")
    bottom.set(xticks=range(0, BUDGET + 1, 2), yticks=[0.001, 0.1, 10], yticklabels=["0.001", "0.1", "10"])
    bottom.minorticks_off()
    for ax in (top, middle, bottom):
        ax.axvline(BUDGET, color=GREY, linewidth=1)
    middle.plot([-0.5, BUDGET], [np.log(10)] * 2, color=GREY, linewidth=1.2, linestyle=":")
    label(middle, BUDGET + 0.3, np.log(10), "guessing 2.30", color=GREY, va="center")
    marks = [line(top, GREY, linewidth=1.8, linestyle=dash) for dash in ("-", "-.", ":", "--")]
    names = [label(top, BUDGET + 0.3, 0, color=GREY, va="center") for _ in marks]
    loss = line(middle, ORANGE, marker="o", markersize=4, linewidth=1.6)
    lost = line(middle, ORANGE, marker="x", markersize=9, markeredgewidth=2, linestyle="")
    back = line(top, INK, linestyle="--", linewidth=1.2)
    training = line(top, ORANGE, linestyle="--", linewidth=1.6)
    dev = line(top, BLUE, marker="o", linewidth=2)
    best = line(top, BLUE, marker="*", markersize=17, linestyle="", markeredgecolor="white")
    curve_names = [label(top, 0, 0, "training", color=ORANGE, ha="right"), label(top, 0, 0, "dev", color=BLUE)]
    rate = line(bottom, GREEN, marker="s", markersize=5, linewidth=1.5, drawstyle="steps-mid")
    next_rate = line(bottom, GREEN, marker="D", markersize=9, linestyle="", markerfacecolor="white")
    next_text = label(bottom, BUDGET + 0.3, 0.1, color=GREEN, va="center")

    def move(state: Standing) -> None:
        looks, now = state.panda.looks, state.panda
        x = np.array([look.epoch for look in looks])
        height = -1.0
        levels = (("par", state.par), ("halving", state.halving), ("rule", state.rule), ("gold", state.gold))
        for (word, level), mark, name in zip(levels, marks, names, strict=True):
            mark.set_data([-0.5, BUDGET], [level, level])
            height = max(level, height + 0.08)
            name.set(text=f"{word} {level:.3f}", y=height)
        for artist, values in ((training, [look.training for look in looks]), (dev, [look.dev for look in looks])):
            artist.set_data(x, values)
        best.set_data([now.best_look.epoch], [now.best_look.dev])
        back.set_data(*_returns(now))
        for name, height in zip(curve_names, (0.1, 0.03), strict=True):
            name.set(x=min(max(now.epochs + 1.2, 1), BUDGET - 1.5), y=height, ha="center")
        losses = np.array([look.loss for look in looks])
        is_off = ~(losses <= MOST_LOSS)
        loss.set_data(x, np.where(is_off, np.nan, losses))
        lost.set_data(x[is_off], np.full(is_off.sum(), MOST_LOSS))
        rate.set_data(x[1:], [look.learning_rate for look in looks[1:]])
        next_rate.set_data([] if now.is_over else [now.epochs + 1], [] if now.is_over else [RATES[now.rate]])
        next_text.set_text(f"rate {RATES[now.rate]:g}\nmomentum {now.momentum:g}")

    return Picture(figure, move, flat(marks, names, back, training, dev, best, curve_names, loss, lost, rate, next_rate,
                                      next_text), ghosts=[dev, training, loss])  # fmt: skip


def _returns(now: Panda) -> tuple[list[float], list[float]]:
    """Draw each way back as a line from the look that was given up to the best one, with gaps between."""
    x: list[float] = []
    y: list[float] = []
    for given_up, best in now.returns:
        x += [given_up, best, np.nan]
        y += [now.looks[given_up].dev, now.looks[best].dev, np.nan]
    return x, y


WAYS = (1, 2, 3, 4, 6, 8, 12, 24)  # at once: each then has 24, 12, 8, 6, 4, 3, 2 or 1 of the 24 epochs
N_TRIALS, N_EPOCHS, N_TEST = 64, 48, 597
N_DRAWS = 200  # how often the trials of a halving are drawn


class Marks(NamedTuple):
    """What a game is held against, dev scores all: see ``Standing``."""

    par: float
    halving: float
    rule: float
    gold: float


@lru_cache
def trials(game: int, low: float = RATES[0], high: float = RATES[-1]) -> tuple[Array, Array]:
    """Look up the trials of experiments/panda_or_caviar/caviar.py with rates in a range: dev and test, (48, t) each."""
    rows = _rows("caviar", game)
    rows = rows[(rows["learning_rate"] >= low) & (rows["learning_rate"] <= high)]
    dev, test = (np.stack([rows[f"{name}{epoch}"] / n for epoch in range(1, N_EPOCHS + 1)])
                 for name, n in (("dev", N_DEV), ("test", N_TEST)))  # fmt: skip
    return dev, test


@lru_cache
def kept(game: int, epochs: int, low: float = RATES[0], high: float = RATES[-1]) -> tuple[Array, Array]:
    """Look up the keepers of experiments/panda_or_caviar/panda.py after some epochs: dev and test, a number a start."""
    rows = _rows("panda", game)
    rows = rows[(rows["start"] >= low) & (rows["start"] <= high)]
    return rows[f"dev{epochs}"] / N_DEV, rows[f"test{epochs}"] / N_TEST


@lru_cache
def _rows(name: str, game: int) -> Any:
    table = measured(name)
    return table[table["seed"] == game]


@lru_cache
def draws(n_trials: int, n: int) -> NDArray[np.intp]:
    """Draw n of the trials for each of 200 searches, each at most once."""
    return np.random.default_rng([n_trials, n]).permuted(np.tile(np.arange(n_trials), (N_DRAWS, 1)), axis=1)[:, :n]


@lru_cache
def marks(game: int) -> Marks:
    """Look up what many at once, with and without halving, and what the keeper's rule reach on a game's digits."""
    dev, _ = trials(game)
    many = [float(expected_best(dev[BUDGET // n - 1], n)) for n in WAYS]
    halving = [
        float(halved(dev, dev, plan, draws(N_TRIALS, plan.rungs[0].n_trials)).mean()) for plan in halvings(BUDGET)
    ]
    return Marks(max(many), max(halving), float(kept(game, BUDGET)[0].mean()), float(dev[BUDGET - 1].max()))


NEXT = "next game"


def at_hand(moves: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    """Say which game is played, and what was done in it: each game begins with nothing done.

    Examples
    --------
    >>> at_hand(("train 2 epochs", NEXT, "rate × 3"))
    (2, ('rate × 3',))
    """
    last = max((i + 1 for i, move in enumerate(moves) if move == NEXT), default=0)
    return 1 + moves.count(NEXT) % N_GAMES, tuple(moves[last:])


def can_do(moves: tuple[str, ...]) -> tuple[str, ...]:
    """Say which moves do something now."""
    panda = play(*at_hand(moves))
    if panda.is_over:
        return (NEXT,) if panda.stopped else (STOP, NEXT)
    can = {
        TRAIN: True, UP: panda.rate + 1 < len(RATES), DOWN: panda.rate > 0, MOMENTUM: panda.momentum == 0,
        BACK: panda.model is not panda.best, STOP: True, NEXT: True,
    }  # fmt: skip
    return tuple(move for move, does in can.items() if does)


def babysit(moves: tuple[str, ...]) -> Standing:
    """Replay the moves of the last game, and open its test set if the keeper has stopped."""
    game, moves = at_hand(moves)
    panda = play(game, moves)
    data = nursery(game)
    test = float(score(panda.best, data.X_test, data.y_test)) if panda.stopped else None
    return Standing(panda, *marks(game), test)


def describe_game(state: Standing) -> Words:
    """Say where the learner stands, what they saw last, and what they are held against."""
    panda = state.panda
    settings = f"The rate is {RATES[panda.rate]:g}, the momentum {panda.momentum:g}"
    levels = (
        f"Game {panda.game}: par {state.par:.3f}, halving {state.halving:.3f}, the rule {state.rule:.3f}, gold "
        f"{state.gold:.3f}."
    )
    if panda.epochs == 0:
        return Words(f"Nothing trained yet: 0 of {BUDGET} epochs spent", f"{settings}. {levels}")
    best, last = panda.best_look, panda.looks[-1]
    standing = f"{best.dev:.3f} of the dev set, {_standing(best.dev - state.par)}"
    answer = f"Best so far {standing}; {panda.epochs} of {BUDGET} epochs spent"
    if state.test is not None:
        answer = f"Over: {state.test:.3f} of the test set; {standing}"
    note = " Its weights are no numbers any more." if panda.has_diverged else ""
    if panda.returns and panda.returns[-1][0] == panda.epochs:
        note = f" Now it is back at epoch {panda.returns[-1][1]}."
    return Words(
        answer,
        f"Epoch {last.epoch}: {last.dev:.3f} of the dev set and {last.training:.3f} of the training set are right; "
        f"training loss {_loss(last)}, before {_loss(_look_before(panda))}.{note} The best was epoch {best.epoch}. "
        f"{settings}. {levels}",
    )


def _look_before(panda: Panda) -> Look:
    """Return the look two epochs ago, or that at the model that the keeper went back to."""
    before = [best for given_up, best in panda.returns if given_up == panda.epochs - A_TURN]
    return panda.looks[before[-1] if before else -1 - A_TURN]


def _loss(look: Look) -> str:
    return f"{look.loss:.3g}" if np.isfinite(look.loss) else "no number"


def _standing(difference: float) -> str:
    if abs(difference) < 0.005:
        return "at par"
    return f"{abs(difference):.3f} {'above' if difference > 0 else 'below'} par"


A_GOOD_KEEPERS = (*(UP,) * 6, TRAIN, TRAIN, DOWN, *(TRAIN,) * 10)  # moves

BABYSITTING = Explorer(
    name="babysitting",
    title="How well do you babysit one model?",
    task="Beat par, then the rule, and come near gold, within 24 epochs. Only then stop and test. Then play the next "
    "game: each begins with a rate that is far too small or far too large.",
    controls=(Moves("moves", (*MOVES, NEXT), label="your move", most=400, allows=can_do),),
    compute=babysit,
    picture=panda,
    describe=describe_game,
    parts=(
        Part("better than par",
             lambda _, state: state.panda.epochs > 0 and state.panda.best_look.dev > state.par + 0.005,
             "One network that is watched has beaten many that share its epochs and are left alone.",
             {"moves": A_GOOD_KEEPERS}),
        Part("better than the rule",
             lambda _, state: state.panda.epochs > 0 and state.panda.best_look.dev > state.rule + 0.003,
             "You saw more in the curves than a rule does that decides by the training loss alone.",
             {"moves": A_GOOD_KEEPERS}),
        Part("the test set, opened at the end",
             lambda _, state: state.test is not None and state.panda.best_look.dev > state.par,
             "The digits that nothing was chosen by have the last word, and they have it once.",
             {"moves": (*A_GOOD_KEEPERS, STOP)}),
    ),
)  # fmt: skip
