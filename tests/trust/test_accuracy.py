"""How far the last digits are off, against 50 digits of mpmath: the worst that a search for hard cases finds.

Each search starts from random cases, and then changes the worst one a little, again and again. The bound is the one
that the docstring states; the worst case found is printed after the tests, in units of what the bound is a multiple of.
"""

from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import numpy as np
import pytest

from coursekit.batchnorm import batchnorm_backward, batchnorm_forward
from coursekit.layernorm import layernorm_backward, layernorm_forward
from coursekit.softmax import log_softmax, softmax, softmax_loss

pytestmark = pytest.mark.seconds

N_STARTS, N_CHANGES = 120, 120
both_types = pytest.mark.parametrize("dtype", [np.float32, np.float64])

Case = tuple[np.ndarray, ...]
Error = Callable[[Case], float]


def exact(x: np.ndarray) -> Any:
    """Turn floats into mpmath's numbers, as an array of objects: nothing is rounded from here on."""
    return np.vectorize(lambda value: mpmath.mpf(float(value)), otypes=[object])(x)


def worst(error: Error, draw: Callable[[np.random.Generator], Case]) -> float:
    """Search for the case with the largest error: by chance, then from the worst one on."""
    rng = np.random.default_rng(0)
    with mpmath.workdps(50), np.errstate(under="ignore"):
        found, largest = max(((case, error(case)) for case in _drawn(draw, rng)), key=lambda pair: pair[1])
        for _ in range(N_CHANGES):
            case = tuple(_changed(x, rng) for x in found)
            again = error(case)
            if again > largest:
                found, largest = case, again
    return largest


def _drawn(draw: Callable[[np.random.Generator], Case], rng: np.random.Generator) -> Iterator[Case]:
    return (draw(rng) for _ in range(N_STARTS))


