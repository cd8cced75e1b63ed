"""What lesson 09 says of batch norm holds: in what was measured, and in networks trained now."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.lab.measured import measured
from coursekit.lessons.why_batch_norm_helps.explore_saturation import BINS, EVERY, N_STEPS, layers_at
from coursekit.lessons.why_batch_norm_helps.explore_saturation import train as train_tanh
from coursekit.lessons.why_batch_norm_helps.explore_shift import (
    NORMED,
    OWN,
    TRAINING,
    accuracies,
    changed,
    shifted_digits,
    trained_pair,
)
from coursekit.network import forward, init_network
from coursekit.training import fit

pytestmark = pytest.mark.seconds

NEW_SEEDS = (10, 11, 12)  # which no experiment measured


def rows(setting, network):
    table = measured("why_batchnorm")
    return table[(table["setting"] == setting) & (table["network"] == network)]["accuracy"]


# ---- covariate shift


@pytest.mark.parametrize(
    ("setting", "change", "network", "low", "high"),
    [
        ("as they are", (0, 1), "without", 0.94, 0.99),
        ("as they are", (0, 1), "training", 0.94, 0.99),
        ("as they are", (0, 1), "own", 0.94, 0.99),
        ("plus 1", (1, 1), "training", 0.09, 0.80),
        ("plus 4", (4, 1), "without", 0.05, 0.40),
        ("plus 4", (4, 1), "training", 0.05, 0.25),
        ("plus 4", (4, 1), "own", 0.94, 0.99),
        ("half the contrast", (0, 0.5), "training", 0.70, 0.97),
        ("half the contrast", (0, 0.5), "own", 0.94, 0.99),
        ("inverted", (16, -1), "without", 0.0, 0.12),
        ("inverted", (16, -1), "training", 0.0, 0.12),
        ("inverted", (16, -1), "own", 0.0, 0.01),
    ],
)
def test_a_shift_is_forgiven_only_where_the_statistics_are_its_own(setting, change, network, low, high):
    old = rows(setting, network)
    assert old.size == 10
    column = ("without", "training", "own").index(network)
    new = [accuracies(trained_pair(seed), *change)[column] for seed in NEW_SEEDS]
    for accuracy in (*old, *new):
        assert low <= accuracy <= high


def test_re_measured_a_shift_and_a_stretch_vanish_and_a_negative_turns_every_sign():
    pair = trained_pair(3)
    values = []
    for brightness, contrast in ((0, 1), (4, 1), (-2, 0.5), (16, -1)):
        X = pair.standardizer.apply(changed(pair.data.X_test, brightness, contrast))
        norm = forward(NORMED, pair.normed, X)[1].layers[0].norm
        values.append(norm.centered * norm.inv_std)
    assert_allclose(values[1], values[0], atol=1e-9)
    assert_allclose(values[2], values[0], atol=1e-3)  # eps weighs four times as much
    assert_allclose(values[3], -values[0], atol=1e-9)


def test_the_shift_explorer_shows_the_hidden_unit_that_it_judges_by():
    away, back = shifted_digits(4, 1, TRAINING), shifted_digits(4, 1, OWN)
    assert np.abs(away.after).min() > 4
    assert_allclose([back.after.mean(), back.after.std()], [0, 1], atol=1e-4)
    assert_allclose(away.accuracies, back.accuracies)
    upright, inverted = shifted_digits(0, 1, OWN), shifted_digits(16, -1, OWN)
    assert_allclose(inverted.after, -upright.after, atol=1e-9)
    assert_allclose(inverted.pictures, 16 - upright.pictures)


# ---- saturation


@pytest.mark.sampled(3)
@pytest.mark.parametrize("seed", range(3))
def test_batch_norm_keeps_five_layers_alike_whatever_the_first_weights(seed):
    half, little = (train_tanh(sd, None, seed) for sd in (0.5, 0.03))
    assert np.all(half.saturated[0] > 0.4)
    assert half.saturated[-1].mean() > 0.45, "after 120 steps half are saturated still"
    assert little.sd[0][0] > 100 * little.sd[0][-1]
    assert little.accuracy[-1] < 0.2, "it still guesses"
    for sd in (0.5, 0.03):
        normed = train_tanh(sd, "before", seed)
        assert np.all(normed.saturated[0] < 0.05)
        assert np.all((normed.sd[0] > 0.55) & (normed.sd[0] < 0.7))
        assert normed.accuracy[-1] > 0.8


def test_a_look_counts_every_activation_and_the_explorer_takes_the_earlier_look():
    course = train_tanh(0.3, None)
    assert course.counts.shape == (N_STEPS // EVERY + 1, 5, len(BINS) - 1)
    assert_allclose(course.counts.sum(axis=-1), 1)
    state = layers_at(0.3, EVERY + 1)
    assert_allclose(state.saturated[0], course.saturated[1])
    assert_allclose(state.saturated[1], train_tanh(0.3, "before").saturated[1])


def test_another_way_to_round_gives_the_same_pair():
    """Another machine adds in another order. Weights off by 1e-12 at the start are worse than that."""
    pair, noise = trained_pair(), np.random.default_rng(9)
    start = init_network(NORMED, np.random.default_rng([0, 1]))
    start = {name: array * (1 + 1e-12 * noise.normal(size=array.shape)) for name, array in start.items()}
    again, _ = fit(NORMED, start, pair.standardizer.apply(pair.data.X_train), pair.data.y_train, learning_rate=0.01,
                   n_epochs=5, rng=np.random.default_rng([0, 2]))  # fmt: skip
    for name, array in pair.normed.items():
        assert_allclose(again[name], array, atol=1e-7)
