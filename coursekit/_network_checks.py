"""What a network refuses, in words: parameters that do not fit each other, examples and labels that do not fit them."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import a_mapping, a_number, an_array, as_array, in_type, one_of, refuse, shown
from coursekit.types import Array, Parameters

WORDS = ("W", "b", "gamma", "beta")


def checked_labels(function: str, y: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.intp]:
    """Return y as integers if it holds a label for each row of logits of that shape, and refuse it otherwise.

    Examples
    --------
    >>> checked_labels("fit", [2], (1, 2))
    Traceback (most recent call last):
    ValueError: fit: y must hold whole labels from 0 to 1, one for each class; got 2.
    """
    labels, n_classes = an_array(function, "y", y), shape[-1]
    if labels.shape not in (shape[-2:-1], shape[:-1]):
        allowed = " or ".join(dict.fromkeys(map(str, (shape[-2:-1], shape[:-1]))))
        refuse(function, "y", f"have shape {allowed}, one label per example", labels.shape)
    wrong = labels[(labels < 0) | (labels >= n_classes) | (labels % 1 != 0)]
    if wrong.size:
        refuse(function, "y", f"hold whole labels from 0 to {n_classes - 1}, one for each class", f"{wrong[0]:g}")
    return labels.astype(np.intp)


def standard_deviation(scale: str | ArrayLike, models: tuple[int, ...]) -> Any:
    if isinstance(scale, str):
        one_of("init_network", "scale", scale, ["he"])
        return None
    if as_array("init_network", "scale", scale).ndim == 0:
        return a_number("init_network", "scale", scale, least=0)
    std = an_array("init_network", "scale", scale)
    if std.ndim != 1 or std.shape != models:
        rule = "be 'he', one number, or one per model with n_models of them"
        refuse("init_network", "scale", rule, f"shape {std.shape} for n_models = {models[0] if models else None}")
    for number in std:
        a_number("init_network", "scale", number, least=0)
    return std[:, None, None]


def checked(
    function: str, sizes: Sequence[int], batch_norm: str | None,
    parameters: Mapping[str, ArrayLike], statistics: Mapping[str, ArrayLike] | None,
) -> tuple[list[Parameters], tuple[int, ...]]:  # fmt: skip
    """Return the parameters layer by layer, with their statistics, as arrays of one dtype that fit; and (k,) or ()."""
    parameters = a_mapping(function, "parameters", parameters)
    if statistics is not None:
        statistics = a_mapping(function, "statistics", statistics)
    arrays = {name: an_array(function, name, value, min_ndim=1 + name.startswith("W"), finite=False)
              for name, value in parameters.items()}  # fmt: skip
    layers = _by_layer(function, sizes, batch_norm, arrays)
    for i, own in enumerate(layers, start=1):
        if statistics is not None and "gamma" in own:
            if not {f"mean{i}", f"var{i}"} <= statistics.keys():
                got = ", ".join(statistics) or "none"
                refuse(function, "statistics", f"hold mean{i} and var{i}, as layer {i} has batch norm", got)
            for word in ("mean", "var"):
                own[word] = an_array(function, f"{word}{i}", statistics[f"{word}{i}"], min_ndim=1, finite=False)
            if (own["var"] < 0).any():
                refuse(function, f"var{i}", "be at least 0, as it is a mean of squares", own["var"].min())
    k = _checked_models(function, sizes, layers)
    dtype = np.result_type(*arrays.values())
    layers = [{word: in_type(function, f"{word}{i}", array, dtype) for word, array in own.items()}
              for i, own in enumerate(layers, start=1)]  # fmt: skip
    return layers, k


def _by_layer(function: str, sizes: Sequence[int], batch_norm: str | None, arrays: Parameters) -> list[Parameters]:
    """Return each layer's own arrays, if the names are those of such a network: before batch norm, b may be missing."""
    hidden = {None: ["W", "b"], "before": ["W", "gamma", "beta"], "after": list(WORDS)}[batch_norm]
    expected = [hidden] * (len(sizes) - 2) + [["W", "b"]]
    layers = [{word: arrays[f"{word}{i}"] for word in WORDS if f"{word}{i}" in arrays} for i in range(1, len(sizes))]
    fit = [list(own) in (words, list(WORDS) if "gamma" in words else words)
           for own, words in zip(layers, expected, strict=True)]  # fmt: skip
    if not all(fit) or sum(map(len, layers)) != len(arrays):
        names = ", ".join(f"{word}{i}" for i, words in enumerate(expected, start=1) for word in words)
        made = f"sizes {tuple(sizes)} and " + ("no batch norm" if batch_norm is None else f"batch norm {batch_norm}")
        refuse(function, "parameters", f"hold {shown(names, str)}, as the network has {shown(made, str)}",
               shown(", ".join(arrays) or "none", str))  # fmt: skip
    return layers


def _checked_models(function: str, sizes: Sequence[int], layers: list[Parameters]) -> tuple[int, ...]:
    """Return (k,), or () for a single model; the network says how wide a layer is, and all must fit."""
    k: tuple[int, ...] = ()
    for i, (own, (n_in, n_out)) in enumerate(zip(layers, pairwise(sizes), strict=True), start=1):
        for word, array in own.items():
            plain = (n_in, n_out) if word == "W" else (n_out,)
            k = k or array.shape[:1] * (array.ndim > len(plain))
            if array.shape not in (plain, k + plain):
                stacked = str((*(k or ("k",)), *plain)).replace("'", "")
                meaning = f"number per unit of layer {i}" if word != "W" else f"row per unit of layer {i - 1}"
                rule = f"have shape {plain} or {stacked}, one {meaning.replace('unit of layer 0', 'feature')}"
                refuse(function, f"{word}{i}", rule, array.shape)
    return k


def checked_examples(X: ArrayLike, layers: list[Parameters], k: tuple[int, ...]) -> Array:
    X, W1 = an_array("forward", "X", X, min_ndim=2), layers[0]["W"]
    n = W1.shape[-2]
    if X.shape[-1] != n or X.ndim > 3 or (X.ndim == 3 and k not in ((), X.shape[:1])):
        hint = "An example is a row: pass X.T." if X.ndim == 2 and len(X) == n else ""
        refuse("forward", "X", f"have shape (m, {n}) or ({k[0] if k else 'k'}, m, {n})", X.shape, hint=hint)
    if X.shape[-2] < 2 and any("gamma" in own and "mean" not in own for own in layers):
        rule = "hold at least 2 examples in training, as batch norm leaves nothing of one alone but beta"
        refuse("forward", "X", rule, X.shape[-2], hint="At test time, pass statistics.")
    return in_type("forward", "X", X, W1.dtype)
