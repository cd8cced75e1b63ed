"""What lesson 08 says of batch norm in a network holds: the shapes, what has no effect, the rate, mini-batches."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.batchnorm import batchnorm_forward
from coursekit.datasets import digits
from coursekit.gradcheck import numerical_gradient
from coursekit.lessons.batch_norm_in_a_network.explore_batchnorm_batches import (
    deal_batches,
    dealt,
    describe_batches,
    expected_spread,
    spread,
    units,
)
from coursekit.lessons.batch_norm_in_a_network.explore_batchnorm_network import (
    N_STOPS,
    arrays,
    describe_walk,
    go,
    stops,
)
from coursekit.lessons.batch_norm_in_a_network.explore_batchnorm_rate import (
    describe_scaled,
    scale_weights,
    train_scaled,
)
from coursekit.lessons.batch_norm_in_a_network.explore_batchnorm_redundant import (
    NORMED,
    PLAIN,
    describe_redundant,
    loss_and_gradients,
    move_weights,
    outline,
)
from coursekit.lessons.batch_norm_in_a_network.picture_batchnorm_network import BACKWARD, FORWARD, bounds, walk
from coursekit.network import Network, forward, init_network
from coursekit.optimizers import adam, sgd
from coursekit.softmax import softmax_loss
from coursekit.training import fit

pytestmark = pytest.mark.seconds

# ---- the shapes


def test_every_array_has_the_shape_that_is_written_on_it():
    for m, n in ((7, 5), (60, 50)):
        values, gradients, parameters = arrays(m, n)
        for stop, value, gradient in zip(stops(m, n), values, gradients, strict=True):
            assert value.shape == gradient.shape == stop.shape
            assert set(stop.learned) <= set(parameters)
        learned = [name for stop in stops(m, n) for name in stop.learned]
        assert sorted(learned) == sorted(parameters)


def test_the_values_and_gradients_are_the_networks():
    values, gradients, parameters = arrays(9, 6)
    data = digits(np.random.default_rng(0))
    X, y = data.X_train[:9], data.y_train[:9]
    network = Network([64, 6, 6, 10], batch_norm="before")
    z, _ = forward(network, parameters, X)
    assert_allclose(values[-3], z)
    assert_allclose(values[-1], softmax_loss(z, y)[0])
    d_X = numerical_gradient(lambda x: softmax_loss(forward(network, parameters, x)[0], y)[0], X)
    assert_allclose(gradients[0], d_X, atol=1e-6)
    names = [stop.symbol for stop in stops(9, 6)]
    d_p = numerical_gradient(lambda p: -np.mean(np.log(p[np.arange(9), y])), values[-2])
    assert_allclose(gradients[names.index("ŷ")], d_p, atol=1e-6)

    def from_z_tilde(z_tilde):
        z2, _ = batchnorm_forward(np.maximum(z_tilde, 0) @ parameters["W2"], np.ones(6), np.zeros(6))
        return softmax_loss(np.maximum(z2, 0) @ parameters["W3"], y)[0]

    at_z_tilde = names.index("z~1")
    assert_allclose(gradients[at_z_tilde], numerical_gradient(from_z_tilde, values[at_z_tilde]), atol=1e-6)


def test_the_walk_goes_both_ways_and_counts_what_is_learned():
    symbols = [stop.symbol for stop in stops(60, 50)]
    for step in range(N_STOPS):
        there, back = (go(60, 50, direction, step) for direction in (FORWARD, BACKWARD))
        assert there.stops[there.at].symbol == symbols[step]
        assert back.stops[back.at].symbol == symbols[-1 - step]
    sentence = describe_walk(go(60, 50, FORWARD, 3)).sentence
    plain = sum(array.size for array in init_network(PLAIN, np.random.default_rng(0)).values())
    normed = sum(array.size for array in init_network(NORMED, np.random.default_rng(0)).values())
    assert f"{normed:,} numbers are learned" in sentence
    assert f"in place of gamma and beta, {plain:,}." in sentence


def test_the_frame_goes_where_the_batch_is():
    picture = walk()
    first, second = picture.ghosts
    for step in range(N_STOPS):
        state = go(60, 50, FORWARD, step)
        picture.move(state)
        row, column = state.stops[step].row, state.stops[step].column
        boxes = [bounds(row, column, 7), bounds(row + 1, 0, 7) if column == 4 else bounds(row, column, 7)]
        assert_allclose([halo.get_bbox().bounds for halo in (first, second)], boxes)


# ---- what has no effect


@pytest.mark.parametrize("seed", range(5))
def test_the_gradient_of_b_is_rounding(seed):
    data = digits(np.random.default_rng(seed))
    network = init_network(NORMED, np.random.default_rng([seed, 1]))
    _, gradients = loss_and_gradients(
        NORMED, network | {"b1": np.zeros(50), "b2": np.zeros(50)}, data.X_train, data.y_train
    )
    for i in (1, 2):
        assert np.abs(gradients[f"b{i}"]).max() < 1e-15
        assert np.abs(gradients[f"beta{i}"]).max() > 1e-3


@pytest.mark.parametrize("seed", range(3))
def test_only_adam_in_float32_moves_a_b_that_has_no_effect(seed):
    for dtype, optimizer, rate, low, high in (
        ("float64", sgd, 0.1, 0, 1e-15),
        ("float64", adam, 0.01, 0, 1e-8),
        ("float32", sgd, 0.1, 0, 1e-6),
        ("float32", adam, 0.01, 3e-3, 0.3),
    ):
        data = digits(np.random.default_rng(seed), dtype=dtype)
        start = init_network(NORMED, np.random.default_rng([seed, 1]), dtype=dtype)
        start |= {"b1": np.zeros(50, dtype), "b2": np.zeros(50, dtype)}
        rng = np.random.default_rng([seed, 2])
        trained, _ = fit(NORMED, start, data.X_train, data.y_train, learning_rate=rate, n_epochs=5, rng=rng,
                         optimizer=optimizer)  # fmt: skip
        assert low <= np.abs(trained["b1"]).max() < high


def test_sliding_b_moves_what_goes_in_and_nothing_that_comes_out():
    first = move_weights(0.0, 1.0)
    for b in (-8.0, 2.5, 8.0):
        state = move_weights(b, 1.0)
        assert_allclose(state.z, first.z + b)
        assert_allclose(state.a[1], first.a[1], atol=1e-9)
        assert_allclose(state.loss[1], first.loss[1], rtol=1e-9)
        assert_allclose(state.length[1], first.length[1], rtol=1e-9)
        assert state.d_b[1] < 1e-15
        assert abs(state.loss[0] - first.loss[0]) > 0.1


def test_scaled_weights_leave_the_loss_and_divide_the_gradient():
    first = move_weights(0.0, 1.0)
    for scale in (0.1, 0.3, 10.0):
        state = move_weights(0.0, scale)
        assert_allclose(state.loss[1], first.loss[1], rtol=1e-3)
        assert_allclose(state.length[1] * scale, first.length[1], rtol=2e-3)
        assert_allclose(state.z, scale * first.z)
    assert "0.1 times what it was there" in describe_redundant(move_weights(0.0, 10.0)).sentence


def test_what_the_activation_sees_is_what_the_network_computes():
    data = digits(np.random.default_rng(0))
    network = init_network(NORMED, np.random.default_rng(1))
    _, cache = forward(NORMED, network | {"W1": 3 * network["W1"]}, data.X_train)
    assert_allclose(np.maximum(move_weights(2.0, 3.0).a[1], 0), cache.layers[0].a[:, 7], atol=1e-9)


def test_an_outline_is_a_histogram_and_is_cut_off_at_the_edge():
    values = np.random.default_rng(0).normal(size=1000)
    x, y = outline(values, 10)
    assert_allclose(np.sum(y[1:-1:2] * np.diff(x)[1::2]) * np.histogram(values, bins=48)[0].max(),
                    1000 * np.ptp(values) / 48)  # fmt: skip
    x, y = outline(values, 1)
    assert np.abs(x).max() == 1
    assert np.isnan(y[0])
    assert np.isfinite(y[48])


def test_with_gamma_and_beta_of_zero_only_the_last_b_ever_moves():
    data = digits(np.random.default_rng(0))
    start = init_network(NORMED, np.random.default_rng(1))
    start |= {name: np.zeros(50) for name in ("gamma1", "gamma2")}
    rng = np.random.default_rng(2)
    trained, _ = fit(NORMED, start, data.X_train, data.y_train, optimizer=sgd, learning_rate=0.1, n_epochs=2, rng=rng)
    assert {name for name in start if not np.array_equal(start[name], trained[name])} == {"b3"}


# ---- the effective learning rate


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("scale", "rate"), [(10, 10), (0.1, 0.001), (3, 0.9)])
def test_the_rate_that_fits_goes_with_the_square_of_the_scale(scale, rate, seed):
    first, scaled = (np.array([loss for loss, _ in train_scaled(*each, seed=seed, n_steps=100)])
                     for each in ((1, 0.1), (scale, rate)))  # fmt: skip
    assert np.abs(first - scaled).max() < 0.02  # eps makes the small weights a little different
    wrong = np.array([loss for loss, _ in train_scaled(scale, 0.1 * scale, seed=seed, n_steps=100)])
    assert np.abs(first - wrong).max() > 0.1


@pytest.mark.parametrize("seed", range(3))
def test_with_adam_the_rate_that_fits_goes_with_the_scale(seed):
    data = digits(np.random.default_rng(seed))
    hidden = "W1", "W2"

    def losses(scale, rate):
        network = init_network(NORMED, np.random.default_rng([seed, 1]))
        network |= {name: network[name] * scale for name in hidden}
        states = {"hidden": None, "rest": None}
        for _ in range(30):
            loss, gradients = loss_and_gradients(NORMED, network, data.X_train, data.y_train)
            yield loss
            for part, own in (("hidden", hidden), ("rest", set(network) - set(hidden))):
                moved, states[part] = adam({name: network[name] for name in own},
                                           {name: gradients[name] for name in own}, states[part],
                                           learning_rate=rate if part == "hidden" else 0.01)  # fmt: skip
                network = network | moved

    first, ten, hundred = (np.array(list(losses(*each))) for each in ((1, 0.01), (10, 0.1), (10, 1.0)))
    assert np.abs(first - ten).max() < 0.02
    assert np.abs(first - hundred).max() > 0.1


@pytest.mark.parametrize("seed", range(3))
def test_weights_grow_and_tame_a_rate_that_is_too_large(seed):
    losses, lengths = zip(*((loss, np.linalg.norm(parameters["W1"])) for loss, parameters in
                            train_scaled(1, 100, seed=seed)), strict=True)  # fmt: skip
    assert np.all(np.diff(lengths) > -1e-6 * lengths[0]), "no step makes them shorter"
    assert 6 < lengths[1] / lengths[0] < 25
    first = [loss for loss, _ in train_scaled(1, 0.1, seed=seed)]
    assert np.mean(losses[-10:]) < np.mean(first[-10:])


def test_the_gradient_is_at_right_angles_to_each_units_weights():
    data = digits(np.random.default_rng(0))
    network = init_network(NORMED, np.random.default_rng(1))
    _, gradients = loss_and_gradients(NORMED, network, data.X_train, data.y_train)
    for name in ("W1", "W2"):
        W, d_W = network[name], gradients[name]
        lengths = np.linalg.norm(W, axis=0) * np.linalg.norm(d_W, axis=0)
        assert np.abs(np.sum(W * d_W, axis=0) / lengths).max() < 1e-3
    assert abs(np.sum(network["W3"] * gradients["W3"])) > 1e-2, "which no batch norm follows"


def test_the_words_say_when_two_trainings_are_one():
    *_, fits = scale_weights(10.0, 10.0, n_steps=48)
    *_, slow = scale_weights(10.0, 0.1, n_steps=48)
    assert "never 0.005 apart" in describe_scaled(fits).sentence
    assert "began at 1 times" in describe_scaled(fits).sentence
    assert "began at 0.01 times" in describe_scaled(slow).sentence
    assert slow.loss[-1] > fits.loss[-1] + 0.2
    assert [state.progress for state in scale_weights(1.0, 0.1, n_steps=30)] == [12 / 30, 24 / 30, 1]


# ---- mini-batches


def test_means_vary_as_theory_says():
    for m in (2, 8, 32, 128):
        squares = [spread(z, m, epoch) ** 2 for z in units().T for epoch in range(1, 11)]
        assert_allclose(np.mean(squares) ** 0.5, expected_spread(np.array(m)), rtol=0.05)
        assert_allclose(expected_spread(np.array(m)), m**-0.5, rtol=0.06)


def test_four_times_the_batch_halves_the_spread():
    for m in (4, 16, 32):
        ratio = [np.mean([spread(z, size, epoch) ** 2 for z in units().T for epoch in range(1, 6)]) ** 0.5
                 for size in (m, 4 * m)]  # fmt: skip
        assert ratio[0] / ratio[1] == pytest.approx(2, abs=0.2)


def test_in_pairs_the_sd_is_sometimes_near_0_and_in_eights_never():
    pairs, eights = (np.concatenate([dealt(z / z.std(), m, 1)[1] for z in units().T]) for m in (2, 8))
    assert pairs.min() < 0.001
    assert np.mean(pairs < 0.1) > 0.05
    assert eights.min() > 0.1


def test_every_digit_is_dealt_once():
    z = np.arange(1200.0)
    means, sds = dealt(z, 5, 3)
    assert means.shape == sds.shape == (240,)
    assert means.mean() == pytest.approx(z.mean())
    assert len(dealt(z, 32, 3)[0]) == 37


def test_the_number_in_blue_is_that_of_all_units_and_halves_with_four_times_the_batch():
    state = deal_batches(32, 2, 8)
    assert_allclose(state.means, dealt(units()[:, 7], 32, 2)[0])
    assert state.spread == pytest.approx(np.sqrt(np.mean([spread(z, 32, 2) ** 2 for z in units().T])))
    assert state.spread == deal_batches(32, 2, 9).spread
    for epoch in range(1, 6):
        assert deal_batches(32, epoch, 8).spread / deal_batches(128, epoch, 8).spread == pytest.approx(2, abs=0.3)
    assert "37 mini-batches" in describe_batches(state).sentence


def test_units_are_the_second_layers():
    network = init_network(NORMED, np.random.default_rng(1))
    _, cache = forward(NORMED, network, digits(np.random.default_rng(0)).X_train)
    assert_allclose(units().mean(axis=0), cache.layers[1].norm.mean, atol=1e-12)
    assert_allclose(units().var(axis=0), cache.layers[1].norm.var)
