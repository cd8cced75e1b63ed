"""What lesson 07 says of batch norm holds: on paper, in what was measured, and in networks trained now."""

import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.batchnorm import batchnorm_backward, batchnorm_forward
from coursekit.datasets import digits
from coursekit.gradcheck import numerical_gradient
from coursekit.lab.measured import measured
from coursekit.lessons.batch_norm_step_by_step.batchnorm_pieces import backward_pieces, forward_pieces
from coursekit.lessons.batch_norm_step_by_step.explore_batchnorm_five import (
    BATCH_OF_FIVE,
    START,
    describe_five,
    normalize_five,
)
from coursekit.lessons.batch_norm_step_by_step.explore_batchnorm_graph import (
    PATHS,
    STEPS,
    column,
    describe_way_back,
    go_back,
)
from coursekit.lessons.batch_norm_step_by_step.explore_batchnorm_steps import (
    DEAD,
    FRESH,
    LARGE,
    SIGMOID_EDGES,
    UNITS,
    describe_through,
    heights,
    pre_activations,
    saturated,
    sigmoid,
    take_through,
)
from coursekit.network import Network, init_network
from coursekit.optimizers import sgd
from coursekit.training import fit

sys.path.insert(0, str(Path(__file__).parents[3] / "experiments" / "batch_norm_step_by_step"))
import batchnorm_paths
import batchnorm_units

pytestmark = pytest.mark.seconds

NEW_SEEDS = range(10, 12)  # networks that the experiments did not measure


# ---- on paper


def test_the_numbers_that_the_notes_can_be_checked_by():
    z = np.array([2.0, 4, 6, 8])
    assert_allclose((z - 5) / z.std(), [-1.342, -0.447, 0.447, 1.342], atol=5e-4)
    assert np.std((z - 5) / z.var()) == pytest.approx(0.447, abs=5e-4)
    out, _ = batchnorm_forward(z[:, None], [2], [5])
    assert_allclose(out[:, 0], [2.317, 4.106, 5.894, 7.683], atol=5e-4)


@pytest.mark.parametrize("m", [2, 5, 50])
def test_no_output_is_larger_than_the_root_of_m_minus_1(m):
    alone = np.zeros((m, 1))
    alone[0] = 1e6
    assert forward_pieces(alone, [1], [0]).z_norm[0, 0] == pytest.approx(np.sqrt(m - 1), rel=1e-6)
    z = np.random.default_rng(m).standard_cauchy((m, 200))
    assert np.abs(forward_pieces(z, np.ones(200), np.zeros(200)).z_norm).max() <= np.sqrt(m - 1)


def test_a_sigmoid_is_straight_to_within_002_between_minus_1_and_1():
    z = np.linspace(-1, 1, 201)
    assert 0.018 < np.abs(sigmoid(z) - (0.5 + z / 4)).max() < 0.02


def test_a_dead_relu_gets_no_gradient_and_neither_do_its_gamma_and_beta():
    z = np.random.default_rng(0).normal(size=(50, 1))
    pieces = forward_pieces(z, [1], [-np.sqrt(50)])
    assert pieces.out.max() < 0
    d_z, d_gamma, d_beta = batchnorm_backward(1.0 * (pieces.out > 0), batchnorm_forward(z, [1], [-np.sqrt(50)])[1])
    for gradient in (d_z, d_gamma, d_beta):
        assert_allclose(gradient, 0)


def test_outside_of_the_root_a_constant_unit_gets_nan():
    def d_sd(var, eps_inside):
        return 1 / (2 * np.sqrt(np.float64(var) + eps_inside))

    with np.errstate(all="ignore"):
        assert d_sd(0, 1e-5) == pytest.approx(158.1, abs=0.1)
        assert np.isnan(0 * d_sd(0, 0))
    z = np.full((4, 1), 3.0)
    d_z, *_ = batchnorm_backward([[1.0], [2], [0], [5]], batchnorm_forward(z, [1], [0])[1])
    assert np.isfinite(d_z).all()


# ---- what was measured, and what is measured now


def second_layer(seed, *, trained=True):
    data = digits(np.random.default_rng(seed))
    architecture = Network([64, 50, 50, 10])
    network = init_network(architecture, np.random.default_rng([seed, 1]))
    if trained:
        network, _ = fit(architecture, network, data.X_train, data.y_train, learning_rate=0.01, n_epochs=5,
                         rng=np.random.default_rng([seed, 2]))  # fmt: skip
    return np.maximum(data.X_train @ network["W1"] + network["b1"], 0) @ network["W2"] + network["b2"]


