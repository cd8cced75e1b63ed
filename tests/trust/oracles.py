"""What a right answer is, computed another way: in fractions, in long doubles, by mpmath or by SciPy."""

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from scipy import special
from trust.hostile import FUNCTIONS

Oracle = Callable[..., None]
LD = np.longdouble


def eps_of(x: Any) -> float:
    return float(np.finfo(np.asarray(x).dtype).eps)


def kept_type(x: Any) -> type:
    """Say which float type the result for x has."""
    return np.float32 if np.asarray(x).dtype == np.float32 else np.float64


def wide(x: Any) -> np.ndarray:
    return np.asarray(np.asarray(x), dtype=LD)


def close(result: Any, expected: Any, *, rtol: float = 1e-12, atol: Any = 0.0) -> None:
    """Compare in long doubles, so that nothing overflows on the way."""
    result, expected = wide(result), wide(expected)
    assert result.shape == expected.shape
    off = np.abs(result - expected) > rtol * np.abs(expected) + wide(atol)
    assert not off.any(), f"{result[off]} is not {expected[off]}"


# averages


def ewa(result: Any, *, values: Any, decay: float, bias_correction: bool) -> None:
    assert result.dtype == kept_type(values)
    v, averages = wide(np.zeros(np.shape(values)[1:])), []
    for t, value in enumerate(wide(values), start=1):
        v = LD(decay) * v + (1 - LD(decay)) * value
        averages.append(v / (1 - LD(decay) ** t) if bias_correction else v)
    size = np.abs(wide(values)).max() if np.size(values) else 0
    close(result, np.reshape(averages, np.shape(values)), rtol=0, atol=50 * eps_of(result) * size + tiny(result))


def tiny(result: Any) -> float:
    return float(np.finfo(np.asarray(result).dtype).tiny)


def window(result: Any, *, decay: Any) -> None:
    close(result, float(1 / (1 - Fraction(float(decay)))), rtol=1e-15)


