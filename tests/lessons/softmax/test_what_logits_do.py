"""What lesson 11 says of logits beyond its cells: how large they grow, and what a higher temperature does."""

import numpy as np
import pytest

from coursekit.datasets import three_sets
from coursekit.network import Network, backward, forward, init_network
from coursekit.optimizers import adam
from coursekit.softmax import softmax, softmax_loss
from coursekit.training import minibatches

pytestmark = pytest.mark.seconds


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_with_adam_at_a_rate_of_1_the_logits_pass_1000_within_ten_steps(seed):
    sets, rng = three_sets(np.random.default_rng(seed)), np.random.default_rng(seed)
    network = Network([64, 50, 10])
    parameters, state, largest = init_network(network, rng), None, []
    for X, y in list(minibatches(sets.X_train, sets.y_train, batch_size=50, rng=rng))[:10]:
        z, cache = forward(network, parameters, X)
        largest.append(np.abs(z).max())
        _, d_z = softmax_loss(z, y)
        parameters, state = adam(parameters, backward(d_z, cache), state, learning_rate=1.0)
    assert largest[0] < 20
    assert max(largest) > 1000


def test_as_the_temperature_rises_class_3_rises_above_a_quarter_and_comes_back():
    z = np.array([5.0, 2.0, -1.0, 3.0])
    share = [softmax(z / temperature)[3] for temperature in (1, 2, 3, 6, 10, 30, 1000)]
    assert share[0] < 0.25
    assert max(share) == share[3] > 0.26
    assert share[3] > share[4] > share[5] > share[6] > 0.25
