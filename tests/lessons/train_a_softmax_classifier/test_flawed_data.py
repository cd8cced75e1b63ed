"""What lesson 12 says of wrong labels, rare classes and scikit-learn holds: in the tables, and in a fresh slice."""

import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.datasets import three_sets
from coursekit.lab.measured import measured
from coursekit.lessons.train_a_softmax_classifier.flawed_data import fit_weighted, mislabeled
from coursekit.metrics import class_weights
from coursekit.network import Network, accuracy, classify, forward, init_network
from coursekit.softmax import softmax
from coursekit.training import epochs, fit

pytestmark = pytest.mark.seconds

sys.path.append(str(Path(__file__).parents[3] / "experiments" / "train_a_softmax_classifier"))


def mean(name, column, **where):
    table = measured(name)
    for key, value in where.items():
        table = table[table[key] == value]
    assert len(table) >= 10
    return table[column].mean()


# ---- the functions


@pytest.mark.parametrize("kind", ["random", "systematic"])
def test_as_many_labels_are_wrong_as_was_asked_for(kind):
    y = np.random.default_rng(0).integers(0, 10, 900)
    given, is_wrong = mislabeled(y, 0.2, np.random.default_rng(1), n_classes=10, kind=kind)
    assert is_wrong.sum() == 180
    assert_array_equal(given != y, is_wrong)
    assert len(np.unique((given - y)[is_wrong] % 10)) == (9 if kind == "random" else 1)


def test_weights_of_one_are_plain_training():
    sets = three_sets(np.random.default_rng(0))
    network = Network([64, 8, 10])
    start = init_network(network, np.random.default_rng(1))
    options = {"learning_rate": 0.01, "n_epochs": 2, "batch_size": 50}
    plain, _ = fit(network, start, sets.X_train, sets.y_train, **options, rng=np.random.default_rng(2))
    weighted = fit_weighted(
        network, start, sets.X_train, sets.y_train, np.full(900, 7), **options, rng=np.random.default_rng(2)
    )
    assert_allclose(weighted["W2"], plain["W2"], atol=1e-9)


def test_an_example_of_weight_zero_teaches_nothing():
    rng = np.random.default_rng(0)
    X, y, weights = rng.normal(size=(20, 3)), rng.integers(0, 2, 20), np.ones(20)
    weights[5:] = 0
    network = Network([3, 2])
    start, options = init_network(network, rng), {"learning_rate": 0.1, "n_epochs": 3, "batch_size": 20}
    one = fit_weighted(network, start, X, y, weights, **options, rng=np.random.default_rng(1))
    X[5:] = 99
    other = fit_weighted(network, start, X, y, weights, **options, rng=np.random.default_rng(1))
    assert_allclose(one["W1"], other["W1"])


def test_weights_that_do_not_fit_are_refused():
    network = Network([1, 2])
    start = init_network(network, np.random.default_rng(0))
    with pytest.raises(
        ValueError, match="fit_weighted: weights must have a number of at least 0 for each of 2 examples"
    ):
        fit_weighted(
            network, start, [[1.0], [2.0]], [0, 1], [1, -1], learning_rate=0.1, n_epochs=1, rng=np.random.default_rng(0)
        )


# ---- wrong labels


def test_wrong_labels_cost_what_the_lesson_says():
    assert 0.955 < mean("wrong_labels", "test", share=0, epoch=30) < 0.975
    assert 0.87 < mean("wrong_labels", "test", share=0.2, kind="random", epoch=30) < 0.90
    for share in (0.2, 0.4):
        early, late = (mean("wrong_labels", "test", share=share, kind="random", epoch=epoch) for epoch in (5, 30))
        assert early > late + 0.01, "stopping early helps"
        assert mean("wrong_labels", "test", share=share, kind="systematic", epoch=30) < late
    for share in (0.05, 0.1, 0.2, 0.4):
        found = {
            kind: mean("wrong_labels", "found", share=share, kind=kind, epoch=5) for kind in ("random", "systematic")
        }
        assert 0.87 < found["random"] < 0.93
        assert found["systematic"] < found["random"]


def test_a_new_split_says_the_same_of_wrong_labels():
    from flawed_data import learn_wrong_labels

    rows = {
        (kind, share, epoch): (float(test), float(found))
        for kind, share, _, epoch, _, test, found in learn_wrong_labels(77)
    }
    assert rows["random", 0.4, 5][0] > rows["random", 0.4, 30][0] + 0.02
    assert rows["random", 0.0, 30][0] > 0.94
    assert 0.82 < rows["random", 0.2, 5][1] < 0.97


def test_what_is_systematic_calls_only_a_part_of_a_class_by_the_next_name():
    y = np.repeat(np.arange(10), 90)
    for share in (0.1, 0.2, 0.4):
        given, is_wrong = mislabeled(y, share, np.random.default_rng(1), n_classes=10, kind="systematic")
        assert ((given - y)[is_wrong] % 10 == 1).all()
        assert share - 0.1 < is_wrong[y == 2].mean() < share + 0.1


