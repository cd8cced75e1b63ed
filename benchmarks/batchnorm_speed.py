"""Batch norm, forward and backward, against PyTorch's one fused kernel and against the graph that courses teach."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from benchmarks.results import Section
from benchmarks.turns import against_two
from coursekit.batchnorm import batchnorm_backward, batchnorm_forward

BARS = {(64, 32): 0.7, (64, 128): 1.0, (256, 256): 1.3, (512, 1024): 2.2, (4096, 1024): 2.2}
EPS = 1e-5
TRIED = (
    "sums as products, squares in the array that becomes out, and one look for all that may be wrong are what it has; "
    "blocks of rows, and mean and variance in one pass, were tried and gained nothing. In small arrays, what is left "
    "is the start of 40 calls, in the largest the passes over memory."
)
ABOUT = """\
`batchnorm_forward` and `batchnorm_backward`, with all their checks, against `torch.nn.functional.batch_norm` in
training and `backward`, one thread each. The largest arrays come first: glibc then keeps the memory that is freed, and
the smaller ones measure arithmetic, not the page faults of whoever frees more at a time."""
ABOUT_STAGED = """\
Against the computation graph of nine steps that cs231n teaches, each node with its own backward step, written
here: mean, deviation, square, variance, root, inverse, product, scale, shift."""


def measure(sizes: Sequence[tuple[int, int]] = tuple(BARS), *, seconds: float = 1.5) -> list[Section]:
    """Measure every size in both dtypes, all three sides in one run."""
    against_torch, against_staged = against_two(sides, sizes, bars=BARS, second_bar=0.5, tried=TRIED, seconds=seconds)
    return [
        Section("Batch norm, forward and backward: PyTorch", ABOUT, ("coursekit", "PyTorch"), against_torch),
        Section("Batch norm, forward and backward: step by step", ABOUT_STAGED, ("coursekit", "nine steps"),
                against_staged),
    ]  # fmt: skip


def sides(m: int, n: int, dtype: type) -> tuple[Callable[[], Any], ...]:
    """Return ours, PyTorch's and the staged one: calls that each return (d_z, d_gamma, d_beta)."""
    rng = np.random.default_rng(0)
    z, d_out = (rng.normal(size=(m, n)).astype(dtype) for _ in range(2))
    gamma, beta = (rng.normal(size=n).astype(dtype) for _ in range(2))
    leaves = [torch.tensor(x, requires_grad=True) for x in (z, gamma, beta)]
    d_out_torch = torch.tensor(d_out)

    def ours() -> tuple[Any, ...]:
        _, cache = batchnorm_forward(z, gamma, beta, eps=EPS)
        return batchnorm_backward(d_out, cache)

    def pytorch() -> tuple[Any, ...]:
        for leaf in leaves:
            leaf.grad = None
        out = torch.nn.functional.batch_norm(leaves[0], None, None, leaves[1], leaves[2], training=True, eps=EPS)
        out.backward(d_out_torch)
        return tuple(leaf.grad for leaf in leaves)

    def by_steps() -> tuple[Any, ...]:
        _, cache = staged_forward(z, gamma, beta)
        return staged_backward(d_out, cache)

    return ours, pytorch, by_steps


def staged_forward(z: Any, gamma: Any, beta: Any) -> tuple[Any, tuple[Any, ...]]:
    """Go through the nine nodes one by one."""
    mean = z.mean(axis=0)
    deviation = z - mean
    square = deviation**2
    var = square.mean(axis=0)
    root = np.sqrt(var + z.dtype.type(EPS))
    inverse = 1 / root
    normed = deviation * inverse
    scaled = gamma * normed
    return scaled + beta, (deviation, root, inverse, normed, gamma)


def staged_backward(d_out: Any, cache: tuple[Any, ...]) -> tuple[Any, ...]:
    """Go back through the nine nodes, one by one."""
    deviation, root, inverse, normed, gamma = cache
    m = len(d_out)
    d_beta = d_out.sum(axis=0)
    d_gamma = (d_out * normed).sum(axis=0)
    d_normed = d_out * gamma
    d_inverse = (d_normed * deviation).sum(axis=0)
    d_deviation = d_normed * inverse
    d_root = -d_inverse / root**2
    d_var = d_root / (2 * root)
    d_square = np.ones_like(d_out) * (d_var / m)
    d_deviation = d_deviation + 2 * deviation * d_square
    d_mean = -d_deviation.sum(axis=0)
    d_z = d_deviation + np.ones_like(d_out) * (d_mean / m)
    return d_z, d_gamma, d_beta
