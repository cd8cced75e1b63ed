"""What lesson 10 says of batch norm at test time holds: in what was measured, and in networks trained now."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.datasets import digits
from coursekit.lab.company import NETWORK, RANDOM, SORTED, deal, in_batches, logits, trained
from coursekit.lab.measured import measured
from coursekit.lessons.batch_norm_at_test_time.explore_at_test_time import (
    N_DEALS,
    ORDERS,
    OWN,
    RUNNING,
    describe_company,
    keep_company,
    probabilities,
)
from coursekit.network import forward, init_network
from coursekit.trained import fold_batch_norm
from coursekit.training import fit

N_NETWORKS = 20
NEW_SEEDS = range(N_NETWORKS, N_NETWORKS + 3)  # networks that the experiment did not measure


def rows(order, m):
    table = measured("at_test_time")
    return table[(table["statistics"] == "own") & (table["order"] == order) & (table["batch_size"] == m)]


def share_right(network, order, m, statistics=None):
    y = network.data.y_test
    return np.mean(probabilities(network, deal(y, order, 1), m, statistics).argmax(axis=-1) == y)


# ---- what was measured, and what is measured now


def test_every_network_was_measured_in_every_way():
    table = measured("at_test_time")
    sizes = np.unique(table["batch_size"])
    assert (sizes.min(), sizes.max()) == (1, 200)
    assert table.size == N_NETWORKS * (1 + 2 * sizes.size)
    for order in ("random", "sorted"):
        for m in sizes:
            assert_array_equal(rows(order, m)["network"], np.arange(N_NETWORKS))


@pytest.mark.parametrize(
    ("order", "m", "low", "high"),
    [
        ("random", 200, 0.94, 0.99),
        ("random", 50, 0.94, 0.98),
        ("random", 4, 0.70, 0.78),
        ("random", 2, 0.42, 0.54),
        ("random", 1, 0.09, 0.11),
        ("sorted", 200, 0.74, 0.84),
        ("sorted", 50, 0.22, 1 / 3),
        ("sorted", 2, 0.09, 0.13),
        ("sorted", 1, 0.09, 0.11),
    ],
)
def test_the_bands_hold_for_every_network_measured_and_for_new_ones(order, m, low, high):
    old = rows(order, m)["accuracy"]
    new = [share_right(trained(seed), RANDOM if order == "random" else SORTED, m) for seed in NEW_SEEDS]
    for accuracy in (*old, *new):
        assert low <= accuracy <= high


def test_with_running_statistics_new_networks_do_as_well_as_in_large_random_batches():
    running = measured("at_test_time")
    running = running["accuracy"][running["statistics"] == "running"]
    assert running.size == N_NETWORKS
    assert abs(running.mean() - rows("random", 200)["accuracy"].mean()) < 0.005
    for seed in NEW_SEEDS:
        network = trained(seed)
        accuracies = {share_right(network, order, m, network.statistics) for order in ORDERS for m in (1, 7, 200)}
        assert len(accuracies) == 1
        assert 0.94 < accuracies.pop() < 0.99


def test_larger_batches_are_better_and_vary_less():
    sizes = np.unique(measured("at_test_time")["batch_size"])
    for order in ("random", "sorted"):
        means = [rows(order, m)["accuracy"].mean() for m in sizes]
        assert np.all(np.diff(means) > -0.005)
    sds = [rows("random", m)["sd"].mean() for m in (4, 8, 16, 50, 200)]
    assert np.all(np.diff(sds) < 0)
    assert 0.25 < sds[0] < 0.35
    assert rows("random", 1)["sd"].max() == 0


def test_the_table_is_what_the_code_gives():
    network, y = trained(3), trained(3).data.y_test
    for order, word in ((RANDOM, "random"), (SORTED, "sorted")):
        p = np.stack([probabilities(network, deal(y, order, seed), 8, None) for seed in range(1, N_DEALS + 1)])
        row = rows(word, 8)[3]
        assert_allclose(np.mean(p.argmax(axis=-1) == y), row["accuracy"], atol=2e-3)
        assert_allclose(p[:, np.arange(len(y)), y].std(axis=0).mean(), row["sd"], atol=2e-3)


def test_another_way_to_round_gives_the_same_network():
    """Another machine adds in another order. Weights off by 1e-12 at the start are worse than that."""
    data, parameters, statistics, _ = trained()
    start = init_network(NETWORK, np.random.default_rng([0, 1]))
    noise = np.random.default_rng(9)
    start = {name: array * (1 + 1e-12 * noise.normal(size=array.shape)) for name, array in start.items()}
    again, history = fit(NETWORK, start, data.X_train, data.y_train, learning_rate=0.01, n_epochs=5, batch_size=50,
                         rng=np.random.default_rng([0, 2]))  # fmt: skip
    expected = logits(parameters, data.X_test, statistics)
    assert_allclose(logits(again, data.X_test, history.statistics), expected, atol=1e-6)


# ---- the functions


def test_logits_are_those_of_the_network():
    data, parameters, statistics, _ = trained()
    X = data.X_test
    assert_allclose(
        logits(parameters, X, statistics), forward(NETWORK, parameters, X, statistics=statistics)[0], atol=1e-9
    )
    assert_allclose(logits(parameters, X[:50]), forward(NETWORK, parameters, X[:50])[0], atol=1e-9)
    in_pairs = logits(parameters, X[:8].reshape(4, 2, -1))
    for pair, expected in enumerate(in_pairs):
        assert_allclose(forward(NETWORK, parameters, X[2 * pair : 2 * pair + 2])[0], expected, atol=1e-9)


def test_alone_every_digit_gets_one_answer_that_beta_alone_decides():
    data, parameters, *_ = trained()
    alone = logits(parameters, data.X_test[:, None])[:, 0]
    a = np.maximum(parameters["beta2"], 0)
    assert_allclose(alone, np.broadcast_to(a @ parameters["W3"] + parameters["b3"], alone.shape), atol=1e-9)


def test_folded_it_is_the_same_function():
    for seed in NEW_SEEDS:
        data, parameters, statistics, _ = trained(seed)
        z, _ = forward(*fold_batch_norm(NETWORK, parameters, statistics), data.X_test)
        expected = logits(parameters, data.X_test, statistics)
        assert_allclose(z, expected, rtol=1e-9, atol=1e-9)
        assert_array_equal(z.argmax(axis=-1), expected.argmax(axis=-1))


def test_pictures_are_those_of_the_test_digits():
    network = trained()
    raw = digits(np.random.default_rng(0), standardize=False)
    assert_array_equal(network.pictures.reshape(597, 64), raw.X_test)
    assert_array_equal(network.data.y_test, raw.y_test)


@pytest.mark.parametrize("m", [1, 2, 7, 50, 200, 597])
def test_batches_hold_everybody_and_are_full(m):
    order = deal(trained().data.y_test, RANDOM, 1)
    batches = in_batches(order, m)
    assert batches.shape == (-(-597 // m), m)
    assert_array_equal(np.unique(batches), np.arange(597))
    assert_array_equal(batches.ravel()[:597], order)


def test_a_sorted_deal_is_sorted_and_shuffled_within_the_classes():
    y = trained().data.y_test
    one, other = (deal(y, SORTED, seed) for seed in (1, 2))
    assert np.all(np.diff(y[one]) >= 0)
    assert_array_equal(y[one], y[other])
    assert np.mean(one == other) < 0.2


@pytest.mark.parametrize("order", ORDERS)
def test_the_digit_is_judged_in_the_batch_that_it_is_in(order):
    """Its probability is the one that it has when the whole test set is judged in the same deal."""
    network = trained()
    for digit in (0, 9):
        state = keep_company(7, OWN, order, digit, 5)
        p = probabilities(network, deal(network.data.y_test, order, 5), 7, None)[:, digit]
        assert np.any(np.isclose(p[network.data.y_test == digit], state.chance, atol=1e-9))
        assert state.mates.shape == (7, 8, 8)
        assert np.any(np.all(network.pictures[network.data.y_test == digit] == state.mates[0], axis=(1, 2)))


# ---- what the explorer lets one see


def test_three_companions_decide_what_two_hundred_do_not():
    few, many = (keep_company(m, OWN, RANDOM, 8, 1).chances for m in (4, 200))
    assert few.min() < 0.05
    assert few.max() > 0.95
    assert np.ptp(many) < 0.1


def test_with_running_statistics_nobody_needs_companions():
    states = [keep_company(m, RUNNING, order, 3, 1) for m in (1, 4, 200) for order in ORDERS]
    chances = np.concatenate([state.chances for state in states])
    assert np.ptp(chances) < 1e-9
    assert len({state.accuracy for state in states}) == 1
    assert "needs no companions" in describe_company(states[0]).sentence


def test_it_says_when_a_digit_is_alone():
    answer, sentence = describe_company(keep_company(1, OWN, RANDOM, 4, 1))
    assert answer == "10.1% right: random batches of 1, the batch's own statistics"
    assert "alone, each is its own mean" in sentence
