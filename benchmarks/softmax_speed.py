"""The softmax loss with its gradient, against PyTorch's cross_entropy and the way by SciPy's log_softmax."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from scipy.special import log_softmax

from benchmarks.results import Section
from benchmarks.turns import against_two
from coursekit.softmax import softmax_loss

BARS = {(64, 10): 0.6, (1797, 10): 0.6, (4096, 1000): 1.1}
TRIED = (
    "few classes laid out class by class, places looked up as one number and sums as products were tried. What is left "
    "is the start of 20 calls, and with 1000 classes the exponential: without AVX-512, NumPy's takes two thirds of the "
    "time, 2.5 times as long as PyTorch's."
)
ABOUT = """\
`softmax_loss`, with all its checks, returns the mean loss and its gradient: against `cross_entropy` and `backward` in
PyTorch, one thread each."""
ABOUT_SCIPY = """\
Against the same written with `scipy.special.log_softmax`: its exponentials, less 1 at the labels, are the gradient."""


def measure(sizes: Sequence[tuple[int, int]] = tuple(BARS), *, seconds: float = 1.5) -> list[Section]:
    """Measure every size in both dtypes, all three sides in one run."""
    against_torch, against_scipy = against_two(sides, sizes, bars=BARS, second_bar=0.8, tried=TRIED, seconds=seconds)
    return [
        Section("Softmax loss and gradient: PyTorch", ABOUT, ("coursekit", "PyTorch"), against_torch),
        Section("Softmax loss and gradient: SciPy", ABOUT_SCIPY, ("coursekit", "SciPy"), against_scipy),
    ]


def sides(m: int, n_classes: int, dtype: type) -> tuple[Callable[[], Any], ...]:
    """Return ours, PyTorch's and SciPy's: calls that each return the loss and its gradient."""
    rng = np.random.default_rng(0)
    z, y = rng.normal(0, 3, size=(m, n_classes)).astype(dtype), rng.integers(0, n_classes, m)
    leaf, labels = torch.tensor(z, requires_grad=True), torch.tensor(y)
    example = np.arange(m)

    def ours() -> tuple[Any, Any]:
        return softmax_loss(z, y)

    def pytorch() -> tuple[Any, Any]:
        leaf.grad = None
        loss = torch.nn.functional.cross_entropy(leaf, labels)
        loss.backward()
        return loss, leaf.grad

    def by_scipy() -> tuple[Any, Any]:
        log_y_hat = log_softmax(z, axis=-1)
        d_z = np.exp(log_y_hat)
        d_z[example, y] -= 1
        d_z /= m
        return -log_y_hat[example, y].mean(), d_z

    return ours, pytorch, by_scipy
