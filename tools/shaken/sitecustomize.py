"""A processor that does not exist: each gradient, and each first weight, is off by a rounding error at most.

Python imports this file at its start where its folder stands in PYTHONPATH. A profile of tools/machines.py does so, to
see what would move on the processors that nobody has at hand. The same array is always off in the same places, so that
a training repeats itself, as it does on a real one.
"""

import os
from functools import wraps

import numpy as np

import coursekit.network as real

SEED = int(os.environ["COURSEKIT_SHAKEN"])
exact_backward, exact_init = real.backward, real.init_network


def shaken(arrays):
    """Move each number by a rounding error, up or down, or not at all."""
    rng, moved = np.random.default_rng(SEED), {}
    for name, array in arrays.items():
        off = rng.integers(-1, 2, array.shape[-2:]).astype(array.dtype)
        moved[name] = array * (1 + off * np.finfo(array.dtype).eps)
    return moved


@wraps(exact_backward)
def backward(*arguments, **options):
    """Do what the real one does, a little off."""
    return shaken(exact_backward(*arguments, **options))


@wraps(exact_init)
def init_network(*arguments, **options):
    """Do what the real one does, a little off."""
    return shaken(exact_init(*arguments, **options))


real.backward, real.init_network = backward, init_network
