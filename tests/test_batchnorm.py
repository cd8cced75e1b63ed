"""Batch norm against the lesson's plain version, numerical gradients, and the invariances that make it what it is."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from coursekit.batchnorm import (
    RunningStats,
    batchnorm_backward,
    batchnorm_backward_unchecked,
    batchnorm_forward,
    batchnorm_forward_unchecked,
    batchnorm_inference,
)
from coursekit.gradcheck import numerical_gradient, projection_error, relative_error

EPS = 1e-5
FORMS = {
    "one model": ((7, 4), (4,)),
    "a stack that shares": ((3, 7, 4), (4,)),
    "a stack with its own": ((3, 7, 4), (3, 4)),
    "two model axes": ((2, 3, 7, 4), (2, 3, 4)),
    "two model axes that share": ((2, 3, 7, 4), (4,)),
}


def plain_forward(z, gamma, beta, eps=EPS):
    mean = z.mean(axis=-2, keepdims=True)
    var = z.var(axis=-2, keepdims=True)
    z_norm = (z - mean) / np.sqrt(var + eps)
    return gamma[..., None, :] * z_norm + beta[..., None, :]


def plain_backward(d_out, z, gamma, eps=EPS):
    m = z.shape[-2]
    centered = z - z.mean(axis=-2, keepdims=True)
    sd = np.sqrt(z.var(axis=-2, keepdims=True) + eps)
    d_z_norm = d_out * gamma[..., None, :]
    d_var = np.sum(d_z_norm * centered, axis=-2, keepdims=True) * -0.5 / sd**3
    d_mean = -np.sum(d_z_norm / sd, axis=-2, keepdims=True)
    return {
        "directly": d_z_norm / sd,
        "by the mean": np.broadcast_to(d_mean / m, z.shape),
        "by the variance": d_var * 2 * centered / m,
    }


def draw(shape, shape_of_gamma, seed=0):
    rng = np.random.default_rng(seed)
    z = 3 + rng.normal(size=shape) * np.linspace(0.1, 5, shape[-1])
    return z, rng.normal(size=shape_of_gamma), rng.normal(size=shape_of_gamma), rng.normal(size=shape)


@pytest.fixture(params=FORMS.values(), ids=FORMS)
def case(request):
    return draw(*request.param)


class TestForward:
    def test_figures_of_the_lesson(self):
        z = np.array([[2.0], [4], [6], [8]])
        out, cache = batchnorm_forward(z, [1], [0])
        assert_allclose(out[:, 0], [-1.342, -0.447, 0.447, 1.342], atol=5e-4)
        assert (cache.mean, cache.var) == (5, 5)

    def test_agrees_with_the_four_plain_lines(self, case):
        z, gamma, beta, _ = case
        out, cache = batchnorm_forward(z, gamma, beta)
        assert_allclose(out, plain_forward(z, gamma, beta), rtol=1e-12, atol=1e-12)
        assert_allclose(cache.mean, z.mean(axis=-2), rtol=1e-13)
        assert_allclose(cache.var, z.var(axis=-2), rtol=1e-12)

    def test_variance_of_the_output_is_not_quite_gamma_squared(self):
        z, gamma, beta, _ = draw((50, 3), (3,))
        out, cache = batchnorm_forward(z, gamma, beta, eps=0.1)
        assert_allclose(out.mean(axis=0), beta)
        assert_allclose(out.var(axis=0), gamma**2 * cache.var / (cache.var + 0.1))

    @given(
        shift=st.floats(-1e3, 1e3), scale=st.floats(0.5, 1e3), seed=st.integers(0, 99),
        shape=st.sampled_from([(5, 2), (9, 4), (3, 8, 2)]),
    )  # fmt: skip
    @settings(max_examples=40)
    def test_shift_and_scale_of_z_leave_the_output(self, shift, scale, seed, shape):
        z, gamma, beta, _ = draw(shape, shape[-1:], seed)
        out, _ = batchnorm_forward(z, gamma, beta, eps=1e-12)
        moved, _ = batchnorm_forward(scale * z + shift, gamma, beta, eps=1e-12)
        assert_allclose(moved, out, atol=1e-7)

    def test_gamma_and_beta_bring_z_back(self, case):
        z = case[0]
        gamma, beta = np.sqrt(z.var(axis=-2) + EPS), z.mean(axis=-2)
        out, _ = batchnorm_forward(z, gamma, beta)
        assert_allclose(out, z, rtol=1e-12)

    def test_each_model_of_a_stack_gives_what_it_gives_alone(self):
        z, gamma, beta, d_out = draw((3, 7, 4), (3, 4))
        out, cache = batchnorm_forward(z, gamma, beta)
        stacked = (out, cache.mean, cache.var, *batchnorm_backward(d_out, cache))
        for i in range(3):
            out, cache = batchnorm_forward(z[i], gamma[i], beta[i])
            alone = (out, cache.mean, cache.var, *batchnorm_backward(d_out[i], cache))
            for one, all_of_them in zip(alone, stacked, strict=True):
                assert_allclose(one, all_of_them[i], rtol=1e-12, atol=1e-14)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_dtype_stays_and_the_arguments_too(self, dtype):
        z, gamma, beta, d_out = (x.astype(dtype) for x in draw((7, 4), (4,)))
        before = [x.copy() for x in (z, gamma, beta, d_out)]
        out, cache = batchnorm_forward(z, gamma, beta)
        everything = [out, *cache, *batchnorm_backward(d_out, cache)]
        everything.append(batchnorm_inference(z, gamma, beta, cache.mean, cache.var))
        assert {x.dtype for x in everything} == {np.dtype(dtype)}
        for old, new in zip(before, (z, gamma, beta, d_out), strict=True):
            assert_array_equal(old, new)

    def test_z_decides_the_dtype(self):
        z, gamma, beta, d_out = draw((7, 4), (4,))
        out, cache = batchnorm_forward(z.astype(np.float32), gamma, beta)
        assert {x.dtype for x in (out, *batchnorm_backward(d_out, cache))} == {np.dtype(np.float32)}
        assert batchnorm_forward([[1, 2], [3, 5]], [1, 1], [0, 0])[0].dtype == np.float64

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @pytest.mark.parametrize("constant", [0.0, 0.1, 1000.1, 123456.7])
    def test_a_constant_feature_gives_beta(self, dtype, constant):
        z, gamma, beta, d_out = (x.astype(dtype) for x in draw((512, 3), (3,)))
        z[:, 1] = constant
        out, cache = batchnorm_forward(z, gamma, beta)
        assert_array_equal(out[:, 1], np.full(512, beta[1]))
        assert cache.mean[1] == dtype(constant)
        assert cache.var[1] == 0
        assert np.isfinite(batchnorm_backward(d_out, cache)[0]).all()

    def test_the_plain_lines_lose_that_constant_feature_in_float32(self):
        z = np.full((512, 3), 1000.1, np.float32)
        out = plain_forward(z, np.ones(3, np.float32), np.zeros(3, np.float32))
        assert abs(out).max() > 0.1

    def test_float32_far_from_zero(self):
        z = np.random.default_rng(0).normal(1e4, 1, size=(100, 3)).astype(np.float32)
        out, _ = batchnorm_forward(z, np.ones(3), np.zeros(3))
        assert_allclose(out, plain_forward(z.astype(np.float64), np.ones(3), np.zeros(3)), atol=1e-5)

    @pytest.mark.parametrize(("m", "first"), [(2, 1e6), (300, 1e6), (300, -1e3)])
    def test_an_outlier_in_front(self, m, first):
        z = np.random.default_rng(0).normal(size=(m, 3))
        z[0] = first
        out, cache = batchnorm_forward(z, np.ones(3), np.zeros(3))
        assert_allclose(out, plain_forward(z, np.ones(3), np.zeros(3)), rtol=1e-10, atol=1e-12)
        assert_allclose(cache.var, z.var(axis=0), rtol=1e-12)

    @pytest.mark.seconds
    @pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of a backend's own making
    def test_keras_agrees(self):
        keras = pytest.importorskip("keras")
        z, gamma, beta, _ = (x.astype(np.float32) for x in draw((7, 4), (4,)))
        layer = keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-3)
        layer.build(z.shape)
        stats = RunningStats(4)
        layer.set_weights([gamma, beta, stats.mean, stats.var])
        out, cache = batchnorm_forward(z, gamma, beta, eps=1e-3)
        assert_allclose(out, keras.ops.convert_to_numpy(layer(z, training=True)), atol=1e-4)
        stats.update(cache.mean, cache.var)
        assert_allclose(stats.mean, keras.ops.convert_to_numpy(layer.moving_mean), rtol=1e-4)
        assert_allclose(stats.var, keras.ops.convert_to_numpy(layer.moving_variance), rtol=1e-4)
        out = batchnorm_inference(z, gamma, beta, stats.mean, stats.var, eps=1e-3)
        assert_allclose(out, keras.ops.convert_to_numpy(layer(z, training=False)), atol=1e-4)

    def test_torch_agrees(self):
        torch = pytest.importorskip("torch")
        z, gamma, beta, d_out = draw((7, 4), (4,))
        tensors = [torch.tensor(x, requires_grad=True) for x in (z, gamma, beta)]
        stats, mean, var = RunningStats(4), torch.zeros(4).double(), torch.ones(4).double()
        expected = torch.nn.functional.batch_norm(tensors[0], mean, var, *tensors[1:], training=True, momentum=0.1)
        expected.backward(torch.tensor(d_out))
        out, cache = batchnorm_forward(z, gamma, beta)
        assert_allclose(out, expected.detach().numpy(), rtol=1e-10)
        for gradient, tensor in zip(batchnorm_backward(d_out, cache), tensors, strict=True):
            assert_allclose(gradient, tensor.grad.numpy(), rtol=1e-9, atol=1e-12)
        stats.update(cache.mean, cache.var, m=7)
        assert_allclose(stats.mean, mean.numpy(), rtol=1e-10)
        assert_allclose(stats.var, var.numpy(), rtol=1e-10)


class TestBackward:
    def test_agrees_with_the_piecewise_form(self, case):
        z, gamma, beta, d_out = case
        d_z, _, _ = batchnorm_backward(d_out, batchnorm_forward(z, gamma, beta)[1])
        assert_allclose(d_z, sum(plain_backward(d_out, z, gamma).values()), rtol=1e-9, atol=1e-12)

    def test_numerical_gradients(self, case):
        z, gamma, beta, d_out = case
        gradients = batchnorm_backward(d_out, batchnorm_forward(z, gamma, beta)[1])
        for i, x in enumerate((z, gamma, beta)):

            def loss(x, i=i):
                arguments = [z, gamma, beta]
                arguments[i] = x
                return np.sum(d_out * batchnorm_forward(*arguments)[0])

            assert gradients[i].shape == x.shape
            assert relative_error(gradients[i], numerical_gradient(loss, x)) < 1e-7

    @pytest.mark.parametrize("dropped", [["by the mean"], ["by the variance"], ["by the mean", "by the variance"]])
    def test_dropped_paths_are_caught_though_what_is_left_points_almost_right(self, dropped):
        rng = np.random.default_rng(0)
        z, d_out = rng.normal(size=(2, 13, 20))
        gamma, beta = np.ones(20), np.zeros(20)

        def forward(z):
            return batchnorm_forward(z, gamma, beta)[0]

        def wrong_backward(d_out):
            return sum(piece for path, piece in plain_backward(d_out, z, gamma).items() if path not in dropped)

        right, wrong = sum(plain_backward(d_out, z, gamma).values()), wrong_backward(d_out)
        cosine = np.sum(right * wrong) / np.linalg.norm(right) / np.linalg.norm(wrong)
        assert 0.9 < cosine < 0.98
        numerical = numerical_gradient(lambda z: np.sum(d_out * forward(z)), z)
        assert relative_error(right, numerical) < 1e-7
        assert relative_error(wrong, numerical) > 0.1
        assert projection_error(forward, wrong_backward, z, rng) > 1e-3

    def test_projection_of_the_whole_pass(self, case):
        z, gamma, beta, _ = case
        cache = batchnorm_forward(z, gamma, beta)[1]
        error = projection_error(
            lambda z: batchnorm_forward(z, gamma, beta)[0],
            lambda d_out: batchnorm_backward(d_out, cache)[0], z, np.random.default_rng(0),
        )  # fmt: skip
        assert error < 1e-7

    def test_eps_belongs_under_the_root(self):
        z, gamma, beta, d_out = draw((7, 4), (4,))
        z *= 1e-3  # where the variance is small, eps counts
        cache = batchnorm_forward(z, gamma, beta)[1]
        d_z, _, _ = batchnorm_backward(d_out, cache)

        def outside(z):
            return np.sum(d_out * (gamma * (z - z.mean(axis=0)) / (z.std(axis=0) + EPS) + beta))

        def inside(z):
            return np.sum(d_out * batchnorm_forward(z, gamma, beta)[0])

        assert relative_error(d_z, numerical_gradient(inside, z, step=1e-8)) < 1e-5
        assert relative_error(d_z, numerical_gradient(outside, z, step=1e-8)) > 0.1

    @given(
        shape=st.sampled_from([(2, 3), (5, 2), (3, 8, 2)]), eps=st.floats(1e-6, 1), seed=st.integers(0, 99)
    )  # fmt: skip
    @settings(max_examples=30)
    def test_a_shift_has_no_gradient_and_a_scale_has_what_eps_leaves_it(self, shape, eps, seed):
        z, gamma, beta, d_out = draw(shape, (*shape[:-2], shape[-1]), seed)
        out, cache = batchnorm_forward(z, gamma, beta, eps=eps)
        d_z, d_gamma, d_beta = batchnorm_backward(d_out, cache)
        size = max(1, np.abs(d_z).max())
        assert_allclose(d_z.sum(axis=-2), 0, atol=1e-12 * size)  # so a b before batch norm does not learn
        of_a_scale = gamma * d_gamma * eps / (cache.var + eps)
        assert_allclose(np.sum(d_z * z, axis=-2), of_a_scale, rtol=1e-9, atol=1e-11 * size)
        assert_allclose(np.sum(d_out * out), np.sum(d_gamma * gamma + d_beta * beta), rtol=1e-9, atol=1e-11)

    def test_gamma_per_model_and_beta_shared(self):
        z, gamma, beta, d_out = draw((3, 7, 4), (3, 4))
        out, cache = batchnorm_forward(z, gamma, beta[0])
        _, d_gamma, d_beta = batchnorm_backward(d_out, cache)
        assert out.shape == (3, 7, 4)
        assert d_gamma.shape == (3, 4)
        assert_allclose(d_beta, d_out.sum(axis=(0, 1)))


class TestInference:
    def test_with_the_batch_s_own_statistics_it_is_the_training_pass(self, case):
        z, gamma, beta, _ = case
        out, cache = batchnorm_forward(z, gamma, beta)
        assert_allclose(batchnorm_inference(z, gamma, beta, cache.mean, cache.var), out, rtol=1e-11, atol=1e-12)

    def test_one_example_under_its_own_statistics_is_beta(self):
        z, gamma, beta, _ = draw((1, 4), (4,))
        assert_array_equal(batchnorm_inference(z, gamma, beta, z[0], np.zeros(4)), beta[None])

    def test_no_example_depends_on_its_companions(self, case):
        z, gamma, beta, _ = case
        mean, var = np.full(gamma.shape, 2.0), np.full(gamma.shape, 3.0)
        out = batchnorm_inference(z, gamma, beta, mean, var)
        assert_array_equal(out[..., 2:3, :], batchnorm_inference(z[..., 2:3, :], gamma, beta, mean, var))


class TestRunningStats:
    def test_what_is_left_of_the_start_after_24_batches(self):
        for decay, held in ((0.9, 0.92), (0.99, 0.21), (0.999, 0.024)):
            stats = RunningStats(1, decay=decay)
            for _ in range(24):
                stats.update([1.0], [0.0])
            assert stats.mean[0] == pytest.approx(held, abs=0.005)
            assert stats.var[0] == pytest.approx(1 - held, abs=0.005)
            assert stats.n_updates == 24

    def test_bias_correction_is_a_weighted_mean_of_what_came(self):
        batches = np.random.default_rng(0).normal(size=(5, 2, 3)) ** 2
        stats = RunningStats(3, n_models=2, decay=0.8, bias_correction=True)
        for i, batch in enumerate(batches, start=1):
            stats.update(batch, 2 * batch)
            weights = 0.8 ** np.arange(i)[::-1]
            assert_allclose(stats.mean, np.average(batches[:i], axis=0, weights=weights))
            assert_allclose(stats.var, np.average(2 * batches[:i], axis=0, weights=weights))

    def test_the_population_estimate_of_the_paper_is_unbiased(self):
        population = np.random.default_rng(0).normal(5, 2, size=(6, 3))
        stats = RunningStats(3, decay=None)
        for batch in itertools.combinations(population, 4):
            _, cache = batchnorm_forward(np.array(batch), np.ones(3), np.zeros(3))
            stats.update(cache.mean, cache.var, m=4)
        assert_allclose(stats.mean, population.mean(axis=0))
        assert_allclose(stats.var, population.var(axis=0, ddof=1))

    def test_without_m_the_variance_stays_too_small(self):
        population = np.random.default_rng(0).normal(5, 2, size=(6, 3))
        stats = RunningStats(3, decay=None)
        for batch in itertools.combinations(population, 4):
            stats.update(np.mean(batch, axis=0), np.var(batch, axis=0))
        assert_allclose(stats.var, population.var(axis=0, ddof=1) * 3 / 4)

    @pytest.mark.parametrize("bias_correction", [False, True])
    def test_training_meets_inference_after_many_batches(self, bias_correction):
        rng = np.random.default_rng(0)
        X = rng.normal([1, -2, 300], [1, 0.1, 40], size=(2000, 3))
        gamma, beta = np.array([1.0, 2, 0.5]), np.array([0.0, 1, -1])
        stats = RunningStats(3, decay=0.99, bias_correction=bias_correction)
        for _ in range(1500):
            _, cache = batchnorm_forward(rng.choice(X, 64), gamma, beta)
            stats.update(cache.mean, cache.var, m=64)
        out, _ = batchnorm_forward(X, gamma, beta)
        inferred = batchnorm_inference(X, gamma, beta, stats.mean, stats.var)
        assert_allclose(inferred, out, atol=0.15)

    def test_dtype_of_what_comes_in(self):
        for dtype in (np.float32, np.float64):
            stats = RunningStats(2)
            stats.update(np.ones(2, dtype), np.ones(2, dtype), m=5)
            assert stats.mean.dtype == stats.var.dtype == dtype

    def test_what_it_gave_out_stays_and_cannot_reach_in(self):
        stats = RunningStats(2)
        start = stats.mean
        stats.update([1, 1], [1, 1])
        assert_array_equal(start, [0, 0])
        given_out = stats.var
        given_out += 100
        assert_array_equal(stats.var, [1, 1])


class TestWithoutChecks:
    def test_a_model_that_diverged_is_nan_and_leaves_the_others(self):
        z, gamma, beta, d_out = draw((3, 7, 4), (4,))
        right, cache = batchnorm_forward_unchecked(z[::2], gamma, beta)
        right_d_z = batchnorm_backward_unchecked(d_out[::2], cache)[0]
        for broken in (1e200, np.inf, np.nan):
            z[1] *= broken
            out, cache = batchnorm_forward_unchecked(z, gamma, beta)
            d_z = batchnorm_backward_unchecked(d_out, cache)[0]
            assert np.isnan(out[1]).all()
            assert np.isnan(d_z[1]).all()
            assert_allclose(out[::2], right, rtol=1e-13)
            assert_allclose(d_z[::2], right_d_z, rtol=1e-12)


NAN = float("nan")
z2 = np.arange(8.0).reshape(2, 4)
row = np.ones(4)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: batchnorm_forward(np.ones((32, 4)), np.ones(32), np.ones(4)), ValueError,
            "batchnorm_forward: gamma must have shape (4,), one scale per feature of z with shape (32, 4); got (32,).",
        ),
        (
            lambda: batchnorm_forward(np.ones((3, 32, 4)), row, np.ones((2, 4))), ValueError,
            "batchnorm_forward: beta must have shape (4,) or (3, 4), one shift per feature of z with shape "
            "(3, 32, 4); got (2, 4).",
        ),
        (
            lambda: batchnorm_forward(np.ones((1, 4)), row, row), ValueError,
            "batchnorm_forward: z must hold at least 2 examples, as one alone is its own mean and leaves nothing but "
            "beta; got shape (1, 4). batchnorm_inference takes its mean and variance from elsewhere.",
        ),
        (
            lambda: batchnorm_forward([1.0, 2.0], [1], [0]), ValueError,
            "batchnorm_forward: z must have at least 2 axes; got shape (2,).",
        ),
        (
            lambda: batchnorm_forward([["a"], ["b"]], [1], [0]), TypeError,
            "batchnorm_forward: z must hold real numbers; got an array of <U1.",
        ),
        (
            lambda: batchnorm_forward([[1, 2], [NAN, 3]], [1, 1], [0, 0]), ValueError,
            "batchnorm_forward: z must be finite; got nan at index (1, 0).",
        ),
        (
            lambda: batchnorm_forward(z2, [1, 1, np.inf, 1], row), ValueError,
            "batchnorm_forward: gamma must be finite; got inf at index (2,).",
        ),
        (
            lambda: batchnorm_forward(z2, row, [1, NAN, 1, 1]), ValueError,
            "batchnorm_forward: beta must be finite; got nan at index (1,).",
        ),
        (
            lambda: batchnorm_forward(np.float32([[1, -3e20], [2, 1e20]]), [1, 1], [0, 0]), ValueError,
            "batchnorm_forward: z must be small enough for float32 to hold its variance; got values up to 3e+20.",
        ),
        (
            lambda: batchnorm_forward([[1.7e308], [-1.7e308]], [1], [0]), ValueError,
            "batchnorm_forward: z must be small enough for float64 to hold its variance; got values up to 1.7e+308.",
        ),
        (
            lambda: batchnorm_forward(z2, row, row, eps=0), ValueError,
            "batchnorm_forward: eps must be a number of at least 2.22507e-308; got 0.",
        ),
        (
            lambda: batchnorm_forward(np.float32(z2), row, row, eps=1e-50), ValueError,
            "batchnorm_forward: eps must be a number of at least 1.17549e-38; got 1e-50.",
        ),
        (
            lambda: batchnorm_backward(z2, (1, 2, 3)), TypeError,
            "batchnorm_backward: cache must be what batchnorm_forward returned beside out; got tuple.",
        ),
        (
            lambda: batchnorm_backward(z2.T, batchnorm_forward(z2, row, row)[1]), ValueError,
            "batchnorm_backward: d_out must have the shape of z, (2, 4); got (4, 2).",
        ),
        (
            lambda: batchnorm_backward(np.where(z2 == 6, -np.inf, z2), batchnorm_forward(z2, row, row)[1]), ValueError,
            "batchnorm_backward: d_out must be finite; got -inf at index (1, 2).",
        ),
        (
            lambda: batchnorm_inference(z2, row, row, np.ones(2), row), ValueError,
            "batchnorm_inference: mean must have shape (4,), one mean per feature of z with shape (2, 4); got (2,).",
        ),
        (
            lambda: batchnorm_inference(z2, row, row, row, np.ones(2)), ValueError,
            "batchnorm_inference: var must have shape (4,), one variance per feature of z with shape (2, 4); "
            "got (2,).",
        ),
        (
            lambda: batchnorm_inference(z2, row, row, row, -row), ValueError,
            "batchnorm_inference: var must be at least 0, as it is a mean of squares; got -1.0.",
        ),
        (
            lambda: batchnorm_inference(z2, row, row, row * NAN, row), ValueError,
            "batchnorm_inference: mean must be finite; got nan at index (0,).",
        ),
        (
            lambda: RunningStats(0), ValueError,
            "RunningStats: n must be a whole number of at least 1; got 0.",
        ),
        (
            lambda: RunningStats(4, n_models=0), ValueError,
            "RunningStats: n_models must be a whole number of at least 1; got 0.",
        ),
        (
            lambda: RunningStats(4, decay=1), ValueError,
            "RunningStats: decay must be a number below 1 and of at least 0; got 1.",
        ),
        (
            lambda: RunningStats(4).update(np.ones(3), np.ones(3)), ValueError,
            "RunningStats.update: mean must have shape (4,), one number per feature; got (3,).",
        ),
        (
            lambda: RunningStats(4).update(row, -row), ValueError,
            "RunningStats.update: var must be at least 0, as it is a mean of squares; got -1.0.",
        ),
        (
            lambda: RunningStats(4).update(row, row, m=1), ValueError,
            "RunningStats.update: m must be a whole number of at least 2; got 1.",
        ),
        (
            lambda: RunningStats(4, bias_correction=True).mean, ValueError,
            "RunningStats: mean must wait for the first update, as 0 / 0 is no average; got 0 updates.",
        ),
    ],
)  # fmt: skip
def test_refused_in_words(call, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        call()


def test_a_refused_update_changes_nothing():
    stats = RunningStats(2)
    with pytest.raises(ValueError, match="var must"):
        stats.update([5, 5], [1, -1])
    assert stats.n_updates == 0
    assert_array_equal(stats.mean, [0, 0])
