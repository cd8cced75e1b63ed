"""What lesson 12 says of the first loss, and of the mean and the sum over a batch, on digits."""

import notebook_files
import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.datasets import three_sets
from coursekit.lessons.train_a_softmax_classifier.explore_classifier import OPTIMIZERS
from coursekit.network import Network, accuracy, backward, forward, init_network
from coursekit.optimizers import adam
from coursekit.softmax import softmax_loss
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


def trained_by_adam(sets, reduction):
    network = Network([64, 50, 10])
    parameters, state = init_network(network, np.random.default_rng(1)), None
    rng = np.random.default_rng(2)
    for _ in range(3):
        for X, y in minibatches(sets.X_train, sets.y_train, batch_size=50, rng=rng):
            z, cache = forward(network, parameters, X)
            _, d_z = softmax_loss(z, y, reduction=reduction)
            parameters, state = adam(parameters, backward(d_z, cache), state, learning_rate=0.003)
    return parameters


def test_adam_takes_the_same_steps_with_the_sum_as_with_the_mean():
    sets = three_sets(np.random.default_rng(0))
    by_mean, by_sum = (trained_by_adam(sets, reduction) for reduction in ("mean", "sum"))
    for name, array in by_mean.items():
        assert_allclose(by_sum[name], array, atol=1e-3)


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
