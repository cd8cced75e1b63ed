"""Batch norm piece by piece: each node against the numerical gradient, and the whole against the short form."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.batchnorm import batchnorm_backward, batchnorm_forward
from coursekit.gradcheck import numerical_gradient, relative_error
from coursekit.lessons.batch_norm_step_by_step.batchnorm_pieces import backward_pieces, forward_pieces

EPS = 0.03  # large enough for its place to matter


def draw(z_shape, row_shape, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.normal(2, 3, z_shape), *rng.normal(1, 0.5, (2, *row_shape)), rng.normal(size=z_shape))


@pytest.fixture(params=[((7, 4), (4,)), ((3, 7, 4), (4,)), ((3, 7, 4), (3, 4))], ids=str)
def case(request):
    return draw(*request.param)


def test_forward_is_that_of_batchnorm(case):
    z, gamma, beta, _ = case
    pieces = forward_pieces(z, gamma, beta, eps=EPS)
    out, cache = batchnorm_forward(z, gamma, beta, eps=EPS)
    for mine, expected in zip((pieces.out, pieces.mean, pieces.var, pieces.centered, 1 / pieces.sd),
                              (out, cache.mean, cache.var, cache.centered, cache.inv_std), strict=True):  # fmt: skip
        assert_allclose(mine, expected, rtol=1e-12, atol=1e-12)


def test_backward_is_that_of_batchnorm(case):
    z, gamma, beta, d_out = case
    pieces = backward_pieces(d_out, forward_pieces(z, gamma, beta, eps=EPS))
    d_z, d_gamma, d_beta = batchnorm_backward(d_out, batchnorm_forward(z, gamma, beta, eps=EPS)[1])
    assert_allclose(pieces.d_z, d_z, rtol=1e-10, atol=1e-12)
    models = tuple(range(z.ndim - 1 - gamma.ndim))
    assert_allclose(pieces.d_gamma.sum(axis=models), d_gamma, rtol=1e-12)
    assert_allclose(pieces.d_beta.sum(axis=models), d_beta, rtol=1e-12)


def rest_of_the_graph(p, d_out):
    """For each node, the loss as a function of its value, everything that does not depend on it held."""
    m = len(p.z)

    def from_z_norm(z_norm):
        return np.sum(d_out * (p.gamma * z_norm + p.beta))

    def from_centered(centered):
        return from_z_norm(centered / np.sqrt(np.sum(centered**2, axis=0) / m + EPS))

    return {
        "beta": lambda beta: np.sum(d_out * (p.gamma * p.z_norm + beta)),
        "gamma": lambda gamma: np.sum(d_out * (gamma * p.z_norm + p.beta)),
        "z_norm": from_z_norm,
        "sd": lambda sd: from_z_norm(p.centered / sd),
        "var": lambda var: from_z_norm(p.centered / np.sqrt(var + EPS)),
        "centered": from_centered,
        "mean": lambda mean: from_centered(p.z - mean),
        "z": lambda z: from_centered(z - z.mean(axis=0)),
    }


@pytest.mark.parametrize("node", ["beta", "gamma", "z_norm", "sd", "var", "centered", "mean", "z"])
def test_every_piece_is_the_gradient_of_what_is_left_of_the_graph(node):
    z, gamma, beta, d_out = draw((7, 4), (4,))
    pieces = forward_pieces(z, gamma, beta, eps=EPS)
    numerical = numerical_gradient(rest_of_the_graph(pieces, d_out)[node], getattr(pieces, node))
    piece = getattr(backward_pieces(d_out, pieces), f"d_{node}")
    assert relative_error(piece, numerical) < 1e-7
    assert relative_error(piece * 1.01, numerical) > 1e-3


def test_nothing_comes_to_the_mean_by_way_of_the_variance():
    z, gamma, beta, d_out = draw((7, 4), (4,))
    pieces = forward_pieces(z, gamma, beta, eps=EPS)
    directly = -np.sum(gamma * d_out / pieces.sd, axis=0)
    assert_allclose(backward_pieces(d_out, pieces).d_mean, directly, rtol=1e-10)


@pytest.mark.parametrize(("mean_path", "var_path"), [(False, True), (True, False), (False, False)])
def test_a_path_that_is_cut_is_a_term_that_is_missing(mean_path, var_path, case):
    z, gamma, beta, d_out = case
    pieces = forward_pieces(z, gamma, beta, eps=EPS)
    cut = backward_pieces(d_out, pieces, mean_path=mean_path, var_path=var_path)
    terms = d_out - mean_path * d_out.mean(axis=-2, keepdims=True)
    terms = terms - var_path * pieces.z_norm * np.mean(d_out * pieces.z_norm, axis=-2, keepdims=True)
    assert_allclose(cut.d_z, (gamma / pieces.sd)[..., None, :] * terms, rtol=1e-9, atol=1e-12)
    assert relative_error(cut.d_z, backward_pieces(d_out, pieces).d_z) > 0.05


def test_float32_stays_and_the_caller_s_arrays_too():
    arrays = [array.astype(np.float32) for array in draw((7, 4), (4,))]
    before = [array.copy() for array in arrays]
    *forward_arguments, d_out = arrays
    pieces = forward_pieces(*forward_arguments)
    for array in (*pieces, *backward_pieces(d_out, pieces)):
        assert array.dtype == np.float32
    for array, old in zip(arrays, before, strict=True):
        assert_allclose(array, old, rtol=0)


def test_one_example_alone_gives_beta_and_gets_no_gradient():
    pieces = forward_pieces([[7.0, -300.0]], [2, 3], [0.5, -1])
    assert_allclose(pieces.out, [[0.5, -1]])
    back = backward_pieces([[1.0, 2.0]], pieces)
    assert_allclose(back.d_z, 0)
    assert_allclose(back.d_gamma, 0)
    assert_allclose(back.d_beta, [1, 2])


z2, row = np.arange(8.0).reshape(2, 4), np.ones(4)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: forward_pieces(z2[:0], row, row), ValueError,
            f"forward_pieces: z must hold at least one example; got shape (0, {z2.shape[1]}).",
        ),
        (
            lambda: forward_pieces(z2, np.ones(2), row), ValueError,
            "forward_pieces: gamma must have shape (4,), one scale per feature of z with shape (2, 4); got (2,).",
        ),
        (
            lambda: forward_pieces(np.where(z2 == 3, np.nan, z2), row, row), ValueError,
            "forward_pieces: z must be finite; got nan at index (0, 3).",
        ),
        (
            lambda: forward_pieces(z2, row, row, eps=0), ValueError,
            "forward_pieces: eps must be a number of at least 2.22507e-308; got 0.",
        ),
        (
            lambda: backward_pieces(z2.T, forward_pieces(z2, row, row)), ValueError,
            "backward_pieces: d_out must have the shape of z, (2, 4); got (4, 2).",
        ),
        (
            lambda: backward_pieces(z2 * np.nan, forward_pieces(z2, row, row)), ValueError,
            "backward_pieces: d_out must be finite; got nan at index (0, 0).",
        ),
    ],
)  # fmt: skip
def test_refused_in_words(call, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        call()