@pytest.mark.parametrize("seed", [0, 1, 2, *NEW_SEEDS])
def test_the_second_layer_has_neither_mean_0_nor_sd_1_and_training_moves_it(seed):
    start, trained = second_layer(seed, trained=False), second_layer(seed)
    assert -2.3 < start.mean(axis=0).min() < -1
    assert 1.2 < start.mean(axis=0).max() < 2.5
    assert 0.6 < start.std(axis=0).min() < 0.9
    assert 1.3 < start.std(axis=0).max() < 2
    assert -6.5 < trained.mean(axis=0).min() < -2.5
    assert 2 < trained.mean(axis=0).max() < 5
    assert 1.3 < trained.std(axis=0).min() < 2.2
    assert 3.8 < trained.std(axis=0).max() < 6.5
    assert trained.std(axis=0).mean() > 2 * start.std(axis=0).mean()


def test_normalised_a_sigmoid_is_nearly_a_line_for_the_average_unit():
    z = second_layer(2)
    z_norm = (z - z.mean(axis=0)) / z.std(axis=0)
    shares = [np.corrcoef(column, sigmoid(column))[0, 1] ** 2 for column in z_norm.T]
    assert 0.95 < np.mean(shares) < 0.99
    assert np.array_equal(z.argsort(axis=0), z_norm.argsort(axis=0))


def path_rows(paths):
    table = measured("batchnorm_paths")
    return table[table["paths"] == paths]


@pytest.mark.parametrize(
    ("paths", "cosine_start", "cosine_trained", "accuracy"),
    [
        ("all", (1, 1), (1, 1), (0.945, 0.99)),
        ("no mean", (0.87, 0.98), (0.82, 0.93), (0.94, 0.99)),
        ("no variance", (0.85, 0.98), (0.93, 0.99), (0.94, 0.99)),
        ("neither", (0.81, 0.94), (0.74, 0.90), (0.94, 0.985)),
    ],
)
def test_what_a_cut_path_costs(paths, cosine_start, cosine_trained, accuracy):
    rows = path_rows(paths)
    assert_array_equal(rows["seed"], np.arange(10))
    new = np.array([batchnorm_paths.train(seed, paths) for seed in NEW_SEEDS])
    for name, (low, high), i in (
        ("cosine_start", cosine_start, 0), ("cosine_trained", cosine_trained, 1), ("accuracy", accuracy, 3)
    ):  # fmt: skip
        for value in (*rows[name], *new[:, i]):
            assert low - 1e-9 <= value <= high + 1e-9


def test_a_cut_path_hides_from_the_test_score_but_not_from_the_training_loss():
    whole = path_rows("all")
    for paths, ratio in (("no mean", 1.27), ("no variance", 1.40), ("neither", 1.75)):
        gap = path_rows(paths)["accuracy"] - whole["accuracy"]
        error = gap.std(ddof=1) * np.sqrt(1 / 10 + 597 / 1200)  # Nadeau and Bengio 2003: the splits overlap
        assert abs(gap.mean()) < 1.5 * error
        assert abs(gap.mean()) < 0.008
        assert np.all(path_rows(paths)["loss"] > whole["loss"])
        assert np.mean(path_rows(paths)["loss"] / whole["loss"]) == pytest.approx(ratio, abs=0.1)
    degrees = np.degrees(np.arccos([path_rows("neither")[name].mean() for name in ("cosine_start", "cosine_trained")]))
    assert_allclose(degrees, 30, atol=6)


def test_at_a_large_rate_the_gradient_without_the_path_of_the_mean_fails_and_without_that_of_the_variance_learns():
    network = Network([64, 50, 50, 10], "sigmoid", batch_norm="before")
    fails, learns = (0.05, 0.5), (0.92, 0.985)
    for paths, (low, high) in (("all", learns), ("no variance", learns), ("no mean", fails), ("neither", fails)):
        for seed in range(2):
            assert low < batchnorm_paths.train(seed, paths, network, sgd, 3.0)[3] < high


def unit_rows(activation, scale, rate, *, batch_norm, layer=2, epoch=5):
    table = measured("batchnorm_units")
    wanted = {"activation": activation, "scale": scale, "learning_rate": rate, "batch_norm": batch_norm,
              "layer": layer, "epoch": epoch}  # fmt: skip
    rows = table[np.logical_and.reduce([table[name] == value for name, value in wanted.items()])]
    assert_array_equal(rows["seed"], np.arange(10))
    return rows


