"""What the lessons object to a plan: each choice has its objection, word for word, and a good plan has none."""

import re

import numpy as np
import pytest

from coursekit.lessons.tune_a_real_network.advice import objections, on_borders
from coursekit.lessons.tune_a_real_network.tuning import ADAM, SPACES
from coursekit.scales import ChoiceScale, IntegerScale, LinearScale, LogScale, ReverseLogScale
from coursekit.search import Space
from coursekit.search.chance import chance_of_a_hit

GOOD = SPACES[ADAM]
PLANS = {
    "grid": ({"layout": "grid"}, ["02 A grid of 27 trials over 3 hyperparameters tries 3 values of each, also of the "
                                  "one that decides."]),
    "few": ({"n_trials": 8}, ["02 8 trials: the chance that one is among the best 5% of all is 34%."]),
    "linear rate": ({"space": Space(learning_rate=LinearScale(1e-5, 0.5))},
                    ["03 The learning rate is drawn on a linear scale: 90% of the draws lie from 0.05 to 0.5, "
                     "wherever the best is."]),
    "linear momentum": ({"space": Space(momentum=LinearScale(0.5, 0.999))},
                        ["03 The momentum is spread evenly from 0.5 to 0.999: half of the draws remember less than 4 "
                         "steps."]),
    "log momentum": ({"space": Space(beta2=LogScale(0.9, 0.9999))},
                     ["03 The beta2 is spread evenly from 0.9 to 0.9999: half of the draws remember less than 19 "
                      "steps."]),
    "once": ({"n_again": 0}, ["04 The winner is trained once: the best of many scores is a lucky one. Train it again, "
                              "with new seeds."]),
    "raw": ({"normalized": False}, ["06 The inputs are not normalized: the bowl is stretched, and a rate that suits "
                                    "one direction is wrong for another."]),
    "pairs": ({"batch_size": 2}, ["10 Batch norm with batches of 2: of so few, each value becomes +1 or \u22121, "
                                  "whatever it was."]),
    "searched batches": ({"space": Space(batch_size=ChoiceScale([64, 4]))},
                         ["10 Batch norm with batches of 4: of so few, its mean and variance are noise."]),
    "training": ({"chosen_by": "training"},
                 ["12 You choose by the training set: it rewards who learns by heart."]),
    "test": ({"chosen_by": "test"},
             ["12 You choose by the test set: then nothing is left that can judge the choice."]),
    "small batches without batch norm": ({"batch_size": 2, "batch_norm": False}, []),
    "a narrow range": ({"space": Space(learning_rate=LinearScale(0.01, 0.05))}, []),
    "a short memory": ({"space": Space(momentum=LinearScale(0.5, 0.9))}, []),
    "whole batches": ({"space": Space(batch_size=IntegerScale(8, 64))}, []),
    "good": ({}, []),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), PLANS.values(), ids=PLANS)
def test_each_choice_has_its_objection(changes, expected):
    found = objections(**{"space": GOOD, "n_trials": 27, **changes})
    assert [f"{lesson} {words}" for lesson, words in found] == expected


def test_objections_add_up_in_the_order_of_the_lessons():
    space = Space(learning_rate=LinearScale(0, 1), momentum=LinearScale(0.5, 0.999))
    found = objections(space, n_trials=4, layout="grid", batch_size=2, normalized=False, chosen_by="test", n_again=1)
    assert [each.lesson for each in found] == ["02", "02", "03", "03", "04", "06", "10", "12"]


def test_its_numbers_are_true():
    assert f"{chance_of_a_hit(0.05, 8):.0%}" == "34%"
    rng = np.random.default_rng(0)
    draws = LinearScale(1e-5, 0.5).sample(20_000, rng)
    assert np.mean(draws > 0.05) == pytest.approx(0.9, abs=0.01)
    memories = 1 / (1 - LinearScale(0.5, 0.999).sample(20_000, rng))
    assert np.median(memories) == pytest.approx(4, abs=0.15)
    z = rng.normal(size=(2, 5))
    assert np.abs((z - z.mean(axis=0)) / z.std(axis=0)) == pytest.approx(1)


BORDER = Space(learning_rate=LogScale(1e-5, 1e-3), momentum=ReverseLogScale(0.5, 0.999), kind=ChoiceScale(["a", "b"]))


def at(rate, momentum=0.9, kind="a"):
    return {"learning_rate": rate, "momentum": momentum, "kind": kind}


def test_the_best_on_a_border_are_seen_and_one_alone_is_not():
    high = [at(9e-4), at(8e-4), at(7e-4), at(1e-4)]
    assert [each.words for each in on_borders(BORDER, high, [0.9, 0.8, 0.7, 0.6])] == [
        "The 3 best have a learning_rate at the upper end of its range, 0.001: it may go on beyond. Move the range."
    ]
    assert on_borders(BORDER, high, [0.9, 0.8, 0.7, 0.75]) == []
    low = [at(1.1e-5, 0.51), at(1.2e-5, 0.52), at(1.3e-5, 0.53), at(1e-4)]
    assert [each.words for each in on_borders(BORDER, low, [0.9, 0.8, 0.7, 0.6])] == [
        f"The 3 best have a {name} at the lower end of its range, {end}: it may go on beyond. Move the range."
        for name, end in (("learning_rate", "1e-05"), ("momentum", "0.5"))
    ]


def test_trials_that_failed_are_not_among_the_best():
    settings = [at(9e-4), at(8e-4), at(7e-4), at(1e-4)]
    assert on_borders(BORDER, settings, [np.nan, 0.9, 0.8, 0.7]) == []
    assert on_borders(BORDER, settings, [np.nan, 0.9, np.nan, np.nan]) == []
    assert len(on_borders(BORDER, settings, [0.9, np.nan, np.nan, np.nan], n_best=1)) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: objections(GOOD, n_trials=27, layout="spiral"),
         "objections: layout must be one of 'random', 'grid'; got 'spiral'."),
        (lambda: objections(GOOD, n_trials=27, chosen_by="luck"),
         "objections: chosen_by must be one of 'validation', 'training', 'test'; got 'luck'."),
        (lambda: on_borders(BORDER, [at(1e-4)], [0.5, 0.6]),
         "on_borders: scores must have shape (1,), one a setting; got (2,)."),
    ],
)  # fmt: skip
def test_errors_word_for_word(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()


def test_a_plan_needs_a_space():
    with pytest.raises(TypeError, match=r"^objections: space must be a Space; got \{\}\.$"):
        objections({}, n_trials=3)
