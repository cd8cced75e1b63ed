"""The bowls are drawn as they are, their steps are those of a descent that is really run, and lesson 06 says so."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.datasets import diabetes, digits
from coursekit.lab.frame import Frame
from coursekit.lab.measured import measured
from coursekit.lessons import EXPLORERS
from coursekit.lessons.normalize_the_inputs.bowl import least_squares_bowl, steps_to_tolerance
from coursekit.lessons.normalize_the_inputs.explore_normalize import (
    MOST_ALIKE,
    correlate,
    normalize_in_stages,
    two_features,
)
from coursekit.lessons.normalize_the_inputs.picture_normalize import EDGE, in_steps, three_bowls
from coursekit.network import Network, accuracy, init_network
from coursekit.normalize import MinMax, Standardizer
from coursekit.optimizers import sgd
from coursekit.training import fit

START = EXPLORERS["three-bowls"].start


def stages(**values):
    return normalize_in_stages(**{**START, **values}).stages


def by_hand(X, y, share):
    """Run gradient descent until 1% of the first loss is left, and count."""
    H = X.T @ X / len(X)
    rate = share * 2 / np.linalg.eigvalsh(H)[-1]
    w, steps = np.zeros(2), 0
    while np.mean((X @ w - y) ** 2) > 0.01 * np.mean(y**2):
        w = w - rate * X.T @ (X @ w - y) / len(X)
        steps += 1
    return steps


def test_the_two_features_are_alike_and_not_correlated():
    X = two_features()
    assert X.shape == (80, 2)
    assert_allclose([X.min(axis=0), X.max(axis=0)], [[0, 0], [1, 1]], atol=1e-12)
    assert_allclose(np.corrcoef(X.T), np.eye(2), atol=1e-12)
    assert_allclose(X.std(axis=0)[0], X.std(axis=0)[1])


class TestStages:
    @pytest.mark.parametrize("share", [0.05, 0.3, 0.9])
    @pytest.mark.parametrize("centre", [True, False])
    def test_the_steps_are_those_of_a_descent_that_is_run(self, centre, share):
        unit = two_features()
        for i, stage in enumerate(stages(share=share, centre=centre, n_steps=3)):
            y = unit @ [1, -0.6]
            y = y - y.mean() if centre and i else y
            assert by_hand(stage.X, y, share) == stage.steps
            assert stage.bowl.condition_number == pytest.approx(np.linalg.cond(stage.X.T @ stage.X))
            assert np.mean((stage.X @ stage.path[-1] - y) ** 2) / np.mean(y**2) == pytest.approx(stage.left)

    def test_both_together_make_it_round_whatever_the_range(self):
        for x1 in (1, 4, 2000):
            *_, round_one = stages(x1=x1, share=0.5)
            assert_allclose(round_one.bowl.hessian, np.eye(2), atol=1e-12)
            assert round_one.steps == 1

    def test_each_half_does_its_own_part(self):
        raw, centred, _ = stages(x1=4)
        assert raw.bowl.condition_number > 5
        assert centred.bowl.condition_number == pytest.approx(1)
        raw, kept, scaled = stages(x1=2000, centre=False)
        assert raw.bowl.condition_number == kept.bowl.condition_number > 1e5
        assert 5 < scaled.bowl.condition_number < 10

    def test_a_line_of_a_bowl_takes_hundreds_of_thousands_of_steps(self):
        raw, centred, _ = stages(x1=2000)
        assert raw.steps > centred.steps > 2e5

    def test_at_the_largest_stable_rate_it_never_arrives(self):
        assert {stage.steps for stage in stages(share=1.0)} == {math.inf}
        assert in_steps(math.inf) == "never"


class TestPicture:
    @pytest.fixture
    def drawn(self):
        picture = three_bowls()
        Frame(picture)  # which lays it out
        state = normalize_in_stages(**{**START, "x1": 12, "share": 0.9})
        picture.move(state)
        return picture.figure.axes[3:], state.stages

    @pytest.mark.seconds
    def test_every_ring_is_where_its_share_of_the_loss_is_left(self, drawn):
        seen = 0
        for ax, stage in zip(*drawn, strict=True):
            unit = np.linalg.norm(stage.bowl.minimum)
            rings = [ring.get_xy() for ring in ax.patches] + [ax.lines[0].get_xydata()]
            for points, share in zip(rings, (1, 0.5, 0.25, 0.1, 0.01), strict=True):
                inside = points[np.abs(points).max(axis=1) < EDGE]
                loss = stage.bowl.cost(stage.bowl.minimum + inside * unit) - stage.bowl.lowest
                assert_allclose(loss / stage.bowl.cost([0, 0]), share, rtol=1e-6)
                seen += len(inside)
        assert seen > 1500

    @pytest.mark.seconds
    def test_one_unit_is_as_long_to_the_right_as_upwards(self, drawn):
        for ax, stage in zip(*drawn, strict=True):
            right, up = np.diff(ax.transData.transform([(0, 0), (1, 1)]), axis=0)[0]
            assert right == pytest.approx(up)
            way = ax.lines[1].get_xydata()
            assert np.linalg.norm(way[0]) == pytest.approx(1), "the start is 1 away from the minimum"
            downhill = -stage.bowl.hessian @ way[0]
            cosine = downhill @ (way[1] - way[0]) / np.linalg.norm(downhill) / np.linalg.norm(way[1] - way[0])
            assert cosine == pytest.approx(1), "the path leaves its ring at a right angle"


class TestTilt:
    @pytest.mark.parametrize("correlation", [-0.9, -0.3, 0.5, MOST_ALIKE])
    def test_the_condition_number_is_that_of_the_correlation(self, correlation):
        stage = correlate(correlation, 5).stage
        assert_allclose(stage.bowl.hessian, [[1, correlation], [correlation, 1]], atol=1e-12)
        expected = (1 + abs(correlation)) / (1 - abs(correlation))
        assert stage.bowl.condition_number == pytest.approx(expected)
        y = stage.X @ stage.bowl.minimum
        assert by_hand(stage.X, y, 0.5) == stage.steps

    def test_the_task_can_be_done(self):
        slider = EXPLORERS["tilted-bowl"].controls[0]
        steps = [correlate(slider.at(position), 0).stage.steps for position in range(slider.last + 1)]
        assert max(steps) > 100
        assert min(steps) == 1

    def test_points_and_bowl_lean_to_opposite_sides(self):
        stage = correlate(0.9, 0).stage
        longest = np.linalg.eigh(stage.bowl.hessian)[1][:, 0]
        assert longest[0] * longest[1] < 0 < stage.X[:, 0] @ stage.X[:, 1]


# ---- what the lesson says of real data


def steps_on_diabetes(X, target):
    _, y, _ = diabetes()
    bowl = least_squares_bowl(X, y, intercept=True)
    w = np.zeros(X.shape[1] + 1)
    share = (target - bowl.lowest) / (float(bowl.cost(w)) - bowl.lowest)
    return bowl, steps_to_tolerance(bowl, w, bowl.largest_stable_rate / 2, share, of="cost")


def test_a_table_with_units_takes_millions_of_steps_and_standardised_a_dozen():
    X, _, names = diabetes()
    Z = Standardizer.fit(X).apply(X)
    raw, centred, standardised = (steps_on_diabetes(form, 1450)[1] for form in (X, X - X.mean(axis=0), Z))
    assert raw > 2e7
    assert 2e4 < centred < 1e5
    assert standardised == 13
    assert steps_on_diabetes(MinMax.fit(X).apply(X), 1450)[1] > 10 * standardised
    only_centred, _ = steps_on_diabetes(X - X.mean(axis=0), 1450)
    by_the_variance, shorter = steps_on_diabetes((X - X.mean(axis=0)) / X.var(axis=0), 1450)
    assert by_the_variance.condition_number == pytest.approx(502_000, rel=0.01)
    assert only_centred.condition_number == pytest.approx(76_300, rel=0.01)
    assert standardised < shorter == pytest.approx(1980, rel=0.01)
    bowl, to_the_bottom = steps_on_diabetes(Z, 1430)
    assert bowl.condition_number == pytest.approx(470, rel=0.01)
    assert to_the_bottom > 50 * standardised, "what is left lies along the flat axis of two columns that are alike"
    correlations = np.corrcoef(Z.T) - np.eye(10)
    i, j = np.unravel_index(correlations.argmax(), correlations.shape)
    assert {names[i], names[j]} == {"cholesterol", "LDL"}
    assert correlations[i, j] == pytest.approx(0.90, abs=0.005)


def best_steps(optimizer, pixels):
    table = measured("normalized_digits")
    rows = table[(table["optimizer"] == optimizer) & (table["pixels"] == pixels)]
    return np.array([rows["steps"][rows["seed"] == seed].min() for seed in np.unique(rows["seed"])])


def test_with_sgd_centring_saves_four_steps_in_five_and_scaling_a_few_more():
    raw, unit, centred, standardised = (
        best_steps("SGD", form) for form in ("0 to 16", "0 to 1", "0 to 1 and centred", "standardised")
    )
    assert len(raw) == 5
    assert (raw > 80).all()
    assert np.mean(1 - centred / unit) == pytest.approx(0.8, abs=0.03)
    assert (standardised < centred).all()
    assert (standardised > 0.6 * centred).all()


def test_with_adam_centring_saves_seven_steps_in_ten_and_scaling_gains_nothing():
    raw, unit, centred, standardised = (
        best_steps("Adam", form) for form in ("0 to 16", "0 to 1", "0 to 1 and centred", "standardised")
    )
    assert (raw > unit).all()
    assert np.mean(1 - centred / unit) == pytest.approx(0.7, abs=0.04)
    assert (standardised > centred).all()


def test_a_slice_of_the_table_run_now_gives_what_was_measured():
    """Not to the step: another machine rounds differently."""
    data, rng = digits(np.random.default_rng(3)), np.random.default_rng([3, 1])
    network = Network([64, 50, 10])
    _, history = fit(network, init_network(network, rng), data.X_train, data.y_train, optimizer=sgd,
                     learning_rate=1.778, n_epochs=16, batch_size=1200, rng=rng)  # fmt: skip
    assert best_steps("SGD", "standardised")[3] == pytest.approx(np.argmax(history.loss <= 0.1), abs=2)


def read(network, parameters, X, y, parts):
    """The share of digits read right when each part is standardised by itself."""
    shares = [accuracy(network, parameters, Standardizer.fit(X[part]).apply(X[part]), y[part]) for part in parts]
    return np.average(shares, weights=[len(part) for part in parts])


@pytest.mark.seconds
@pytest.mark.parametrize("seed", range(3))
def test_a_test_set_standardised_by_itself(seed):
    data, rng = digits(np.random.default_rng(seed), standardize=False), np.random.default_rng(seed)
    standardizer = Standardizer.fit(data.X_train)
    network = Network([64, 50, 10])
    parameters, _ = fit(network, init_network(network, rng), standardizer.apply(data.X_train), data.y_train,
                     learning_rate=0.01, n_epochs=5, rng=rng)  # fmt: skip
    X, y = data.X_test, data.y_test
    order = rng.permutation(len(y))
    assert accuracy(network, parameters, standardizer.apply(X), y) > 0.945
    assert read(network, parameters, X, y, [order]) > 0.945, (
        "a whole random test set has nearly the training set's statistics"
    )
    assert 0.86 < read(network, parameters, X, y, np.array_split(order, 60)) < 0.96
    assert read(network, parameters, X, y, [np.flatnonzero(y == label) for label in range(10)]) < 0.2
    assert read(network, parameters, X, y, np.array_split(order, len(y))) == pytest.approx(0.1, abs=0.02)


def test_a_leak_flatters_small_training_sets():
    table = measured("leakage")
    gains = {n: (rows := table[table["n_train"] == n])["both"] - rows["training"] for n in np.unique(table["n_train"])}
    assert all(len(gain) == 40 for gain in gains.values())
    assert gains[20].mean() > 4 * gains[20].std() / math.sqrt(40)
    assert 0.01 < gains[20].mean() < 0.025
    assert 0.003 < gains[50].mean() < 0.01
    for n in (100, 200):
        assert abs(gains[n].mean()) < 2 * gains[n].std(ddof=1) / math.sqrt(40), "too small to tell from 0"
    corrected = gains[1200].std(ddof=1) * math.sqrt(1 / 40 + 597 / 1200)  # Nadeau and Bengio: the splits overlap
    assert abs(gains[1200].mean()) < corrected


@pytest.mark.deep
def test_300_other_images_lend_about_as_much_as_the_test_set():
    """With 20 training digits: it is what they know of the pixels, not that they are the ones that count."""
    gains = []
    for seed in range(20):
        data = digits(np.random.default_rng(seed), n_train=20, standardize=False)
        others, X, y = data.X_test[:298], data.X_test[298:], data.y_test[298:]
        shares = []
        for seen in ([data.X_train], [data.X_train, X], [data.X_train, others]):
            standardizer, rng = Standardizer.fit(np.concatenate(seen)), np.random.default_rng([seed, 1])
            network = Network([64, 50, 10])
            parameters, _ = fit(network, init_network(network, rng), standardizer.apply(data.X_train), data.y_train,
                                learning_rate=0.01, n_epochs=120, batch_size=20, rng=rng)  # fmt: skip
            shares.append(accuracy(network, parameters, standardizer.apply(X), y))
        gains.append(np.subtract(shares[1:], shares[0]))
    leak, others = np.mean(gains, axis=0)
    assert leak > 0.01
    assert others > 0.008
    assert abs(leak - others) < 0.008


@pytest.mark.seconds
def test_in_many_splits_a_constant_pixel_becomes_a_hundred_million():
    exploded = 0
    for seed in range(20):
        data = digits(np.random.default_rng(seed), standardize=False)
        mean, sd = data.X_train.mean(axis=0), data.X_train.std(axis=0)
        exploded += np.abs((data.X_test - mean) / (sd + 1e-8)).max() >= 1e8
        assert np.abs(Standardizer.fit(data.X_train).apply(data.X_test)).max() < 300
    assert exploded == 12


@pytest.mark.parametrize(
    ("centre", "names"),
    [(True, ("raw", "centred", "standardised")), (False, ("raw", "not centred", "scaled"))],
)
def test_the_words_name_what_was_done_and_count_the_steps(centre, names):
    explorer = EXPLORERS["three-bowls"]
    (state,) = explorer.states(centre=centre)
    counts = [f"{name} {stage.steps:.0f}" for name, stage in zip(names, state.stages, strict=True)]
    assert explorer.describe(state).answer == f"Steps to 1%: {', '.join(counts)}"
