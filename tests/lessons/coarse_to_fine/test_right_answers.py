"""Many ways to zoom, to clip, to halve and to report. None of them is refused."""

import numpy as np
import pytest

from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES
from coursekit.scales import LogScale, ReverseLogScale
from coursekit.search import Space
from coursekit.search.halving import halving


def zoom_by_ratios(low, high, best, shrink):
    factor = (high / low) ** (shrink / 2)
    return [best / factor, best * factor]


def zoom_by_unit_space(low, high, best, shrink):
    u = float(LogScale(low, high).to_unit(best))
    return tuple(low * (high / low) ** (u + side * shrink / 2) for side in (-1, 1))


def zoom_by_natural_logs(low, high, best, shrink):
    half = (np.log(high) - np.log(low)) * shrink / 2
    return np.exp(np.log(best) - half), np.exp(np.log(best) + half)


def clipped_one_by_one(best, shrink, border):
    ends = [(max(0.0, u - shrink / 2), min(1.0, u + shrink / 2)) for u in best]
    lows, highs = zip(*ends, strict=True)
    return np.array(lows), np.array(highs), np.array([u <= border or u >= 1 - border for u in best])


def narrow_by_coursekit(low, high, best, shrink):
    zoom = Space(momentum=ReverseLogScale(low, high)).zoom({"momentum": best}, shrink)
    return zoom.space.scales["momentum"].low, zoom.space.scales["momentum"].high


def halve_by_loop(scores, keep):
    left, chosen = list(range(len(scores))), []
    for _ in range(max(1, int(np.floor(keep * len(scores))))):
        chosen.append(max(left, key=lambda i: scores[i]))
        left.remove(chosen[-1])
    return chosen


RIGHT = {
    "04.1": (zoom_by_ratios, zoom_by_natural_logs, zoom_by_unit_space),
    "04.2": (
        clipped_one_by_one,
        lambda best, shrink, border: (
            np.clip(best - shrink / 2, 0, 1), np.clip(best + shrink / 2, 0, 1), (best <= border) | (best >= 1 - border)
        ),
        lambda best, shrink, border: (
            np.where(best < shrink / 2, 0, best - shrink / 2), np.where(best > 1 - shrink / 2, 1, best + shrink / 2),
            np.abs(best - 0.5) >= 0.5 - border,
        ),
    ),
    "04.3": (
        lambda scores, again: again[scores.argmax()].mean(),
        lambda scores, again: again.mean(axis=1)[scores == scores.max()][0],
        lambda scores, again: sum(again[list(scores).index(max(scores))]) / len(again[0]),
    ),
    "04.4": (
        halve_by_loop,
        lambda scores, keep: np.argsort(scores)[::-1][: max(1, int(keep * len(scores)))],
        lambda scores, keep: np.argsort(-scores)[: halving(len(scores), keep, [1, 1]).rungs[1].n_trials],
        lambda scores, keep: sorted(range(len(scores)), key=lambda i: -scores[i])[: max(int(len(scores) * keep), 1)],
    ),
    "04.5": (
        narrow_by_coursekit,
        lambda low, high, best, shrink: (
            max(low, 1 - (1 - best) * ((1 - low) / (1 - high)) ** (shrink / 2)),
            min(high, 1 - (1 - best) / ((1 - low) / (1 - high)) ** (shrink / 2)),
        ),
    ),
    "04.6": (
        lambda losses, keep: np.lexsort((losses,))[: max(1, int(keep * len(losses)))],
        lambda losses, keep: sorted(
            range(len(losses)), key=lambda i: np.inf if np.isnan(losses[i]) else losses[i]
        )[: max(1, int(keep * len(losses)))],
    ),
    "04.7": (
        lambda rungs: max(rungs[-1].items(), key=lambda pair: pair[1])[0],
        lambda rungs: next(trial for trial, score in rungs[-1].items() if score == max(rungs[-1].values())),
        lambda rungs: list(rungs[-1])[int(np.argmax(list(rungs[-1].values())))],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_other_ways_to_be_right_are_right(name):
    for i, answer in enumerate(RIGHT[name]):
        status, message = judge(EXERCISES[name], answer)
        assert status == "correct", f"way {i}: {message}"


def test_every_exercise_of_the_lesson_has_more_than_one_right_answer():
    assert RIGHT.keys() == {name for name in EXERCISES if name.startswith("04.")}


def test_moving_the_window_inside_instead_of_clipping_is_called_a_fair_choice():
    def shifted(best, shrink, border):
        low = np.clip(best - shrink / 2, 0, 1 - shrink)
        return low, low + shrink, np.minimum(best, 1 - best) <= border

    assert "fair choice" in judge(EXERCISES["04.2"], shifted).message
