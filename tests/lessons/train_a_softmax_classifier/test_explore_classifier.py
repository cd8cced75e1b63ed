"""The dashboard trains as `fit` does and reports what it saw; the hand does to a digit what its sliders say."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.datasets import three_sets
from coursekit.images import moved
from coursekit.lab.explorer import Touch
from coursekit.lessons import EXPLORERS
from coursekit.lessons.train_a_softmax_classifier.explore_classifier import (
    DASHBOARD,
    OPTIMIZERS,
    SEED,
    describe_training,
    train,
)
from coursekit.lessons.train_a_softmax_classifier.explore_classifier_hand import (
    DIGIT_IN_HAND,
    NETWORK,
    draw,
    handle,
    judge,
    probabilities,
    ready,
    stroke,
)
from coursekit.network import Network, accuracy, accuracy_unchecked, backward, forward, init_network
from coursekit.optimizers import adam, exponential_decay
from coursekit.softmax import softmax, softmax_loss
from coursekit.training import fit, minibatches

pytestmark = pytest.mark.seconds

PLAIN = {"right": 0, "down": 0, "degrees": 0, "thickness": 0, "blot": 0, "blot_x": 5, "blot_y": 5}


def trained(**moved_controls):
    *_, state = train(**{**DASHBOARD.start, **moved_controls})
    return state


# ---- the dashboard


@pytest.mark.parametrize(("optimizer", "batch_norm"), [("Adam", True), ("SGD", False)])
def test_it_trains_as_fit_does(optimizer, batch_norm):
    sets, rng = three_sets(np.random.default_rng(SEED), dtype=np.float32), np.random.default_rng([SEED, 1])
    architecture = Network([64, 16, 10], batch_norm="before" if batch_norm else None)
    start = init_network(architecture, rng, dtype=np.float32)
    validation = sets.X_validation, sets.y_validation
    _, history = fit(architecture, start, sets.X_train, sets.y_train, learning_rate=exponential_decay(0.02,
                     decay=0.8), n_epochs=4,
                     rng=rng, batch_size=64, optimizer=OPTIMIZERS[optimizer], validation=validation)  # fmt: skip
    state = trained(learning_rate=0.02, batch_size=64, units=16, batch_norm=batch_norm, optimizer=optimizer, decay=0.8,
                    n_epochs=4)  # fmt: skip
    assert_allclose(state.losses[1:], np.stack([history.loss, history.validation_loss], axis=1), rtol=1e-5)
    assert_allclose(state.accuracies[1:, 1], history.validation_accuracy)


def test_what_it_shows_of_mistakes_belongs_together():
    state, first = trained(n_epochs=3), next(train(**DASHBOARD.start))
    assert first.progress == 0
    for each in (state, first):
        assert each.counts.sum() == 300
        assert np.trace(each.counts) == round(each.accuracies[-1, 1] * 300) == 300 - len(each.labels)
        assert (each.guesses[:, 0] != each.labels).all()
        assert (np.diff(each.chances, axis=1) <= 0).all()
        assert (np.diff(each.chances[:, 0]) <= 0).all()
        assert each.pictures.shape == (len(each.labels), 8, 8)
    assert_allclose(state.pictures, state.pictures.round(), atol=1e-4)


def test_a_training_that_diverges_is_told_so():
    words = describe_training(trained(n_epochs=1)._replace(losses=np.array([[2.0, 2.0], [np.nan, np.inf]])))
    assert words.sentence.count("no number any more") == 2


def test_its_task_can_be_reached():
    assert trained(optimizer="SGD", learning_rate=0.01).accuracies[-1, 1] < 0.92
    assert max(trained(optimizer="SGD", learning_rate=rate).accuracies[-1, 1] for rate in (0.3, 0.5, 1.0)) > 0.95
    exploded = trained(learning_rate=0.3)
    assert exploded.losses[-1, 1] > 5
    assert exploded.accuracies[-1, 1] > 0.9


def test_it_waits_for_start():
    assert EXPLORERS["training-dashboard"].waits


# ---- the hand


def test_left_alone_a_digit_stays_what_it_is():
    network = ready()
    assert_allclose(handle(network.validation, **PLAIN), network.validation, atol=1e-9)
    state = judge("a 6", **PLAIN)
    expected = accuracy(NETWORK, network.parameters, network.sets.X_validation, network.sets.y_validation)
    assert_allclose((state.accuracy, state.shares @ np.bincount(network.sets.y_validation) / 300), expected)
    assert state.p.argmax() == state.nearest == 6


def test_a_6_upside_down_can_be_a_9():
    named = [judge("a 6", **{**PLAIN, "degrees": degrees}).p.argmax() for degrees in np.arange(-180, 181, 3)]
    assert 9 in named


def test_a_stroke_goes_from_there_to_here_and_only_on_the_sheet():
    ink = np.reshape(stroke((), (1, 2), (5, 2)), (8, 8))
    assert_array_equal(ink[2, 1:6], 1)
    assert ink[2, 7] == ink[5, 3] == 0
    both = np.reshape(stroke(tuple(ink.ravel()), (7, 7), (7, 7)), (8, 8))
    assert both[7, 7] == both[2, 3] == 1
    values = DIGIT_IN_HAND.start
    assert draw(Touch(1, 3, 3, (3, 3), (3, 3)), values) == {}
    drawn = draw(Touch(0, 5, 2, (1, 2), (1, 2)), values)
    assert_array_equal(np.reshape(drawn["ink"], (8, 8)), ink)
    assert_array_equal(judge("an empty sheet", **drawn, **PLAIN).picture, 16 * ink)


@pytest.mark.parametrize("seed", [3, 4])
def test_one_pixel_is_enough_and_per_pixel_standardising_makes_it_worse(seed):
    network, y = ready(seed), ready(seed).sets.y_validation
    left = moved(network.validation, right=-1)
    shifted = accuracy_unchecked(probabilities(network, left), y)
    architecture = Network([64, 64, 10])
    start = init_network(architecture, np.random.default_rng([seed, 1]))
    plain, _ = fit(architecture, start, network.training.reshape(-1, 64) / 16, network.sets.y_train,
                   learning_rate=0.003, n_epochs=20, batch_size=32, rng=np.random.default_rng(2))  # fmt: skip
    assert accuracy_unchecked(probabilities(network, network.validation), y) > 0.93
    assert 0.1 < shifted < 0.3
    assert shifted + 0.1 < accuracy(architecture, plain, left.reshape(-1, 64) / 16, y) < 0.55


@pytest.mark.parametrize("seed", [3, 4])
def test_noise_gets_a_class_and_nearly_all_of_the_probability(seed):
    noise = np.random.default_rng(seed).uniform(0, 16, (300, 8, 8))
    assert np.mean(probabilities(ready(seed), noise).max(axis=1) > 0.99) > 0.7


def nearest(network, pictures):
    one, other = (each.reshape(-1, 64) for each in (pictures, network.training))
    return np.sqrt(((one[:, None] - other) ** 2).sum(axis=-1).min(axis=1))


@pytest.mark.parametrize("seed", [3, 4])
def test_distance_warns_of_what_is_strange_and_the_probability_of_an_ordinary_mistake(seed):
    network, y = ready(seed), ready(seed).sets.y_validation
    p = probabilities(network, network.validation)
    far, unsure, is_wrong = nearest(network, network.validation), -p.max(axis=1), p.argmax(axis=1) != y
    left = moved(network.validation, right=-1)

    def ranks_above(high, low):
        return np.mean(high[:, None] > low)

    assert ranks_above(nearest(network, left), far) > 0.95
    assert ranks_above(-probabilities(network, left).max(axis=1), unsure) < 0.7
    assert nearest(network, np.random.default_rng(seed).uniform(0, 16, (100, 8, 8))).min() > far.max()
    assert ranks_above(unsure[is_wrong], unsure[~is_wrong]) > 0.93


def test_a_small_blot_fools_it_at_the_edge_alone_and_a_small_turn_makes_a_4():
    def named(**how):
        return int(judge("a 6", **{**PLAIN, **how}).p.argmax())

    fooled = [(x, y) for x in range(8) for y in range(8) if named(blot=1.0, blot_x=x, blot_y=y) != 6]
    assert {(x, y) for x in (0, 7) for y in (0, 7)} < set(fooled)
    assert not {(x, y) for x in (2, 3, 4, 5) for y in range(1, 8)} & set(fooled)
    assert [named(degrees=degrees) for degrees in (-27, -24, 27, 30)] == [4] * 4


# ---- what exercise 12.5 says of softmax taken twice


@pytest.mark.parametrize("seed", [0, 1])
def test_a_network_with_softmax_twice_still_learns_and_its_loss_has_a_floor(seed):
    sets = three_sets(np.random.default_rng(seed))
    architecture = Network([64, 50, 10])
    parameters, state = init_network(architecture, np.random.default_rng([seed, 1])), None
    rng = np.random.default_rng([seed, 2])
    for _ in range(20):
        for X, y in minibatches(sets.X_train, sets.y_train, batch_size=50, rng=rng):
            z, cache = forward(architecture, parameters, X)
            a = softmax(z)
            loss, d_a = softmax_loss(a, y)
            d_z = a * (d_a - (a * d_a).sum(axis=-1, keepdims=True))
            parameters, state = adam(parameters, backward(d_z, cache), state, learning_rate=0.003)
            assert loss > np.log(np.e + 9) - 1 - 1e-9
    assert accuracy(architecture, parameters, sets.X_test, sets.y_test) > 0.94
