"""How many random trials are enough: the chance that one of them is good."""

import math

import numpy as np
from numpy.typing import ArrayLike

from coursekit._checks import a_number, an_array, refuse
from coursekit.types import Array


def chance_of_a_hit(q: float, n: ArrayLike) -> Array:
    """Compute the chance that at least one of ``n`` random trials lies among the best share ``q`` of all settings.

    Parameters
    ----------
    q : float
        The share of the space that counts as good, above 0 and below 1.
    n : int or array_like of int
        How many independent draws.

    Returns
    -------
    float or array, shape of ``n``
        1 - (1 - q)^n.

    Raises
    ------
    TypeError, ValueError
        If ``q`` is not between 0 and 1, or an ``n`` is below 0.

    References
    ----------
    Bergstra & Bengio 2012 (JMLR 13), on random search.

    Examples
    --------
    >>> chance_of_a_hit(0.05, [1, 20, 59]).round(3)
    array([0.05 , 0.642, 0.952])
    """
    q = a_number("chance_of_a_hit", "q", q, above=0, below=1)
    n = an_array("chance_of_a_hit", "n", n)
    if np.any(n < 0):
        refuse("chance_of_a_hit", "n", "be at least 0", n.min())
    with np.errstate(over="ignore"):  # so many that it is 1
        chance: Array = -np.expm1(n * np.log1p(-q))  # exact for a tiny q as well
    return chance


def trials_needed(q: float, chance: float) -> int:
    """Compute how many random trials reach the best share ``q`` of all settings with at least this chance.

    Parameters
    ----------
    q : float
        The share of the space that counts as good, above 0 and below 1.
    chance : float
        Above 0 and below 1.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        If a number is not between 0 and 1.

    Examples
    --------
    >>> trials_needed(0.05, 0.95)
    59
    """
    q = a_number("trials_needed", "q", q, above=0, below=1)
    chance = a_number("trials_needed", "chance", chance, above=0, below=1)
    if math.isinf(math.log1p(-chance) / math.log1p(-q)):
        refuse("trials_needed", "q", "be large enough for the number of trials to be a float", q)
    return max(1, math.ceil(math.log1p(-chance) / math.log1p(-q) - 1e-9))  # log(0.25) / log(0.5) may pass 2 by a hair
