"""coursekit's mathematics is TensorFlow's and Keras's, to rounding, where both are told the same conventions."""

import numpy as np
import pytest

from coursekit.batchnorm import RunningStats, batchnorm_backward, batchnorm_forward
from coursekit.network import Network, backward, forward, init_network
from coursekit.softmax import softmax_loss

pytestmark = pytest.mark.seconds

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")


def assert_equal_to_rounding(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, np.asarray(other), rtol=0, atol=1e-12 * np.max(np.abs(one)))


@pytest.fixture
def batch():
    rng = np.random.default_rng(14)
    return rng.normal(2, 3, (32, 4)), rng.normal(size=(32, 4)), rng.integers(0, 4, 32), rng.normal(size=(2, 4))


def test_batch_norm_its_gradients_and_its_running_statistics(batch):
    z, d_out, _, (gamma, beta) = batch
    layer = keras.layers.BatchNormalization(momentum=0.99, epsilon=1e-3, dtype="float64")
    layer.build(z.shape)
    layer.gamma.assign(gamma)
    layer.beta.assign(beta)
    z_, stats = tf.Variable(z), RunningStats(4, decay=0.99)
    with tf.GradientTape() as tape:
        out_ = layer(z_, training=True)
    out, cache = batchnorm_forward(z, gamma, beta, eps=1e-3)
    stats.update(cache.mean, cache.var)
    assert_equal_to_rounding([out], [out_])
    slopes = tape.gradient(out_, [z_, layer.gamma.value, layer.beta.value], output_gradients=d_out)
    assert_equal_to_rounding(batchnorm_backward(d_out, cache), slopes)
    assert_equal_to_rounding([stats.mean, stats.var], [layer.moving_mean, layer.moving_variance])


def test_the_softmax_loss_and_its_gradient(batch):
    z, _, y, _ = batch
    z_ = tf.Variable(z)
    with tf.GradientTape() as tape:
        loss_ = keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float64")(y, z_)
    loss, d_z = softmax_loss(z, y)
    assert_equal_to_rounding([loss, d_z], [loss_, tape.gradient(loss_, z_)])


def test_a_network_with_batch_norm_and_all_its_gradients(batch):
    z, _, y, _ = batch
    network = Network([4, 9, 4], batch_norm="before")
    p = init_network(network, np.random.default_rng(15))
    p_ = {name: tf.Variable(array) for name, array in p.items()}
    with tf.GradientTape() as tape:
        z1 = tf.constant(z) @ p_["W1"]
        mean, var = tf.nn.moments(z1, axes=[0])
        normed = (z1 - mean) / tf.sqrt(var + 1e-5)
        logits_ = tf.nn.relu(p_["gamma1"] * normed + p_["beta1"]) @ p_["W2"] + p_["b2"]
        loss_ = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits_))
    logits, cache = forward(network, p, z)
    gradients = backward(softmax_loss(logits, y)[1], cache)
    slopes = dict(zip(p_, tape.gradient(loss_, list(p_.values())), strict=True))
    assert_equal_to_rounding([logits], [logits_])
    assert_equal_to_rounding(gradients.values(), [slopes[name] for name in gradients])
