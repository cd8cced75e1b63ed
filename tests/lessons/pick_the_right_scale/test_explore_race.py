"""What lesson 03 says of the race holds: in what was measured, and in races run now."""

import numpy as np
import pytest

from coursekit.lab.measured import measured
from coursekit.lessons.pick_the_right_scale.explore_race import (
    LAYERS,
    N_RACES,
    N_TRIALS,
    OPTIMIZERS,
    measured_races,
    race_on_digits,
    train,
)

pytestmark = pytest.mark.seconds


def best_of_ten(optimizer: str, layers: int) -> np.ndarray:
    return measured_races(optimizer, layers)[1][:, :, :10].max(axis=-1)


def test_the_table_has_every_race_whole() -> None:
    assert measured("scale_race").size == len(OPTIMIZERS) * len(LAYERS) * 2 * N_RACES * N_TRIALS
    for optimizer in OPTIMIZERS:
        for layers in LAYERS:
            rates, accuracies = measured_races(optimizer, layers)
            assert rates.shape == accuracies.shape == (2, N_RACES, N_TRIALS)
            assert rates.min() >= 1e-4
            assert rates.max() <= 1
            assert np.median(rates[0]) > 0.4, "the first row is the linear scale"
            assert np.median(rates[1]) < 0.02, "the second row is the log scale"


def test_with_adam_the_log_scale_wins_four_races_in_five_and_more() -> None:
    for layers in LAYERS:
        linear, log = best_of_ten("Adam", layers)
        assert np.mean(log > linear) > 0.8
    assert best_of_ten("Adam", 4)[0].std() > 0.2, "with four hidden layers the linear scale is a lottery"
    assert best_of_ten("Adam", 1)[0].mean() > 0.94, "with one hidden layer Adam forgives it"


def test_with_gradient_descent_the_linear_scale_wins_by_about_a_point() -> None:
    for layers in LAYERS:
        linear, log = best_of_ten("SGD", layers)
        difference = linear - log
        assert 0.005 < difference.mean() < 0.02
        assert difference.mean() > 3 * difference.std() / np.sqrt(N_RACES), "more than chance gives"


def test_the_good_rates_lie_where_the_prediction_says() -> None:
    for optimizer, low, high in (("Adam", 0.001, 0.06), ("SGD", 0.1, 1)):
        rates, accuracies = measured_races(optimizer, 4)
        assert low < np.quantile(rates[accuracies > 0.93], 0.1) < np.quantile(rates[accuracies > 0.93], 0.9) < high


@pytest.mark.parametrize(("optimizer", "layers"), [("Adam", 4), ("SGD", 1)])
def test_a_race_run_now_gives_what_was_measured(optimizer: str, layers: int) -> None:
    """Not to the digit: thirty-two networks in float32 round differently on another machine."""
    *_, (rates, accuracies) = train(optimizer, layers, race=2)
    old_rates, old_accuracies = (values[:, 1] for values in measured_races(optimizer, layers))
    np.testing.assert_allclose(rates, old_rates, rtol=5e-3)
    assert np.median(np.abs(accuracies - old_accuracies)) < 0.02
    np.testing.assert_allclose(accuracies[1].max(), old_accuracies[1].max(), atol=0.02)


@pytest.mark.deep
def test_a_race_that_nobody_ran_before_goes_the_same_way() -> None:
    for optimizer, winner in (("Adam", 1), ("SGD", 0)):
        best = []
        for race in range(N_RACES + 1, N_RACES + 6):
            *_, (_, accuracies) = train(optimizer, 4, race)
            best.append(accuracies[:, :10].max(axis=-1))
        assert np.mean(best, axis=0).argmax() == winner


def test_the_explorer_shows_the_first_trials_of_each_scale_after_every_epoch() -> None:
    states = list(race_on_digits("Adam", "1 hidden layer", n_trials=3, race=1, n_epochs=2))
    assert [state.progress for state in states] == [0.5, 1.0]
    assert states[-1].accuracies.shape == (2, 3)
    assert (states[-1].accuracies.mean() > states[0].accuracies.mean()).all()