@pytest.mark.parametrize(
    ("setting", "batch_norm", "wasted", "dead", "accuracy"),
    [
        (("sigmoid", 1.0, 0.01), False, (0.44, 0.58), (0, 0.04), (0.84, 0.93)),
        (("sigmoid", 1.0, 0.01), True, (0, 0.01), (0, 0), (0.91, 0.97)),
        (("sigmoid", 0.0, 0.1), False, (0.83, 0.96), (0.3, 0.7), (0.92, 0.98)),
        (("sigmoid", 0.0, 0.1), True, (0.28, 0.42), (0, 0.02), (0.91, 0.98)),
        (("relu", 0.0, 0.01), False, (0.43, 0.55), (0, 0.1), (0.94, 0.985)),
        (("relu", 0.0, 0.01), True, (0.48, 0.55), (0, 0.02), (0.94, 0.99)),
        (("relu", 0.0, 0.1), False, (0.95, 0.99), (0.5, 0.76), (0.65, 0.91)),
        (("relu", 0.0, 0.1), True, (0.6, 0.77), (0.02, 0.18), (0.89, 0.975)),
    ],
    ids=str,
)
def test_what_is_wasted_with_batch_norm_and_without(setting, batch_norm, wasted, dead, accuracy):
    old = unit_rows(*setting, batch_norm=batch_norm)
    new = [batchnorm_units.train(seed, *setting, batch_norm=batch_norm)[-1] for seed in NEW_SEEDS]
    for name, (low, high), i in (("wasted", wasted, 7), ("dead", dead, 8), ("accuracy", accuracy, 9)):
        for value in (*old[name], *(float(row[i]) for row in new)):
            assert low <= value <= high


def test_batch_norm_does_not_keep_every_unit_alive():
    assert unit_rows("relu", 0.0, 0.1, batch_norm=True)["dead"].min() > 0
    first = unit_rows("relu", 0.0, 0.1, batch_norm=True, layer=1)["dead"].mean()
    assert first > unit_rows("relu", 0.0, 0.1, batch_norm=False, layer=1)["dead"].mean() == 0


# ---- five points


def test_the_five_at_the_start_are_those_of_the_lesson():
    state = normalize_five(*START)
    assert (state.mean, state.sd) == (5, 2)
    assert_allclose(state.out, [-1.5, -0.5, 0, 0.5, 1.5], atol=1e-5)


def test_moving_one_moves_the_outputs_of_all():
    for i, value in ((0, 3.0), (4, 10.0)):
        z = list(START)
        z[i] = value
        state = normalize_five(*z)
        assert np.abs(state.out - state.start_out).min() > 0.01
        assert "4 have another output" in describe_five(state).sentence


@pytest.mark.parametrize("change", [lambda z: z + 2, lambda z: 5 + (z - 5) * 1.5], ids=["shifted", "spread"])
def test_moving_all_alike_moves_nothing(change):
    state = normalize_five(*change(np.array(START)))
    assert_allclose(state.out, state.start_out, atol=1e-5)
    assert "largest output in size is 1.50" in describe_five(state).sentence


def test_the_largest_output_is_2():
    assert describe_five(normalize_five(10, 0, 0, 0, 0)).answer == "z_norm = 2.00, -0.50, -0.50, -0.50, -0.50"


def test_each_point_is_dragged_along_its_own_row():
    rows = [(mark.control, mark.within) for mark in BATCH_OF_FIVE.marks]
    assert rows == [(f"z{i}", (i - 0.5, i + 0.5)) for i in range(1, 6)]
    assert {(mark.axis, mark.axes) for mark in BATCH_OF_FIVE.marks} == {("x", 0)}, "the outputs cannot be dragged"


# ---- eps


def test_each_with_its_own_eps_both_forms_have_the_same_limit():
    sds = np.logspace(-8, 0, 50)
    inside, outside = 1 / np.sqrt(sds**2 + 1e-5), 1 / (sds + np.sqrt(1e-5))
    assert inside[0] == pytest.approx(316.2, abs=0.1)
    assert outside[0] == pytest.approx(316.2, abs=0.1)
    assert np.all(outside <= inside)
    assert np.all(inside <= 1.42 * outside)
    assert 1 / (sds[0] + 1e-5) > 99_000, "the same eps outside mixes up the units"
    z = np.random.default_rng(0).normal(0, 0.003, (50, 1))
    expected = (z - z.mean()) / np.sqrt(z.var() + 1e-4)
    assert_allclose(forward_pieces(z, [1], [0], eps=1e-4).z_norm, expected)


def test_at_the_root_of_eps_the_variance_is_a_half():
    z = np.sqrt(1e-5) * np.array([[-1.0], [1.0]])
    assert forward_pieces(z, [1], [0]).z_norm.var() == pytest.approx(0.5)


