"""Many ways to be right: loops and lists, other generators, other formulas, libraries. None of them is refused."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES
from coursekit.scales import IntegerScale, LogScale, ReverseLogScale

RIGHT = {
    "00.1": (
        lambda w, d_w, learning_rate: np.subtract(w, np.multiply(d_w, learning_rate)),
        lambda w, d_w, learning_rate: (np.array(w) - learning_rate * np.array(d_w)).tolist(),
        lambda w, d_w, learning_rate: np.float32(w) - np.float32(learning_rate) * np.float32(d_w),
    ),
    "03.1": (
        lambda low, high, size, rng: low * (high / low) ** rng.random(size),
        lambda low, high, size, rng: np.exp(rng.uniform(np.log(low), np.log(high), size)),
        lambda low, high, size, rng: [10 ** rng.uniform(np.log10(low), np.log10(high)) for _ in range(size)],
        lambda low, high, size, rng: stats.loguniform(low, high).rvs(size, random_state=rng),
        lambda low, high, size, rng: LogScale(low, high).sample(size, rng).astype(np.float32),
    ),
    "03.2": (
        lambda low, high, size, rng: 1 - (1 - low) * ((1 - high) / (1 - low)) ** rng.random(size),
        lambda low, high, size, rng: (1 - np.exp(rng.uniform(np.log(1 - high), np.log(1 - low), size))).tolist(),
        lambda low, high, size, rng: 1 - stats.loguniform(1 - high, 1 - low).rvs(size, random_state=rng),
        lambda low, high, size, rng: ReverseLogScale(low, high).sample(size, rng),
    ),
    "03.3": (
        lambda low, high, size, rng: rng.integers(low, high, size, endpoint=True),
        lambda low, high, size, rng: rng.integers(low, high + 1, size, dtype=np.uint8),
        lambda low, high, size, rng: [int(low + (high - low + 1) * rng.random()) for _ in range(size)],
        lambda low, high, size, rng: np.floor(rng.uniform(low, high + 1, size)).astype(int),
        lambda low, high, size, rng: rng.choice(np.arange(low, high + 1), size),
        lambda low, high, size, rng: IntegerScale(low, high).sample(size, rng),
    ),
    "03.4": (
        lambda size, rng: 10 ** rng.uniform(-4, 0, size),
        lambda size, rng: 10 ** (4 * rng.random(size) - 4),
        lambda size, rng: 0.0001 ** rng.random(size),
        lambda size, rng: [10 ** (-4 * rng.random()) for _ in range(size)],
    ),
    "03.5": (
        lambda x: np.power(10, np.log10(x)),
        lambda x: np.exp(np.log(x)),
        lambda x: [10 ** np.log10(each) for each in x] if np.ndim(x) else 10 ** np.log10(x),
    ),
    "03.6": (
        lambda draws, low, high, n_bins: np.histogram(draws, n_bins, (low, high))[0] / draws.size,
        lambda draws, low, high, n_bins: np.bincount(
            ((draws - low) / (high - low) * n_bins).astype(int), minlength=n_bins
        ) / len(draws),
        lambda draws, low, high, n_bins: [
            sum(low + i * (high - low) / n_bins <= each < low + (i + 1) * (high - low) / n_bins for each in draws)
            / len(draws) for i in range(n_bins)
        ],
    ),
    "03.7": (
        lambda low, high: np.geomspace(low, high, round(np.log10(high / low)) + 1),
        lambda low, high: [10.0**r for r in range(round(np.log10(low)), round(np.log10(high)) + 1)],
        lambda low, high: np.logspace(np.log10(low), np.log10(high), round(np.log10(high / low)) + 1),
    ),
}  # fmt: skip


@pytest.mark.seconds
@pytest.mark.parametrize("name", RIGHT)
def test_other_ways_to_be_right_are_right(name):
    for i, answer in enumerate(RIGHT[name]):
        status, message = judge(EXERCISES[name], answer)
        assert status == "correct", f"way {i}: {message}"


def test_every_exercise_has_more_than_one_right_answer():
    """Each lesson's stand in a file of its own."""
    listed = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].glob("*/test_right_answers*.py")
    )
    assert [name for name in EXERCISES if f'"{name}": (' not in listed] == []