def test_without_mistakes_nothing_is_found():
    table = measured("wrong_labels")
    assert np.isnan(table["found"][table["share"] == 0]).all()
    assert not np.isnan(table["found"][table["share"] > 0]).any()


# ---- a rare class


def test_weights_bring_back_a_part_of_the_recall_and_never_all():
    whole = mean("rare_class", "recall", kept=90, cure="none")  # the same training, with nothing rare
    for kept in (5, 10, 20):
        none, weights, resampling = (
            mean("rare_class", "recall", kept=kept, cure=cure) for cure in ("none", "weights", "resampling")
        )
        assert none + 0.03 < weights < whole - 0.02
        assert none + 0.03 < resampling < whole - 0.02
        plain, weighted, resampled = (
            mean("rare_class", "test", kept=kept, cure=cure) for cure in ("none", "weights", "resampling")
        )
        assert resampled < weighted
        assert plain < weighted
    none, weights = (mean("rare_class", "recall", kept=10, cure=cure) for cure in ("none", "weights"))
    assert 0.68 < none < 0.76
    assert 0.3 < (weights - none) / (whole - none) < 0.5
    assert 0.93 < mean("rare_class", "test", kept=10, cure="none") < 0.95


def test_a_new_split_says_the_same_of_a_rare_class():
    sets = three_sets(np.random.default_rng(78))
    stays = np.ones(900, bool)
    stays[np.flatnonzero(sets.y_train == 8)[10:]] = False
    X, y = sets.X_train[stays], sets.y_train[stays]
    recall = []
    for weights in (np.ones(len(y)), class_weights(y, n_classes=10)):
        network = Network([64, 50, 10])
        start = init_network(network, np.random.default_rng(1))
        trained = fit_weighted(
            network, start, X, y, weights, learning_rate=0.003, n_epochs=20, rng=np.random.default_rng(2)
        )
        recall.append(np.mean(classify(network, trained, sets.X_test)[sets.y_test == 8] == 8))
    assert recall[0] < recall[1] < 0.95


# ---- scikit-learn, and the choice among 72 settings


def test_scikit_learn_is_ahead_in_these_splits_and_for_new_digits_it_is_open():
    table = measured("against_sklearn")
    theirs, ours, stacked = (table[table["program"] == program]
                             for program in ("scikit-learn", "coursekit", "coursekit stacked"))  # fmt: skip
    for rows, least, most in ((ours, 2, 3), (stacked, 1, 2)):
        assert rows["seed"].tolist() == theirs["seed"].tolist() == list(range(10)), "pairs, split by split"
        gap = theirs["test"] - rows["test"]
        assert 0.003 < gap.mean() < 0.007, "about half a point"
        assert least < gap.mean() / (gap.std(ddof=1) / np.sqrt(10)) < most
        for_new_digits = gap.std(ddof=1) * np.sqrt(1 / 10 + 597 / 900)  # Nadeau and Bengio 2003
        assert gap.mean() < for_new_digits
    assert ours["seconds"].mean() < 1.2 * theirs["seconds"].mean()
    assert stacked["seconds"].mean() < ours["seconds"].mean() / 2


@pytest.mark.deep
def test_with_scikit_learns_rule_of_the_start_coursekit_is_level_with_it():
    from against_sklearn import N_SEEDS, NETWORK, by_coursekit, glorots_start, hes_start

    table = measured("against_sklearn")
    theirs, ours = (table[table["program"] == program] for program in ("scikit-learn", "coursekit Glorot"))
    assert ours["seed"].tolist() == theirs["seed"].tolist() == list(range(N_SEEDS))
    assert abs((ours["test"] - theirs["test"]).mean()) < 0.002
    splits = [three_sets(np.random.default_rng(seed)) for seed in range(100, 130)]
    X, y = np.stack([each.X_train for each in splits]), np.stack([each.y_train for each in splits])
    X_test, y_test = np.stack([each.X_test for each in splits]), np.stack([each.y_test for each in splits])
    he, glorot = (accuracy(NETWORK, by_coursekit(X, y, 5, len(splits), draw), X_test, y_test)
                  for draw in (hes_start, glorots_start))  # fmt: skip
    assert 0.002 < np.mean(glorot - he) < 0.008, "on 30 other splits as well: about half a point"


def test_a_new_split_says_the_same_of_scikit_learn():
    from against_sklearn import by_sklearn, score

    for seed in (80, 81):
        sets = three_sets(np.random.default_rng(seed))
        assert abs(score(sets, seed) - by_sklearn(sets, seed)) < 0.03


