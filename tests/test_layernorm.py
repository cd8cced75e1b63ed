"""Norms over any axes: against plain lines, numerical gradients, ONNX's own tests, PyTorch and Keras."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.batchnorm import RunningStats, batchnorm_backward, batchnorm_forward, batchnorm_inference
from coursekit.gradcheck import numerical_gradient, projection_error, relative_error
from coursekit.layernorm import layernorm_backward, layernorm_forward, norm_backward, norm_forward

IMAGES = (3, 4, 5, 6)  # N, H, W, C
NORMS = {
    "batch": (IMAGES, (6,), (0, 1, 2)),
    "layer": (IMAGES, (4, 5, 6), (1, 2, 3)),
    "layer, of a transformer": (IMAGES, (6,), -1),
    "instance": (IMAGES, (6,), (1, 2)),
    "group": ((3, 4, 5, 2, 3), (2, 3), (1, 2, 4)),
    "channels first": ((3, 4, 5, 2), (4, 1, 1), (0, 2, 3)),
    "one number for all": ((7, 4), (), (0,)),
}


def draw(shape, shape_of_gamma, seed=0):
    rng = np.random.default_rng(seed)
    z = 3 + rng.normal(size=shape) * np.linspace(0.1, 5, shape[-1])
    return z, rng.normal(size=shape_of_gamma), rng.normal(size=shape_of_gamma), rng.normal(size=shape)


def plain(z, gamma, beta, axes, eps=1e-5):
    mean, var = z.mean(axis=axes, keepdims=True), z.var(axis=axes, keepdims=True)
    return gamma * (z - mean) / np.sqrt(var + eps) + beta


@pytest.fixture(params=NORMS.values(), ids=NORMS)
def case(request):
    shape, shape_of_gamma, axes = request.param
    return *draw(shape, shape_of_gamma), axes


class TestAnyAxes:
    def test_agrees_with_the_plain_lines(self, case):
        z, gamma, beta, _, axes = case
        out, cache = norm_forward(z, gamma, beta, axes=axes)
        assert_allclose(out, plain(z, gamma, beta, axes), rtol=1e-12, atol=1e-12)
        assert_allclose(cache.mean, z.mean(axis=axes, keepdims=True), rtol=1e-12)
        assert_allclose(cache.var, z.var(axis=axes, keepdims=True), rtol=1e-12)

    def test_numerical_gradients(self, case):
        z, gamma, beta, d_out, axes = case
        gradients = norm_backward(d_out, norm_forward(z, gamma, beta, axes=axes)[1])
        for i, x in enumerate((z, gamma, beta)):

            def loss(x, i=i):
                arguments = [z, gamma, beta]
                arguments[i] = x
                return np.sum(d_out * norm_forward(*arguments, axes=axes)[0])

            assert gradients[i].shape == x.shape
            assert relative_error(gradients[i], numerical_gradient(loss, x)) < 1e-7

    @pytest.mark.parametrize("dropped", ["mean", "variance"])
    def test_a_dropped_path_is_caught(self, case, dropped):
        z, gamma, beta, _, axes = case
        _, cache = norm_forward(z, gamma, beta, axes=axes)

        def wrong(d_out):
            z_norm, d_norm = cache.centered * cache.inv_sd, d_out * gamma
            by_mean = d_norm.mean(axis=axes, keepdims=True)
            by_variance = z_norm * (d_norm * z_norm).mean(axis=axes, keepdims=True)
            return (d_norm - (by_variance if dropped == "mean" else by_mean)) * cache.inv_sd

        for backward, is_right in ((lambda d: norm_backward(d, cache)[0], True), (wrong, False)):
            error = projection_error(lambda z: norm_forward(z, gamma, beta, axes=axes)[0], backward, z,
                                     np.random.default_rng(0))  # fmt: skip
            assert error < 1e-6 if is_right else error > 1e-4

    def test_batch_norm_of_images_is_batch_norm_of_their_pixels_in_rows(self):
        z, gamma, beta, d_out = draw(IMAGES, (6,))
        out, cache = norm_forward(z, gamma, beta, axes=(0, 1, 2))
        rows, row_cache = batchnorm_forward(z.reshape(-1, 6), gamma, beta)
        assert_allclose(rows.reshape(z.shape), out, rtol=1e-12, atol=1e-12)
        assert_allclose(row_cache.mean, cache.mean[0, 0, 0], rtol=1e-12)
        gradients = batchnorm_backward(d_out.reshape(-1, 6), row_cache)
        for one, other in zip(gradients, norm_backward(d_out, cache), strict=True):
            assert_allclose(one.reshape(other.shape), other, rtol=1e-9, atol=1e-12)

    def test_instance_norm_is_batch_norm_of_a_stack_with_an_image_a_batch(self):
        z, gamma, beta, _ = draw(IMAGES, (6,))
        out, _ = norm_forward(z, gamma, beta, axes=(1, 2))
        assert_allclose(batchnorm_forward(z.reshape(3, 20, 6), gamma, beta)[0].reshape(z.shape), out, atol=1e-12)

    def test_groups_of_all_channels_are_layer_norm_and_groups_of_one_are_instance_norm(self):
        z, _, _, _ = draw(IMAGES, (6,))
        one_group, _ = norm_forward(z.reshape(3, 4, 5, 1, 6), 1, 0, axes=(1, 2, 4))
        assert_allclose(one_group.reshape(z.shape), norm_forward(z, 1, 0, axes=(1, 2, 3))[0], atol=1e-12)
        six_groups, _ = norm_forward(z.reshape(3, 4, 5, 6, 1), 1, 0, axes=(1, 2, 4))
        assert_allclose(six_groups.reshape(z.shape), norm_forward(z, 1, 0, axes=(1, 2))[0], atol=1e-12)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_dtype_stays_the_arguments_too_and_a_constant_gives_beta(self, dtype):
        z, gamma, beta, d_out = (x.astype(dtype) for x in draw((4, 3, 512), (512,)))
        z[2] = 1000.1
        before = [x.copy() for x in (z, gamma, beta, d_out)]
        out, cache = norm_forward(z, gamma, beta, axes=(1, 2))
        assert {x.dtype for x in (out, *cache[:-1], *norm_backward(d_out, cache))} == {np.dtype(dtype)}
        assert_array_equal(out[2], np.broadcast_to(beta, (3, 512)))
        for old, new in zip(before, (z, gamma, beta, d_out), strict=True):
            assert_array_equal(old, new)


class TestLayerNorm:
    @pytest.mark.parametrize(
        ("shape", "rows"), [((7, 4), (4,)), ((3, 7, 4), (4,)), ((3, 7, 4), (3, 4)), ((1, 4), (4,))]
    )
    def test_forward_and_backward_of_one_model_or_a_stack(self, shape, rows):
        z, gamma, beta, d_out = draw(shape, rows)
        out, cache = layernorm_forward(z, gamma, beta)
        assert_allclose(out, plain(z, gamma[..., None, :], beta[..., None, :], -1), rtol=1e-12, atol=1e-12)
        gradients = layernorm_backward(d_out, cache)
        for i, x in enumerate((z, gamma, beta)):

            def loss(x, i=i):
                arguments = [z, gamma, beta]
                arguments[i] = x
                return np.sum(d_out * layernorm_forward(*arguments)[0])

            assert gradients[i].shape == x.shape
            assert relative_error(gradients[i], numerical_gradient(loss, x)) < 1e-7
        assert_allclose(gradients[0].sum(axis=-1), 0, atol=1e-12)

    def test_no_example_depends_on_its_companions(self):
        z, gamma, beta, _ = draw((7, 4), (4,))
        assert_array_equal(layernorm_forward(z[2:3], gamma, beta)[0], layernorm_forward(z, gamma, beta)[0][2:3])

    def test_shift_and_scale_of_an_example_leave_the_output(self):
        z, gamma, beta, _ = draw((7, 4), (4,))
        moved = z * np.linspace(0.5, 20, 7)[:, None] + np.linspace(-9, 9, 7)[:, None]
        out, again = (layernorm_forward(x, gamma, beta, eps=1e-12)[0] for x in (z, moved))
        assert_allclose(again, out, atol=1e-8)


# ---- ONNX's own tests

STORED = np.load(Path(__file__).with_name("onnx_norms.npz"))
ONNX = json.loads(str(STORED["attributes"]))


def channel(x, z):
    """One number per channel, which ONNX has in front: (C, 1, 1)."""
    return x.reshape(-1, *[1] * (z.ndim - 2))


def layer_normalization(z, scale, bias, axis=-1, epsilon=1e-5):
    out, cache = norm_forward(z, scale, bias, axes=range(axis % z.ndim, z.ndim), eps=epsilon)
    return out, cache.mean, cache.inv_sd


def instance_normalization(z, scale, bias, epsilon=1e-5):
    return norm_forward(z, channel(scale, z), channel(bias, z), axes=range(2, z.ndim), eps=epsilon)[:1]


def group_normalization(z, scale, bias, num_groups, epsilon=1e-5):
    grouped = z.reshape(len(z), num_groups, -1, *z.shape[2:])
    gamma, beta = (x.reshape(num_groups, -1, *[1] * (z.ndim - 2)) for x in (scale, bias))
    out, _ = norm_forward(grouped, gamma, beta, axes=range(2, grouped.ndim), eps=epsilon)
    return (out.reshape(z.shape),)


def batch_normalization(z, scale, bias, *statistics, epsilon=1e-5, momentum=0.9, training_mode=0):
    rows = np.moveaxis(z, 1, -1)
    flat = rows.reshape(-1, rows.shape[-1])
    if not training_mode:
        out = batchnorm_inference(flat, scale, bias, *statistics, eps=epsilon)
        return (np.moveaxis(out.reshape(rows.shape), -1, 1),)
    out, cache = batchnorm_forward(flat, scale, bias, eps=epsilon)
    running = [
        momentum * old + (1 - momentum) * new for old, new in zip(statistics, (cache.mean, cache.var), strict=True)
    ]
    return np.moveaxis(out.reshape(rows.shape), -1, 1), *running


OPERATORS = {"LayerNormalization": layer_normalization, "InstanceNormalization": instance_normalization,
             "GroupNormalization": group_normalization, "BatchNormalization": batch_normalization}  # fmt: skip


@pytest.mark.parametrize("name", ONNX)
def test_onnx(name):
    attributes = dict(ONNX[name])
    ins, outs = (
        [STORED[key] for key in sorted(STORED.files) if key.startswith(f"{name}/{way}")] for way in ("in", "out")
    )
    results = OPERATORS[attributes.pop("operator")](*ins, **attributes)
    assert len(results) == len(outs)
    for result, out in zip(results, outs, strict=True):
        assert result.dtype == out.dtype == np.float32
        assert_allclose(result, out, rtol=1e-3, atol=1e-5)  # ONNX's own tolerance is 1e-3 and 1e-7


def test_the_wrong_axes_would_fail_onnx():
    name = "test_layer_normalization_4d_axis1"
    z, scale, bias = (STORED[f"{name}/in{i}"] for i in range(3))
    wrong, _ = norm_forward(z, scale, bias, axes=(2, 3))
    assert not np.allclose(wrong, STORED[f"{name}/out0"], rtol=1e-3, atol=1e-5)


def test_onnx_has_enough_of_each():
    operators = [each["operator"] for each in ONNX.values()]
    assert {name: operators.count(name) for name in OPERATORS} == {
        "LayerNormalization": 19, "InstanceNormalization": 2, "GroupNormalization": 2, "BatchNormalization": 4,
    }  # fmt: skip


# ---- PyTorch and Keras, where they are installed


def test_torch_agrees():
    torch = pytest.importorskip("torch")
    z, gamma, beta, d_out = draw((3, 6, 4, 5), (6,))  # PyTorch has the channels in front
    places, last = channel(gamma, z), channel(beta, z)
    grouped = z.reshape(3, 2, 3, 4, 5)
    pairs = {
        "batch": (lambda *x: torch.nn.functional.batch_norm(x[0], None, None, *x[1:], training=True),
                  z, places, last, (0, 2, 3)),
        "instance": (lambda *x: torch.nn.functional.instance_norm(x[0], None, None, *x[1:]), z, places, last, (2, 3)),
        "group": (lambda *x: torch.nn.functional.group_norm(x[0], 2, *x[1:]),
                  grouped, places.reshape(2, 3, 1, 1), last.reshape(2, 3, 1, 1), (2, 3, 4)),
    }  # fmt: skip
    for theirs, mine, *rest in pairs.values():
        tensors = [torch.tensor(x, requires_grad=True) for x in (z, gamma, beta)]
        expected = theirs(*tensors)
        expected.backward(torch.tensor(d_out))
        out, cache = norm_forward(mine, *rest[:2], axes=rest[2])
        assert_allclose(out.reshape(z.shape), expected.detach().numpy(), rtol=1e-10, atol=1e-12)
        for gradient, tensor in zip(norm_backward(d_out.reshape(mine.shape), cache), tensors, strict=True):
            assert_allclose(gradient.reshape(tensor.shape), tensor.grad.numpy(), rtol=1e-9, atol=1e-11)


def test_torch_agrees_on_layer_norm():
    torch = pytest.importorskip("torch")
    z, gamma, beta, d_out = draw((7, 4), (4,))
    tensors = [torch.tensor(x, requires_grad=True) for x in (z, gamma, beta)]
    expected = torch.nn.functional.layer_norm(tensors[0], (4,), *tensors[1:])
    expected.backward(torch.tensor(d_out))
    out, cache = layernorm_forward(z, gamma, beta)
    assert_allclose(out, expected.detach().numpy(), rtol=1e-10, atol=1e-12)
    for gradient, tensor in zip(layernorm_backward(d_out, cache), tensors, strict=True):
        assert_allclose(gradient, tensor.grad.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of a backend's own making
def test_keras_agrees():
    keras = pytest.importorskip("keras")
    z, gamma, beta, _ = (x.astype(np.float32) for x in draw(IMAGES, (6,)))
    stats = RunningStats(6)
    layers = {
        keras.layers.BatchNormalization(epsilon=1e-3): (z, gamma, beta, (0, 1, 2)),
        keras.layers.LayerNormalization(epsilon=1e-3): (z, gamma, beta, -1),
        keras.layers.GroupNormalization(2, epsilon=1e-3): (z.reshape(3, 4, 5, 2, 3), gamma.reshape(2, 3),
                                                           beta.reshape(2, 3), (1, 2, 4)),
        keras.layers.GroupNormalization(-1, epsilon=1e-3): (z, gamma, beta, (1, 2)),
    }  # fmt: skip
    for layer, (x, g, b, axes) in layers.items():
        layer.build(z.shape)
        layer.set_weights([gamma, beta, stats.mean, stats.var][: len(layer.get_weights())])
        out, _ = norm_forward(x, g, b, axes=axes, eps=1e-3)
        expected = keras.ops.convert_to_numpy(layer(z, training=True))
        assert_allclose(out.reshape(z.shape), expected, atol=1e-4)


# ---- refusals

NAN = float("nan")
z2, row = np.arange(8.0).reshape(2, 4), np.ones(4)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: layernorm_forward(np.ones((32, 4)), np.ones(32), row), ValueError,
            "layernorm_forward: gamma must have shape (4,), one scale per feature of z with shape (32, 4); got (32,).",
        ),
        (
            lambda: layernorm_forward(np.ones((3, 1)), [1], [0]), ValueError,
            "layernorm_forward: z must hold at least 2 features, as one alone is its own mean and leaves nothing but "
            "beta; got shape (3, 1).",
        ),
        (
            lambda: layernorm_forward([1.0, 2.0], [1], [0]), ValueError,
            "layernorm_forward: z must have at least 2 axes; got shape (2,).",
        ),
        (
            lambda: layernorm_forward(np.where(z2 == 6, NAN, z2), row, row), ValueError,
            "layernorm_forward: z must be finite; got nan at index (1, 2).",
        ),
        (
            lambda: layernorm_forward(z2, row, row, eps=0), ValueError,
            "layernorm_forward: eps must be a number of at least 2.22507e-308; got 0.",
        ),
        (
            lambda: layernorm_forward([[1.7e308, -1.7e308]], [1, 1], [0, 0]), ValueError,
            "layernorm_forward: z must be small enough for float64 to hold its variance; got values up to 1.7e+308.",
        ),
        (
            lambda: layernorm_backward(z2, 3), TypeError,
            "layernorm_backward: cache must be what layernorm_forward returned beside out; got int.",
        ),
        (
            lambda: layernorm_backward(z2.T, layernorm_forward(z2, row, row)[1]), ValueError,
            "layernorm_backward: d_out must have the shape of z, (2, 4); got (4, 2).",
        ),
        (
            lambda: norm_forward(z2, [1, 1], 0, axes=0), ValueError,
            "norm_forward: gamma must have a shape that broadcasts to that of z, (2, 4); got (2,).",
        ),
        (
            lambda: norm_forward(z2, 1, 0, axes=2), ValueError,
            "norm_forward: axes must be a whole number of at most 1; got 2.",
        ),
        (
            lambda: norm_forward(z2, 1, 0, axes=(0, -2)), ValueError,
            "norm_forward: axes must be different ones; got (0, -2).",
        ),
        (
            lambda: norm_forward(z2, 1, 0, axes="rows"), TypeError,
            "norm_forward: axes must be a whole number of at least -2; got 'rows'.",
        ),
        (
            lambda: norm_forward(np.ones((1, 4)), 1, 0, axes=0), ValueError,
            "norm_forward: z must hold at least 2 numbers along the axes, as one alone is its own mean and leaves "
            "nothing but beta; got shape (1, 4), and axes (0,).",
        ),
        (
            lambda: norm_forward(z2, 1, [0, np.inf, 0, 0], axes=0), ValueError,
            "norm_forward: beta must be finite; got inf at index (1,).",
        ),
        (
            lambda: norm_backward(z2, (1, 2)), TypeError,
            "norm_backward: cache must be what norm_forward returned beside out; got tuple.",
        ),
        (
            lambda: norm_backward(z2 * NAN, norm_forward(z2, 1, 0, axes=0)[1]), ValueError,
            "norm_backward: d_out must be finite; got nan at index (0, 0).",
        ),
    ],
)  # fmt: skip
def test_refused_in_words(call, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        call()
