"""What lesson 09 says of batch norm holds: in what was measured, and in networks trained now."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.datasets import digits
from coursekit.lab.measured import measured
from coursekit.lessons.why_batch_norm_helps.explore_landscape import (
    LENGTHS,
    N_STEPS,
    NETWORKS,
    descents,
    describe_descent,
    last_inputs,
    measured_descents,
    movement,
    train,
)
from coursekit.lessons.why_batch_norm_helps.explore_saturation import BINS, EVERY, layers_at
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
from coursekit.network import Network, forward, init_network
from coursekit.training import fit

pytestmark = pytest.mark.seconds

NEW_SEEDS = (10, 11, 12)  # which no experiment measured
WITHOUT, WITH, NOISE = (name for name, *_ in NETWORKS)


def rows(question, setting, network):
    table = measured("why_batchnorm")
    each = table[(table["question"] == question) & (table["setting"] == setting) & (table["network"] == network)]
    return each["accuracy"]


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
    old = rows("shift", setting, network)
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


# ---- two explanations


def ranges(runs):
    losses = np.stack([runs[column] for column in ("loss", *(f"loss{i}" for i in range(len(LENGTHS))))])
    return np.ptp(losses, axis=0)


def test_in_all_ten_runs_the_noisy_inputs_jump_the_most_and_their_loss_is_as_smooth_as_with_batch_norm():
    runs = measured_descents()
    moved = {name: np.median(each["moved"][:, 1:], axis=1) for name, each in runs.items()}
    worst = {name: ranges(each).max(axis=1) for name, each in runs.items()}
    change = {name: np.median(each["change"], axis=1) for name, each in runs.items()}
    assert np.all(moved[NOISE] > 2.5 * moved[WITHOUT])
    assert np.all(moved[NOISE] > 25 * moved[WITH])
    assert np.all(moved[WITHOUT] > 5 * moved[WITH])
    for measure in (worst, change):
        assert np.all(measure[WITHOUT] > 2.5 * measure[NOISE])
        assert np.all(measure[NOISE] < 1.6 * measure[WITH])
    assert 6.5 < np.median(worst[WITHOUT]) < 9
    assert 1.2 < np.median(worst[WITH]) < 1.4
    assert_allclose([change[name].mean() for name in (WITHOUT, WITH, NOISE)], [6.2, 1.4, 1.7], atol=0.1)


def test_runs_that_nobody_measured_go_the_same_way():
    found = {}
    for name in (WITHOUT, WITH, NOISE):
        moments = list(train(name, 10))
        a_step, _ = movement(np.stack([moment.inputs for moment in moments]))
        found[name] = a_step, max(np.ptp(moment.losses) for moment in moments)
    assert found[NOISE][0] > 2.5 * found[WITHOUT][0] > 10 * found[WITH][0]
    assert found[WITHOUT][1] > 3 * found[NOISE][1]
    assert found[NOISE][1] < 1.8 * found[WITH][1]


@pytest.mark.parametrize(
    ("rate", "network", "low", "high"),
    [("0.1", "without", 0.92, 0.945), ("0.1", "with", 0.92, 0.95), ("0.1", "noise", 0.90, 0.93),
     ("0.5", "with", 0.95, 0.97), ("0.5", "noise", 0.93, 0.965), ("1", "without", 0.1, 0.5),
     ("1", "with", 0.94, 0.97), ("1", "noise", 0.93, 0.96)],
)  # fmt: skip
def test_the_noisy_network_learns_about_as_well(rate, network, low, high):
    old = rows("rates", rate, network)
    assert old.size == 10
    assert low < old.mean() < high


def test_at_rate_1_it_still_does():
    *_, plain = train(WITHOUT, 10, 1.0, look=False)
    *_, noisy = train(NOISE, 10, 1.0, look=False)
    assert noisy.accuracy > 0.88
    assert not plain.accuracy > noisy.accuracy - 0.05


def test_the_table_of_descents_is_what_the_code_gives():
    for name, runs in measured_descents().items():
        for row, moment in zip(runs[2][:3], train(name, 2), strict=False):
            assert_allclose([row["loss"], row["loss3"], row["accuracy"]],
                            [moment.losses[0], moment.losses[4], moment.accuracy], rtol=6e-3, atol=2e-3)  # fmt: skip
            assert_allclose(row["median"], moment.inputs[1, 0], rtol=6e-3, atol=1e-3)


def test_the_input_is_what_the_activation_function_sees():
    rng = np.random.default_rng(0)
    for batch_norm in (None, "before"):
        architecture = Network([3, 4, 5, 2], batch_norm=batch_norm)
        parameters = init_network(architecture, rng)
        _, cache = forward(architecture, parameters, rng.normal(size=(7, 3)))
        assert_allclose(np.maximum(last_inputs(cache), 0), cache.layers[-2].out)


def test_the_words_of_a_step_are_those_of_the_table():
    state = descents(step=50, run=4)
    assert state.inputs.shape == (3, 3, N_STEPS)
    runs = measured_descents()[WITHOUT][3]
    assert f"ranges over {ranges(runs)[49]:.2f} without" in describe_descent(state).answer
    assert f"accuracy {runs['accuracy'][49]:.2f}" in describe_descent(state).sentence


# ---- where it helps and where it does not


@pytest.mark.parametrize(
    ("question", "setting", "network", "low", "high"),
    [
        ("sigmoids", "step 100", "without", 0.10, 0.20),
        ("sigmoids", "step 100", "with", 0.94, 0.96),
        ("sigmoids", "step 2000", "without", 0.95, 0.97),
        ("sigmoids", "step 2000", "with", 0.97, 0.985),
        ("first weights", "0.001", "without", 0.10, 0.11),
        ("first weights", "0.001", "with", 0.88, 0.96),
        ("first weights", "0.01", "without", 0.30, 0.50),
        ("first weights", "0.01", "with", 0.96, 0.98),
        ("first weights", "0.1", "without", 0.94, 0.96),
        ("first weights", "0.1", "with", 0.955, 0.97),
        ("first weights", "1", "without", 0.45, 0.56),
        ("first weights", "1", "with", 0.58, 0.69),
        ("batches", "50 shuffled", "without", 0.88, 0.91),
        ("batches", "50 shuffled", "with", 0.88, 0.91),
        ("batches", "50 sorted", "without", 0.72, 0.79),
        ("batches", "50 sorted", "with", 0.32, 0.40),
        ("batches", "4 shuffled", "without", 0.95, 0.97),
        ("batches", "4 shuffled", "with", 0.91, 0.94),
        ("batches", "2 shuffled", "without", 0.955, 0.975),
        ("batches", "2 shuffled", "with", 0.68, 0.75),
    ],
)
def test_the_measured_means_are_those_of_the_prose(question, setting, network, low, high):
    accuracy = rows(question, setting, network)
    assert accuracy.size == (5 if question == "sigmoids" else 10)
    assert low < accuracy.mean() < high


def test_the_differences_that_the_prose_names_are_more_than_chance():
    for question, setting, least in (("first weights", "0.1", 0.005), ("first weights", "1", 0.08)):
        gain = rows(question, setting, "with") - rows(question, setting, "without")
        assert gain.mean() > max(least, 3 * gain.std() / np.sqrt(gain.size))
    for setting, loss in (("4 shuffled", 0.03), ("2 shuffled", 0.2), ("50 sorted", 0.35)):
        cost = rows("batches", setting, "without") - rows("batches", setting, "with")
        assert cost.mean() > max(loss, 3 * cost.std() / np.sqrt(cost.size))


# ---- saturation


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


def test_relus_multiply_the_signal_about_five_fold_at_weights_of_size_1():
    architecture = Network([64, *[50] * 5, 10])
    parameters = init_network(architecture, np.random.default_rng(0), scale=1.0)
    _, cache = forward(architecture, parameters, trained_pair().standardizer.apply(trained_pair().data.X_train))
    sizes = [np.sqrt(np.mean(layer.out**2)) for layer in cache.layers[:-1]]
    assert_allclose(np.exp(np.diff(np.log(sizes))).mean(), 5, rtol=0.15)


def test_a_look_counts_every_activation_and_the_explorer_takes_the_earlier_look():
    course = train_tanh(0.3, None)
    assert course.counts.shape == (N_STEPS // EVERY + 1, 5, len(BINS) - 1)
    assert_allclose(course.counts.sum(axis=-1), 1)
    state = layers_at(0.3, EVERY + 1)
    assert_allclose(state.saturated[0], course.saturated[1])
    assert_allclose(state.saturated[1], train_tanh(0.3, "before").saturated[1])


def test_with_ten_times_the_rate_weights_of_size_1_turn_with_batch_norm_and_hardly_without():
    data = digits(np.random.default_rng(10), dtype=np.float32)
    for batch_norm, low, high in ((None, 0.6, 0.85), ("before", 0.88, 1)):
        architecture = Network([64, *[50] * 5, 10], batch_norm=batch_norm)
        start = init_network(architecture, np.random.default_rng([10, 1]), scale=[1.0, 1.0], n_models=2,
                             dtype=np.float32)  # fmt: skip
        trained, history = fit(architecture, start, data.X_train, data.y_train, learning_rate=[0.001, 0.01],
                               n_epochs=10,
                               rng=np.random.default_rng([10, 2]), validation=(data.X_test, data.y_test))  # fmt: skip
        slow, fast = history.validation_accuracy[-1]
        assert slow < 0.75
        assert low < fast < high
        before, after = start["W3"][0].ravel(), trained["W3"][0].ravel()
        assert before @ after > 0.99 * np.linalg.norm(before) * np.linalg.norm(after), "they have hardly turned"


def test_another_way_to_round_gives_the_same_pair():
    """Another machine adds in another order. Weights off by 1e-12 at the start are worse than that."""
    pair, noise = trained_pair(), np.random.default_rng(9)
    start = init_network(NORMED, np.random.default_rng([0, 1]))
    start = {name: array * (1 + 1e-12 * noise.normal(size=array.shape)) for name, array in start.items()}
    again, _ = fit(NORMED, start, pair.standardizer.apply(pair.data.X_train), pair.data.y_train, learning_rate=0.01,
                   n_epochs=5, rng=np.random.default_rng([0, 2]))  # fmt: skip
    for name, array in pair.normed.items():
        assert_allclose(again[name], array, atol=1e-7)
