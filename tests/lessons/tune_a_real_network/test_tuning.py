"""The network of lesson 15: a stack gives what each network alone gives, and the spaces lie as they say."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.lessons.tune_a_real_network.tuning import (
    ADAM,
    MOMENTUM,
    N_LAYERS,
    SPACES,
    sets_of,
    space,
    start,
    train,
    unscaled,
)
from coursekit.network import Network, accuracy, forward, init_network
from coursekit.scales import LinearScale, LogScale, ReverseLogScale
from coursekit.training import fit

SETTINGS = [
    {"learning_rate": 0.01, "momentum": 0.9, "units": 12},
    {"learning_rate": 0.003, "momentum": 0.99, "units": 9},
    {"learning_rate": 0.03, "momentum": 0.6, "units": 20},  # at 0.1 two roundings part within two epochs
]


def rngs():
    return [np.random.default_rng([7, i]) for i in range(len(SETTINGS))]


@pytest.mark.parametrize("batch_norm", [True, False])
def test_a_narrow_network_in_a_wide_stack_is_the_narrow_network(batch_norm):
    X = sets_of(1).X_train[:50]
    z, _ = forward(*start(SETTINGS, rngs(), batch_norm=batch_norm), X)
    for i, (setting, rng) in enumerate(zip(SETTINGS, rngs(), strict=True)):
        sizes = [64, *[setting["units"]] * N_LAYERS, 10]
        network = Network(sizes, batch_norm="before" if batch_norm else None)
        alone = init_network(network, rng, dtype=np.float32)
        assert_allclose(z[i], forward(network, alone, X)[0], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("optimizer", [ADAM, MOMENTUM])
def test_it_trains_each_as_alone_and_as_fit_does(optimizer):
    sets = sets_of(1)
    stacked = list(train(SETTINGS, rngs(), sets, optimizer=optimizer, n_epochs=2))
    for i, rng in enumerate(rngs()):
        *_, alone = train(SETTINGS[i : i + 1], [rng], sets, optimizer=optimizer, n_epochs=2)
        assert_allclose(stacked[-1].validation[i], alone.validation[0], atol=0.02)
        assert_allclose(stacked[-1].test[i], alone.test[0], atol=0.02)
    network = Network([64, *[12] * N_LAYERS, 10], batch_norm="before")
    by_fit = init_network(network, rngs()[0], dtype=np.float32)
    own = {"beta1": 0.9} if optimizer == ADAM else {"momentum": 0.9}
    from coursekit.optimizers import adam, momentum

    trained, history = fit(network, by_fit, sets.X_train, sets.y_train, learning_rate=0.01, n_epochs=2, batch_size=50,
                           rng=np.random.default_rng([0, 15]), optimizer=adam if own.get("beta1") else momentum,
                           **own)  # fmt: skip
    its = accuracy(network, trained, sets.X_validation, sets.y_validation, statistics=history.statistics)
    assert_allclose(stacked[-1].validation[0], its, atol=0.02)
    assert_allclose(stacked[-1].train[0], history.accuracy[-1], atol=0.02)


def test_the_units_beside_a_narrow_network_stay_silent():
    sets, setting = sets_of(1), {**SETTINGS[0], "units": 8}
    wide = start([setting, {**setting, "units": 16}], rngs()[:2])
    trained, _ = fit(*wide, sets.X_train, sets.y_train, learning_rate=0.01, n_epochs=1, rng=np.random.default_rng(0))
    for name in ("gamma1", "beta1", "gamma3", "beta3"):
        assert not trained[name][0, 8:].any()
        assert trained[name][1, 8:].any()
    assert not trained["W1"][0, :, 8:].any()
    assert not trained["W4"][0, 8:].any()


def test_each_model_may_have_a_split_of_its_own():
    splits = [sets_of(i) for i in range(3)]
    *_, together = train(SETTINGS, rngs(), splits, n_epochs=1)
    for i, rng in enumerate(rngs()):
        *_, alone = train(SETTINGS[i : i + 1], [rng], splits[i], n_epochs=1)
        assert_allclose(together.test[i], alone.test[0], atol=0.02)


def test_the_splits_share_no_digit_and_can_be_had_as_pixels():
    sets = sets_of(3)
    assert_array_equal(sets.X_train, sets_of(3).X_train)
    assert (sets.y_train[:50] != sets_of(4).y_train[:50]).any()
    raw = unscaled(sets)
    for X in (raw.X_train, raw.X_validation, raw.X_test):
        assert X.dtype == np.float32
        assert X.min() == 0
        assert X.max() == 16
    assert_allclose(sets.standardizer.apply(raw.X_test), sets.X_test, atol=1e-4)


def test_the_spaces_spread_as_asked():
    assert isinstance(SPACES[ADAM].scales["learning_rate"], LogScale)
    assert isinstance(SPACES[ADAM].scales["momentum"], ReverseLogScale)
    one = space(MOMENTUM, linear=["momentum"])
    assert one.scales["learning_rate"] == LogScale(1e-4, 10)
    assert one.scales["momentum"] == LinearScale(0.5, 0.999)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: start([], []), "start: rngs must hold one for each of at least 1 setting; got 0 for 0."),
        (lambda: start(SETTINGS, rngs()[:2]),
         "start: rngs must hold one for each of at least 1 setting; got 2 for 3."),
        (lambda: next(train(SETTINGS, rngs(), sets_of(0), optimizer="SGD")),
         "train: optimizer must be one of 'Adam', 'momentum'; got 'SGD'."),
    ],
)  # fmt: skip
def test_errors_word_for_word(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
