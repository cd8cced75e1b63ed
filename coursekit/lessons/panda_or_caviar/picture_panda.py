"""A picture of the game of babysitting one model: the curves that its keeper watches, and the rate they chose."""

from typing import NamedTuple

import numpy as np

from coursekit.lab.picture import BLUE, GREEN, GREY, INK, ORANGE, Picture, canvas, flat, label, line
from coursekit.lessons.panda_or_caviar.panda import BUDGET, RATES, Panda


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
    """Show the accuracies after every epoch, over the rate that each was trained with.

    Returns
    -------
    Picture
        Follows a ``Standing``.
    """
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
