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
    of_the_chosen,
    race_on_digits,
    train,
)

pytestmark = pytest.mark.seconds


def best_of_ten(optimizer: str, layers: int) -> np.ndarray:
    """Return what the choice among ten is worth, on digits that it was not chosen by: (2, 50), linear and log."""
    _, dev, test = measured_races(optimizer, layers)
    return of_the_chosen(dev[:, :, :10], test[:, :, :10])


def test_the_table_has_every_race_whole() -> None:
    assert measured("scale_race").size == len(OPTIMIZERS) * len(LAYERS) * 2 * N_RACES * N_TRIALS
    for optimizer in OPTIMIZERS:
        for layers in LAYERS:
            rates, dev, test = measured_races(optimizer, layers)
            assert rates.shape == dev.shape == test.shape == (2, N_RACES, N_TRIALS)
            assert rates.min() >= 1e-4
            assert rates.max() <= 1
            assert np.median(rates[0]) > 0.4, "the first row is the linear scale"
            assert np.median(rates[1]) < 0.02, "the second row is the log scale"


def test_no_two_kinds_of_race_share_their_draws() -> None:
    firsts = {measured_races(optimizer, layers)[0][1, 0, 0] for optimizer in OPTIMIZERS for layers in LAYERS}
    assert len(firsts) == len(OPTIMIZERS) * len(LAYERS)


def test_with_adam_the_log_scale_wins_about_four_races_in_five() -> None:
    for layers in LAYERS:
        linear, log = best_of_ten("Adam", layers)
        assert 0.72 < np.mean(log > linear) < 0.9
    linear, log = best_of_ten("Adam", 4)
    assert 0.4 < np.mean(linear < 0.9) < 0.6, "with four hidden layers the linear scale is a lottery"
    assert linear.std() > 0.2
    assert np.mean(log < 0.9) < 0.1
    assert best_of_ten("Adam", 1)[0].mean() > 0.93, "with one hidden layer Adam forgives it"


def test_with_gradient_descent_the_linear_scale_wins_by_about_a_point() -> None:
    for layers in LAYERS:
        linear, log = best_of_ten("SGD", layers)
        difference = linear - log
        assert 0.005 < difference.mean() < 0.02
        assert difference.mean() > 2.5 * difference.std(ddof=1) / np.sqrt(N_RACES), "more than chance gives"
        assert np.mean(log > linear) > 0.2, "single races go either way"


def test_with_three_trials_the_luck_of_the_linear_scale_is_worth_nine_points_or_more() -> None:
    for layers in LAYERS:
        _, dev, test = measured_races("SGD", layers)
        linear, log = of_the_chosen(dev[..., :3], test[..., :3])
        assert 0.085 < np.mean(linear - log) < 0.2


def leads(optimizer: str, low: float, high: float, n_races: int) -> np.ndarray:
    """Return by how much the log scale leads in races over another range, with four hidden layers."""
    ends = []
    for race in range(N_RACES + 1, N_RACES + 1 + n_races):
        *_, (_, dev, test) = train(optimizer, 4, race, low=low, high=high)
        linear, log = of_the_chosen(dev[:, :10], test[:, :10])
        ends.append(log - linear)
    return np.array(ends)


@pytest.mark.deep
def test_where_the_range_ends_at_10_the_log_scale_wins_with_gradient_descent_too() -> None:
    wider = leads("SGD", 1e-4, 10, n_races=8)
    assert wider.mean() > 0.1
    assert np.mean(wider > 0) > 0.6


@pytest.mark.deep
@pytest.mark.parametrize(("optimizer", "low", "high"), [("Adam", 3e-3, 3e-2), ("Adam", 1e-3, 1e-1), ("SGD", 0.1, 1)])
def test_within_a_decade_or_two_the_choice_of_scale_matters_little(optimizer: str, low: float, high: float) -> None:
    assert abs(leads(optimizer, low, high, n_races=8).mean()) < 0.02


def test_the_good_rates_lie_where_the_prediction_says() -> None:
    for optimizer, low, high in (("Adam", 0.001, 0.06), ("SGD", 0.1, 1)):
        rates, dev, _ = measured_races(optimizer, 4)
        assert low < np.quantile(rates[dev > 0.93], 0.1) < np.quantile(rates[dev > 0.93], 0.9) < high


def test_what_was_chosen_by_one_half_counts_by_the_other() -> None:
    dev, test = np.random.default_rng(0).random((2, 3, 7))
    by_hand = [test[i, int(np.argmax(dev[i]))] for i in range(3)]
    np.testing.assert_allclose(of_the_chosen(dev, test), by_hand)


def test_a_density_with_a_ripple_per_doubling_gives_each_doubling_its_share_and_is_not_one_over_x() -> None:
    def share(low: float, factor: float) -> float:
        x = np.geomspace(low, factor * low, 20_001)
        return float(np.trapezoid((1 + 0.5 * np.sin(2 * np.pi * np.log2(x))) / x, x))

    starts = np.geomspace(0.001, 0.1, 23)
    doublings, halves = (np.array([share(x, factor) for x in starts]) for factor in (2, 1.4))
    assert np.ptp(doublings) < 1e-6 * doublings.mean()
    assert np.ptp(halves) > 0.2 * halves.mean()


@pytest.mark.parametrize(("optimizer", "layers"), [("Adam", 4), ("SGD", 1)])
def test_a_race_run_now_gives_what_was_measured(optimizer: str, layers: int) -> None:
    """Not to the digit: thirty-two networks in float32 round differently on another machine."""
    *_, (rates, *now) = train(optimizer, layers, race=2)
    old_rates, *then = (values[:, 1] for values in measured_races(optimizer, layers))
    np.testing.assert_allclose(rates, old_rates, rtol=5e-3)
    for ours, theirs in zip(now, then, strict=True):
        assert np.median(np.abs(ours - theirs)) < 0.03
    np.testing.assert_allclose(now[0][1].max(), then[0][1].max(), atol=0.02)


@pytest.mark.deep
def test_a_race_that_nobody_ran_before_goes_the_same_way() -> None:
    for optimizer, winner in (("Adam", 1), ("SGD", 0)):
        best = []
        for race in range(N_RACES + 1, N_RACES + 6):
            *_, (_, dev, test) = train(optimizer, 4, race)
            best.append(of_the_chosen(dev[:, :10], test[:, :10]))
        assert np.mean(best, axis=0).argmax() == winner


def test_the_explorer_shows_the_first_trials_of_each_scale_after_every_epoch() -> None:
    states = list(race_on_digits("Adam", "1 hidden layer", n_trials=3, race=1, n_epochs=2))
    assert [state.progress for state in states] == [0.5, 1.0]
    assert states[-1].dev.shape == states[-1].test.shape == (2, 3)
    assert states[-1].dev.mean() > states[0].dev.mean()
    np.testing.assert_allclose(states[-1].best, of_the_chosen(states[-1].dev, states[-1].test))
