"""A factor, or a number too much, that is the same everywhere: a constant, a length, or an argument."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations_with_replacement, permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.lab.evidence import Dimension, Evidence, Pair, Piece, close, dimensions, is_number, is_whole

_LOG = "another base of the logarithm"
_CONSTANTS = {
    2: "2", 1 / 2: "1/2", 3: "3", 1 / 3: "1/3", 4: "4", 1 / 4: "1/4", 10: "10", 1 / 10: "1/10", 100: "100",
    1 / 100: "1/100", np.log(10): f"log 10, 2.303: {_LOG}", 1 / np.log(10): f"1 / log 10, 0.434: {_LOG}",
    1 / np.log(2): f"1 / log 2, 1.443: {_LOG}", np.log(2): f"log 2, 0.693: {_LOG}",
}  # fmt: skip


def a_factor(evidence: Evidence, piece: Piece) -> str:
    """Find the factor that what came has too much."""
    factors = [_ratio(pair) for pair in piece.pairs]
    if any(np.isnan(factor) for factor in factors) or np.allclose(factors, 1):
        return ""
    constant = np.allclose(factors, factors[0], rtol=1e-5)
    known = next((words for value, words in _CONSTANTS.items() if constant and np.isclose(factors[0], value)), "")
    if not known or len(factors) == 1:
        for look in (_by_length, _by_argument, _by_two_lengths):
            if said := next(look(evidence, piece.pairs, factors), ""):
                return said
    expected = [each for pair in piece.pairs for each in pair.expected]
    n_numbers = sum(each.size for each in expected)
    if known and (n_numbers > 2 or not all(map(is_whole, expected))):  # two counts are easily 1 and 2
        return f"what it should be, times {known}"
    return f"what it should be, times {factors[0]:.4g}" if constant and n_numbers > 2 else ""


def _ratio(pair: Pair) -> float:
    """Return the one factor between what came and what should have come, or nan."""
    if [each.shape for each in pair.got] != [each.shape for each in pair.expected]:
        return float("nan")
    got, expected = (np.concatenate([each.ravel() for each in all_of]) for all_of in (pair.got, pair.expected))
    if got.dtype.kind == "b" or not np.isfinite(got).all() or not np.isfinite(expected).all():
        return float("nan")
    there = np.abs(expected) > 1e-12
    if not there.any() or not np.allclose(got[~there], 0, atol=1e-12):
        return float("nan")
    ratios = got[there] / expected[there]
    return float(ratios[0]) if ratios[0] and np.allclose(ratios, ratios[0], rtol=1e-6, atol=0) else float("nan")


def _by_length(evidence: Evidence, pairs: list[Pair], factors: list[float]) -> Iterator[str]:
    for in_all_calls in zip(*(dimensions(evidence.names, pair.args) for pair in pairs), strict=False):
        length = np.array([each.length for each in in_all_calls], dtype=float)
        if (length > 1).all():
            for words, factor in _of_length(in_all_calls[0]):
                if np.allclose(factors, factor(length), rtol=1e-6):
                    yield words


def _by_two_lengths(evidence: Evidence, pairs: list[Pair], factors: list[float]) -> Iterator[str]:
    in_all_calls = list(zip(*(dimensions(evidence.names, pair.args) for pair in pairs), strict=False))
    for a, b in permutations(in_all_calls, 2):
        if np.allclose(factors, [x.length / y.length for x, y in zip(a, b, strict=True)], rtol=1e-6):
            yield (f"off by a factor of a over b, a being {a[0].number} and b {b[0].number}: is the one used where the "
                   "other is meant?")  # fmt: skip


def _of_length(m: Dimension) -> list[tuple[str, Callable[[NDArray[Any]], Any]]]:
    is_m = f"m being {m.number}"
    ddof = f"off by a factor of m and m - 1, {is_m}: the one is used where the other is meant (`ddof`)"
    return [
        (f"m times what it should be, {is_m}: is a sum there in place of a mean?", lambda n: n),
        (f"what it should be divided by m, {is_m}: a mean in place of a sum, or divided twice?", lambda n: 1 / n),
        (ddof, lambda n: n / (n - 1)), (ddof, lambda n: (n - 1) / n),
        (ddof, lambda n: np.sqrt(n / (n - 1))), (ddof, lambda n: np.sqrt((n - 1) / n)),
        (f"what it should be, times the root of {m.number}", np.sqrt),
        (f"what it should be, divided by the root of {m.number}", lambda n: 1 / np.sqrt(n)),
    ]  # fmt: skip


def _by_argument(evidence: Evidence, pairs: list[Pair], factors: list[float]) -> Iterator[str]:
    if all(is_whole(each) for pair in pairs for each in pair.expected):  # too easily the same by chance
        return
    for i, name in enumerate(evidence.names):
        values = [pair.args[i] for pair in pairs if is_number(pair.args[i])]
        if len(values) < len(pairs) or len(set(values)) < min(2, len(values)):
            continue
        x = np.array(values, dtype=float)
        for words, factor in (
            (f"times `{name}`", x), (f"divided by `{name}`", 1 / x),
            (f"times `1 - {name}`", 1 - x), (f"divided by `1 - {name}`", 1 / (1 - x)),
        ):  # fmt: skip
            if np.allclose(factors, factor, rtol=1e-6):
                yield f"what it should be, {words}"


def upside_down(evidence: Evidence, piece: Piece) -> str:
    """Find one number that was divided by the right result."""
    if evidence.is_random or any(not np.all(each) for pair in piece.pairs for each in pair.expected):
        return ""
    products = [_ratio(Pair(args, got, [1 / each for each in wanted])) for args, got, wanted in piece.pairs]
    n_values = len(np.unique(np.concatenate([each.ravel() for pair in piece.pairs for each in pair.expected])))
    if n_values < 2 or not np.allclose(products, products[0], rtol=1e-6):  # a nan is no product
        return ""
    return f"{products[0]:.4g} divided by what it should be: it is upside down"


def an_offset(evidence: Evidence, piece: Piece) -> str:
    """Find the number that is too much everywhere, or the argument that was added, taken off or left out."""
    if evidence.is_random or any(not _comparable(pair) for pair in piece.pairs):
        return ""
    gaps = np.concatenate([(pair.got[0] - pair.expected[0]).ravel() for pair in piece.pairs])
    counts = len(piece.pairs) < 2 and all(is_whole(each) for pair in piece.pairs for each in pair.expected)
    if gaps.size > 1 and not counts and np.allclose(gaps, gaps[0], rtol=1e-6, atol=1e-12):
        return f"{abs(gaps[0]):.4g} too {'large' if gaps[0] > 0 else 'small'} everywhere"
    for name, args in [] if counts else _products(evidence, piece):
        for words, combine in (
            ("minus", np.subtract), ("plus", np.add), ("times", np.multiply), ("divided by", np.divide),
        ):  # fmt: skip
            if all(_fits(pair, combine, arg) for pair, arg in zip(piece.pairs, args, strict=True)):
                return f"what it should be, {words} {name}"
    return ""


def _products(evidence: Evidence, piece: Piece) -> Iterator[tuple[str, list[Any]]]:
    """Yield each argument that is made of numbers, then each product of two of them that can be taken."""
    all_args = zip(*(pair.args for pair in piece.pairs), strict=True)
    there = [
        (f"`{name}`", list(args)) for name, args in zip(evidence.names, all_args, strict=False) if _are_numbers(args)
    ]
    yield from there
    for (one, first), (other, second) in combinations_with_replacement(there, 2):
        with contextlib.suppress(ValueError):  # shapes that don't go together
            yield f"{one} times {other}", [np.multiply(a, b) for a, b in zip(first, second, strict=True)]


def _are_numbers(args: Iterable[Any]) -> bool:
    return all(is_number(arg) or (isinstance(arg, np.ndarray) and arg.dtype.kind in "if") for arg in args)


def _comparable(pair: Pair) -> bool:
    if len(pair.got) != 1 or len(pair.expected) != 1 or pair.got[0].shape != pair.expected[0].shape:
        return False
    return "b" not in (pair.got[0].dtype.kind, pair.expected[0].dtype.kind) and bool(np.isfinite(pair.got[0]).all())


def _fits(pair: Pair, combine: Callable[[Any, Any], Any], arg: Any) -> bool:
    try:
        made = np.asarray(combine(pair.expected[0], arg))
    except ValueError:  # shapes that don't go together
        return False
    return made.size > 0 and bool(np.any(pair.expected[0])) and close(pair.got, [made])
