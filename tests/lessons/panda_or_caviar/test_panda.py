"""Babysitting: a training that can be interrupted, and a game that is replayed from its moves."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.lessons.panda_or_caviar.panda import (
    BACK,
    BUDGET,
    DOWN,
    MOMENTUM,
    MOVES,
    N_GAMES,
    RATES,
    STOP,
    TRAIN,
    UP,
    Model,
    nursery,
    play,
    score,
    train_on,
)
from coursekit.network import Network, init_network
from coursekit.optimizers import momentum, sgd
from coursekit.training import fit

NETWORK = Network([64, 16, 10])


def network(seed=0, **options):
    return init_network(NETWORK, np.random.default_rng(seed), **options)


# ---- the digits


def test_the_three_sets_are_parts_of_the_digits_and_share_none():
    rows = [tuple(row) for X in nursery(3, 900)[::2] for row in X.round(3)]
    assert [len(X) for X in nursery(3, 900)[::2]] == [900, 300, 597]
    assert len(set(rows)) > 1780, "but for a few digits that are written alike"


def test_fewer_are_the_first_of_more_and_are_standardised_by_themselves():
    few, many = nursery(3, 100), nursery(3, 900)
    assert_array_equal(few.y_train, many.y_train[:100])
    assert_array_equal(few.y_dev, many.y_dev)
    for data in (few, many):
        assert_allclose(data.X_train.mean(axis=0), 0, atol=1e-5)
        sd = data.X_train.std(axis=0)
        assert_allclose(sd[sd > 0], 1, atol=1e-4)
    assert few.X_train.dtype == np.float32


# ---- the training


@pytest.mark.parametrize(("share", "optimizer", "options"), [(0.0, sgd, {}), (0.9, momentum, {"momentum": 0.9})])
def test_it_trains_as_fit_does(share, optimizer, options):
    X, y, *_ = nursery(1)
    ours = train_on(
        Model(NETWORK, network()), X, y, learning_rate=0.2, momentum=share, n_epochs=2, rng=np.random.default_rng(1)
    )
    theirs, _ = fit(NETWORK, network(), X, y, learning_rate=0.2, n_epochs=2, rng=np.random.default_rng(1),
                    optimizer=optimizer, **options)  # fmt: skip
    for name, array in theirs.items():
        assert_allclose(ours.parameters[name], array, rtol=1e-6, atol=1e-9)


def test_a_training_goes_on_as_if_it_had_not_stopped_and_only_with_its_velocity():
    X, y, *_ = nursery(1)
    how = {"learning_rate": 0.2, "momentum": 0.9}
    at_once = train_on(Model(NETWORK, network()), X, y, **how, n_epochs=2, rng=np.random.default_rng(1))
    for keeps in (True, False):
        rng = np.random.default_rng(1)
        half = train_on(Model(NETWORK, network()), X, y, **how, n_epochs=1, rng=rng)
        whole = train_on(half if keeps else Model(NETWORK, half.parameters), X, y, **how, n_epochs=1, rng=rng)
        same = np.allclose(whole.parameters["W1"], at_once.parameters["W1"], rtol=0, atol=1e-12)
        assert same == keeps


def test_a_stack_trains_each_as_if_alone_and_leaves_the_old_model_alone():
    X, y, *_ = nursery(1)
    stack = Model(NETWORK, network(n_models=3))
    before = {name: array.copy() for name, array in stack.parameters.items()}
    how = {"learning_rate": np.array([0.01, 0.3, 1e4]), "momentum": np.array([0.0, 0.9, 0.0])}
    trained = train_on(stack, X, y, **how, n_epochs=2, rng=np.random.default_rng(1))
    for i in range(2):
        alone = train_on(Model(NETWORK, {name: array[i] for name, array in before.items()}), X, y, n_epochs=2,
                         rng=np.random.default_rng(1), **{name: values[i] for name, values in how.items()})  # fmt: skip
        assert_allclose(trained.parameters["W2"][i], alone.parameters["W2"], rtol=1e-6, atol=1e-9)
    for name, array in before.items():
        assert_array_equal(stack.parameters[name], array)
    assert score(trained, X, y).shape == (3,)


# ---- the game


def test_the_same_moves_lead_to_the_same_model_and_undo_is_to_leave_the_last_out():
    moves = (UP, UP, UP, UP, TRAIN, TRAIN, UP, TRAIN)
    one, again = play(3, moves), play(3, tuple(moves))
    assert one.looks == again.looks
    assert play(3, moves[:-1]).looks == one.looks[:-2]
    assert play(3, (*moves, DOWN)).looks == one.looks


def test_every_game_begins_with_a_bad_rate():
    starts = {RATES[play(game, ()).rate] for game in range(1, N_GAMES + 1)}
    assert starts == {0.001, 0.003, 3.0, 10.0}
    assert all(play(game, (TRAIN,)).best_look.dev < 0.35 for game in range(1, N_GAMES + 1))


def test_rates_go_up_and_down_and_stay_within_the_list():
    assert [RATES[play(1, (UP,) * n).rate] for n in (0, 1, 5, 20)] == [0.001, 0.003, 0.3, 10.0]
    assert RATES[play(1, (DOWN, UP, DOWN)).rate] == 0.001
    assert play(1, (MOMENTUM, TRAIN)).looks[-1].momentum == 0.9


def test_back_brings_the_best_model_with_its_velocity_and_keeps_the_rate():
    moves = (UP,) * 5 + (MOMENTUM, TRAIN, TRAIN) + (UP,) * 3 + (TRAIN,)
    ruined, back = play(1, moves), play(1, (*moves, BACK))
    assert ruined.looks[-1].dev < ruined.best_look.dev - 0.2
    for ours, theirs in zip(back.model[1:], ruined.best[1:], strict=True):
        assert_array_equal(ours["W1"], theirs["W1"])
    assert back.rate == ruined.rate
    assert back.epochs == 6
    assert back.returns == ((6, back.best_look.epoch),)


def test_a_model_that_has_diverged_says_so_and_is_never_the_best():
    dead = play(2, (TRAIN, TRAIN))
    assert dead.has_diverged
    assert dead.best_look.epoch == 0
    alive = play(2, (TRAIN, TRAIN, BACK, *(DOWN,) * 3, TRAIN, TRAIN, TRAIN))
    assert not alive.has_diverged
    assert alive.looks[-1].dev > 0.7


def test_the_budget_ends_and_stop_ends_at_once():
    late, early = play(1, (TRAIN,) * 20), play(1, (TRAIN, STOP, TRAIN, UP))
    assert (late.epochs, late.is_over) == (BUDGET, True)
    assert (early.epochs, early.is_over, RATES[early.rate]) == (2, True, 0.001)


def test_the_best_is_that_of_the_looks_after_a_turn():
    panda = play(4, (DOWN, DOWN, *(TRAIN,) * 8))
    turns = panda.looks[::2]
    assert panda.best_look == max(turns, key=lambda look: look.dev)
    data = nursery(4)
    assert float(score(panda.best, data.X_dev, data.y_dev)) == panda.best_look.dev
    assert float(score(panda.model, data.X_train, data.y_train)) == panda.looks[-1].training


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nursery(1, 901), "nursery: n_train must be at most 900, as the others are the dev and the test set; "
                                  "got 901."),
        (lambda: play(9, ()), "play: game must be at most 8; got 9."),
        (lambda: play(1, ("run",)), f"play: moves must be one of {', '.join(map(repr, MOVES))}; got 'run'."),
        (lambda: train_on(Model(NETWORK, network()), *nursery(1)[:2], learning_rate=1, momentum=0, n_epochs=0,
                          rng=np.random.default_rng(0)),
         "train_on: n_epochs must be a whole number of at least 1; got 0."),
    ],
)  # fmt: skip
def test_errors_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        call()
