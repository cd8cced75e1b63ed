"""What nobody should pass, and somebody will: extreme numbers, odd arrays, things that are no numbers at all."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

EXPONENTS = (0, 0, 0, 1, 3, 8, -3, -8, 19, -19, 38, 100, -100, 153.9, 154.5, 200, -160, -200, 300, -300, 307.5, -310)
SPECIAL = (0.0, -0.0, 1.0, -1.0, 5e-324, -5e-324, 1e-310, 2.3e-308, 1e-300, -1e-160, 1e-16, 1e16, 1e153, -1e154, 1e155,
           1e200, 1e300, -1e300, 1.7e308, -1.7e308, np.finfo(float).max, 3.4e38, 3.5e38, 1e-45)  # fmt: skip
NOT_FINITE = (np.nan, np.inf, -np.inf)
NUMBERS = (0, 1, -1, 2, 3.0, 0.5, 2.5, 1 - 2**-53, 1 + 2**-52, 2**53 + 1, 2**63, 10**18, 10**400, 10**5000,
           *SPECIAL, *NOT_FINITE, Fraction(1, 3), Decimal("0.1"), np.float32(0.1), np.float16(2), np.int8(-3),
           np.array(0.25), np.longdouble("1e400"))  # fmt: skip
NO_NUMBERS = (None, True, np.True_, "text", "", b"1", 1j, object, object(), {}, {"W1": 1}, set(), (), [], [[]],
              [[1], [2, 3]], [None], ["a", "b"], [1, "a"], [10**400], range(3), print, np.array("3"), np.array(True),
              np.zeros(0), np.zeros((0, 3)), np.zeros((3, 0)), np.zeros((2, 0, 3)), np.array([1.0, None]),
              np.array(["a"]), np.array([1j, 2]), np.datetime64("2020-01-01"), np.timedelta64(3, "D"), dt.date.max,
              np.zeros(3, [("x", float)]), np.full((2, 2), np.nan), np.zeros((1, 1, 1, 1)))  # fmt: skip


class Broken:
    """The user's own thing, unfinished: whatever it is asked for raises what nobody expects."""

    def _never(self, *_: object) -> Any:
        raise RuntimeError("not yet")

    __str__ = __repr__ = __format__ = __float__ = __int__ = __index__ = __bool__ = __len__ = __iter__ = _never
    __eq__ = __ne__ = __lt__ = __getitem__ = __contains__ = __array__ = __array_ufunc__ = _never  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]


class Undecided:
    """A thing whose comparisons have no truth, like those of arrays and tables."""

    def __eq__(self, _: object) -> Any:
        return np.array([True, False])

    def __bool__(self) -> bool:
        raise ValueError("the truth value is ambiguous")

    __hash__ = object.__hash__


def hidden(x: Any) -> Any:
    """Hide one value of an array under a mask."""
    x = np.asarray(x)
    mask = np.zeros(x.shape, bool)
    mask.flat[-1:] = True
    return np.ma.masked_array(x, mask)


MASKED = (np.ma.masked, hidden([1.0, 2.0, 3.0]), hidden(np.ones((3, 2))), [hidden([1.0, 2.0]), np.ma.array([3.0, 4.0])],
          ([1.0, np.ma.masked],), {"W1": hidden(np.ones((2, 2))), "b1": np.zeros(2)})  # fmt: skip
NESTED = ([[[1.0]]], ([1, 2], (3, 4)), [[[]]], {"W1": {"W1": [1]}}, [{"rate": 1}], [(), []], ((((3,),),),),
          [{1: {2: 3}}], [np.ones((2, 2)), [1]], [np.ones(2), np.ones(3)], list(range(5000)),
          "long " * 5000)  # fmt: skip
OBJECTS = (Broken(), Undecided(), [Broken()], [1.0, Undecided()], {"W1": Broken()}, Broken, np.random, iter([1.0]),
           Ellipsis, NotImplemented, KeyError("x"), slice(3), memoryview(b"ab"), np.str_("adam"))  # fmt: skip
BOOLEANS = (True, False, np.True_, np.array(True))  # are no numbers, no counts and no places
ANYTHING = NUMBERS + NO_NUMBERS + MASKED + NESTED + OBJECTS
# What a learner's function may do instead of what it should; it may also change what it was given.
FUNCTIONS = (lambda *_, **__: None, lambda *_, **__: "0.9", lambda *_, **__: Broken(), lambda *_, **__: np.ma.masked,
             lambda *_, **__: 1j, lambda *_, **__: (), lambda *_, **__: {0: 0.9}, lambda *_, **__: Undecided(),
             lambda *_, **__: [[1.0], [1.0, 2.0]], lambda *_, **__: True, lambda *_, **__: iter([1.0, 2.0]),
             lambda x, *_, **__: x.clear() if hasattr(x, "clear") else None)  # fmt: skip
Draw = Callable[[st.SearchStrategy[Any]], Any]


def numbers(draw: Draw, low: float = -np.inf, high: float = np.inf) -> float:
    """Draw a finite number: ordinary, or at the edge of what a float can hold."""
    ordinary = st.floats(max(low, -10), min(high, 10))
    special = [x for x in SPECIAL if low <= x <= high]
    return draw(ordinary | st.sampled_from(special) if special else ordinary)