def test_the_winner_of_a_validation_set_is_flattered():
    table, flattery = measured("classifier"), []
    for seed in range(10):
        rows = table[table["seed"] == seed]
        assert len(rows) == 72
        winner = rows[rows["validation"].argmax()]
        flattery.append(winner["validation"] - winner["test"])
    assert 0.004 < np.mean(flattery) < 0.015
    assert np.sum(np.array(flattery) > 0) == 8


def test_the_lesson_reads_the_table_of_the_classifier_rightly():
    def at(optimizer, rate, column="validation"):
        return mean("classifier", column, optimizer=optimizer, batch_norm=0, learning_rate=rate)

    assert min(at("Adam", rate) for rate in (0.001, 0.003, 0.01)) > 0.945
    assert min(at("SGD", rate) for rate in (0.1, 0.3, 1.0)) > 0.945
    assert at("SGD", 0.001) < at("Adam", 0.0001) < 0.7 < at("SGD", 0.01), "a rate between 10 and 100 times Adam's"
    for rate in (0.001, 0.003, 0.01):
        assert at("SGD", 10 * rate) < at("Adam", rate) < at("SGD", 100 * rate) + 0.005
    assert at("SGD", 0.01) < 0.92
    assert at("Adam", 1.0, "validation_loss") > 300
    assert 0.92 < at("Adam", 1.0) < 0.96


def test_the_table_is_what_the_code_gives():
    from classifier import RATES, train

    fresh = train("SGD", False, 3)
    table = measured("classifier")
    rows = table[(table["optimizer"] == "SGD") & (table["batch_norm"] == 0) & (table["seed"] == 3)]
    for rate, (_, _, validation, test) in zip(RATES, fresh, strict=True):
        row = rows[rows["learning_rate"] == rate][0]
        assert abs(row["validation"] - validation) < 0.03
        assert abs(row["test"] - test) < 0.03


@pytest.mark.parametrize("seed", [0, 1])
def test_how_early_to_stop_depends_on_the_rate(seed):
    sets, scores = three_sets(np.random.default_rng(seed), dtype=np.float32), {}
    y = mislabeled(sets.y_train, 0.4, np.random.default_rng([seed, 1]), n_classes=10).y
    for rate in (0.001, 0.003):
        network, rng = Network([64, 50, 10]), np.random.default_rng([seed, 2])
        start = init_network(network, rng, dtype=np.float32)
        training = epochs(network, start, sets.X_train, y, learning_rate=rate, n_epochs=30, rng=rng)
        test = [accuracy(network, epoch.parameters, sets.X_test, sets.y_test) for epoch in training]
        scores[rate] = test[4], test[29]
    assert scores[0.003][0] > scores[0.003][1] + 0.02, "5 epochs beat 30"
    assert scores[0.001][1] > scores[0.001][0] + 0.05, "at a third of the rate, 5 are too few"


@pytest.mark.parametrize("seed", [0, 1])
def test_noise_makes_sure_only_whoever_standardises_pixel_by_pixel(seed):
    sets, sure = three_sets(np.random.default_rng(seed)), {}
    pixels = sets.standardizer.undo(sets.X_train)
    noise = np.random.default_rng(seed).uniform(0, 16, (500, 64))
    ways = {"by pixel": sets.standardizer.apply, "in common": lambda X: (X - pixels.mean()) / pixels.std()}
    for name, prepare in ways.items():
        network, rng = Network([64, 64, 10]), np.random.default_rng([seed, 1])
        trained, _ = fit(network, init_network(network, rng), prepare(pixels), sets.y_train, learning_rate=0.003,
                         n_epochs=20, batch_size=32, rng=rng)  # fmt: skip
        sure[name] = np.mean(softmax(forward(network, trained, prepare(noise))[0]).max(axis=1) > 0.99)
    assert sure["by pixel"] > 0.7
    assert sure["in common"] < 0.1


@pytest.mark.deep
def test_a_longer_training_helps_a_rare_class_too_and_weights_help_then_as_well():
    from rare_weights import NETWORK

    recall = np.zeros((2, 3))
    for seed in range(3):
        sets = three_sets(np.random.default_rng(seed), dtype=np.float32)
        for i, weight in enumerate((1, 9)):
            weights = np.ones((10, 900))
            for digit in range(10):
                own = np.flatnonzero(sets.y_train == digit)
                weights[digit, own[:10]], weights[digit, own[10:]] = weight, 0
            start = init_network(NETWORK, np.random.default_rng([seed, 10]), n_models=10, dtype=np.float32)
            trained = fit_weighted(NETWORK, start, sets.X_train, sets.y_train, weights, learning_rate=0.003,
                                   n_epochs=60, rng=np.random.default_rng([seed, 2]))  # fmt: skip
            named = classify(NETWORK, trained, sets.X_test)
            recall[i, seed] = np.mean([np.mean(named[d][sets.y_test == d] == d) for d in range(10)])
    assert 0.72 < recall[0].mean() < 0.78, "about 75, where 20 epochs give 72"
    assert 0.79 < recall[1].mean() < 0.85, "about 82"
