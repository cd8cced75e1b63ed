"""Reverse-mode differentiation of NumPy expressions: record every step on a tape, then walk it backwards."""

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin  # makes np.add(a, b) of a + b, and so on

from coursekit._checks import a_function, an_array, refuse
from coursekit.types import Array

RULES: dict[np.ufunc, Callable[..., tuple[Any, ...]]] = {  # from d_out, out and the inputs to the inputs' gradients
    np.add: lambda d, *_: (d, d),
    np.subtract: lambda d, *_: (d, -d),
    np.negative: lambda d, *_: (-d,),
    np.multiply: lambda d, _, a, b: (d * b, d * a),
    np.divide: lambda d, out, _, b: (d / b, -d * out / b),
    np.power: lambda d, _, a, b: (d * b * a ** (b - (b != 0)), None),
    np.matmul: lambda d, _, a, b: (
        (d := d if a.ndim > 1 else d[..., None, :]) @ b.mT,  # one vector is a matrix with one row
        np.atleast_2d(a).mT @ d,
    ),
    np.exp: lambda d, out, _: (d * out,),
    np.log: lambda d, _, a: (d / a,),
    np.maximum: lambda d, _, a, b: (d * (a > b), d * (a <= b)),
}


class Value(NDArrayOperatorsMixin):
    """An array that remembers what it was made from, and the rule that takes its gradient back there."""

    def __init__(self, value: Any, tape: list[Any], inputs: Any = (), rule: Any = lambda _: (), name: str = "") -> None:
        self.value, self.tape, self.inputs, self.rule, self.name = value, tape, inputs, rule, name
        self.d = np.zeros_like(value)
        tape.append(self)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> "Value":
        if ufunc not in RULES or method != "__call__" or options:
            _refuse(ufunc, method.replace("__call__", "in place" if "out" in options else " ".join(options)))
        if ufunc is np.power and isinstance(inputs[1], Value):
            _refuse(ufunc, "with an exponent that is not constant")
        if any(isinstance(x, Value) and x.tape is not self.tape for x in inputs):
            _refuse(ufunc, "across two calls of gradient")
        values = [x.value if isinstance(x, Value) else x if np.isscalar(x) else np.asarray(x) for x in inputs]
        if ufunc is np.matmul and np.ndim(values[1]) == 1:
            return (inputs[0] * inputs[1]).sum(-1)  # type: ignore[no-any-return]
        return Value(out := ufunc(*values), self.tape, inputs, lambda d: RULES[ufunc](d, out, *values), ufunc.__name__)

    def __array_function__(self, function: Callable[..., Any], _: Any, inputs: Any, options: Any) -> "Value":
        return self.sum(*inputs[1:], **options) if function is np.sum else _refuse(function)

    def _no_number(self, *_: Any) -> NoReturn:
        rule = "compute with its arguments alone, as the tape holds no branch, no loop over elements and no number"
        refuse("gradient", "f", rule, "one that asks a Value for its truth, a number or an element", error=TypeError)

    __bool__ = __float__ = __int__ = __index__ = __complex__ = __len__ = __iter__ = __getitem__ = _no_number
    __array__ = __contains__ = __setitem__ = _no_number

    def sum(self, axis: int | tuple[int, ...] | None = None, *, keepdims: bool = False) -> "Value":
        """Sum over one axis, several, or all."""
        kept, out = self.value.sum(axis, keepdims=True).shape, self.value.sum(axis, keepdims=keepdims)
        return Value(out, self.tape, (self,), lambda d: (d.reshape(kept) * np.ones_like(self.value),), "sum")


def gradient(f: Callable[..., Any], *args: Any) -> tuple[Array, ...]:
    """Differentiate ``f``, which computes one number, with respect to each of its ``args``, arrays of any shape.

    >>> gradient(lambda w, x: (x @ w - 1) ** 2, [1.0, 2.0], [3.0, 4.0])
    (array([60., 80.]), array([20., 40.]))
    """
    a_function("gradient", "f", f, "arrays")
    tape: list[Value] = []
    leaves = [Value(an_array("gradient", "args", x), tape) for x in args]
    J = f(*leaves)
    if not isinstance(J, Value) or J.tape is not tape or J.value.ndim > 0:
        refuse("gradient", "f", "return one number, computed from its arguments", getattr(J, "value", J))
    J.d = np.ones_like(J.value)
    for node in reversed(tape):  # whatever was made from a value stands behind it
        for x, d in zip(node.inputs, node.rule(node.d) if node.d.any() else (), strict=False):
            if isinstance(x, Value):
                x.d = x.d + _undo_broadcasting(d, x.d.shape)
    return tuple(leaf.d.astype(leaf.value.dtype) for leaf in leaves)


def _undo_broadcasting(d: Any, shape: tuple[int, ...]) -> Any:
    d = d.sum(tuple(range(d.ndim - len(shape))))  # what was copied gets the sum over its copies
    return d.sum(tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


def _refuse(function: Callable[..., Any], how: str = "") -> NoReturn:
    rule = f"use only {', '.join(ufunc.__name__ for ufunc in RULES)} and sum"
    refuse("gradient", "f", rule, f"np.{function.__name__} {how}".strip(), error=TypeError)
