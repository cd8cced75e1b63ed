"""The game of babysitting one model, held against what many at once reach with as many epochs."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from coursekit.lessons.panda_or_caviar.caviar import expected_best
from coursekit.lab.controls import Moves, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.panda_or_caviar.picture_panda import Standing
from coursekit.lessons.panda_or_caviar.picture_panda import panda as panda_picture
from coursekit.lab.measured import measured
from coursekit.lessons.panda_or_caviar.panda import BUDGET, MOVES, N_DEV, N_GAMES, N_TRAIN, RATES, nursery, play, score
from coursekit.scales import IntegerScale

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
    """Look up what many at once, and what the keeper's rule, reach on a game's digits with its 24 epochs.

    Parameters
    ----------
    game : int
        The seed of the split.

    Returns
    -------
    Marks
        The expected dev score of the best of n, for the n that is best; the rule's mean from its nine rates; and the
        best of 64 that had 24 epochs each.
    """
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
    picture=panda_picture,
    describe=describe_game,
)
