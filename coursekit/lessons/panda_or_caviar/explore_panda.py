"""The game of babysitting one model, held against what many at once reach with as many epochs."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from coursekit.lab.controls import Moves, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREEN, GREY, INK, ORANGE, Picture, canvas, flat, label, line
from coursekit.lessons.panda_or_caviar.panda import (
    BUDGET,
    MOVES,
    N_DEV,
    N_GAMES,
    N_TRAIN,
    RATES,
    Panda,
    nursery,
    play,
    score,
)
from coursekit.metrics import expected_best
from coursekit.scales import IntegerScale


class Standing(NamedTuple):
    """A game, and what it is held against.

    Attributes
    ----------
    panda : Panda
        The game.
    par : float
        The dev score that many at once reach with as many epochs, on the same digits.
    rule : float
        That of the keeper's rule.
    gold : float
        That of the best of 64 with the whole budget each.
    test : float or None
        The best model's accuracy on the test set, once that is open.
    """

    panda: Panda
    par: float
    rule: float
    gold: float
    test: float | None


def panda() -> Picture:
    """Show the accuracies after every epoch, over the rate that each was trained with."""
    figure, (top, bottom) = canvas(1000, 480, rows=2, sharex=True, height_ratios=(3, 1))
    top.set(xlim=(-0.5, BUDGET + 4.5), ylim=(-0.02, 1.05), ylabel="accuracy", title="what the keeper sees")
    bottom.set(yscale="log", ylim=(RATES[0] / 2, RATES[-1] * 2), ylabel="rate (log)", xlabel="epoch")
    bottom.set(xticks=range(0, BUDGET + 1, 2), yticks=[0.001, 0.1, 10], yticklabels=["0.001", "0.1", "10"])
    bottom.minorticks_off()
    bottom.axvline(BUDGET, color=GREY, linewidth=1)
    top.axvline(BUDGET, color=GREY, linewidth=1)
    marks = [line(top, GREY, linewidth=1.8, linestyle=dash) for dash in ("-", ":", "--")]
    names = [label(top, BUDGET + 0.3, 0, color=GREY, va="center") for _ in marks]
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
        levels = (("par", state.par), ("rule", state.rule), ("gold", state.gold))
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
        rate.set_data(x[1:], [look.learning_rate for look in looks[1:]])
        next_rate.set_data([] if now.is_over else [now.epochs + 1], [] if now.is_over else [RATES[now.rate]])
        next_text.set_text(f"rate {RATES[now.rate]:g}\nmomentum {now.momentum:g}")

    return Picture(figure, move, flat(marks, names, back, training, dev, best, curve_names, rate, next_rate,
                                      next_text), ghosts=[dev, training])  # fmt: skip


def _returns(now: Panda) -> tuple[list[float], list[float]]:
    """Draw each way back as a line from the look that was given up to the best one, with gaps between."""
    x: list[float] = []
    y: list[float] = []
    for given_up, best in now.returns:
        x += [given_up, best, np.nan]
        y += [now.looks[given_up].dev, now.looks[best].dev, np.nan]
    return x, y


WAYS = (1, 2, 3, 4, 6, 8, 12, 24)  # at once: each then has 24, 12, 8, 6, 4, 3, 2 or 1 of the 24 epochs


class Marks(NamedTuple):
    """What a game is held against, dev scores all: see ``Standing``."""

    par: float
    rule: float
    gold: float


@lru_cache
def table(name: str) -> Any:
    """Read a table that was measured, once."""
    return measured(name)


@lru_cache
def marks(game: int) -> Marks:
    """Look up what many at once, and what the keeper's rule, reach on a game's digits with its 24 epochs."""
    trials, runs = (_on(table(name), game) for name in ("caviar", "panda"))
    many = [float(expected_best(trials[f"dev{BUDGET // n}"] / N_DEV, n)) for n in WAYS]
    rule = float(np.mean(runs["dev24"][runs["noise"] == 0]) / N_DEV)
    return Marks(max(many), rule, float(trials["dev24"].max() / N_DEV))


def _on(rows: Any, game: int) -> Any:
    return rows[(rows["seed"] == game) & (rows["n_train"] == N_TRAIN)]


def babysit(game: int, moves: tuple[str, ...]) -> Standing:
    """Replay a game, and open the test set if the keeper has stopped."""
    panda = play(game, moves)
    data = nursery(game)
    test = float(score(panda.best, data.X_test, data.y_test)) if panda.stopped else None
    return Standing(panda, *marks(game), test)


def describe_game(state: Standing) -> Words:
    """Say where the learner stands, what they saw last, and what they are held against."""
    panda = state.panda
    settings = f"The rate is {RATES[panda.rate]:g}, the momentum {panda.momentum:g}"
    levels = f"Par is {state.par:.3f}, the rule gets {state.rule:.3f}, gold is {state.gold:.3f}."
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
        f"Epoch {last.epoch}: {last.dev:.3f} of the dev set and {last.training:.3f} of the training set are right."
        f"{note} The best was epoch {best.epoch}. {settings}. {levels}",
    )


def _standing(difference: float) -> str:
    if abs(difference) < 0.005:
        return "at par"
    return f"{abs(difference):.3f} {'above' if difference > 0 else 'below'} par"


BABYSITTING = Explorer(
    name="babysitting",
    title="How well do you babysit one model?",
    task="Beat par, then the rule, and come near gold, within 24 epochs. Only then stop and open the test set. Then "
    "play another game: each begins with a rate that is far too small or far too large.",
    controls=(
        Moves("moves", MOVES, label="your move", most=30),
        Slider("game", IntegerScale(1, N_GAMES), 1, "game"),
    ),
    compute=babysit,
    picture=panda,
    describe=describe_game,
)
