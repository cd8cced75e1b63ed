"""Cases for the norms over any axes, and what is right for them, in long doubles."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from trust.cases import FLAGS, FLOATS, case, row_for, shape_of
from trust.hostile import Draw, an_array
from trust.oracles import close, eps_of, kept_type, tiny, wide

LD = np.longdouble
EPS = st.sampled_from([1e-5, 1e-5, 1e-3, 1e-300, 1.0, 1e300])


def forward(result: Any, *, z: Any, gamma: Any, beta: Any, axes: Any, eps: Any) -> None:
    out, cache = result
    dtype = kept_type(z)
    assert out.dtype == cache.var.dtype == dtype
    z, gamma, beta = (wide(np.asarray(x).astype(dtype)) for x in (z, gamma, beta))
    axes = tuple(np.ravel(np.asarray(axes, int)).tolist())
    with np.errstate(all="ignore"):
        mean = z.mean(axis=axes, keepdims=True)
        mean = mean + (z - mean).mean(axis=axes, keepdims=True)
        var = np.mean((z - mean) ** 2, axis=axes, keepdims=True)
        sd = np.sqrt(var + LD(eps))
        largest = np.abs(z).max(axis=axes, keepdims=True, initial=0)
        expected = gamma * (z - mean) / sd + beta
    e = eps_of(out)
    underflow = tiny(out) * e * (1 + np.abs(z - mean))  # of gamma / sd
    close(out, expected, rtol=0, atol=50 * e * (np.abs(gamma) * (1 + largest / sd) + np.abs(beta)) + 2 * underflow
          + tiny(out))  # fmt: skip
    close(cache.mean, mean, rtol=0, atol=50 * e * largest + tiny(out))
    close(cache.var, var, rtol=50 * e, atol=50 * e * largest * np.sqrt(var) + tiny(out) + (50 * e * largest) ** 2)


def backward(result: Any, *, d_out: Any, cache: Any) -> None:
    d_z, d_gamma, d_beta = result
    d_out, gamma = wide(np.asarray(d_out).astype(cache.centered.dtype)), wide(cache.gamma)
    inv_sd, z_norm = wide(cache.inv_sd), wide(cache.centered) * wide(cache.inv_sd)
    d_norm = d_out * gamma
    mean, product = (x.mean(axis=cache.axes, keepdims=True) for x in (d_norm, d_norm * z_norm))
    size = np.abs(d_norm).max(axis=cache.axes, keepdims=True) * (2 + np.abs(z_norm) * np.abs(z_norm).max())
    e = 50 * eps_of(d_z)
    close(d_z, inv_sd * (d_norm - mean - z_norm * product), rtol=0, atol=e * inv_sd * size + tiny(d_z))
    for got, terms, shape in ((d_gamma, d_out * z_norm, cache.gamma.shape), (d_beta, d_out, cache.beta.shape)):
        close(got, _summed(terms, shape), rtol=0, atol=e * _summed(np.abs(terms), shape) + tiny(d_z))


def _summed(terms: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Sum what broadcasting repeated, one axis after the other."""
    while terms.ndim > len(shape):
        terms = terms.sum(axis=0)
    for i, size in enumerate(shape):
        terms = terms.sum(axis=i, keepdims=True) if size == 1 else terms
    return terms


def layer_forward(result: Any, *, z: Any, gamma: Any, beta: Any, eps: Any) -> None:
    out, cache = result
    rows = (np.asarray(x)[..., None, :] for x in (gamma, beta))
    forward((out, cache.norm), z=z, gamma=next(rows), beta=next(rows), axes=(-1,), eps=eps)


def layer_backward(result: Any, *, d_out: Any, cache: Any) -> None:
    d_z, d_gamma, d_beta = result
    assert (d_gamma.shape, d_beta.shape) == cache.shapes
    rows = d_gamma.reshape(cache.norm.gamma.shape), d_beta.reshape(cache.norm.beta.shape)
    backward((d_z, *rows), d_out=d_out, cache=cache.norm)


def _axes(draw: Draw, n: int) -> Any:
    axes = draw(st.lists(st.integers(-n, n - 1), min_size=1, max_size=n, unique_by=lambda axis: axis % n))
    return axes[0] if len(axes) == 1 and draw(FLAGS) else tuple(axes)


@case("layernorm.norm_forward", forward, examples=300)
def _(draw: Draw) -> dict[str, Any]:
    shape, dtype = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))), draw(FLOATS)
    shared = tuple(size if draw(FLAGS) else 1 for size in shape)[draw(st.integers(0, len(shape))) :]
    gamma, beta = an_array(draw, shared, dtype), an_array(draw, shared, dtype)
    return {"z": an_array(draw, shape, dtype), "gamma": gamma, "beta": beta, "axes": _axes(draw, len(shape)),
            "eps": draw(EPS)}  # fmt: skip


@case("layernorm.layernorm_forward", layer_forward, examples=300)
def _(draw: Draw) -> dict[str, Any]:
    shape, dtype = shape_of(draw), draw(FLOATS)
    rows = row_for(draw, shape, dtype), row_for(draw, shape, dtype)
    return {"z": an_array(draw, shape, dtype), "gamma": rows[0], "beta": rows[1], "eps": draw(EPS)}


def _tame(draw: Draw, shape: tuple[int, ...], dtype: type) -> np.ndarray:
    z = np.random.default_rng(draw(st.integers(0, 9))).standard_normal(shape)
    return (z * 10.0 ** draw(st.sampled_from([0, 0, 3, -3, 10])) + draw(st.sampled_from([0, 100]))).astype(dtype)


@case("layernorm.norm_backward", backward, examples=200)
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.layernorm import norm_forward

    shape, dtype = tuple(draw(st.lists(st.integers(2, 4), min_size=1, max_size=4))), draw(FLOATS)
    shared = tuple(size if draw(FLAGS) else 1 for size in shape)[draw(st.integers(0, len(shape))) :]
    gamma = np.random.default_rng(draw(st.integers(0, 9))).standard_normal(shared).astype(dtype)
    cache = norm_forward(_tame(draw, shape, dtype), gamma, gamma, axes=_axes(draw, len(shape)))[1]
    return {"d_out": an_array(draw, shape, dtype), "cache": cache}


@case("layernorm.layernorm_backward", layer_backward, examples=200)
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.layernorm import layernorm_forward

    m_n = draw(st.integers(1, 4)), draw(st.integers(2, 5))
    shape, dtype = (draw(st.integers(1, 3)), *m_n) if draw(FLAGS) else m_n, draw(FLOATS)
    row = np.random.default_rng(draw(st.integers(0, 9))).standard_normal(shape[-1:]).astype(dtype)
    return {"d_out": an_array(draw, shape, dtype), "cache": layernorm_forward(_tame(draw, shape, dtype), row, row)[1]}