def weights(result: Any, *, decay: Any, n: Any) -> None:
    assert result.shape == (int(n),)
    d = Fraction(float(decay))
    for i in (0, int(n) // 2, int(n) - 1):
        with mpmath.workdps(40):
            exact = (1 - mpmath.mpf(float(d))) * mpmath.mpf(float(d)) ** i
        close(result[i], float(exact), rtol=1e-11, atol=1e-307)


# softmax


def softmax(result: Any, *, z: Any, axis: int = -1) -> None:
    z64 = np.asarray(z, np.float64)
    assert result.dtype == kept_type(z)
    with np.errstate(all="ignore"):
        s = wide(z64) - wide(z64).max(axis=axis, keepdims=True)
        t = np.exp(s)
        exact = t / t.sum(axis=axis, keepdims=True)
    close(result, exact, rtol=20 * eps_of(result), atol=20 * eps_of(result) * np.abs(s) * exact + 2 * tiny(result))


def log_softmax(result: Any, *, z: Any, axis: int = -1) -> None:
    z64 = np.asarray(z, np.float64)
    assert result.dtype == kept_type(z)
    with np.errstate(all="ignore"):
        s = wide(z64) - wide(z64).max(axis=axis, keepdims=True)
        exact = s - np.log(np.exp(s).sum(axis=axis, keepdims=True))
    close(result, exact, rtol=0, atol=20 * eps_of(result) * (1 + np.abs(s)))
    if z64.size and np.abs(z64).max() < 1e300:
        assert_allclose(result, special.log_softmax(z64, axis=axis), rtol=1e-4, atol=1e-4)


def hardmax(result: Any, *, z: Any, axis: int = -1) -> None:
    z = np.asarray(z)
    expected = np.moveaxis(np.eye(z.shape[axis])[z.argmax(axis)], -1, axis)
    assert result.dtype == kept_type(z)
    assert_array_equal(result, expected)


def softmax_loss(result: Any, *, z: Any, y: Any, reduction: str = "mean") -> None:
    loss, d_z = result
    z64, y = np.asarray(z, np.float64), np.asarray(y)
    assert d_z.dtype == kept_type(z)
    assert d_z.shape == z64.shape
    s = wide(z64) - wide(z64).max(axis=-1, keepdims=True)
    t = np.exp(s)
    log_y_hat = s - np.log1p(t.sum(axis=-1, keepdims=True) - 1)
    are_labels = y.ndim < 2 or (y.ndim < z64.ndim and y.dtype.kind in "iu")
    rows = np.eye(z64.shape[-1])[y.astype(int)] if are_labels else np.asarray(y, np.float64)
    rows = np.broadcast_to(rows, z64.shape)
    losses = -np.where(rows > 0, rows * log_y_hat, 0).sum(axis=-1)
    share = LD(1) / z64.shape[-2] if reduction == "mean" else LD(1)
    expected = losses if reduction == "none" else losses.sum(axis=-1) * share
    size = (1 + np.abs(s)).max()
    eps = eps_of(d_z)
    largest = LD(float(np.finfo(d_z.dtype).max)) * (1 - 100 * LD(eps))
    if np.isinf(loss).any():  # only the unchecked one lets it through
        assert (losses.sum(axis=-1) > largest).any() or (np.abs(s) > largest).any()  # a difference of logits, too
        return
    close(loss, expected, rtol=0, atol=60 * eps * size * z64.shape[-2])
    close(d_z, share * (t / t.sum(axis=-1, keepdims=True) - rows), rtol=0, atol=60 * eps * size.clip(0, 1000))


# batch norm


def _normalized(z: Any, gamma: Any, beta: Any, eps: Any) -> tuple[np.ndarray, ...]:
    dtype = kept_type(z)
    z, gamma, beta = wide(np.asarray(z).astype(dtype)), wide(np.asarray(gamma).astype(dtype)), wide(beta)
    with np.errstate(all="ignore"):
        mean = z.mean(axis=-2, keepdims=True)
        mean = mean + (z - mean).mean(axis=-2, keepdims=True)
        var = np.mean((z - mean) ** 2, axis=-2, keepdims=True)
        z_norm = (z - mean) / np.sqrt(var + LD(eps))
        condition = 1 + np.abs(z).max(axis=-2, keepdims=True) / np.sqrt(var + LD(eps))
        out = gamma[..., None, :] * z_norm + beta[..., None, :]
        size = np.abs(gamma[..., None, :]) * condition + np.abs(beta[..., None, :])
    return mean, var, z_norm, out, size


def batchnorm_forward(result: Any, *, z: Any, gamma: Any, beta: Any, eps: Any = 1e-5) -> None:
    out, cache = result
    assert out.dtype == cache.var.dtype == kept_type(z)
    mean, var, _, expected, size = _normalized(z, gamma, beta, eps)
    e = eps_of(out)
    underflow = tiny(out) * e * (1 + np.abs(wide(np.asarray(z).astype(out.dtype)) - mean))  # of gamma / sd
    close(out, expected, rtol=0, atol=50 * e * size + 2 * underflow + tiny(out))
    largest = np.abs(wide(z)).max(axis=-2)
    close(cache.mean, mean[..., 0, :], rtol=0, atol=50 * e * largest + tiny(out))
    close(cache.var, var[..., 0, :], rtol=50 * e, atol=50 * e * largest * np.sqrt(var[..., 0, :]) + tiny(out)
          + (50 * e * largest) ** 2)  # fmt: skip


def forward_pieces(pieces: Any, z: Any, gamma: Any, beta: Any, eps: Any = 1e-5) -> None:
    _, _, z_norm, out, size = _normalized(z, gamma, beta, eps)
    assert pieces.out.dtype == kept_type(z)
    # In plain lines: their mean is off by rounding, which a spread as small as that rounding shows.
    assert np.shape(pieces.z_norm) == z_norm.shape
    close(pieces.out, out, rtol=0, atol=200 * eps_of(pieces.out) * size * np.shape(z)[-2] + tiny(pieces.out))


def _backward(d_out: Any, centered: Any, inv_std: Any, gamma: Any) -> tuple[np.ndarray, ...]:
    d_out, z_norm = wide(d_out), wide(centered) * wide(inv_std)[..., None, :]
    m = d_out.shape[-2]
    d_beta, d_gamma = d_out.sum(axis=-2), (d_out * z_norm).sum(axis=-2)
    slope = (wide(gamma) * wide(inv_std))[..., None, :]
    d_z = slope * (d_out - d_beta[..., None, :] / m - z_norm * d_gamma[..., None, :] / m)
    size = np.abs(slope) * np.abs(d_out).max(axis=-2, keepdims=True) * (2 + np.abs(z_norm) * np.abs(z_norm).max())
    return d_z, d_gamma, d_beta, size


def batchnorm_backward(result: Any, *, d_out: Any, cache: Any) -> None:
    d_z, d_gamma, d_beta = result
    d_out = np.asarray(d_out).astype(cache.centered.dtype)
    expected = _backward(d_out, cache.centered, cache.inv_std, cache.gamma)
    e = 50 * eps_of(d_z)
    close(d_z, expected[0], rtol=0, atol=e * expected[3] + tiny(d_z))
    z_norm = wide(cache.centered) * wide(cache.inv_std)[..., None, :]
    for got, exact, terms in ((d_gamma, expected[1], d_out * z_norm), (d_beta, expected[2], wide(d_out))):
        size = np.abs(terms).sum(axis=-2)
        shared = tuple(range(exact.ndim - got.ndim))
        close(got, exact.sum(axis=shared), rtol=0, atol=e * size.sum(axis=shared) + tiny(d_z))


def backward_pieces(result: Any, *, d_out: Any, pieces: Any, mean_path: bool, var_path: bool) -> None:
    d_out = np.asarray(d_out).astype(pieces.z.dtype)
    d_z, d_gamma, d_beta, size = _backward(d_out, pieces.centered, 1 / wide(pieces.sd), pieces.gamma)
    e = 100 * eps_of(result.d_z)
    sizes = np.abs(wide(d_out)) * (1 + np.abs(wide(pieces.z_norm)))
    close(result.d_beta, d_beta, rtol=0, atol=e * sizes.sum(axis=-2) + tiny(result.d_z))
    close(result.d_gamma, d_gamma, rtol=0, atol=e * sizes.sum(axis=-2) + tiny(result.d_z))
    if mean_path and var_path:
        close(
            result.d_z, d_z, rtol=0, atol=e * size * (1 + np.abs(wide(pieces.mean)) / wide(pieces.sd)).max() + tiny(d_z)
        )


def batchnorm_inference(result: Any, *, z: Any, gamma: Any, beta: Any, mean: Any, var: Any, eps: Any = 1e-5) -> None:
    dtype = kept_type(z)
    assert result.dtype == dtype
    z, gamma, beta, mean, var = (wide(np.asarray(x).astype(dtype)) for x in (z, gamma, beta, mean, var))
    slope = gamma / np.sqrt(var + LD(eps))
    terms = np.abs(slope)[..., None, :] * (np.abs(z) + np.abs(mean)[..., None, :]) + np.abs(beta)[..., None, :]
    expected = slope[..., None, :] * (z - mean[..., None, :]) + beta[..., None, :]
    underflow = tiny(result) * eps_of(result) * (1 + np.abs(z - mean[..., None, :]))  # of gamma / sd
    close(result, expected, rtol=0, atol=20 * eps_of(result) * terms + 2 * underflow + tiny(result))


def fresh_stats(result: Any, *, n: int, n_models: Any, decay: Any, bias_correction: bool) -> None:
    shape = (n,) if n_models is None else (n_models, n)
    assert_array_equal(result[0], np.zeros(tuple(map(int, shape))))
    assert_array_equal(result[1], np.ones(tuple(map(int, shape))))


def updated_stats(result: Any, *, stats: Any, mean: Any, var: Any, m: Any) -> None:
    got_mean, got_var = result
    m = None if m is None else int(m)
    var = wide(np.asarray(var).astype(kept_type(var))) * (1 if m is None else LD(m) / (m - 1))
    old = 0 if stats["decay"] is None or stats["bias_correction"] else LD(stats["decay"])
    e = 40 * eps_of(got_mean)
    close(got_mean, (1 - old) * wide(mean), rtol=e, atol=e + tiny(got_mean))
    close(got_var, (1 - old) * var + old, rtol=40 * eps_of(got_var), atol=tiny(got_var) * 1e9)


# normalize


def standardizer_fit(result: Any, *, X: Any) -> None:
    dtype = kept_type(X)
    assert result.mean.dtype == result.sd.dtype == dtype
    X = wide(np.asarray(X).astype(dtype))
    mean = X.mean(axis=-2, keepdims=True)
    mean = mean + (X - mean).mean(axis=-2, keepdims=True)
    sd = np.sqrt(np.mean((X - mean) ** 2, axis=-2))
    is_constant = but_for_rounding(X, result.mean)
    largest, e = np.abs(X).max(axis=-2), 20 * eps_of(result.mean)
    close(result.mean, mean[..., 0, :], rtol=0, atol=e * largest + tiny(result.mean))
    close(result.sd, np.where(is_constant, 1, sd), rtol=e, atol=np.where(is_constant, 0, e * largest + tiny(result.sd)))


def but_for_rounding(X: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Whether all values of a feature are within ten units in the last place of the largest."""
    return np.ptp(X, axis=-2) <= 10 * eps_of(like) * np.abs(X).max(axis=-2)


def minmax_fit(result: Any, *, X: Any) -> None:
    X = np.asarray(X).astype(kept_type(X))
    assert_array_equal(result.low, X.min(axis=-2))
    width = wide(X).max(axis=-2) - wide(X).min(axis=-2)
    width = np.where(but_for_rounding(wide(X), result.low), 1, width)
    close(result.width, width, rtol=eps_of(result.width))


def scaled(result: Any, *, self: dict[str, Any], X: Any) -> None:
    dtype = kept_type(X)
    assert result.dtype == dtype
    shift, scale = (wide(x.astype(dtype))[..., None, :] for x in self.values())
    X = wide(np.asarray(X).astype(dtype))
    atol = 4 * eps_of(result) * (np.abs(X) + np.abs(shift)) / scale
    close(result, (X - shift) / scale, rtol=0, atol=atol + tiny(result))


def unscaled(result: Any, *, self: dict[str, Any], X: Any) -> None:
    dtype = kept_type(X)
    assert result.dtype == dtype
    shift, scale = (wide(x.astype(dtype))[..., None, :] for x in self.values())
    X = wide(np.asarray(X).astype(dtype))
    close(
        result, X * scale + shift, rtol=0, atol=4 * eps_of(result) * (np.abs(X * scale) + np.abs(shift)) + tiny(result)
    )


# the bowl


def bowl(result: Any, *, hessian: Any, minimum: Any, lowest: Any) -> None:
    assert result.hessian.dtype == result.minimum.dtype == np.float64
    assert_array_equal(result.hessian, np.asarray(hessian, float))
    assert (result.curvatures > 0).all()


def curvatures(result: Any, *, hessian: Any, minimum: Any, lowest: Any) -> None:
    H = np.asarray(hessian, float)
    scale = np.abs(H).max()
    close(result / scale, np.linalg.eigvalsh(H / scale), rtol=0, atol=1e-13)


def _exact_curvatures(hessian: Any) -> tuple[float, float]:
    H = np.asarray(hessian, float)
    with mpmath.workdps(60):
        values = [mpmath.mpf(x) for x in mpmath.eigsy(mpmath.matrix(H.tolist()), eigvals_only=True)]
        return min(values), max(values)


def condition_number(result: Any, *, hessian: Any, minimum: Any, lowest: Any) -> None:
    low, high = _exact_curvatures(hessian)
    assert abs(result / (high / low) - 1) < 1e-13 * float(high / low) + 1e-12


def largest_stable_rate(result: Any, *, hessian: Any, minimum: Any, lowest: Any) -> None:
    assert abs(result / (2 / _exact_curvatures(hessian)[1]) - 1) < 1e-12


def best_rate(result: Any, *, hessian: Any, minimum: Any, lowest: Any) -> None:
    assert abs(result / (2 / sum(_exact_curvatures(hessian))) - 1) < 1e-12


def cost(result: Any, *, bowl: Any, w: Any) -> None:
    d = wide(np.asarray(w, float)) - wide(bowl.minimum)
    terms = wide(np.diag(bowl.hessian)) * (np.abs(wide(np.asarray(w, float))) + np.abs(wide(bowl.minimum))) ** 2
    expected = LD(bowl.lowest) + (wide(np.diag(bowl.hessian)) * d**2).sum(axis=-1) / 2
    close(result, expected, rtol=0, atol=1e-14 * (terms.sum(axis=-1) + bowl.lowest))


def least_squares(result: Any, *, X: Any, y: Any, intercept: bool) -> None:
    X, y = np.asarray(X, float), np.asarray(y, float)
    X = np.column_stack([X, np.ones(len(X))]) if intercept else X
    scale = np.abs(X).max()
    close(result.hessian / scale / scale, (X / scale).T @ (X / scale) / len(X), rtol=1e-12, atol=1e-13)
    gradient = (X / scale).T @ ((X / scale) @ (result.minimum * scale) - y)
    # At a minimum, the gradient is 0, but for rounding.
    size = (np.abs(X / scale) @ np.abs(result.minimum * scale) + np.abs(y)).max()
    assert np.abs(gradient).max() <= 1e-6 * size + 1e-300


def descent_path(result: Any, *, bowl: Any, w: Any, learning_rate: Any, n_steps: Any) -> None:
    rates = np.asarray(learning_rate, float)
    assert result.shape == (*rates.shape, int(n_steps) + 1, len(bowl.minimum))
    far = np.sqrt(len(bowl.minimum)) * 1.01e150 + np.abs(bowl.minimum).max()
    assert np.abs(result).max(initial=0) <= far
    start = np.asarray(w, float)
    if rates.size and np.abs(start).max() < 1e100 and (np.abs(rates) < 1e3).all() and int(n_steps) <= 6:
        h, x = wide(np.diag(bowl.hessian)), wide(start) - wide(bowl.minimum)
        powers = (1 - wide(rates)[..., None, None] * h) ** np.arange(int(n_steps) + 1)[:, None]
        # Where a rate is 1 / curvature, 1 - rate * curvature is nothing but rounding.
        sizes = (np.abs(1 - wide(rates)[..., None, None] * h) + 1e-15) ** np.arange(int(n_steps) + 1)[:, None]
        size = (np.abs(wide(start)) + np.abs(wide(bowl.minimum))).max() * sizes.max(axis=-1, keepdims=True)
        slack = np.abs(x).max() * (sizes - np.abs(powers)).max(axis=-1, keepdims=True)
        close(result, bowl.minimum + x * powers, rtol=1e-12, atol=1e-12 * size + 10 * slack + 1e-14)


def steps_to_tolerance(result: Any, *, bowl: Any, w: Any, learning_rate: Any, tolerance: Any, of: str) -> None:
    rate, h = LD(learning_rate), wide(np.diag(bowl.hessian))
    start = wide(np.asarray(w, float)) - wide(bowl.minimum)
    if not start.any():
        assert result == 0
    elif learning_rate >= bowl.largest_stable_rate:
        assert result == math.inf
    else:
        assert result == int(result) >= 1
        start = start * np.sqrt(h) if of == "cost" else start
        start = start / np.abs(start).max()
        share = LD(float(tolerance)) if of == "distance" else np.sqrt(LD(float(tolerance)))

        def left(n: float) -> Any:
            with np.errstate(invalid="ignore"):  # a step of 1e-18 of the way is lost in 1 - rate * h
                logs = np.where(rate * h < 0.5, np.log1p(-rate * h), np.log(np.abs(1 - rate * h) + LD(1e-4900)))
            shrunk = start * np.exp(n * logs)
            return np.sqrt(np.sum(shrunk**2) / np.sum(start**2))

        slack = 1e-9 if result < 1e6 else 1e-3
        assert left(float(result)) <= share * (1 + slack)
        assert left(float(result) - 1) > share * (1 - slack)


# many at once


def best_of_weights(result: Any, *, n_scores: Any, n: Any) -> None:
    n_scores, n = int(n_scores), int(n)
    exact = [Fraction(math.comb(i, n - 1), math.comb(n_scores, n)) for i in range(n_scores)]
    close(result, [float(x) for x in exact], rtol=1e-15)


def expected_best(result: Any, *, scores: Any, n: Any, of: Any) -> None:
    scores = np.asarray(scores, float)
    judged = scores if of is None else np.asarray(of, float)
    t, n = scores.shape[-1], int(n)
    share = [LD(float(Fraction(math.comb(i, n - 1), math.comb(t, n)))) for i in range(t)]
    order = np.argsort(scores, axis=-1, kind="stable")
    ranked = wide(np.take_along_axis(judged, order, axis=-1))
    close(
        result, (ranked * share).sum(axis=-1), rtol=0, atol=1e-14 * (np.abs(ranked) * share).sum(axis=-1) + tiny(result)
    )


def epochs_each(result: Any, *, n_models: Any, machines: Any, minutes: Any, minutes_per_epoch: Any) -> None:
    turns = math.ceil(Fraction(int(n_models), int(machines)))
    exact = Fraction(float(minutes)) / Fraction(float(minutes_per_epoch)) / turns
    assert isinstance(result, int)
    assert (
        math.floor(exact * (1 - Fraction(1, 10**12)))
        <= result
        <= math.floor(exact * (1 + Fraction(1, 10**12)) + Fraction(2, 10**9))
    )


def decide(result: Any, *, now: Any, last: Any, rate: Any, ceiling: Any) -> None:
    now, last, rate, ceiling = (np.broadcast_to(np.asarray(x), np.shape(result.rate)) for x in
                                (now, last, rate, ceiling))  # fmt: skip
    for i in np.ndindex(np.shape(result.rate)):
        goes_back = not now[i] < last[i]
        assert bool(result.goes_back[i]) == goes_back
        assert result.ceiling[i] == (min(ceiling[i], rate[i]) if goes_back else ceiling[i])
        rises = now[i] > last[i] / 2 and rate[i] + 1 < result.ceiling[i]
        assert result.rate[i] == (max(rate[i] - 1, 0) if goes_back else rate[i] + rises)


# the classifier and the data


def confusion_matrix(result: Any, *, y: Any, named: Any, n_classes: Any) -> None:
    y, named = np.broadcast_arrays(np.asarray(y), np.asarray(named))
    for i in np.ndindex(result.shape):
        assert result[i] == np.sum((y[i[:-2]] == i[-2]) & (named[i[:-2]] == i[-1]))


def best_guesses(result: Any, *, p: Any, n: Any) -> None:
    p, n = np.asarray(p, float), int(n)
    for i in np.ndindex(p.shape[:-1]):
        ranked = sorted(range(p.shape[-1]), key=lambda j: -p[i][j])
        assert result[i].tolist() == ranked[:n]


def class_weights(result: Any, *, y: Any, n_classes: Any) -> None:
    y = np.asarray(y)
    sums = [result[y == c].sum() for c in range(int(n_classes))]
    assert_allclose(sums, len(y) / int(n_classes))


def split(result: Any, *, X: Any, y: Any, rng: Any, n_train: Any, standardize: bool) -> None:
    X, y = np.asarray(X), np.asarray(y)
    assert len(result.y_train) == int(n_train)
    assert sorted([*result.y_train, *result.y_test]) == sorted(y.tolist())
    if not standardize:
        both = np.concatenate([result.X_train, result.X_test])
        assert_array_equal(np.sort(both, axis=0), np.sort(X.astype(kept_type(X)), axis=0))


def points(result: Any, *, m: Any, rng: Any, n_classes: Any, noise: Any) -> None:
    X, y = result
    assert X.shape == (int(m), 2)
    counts = np.bincount(y, minlength=int(n_classes))
    assert counts.sum() == int(m)
    assert counts.max() - counts.min() <= 1
    largest = max(int(n_classes), 1) + 9 * float(noise)
    assert np.abs(X).max() <= largest


def drifted(result: Any, *, X: Any, kind: str, strength: Any, rng: Any) -> None:
    X = np.asarray(X)
    assert result.shape == X.shape
    assert result.dtype == kept_type(X)
    if strength == 0 and kind != "noise":
        assert_array_equal(result, X.astype(kept_type(X)))
    if kind == "a new scanner":
        close(result, wide(X) * LD(16.0) ** LD(float(strength)), rtol=1e-5)


def cost_of_staying(result: Any, *, then: Any, now: Any, judged: Any) -> None:
    then, now, judged = (wide(x) for x in (then, now, judged))
    means = [x.mean(axis=-2) for x in (then, now)]
    if all(x.size and (np.sort(x)[..., -1:] - np.sort(x)[..., -2:-1] > 1e-3 * np.abs(x).max()).all() for x in means):
        best = [x.argmax(axis=-1) for x in means]
        if judged.ndim == 2:
            exact = judged[:, best[1]] - judged[:, best[0]]
            close(result, exact, rtol=1e-6)


def mislabeled(result: Any, *, y: Any, share: Any, rng: Any, n_classes: Any, kind: str) -> None:
    y = np.asarray(y)
    assert result.is_wrong.sum() == round(float(share) * len(y))
    assert_array_equal(result.is_wrong, result.y != y)
    assert ((result.y >= 0) & (result.y < int(n_classes))).all()
    if kind == "systematic":
        assert_array_equal(result.y[result.is_wrong], (y[result.is_wrong].astype(int) + 1) % int(n_classes))


def moved(result: Any, *, pictures: Any, right: Any, down: Any, degrees: Any) -> None:
    pictures = np.asarray(pictures)
    assert result.shape == pictures.shape
    assert result.dtype == kept_type(pictures)
    if result.size:
        assert np.abs(wide(result)).max() <= np.abs(wide(pictures.astype(float))).max() * (1 + LD(1e-6))
    if right == down == degrees == 0:
        assert_array_equal(result, pictures.astype(result.dtype))


def thickened(result: Any, *, pictures: Any, amount: Any) -> None:
    pictures = np.asarray(pictures).astype(kept_type(pictures))
    amount = float(amount)
    assert result.dtype == pictures.dtype
    for i in np.ndindex(pictures.shape):
        *which, row, column = i
        near = [
            pictures[(*which, r, c)] if 0 <= r < pictures.shape[-2] and 0 <= c < pictures.shape[-1] else 0.0
            for r, c in ((row, column), (row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1))
        ]
        goal = LD(max(near) if amount > 0 else min(near))
        exact = (1 - abs(LD(amount))) * LD(pictures[i]) + abs(LD(amount)) * goal
        close(result[i], exact, rtol=0, atol=4 * eps_of(result) * (abs(LD(pictures[i])) + abs(goal)) + tiny(result))


def blotted(result: Any, *, pictures: Any, x: Any, y: Any, radius: Any, ink: Any) -> None:
    pictures = np.asarray(pictures).astype(kept_type(pictures))
    assert result.dtype == pictures.dtype
    assert result.shape == pictures.shape
    assert (result >= pictures).all()
    if float(radius) == 0:
        assert_array_equal(result, np.maximum(pictures, 0))


# which of them matters


def bins(result: Any, *, u: Any, n_bins: Any) -> None:
    n = int(n_bins)
    expected = [min(math.floor(Fraction(float(x)) * n), n - 1) for x in np.asarray(u, float).flat]
    off = np.abs(result.reshape(-1) - np.array(expected, int).reshape(-1))
    edge = np.array([abs(round(float(x) * n) - float(x) * n) < 1e-6 for x in np.asarray(u, float).flat])
    assert (off[~edge] == 0).all() if off.size else True
    assert (off <= 1).all()


def marginal(result: Any, *, u: Any, scores: Any, n_bins: Any) -> None:
    n = int(n_bins)
    cells = np.minimum(np.floor(np.asarray(u, float) * n).astype(int), n - 1)
    for i in range(n):
        inside = wide(scores)[cells == i]
        assert result.counts[i] == len(inside)
        if len(inside):
            close(result.means[i], inside.mean(), rtol=0, atol=1e-14 * np.abs(inside).max() + tiny(result.means))
        else:
            assert np.isnan(result.means[i])


def explained_share(result: Any, *, groups: Any, scores: Any) -> None:
    groups, scores = np.asarray(groups), [Fraction(float(x)) for x in np.asarray(scores, float)]
    n, names = len(scores), sorted(set(groups.tolist()))

    def squares(values: list[Fraction]) -> Fraction:
        mean = sum(values) / len(values)
        return sum((x - mean) ** 2 for x in values)

    within = sum(squares([x for x, g in zip(scores, groups, strict=True) if g == name]) for name in names)
    total = squares(scores)
    largest = max(abs(x) for x in scores)
    if total == 0:
        assert result == 0
    elif total > largest**2 / 10**12:
        exact = 1 - (within / (n - len(names))) / (total / (n - 1))
        assert abs(result - float(exact)) < 1e-4 * (1 + abs(float(exact)))


def noise_share(result: Any, *, scores: Any, repeats: Any) -> None:
    def variance(values: Any) -> Fraction:
        values = [Fraction(float(x)) for x in values]
        mean = sum(values) / len(values)
        return sum((x - mean) ** 2 for x in values) / (len(values) - 1)

    total, largest = (
        variance(np.asarray(scores, float)),
        max(Fraction(float(abs(x))) for x in np.asarray(scores, float)),
    )
    rows = np.asarray(repeats, float).reshape(-1, np.shape(repeats)[-1])
    noise = sum(variance(row) for row in rows) / len(rows)
    largest_repeat = max(Fraction(float(abs(x))) for x in rows.flat)
    if total > largest**2 / 10**12 and noise > largest_repeat**2 / 10**12:
        exact = noise / total
        assert abs(Fraction(result) - exact) <= exact / 10**3 + Fraction(1, 10**300)


# networks and optimizers


def network(result: Any, *, sizes: Any, activation: Any, batch_norm: Any, eps: Any) -> None:
    assert result.sizes == tuple(int(size) for size in sizes)
    assert (result.activation, result.batch_norm, result.eps) == (activation, batch_norm, float(eps))


def init_network(result: Any, *, network: Any, rng: Any, scale: Any, n_models: Any, dtype: Any) -> None:
    assert all(array.dtype == np.dtype(dtype) for array in result.values())
    k = () if n_models is None else (int(n_models),)
    for i, (n_in, n_out) in enumerate(pairwise(network.sizes), start=1):
        assert result[f"W{i}"].shape == (*k, n_in, n_out)


def forward(result: Any, *, network: Any, parameters: Any, X: Any, **options: Any) -> None:
    z, _ = result
    dtype = np.result_type(*(kept_type(x) for x in parameters.values()))
    assert z.dtype == dtype


def equal_drop_rate(result: Any, *, m: Any) -> None:
    assert abs(Fraction(result) / (Fraction(3, 2) / (int(m) + Fraction(3, 2))) - 1) < 1e-15


def _rate(learning_rate: Any, W: np.ndarray) -> np.ndarray:
    rate = wide(learning_rate)
    return rate.reshape(-1, *[1] * (W.ndim - 1)) if rate.ndim else rate


def _stepped(
    result: Any, parameters: Any, directions: Any, learning_rate: Any, *, slack: Any = 1, squared: Any = None
) -> None:
    overflows = {name: False if squared is None else squared[name] ** 2 > LD(float(np.finfo(kept_type(W)).max)) / 2
                 for name, W in parameters.items()}  # fmt: skip
    for name, value in parameters.items():
        W = np.asarray(value)
        with np.errstate(invalid="ignore"):
            got, step = result[0][name], _rate(learning_rate, W) * directions[name]
            diverged = ~np.isfinite(wide(W) - step)
        assert got.dtype == kept_type(W)
        assert got.shape == W.shape
        assert not np.isfinite(got[diverged]).any()  # what had diverged before the step has not come back
        W, got, step = (np.where(diverged, 0, each) for each in (W, got, step))
        e, small = 20 * eps_of(got), tiny(got)
        # What diverges, says `sgd`, becomes infinite or nan; and nothing else does.
        largest = LD(float(np.finfo(got.dtype).max))
        may = (np.abs(wide(W) - step) > largest * (1 - LD(1e-6))) | (np.abs(step) > largest / 2) | overflows[name]
        got = np.where(may & ~np.isfinite(got), wide(W) - step, got)
        close(got, wide(W) - step, rtol=0, atol=e * (np.abs(wide(W)) + slack * np.abs(step)) + small)


def _gradients(parameters: Any, gradients: Any) -> dict[str, np.ndarray]:
    return {name: wide(np.asarray(gradients[name]).astype(kept_type(W))) for name, W in parameters.items()}


def sgd(result: Any, *, parameters: Any, gradients: Any, state: Any, learning_rate: Any) -> None:
    _stepped(result, parameters, _gradients(parameters, gradients), learning_rate)


def momentum(result: Any, *, parameters: Any, gradients: Any, state: Any, learning_rate: Any, momentum: Any) -> None:
    directions = {name: (1 - LD(float(momentum))) * d for name, d in _gradients(parameters, gradients).items()}
    _stepped(result, parameters, directions, learning_rate, slack=10)


def rmsprop(
    result: Any, *, parameters: Any, gradients: Any, state: Any, learning_rate: Any, decay: Any, eps: Any
) -> None:
    root, d_all = np.sqrt(1 - LD(float(decay))), _gradients(parameters, gradients)
    directions = {name: d / (root * np.abs(d) + LD(float(eps))) for name, d in d_all.items()}
    _stepped(result, parameters, directions, learning_rate, slack=10, squared=d_all)


def adam(
    result: Any, *, parameters: Any, gradients: Any, state: Any, learning_rate: Any, beta1: Any, beta2: Any, eps: Any
) -> None:
    d_all = _gradients(parameters, gradients)
    directions = {name: d / (np.abs(d) + LD(float(eps))) for name, d in d_all.items()}
    _stepped(result, parameters, directions, learning_rate, slack=10, squared=d_all)


def minibatches(result: Any, *, X: Any, y: Any, batch_size: Any, rng: Any) -> None:
    X = np.asarray(X)
    X = X.astype(kept_type(X))
    rows = np.concatenate([batch for batch, _ in result], axis=-2)
    assert rows.shape == X.shape
    assert rows.dtype == X.dtype
    assert_array_equal(np.sort(rows, axis=-2), np.sort(X, axis=-2))
    assert all(batch.shape[-2] == int(batch_size) for batch, _ in result[:-1])


# grids and trials


def grid_points(result: Any, *, n_per_axis: Any, d: Any, ends: bool) -> None:
    assert result.shape == (int(n_per_axis) ** int(d), int(d))
    assert len(np.unique(result, axis=0)) == len(result)
    assert (result.min(), result.max()) == (0, 1) if ends else (result.min() > 0 and result.max() < 1)


def _mirrored(i: int, base: int) -> Fraction:
    x, place = Fraction(0), Fraction(1)
    while i:
        i, digit = divmod(i, base)
        place /= base
        x += digit * place
    return x


def radical_inverse(result: Any, *, i: Any, base: Any) -> None:
    assert 0 <= result < 1
    assert abs(Fraction(result) - _mirrored(int(i), int(base))) <= Fraction(1, 2**51)


def halton(result: Any, *, n: Any, d: Any, rng: Any) -> None:
    assert result.shape == (int(n), int(d))
    for i, point in enumerate(result, start=1):
        for x, base in zip(point, (2, 3, 5, 7, 11, 13), strict=False):
            if rng is None:
                assert abs(Fraction(float(x)) - _mirrored(i, base)) < Fraction(1, 2**51)


def distance_to_nearest(result: Any, *, points: Any, optima: Any, relevance: Any) -> None:
    points, optima = wide(np.asarray(points, float)), wide(np.asarray(optima, float))
    stretch = wide(np.asarray(relevance, float)) ** 2
    differences = points - optima[:, None, :]
    terms = np.abs(points).max() + np.abs(optima).max()
    squares = np.sum(stretch * differences**2, axis=-1)
    exact = np.sqrt(squares.min(axis=-1))
    close(result, exact, rtol=1e-13, atol=4e-16 * terms * np.sqrt(stretch.max() * optima.shape[-1]) + 1e-320)


def compare(result: Any, *, first: Any, second: Any, tolerance: Any) -> None:
    pairs = [
        (Fraction(float(a)), Fraction(float(b))) for a, b in zip(np.asarray(first), np.asarray(second), strict=True)
    ]
    assert sum(result) == len(pairs)
    rounding = Fraction(1, 2**23)
    clear = [(a, b) for a, b in pairs if abs(a - b) > Fraction(float(tolerance)) + rounding * max(abs(a), abs(b))]
    assert result.first >= sum(a < b for a, b in clear)
    assert result.second >= sum(b < a for a, b in clear)
    assert result.ties >= sum(a == b for a, b in pairs)


def chance_of_a_hit(result: Any, *, q: Any, n: Any) -> None:
    for got, trials in zip(np.ravel(result), np.ravel(np.asarray(n, float)), strict=True):
        with mpmath.workdps(60):
            exact = -mpmath.expm1(mpmath.mpf(trials) * mpmath.log1p(-mpmath.mpf(float(q))))
            assert abs(mpmath.mpf(float(got)) - exact) <= mpmath.mpf(1e-14) * abs(exact) + mpmath.mpf(5e-324)


def trials_needed(result: Any, *, q: Any, chance: Any) -> None:
    with mpmath.workdps(60):
        exact = mpmath.log1p(-mpmath.mpf(float(chance))) / mpmath.log1p(-mpmath.mpf(float(q)))
        assert isinstance(result, int)
        assert abs(result - max(1, mpmath.ceil(exact - mpmath.mpf(1e-9)))) <= mpmath.mpf(1e-14) * exact


# gradients


def numerical_gradient(result: Any, *, f: Any, x: Any, step: Any) -> None:
    assert result.shape == np.shape(x)
    assert result.dtype == np.float64


def relative_error(result: Any, *, a: Any, b: Any) -> None:
    a, b = wide(np.asarray(a).astype(kept_type(a))), wide(np.asarray(b).astype(kept_type(b)))
    norm = [np.sqrt(np.sum(x**2)) for x in (a - b, a, b)]
    exact = norm[0] / (norm[1] + norm[2]) if norm[1] + norm[2] else LD(0)
    assert 0 <= result <= 1
    close(result, exact, rtol=1e-6, atol=1e-6)


def tape(result: Any, *, f: Any, w: Any) -> None:
    (d_w,) = result
    assert d_w.dtype == kept_type(w)
    close(d_w, 2 * wide(np.asarray(w).astype(d_w.dtype)), rtol=eps_of(d_w))


# scales


def scale(result: Any, **ends: Any) -> None:
    if "low" in ends:
        assert result.low < result.high


def to_unit(kind: str) -> Oracle:
    def right(result: Any, self: dict[str, Any], x: Any) -> None:
        assert ((result >= 0) & (result <= 1)).all()
        if kind == "ChoiceScale":
            return
        values = [float(value) for value in np.ravel(np.asarray(x, float))]
        close(np.ravel(result), [_share(kind, self, value) for value in values], rtol=1e-9, atol=1e-9)

    return right


def _share(kind: str, self: dict[str, Any], x: float) -> float:
    low, high = self["low"], self["high"]
    with mpmath.workdps(60):
        low, high, x = (mpmath.mpf(value) for value in (low, high, x))
        if kind == "IntegerScale":
            return float((x - low + mpmath.mpf("0.5")) / (high - low + 1))
        way = {"LinearScale": lambda r: r, "LogScale": mpmath.log, "ReverseLogScale": lambda r: -mpmath.log(1 - r)}[
            kind
        ]
        width = way(high) - way(low)
        if abs(width) < 1e-5 * max(abs(way(high)), abs(way(low)), mpmath.mpf(1e-300)):
            return float("nan")  # the ends are so near that rounding decides
        return float((way(x) - way(low)) / width)


def from_unit(kind: str) -> Oracle:
    def right(result: Any, self: dict[str, Any], u: Any) -> None:
        assert np.shape(result) == np.shape(u)
        if kind == "ChoiceScale":
            assert all(option in self["options"] for option in np.ravel(result))
            return
        assert ((result >= self["low"]) & (result <= self["high"])).all()
        for got, share in zip(np.ravel(result), np.ravel(np.asarray(u, float)), strict=True):
            assert _lies_at(kind, self, got, float(share))

    return right


def _lies_at(kind: str, self: dict[str, Any], got: Any, u: float) -> bool:
    with mpmath.workdps(60):
        low, high, share = (mpmath.mpf(value) for value in (self["low"], self["high"], u))
        if kind == "IntegerScale":
            exact = min(low + mpmath.floor(share * (high - low + 1)), high)
            return abs(int(got) - exact) <= 1 + 1e-15 * (high - low)
        if kind == "LinearScale":
            return abs(mpmath.mpf(float(got)) - (low * (1 - share) + high * share)) <= 4e-16 * max(abs(low), abs(high))
        if kind == "LogScale":
            r = mpmath.log(low) * (1 - share) + mpmath.log(high) * share
            return abs(mpmath.log(mpmath.mpf(float(got))) - r) <= 1e-12 * max(1, abs(r)) + (1 if got < 1e-307 else 0)
        r = mpmath.log(1 - low) * (1 - share) + mpmath.log(1 - high) * share
        return abs(mpmath.log(1 - mpmath.mpf(float(got))) - r) <= 1e-9 * max(abs(mpmath.log(1 - low)), 36)


def halving(result: Any, *, n: Any, keep: Any, rungs: Any, up_to: bool) -> None:
    trials, reached, total = int(n), 0, 0
    for rung, epochs in zip(result.rungs, rungs, strict=True):
        added = int(epochs) - reached if up_to else int(epochs)
        reached += added
        assert rung == (trials, added, reached)
        total += trials * added
        trials = max(1, math.floor(Fraction(float(keep)) * trials + Fraction(1, 10**9)))
    assert result.total == total
    assert result.total_without == int(n) * reached


def most_to_halve(result: Any, *, budget: Any) -> None:
    def cost(n: int) -> int:
        return n + 2 * max(1, n // 3) + 6 * max(1, max(1, n // 3) // 3)

    assert cost(result) <= max(int(budget), 9) < cost(result + 1)


# frameworks, graphs, tapes


def is_true(holds: Any) -> None:
    assert holds


def worth(result: Any, *, framework: Any, **_: Any) -> None:
    from coursekit.lessons.choose_a_framework.frameworks import step_of

    assert all(0 <= x <= 1 for x in result.values())
    assert len(result) == (4 if step_of(framework) is None else 6)


def ranking(result: Any, *, weights: Any, language: str) -> None:
    from coursekit.lessons.choose_a_framework.frameworks import worth

    means = [mean for _, mean in result]
    assert means == sorted(means, reverse=True)
    for framework, mean in result:
        known = worth(framework, language)
        weighed = [(Fraction(float(w)), Fraction(known[name])) for name, w in weights.items() if name in known]
        exact = sum(w * number for w, number in weighed) / (sum(w for w, _ in weighed) or 1)
        assert abs(Fraction(mean) - exact) < Fraction(1, 10**13)


def bounds(result: Any, *, framework: Any, weights: Any, language: str) -> None:
    from coursekit.lessons.choose_a_framework.frameworks import worth

    known, whole = worth(framework, language), sum(Fraction(float(w)) for w in weights.values()) or 1
    for gap, bound in enumerate(result):
        exact = sum(Fraction(float(w)) * Fraction(known.get(name, gap)) for name, w in weights.items()) / whole
        assert abs(Fraction(bound) - exact) < Fraction(1, 10**13)


def placed(result: Any, *, graph: Any) -> None:
    assert list(result.nodes) == list(graph.nodes)
    assert len(set(result.nodes.values())) == len(graph.nodes)
    for edge, way in zip(graph.edges, result.ways, strict=True):
        assert (way[0], way[-1]) == (result.nodes[edge.start], result.nodes[edge.end])
        assert [x for x, _ in way] == list(range(way[0][0], way[-1][0] + 1))
        assert len(way) > 1


def taped(result: Any, *, f: Any, w: Any) -> None:
    (value, d), *_, (J, d_J) = result
    assert d_J == 1
    assert (d == 0.5).all()
    close(J, (wide(value) / 2).sum(), rtol=0, atol=20 * eps_of(J) * np.abs(wide(value)).sum() + tiny(J))


def written(result: Any, *, values: Any, places: Any) -> None:
    lines = result.split("\n") if np.size(values) else []
    assert len({len(line) for line in lines}) <= 1
    for line, value in zip(lines, np.ravel(np.asarray(values, float)), strict=True):
        assert (
            line.strip() == str(value)
            if not np.isfinite(value)
            else (
                abs(Fraction(line.strip()) - Fraction(float(value)))
                <= Fraction(51, 100) / 10 ** int(places) + abs(Fraction(float(value))) / 10**15
            )
        )


def descended(result: Any, *, learning_rate: Any, precision: str) -> None:
    w = wide(result.w)
    assert w[0] == 0
    assert (np.diff(w) >= 0).all() or learning_rate > 0.4
    assert len(w) > 20_000 or result.step[-1] <= result.half_gap[-1] * (1 + 1e-6) or precision == "float16"


def traced(result: Any, *, calls: Any, way: str) -> None:
    graphs, followed = result
    assert [call.argument for call in followed] == list(calls)
    assert sum(call.is_new for call in followed) == len(graphs)
    assert all(call.graph is None or 0 <= call.graph < len(graphs) for call in followed)


def sum_of_rows(result: Any, *, x: Any, weight: Any) -> None:
    assert result.dtype == x.dtype
    sizes = (np.abs(wide(x)) * abs(weight)).sum(axis=-2)
    close(result, (wide(x) * LD(weight)).sum(axis=-2), rtol=0, atol=(x.shape[-2] + 2) * eps_of(x) * sizes + tiny(x))


# searches and trials


def searched(result: Any, *, objective: Any, space: Any, n_trials: Any, seed: Any, stack: Any, callback: Any) -> None:
    assert [number for number, *_ in result] == list(range(len(result)))
    assert n_trials is None or len(result) == int(n_trials) or (callback in FUNCTIONS and result)
    if objective in FUNCTIONS:
        assert all(np.isfinite(score) != bool(error) for *_, score, error in result)
        return
    for _, setting, score, error in result:
        try:
            right = objective([setting])[0] if stack else objective(setting)
        except TypeError:  # a stack for an objective that takes one setting, or the other way round
            right = np.nan
        assert (score == right and not error) if np.isfinite(right) else (np.isnan(score) and error)


def trials_best(result: Any, *, trials: Any) -> None:
    assert result == next(t for t in trials if t.score == max(u.score for u in trials if not u.error))


def trials_failed(result: Any, *, trials: Any) -> None:
    assert all(a is b for a, b in zip(result, [t for t in trials if t.error], strict=True))


def trials_scores(result: Any, *, trials: Any) -> None:
    assert_array_equal(result, [t.score for t in trials])


def trials_settings(result: Any, *, trials: Any) -> None:
    assert result == [t.setting for t in trials]


def trials_to_frame(result: Any, *, trials: Any) -> None:
    for row, trial in zip(result, trials, strict=True):
        assert {name: row[name] for name in trial.setting} == trial.setting
        assert row["error"] == trial.error


def opened(result: Any, *, X: Any, y: Any, network: Any, parameters: Any) -> None:
    from coursekit.network import accuracy

    assert result == (float(accuracy(network, parameters, X, y)), (result[0],))


def unscaled_pixels(result: Any, *, sets: Any) -> None:
    for X in (result.X_train, result.X_validation, result.X_test):
        assert_array_equal(X, np.round(X))
        assert ((X >= 0) & (X <= 16)).all()


def counted(result: Any, *, X: Any, y: Any, networks: Any) -> None:
    assert result in (len(networks), (1.0,) * len(networks))
