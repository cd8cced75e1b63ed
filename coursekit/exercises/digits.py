"""Two numbers that differ, written so that one sees it, and where in an array they stand."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.exercises.evidence import Evidence, Pair, Piece, wrong_pieces


def tell_apart(got: Any, expected: Any) -> tuple[str, str]:
    """Write two numbers with 4 digits, or with as many more as it takes to see that they differ.

    Examples
    --------
    >>> tell_apart(0.5, 2 / 3), tell_apart(1.000002, 1.0), tell_apart(3, 4)
    (('0.5', '0.6667'), ('1.000002', '1'), ('3', '4'))
    """
    for digits in range(4, 18):
        texts = _written(got, digits), _written(expected, digits)
        if texts[0] != texts[1]:
            break
    return texts


def first_difference(evidence: Evidence) -> str:
    """Show the first number that is wrong beside the right one, and say where it stands and how many are right."""
    pieces = wrong_pieces(evidence)
    if not pieces or evidence.is_random:
        return ""
    piece = pieces[0]
    pair = piece.pairs[0]
    for k, (got, expected) in enumerate(zip(pair.got, pair.expected, strict=False)):
        wrong = _wrong(got, expected)
        if wrong is None or not wrong.any():
            continue
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        yours, theirs = tell_apart(got[place], expected[place])
        where = _address(k if len(pair.got) > 1 else None, place, piece)
        right = f" {wrong.size - wrong.sum()} of {wrong.size} numbers are right." if not wrong.all() else ""
        return f"It returns {yours}{where} where {theirs} is expected.{right}"
    return ""


def which_lines(evidence: Evidence) -> str:
    """Say which rows or columns alone are wrong, if that is so in every call."""
    for piece in wrong_pieces(evidence):
        pairs = [pair for pair in piece.pairs if len(pair.got) == len(pair.expected) == 1]
        masks = [_wrong(pair.got[0], pair.expected[0]) for pair in pairs]
        if len(pairs) < len(piece.pairs) or any(mask is None or mask.ndim == 0 or len(mask) < 3 for mask in masks):
            continue
        rows = [np.flatnonzero(mask.reshape(len(mask), -1).any(axis=1)) for mask in masks if mask is not None]
        n = [len(mask) for mask in masks if mask is not None]
        place, kind = _of(piece), "row" if masks[0] is not None and masks[0].ndim > 1 else "number"
        if all(np.array_equal(each, [0]) for each in rows):
            return f"Only the first {kind}{place} is wrong."
        if all(np.array_equal(each, [length - 1]) for each, length in zip(rows, n, strict=True)):
            return f"Only the last {kind}{place} is wrong."
        if all(np.array_equal(each, range(1, length)) for each, length in zip(rows, n, strict=True)):
            return f"Only the first {kind}{place} is right."
    return ""


def not_finite(evidence: Evidence) -> str:
    """Say that nan or inf came where finite numbers should be, if that is what is wrong in every call."""
    piece = next(iter(wrong_pieces(evidence)), None)
    if piece is None or evidence.is_random:
        return ""
    for pair in piece.pairs:
        if [each.shape for each in pair.got] != [each.shape for each in pair.expected]:
            return ""
        finite = all(np.isfinite(each).all() for each in pair.expected)
        if not finite or all(np.isfinite(each).all() for each in pair.got):
            return ""
    values = np.concatenate([each.ravel() for pair in piece.pairs for each in pair.got])
    kinds = [kind for kind, test in (("nan", np.isnan), ("inf", np.isinf)) if test(values).any()]
    if all(_largest(pair) > 300 for pair in piece.pairs):
        top = max(map(_largest, piece.pairs))
        why = f" for numbers up to {top:g}: `np.exp` of more than 709 is inf, and of less than -745 it is 0"
    else:
        why = ": something was divided by 0, or a logarithm or a root taken of what has none"
    return f"It returns {' and '.join(kinds)}{_of(piece)} where finite numbers are expected{why}."


def _largest(pair: Pair) -> float:
    sizes = [np.abs(arg).max() for arg in pair.args if isinstance(arg, np.ndarray) and arg.size]
    return float(max(sizes, default=0))


def _wrong(got: NDArray[Any], expected: NDArray[Any]) -> NDArray[np.bool_] | None:
    if got.shape != expected.shape:
        return None
    return np.asarray(~np.isclose(got, expected, rtol=1e-6, atol=1e-12, equal_nan=True))


def _address(leaf: int | None, place: tuple[int, ...], piece: Piece) -> str:
    index = [*([] if leaf is None else [leaf]), *place]
    at = f" at {index}" if index else ""
    return at + (f" in {piece.place}" if piece.place else "")


def _of(piece: Piece) -> str:
    return f" in {piece.place}" if piece.place else ""


def _written(value: Any, digits: int) -> str:
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    return f"{value:.{digits}g}"
