"""What lesson 12 says of the first loss, and of the mean and the sum over a batch, on digits."""

from functools import partial
from itertools import product

import notebook_files
import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.datasets import three_sets
from coursekit.lessons.train_a_softmax_classifier.explore_classifier import OPTIMIZERS
from coursekit.network import Network, accuracy, backward, forward, init_network
from coursekit.optimizers import adam
from coursekit.softmax import softmax, softmax_loss
from coursekit.training import fit, minibatches

pytestmark = pytest.mark.seconds


def test_the_first_loss_does_not_know_whether_the_labels_are_right():
    for seed in range(5):
        rng = np.random.default_rng(seed)
        sets = three_sets(rng)
        network = Network([64, 50, 10])
        z, _ = forward(network, init_network(network, rng), sets.X_train)
        true, shuffled = (softmax_loss(z, y)[0] for y in (sets.y_train, rng.permutation(sets.y_train)))
        assert abs(true - shuffled) < 0.35
        assert min(true, shuffled) > np.log(10) + 0.3


def test_a_bias_at_the_classes_frequencies_starts_below_log_2():
    loss, _ = softmax_loss(np.log([[0.9, 0.1]] * 100), [0] * 90 + [1] * 10)
    assert loss == pytest.approx(0.325, abs=0.0005)
    assert loss < np.log(2)


def trained_by_adam(sets, d_loss, *, learning_rate=0.003, n_epochs=3, grown=1, seed=1):
    """Train 64-50-10 down the slope ``d_loss(z, y)``, its last first weights ``grown`` times as large."""
    network = Network([64, 50, 10])
    parameters, state = init_network(network, np.random.default_rng(seed)), None
    parameters["W2"] = grown * parameters["W2"]
    rng = np.random.default_rng(2)
    for _ in range(n_epochs):
        for X, y in minibatches(sets.X_train, sets.y_train, batch_size=50, rng=rng):
            z, cache = forward(network, parameters, X)
            parameters, state = adam(parameters, backward(d_loss(z, y), cache), state, learning_rate=learning_rate)
    return parameters


def by_log(z, y, reduction="mean"):
    return softmax_loss(z, y, reduction=reduction)[1]


def squared_error(z, y):
    a = softmax(z)
    d_a = 2 * (a - np.eye(10)[y]) / len(y)
    return a * (d_a - (a * d_a).sum(axis=1, keepdims=True))


def test_adam_takes_the_same_steps_with_the_sum_as_with_the_mean():
    sets = three_sets(np.random.default_rng(0))
    by_mean, by_sum = (trained_by_adam(sets, partial(by_log, reduction=reduction)) for reduction in ("mean", "sum"))
    for name, array in by_mean.items():
        assert_allclose(by_sum[name], array, atol=1e-3)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_squared_error_trains_as_well_from_the_usual_start_and_is_stuck_where_a_network_starts_sure_and_wrong(seed):
    sets, scores = three_sets(np.random.default_rng(seed)), {}
    for d_loss, grown in product((by_log, squared_error), (1, 20)):
        trained = trained_by_adam(sets, d_loss, learning_rate=0.01, n_epochs=20, grown=grown, seed=[seed, 1])
        scores[d_loss, grown] = accuracy(Network([64, 50, 10]), trained, sets.X_test, sets.y_test)
    assert abs(scores[squared_error, 1] - scores[by_log, 1]) < 0.02
    assert scores[by_log, 20] > 0.88
    assert scores[squared_error, 20] < 0.85


@pytest.mark.parametrize("seed", [0, 1])
def test_with_the_mean_a_rate_of_1_still_depends_on_the_batch_size(seed):
    sets = three_sets(np.random.default_rng(seed))
    scores = {}
    for batch_size in (10, 50):
        network = Network([64, 50, 10])
        start = init_network(network, np.random.default_rng([seed, 1]))
        trained, _ = fit(network, start, sets.X_train, sets.y_train, learning_rate=1.0, n_epochs=20,
                         batch_size=batch_size,
                         optimizer=OPTIMIZERS["SGD"], rng=np.random.default_rng([seed, 2]))  # fmt: skip
        scores[batch_size] = accuracy(network, trained, sets.X_validation, sets.y_validation)
    assert scores[10] < scores[50] - 0.1
    assert scores[50] > 0.93


def test_the_same_examples_twice_give_the_same_step_by_the_mean_and_one_twice_as_long_by_the_sum():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(4, 3)), np.array([0, 2, 1, 1])
    for reduction, factor in (("mean", 1), ("sum", 2)):
        (once, d_once), (twice, d_twice) = (
            softmax_loss(np.vstack([z] * n), np.hstack([y] * n), reduction=reduction) for n in (1, 2)
        )
        assert twice == pytest.approx(factor * once)
        assert_allclose(z.T @ d_once * factor, np.vstack([z, z]).T @ d_twice)


def test_the_lessons_training_in_full_ends_where_fit_does():
    (path,) = notebook_files.find(["12"])
    cells = [cell.source for cell in notebook_files.read(path).cells if cell.cell_type == "code"]
    names = {"np": np, "three_sets": three_sets, "Network": Network, "init_network": init_network, "forward": forward,
             "softmax_loss": softmax_loss, "backward": backward, "adam": adam, "accuracy": accuracy}  # fmt: skip
    (training,) = [cell for cell in cells if "parameters, state = adam(" in cell]
    exec(training, names)  # noqa: S102 - the project's own lesson
    start, sets = init_network(names["network"], np.random.default_rng(1)), names["sets"]
    same, _ = fit(names["network"], start, sets.X_train, sets.y_train, learning_rate=0.003, n_epochs=10,
                  rng=np.random.default_rng(2))  # fmt: skip
    for name, array in same.items():
        assert_allclose(names["parameters"][name], array, atol=1e-6)


@pytest.mark.parametrize("seed", [0, 1])
def test_labels_that_lost_their_pictures_leave_the_loss_a_little_above_log_10_or_are_learnt_by_heart(seed):
    sets, network, losses = three_sets(np.random.default_rng(seed)), Network([64, 50, 10]), {}
    for shuffled in ("before each epoch", "once"):
        parameters, state = init_network(network, np.random.default_rng([seed, 1])), None
        rng, losses[shuffled] = np.random.default_rng([seed, 2]), []
        y = rng.permutation(sets.y_train)
        for _ in range(20):
            y = rng.permutation(y) if shuffled == "before each epoch" else y
            for X, labels in minibatches(sets.X_train, y, batch_size=50, rng=rng):
                z, cache = forward(network, parameters, X)
                loss, d_z = softmax_loss(z, labels)
                parameters, state = adam(parameters, backward(d_z, cache), state, learning_rate=0.003)
                losses[shuffled].append(loss)
    last = {shuffled: np.mean(each[-54:]) for shuffled, each in losses.items()}
    assert 0 < last["before each epoch"] - np.log(10) < 0.1
    assert last["once"] < 2
