"""What the layers tell: the numbers are those of the training, and they say what lesson 09 says of them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.datasets import digits
from coursekit.lessons.why_batch_norm_helps.explore_diagnosis import (
    EVERY,
    N_STEPS,
    SOUND,
    describe_diagnosis,
    diagnose,
    diverged,
    train,
)
from coursekit.network import Network, backward, forward, init_network
from coursekit.optimizers import sgd
from coursekit.softmax import softmax_loss
from coursekit.training import minibatches

pytestmark = pytest.mark.seconds

RATES, SCALES = 10 ** np.linspace(-2, 1, 7), 10 ** np.linspace(-1, 1, 5)


def typical(looks):
    return np.median([np.median(look.share) for look in looks])


@pytest.mark.parametrize("batch_norm", [None, "before"])
def test_the_first_look_is_computed_by_hand(batch_norm):
    data = digits(np.random.default_rng(0))
    X, y = next(iter(minibatches(data.X_train, data.y_train, batch_size=50, rng=np.random.default_rng([0, 2]))))
    network = Network([64, *[50] * 5, 10], batch_norm=batch_norm)
    start = init_network(network, np.random.default_rng([0, 1]))
    z, cache = forward(network, start, X)
    gradients = backward(softmax_loss(z, y)[1], cache)
    after, _ = sgd(start, gradients, learning_rate=0.1)
    look = train(0.1, 1.0, batch_norm)[0]
    for i in range(1, 7):
        moved = np.sqrt(np.sum((after[f"W{i}"] - start[f"W{i}"]) ** 2) / np.sum(start[f"W{i}"] ** 2))
        assert look.share[i - 1] == pytest.approx(moved)
        assert look.gradient[i - 1] == pytest.approx(np.std(gradients[f"W{i}"]))
    assert_allclose(look.spread, [np.std(layer.out) for layer in cache.layers[:-1]])
    assert look.accuracy == np.mean(forward(network, start, data.X_test)[0].argmax(axis=-1) == data.y_test)


def shares_of_those_that_read_90_percent(scale):
    return [
        typical(looks)
        for rate in RATES
        for batch_norm in (None, "before")
        if (looks := train(rate, scale, batch_norm, seed=2))[-1].accuracy > 0.9
    ]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("scale", SCALES[:4])
def test_what_reads_90_percent_moves_its_typical_weights_by_a_third_of_a_percent_to_9_percent_per_step(scale):
    shares = shares_of_those_that_read_90_percent(scale)
    assert shares
    assert SOUND[0] < min(shares) < max(shares) < SOUND[1]


@pytest.mark.deep
def test_the_band_is_no_wider_than_it_has_to_be():
    shares = [share for scale in SCALES for share in shares_of_those_that_read_90_percent(scale)]
    assert len(shares) > 15
    assert min(shares) < 1.5 * SOUND[0]
    assert max(shares) > SOUND[1] / 1.5


@pytest.mark.parametrize("seed", range(3))
def test_from_small_weights_each_layer_dims_the_signal_and_the_steps_are_next_to_nothing(seed):
    looks = train(0.1, 10**-0.5, None, seed)
    assert np.all(looks[0].spread[1:] < 0.45 * looks[0].spread[:-1])
    assert np.ptp(np.log(looks[0].gradient[:5])) < 0.5, "tiny in all layers, and alike"
    assert looks[0].gradient[:5].max() < 0.01 * train(0.1, 1.0, None, seed)[0].gradient[:5].min()
    assert looks[-1].accuracy < 0.2
    assert typical(looks) < 0.0005
    normed = train(0.1, 10**-0.5, "before", seed)
    assert np.ptp(normed[0].spread) < 0.1
    assert normed[-1].accuracy > 0.93


@pytest.mark.parametrize("seed", range(3))
def test_at_rate_a_tenth_the_network_without_batch_norm_learns_by_steps_of_less_than_1_percent(seed):
    looks = train(0.1, 1.0, None, seed)
    assert looks[-1].accuracy > 0.9
    assert 0.004 < typical(looks) < 0.01


def test_for_large_weights_batch_norm_alone_has_rates_in_the_band():
    for rate in RATES:
        assert diverged(train(rate, 10**0.5, None)[-1]) or typical(train(rate, 10**0.5, None)) < SOUND[0]
    for rate in (1.0, 10**0.5):
        looks = train(rate, 10**0.5, "before")
        assert SOUND[0] < typical(looks) < SOUND[1]
        assert looks[-1].accuracy > 0.9


def test_between_two_looks_the_earlier_is_shown_and_the_words_say_it():
    state = diagnose(0.1, 1.0, 2 * EVERY + 1)
    assert state.looks[0] is train(0.1, 1.0, None)[2]
    low, high = 100 * state.looks[1].share.min(), 100 * state.looks[1].share.max()
    assert describe_diagnosis(state).answer.endswith(f"{low:.2g} to {high:.2g}% with batch norm")
    assert f"accuracy {state.looks[0].accuracy:.2f}" in describe_diagnosis(state).sentence
    lost = describe_diagnosis(diagnose(10.0, 10.0, N_STEPS - 1))
    assert "too much to compute (diverged) without" in lost.answer
    tiny = describe_diagnosis(diagnose(0.1, 0.1, N_STEPS - 1))
    assert "less than 0.001% without" in tiny.answer
