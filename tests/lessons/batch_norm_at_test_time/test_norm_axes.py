"""What lesson 10 says of norms, their axes and the switch in Keras and PyTorch holds, where they are installed."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.lessons.batch_norm_at_test_time.explore_norm_axes import BATCH, CELL, NORMS, C, H, N, W, sharing


def of(norm, **where):
    return sharing(norm, **{"image": 2, "channel": 2, **where})


@pytest.mark.parametrize(
    ("norm", "n_sharing", "n_means"),
    [(BATCH, N * H * W, C), ("layer norm", H * W * C, N), ("layer norm, per pixel", C, N * H * W),
     ("instance norm", H * W, N * C), ("group norm, 2 groups", H * W * C // 2, 2 * N)],
)  # fmt: skip
def test_so_many_numbers_share_a_mean(norm, n_sharing, n_means):
    state = of(norm)
    assert np.count_nonzero(state.members) == n_sharing
    assert state.n_means == n_means
    assert state.members[1, *CELL, 1], "the framed number shares its own"


def test_only_batch_norm_lets_other_images_in():
    for norm in NORMS:
        images = of(norm).members.any(axis=(1, 2, 3))
        assert_array_equal(images, [True] * 3 if norm == BATCH else [False, True, False])


def test_one_group_is_layer_norm_and_a_group_per_channel_is_instance_norm():
    assert_array_equal(of("group norm, 1 group").members, of("layer norm").members)
    assert_array_equal(of("group norm, 6 groups").members, of("instance norm").members)


def test_what_shares_a_mean_with_one_shares_it_with_all():
    for norm in NORMS:
        for image, channel in ((1, 1), (3, 6)):
            one = of(norm, image=image, channel=channel).members
            total = np.zeros((N, H, W, C))
            for n in range(1, N + 1):
                for c in range(1, C + 1):
                    other = of(norm, image=n, channel=c).members
                    total += other
                    assert np.array_equal(one, other) or not (one & other).any()


# ---- the switch, in the libraries


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of a backend's own making
def test_keras_gives_beta_to_one_example_in_training_and_moves_its_averages():
    keras = pytest.importorskip("keras")
    x = np.random.default_rng(0).normal(5, 2, (8, 3)).astype(np.float32)
    layer = keras.layers.BatchNormalization()
    asked_nothing = keras.ops.convert_to_numpy(layer(x))
    assert_allclose(asked_nothing, x / np.sqrt(1 + 1e-3), rtol=1e-5)  # its start: mean 0, variance 1
    assert_array_equal(keras.ops.convert_to_numpy(layer.moving_mean), np.zeros(3))
    assert_allclose(keras.ops.convert_to_numpy(layer(x[:1], training=True)), np.zeros((1, 3)), atol=1e-6)
    assert_allclose(keras.ops.convert_to_numpy(layer.moving_mean), 0.01 * x[0], rtol=1e-4)


def test_pytorch_refuses_one_row_and_takes_one_image():
    torch = pytest.importorskip("torch")
    with pytest.raises(ValueError, match="Expected more than 1 value per channel when training"):
        torch.nn.BatchNorm1d(3)(torch.zeros(1, 3))
    assert torch.nn.BatchNorm2d(3)(torch.rand(1, 3, 4, 4)).shape == (1, 3, 4, 4)


def test_pytorch_s_forgotten_switch_overwrites_the_running_statistics():
    torch = pytest.importorskip("torch")
    layer = torch.nn.BatchNorm1d(3)
    for forgotten in (True, False):
        layer.train(forgotten)
        before = layer.running_mean.clone()
        with torch.no_grad():
            layer(torch.rand(8, 3) + 5)
        assert torch.equal(before, layer.running_mean) != forgotten
