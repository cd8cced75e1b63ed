"""What lesson 10 says of running averages holds, over several networks; and the three conventions, each run."""

import inspect

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.batchnorm import RunningStats
from coursekit.lab.company import logits, trained
from coursekit.lessons.batch_norm_at_test_time.explore_running_stats import (
    FROZEN,
    N_STEPS,
    TRAINING,
    UNIT,
    average,
    describe_averaged,
    record,
)

pytestmark = pytest.mark.seconds

SEEDS = range(3)


def variance_errors(seen, decay):
    """By how much the corrected running variance is off, a share of the true one: mean of 50 units, from step 25 on."""
    stats, errors = RunningStats(50, decay=decay, bias_correction=True), []
    for mean, var, truth in zip(seen.mean[:, 1], seen.var[:, 1], seen.true_var[:, 1], strict=True):
        stats.update(mean, var)
        errors.append(np.mean(np.abs(stats.var / truth - 1)))
    return np.mean(errors[24:])


# ---- the recorded network


def test_the_recorded_training_is_the_training_of_the_lesson():
    seen, network = record(TRAINING), trained()
    assert len(seen.parameters) == N_STEPS
    for name, array in network.parameters.items():
        assert_allclose(seen.parameters[-1][name], array, atol=1e-9)
    assert_allclose(average(0.9, N_STEPS, True, TRAINING).mean[-1], network.statistics["mean2"][UNIT], rtol=1e-9)


def test_the_truth_is_that_of_the_whole_training_set():
    data, parameters, *_ = trained()
    z = data.X_train @ parameters["W1"]
    for weights in (FROZEN, TRAINING):
        assert_allclose(record(weights).true_mean[-1, 0], z.mean(axis=0), atol=1e-9)
        assert_allclose(record(weights).true_var[-1, 0], z.var(axis=0), atol=1e-9)
    assert np.ptp(record(FROZEN).true_var, axis=0).max() == 0
    assert np.ptp(record(TRAINING).true_var[:, 1, UNIT]) > 1


@pytest.mark.parametrize("corrected", [False, True])
@pytest.mark.parametrize("decay", [0.5, 0.99, 0.999])
def test_the_averages_are_those_of_running_stats(decay, corrected):
    seen = record(TRAINING)
    stats = RunningStats(50, decay=decay, bias_correction=corrected)
    state = average(decay, 30, corrected, TRAINING)
    for t in range(30):
        stats.update(seen.mean[t, 1], seen.var[t, 1])
        assert_allclose((state.mean[t], state.var[t]), (stats.mean[UNIT], stats.var[UNIT]), rtol=1e-9)


# ---- what the lesson says


@pytest.mark.parametrize(("decay", "share"), [(0.9, "92.0%"), (0.99, "21.4%"), (0.999, "2.4%")])
def test_after_an_epoch_the_batches_weigh(decay, share):
    state = average(decay, 24, False, FROZEN)
    assert f"the batches weigh {share}," in describe_averaged(state).sentence
    plain, corrected = state.mean[-1], average(decay, 24, True, FROZEN).mean[-1]
    assert_allclose(plain, state.share * corrected)


def test_the_start_costs_accuracy_and_the_correction_gives_it_back():
    for decay in (0.99, 0.999):
        plain, corrected = (average(decay, 24, each, FROZEN) for each in (False, True))
        assert plain.accuracy < plain.true_accuracy - 0.03
        assert corrected.accuracy > corrected.true_accuracy - 0.005


@pytest.mark.deep
def test_with_frozen_weights_a_long_memory_is_best_and_in_training_a_short_one():
    for seed in SEEDS:
        frozen, moving = ([variance_errors(record(weights, seed), decay) for decay in (0.5, 0.9, 0.999)]
                          for weights in (FROZEN, TRAINING))  # fmt: skip
        assert frozen[0] > 2 * frozen[1] > 4 * frozen[2]
        assert moving[1] < moving[0] < moving[2]
        assert moving[2] > 2.5 * moving[1]


def test_the_population_estimate_is_worth_what_the_running_statistics_are():
    for seed in SEEDS:
        (_, _, X, y), parameters, statistics, _ = trained(seed)
        seen = record(FROZEN, seed)
        estimate = {}
        for layer in (0, 1):
            stats = RunningStats(50, decay=None)
            for mean, var in zip(seen.mean[:24, layer], seen.var[:24, layer], strict=True):
                stats.update(mean, var, m=50)
            estimate |= {f"mean{layer + 1}": stats.mean, f"var{layer + 1}": stats.var}
        right = [np.sum(logits(parameters, X, each).argmax(axis=-1) == y) for each in (statistics, estimate)]
        assert abs(int(right[0]) - int(right[1])) <= 6  # of 597
        if seed == 0:
            assert right[1] - right[0] == 1  # the digit that the lesson speaks of


# ---- the table of conventions: each line of it, run


BATCHES = [np.random.default_rng(seed).normal(3, 2, size=(7, 4)) for seed in range(40)]


def kept(decay, *, unbiased):
    stats = RunningStats(4, decay=decay)
    for z in BATCHES:
        stats.update(z.mean(axis=0), z.var(axis=0), m=len(z) if unbiased else None)
    return stats.mean, stats.var


def by_rule(share_of_the_new, ddof):
    mean, var = np.zeros(4), np.ones(4)
    for z in BATCHES:
        mean = mean + share_of_the_new * (z.mean(axis=0) - mean)
        var = var + share_of_the_new * (z.var(axis=0, ddof=ddof) - var)
    return mean, var


def test_pytorchs_documented_rule_is_a_decay_of_nine_tenths_and_an_unbiased_variance():
    assert_allclose(kept(0.9, unbiased=True), by_rule(0.1, ddof=1))
    assert np.abs(np.subtract(kept(0.9, unbiased=False), by_rule(0.1, ddof=1))).max() > 0.1


def test_kerass_documented_rule_is_a_decay_of_its_momentum_and_a_biased_variance():
    assert_allclose(kept(0.99, unbiased=False), by_rule(0.01, ddof=0))
    assert np.abs(np.subtract(kept(0.01, unbiased=False), by_rule(0.01, ddof=0))).max() > 0.1


def test_the_papers_estimate_is_the_plain_mean_of_means_and_of_unbiased_variances():
    means, variances = [z.mean(axis=0) for z in BATCHES], [z.var(axis=0, ddof=1) for z in BATCHES]
    assert_allclose(kept(None, unbiased=True), (np.mean(means, axis=0), np.mean(variances, axis=0)))


def test_pytorch_itself_agrees():
    torch = pytest.importorskip("torch")
    layer = torch.nn.BatchNorm1d(4, dtype=torch.float64)
    assert (layer.momentum, layer.eps) == (0.1, 1e-5)
    for z in BATCHES:
        layer(torch.from_numpy(z))
    assert_allclose((layer.running_mean.numpy(), layer.running_var.numpy()), kept(0.9, unbiased=True))


def test_keras_itself_agrees():
    keras = pytest.importorskip("keras")
    layer = keras.layers.BatchNormalization()
    defaults = inspect.signature(keras.layers.BatchNormalization).parameters
    assert (defaults["momentum"].default, defaults["epsilon"].default) == (0.99, 1e-3)
    for z in BATCHES:
        layer(z.astype(np.float32), training=True)
    own = [each.value.numpy() for each in (layer.moving_mean, layer.moving_variance)]
    assert_allclose(own, kept(0.99, unbiased=False), rtol=1e-4)
