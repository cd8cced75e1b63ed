"""What lesson 09 says of the noise of a batch and of dropout holds: as measured, and trained now."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.lab.company import logits, trained
from coursekit.lab.measured import measured
from coursekit.lessons.why_batch_norm_helps.explore_batch_noise import (
    BATCHES,
    DROPOUT,
    FEW,
    GROUPS,
    MANY,
    N_SEEDS,
    N_TRAIN,
    chances,
    gains,
    noise_at,
    noise_rows,
    train,
    with_dropout,
)

pytestmark = pytest.mark.seconds


def test_every_noise_was_trained_with_ten_times():
    assert measured("batch_noise").size == 2 * len(GROUPS) * N_SEEDS * len(N_TRAIN)
    for noise in (BATCHES, DROPOUT):
        for m in GROUPS:
            for n in N_TRAIN:
                assert sorted(noise_rows(noise, m, n)["seed"]) == list(range(N_SEEDS))


def test_a_little_noise_is_worth_a_point_where_data_is_short():
    for noise in (BATCHES, DROPOUT):
        for m in (8, 16):
            gain = gains(noise, m, FEW)
            assert 0.7 < gain.mean() < 1.6
            assert gain.mean() > 3 * gain.std() / np.sqrt(N_SEEDS)
    many = [gains(noise, 16, MANY).mean() for noise in (BATCHES, DROPOUT)]
    assert all(0.1 < gain < 0.6 for gain in many), "a third of a point"
    assert all(abs(gains(DROPOUT, 128, n).mean()) < 0.5 for n in N_TRAIN)


def test_dropout_does_as_much_at_every_size():
    for n in N_TRAIN:
        for m in GROUPS:
            assert gains(DROPOUT, m, n).mean() > gains(BATCHES, m, n).mean() - 0.25


def test_pairs_lose_a_fifth_and_dropout_of_their_strength_does_not():
    assert gains(BATCHES, 2, FEW).mean() == pytest.approx(-19, abs=2)
    for n in N_TRAIN:
        assert gains(BATCHES, 2, n).max() < -10
        assert abs(gains(DROPOUT, 2, n).mean()) < 1.5


def test_in_a_pair_one_value_is_plus_and_the_other_minus_one():
    z = np.random.default_rng(0).normal(3, 2, (2, 50))
    z_norm = (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-5)
    assert_allclose(np.sort(np.abs(z_norm), axis=None)[5:], 1, atol=1e-2)
    assert_allclose(z_norm.sum(axis=0), 0, atol=1e-9)


def test_the_batches_vary_the_output_more_by_half_at_8():
    ratio = noise_rows(BATCHES, 8, FEW)["spread"] / noise_rows(DROPOUT, 8, FEW)["spread"]
    assert 1.3 < ratio.mean() < 1.7
    fresh = [chances(noise, 8, seed=12).std(axis=0).mean() for noise in (BATCHES, DROPOUT)]
    assert 1.2 < fresh[0] / fresh[1] < 1.9
    for noise in (BATCHES, DROPOUT):
        spread = [noise_rows(noise, m, FEW)["spread"].mean() for m in GROUPS[1:]]
        assert np.all(np.diff(spread) < 0), "the larger the group, the less"
    assert 0.25 < noise_rows(BATCHES, 4, FEW)["spread"].mean() < 0.35
    assert 0.01 < noise_rows(BATCHES, 128, FEW)["spread"].mean() < 0.03


@pytest.mark.deep
def test_trainings_that_nobody_measured_go_the_same_way():
    accuracy = {m: np.mean([train(FEW, BATCHES, m, seed).accuracy for seed in (10, 11, 12)]) for m in (2, 8, 128)}
    assert accuracy[2] < 0.8
    assert 0 < accuracy[8] - accuracy[128] < 0.03


def test_the_table_is_what_the_code_gives():
    for noise in (BATCHES, DROPOUT):
        row = noise_rows(noise, 16, FEW)[1]
        assert train(FEW, noise, 16, 1).accuracy == pytest.approx(row["accuracy"], abs=0.012)
        assert chances(noise, 16, 1).std(axis=0).mean() == pytest.approx(row["spread"], abs=0.01)


def test_without_dropout_it_is_the_network_at_test_time():
    data, parameters, statistics, _ = trained()
    z = with_dropout(parameters, statistics, data.X_test, 0.0, np.random.default_rng(0))
    assert_allclose(z, logits(parameters, data.X_test, statistics), atol=1e-9)


def test_dropout_leaves_the_mean_of_the_logits():
    """Of a network in which no ReLU bends: the outputs of batch norm lie far above 0."""
    rng = np.random.default_rng(1)
    parameters = {"W3": rng.normal(size=(3, 10)), "b3": np.zeros(10)}
    for i in (1, 2):
        parameters |= {f"W{i}": np.eye(3), f"gamma{i}": np.full(3, 0.01), f"beta{i}": np.full(3, 5.0)}
    statistics = {f"{word}{i}": np.full(3, value) for i in (1, 2) for word, value in (("mean", 0.0), ("var", 1.0))}
    X = np.zeros((20_000, 3))
    whole = with_dropout(parameters, statistics, X[:1], 0.0, rng)[0]
    dropped = with_dropout(parameters, statistics, X, 0.3, rng)
    assert_allclose(dropped.mean(axis=0), whole, atol=0.15)
    assert np.ptp(dropped, axis=0).min() > 1


def test_the_explorer_follows_one_digit_of_its_class():
    state = noise_at(16.0, 3, f"{MANY} digits")
    assert (state.m, state.digit, state.n_train) == (16, 3, MANY)
    y = trained().data.y_test
    assert np.any(np.all(np.isclose(chances(BATCHES, 16)[:, y == 3], state.chances[0][:, None]), axis=0))