def an_array(draw: Draw, shape: tuple[int, ...], dtype: type = np.float64) -> np.ndarray:
    """Draw an array of finite numbers: of one size, of all sizes, constant columns, whole, or with a special value."""
    kind = draw(st.sampled_from(["one size", "one size", "all sizes", "constant", "far from 0", "whole", "special"]))
    exponent = draw(st.sampled_from(EXPONENTS))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    x = rng.standard_normal(shape)
    if kind == "all sizes":
        x = np.sign(x) * 10.0 ** rng.uniform(-300, 300, shape)
    if kind == "constant":
        x = np.broadcast_to(x[..., :1, :] if x.ndim > 1 and x.shape[-2] else x, shape).copy()
    if kind == "far from 0":
        x = x * 10.0 ** rng.uniform(-16, 0) + rng.standard_normal(shape[-1:])
    if kind == "whole":
        x = np.round(3 * x)
    if kind == "special" and x.size:
        x.flat[rng.integers(x.size)] = draw(st.sampled_from(SPECIAL))
    with np.errstate(all="ignore"):
        largest = float(np.finfo(dtype).max)
        return np.clip(x * 10.0**exponent, -largest, largest).astype(dtype)


def dressed(draw: Draw, x: np.ndarray) -> Any:
    """Draw another way to hold the same numbers in memory, or nearly the same where the type can't hold them."""
    dress = draw(st.sampled_from(sorted(DRESSES)))
    with np.errstate(all="ignore"):
        return DRESSES[dress](x)


def _every_second(x: np.ndarray) -> np.ndarray:
    return np.repeat(x, 2, axis=-1)[..., ::2] if x.ndim else x


def _read_only(x: np.ndarray) -> np.ndarray:
    x = x.copy()
    x.flags.writeable = False
    return x


def _whole(x: np.ndarray) -> np.ndarray:
    return np.nan_to_num(np.clip(x, -(2**62), 2**62)).astype(np.int64)


DRESSES: dict[str, Callable[[np.ndarray], Any]] = {
    "as it is": lambda x: x,
    "columns first": np.asfortranarray,
    "every second": _every_second,
    "backwards": lambda x: x[::-1][::-1].copy()[::-1] if x.ndim else x,
    "swapped axes": lambda x: np.ascontiguousarray(x.T).T,
    "read only": _read_only,
    "the other byte order": lambda x: x.astype(x.dtype.newbyteorder()),
    "float16": lambda x: np.clip(x, -6e4, 6e4).astype(np.float16),
    "float32": lambda x: np.clip(x, -3.4e38, 3.4e38).astype(np.float32),
    "longdouble": lambda x: x.astype(np.longdouble),
    "objects": lambda x: x.astype(object),
    "a list": lambda x: x.tolist(),
    "whole": _whole,
    "unsigned": lambda x: np.clip(np.nan_to_num(x), 0, 200).astype(np.uint8),
    "booleans": lambda x: x > 0,
    "a matrix": lambda x: x.view(np.ndarray),
    "a mask that hides nothing": lambda x: np.ma.masked_array(x, np.zeros(x.shape, bool)),
}


def spoiled(draw: Draw, x: Any) -> Any:
    """Draw something that is wrong where ``x`` was right: another shape, a value that is not finite, another thing."""
    if isinstance(x, dict) and draw(st.booleans()):
        return _spoiled_dict(draw, x)
    is_a_list = isinstance(x, list | tuple) and bool(x) and type(x[0]) in (int, float)
    if is_a_list and draw(st.booleans()):
        return type(x)([True, *x[1:]])
    if not isinstance(x, np.ndarray) or draw(st.integers(0, 3)) == 0:
        return _another_thing(draw, x)
    how = draw(
        st.sampled_from(["not finite", "an axis more", "an axis less", "transposed", "a row less", "empty", "masked"])
    )
    if how == "not finite" and x.size and x.dtype.kind == "f":
        x = x.copy()
        x.flat[draw(st.integers(0, x.size - 1))] = draw(st.sampled_from(NOT_FINITE))
        return x
    return {
        "an axis more": x[None],
        "an axis less": x.reshape(-1),
        "transposed": x.T,
        "a row less": x[1:] if x.ndim else x,
        "empty": x[:0] if x.ndim else x,
        "masked": hidden(x),
    }.get(how, x)


def _another_thing(draw: Draw, x: Any) -> Any:
    things = ANYTHING
    if callable(x):  # what a function of the user's raises is the user's own: no thing that only may be called
        things = FUNCTIONS if draw(st.booleans()) else tuple(thing for thing in ANYTHING if not callable(thing))
    elif type(x) in (int, float) and draw(st.integers(0, 3)) == 0:
        things = BOOLEANS
    return things[draw(st.integers(0, len(things) - 1))]  # some have no hash


def has_a_boolean_for_a_number(was: Any, now: Any) -> bool:
    """Whether what was a number, or a list of some, holds a boolean in its place: Python would take it for 0 or 1."""
    if isinstance(was, list | tuple) and type(was) is type(now) and len(was) == len(now):
        return any(map(has_a_boolean_for_a_number, was, now))
    return type(was) in (int, float) and any(now is each for each in BOOLEANS)


def _spoiled_dict(draw: Draw, x: dict[Any, Any]) -> dict[Any, Any]:
    names = sorted(x, key=str)
    how = draw(st.sampled_from(["a name less", "a name more", "a value"]))
    if how == "a name more" or not names:
        return x | {draw(st.sampled_from(["W9", "b0", "gamma1", "mean", 3, None])): np.zeros(2)}
    name = draw(st.sampled_from(names))
    if how == "a name less":
        return {other: value for other, value in x.items() if other != name}
    return x | {name: spoiled(draw, x[name])}
