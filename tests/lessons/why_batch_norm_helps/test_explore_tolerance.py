"""What lesson 09 says of the map of learning rates and first weights holds: as measured, and trained now."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.lab.measured import measured
from coursekit.lessons.why_batch_norm_helps.explore_tolerance import (
    N_SEEDS,
    RATES,
    SCALES,
    TOLERANCE,
    first_weights,
    measured_maps,
    one_point,
    train,
)

pytestmark = pytest.mark.seconds


def test_every_pair_was_trained_ten_times():
    table = measured("tolerance")
    assert table.size == 2 * N_SEEDS * RATES.size * SCALES.size
    for network in ("without", "with"):
        part = table[table["network"] == network].reshape(N_SEEDS, RATES.size, SCALES.size)
        assert_allclose(part["rate"], np.broadcast_to(RATES[:, None], part.shape), rtol=6e-3)
        assert_allclose(part["scale"], np.broadcast_to(SCALES, part.shape), rtol=6e-3)
        np.testing.assert_array_equal(part["seed"][:, 0, 0], range(N_SEEDS))


def test_the_map_is_as_the_prose_reads_it():
    without, normed = measured_maps()
    assert np.sum(without > 0.9) == 3
    assert np.sum(normed > 0.9) == 28
    assert_allclose([without.max(), normed.max()], [0.96, 0.97], atol=0.01)
    worse = np.argwhere(normed < without - 0.2)
    assert len(worse) == 5
    assert RATES[worse[:, 0]].max() == pytest.approx(0.01)
    assert SCALES[worse[:, 1]].min() == pytest.approx(10**0.5)


def test_weights_three_times_hes_cost_a_larger_rate_and_ten_times_cost_accuracy_too():
    normed = measured_maps()[1]
    hes, three, ten = normed[:, 4:7].T
    assert_allclose(SCALES[4:7], [1, 10**0.5, 10])
    assert three.max() > hes.max() - 0.03
    assert np.all(three[RATES < 0.2] < 0.9), "at a rate at which He's weights read 94%"
    assert hes[RATES < 0.2].max() > 0.93
    assert ten.max() == pytest.approx(0.83, abs=0.02)


def test_at_hes_weights_a_small_rate_gains_nothing_and_a_large_one_all():
    table = measured("tolerance")
    parts = [
        table[table["network"] == name]["accuracy"].reshape(N_SEEDS, 9, 9)[:, :, 4] for name in ("with", "without")
    ]
    gain = parts[0] - parts[1]
    assert np.all(gain[:, :3].mean(axis=0) < 0.01), "0.001 to 0.01"
    assert np.all(np.abs(gain[:, 3:6].mean(axis=0)) < 0.015), "0.03 to 0.3"
    assert gain[:, 6].mean() > 0.2
    assert gain[:, 7].min() > 0.75


@pytest.mark.parametrize(
    ("rate", "scale", "without", "normed"),
    [(3.16, 1, (0.05, 0.2), (0.9, 1)), (0.316, 1, (0.9, 1), (0.9, 1)), (0.00316, 3.16, (0.6, 0.8), (0.05, 0.3)),
     (10, 1, (0.05, 0.2), (0.0, 0.3)), (0.1, 0.01, (0.05, 0.2), (0.9, 1))],
)  # fmt: skip
def test_points_trained_now_are_those_of_the_map(rate, scale, without, normed):
    for batch_norm, (low, high) in ((None, without), ("before", normed)):
        accuracies = []
        for seed in (N_SEEDS + 20, N_SEEDS + 21, N_SEEDS + 22):
            *_, accuracy = train(np.array([rate]), np.array([scale]), seed, batch_norm)
            accuracies.append(accuracy.item())
        assert low <= np.median(accuracies) <= high


def test_a_stack_is_its_networks_one_by_one():
    rates, scales = np.array([0.1, 1.0]), np.array([1.0, 0.1])
    *_, together = train(rates, scales, 3, "before", n_epochs=1)
    alone = [list(train(rates[i : i + 1], scales[i : i + 1], 3, "before", n_epochs=1))[-1].item() for i in range(2)]
    assert_allclose(together, alone, atol=0.01)


def test_only_the_weights_are_scaled():
    one, ten = (first_weights(np.array([scale]), 0, "before") for scale in (1.0, 10.0))
    for name, array in one.items():
        assert_allclose(ten[name], array * (10 if name.startswith("W") else 1), rtol=1e-6)


def test_the_live_training_begins_before_the_first_step_and_ends_after_the_last():
    states = list(one_point(1.0, 1.0, 1, n_epochs=2))
    assert [state.progress for state in states] == [0, 0.5, 1]
    assert [len(state.accuracies[0]) for state in states] == [0, 1, 2]
    dead, alive = list(one_point(3.16, 1.0, 1))[-1].accuracies
    assert dead[-1] < 0.2
    assert alive[-1] > 0.9
    first, *_, last = (TOLERANCE.describe(state) for state in states)
    assert "not trained yet" in first.answer
    assert f"Without {states[-1].accuracies[0][-1]:.2f}, with batch norm" in last.answer


def test_the_mark_stands_where_the_sliders_are():
    rate, scale = (TOLERANCE.controls[i] for i in (0, 1))
    for i in range(9):
        state = next(one_point(rate.at(i), scale.at(8 - i), 1))
        assert state.cell == (i, 8 - i)
        assert_allclose(state.place, (8 - i, i), atol=0.01)