def _changed(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Change one number, by a last digit or by much."""
    x = x.copy()
    i = rng.integers(x.size)
    factor = 1 + rng.choice([-1, 1]) * 10.0 ** rng.uniform(-16 if x.dtype == np.float64 else -7, 0)
    x.flat[i] = x.flat[i] * x.dtype.type(factor) if rng.random() < 0.8 else np.roll(x.ravel(), 1)[i]
    return x


def units(off: Any, unit: Any) -> float:
    """Return the largest error, in the given unit."""
    return float(max(np.ravel(np.abs(off) / unit)))


def tell(record_property: Callable[[str, object], None], name: str, dtype: type, found: float, bound: float) -> None:
    record_property("worst error", f"{name}, {np.dtype(dtype)}: {found:.2f} of at most {bound:g} units")
    assert found <= bound


# Softmax: in units of eps (1 + |z - max|).


def logits(dtype: type) -> Callable[[np.random.Generator], Case]:
    def draw(rng: np.random.Generator) -> Case:
        size = 10.0 ** rng.uniform(-3, 1.5 if dtype == np.float32 else 2.4)
        shift = rng.choice([0, 0, 1, 1e3, -1e6])
        return ((size * rng.standard_normal(rng.integers(2, 6)) + shift).astype(dtype),)

    return draw


def _softmax(z: np.ndarray) -> tuple[Any, Any]:
    s = exact(z) - max(exact(z))
    t = np.array([mpmath.exp(x) for x in s], object)
    return s, t / sum(t)


def unit_of(z: np.ndarray, s: Any) -> Any:
    return float(np.finfo(z.dtype).eps) * (1 + np.abs(s))


def error_of_softmax(case: Case) -> float:
    (z,) = case
    s, a = _softmax(z)
    is_normal = a > float(np.finfo(z.dtype).tiny)  # below it, no number has all its digits
    return units(((exact(softmax(z)) - a) / a)[is_normal], unit_of(z, s)[is_normal])


def error_of_log_softmax(case: Case) -> float:
    (z,) = case
    s, a = _softmax(z)
    return units(exact(log_softmax(z)) - np.array([mpmath.log(x) for x in a], object), unit_of(z, s))


def error_of_the_dominant(case: Case) -> float:
    (z,) = case
    s, a = _softmax(z)
    first, gap = int(z.argmax()), sorted(-s)[1]
    rest = sum(np.delete(a, first)) / a[first]
    if rest < float(np.finfo(z.dtype).tiny):
        return 0.0
    right = -mpmath.log1p(rest)
    return units((exact(log_softmax(z)[first]) - right) / right, unit_of(z, gap))


def error_of_the_loss(case: Case) -> float:
    (z,) = case
    s, a = _softmax(z)
    found = 0.0
    for y in range(len(z)):
        loss, d_z = softmax_loss(z[None], [y])
        unit = float(np.finfo(z.dtype).eps)
        found = max(found, units(exact(loss) + mpmath.log(a[y]), unit * (1 + abs(s[y]))))
        rows = a - np.eye(len(z), dtype=int)[y]
        found = max(found, units(exact(d_z[0]) - rows, unit * (1 + a * np.abs(s))))
    return found


@both_types
@pytest.mark.parametrize(
    ("name", "error", "bound"),
    [
        ("softmax, relative", error_of_softmax, 4),
        ("log_softmax", error_of_log_softmax, 4),
        ("log_softmax of the dominant class, relative", error_of_the_dominant, 4),
        ("softmax_loss and its gradient", error_of_the_loss, 4),
    ],
)
def test_softmax(
    name: str, error: Error, bound: float, dtype: type, record_property: Callable[[str, object], None]
) -> None:
    tell(record_property, name, dtype, worst(error, logits(dtype)), bound)


def test_a_logarithm_of_the_rounded_sum_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(np, "log1p", lambda x: np.log(1 + x))
    assert worst(error_of_the_dominant, logits(np.float64)) > 1000


# Batch norm: in units of eps (1 + |mean| / sd + |z_norm|), with sd = sqrt(var + eps), times what it is multiplied by.

EPS = 1e-5


def batches(dtype: type) -> Callable[[np.random.Generator], Case]:
    def draw(rng: np.random.Generator) -> Case:
        m = rng.choice([2, 3, 5, 8, 100])
        z = rng.standard_normal((m, 1)) * 10.0 ** rng.uniform(-3, 3)
        z += 10.0 ** rng.uniform(-3, 5) * rng.choice([-1, 0, 1])
        if rng.random() < 0.2:
            z[rng.integers(m)] *= 100
        gamma, beta = (rng.standard_normal(1) for _ in range(2))
        return tuple(x.astype(dtype) for x in (z, gamma, beta, rng.standard_normal((m, 1))))

    return draw


def _normalized(z: np.ndarray) -> tuple[Any, Any, Any]:
    z = exact(z)
    mean = sum(z) / len(z)
    sd = mpmath.sqrt(sum((z - mean) ** 2)[0] / len(z) + mpmath.mpf(EPS))
    return (z - mean) / sd, sd, float(1 + abs(mean[0]) / sd)


def error_of_forward(case: Case) -> float:
    z, gamma, beta, _ = case
    z_norm, _, condition = _normalized(z)
    off = exact(batchnorm_forward(z, gamma, beta, eps=EPS)[0]) - (exact(gamma) * z_norm + exact(beta))
    unit = float(np.finfo(z.dtype).eps)
    return units(off, unit * (abs(exact(gamma)) * (condition + np.abs(z_norm)) + abs(exact(beta))))


def error_of_backward(case: Case) -> float:
    z, gamma, beta, d_out = case
    z_norm, sd, condition = _normalized(z)
    d_z, d_gamma, d_beta = batchnorm_backward(d_out, batchnorm_forward(z, gamma, beta, eps=EPS)[1])
    d, m = exact(d_out), len(z)
    slope, size = exact(gamma)[0] / sd, float(np.abs(d_out).max())
    right = slope * (d - sum(d) / m - z_norm * sum(d * z_norm) / m)
    unit = float(np.finfo(z.dtype).eps) * condition * size
    return max(
        units(exact(d_z) - right, unit * abs(slope)),
        units(exact(d_gamma) - sum(d * z_norm), unit * m),
        units(exact(d_beta) - sum(d), unit * m),
    )


def error_of_layernorm(case: Case) -> float:
    """One example whose features all share gamma and beta is a batch with one feature."""
    z, gamma, beta, d_out = case
    ones = np.ones(len(z), z.dtype)
    out, cache = layernorm_forward(z.T, gamma * ones, beta * ones, eps=EPS)
    z_norm, sd, condition = _normalized(z)
    unit = float(np.finfo(z.dtype).eps)
    off = exact(out.T) - (exact(gamma) * z_norm + exact(beta))
    forward = units(off, unit * (abs(exact(gamma)) * (condition + np.abs(z_norm)) + abs(exact(beta))))
    d_z, d_gamma, _ = layernorm_backward(d_out.T, cache)
    d, m = exact(d_out), len(z)
    slope, size = exact(gamma)[0] / sd, float(np.abs(d_out).max())
    right = slope * (d - sum(d) / m - z_norm * sum(d * z_norm) / m)
    return max(
        forward,
        units(exact(d_z.T) - right, unit * condition * size * abs(slope)),
        units(exact(d_gamma[:, None]) - d * z_norm, unit * size * (condition + np.abs(z_norm))),
    )


@pytest.mark.sampled(3)
@both_types
@pytest.mark.parametrize(
    ("name", "error", "bound"),
    [
        ("batchnorm_forward", error_of_forward, 8),
        ("batchnorm_backward", error_of_backward, 8),
        ("layernorm", error_of_layernorm, 8),
    ],
)
def test_batch_norm(
    name: str, error: Error, bound: float, dtype: type, record_property: Callable[[str, object], None]
) -> None:
    tell(record_property, name, dtype, worst(error, batches(dtype)), bound)


def test_a_mean_that_is_not_measured_from_an_example_would_be_seen() -> None:
    def in_plain_lines(case: Case) -> float:
        z, gamma, beta, _ = case
        z_norm, _, condition = _normalized(z)
        var = np.mean(z**2, axis=0) - np.mean(z, axis=0) ** 2  # the textbook's other formula
        out = gamma * (z - z.mean(axis=0)) / np.sqrt(np.maximum(var, 0) + z.dtype.type(EPS)) + beta
        right = exact(gamma) * z_norm + exact(beta)
        unit = float(np.finfo(z.dtype).eps) * (abs(float(gamma[0])) * condition + abs(float(beta[0])))
        return units(exact(out) - right, unit)

    assert worst(in_plain_lines, batches(np.float32)) > 100