def test_two_that_are_close_are_less_than_1_apart_from_their_mean():
    z_norm = forward_pieces(np.array([[2.0], [2.001]]), [1], [0]).z_norm
    assert_allclose(z_norm[:, 0], [-0.156, 0.156], atol=5e-4)


# ---- through the activation


def test_the_units_are_what_their_names_say():
    fresh, large, dead = (pre_activations(unit) for unit in UNITS)
    assert {z.shape for z in (fresh, large, dead)} == {(1200,)}
    assert saturated(sigmoid(fresh)) < 0.02
    assert 0.3 < saturated(sigmoid(large)) < 0.4
    assert dead.max() < -1


@pytest.mark.parametrize("unit", UNITS)
def test_gamma_and_beta_can_give_z_back(unit):
    z = pre_activations(unit)
    state = take_through(unit, np.sqrt(z.var() + 1e-3), z.mean(), 1e-3)
    assert_allclose(state.out, z, atol=1e-9)
    assert "lies 0.00 from z" in describe_through(state).sentence


def test_the_task_can_be_reached_with_the_handles():
    explorer_gamma, explorer_beta = (np.linspace(*ends, 121) for ends in ((0, 6), (-12, 12)))
    for unit in UNITS:
        z = pre_activations(unit)
        gamma = explorer_gamma[np.abs(explorer_gamma - z.std()).argmin()]
        beta = explorer_beta[np.abs(explorer_beta - z.mean()).argmin()]
        assert np.abs(take_through(unit, gamma, beta, 1e-5).out - z).mean() < 0.1


def test_the_dead_one_wakes_and_beta_kills_it_again():
    awake, dead_again = (take_through(DEAD, 1, beta, 1e-5) for beta in (0, -12))
    assert 0.4 < np.mean(awake.out <= 0) < 0.6
    assert dead_again.out.max() < 0
    assert "ReLU zero 100.0% → 100.0%" in describe_through(dead_again).answer


def test_large_weights_saturate_and_normalised_hardly_any():
    assert describe_through(take_through(LARGE, 1, 0, 1e-5)).answer.startswith("Sigmoid saturated 34.9% → 0.6%")


def test_eps_narrows_what_hardly_varies():
    z = pre_activations(FRESH)
    assert take_through(FRESH, 1, 0, 10).z_norm.var() == pytest.approx(z.var() / (z.var() + 10))


def test_bars_count_everybody():
    for values in (np.linspace(-100, 100, 77), np.zeros(5), np.ones(3)):
        assert heights(values, SIGMOID_EDGES).sum() == pytest.approx(1)
    assert SIGMOID_EDGES[1] == pytest.approx(0.03, abs=0.0005), "the outer bars are what is called saturated"


# ---- the graph


@pytest.mark.parametrize("example", [1, 3, 5])
def test_the_graph_ends_where_nudging_says(example):
    state = go_back(8, example, 1.7, 9.0, "all open")

    def pulled(z):
        return forward_pieces(z, [1.7], [5]).out[example - 1, 0]

    assert_allclose(state.gradients.d_z, numerical_gradient(pulled, state.pieces.z), atol=1e-8)
    assert state.d_out[example - 1] == state.d_out.sum() == 1
    assert np.all(np.abs(state.gradients.d_z) > 1e-6), "all five get a gradient"


def test_cutting_paths_is_seen_in_the_sum_and_in_the_cosine():
    states = {name: go_back(8, 5, 2, 8, name) for name in PATHS}
    sums = {name: state.gradients.d_z.sum() for name, state in states.items()}
    assert sums["all open"] == pytest.approx(0, abs=1e-9)
    assert sums["the variance's cut"] == pytest.approx(0, abs=1e-9)
    assert sums["the mean's cut"] == pytest.approx(1, abs=1e-5)
    cosines = [states[name].cosine for name in PATHS]
    assert cosines[0] == pytest.approx(1)
    assert max(cosines[1:]) < 0.9
    assert "Cut: the mean's and the variance's path." in describe_way_back(states["both cut"]).sentence


def test_each_step_names_its_piece():
    for step, name in enumerate(STEPS, start=1):
        state = go_back(step, 5, 2, 8, "all open")
        value = np.ravel(getattr(backward_pieces(np.eye(5)[:, [4]], state.pieces), name))
        assert describe_way_back(state).answer.endswith(f"{round(float(value[-1]), 2) + 0.0:.2f}")
    assert describe_way_back(go_back(4, 5, 2, 8, "all open")).answer == "d_sd = -1.50"


def test_a_column_has_no_negative_zero():
    assert column(np.array([-0.001, 2.0]), 2) == " 0.00\n 2.00"
