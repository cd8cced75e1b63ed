"""The leaderboard of seven strategies at equal cost, as experiments/tune_a_real_network/leaderboard.py measured it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.measured import measured
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, label, line
from coursekit.lab.standard_error import standard_error
from coursekit.lab.task import Part
from coursekit.lessons.tune_a_real_network.strategies import STRATEGIES
from coursekit.lessons.tune_a_real_network.tuning import ADAM, MOMENTUM
from coursekit.scales import IntegerScale
from coursekit.types import Array

FLOOR, FURTHEST = 0.88, -0.05


class Board(NamedTuple):
    """Strategies on the same splits of the digits.

    Attributes
    ----------
    optimizer, judged : str
        What trains, and by which score they are ranked.
    names : sequence of str, length s
        In the order of the rows, from the top.
    scores : array, shape (s, n)
        Of each strategy on each split.
    """

    optimizer: str
    judged: str
    names: Sequence[str]
    scores: Array

    @property
    def leader(self) -> int:
        """The row with the highest mean."""
        return int(np.argmax(self.scores.mean(axis=1)))

    @property
    def gaps(self) -> Array:
        """How far each is ahead of the leader, split by split, shape (s, n): below 0 on average."""
        return np.asarray(self.scores - self.scores[self.leader])

    @property
    def errors(self) -> Array:
        """The standard error of each mean gap over splits of these digits, shape (s,); 0 for the leader."""
        return standard_error(self.gaps)

    @property
    def is_tied(self) -> Array:
        """Who is less than two standard errors behind the leader, the leader included."""
        return np.asarray(-self.gaps.mean(axis=1) <= 2 * self.errors)


def leaderboard() -> Picture:
    """Show a row of dots a strategy, with its mean; and its gap to the leader, with two standard errors each way."""
    figure, (left, right) = canvas(1000, 430, columns=2, width_ratios=(3, 2), sharey=True)
    rows = np.arange(7)
    left.set(xlim=(FLOOR - 0.004, 1), ylim=(7.1, -0.6), xlabel=f"accuracy (below {FLOOR}: drawn there)")
    left.set(yticks=[], ylabel="strategy", title="a dot a search, a diamond their mean")
    right.set(xlim=(FURTHEST - 0.004, 0.022), xlabel="behind the leader (below 0), split by split")
    right.set(title="mean gap, and two standard errors each way", xticks=[-0.04, -0.02, 0, 0.02])
    right.axvline(0, color=GREY, linewidth=1, linestyle=":")
    for row in rows:
        for ax in (left, right):
            ax.axhline(row + 0.5, color="#e5e5e5", linewidth=1)
    names = [label(left, FLOOR - 0.002, row - 0.27, va="center", color=INK) for row in rows]
    dots = line(left, GREY, marker="o", markersize=5, linestyle="", alpha=0.6)
    means = line(left, BLUE, marker="D", markersize=10, linestyle="", markeredgecolor="white")
    best = line(left, ORANGE, marker="D", markersize=12, linestyle="", markeredgecolor="white")
    bars = line(right, BLUE, linewidth=2.2)
    middles = line(right, BLUE, marker="D", markersize=9, linestyle="", markeredgecolor="white")
    first = line(right, ORANGE, marker="D", markersize=12, linestyle="", markeredgecolor="white")
    says = label(left, FLOOR - 0.002, 6.8, color=INK, va="center")

    def move(state: Board) -> None:
        n, leader = state.scores.shape[1], state.leader
        mean, gap = state.scores.mean(axis=1), state.gaps.mean(axis=1)
        jitter = 0.08 + 0.28 * np.arange(n) / max(n - 1, 1)
        dots.set_data(np.maximum(state.scores, FLOOR).ravel(), (rows[:, None] + jitter).ravel())
        means.set_data(np.maximum(mean, FLOOR), rows + 0.22)
        best.set_data([mean[leader]], [leader + 0.22])
        for text, name, value in zip(names, state.names, mean, strict=True):
            text.set_text(f"{name}: {value:.3f}")
        ends = np.clip([gap - 2 * state.errors, gap + 2 * state.errors], FURTHEST, 0.02)
        bars.set_data(np.stack([*ends, np.full(7, np.nan)], axis=1).ravel(), np.repeat(rows, 3))
        middles.set_data(np.maximum(gap, FURTHEST), rows)
        first.set_data([0], [leader])
        says.set_text(f"{state.optimizer}, {n} splits, judged by {state.judged}")

    return Picture(figure, move, [dots, means, best, *names, bars, middles, first, says], ghosts=[means, middles])


N_SEARCHES = 20
FOUND, NEW_SEEDS, TEST = "the score it was chosen by", "new seeds", "new seeds, test digits"
JUDGED = {FOUND: "validation", NEW_SEEDS: "again_validation", TEST: "again_test"}


@lru_cache
def _table() -> Any:
    return measured("leaderboard")


def board(optimizer: str, judged: str = TEST, n_searches: int = N_SEARCHES) -> Board:
    """Look up what each strategy reached.

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
        f"Second: {state.names[second]}, {-gap[second]:.4f} behind (standard error over these splits "
        f"{state.errors[second]:.4f}). Last: "
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
    picture=leaderboard,
    describe=describe_board,
    parts=(
        Part("another leader",
             lambda values, state: (values["optimizer"] == ADAM and values["judged"] == TEST
                                    and state.names[state.leader] != "halving"),
             "Who leads depends on the splits: the five on log scales are within two standard errors of the first.",
             {"n_searches": 20}),
        Part("judged by the score it was chosen by",
             lambda values, _: (values["optimizer"] == ADAM and values["judged"] == FOUND
                                and values["n_searches"] == N_SEARCHES),
             "All gain, by 1 to 3 points, and those most whose choice trains unsteadily: much of the score is luck.",
             {"n_searches": 20, "judged": FOUND}),
        Part("the other optimizer", lambda values, _: values["optimizer"] == MOMENTUM and values["n_searches"] >= 10,
             "Another ranking: there is no best search, there is one that suits the problem and its ranges.",
             {"optimizer": MOMENTUM, "n_searches": 10}),
    ),
)  # fmt: skip
