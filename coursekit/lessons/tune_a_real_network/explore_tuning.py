"""The leaderboard of seven strategies at equal cost, as experiments/tune_a_real_network/leaderboard.py measured it."""

from functools import lru_cache
from typing import Any

import numpy as np

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.tune_a_real_network.picture_tuning import Board
from coursekit.lessons.tune_a_real_network.picture_tuning import leaderboard as leaderboard_picture
from coursekit.lab.measured import measured
from coursekit.scales import IntegerScale
from coursekit.lessons.tune_a_real_network.strategies import STRATEGIES
from coursekit.lessons.tune_a_real_network.tuning import ADAM, MOMENTUM

N_SEARCHES = 20
FOUND, NEW_SEEDS, TEST = "the score it was chosen by", "new seeds", "new seeds, test digits"
JUDGED = {FOUND: "validation", NEW_SEEDS: "again_validation", TEST: "again_test"}


@lru_cache
def _table() -> Any:
    return measured("leaderboard")


def board(optimizer: str, judged: str = TEST, n_searches: int = N_SEARCHES) -> Board:
    """Look up what each strategy reached.

    Parameters
    ----------
    optimizer : {"Adam", "momentum"}
    judged : str, optional
        By the score that the winner was chosen by, or by five trainings of it with new seeds: a name of ``JUDGED``.
    n_searches : int, optional
        Of how many splits, the first ones; momentum has 10.

    Returns
    -------
    Board

    Examples
    --------
    >>> board("Adam").scores.shape
    (7, 20)
    """
    rows = _table()[_table()["optimizer"] == optimizer]
    by_name = [np.sort(rows[rows["strategy"] == name], order="search")[JUDGED[judged]] for name in STRATEGIES]
    return Board(optimizer, judged, STRATEGIES, np.stack(by_name)[:, :n_searches])


def describe_board(state: Board) -> Words:
    """Say who leads, by how much, and who can't be told from the leader."""
    gap, means = state.gaps.mean(axis=1), state.scores.mean(axis=1)
    order = np.argsort(-means, kind="stable")
    second, last = int(order[1]), int(order[-1])
    tied = [state.names[i] for i in order[1:] if state.is_tied[i]]
    rest = f"{len(tied)} of the other 6 are within two standard errors of it" + (
        f": {', '.join(tied)}" if 0 < len(tied) < 5 else ""
    )
    return Words(
        f"First: {state.names[state.leader]}, {means[state.leader]:.3f}",
        f"{state.optimizer}, {state.scores.shape[1]} splits, 243 epochs a search, judged by {state.judged}. "
        f"Second: {state.names[second]}, {-gap[second]:.4f} behind (standard error {state.errors[second]:.4f}). Last: "
        f"{state.names[last]}, {-gap[last]:.3f} behind. {rest}.",
    )


LEADERBOARD = Explorer(
    name="leaderboard",
    title="Which search is best, at equal cost?",
    task="Begin with 3 splits, and raise their number: how often does the leader change? With 20, who is behind? "
    "Then let the score it was chosen by judge: who gains? Then take the other optimizer (it has 10 splits).",
    controls=(
        Dropdown("optimizer", (ADAM, MOMENTUM), ADAM, "optimizer"),
        Dropdown("judged", tuple(JUDGED), TEST, "judged by"),
        Slider("n_searches", IntegerScale(3, N_SEARCHES), 3, "splits"),
    ),
    compute=board,
    picture=leaderboard_picture,
    describe=describe_board,
)
