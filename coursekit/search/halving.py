"""Successive halving: give every trial a little, and more only to the best."""

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

from coursekit._checks import a_number, a_sequence, a_whole_number, refuse


class Rung(NamedTuple):
    """How many trials go on, by how many epochs each, and how many each then has behind it."""

    n_trials: int
    epochs: int
    epochs_so_far: int


class Halving(NamedTuple):
    """The rungs from the first to the last; the epochs that all trials take together, with halving and without."""

    rungs: tuple[Rung, ...]
    total: int
    total_without: int


def halving(n: int, keep: float, rungs: Sequence[int], *, up_to: bool = False) -> Halving:
    """Plan a search that gives every trial a little, and more only to the best.

    Parameters
    ----------
    n : int
        The number of trials on the first rung.
    keep : float
        The share that goes on to the next rung, above 0 and below 1; rounded down, but at least one trial.
    rungs : sequence of int
        The epochs of each rung.
    up_to : bool, optional
        False: a rung *adds* its epochs to what a trial has behind it. True: it resumes the trial and trains it *up to*
        its epochs. The same numbers make two different searches.

    Returns
    -------
    Halving
        For each rung, train ``n_trials`` by ``epochs`` more, and take the best of them to the next.

    Raises
    ------
    TypeError, ValueError
        If ``n`` or an epoch is not a whole number of at least 1, ``keep`` is out of its range, there is no rung, or
        with ``up_to`` they do not rise.

    References
    ----------
    Jamieson & Talwalkar 2016 (arXiv 1502.07943), successive halving.

    Examples
    --------
    >>> halving(27, 1 / 3, [1, 3, 9])
    Halving(rungs=(Rung(n_trials=27, epochs=1, epochs_so_far=1), Rung(n_trials=9, epochs=3, epochs_so_far=4),
    Rung(n_trials=3, epochs=9, epochs_so_far=13)), total=81, total_without=351)
    >>> halving(27, 1 / 3, [1, 3, 9], up_to=True)[1:]
    (63, 243)
    """
    n = a_whole_number("halving", "n", n, most=2**53)
    keep = a_number("halving", "keep", keep, above=0, below=1)
    rungs = a_sequence("halving", "rungs", rungs, "numbers of epochs")
    given = [a_whole_number("halving", "rungs", epochs) for epochs in rungs]
    if not given:
        refuse("halving", "rungs", "hold at least one number of epochs", "none")
    so_far = given if up_to else list(itertools.accumulate(given))
    added = [after - before for before, after in itertools.pairwise([0, *so_far])]
    if min(added) <= 0:
        refuse("halving", "rungs", "rise from each to the next, as a trial trains up to them", given)
    plan = []
    for epochs, reached in zip(added, so_far, strict=True):
        plan.append(Rung(n, epochs, reached))
        n = max(1, math.floor(n * keep + 1e-9))  # 100 * 0.29 is 28.999999999999996
    total = sum(rung.n_trials * rung.epochs for rung in plan)
    return Halving(tuple(plan), total, plan[0].n_trials * so_far[-1])
