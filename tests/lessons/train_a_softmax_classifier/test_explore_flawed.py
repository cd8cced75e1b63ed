"""Wrong labels to be judged one by one, and the weight of a rare class: what the lesson says of them."""

import sys
from pathlib import Path

import numpy as np
import pytest

from coursekit.lab.measured import measured
from coursekit.lessons.train_a_softmax_classifier.exercises.flawed import costliest as by_exercise
from coursekit.lessons.train_a_softmax_classifier.explore_rare_class import KEPT, WEIGHTS, weigh
from coursekit.lessons.train_a_softmax_classifier.explore_wrong_labels import (
    IS_RIGHT,
    IS_WRONG,
    WRONG_LABELS_FOUND,
    costliest,
)
from coursekit.metrics import class_weights
from coursekit.softmax import softmax_loss

sys.path.append(str(Path(__file__).parents[3] / "experiments" / "train_a_softmax_classifier"))


class TestWrongLabels:
    @pytest.mark.seconds
    def test_a_judgement_counts_where_it_is_true(self):
        state = costliest("random", 0.02, 5, ())
        truth = tuple(np.where(state.given != state.true, IS_WRONG, IS_RIGHT).tolist())
        assert costliest("random", 0.02, 5, truth).hits.all()
        other = tuple(IS_RIGHT if each == IS_WRONG else IS_WRONG for each in truth)
        assert not costliest("random", 0.02, 5, other).hits.any()
        assert costliest("random", 0.02, 5, truth[:3]).hits.tolist() == [True] * 3
        _, words = WRONG_LABELS_FOUND.still(judged=truth)
        assert words.answer == "20 judged, 20 of them rightly"

    def test_most_of_the_twenty_are_wrong_and_not_all_where_mistakes_are_few(self):
        state = costliest("random", 0.02, 5, ())
        assert state.n_wrong == 18
        assert 15 <= np.sum(state.given != state.true) <= 18
        assert state.losses.tolist() == sorted(state.losses.tolist(), reverse=True)

    @pytest.mark.seconds
    def test_after_30_epochs_mistakes_are_harder_to_find_and_systematic_ones_always_are(self):
        for share in (0.2, 0.4):
            early, late, systematic = (costliest(kind, share, n, ()).found
                                       for kind, n in (("random", 5), ("random", 30), ("systematic", 5)))  # fmt: skip
            assert late < early - 0.02
            assert systematic < early - 0.02

    def test_the_exercise_is_what_the_explorer_does(self):
        rng = np.random.default_rng(1)
        z, y = rng.normal(0, 3, (50, 10)), rng.integers(0, 10, 50)
        losses = softmax_loss(z, y, reduction="none")[0]
        assert by_exercise(z, y, 5).tolist() == np.argsort(-losses)[:5].tolist()


class TestRareClass:
    def test_the_table_holds_every_weight_in_ten_splits(self):
        table = measured("rare_weights")
        assert len(table) == len(KEPT) * len(WEIGHTS) * 10
        for kept in KEPT:
            state = weigh(kept, 9)
            rows = table[(table["kept"] == kept) & (table["weight"] == 9)]
            np.testing.assert_allclose(np.sort(state.now[0]), np.sort(rows["recall"]))

    def test_recall_grows_with_the_weight_precision_pays_and_no_weight_replaces_the_examples(self):
        whole = measured("rare_class")
        whole = whole[(whole["kept"] == 90) & (whole["cure"] == "none")]["recall"].mean()
        for kept in KEPT:
            recall, precision, _ = weigh(kept, 1).measures.mean(axis=-1)
            assert (np.diff(recall) > 0).all()
            assert precision[-1] < precision[0] - 0.01
            assert recall[-1] < whole - 0.01

    def test_the_weight_that_makes_classes_equal_is_no_optimum(self):
        assert (
            class_weights([0] * 90 + [1] * 10, n_classes=2)[-1] / class_weights([0] * 90 + [1] * 10, n_classes=2)[0]
            == 9
        )
        recall, _, accuracy = weigh(10, 9).measures
        even, twice, most = (WEIGHTS.index(weight) for weight in (9, 18, 90))
        assert (recall[twice] > recall[even]).mean() > 0.8
        assert abs(accuracy[twice].mean() - accuracy[even].mean()) < 0.003
        assert accuracy[most].mean() < accuracy[twice].mean() - 0.002

    @pytest.mark.seconds
    def test_a_weight_is_what_the_experiment_gives_anew(self):
        from rare_weights import measure

        table = measured("rare_weights")
        row = table[(table["kept"] == 10) & (table["weight"] == 9) & (table["seed"] == 0)][0]
        for name, value in zip(("recall", "precision", "test"), measure(10, 9, 0), strict=True):
            assert abs(row[name] - float(value)) < 0.02
